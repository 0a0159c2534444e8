"""SIP2 messages for people: every field with the standard's name, every code with its meaning.

Names of fields are those of the attributes in `protocols.sip2.messages`, which are the standard's.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC

from softdock.circulation.words import Word
from softdock.protocols.sip2 import codes
from softdock.protocols.sip2.layouts import LAYOUTS, NO_STAMP, Layout, Message
from softdock.protocols.sip2.timestamps import read_stamp
from softdock.protocols.sip2.tracing import HIDDEN, SECRETS, visible

FIELD_NAMES: Mapping[str, str] = {
    field_id: name.replace("_", " ") for layout in LAYOUTS.values() for field_id, name in layout.names.items()
}
"""The standard's names by field identifier."""

_BX_ORDER = "23 11 09 01 99 97 93 63 35 37 17 19 25 15 29 65".split()
"""The requests in the order of BX, "supported messages"."""


@dataclass(slots=True, frozen=True)
class Shown:
    """One field as it is shown."""

    id: str
    """Empty for a field of the fixed part."""
    name: str
    value: object
    """True, False, None, a number, or text as it is on the wire."""
    meaning: str = ""


def title_of(layout: Layout) -> str:
    """The name of a message.

    >>> title_of(LAYOUTS["24"]), title_of(LAYOUTS["99"])
    ('Patron Status Response', 'Sc Status')
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", layout.cls.__name__)


def shown(message: Message, *, show_secrets: bool = False) -> list[Shown]:
    """The fields of `message` that are there, in the order of the standard."""
    return [*_fixed(message), *_variable(message, show_secrets)]


def _fixed(message: Message) -> Iterator[Shown]:
    names = set(message.layout.names.values()) | {"other"}
    for each in fields(message.layout.cls):  # type: ignore[arg-type]
        if each.name not in names:
            value = getattr(message, each.name)
            yield Shown("", each.name.replace("_", " "), value, _meaning_of_fixed(each.name, value))


def _variable(message: Message, show_secrets: bool) -> Iterator[Shown]:
    present: list[tuple[str, str]] = []
    for kind, name in message.layout.variable:
        value = getattr(message, name)
        values: Iterable[str] = value if isinstance(value, tuple) else () if value is None else (value,)
        present += [(kind.id, text) for text in values]
    for field_id, text in (*present, *message.other):
        name = FIELD_NAMES.get(field_id, "not in the standard")
        if field_id in SECRETS and not show_secrets:
            yield Shown(field_id, name, HIDDEN if text else "")
        else:
            yield Shown(field_id, name, text, _meaning_of_field(field_id, text))


# --- meanings -----------------------------------------------------------------------------------------

_CODES: Mapping[str, Mapping[str, str]] = {
    "circulation status": {code: word.value for word, code in codes.CIRCULATION_STATUS.items()},
    "security marker": {code: word.value for word, code in codes.SECURITY_MARKER.items()},
    "fee type": {code: word.value for word, code in codes.FEE_TYPE.items()},
    "media type": {code: word.value for word, code in codes.MEDIA_TYPE.items()},
    "alert type": {code: word.value for word, code in codes.ALERT_TYPE.items()},
    "hold type": {code: word.value for code, word in codes.HOLD_TYPE_OF.items()},
    "hold mode": {"+": "place", "-": "cancel", "*": "change"},
    "payment type": {"00": "cash", "01": "VISA", "02": "credit card"},
    "status code": {"0": "fine", "1": "out of paper", "2": "about to shut down"},
    "language": {
        "000": "unknown",
        "001": "English",
        "019": "Chinese",
        "024": "UK English",
        "027": "Taiwanese",
    },
}
"""The code lists of the standard by name of the field."""

_YES_OR_NO = frozenset(
    {"valid patron", "valid patron password", "fee acknowledged", "cancel", "security inhibit"}
)


_FLAGS: Mapping[str, tuple[Sequence[Word], str]] = {
    "patron_status": (codes.PATRON_STATUS, "nothing is wrong"),
    "summary": (codes.SUMMARY, "no list"),
}
"""Fields with a Y or a blank for each word, and what it means if there is no Y."""


def _meaning_of_fixed(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or (value == 999 and name in {"timeout_period", "retries_allowed"}):
        return "unknown"
    if name == "timeout_period" and isinstance(value, int):
        return f"{value / 10:g} seconds"
    if not isinstance(value, str):
        return ""
    if name in _FLAGS:
        words, none = _FLAGS[name]
        return ", ".join(word.value for flag, word in zip(value, words, strict=False) if flag == "Y") or none
    if len(value) == len(NO_STAMP):
        return _meaning_of_stamp(value)
    return _CODES.get(name.replace("_", " "), {}).get(value, "")


def _meaning_of_stamp(value: str) -> str:
    if value == NO_STAMP:
        return "not given"
    moment = read_stamp(value, UTC)
    if moment is None:
        return "not supported" if value.strip("0") == "" else ""
    zone = (
        " UTC" if value[8:12] == "   Z" else "" if value[8:12] == "    " else f" zone {value[8:12].strip()}"
    )
    return f"{moment:%Y-%m-%d %H:%M:%S}{zone}"


def _meaning_of_field(field_id: str, value: str) -> str:
    name = FIELD_NAMES.get(field_id, "")
    if name in _YES_OR_NO:
        return {"Y": "yes", "N": "no"}.get(value, "")
    if field_id == "BX":
        pairs = zip(_BX_ORDER, value, strict=False)
        missing = [title_of(LAYOUTS[code]) for code, flag in pairs if flag != "Y"]
        return f"all but {', '.join(missing)}" if missing else "all"
    if field_id in {"BW", "CJ", "CM"} and len(value) == len(NO_STAMP):
        return _meaning_of_stamp(value)
    return _CODES.get(name, {}).get(value, "")


# --- yes or no ----------------------------------------------------------------------------------------


def says_yes(message: Message) -> bool:
    """Whether an answer says that what was asked is done, or known and good.

    For a card: it is valid, and its password not wrong.  For an item: it has a title.  For 98: on-line.
    """
    for name in ("ok", "payment_accepted", "end_session", "item_properties_ok", "on_line_status"):
        if hasattr(message, name):
            return bool(getattr(message, name))
    if hasattr(message, "valid_patron"):
        valid = message.valid_patron
        known = bool(message.field("AE")) if valid is None else valid == "Y"
        return known and message.field("CQ") != "N"
    return bool(message.field("AJ"))


# --- forms --------------------------------------------------------------------------------------------


def as_text(message: Message, *, show_secrets: bool = False) -> str:
    """`message` for the screen: a title, then a line for each field."""
    lines = [f"{message.layout.code} {title_of(message.layout)}"]
    for each in shown(message, show_secrets=show_secrets):
        value = _visible(each.value)
        told = f"{value}  ({each.meaning})" if each.meaning and value else value or each.meaning
        lines.append(f"  {each.id:2} {each.name:26} {told}".rstrip())
    return "\n".join(lines)


def as_object(message: Message, *, show_secrets: bool = False) -> dict[str, object]:
    """`message` for JSON.  The fields with an identifier are a list, because some of them repeat."""
    everything = shown(message, show_secrets=show_secrets)
    return {
        "code": message.layout.code,
        "name": title_of(message.layout),
        "fixed": {each.name.replace(" ", "_"): each.value for each in everything if not each.id},
        "fields": [
            {"id": each.id, "name": each.name, "value": each.value}
            | ({"meaning": each.meaning} if each.meaning else {})
            for each in everything
            if each.id
        ],
    }


def raw_line(text: str, delimiter: str, *, show_secrets: bool = False) -> str:
    """A line of the wire for the screen, with the passwords in it as stars.

    >>> raw_line("9300CNkiosk|COsecret|AY0AZF000", "|")
    '9300CNkiosk|CO***|AY0AZF000'
    """
    text = _visible(text)
    if show_secrets:
        return text
    # The fixed part may run straight into the first field.
    layout = LAYOUTS.get(text[:2])
    start = 2 + layout.fixed_width if layout is not None else 0
    parts = text[start:].split(delimiter)
    return text[:start] + delimiter.join(
        part[:2] + HIDDEN if part[:2] in SECRETS and len(part) > 2 else part for part in parts
    )


def _visible(value: object) -> str:
    """`value` as text that does nothing to a terminal."""
    if isinstance(value, bool):
        return ""
    if not isinstance(value, str):
        return "" if value is None else str(value)
    return visible(value)
