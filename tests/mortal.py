"""A SoftDock that is killed at a step of its way with the journal: `python mortal.py SETTINGS STEP COUNT`.

Whoever comes to the step stays there; with so many of them the process kills itself, as a power cut would.  Steps:

before the claim    nothing is durable yet
claimed             the claim is durable, and nothing has been sent
sent                it is sent, and the process is killed in the same turn of the reactor
acted               the system has answered, and the outcome is not durable yet
kept                the outcome is durable, and the device has not been told
"""

import os
import signal
import sys
from pathlib import Path

from twisted.internet.defer import Deferred

from softdock.circulation.journal import Granted
from softdock.ops.logging import Level, Log
from softdock.ops.process import serve
from softdock.ops.settings import load_settings
from softdock.server import Server

BEFORE_THE_CLAIM, CLAIMED, SENT, ACTED, KEPT = "before the claim", "claimed", "sent", "acted", "kept"


def kill():
    os.kill(os.getpid(), signal.SIGKILL)


class MortalJournal:
    """Stands around a journal."""

    def __init__(self, journal, reactor, step, count):
        self._journal = journal
        self._reactor = reactor
        self._step = step
        self._count = count
        self._there = []

    def __getattr__(self, name):
        return getattr(self._journal, name)

    async def claim(self, claim, until):
        await self._comes_to(BEFORE_THE_CLAIM)
        met = await self._journal.claim(claim, until)
        if isinstance(met, Granted):
            await self._comes_to(CLAIMED)
            await self._comes_to(SENT)
        return met

    async def answer(self, number, outcome, until, named=None):
        await self._comes_to(ACTED)
        told = await self._journal.answer(number, outcome, until, named)
        await self._comes_to(KEPT)
        return told

    async def _comes_to(self, step):
        if step != self._step:
            return
        waiting = Deferred()
        self._there.append(waiting)
        if len(self._there) == self._count:
            if step != SENT:
                kill()
            self._reactor.callLater(0, kill)
            for each in self._there:
                each.callback(None)
        await waiting


def main():
    from twisted.internet import reactor  # noqa: PLC0415 - importing it installs it

    path, step, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    log = Log(as_json=True, level=Level.INFO)
    server = Server(
        load_settings(path),
        path.parent,
        reactor,
        log,
        journalled=lambda journal: MortalJournal(journal, reactor, step, count),
    )
    sys.exit(serve(server, None, log, reactor))


if __name__ == "__main__":
    main()
