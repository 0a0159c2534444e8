"""A library behind NCIP: one operation, from the vocabulary to the wire and back; and what is told about the way there."""

from dataclasses import replace

import pytest
from twisted.internet import error
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.logger import formatEvent, globalLogPublisher

from ncip_adapters import a_context
from ncip_partner import v2
from ncip_responders import InMemory, ok
from ncip_told import item, problem, user
from softdock.adapters.ncip.adapter import NcipAdapter
from softdock.circulation.capabilities import Capability
from softdock.circulation.errors import (
    AnswerLost,
    MalformedReply,
    Misconfigured,
    SystemBusy,
    SystemUnavailable,
    Unsupported,
)
from softdock.circulation.identifiers import ItemId, PatronId, Secret
from softdock.circulation.operations import Checkout, LookupItem, LookupPatron, Renew, RenewAll
from softdock.circulation.patrons import PatronList
from softdock.protocols.ncip.codec import read

R1, B1 = PatronId("R1"), ItemId("B1")
LOAN, LOOK, CARD = Checkout(R1, B1), LookupItem(B1), LookupPatron(R1)
URL = "http://ils.test/ncip"
DUE = "<DateDue>2026-03-31T15:59:59Z</DateDue>"
TITLE = "<ItemOptionalFields><BibliographicDescription><Title>War</Title></BibliographicDescription></ItemOptionalFields>"
FOUND = v2(f"<LookupItemResponse>{item()}{TITLE}</LookupItemResponse>")
LENT = v2(f"<CheckOutItemResponse>{item()}{user()}{DUE}{TITLE}</CheckOutItemResponse>")


class Behind(InMemory):
    """An adapter, and the system at the other end of its connections."""

    def __init__(self, monkeypatch, *, reachable=True, tls=False, **settings):
        super().__init__(tls=tls, reachable=reachable)
        self.called = []
        monkeypatch.setattr("softdock.adapters.ncip.adapter.connector", self._connector)
        place = {} if "address" in settings else {"url": URL}
        self.adapter = NcipAdapter({**place, **settings}, a_context(reactor=self.clock))

    def _connector(self, called, *_):
        self.called.append(called)
        return self._connect

    def performs(self, operation):
        """What will become of it: a list that holds it once it is known."""
        return self.heard(Deferred.fromCoroutine(self.adapter.perform(operation)))

    def heard(self, result):
        found = []
        result.addCallbacks(found.append, lambda failure: found.append(failure.value))
        self.clock.advance(0)
        return found

    def asked(self, line=-1):
        """The document that was sent last."""
        return read(self.lines[line].hears().partition(b"\r\n\r\n")[2]).body


@pytest.fixture
def behind(monkeypatch):
    return lambda **how: Behind(monkeypatch, **how)


@pytest.fixture
def logged():
    events = []
    globalLogPublisher.addObserver(events.append)
    yield lambda: [
        formatEvent(each) for each in events if each.get("log_namespace", "").startswith("softdock.adapters.")
    ]
    globalLogPublisher.removeObserver(events.append)


# --- asking -----------------------------------------------------------------------------------------------------


def test_an_operation_becomes_a_document_and_its_answer_an_outcome(behind):
    system = behind(from_agency="SD", to_agency="ILS", application_profile="KIOSK", agency_password="secret")
    heard = system.performs(LOAN)
    header = system.asked().first("InitiationHeader")
    system.lines[0].says(ok(LENT))

    assert heard[0].result.item.title == "War"
    assert header.value("FromAgencyId", "AgencyId") == "SD"
    assert header.value("ToAgencyId", "AgencyId") == "ILS"
    assert header.value("FromAgencyAuthentication") == "secret"
    assert header.value("ApplicationProfileType") == "KIOSK"


def test_without_names_the_library_asks_for_itself(behind):
    system = behind()
    system.performs(LOOK)
    header = system.asked().first("InitiationHeader")
    assert header.value("FromAgencyId", "AgencyId") == header.value("ToAgencyId", "AgencyId") == "LIB"


