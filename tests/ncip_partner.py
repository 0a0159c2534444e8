"""A partner and the demo's library, in memory: documents in, documents out, and the same books over the vocabulary."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from lxml import etree
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from softdock.adapters.base import AdapterContext
from softdock.adapters.inhouse.adapter import InhouseAdapter
from softdock.circulation.accounts import Account
from softdock.circulation.identifiers import LibraryId
from softdock.circulation.outcomes import Done
from softdock.circulation.partners import Claimed
from softdock.circulation.stepping import Waiting, step
from softdock.consortium.desk import ConsortiumDesk
from softdock.consortium.directory import Directory, Library
from softdock.protocols.ncip.codec import read
from softdock.protocols.ncip.message import Element, Message
from softdock.protocols.ncip.north.exchange import Exchange, Exchanged
from softdock.protocols.ncip.north.partner import Profile
from softdock.protocols.ncip.schema import NAMESPACE
from stubs import RecordingObserver

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
CDL = LibraryId("CDL")
ZONE = ZoneInfo("Asia/Shanghai")
DEMO = {"database": "memory", "import": "demo"}


class ThePartners:
    """Everybody speaks for one account."""

    def __init__(self, account: Account) -> None:
        self.account = account

    async def partner(self, claimed: Claimed) -> Account:
        return self.account


class NcipPartner:
    """Somebody who sends documents to a library of the demo, which is `system` or the demo's own."""

    def __init__(self, profile: Profile | None = None, system=None, real=None, books=DEMO, **account) -> None:
        """`books` are the settings of the embedded library; with `real`, a reactor turns until it has answered."""
        self.clock = Clock()
        self.now = NOW
        self.finished = finished if real is None else real.result_of
        reactor = None if real is None else real.reactor
        context = AdapterContext(CDL, ZONE, "CNY", lambda: self.now, Path(), reactor)
        self.system = system or InhouseAdapter(books, context)
        self.finished(self.system.open())
        self._library = Library(id=CDL, system=self.system, zone=ZONE, currency="CNY", names={}, deadline=8.0)
        self.observer = RecordingObserver()
        self.desk = ConsortiumDesk(Directory([self._library]), self.observer, self.clock, lambda: self.now)
        self.account = Account("partner", CDL, **account)
        self.exchange = Exchange(
            self.desk, ThePartners(self.account), lambda _: profile or Profile(), self.observer.losses
        )

    def keep(self, **changes) -> None:
        """From now on the settings of the library are these."""
        self._library = replace(self._library, **changes)
        self.desk.go_by(Directory([self._library]))

    def begins(self, inner: str) -> list[Element]:
        """Send a version 2 message; where the response will be found that may have to be waited for."""
        heard: list[Element] = []
        work = Deferred.fromCoroutine(self.exchange.answer(v2(inner), "", Claimed()))
        work.addCallback(lambda exchanged: heard.append(read(exchanged.document).body))
        return heard

    def send(self, document: bytes, charset: str = "") -> Exchanged:
        """What comes of `document`."""
        return self.finished(self.exchange.answer(document, charset, Claimed()))

    def ask(self, inner: str) -> Element:
        """The response to a version 2 message, which is valid."""
        return self.asked(inner).body

    def asked(self, inner: str) -> Message:
        exchanged = self.send(v2(inner))
        assert not exchanged.fault
        return read(exchanged.document)

    def done(self, operation):
        """What the library itself makes of `operation`, as a device asks for it."""
        outcome = self.outcome(operation)
        assert isinstance(outcome, Done), outcome
        return outcome.result

    def outcome(self, operation):
        """Done, or why not."""
        return self.finished(self.desk.perform(self.account, operation))


def v2(inner: str) -> bytes:
    """A document of version 2.02 around `inner`, whose elements need no prefix."""
    return (
        f'<NCIPMessage xmlns="{NAMESPACE}" xmlns:n="{NAMESPACE}" '
        f'n:version="http://www.niso.org/schemas/ncip/v2_02/ncip_v2_02.xsd">{inner}</NCIPMessage>'
    ).encode()


def finished(coroutine):
    """What comes of `coroutine`, which never waits."""
    result = step(coroutine)
    assert not isinstance(result, Waiting)
    return result


def problems(response: Element) -> list[str]:
    """The problem types of a response."""
    return [each.value("ProblemType") for each in response.all("Problem")]


def shown(document: bytes) -> str:
    """`document` for people."""
    return etree.tostring(etree.fromstring(document), pretty_print=True, encoding="unicode")
