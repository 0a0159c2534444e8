"""What a library wants to be done about operations whose answer was lost, as an operator writes it."""

from typing import get_args

import pytest

from softdock.consortium.recovery.policy import WAYS, RecoveryPolicy, Subject, Way
from softdock.ops.settings import ProblemsFound, read_settings
from softdock.ops.settings.recovery import Fact, Recovery, Standing, Wish

HEAD = """\
listen: [{sip2: "127.0.0.1:6001"}]
libraries:
  A: {system: {adapter: inhouse}, recovery: """


def settings(recovery):
    return read_settings(f"{HEAD}{recovery}}}", "softdock.yaml").libraries["A"].recovery


def test_what_a_library_does_not_say_is_as_the_table_has_it():
    """The settings and the table state the defaults each in its own place."""
    assert settings("{}").policy() == RecoveryPolicy()
    assert {**RecoveryPolicy().ways} == WAYS


def test_what_a_library_says_arrives():
    policy = settings(
        "{loan: keep, hold: list, renewal: list, block: list, item_update: list, payment: keep, return: list,"
        " settle_after: 5m}"
    ).policy()
    assert policy.ways == {
        Subject.LOAN: Way.KEEP,
        Subject.HOLD: Way.LIST,
        Subject.RENEWAL: Way.LIST,
        Subject.BLOCK: Way.LIST,
        Subject.ITEM_UPDATE: Way.LIST,
        Subject.PAYMENT: Way.KEEP,
        Subject.RETURN: Way.LIST,
    }
    assert policy.settle_after == 300


def test_every_way_that_can_be_written_is_one():
    assert {*get_args(Wish), *get_args(Standing), *get_args(Fact)} == {each.value for each in Way}
    assert len(Recovery.model_fields) == len(Subject) + 1


@pytest.mark.parametrize(
    ("recovery", "sentence", "remedy"),
    [
        ("{loan: repeat}", '"repeat" is not a way to deal with', "Choose one of undo, keep, list."),
        ("{payment: undo}", '"undo" is not a way to deal with', "Choose one of keep, list."),
        ("{return: undo}", '"undo" is not a way to deal with', "Choose one of repeat, list."),
        ("{renewal: undo}", '"undo" is not a way to deal with', "Choose one of keep, list."),
        ("{returned: list}", '"returned" is not a key here.', "return"),
        ("{loans: keep}", '"loans" is not a key here.', "loan"),
        ("{settle_after: 60}", '"60" is not a duration.', "5s"),
        ("{settle_after: 2h}", '"2h" is out of range.', "1h"),
        ("keep", "A table of keys and values belongs here.", ""),
    ],
)
def test_what_makes_no_sense_is_refused(recovery, sentence, remedy):
    with pytest.raises(ProblemsFound) as caught:
        settings(recovery)
    (found,) = caught.value.problems
    assert found.place.path.startswith("libraries.A.recovery")
    assert found.sentence.startswith(sentence)
    assert remedy in found.remedy
