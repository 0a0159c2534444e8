"""From the bytes of a request to the bytes of its answer, whatever the transport."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from softdock.circulation.accounts import Account
from softdock.circulation.identifiers import LibraryId
from softdock.circulation.losses import Direction, Tally
from softdock.circulation.partners import Claimed, Stranger
from softdock.circulation.ports import Desk, Partners
from softdock.circulation.records import record
from softdock.protocols.ncip.codec import InvalidAnswer, Unreadable, read, write
from softdock.protocols.ncip.message import Message
from softdock.protocols.ncip.north import (
    Partner,
    Profile,
    alone,
    answer,
    answer_with,
    claimed_by,
    turned_away,
)
from softdock.protocols.ncip.north.problems import P, problem, trouble
from softdock.protocols.ncip.north.repeats import Heard, fingerprint_of
from softdock.protocols.ncip.tables.services import SERVICES, ServiceKind


@record
class Exchanged:
    """What came of one request, for the transport to send and for the operator to see."""

    document: bytes
    service: str = ""
    """The name of the service; "" where none was recognised."""
    account: Account | None = None
    problems: tuple[str, ...] = ()
    """The problem types of the answer."""
    stranger: Stranger | None = None
    """Why there is no account; the transport may say so in its own way."""
    agency: str = ""
    """What somebody for whom there is no account calls their agency."""
    fault: str = ""
    """What was wrong with an answer that could not be sent as it was: a fault of ours."""
    handed_over: Callable[[], object] | None = None
    """To be called once the partner's connection has taken the answer."""


def _nobody_counts(library: LibraryId, protocol: str, direction: Direction) -> Tally:
    """Where nobody is interested in what is lost."""
    return Counter()


class Exchange:
    """Answers documents for as long as its partners and profiles hold."""

    def __init__(
        self,
        desk: Desk,
        partners: Partners,
        profile_of: Callable[[Account], Profile],
        losses: Callable[[LibraryId, str, Direction], Tally] = _nobody_counts,
    ) -> None:
        """`losses` gives where to count, by library, protocol and direction, what could not be carried."""
        self._desk = desk
        self.partners = partners
        self.profile_of = profile_of
        self._losses = losses
        self._heard = Heard()

    async def answer(self, document: bytes, charset: str, way: Claimed) -> Exchanged:
        """The answer to `document`; `way` is what the transport knows of who sends it.

        Raises WordWithheld, and whatever is a fault of ours.
        """
        try:
            message = read(document, charset)
        except Unreadable as why:
            found = problem(P(why.problem_type), why.detail)
            return Exchanged(write(alone(why.form, [found])), problems=(why.problem_type,))
        claimed = claimed_by(message, way)
        account = await self.partners.partner(claimed)
        if isinstance(account, Stranger):
            told = answer_with(message, "", turned_away(account, claimed))
            return replace(self._exchanged(message, told, stranger=account), agency=claimed.agency)
        lost_in = (self._losses(account.library, "ncip", each) for each in Direction)
        partner = Partner(account, self.profile_of(account), *lost_in)
        if not _changes_books(message):
            return self._exchanged(message, await answer(message, partner, self._desk), account)
        mark = fingerprint_of(partner, document)
        told = await answer(message, partner, self._desk, None if mark.digest in self._heard else mark)
        exchanged = self._exchanged(message, told, account)
        return replace(exchanged, handed_over=partial(self._heard.add, mark.digest))

    def _exchanged(
        self,
        message: Message,
        told: Message,
        account: Account | None = None,
        stranger: Stranger | None = None,
    ) -> Exchanged:
        service, fault = message.body.name, ""
        try:
            sent = write(told)
        except InvalidAnswer as why:
            fault = str(why)
            why_not = trouble(P.TEMPORARY_PROCESSING_FAILURE)
            told = answer_with(message, account.library if account is not None else "", why_not)
            sent = write(told)
        problems = tuple(
            each.value("ProblemType")
            for part in told.elements
            for each in (part, *part.children)
            if each.name == "Problem"
        )
        return Exchanged(sent, service, account, problems, stranger=stranger, fault=fault)


def _changes_books(message: Message) -> bool:
    service = SERVICES.get(message.body.name)
    return service is not None and service.kind is not ServiceKind.LOOKUP
