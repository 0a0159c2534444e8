"""Other programs on real sockets: Python's http.client, curl, a bare socket, nginx in front; TLS and the PROXY protocol."""

import http.client
import socket
import ssl
import struct
import subprocess
import time
from ipaddress import ip_network
from threading import Thread

import pytest

from certificates import a_certificate
from ncip_bench import Middle
from ncip_over_http import a_post, status_of
from needs import find
from softdock.ops import settings as s
from softdock.ops.listening import TrustedProxies, with_tls
from softdock.protocols.ncip.listener import Front, Limits, Listener
from softdock.protocols.ncip.transport import Transport
from stubs import RecordingObserver

pytestmark = [
    pytest.mark.socket,
    # Twisted's own way of giving certificates to pyOpenSSL.
    pytest.mark.filterwarnings("ignore:Passing pyOpenSSL .* objects is deprecated:DeprecationWarning"),
]

DOCUMENT = "<NCIPMessage><LookupUser>图</LookupUser></NCIPMessage>".encode()


class Site:
    """A listener on a free port, with a middle behind it that answers every document with itself."""

    def __init__(self, real, middle=None, transport=Transport.HTTP, **limits):
        self.real = real
        self.middle = middle or Middle()
        self.observer = RecordingObserver()
        self.front = Front(self.middle, self.observer, real.reactor, time.time)
        self.listener = Listener("ncip", self.front, transport, Limits(**limits))

    def open(self, wrapped=None):
        return self.real.listen(wrapped or self.listener)

    def meanwhile(self, work, *arguments):
        """What `work` returns, which is done in a thread of its own while the reactor turns."""
        found = []

        def done():
            try:
                found.append((True, work(*arguments)))
            except Exception as error:  # noqa: BLE001 - told to the test
                found.append((False, error))

        thread = Thread(target=done)
        thread.start()
        self.real.turn_until(lambda: found)
        thread.join()
        fine, result = found[0]
        if not fine:
            raise result
        return result


@pytest.fixture
def site(real):
    site = Site(real)
    yield site
    if site.listener._sweeper.running:
        site.real.result_of(site.listener.drain(0))


def a_site(request, real, *arguments, **keywords):
    site = Site(real, *arguments, **keywords)
    request.addfinalizer(lambda: site.real.result_of(site.listener.drain(0)))
    return site


def heard(sock):
    """Everything until the other side closes."""
    sock.settimeout(10)
    data = b""
    while part := sock.recv(65536):
        data += part
    return data


def over_a_socket(port, data, *, ends=True):
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.sendall(data)
        if ends:
            sock.shutdown(socket.SHUT_WR)
        return heard(sock)


# --- Python ---------------------------------------------------------------------------------------------


def test_pythons_client_uses_one_connection_for_everything(site):
    """With a length, in chunks, with a large one."""
    large = b"<a>" + b"x" * 900_000 + b"</a>"

    def ask(port):
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        answers = []
        for body in (DOCUMENT, iter([b"<a>", b"</a>"]), large):
            client.request(
                "POST", "/ncip/reshare", body, {"Content-Type": 'application/xml; charset="utf-8"'}
            )
            answer = client.getresponse()
            answers.append((answer.status, answer.getheader("Content-Type"), answer.read()))
        client.close()
        return answers

    kind = "application/xml; charset=utf-8"
    assert site.meanwhile(ask, site.open()) == [
        (200, kind, DOCUMENT),
        (200, kind, b"<a></a>"),
        (200, kind, large),
    ]
    assert {each.way.path_account for each in site.middle.received} == {"reshare"}
    assert next(site.front.numbers) == 2


def test_pythons_client_hears_why_a_huge_body_is_refused_while_it_sends(site):
    def ask(port):
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        client.putrequest("POST", "/ncip")
        client.putheader("Content-Length", str(10**8))
        client.endheaders()
        for _ in range(300):
            client.send(b"x" * 10_000)
        answer = client.getresponse()
        client.close()
        return answer.status

    assert site.meanwhile(ask, site.open()) == 413
    assert site.middle.received == []


# --- curl -----------------------------------------------------------------------------------------------


def curl(*arguments):
    done = subprocess.run(
        [find("curl"), "--silent", "--show-error", "--max-time", "10", "--write-out", " %{http_code}", *arguments],
        capture_output=True, check=False,
    )  # fmt: skip
    assert not done.stderr, done.stderr.decode()
    body, _, status = done.stdout.rpartition(b" ")
    return int(status), body


