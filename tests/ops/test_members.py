"""From settings to libraries: whose system stays, whose is opened, whose is closed."""

from datetime import UTC
from pathlib import Path

import pytest
from twisted.internet.defer import CancelledError, Deferred

from softdock.adapters.base import AdapterContext, AdapterSettingsError
from softdock.consortium.ownership import Asked, Listed, Marked, Pattern
from softdock.consortium.recovery.policy import Subject, Way
from softdock.consortium.resilience import BreakerRules
from softdock.ops import members as m
from softdock.ops.settings import ProblemsFound, read_settings
from stubs import NOON, StubSystem, result_of

LISTEN = "listen: [{sip2: localhost:0}]\n"


class Closing(StubSystem):
    """A system that remembers whether it is open; `told` is what `open` does."""

    def __init__(self, told=None):
        super().__init__()
        self.told = told
        self.history = []

    async def open(self):
        self.history.append("open")
        if isinstance(self.told, Exception):
            raise self.told
        if self.told is not None:
            await self.told

    async def close(self):
        self.history.append("closed")


@pytest.fixture
def membership(monkeypatch):
    """The membership of settings with libraries as given, after `before`."""
    monkeypatch.setattr(m, "_system", lambda library, context: Closing())

    def made(libraries, before=m.NOBODY, workers=1):
        settings = read_settings(f"{LISTEN}libraries: {libraries}")
        return m.membership(
            settings,
            before,
            lambda key, library: AdapterContext(
                key, UTC, library.currency, lambda: NOON, Path(), workers=workers
            ),
        )

    return made


def systems(membership):
    return {each.id: each.system for each in membership.libraries}


def test_a_system_is_kept_while_nothing_is_changed_about_it(membership):
    """Name, deadline and downtime of the library may change, and the order of keys."""
    before = membership("{A: {system: {adapter: x, a: 1, b: [2, {c: 3}]}}}")
    after = membership(
        "{A: {name: N, deadline: 5s, downtime: {}, system: {b: [2, {c: 3}], a: 1, adapter: x}}}", before
    )
    assert systems(after) == systems(before)
    assert (after.new, after.leaving) == ([], [])
    assert after.libraries[0].deadline == 5.0


@pytest.mark.parametrize(
    "changed",
    [
        "{system: {adapter: y, a: 1}}",
        "{system: {adapter: x, a: 2}}",
        "{system: {adapter: x, a: 1, b: 1}}",
        "{system: {adapter: x, a: 1}, currency: EUR}",
        "{system: {adapter: x, a: 1}, time_zone: Europe/Berlin}",
    ],
)
def test_a_system_is_made_anew_if_anything_is_changed_that_it_is_told(membership, changed):
    before = membership("{A: {system: {adapter: x, a: 1}}}")
    after = membership(f"{{A: {changed}}}", before)
    assert after.new == list(systems(after).values())
    assert after.leaving == list(systems(before).values())


@pytest.mark.parametrize("now", ["two", None], ids=["changed", "gone"])
def test_a_system_is_made_anew_if_a_file_that_it_was_made_from_is_another(membership, tmp_path, now):
    """Or is gone; as long as it says the same, the system stays."""
    file = tmp_path / "our-ils.yaml"
    file.write_text("one")
    libraries = "{A: {system: {adapter: x, profile: our-ils.yaml}}}"
    before = membership(libraries)
    assert before.contexts["A"].read(file) == b"one"

    file.write_text("one")
    same = membership(libraries, before)
    assert systems(same) == systems(before)

    file.unlink()
    if now:
        file.write_text(now)
    after = membership(libraries, same)
    assert after.new == list(systems(after).values())
    assert after.leaving == list(systems(before).values())


def test_what_a_library_claims_and_how_much_its_system_bears_arrives_at_the_desk(membership):
    these = membership(
        "{A: {system: {adapter: x}, isil: CN-1, concurrent: 7, breaker: {failures: 2, pause: 1s, longest: 5s},"
        " recovery: {loan: keep, settle_after: 5s},"
        ' items: [{prefix: CD, length: 9}, {isil: ":"}], patrons: [{list: [a, b]}, {ask: 3}, {length: 8}]}}'
    )
    (library,) = these.libraries
    assert library.items == [Pattern("CD", 9), Marked("CN-1:")]
    assert library.patrons == [Listed(frozenset("ab")), Asked(3), Pattern("", 8)]
    assert (library.concurrent, library.breaker) == (7, BreakerRules(2, 1.0, 5.0))
    assert (library.recovery.ways[Subject.LOAN], library.recovery.settle_after) == (Way.KEEP, 5.0)


