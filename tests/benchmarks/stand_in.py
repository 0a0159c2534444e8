"""A small SIP2 server that answers what the benchmark asks, and answers it right.

It stands in for SoftDock where the benchmark itself is tested.  Written apart from the benchmark's own codec, so that
neither vouches for itself.
"""

from collections.abc import Callable
from typing import Any

NOW = "20260102    030405"


class Library:
    """Patrons, items and loans, and the answers about them."""

    def __init__(self, holdings: dict[str, Any]) -> None:
        self.patrons: dict[str, dict[str, str]] = {one["id"]: one for one in holdings["patrons"]}
        self.titles: dict[str, str] = {one["id"]: one["title"] for one in holdings["items"]}
        self.loans: dict[str, str] = {}
        self._verbs: dict[str, tuple[int, Callable[[dict[str, str]], str]]] = {
            "93": (2, self._login),
            "99": (8, self._status),
            "23": (21, self._patron_status),
            "63": (31, self._patron_information),
            "17": (18, self._item_information),
            "11": (38, self._checkout),
            "09": (37, self._checkin),
            "29": (38, self._renewal),
        }

    def answer(self, line: bytes) -> bytes:
        """The answer to a request, both without line end; a damaged request is an error of the benchmark."""
        if (sum(line[:-4]) + int(line[-4:], 16)) % 65536:
            raise ValueError(f"checksum: {line!r}")
        if line[-9:-7] != b"AY" or line[-6:-4] != b"AZ":
            raise ValueError(f"no AY and AZ: {line!r}")
        text = line[:-9].decode("ascii")
        width, verb = self._verbs[text[:2]]
        fields = {field[:2]: field[2:] for field in text[2 + width :].split("|") if field}
        signed = verb(fields).encode("utf-8") + line[-9:-4]
        return signed + b"%04X" % (-sum(signed) % 65536)

    def _login(self, fields: dict[str, str]) -> str:
        return "941" if fields["CN"] == "bench-BENCH" and fields["CO"] == "bench-secret" else "940"

    def _status(self, _: dict[str, str]) -> str:
        return f"98YYYYNN300003{NOW}2.00AOBENCH|AMBench Library|BX{'Y' * 16}|"

    def _patron_status(self, fields: dict[str, str]) -> str:
        return f"24{' ' * 14}001{NOW}{self._who(fields)}"

    def _patron_information(self, fields: dict[str, str]) -> str:
        loans = list(self.loans.values()).count(fields["AA"])
        counts = f"00000000{loans:04}000000000000"
        return f"64{' ' * 14}001{NOW}{counts}{self._who(fields)}"

    def _item_information(self, fields: dict[str, str]) -> str:
        item = fields["AB"]
        lent = "04" if item in self.loans else "03"
        return f"18{lent}0001{NOW}AB{item}|AJ{self.titles[item]}|"

    def _checkout(self, fields: dict[str, str]) -> str:
        item, patron = fields["AB"], fields["AA"]
        done = item not in self.loans
        self.loans.setdefault(item, patron)
        return f"12{done:d}NUY{NOW}{self._what(fields)}AH2026-02-01|"

    def _checkin(self, fields: dict[str, str]) -> str:
        done = self.loans.pop(fields["AB"], None) is not None
        return f"10{done:d}YUN{NOW}AOBENCH|AB{fields['AB']}|AQB1|AJ{self.titles[fields['AB']]}|"

    def _renewal(self, fields: dict[str, str]) -> str:
        done = self.loans.get(fields["AB"]) == fields["AA"]
        return f"30{done:d}{'NY'[done]}UN{NOW}{self._what(fields)}AH2026-03-01|"

    def _who(self, fields: dict[str, str]) -> str:
        patron = self.patrons[fields["AA"]]
        right = "NY"[patron["pin"] == fields["AD"]]
        return f"AOBENCH|AA{fields['AA']}|AE{patron['name']}|BLY|CQ{right}|"

    def _what(self, fields: dict[str, str]) -> str:
        return f"AOBENCH|AA{fields['AA']}|AB{fields['AB']}|AJ{self.titles[fields['AB']]}|"
