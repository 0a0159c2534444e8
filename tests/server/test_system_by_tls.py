"""A library's system behind TLS: it is believed only with the right certificate, and may ask for ours."""

from contextlib import closing

import pytest

import lenders
from certificates import a_certificate
from running import HASH_OF_KIOSK, a_demo, softdock

pytestmark = pytest.mark.socket

BLANK = " " * 18
LOOKUP = f"17{BLANK}AOCDL|ABCD0001|"


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    """A SoftDock that serves devices with a certificate of the authority; its port, and the folder of all certificates."""
    folder = tmp_path_factory.mktemp("system")
    authority = a_certificate(folder, "authority")
    a_certificate(folder, "server", authority)
    a_certificate(folder, "softdock", authority)
    a_certificate(folder, "stranger")
    tls = {"certificate": "server.pem", "key": "server.key", "client_ca": "authority.pem"}
    with softdock(
        folder, a_demo(listen=[{"sip2": "127.0.0.1:0", "tls": tls}, {"ops": "127.0.0.1:0"}])
    ) as running:
        yield running.ports[0], folder


def behind(system, tmp_path, **tls):
    port, folder = system
    files = {key: str(folder / value) if key != "name" else value for key, value in tls.items()}
    return softdock(
        tmp_path,
        a_demo(
            libraries={
                "CDL": {
                    "system": {
                        "adapter": "sip2",
                        "address": f"localhost:{port}",
                        "tls": files,
                        "user": "kiosk",
                        "password": "kiosk",
                    }
                }
            },
            accounts=[{"user": "kiosk", "password_hash": HASH_OF_KIOSK, "library": "CDL"}],
        ),
    )


def answer_of(running):
    line = lenders.connected(running.ports[0])
    with closing(line.socket):
        return line.ask(LOOKUP)


def test_a_system_is_asked_through_tls_with_certificates_on_both_sides(system, tmp_path):
    with behind(
        system, tmp_path, ca="authority.pem", certificate="softdock.pem", key="softdock.key"
    ) as running:
        assert answer_of(running).startswith("1803")


@pytest.mark.parametrize(
    ("tls", "said"),
    [
        (
            {"ca": "stranger.pem", "certificate": "softdock.pem", "key": "softdock.key"},
            "TLS failed, certificate verify",
        ),
        (
            {
                "ca": "authority.pem",
                "certificate": "softdock.pem",
                "key": "softdock.key",
                "name": "other.example",
            },
            "bears another name",
        ),
        ({"ca": "authority.pem"}, "certificate required"),
    ],
    ids=["signed by a stranger", "made out to another", "without ours"],
)
def test_nothing_is_said_to_a_system_that_is_not_believed(system, tmp_path, tls, said):
    with behind(system, tmp_path, **tls) as running:
        answer = answer_of(running)
        failures = [each for each in running.events if "cannot be asked" in each["event"]]

    assert not answer.startswith("1803")
    assert failures, running.log
    assert said in failures[0]["event"]
