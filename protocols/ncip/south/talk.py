"""One operation on its way: what is asked of the system, how, and until when."""

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import Any, Final, TypeAlias

from softdock.circulation.errors import (
    AnswerLost,
    MalformedReply,
    Misconfigured,
    SystemBusy,
    SystemUnavailable,
    Unsupported,
)
from softdock.circulation.identifiers import HoldId, ItemId, PatronId, Secret, TitleId
from softdock.circulation.money import Money
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip import asking
from softdock.protocols.ncip.asking import Part
from softdock.protocols.ncip.message import Element, Message
from softdock.protocols.ncip.south.problems import Declined, is_lost, trouble
from softdock.protocols.ncip.south.system import System
from softdock.protocols.ncip.tables.services import SERVICES, ServiceKind

Ask: TypeAlias = Callable[[Message], Awaitable[Message]]
"""Sends a message, and gives the one that answers it.  Raises LibrarySystemError."""

Gather: TypeAlias = Callable[[Iterable[Coroutine[Any, Any, Any]]], Awaitable[Sequence[Any]]]
"""Runs several, a few at a time, and gives what they come to, in order."""


async def one_by_one(work: Iterable[Coroutine[Any, Any, Any]]) -> Sequence[Any]:
    """The simplest way to run several."""
    return [await each for each in work]


_OF_SEVERAL_WISHES: Final = frozenset({
    "CreateUserFiscalTransaction", "RequestItem", "UpdateItem", "UpdateRequestItem", "UpdateUser",
})  # fmt: skip


def _is_about_this_wish(asked: Message) -> bool:
    """Whether a system that has no such thing may still have the service: for another wish, or for what is only about to happen."""
    return asked.body.name in _OF_SEVERAL_WISHES or asked.body.has("MandatedAction")


class Talk:
    """How a system is asked for the sake of one operation."""

    __slots__ = ("_ask", "changes_sent", "gather", "is_over", "system")

    def __init__(
        self,
        system: System,
        ask: Ask,
        gather: Gather = one_by_one,
        is_over: Callable[[], bool] = lambda: False,
    ) -> None:
        """`is_over` tells when no more should be begun, so that what is known is still told in time."""
        self.system = system
        self._ask = ask
        self.gather = gather
        self.is_over = is_over
        self.changes_sent = False
        """Whether anything was sent that may have changed the books: what is refused has not."""

    async def ask(self, service: str, *parts: Part) -> Element:
        """The response of the system to `service`.

        Raises Declined for problems that say why not, and LibrarySystemError.
        """
        system = self.system
        if service not in system.services:
            raise Unsupported(f"{system.library} has no {service}")
        message = system.initiator.message(service, *parts)
        sent_before = self.changes_sent
        self.changes_sent |= SERVICES[service].kind is not ServiceKind.LOOKUP
        try:
            return self._response(service, message, await self._ask(message))
        except (Declined, SystemUnavailable, SystemBusy, Unsupported):
            self.changes_sent = sent_before
            raise

    def _response(self, service: str, asked: Message, answer: Message) -> Element:
        system, body = self.system, answer.body
        problems = list(answer.elements) if body.name == "Problem" else body.all("Problem")
        if problems:
            if is_lost(service, problems, system.dialect):
                raise AnswerLost(f"the system does not know what came of {service}")
            error = trouble(problems, service, body, system.dialect)
            if isinstance(error, Declined):
                system.offered.add(service)
                if error.reason is Reason.PIN_WRONG and not _proves(asked.body):
                    error.reason = Reason.PIN_REQUIRED
            elif isinstance(error, Unsupported) and not _is_about_this_wish(asked):
                system.missing |= {service} - system.offered
            raise error
        if body.name != SERVICES[service].response:
            if body.name == "LookupVersionResponse":
                raise Misconfigured("the system does not speak this version of NCIP")
            raise MalformedReply(f"{system.library}: NCIP", f"the answer to {service}", body.name)
        system.offered.add(service)
        return body

    # --- how this system is told who and what is meant --------------------------------------------------

    def who(self, patron: PatronId, pin: Secret | None = None) -> Part:
        """The patron; with a PIN, card and PIN as AuthenticationInput."""
        dialect = self.system.dialect
        if pin:
            return [
                asking.proof(patron, dialect.card_input),
                asking.proof(pin.reveal(), dialect.pin_input),
            ]
        return asking.identifier("UserId", patron, dialect.user_id_type, self._agency)

    def item(self, item: ItemId | None) -> Element | None:
        """ItemId."""
        return asking.identifier("ItemId", item, self.system.dialect.item_id_type, self._agency)

    def hold(self, hold: HoldId | None) -> Element | None:
        """RequestId."""
        return asking.identifier("RequestId", hold, self.system.dialect.request_id_type, self._agency)

    def title(self, title: TitleId | None) -> Element | None:
        """BibliographicId: a number of the system's own, unless its profile says of which list."""
        code = self.system.dialect.title_code
        return asking.title_id(title, "" if code else self.system.agency, code)

    @property
    def _agency(self) -> str:
        return self.system.agency if self.system.dialect.agency_in_ids else ""

    def elements(self, list_name: str, wanted: Sequence[str]) -> Part:
        """What the answer shall tell."""
        return asking.texts(list_name, wanted)

    @staticmethod
    def amount(name: str, money: Money | None) -> Element | None:
        """An amount."""
        return None if money is None else asking.amount(name, money.currency, money.minor)


def _proves(request: Element) -> bool:
    """Whether a PIN went along."""
    return request.has("AuthenticationInput")
