"""A library behind SIP2: one operation, from the vocabulary to the wire and back."""

from dataclasses import replace

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.logger import formatEvent, globalLogPublisher

from certificates import a_certificate
from sip2_behind import CARD, LENT, Behind, a_context
from softdock.adapters.base import AdapterSettingsError
from softdock.adapters.sip2 import Sip2Adapter
from softdock.adapters.sip2.adapter import LOOK_AGAIN
from softdock.circulation.capabilities import Capability
from softdock.circulation.errors import MalformedReply, SystemUnavailable, Unsupported
from softdock.circulation.holds import HoldStatus
from softdock.circulation.identifiers import HoldId, ItemId, PatronId, Secret
from softdock.circulation.losses import Direction
from softdock.circulation.money import Money
from softdock.circulation.operations import (
    CancelHold,
    ChangeHold,
    Checkout,
    EndSession,
    LookupHold,
    LookupItem,
    LookupPatron,
)
from softdock.circulation.outcomes import Done, Refused
from softdock.circulation.reasons import Reason
from wired_systems import STATUS, Heard


def test_workers_share_the_connections_that_there_may_be_out_among_themselves(tmp_path):
    """The system's licence counts them, whoever holds them."""
    ceilings = []
    for worker in (1, 2, 3):
        context = replace(a_context(tmp_path, Clock()), workers=3, worker=worker)
        ceilings.append(Sip2Adapter({"address": "ils:6001", "connections": "8"}, context).connections.ceiling)
    assert ceilings == [3, 3, 2]
    with pytest.raises(AdapterSettingsError) as caught:
        Sip2Adapter({"address": "ils:6001", "connections": "2"}, replace(a_context(tmp_path), workers=3))
    ((place, sentence),) = caught.value.complaints
    assert place == "connections"
    assert "Allow 3, or let fewer workers run." in sentence


@pytest.fixture
def behind(monkeypatch):
    def made(**settings):
        return Behind(monkeypatch, **settings)

    return made


def test_an_operation_becomes_a_request_and_its_answer_an_outcome(behind):
    system = behind()
    heard = system.performs(Checkout(PatronId("R1"), ItemId("B1")))
    (line,) = system.lines
    assert line.answers(STATUS).startswith(b"99")
    request = line.answers(LENT)

    assert request.startswith(b"11")
    assert b"AOLIB|AAR1|ABB1|" in request
    assert heard[0].result.item.title == "War"


def test_what_the_system_cannot_be_told_is_counted(behind):
    """Once for each request that leaves, and for none that was lost with nothing in it."""
    system = behind()
    system.performs(Checkout(PatronId("R1"), ItemId("B1"), hold=HoldId("H1")))
    (line,) = system.lines
    line.answers(STATUS)
    line.answers(LENT)
    system.performs(Checkout(PatronId("R1"), ItemId("B1")))
    assert system.lost == {("sip2", Direction.REQUEST): {("checkout.hold",): 1}}


COSTS = b"120NUN20260101    120000AOLIB|AAR1|ABB1|AJWar|AH|BHCNY|BV2.00|"


@pytest.mark.parametrize("agreed", [Money(200, "CNY"), Money(500, "CNY")])
def test_a_fee_within_what_was_agreed_to_is_said_yes_to_once_it_is_known(behind, agreed):
    system = behind()
    heard = system.performs(
        Checkout(PatronId("R1"), ItemId("B1"), fee_acknowledged=True, acknowledged_fee=agreed)
    )
    (line,) = system.lines
    line.answers(STATUS)

    assert b"|BON|" in line.answers(COSTS)
    assert b"|BOY|" in line.answers(LENT)
    assert isinstance(heard[0], Done)


@pytest.mark.parametrize("agreed", [Money(0, "CNY"), Money(199, "CNY"), Money(200, "JPY")])
def test_a_fee_beyond_what_was_agreed_to_is_not_said_yes_to(behind, agreed):
    system = behind()
    heard = system.performs(
        Checkout(PatronId("R1"), ItemId("B1"), fee_acknowledged=True, acknowledged_fee=agreed)
    )
    (line,) = system.lines
    line.answers(STATUS)
    line.answers(COSTS)

    assert heard[0].reason is Reason.FEE_NOT_ACKNOWLEDGED
    assert heard[0].fee == Money(200, "CNY")
    assert line.hears() == []


