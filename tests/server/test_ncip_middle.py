"""Partners meet the same middle as devices, in a process of its own: books, journal, repeats, reloads and an orderly end."""

import resource
import sys

import pytest

import mortal
from bookkeepers import Bookkeeper
from lenders import connected
from mortal import KEPT
from ncip_lines import OnAStream, OverHttp, item, user
from ncip_partner import problems
from running import HASH_OF_KIOSK, a_demo, softdock
from softdock.circulation.locale.en import WORDING
from softdock.circulation.reasons import Reason

pytestmark = pytest.mark.socket

STAMP = "20260101    120000"
LISTEN = [{"sip2": "127.0.0.1:0"}, {"ncip": "127.0.0.1:0"}, {"ncip-tcp": "127.0.0.1:0"}]
KIOSK = {"user": "kiosk", "password_hash": HASH_OF_KIOSK, "library": "CDL", "location": "3F"}
PARTNER = {"agency": "X", "library": "CDL"}
WAYS = {OverHttp: 1, OnAStream: 2}
"""How partners speak, and the number of the port."""


def in_front_of(keeper, *partners, **parts):
    """SoftDock before a system that can be told to wait, with time to wait for it."""
    system = {"adapter": "sip2", "address": keeper.address, "connections": 8, "keep_alive": "0s"}
    return {
        "store": "sqlite:///store.db",
        "listen": LISTEN,
        "grace": "60s",
        "libraries": {"CDL": {"system": system, "time_zone": "UTC", "deadline": "60s"}},
        "accounts": [KIOSK, *partners],
        **parts,
    }


@pytest.fixture
def keeper():
    with Bookkeeper().serving() as serving:
        yield serving


def lists_of(partner, number):
    wanted = (
        "<RequestedItemsDesired/><UserFiscalAccountDesired/><UserElementType>Block Or Trap</UserElementType>"
    )
    return partner.ask("LookupUser", user(number) + wanted)


def test_holds_payments_and_blocks_of_one_are_seen_by_the_other_at_once(tmp_path):
    with softdock(tmp_path, a_demo(listen=LISTEN, accounts=[KIOSK, PARTNER])) as running:
        kiosk = connected(running.ports[0])
        with OverHttp(running.ports[1]) as partner:

            def requests():
                return lists_of(partner, "R0002").value("RequestedItemsCount", "RequestedItemCountValue")

            kind = "<RequestType>Hold</RequestType>"
            wish = user("R0002") + item("CD0001") + kind
            assert kiosk.ask(f"11NN{STAMP}{STAMP}AOCDL|AAR0001|ABCD0001|AC|AD1234|").startswith("121")
            assert partner.told("RequestItem", wish + "<RequestScopeType>Item</RequestScopeType>") == []
            assert "CF1|" in kiosk.ask(f"17{STAMP}AOCDL|ABCD0001|")
            assert kiosk.ask(f"15-{STAMP}AOCDL|AAR0002|ABCD0001|AC|").startswith("161")
            assert requests() == "0"
            assert kiosk.ask(f"15+{STAMP}AOCDL|AAR0002|ABCD0001|AC|").startswith("161")
            assert requests() == "1"
            assert partner.told("CancelRequestItem", wish) == []
            assert "CF0|" in kiosk.ask(f"17{STAMP}AOCDL|ABCD0001|")

            def owed():
                account = lists_of(partner, "R0006").first("UserFiscalAccount")
                return int(account.value("AccountBalance", "MonetaryValue"))

            before = owed()
            assert kiosk.ask(f"37{STAMP}0400CNYBV1.00|AOCDL|AAR0006|BKK1|").startswith("38Y")
            assert owed() == before - 100
            payment = (
                "<FiscalTransactionInformation><FiscalActionType>Payment</FiscalActionType>"
                "<FiscalTransactionType>Fine</FiscalTransactionType><Amount><CurrencyCode>CNY</CurrencyCode>"
                "<MonetaryValue>200</MonetaryValue></Amount></FiscalTransactionInformation>"
            )
            assert partner.told("CreateUserFiscalTransaction", user("R0006") + payment) == []
            assert f"|BV{(before - 300) / 100:.2f}|" in kiosk.ask(
                f"63001{STAMP}{' ' * 10}AOCDL|AAR0006|AD1234|"
            )

            assert not lists_of(partner, "R0001").at("UserOptionalFields", "BlockOrTrap")
            assert kiosk.ask(f"01N{STAMP}AOCDL|ALtorn|AAR0001|AC|").startswith("24Y")
            assert lists_of(partner, "R0001").at("UserOptionalFields", "BlockOrTrap")
            loan = user("R0001") + item("CD0002")
            assert partner.told("CheckOutItem", loan) == ["User Blocked"]
        kiosk.socket.close()