@pytest.mark.parametrize(
    ("settings", "lines"),
    [
        ({"user": "soft", "password": "dock"}, [b"Authorization: Basic c29mdDpkb2Nr"]),
        ({"token": "t0ken"}, [b"Authorization: Bearer t0ken"]),
        ({"url": "http://ils.test:8080/n c?apikey=k".replace(" ", "%20")}, [b"POST /n%20c?apikey=k HTTP/1.1", b"Host: ils.test:8080"]),
        ({"profile": {"http": "1.0"}}, [b"POST /ncip HTTP/1.0"]),
    ],
)  # fmt: skip
def test_http_is_spoken_as_the_settings_say(behind, settings, lines):
    system = behind(**settings)
    system.performs(LOOK)
    head = system.lines[0].hears().partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert set(lines) <= set(head)


def test_over_plain_tcp_documents_are_all_that_is_sent(behind):
    system = behind(address="ils.test:2001")
    heard = system.performs(LOOK)
    (line,) = system.lines
    assert line.hears().startswith(b"<?xml")
    line.says(FOUND)
    assert heard[0].result.title == "War"


def test_one_connection_serves_one_operation_after_the_other(behind):
    system = behind()
    for _ in range(3):
        heard = system.performs(LOOK)
        system.lines[0].says(ok(FOUND))
        assert heard[0].result.title == "War"
    assert (len(system.lines), system.adapter.connections.opened_total) == (1, 1)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(FOUND), FOUND)


def test_an_answer_may_come_in_chunks_or_byte_by_byte(behind):
    system = behind()
    heard = system.performs(LOOK)
    for each in CHUNKED:
        system.lines[0].says(bytes([each]))
    assert heard[0].result.title == "War"


def test_an_answer_may_end_with_its_connection(behind):
    system = behind(profile={"http": "1.0"})
    heard = system.performs(LOOK)
    system.lines[0].says(b"HTTP/1.0 200 OK\r\n\r\n" + FOUND)
    system.lines[0].ends()
    assert heard[0].result.title == "War"
    system.performs(LOOK)
    assert len(system.lines) == 2


def test_with_https_nothing_is_sent_before_it_is_known_who_is_there(behind):
    system = behind(url="https://ils.test/ncip", tls=True)
    heard = system.performs(LOAN)
    (line,) = system.lines
    assert line.hears() == b""
    assert (system.called[0].address.port, system.called[0].tls is not None) == (443, True)
    line.ends(error.ConnectionLost())
    assert isinstance(heard[0], SystemUnavailable)


def test_workers_share_the_connections_that_there_may_be_out_among_themselves():
    ceilings = []
    for worker in (1, 2, 3):
        context = replace(a_context(reactor=Clock()), workers=3, worker=worker)
        ceilings.append(NcipAdapter({"url": URL, "connections": "8"}, context).connections.ceiling)
    assert ceilings == [3, 3, 2]


# --- what a failure says of what has happened -------------------------------------------------------------------

PAGE = b"<html>no</html>"
OTHER = v2("<ItemShippedResponse/>")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (ok(PAGE, status="500 Internal Server Error"), AnswerLost),
        (ok(PAGE, status="504 Gateway Timeout"), AnswerLost),
        (ok(PAGE, status="503 Service Unavailable"), SystemBusy),
        (ok(PAGE, status="429 Too Many Requests"), SystemBusy),
        (ok(PAGE, status="401 Unauthorized"), Misconfigured),
        (ok(PAGE, status="301 Moved Permanently"), Misconfigured),
        (ok(PAGE, status="302 Found"), AnswerLost),
        (ok(PAGE), MalformedReply),
        (ok(OTHER), MalformedReply),
        (b"220 smtp.test\r\n", MalformedReply),
        (ok(v2(problem("CheckOutItem", "Temporary Processing Failure"))), SystemUnavailable),
        (ok(v2(problem("CheckOutItem", "Unsupported Service"))), Unsupported),
    ],
)
def test_what_comes_in_place_of_an_answer_says_whether_the_loan_may_stand(behind, answer, kind):
    system = behind()
    heard = system.performs(LOAN)
    system.lines[0].says(answer)
    assert type(heard[0]) is kind


