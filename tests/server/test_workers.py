"""Several worker processes behind one address: one SoftDock for devices, and one for the operator."""

import json
import os
import re
import select
import signal
import socket
import ssl
import subprocess
from collections import Counter
from contextlib import closing
from threading import Thread
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from certificates import a_certificate
from running import COMMAND, HASH_OF_KIOSK, a_demo, softdock, write_settings
from softdock.ops.workers.balance import SLACK

pytestmark = pytest.mark.socket

LOGIN = "9300CNkiosk|COkiosk|CP3F|"
STAMP = "20260101    120000"
STATUS = "9900802.00"
BOOKS = {
    "adapter": "inhouse",
    "database": "sqlite:///books.db",
    "pin_key": "a key that everybody knows",
    "import": "demo",
}
ENDED = "a worker has ended, and is started again"
SERVES = "a worker serves"


def books(**changes):
    """Settings of the demo library with a database, which several processes can share."""
    return a_demo(libraries={"CDL": {"system": BOOKS, **changes.pop("library", {})}}, **changes)


@pytest.fixture
def two(tmp_path):
    """SoftDock with two workers."""
    with softdock(tmp_path, books(admin="admin.sock"), "--workers", "2") as running:
        yield running


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """The same for those tests that leave it as it was."""
    with softdock(tmp_path_factory.mktemp("pair"), books(admin="admin.sock"), "--workers", "2") as running:
        yield running


def page(running, path):
    try:
        return urlopen(f"http://127.0.0.1:{running.ports[-1]}{path}").read().decode()
    except HTTPError as error:
        return error.read().decode()


def metrics(running):
    lines = (line.rpartition(" ") for line in page(running, "/metrics").splitlines() if line[0] != "#")
    return {name: float(value) for name, _, value in lines}


def pids(running):
    """The process of each worker that serves, by its number."""
    found = {}
    for each in running.events:
        if each["event"] == SERVES:
            found[each["worker"]] = each["pid"]
    return found


def spread(running):
    """How many devices each worker has, as its session numbers tell, by its number."""
    rows = operate(running, "sessions", "list", "--json").stdout.splitlines()
    return Counter(json.loads(each)["worker"] for each in rows)


def operate(running, *arguments):
    return subprocess.run(
        [COMMAND, *arguments, "-c", running.settings], capture_output=True, text=True, timeout=60
    )


