"""The courses ask in the right proportions, and what they expect is what a library would answer."""

from collections import Counter
from collections.abc import Mapping

import pytest

from softdock.benchmarks import demo_library, traffic, wire
from softdock.benchmarks.bare import fixed_lines
from softdock.tests.benchmarks.stand_in import Library

DATE = wire.stamp(1_767_323_045.0)


@pytest.fixture
def library() -> Library:
    return Library(demo_library.holdings(patrons=124, items=1248))


@pytest.mark.parametrize(("weights", "length"), [(traffic.LOOKUPS, 550), (traffic.MIX, 1500)])
def test_a_course_has_its_length_and_its_proportions(weights: Mapping[str, int], length: int) -> None:
    (share,) = traffic.shares(1, 31, 312)
    course = traffic.course(share, weights, length, seed=1)
    kinds = Counter(exchange.request.before[:2].decode("ascii") for exchange in course.exchanges)
    turns = length // sum(weights.values())
    assert kinds == {kind: weight * turns for kind, weight in weights.items()}
    assert len(course.exchanges) % 10 == 0


@pytest.mark.parametrize("seed", range(10))
def test_each_answer_is_right_round_after_round(library: Library, seed: int) -> None:
    courses = [
        traffic.course(share, traffic.MIX, 600, seed + number)
        for number, share in enumerate(traffic.shares(4, 124, 1248))
    ]
    for _ in range(1500):  # two rounds and a half, connections in turn
        for course in courses:
            exchange = course.next()
            line = library.answer(wire.render(exchange.request, DATE)[:-1]) + b"\r"
            assert wire.faults(line, exchange.answer) == []
    assert len(library.loans) <= 124 * traffic.LOANS_PER_PATRON


def test_nothing_is_lent_at_the_end_of_a_course(library: Library) -> None:
    (share,) = traffic.shares(1, 31, 312)
    for exchange in traffic.course(share, traffic.MIX, traffic.MIX_COURSE, seed=7).exchanges:
        library.answer(wire.render(exchange.request, DATE)[:-1])
    assert library.loans == {}


def test_no_item_is_lent_twice_in_one_round() -> None:
    (share,) = traffic.shares(1, 31, 312)
    course = traffic.course(share, traffic.MIX, traffic.MIX_COURSE, seed=7)
    lent = Counter(exchange.request for exchange in course.exchanges if exchange.answer.code == b"12")
    assert max(lent.values()) == 1


def test_sequence_numbers_run_on_through_the_round() -> None:
    (share,) = traffic.shares(1, 31, 312)
    course = traffic.course(share, traffic.LOOKUPS, traffic.LOOKUP_COURSE, seed=3)
    for position in range(len(course.exchanges) + 5):
        assert course.next().answer.sequence == b"AY%dAZ" % (position % 10)


def test_a_course_is_the_same_for_the_same_seed() -> None:
    (share,) = traffic.shares(1, 31, 312)
    first, second, other = (traffic.course(share, traffic.MIX, 100, seed).exchanges for seed in (1, 1, 2))
    assert first == second
    assert first != other


def test_connections_share_neither_patrons_nor_items() -> None:
    shares = traffic.shares(64, 2_000, 20_000)
    patrons = [patron for share in shares for patron in share.patrons]
    items = [item.id for share in shares for item in share.items]
    assert len(set(patrons)) == len(patrons) == 64 * 31
    assert len(set(items)) == len(items) == 64 * 312


def test_the_library_imports_what_the_courses_ask_for() -> None:
    holdings = demo_library.holdings(patrons=10, items=10)
    assert [one["id"] for one in holdings["patrons"]] == [f"P{number:07}" for number in range(10)]
    assert holdings["items"][3]["id"].encode("ascii") == traffic.item(3).id
    assert {one["pin"] for one in holdings["patrons"]} == {traffic.PIN.decode("ascii")}


def test_the_bare_server_answers_at_the_length_it_is_told() -> None:
    lines = fixed_lines("93=12,99=96")
    assert {code: len(line) for code, line in lines.items()} == {b"93": 12, b"99": 96}
    assert all(line.endswith(b"\r") and line.count(b"\r") == 1 for line in lines.values())