def test_a_loan_whose_connection_breaks_may_stand_and_is_not_sent_again(behind):
    for said in (b"", ok(LENT)[:-9]):
        system = behind()
        heard = system.performs(LOAN)
        system.lines[0].says(said) if said else None
        system.lines[0].ends(error.ConnectionLost())
        assert type(heard[0]) is AnswerLost
        assert len(system.lines) == 1


def test_a_lookup_whose_connection_breaks_is_asked_once_more(behind):
    system = behind()
    heard = system.performs(LOOK)
    system.lines[0].ends(error.ConnectionLost())
    system.lines[1].says(ok(FOUND))
    assert heard[0].result.title == "War"


def test_a_loan_that_reached_nobody_was_not_made(behind):
    system = behind(reachable=False)
    assert type(system.performs(LOAN)[0]) is SystemUnavailable


@pytest.mark.parametrize(("pin", "kind"), [(None, AnswerLost), (Secret("1234"), SystemUnavailable)])
def test_at_the_deadline_it_is_known_whether_the_loan_was_sent(behind, pin, kind):
    """With a PIN, only the question about it was."""
    system = behind()
    work = Deferred.fromCoroutine(system.adapter.perform(Checkout(R1, B1, pin)))
    heard = system.heard(work)
    work.cancel()
    assert type(heard[0]) is kind
    assert system.lines[0].gone


def test_an_answer_that_is_late_is_lost(behind):
    system = behind(timeout="3s")
    heard = system.performs(LOAN)
    system.clock.advance(3)
    assert type(heard[0]) is AnswerLost


def test_an_answer_about_another_item_is_not_believed(behind):
    system = behind()
    heard = system.performs(LOOK)
    system.lines[0].says(ok(FOUND.replace(b"B1", b"B2")))
    assert type(heard[0]) is MalformedReply
    assert system.lines[0].gone


# --- several documents for one operation ------------------------------------------------------------------------

LOANS = [ItemId(f"B{number}") for number in range(1, 7)]
CARD_WITH_LOANS = v2(
    f"<LookupUserResponse>{user()}{''.join(f'<LoanedItem>{item(each)}{DUE}</LoanedItem>' for each in LOANS)}</LookupUserResponse>"
)


def renewed(number):
    return ok(v2(f"<RenewItemResponse>{item(number)}{user()}{DUE}{TITLE}</RenewItemResponse>"))


def test_everything_is_renewed_a_few_at_a_time_and_in_time(behind):
    """Three are answered, two are under way when the time is over, and one is not begun any more."""
    system = behind(at_once="2", timeout="60s")
    heard = system.performs(RenewAll(R1))
    system.lines[0].says(ok(CARD_WITH_LOANS))
    for number in ("B1", "B2", "B3"):
        (line,) = (each for each in system.lines if number.encode() in each.wire.value())
        line.hears()
        line.says(renewed(number))
    assert not heard
    system.clock.advance(8 * 0.85)

    assert heard[0].result.renewed == ("B1", "B2", "B3")
    assert heard[0].result.unrenewed == ("B4", "B5", "B6")
    assert sum(line.gone for line in system.lines) == 2, "what was under way is given up"
    assert not [each for each in system.lines if b"B6" in each.wire.value()]


