"""The ways to a system that speaks HTTP: through TLS, and through a proxy."""

import pytest
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.ssl import Certificate, PrivateCertificate

from certificates import a_certificate
from rude_webs import Closed, RudeWeb, ok
from softdock.circulation.errors import AnswerLost, SystemUnavailable
from softdock.mappings.exchange import HttpRequest

pytestmark = [
    pytest.mark.socket,
    # Twisted's own way of giving certificates to pyOpenSSL.
    pytest.mark.filterwarnings("ignore:Passing pyOpenSSL .* objects is deprecated:DeprecationWarning"),
]

LOAN = HttpRequest("POST", "/loan", body=b"R0012345 takes B1")


@pytest.fixture
def server_options(tmp_path):
    """TLS of a system whose certificate an authority has signed; `asks` for ours too, if that is wanted."""
    authority = a_certificate(tmp_path, "authority")
    a_certificate(tmp_path, "server", authority)
    a_certificate(tmp_path, "softdock", authority)
    a_certificate(tmp_path, "stranger")
    own = PrivateCertificate.loadPEM(
        (tmp_path / "server.pem").read_bytes() + (tmp_path / "server.key").read_bytes()
    )

    def options(*, asks=False):
        signer = Certificate.loadPEM((tmp_path / "authority.pem").read_bytes())
        return own.options(signer) if asks else own.options()

    return options


CA = {"ca": "authority.pem"}
OURS = {"certificate": "softdock.pem", "key": "softdock.key"}


def test_a_system_is_asked_through_tls_with_certificates_on_both_sides(real, towards, server_options):
    web = RudeWeb(ok(b"1"), ok(b"2"))
    port = real.listen(web, server_options(asks=True))
    transport = towards(port, scheme="https", tls=CA | OURS)
    assert [real.result_of(transport.send(LOAN, changes=True)).data for _ in range(2)] == [b"1", b"2"]
    assert len(web.lines) == 1


@pytest.mark.parametrize(
    ("tls", "said"),
    [
        ({"ca": "stranger.pem"} | OURS, "certificate verify"),
        (CA | OURS | {"name": "other.example"}, "another name"),
        (CA, "certificate required"),
        (None, "certificate verify"),
    ],
    ids=["signed by a stranger", "made out to another", "without ours", "without a word on TLS"],
)
def test_nothing_is_said_to_a_system_that_is_not_believed(real, towards, server_options, tls, said):
    web = RudeWeb(ok(b"1"))
    port = real.listen(web, server_options(asks=True))
    with pytest.raises(SystemUnavailable, match=said):
        real.result_of(towards(port, scheme="https", tls=tls).send(LOAN, changes=True))
    assert not web.requests


def test_a_system_that_does_not_speak_tls_is_not_waited_for_long(real, towards):
    silent = RudeWeb()
    transport = towards(silent, scheme="https", connect_timeout="100ms")
    with pytest.raises(SystemUnavailable, match="in time"):
        real.result_of(transport.send(LOAN, changes=True))
    real.turn_until(lambda: silent.lines[0].is_gone)

    transport = towards(_Greets.factory(), scheme="https")
    with pytest.raises(SystemUnavailable, match="TLS failed"):
        real.result_of(transport.send(LOAN, changes=True))


def test_an_answer_through_tls_that_is_cut_off_is_lost(real, towards, server_options):
    web = RudeWeb([ok(b"0123456789")[:-5], Closed])
    port = real.listen(web, server_options())
    with pytest.raises(AnswerLost):
        real.result_of(towards(port, scheme="https", tls=CA).send(LOAN, changes=True))


class _Greets(Protocol):
    """Speaks first, and no TLS."""

    @classmethod
    def factory(cls):
        made = Factory.forProtocol(cls)
        made.noisy = False
        return made

    def connectionMade(self):
        self.transport.write(b"220 mail.example ESMTP\r\n")


# --- through a proxy --------------------------------------------------------------------------------------


class _Proxy(RudeWeb):
    """Lets CONNECT through to a port of this machine, and answers everything else by its script."""

    def __init__(self, real, port, *script):
        super().__init__(*script)
        self.real = real
        self.port = port
        self.asked = []

    def buildProtocol(self, addr):
        line = super().buildProtocol(addr)
        return _Tunnel(self, line) if self.port else line