def test_a_hold_is_not_meant_by_a_name_that_no_message_tells(behind):
    """With neither item nor title, 15 would leave it to the system which of the patron's holds ends."""
    system = behind()
    name = HoldId("ILL-1")
    assert system.performs(CancelHold(PatronId("R1"), hold=name))[0].reason is Reason.HOLD_UNKNOWN
    assert system.performs(ChangeHold(PatronId("R1"), hold=name))[0].reason is Reason.HOLD_UNKNOWN
    assert system.performs(LookupHold(name))[0].reason is Reason.HOLD_UNKNOWN
    assert system.lines == []

    system.performs(CancelHold(PatronId("R1"), ItemId("B1"), hold=name))
    (line,) = system.lines
    line.answers(STATUS)
    (request,) = line.hears()
    assert request.startswith(b"15-")
    assert b"|ABB1|" in request


def test_how_a_hold_stands_is_read_in_the_lists_of_its_patron(behind):
    """SIP2 has no message that asks about one hold."""
    system = behind(profile={"lists_without_pin": "true"})
    found = system.performs(LookupHold(patron=PatronId("R1"), item=ItemId("B1")))
    (line,) = system.lines
    line.answers(STATUS)
    assert line.answers(CARD % b"Y|CDB2")[23:].startswith(b"     Y    ")
    assert line.answers(CARD % b"Y|ASB1")[23:].startswith(b"Y         ")
    state = found[0].result
    assert (state.item.id, state.patron, state.status) == ("B1", "R1", HoldStatus.READY)


@pytest.mark.parametrize("code", ["15", "63"])
def test_a_system_without_holds_or_lists_is_not_asked_how_a_hold_stands(behind, code):
    system = behind()
    assert Capability.LOOKUP_HOLD in system.adapter.capabilities

    system.performs(LookupItem(ItemId("B1")))
    place = {"63": 7, "15": 13}[code]
    said = b"Y" * place + b"N" + b"Y" * (15 - place)
    system.lines[0].answers(STATUS.replace(b"BXYYYYYYYYYYYYYYYY", b"BX" + said))

    assert Capability.LOOKUP_HOLD not in system.adapter.capabilities


def test_a_login_at_prompts_knows_no_delimiter(behind):
    system = behind(user="soft|dock", password="a|b", profile={"login": "telnet"})
    system.performs(LookupItem(ItemId("B1")))
    (line,) = system.lines
    line.protocol.dataReceived(b"login: ")
    assert line.hears() == [b"soft|dock"]


def test_a_login_is_sent_where_there_is_a_user(behind):
    system = behind(
        user="softdock", password="secret", location="3F", institution="ILS", terminal_password="t"
    )
    system.performs(LookupItem(ItemId("B1")))
    (line,) = system.lines

    assert line.answers(b"941").startswith(b"9300CNsoftdock|COsecret|CP3F|")
    line.answers(STATUS)
    (request,) = line.hears()
    assert b"AOILS|" in request
    assert b"|ACt|" in request


@pytest.mark.parametrize(("flag", "reason"), [(b"N", Reason.PIN_WRONG), (b"Y", None)])
def test_a_pin_that_the_system_does_not_check_is_asked_about_first(behind, flag, reason):
    system = behind()
    heard = system.performs(Checkout(PatronId("R1"), ItemId("B1"), Secret("1234")))
    (line,) = system.lines
    line.answers(STATUS)
    assert b"|AD1234|" in line.answers(CARD % flag)
    if reason is None:
        line.answers(LENT)
        assert isinstance(heard[0], Done)
    else:
        assert heard[0].reason is reason
        assert line.hears() == []


def test_an_answer_about_another_patron_is_not_believed_where_no_number_tells_them_apart(behind):
    """A system that answers twice is one answer ahead from then on: everybody would be told who came before."""
    system = behind(connections="1", profile={"error_detection": "false", "status": "false"})
    first = system.performs(LookupPatron(PatronId("R1")))
    second = system.performs(LookupPatron(PatronId("R2")))
    (line,) = system.lines
    line.hears()
    line.says(CARD % b"Y")
    line.says(CARD % b"Y")

    assert first[0].result.patron.name == "Ada"
    assert isinstance(second[0], MalformedReply)
    assert line.gone
    third = system.performs(LookupPatron(PatronId("R3")))
    system.lines[1].answers(CARD.replace(b"R1", b"R3") % b"Y")
    assert third[0].result.patron.name == "Ada"


