"""The z-tables, as replies show them: readers, items, loans, holds, cash."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from softdock.adapters.inhouse.model import Fee, Hold, Payment
from softdock.adapters.inhouse.rules.money import fine_of
from softdock.adapters.inhouse.rules.standing import state_of
from softdock.adapters.inhouse.snapshot import Card, Copy
from softdock.circulation.identifiers import ItemId
from softdock.circulation.money import Money
from softdock.circulation.patrons import ALL_DENIED
from softdock.kit.simulators.aleph import tables as t
from softdock.kit.simulators.aleph.forms import (
    NO_END,
    Node,
    debit,
    hour,
    padded,
    plain_date,
    sequence_of,
    site_date,
)
from softdock.kit.simulators.books import Books

Words = Callable[[str, str], str]
"""What a code is shown as: the code itself, or the words for it."""


def shown(code: str, words: str) -> str:
    """With `translate=Y`."""
    return words


def coded(code: str, words: str) -> str:
    """With `translate=N`."""
    return code


def number_of(card: Card) -> str:
    """The reader's own number, which is not that of the card."""
    return card.patron.extra.get("id", str(card.patron.id))


def find_card(books: Books, key: str) -> Card | None:
    """The reader whom a card or the number names; blanks around do not matter."""
    key = key.strip()
    if (card := books.card(key)) is not None:
        return card
    return next((each for each in books.snapshot().cards.values() if number_of(each) == key.upper()), None)


def find_copy(books: Books, document: str, sequence: str) -> Copy | None:
    """The item with a sequence in the record of a document."""
    title = books.title(document.strip().zfill(9))
    wanted = sequence_of(sequence)
    return next((each for each in title.copies if sequence_in(each) == wanted), None) if title else None


def sequence_in(copy: Copy) -> str:
    """Six digits."""
    return copy.item.extra.get("sequence", "000010")


# --- readers ------------------------------------------------------------------------------------------


def reader(books: Books, card: Card, words: Words) -> list[Node]:
    """z303, z304 and z305 of a reader."""
    return [
        ("z303", list(_z303(card))),
        ("z304", list(_z304(card))),
        ("z305", list(_z305(books, card, words))),
    ]


def _z303(card: Card) -> Iterator[Node]:
    patron = card.patron
    yield "z303-id", number_of(card).ljust(12)
    yield "z303-proxy-for-id", ""
    yield "z303-user-library", t.USR
    yield "z303-open-date", plain_date(_registered(card))
    yield "z303-con-lng", "CHI" if patron.language == "zh" else "ENG"
    yield "z303-name", patron.name
    yield "z303-title", ""
    yield from _delinquencies("z303", t.CARD_LOST if patron.card_lost else t.NO_BLOCK, "Card lost")
    yield "z303-home-library", "MAIN"
    yield "z303-birth-date", plain_date(patron.birth_date)
    yield "z303-gender", ""


def _z304(card: Card) -> Iterator[Node]:
    patron = card.patron
    yield "z304-id", number_of(card).ljust(12)
    yield "z304-sequence", "01"
    yield "z304-address-0", patron.name
    yield "z304-address-1", patron.address
    yield "z304-zip", ""
    yield "z304-email-address", patron.email
    yield "z304-telephone", patron.phone
    yield "z304-date-from", plain_date(_registered(card))
    yield "z304-date-to", NO_END
    yield "z304-address-type", "01"
    yield "z304-telephone-2", ""


def _z305(books: Books, card: Card, words: Words) -> Iterator[Node]:
    patron, limit = card.patron, card.policy.max_fees
    may = "N" if state_of(card, books.snapshot().now).standing >= ALL_DENIED else "Y"
    yield "z305-id", number_of(card).ljust(12)
    yield "z305-sub-library", t.ADM
    yield "z305-bor-status", words(patron.category, t.PATRON_STATUS.get(patron.category, ""))
    yield "z305-registration-date", plain_date(_registered(card))
    yield "z305-expiry-date", plain_date(patron.expires, NO_END)
    yield "z305-loan-permission", may
    yield "z305-hold-permission", may
    yield "z305-renew-permission", may
    yield "z305-cash-limit", "" if limit is None else str(limit)
    yield "z305-credit-debit", "C"
    yield "z305-sum", "0.00"
    text = "" if card.block is None else card.block.text or "Blocked"
    yield from _delinquencies("z305", t.BLOCKED if text else t.NO_BLOCK, text)
    yield "z305-end-block-date", ""