class _Tunnel(Protocol):
    def __init__(self, proxy, line):
        self.proxy = proxy
        self.gathered = b""
        self.beyond = None

    def dataReceived(self, data):
        if self.beyond is not None:
            self.beyond.transport.write(data)
            return
        self.gathered += data
        if not self.gathered.endswith(b"\r\n\r\n"):
            return
        self.proxy.asked.append(self.gathered)
        tunnel = self

        class Beyond(Protocol):
            def connectionMade(self):
                tunnel.beyond = self
                tunnel.transport.write(b"HTTP/1.1 200 Connection established\r\n\r\n")

            def dataReceived(self, data):
                tunnel.transport.write(data)

            def connectionLost(self, reason):
                tunnel.transport.loseConnection()

        factory = Factory.forProtocol(Beyond)
        factory.noisy = False
        factory.doStart()
        factory.startedConnecting = factory.clientConnectionFailed = factory.clientConnectionLost = (
            lambda *_: None
        )
        self.proxy.real.reactor.connectTCP("127.0.0.1", self.proxy.port, factory)

    def connectionLost(self, reason):
        if self.beyond is not None:
            self.beyond.transport.loseConnection()


BY_NAME = {"proxy_user": "softdock", "proxy_password": "pw"}
PROVES = b"Proxy-Authorization: Basic c29mdGRvY2s6cHc="


def test_a_system_is_asked_through_the_tunnel_of_a_proxy(real, towards, server_options):
    web = RudeWeb(ok(b"1"), ok(b"2"))
    port = real.listen(web, server_options())
    proxy = _Proxy(real, port)
    transport = towards(port, scheme="https", tls=CA, proxy=f"127.0.0.1:{real.listen(proxy)}", **BY_NAME)
    assert [real.result_of(transport.send(LOAN, changes=True)).data for _ in range(2)] == [b"1", b"2"]

    (asked,) = proxy.asked
    assert asked.startswith(f"CONNECT localhost:{port} HTTP/1.1\r\nHost: localhost:{port}\r\n".encode())
    assert PROVES in asked
    assert PROVES not in web.requests[0]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"HTTP/1.1 407 Who are you\r\n\r\n", "answered 407 to CONNECT"),
        (b"HTTP/1.1 200 Fine\r\n\r\nand more", "answered 200 to CONNECT"),
        (b"220 mail.example\r\n\r\n", "what is not HTTP"),
        (bytes(20_000), "what is not HTTP"),
    ],
    ids=["it asks for a name", "it speaks for the system", "it is none", "it never ends"],
)
def test_where_a_proxy_makes_no_tunnel_nothing_was_sent(real, towards, answer, said):
    proxy = RudeWeb(answer)
    transport = towards(1, scheme="https", proxy=f"127.0.0.1:{real.listen(proxy)}", **BY_NAME)
    with pytest.raises(SystemUnavailable, match=said) as caught:
        real.result_of(transport.send(LOAN, changes=True))
    assert "pw" not in str(caught.value)
    assert len(proxy.requests) == 1


def test_a_proxy_that_says_nothing_is_not_waited_for_long(real, towards):
    proxy = RudeWeb([])
    transport = towards(1, scheme="https", proxy=f"127.0.0.1:{real.listen(proxy)}", connect_timeout="100ms")
    with pytest.raises(SystemUnavailable, match="in time"):
        real.result_of(transport.send(LOAN, changes=True))
    real.turn_until(lambda: proxy.lines[0].is_gone)


def test_a_proxy_is_asked_for_the_whole_address_where_nothing_is_encrypted(real, towards):
    proxy = RudeWeb(ok(b"1"))
    transport = towards(8081, path="/openlib", proxy=f"127.0.0.1:{real.listen(proxy)}", **BY_NAME)
    assert real.result_of(transport.send(LOAN, changes=True)).data == b"1"
    assert proxy.requests[0].startswith(b"POST http://localhost:8081/openlib/loan HTTP/1.1\r\n")
    assert b"\r\nHost: localhost:8081\r\n" in proxy.requests[0]
    assert PROVES in proxy.requests[0]
