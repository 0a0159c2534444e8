"""How a message is declared, and what is compiled from the declaration.

A message is a class in `messages`; the annotations of its attributes are the standard's table: first
the fixed part in wire order, then the fields with an identifier in the order in which they are
sent.  `@message` reads them once, makes the class a slotted record, and compiles a `Layout` that reads
and writes it.  There is no second table.

    @message("17", required="AO AB", needed="AB")
    class ItemInformation(Message):
        transaction_date: Stamp = NO_STAMP
        institution_id: f.AO = None
        item_identifier: f.AB = None
        terminal_password: f.AC = None
        other: OtherFields = ()
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from itertools import accumulate
from typing import Annotated, Any, ClassVar, TypeVar, dataclass_transform, get_type_hints

from softdock.protocols.sip2.errors import LocalProtocolError, RemoteProtocolError, Violation

NO_STAMP = " " * 18
"""A time stamp that says nothing."""

_IN_NO_DATE = re.compile(r"[^0-9A-Za-z\x00 +,./:-]")


@dataclass(slots=True, frozen=True)
class FixedKind:
    """A kind of fixed field: `width` characters, read and written without an identifier.

    `read` raises ValueError or KeyError for characters that have no meaning; `lenient` never raises.
    """

    width: int
    read: Callable[[str], Any]
    write: Callable[[Any], str]
    lenient: Callable[[str], Any]
    quick_read: str = "{read}({text})"
    """The same as `read`, as the text of an expression."""
    quick_write: str = "{write}({value})"
    """The same as `write`, as the text of an expression without double quotes."""


@dataclass(slots=True, frozen=True)
class FieldKind:
    """A kind of field with an identifier; `repeats` if several of them make one tuple."""

    id: str
    repeats: bool = False


def _flag(yes: str, no: str) -> FixedKind:
    known = {yes: True, no: False}
    lenient = {yes: True, yes.lower(): True, "1": True}
    written = {True: yes, False: no}
    return FixedKind(
        width=1,
        read=known.__getitem__,
        write=written.__getitem__,
        lenient=lambda text: lenient.get(text, False),
        quick_write=f"'{yes}' if {{value}} else '{no}'",
    )


def _flag_or_unknown() -> FixedKind:
    known = {"Y": True, "N": False, "U": None}
    written = {True: "Y", False: "N", None: "U"}
    return FixedKind(
        width=1,
        read=known.__getitem__,
        write=written.__getitem__,
        lenient=known.get,
        quick_write="'U' if {value} is None else 'Y' if {value} else 'N'",
    )


def _number(width: int) -> FixedKind:
    most = 10**width - 1

    def read(text: str) -> int | None:
        digits = text.strip()
        if not digits:
            return None
        if not (digits.isascii() and digits.isdigit()):
            raise ValueError(digits)
        return int(digits)

    def write(value: int | None) -> str:
        return " " * width if value is None else f"{min(max(value, 0), most):0{width}d}"

    def lenient(text: str) -> int | None:
        try:
            return read(text)
        except ValueError:
            return None

    return FixedKind(
        width,
        read,
        write,
        lenient,
        quick_read=f"0 if {{text}} == '{0:0{width}d}' else {{read}}({{text}})",
        quick_write=f"'{0:0{width}d}' if {{value}} == 0 else {{write}}({{value}})",
    )


def _code(width: int) -> FixedKind:
    return FixedKind(
        width=width,
        read=str,
        write=lambda value: value[:width].ljust(width),
        lenient=str,
        quick_read="{text}",
        quick_write=f"{{value}}:{width}.{width}",
    )


def _digits(width: int) -> FixedKind:
    """A code of a list that the standard gives as numbers; blank where a device has nothing to say."""

    def read(text: str) -> str:
        if not (text.isascii() and text.isdigit()) and not text.isspace():
            raise ValueError(text)
        return text

    code = _code(width)
    return replace(code, read=read, quick_read="{read}({text})")


def _hold_mode() -> FixedKind:
    modes = {each: each for each in "+-*"}
    return replace(_code(1), read=modes.__getitem__, quick_read="{read}({text})")


def _loose_stamp() -> FixedKind:
    def read(text: str) -> str:
        if "|" in text:
            raise ValueError(text)
        return text

    return replace(_stamp(), read=read)


def _stamp() -> FixedKind:
    def read(text: str) -> str:
        # An odd date is no reason to refuse anything (the session's own clock is used instead).  Letters
        # where the time belongs, and what is in no date at all, mean that the fixed part is shorter than it
        # has to be: these are the fields behind it.
        if text[:8].isdigit() and text[12:].isdigit():
            return text
        if text != NO_STAMP and (
            _IN_NO_DATE.search(text) or (text[12:].isalnum() and not text[12:].isdigit())
        ):
            raise ValueError(text)
        return text

    return FixedKind(
        width=18,
        read=read,
        write=lambda value: value[:18].ljust(18),
        lenient=str,
        quick_write="{value}:18.18",
    )


Flag = Annotated[bool, _flag("Y", "N")]
Ok = Annotated[bool, _flag("1", "0")]
FlagOrUnknown = Annotated[bool | None, _flag_or_unknown()]
Stamp = Annotated[str, _stamp()]
Number3 = Annotated[int | None, _number(3)]
Number4 = Annotated[int | None, _number(4)]
LooseStamp = Annotated[str, _loose_stamp()]
"""A stamp behind another one, which has shown already that the fixed part is whole: nothing in it is wrong."""
HoldMode = Annotated[str, _hold_mode()]
Digits1 = Annotated[str, _digits(1)]
Digits2 = Annotated[str, _digits(2)]
Digits3 = Annotated[str, _digits(3)]
Code1 = Annotated[str, _code(1)]
Code2 = Annotated[str, _code(2)]
Code3 = Annotated[str, _code(3)]
Code4 = Annotated[str, _code(4)]
Code10 = Annotated[str, _code(10)]
Code14 = Annotated[str, _code(14)]

OtherFields = tuple[tuple[str, str], ...]
"""Fields beyond the layout, in the order in which they came: `(identifier, value)`."""


Fixed = list[tuple[str, FixedKind]]
Variable = list[tuple[str, FieldKind]]
"""The attributes of a message, with what each of them is."""


class Layout:
    """Reads and writes the messages of one class.

    The text it deals with begins behind the message code and ends before AY and AZ.
    """

    def __init__(self, cls: type["Message"], code: str, required: str, needed: str) -> None:
        self.cls = cls
        self._make: Callable[..., Message] = cls
        self.code = code
        self.required = frozenset(required.split())
        self.needed = frozenset(needed.split())
        hints = get_type_hints(cls, include_extras=True)
        kinds = [(each.name, _kind(hints[each.name])) for each in fields(cls)]  # type: ignore[arg-type]
        fixed = [(name, kind) for name, kind in kinds if isinstance(kind, FixedKind)]
        variable = [(name, kind) for name, kind in kinds if isinstance(kind, FieldKind)]
        self._required_names = tuple((kind.id, name) for name, kind in variable if kind.id in self.required)
        self._needed_names = tuple((kind.id, name) for name, kind in variable if kind.id in self.needed)
        self.names: dict[str, str] = {kind.id: name for name, kind in variable}
        """Attribute names by field identifier."""
        self.fixed = fixed
        self.fixed_width = sum(kind.width for _, kind in fixed)
        ends = list(accumulate(kind.width for _, kind in fixed))
        self._slices = [(end - kind.width, end, kind) for end, (_, kind) in zip(ends, fixed, strict=True)]
        self._places = {kind.id: place for place, (_, kind) in enumerate(variable, len(fixed))}
        self._repeating = frozenset(kind.id for _, kind in variable if kind.repeats)
        self._blank = [() if kind.repeats else None for _, kind in variable]
        self.variable = [(kind, name) for name, kind in variable]
        self._begin = _compiled_reader(fixed, variable)
        self.complete: Callable[[Message], bool] = _compiled_check(self._needed_names)
        """Whether a message has all needed fields, none of them empty."""
        self.write: Callable[[Message], tuple[str, list[str]]] = _compiled_writer(
            code, fixed, variable, self.required
        )
        """The code with the fixed part; and each field that is sent, its identifier in front of its value."""

    def read(self, text: str, delimiter: str, lenient: bool = False) -> "Message":
        """The message in `text`.  Raises RemoteProtocolError(FIXED_PART).

        Of a field that may stand once, the first one counts; later ones, and fields that the layout
        does not know, are kept in `other`.
        """
        return self.assemble(text, text[self.fixed_width :].split(delimiter), lenient)

    def assemble(self, text: str, parts: Sequence[str], lenient: bool = False) -> "Message":
        """The message whose fixed part begins `text` and whose fields are `parts`."""
        if len(text) < self.fixed_width:
            raise RemoteProtocolError(Violation.FIXED_PART, f"{self.code}: the fixed part is too short")
        try:
            if lenient:
                values = [kind.lenient(text[start:end]) for start, end, kind in self._slices] + self._blank
            else:
                values = self._begin(text)
        except (KeyError, ValueError):
            raise RemoteProtocolError(
                Violation.FIXED_PART, f"{self.code}: wrong characters in the fixed part"
            ) from None
        place_of = self._places.get
        other: list[tuple[str, str]] = []
        for part in parts:
            field = part[:2]
            if (place := place_of(field)) is not None and values[place] is None:
                values[place] = part[2:]
            elif place is not None and field in self._repeating:
                values[place] += (part[2:],)
            elif len(field) == 2:
                other.append((field, part[2:]))
        return self._make(*values, tuple(other))

    def write_fixed(self, message: "Message") -> str:
        """The code and the fixed part."""
        return self.write(message)[0]

    def write_fields(self, message: "Message") -> list[str]:
        """Each field that is sent, its identifier in front of its value."""
        return self.write(message)[1]

    def missing(self, message: "Message") -> tuple[str, ...]:
        """Which of the needed fields are absent or empty."""
        absent: tuple[str, ...] = ()
        for field, name in self._needed_names:
            if not getattr(message, name):
                absent += (field,)
        return absent

    def absent(self, message: "Message") -> frozenset[str]:
        """Which of the required fields are not there at all."""
        return frozenset([field for field, name in self._required_names if getattr(message, name) is None])


def _compiled_writer(
    code: str, fixed: Fixed, variable: Variable, required: frozenset[str]
) -> Callable[["Message"], tuple[str, list[str]]]:
    """The function that writes a message, as one would write it by hand for this message alone.

    An answer has two dozen fields, most of them absent: asking each by name costs a fifth of
    walking a table.  The text holds nothing but names from the declarations of this package.  For 36 it is, shortened:

        def write(message):
            pieces = []
            add = pieces.append
            value = message.patron_identifier       # AA is required: sent empty if there is none
            if value is not None:
                add('AA' + value)
            else:
                add('AA')
            value = message.screen_message          # AF repeats
            if value:
                pieces += ['AF' + each for each in value]
            return f"36{'Y' if message.end_session else 'N'}{message.transaction_date:18.18}", pieces
    """
    names: dict[str, Any] = {}
    fixed_text = code
    for number, (name, kind) in enumerate(fixed):
        names[f"write{number}"] = kind.write
        fixed_text += "{" + kind.quick_write.format(value=f"message.{name}", write=f"write{number}") + "}"
    lines = ["def write(message):", "    pieces = []", "    add = pieces.append"]
    for name, field in variable:
        value = f"message.{name}"
        if field.repeats:
            lines += [f"    if {value}:", f"        pieces += ['{field.id}' + each for each in {value}]"]
        else:
            lines += [f"    if {value} is not None:", f"        add('{field.id}' + {value})"]
            if field.id in required:
                lines += ["    else:", f"        add('{field.id}')"]
    lines += ["    if message.other:", "        pieces += [field + value for field, value in message.other]"]
    lines += [f'    return f"{fixed_text}", pieces']
    write: Callable[[Message], tuple[str, list[str]]] = _made("write", lines, names)
    return write


def _compiled_reader(fixed: Fixed, variable: Variable) -> Callable[[str], list[Any]]:
    """The function that begins a message: the values of its fixed part, then a place for each field.

    It raises KeyError or ValueError for what has no meaning.
    """
    names: dict[str, Any] = {}
    values, at = "", 0
    for number, (_, kind) in enumerate(fixed):
        names[f"read{number}"] = kind.read
        values += kind.quick_read.format(text=f"text[{at}:{at + kind.width}]", read=f"read{number}") + ", "
        at += kind.width
    values += ", ".join("()" if kind.repeats else "None" for _, kind in variable)
    begin: Callable[[str], list[Any]] = _made("begin", ["def begin(text):", f"    return [{values}]"], names)
    return begin


def _compiled_check(needed: Sequence[tuple[str, str]]) -> Callable[["Message"], bool]:
    """The function that tells whether a message has the fields that are `needed`."""
    present = " and ".join(f"message.{name}" for _, name in needed) or "True"
    complete: Callable[[Message], bool] = _made(
        "complete", ["def complete(message):", f"    return bool({present})"], {}
    )
    return complete


def _made(name: str, lines: list[str], names: dict[str, Any]) -> Any:
    exec("\n".join(lines), names)  # noqa: S102 - the text is made of this package's own declarations
    return names[name]


def _kind(hint: Any) -> FixedKind | FieldKind | None:
    for each in getattr(hint, "__metadata__", ()):
        if isinstance(each, FixedKind | FieldKind):
            return each
    return None


class Message:
    """One message of the standard.  The classes in `messages` add what each of them carries."""

    __slots__ = ()
    layout: ClassVar[Layout]
    other: OtherFields

    def __repr__(self) -> str:
        """The class and which fields there are; never a value, because most of them are personal."""
        fields_present = " ".join(piece[:2] for piece in self.layout.write_fields(self))
        return f"<{type(self).__name__} {self.layout.write_fixed(self)} {fields_present}>"

    def field(self, field_id: str) -> str | None:
        """The first value of the field `field_id`, whether the layout knows it or not."""
        name = self.layout.names.get(field_id)
        value = None if name is None else getattr(self, name)
        if isinstance(value, tuple):
            value = value[0] if value else None
        if value is None:
            value = next((text for known, text in self.other if known == field_id), None)
        return value


MessageType = TypeVar("MessageType", bound=Message)

LAYOUTS: dict[str, Layout] = {}
"""Every message of the standard, by its code."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
def message(
    code: str, *, required: str = "", needed: str = ""
) -> Callable[[type[MessageType]], type[MessageType]]:
    """Declare the message `code`.

    `required` fields are always sent, empty if need be; `needed` ones are those without which a request
    can not be acted on, which is fewer: terminals leave out AC, AD and AO, and lose nothing by it.
    """

    def declare(cls: type[MessageType]) -> type[MessageType]:
        made = dataclass(slots=True, repr=False)(cls)
        if code in LAYOUTS:
            raise LocalProtocolError(f"two messages claim the code {code}")
        made.layout = LAYOUTS[code] = Layout(made, code, required, needed)
        return made

    return declare
