"""A system that is played out of the examples of a folder."""

import pytest

from city_folder import CityFolder
from softdock.adapters import Reason
from softdock.kit.checks import CHECKS, FolderSubject, Verdict, carry_out
from softdock.kit.counterparts import Expected, NoCounterpart
from softdock.kit.simulators import Asked


@pytest.fixture
def city():
    return CityFolder()


@pytest.fixture
def played(city, tmp_path):
    """Makes the counterpart, once the folder is as it shall be."""
    return lambda: FolderSubject(city.written(tmp_path / "city")).counterpart()


def asked(method, path, *fields, body=b"", kind="application/json"):
    return Asked(path, method, path, fields, {"content-type": kind}, body)


def test_every_example_is_a_case(played):
    cases = {each.name: (each.expected, each.reason) for each in played().cases}

    assert cases == {
        "checkout 1: lent": (Expected.DONE, None),
        "checkout 2: a lost card": (Expected.REFUSED, Reason.CARD_LOST),
        "lookup-item 1: one": (Expected.DONE, None),
        "lookup-item 2: none": (Expected.REFUSED, Reason.ITEM_UNKNOWN),
        "lookup-patron 1: one": (Expected.DONE, None),
        "lookup-patron 2: nobody": (Expected.REFUSED, Reason.PATRON_UNKNOWN),
        "lookup-patron 3: down": (Expected.FAILED, None),
    }


def test_a_request_gets_the_reply_of_its_example_in_whichever_order_its_parameters_come(played):
    """With the token that the session's example gives."""
    site = played().site
    fields = (("token", "T-1234567"), ("at", "north"), ("barcode", "C9"))

    assert b"nothing" in site.answer(asked("GET", "/items", *fields)).body
    assert site.answer(asked("GET", "/items", *fields[1:])).status == 404


def test_the_same_request_gets_the_reply_of_the_case_that_is_played(city, played):
    """Two examples may ask the same, and show different days."""
    again = {**city.maps["lookup-patron"]["examples"][0], "name": "down", "reply": "examples/down.json"}
    city.maps["lookup-patron"]["examples"].append({**again, "expect": "examples/down.yaml"})
    counterpart = played()
    request = asked("GET", "/patrons/70000001", ("token", "T-1234567"))

    for case in counterpart.cases[-4:]:
        counterpart.play(case)
        if case.name.endswith("4: down"):
            assert b"down" in counterpart.site.answer(request).body
        elif case.name.endswith("1: one"):
            assert b"name" in counterpart.site.answer(request).body


def test_what_is_lent_counts_as_changed_and_what_is_refused_does_not(played):
    counterpart = played()
    token = ("token", "T-1234567")
    for card, changes in (("70000001", 1), ("70000002", 0)):
        counterpart.play(None)
        body = f'{{"card":"{card}","number":"17"}}'.encode()
        line = next(each for each in counterpart.site.others if card.encode() in each.key[3])
        assert line.key[3].replace(b" ", b"") == body

        counterpart.site.answer(asked("POST", "/loans", token, body=line.key[3]))

        assert counterpart.state() == changes


def test_what_is_known_of_patrons_is_looked_for_in_logs(played):
    assert {"70000001", "70000002", "李模拟"} <= played().personal


def test_a_session_without_an_example_is_told_with_what_to_do(city, played):
    del city.adapter["sessions"]["token"]["example"]

    with pytest.raises(
        NoCounterpart, match="the session token has no example to be played: name a simulator, or"
    ):
        played()


def test_without_a_counterpart_its_checks_are_not_tried(city, tmp_path):
    """And the reason is told: nothing is proven by silence."""
    city.adapter["back_ends"]["main"]["transport"] = "files"
    for each in city.maps.values():
        each.clear()
        each.update(request={"read": "file"}, reply={"format": "json"})
    city.adapter.pop("sessions"), city.adapter.pop("probe")
    result = carry_out(CHECKS["KIT-07"], FolderSubject(city.written(tmp_path / "city")))

    assert result.verdict is Verdict.NOT_TRIED
    assert "the back end main speaks files, which examples are not replayed over" in str(result.findings[0])


def test_a_simulator_that_does_not_exist_is_told(city, played):
    city.adapter["simulator"] = "interlip"

    with pytest.raises(NoCounterpart, match="there is no simulator interlip: there are interlib, aleph"):
        played()
