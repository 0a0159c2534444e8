"""One exchange with a partner: what the services are handed to do their work with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from softdock.circulation.accounts import Account
from softdock.circulation.identifiers import LibraryId
from softdock.circulation.journal import Fingerprint
from softdock.circulation.locale import in_language, wording
from softdock.circulation.operations import Operation
from softdock.circulation.outcomes import Done, Refused
from softdock.circulation.ports import AnyOutcome, Desk
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip.crosswalk import Crosswalk
from softdock.protocols.ncip.message import Element, Form
from softdock.protocols.ncip.moments import write_moment
from softdock.protocols.ncip.north.losses import lost_of
from softdock.protocols.ncip.north.partner import Partner, Profile
from softdock.protocols.ncip.north.problems import ABOUT, P, Trouble, problem, problem_type, trouble
from softdock.protocols.ncip.value_lists import folded

_END_OF_DAY = time(23, 59, 59)

OVERTIME = 1.0
"""Seconds beyond the time of a request in which what it has done may be taken back; a promise of time is longer by more."""


@dataclass(slots=True, eq=False)
class Talk:
    """A request that has been understood to be of `partner`, on its way to `desk`."""

    partner: Partner
    desk: Desk
    service: str
    form: Form
    zone: tzinfo
    """Of the library's local times."""
    currency: str
    request: Element
    """The initiation message."""
    until: float
    """By the desk's clock: all that is asked for this request has time until then, however many operations it takes."""
    fingerprint: Fingerprint | None = None
    """Of the whole document: by what a repeat of it is known."""
    told_apart: int = 0
    """Operations so far that a repeat of the document shall join."""
    lost: set[str] = field(default_factory=set)
    """By name: what the library has told, and the partner cannot be told."""

    @property
    def profile(self) -> Profile:
        """What has been agreed with the partner."""
        return self.partner.profile

    @property
    def crosswalk(self) -> Crosswalk:
        """The words of NCIP's lists, as they are spoken with the partner."""
        return self.partner.profile.crosswalk

    @property
    def account(self) -> Account:
        """On whose behalf the partner speaks."""
        return self.partner.account

    @property
    def library(self) -> LibraryId:
        """Whose library is asked, as far as nothing else says whose."""
        return self.account.library

    # --- asking the desk --------------------------------------------------------------------------------

    async def ask(self, operation: Operation, *, once: bool = False) -> Any:
        """What the library answers to `operation`; raises Trouble if it is not done.

        `once`: a repeat of the same document is the same operation, because what it names can only be done once.
        """
        outcome = await self.outcome_of(operation, once=once)
        if isinstance(outcome, Done):
            return outcome.result
        raise self.why_not(outcome)

    async def outcome_of(self, operation: Operation, *, once: bool = False) -> AnyOutcome:
        """Whatever becomes of `operation`, within the time of the request."""
        mark = self._next_fingerprint() if once else None
        outcome = await self.desk.perform(self.account, operation, mark, self.until)
        self.lost.update(lost_of(outcome, self.crosswalk))
        return outcome

    async def take_back(self, operation: Operation) -> AnyOutcome:
        """What becomes of `operation`, which undoes what was done for this request, even if its time is over."""
        return await self.desk.perform(self.account, operation, None, self.until + OVERTIME)

    def _next_fingerprint(self) -> Fingerprint | None:
        """One for each operation of the document: a repeat asks them in the same order, and joins each with its own."""
        known, number = self.fingerprint, self.told_apart
        self.told_apart = number + 1
        return None if known is None else replace(known, digest=known.digest + bytes([number]))

    def why_not(
        self, outcome: AnyOutcome, element: str = "", value: str = "", beside: Sequence[Element] = ()
    ) -> Trouble:
        """What the partner is told of an operation that was not done, or of which nobody knows."""
        if not isinstance(outcome, Refused):
            return trouble(P.TEMPORARY_PROCESSING_FAILURE, self.words(Reason.OUTCOME_UNKNOWN))
        kind = problem_type(outcome.reason, self.service, self.profile.problems)
        detail = self.words(outcome.reason, outcome.reason_date)
        note = in_language(outcome.note, self.profile.language)
        if note:
            detail = note if outcome.reason is Reason.DECLINED else f"{detail} {note}" if detail else note
        if not element:
            element, value = self._named_by(outcome.reason)
        return Trouble(problem(kind, detail, element, value), beside=beside)

    def _named_by(self, reason: Reason) -> tuple[str, str]:
        """The element of the request that `reason` is about, and what stands there, if that is no secret."""
        for path in ABOUT.get(reason, ()):
            found = self.request.at(*path)
            if found is not None:
                return found.name, "" if found.name == "AuthenticationInput" else found.text
        return "", ""

    def words(self, reason: Reason, when: date | None = None) -> str:
        """What people are told for `reason`."""
        profile = self.profile
        return wording(reason, profile.language, when, profile.texts.get(profile.language))

    @property
    def names_of_agencies(self) -> Mapping[str, str]:
        """What the partner calls our libraries and branches."""
        return self.profile.names_of_agencies

    # --- what the request wants -------------------------------------------------------------------------

    def wants(self, list_name: str) -> frozenset[str]:
        """What the request selects by the elements of that name, in lower case."""
        return frozenset(folded(each.text) for each in self.request.all(list_name) if each.text)

    # --- dates ------------------------------------------------------------------------------------------

    def written(self, moment: datetime | date) -> str:
        """A point in time as the partner reads it; of a day alone its end, which is when things are due.

        What lies so close to the end of time that it cannot be told in another zone is told as it is.
        """
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, _END_OF_DAY, self.zone)
        elif moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.zone)
        try:
            utc = moment.astimezone(UTC)
        except OverflowError:  # "for ever", west of Greenwich
            utc = (datetime.min if moment.year == 1 else datetime.max).replace(tzinfo=UTC)  # noqa: DTZ901
        if not self.profile.local_dates:
            return write_moment(utc)
        try:
            local = utc.astimezone(self.zone)
        except OverflowError:
            return write_moment(utc)
        # Before there were zones, clocks differed by seconds too, which no xs:dateTime can tell.
        odd = (local.utcoffset() or timedelta()) % timedelta(minutes=1)
        return write_moment(utc) if odd else local.isoformat(timespec="seconds")

    @property
    def reading_zone(self) -> tzinfo:
        """The zone of dates that come without one."""
        return self.profile.zone or self.zone

    def day_of(self, moment: datetime) -> date:
        """The day that is meant by a point in time: midnight in UTC is how senders write a day."""
        if moment.utcoffset() == timedelta(0) and moment.time() == time():
            return moment.date()
        return moment.astimezone(self.zone).date()
