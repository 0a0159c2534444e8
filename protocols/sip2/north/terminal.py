"""What the translation knows of the device at the other end, and how it speaks to it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, tzinfo
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, TypeVar

from softdock.circulation.accounts import Account
from softdock.circulation.identifiers import Secret
from softdock.circulation.items import Extra, Item
from softdock.circulation.locale import in_language, wording
from softdock.circulation.outcomes import Done, Refused, Unknown
from softdock.circulation.patrons import Patron
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason
from softdock.protocols.sip2.charsets import wrapped
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.layouts import Message
from softdock.protocols.sip2.north.shown_fees import ShownFees
from softdock.protocols.sip2.timestamps import StampClock, at_home, read_stamp, write_stamp

_MessageType = TypeVar("_MessageType", bound=Message)

NO_FIELDS: frozenset[str] = frozenset()


class Terminal:
    """One device, from its connection to its end.

    Before the login `account` is None and the dialect is the listener's; `log_in` changes both.
    """

    __slots__ = (
        "_ruled", "account", "clock", "codes", "currency", "dialect", "fees", "institution", "location", "print_width",
        "stamp",
    )  # fmt: skip

    def __init__(self, dialect: Dialect, clock: StampClock) -> None:
        self.account: Account | None = None
        self.dialect = dialect
        self.codes = dialect.codes
        self.clock = clock
        self.stamp = clock.stamp
        """Gives the present as a SIP2 time stamp."""
        self.institution = ""
        self.currency = ""
        self.location = ""
        self.print_width = dialect.print_width
        self.fees = ShownFees()
        self._ruled = _ruled(dialect)

    def log_in(self, account: Account, dialect: Dialect, clock: StampClock, currency: str) -> None:
        """From now on the device speaks for `account`."""
        if self.print_width == self.dialect.print_width:
            self.print_width = dialect.print_width
        self.account = account
        self.dialect = dialect
        self.codes = dialect.codes
        self.clock = clock
        self.stamp = clock.stamp
        self.currency = currency
        self.institution = account.library
        self.location = account.location
        self.fees.forget()
        self._ruled = _ruled(dialect) | frozenset(account.dropped_fields)

    @property
    def zone(self) -> tzinfo:
        """Zone of the device's local times."""
        return self.clock.zone

    def moment(self, stamp: str | None) -> datetime | None:
        """The point in time that the device named, if it named one."""
        return read_stamp(stamp, self.clock.zone) if stamp else None

    def stamped(self, moment: datetime | date | None) -> str | None:
        """`moment` as a SIP2 time stamp."""
        return None if moment is None else write_stamp(moment, self.clock.zone)

    def date_text(self, moment: datetime | date | None) -> str:
        """`moment` in the profile's free form, "" for none."""
        return "" if moment is None else _date_text(moment, self.clock.zone, self.dialect.date_format)

    def language(self, code: str = "") -> str:
        """The language of texts for a request whose language field says `code`."""
        return self.codes.text_language.get(code) or self.dialect.language

    def words(self, reason: Reason, language: str, when: date | None = None) -> str:
        """The wording of `reason`, the profile's own before SoftDock's."""
        return wording(reason, language, when, self.dialect.texts.get(language))

    def screen(self, *texts: str) -> tuple[str, ...]:
        """`texts` as the lines of AF: none of the empty ones, and none with which another begins that says more."""
        if not any(texts):
            return ()
        lines = list(dict.fromkeys(line for text in texts for line in text.split("\n")))
        if len(lines) > 1:
            lines = [
                each
                for each in lines
                if not any(more is not each and more.startswith(each) for more in lines)
            ]
        return self.printed(lines)

    def printed(self, texts: Iterable[str]) -> tuple[str, ...]:
        """`texts` as the lines of a receipt (AG), each cut to the device's width."""
        width = self.print_width
        return tuple(line for text in texts if text for line in wrapped(text, width))

    def explain(self, outcome: AnyOutcome, language: str) -> tuple[str, ...]:
        """What the patron is told about `outcome`, as the lines of AF."""
        if type(outcome) is Done:
            return self.screen(outcome.note) if outcome.note else ()
        if isinstance(outcome, Refused):
            note = in_language(outcome.note, language)
            if outcome.reason is Reason.DECLINED and note:
                return self.screen(note)  # which says why, as the wording does not
            return self.screen(self.words(outcome.reason, language, outcome.reason_date), note)
        return self.screen(self.words(Reason.OUTCOME_UNKNOWN, language), outcome.note)

    def finish(
        self,
        message: _MessageType,
        patron: Patron | None = None,
        item: Item | None = None,
        told: Extra = (),
    ) -> _MessageType:
        """`message` with the profile's extra fields, and without what profile and account withhold.

        An extra field that the message has by the standard replaces it.  A required field that is
        withheld is sent empty.  Of what the system `told` beyond the vocabulary, print lines go along, and
        what the profile passes on.
        """
        code = message.layout.code
        if not told and code not in self._ruled:
            return message
        account, dialect = self.account, self.dialect
        changes: dict[str, Any] = {}
        other = list(message.other)
        if told:
            self._pass(message, told, changes, other)
        if extra := dialect.extra_fields.get(code):
            source = SimpleNamespace(patron=patron, item=item)
            for field, value_of in extra:
                value = value_of(source)
                if value is None:
                    continue
                if (name := message.layout.names.get(field)) is None:
                    other.append((field, value))
                else:
                    changes[name] = (value,) if isinstance(getattr(message, name), tuple) else value
        withheld = dialect.omitted.get(code, NO_FIELDS)
        if account is not None:
            withheld |= account.dropped_fields.get(code, NO_FIELDS)
        for field in withheld:
            if (name := message.layout.names.get(field)) is not None:
                changes[name] = () if isinstance(getattr(message, name), tuple) else None
        changes["other"] = tuple(each for each in other if each[0] not in withheld)
        return replace(message, **changes)  # type: ignore[type-var]

    def _pass(
        self, message: Message, told: Extra, changes: dict[str, Any], other: list[tuple[str, str]]
    ) -> None:
        """Put what the system told, and a device may see, into `changes` and `other`; nothing is replaced."""
        names = message.layout.names
        passed = self.dialect.passed_fields.get(message.layout.code, NO_FIELDS)
        lines = self.printed(value for field, value in told if field == "AG")
        if lines and (name := names.get("AG")) is not None:
            changes[name] = lines
        for field, value in told:
            if field not in passed or field == "AG":
                continue
            if (name := names.get(field)) is None:
                other.append((field, value))
            elif getattr(message, name) is None:
                changes.setdefault(name, value)


def _ruled(dialect: Dialect) -> frozenset[str]:
    """The codes of the messages about which `dialect` says something."""
    return frozenset(dialect.extra_fields) | frozenset(dialect.omitted)


def told_beyond(outcome: AnyOutcome) -> Extra:
    """What the system said beyond the vocabulary."""
    return () if isinstance(outcome, Unknown) else outcome.extra


@lru_cache(1024)
def _date_text(moment: datetime | date, zone: tzinfo, date_format: str) -> str:
    """Remembered, since what is lent on one day is mostly due on one other, and strftime is slow."""
    if isinstance(moment, datetime):
        moment = at_home(moment, zone)
    return moment.strftime(date_format)


def secret(text: str | None) -> Secret | None:
    """A PIN as it came; an empty one is none."""
    return Secret(text) if text else None


def yes(text: str | None) -> bool:
    """Whether an optional flag was sent as Y."""
    return text is not None and text[:1] in ("Y", "y")


def identifier(text: str | None) -> str:
    """An identifier without the blanks that readers put around it."""
    return text.strip() if text else ""