@pytest.mark.needs("curl", "curl")
def test_curl_is_served_in_all_its_ways(site, tmp_path):
    """Called a form, as XML, as a field of a form, in chunks, over HTTP/1.0, and with a body that waits to be asked for."""
    file = tmp_path / "request.xml"
    file.write_bytes(DOCUMENT)
    large = tmp_path / "large.xml"
    large.write_bytes(b"<a>" + b"x" * 500_000 + b"</a>")
    url = f"http://127.0.0.1:{site.open()}/ncip"
    xml = ("--header", "Content-Type: application/xml")
    for arguments, document in [
        (["--data-binary", f"@{file}"], DOCUMENT),
        ([*xml, "--data-binary", f"@{file}"], DOCUMENT),
        (["--data-urlencode", f"xml@{file}"], DOCUMENT),
        ([*xml, "--header", "Transfer-Encoding: chunked", "--data-binary", f"@{file}"], DOCUMENT),
        ([*xml, "--http1.0", "--data-binary", f"@{file}"], DOCUMENT),
        (
            [
                *xml,
                "--expect100-timeout",
                "9",
                "--header",
                "Expect: 100-continue",
                "--data-binary",
                f"@{large}",
            ],
            large.read_bytes(),
        ),
    ]:
        assert site.meanwhile(curl, url, *arguments) == (200, document)
    assert site.meanwhile(curl, url)[0] == 405
    assert site.meanwhile(curl, url + "x", "--data", "x")[0] == 404
    assert site.meanwhile(curl, url, "--form-string", "xml=<a/>")[0] == 415
    assert site.meanwhile(curl, url, "--user", "u:p", "--data", "<a/>") == (200, b"<a/>")
    user, password = site.middle.received[-1].way.basic
    assert (user, password.reveal()) == ("u", "p")


@pytest.mark.needs("curl", "curl")
def test_a_partner_is_known_by_its_certificate(site, tmp_path):
    """Encrypted, and only with a certificate that the authority has signed."""
    authority = a_certificate(tmp_path, "authority")
    a_certificate(tmp_path, "localhost", authority)
    a_certificate(tmp_path, "partner.test", authority)
    a_certificate(tmp_path, "stranger.test")
    tls = s.Tls.model_construct(
        certificate=tmp_path / "localhost.pem",
        key=tmp_path / "localhost.key",
        client_ca=tmp_path / "authority.pem",
    )
    url = f"https://localhost:{site.open(with_tls(site.listener, tls))}/ncip"

    def ask(name):
        shown = ["--cert", tmp_path / f"{name}.pem", "--key", tmp_path / f"{name}.key"]
        trusted = ["--cacert", tmp_path / "authority.pem", "--resolve", f"{url.split('/')[2]}:127.0.0.1"]
        return curl(url, *shown, *trusted, "--data", "<a/>")

    assert site.meanwhile(ask, "partner.test") == (200, b"<a/>")
    way = site.middle.received[0].way
    assert way.secure
    assert way.certificate == ("partner.test", "localhost")
    with pytest.raises(AssertionError):
        site.meanwhile(ask, "stranger.test")
    assert len(site.middle.received) == 1
    site.real.turn_until(lambda: site.observer.violations)
    assert site.observer.violations == ["tls"]


@pytest.mark.needs("curl", "curl")
def test_who_speaks_http_where_tls_is_spoken_is_counted_and_a_probe_that_only_connects_is_not(site, tmp_path):
    a_certificate(tmp_path, "localhost")
    tls = s.Tls.model_construct(
        certificate=tmp_path / "localhost.pem", key=tmp_path / "localhost.key", client_ca=None
    )
    port = site.open(with_tls(site.listener, tls))

    def probe():
        with socket.create_connection(("127.0.0.1", port)):
            pass

    site.meanwhile(probe)
    with pytest.raises(AssertionError):
        site.meanwhile(curl, f"http://127.0.0.1:{port}/ncip", "--data", "<a/>")
    site.real.turn_until(lambda: site.observer.violations)
    assert site.observer.violations == ["tls"]


@pytest.mark.needs("curl", "curl")
def test_behind_a_balancer_that_only_passes_tls_on_the_address_counts_too(site, tmp_path):
    a_certificate(tmp_path, "localhost")
    tls = s.Tls.model_construct(
        certificate=tmp_path / "localhost.pem", key=tmp_path / "localhost.key", client_ca=None
    )
    served = [with_tls(each, tls) for each in (site.listener, site.listener.behind_proxy())]
    url = f"https://localhost:{site.open(TrustedProxies(*served, [ip_network('127.0.0.0/8')]))}/ncip"
    asked = site.meanwhile(
        curl, url, "--haproxy-protocol", "--cacert", tmp_path / "localhost.pem", "--data", "<a/>"
    )
    assert asked == (200, b"<a/>")
    assert site.middle.received[0].way.secure