def test_what_the_system_does_not_announce_is_not_offered(behind):
    system = behind()
    assert Capability.END_SESSION in system.adapter.capabilities

    system.performs(LookupItem(ItemId("B1")))
    system.lines[0].answers(STATUS.replace(b"BXYYYYYYYYY", b"BXYYYYYYYYN"))

    assert Capability.END_SESSION not in system.adapter.capabilities
    with pytest.raises(Unsupported):
        system.adapter.perform(EndSession(PatronId("R1"))).send(None)


def test_a_system_that_lends_nothing_at_this_moment_is_asked_until_it_does(behind):
    """Nothing is sent that it says it cannot do, so nothing else would ever show that it can again."""
    system = behind(keep_alive="0s")
    system.performs(LookupItem(ItemId("B1")))
    (line,) = system.lines
    line.answers(STATUS.replace(b"98YYY", b"98YYN"))
    line.answers(b"18030001" + b" " * 18 + b"ABB1|AJWar|")
    assert Capability.CHECKOUT not in system.adapter.capabilities

    for status, can in ((STATUS.replace(b"98YYY", b"98YYN"), False), (STATUS, True)):
        system.pass_seconds(LOOK_AGAIN)
        assert line.answers(status).startswith(b"99")
        assert (Capability.CHECKOUT in system.adapter.capabilities) is can

    system.pass_seconds(2 * LOOK_AGAIN)
    assert line.hears() == []


def test_what_a_system_can_do_is_not_to_be_heard_from_one_that_is_not_on_line(behind):
    """Patrons would be told that it never lends; and another library might be taken for the owner of its items."""
    system = behind()
    system.performs(LookupItem(ItemId("B1")))
    system.lines[0].answers(STATUS.replace(b"98YYYYNN", b"98NNNNNN"))

    assert {Capability.CHECKOUT, Capability.CHECKIN} < system.adapter.capabilities


def test_a_system_that_is_let_go_is_not_asked_again(behind):
    system = behind()
    system.performs(LookupItem(ItemId("B1")))
    system.lines[0].answers(STATUS.replace(b"98YYY", b"98YYN"))
    Deferred.fromCoroutine(system.adapter.close())
    system.pass_seconds(1)

    assert not system.clock.getDelayedCalls()


def test_what_the_settings_forbid_stays_forbidden_whatever_the_system_announces(behind):
    system = behind(without=["checkout"])
    system.performs(LookupItem(ItemId("B1")))
    system.lines[0].answers(STATUS)

    assert Capability.CHECKOUT not in system.adapter.capabilities


def test_a_system_that_says_it_is_not_on_line_fails_the_probe(behind):
    system = behind()
    heard = Heard(Deferred.fromCoroutine(system.adapter.probe()))
    (line,) = system.lines
    line.answers(STATUS)
    line.answers(STATUS.replace(b"98Y", b"98N"))

    assert isinstance(heard[0], SystemUnavailable)


def test_a_system_that_is_away_does_not_keep_softdock_from_starting(behind):
    system = behind()
    system.reachable = False
    opened = Heard(Deferred.fromCoroutine(system.adapter.open()))

    assert opened == [None]
    assert system.adapter.connections.failed_total == 1


def test_each_trouble_with_connections_is_told_once_until_it_is_over(behind):
    """However they take turns."""
    system, told = behind(), []
    globalLogPublisher.addObserver(told.append)
    try:
        for trouble, beside in [("refused", 0), ("broken", 0), ("refused", 0), ("full", 2), ("full", 3)]:
            system.adapter.failed(SystemUnavailable(trouble), beside)
        system.adapter.opened()
        system.adapter.opened()
        system.adapter.failed(SystemUnavailable("refused"), 0)
    finally:
        globalLogPublisher.removeObserver(told.append)

    assert [each.get("trouble", "again") for each in told] == [
        "refused",
        "broken",
        "full",
        "again",
        "refused",
    ]


