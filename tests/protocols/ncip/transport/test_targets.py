"""Where a request goes, and by what it asks to be let in."""

from base64 import b64encode

import pytest

from ncip_over_http import Http, a_post, status_of
from softdock.circulation.identifiers import Secret
from softdock.protocols.ncip.transport import Peer, Transport
from softdock.protocols.ncip.transport.targets import LONGEST_ACCOUNT, LONGEST_SECRET


def way_of(*headers, target="/ncip"):
    peer = Http()
    assert status_of(peer.says(a_post(b"<a/>", *headers, target=target))) == 200
    return peer.way


def status(*headers, target="/ncip"):
    return status_of(Http().says(a_post(b"<a/>", *headers, target=target)))


def basic(text, charset="utf-8"):
    return f"Authorization: Basic {b64encode(text.encode(charset)).decode()}"


@pytest.mark.parametrize(
    ("target", "account"),
    [
        ("/ncip", ""),
        ("/ncip/", ""),
        ("/ncip/reshare", "reshare"),
        ("/ncip/reshare/", "reshare"),
        ("/ncip/reshare?x=y", "reshare"),
        ("/ncip/city%20library", "city library"),
        ("/ncip/%E5%9B%BE", "图"),
        ("/ncip/a+b", "a+b"),
        ("http://lib.test:8082/ncip/reshare", "reshare"),
        ("https://lib.test/ncip", ""),
        ("/ncip/" + "a" * LONGEST_ACCOUNT, "a" * LONGEST_ACCOUNT),
    ],
)
def test_the_path_may_name_an_account(target, account):
    assert way_of(target=target).path_account == account


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/ncipx",
        "/NCIP",
        "//ncip",
        "/ncip/a/b",
        "/ncip//",
        "/x/ncip",
        "/ncip/../ops",
        "/%6ecip",
        "*",
        "http://lib.test",
        "/ncip/" + "a" * (LONGEST_ACCOUNT + 1),
    ],
)
def test_any_other_path_is_not_here(target):
    assert status(target=target) == 404


@pytest.mark.parametrize("account", ["%", "%1", "%zz", "a%00b", "a%0Db", "%ff", "%C3%28", "a%u0041"])
def test_a_path_that_cannot_be_read_is_refused(account):
    assert status(target=f"/ncip/{account}") == 400


def test_a_user_and_a_password():
    assert way_of(basic("reshare:p:w")).basic == ("reshare", Secret("p:w"))
    assert way_of(basic("图书馆:密码")).basic == ("图书馆", Secret("密码"))
    assert way_of(basic("bücherei:geheim", "latin-1")).basic == ("bücherei", Secret("geheim"))
    assert way_of(basic("reshare:").replace("Basic", "bASIC")).basic == ("reshare", Secret(""))


@pytest.mark.parametrize(
    "header",
    [
        "Authorization: Basic",
        "Authorization: Basic !!!",
        "Authorization: Basic YQ",
        basic("no colon"),
        basic("a\nb:c"),
        basic("a" * 129 + ":b"),
    ],
)
def test_credentials_that_cannot_be_read_are_refused(header):
    assert status(header) == 400


def test_a_token_comes_in_one_of_four_ways():
    assert way_of("Authorization: Bearer key").token == Secret("key")
    assert way_of("X-API-Key: key").token == Secret("key")
    assert way_of(target="/ncip?apikey=key").token == Secret("key")
    assert way_of(target="/ncip?tenant=x&token=a%2Bb").token == Secret("a+b")
    assert way_of(target="/ncip?apikey=").token is None
    assert way_of().token is None


def test_of_several_tokens_the_most_explicit_counts():
    assert way_of("Authorization: Bearer a", "X-API-Key: b", target="/ncip?apikey=c").token == Secret("a")
    assert way_of("X-API-Key: b", target="/ncip?apikey=c").token == Secret("b")
    assert way_of(target="/ncip?token=d&apikey=c").token == Secret("c")


def test_a_token_that_is_there_twice_or_has_no_end_is_refused():
    assert status(target="/ncip?apikey=a&apikey=b") == 400
    assert status(f"X-API-Key: {'a' * (LONGEST_SECRET + 1)}") == 400


def test_another_scheme_is_no_credential():
    way = way_of("Authorization: Negotiate abc")
    assert way.basic is None and way.token is None


def test_the_way_knows_the_connection():
    peer = Http(peer=Peer("10.0.0.7", True, ("partner.test",)))
    peer.says(a_post())
    way = peer.way
    assert (way.address, way.secure, way.certificate) == ("10.0.0.7", True, ("partner.test",))
    assert way.transport is Transport.HTTP


def test_nothing_that_is_secret_is_shown_by_repr():
    """Neither the key in the path, nor passwords, nor the document."""
    peer = Http()
    peer.says(a_post(b"<secret/>", basic("user:secret"), target="/ncip/secret?apikey=secret"))
    assert "secret" not in repr(peer.received[0])
    assert "10.0.0.1" in repr(peer.received[0])
