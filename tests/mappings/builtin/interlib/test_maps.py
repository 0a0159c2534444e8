"""The maps for Interlib as files: their examples, what they refuse to read, and what a site can change of them."""

import json
import os
from pathlib import Path

import pytest

from simulated import ZONE
from softdock.adapters.declarative.asking import asked_of
from softdock.adapters.declarative.examples import Reply, failing_examples, read_replies, stand_ins
from softdock.adapters.declarative.finding import folder_named
from softdock.adapters.declarative.vocabulary import VOCABULARY
from softdock.mappings.builtin import interlib
from softdock.mappings.files.folder import load_folder
from softdock.mappings.files.maps import compile_adapter
from softdock.mappings.problems import ProblemsFound

EXAMPLES = interlib / "examples"


def compiled(folder=interlib, **settings):
    loaded = load_folder(folder, folder_named)
    return compile_adapter(loaded, VOCABULARY, stand_ins(loaded, settings), ZONE)


@pytest.fixture(scope="module")
def adapter():
    return compiled()


def reading(adapter, operation, asked=None, **replies):
    """What a map makes of `replies`, each a path of a file, or bytes."""
    return read_replies(
        adapter,
        adapter.maps[operation],
        asked_of(operation, asked or {}),
        {
            name: Reply(each if isinstance(each, bytes) else each.read_bytes())
            for name, each in replies.items()
        },
    )


# --- the folder ---------------------------------------------------------------------------------------------


def test_the_folder_is_found_by_its_name():
    assert folder_named("interlib") == interlib


def test_every_example_is_read_as_it_says():
    assert failing_examples(load_folder(interlib, folder_named), Path.read_bytes) == []


def test_every_file_of_the_examples_belongs_to_one(adapter):
    named = {
        Path(file).name
        for each in adapter.maps.values()
        for example in each.examples
        for file in (example.reply, *example.replies.values(), example.expect)
        if file is not None
    }

    assert {each.name for each in EXAMPLES.iterdir()} == named


def test_every_map_has_an_example_of_yes_and_one_of_no(adapter):
    for operation, each in adapter.maps.items():
        outcomes = {(interlib / example.expect).read_text().partition("\n")[0] for example in each.examples}
        assert outcomes >= {"outcome: done", "outcome: refused"}, operation


def test_nothing_of_the_examples_is_a_real_persons():
    """Cards of the range that the simulator has, phones of zeros, identity numbers of a region that there is not."""
    for each in EXAMPLES.glob("*.json"):
        told = json.loads(each.read_text(encoding="utf-8"))
        assert told.get("rdid", "86000000").startswith("86000000")
        assert told.get("rdcertify", "9901").startswith("9901")
        assert set(told.get("rdloginid", "00000000011")) <= {"0", "1"}


# --- what never leaves --------------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", ["rdpasswd", "rdcertify"])
def test_no_map_of_a_site_can_read_what_never_leaves(tmp_path, secret):
    (tmp_path / "adapter.yaml").write_text("adapter: 1\nlike: interlib\n", encoding="utf-8")
    (tmp_path / "lookup-patron.yaml").write_text(
        "map: 1\noperation: lookup-patron\n"
        f"steps: {{reader: {{reply: {{fields: {{patron.extra.number: {secret}}}}}}}}}\n",
        encoding="utf-8",
    )

    with pytest.raises(ProblemsFound) as found:
        compiled(tmp_path)
    assert f'"{secret}" never leaves the adapter.' in [each.sentence for each in found.value.problems]


def test_the_password_and_the_secret_stand_in_bodies_alone(adapter):
    asked = reading(
        adapter, "verify-pin", {"patron.id": "8600000011", "pin": "246810"}, confirm=EXAMPLES / "done.json"
    )

    ((_, request),) = asked.requests
    assert (request.method, request.path, request.query) == ("POST", "/service/reader/confirmreader", "")
    assert request.body == b"token=%3Ctoken%3E&rdid=8600000011&rdpasswd=246810"


# --- codes and texts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "reason"),
    [(1, None), ("1", None), ("10", None), (2, "patron-blocked"), ("3", "card-lost"), (4, "patron-blocked"),
     (5, "patron-blocked"), (99, "patron-blocked"), ("", "patron-blocked"), (None, "patron-blocked")],
)  # fmt: skip
def test_a_card_may_borrow_only_in_a_state_that_is_known_to_allow_it(adapter, state, reason):
    reader = json.dumps(
        {"success": True, "rdid": "8600000011", "rdname": "示例", "rdcfstate": state}
    ).encode()
    none = EXAMPLES / "loans-none.json"
    read = reading(adapter, "lookup-patron", reader=reader, loans=none, debts=EXAMPLES / "debts-none.json")

    assert read.plain()["fields"].get("reason") == reason


@pytest.mark.parametrize("success", ["1", '"yes"', "null", "[]", '{"true": true}'])
def test_only_true_is_a_success(adapter, success):
    reply = f'{{"success": {success}, "messagelist": []}}'.encode()

    assert reading(adapter, "checkin", **{"": reply}).outcome != "done"


@pytest.mark.parametrize(
    "reply",
    [b"", b"[]", b"{}", b'"true"', b"<html>", b'{"messagelist": [{"code": "R00062"}]}', b"\xff\xfe\x00"],
)
def test_what_is_no_envelope_fits_nothing(adapter, reply):
    read = reading(adapter, "checkin", **{"": reply})

    assert (read.outcome, read.why) == ("error", "malformed")


