"""What may be said of a kind of system: how it speaks SIP2, and what it means by it.

Every key has a default, which is the standard's, in UTF-8; where the standard leaves something open, it is what
misleads nobody.  The docstring under a key is the one place where it is explained: JSON schema and reference are
made from it.  `ready` finds a profile by its name; here is what one is.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache, partial
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from softdock.adapters.base import AdapterSettingsError
from softdock.adapters.sip2.kinds import (
    SIP2_STAMP,
    AnswerCode,
    FieldId,
    LanguageTag,
    OneCharacter,
    Part,
    Position,
    RequestCode,
    RuleNode,
    ThreeDigits,
    TwoDigits,
    Words,
    date_form,
    expression,
    fields_passed,
    finder,
    formed,
    listed,
    one_of,
    requests_understood,
    wrong,
)
from softdock.adapters.sip2.rules import Compiler, Fault
from softdock.circulation.holds import HoldScope
from softdock.circulation.items import AlertType, CirculationStatus, FeeType, MediaType, SecurityMarker
from softdock.circulation.outcomes import PinCheck
from softdock.circulation.patrons import PatronList, Standing
from softdock.circulation.reasons import Reason
from softdock.mappings.complaints import place
from softdock.mappings.converters.patterns import DatePattern
from softdock.protocols.sip2.charsets import Charset
from softdock.protocols.sip2.codes import STANDARD, Codes
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.south.dialect import EntryForm, HoldLists, SystemDialect, TextRule
from softdock.protocols.sip2.south.system import EVERY_REQUEST
from softdock.protocols.sip2.south.vendor_fields import AnswerRules, RequestRules
from softdock.protocols.sip2.timestamps import read_stamp

_UNAMBIGUOUS = (
    SIP2_STAMP, "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d", "%Y.%m.%d",
    "%Y%m%d", "%Y年%m月%d日",
)  # fmt: skip
_TERMINATORS = {"cr": b"\r", "crlf": b"\r\n", "lf": b"\n"}
_PIN_ANSWERS = {"not-compared": PinCheck.NOT_ASKED, "right": PinCheck.RIGHT, "wrong": PinCheck.WRONG}


class MeaningOfText(Part):
    """A text of the system that tells why it refused."""

    contains: Annotated[str, StringConstraints(max_length=255)] = ""
    """Looked for in the lines of AF, without regard to capitals."""
    matches: Annotated[str, StringConstraints(max_length=255), AfterValidator(expression)] = ""
    """A regular expression that must be found there, also without regard to capitals; beside `contains` both count. It is
    one of RE2."""
    in_: Annotated[list[AnswerCode], Field(alias="in")] = Field(default_factory=list)
    """The answers in which it is looked for; all, where none is named."""
    reason: Reason
    """The reason that it means."""

    @model_validator(mode="after")
    def _looks_for_something(self) -> Self:
        if not self.contains and not self.matches:
            raise wrong("Nothing says which text is meant. Write contains or matches")
        return self

    def rule(self) -> TextRule:
        """The same, compiled."""
        found = finder(self.matches) if self.matches else None
        return TextRule(self.contains.casefold(), frozenset(self.in_), self.reason, found)


class RequestFields(Part):
    """What becomes of fields beyond the standard on their way to the system."""

    passed: Annotated[
        frozenset[FieldId] | None,
        BeforeValidator(fields_passed),
        listed(["all"], {"type": "string"}),
        Field(alias="pass"),
    ] = frozenset()
    """Fields of the device that are sent on; `all` for every one. None takes the place of a field of the standard."""
    rename: dict[FieldId, FieldId] = Field(default_factory=dict)
    """Fields that are sent on under another name, by their names at the device."""
    drop: list[FieldId] = Field(default_factory=list)
    """Fields that are not sent; one that the standard requires is sent empty."""
    add: dict[FieldId, RuleNode] = Field(default_factory=dict)
    """Fields that are added, each a rule over the fields of the request."""


class AnswerFields(Part):
    """What becomes of fields beyond the standard on their way from the system."""

    rename: dict[FieldId, FieldId] = Field(default_factory=dict)
    """Fields that are taken under another name, by their names at the system."""
    drop: list[FieldId] = Field(default_factory=list)
    """Fields that go no further, by their names at the system; rules still read them."""
    read: dict[str, RuleNode] = Field(default_factory=dict)
    """What of the patron or the item is read, such as `patron.birth_date`: each a rule over the fields of the answer."""


class Undoing(Part):
    """How the system takes back what it has done."""

    loan: Literal["cancel", "return", "none"] = "cancel"
    """A loan: by the return that cancels it (09 with BI), by a plain return (09), or not at all."""
    hold: Literal["cancel", "none"] = "cancel"
    """A hold: by cancelling it (15), or not at all."""


class SystemProfile(Part):
    """One kind of system."""

    like: str = ""
    """The profile that this one changes: the name of a ready one, or a file beside the settings."""

    # the wire
    charset: Literal["ascii", "latin-1", "cp850", "utf-8", "gbk", "gb18030"] = "utf-8"
    """Charset of the messages, in both directions."""
    fallback_charset: Literal["ascii", "latin-1", "cp850", "utf-8", "gbk", "gb18030"] | None = None
    """Another charset to try when a required field of an answer is missing after decoding."""
    terminator: Literal["cr", "crlf", "lf"] = "cr"
    """What ends a request; an answer may end with any of them."""
    delimiter: Annotated[
        str, formed(r"[!-/:-@\[-`{-~]", "Write one printable ASCII character, no letter or digit")
    ] = "|"
    """What ends a field: one printable ASCII character that is neither letter nor digit."""
    delimiter_replacement: Annotated[str, StringConstraints(max_length=8)] = Field(
        default="/", validate_default=True
    )
    """Text put where a value contains the delimiter; identifiers that do are refused instead."""
    lenient: bool = False
    """Whether odd characters in the fixed part of an answer are accepted; an odd flag counts as N."""
    field_length: Annotated[int, Field(ge=1, le=65536)] = 255
    """Longest value that is sent; an identifier that is longer is refused, other texts are cut."""
    field_length_unit: Literal["characters", "bytes"] = "characters"
    """What `field_length` counts."""

    # the session
    login: Literal["sip2", "telnet", "none"] = "sip2"
    """How to log in: by message 93, at prompts as on a terminal, or not at all."""
    status: bool = True
    """Whether the system is asked for its status (99) after the login."""
    version: Annotated[str, formed(r"[ -~]{4}", "Write four characters such as 2.00, in quotation marks")] = (
        "2.00"
    )
    """Version of the protocol that 99 names."""
    print_width: Annotated[int, Field(ge=0, le=999)] = 80
    """Columns of a receipt that 99 names."""
    error_detection: bool = True
    """Whether requests carry a sequence number and a checksum, and answers are checked."""
    sequence: Literal["checked", "ignored"] = "checked"
    """Whether an answer with another sequence number than its request is left aside."""
    repeats: Annotated[int, Field(ge=0, le=9)] = 1
    """How often a request that got no answer is sent again, where that can do no harm."""
    recognises_repeats: bool = False
    """Whether the system answers a repeated request without doing it again, so that changes may be repeated as well."""

    # what is asked
    language: Annotated[str, formed(r"[0-9]{3}", "Write three digits such as 019, in quotation marks")] = (
        "000"
    )
    """Language of the system's texts, by SIP2's code: 019 is Chinese, 001 English, 000 leaves it to the system."""
    supported: Annotated[
        frozenset[Annotated[str, one_of(sorted(EVERY_REQUEST))]] | None,
        BeforeValidator(requests_understood),
        listed(["announced", "all"], {"enum": sorted(EVERY_REQUEST)}),
    ] = Field(default=None, json_schema_extra={"default": "announced"})
    """The requests that the system understands: those that it announces (98), all, or a list of codes."""
    patron_lookup: Literal["information", "status"] = "information"
    """How a patron is asked for where no list is wanted: by 63, or by 23."""
    pin_checked_in: frozenset[RequestCode] = frozenset({"23", "63"})
    """The requests in which the system itself checks the PIN. Before any other that changes the books, it is checked by a
    question of its own."""
    undo: Undoing = Field(default_factory=Undoing)
    """How a loan or a hold is taken back whose answer was lost, once the device has told the patron that there is none."""
    requests: dict[RequestCode, RequestFields] = Field(default_factory=dict)
    """By the code of the request: what becomes of fields beyond the standard."""

    # what is answered
    answers: dict[AnswerCode, AnswerFields] = Field(default_factory=dict)
    """By the code of the answer: what becomes of fields beyond the standard."""
    date_formats: Annotated[list[Annotated[str, AfterValidator(date_form)]], Field(min_length=1)] = Field(
        default_factory=lambda: list(_UNAMBIGUOUS)
    )
    """Forms of the due date (AH) and other dates in free text, tried in order; `sip2` is the standard's time stamp. Unless
    it is said which of day and month comes first, no form with both in doubt is tried; a date that none fits is shown as
    the system wrote it."""
    decimal_sign: Literal[".", ","] | None = None
    """What parts the fraction from an amount; the other sign then marks thousands. Without it, an amount that may be either
    is not believed."""
    debts: Literal["positive", "negative"] = "positive"
    """How it is written what a patron owes."""
    hold_lists: HoldLists = HoldLists.AS_STANDARD
    """What is counted as holds (AS): those ready for pickup, as by the standard, or all of them."""
    lists: dict[PatronList, EntryForm] = Field(default_factory=lambda: {PatronList.FINES: EntryForm.TITLE})
    """By list, what its entries are; `item` where nothing is said."""
    lists_without_pin: bool = False
    """Whether the system shows a patron's lists in full without a PIN. Only then is it believed that a patron does not have
    what they lack, when nobody knows what became of a loan, a renewal or a hold."""
    list_separator: Annotated[str, StringConstraints(min_length=1, max_length=8)] = " "
    """In an entry with item and title, what stands between the two."""
    missing_pin_answer: Literal["not-compared", "right", "wrong"] = "not-compared"
    """What it means if a PIN was sent, and the answer says nothing about it (CQ)."""
    invalid_with_name: Literal["unknown", "blocked"] = "unknown"
    """What it means if a card is not valid (BL is N) and a name is told nevertheless."""
    echoed: frozenset[Literal["AA", "AB"]] | None = None
    """The identifiers which an answer has to repeat as they were asked for; one about another is not believed. Without
    the key, AB; and AA as well, where no checked numbers (AY) tell one answer from the next."""
    texts: list[MeaningOfText] = Field(default_factory=list)
    """Texts that tell why the system refused; the first that is found counts."""
    ask_why: bool = False
    """Whether the system is asked about the card (63) and the item (17), where a loan, a return, a renewal or a hold is
    refused without a reason that is known. It has two seconds for both; the refusal stands, whatever it says."""
    media_types: dict[Words, MediaType] = Field(default_factory=dict)
    """Codes of media types (CK) beyond the standard's, or other than there."""
    fee_types: dict[Words, FeeType] = Field(default_factory=dict)
    """Codes of fees (BT) beyond the standard's, or other than there; of those for one kind, the first is sent (in 37)."""
    circulation_statuses: dict[Words, CirculationStatus] = Field(default_factory=dict)
    """Codes of the circulation status (in 18) beyond the standard's, or other than there."""
    security_markers: dict[Words, SecurityMarker] = Field(default_factory=dict)
    """Codes of the security marker (in 18) beyond the standard's, or other than there."""
    alert_types: dict[Words, AlertType] = Field(default_factory=dict)
    """Codes of the alert (CV) beyond those that are usual, or other than there."""
    hold_types: dict[OneCharacter, HoldScope] = Field(default_factory=dict)
    """Codes of the type of a hold (BY) by which the system is asked, other than the standard's; of those for one type, the
    first is sent."""
    payment_types: dict[TwoDigits, Words] = Field(default_factory=dict)
    """Codes of the way to pay (in 37), each with the name of the way, or with the code that devices send for it; another
    way goes by its own code, or as cash if it has none."""
    languages: dict[ThreeDigits, LanguageTag] = Field(default_factory=dict)
    """Codes of languages (in 23 and 63) beyond the standard's, or other than there, such as {"086": zh}."""
    patron_status: dict[Position, list[Standing]] = Field(default_factory=dict)
    """What a Y means in the patron status, by its position from 0 to 13, where it is not what the standard says: marks of a
    card, or none."""

    @field_validator("delimiter_replacement")
    @classmethod
    def _is_free_of_the_delimiter(cls, replacement: str, info: ValidationInfo) -> str:
        if info.data.get("delimiter", "|") in replacement or not replacement.isprintable():
            raise wrong("What replaces the delimiter contains it, or is not printable. Choose another text")
        return replacement

    def wire(self) -> Dialect:
        """How messages are written and read."""
        return Dialect(
            name=self.like or "system",
            charset=Charset(self.charset),
            fallback_charset=Charset(self.fallback_charset) if self.fallback_charset else None,
            terminator=_TERMINATORS[self.terminator],
            delimiter=self.delimiter,
            delimiter_replacement=self.delimiter_replacement,
            lenient=self.lenient,
            field_length=self.field_length,
            field_length_in_bytes=self.field_length_unit == "bytes",
            print_width=self.print_width,
        )

    def dialect(self, zone: tzinfo) -> SystemDialect:
        """What the translation has to know of a system whose local times are in `zone`.

        Raises AdapterSettingsError for rules that do not hold, whatever the zone.
        """
        requests, answers, faults = self._compiled(zone)
        if faults:
            raise AdapterSettingsError([(place(steps), sentence) for steps, sentence in faults])
        return SystemDialect(
            language=self.language,
            supported=self.supported,
            status_preferred=self.patron_lookup == "status",
            pin_checked_in=self.pin_checked_in,
            requests=requests,
            answers=answers,
            read_date=_reader(tuple(self.date_formats), zone),
            decimal_sign=self.decimal_sign or "",
            negative_debts=self.debts == "negative",
            hold_lists=self.hold_lists,
            entries=self.lists,
            entry_separator=self.list_separator,
            missing_pin_answer=_PIN_ANSWERS[self.missing_pin_answer],
            invalid_with_name=Reason.PATRON_BLOCKED
            if self.invalid_with_name == "blocked"
            else Reason.PATRON_UNKNOWN,
            echoed=self._echoed(),
            texts=tuple(each.rule() for each in self.texts),
            ask_why=self.ask_why,
            codes=self.codes(),
        )

    def codes(self) -> Codes:
        """The codes that stand for the words of the vocabulary."""
        return replace(
            STANDARD,
            circulation_status=STANDARD.circulation_status.known_as(self.circulation_statuses),
            security_marker=STANDARD.security_marker.known_as(self.security_markers),
            media_type=STANDARD.media_type.known_as(self.media_types),
            fee_type=STANDARD.fee_type.known_as(self.fee_types, width=2),
            hold_type=STANDARD.hold_type.known_as(self.hold_types),
            alert_type=STANDARD.alert_type.known_as(self.alert_types),
            payment_type=STANDARD.payment_type.known_as(
                {code: way.casefold() for code, way in self.payment_types.items()}
            ),
            language=STANDARD.language.known_as(self.languages),
            patron_status=STANDARD.patron_status.changed(
                {int(place): frozenset(marks) for place, marks in self.patron_status.items()}
            ),
        )

    def _echoed(self) -> frozenset[str]:
        if self.echoed is not None:
            return frozenset(self.echoed)
        numbered = self.error_detection and self.sequence == "checked"
        return frozenset({"AB"} if numbered else {"AA", "AB"})

    def faults(self) -> list[Fault]:
        """What is wrong with the rules, whatever the zone."""
        return self._compiled(UTC)[2]

    def _compiled(self, zone: tzinfo) -> tuple[dict[str, RequestRules], dict[str, AnswerRules], list[Fault]]:
        compiler = Compiler(zone)
        requests = {
            code: compiler.request(code, each.passed, each.rename, each.drop, each.add)
            for code, each in self.requests.items()
        }
        answers = {
            code: compiler.answer(code, each.rename, each.drop, each.read)
            for code, each in self.answers.items()
        }
        return requests, answers, compiler.faults


def _reader(forms: tuple[str, ...], zone: tzinfo) -> Any:
    """What reads a date in one of `forms`; it remembers, for what is lent on one day is mostly due on one other."""
    readers = [
        partial(_stamp, zone) if form == SIP2_STAMP else DatePattern(form, zone).read for form in forms
    ]

    @lru_cache(1024)
    def read(text: str) -> datetime | date | None:
        return next((moment for each in readers if (moment := each(text)) is not None), None)

    return read


def _stamp(zone: tzinfo, text: str) -> datetime | None:
    return read_stamp(text, zone)
