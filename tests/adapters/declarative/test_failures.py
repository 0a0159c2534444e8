"""Failures that all replies of a back end have in common, and reasons that the reply itself names."""

from pathlib import Path

import pytest

from softdock.adapters.declarative.asking import asked_of
from softdock.adapters.declarative.examples import Reply, read_replies
from softdock.adapters.declarative.vocabulary import VOCABULARY
from softdock.mappings.files.folder import load_folder
from softdock.mappings.files.maps import compile_adapter
from softdock.mappings.problems import ProblemsFound
from softdock.mappings.rules.reading import Failure

ADAPTER = """
adapter: 1
codes:
  refusal: {A1: card-lost, A2: patron-blocked}
back_ends:
  main:
    transport: http
    fail:
      - {when: {from: ok, equals: "true"}, fine: true}
      - {reason: {from: code, codes: refusal}, note: {from: says}}
      - {when: {present: code}, reason: declined, note: {from: says}}
"""
MAP = """
map: 1
operation: checkin
request: {post: /return, form: {item: {from: item.id}}}
reply:
  format: json
  fail:
    - {when: {from: code, equals: A2}, reason: item-unknown}
  fields: {item.title: title}
"""


def compiled(tmp_path: Path, adapter: str = ADAPTER, checkin: str = MAP):
    (tmp_path / "adapter.yaml").write_text(adapter, encoding="utf-8")
    (tmp_path / "checkin.yaml").write_text(checkin, encoding="utf-8")
    return compile_adapter(load_folder(tmp_path, lambda _: None), VOCABULARY)


@pytest.mark.parametrize(
    ("reply", "read"),
    [
        ('{"ok": true, "title": "T"}', {"outcome": "done", "fields": {"item.title": "T"}}),
        ('{"ok": true, "code": "A1"}', {"outcome": "done"}),
        ('{"code": "A1", "says": "gone"}', {"outcome": "refused", "reason": "card-lost", "note": "gone"}),
        ('{"code": "A2", "says": "no"}', {"outcome": "refused", "reason": "item-unknown"}),
        ('{"code": "A3", "says": "no"}', {"outcome": "refused", "reason": "declined", "note": "no"}),
    ],
    ids=[
        "a rule of all replies says that it is fine",
        "and ends the rules behind it",
        "the reply names the reason",
        "the reply's own rules come first",
        "a code that no table has leaves it to the next rule",
    ],
)
def test_what_all_replies_have_in_common_is_asked_behind_the_rules_of_each(tmp_path, reply, read):
    adapter = compiled(tmp_path)
    reading = read_replies(
        adapter, adapter.maps["checkin"], asked_of("checkin", {}), {"": Reply(reply.encode())}
    )

    assert reading.plain() == read


def test_a_table_of_reasons_knows_reasons_only(tmp_path):
    with pytest.raises(ProblemsFound) as found:
        compiled(tmp_path, ADAPTER.replace("card-lost", "card-lots"))

    assert any('"card-lots" is not a value' in each.sentence for each in found.value.problems)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (301, "configuration"),
        (302, "failed"),
        (303, "failed"),
        (307, "configuration"),
        (401, "configuration"),
    ],
)
def test_a_redirect_behind_a_form_may_mean_that_it_was_done(tmp_path, status, error):
    """Nobody knows: systems answer a form by 302 or 303 when it is done, and when somebody has to log in."""
    adapter = compiled(tmp_path)
    reading = read_replies(
        adapter, adapter.maps["checkin"], asked_of("checkin", {}), {"": Reply(b"<html>", status)}
    )

    assert reading.plain()["error"] == error


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (200, ("refused", "declined")),
        (400, ("refused", "declined")),
        (422, ("refused", "declined")),
        (302, ("error", "failed")),
        (401, ("error", "configuration")),
        (429, ("error", "busy")),
        (500, ("error", "failed")),
        (504, ("error", "failed")),
    ],
)
def test_a_system_that_fails_has_not_declined_whatever_its_error_looks_like(tmp_path, status, told):
    """Behind `success`, a page of a gateway in JSON would count as a no of the library."""
    own = MAP.replace("  fail:\n    - {when: {from: code, equals: A2}, reason: item-unknown}", "  success: {from: ok, equals: 'true'}")  # fmt: skip
    adapter = compiled(tmp_path, "adapter: 1\nback_ends: {main: {transport: http}}\n", own)
    reply = Reply(b'{"timestamp": 1, "error": "Internal Server Error"}', status)
    reading = read_replies(adapter, adapter.maps["checkin"], asked_of("checkin", {}), {"": reply})

    assert (reading.outcome, reading.why) == told


def test_what_a_failing_system_says_is_one_short_line_of_a_log():
    told = Failure(None, "failed", "x\r\n2026-01-01 forged\t" + "y" * 1000).said
    assert told.startswith("x 2026-01-01 forged y")
    assert len(told) == 200
