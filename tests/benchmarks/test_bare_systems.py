"""What stands behind each adapter answers right in every protocol, and tells what it was asked."""

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from softdock.benchmarks import ncip_answers, traffic, wire, xserver_answers
from softdock.benchmarks.bare_systems import Systems, whole
from softdock.benchmarks.openlib_answers import Openlib
from softdock.protocols.ncip import asking
from softdock.protocols.ncip.asking import FORMS, Initiator, flag, identifier
from softdock.protocols.ncip.codec import read, write
from softdock.protocols.ncip.codec.validity import complaint

DATE = wire.stamp(0)
PATRON, ITEM = traffic.patron_id(2), traffic.item(7)
CARD, COPY = PATRON.decode(), ITEM.id.decode()
NAME, TITLE = "Reader Number 2", "Collected Bench Marks, volume 7"
LISTS = [flag(f"{each}Desired", True) for each in ("LoanedItems", "RequestedItems", "UserFiscalAccount")]


def proofs(pin: str) -> list[object]:
    return [asking.proof(CARD, "Barcode Id"), asking.proof(pin, "PIN")]


def ncip(version: str, service: str, *parts: object) -> bytes:
    initiator = Initiator(form=FORMS[version], from_agency="SD", to_agency="BENCH")
    return write(initiator.message(service, *parts))


# --- NCIP ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["2.02", "1.0"])
def test_answers_of_ncip_are_valid_and_about_what_was_asked(version: str) -> None:
    user, item = identifier("UserId", CARD), identifier("ItemId", COPY)
    asked = {
        ncip(version, "LookupUser", user): ("LookupUserResponse", CARD, NAME),
        ncip(version, "LookupUser", user, LISTS): ("LookupUserResponse", CARD, NAME, "LoanedItemCountValue"),
        ncip(version, "LookupUser", proofs("1234"), LISTS): ("LookupUserResponse", CARD, NAME),
        ncip(version, "LookupUser", proofs("4321")): ("LookupUserResponse", "User Authentication Failed"),
        ncip(version, "CheckOutItem", user, item): ("CheckOutItemResponse", CARD, COPY, TITLE, "DateDue"),
        ncip(version, "CheckInItem", item): ("CheckInItemResponse", COPY, TITLE),
    }
    for document, (body, *told) in asked.items():
        answer = ncip_answers.answer(document)
        assert complaint(answer) == ""
        assert read(answer).body.name == body
        assert [each for each in told if each not in answer.decode()] == []


def test_a_service_that_no_bench_asks_for_has_no_answer() -> None:
    assert ncip_answers.answer(ncip("2.02", "LookupVersion")) == b""


# --- Interlib ------------------------------------------------------------------------------------------


def openlib(service: Openlib, call: str, **form: str) -> dict:
    told: dict = json.loads(service.answer(call, urlencode(form).encode()))
    return told


def test_a_loan_is_listed_until_it_is_taken_back() -> None:
    service = Openlib()
    loan = openlib(service, "barcode/loanbook", rdid=CARD, barcode=COPY)
    assert loan["newloanbook"] == {"barcode": COPY, "title": TITLE}
    (listed,) = openlib(service, "barcode/currentloan", rdid=CARD)["loanlist"]
    assert (listed["barcode"], listed["returndate"]) == (COPY, "2099-11-19")
    assert openlib(service, "barcode/currentloan", rdid="P0000003")["loanlist"] == []
    assert openlib(service, "barcode/returnbook", barcode=COPY)["success"] == "true"
    assert openlib(service, "barcode/currentloan", rdid=CARD)["loanlist"] == []


def test_interlib_knows_a_wrong_password_and_what_it_cannot_do() -> None:
    service = Openlib()
    assert openlib(service, "reader/confirmreader", rdid=CARD, rdpasswd="1234")["success"] == "true"
    assert openlib(service, "reader/confirmreader", rdid=CARD, rdpasswd="4321")["success"] == "false"
    assert openlib(service, "reader/unheard-of")["success"] == "false"
    assert openlib(service, "reader/searchreader", rdid=CARD)["rdname"] == NAME