def _delinquencies(table: str, code: str, text: str) -> Iterator[Node]:
    """Three of them, of which the first may be one."""
    for place in (1, 2, 3):
        here = code if place == 1 else t.NO_BLOCK
        yield f"{table}-delinq-{place}", here
        yield f"{table}-delinq-n-{place}", "" if here == t.NO_BLOCK else text
        yield f"{table}-delinq-{place}-update-date", plain_date(None)


def _registered(card: Card) -> date | None:
    text = card.patron.extra.get("registered")
    return None if text is None else date.fromisoformat(text)


# --- items --------------------------------------------------------------------------------------------


def z13(copy: Copy) -> Node:
    """The short record of the title."""
    item = copy.item
    return "z13", [
        ("z13-doc-number", str(item.title_id)),
        ("z13-call-no", item.call_number),
        ("z13-author", item.author),
        ("z13-title", item.title),
        ("z13-imprint", ""),
        ("z13-isbn-issn", item.extra.get("isbn", "")),
    ]


def z30(copy: Copy, words: Words) -> Node:
    """The item.  Whether it is lent does not stand here."""
    item = copy.item
    status, process = status_of(copy), t.PROCESS_OF.get(copy.state.status, "")
    return "z30", [
        ("z30-doc-number", str(item.title_id)),
        ("z30-item-sequence", f"{int(sequence_in(copy)) / 10:>6.1f}"),
        ("z30-barcode", str(item.id)),
        ("z30-sub-library", words(item.permanent_location, sub_library(copy))),
        ("z30-material", "BOOK"),
        ("z30-item-status", words(status, t.ITEM_STATUS[status])),
        ("z30-item-process-status", words(process, t.PROCESS_STATUS.get(process, ""))),
        ("z30-collection", words(item.collection, t.COLLECTIONS.get(item.collection, ""))),
        ("z30-call-no", item.call_number),
        ("z30-price", "" if item.fee is None else str(item.fee)),
    ]


def status_of(copy: Copy) -> str:
    """The code of its loan rules."""
    return t.LOANABLE if copy.item.lendable else t.REFERENCE


def sub_library(copy: Copy) -> str:
    """What the place that it belongs to is called."""
    return t.SUB_LIBRARIES.get(copy.item.permanent_location, copy.item.permanent_location)


def _is_late(copy: Copy) -> bool:
    """Half of the items say 24:00 where the others say 23:59."""
    return int(copy.item.id) % 2 == 0


def due_hour(copy: Copy) -> str:
    """The hour at which its loan ends."""
    assert copy.loan is not None
    return hour(copy.loan.due, late=_is_late(copy))


# --- loans and holds ----------------------------------------------------------------------------------


def z36(copy: Copy) -> Node:
    """The loan, with dates in the site's form."""
    loan = copy.loan
    assert loan is not None
    return "z36", [
        ("z36-doc-number", str(copy.item.title_id)),
        ("z36-item-sequence", sequence_in(copy)),
        ("z36-number", copy.item.id.zfill(9)),
        ("z36-status", "A"),
        ("z36-loan-date", site_date(loan.lent)),
        ("z36-loan-hour", f"{loan.lent:%H:%M}"),
        ("z36-due-date", site_date(loan.due)),
        ("z36-due-hour", due_hour(copy)),
        ("z36-returned-date", plain_date(None)),
        ("z36-no-renewal", f"{loan.renewals:03d}"),
    ]


def loan_entry(books: Books, card: Card, copy: Copy, words: Words, *, in_full: bool) -> Node:
    """`item-l`; of a partial list the item and the title are left out."""
    assert copy.loan is not None
    fine = fine_of(copy.loan, card, books.now()) or Money(0, books.currency)
    about: Sequence[Node] = (z30(copy, words), z13(copy)) if in_full else ()
    return "item-l", [
        z36(copy),
        *about,
        ("current-fine", padded(fine)),
        ("due-date", site_date(copy.loan.due)),
        ("due-hour", due_hour(copy)),
    ]