def test_messages_may_be_an_object_or_left_out(adapter):
    alone = b'{"success": "false", "messagelist": {"code": "R00100", "message": "no"}}'

    assert reading(adapter, "checkin", **{"": alone}).why == "declined"
    assert reading(adapter, "checkin", **{"": b'{"success": false}'}).why == "declined"


# --- inheritance --------------------------------------------------------------------------------------------

VERSION = """
adapter: 1
like: interlib
codes: {card-state: {"11": card-expired}, holding-state-name: {外借中: charged}}
"""
RETURN = """
map: 1
operation: checkin
request: {post: /service/circulation/returnbook, form: {localvalid: {is: "1"}}}
examples:
  - {name: the path of this version, reply: examples/return.json, expect: examples/return.yaml}
"""
SITE = """
adapter: 1
like: ../version
settings: {operator: {default: kiosk}}
codes: {holding-state: {"50": available}, refusal: {R00777: card-expired}}
"""


@pytest.fixture
def storeys(tmp_path):
    """A version over the vendor, and a site over the version."""
    for name, text in {
        "version/adapter.yaml": VERSION, "version/checkin.yaml": RETURN, "site/adapter.yaml": SITE,
    }.items():  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / "site"


def test_vendor_version_and_site_lie_over_each_other(storeys):
    site = compiled(storeys)
    returned = reading(site, "checkin", {"item.id": "01000101"}, **{"": EXAMPLES / "return.json"})

    ((_, request),) = returned.requests
    assert request.path == "/service/circulation/returnbook"  # of the version
    assert request.body == b"token=%3Ctoken%3E&barcode=01000101&opuser=kiosk&localvalid=1"  # of all three
    assert returned.fields == {"item.title": "示例甲书"}  # of the vendor
    refused = json.dumps({"success": False, "messagelist": [{"code": "R00777", "message": "?"}]}).encode()
    assert reading(site, "checkin", **{"": refused}).why == "card-expired"  # of the site
    assert site.maps["checkin"].place.file == str(storeys.parent / "version" / "checkin.yaml")


def test_each_storey_is_held_to_its_own_examples(storeys):
    loaded = load_folder(storeys, folder_named)

    assert failing_examples(loaded, Path.read_bytes) == []
    assert [each.folder for each in (loaded, loaded.below, loaded.below.below)] == [
        storeys, storeys.parent / "version", interlib,
    ]  # fmt: skip


# --- replies of others --------------------------------------------------------------------------------------

SAMPLES = os.environ.get("SOFTDOCK_SAMPLES", "")
CASES = [
    ("searchreader_ok", "lookup-patron", "reader", {"outcome": "done", "id": "8600000001", "expires": "2034-01-02"}),
    ("searchreader_lost", "lookup-patron", "reader", {"outcome": "done", "id": "8600000002", "why": "card-lost"}),
    ("searchreader_multiple", "lookup-patron", "reader", {"outcome": "refused", "reason": "patron-ambiguous"}),
    ("token_expired", "lookup-patron", "reader", {"outcome": "error", "error": "session-expired"}),
    ("renewbook_partial", "renew-all", "renewal", {"outcome": "done", "renewed": 1, "unrenewed": 1}),
    ("loanbook_ok", "checkout", "loan", {"outcome": "done", "title": "三体", "due": "2026-11-19"}),
]  # fmt: skip


@pytest.mark.skipif(not SAMPLES, reason="SOFTDOCK_SAMPLES names no folder of replies")
@pytest.mark.parametrize(("name", "operation", "step", "meant"), CASES)
def test_replies_that_others_wrote_down_are_read_as_they_are_meant(adapter, name, operation, step, meant):
    folder = Path(SAMPLES) / "synthetic"
    replies = {
        "loans": folder / "openlib_currentloan_two.json",
        "due": folder / "openlib_currentloan_two.json",
        "debts": folder / "openlib_searchdebt.json",
        step: folder / f"openlib_{name}.json",
    }
    read = reading(adapter, operation, {"patron.id": "8600000001"} | (
        {"item.id": "01234567"} if operation == "checkout" else {}), **replies).plain()  # fmt: skip

    fields = read.get("fields", {})
    told = {
        "outcome": read["outcome"], "reason": read.get("reason"), "error": read.get("error"),
        "id": fields.get("patron.id"), "expires": fields.get("patron.expires"), "why": fields.get("reason"),
        "renewed": fields.get("renewed_count"), "unrenewed": fields.get("unrenewed_count"),
        "title": fields.get("item.title"), "due": fields.get("due"),
    }  # fmt: skip
    assert {key: told[key] for key in meant} == meant


@pytest.mark.skipif(not SAMPLES, reason="SOFTDOCK_SAMPLES names no folder of replies")
def test_a_holding_of_a_real_catalogue_is_read_as_it_is_meant(adapter):
    """The catalogue speaks without an envelope; what is inside is the same."""
    (file,) = Path(SAMPLES).glob("interlib_opac_holding_*.json")

    (item,) = reading(adapter, "lookup-item", **{"": file}).plain()["fields"]["items"]
    assert (item["item.id"], item["item.status"]) == ("VI0003247", "available")
    assert (item["item.permanent_location"], item["item.collection"]) == ("无障碍服务中心", "盲文图书")
    assert item["item.call_number"] == "I247.55/02" and "item.due" not in item
    assert (item["item.extra.library"], item["item.extra.price"]) == ("黑龙江省图书馆", "39.33")
