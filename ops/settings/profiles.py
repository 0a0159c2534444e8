"""`profiles`: the dialects of SIP2 that devices speak.  Every key has a default: that of the standard, in UTF-8.

What is agreed with a partner over NCIP is a table within, `agreements`.
"""

from typing import Annotated, Literal, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from softdock.circulation.holds import HoldScope
from softdock.circulation.items import AlertType, CirculationStatus, FeeType, MediaType, SecurityMarker
from softdock.circulation.patrons import Standing
from softdock.circulation.reasons import Reason
from softdock.mappings.converters.patterns import DatePattern, PatternError
from softdock.mappings.sayings import Saying, checked, saying
from softdock.mappings.written import YES_NO, ZONE, Written, choice, form, line, mistake, text_of, whole
from softdock.ops.settings.agreements import Agreement
from softdock.ops.settings.extra_fields import RuleNode
from softdock.ops.settings.messages import FIELD_ID, RESPONSE
from softdock.ops.settings.sections import Section, Wording

CharsetName: TypeAlias = Literal["ascii", "latin-1", "cp850", "utf-8", "gbk", "gb18030"]
Terminator: TypeAlias = Literal["cr", "crlf", "lf"]
ErrorDetection: TypeAlias = Literal["as-asked", "required", "never"]
UnknownMessages: TypeAlias = Literal["ignore", "request-resend"]
Institution: TypeAlias = Literal["any", "own"]
Login: TypeAlias = Literal["sip2", "telnet"]
Language: TypeAlias = Literal["zh", "en"]
Shown: TypeAlias = Literal["name", "contact", "lists", "fees"]
LengthUnit: TypeAlias = Literal["characters", "bytes"]


def _date_format(value: object) -> str:
    text = text_of(value, 'Write it like "%Y-%m-%d".')
    try:
        DatePattern(text)
    except PatternError as error:
        raise mistake(error.sentence, error.remedy) from None
    return text


_TWO_DIGITS = form(r"[0-9]{2}", "a code of two digits", 'Write two digits in quotation marks, such as "01".')
_THREE_DIGITS = form(
    r"[0-9]{3}", "a code of three digits", 'Write three digits in quotation marks, such as "001".'
)


def _fee_types(sayings: dict[FeeType, Saying]) -> dict[FeeType, Saying]:
    return checked(sayings, named=lambda kind: str(kind.value), needed=FeeType)