def is_there(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until_gone(pids):
    """Until each of these processes, which are not our own children, has ended."""
    for pid in pids:
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        try:
            assert select.select([descriptor], [], [], 30)[0], f"{pid} does not end"
        finally:
            os.close(descriptor)


def test_kiosks_at_all_workers_lend_from_the_same_books(two, connect):
    """Each worker has some of them, a loan at one is known to the other, and every session has its own number."""
    kiosks = [connect(two.ports[0]) for _ in range(12)]
    assert {each.ask(LOGIN) for each in kiosks} == {"941"}
    assert set(spread(two)) == {1, 2}
    checkout = f"11YN{STAMP}{' ' * 18}AOCDL|AAR0001|ABCD0001|AC|AD1234|"
    assert kiosks[0].ask(checkout).startswith("121")
    refused = [each.ask(checkout.replace("R0001", "R0006")) for each in kiosks[1:]]
    assert {each[:3] for each in refused} == {"120"}
    rows = [json.loads(each) for each in operate(two, "sessions", "list", "--json").stdout.splitlines()]
    numbers = [each["number"] for each in rows]
    assert len(set(numbers)) == 12
    assert numbers == sorted(numbers)
    assert two.terminate() == 0
    lines = [each for each in two.events if each["event"] == "operation"]
    assert {each["worker"] for each in lines} == {1, 2}
    taken_in = [
        re.search(r"have taken in (\d+) patrons and (\d+) items", each["event"]) for each in two.events
    ]
    found = [tuple(map(int, each.groups())) for each in taken_in if each]
    assert list(map(sum, zip(*found, strict=True))) == [14, 32], "what one has brought, no other brings again"
    assert len({each["operation_id"] for each in lines}) == 12


@pytest.mark.parametrize("workers", [2, 3])
def test_devices_are_spread_evenly_and_again_after_a_worker_was_killed(tmp_path, connect, workers):
    """Forty that come at once are within the slack; so they are when those of a dead worker come back."""
    with softdock(tmp_path, books(admin="admin.sock"), "--workers", str(workers)) as running:
        kiosks = [connect(running.ports[0]) for _ in range(40)]
        assert {each.ask(STATUS)[:2] for each in kiosks} == {"98"}
        before = spread(running)
        assert sum(before.values()) == 40
        assert len(before) == workers
        assert max(before.values()) - min(before.values()) <= SLACK
        assert metrics(running)['softdock_worker_sessions{worker="1"}'] == before[1]

        victim = pids(running)[1]
        os.kill(victim, signal.SIGKILL)
        ended = running.wait_for(ENDED)
        assert (ended["worker"], ended["pid"], ended["how"]) == (1, victim, "signal 9")
        assert running.wait_for(SERVES)["worker"] == 1
        assert spread(running)[1] == 0, "whoever answers this has been told of the newcomer as well"
        lost = [each for each in kiosks if is_lost(each)]
        assert len(lost) == before[1]
        again = [connect(running.ports[0]) for _ in lost]
        assert {each.ask(STATUS)[:2] for each in again} == {"98"}
        after = spread(running)
        assert sum(after.values()) == 40
        assert max(after.values()) - min(after.values()) <= SLACK
        found = metrics(running)
        assert found['softdock_worker_restarts_total{worker="1"}'] == 1
        assert found['softdock_worker_up{worker="1"}'] == 1


def is_lost(kiosk):
    """Whether its connection was broken off; one that is not, still gets its answer."""
    try:
        return kiosk.ask(STATUS) == ""
    except OSError:
        return True


def test_the_counts_of_a_dead_worker_stay(two, connect):
    """As they were when they were last asked for: a counter never goes back."""
    kiosks = [connect(two.ports[0]) for _ in range(10)]
    for each in kiosks:
        each.ask(LOGIN)
    logins = 'softdock_logins_total{listener="sip2 127.0.0.1:0",outcome="accepted"}'
    found = metrics(two)
    assert found[logins] == 10
    assert found['softdock_sessions_open{listener="sip2 127.0.0.1:0"}'] == 10
    assert found["process_resident_memory_bytes"] > 0
    os.kill(pids(two)[2], signal.SIGKILL)
    two.wait_for(ENDED)
    found = metrics(two)
    assert found[logins] == 10
    assert found['softdock_sessions_open{listener="sip2 127.0.0.1:0"}'] < 10
    assert found['softdock_worker_up{worker="2"}'] == 0
    assert "[!] worker 2: It has ended, and is started again in" in page(two, "/readyz?verbose")
    assert page(two, "/readyz") == "ready\n"
    assert two.wait_for(SERVES)["worker"] == 2
    connect(two.ports[0]).ask(LOGIN)
    assert metrics(two)[logins] == 11


def test_every_worker_and_its_systems_are_listed_where_that_is_asked(pair):
    assert page(pair, "/readyz?verbose").splitlines() == [
        "[+] workers: ok",
        "[+] worker 1: listeners: ok",
        "[+] worker 1: system of CDL: on-line",
        "[+] worker 2: listeners: ok",
        "[+] worker 2: system of CDL: on-line",
    ]
    assert page(pair, "/livez") == "ok\n"


def test_sessions_at_any_worker_are_disconnected(pair, connect):
    kiosks = {}
    for _ in range(8):
        kiosk = connect(pair.ports[0])
        kiosk.ask(LOGIN)
        kiosks[kiosk.socket.getsockname()[1]] = kiosk
    rows = [json.loads(each) for each in operate(pair, "sessions", "list", "--json").stdout.splitlines()]
    chosen = [next(each["number"] for each in rows if each["worker"] == worker) for worker in (1, 2)]
    said = operate(pair, "sessions", "kick", *map(str, chosen)).stdout
    assert said == f"Disconnected: {', '.join(map(str, sorted(chosen)))}.\n"
    assert sum(is_lost(each) for each in kiosks.values()) == 2
    assert operate(pair, "sessions", "kick", str(chosen[0])).returncode == 1
    assert operate(pair, "sessions", "kick", "--account", "kiosk").stdout.count(",") == 5


def test_a_trace_shows_a_terminal_at_whichever_worker_it_is(two, connect):
    """Also at one that was started again meanwhile."""
    kiosks = [connect(two.ports[0]) for _ in range(8)]
    for each in kiosks:
        each.ask(LOGIN)
    trace = subprocess.Popen(
        [COMMAND, "trace", "kiosk", "-c", two.settings],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with closing(trace.stdout), closing(trace.stderr):
        assert trace.stderr.readline().count(",") == 7
        numbers = set()
        for each in kiosks:
            each.ask(STATUS)
            numbers.add(int(trace.stdout.readline().split()[1]))
            assert " < 98" in trace.stdout.readline()
        assert len(numbers) == 8
        assert {number % 2 for number in numbers} == {0, 1}

        os.kill(pids(two)[1], signal.SIGKILL)
        two.wait_for(ENDED)
        two.wait_for(SERVES)
        lost = [each for each in kiosks if is_lost(each)]
        assert lost
        for _ in range(2 * (8 - len(lost))):
            trace.stdout.readline()
        again = [connect(two.ports[0]) for _ in lost]
        shown = []
        for each in again:
            each.ask(LOGIN)
            each.ask(STATUS)
            shown += [trace.stdout.readline().split()[1:4] for _ in range(3)]
        assert [(arrow, text[:2]) for _, arrow, text in shown] == [
            ("<", "94"),
            (">", "99"),
            ("<", "98"),
        ] * len(lost)
        assert any(int(number) % 2 for number, _, _ in shown), "the worker that is new is looked at as well"
        assert two.terminate() == 0
        assert trace.wait(30) == 0
        assert trace.stderr.read() == "SoftDock has stopped.\n"


def test_sigterm_lets_every_worker_end_in_order(two, connect):
    kiosks = [connect(two.ports[0]) for _ in range(8)]
    for each in kiosks:
        each.ask(LOGIN)
    running = pids(two)
    assert two.terminate() == 0
    assert {each.hear() for each in kiosks} == {""}
    with pytest.raises(OSError):
        connect(two.ports[0])
    assert not any(map(is_there, running.values()))
    ends = [each for each in two.events if each["event"] == "a worker has ended"]
    assert sorted((each["worker"], each["how"]) for each in ends) == [(1, "exit code 0"), (2, "exit code 0")]


def test_workers_do_not_outlive_their_supervisor(two, connect):
    """Killed, it can tell them nothing: they see that it is gone, and end in order themselves."""
    kiosk = connect(two.ports[0])
    kiosk.ask(LOGIN)
    running = pids(two)
    two.process.kill()
    two.process.wait(30)
    wait_until_gone(running.values())
    assert kiosk.hear() == ""
    with pytest.raises(OSError):
        connect(two.ports[0])
    assert two.wait_for("the supervisor is gone, and so this worker stops")["level"] == "error"


def test_sessions_outlive_new_settings_and_new_addresses_are_served_by_all(tmp_path, connect):
    """The address that stays is never closed; each worker takes the new one from the supervisor."""
    with softdock(tmp_path, books(admin="admin.sock"), "--workers", "2") as running:
        port = running.ports[0]
        kiosks = [connect(port) for _ in range(8)]
        for each in kiosks:
            each.ask(LOGIN)
        listen = [{"sip2": f"127.0.0.1:{free_port()}"}, {"sip2": "127.0.0.1:0"}, {"ops": "127.0.0.1:0"}]
        assert running.reload(books(listen=listen, admin="admin.sock", library={"downtime": {"text": "x"}}))
        assert {each.ask(STATUS)[:3] for each in kiosks} == {"98N"}
        assert len(running.ports) == 3
        new = [connect(running.ports[0]) for _ in range(8)]
        assert {each.ask(LOGIN) for each in new} == {"941"}
        assert running.ports[1] == port
        found = spread(running)
        assert (sum(found.values()), len(found)) == (16, 2)
        assert metrics(running)['softdock_reloads_total{outcome="accepted"}'] == 1

        assert running.reload(books(admin="admin.sock"))
        assert {each.hear() for each in new} == {""}
        assert {each.ask(STATUS)[:3] for each in kiosks} == {"98Y"}
        with pytest.raises(OSError):
            connect(int(listen[0]["sip2"].rpartition(":")[2]))


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


def test_settings_that_are_not_good_are_refused_once_for_all_workers(two, connect):
    """Every problem is told once, nothing changes, and a worker that starts then goes by what held before."""
    kiosk = connect(two.ports[0])
    kiosk.ask(LOGIN)
    assert not two.reload(books(library={"deadline": "5 sec"}, admin="admin.sock"))
    told = [each for each in two.events if each["event"] == "the new settings are not good"]
    assert [each["place"].rpartition("  ")[2] for each in told] == ["libraries.CDL.deadline"]
    assert kiosk.ask(STATUS).startswith("98Y")
    os.kill(pids(two)[2], signal.SIGKILL)
    two.wait_for(ENDED)
    assert two.wait_for(SERVES)["worker"] == 2, "though the file is not good"
    assert connect(two.ports[0]).ask(LOGIN) == "941"


def test_an_address_that_is_taken_changes_nothing_at_any_worker(pair, connect):
    kiosk = connect(pair.ports[0])
    kiosk.ask(LOGIN)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = [
            {"sip2": "127.0.0.1:0"},
            {"sip2": f"127.0.0.1:{taken.getsockname()[1]}"},
            {"ops": "127.0.0.1:0"},
        ]
        assert not pair.reload(books(listen=listen, admin="admin.sock"))
    assert kiosk.ask(STATUS).startswith("98Y")
    assert connect(pair.ports[0]).ask(LOGIN) == "941"


def test_a_port_may_move_to_another_interface_and_a_taken_one_refuses_everything(tmp_path, connect):
    """Every worker lets go of the old address first; what fails leaves all as it was, at all of them."""
    port = free_port()
    here, everywhere = (
        [{"sip2": address}, {"ops": "127.0.0.1:0"}] for address in (f"127.0.0.1:{port}", f"0.0.0.0:{port}")
    )
    with softdock(tmp_path, books(listen=here, admin="admin.sock"), "--workers", "2") as running:
        kiosks = [connect(port) for _ in range(8)]
        assert {each.ask(LOGIN) for each in kiosks} == {"941"}
        with socket.create_server(("127.0.0.1", 0)) as taken:
            number = taken.getsockname()[1]
            assert not running.reload(
                books(listen=[*everywhere, {"sip2": f"127.0.0.1:{number}"}], admin="admin.sock")
            )
        assert {each.ask(STATUS)[:2] for each in kiosks} == {"98"}
        assert {connect(port).ask(LOGIN) for _ in range(20)} == {"941"}
        assert set(spread(running)) == {1, 2}
        assert running.reload(books(listen=everywhere, admin="admin.sock"))
        assert {connect(port).ask(LOGIN) for _ in range(20)} == {"941"}
        assert set(spread(running)) == {1, 2}


def test_a_worker_that_cannot_start_keeps_softdock_from_starting(tmp_path):
    """The import file is good, and the database belongs to another library: what only opening can tell."""
    with softdock(tmp_path, books()) as running:
        assert running.terminate() == 0
    other = books()
    other["libraries"] = {"OTHER": other["libraries"]["CDL"]}
    other["accounts"] = []
    write_settings(tmp_path / "other.yaml", other)
    result = subprocess.run(
        [COMMAND, "run", "-c", "other.yaml", "--workers", "2"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    lines = [json.loads(each) for each in result.stderr.splitlines()]
    assert result.returncode == 3, result.stderr
    (reason,) = [each["reason"] for each in lines if each["event"] == "SoftDock cannot start"]
    assert re.match(r"Worker \d cannot serve: libraries.OTHER.system.database: ", reason)


def test_books_in_memory_and_too_few_connections_are_refused_for_several_workers(tmp_path):
    """By run as by check-config, whether the option says so or the settings."""
    settings = a_demo()
    settings["libraries"]["CQL"] = {
        "system": {"adapter": "sip2", "address": "127.0.0.1:1", "connections": "1"},
        "concurrent": "1",
    }
    for verb, workers, arguments in (("run", 1, ["--workers", "2"]), ("check-config", 2, [])):
        write_settings(tmp_path / "softdock.yaml", {**settings, "workers": str(workers)})
        result = subprocess.run(
            [COMMAND, verb, "-c", tmp_path / "softdock.yaml", *arguments],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert result.returncode == 1
        assert "Books in memory belong to one process" in result.stderr
        assert "The connections are shared out among 2 workers" in result.stderr
        assert "1 cannot be shared out among 2 workers." in result.stderr


def test_tls_and_the_proxy_protocol_are_the_workers_own(tmp_path, connect):
    """What is behind the descriptor is made in the process that serves the device."""
    authority = a_certificate(tmp_path, "authority")
    a_certificate(tmp_path, "server", authority)
    platform = [
        {"address": "192.0.2.7", "library": "CDL"},
        {"user": "kiosk", "password_hash": HASH_OF_KIOSK, "library": "CDL"},
    ]
    listen = [
        {"sip2": "127.0.0.1:0", "tls": {"certificate": "server.pem", "key": "server.key"}},
        {"sip2": "127.0.0.1:0", "proxy": ["127.0.0.0/8"]},
    ]
    with softdock(tmp_path, books(listen=listen, accounts=platform), "--workers", "2") as running:
        context = ssl.create_default_context(cafile=str(tmp_path / "authority.pem"))

        def wrap(plain):
            return context.wrap_socket(plain, server_hostname="localhost")

        kiosks = [connect(running.ports[0], wrap) for _ in range(6)]
        assert {each.ask(LOGIN) for each in kiosks} == {"941"}
        device = connect(running.ports[1])
        device.socket.sendall(b"PROXY TCP4 192.0.2.7 192.0.2.1 40000 6001\r\n")
        assert "|AJ|" not in device.ask(f"17{STAMP}AOCDL|ABCD0001|")


def test_systemd_hears_of_the_supervisor_alone(tmp_path):
    """Ready when all workers listen, and again when all go by the new settings."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listening.settimeout(30)
    listening.bind(str(tmp_path / "notify"))
    heard = []
    with closing(listening):
        environment = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "60000000"}
        with softdock(tmp_path, books(), "--workers", "2", environment=environment) as running:
            heard.append(listening.recv(4096).decode())
            assert len(pids(running)) == 2
            assert heard[0].startswith("READY=1\nSTATUS=Listening on 127.0.0.1:")
            assert listening.recv(4096) == b"WATCHDOG=1"
            assert running.reload()
            assert listening.recv(4096).startswith(b"RELOADING=1")
            assert listening.recv(4096).startswith(b"READY=1")
            assert running.terminate() == 0
            assert listening.recv(4096).startswith(b"STOPPING=1")


def test_many_devices_that_come_at_once_are_all_answered(pair, connect):
    """More than one turn of a reactor accepts: nobody is left waiting at a closed door."""
    answers = []

    def devices():
        answers.extend(connect(pair.ports[0]).ask(STATUS)[:2] for _ in range(50))

    threads = [Thread(target=devices) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert answers == ["98"] * 200
    found = spread(pair)
    assert abs(found[1] - found[2]) <= SLACK
