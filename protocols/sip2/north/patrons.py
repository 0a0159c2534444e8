"""The messages about a card: 23/24, 63/64, 01/24, 25/26, 35/36 and 37/38.

What 24 and 64 say about a card in each state follows one table, held in `circulation.cards`; here it is
put into the fourteen characters of the patron status, BL, CQ, AE and AF.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from softdock.circulation.cards import view_of_card
from softdock.circulation.identifiers import FeeId, PatronId
from softdock.circulation.items import Extra, FeeType
from softdock.circulation.money import parse_money
from softdock.circulation.operations import BlockPatron, EnablePatron, EndSession, LookupPatron, PayFee
from softdock.circulation.outcomes import Done, Paid, PatronReport, Refused
from softdock.circulation.patrons import ALL_DENIED, NO_COUNTS, Entry, Patron, PatronList
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.codes import SUMMARY
from softdock.protocols.sip2.dialect import Shown
from softdock.protocols.sip2.north.terminal import Terminal, identifier, secret, told_beyond

_DOUBTS = frozenset({Reason.PIN_REQUIRED, Reason.PIN_WRONG, Reason.PIN_NOT_SET, Reason.PIN_TRY_LATER})
"""Refusals that say nothing against the card itself."""

_NOTHING_SHOWN: frozenset[Shown] = frozenset()
_EVERYTHING_SHOWN = frozenset(Shown)
_NAME, _FEES, _LISTS_SHOWN = Shown.NAME, Shown.FEES, Shown.LISTS
# Bound once: Python 3.11 finds a member of an enumeration through a descriptor.


@dataclass(slots=True)
class _Card:
    """What 24, 26 and 64 have in common."""

    status: str
    valid: str
    """BL."""
    valid_password: str | None
    """CQ."""
    screen: tuple[str, ...]
    shown: frozenset[Shown]
    """What may be told of the patron."""
    patron: Patron | None = None
    name: str = ""
    entries: Sequence[Entry] = ()
    told: Extra = ()
    """What the system said beyond the vocabulary: nothing before the card is proven."""


def _card(outcome: AnyOutcome, pin: str | None, terminal: Terminal, language_code: str = "") -> _Card:
    """How the card of `outcome` is told to `terminal`; texts in the language that the request asked for."""
    if type(outcome) is not Done:
        reason = outcome.reason if isinstance(outcome, Refused) else None
        doubted = reason in _DOUBTS
        return _Card(
            status=terminal.codes.patron_status.written(ALL_DENIED),
            valid="Y" if doubted else "N",
            valid_password="N" if doubted or (pin is not None and reason is Reason.PATRON_UNKNOWN) else None,
            screen=terminal.explain(outcome, terminal.language(language_code)),
            shown=_NOTHING_SHOWN,
        )
    report: PatronReport = outcome.result  # type: ignore[assignment]  # what the operation gives
    patron = report.patron
    account = terminal.account
    view = view_of_card(report, bool(pin), account is not None and account.require_pin)
    shown = _EVERYTHING_SHOWN if view.proven else terminal.dialect.show_unverified
    screen: tuple[str, ...] = ()
    if view.reasons or patron.message or outcome.note:
        language = terminal.language(language_code)
        said = [terminal.words(reason, language, when) for reason, when in view.reasons]
        if view.proven:
            said += [patron.message, outcome.note]
        screen = terminal.screen(*said)
    return _Card(
        terminal.codes.patron_status.written(view.standing),
        "Y",
        None if view.pin_right is None else "Y" if view.pin_right else "N",
        screen,
        shown,
        patron,
        patron.name if _NAME in shown else "",
        report.entries,
        outcome.extra if shown is _EVERYTHING_SHOWN else (),
    )


def _finishing_patron(card: _Card) -> Patron | None:
    """The patron that extra fields may be read from: none before the card is proven."""
    return card.patron if card.shown is _EVERYTHING_SHOWN else None


# --- 23, 24 -------------------------------------------------------------------------------------------


def read_patron_status(message: m.PatronStatus, terminal: Terminal) -> LookupPatron:
    """23: who is this, without lists."""
    return LookupPatron(
        PatronId(identifier(message.patron_identifier)),
        secret(message.patron_password),
        extra=message.other,
        language=terminal.codes.language.heard.get(message.language, ""),
    )


def write_patron_status(
    message: m.PatronStatus | m.BlockPatron, outcome: AnyOutcome, terminal: Terminal
) -> m.PatronStatusResponse:
    """24, to 23."""
    assert isinstance(message, m.PatronStatus)
    card = _card(outcome, message.patron_password, terminal, message.language)
    response = _status_response(card, terminal, message.patron_identifier, message.language)
    return terminal.finish(response, _finishing_patron(card), told=card.told)


def _status_response(
    card: _Card, terminal: Terminal, patron_identifier: str | None, language: str
) -> m.PatronStatusResponse:
    balance = card.patron.balance if card.patron and _FEES in card.shown else None
    return m.PatronStatusResponse(
        patron_status=card.status,
        language=language,
        transaction_date=terminal.stamp(),
        institution_id=terminal.institution,
        patron_identifier=patron_identifier,
        personal_name=card.name,
        valid_patron=card.valid,
        valid_patron_password=card.valid_password,
        currency_type=balance.currency if balance else None,
        fee_amount=str(balance) if balance else None,
        screen_message=card.screen,
    )


# --- 63, 64 -------------------------------------------------------------------------------------------


def read_patron_information(message: m.PatronInformation, terminal: Terminal) -> LookupPatron:
    """63: who is this, and the list that the first Y of the summary asks for."""
    place = message.summary.find("Y")
    first = _item_number(message.start_item)
    return LookupPatron(
        PatronId(identifier(message.patron_identifier)),
        secret(message.patron_password),
        SUMMARY[place] if 0 <= place < len(SUMMARY) else None,
        1 if first is None else first,
        _item_number(message.end_item),
        message.other,
        terminal.codes.language.heard.get(message.language, ""),
    )


def _item_number(text: str | None) -> int | None:
    """BP or BQ: a number from 1; anything else asks for no bound."""
    digits = text.strip() if text else ""
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        return None
    return max(int(digits), 1)


def write_patron_information(
    message: m.PatronInformation, outcome: AnyOutcome, terminal: Terminal
) -> m.PatronInformationResponse:
    """64, to 63."""
    card = _card(outcome, message.patron_password, terminal, message.language)
    patron, shown = card.patron, card.shown
    if patron is None or not shown:
        patron, shown = _NOBODY, _NOTHING_SHOWN
    if shown is _EVERYTHING_SHOWN:
        counts, limited, owing, reached = patron.counts, patron, patron, patron
    else:
        counts = patron.counts if Shown.LISTS in shown else NO_COUNTS
        limited = patron if Shown.LISTS in shown else _NOBODY
        owing = patron if Shown.FEES in shown else _NOBODY
        reached = patron if Shown.CONTACT in shown else _NOBODY
    balance, fee_limit = owing.balance, owing.fee_limit
    response = m.PatronInformationResponse(
        patron_status=card.status,
        language=message.language,
        transaction_date=terminal.stamp(),
        hold_items_count=counts.holds,
        overdue_items_count=counts.overdue,
        charged_items_count=counts.loans,
        fine_items_count=counts.fines,
        recall_items_count=counts.recalls,
        unavailable_holds_count=counts.unavailable_holds,
        institution_id=terminal.institution,
        patron_identifier=message.patron_identifier,
        personal_name=card.name,
        hold_items_limit=_limit(limited.hold_limit),
        overdue_items_limit=_limit(limited.overdue_limit),
        charged_items_limit=_limit(limited.loan_limit),
        valid_patron=card.valid,
        valid_patron_password=card.valid_password,
        currency_type=None if balance is None else balance.currency,
        fee_amount=None if balance is None else str(balance),
        fee_limit=None if fee_limit is None else str(fee_limit),
        home_address=reached.address or None,
        e_mail_address=reached.email or None,
        home_phone_number=reached.phone or None,
        screen_message=card.screen,
        **_list(message, card.entries) if card.entries and _LISTS_SHOWN in shown else {},
    )
    return terminal.finish(response, _finishing_patron(card), told=card.told)


_NOBODY = Patron(PatronId(""))
"""Of whom there is nothing to tell."""

_LISTS = (
    "hold_items", "overdue_items", "charged_items", "fine_items", "recall_items", "unavailable_hold_items",
)  # fmt: skip
"""The attribute of each list, by the place in the summary that asks for it."""


def _list(message: m.PatronInformation, entries: Sequence[Entry]) -> dict[str, Any]:
    """The list that was asked for, under its attribute."""
    wanted = message.summary.find("Y")
    return {_LISTS[wanted]: tuple(_entry_text(entry, SUMMARY[wanted]) for entry in entries)}


@lru_cache(256)
def _limit(value: int | None) -> str | None:
    """A limit in the four digits of BZ, CA and CB."""
    return None if value is None else f"{min(value, 9999):04d}"


def _entry_text(entry: Entry, wanted: PatronList) -> str:
    """One line of a list: the item, or for a fee or a hold on a title what names it."""
    if wanted is PatronList.FINES and entry.item is None:
        return entry.title or entry.fee or ""
    return entry.item or entry.title


# --- 01, 24 -------------------------------------------------------------------------------------------


def read_block_patron(message: m.BlockPatron, terminal: Terminal) -> BlockPatron:
    """01: block this card."""
    return BlockPatron(
        PatronId(identifier(message.patron_identifier)),
        message.card_retained,
        message.blocked_card_message or "",
        message.other,
    )


def write_blocked_patron(
    message: m.BlockPatron, outcome: AnyOutcome, terminal: Terminal
) -> m.PatronStatusResponse:
    """24, to 01, which carries no PIN: the card's state is told, its holder only where no PIN is needed."""
    language = terminal.language()
    card = _card(outcome, None, terminal)
    if type(outcome) is Done:
        assert isinstance(outcome.result, PatronReport)
        card.status = terminal.codes.patron_status.written(outcome.result.patron.standing)
        card.valid_password = None
        reason = outcome.result.reason
        card.screen = terminal.screen(
            terminal.words(reason, language, outcome.result.reason_date) if reason else "", outcome.note
        )
    response = _status_response(card, terminal, message.patron_identifier, "000")
    return terminal.finish(response, _finishing_patron(card), told=card.told)


