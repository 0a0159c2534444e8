"""Whatever a system does, and whoever gives up when: everybody hears once, and the pool goes on serving."""

import gc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.internet import error
from twisted.internet.defer import Deferred
from twisted.logger import globalLogPublisher

from sip2_wire import sealed
from softdock.circulation.identifiers import Secret
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.client import Login, Manner
from softdock.protocols.sip2.client.pool import LOGIN_PAUSE
from wired_systems import STATUS, Line, System, answer_to

LENT = b"121NUY20260101    120000AOLIB|AAR1|ABB1|AJWar|AH|"
TOLD = b"18030001" + b" " * 18 + b"ABB1|AJWar|"
RIGHT = {b"11": LENT, b"17": TOLD, b"93": b"941", b"99": STATUS}
STRANGE = [
    b"96AZFEF6", b"940", STATUS, LENT, TOLD, b"12?", b"garbage", b"18", TOLD + b"AY9AZ0000", b"x" * 70, b"login:", b""
]  # fmt: skip

STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["ask", "change"])),
        st.tuples(st.just("cancel"), st.integers(0, 9)),
        st.tuples(st.just("answer"), st.integers(0, 9)),
        st.tuples(st.just("strange"), st.integers(0, 9), st.sampled_from(STRANGE), st.booleans()),
        st.tuples(st.just("break"), st.integers(0, 9)),
        st.tuples(st.just("wait"), st.sampled_from([0.25, 1.0, 3.0, 11.0])),
        st.tuples(st.just("reachable"), st.sampled_from([True, False, None])),
        st.just(("come about",)),
    ),
    max_size=40,
)
MANNERS = [
    Manner(status=False, timeout=2),
    Manner(status=False, timeout=2, error_detection=False),
    Manner(status=True, timeout=2, repeats=1),
    Manner(login=Login.SIP2, user="x", password=Secret("x"), timeout=2),
]


class Town(System):
    """A system, calls to which may come about later."""

    def __init__(self, **options):
        self.calls = []
        super().__init__(**options)

    def _connect(self, factory):
        if self.reachable is not None:
            return super()._connect(factory)
        made = Deferred()
        self.calls.append((made, factory))
        return made

    def come_about(self):
        while self.calls:
            made, factory = self.calls.pop()
            if made.called:  # it was given up
                continue
            if self.reachable:
                self.lines.append(Line(self, factory))
                made.callback(self.lines[-1].protocol)
            else:
                made.errback(error.ConnectionRefusedError())

    def answers_all(self):
        for line in self.open:
            answers(line)
        self.clock.advance(0)


def answers(line):
    """Answer everything that was asked on `line`, as it should be."""
    for request in line.hears():
        if request[:2] == b"97":
            line.says(sealed(RIGHT[line.last], None))
        elif not line.gone:
            line.last = request[:2]
            line.says(answer_to(request, RIGHT[line.last]))


def taken(things, number):
    return things[number % len(things)] if things else None


def walk(town, steps):
    heard = []
    for kind, *about in steps:
        line = taken(town.open, about[0]) if about and isinstance(about[0], int) else None
        if kind in ("ask", "change"):
            request = (
                m.Checkout(patron_identifier="R1", item_identifier="B1")
                if kind == "change"
                else (m.ItemInformation(item_identifier="B1"))
            )
            heard.append(town.ask(request, changes_state=kind == "change"))
        elif kind == "cancel" and heard:
            taken(heard, about[0]).asked.cancel()
        elif kind == "answer" and line:
            answers(line)
        elif kind == "strange" and line:
            line.protocol.dataReceived(about[1] + (b"\r" if about[2] else b""))
        elif kind == "break" and line:
            line.breaks()
        elif kind == "wait":
            town.pass_seconds(about[0])
        elif kind == "reachable":
            town.reachable = about[0]
        elif kind == "come about":
            town.come_about()
        counts = town.pool.counts
        assert counts.open <= counts.ceiling
        assert 0 <= counts.busy <= counts.open
        assert all(len(each) <= 1 for each in heard)
    return heard


@pytest.mark.parametrize("manner", MANNERS)
@given(steps=STEPS, bounds=st.sampled_from([{}, {"idle": 0}, {"idle": 5, "keep_alive": 1}, {"waiting": 1}]))
@settings(deadline=None)
def test_whatever_happens_everybody_hears_once_and_the_pool_serves_on(manner, steps, bounds):
    faults = []
    watch = lambda event: faults.append(event) if "log_failure" in event else None  # noqa: E731
    globalLogPublisher.addObserver(watch)
    try:
        town = Town(manner=manner, connections=2, **bounds)
        heard = walk(town, steps)
        town.reachable = True
        town.come_about()
        for _ in range(4):
            town.pass_seconds(LOGIN_PAUSE)
            town.answers_all()
        assert all(len(each) == 1 for each in heard)
        for _ in range(3):
            last = town.ask(m.ItemInformation(item_identifier="B1"))
            for _ in range(4):
                town.answers_all()
            assert last[0].title_identifier == "War"
        town.pool.close()
        town.pass_seconds(1)
        assert not town.open
        assert not town.clock.getDelayedCalls()
        gc.collect(0)
    finally:
        globalLogPublisher.removeObserver(watch)
    assert not faults