def test_nothing_more_is_begun_for_who_has_given_up(behind):
    """As each that was under way came to nothing, the next was sent, and nobody waited for its answer."""
    system = behind(at_once="2", timeout="60s")
    work = Deferred.fromCoroutine(system.adapter.perform(RenewAll(R1)))
    heard = system.heard(work)
    system.lines[0].says(ok(CARD_WITH_LOANS))
    (line,) = (each for each in system.lines if b"B1" in each.wire.value())
    line.hears()
    line.says(renewed("B1"))

    work.cancel()
    system.clock.advance(0)

    assert heard[0].result.renewed == ("B1",), "what was done by then is told"
    assert heard[0].result.unrenewed == tuple(LOANS[1:])
    assert not [
        each for each in system.lines for number in (b"B4", b"B5", b"B6") if number in each.wire.value()
    ]


def test_one_loan_that_cannot_be_looked_at_hides_no_others(behind):
    system = behind(at_once="1", profile={"recalls": "true"})
    heard = system.performs(LookupPatron(R1, wanted=PatronList.RECALLS))
    system.lines[0].says(ok(CARD_WITH_LOANS))
    recalled = "<ItemOptionalFields><CirculationStatus>Recalled</CirculationStatus></ItemOptionalFields>"
    system.lines[0].says(ok(PAGE))
    for each in LOANS[1:]:
        system.lines[-1].says(ok(v2(f"<LookupItemResponse>{item(each)}{recalled}</LookupItemResponse>")))
    assert [each.item for each in heard[0].result.entries] == LOANS[1:]


# --- what the system can do -------------------------------------------------------------------------------------


def test_what_the_system_does_not_support_is_told_once_and_not_offered_any_more(behind, logged):
    system = behind()
    for _ in range(2):
        heard = system.performs(Renew(R1, B1))
        if system.lines[0].hears():
            system.lines[0].says(ok(v2(problem("RenewItem", "Unsupported Service"))))
        assert type(heard[0]) is Unsupported
    assert Capability.RENEW not in system.adapter.capabilities
    assert Capability.RENEW_ALL not in system.adapter.capabilities
    assert Capability.CHECKOUT in system.adapter.capabilities
    assert [each for each in logged() if "RenewItem" in each] == [
        "LIB: the system has no RenewItem; it is not asked for again"
    ]


def test_what_the_settings_forbid_is_not_offered(behind):
    system = behind(without=["renew", "hold"])
    assert {Capability.RENEW, Capability.HOLD}.isdisjoint(system.adapter.capabilities)
    assert type(system.performs(Renew(R1, B1))[0]) is Unsupported
    assert system.lines == []


def test_a_profile_says_what_a_system_has(behind):
    services = ["LookupUser", "CheckOutItem", "CheckInItem"]
    offered = behind(profile={"services": services, "mandated": "false"}).adapter.capabilities
    assert offered == {
        Capability.LOOKUP_PATRON, Capability.CHECKOUT, Capability.CHECKIN, Capability.END_SESSION,
    }  # fmt: skip
    assert Capability.LOOKUP_TITLE not in behind(profile={"version": "2.01"}).adapter.capabilities


def test_a_system_that_refuses_softdock_is_told_once(behind, logged):
    system = behind()
    for _ in range(2):
        heard = system.performs(LOOK)
        system.lines[0].says(ok(v2(problem("LookupItem", "Unknown Agency"))))
        assert type(heard[0]) is Misconfigured
    assert [each for each in logged() if "Unknown Agency" in each] == [
        "LIB: the system refuses LookupItem: Unknown Agency"
    ]


# --- whether it is there ----------------------------------------------------------------------------------------

VERSIONS = v2(
    "<LookupVersionResponse><FromAgencyId><AgencyId>A</AgencyId></FromAgencyId><ToAgencyId><AgencyId>B</AgencyId></ToAgencyId>"
    "<VersionSupported>2.02</VersionSupported></LookupVersionResponse>"
)


def probed(system):
    return system.heard(Deferred.fromCoroutine(system.adapter.probe()))


