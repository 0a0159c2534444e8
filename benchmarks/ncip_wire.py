"""NCIP as the load generator speaks it: documents made ahead of time, answers checked by what has to be in them.

Kept apart from the product's own codec on purpose, as `wire` is: a mistake there must show up here as a wrong answer.
"""

import random
from collections.abc import Sequence
from typing import NamedTuple

from softdock.benchmarks import demo_library
from softdock.benchmarks.traffic import Item, Share

AGENCY = "BENCH-PARTNER"
_NAMESPACE = "http://www.niso.org/2008/ncip"
_VERSION = "http://www.niso.org/schemas/ncip/v2_02/ncip_v2_02.xsd"
_HEADER = (
    f"<InitiationHeader><FromAgencyId><AgencyId>{AGENCY}</AgencyId></FromAgencyId>"
    f"<ToAgencyId><AgencyId>{demo_library.LIBRARY}</AgencyId></ToAgencyId></InitiationHeader>"
)
_HEAD = (
    b'POST /ncip HTTP/1.1\r\nHost: bench.test\r\nContent-Type: application/xml; charset="utf-8"\r\n'
    b"Content-Length: %d\r\n\r\n"
)

SERVICES = ("LookupUser", "LookupItem", "CheckOutItem", "CheckInItem")
LOOKUPS, LOANS = SERVICES[:2], SERVICES[2:]


class Exchange(NamedTuple):
    """One request, and what its right answer holds."""

    service: str
    request: bytes
    """With its head."""
    holds: tuple[bytes, ...]


class Answer(NamedTuple):
    """An answer as it came."""

    head: bytes
    body: bytes


def whole(data: bytes) -> Answer | None:
    """The answer in `data`, which holds nothing else; None while some of it is missing."""
    head, end, body = data.partition(b"\r\n\r\n")
    if not end:
        return None
    at = head.lower().find(b"content-length:")
    length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else -1
    return Answer(head, body) if len(body) >= length >= 0 else None


def faults(answer: Answer, exchange: Exchange) -> list[str]:
    """What is wrong with an answer, in words; nothing for the right one."""
    found = [] if answer.head.startswith(b"HTTP/1.1 200 ") else [f"status {answer.head[9:12]!r}"]
    if b"Problem" in answer.body:
        found.append("a problem")
    return found + [f"no {part!r}" for part in exchange.holds if part not in answer.body]


def lookup_user(patron: bytes, name: str, loans: Sequence[Item]) -> Exchange:
    """How does this patron stand, and what is lent?"""
    wanted = "".join(
        f"<UserElementType>{each}</UserElementType>"
        for each in ("Name Information", "User Privilege", "Block Or Trap")
    )
    holds = [_tag("UserIdentifierValue", patron.decode()), _tag("UnstructuredPersonalUserName", name)]
    holds += [_tag("LoanedItemCountValue", str(len(loans)))]
    holds += [_tag("ItemIdentifierValue", item.id.decode()) for item in loans]
    return _exchange("LookupUser", f"{_user(patron)}{wanted}<LoanedItemsDesired/>", holds)


def lookup_item(item: Item, *, lent: bool = False) -> Exchange:
    """Where does this item stand?"""
    wanted = "".join(
        f"<ItemElementType>{each}</ItemElementType>"
        for each in ("Bibliographic Description", "Circulation Status", "Location")
    )
    status = "On Loan" if lent else "Available On Shelf"
    holds = [
        _tag("ItemIdentifierValue", item.id.decode()),
        _tag("Title", item.title.decode()),
        _tag("CirculationStatus", status),
    ]
    return _exchange("LookupItem", f"{_item(item)}{wanted}", holds)


def check_out_item(patron: bytes, item: Item) -> Exchange:
    """Lend an item that is not lent."""
    holds = [
        _tag("ItemIdentifierValue", item.id.decode()),
        _tag("UserIdentifierValue", patron.decode()),
        "<ns1:DateDue>",
    ]
    return _exchange("CheckOutItem", f"{_user(patron)}{_item(item)}", holds)


def check_in_item(patron: bytes | None, item: Item) -> Exchange:
    """Take an item back that is lent; the answer names who had it, unless there is no `patron` to be named."""
    holds = [_tag("ItemIdentifierValue", item.id.decode())]
    holds += [_tag("UserIdentifierValue", patron.decode())] if patron else []
    return _exchange("CheckInItem", _item(item), holds)


def lookups(share: Share, first: int, length: int, seed: int) -> list[Exchange]:
    """A course of lookups, half of patrons and half of items; `first` is the number of the share's first patron."""
    dice = random.Random(seed)
    found = []
    for _ in range(length // 2):
        number = dice.randrange(len(share.patrons))
        name = demo_library.NAMES[(first + number) % 2] % (first + number)
        found.append(lookup_user(share.patrons[number], name, ()))
        found.append(lookup_item(dice.choice(share.items)))
    return found


def loans(share: Share, length: int, seed: int) -> list[Exchange]:
    """A course of loans, each taken back a few requests later; no item twice, and in the end none is lent."""
    dice = random.Random(seed)
    fresh, lent, found = list(share.items[: length // 2]), [], []
    dice.shuffle(fresh)
    while fresh or lent:
        if fresh and (len(lent) < 4 or dice.random() < 0.5) and len(lent) < 8:
            patron, item = dice.choice(share.patrons), fresh.pop()
            lent.append((patron, item))
            found.append(check_out_item(patron, item))
        else:
            found.append(check_in_item(*lent.pop(0)))
    return found


def _exchange(service: str, inner: str, holds: Sequence[str]) -> Exchange:
    document = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<NCIPMessage xmlns="{_NAMESPACE}" xmlns:n="{_NAMESPACE}" n:version="{_VERSION}">'
        f"<{service}>{_HEADER}{inner}</{service}></NCIPMessage>"
    ).encode()
    response = (f"<ns1:{service}Response>", *holds)
    return Exchange(service, _HEAD % len(document) + document, tuple(each.encode() for each in response))


def _user(patron: bytes) -> str:
    return f"<UserId><UserIdentifierValue>{patron.decode()}</UserIdentifierValue></UserId>"


def _item(item: Item) -> str:
    return f"<ItemId><ItemIdentifierValue>{item.id.decode()}</ItemIdentifierValue></ItemId>"


def _tag(name: str, text: str) -> str:
    return f"<ns1:{name}>{text}</ns1:{name}>"
