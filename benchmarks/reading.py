"""What reading a reply by a compiled map costs, as a multiple of what its format's own parser takes for the same bytes.

The reply is what a look-up of a patron gives: some 2 kB with sixteen values and three loans of three values each, once as
XML and once as JSON.  It is read whole: charset, bounds, verdict, converters, codes, lists.  The parser beside it is lxml
with the very settings that the product uses, and the standard library's `json`; both in this process and in turn, by the processor's
time, so that what else the machine does counts little.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from lxml import etree

from softdock.adapters.declarative.vocabulary import VOCABULARY
from softdock.benchmarks.figures import Reading, spread
from softdock.mappings.documents.xml import PARSER
from softdock.mappings.exchange import Answer
from softdock.mappings.files.folder import Loaded
from softdock.mappings.files.maps import compile_adapter
from softdock.mappings.positions import Table, placed
from softdock.mappings.rules.source import Scope

ROUNDS: Final = 301
READ_EACH: Final = 20
GOALS: Final = {"xml": 5.0, "json": None}
"""By format, how often the parser's own time it should take at most."""

VALUES: Final = {
    "name": "王小明", "born": "1990-01-05", "address": "北京市海淀区中关村大街一号 上地图书馆家属院", "phone": "010-62510000",
    "mail": "reader@example.org", "category": "02", "branch": "HD01", "expires": "20271231", "balance": "12.50",
    "max-holds": "5", "max-loans": "10", "max-fees": "100.00", "message": "您有一册预约图书已到馆，请于七日内领取。",
    "loans": "3", "holds": "1", "state": "0",
}  # fmt: skip
LOANS: Final = [
    {
        "barcode": f"0100412345{number}",
        "title": f"中国古代建筑文献集要（第 {number} 卷）",
        "due": f"2026121{number}",
    }
    for number in range(3)
]
BESIDE: Final = {
    f"unused-{number:02d}": "what nobody asks for, and what stands here all the same" for number in range(14)
}
"""Systems tell more than they are asked for."""


def _map(kind: str) -> dict[str, Any]:
    """A map such as an integrator writes, for a reply of `kind`."""

    def at(name: str) -> str:
        return f"patron/{name}" if kind == "xml" else f"patron.{name.replace('-', '_')}"

    def trimmed(name: str, *converters: object) -> dict[str, object]:
        return {"from": at(name), "as": ["trim", *converters]}

    return {
        "map": 1,
        "operation": "lookup-patron",
        "request": {"get": "/patron", "query": {"card": {"from": "patron.id"}}},
        "reply": {
            "format": kind,
            "fail": [{"when": {"present": "error"}, "reason": "patron-unknown", "note": {"from": "error"}}],
            "fields": {
                "patron.name": trimmed("name"),
                "patron.birth_date": trimmed("born", {"date": "%Y-%m-%d"}),
                "patron.address": trimmed("address"),
                "patron.phone": trimmed("phone"),
                "patron.email": trimmed("mail"),
                "patron.category": {"from": at("category"), "codes": {"01": "child", "02": "adult"}},
                "patron.home_library": at("branch"),
                "patron.expires": trimmed("expires", {"date": {"patterns": "%Y%m%d", "none": ["00000000"]}}),
                "patron.balance": trimmed("balance", "money"),
                "patron.hold_limit": trimmed("max-holds", "number"),
                "patron.loan_limit": trimmed("max-loans", "number"),
                "patron.fee_limit": trimmed("max-fees", "money"),
                "patron.message": trimmed("message"),
                "patron.counts.loans": trimmed("loans", "number"),
                "patron.counts.holds": trimmed("holds", "number"),
                "patron.standing": {"from": at("state"), "codes": {"0": "checkout-denied", "1": ""}},
                "patron.loans": {
                    "each": "loan" if kind == "xml" else "loans",
                    "fields": {
                        "item.id": "barcode",
                        "item.title": {"from": "title", "as": ["trim"]},
                        "due": {"from": "due", "as": [{"date": "%Y%m%d"}]},
                    },
                },
            },
        },
    }


def _xml() -> bytes:
    def written(values: dict[str, str]) -> str:
        return "".join(f"<{name}>{value}</{name}>\n" for name, value in values.items())

    loans = "".join(f"<loan>{written(each)}</loan>\n" for each in LOANS)
    inside = f"<patron>{written(VALUES | BESIDE)}</patron>\n{loans}"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<reply>{inside}</reply>'.encode()


def _json() -> bytes:
    told = {name.replace("-", "_"): value for name, value in (VALUES | BESIDE).items()}
    return json.dumps({"patron": told, "loans": LOANS}, ensure_ascii=False).encode()


def measure() -> list[Reading]:
    """Read both replies some thousand times, in turn with their parsers."""
    return [
        _measured("xml", _xml(), lambda data: etree.fromstring(data, PARSER)),
        _measured("json", _json(), json.loads),
    ]


def _measured(kind: str, data: bytes, parse: Callable[[bytes], object]) -> Reading:
    read = _reader(kind)
    filled = read(data)
    assert len(filled) == 17
    assert [len(each) for each in filled["patron.loans"]] == [3, 3, 3]
    parsing, reading = [], []
    for _ in range(ROUNDS):
        parsing.append(_microseconds(parse, data))
        reading.append(_microseconds(read, data))
    ratios = spread(map(float.__truediv__, reading, parsing))
    return Reading(kind, len(data), spread(parsing), spread(reading), ratios, GOALS[kind])


def _microseconds(work: Callable[[bytes], object], data: bytes) -> float:
    began = time.thread_time()
    for _ in range(READ_EACH):
        work(data)
    return (time.thread_time() - began) / READ_EACH * 1e6


def _reader(kind: str) -> Callable[[bytes], dict[str, Any]]:
    """Reads a reply of `kind` by the map, as the adapter does."""
    adapter = placed({"adapter": 1, "back_ends": {"main": {"transport": "http"}}})
    written = placed(_map(kind))
    assert isinstance(adapter, Table)
    assert isinstance(written, Table)
    loaded = Loaded(Path("benchmark"), adapter, {"lookup-patron": written}, ())
    compiled = compile_adapter(loaded, VOCABULARY, {}, ZoneInfo("Asia/Shanghai"))
    reply = compiled.maps["lookup-patron"].steps[0].reply

    def read(data: bytes) -> dict[str, Any]:
        filled: dict[str, Any] = {}
        failure = reply.read(Answer(data, 200, {}, "utf-8"), Scope(None, {}), filled)
        assert failure is None
        return filled

    return read
