"""What a bare Interlib says by its openlib service, to the few calls that loans and looks at a card are made of.

It has no books but for one thing: a loan is listed until it is taken back, because that is where SoftDock reads when it
is due.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from softdock.benchmarks import people, traffic

Form = Mapping[str, str]

DONE: Mapping[str, Any] = {"success": "true", "messagelist": [{"code": "R00061", "message": "成功"}]}
WRONG: Mapping[str, Any] = {"success": "false", "messagelist": [{"code": "R00000", "message": "密码错误"}]}
NOTHING: Mapping[str, Any] = {
    "success": "false",
    "messagelist": [{"code": "R00000", "message": "条码号不存在"}],
}
FAR_AHEAD = 4_102_444_799_000
"""The end of 2099, in milliseconds."""


class Openlib:
    """One service, and what is lent by it."""

    def __init__(self) -> None:
        self._lent: dict[str, list[str]] = {}
        """Items by card."""
        self._borrowers: dict[str, str] = {}
        self._calls: Mapping[str, Callable[[Form], Mapping[str, Any]]] = {
            "barcode/token": self._token,
            "barcode/loanbook": self._loan,
            "barcode/returnbook": self._return,
            "barcode/currentloan": self._loans,
            "reader/searchreader": self._reader,
            "reader/confirmreader": self._confirmed,
            "reader/searchdebt": self._debts,
        }

    def answer(self, call: str, form: bytes) -> bytes:
        """The answer to a call, by its path below `service/`."""
        do = self._calls.get(call)
        said = NOTHING if do is None else do(dict(parse_qsl(form.decode("ascii"))))
        return json.dumps(said, ensure_ascii=False).encode()

    def _token(self, form: Form) -> Mapping[str, Any]:
        return {**DONE, "messagelist": [{"token": "bench", "time": FAR_AHEAD}]}

    def _reader(self, form: Form) -> Mapping[str, Any]:
        card = form["rdid"]
        return {
            "success": "true",
            "rdid": card,
            "rdname": people.name(card.encode()).decode(),
            "rdcfstate": 1,
            "rdstartdate": "2024-01-02",
            "rdenddate": "2099-01-02",
            "rdlib": "BENCH",
            "rdlibname": "Bench Library",
            "rdtype": "0010",
            "deposit": 100.0,
        }

    def _confirmed(self, form: Form) -> Mapping[str, Any]:
        return DONE if form.get("rdpasswd") == traffic.PIN.decode() else WRONG

    def _loans(self, form: Form) -> Mapping[str, Any]:
        lent = [
            {"barcode": item, "title": _title(item), "loandate": "2026-10-20", "returndate": "2099-11-19"}
            for item in self._lent.get(form["rdid"], ())
        ]
        return {"success": True, "loanlist": lent}

    def _debts(self, form: Form) -> Mapping[str, Any]:
        return {"success": "true", "totaldebt": "0.00", "debtdetails": []}

    def _loan(self, form: Form) -> Mapping[str, Any]:
        card, item = form["rdid"], form["barcode"]
        self._back(item)
        self._borrowers[item] = card
        self._lent.setdefault(card, []).append(item)
        return {**DONE, "newloanbook": {"barcode": item, "title": _title(item)}}

    def _return(self, form: Form) -> Mapping[str, Any]:
        item = form["barcode"]
        self._back(item)
        return {**DONE, "newreturnbook": {"barcode": item, "title": _title(item)}}

    def _back(self, item: str) -> None:
        borrower = self._borrowers.pop(item, None)
        if borrower is not None:
            self._lent[borrower].remove(item)


def _title(item: str) -> str:
    return people.title(item.encode()).decode()