@pytest.mark.parametrize("way", WAYS)
def test_a_repeat_through_another_connection_hears_what_the_first_comes_to(tmp_path, keeper, way):
    """While the system still thinks about it; once it has heard that, the same document asks anew."""
    with softdock(tmp_path, in_front_of(keeper, PARTNER)) as running:
        port, loan = running.ports[WAYS[way]], user("R1") + item("B1")
        with way(port) as again, way(port) as late:
            with way(port) as first, keeper.hanging() as until_there:
                first.say("CheckOutItem", loan)
                until_there()
                first.socket.close()
                again.say("CheckOutItem", loan)
            assert problems(again.hear()) == []
            assert late.told("CheckOutItem", loan) == ["User Ineligible To Check Out This Item"]
        assert keeper.carried_out["11", "R1", "B1"] == 1


def test_a_repeat_after_a_crash_hears_what_was_kept(tmp_path, keeper):
    """The outcome was durable, and the partner had not been told."""
    how, loan = in_front_of(keeper, PARTNER), user("R1") + item("B1")
    command = lambda path: [sys.executable, mortal.__file__, str(path), KEPT, "1"]  # noqa: E731
    with softdock(tmp_path, how, command=command) as killed, OnAStream(killed.ports[2]) as partner:
        partner.say("CheckOutItem", loan)
        assert partner.hear() is None
        killed.process.wait(30)
    with softdock(tmp_path, how) as running, OverHttp(running.ports[1]) as partner:
        assert partner.told("CheckOutItem", loan) == []
    assert keeper.carried_out["11", "R1", "B1"] == 1


def test_without_its_journal_it_changes_nothing_for_partners_and_says_so(tmp_path):
    """The disk is full; what is only looked up is answered, and when there is room again, it lends."""
    how = a_demo(listen=LISTEN, accounts=[KIOSK, PARTNER], store="sqlite:///store.db")
    with softdock(tmp_path, how) as running:
        limit, infinite = resource.RLIMIT_FSIZE, resource.RLIM_INFINITY
        written = (tmp_path / "store.db-wal").stat().st_size  # and not a byte more
        resource.prlimit(running.process.pid, limit, (written, infinite))
        partners = [way(running.ports[port]) for way, port in WAYS.items()]
        loan = user("R0001") + item("CD0001")
        for partner in partners:
            response = partner.ask("CheckOutItem", loan)
            assert problems(response) == ["Temporary Processing Failure"]
            assert response.value("Problem", "ProblemDetail") == WORDING[Reason.JOURNAL_AWAY]
            assert partner.told("LookupItem", item("CD0001")) == []
        resource.prlimit(running.process.pid, limit, (infinite, infinite))
        for partner in partners:
            partner.told("CheckInItem", item("CD0001"))
            assert partner.told("CheckOutItem", loan) == []
            partner.socket.close()


@pytest.mark.parametrize("way", WAYS)
def test_what_is_under_way_is_answered_although_its_partner_is_taken_out(tmp_path, keeper, way):
    """The next message on the same connection is from nobody whom SoftDock knows."""
    with (
        softdock(tmp_path, in_front_of(keeper, PARTNER)) as running,
        way(running.ports[WAYS[way]]) as partner,
    ):
        with keeper.hanging() as until_there:
            partner.say("CheckOutItem", user("R1") + item("B1"))
            until_there()
            assert running.reload(in_front_of(keeper, {"agency": "Y", "library": "CDL"}))
        assert problems(partner.hear()) == []
        assert partner.told("CheckInItem", item("B1")) == ["Unknown Agency"]
    assert keeper.books.loans == {"B1": ("R1", 0)}


def test_what_is_under_way_at_the_end_is_answered_and_then_everybody_is_disconnected(tmp_path, keeper):
    with softdock(tmp_path, in_front_of(keeper, PARTNER)) as running:
        partners = [way(running.ports[port]) for way, port in WAYS.items()]
        idle = [way(running.ports[port]) for way, port in WAYS.items()]
        for each in idle:
            assert each.told("LookupItem", item("B9")) == []
        with keeper.hanging() as until_there:
            for number, each in enumerate(partners):
                each.say("CheckOutItem", user("R1") + item(f"B{number}"))
            until_there(len(partners))
            running.process.terminate()
            assert [each.hear() for each in idle] == [None, None]
        assert [problems(each.hear()) for each in partners] == [[], []]
        assert [each.hear() for each in partners] == [None, None]
        assert running.end() == 0
        for each in partners + idle:
            each.socket.close()
