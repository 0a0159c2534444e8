"""Replies of real systems, where a folder of them is at hand: SOFTDOCK_SAMPLES names it.

They are not part of the project, and none of them is told here; `expected.json` beside them says what each means.
"""

import json
import os
from datetime import UTC
from pathlib import Path

import pytest

from softdock.adapters.declarative.asking import asked_of
from softdock.adapters.declarative.examples import Reply, read_replies, stand_ins
from softdock.adapters.declarative.finding import folder_named
from softdock.adapters.declarative.vocabulary import VOCABULARY
from softdock.mappings.builtin import aleph, aleph_rest
from softdock.mappings.files.folder import load_folder
from softdock.mappings.files.maps import compile_adapter

SAMPLES = Path(os.environ.get("SOFTDOCK_SAMPLES", "none"))
EXPECTED = SAMPLES / "expected.json"

pytestmark = pytest.mark.skipif(not EXPECTED.is_file(), reason="SOFTDOCK_SAMPLES names no folder of replies")

DAY_FIRST = "{date: {patterns: ['%Y%m%d', '%d/%m/%Y', '%d/%m/%Y %H:%M']}}"
SHORT_YEARS = "{date: {patterns: ['%d/%m/%y', '%d/%m/%y %H:%M'], pivot: 50}}"


def expected(part):
    """Name of the file, and what is expected of it."""
    told = json.loads(EXPECTED.read_text(encoding="utf-8"))
    return next((each["file"], each["expected"]) for each in told if part in each["file"])


@pytest.fixture
def read(tmp_path):
    """Reads the replies of a site that is like one of ours."""

    def reading(operation, files, like=aleph, dates="", asked=None, **settings):
        lines = ["adapter: 1", f"like: {like}", f"converters: {{site-date: {dates}}}" if dates else ""]
        (tmp_path / "adapter.yaml").write_text("\n".join(lines), encoding="utf-8")
        loaded = load_folder(tmp_path, folder_named)
        compiled = compile_adapter(loaded, VOCABULARY, stand_ins(loaded, settings), UTC)
        replies = {
            step: Reply((SAMPLES / file).read_bytes() if isinstance(file, str) else file)
            for step, file in files.items()
        }
        return read_replies(compiled, compiled.maps[operation], asked_of(operation, asked or {}), replies)

    return reading


def found_in(folder, name):
    return (folder / "examples" / name).read_bytes()


def test_a_patron_who_owes(read):
    file, meant = expected("bor-info_fines")
    patron, fees = meant["patron"], meant["fees"]

    fields = read("lookup-patron", {"": file}).plain()["fields"]

    assert fields["patron.name"] == patron["name"]
    assert fields["patron.extra.number"] == patron["id"]
    assert fields["patron.birth_date"] == patron["birth_date"]
    assert fields["patron.category"] == patron["type"]
    assert "patron.expires" not in fields
    assert (fields["patron.standing"], "reason" in fields) == ([], False)
    assert (fields["patron.balance"], fields["patron.fee_limit"]) == (fees["total"], fees["limit"])
    assert [each["fee.amount"] for each in fields["patron.fees"]] == [
        each["amount"] for each in fees["items"]
    ]
    assert [each["item.title"] for each in fields["patron.fees"]] == [
        each["title"] or each["description"] for each in fees["items"]
    ]


def test_a_patron_with_a_loan_at_a_site_that_writes_the_day_first(read):
    file, meant = expected("mustermann")
    patron, loan = meant["patron"], meant["loans"][0]

    fields = read("lookup-patron", {"": file}, dates=DAY_FIRST).plain()["fields"]

    assert fields["patron.name"] == patron["name"]
    assert fields["patron.expires"] == patron["expiry"]
    assert (fields["patron.email"], fields["patron.phone"]) == (patron["email"], patron["phone"])
    assert "patron.balance" not in fields
    assert "patron.fees" not in fields
    (entry,) = fields["patron.loans"]
    assert (entry["item.title"], entry["due"][:16]) == (loan["title"], loan["due"])


def test_dates_are_not_guessed_before_the_site_has_said_how_it_writes_them(read):
    file, _ = expected("mustermann")

    reading = read("lookup-patron", {"": file})

    assert "patron.expires" not in reading.fields
    assert reading.unread


def test_items_by_a_service_that_writes_anything_in_place_of_a_date(read):
    file, meant = expected("circ-status")
    states = {"on_loan": "charged", "available": "available"}
    files = {
        "find": found_in(aleph, "find-one.xml"),
        "record": found_in(aleph, "present.xml"),
        "circulation": file,
    }

    fields = read("lookup-item", files, dates=SHORT_YEARS, items_by="circ-status").plain()["fields"]

    for item, told in zip(fields["items"], meant["items"], strict=True):
        assert item["item.id"] == told["barcode"]
        assert item["item.status"] == states.get(told["state"], "other")
        assert item.get("item.due", "")[:10] == told.get("due", "")


@pytest.mark.parametrize("operation", ["lookup-patron", "verify-pin", "renew", "place-hold"])
def test_an_account_without_the_right_is_our_own_fault(read, operation):
    file, meant = expected("error_login")
    asked = {"pin": "1"} if operation == "verify-pin" else {}
    if operation in ("renew", "place-hold"):
        asked = {"item": "1"}

    reading = read(operation, {"": file}, asked=asked)

    assert (reading.outcome, reading.why) == ("error", "configuration")
    assert reading.note == meant["result"]["message"]


def test_a_hold_that_was_placed(read):
    file, meant = expected("hold-req_ok")

    reading = read("place-hold", {"": file}, asked={"item": "1"})

    assert (reading.outcome == "done") is meant["result"]["ok"]


def test_an_address_and_fees_by_the_restful_service(read):
    address, meant = expected("rest_patron_address")
    cash, owed = expected("rest_cash")
    files = {
        "card": found_in(aleph, "pin-right.xml"),
        "loans": found_in(aleph_rest, "rest-loans.xml"),
        "holds": found_in(aleph_rest, "rest-holds.xml"),
        "address": address,
        "cash": cash,
    }

    fields = read("lookup-patron", files, like=aleph_rest, name_from="address").plain()["fields"]

    patron = meant["patron"]
    assert fields["patron.name"] == patron["name"]
    assert fields["patron.address"] == ", ".join(patron["address"])
    assert (fields["patron.email"], fields["patron.phone"]) == (patron["email"], patron["phone"])
    sign = {"credit": "-", "debit": ""}
    assert [each["fee.amount"] for each in fields["patron.fees"]] == [
        sign[each["direction"]] + each["amount"] for each in owed["fees"]["items"]
    ]
    assert [each.get("item.id") for each in fields["patron.fees"]] == [
        each["barcode"] for each in owed["fees"]["items"]
    ]
