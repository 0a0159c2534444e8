"""What a map makes of a statement that the database refused."""

from pathlib import Path

import pytest

from softdock.adapters.declarative.asking import asked_of
from softdock.adapters.declarative.examples import Reply, read_replies
from softdock.adapters.declarative.vocabulary import VOCABULARY
from softdock.mappings.files.folder import load_folder
from softdock.mappings.files.maps import compile_adapter

ADAPTER = """
adapter: 1
back_ends:
  main:
    transport: sql
    fail: [{when: {from: error.code, equals: "23505"}, error: busy}]
"""
MAP = """
map: 1
operation: checkin
request: {changes: true, sql: DELETE FROM loans WHERE barcode = :barcode, parameters: {barcode: {from: item.id}}}
reply:
  fail:
    - {when: {from: error.message, contains: 封存}, reason: item-not-lendable}
    - {when: {absent: rows}, reason: item-unknown}
  fields: {item.title: title}
"""


@pytest.mark.parametrize(
    ("reply", "read"),
    [
        ('{"rows": []}', {"outcome": "refused", "reason": "item-unknown"}),
        ('{"error": "42601"}', {"outcome": "error", "error": "unavailable"}),
        ('{"error": "23505"}', {"outcome": "error", "error": "busy"}),
        ('{"error": "P0001", "message": "已封存"}', {"outcome": "refused", "reason": "item-not-lendable"}),
    ],
    ids=[
        "no rows are what the map says that they are",
        "no rows of a refused statement are not",
        "the database's own name for the error",
        "what a procedure has raised",
    ],
)
def test_only_what_asks_for_its_error_speaks_of_a_refused_statement(tmp_path: Path, reply, read):
    (tmp_path / "adapter.yaml").write_text(ADAPTER, encoding="utf-8")
    (tmp_path / "checkin.yaml").write_text(MAP, encoding="utf-8")
    adapter = compile_adapter(load_folder(tmp_path, lambda _: None), VOCABULARY)

    reading = read_replies(
        adapter, adapter.maps["checkin"], asked_of("checkin", {}), {"": Reply(reply.encode())}
    ).plain()

    assert {key: reading[key] for key in read} == read
