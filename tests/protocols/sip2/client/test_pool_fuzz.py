"""The pool at the mercy of dice: a system that says anything at any time, and people who ask and give up.

More of it: POOL_SEEDS=5000 pytest tests/protocols/sip2/client/test_pool_fuzz.py
"""

import gc
import os
import random

import pytest
from twisted.logger import globalLogPublisher

from softdock.circulation.identifiers import Secret
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.client import Login, Manner
from softdock.protocols.sip2.client.pool import LOGIN_PAUSE
from wired_systems import STATUS, System, answer_to

SEEDS = int(os.environ.get("POOL_SEEDS", "30"))
STEPS = 120


class Chaos:
    """A pool and its system; `step` lets something happen to them."""

    def __init__(self, seed):
        dice = self._dice = random.Random(seed)
        manner = Manner(
            login=dice.choice(list(Login)),
            user="softdock",
            password=Secret("secret"),
            status=dice.random() < 0.5,
            error_detection=dice.random() < 0.7,
            sequence_checked=dice.random() < 0.7,
            repeats=dice.choice([0, 1, 3]),
            recognises_repeats=dice.random() < 0.2,
            timeout=dice.choice([1.0, 5.0]),
        )
        self.system = System(
            manner=manner,
            connections=dice.choice([1, 2, 4]),
            waiting=dice.choice([2, 50]),
            idle=dice.choice([0, 5.0, 60.0]),
            keep_alive=dice.choice([0, 2.0]),
        )
        self.heard = []
        self._requests = {}
        """The last that was heard on each line."""

    def step(self):
        dice, system = self._dice, self.system
        happening = dice.random()
        if happening < 0.25:
            changes_state = dice.random() < 0.5
            request = (
                m.Checkout(patron_identifier="R1", item_identifier="B1")
                if changes_state
                else m.ItemInformation(institution_id="LIB", item_identifier="B1")
            )
            self.heard.append(system.ask(request, changes_state=changes_state))
        elif happening < 0.32:
            if open_questions := [each for each in self.heard if not each]:
                given_up = dice.choice(open_questions)
                given_up.asked.cancel()
                assert given_up, "who gives up hears at once what has become of it"
        elif happening < 0.4:
            system.reachable = dice.random() < 0.7
        elif happening < 0.5:
            system.pass_seconds(dice.choice([0.25, 1, 3, 6]))
        elif system.open:
            self._say_anything(dice.choice(system.open))

    def _say_anything(self, line):
        dice = self._dice
        if heard := line.hears():
            self._requests[line] = heard[-1]
        answer = right_answer(self._requests.get(line, b"9900802.00"))
        if dice.random() < 0.05:
            line.breaks()
            return
        right = dice.random() < 0.6
        said = (
            answer + b"\r"
            if right
            else dice.choice(
                [
                    answer[: dice.randrange(len(answer))],
                    answer[dice.randrange(len(answer)) :] + b"\r",
                    (answer + b"\r") * 2,
                    answer[:-2] + b"00\r",
                    b"96\r",
                    b"940\r",
                    STATUS + b"\r",
                    STATUS.replace(b"98Y", b"98N") + b"\r",
                    dice.randbytes(dice.randrange(60)),
                    b"login: ",
                    b"password: ",
                    b"Login OK\r\n",
                    b"\r\n\0 ",
                ]
            )
        )
        line.protocol.dataReceived(said)
        if dice.random() < 0.8:  # else more happens in the same turn of the reactor
            self.system.clock.advance(0)


def right_answer(request):
    answers = {
        b"93": b"941",
        b"99": STATUS,
        b"17": b"18030001%18bABB1|AJWar|" % b"",
        b"11": b"121NUN%18bAOLIB|AAR1|ABB1|AJWar|AH|" % b"",
    }
    if (body := answers.get(request[:2])) is None:
        return b"login: "
    return answer_to(request, body)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_whatever_happens_every_question_has_one_answer_and_a_good_system_is_served_again(seed):
    faults = []

    def note(event):
        if event.get("log_failure"):
            faults.append(event["log_failure"].getTraceback())

    globalLogPublisher.addObserver(note)
    try:
        chaos = Chaos(seed)
        system = chaos.system
        for _ in range(STEPS):
            chaos.step()
            counts = system.pool.counts
            assert 0 <= counts.busy <= counts.open <= counts.ceiling
            assert len(system.open) <= counts.ceiling
        system.reachable = False
        for line in system.open:
            line.breaks()
        system.pass_seconds(LOGIN_PAUSE + 60)
        assert [len(each) for each in chaos.heard] == [1] * len(chaos.heard)
        counts = system.pool.counts
        assert (counts.open, counts.waiting) == (0, 0)

        system.reachable = True
        served = system.ask(m.ItemInformation(institution_id="LIB", item_identifier="B1"))
        while not served:
            (line,) = system.open
            answer_well(line)
        assert served[0].title_identifier == "War"

        system.pool.close()
        system.pass_seconds(1)
        assert system.clock.getDelayedCalls() == []
        del chaos, system
        gc.collect()  # so that nobody's failure goes unheard
    finally:
        globalLogPublisher.removeObserver(note)
    assert not faults, faults[0]


def answer_well(line):
    requests = line.hears()
    if not requests:
        line.protocol.dataReceived(b"login: ")
    for request in requests:
        prompted = {b"softdock": b"password: ", b"secret": b"Login OK\r\n"}.get(request)
        line.protocol.dataReceived(prompted or right_answer(request) + b"\r")
    line.system.clock.advance(0)
