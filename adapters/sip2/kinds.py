"""The kinds of values in a profile of a system that speaks SIP2: what each is written like, and what it becomes."""

import re
from collections.abc import Callable
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainValidator, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from softdock.adapters.sip2.rules import is_field
from softdock.mappings.converters.patterns import DatePattern, PatternError
from softdock.mappings.language import rule_schema
from softdock.mappings.positions import placed
from softdock.mappings.regular import Expression, ExpressionError
from softdock.protocols.sip2.messages import RESPONSE_TO
from softdock.protocols.sip2.south.system import EVERY_REQUEST

SERVICE = frozenset({"93", "97", "99"})
"""Requests of the session, which no operation makes."""
REQUESTS = sorted(EVERY_REQUEST - SERVICE)
ANSWERS = sorted({RESPONSE_TO[code] for code in REQUESTS})
SIP2_STAMP = "sip2"
"""The form of a date that is the standard's own time stamp."""


def wrong(sentence: str) -> PydanticCustomError:
    """An error for a validator to raise."""
    return PydanticCustomError("profile", "{sentence}", {"sentence": sentence})


def _field_id(text: str) -> str:
    if not is_field(text):
        raise wrong("This is not a field. Write two capitals or digits; AY and AZ belong to error detection")
    return text


def one_of(codes: list[str]) -> AfterValidator:
    """One of `codes`."""

    def check(text: str) -> str:
        if text not in codes:
            raise wrong(f"This is not the code of a message here. There are {', '.join(codes)}")
        return text

    return AfterValidator(check)


def date_form(text: str) -> str:
    """A form by which dates can be read."""
    if text != SIP2_STAMP:
        try:
            cannot_read = DatePattern(text).cannot_read
        except PatternError as error:
            raise wrong(f"{error.sentence} {error.remedy}".rstrip(".")) from None
        if cannot_read:
            raise wrong(f"No date can be read by this: {cannot_read}. Write a form with %Y, %m and %d")
    return text


def finder(pattern: str) -> Callable[[str], object]:
    """Whether `pattern` is found in a text in small letters."""
    found = Expression(f"(?i){pattern}").found
    return lambda text: found(text) is not None


def expression(pattern: str) -> str:
    """A regular expression."""
    try:
        finder(pattern)
    except ExpressionError as error:
        raise wrong(f"This is no regular expression: {error.sentence}") from None
    return pattern


def requests_understood(value: object) -> object:
    """The requests that a system understands: None for those that it announces."""
    if isinstance(value, str):
        if value not in ("announced", "all"):
            raise wrong("Write announced, all, or a list of codes such as [63, 11]")
        return None if value == "announced" else list(EVERY_REQUEST)
    return value


def fields_passed(value: object) -> object:
    """Fields that go on: None for all."""
    if isinstance(value, str):
        if value != "all":
            raise wrong("Write all, or a list of fields such as [XX]")
        return None
    return value


def listed(words: list[str], items: dict[str, Any]) -> WithJsonSchema:
    """One of `words`, or a list of `items`."""
    return WithJsonSchema({"anyOf": [{"enum": words}, {"type": "array", "items": items}]})


def formed(pattern: str, remedy: str) -> Any:
    """A text of the form `pattern`."""
    compiled = re.compile(pattern)

    def check(text: str) -> str:
        if compiled.fullmatch(text) is None:
            raise wrong(f"This does not have the right form. {remedy}")
        return text

    return AfterValidator(check)


FieldId: TypeAlias = Annotated[str, AfterValidator(_field_id)]
RequestCode: TypeAlias = Annotated[str, one_of(REQUESTS)]
AnswerCode: TypeAlias = Annotated[str, one_of(ANSWERS)]
RuleNode: TypeAlias = Annotated[Any, PlainValidator(placed), WithJsonSchema(rule_schema())]
OneCharacter: TypeAlias = Annotated[str, formed(r"[!-~]", "Write one character")]
TwoDigits: TypeAlias = Annotated[str, formed(r"[0-9]{2}", "Write two digits, in quotation marks")]
ThreeDigits: TypeAlias = Annotated[str, formed(r"[0-9]{3}", "Write three digits, in quotation marks")]
LanguageTag: TypeAlias = Annotated[
    str, formed(r"[a-z]{2}(-[A-Z]{2})?", "Write a language of ISO 639-1, such as zh")
]
Position: TypeAlias = Annotated[str, formed(r"[0-9]|1[0-3]", "Write a position from 0 to 13")]
Words: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=255)]


class Part(BaseModel):
    """A table with a closed list of keys."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
        populate_by_name=True,
        hide_input_in_errors=True,
    )