@pytest.mark.parametrize("probe", ["LookupVersion", "LookupAgency", "LookupUser", "LookupItem"])
def test_a_system_is_there_if_it_answers_the_probe_whatever_it_says(behind, probe):
    system = behind(profile={"probe": probe, "services": ["LookupUser"]})
    heard = probed(system)
    assert system.asked().name == probe
    system.lines[0].says(ok(v2(problem(probe, "Unknown User"))))
    assert heard == [None]
    heard = probed(system)
    system.lines[0].says(ok(v2(problem(probe, "Unsupported Service"))))
    assert heard == [None]


def test_a_probe_that_is_not_supported_is_sent_again(behind):
    """It was not asked for any more, so a system that was away was taken to be there at each probe."""
    system = behind()
    for _ in range(2):
        heard = probed(system)
        assert system.asked().name == "LookupVersion"
        system.lines[0].says(ok(v2(problem("LookupVersion", "Unsupported Service"))))
        assert heard == [None]
    system.lines[0].ends()
    system.reachable = False
    assert type(probed(system)[0]) is SystemUnavailable


def test_what_only_the_probe_asks_for_is_not_offered(behind):
    system = behind(profile={"probe": "LookupItem", "services": ["LookupUser"]})
    assert Capability.LOOKUP_ITEM not in system.adapter.capabilities


def test_it_is_there_if_it_tells_its_versions(behind):
    system = behind()
    heard = probed(system)
    system.lines[0].says(ok(VERSIONS))
    assert heard == [None]


@pytest.mark.parametrize("answer", [ok(PAGE), ok(PAGE, status="503 Service Unavailable"), ok(v2(problem("LookupVersion", "Temporary Processing Failure")))])  # fmt: skip
def test_it_is_not_where_something_else_answers(behind, answer):
    system = behind()
    heard = probed(system)
    system.lines[0].says(answer)
    assert isinstance(heard[0], (SystemUnavailable, SystemBusy, MalformedReply))


def test_where_there_is_nothing_to_probe_by_nothing_is_probed(behind):
    assert not behind(profile={"probe": "none"}).adapter.can_probe


# --- what the log says ------------------------------------------------------------------------------------------


def test_the_log_says_once_that_a_system_is_connected_or_why_it_is_not(behind, logged):
    system = behind(idle="0s")
    for reachable in (True, True, False, False, True):
        system.reachable = reachable
        system.performs(LOOK)
        if reachable:
            system.lines[-1].says(ok(FOUND))
    connected, away, again = logged()
    assert connected == "the system of LIB at ils.test:80 is connected"
    assert away.startswith("the system of LIB at ils.test:80 cannot be asked: no connection: ")
    assert again == f"{connected} again"


def test_each_trouble_with_connections_is_told_once_until_it_is_over(behind, logged):
    adapter = behind().adapter
    for trouble, beside in [("refused", 0), ("broken", 0), ("refused", 0), ("full", 2), ("full", 3)]:
        adapter.failed(SystemUnavailable(trouble), beside)
    adapter.opened()
    adapter.opened()
    adapter.failed(SystemUnavailable("refused"), 0)
    assert [each.rpartition(" ")[2] for each in logged()] == ["refused", "broken", "full", "again", "refused"]


def test_nothing_of_a_patron_or_a_secret_is_logged(behind, logged):
    system = behind(agency_password="agency-secret", user="u", password="basic-secret")
    heard = system.performs(LookupPatron(PatronId("R-4711"), Secret("9876")))
    system.lines[0].says(ok(v2(problem("LookupUser", ("Unsupported Service", "R-4711 9876 Ada Lovelace")))))
    told = "".join(logged()) + f"{heard[0]!r}{heard[0]}{system.adapter.settings!r}"
    assert not [each for each in ("4711", "9876", "Ada", "agency-secret", "basic-secret") if each in told]


def test_once_closed_nothing_is_left(behind):
    system = behind()
    heard = system.performs(LOAN)
    Deferred.fromCoroutine(system.adapter.close())
    system.clock.advance(0)
    assert type(heard[0]) is AnswerLost
    assert not system.clock.getDelayedCalls()