# --- 25, 26 -------------------------------------------------------------------------------------------


def read_patron_enable(message: m.PatronEnable, terminal: Terminal) -> EnablePatron:
    """25: lift the block of this card."""
    return EnablePatron(
        PatronId(identifier(message.patron_identifier)), secret(message.patron_password), message.other
    )


def write_patron_enable(
    message: m.PatronEnable, outcome: AnyOutcome, terminal: Terminal
) -> m.PatronEnableResponse:
    """26, to 25."""
    card = _card(outcome, message.patron_password, terminal)
    response = m.PatronEnableResponse(
        patron_status=card.status,
        transaction_date=terminal.stamp(),
        institution_id=terminal.institution,
        patron_identifier=message.patron_identifier,
        personal_name=card.name,
        valid_patron=card.valid,
        valid_patron_password=card.valid_password,
        screen_message=card.screen,
    )
    return terminal.finish(response, _finishing_patron(card), told=card.told)


# --- 35, 36 -------------------------------------------------------------------------------------------


def read_end_session(message: m.EndPatronSession, terminal: Terminal) -> EndSession:
    """35: the patron has left."""
    terminal.fees.forget()
    return EndSession(
        PatronId(identifier(message.patron_identifier)), secret(message.patron_password), message.other
    )


def write_end_session(
    message: m.EndPatronSession, outcome: AnyOutcome, terminal: Terminal
) -> m.EndSessionResponse:
    """36, to 35."""
    response = m.EndSessionResponse(
        end_session=type(outcome) is Done,
        transaction_date=terminal.stamp(),
        institution_id=terminal.institution,
        patron_identifier=message.patron_identifier,
        screen_message=terminal.explain(outcome, terminal.language()),
    )
    return terminal.finish(response, told=told_beyond(outcome))


