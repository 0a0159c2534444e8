"""A page for each pair of messages of SIP2, from the layouts that read and write them."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import get_type_hints

from softdock.circulation.capabilities import RIGHT_TO
from softdock.docs.pages.text import Language, Words, code, listed, table
from softdock.ops.settings import Settings
from softdock.ops.settings.messages import RESPONSES as MAY_BE_CHANGED
from softdock.protocols.sip2.codes import MESSAGES_OF_BX
from softdock.protocols.sip2.layouts import FieldKind, FixedKind, Layout, LooseStamp, Stamp, _kind
from softdock.protocols.sip2.messages import LAYOUTS, RESPONSE_TO

FIELDS, MESSAGES = Words("fields"), Words("messages")

ORDER = (
    "93", "99", "23", "63", "35", "11", "09", "29", "65", "15", "37", "17", "19", "01", "25",
)  # fmt: skip
"""As a device meets them: the service, the card, lending, money, the item, the administration."""


def file_name(request: str) -> str:
    """The page of a request, without its ending."""
    return f"{request}-{RESPONSE_TO[request]}"


def pages(language: Language) -> dict[str, str]:
    """Every page of a pair of messages, by its file name."""
    return {f"{file_name(request)}.md": _page(request, language) for request in ORDER}


def index(language: Language) -> str:
    """The list of the pairs, as the overview has it."""
    heads = language.choose("request|response|what it is for|allowed by", "请求|应答|用途|所需权限").split(
        "|"
    )
    return table(
        heads,
        (
            [
                f"[{code(request)}](messages/{file_name(request)}.md)",
                code(RESPONSE_TO[request]),
                MESSAGES.say(f"{request} title", language),
                _right(request, language),
            ]
            for request in ORDER
        ),
    )


def _right(request: str, language: Language) -> str:
    """The group under `allow` of an account that the request needs."""
    capability = dict(MESSAGES_OF_BX)[request]
    return (
        language.choose("every account", "所有账号")
        if capability is None
        else code(RIGHT_TO[capability].value)
    )


def _page(request: str, language: Language) -> str:
    say = language.choose
    asked, answered = LAYOUTS[request], LAYOUTS[RESPONSE_TO[request]]
    parts = [
        f"# {request}/{answered.code} {MESSAGES.say(f'{request} title', language)}",
        MESSAGES.say(f"{request} about", language),
        say("Allowed by: ", "所需权限：") + _right(request, language) + say(".", "。"),
        say(f"## Request {request}", f"## 请求 {request}"),
        _fixed(asked, language),
        _variable(asked, language, of_request=True),
        say(f"## Response {answered.code}", f"## 应答 {answered.code}"),
        _fixed(answered, language),
        _variable(answered, language, of_request=False),
        say("## What a profile changes here", "## 方言（profile）中与此有关的键"),
        _keys(request, language),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _kinds(layout: Layout) -> list[tuple[str, FixedKind | FieldKind]]:
    hints = get_type_hints(layout.cls, include_extras=True)
    kinds = [(each.name, _kind(hints[each.name])) for each in fields(layout.cls)]  # type: ignore[arg-type]
    return [(name, kind) for name, kind in kinds if kind is not None]


def _fixed(layout: Layout, language: Language) -> str:
    found = [(name, kind) for name, kind in _kinds(layout) if isinstance(kind, FixedKind)]
    heads = language.choose("fixed part|characters|meaning", "固定部分|字符数|含义").split("|")
    return table(
        heads,
        ([code(name.replace("_", " ")), str(kind.width), FIELDS.say(name, language)] for name, kind in found),
    )


def _variable(layout: Layout, language: Language, *, of_request: bool) -> str:
    found = [(name, kind) for name, kind in _kinds(layout) if isinstance(kind, FieldKind)]
    if not found:
        return ""
    heads = language.choose("field|name|status|meaning", "字段|名称|要求|含义").split("|")
    rows = []
    for name, kind in found:
        status = _status(kind, layout, language, of_request=of_request)
        rows.append([code(kind.id), name.replace("_", " "), status, FIELDS.say(kind.id, language)])
    return table(heads, rows)


def _status(kind: FieldKind, layout: Layout, language: Language, *, of_request: bool) -> str:
    say = language.choose
    repeats = say(", may repeat", "，可重复") if kind.repeats else ""
    if kind.id in layout.needed:
        return say("needed", "不可缺") + repeats
    if kind.id in layout.required:
        said = (
            say("by the standard; may be missing", "标准要求；缺少也接受")
            if of_request
            else say("always sent", "总是发送")
        )
        return said + repeats
    return say("optional", "可选") + repeats


_Bears = Callable[[Layout, Layout], bool]


def _has(layout: Layout, *ids: str) -> bool:
    return any(each in layout.names for each in ids)


def _begins_with(layout: Layout, part: str) -> bool:
    return any(name == part for name, _ in layout.fixed)


def _stamped(layout: Layout) -> bool:
    stamps = {Stamp.__metadata__[0], LooseStamp.__metadata__[0]}  # type: ignore[attr-defined]
    return any(kind in stamps for _, kind in _kinds(layout)) or _has(layout, "BW", "CJ", "CM")


EVERYWHERE = (
    "charset", "terminator", "delimiter", "delimiter_replacement", "error_detection", "field_length",
    "field_length_unit",
)  # fmt: skip
"""Keys of a profile that change how every message is written."""

NOWHERE = ("unknown_messages", "ncip")
"""Keys of a profile that are about what is no message of SIP2."""

BEARING: Mapping[str, _Bears] = {
    "fallback_charset": lambda asked, _: bool(asked.needed),
    "lenient": lambda asked, _: asked.fixed_width > 0,
    "institution": lambda asked, _: _has(asked, "AO"),
    "login": lambda asked, _: asked.code == "93",
    "time_zone": lambda asked, answered: _stamped(asked) or _stamped(answered),
    "language": lambda _, answered: _has(answered, "AF"),
    "date_format": lambda _, answered: _has(answered, "AH"),
    "texts": lambda _, answered: _has(answered, "AF"),
    "print_width": lambda _, answered: _has(answered, "AF"),
    "circulation_statuses": lambda _, answered: _begins_with(answered, "circulation_status"),
    "security_markers": lambda _, answered: _begins_with(answered, "security_marker"),
    "media_types": lambda _, answered: _has(answered, "CK"),
    "fee_types": lambda asked, answered: (
        _has(answered, "BT") or any(_begins_with(each, "fee_type") for each in (asked, answered))
    ),
    "alert_types": lambda _, answered: _has(answered, "CV"),
    "hold_types": lambda asked, _: _has(asked, "BY"),
    "languages": lambda asked, _: _begins_with(asked, "language"),
    "patron_status": lambda _, answered: _begins_with(answered, "patron_status"),
    "resensitize_on_refusal": lambda _, answered: _has(answered, "AQ") and answered.code == "10",
    "show_unverified": lambda _, answered: _has(answered, "AE"),
    "omit": lambda _, answered: answered.code in MAY_BE_CHANGED,
    "extra_fields": lambda _, answered: answered.code in MAY_BE_CHANGED,
    "pass_fields": lambda _, answered: answered.code in MAY_BE_CHANGED,
    "retries": lambda _, answered: answered.code == "98",
}
"""Which messages a key of a profile bears on: whether it does, by request and response."""


def bearing_on(request: str) -> list[str]:
    """The keys of a profile that change something about this pair in particular, in the order of the reference."""
    pair = LAYOUTS[request], LAYOUTS[RESPONSE_TO[request]]
    keys = Settings.model_json_schema()["$defs"]["Profile"]["properties"]
    return [key for key in keys if key in BEARING and BEARING[key](*pair)]


def _keys(request: str, language: Language) -> str:
    return language.choose(
        "For this pair in particular: {}. For every message: {}. All are explained in [profiles](../profiles.md).",
        "专门涉及这一对消息的：{}。涉及所有消息的：{}。各键的说明见[方言](../profiles.md)。",
    ).format(listed(bearing_on(request)), listed(EVERYWHERE))