def test_over_tls_a_refusal_is_heard_as_well(site, tmp_path):
    a_certificate(tmp_path, "localhost")
    tls = s.Tls.model_construct(
        certificate=tmp_path / "localhost.pem", key=tmp_path / "localhost.key", client_ca=None
    )
    port = site.open(with_tls(site.listener, tls))

    def ask():
        context = ssl.create_default_context(cafile=tmp_path / "localhost.pem")
        with (
            socket.create_connection(("127.0.0.1", port)) as plain,
            context.wrap_socket(plain, server_hostname="localhost") as sock,
        ):
            sock.sendall(a_post(b"x" * 50_000, length=10**8))
            return heard(sock)

    assert status_of(site.meanwhile(ask)) == 413
    assert site.observer.violations == ["too-large"]


COPIES = 2_000


class Copying(Middle):
    """Answers far more than it is asked."""

    async def __call__(self, received):
        answered = await super().__call__(received)
        answered.document *= COPIES
        return answered


# --- a bare socket --------------------------------------------------------------------------------------


def test_a_bare_socket_is_answered_by_document_and_by_http(request, real):
    site = a_site(request, real, transport=Transport.TCP)
    port = site.open()
    utf_16 = "<a>图</a>".encode("utf-16")
    assert site.meanwhile(over_a_socket, port, DOCUMENT + b"\n" + utf_16) == DOCUMENT + b"\n" + utf_16 + b"\n"
    answer = site.meanwhile(over_a_socket, port, a_post(DOCUMENT, version="1.0", host=None))
    assert status_of(answer) == 200 and answer.endswith(DOCUMENT)


def test_answers_that_are_not_read_wait_until_they_are(request, real):
    """Nothing more is made for a peer while more is there than its socket takes; and nothing is lost."""
    site = a_site(request, real, Copying())
    bodies = [b"<a>%d</a>" % number for number in range(500)]
    port = site.open()
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.sendall(b"".join(map(a_post, bodies)))
        sock.shutdown(socket.SHUT_WR)
        real.turn_until(lambda: any(each.congested for each in site.listener.connections))
        assert len(site.middle.received) < len(bodies)
        answers = site.meanwhile(heard, sock).split(b"HTTP/1.1 200 OK")[1:]
    assert [each.partition(b"\r\n\r\n")[2] for each in answers] == [each * COPIES for each in bodies]


def test_an_operation_goes_on_when_the_connection_is_reset(request, real):
    middle = Middle(waits=True)
    site = a_site(request, real, middle)
    port = site.open()
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.sendall(a_post(DOCUMENT))
        real.turn_until(lambda: middle.under_way)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    real.turn_until(lambda: not len(site.listener))
    middle.goes_on()
    assert middle.finished == 1
    assert site.front.waiting == 0


def test_behind_a_balancer_the_partners_own_address_counts(site):
    port = site.open(TrustedProxies(site.listener, site.listener.behind_proxy(), [ip_network("127.0.0.0/8")]))
    data = b"PROXY TCP4 192.0.2.7 192.0.2.1 4711 8082\r\n" + a_post(DOCUMENT, "Connection: close")
    assert status_of(site.meanwhile(over_a_socket, port, data)) == 200
    assert site.middle.received[0].way.address == "192.0.2.7"


# --- nginx ----------------------------------------------------------------------------------------------

NGINX = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  upstream softdock {{ server 127.0.0.1:{port}; keepalive 4; }}
  server {{
    listen unix:{folder}/nginx.sock;
    location / {{
      proxy_pass http://softdock; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_request_buffering off;
    }}
  }}
}}
"""


@pytest.fixture
def nginx(site, tmp_path):
    """Nginx in front of the site: the socket where it listens."""
    configuration = tmp_path / "nginx.conf"
    configuration.write_text(NGINX.format(folder=tmp_path, port=site.open()), encoding="utf-8")
    command = [find("nginx"), "-p", tmp_path, "-e", tmp_path / "error.log", "-c", configuration]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    listening = tmp_path / "nginx.sock"
    site.real.turn_until(lambda: listening.exists() or process.poll() is not None)
    assert listening.exists(), process.stderr.read().decode()
    yield listening
    process.terminate()
    process.wait(10)
    process.stderr.close()


@pytest.mark.needs("nginx", "nginx")
@pytest.mark.needs("curl", "curl")
def test_nginx_in_front_keeps_its_connections(site, nginx):
    """Documents with a length and in chunks go over one connection; what is refused is passed on."""

    def ask(*arguments):
        return curl("--unix-socket", nginx, "http://lib.test/ncip/reshare", *arguments)

    for number in range(4):
        body = f"<a>{number}</a>"
        assert site.meanwhile(ask, "--data", body) == (200, body.encode())
        assert site.meanwhile(ask, "--header", "Transfer-Encoding: chunked", "--data", body) == (
            200,
            body.encode(),
        )
    assert next(site.front.numbers) == 2
    assert site.meanwhile(ask)[0] == 405
    assert site.meanwhile(ask, "--data", "<a/>") == (200, b"<a/>")
