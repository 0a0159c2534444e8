"""The library SoftDock serves while it is measured: patrons, items and settings, written into a folder.

Held in memory where the path through the product is measured and not a disk.  Its rules never refuse: what the
benchmark asks is always possible, so a refusal is a wrong answer.  Every second patron has a Chinese name: the answers
are UTF-8, not just ASCII.
"""

import json
from pathlib import Path
from typing import Any

from softdock.benchmarks import traffic

LIBRARY = "BENCH"
USER = "bench"
PASSWORD = "bench-secret"
LOCATION = traffic.PLACE.decode("ascii")
NAMES = ("Reader Number %d", "读者%d号")


def holdings(patrons: int, items: int) -> dict[str, Any]:
    """What the library imports when it starts."""
    return {
        "library": {"id": LIBRARY, "name": "Bench Library"},
        "patrons": [patron(number) for number in range(patrons)],
        "items": [item(number) for number in range(items)],
        "policies": {
            "adult": {
                "loan_days": 30,
                "renewals": 1_000_000,
                "max_loans": 100,
                "max_holds": 100,
                "max_fees": "1000.00",
            }
        },
    }


def patron(number: int) -> dict[str, str]:
    """One patron as the import file has it."""
    return {
        "id": traffic.patron_id(number).decode("ascii"),
        "pin": traffic.PIN.decode("ascii"),
        "name": NAMES[number % 2] % number,
        "category": "adult",
    }


def item(number: int) -> dict[str, str]:
    """One item as the import file has it."""
    record = traffic.item(number)
    return {"id": record.id.decode("ascii"), "title": record.title.decode("ascii")}


def settings(port: int, ops_port: int, password_hash: str, **system: object) -> dict[str, Any]:
    """SoftDock's settings: one library, in memory unless `system` says otherwise, one account, no limits in the way."""
    limits = {"connections": 20_000, "per_address": 20_000}
    return {
        "listen": [{"sip2": f"127.0.0.1:{port}", "limits": limits}, {"ops": f"127.0.0.1:{ops_port}"}],
        "libraries": {
            LIBRARY: {
                "name": {"zh": "测试馆", "en": "Bench Library"},
                "system": {"adapter": "inhouse", "database": "memory", "import": "bench.json", **system},
            }
        },
        "accounts": [
            {"user": USER, "password_hash": password_hash, "library": LIBRARY, "location": LOCATION}
        ],
    }


def write(folder: Path, holdings: dict[str, Any], settings: dict[str, Any]) -> Path:
    """Write both files; give the settings' path.  JSON is YAML, so no YAML writer is needed."""
    (folder / "bench.json").write_text(json.dumps(holdings, ensure_ascii=False), encoding="utf-8")
    path = folder / "bench.yaml"
    path.write_text(json.dumps(settings, ensure_ascii=False, indent=2), encoding="utf-8")
    return path