def test_a_system_is_called_at_the_start_to_hear_what_it_can_do(behind):
    system = behind()
    Deferred.fromCoroutine(system.adapter.open())

    assert system.lines[0].hears()[0].startswith(b"99")


def test_the_log_says_once_that_a_system_is_connected_or_why_it_is_not(behind):
    system = behind(idle="0s", timeout="10s")
    logged = []
    globalLogPublisher.addObserver(logged.append)
    try:
        for reachable in (True, True, False, False, True):
            system.reachable = reachable
            system.performs(LookupItem(ItemId("B1")))
            if reachable:
                line = system.lines[-1]
                line.answers(STATUS)
                line.answers(b"1803000120260101    120000ABB1|AJWar|")
    finally:
        globalLogPublisher.removeObserver(logged.append)

    connected, away, again = (formatEvent(each) for each in logged)
    assert connected == "the system of LIB at ils:6001 is connected"
    assert away.startswith("the system of LIB at ils:6001 cannot be asked: no connection: ")
    assert again == f"{connected} again"


def test_its_files_are_watched_as_far_as_they_reach(tmp_path):
    """The profile and the one that it is like, and the certificates: a renewed one is to be taken over."""
    a_certificate(tmp_path, "ca")
    a_certificate(tmp_path, "own")
    (tmp_path / "ours.yaml").write_text("like: theirs.yaml\n")
    (tmp_path / "theirs.yaml").write_text("charset: gbk\n")
    tls = {"ca": "ca.pem", "certificate": "own.pem", "key": "own.key"}
    for name in ("ours.yaml", "theirs.yaml", "ca.pem", "own.pem", "own.key"):
        context = a_context(tmp_path)
        Sip2Adapter({"address": "ils:6001", "profile": "ours.yaml", "tls": tls}, context)
        assert not context.is_outdated()
        with (tmp_path / name).open("a") as file:
            file.write("\n")
        assert context.is_outdated(), name


def test_an_identifier_that_no_message_can_carry_is_not_sent(behind):
    system = behind()
    heard = system.performs(LookupPatron(PatronId("R|1")))

    assert isinstance(heard[0], Refused)
    assert heard[0].reason is Reason.PATRON_UNKNOWN
    assert system.lines == []


@pytest.mark.parametrize(
    ("settings", "place", "part"),
    [
        ({"address": "nowhere"}, "address", "not an address to connect to"),
        ({"address": "ils:0"}, "address", "port"),
        ({"connections": "0"}, "connections", "from 1"),
        ({"timeout": "5"}, "timeout", "5s"),
        ({"password": "a\nb"}, "password", "line breaks"),
        ({"terminal_password": "密", "profile": {"charset": "ascii"}}, "terminal_password", "charset"),
        ({"user": "softdock", "profile": {"field_length": 4}}, "user", "field_length"),
        ({"tls": {"certificate": "c.pem"}}, "tls", "belong together"),
        ({"tls": {"ca": "absent.pem"}}, "tls.ca", "cannot be read"),
        ({"profile": "kooha"}, "profile", "koha"),
        ({"conections": "3"}, "conections", "not known"),
        ({"user": "soft|dock"}, "user", "delimiter"),
        ({"user": "softdock", "password": "hunter|2"}, "password", "delimiter"),
        ({"user": "softdock", "location": "三楼", "profile": {"charset": "latin-1"}}, "location", "charset"),
        ({"terminal_password": "|"}, "terminal_password", "delimiter"),
    ],
)
def test_wrong_settings_are_told_by_place(behind, settings, place, part, monkeypatch, tmp_path):
    if "tls" in settings and "ca" in settings["tls"]:
        context = a_context(tmp_path)
        make = lambda: Sip2Adapter({"address": "ils:6001", **settings}, context)  # noqa: E731
    else:
        make = lambda: behind(**settings)  # noqa: E731
    with pytest.raises(AdapterSettingsError) as caught:
        make()

    ((found, sentence),) = caught.value.complaints
    assert found == place
    assert part in sentence
    assert "a\nb" not in sentence
    assert "hunter" not in sentence