# --- ALEPH ---------------------------------------------------------------------------------------------


def test_the_x_server_tells_a_card_and_refuses_a_wrong_pin() -> None:
    assert f"<z303-name>{NAME}</z303-name>".encode() in xserver_answers.answer(f"op=bor-info&bor_id={CARD}")
    right = xserver_answers.answer(f"op=bor-auth&bor_id={CARD}&verification=1234")
    wrong = xserver_answers.answer(f"op=bor-auth&bor_id={CARD}&verification=4321")
    assert (b"<z303>" in right, b"Error in Verification" in right) == (True, False)
    assert (b"<z303>" in wrong, b"Error in Verification" in wrong) == (False, True)
    assert b"<login>" in xserver_answers.answer("op=unheard-of")


# --- the port ------------------------------------------------------------------------------------------


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode()


def post(path: str, body: bytes) -> bytes:
    return f"POST {path} HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


@pytest.fixture
def systems() -> Iterator[Systems]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = Systems(listener)
        yield made
        made.system.close()


CALLS = {
    "98Y": wire.render(wire.status(3).request, DATE),
    "LookupUserResponse": post("/ncip", ncip("2.02", "LookupUser", identifier("UserId", CARD))),
    "rdname": post("/openlib/service/reader/searchreader", f"rdid={CARD}".encode()),
    "z303-name": get(f"/X?op=bor-info&bor_id={CARD}"),
    "404": get("/elsewhere"),
}


@pytest.mark.socket
@pytest.mark.parametrize("told", CALLS)
def test_a_request_is_answered_when_it_is_whole(systems: Systems, told: str) -> None:
    call = CALLS[told]
    for end in range(len(call)):
        assert systems.heard(call[:end], DATE) == ([], call[:end].lstrip(b"\r\n"))
    (answer,), rest = systems.heard(call + call[:5], DATE)
    assert told.encode() in answer
    assert rest == call[:5]


@pytest.mark.socket
def test_every_protocol_is_spoken_on_one_connection(systems: Systems) -> None:
    answers, rest = systems.heard(b"".join(CALLS.values()), DATE)
    assert rest == b""
    for told, answer in zip(CALLS, answers, strict=True):
        assert told.encode() in answer


def asked_for(systems: Systems, wish: str) -> object:
    (answer,), _ = systems.heard(get(f"/bench/{wish}"), DATE)
    return json.loads(whole(answer)[0].partition(b"\r\n\r\n")[2])


@pytest.mark.socket
def test_what_was_asked_is_told_in_turns_once_and_only_if_it_was_wanted(systems: Systems) -> None:
    status, card = CALLS["98Y"], CALLS["z303-name"]
    systems.heard(status, DATE)
    asked_for(systems, "listen")
    systems.heard(status, DATE)
    systems.heard(card, DATE)
    first, second = asked_for(systems, "asked")  # type: ignore[misc]
    assert [call.encode() for call, _ in (*first, *second)] == [status, card]
    assert asked_for(systems, "asked") == []
    asked_for(systems, "forget")
    systems.heard(status, DATE)
    assert asked_for(systems, "listen") is None


@pytest.mark.socket
def test_calls_that_do_not_wait_for_each_other_are_one_turn(systems: Systems) -> None:
    asked_for(systems, "delay?60")
    asked_for(systems, "listen")
    with socket.create_connection(systems.system.address) as caller:
        systems.system.turn(10)
        caller.sendall(CALLS["rdname"])
        systems.system.turn(10)
        systems.heard(CALLS["z303-name"], DATE)
    ((one, other),) = asked_for(systems, "asked")  # type: ignore[misc]
    assert (one[0].encode(), other[0].encode()) == (CALLS["rdname"], CALLS["z303-name"])
