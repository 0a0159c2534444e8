"""Partners: which account is meant, what it takes to prove it, and what strangers are told."""

from ipaddress import ip_network

import pytest
from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock

from softdock.circulation.errors import AccountsBusy
from softdock.circulation.identifiers import Secret
from softdock.circulation.partners import Claimed, Stranger
from softdock.consortium.partners import WHOEVER_NO_OTHER_NAMES, PartnerBook, Terms, unclear
from stubs import an_account, result_of

ANYBODY = {"agencies": WHOEVER_NO_OTHER_NAMES}


def terms(name="partner", **more):
    """An account, with what has to hold for it."""
    if isinstance(agencies := more.get("agencies"), str):
        more["agencies"] = frozenset(agencies.split())
    if "path" in more:
        more["path"] = Secret(more["path"])
    if "token" in more:
        more["token"] = Secret(more["token"])
    if "network" in more:
        more["network"] = ip_network(more["network"])
    return Terms(an_account(name=name), **more)


def a_book(*all_terms, compared=None, clock=None):
    def compare(hashed, password):
        if compared is not None:
            compared.append((hashed, password))
        return succeed(hashed == f"#{password}")

    return PartnerBook(all_terms, compare, clock or Clock())


def a_claim(agency="", address="10.0.0.1", **more):
    for key in ("agency_secret", "system_secret", "token"):
        if key in more:
            more[key] = Secret(more[key])
    if "basic" in more:
        user, password = more.pop("basic")
        more |= {"user": user, "password": Secret(password)}
    return Claimed(agency=agency, address=address, **more)


def found(book, *args, **more):
    """The name of the account, or why there is none."""
    answer = result_of(book.partner(a_claim(*args, **more)))
    return answer if isinstance(answer, Stranger) else answer.name


# --- what is claimed ----------------------------------------------------------------------------------------


def test_an_agency_is_known_however_it_is_written():
    """Partners write their own identifier in capitals here and in small letters there."""
    book = a_book(terms(agencies="relais cq"))
    assert found(book, "RELAIS") == found(book, " cq ") == "partner"
    assert found(book, "other") is Stranger.UNKNOWN_AGENCY
    assert found(book) is Stranger.UNKNOWN_AGENCY, "nor is one that does not say who it is"


def test_an_account_for_anybody_takes_those_whom_no_other_names():
    """The demo answers whoever asks; a partner that is named has to meet its own terms."""
    book = a_book(terms("anybody", **ANYBODY), terms("strict", agencies="a", network="10.1.0.0/16"))
    assert found(book, "b") == found(book) == "anybody"
    assert found(book, "a", "10.1.2.3") == "strict"
    assert found(book, "a", "10.2.2.3") is Stranger.NOT_HERE


@pytest.mark.parametrize(
    ("more", "claim", "against"),
    [
        ({"system": "ill"}, {"system": "ILL"}, Stranger.UNKNOWN_SYSTEM),
        (
            {"application_profile": "ez borrow"},
            {"application_profile": "EZ  Borrow"},
            Stranger.UNKNOWN_COMBINATION,
        ),
        ({"path": "Key"}, {"path": "Key"}, Stranger.NOT_HERE),
        ({"certificate": "ill.example"}, {"certificates": ("x", "ILL.example")}, Stranger.NOT_HERE),
        ({"network": "10.1.0.0/16"}, {"address": "10.1.2.3"}, Stranger.NOT_HERE),
        ({"token": "secret"}, {"token": "secret"}, Stranger.UNPROVEN),
        (
            {"user": "u", "password_hash": "#secret"},
            {"basic": ("u", "secret")},
            Stranger.UNPROVEN,
        ),
        ({"password_hash": "#secret"}, {"agency_secret": "secret"}, Stranger.AGENCY_NOT_PROVEN),
        ({"password_hash": "#secret"}, {"system_secret": "secret"}, Stranger.AGENCY_NOT_PROVEN),
    ],
)
def test_every_term_has_to_hold(more, claim, against):
    """A partner that lacks one of them is told which kind it is, and no more."""
    book = a_book(terms(agencies="a", **more))
    assert found(book, "a", **claim) == "partner"
    assert found(book, "a", address="192.0.2.1") is against


def test_a_path_is_told_apart_by_its_case():
    """It may be a key."""
    assert found(a_book(terms(path="Key")), path="key") is Stranger.NOT_HERE


def test_the_account_with_the_most_terms_is_meant():
    """One partner runs two systems, and what comes from another address may do less."""
    book = a_book(
        terms("wide", agencies="a"),
        terms("system", agencies="a", system="s"),
        terms("both", agencies="a", system="s", network="10.0.0.0/8"),
    )
    assert found(book, "a") == "wide"
    assert found(book, "a", "192.0.2.1", system="s") == "system"
    assert found(book, "a", system="s") == "both"


def test_of_two_networks_the_smaller_is_meant():
    """As with devices."""
    book = a_book(terms("wide", network="10.0.0.0/8"), terms("narrow", network="10.1.0.0/16"))
    assert found(book, address="10.1.2.3") == "narrow"
    assert found(book, address="10.2.2.3") == "wide"
    assert found(book, address="local") is Stranger.NOT_HERE


def test_an_account_without_agency_serves_all_of_them():
    """Where the path is the key, whatever the message says about its sender does not matter."""
    book = a_book(terms("keyed", path="k"), terms("named", agencies="a"))
    assert found(book, "b", path="k") == found(book, path="k") == "keyed"
    assert found(book, "a") == "named"
    assert found(book, "b") is Stranger.UNKNOWN_AGENCY