def hold_entry(books: Books, hold: Hold, words: Words, *, in_full: bool) -> Node:
    """`item-h`, likewise."""
    copy = _copy_of(books, hold)
    about: Sequence[Node] = () if copy is None or not in_full else (z30(copy, words), z13(copy))
    return "item-h", [z37(books, hold), *about]


def _copy_of(books: Books, hold: Hold) -> Copy | None:
    named: ItemId | None = hold.copy or hold.item
    if named is not None:
        return books.copy(named)
    title = books.title(hold.title_id)
    return title.copies[0] if title is not None and title.copies else None


def z37(books: Books, hold: Hold) -> Node:
    """The hold; S for what lies on the hold shelf, A for what waits in the queue."""
    copy = _copy_of(books, hold)
    return "z37", [
        ("z37-doc-number", str(hold.title_id)),
        ("z37-item-sequence", "" if copy is None else sequence_in(copy)),
        ("z37-sequence", hold_number(hold)),
        ("z37-status", "A" if hold.shelf_until is None else "S"),
        ("z37-open-date", site_date(hold.placed)),
        ("z37-end-request-date", plain_date(hold.expires)),
        ("z37-end-hold-date", site_date(hold.shelf_until)),
        ("z37-pickup-location", t.SUB_LIBRARIES.get(hold.pickup_location, hold.pickup_location)),
    ]


def hold_number(hold: Hold) -> str:
    """The sequence by which it is cancelled."""
    return f"{hold.number:04d}"


# --- cash ---------------------------------------------------------------------------------------------


def fines(books: Books, card: Card, words: Words, *, all_of_them: bool) -> list[Node]:
    """`fine` for what is open; with all of them, for what was paid as well."""
    found = [_fine(books, card, fee, words) for fee in card.fees]
    if all_of_them:
        found += [_paid(card, payment, words) for payment in card.payments]
    return found


def _fine(books: Books, card: Card, fee: Fee, words: Words) -> Node:
    kind, text = t.FEE_TYPES.get(fee.type, t.OTHER_FEE)
    copy = None if fee.item is None else books.copy(fee.item)
    cash: list[Node] = [
        ("z31-id", number_of(card).ljust(12)),
        ("z31-sequence", f"{fee.number:015d}"),
        ("z31-date", plain_date(None)),
        ("z31-status", words(t.UNPAID_CODE, t.UNPAID)),
        ("z31-sub-library", words("MAIN", t.SUB_LIBRARIES["MAIN"])),
        ("z31-type", kind),
        ("z31-credit-debit", "D"),
        ("z31-sum", debit(fee.amount)),
        ("z31-vat-sum", "0.00"),
        ("z31-net-sum", str(fee.amount)),
        ("z31-payment-date", plain_date(None)),
        ("z31-description", text),
        ("z31-key", str(fee.id)),
    ]
    about: list[Node] = [] if copy is None else [z30(copy, words), z13(copy)]
    return "fine", [("z31", cash), *about]


def _paid(card: Card, payment: Payment, words: Words) -> Node:
    day = plain_date(payment.at)
    cash: list[Node] = [
        ("z31-id", number_of(card).ljust(12)),
        ("z31-sequence", f"{payment.number:015d}"),
        ("z31-date", day),
        ("z31-status", words(t.PAID_CODE, t.PAID)),
        ("z31-sub-library", words("MAIN", t.SUB_LIBRARIES["MAIN"])),
        ("z31-type", t.OTHER_FEE[0]),
        ("z31-credit-debit", "D"),
        ("z31-sum", debit(payment.amount)),
        ("z31-vat-sum", "0.00"),
        ("z31-net-sum", str(payment.amount)),
        ("z31-payment-date", day),
        ("z31-description", t.OTHER_FEE[1]),
        ("z31-key", str(payment.number)),
    ]
    return "fine", [("z31", cash)]


def balance(books: Books, card: Card) -> list[Node]:
    """What is owed in all, with D beside it; C where nothing is."""
    minor = sum(fee.amount.minor for fee in card.fees)
    return [("balance", str(Money(minor, books.currency))), ("sign", "D" if minor else "C")]
