"""The system itself: who asks, for which service, and what the answer looks like around its content."""

import secrets
from collections.abc import Callable, Mapping
from typing import ClassVar, Final

from softdock.kit.simulators.books import Books
from softdock.kit.simulators.faults import Harm
from softdock.kit.simulators.ncip import agencies, holds, items, loans, patrons
from softdock.kit.simulators.ncip.asking import Ask
from softdock.kit.simulators.ncip.manners import Chosen, Manner
from softdock.kit.simulators.ncip.nodes import Node, Part, holding
from softdock.kit.simulators.ncip.problems import Problem, told
from softdock.kit.simulators.ncip.reading import NotNcip, Request, level_of, read
from softdock.kit.simulators.ncip.writing import write
from softdock.kit.simulators.site import Asked, Reply, Simulator, page

TCP: Final = "TCP"
"""The method of what came without HTTP."""

SERVICES: Final[Mapping[str, Callable[[Ask], Part]]] = {
    "AcceptItem": holds.accept,
    "AuthenticateUser": patrons.authenticate,
    "CancelRecallItem": loans.cancel_recall,
    "CancelRequestItem": holds.cancel,
    "CheckInItem": loans.check_in,
    "CheckOutItem": loans.check_out,
    "CreateItem": items.create,
    "CreateUser": patrons.create,
    "CreateUserFiscalTransaction": patrons.book,
    "DeleteItem": items.delete,
    "DeleteUser": patrons.delete,
    "LookupAgency": agencies.look_up,
    "LookupItem": items.look_up,
    "LookupItemSet": items.look_up_set,
    "LookupRequest": holds.look_up,
    "LookupUser": patrons.look_up,
    "LookupVersion": agencies.look_up_version,
    "RecallItem": loans.recall,
    "RenewItem": loans.renew,
    "RequestItem": holds.request,
    "UndoCheckOutItem": loans.undo_check_out,
    "UpdateCirculationStatus": items.set_status,
    "UpdateItem": items.update,
    "UpdateRequestItem": holds.update,
    "UpdateUser": patrons.update,
}

_NOT_PLAYED: Final = frozenset(
    """
    AgencyCreated AgencyUpdated CirculationStatusChangeReported CirculationStatusUpdated CreateAgency ItemCheckedIn
    ItemCheckedOut ItemCreated ItemRecallCancelled ItemRecalled ItemReceived ItemRenewed ItemRequestCancelled
    ItemRequestUpdated ItemRequested ItemShipped ItemUpdated ReportCirculationStatusChange SendUserNotice UpdateAgency
    UserCreated UserFiscalTransactionCreated UserNoticeSent UserUpdated
    """.split()
)
"""Services that no manner has, but which are known: their answer says so."""

_OF_VERSION_1: Final = frozenset({"AuthenticateUser"})
_SYNTAX: Final = "Invalid Message Syntax Error"
_UNSUPPORTED: Final = "Unsupported Service"
_NOBODY: Final = "UNKNOWN"
"""Named in a header that there has to be, though nobody has said who asks."""


