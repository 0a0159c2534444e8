"""A library's system that speaks NCIP and keeps its books well; it can be told to stop in the midst of a change."""

import re

from bookkeepers import Bookkeeper
from ncip_partner import v2
from softdock.protocols.ncip.codec import read, write
from softdock.protocols.ncip.message import Message

DUE = "2027-01-01T23:59:59Z"
CODES = {
    "CheckOutItem": "11",
    "CheckInItem": "09",
    "UndoCheckOutItem": "09",
    "RenewItem": "29",
    "RequestItem": "15+",
    "UpdateRequestItem": "15*",
    "CancelRequestItem": "15-",
    "CreateUserFiscalTransaction": "37",
}
"""What a service does to the books, by the code of SIP2.  UpdateUser blocks and unblocks."""
LOOKUPS = frozenset({"LookupItem", "LookupUser"})
REFUSALS = {
    "11": "Resource Cannot Be Provided",
    "09": "Item Not Checked Out",
    "29": "Item Not Checked Out",
    "15": "Duplicate Request",
    "37": "Invalid Amount",
}
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_END = re.compile(rb"</(?:\w+:)?NCIP(?:Version)?Message>")


class NcipBookkeeper(Bookkeeper):
    """Spoken to over HTTP, or on a stream.  It never tells since when an item is lent: NCIP has no place for that."""

    def __init__(self, books=None, *, tells=True, stream=False):
        super().__init__(books, tells=tells)
        self._stream = stream

    @property
    def place(self):
        """Where it is, as settings say it."""
        return {"address": self.address} if self._stream else {"url": f"http://{self.address}/ncip"}

    def _serve(self, incoming, outgoing):
        begun = b""
        while data := incoming.read1(65536):
            begun += data
            while (taken := self._taken(begun)) is not None:
                document, begun = taken
                self._answer(read(document), outgoing)

    def _answer(self, message, outgoing):
        inner = self._meet(message.body)
        if inner is not None:
            outgoing.write(self._written(message.body, self._sealed(message.form, inner)))

    def _taken(self, data):
        """The first document in `data`, and what comes behind it; None if it is not whole."""
        if self._stream:
            end = _END.search(data)
            return None if end is None else (data[: end.end()].lstrip(), data[end.end() :])
        head, end, rest = data.partition(b"\r\n\r\n")
        length = int(_LENGTH.search(head)[1]) if end else 0
        return (rest[:length], rest[length:]) if end and len(rest) >= length else None

    def _sealed(self, form, inner):
        """The answer as it travels, in the form of its request; `inner` is version 2."""
        document = write(Message(form, read(v2(inner)).elements))
        return document if self._stream else in_http(document)

    def _changes(self, request):
        return request.name in CODES or request.name == "UpdateUser"

    def _looks(self, request):
        return request.name in LOOKUPS

    # --- what is told -----------------------------------------------------------------------------------

    def _look_up(self, request):
        match request.name:
            case "LookupItem":
                return response(request, self._item(item_in(request)))
            case "LookupUser":
                return response(request, self._patron(patron_in(request), request))
            case "LookupVersion":
                agencies = "".join(
                    f"<{each}AgencyId><AgencyId>CDL</AgencyId></{each}AgencyId>" for each in ("From", "To")
                )
                return response(request, f"{agencies}<VersionSupported>2.02</VersionSupported>")
        return problem(request, "Unsupported Service")

    def _item(self, item):
        if not self.tells:
            return _id("Item", item)
        lent = self.books.loans.get(item)
        borrower = "" if lent is None else f"<CurrentBorrower>{_id('User', lent[0])}</CurrentBorrower>"
        status = "Available On Shelf" if lent is None else "On Loan"
        return (
            f"{_id('Item', item)}<ItemTransaction>{borrower}</ItemTransaction><ItemOptionalFields>"
            "<BibliographicDescription><Title>T</Title></BibliographicDescription>"
            f"<CirculationStatus>{status}</CirculationStatus></ItemOptionalFields>"
        )

    def _patron(self, who, request):
        if not self.tells:
            return _id("User", who)
        told = [_id("User", who)]
        if request.has("LoanedItemsDesired"):
            loans = [item for item, (patron, _) in self.books.loans.items() if patron == who]
            told += [
                f"<LoanedItem>{_id('Item', item)}<DateDue>{DUE}</DateDue></LoanedItem>" for item in loans
            ]
        if request.has("RequestedItemsDesired") and who in self.books.holds:
            item, place = self.books.holds[who]
            told.append(
                f"<RequestedItem>{_id('Item', item)}<RequestType>Hold</RequestType><RequestStatusType>In Process"
                f"</RequestStatusType><DatePlaced>2026-01-01T00:00:00Z</DatePlaced><PickupLocation>{place}"
                "</PickupLocation></RequestedItem>"
            )
        block = "<BlockOrTrap><AgencyId>CDL</AgencyId><BlockOrTrapType>Block Check Out</BlockOrTrapType></BlockOrTrap>"
        name = (
            "<NameInformation><PersonalNameInformation><UnstructuredPersonalUserName>Reader"
            "</UnstructuredPersonalUserName></PersonalNameInformation></NameInformation>"
        )
        told.append(
            f"<UserOptionalFields>{name}{block if who in self.books.blocked else ''}</UserOptionalFields>"
        )
        return "".join(told)

    # --- what is changed --------------------------------------------------------------------------------

    def _carry_out(self, request):
        """The answer; the books are changed if it is yes."""
        who, item, place = patron_in(request), item_in(request), request.value("PickupLocation")
        if request.name == "UpdateUser":
            code = "01" if request.at("AddUserFields", "BlockOrTrap") else "25"
        else:
            code = CODES[request.name]
        place = place or request.value("AddRequestFields", "PickupLocation")
        if not self.book(code, who, item, place or None):
            kind = "Unknown Request" if code in ("15*", "15-") else REFUSALS[code[:2]]
            return problem(request, kind)
        user, thing = _id("User", who) if who else "", _id("Item", item) if item else ""
        match code[:2]:
            case "11" | "29":
                return response(request, f"{thing}{user}<DateDue>{DUE}</DateDue>")
            case "09":
                return response(request, f"{thing}{user if request.name == 'UndoCheckOutItem' else ''}")
            case "15":
                kind = "<RequestType>Hold</RequestType><RequestScopeType>Item</RequestScopeType>"
                return response(request, f"{thing}{user}{'' if code == '15-' else kind}")
            case "37":
                number = "<AgencyId>CDL</AgencyId><FiscalTransactionIdentifierValue>T1</FiscalTransactionIdentifierValue>"
                return response(
                    request,
                    f"{user}<FiscalTransactionReferenceId>{number}</FiscalTransactionReferenceId>",
                )
        return response(request, user)


def in_http(document, status="200 OK"):
    """A whole answer of HTTP."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/xml\r\nContent-Length: {len(document)}\r\n\r\n"
    return head.encode() + document


def response(request, inner):
    """What is in the root of an answer to `request`."""
    return f"<{request.name}Response>{inner}</{request.name}Response>"


def problem(request, kind):
    """The same, of an answer that says why not."""
    return response(
        request, f"<Problem><ProblemType>{kind}</ProblemType><ProblemDetail>no</ProblemDetail></Problem>"
    )


def item_in(request):
    """The item that is meant; None if none is."""
    return request.value("ItemId", "ItemIdentifierValue") or None


def patron_in(request):
    """The patron who is meant; None if nobody is."""
    proofs = {
        each.value("AuthenticationInputType"): each.value("AuthenticationInputData")
        for each in request.all("AuthenticationInput")
    }
    return request.value("UserId", "UserIdentifierValue") or proofs.get("Barcode Id")


def _id(kind, value):
    return f"<{kind}Id><{kind}IdentifierValue>{value}</{kind}IdentifierValue></{kind}Id>"
