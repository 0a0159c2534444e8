"""A library whose system speaks NCIP alone, and one whose system speaks SIP2 alone: whoever asks is served by both."""

import pytest

from ncip_by_post import ITEM, KIOSK, USER, message, post, with_partners
from ncip_partner import problems
from running import HASH_OF_KIOSK, a_demo, softdock
from softdock.circulation.reasons import Reason

pytestmark = pytest.mark.socket

STAMP = "20260101    120000"
GUEST = {"user": "kiosk", "password_hash": HASH_OF_KIOSK, "library": "CQL", "location": "1F"}
PARTNER = {"agency": "P", "library": "CQL"}


def in_front_of(system):
    """A SoftDock that has no books of its own."""
    libraries = {"CQL": {"name": {"zh": "重庆图书馆", "en": "Chongqing Library"}, "system": system}}
    return a_demo(
        listen=[{"sip2": "127.0.0.1:0"}, {"ncip": "127.0.0.1:0"}, {"ops": "127.0.0.1:0"}],
        libraries=libraries,
        accounts=[GUEST, PARTNER],
    )


def behind(**parts):
    """The SoftDock with the books, to which another one is a partner."""
    profiles = {"open": {"ncip": {"show_borrower": True, "language": "zh"}}}
    return with_partners({"agency": "CQL", "profile": "open"}, profiles=profiles, **parts)


@pytest.mark.parametrize("version", ["2.02", "1.0"])
@pytest.mark.parametrize("place", ["url", "address"])
def test_a_kiosk_borrows_from_a_system_that_speaks_ncip_alone(tmp_path, connect, version, place):
    for each in ("books", "front"):
        (tmp_path / each).mkdir()
    with softdock(tmp_path / "books", behind()) as books:
        where = f"http://127.0.0.1:{books.ports[1]}/ncip" if place == "url" else f"127.0.0.1:{books.ports[2]}"
        system = {
            "adapter": "ncip",
            place: where,
            "to_agency": "CDL",
            "profile": {"like": "softdock", "version": version},
        }
        with softdock(tmp_path / "front", in_front_of(system)) as running:
            kiosk, at_the_books = connect(running.ports[0]), connect(books.ports[0])
            assert kiosk.ask("9300CNkiosk|COkiosk|CP1F|") == "941"
            assert at_the_books.ask("9300CNkiosk|COkiosk|CP3F|") == "941"
            lent = kiosk.ask(f"11NN{STAMP}{STAMP}AOCQL|AAR0001|ABCD0001|AC|AD1234|")
            assert lent.startswith("121N")
            assert "|AJ三体|" in lent
            assert "|AUCD0001|" in at_the_books.ask(f"63000{STAMP}  Y       AOCDL|AAR0001|AD1234|")
            assert "|AUCD0001|" in kiosk.ask(f"63000{STAMP}  Y       AOCQL|AAR0001|AD1234|")
            assert kiosk.ask(f"09N{STAMP}{STAMP}AP1F|AOCQL|ABCD0001|AC|").startswith("101")
            assert "CD0001" not in at_the_books.ask(f"63000{STAMP}  Y       AOCDL|AAR0001|AD1234|")


def test_a_partner_borrows_from_a_system_that_speaks_sip2_alone(tmp_path):
    for each in ("books", "front"):
        (tmp_path / each).mkdir()
    with softdock(tmp_path / "books", a_demo(accounts=[KIOSK])) as books:
        system = {"adapter": "sip2", "address": f"127.0.0.1:{books.ports[0]}", "profile": "softdock"}
        system |= {"user": "kiosk", "password": "kiosk", "institution": "CDL"}
        with softdock(tmp_path / "front", in_front_of(system)) as running:
            ncip = running.ports[1]
            assert post(ncip, message("CheckOutItem", USER + ITEM, agency="P"))[1].value("DateDue")
            again = post(ncip, message("CheckOutItem", USER + ITEM, agency="P"))[1]
            assert problems(again) == ["Resource Cannot Be Provided"], Reason.ALREADY_LENT
            assert not problems(post(ncip, message("CheckInItem", ITEM, agency="P"))[1])