class NcipSystem(Simulator):
    """Answers as a library system with NCIP does, in a manner."""

    home: ClassVar[str] = "/ncip/"

    def __init__(self, books: Books, manner: Manner) -> None:
        super().__init__(books)
        self.manner = manner
        """May be changed at any time: the next request is answered in the new one."""

    def call_of(self, path: str, fields: tuple[tuple[str, str], ...]) -> str:
        """Nothing: an address does not tell the service."""
        return ""

    def name_of(self, asked: Asked) -> str:
        """The service, by the name of its initiation message; "" for what is none."""
        try:
            return read(asked.body).service.name
        except NotNcip:
            return ""

    def answer(self, asked: Asked) -> Reply:
        """See `Simulator`.  An answer of NCIP is always one of status 200."""
        if asked.method not in {"POST", TCP}:
            return page(405, "Method Not Allowed")
        if asked.method != TCP and not f"{asked.path}/".startswith(self.home):
            return page(404, "Not Found")
        return self._understood(asked, self._content)

    def deny(self, harm: Harm, asked: Asked) -> Reply:
        """See `Simulator`.  There are no sessions here: it is the system that is not known any more."""
        kind = "System Authentication Failed" if harm is Harm.SESSION else "Unauthorized Service For System"

        def denied(request: Request) -> Part:
            raise Problem(kind)

        return self._understood(asked, denied)

    # --- the content --------------------------------------------------------------------------------------

    def _content(self, request: Request) -> Part:
        """What the service tells.  Raises Problem."""
        service, manner = request.service, self.manner
        if service.name != "LookupVersion":
            self._let_in(service)
        if service.name not in manner.services:
            raise Problem(_UNSUPPORTED)
        level = level_of(manner.version, request.level)
        return SERVICES[service.name](Ask(service, self.books, manner, level))

    def _let_in(self, service: Node) -> None:
        """Somebody asks who is known.  Raises Problem."""
        header, manner = service.first("InitiationHeader") or Node(""), self.manner
        secret = header.value("FromSystemAuthentication")
        if manner.secret and not secrets.compare_digest(secret.encode(), manner.secret.encode()):
            raise Problem("System Authentication Failed", element="FromSystemAuthentication")
        if manner.chosen is Chosen.NOT:
            return
        if manner.chosen is Chosen.TO_AGENCY:
            element, value = "ToAgencyId", header.value("ToAgencyId", "AgencyId")
            is_known = value == self.books.house.library
        elif manner.chosen is Chosen.FROM_AGENCY:
            element, value = "FromAgencyId", header.value("FromAgencyId", "AgencyId")
            is_known = value.lower() in manner.partners
        else:
            element, value = "ApplicationProfileType", header.value("ApplicationProfileType")
            is_known = value in manner.partners
        if not is_known:
            raise Problem(manner.no_partner, element=element, value=value[:40])

    # --- around it ----------------------------------------------------------------------------------------

    def _understood(self, asked: Asked, content: Callable[[Request], Part]) -> Reply:
        """What `content` tells, as far as there is a message that asks for it."""
        try:
            request = read(asked.body)
        except NotNcip as wrong:
            return self._reply(told(self.manner, Problem(_SYNTAX, f"The message is {wrong}.")), None)
        service, manner = request.service, self.manner
        is_bare = service.name == "LookupVersion"
        if not is_bare and request.is_version_1 != manner.is_version_1:
            return self._problem(Problem(_SYNTAX), request)
        is_known = service.name in SERVICES.keys() - _OF_VERSION_1 or service.name in _NOT_PLAYED
        if not is_known and service.name not in manner.services:
            return self._problem(Problem(_UNSUPPORTED), request)
        try:
            part = content(request)
        except Problem as problem:
            if is_bare:  # its answer has no place for one
                return self._problem(problem, request)
            part = told(manner, problem)
        header = None if is_bare else self._header(service)
        return self._reply(holding(f"{service.name}Response", header, part), request)

    def _problem(self, problem: Problem, request: Request) -> Reply:
        """`problem` in place of an answer."""
        return self._reply(told(self.manner, problem), request)

    def _header(self, service: Node) -> Node | None:
        """Who answers whom: those of the request, the other way round."""
        asked = service.first("InitiationHeader")
        must = self.manner.is_version_1
        if not must and (asked is None or not self.manner.has_header):
            return None
        said = asked or Node("")
        ours = said.value("ToAgencyId", "AgencyId") or str(self.books.house.library)
        theirs = said.value("FromAgencyId", "AgencyId") or _NOBODY
        return holding(
            "ResponseHeader",
            holding("FromAgencyId", Node("AgencyId", ours)),
            holding("ToAgencyId", Node("AgencyId", theirs)),
        )

    def _reply(self, content: Part, request: Request | None) -> Reply:
        """NCIPMessage with `content`."""
        body = write(self.manner, holding("", content).children, request, str(self.books.house.library))
        return Reply(body, self.manner.content_type)
