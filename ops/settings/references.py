"""What must fit together across sections: names that are used and defined, things that may exist once.

Looked at in the tree, not in the models: a mistake in one account hides none in another.
"""

from collections.abc import Callable, Hashable, Iterator
from ipaddress import ip_network

from pydantic_core import PydanticCustomError

from softdock.mappings.positions import Node, Series, Table, Text
from softdock.mappings.problems import Problem, suggestion
from softdock.mappings.written import HostPort, is_every_interface, read_host_port
from softdock.ops.settings.listeners import KEYS_OF_LISTENERS
from softdock.ops.settings.ownership import misclaimed
from softdock.ops.settings.partners import TOLD_BY_PARTNERS


def misfits(root: Table) -> list[Problem]:
    """Everything in `root` that does not fit together."""
    accounts = list(_tables(root.get("accounts")))
    devices = [each for each in accounts if TOLD_BY_PARTNERS.isdisjoint(each)]
    listeners = list(_tables(root.get("listen")))
    profiles = [*_keys(root.get("profiles")), "default"]
    return [
        *_undefined(accounts, "library", _keys(root.get("libraries")), "library"),
        *_undefined([*listeners, *accounts], "profile", profiles, "profile"),
        *_twice(devices, "user", str),
        *_twice(devices, "address", _network),
        *_shared_ports(listeners),
        *misclaimed(root.get("libraries")),
        *_journal_without_store(root),
    ]


def _tables(node: Node | None) -> Iterator[Table]:
    if isinstance(node, Series):
        yield from (each for each in node if isinstance(each, Table))


def _keys(node: Node | None) -> list[str]:
    return list(map(str, node)) if isinstance(node, Table) else []


def _undefined(tables: list[Table], key: str, known: list[str], word: str) -> Iterator[Problem]:
    for table in tables:
        name = table.get(key)
        if isinstance(name, Text) and name not in known:
            plural = "libraries" if word == "library" else f"{word}s"
            remedy = suggestion(name, known, f"Under {plural} there are") or f"There are no {plural} at all."
            yield Problem(name.place, f"{name.shown()} is not a {word}.", remedy)


def _network(text: str) -> Hashable:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return text


def _twice(tables: list[Table], key: str, same: Callable[[str], Hashable]) -> Iterator[Problem]:
    first: dict[Hashable, Text] = {}
    for table in tables:
        text = table.get(key)
        if not isinstance(text, Text):
            continue
        other = first.setdefault(same(text), text)
        if other is not text:
            sentence = f"{text.shown()} is the {key} of another account already."
            yield Problem(text.place, sentence, f"The first is in line {other.place.line}.")


def _shared_ports(listeners: list[Table]) -> Iterator[Problem]:
    taken: list[tuple[HostPort, Text]] = []
    for table in listeners:
        for key in KEYS_OF_LISTENERS:
            text = table.get(key)
            if not isinstance(text, Text):
                continue
            try:
                mine = read_host_port(text)
            except PydanticCustomError:
                continue  # told by the listener itself
            for other, where in taken:
                if _clash(mine, other):
                    sentence = f"{text.shown()} is taken by another listener."
                    yield Problem(text.place, sentence, f"The first is in line {where.place.line}.")
                    break
            taken.append((mine, text))


def _journal_without_store(root: Table) -> Iterator[Problem]:
    if "journal" in root and "store" not in root:
        sentence = "There is no store to keep a journal in."
        yield Problem(
            root.key_place("journal"), sentence, "Add store: sqlite:///store.db, or leave journal out."
        )


def _clash(one: HostPort, other: HostPort) -> bool:
    if one.port != other.port or one.port == 0:
        return False
    everywhere = is_every_interface(one.host) or is_every_interface(other.host)
    return one.host == other.host or (everywhere and (":" in one.host) == (":" in other.host))
