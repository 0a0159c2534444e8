"""Documents that the generator sends are ones that SoftDock does, and each kind of wrong answer is caught."""

import pytest

from ncip_partner import NcipPartner
from softdock.benchmarks import ncip_wire, traffic
from softdock.benchmarks.ncip_wire import Answer
from softdock.protocols.ncip.codec import read

PATRON, ITEM = b"R0001", traffic.Item(b"CD0001", "三体".encode())
OK = b"HTTP/1.1 200 OK\r\nContent-Length: %d"

EXCHANGES = [
    ncip_wire.lookup_user(PATRON, "王小明", [traffic.Item(b"CD0004", b"")]),
    ncip_wire.lookup_item(ITEM),
    ncip_wire.check_out_item(PATRON, ITEM),
    ncip_wire.lookup_item(ITEM, lent=True),
    ncip_wire.check_in_item(PATRON, ITEM),
]


def answers():
    """What the demo's library answers to each, in turn."""
    library = NcipPartner()
    for exchange in EXCHANGES:
        _, _, document = exchange.request.partition(b"\r\n\r\n")
        body = library.send(document).document
        yield exchange, Answer(OK % len(body), body)


def test_the_right_answers_are_right():
    for exchange, answer in answers():
        assert ncip_wire.faults(answer, exchange) == []
        assert read(answer.body).body.name == f"{exchange.service}Response"


def test_a_request_says_how_long_it_is():
    for exchange in EXCHANGES:
        head, _, document = exchange.request.partition(b"\r\n\r\n")
        assert head.endswith(b"Content-Length: %d" % len(document))


def test_each_thing_that_is_missing_is_a_fault():
    for exchange, answer in answers():
        for part in exchange.holds:
            assert ncip_wire.faults(Answer(answer.head, answer.body.replace(part, b"")), exchange)


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda answer: Answer(answer.head.replace(b"200", b"503"), answer.body),
        lambda answer: Answer(answer.head, answer.body.replace(b"</ns1:", b"<ns1:Problem/></ns1:", 1)),
    ],
)
def test_another_status_and_a_problem_are_faults(spoilt):
    for exchange, answer in answers():
        assert ncip_wire.faults(spoilt(answer), exchange)


def test_an_answer_is_whole_when_its_length_has_come():
    data = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nX: y\r\n\r\n<a/>"

    assert [ncip_wire.whole(data[:end]) is not None for end in range(len(data) + 1)].index(True) == len(data)
    assert ncip_wire.whole(data).body == b"<a/>"


def test_in_a_course_of_loans_all_is_taken_back_and_nothing_is_lent_twice():
    (share,) = traffic.shares(1, 5, 60)

    course = ncip_wire.loans(share, 100, seed=1)

    lent = [each.request for each in course if each.service == "CheckOutItem"]
    assert len(lent) == len(set(lent)) == len(course) / 2 == 50


def test_a_course_of_lookups_names_people_as_the_library_does():
    (share,) = traffic.shares(1, 4, 4)

    course = ncip_wire.lookups(share, 0, 40, seed=1)

    told = b"".join(part for each in course for part in each.holds)
    assert "读者1号".encode() in told
    assert b"Reader Number 2" in told