# --- what is shown ------------------------------------------------------------------------------------------


def test_a_wrong_secret_opens_nothing_that_asks_for_none():
    """Whoever tries to be somebody and fails is not let through as somebody else."""
    book = a_book(terms("more", agencies="a", token="t"), terms("less", agencies="a"))
    assert found(book, "a") == "less"
    assert found(book, "a", token="t") == "more"
    assert found(book, "a", token="x") is Stranger.UNPROVEN


def test_tokens_tell_accounts_apart():
    """Several partners may be known by nothing else."""
    book = a_book(terms("one", token="1"), terms("two", token="2"))
    assert found(book, token="1") == "one"
    assert found(book, token="2") == "two"
    assert found(book, token="3") is found(book) is Stranger.UNPROVEN


def test_who_is_known_by_its_system_proves_that():
    """A system's password is looked at before the agency's."""
    book = a_book(terms(system="s", password_hash="#secret"))
    assert found(book, system="s", system_secret="secret", agency_secret="x") == "partner"
    assert found(book, system="s", system_secret="x") is Stranger.SYSTEM_NOT_PROVEN


def test_the_password_of_the_message_is_not_that_of_the_request():
    """An account with a user wants both from the same place."""
    book = a_book(terms(agencies="a", user="u", password_hash="#secret"))
    assert found(book, "a", agency_secret="secret") is Stranger.UNPROVEN
    assert found(book, "a", basic=("v", "secret")) is Stranger.UNPROVEN


def test_a_password_is_compared_once():
    """A partner sends it with every message; an argon2 hash takes tens of milliseconds."""
    compared = []
    book = a_book(terms(agencies="a", password_hash="#secret"), compared=compared)
    for _ in range(3):
        assert found(book, "a", agency_secret="secret") == "partner"
    assert compared == [("#secret", "secret")]


def test_an_unknown_user_takes_as_long_as_a_known_one():
    """So nobody learns users from the time that an answer takes."""
    compared = []
    book = a_book(terms(user="u", password_hash="#secret"), compared=compared)
    assert found(book, basic=("v", "secret")) is Stranger.UNPROVEN
    assert compared == [("#secret", "secret")]


def test_who_guesses_waits():
    """From the second mistake on; partners that are known to be right do not wait, not even from the same address."""
    compared, clock = [], Clock()
    book = a_book(terms(agencies="a", password_hash="#secret"), compared=compared, clock=clock)
    assert found(book, "a", agency_secret="secret") == "partner"
    assert found(book, "a", agency_secret="x") is Stranger.AGENCY_NOT_PROVEN
    answers = []
    Deferred.fromCoroutine(book.partner(a_claim("a", agency_secret="y"))).addCallback(answers.append)
    assert not answers
    assert found(book, "a", agency_secret="secret") == "partner"
    clock.advance(1)
    assert answers == [Stranger.AGENCY_NOT_PROVEN]


def test_when_too_many_passwords_wait_nobody_is_called_a_stranger():
    """The right partner may be among them, and should try again."""

    def busy(hashed, password):
        raise AccountsBusy

    book = PartnerBook([terms(agencies="a", password_hash="#secret")], busy, Clock())
    assert found(book, "a", agency_secret="secret") is Stranger.BUSY


def test_secrets_are_not_shown():
    """Not even in a trace of the call stack."""
    shown = repr(terms(path="key", token="t0ken", password_hash="#secret"))
    assert not any(each in shown for each in ("key", "t0ken", "#secret"))


# --- what nothing decides -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"agencies": "a"}, {"agencies": "a"}),
        ({"agencies": "a", "system": "s"}, {"agencies": "a", "path": "p"}),
        ({"agencies": "a b"}, {"agencies": "b c"}),
        ({"agencies": "a", "password_hash": "#1"}, {"agencies": "a", "password_hash": "#2"}),
        ({"network": "10.0.0.0/8"}, {"agencies": "a"}),
        ({"token": "t"}, {"token": "t"}),
        (ANYBODY, ANYBODY),
    ],
)
def test_two_accounts_between_which_nothing_decides_are_unclear(one, other):
    """A request may fit both, so an operator has to say more."""
    assert unclear(terms(**one), terms(**other))
    assert unclear(terms(**other), terms(**one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"agencies": "a"}, {"agencies": "b"}),
        ({"agencies": "a"}, {"agencies": "a b"}),
        ({"agencies": "a"}, {"agencies": "a", "system": "s"}),
        ({"agencies": "a", "system": "r"}, {"agencies": "a", "system": "s"}),
        ({"network": "10.0.0.0/8"}, {"network": "10.1.0.0/16"}),
        ({"network": "10.0.0.0/8"}, {"network": "2001:db8::/32"}),
        ({"network": "10.0.0.0/8", "agencies": "a"}, {"network": "10.1.0.0/16", "agencies": "a"}),
        ({"token": "t"}, {"token": "u"}),
        (ANYBODY, {"agencies": "a"}),
        (ANYBODY, {"path": "p"}),
        (ANYBODY | {"path": "p"}, {"path": "p"}),
    ],
)
def test_two_accounts_that_never_meet_or_nest_are_clear(one, other):
    """No request fits both, or what fits the one is part of what fits the other."""
    assert not unclear(terms(**one), terms(**other))
    assert not unclear(terms(**other), terms(**one))
