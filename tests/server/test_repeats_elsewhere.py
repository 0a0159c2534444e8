"""A request that comes again another way is carried out once, and one that is only alike is carried out again.

Two SoftDocks share one journal in front of one system, by SIP2 or by NCIP, whose books tell how often it was asked.
"""

from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import count

import pytest

import ncip_lines
from bookkeepers import Bookkeeper
from lenders import connected
from ncip_keepers import NcipBookkeeper
from ncip_lines import OnAStream, OverHttp
from running import HASH_OF_KIOSK, softdock
from softdock.circulation.locale.en import WORDING
from softdock.circulation.reasons import Reason

pytestmark = pytest.mark.socket

LIBRARY = "CDL"
CONSTANT = "20200101    120000"
_numbers = count(1)


def by_sip2(keeper):
    return {"adapter": "sip2", "address": keeper.address, "keep_alive": "0s"}


def by_ncip(keeper):
    return {"adapter": "ncip", **keeper.place}


SYSTEMS = {
    "SIP2": (Bookkeeper, by_sip2),
    "NCIP": (NcipBookkeeper, by_ncip),
    "NCIP on a stream": (lambda: NcipBookkeeper(stream=True), by_ncip),
}


def settings(store, system):
    return {
        "store": f"sqlite:///{store}",
        "profiles": {"english": {"language": "en"}},
        "listen": [
            {"sip2": "127.0.0.1:0", "profile": "english"},
            {"ncip": "127.0.0.1:0"},
            {"ncip-tcp": "127.0.0.1:0"},
        ],
        "libraries": {LIBRARY: {"system": {"connections": 8, **system}, "time_zone": "UTC"}},
        "accounts": [
            {"user": "kiosk", "password_hash": HASH_OF_KIOSK, "library": LIBRARY},
            {"agency": "X", "library": LIBRARY},
        ],
    }


@pytest.fixture(scope="module", params=SYSTEMS)
def behind(request):
    """The books, and the settings of the system that has them."""
    made, how = SYSTEMS[request.param]
    with made().serving() as serving:
        yield serving, how(serving)


@pytest.fixture
def keeper(behind):
    return behind[0]


@pytest.fixture(scope="module")
def both(behind, tmp_path_factory):
    """Two processes on one journal."""
    store = tmp_path_factory.mktemp("store") / "store.db"
    with ExitStack() as stack:
        yield [
            stack.enter_context(softdock(tmp_path_factory.mktemp("softdock"), settings(store, behind[1])))
            for _ in range(2)
        ]


@pytest.fixture
def ports(both):
    return [each.ports[0] for each in both]


@contextmanager
def devices(*ports):
    """A device that is logged in at each of `ports`."""
    made = [connected(port) for port in ports]
    yield made
    for each in made:
        each.socket.close()


def now():
    return f"{datetime.now(UTC):%Y%m%d   Z%H%M%S}"


@pytest.fixture
def item():
    return f"B{next(_numbers):03}"


def is_hindered(answer):
    return answer[2] == "0" and f"|AF{WORDING[Reason.BEING_PROCESSED]}|" in answer


def borrow(item, stamp, patron="R1"):
    return f"11NN{stamp}{stamp}AO{LIBRARY}|AA{patron}|AB{item}|AC|"


def give_back(item, stamp):
    return f"09N{stamp}{stamp}AP3F|AO{LIBRARY}|AB{item}|AC|"


def renew(item, stamp):
    return f"29NN{stamp}{stamp}AO{LIBRARY}|AAR1|AB{item}|AC|"


@pytest.mark.parametrize("other", [0, 1], ids=["one process", "two processes"])
def test_borrowing_returning_and_borrowing_with_identical_bytes_are_three(keeper, ports, item, other):
    stamp = now()
    for message in (borrow, give_back, borrow):
        with devices(ports[0 if message is borrow else other]) as (device,):
            assert device.ask(message(item, stamp), 1)[2] == "1"
    assert keeper.asked["11", "R1", item] == 2
    assert keeper.asked["09", None, item] == 1


def test_a_repeat_on_the_same_connection_and_a_97_get_the_answer_that_is_there(keeper, ports, item):
    """The system hears nothing of either."""
    request = borrow(item, now())
    with devices(ports[0]) as (device,):
        answer = device.ask(request, 1)
        assert answer.startswith("121")
        assert device.ask(request, 1) == answer
        assert device.ask("97") == answer.partition("AY")[0]
    assert keeper.asked["11", "R1", item] == 1
    assert not keeper.asked["29", "R1", item]


@pytest.mark.parametrize("other", [0, 1], ids=["one process", "two processes"])
def test_a_repeat_through_another_connection_hears_what_the_first_comes_to(keeper, ports, item, other):
    """While the system still thinks about it; and once more afterwards."""
    request = borrow(item, now())
    with devices(ports[0], ports[other], ports[other]) as (first, second, third):
        with keeper.hanging() as until_there:
            first.say(request, 1)
            until_there()
            second.say(request, 1)
            assert is_hindered(third.ask(give_back(item, now()), 2))  # so the second has been heard
        assert [each.hear()[:3] for each in (first, second)] == ["121", "121"]
        assert third.ask(request, 1).startswith("121")
    assert keeper.asked["11", "R1", item] == 1
    assert not keeper.asked["09", None, item]


