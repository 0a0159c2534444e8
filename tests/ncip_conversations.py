"""The demo's library, in memory, in place of who answers over a connection."""

from ncip_partner import NcipPartner, finished, v2
from softdock.circulation.partners import Claimed
from softdock.protocols.ncip.client import Answer
from softdock.protocols.ncip.codec import read, write
from softdock.protocols.ncip.transport.replies import Reply


class InProcess(NcipPartner):
    """Answers as a responder does; `play` runs a command's work with it."""

    def __init__(self, **how):
        super().__init__(**how)
        self.heard = []
        """The documents, as they came."""
        self.addresses = []

    async def ask(self, message):
        reply = await self.send_document(write(message))
        return Answer(read(reply.document), reply)

    async def send_document(self, document):
        self.heard.append(document)
        exchanged = await self.exchange.answer(document, "", Claimed())
        assert not exchanged.fault
        return Reply(exchanged.document)

    def play(self, address, work):
        self.addresses.append(address)
        return finished(work(_Asked(self)))

    def books(self):
        """What is told of all patrons and items of the demo, whoever they are."""
        wanted = (
            "<UserElementType>User Privilege</UserElementType><LoanedItemsDesired/><RequestedItemsDesired/>"
        )
        patrons = (
            f"<LookupUser><UserId><UserIdentifierValue>R{number:04}</UserIdentifierValue></UserId>{wanted}"
            "<UserFiscalAccountDesired/></LookupUser>"
            for number in range(1, 15)
        )
        items = (
            f"<LookupItem><ItemId><ItemIdentifierValue>CD{number:04}</ItemIdentifierValue></ItemId>"
            "<ItemElementType>Circulation Status</ItemElementType></LookupItem>"
            for number in range(1, 33)
        )
        return [self.send(v2(inner)).document for inner in (*patrons, *items)]

    @property
    def messages(self):
        """The initiation messages that were heard."""
        return [read(each).body for each in self.heard]


class _Asked:
    def __init__(self, library):
        self.ask = library.ask
        self.send = library.send_document
