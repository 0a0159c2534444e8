"""What the verbs under `mapping` and `adapter` say of themselves, in English and in Chinese.

The sentences about a problem come from where it is found, and are English.  In Chinese, each stands below the meaning of
the rule that it breaks, and what suggests a remedy is translated where its form is known; a last line says so.
"""

import re
from collections.abc import Mapping
from typing import Final

from softdock.cli.tongue import Words, is_chinese
from softdock.mappings.problems import RULE_IDS, RuleId

GOOD: Final[Words] = {
    "en": "Nothing is wrong with {path}: {maps} maps, {examples} examples read as expected.",
    "zh": "{path} 没有问题：{maps} 个映射，{examples} 个示例的读取结果与预期一致。",
}
FOUND: Final[Words] = {
    "en": "{count} problem(s) found; {examples} examples were run.",
    "zh": "发现 {count} 个问题；已运行 {examples} 个示例。",
}
IN_ENGLISH: Final[Words] = {
    "en": "",
    "zh": "（问题的具体说明目前只有英文；规则编号的中文解释已附在各条之前。）",
}

ALONE: Final[Words] = {
    "en": "This map has no adapter.yaml beside it; it is read as if there were one ({transports}).",
    "zh": "此映射旁边没有 adapter.yaml，按隐含的适配器读取（{transports}）。",
}
NOT_TRIED: Final[Words] = {
    "en": "The map cannot be tried: {count} problem(s) found.",
    "zh": "无法试用此映射：发现 {count} 个问题。",
}
DECIDED: Final[Words] = {"en": "decided by {place}", "zh": "由 {place} 判定"}
DIFFERENT: Final[Words] = {"en": "different:", "zh": "不同："}
ANSWER: Final[Words] = {"en": "what SoftDock makes of it:", "zh": "SoftDock 据此得出："}
UNREAD: Final[Words] = {"en": "not read:", "zh": "未能读取："}
FIELD: Final[Words] = {"en": "field", "zh": "字段"}
MAP_LINE: Final[Words] = {"en": "line of the map", "zh": "映射行"}
RAW: Final[Words] = {"en": "in the reply", "zh": "应答中的值"}
VALUE: Final[Words] = {"en": "read as", "zh": "读取结果"}

RULES_IN_CHINESE: Final[Mapping[RuleId, str]] = {
    "yaml": "不是有效的 YAML，或用了不接受的写法（锚点、别名、标签、重复的键）。",
    "file": "文件缺失、过大，或不是 UTF-8。",
    "grammar": "此处没有这个键，或键后面的内容形式不对。",
    "inheritance": "like 找不到适配器，或形成循环。",
    "operation": "映射没有写明操作、操作不存在，或与另一个映射重复。",
    "back-end": "后端缺失、未写明，或传输方式不存在。",
    "setting": "设置项声明有误，或使用了未声明的设置项。",
    "verb": "规则中的动词不存在，或缺少必需的动词。",
    "path": "路径无法解析，或不可能指向任何内容。",
    "kind": "值的类型不符，例如日期处写了文本。",
    "converter": "转换器不存在、参数有误，或不接受给它的值。",
    "codes": "代码表缺失，或其中的值不存在。",
    "condition": "条件问的内容无法判断。",
    "field": "词汇表中没有这个字段。",
    "list": "列表没有写明条目在哪里，或每条读什么。",
    "lookup": "lookup 没有指向应答中的表。",
    "signing": "签名不完整，或对不能签名的内容签名。",
    "failure": "失败规则没有写明何时算失败，或其含义。",
    "format": "文档格式不存在，或有它不认识的选项。",
    "request": "请求没有写明发送什么，或传输方式不认识这种写法。",
    "kept": "使用了此前没有步骤保存的值。",
    "redact": "规则读取了不得离开适配器的内容。",
    "step": "步骤的顺序或自述可能导致改变了数据却无人得知。",
    "pages": "分页没有写明是否还有下一页。",
    "session": "同一后端有两个会话。",
    "example": "示例的读取结果与预期不同，或无法读取。",
}
"""What breaks each rule."""

_REMEDIES: Final = (
    (re.compile(r"Did you mean (.+)\?"), r"是否想写 \1？"),
    (re.compile(r"(?:There are|So far there are|The verbs are|The converters are|The options are) (.+)\."), r"可用：\1。"),
    (re.compile(r"The first is in line (\d+)\."), r"第一处在第 \1 行。"),
    (re.compile(r"Write (.+)\."), r"请写：\1。"),
)  # fmt: skip


def meaning(rule: RuleId) -> str:
    """What breaks `rule`, in the language of the environment."""
    return (RULES_IN_CHINESE if is_chinese() else RULE_IDS).get(rule, "")


def remedy_told(remedy: str) -> str:
    """`remedy`, in Chinese where that is asked for and its form is known."""
    if is_chinese():
        for form, words in _REMEDIES:
            if found := form.fullmatch(remedy):
                return found.expand(words)
    return remedy