def test_workers_share_out_how_many_operations_may_wait(membership):
    """Also where the settings do not say how many; and each of them has to have one."""
    these = membership("{A: {system: {adapter: x}, concurrent: 7}, B: {system: {adapter: x}}}", workers=3)
    assert [each.concurrent for each in these.libraries] == [2, 85]
    with pytest.raises(ProblemsFound) as caught:
        membership("{A: {system: {adapter: x}, concurrent: 2}}", these, workers=3)
    (problem,) = caught.value.problems
    assert problem.place.path == "libraries.A.concurrent"
    assert problem.sentence == "2 cannot be shared out among 3 workers."


def test_libraries_come_and_go(membership):
    before = membership("{A: {system: {adapter: x}}, B: {system: {adapter: x}}}")
    after = membership("{B: {system: {adapter: x}}, C: {system: {adapter: x}}}", before)
    assert after.leaving == [systems(before)["A"]]
    assert after.new == [systems(after)["C"]]
    assert systems(after)["B"] is systems(before)["B"]


def test_a_system_that_cannot_be_opened_closes_those_that_were_opened_for_nothing():
    good, bad, never = Closing(), Closing(OSError("no")), Closing()
    assert result_of(m.Membership([], {}, [good, bad, never], [], {}).open()).check(OSError)
    assert (good.history, bad.history, never.history) == (["open", "closed"], ["open", "closed"], [])


def test_a_system_that_refuses_its_settings_is_told_with_its_library(membership):
    """With twenty libraries, "database" alone leads an operator nowhere."""
    these = membership("{A: {system: {adapter: x}}, B: {system: {adapter: x}}}")
    systems(these)["B"].told = AdapterSettingsError([("database", "It is another's."), ("", "No.")])
    refused = result_of(these.open()).value
    assert str(refused) == "libraries.B.system.database: It is another's.\nlibraries.B.system: No."


def test_the_end_of_softdock_closes_what_is_being_opened():
    slow, failures = Closing(Deferred()), []
    opening = Deferred.fromCoroutine(m.Membership([], {}, [slow], [], {}).open())
    opening.addErrback(failures.append)
    opening.cancel()
    assert slow.history == ["open", "closed"]
    assert failures[0].check(CancelledError)


def test_a_system_that_cannot_be_closed_does_not_keep_the_next_one_open():
    class Stuck(Closing):
        async def close(self):
            raise RuntimeError

    after = Closing()
    result_of(m.close([Stuck(), after]))
    assert after.history == ["closed"]


def test_the_faults_of_all_libraries_are_told_together(tmp_path):
    settings = read_settings(
        f"{LISTEN}libraries: {{A: {{system: {{adapter: no}}}}, B: {{system: {{adapter: nope}}}}}}"
    )
    with pytest.raises(ProblemsFound) as caught:
        m.membership(
            settings,
            m.NOBODY,
            lambda key, library: AdapterContext(key, UTC, library.currency, lambda: NOON, tmp_path),
        )
    assert len(caught.value.problems) == 2


def test_what_an_adapter_complains_of_is_told_with_the_line_of_the_innermost_key(tmp_path):
    """However deep it lies: a profile of a system may be a page long."""
    settings = read_settings(
        f"""{LISTEN}libraries:
  A:
    system:
      adapter: sip2
      address: ils:6001
      profile:
        like: koha
        requests:
          "11":
            pass: XXX
        answers:
          "65":
            drop: [XX]
        texts:
          - {{contains: no, reason: declined}}
          - contains: never
            reason: unheard-of
"""
    )
    with pytest.raises(ProblemsFound) as caught:
        m.membership(
            settings,
            m.NOBODY,
            lambda key, library: AdapterContext(key, UTC, library.currency, lambda: NOON, tmp_path),
        )
    told = {each.place.path: each.place.line - LISTEN.count("\n") for each in caught.value.problems}
    system = "libraries.A.system.profile"
    assert told == {
        f"{system}.requests.11.pass": 10,
        f"{system}.answers.65": 12,
        f"{system}.texts[1].reason": 17,
    }
