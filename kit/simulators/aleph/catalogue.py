"""The services of the X-Server that find records."""

from softdock.adapters.inhouse.snapshot import Title
from softdock.kit.simulators.aleph import tables as t
from softdock.kit.simulators.aleph.asking import Given, Shop, fail, need, title_of
from softdock.kit.simulators.aleph.forms import Node


def find(shop: Shop, given: Given) -> list[Node]:
    """A set of the records that a barcode or a system number finds."""
    if need(given, "base").upper() != t.BIB:
        fail("Base is not defined")
    request = need(given, "request")
    code = given.get("code", "")
    if not code:
        code, _, request = request.partition("=")
    match code.upper():
        case "BAR":
            copy = shop.books.copy(request.strip())
            found = "" if copy is None else str(copy.item.title_id)
        case "SYS":
            title = shop.books.title(request.strip().zfill(9))
            found = "" if title is None else str(title.id)
        case _:
            fail("Code is not valid")
    if not found:
        fail("empty set")
    return [
        ("set_number", shop.keep(found)),
        ("no_records", f"{1:09d}"),
        ("no_entries", f"{1:09d}"),
    ]


def present(shop: Shop, given: Given) -> list[Node]:
    """The records of a set."""
    document = shop.sets.get(need(given, "set_number").strip().zfill(6)) or fail("Set number is not valid")
    if need(given, "set_entry").lstrip("0") not in {"1", "1-1", "1-000000001"}:
        fail("There is no such entry in the set")
    record: list[Node] = [
        ("record_header", [("set_entry", f"{1:09d}")]),
        ("doc_number", document),
        ("metadata", _marc(title_of(shop, document))),
    ]
    return [("record", record)]


def find_doc(shop: Shop, given: Given) -> list[Node]:
    """One record."""
    if need(given, "base").upper() != t.BIB:
        fail("Base is not defined")
    return [("record", [("metadata", _marc(title_of(shop, need(given, "doc_num"))))])]


def _marc(title: Title) -> list[Node]:
    """The record in the form that ALEPH calls OAI-MARC."""
    item = title.copies[0].item
    fields: list[Node] = [("fixfield", "BK", {"id": "FMT"}), ("fixfield", str(title.id), {"id": "001"})]
    for tag, text in (("020", item.extra.get("isbn", "")), ("100", item.author), ("245", item.title)):
        if text:
            fields.append(
                ("varfield", [("subfield", text, {"label": "a"})], {"id": tag, "i1": " ", "i2": " "})
            )
    return [("oai_marc", fields)]
