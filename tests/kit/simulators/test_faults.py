import pytest

from softdock.kit.simulators import Fault, Faults, Harm


def test_what_was_ordered_first_happens_first_and_once():
    faults = Faults()
    faults.next(Harm.ERROR, "lend")
    faults.next(Harm.RESET)

    assert faults.take("look") == Fault(Harm.RESET)
    assert faults.take("look") is None
    assert faults.take("lend") == Fault(Harm.ERROR, "lend")
    assert faults.take("lend") is None


def test_a_fault_may_happen_a_few_times():
    faults = Faults()
    faults.next(Harm.ERROR, times=2)

    assert [faults.take("lend") is None for _ in range(3)] == [False, False, True]


def test_a_rule_holds_until_it_is_cleared_and_what_is_ordered_for_the_next_comes_before_it():
    faults = Faults()
    faults.every(Harm.SLOW, "lend")
    faults.next(Harm.RESET, "lend", carried_out=True)

    assert faults.take("lend") == Fault(Harm.RESET, "lend", carried_out=True)
    assert faults.take("lend") == faults.take("lend") == Fault(Harm.SLOW, "lend")
    assert faults.take("look") is None
    faults.clear()
    assert faults.take("lend") is None


def test_whoever_is_held_back_is_released_once():
    faults, released = Faults(), []
    faults.hold(lambda: released.append("first"))
    faults.hold(lambda: released.append("second"))
    assert faults.held == 2

    faults.release()
    faults.release()

    assert released == ["first", "second"]
    assert faults.held == 0


@pytest.mark.parametrize("harm", [Harm.HALF, Harm.CHARSET, Harm.TWICE])
def test_an_answer_can_be_spoiled_only_where_there_is_one(harm):
    faults = Faults()
    with pytest.raises(ValueError, match="carried out"):
        faults.next(harm, carried_out=False)

    faults.next(harm)
    assert faults.take("lend") == Fault(harm, carried_out=True)


@pytest.mark.parametrize("harm", [Harm.SESSION, Harm.RIGHTS])
def test_what_is_denied_is_not_carried_out(harm):
    with pytest.raises(ValueError, match="nothing"):
        Faults().next(harm, carried_out=True)
