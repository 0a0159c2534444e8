"""The library SoftDock serves while it is measured: patrons, items and settings, written into a folder.

Held in memory where the path through the product is measured and not a disk.  Its rules never refuse: what the
benchmark asks is always possible, so a refusal is a wrong answer.  Every second patron has a Chinese name: the answers
are UTF-8, not just ASCII.
"""

import json
from collections.abc import Mapping
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


def in_memory(**system: object) -> dict[str, Any]:
    """A library whose books SoftDock keeps itself: in memory, unless `system` says otherwise."""
    return {"adapter": "inhouse", "database": "memory", "import": "bench.json", **system}


def behind_sip2(port: int, connections: int, **system: object) -> dict[str, Any]:
    """A library whose system speaks SIP2, at a port of this machine; `system` says what else is known of it."""
    login = {"user": "softdock", "password": PASSWORD}
    return {"adapter": "sip2", "address": f"127.0.0.1:{port}", "connections": connections, **login, **system}


def settings(
    port: int,
    ops_port: int,
    password_hash: str,
    libraries: Mapping[str, Mapping[str, Any]],
    deadline: str = "8s",
    store: str | None = None,
) -> dict[str, Any]:
    """SoftDock's settings: libraries by their systems, an account for each, no limits in the way; a journal in `store`."""
    limits = {"connections": 20_000, "per_address": 20_000}
    return {
        **({} if store is None else {"store": store}),
        "listen": [{"sip2": f"127.0.0.1:{port}", "limits": limits}, {"ops": f"127.0.0.1:{ops_port}"}],
        "libraries": {
            library: {
                "name": {"zh": "测试馆", "en": "Bench Library"},
                "system": dict(system),
                "deadline": deadline,
            }
            for library, system in libraries.items()
        },
        "accounts": [
            {"user": user(library), "password_hash": password_hash, "library": library, "location": LOCATION}
            for library in libraries
        ],
    }


def user(library: str) -> str:
    """Who logs in as a kiosk of a library."""
    return f"{USER}-{library}"


def write(folder: Path, holdings: dict[str, Any] | None, settings: dict[str, Any]) -> Path:
    """Write both files; give the settings' path.  JSON is YAML, so no YAML writer is needed."""
    if holdings is not None:
        (folder / "bench.json").write_text(json.dumps(holdings, ensure_ascii=False), encoding="utf-8")
    path = folder / "bench.yaml"
    path.write_text(json.dumps(settings, ensure_ascii=False, indent=2), encoding="utf-8")
    return path