@pytest.mark.parametrize("other", [0, 1], ids=["one process", "two processes"])
def test_somebody_who_tries_again_while_the_first_hangs_joins_it(keeper, ports, item, other):
    """With another time stamp and another number; somebody else, who wants the same item, is told to wait."""
    stamp = now()
    with devices(ports[0], ports[other], ports[other]) as (first, again, else_):
        with keeper.hanging() as until_there:
            first.say(borrow(item, stamp), 1)
            until_there()
            again.say(borrow(item, stamp[:-2] + "59"), 2)
            assert is_hindered(else_.ask(borrow(item, stamp, "R2"), 1))
            assert is_hindered(else_.ask(give_back(item, stamp), 2))
        assert [each.hear()[:3] for each in (first, again)] == ["121", "121"]
    assert keeper.asked["11", "R1", item] == 1
    assert not keeper.asked["11", "R2", item]


@pytest.mark.parametrize(
    ("stamp", "sequence"), [(CONSTANT, 1), (None, None), (CONSTANT, None)], ids=["date", "checksum", "both"]
)
def test_what_cannot_be_known_again_is_never_taken_for_a_repeat(keeper, ports, item, stamp, sequence):
    """Kiosks with one date for ever, or without checksums, repeat themselves with right."""
    stamp = stamp or now()
    with devices(ports[0]) as (device,):
        assert device.ask(borrow(item, stamp), sequence).startswith("121")
    for port in ports * 2:
        with devices(port) as (device,):
            assert device.ask(renew(item, stamp), sequence).startswith("301")
    assert keeper.asked["29", "R1", item] == 4


def test_what_can_be_known_again_is(keeper, ports, item):
    """The same renewals, by a device whose clock and checksums are in order."""
    stamp = now()
    with devices(ports[0]) as (device,):
        assert device.ask(borrow(item, stamp), 1).startswith("121")
    for port in ports * 2:
        with devices(port) as (device,):
            assert device.ask(renew(item, stamp), 2).startswith("301")
    assert keeper.asked["29", "R1", item] == 1


# --- partners, who number nothing ---------------------------------------------------------------------------


def asked_by_ncip(service, item):
    return service, ncip_lines.user("R1") + ncip_lines.item(item)


@pytest.mark.parametrize("other", [0, 1], ids=["one process", "two processes"])
def test_a_document_that_comes_again_while_the_first_is_under_way_is_carried_out_once(
    keeper, both, item, other
):
    """Through another connection, of either kind; the second is heard before the first goes on."""
    document = asked_by_ncip("CheckOutItem", item)
    with OverHttp(both[0].ports[1]) as first, OnAStream(both[other].ports[2]) as second:
        with devices(both[other].ports[0]) as (device,), keeper.hanging() as until_there:
            first.say(*document)
            until_there()
            second.say(*document)
            assert is_hindered(device.ask(give_back(item, now()), 1))
        assert [each.hear().value("DateDue") != "" for each in (first, second)] == [True, True]
    assert keeper.asked["11", "R1", item] == 1


def test_a_document_whose_answer_nobody_has_heard_is_carried_out_once(keeper, both, item):
    """The partner hung up meanwhile, and asks the other process."""
    document = asked_by_ncip("CheckOutItem", item)
    with keeper.hanging() as until_there, OverHttp(both[0].ports[1]) as gone:
        gone.say(*document)
        until_there()
    with OverHttp(both[1].ports[1]) as again:
        assert again.ask(*document).value("DateDue")
    assert keeper.asked["11", "R1", item] == 1


def test_a_document_whose_answer_was_heard_asks_anew(keeper, both, item):
    """It may be meant twice, as a second renewal is."""
    with OverHttp(both[0].ports[1]) as partner:
        assert partner.told(*asked_by_ncip("CheckOutItem", item)) == []
        for _ in range(2):
            assert partner.told(*asked_by_ncip("RenewItem", item)) == []
    assert keeper.asked["29", "R1", item] == 2


def test_a_kiosk_and_a_partner_who_wish_the_same_for_one_patron_are_one(keeper, both, item):
    """While the system thinks about it; afterwards the partner is told that the patron has it."""
    with (
        devices(both[0].ports[0]) as (device,),
        OverHttp(both[1].ports[1]) as partner,
        OverHttp(both[1].ports[1]) as later,
    ):
        with keeper.hanging() as until_there:
            device.say(borrow(item, now()), 1)
            until_there()
            partner.say(*asked_by_ncip("CheckOutItem", item))
            assert later.told("CheckInItem", ncip_lines.item(item)) == ["Temporary Processing Failure"]
        assert device.hear().startswith("121")
        assert partner.hear().value("DateDue")
    assert keeper.asked["11", "R1", item] == 1
