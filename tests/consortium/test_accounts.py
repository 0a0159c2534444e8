"""Accounts: by password, by address, and slow for those who guess."""

from ipaddress import ip_network

from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock

from softdock.circulation.identifiers import Secret
from softdock.consortium.accounts import AccountBook
from stubs import an_account, result_of

ACCOUNT = an_account()


def a_book(compared=None, clock=None, networks=()):
    """An account book with the user `kiosk`, whose hash is `#secret`."""

    def compare(hashed, password):
        if compared is not None:
            compared.append((hashed, password))
        return succeed(hashed == f"#{password}")

    return AccountBook({"kiosk": (ACCOUNT, "#secret")}, networks, compare, clock or Clock())


def log_in(book, user="kiosk", password="secret", location="", address="10.0.0.1"):
    return result_of(book.login(user, Secret(password), location, address))


def test_the_right_password_opens_the_account():
    """A kiosk logs in with the user and password that the operator gave it."""
    assert log_in(a_book()) is ACCOUNT
    assert log_in(a_book(), password="other") is None


def test_the_location_of_the_login_becomes_the_accounts():
    """Many kiosks share an account and tell where they stand by CP."""
    assert log_in(a_book(), location="3F").location == "3F"
    assert log_in(a_book()).location == ACCOUNT.location


def test_credentials_that_were_right_once_cost_nothing_again():
    """A thousand kiosks that come back after a power cut need one slow comparison."""
    compared = []
    book = a_book(compared)
    for _ in range(3):
        assert log_in(book) is ACCOUNT
    assert len(compared) == 1
    assert log_in(book, password="wrong") is None, "a wrong password is compared again"
    assert len(compared) == 2


def test_an_unknown_user_takes_as_long_as_a_known_one():
    """Whoever guesses users learns nothing from the time it takes: a hash is compared all the same."""
    compared = []
    assert log_in(a_book(compared), user="nobody") is None
    assert compared == [("#secret", "secret")]


def test_who_fails_again_and_again_waits():
    """The first mistake is free; then an address waits before its password is even compared."""
    compared, clock = [], Clock()
    book = a_book(compared, clock)
    assert log_in(book, password="wrong") is None
    results = []
    Deferred.fromCoroutine(book.login("kiosk", Secret("wrong"), "", "10.0.0.1")).addCallback(results.append)
    assert len(compared) == 1
    clock.advance(1)
    assert len(compared) == 2
    assert results == [None]
    assert log_in(book, address="10.0.0.2") is ACCOUNT, "another address is not held back"
    assert log_in(book, address="10.0.0.1") is ACCOUNT, "nor are credentials that are known to be right"


def test_a_device_is_known_by_its_address():
    """A platform that never logs in is known by where it calls from; the narrowest network wins."""
    wide, narrow = an_account(name="wide"), an_account(name="narrow")
    book = a_book(networks=[(ip_network("10.0.0.0/8"), wide), (ip_network("10.1.2.3/32"), narrow)])
    assert book.by_address("10.1.2.3") is narrow
    assert book.by_address("10.9.9.9") is wide
    assert book.by_address("192.0.2.1") is None
    assert book.by_address("not an address") is None


def test_devices_that_log_in_at_the_same_time_share_one_comparison():
    """After a restart every kiosk comes at once, with the same credentials."""
    compared = []

    def compare(hashed, password):
        compared.append(Deferred())
        return compared[-1]

    book = AccountBook({"kiosk": (ACCOUNT, "#secret")}, (), compare, Clock())
    results = []
    for _ in range(600):
        Deferred.fromCoroutine(book.login("kiosk", Secret("secret"), "", "10.0.0.1")).addCallback(
            results.append
        )
    assert len(compared) == 1
    compared[0].callback(True)
    assert results == [ACCOUNT] * 600


def test_who_fails_from_many_connections_at_once_is_not_compared_at_once():
    """Tries beyond the longest wait are refused unseen, and do not push the next one further away."""
    compared, clock = [], Clock()
    book = a_book(compared, clock)
    assert log_in(book, password="wrong") is None
    results = []
    for number in range(50):
        Deferred.fromCoroutine(book.login("kiosk", Secret(f"w{number}"), "", "10.0.0.1")).addCallback(
            results.append
        )
    clock.advance(0.5)
    assert len(compared) == 1
    clock.advance(60)
    assert len(compared) < 10
    assert results == [None] * 50


def test_a_new_book_remembers_who_guesses_and_no_password():
    """Settings were read again: guessing goes on slowly, and a changed password is compared."""
    clock, compared = Clock(), []
    old = a_book(clock=clock)
    log_in(old)
    log_in(old, password="wrong", address="10.0.0.9")
    new = AccountBook(
        {"kiosk": (ACCOUNT, "#changed")},
        [],
        lambda hashed, password: compared.append(password) or succeed(hashed == f"#{password}"),
        clock,
        old.failures,
    )
    assert log_in(new) is None
    assert compared == ["secret"]
    waiting = Deferred.fromCoroutine(new.login("kiosk", Secret("changed"), "", "10.0.0.9"))
    assert not waiting.called
