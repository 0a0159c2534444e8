"""The journal cannot be written: changes are refused, lookups go on, and nothing was told that does not hold."""

import json
import resource
import time
from contextlib import closing, contextmanager

import pytest

import lenders
from lenders import LENT, UNKNOWN
from lent_books import loans_by_message
from running import Line, softdock
from softdock.circulation.locale.en import WORDING
from softdock.circulation.reasons import Reason
from witness import Witness

pytestmark = pytest.mark.socket

AWAY, BEING_PROCESSED = (WORDING[reason] for reason in (Reason.JOURNAL_AWAY, Reason.BEING_PROCESSED))
KIOSKS = 16
AGAIN = 100
"""So many loans and returns tell that the service is back."""


@contextmanager
def a_full_disk(folder, request):
    """No file of SoftDock may grow."""

    def away(running):
        largest = max(file.stat().st_size for file in folder.glob("store.db*"))
        resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))

    def back(running):
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, unlimited)

    yield f"sqlite:///{folder}/store.db", away, back


@contextmanager
def a_killed_postgresql(folder, request):
    cluster = request.getfixturevalue("durable_postgres")
    yield cluster.url(cluster.database()), lambda running: cluster.kill(), lambda running: cluster.start()


def lend_again(kiosks, port, within=60):
    """Until it has been yes often enough."""
    enough, end = kiosks.done + AGAIN, time.monotonic() + within
    while kiosks.done < enough:
        kiosks.lend(answers=50, back_at=port)
        assert time.monotonic() < end, f"no service again: {kiosks.refusals}"


@pytest.mark.parametrize(
    "fault",
    [a_full_disk, pytest.param(a_killed_postgresql, marks=pytest.mark.postgres)],
    ids=["disk", "postgresql"],
)
def test_without_its_journal_it_changes_nothing_and_misleads_nobody(tmp_path, request, fault):
    contested = lenders.contested_items(40)
    own = [item for kiosk in range(KIOSKS) for item in lenders.own_items(kiosk)]
    witness = Witness(own, contested)
    with fault(tmp_path, request) as (store, away, back):
        how = lenders.settings("memory", deadline="3s") | {"store": store}
        held = json.dumps(lenders.holdings(KIOSKS, len(contested)))
        with (
            softdock(tmp_path, how, holdings_json=held) as running,
            lenders.Kiosks(KIOSKS, running.ports[:1], 7, witness, contested) as kiosks,
        ):
            for _ in range(2):
                kiosks.lend(answers=150)
                away(running)
                kiosks.lend(answers=100, back_at=running.ports[0])
                with closing(lenders.connected(running.ports[0]).socket) as device:
                    assert Line(device).ask(lenders.lookup_of(own[0])).startswith("180")
                back(running)
                lend_again(kiosks, running.ports[0])
            kiosks.finish()
            assert kiosks.refusals[AWAY]
            assert set(kiosks.refusals) <= {LENT, AWAY, UNKNOWN, BEING_PROCESSED}
            complaints = witness.complaints(loans_by_message(running.ports[0], own + contested))
            assert not complaints, complaints
            assert running.terminate() == 0
