"""What a problem says to people: in the partner's language, with the list that its type is from, or nothing at all."""

from collections.abc import Mapping
from typing import Final

from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.north.partner import Profile
from softdock.protocols.ncip.tables.problem_types import ProblemType, scheme_of

CHINESE: Final[Mapping[str, str]] = {
    "A patron has a name.": "读者必须有姓名。",
    "A secret was sent, and nobody named.": "只收到密码，没有读者标识。",
    "An address is kept as plain text.": "地址只能是纯文本。",
    "An amount is a whole number of the smallest units.": "金额须为最小货币单位的整数。",
    "It is not said for whom the item is kept.": "没有说明为谁保留文献。",
    "It is not said when it happened.": "没有说明发生的时间。",
    "It is not said which request.": "没有说明是哪个请求。",
    "It is not said whom to charge.": "没有说明向谁收费。",
    "No fees can be charged this way.": "不能以此方式收费。",
    "No item has been set aside for this request yet.": "尚未为此请求留出文献。",
    "No library of this name is known here.": "这里没有此名称的图书馆。",
    "Nothing is asked for.": "没有提出任何要求。",
    "Only a charge can come with an item.": "随文献只能记入应收费用。",
    "Only an amount of more than nothing can be booked.": "只能记入大于零的金额。",
    "Several inputs contradict each other.": "所给的几项验证信息互相矛盾。",
    "The BibliographicId is empty.": "BibliographicId 为空。",
    "The ItemId is empty.": "ItemId 为空。",
    "The RequestId is empty.": "RequestId 为空。",
    "The UserId is empty.": "UserId 为空。",
    "The amount has no value.": "金额没有数值。",
    "The library does not tell enough of this request.": "图书馆没有提供此请求的足够信息。",
    "The library does not tell when the loan ends.": "图书馆没有说明借阅何时到期。",
    "The library does not tell whose request it is.": "图书馆没有说明此请求属于谁。",
    "The library has no name for this request.": "图书馆没有给此请求编号。",
    "The library has no place for this.": "图书馆无法保存此项内容。",
    "The request has no number.": "请求没有编号。",
    "The request names no item and no title.": "请求没有指明文献或题名。",
    "The request names no item.": "请求没有指明文献。",
    "The request names no user.": "请求没有指明读者。",
    "There is no copy of it.": "没有复本。",
    "There is no secret to compare.": "没有可供核对的密码。",
    "There is nothing left after this token.": "此标记之后没有更多内容。",
    "This action is not known here.": "这里不认识此操作。",
    "This identifier holds what no identifier may.": "标识符含有不允许的字符，或过长。",
    "This is longer than what can be kept.": "此项内容过长，无法保存。",
    "This is missing.": "缺少此项。",
    "This is no currency of ISO 4217.": "不是 ISO 4217 的货币代码。",
    "This is no date.": "不是日期。",
    "This is no number that can stand here.": "不是此处允许的数字。",
    "This is no whole number.": "不是整数。",
    "This list is not known here.": "这里不认识此代码表。",
    "This scope is not known here.": "这里不认识此请求范围。",
    "This state is not known here.": "这里不认识此状态。",
    "This token belongs to no such request.": "此标记不属于这样的请求。",
    "This type of input is not known here.": "这里不认识此类验证信息。",
    "This type of request is not known here.": "这里不认识此请求类型。",
    "What shall be deleted is not there.": "要删除的内容不存在。",
}
"""What is wrong with a request, by the English sentence.  Reasons have wordings of their own."""


def explained(problem: Element, profile: Profile, service: str) -> Element:
    """`problem` as it is agreed to tell it."""
    return Element(
        problem.name, children=[_told(each, profile, service) for each in problem.children
                                if profile.problem_detail or each.name != "ProblemDetail"]
    )  # fmt: skip


def _told(part: Element, profile: Profile, service: str) -> Element:
    if part.name == "ProblemDetail" and profile.language == "zh":
        return Element(part.name, CHINESE.get(part.text, part.text))
    if part.name == "ProblemType" and profile.problem_scheme and not part.scheme:
        return Element(part.name, part.text, scheme_of(ProblemType(part.text), service))
    return part


def explain(children: list[Element], profile: Profile, service: str) -> list[Element]:
    """`children` of a response, with every problem in them explained as agreed."""
    found: list[Element] = []
    for each in children:
        if each.name == "Problem":
            found.append(explained(each, profile, service))
        elif each.name in _WITH_PROBLEMS:
            found.append(Element(each.name, children=explain(each.children, profile, service)))
        else:
            found.append(each)
    return found


_WITH_PROBLEMS: Final = frozenset({"BibInformation", "HoldingsSet", "ItemInformation"})