class Profile(Section):
    """One dialect of SIP2."""

    charset: Annotated[CharsetName, choice(CharsetName, "a charset")] = "utf-8"
    """Charset of the messages, in both directions."""
    fallback_charset: Annotated[CharsetName, choice(CharsetName, "a charset")] | None = None
    """Another charset to try when a required field of a message is missing after decoding."""
    terminator: Annotated[Terminator, choice(Terminator, "an end of a message")] = "cr"
    """What ends a message that is sent; received are all three."""
    delimiter: Annotated[
        str,
        form(
            r"[!-/:-@\[-`{-~]",
            "a delimiter",
            "Write one printable ASCII character that is neither letter nor digit.",
        ),
    ] = "|"
    """What ends a field."""
    delimiter_replacement: Annotated[str, line(0, 8)] = Field(default="/", validate_default=True)
    """Text put where a value contains the delimiter."""
    error_detection: Annotated[ErrorDetection, choice(ErrorDetection, "a kind of error detection")] = (
        "as-asked"
    )
    """When checksums (AY, AZ) are checked and sent: where the request has one, always, or never."""
    lenient: Annotated[bool, YES_NO] = False
    """Whether odd characters in the fixed part of a request are accepted; an odd flag counts as N."""
    unknown_messages: Annotated[UnknownMessages, choice(UnknownMessages, "a way to treat messages")] = (
        "ignore"
    )
    """What is done with a message of unknown code: nothing, as by the standard, or a request to send it again (96)."""
    institution: Annotated[Institution, choice(Institution, "a way to treat institutions")] = "any"
    """Whether a request may name any institution (AO), or only the account's own library."""
    login: Annotated[Login, choice(Login, "a way to log in")] = "sip2"
    """How devices log in: by message 93, or at prompts for user and password as on a terminal."""
    time_zone: Annotated[ZoneInfo, ZONE] | None = None
    """Zone of the devices' local times; without one, the library's."""
    language: Annotated[Language, choice(Language, "a language spoken here")] = "zh"
    """Language of texts where a device does not ask for one."""
    date_format: Annotated[str, Written(_date_format, {"type": "string"})] = "%Y-%m-%d"
    """How dates for people are written, such as the due date (AH)."""
    texts: dict[Annotated[Reason, choice(Reason, "a reason")], Wording] = Field(default_factory=dict)
    """Own wordings, by the reason for a refusal."""
    circulation_statuses: dict[
        Annotated[CirculationStatus, choice(CirculationStatus, "a state of an item")],
        Annotated[str, _TWO_DIGITS],
    ] = Field(default_factory=dict)
    """Codes of the circulation status (in 18) that a device expects, where they are not the standard's, such as {lost: "01"}."""
    security_markers: dict[
        Annotated[SecurityMarker, choice(SecurityMarker, "a security marker")], Annotated[str, _TWO_DIGITS]
    ] = Field(default_factory=dict)
    """Codes of the security marker (in 18) that a device expects, where they are not the standard's."""
    media_types: dict[
        Annotated[MediaType, choice(MediaType, "a kind of media")], Annotated[str, _THREE_DIGITS]
    ] = Field(default_factory=dict)
    """Codes of media types (CK) that a device expects, where they are not the standard's."""
    fee_types: Annotated[
        dict[Annotated[FeeType, choice(FeeType, "a kind of fee")], Annotated[Saying, saying(_TWO_DIGITS)]],
        AfterValidator(_fee_types),
    ] = Field(default_factory=dict)
    """Codes of fees (BT) that a device expects and sends (in 37), where they are not the standard's: one, or a list of which the first is sent and all are understood."""
    alert_types: dict[
        Annotated[AlertType, choice(AlertType, "a reason to beep")], Annotated[str, _TWO_DIGITS]
    ] = Field(default_factory=dict)
    """Codes of the alert (CV) that a device expects, where they are not the usual ones."""
    hold_types: dict[
        Annotated[str, form(r"[!-~]", "a type of a hold", "Write one character.")],
        Annotated[HoldScope, choice(HoldScope, "a scope of holds")],
    ] = Field(default_factory=dict)
    """What a device means by a type of a hold (BY), where it is not what the standard says."""
    languages: dict[
        Annotated[str, _THREE_DIGITS],
        Annotated[
            str, form(r"[a-z]{2}", "a language", "Write two letters of ISO 639-1, such as zh, en or de.")
        ],
    ] = Field(default_factory=dict)
    """What a device means by the code of a language, where it is not what the standard says, such as {"000": zh}."""
    patron_status: dict[
        Annotated[
            str, form(r"[0-9]|1[0-3]", "a position of the patron status", "Write a number from 0 to 13.")
        ],
        frozenset[Annotated[Standing, choice(Standing, "a mark of a card")]],
    ] = Field(default_factory=dict)
    """By its position from 0 to 13, which marks of a card make a Y in the patron status, where they are not the standard's: of several, one is enough; an empty list for a position that is always blank."""
    resensitize_on_refusal: Annotated[bool, YES_NO] = False
    """Whether the security tag is switched on although a return was refused."""
    show_unverified: frozenset[Annotated[Shown, choice(Shown, "a part of what is shown")]] = frozenset()
    """What of a patron is shown before the PIN is proven, where the account requires one."""
    omit: dict[Annotated[str, RESPONSE], frozenset[Annotated[str, FIELD_ID]]] = Field(default_factory=dict)
    """By message code, optional fields that are not sent."""
    extra_fields: dict[Annotated[str, RESPONSE], dict[Annotated[str, FIELD_ID], RuleNode]] = Field(
        default_factory=dict
    )
    """By message code, fields beyond the standard: each a rule of the mapping language over patron and item."""
    pass_fields: dict[Annotated[str, RESPONSE], frozenset[Annotated[str, FIELD_ID]]] = Field(
        default_factory=dict
    )
    """By message code, fields beyond the standard which go on as the library's system sends them, where it speaks SIP2."""
    field_length: Annotated[int, whole(1, 65536)] = 255
    """Longest value of a field that is sent; a longer one is cut."""
    field_length_unit: Annotated[LengthUnit, choice(LengthUnit, "a unit of length")] = "characters"
    """What `field_length` counts."""
    print_width: Annotated[int, whole(0, 1000)] = 0
    """Columns of a screen or receipt where a device did not tell them (99); 0 for no cut."""
    retries: Annotated[int, whole(0, 999)] = 3
    """How often a device may repeat a request, as it is told (98)."""
    ncip: Agreement = Field(default_factory=Agreement)
    """What is agreed with a partner that speaks NCIP. Of the keys beside this one, `texts` and `time_zone` hold for partners as well."""

    @field_validator("delimiter_replacement")
    @classmethod
    def _is_free_of_the_delimiter(cls, replacement: str, info: ValidationInfo) -> str:
        if info.data.get("delimiter", "|") in replacement:
            raise mistake(
                "What replaces the delimiter contains it.", "Change delimiter or delimiter_replacement."
            )
        return replacement