# --- 37, 38 -------------------------------------------------------------------------------------------


def read_fee_paid(message: m.FeePaid, terminal: Terminal) -> PayFee | Refused:
    """37: the device has taken money.  A blank currency is the library's own."""
    currency = message.currency_type.strip() or terminal.currency
    amount = parse_money(message.fee_amount or "", currency)
    if amount is None:
        return Refused(Reason.AMOUNT_INVALID)
    fee = identifier(message.fee_identifier)
    return PayFee(
        PatronId(identifier(message.patron_identifier)),
        amount,
        secret(message.patron_password),
        terminal.codes.fee_type.heard.get(message.fee_type, FeeType.OTHER),
        message.payment_type,
        FeeId(fee) if fee else None,
        message.transaction_id or "",
        message.other,
    )


def write_fee_paid(message: m.FeePaid, outcome: AnyOutcome, terminal: Terminal) -> m.FeePaidResponse:
    """38, to 37."""
    transaction = message.transaction_id
    if type(outcome) is Done and isinstance(outcome.result, Paid):
        transaction = outcome.result.transaction or transaction
    response = m.FeePaidResponse(
        payment_accepted=type(outcome) is Done,
        transaction_date=terminal.stamp(),
        institution_id=terminal.institution,
        patron_identifier=message.patron_identifier,
        transaction_id=transaction,
        screen_message=terminal.explain(outcome, terminal.language()),
    )
    return terminal.finish(response, told=told_beyond(outcome))
