"""The messages about a card, towards a system: 63/64, 23/24, 01/24, 25/26, 35/36 and 37/38."""

from collections.abc import Sequence
from typing import Any

from softdock.circulation.errors import Unsupported
from softdock.circulation.identifiers import ItemId, Secret
from softdock.circulation.money import Money
from softdock.circulation.operations import BlockPatron, EnablePatron, EndSession, LookupPatron, PayFee
from softdock.circulation.outcomes import Done, Paid, PatronReport, PinCheck, SessionEnded
from softdock.circulation.patrons import (
    ALL_DENIED,
    Counts,
    Entry,
    Patron,
    PatronList,
)
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.codes import SUMMARY
from softdock.protocols.sip2.south.dialect import EntryForm, HoldLists
from softdock.protocols.sip2.south.refusals import reason_of_card, refused
from softdock.protocols.sip2.south.system import System, extra_of, number

_CardAnswer = m.PatronStatusResponse | m.PatronEnableResponse | m.PatronInformationResponse

_NOT_COUNTED = Counts(None, None, None, None, None, None)
_NO_SUMMARY = " " * 10
_SUMMARIES = {wanted: " " * place + "Y" + " " * (9 - place) for place, wanted in enumerate(SUMMARY)}
_LISTS = {
    PatronList.HOLDS: ("hold_items", "hold_items_count"),
    PatronList.OVERDUE: ("overdue_items", "overdue_items_count"),
    PatronList.LOANS: ("charged_items", "charged_items_count"),
    PatronList.FINES: ("fine_items", "fine_items_count"),
    PatronList.RECALLS: ("recall_items", "recall_items_count"),
    PatronList.UNAVAILABLE_HOLDS: ("unavailable_hold_items", "unavailable_holds_count"),
}
"""Of each list: the attribute of 64 with its entries, and the one with its full length."""


def secret_text(pin: Secret | None) -> str | None:
    """AD."""
    return pin.reveal() if pin else None


# --- 63, 64 and 23, 24 ----------------------------------------------------------------------------------


def write_lookup(operation: LookupPatron, system: System) -> m.PatronInformation | m.PatronStatus:
    """63; or 23, where the system has no 63, or prefers to be asked so where no list is wanted."""
    wanted = operation.wanted
    understood = system.messages
    language = system.dialect.codes.language.told.get(operation.language, system.dialect.language)
    if "23" in understood and (
        "63" not in understood or (system.dialect.status_preferred and wanted is None)
    ):
        return m.PatronStatus(
            language=language,
            transaction_date=system.stamp(),
            institution_id=system.institution,
            patron_identifier=operation.patron,
            terminal_password=system.terminal_password,
            patron_password=secret_text(operation.pin),
        )
    if wanted is not None and wanted not in _SUMMARIES:
        raise Unsupported(f"no summary of a patron asks for {wanted.value}")
    bounded = wanted is not None and (operation.first > 1 or operation.last is not None)
    return m.PatronInformation(
        language=language,
        transaction_date=system.stamp(),
        summary=_NO_SUMMARY if wanted is None else _SUMMARIES[wanted],
        institution_id=system.institution,
        patron_identifier=operation.patron,
        terminal_password=system.terminal_password,
        patron_password=secret_text(operation.pin),
        start_item=str(operation.first) if bounded else None,
        end_item=str(operation.last) if bounded and operation.last is not None else None,
    )


def read_lookup(
    operation: LookupPatron, message: m.PatronInformationResponse | m.PatronStatusResponse, system: System
) -> AnyOutcome:
    """A report of the card, whatever the PIN is; refused for one that the system does not know."""
    if isinstance(message, m.PatronStatusResponse):
        balance = _owed(message, message.currency_type, system)
        return _report(operation, message, system, operation.pin, counts=_NOT_COUNTED, balance=balance)
    holds, unavailable = message.hold_items_count, message.unavailable_holds_count
    if system.dialect.hold_lists is HoldLists.ALL_IN_FIRST and holds is not None and unavailable is not None:
        holds = max(holds - unavailable, 0)
    currency = message.currency_type
    return _report(
        operation,
        message,
        system,
        operation.pin,
        _entries(operation, message, system) if operation.wanted is not None else (),
        counts=Counts(
            holds,
            message.overdue_items_count,
            message.charged_items_count,
            message.fine_items_count,
            message.recall_items_count,
            unavailable,
        ),
        balance=_owed(message, currency, system),
        hold_limit=number(message.hold_items_limit),
        overdue_limit=number(message.overdue_items_limit),
        loan_limit=number(message.charged_items_limit),
        fee_limit=system.money(message.fee_limit, currency),
        address=message.home_address or "",
        email=message.e_mail_address or "",
        phone=message.home_phone_number or "",
    )


def _entries(
    operation: LookupPatron, message: m.PatronInformationResponse, system: System
) -> Sequence[Entry]:
    """The part of the list that was asked for, also of a system which has sent all of it."""
    wanted = operation.wanted
    if wanted not in _LISTS:
        return ()
    name, counted = _LISTS[wanted]
    texts: Sequence[str] = [text for each in getattr(message, name) if (text := each.strip())]
    if not texts:
        return ()
    first, last = operation.first, operation.last
    if first > 1:
        full = getattr(message, counted)
        asked = None if last is None else last - first + 1
        ignored = len(texts) == full or (asked is not None and len(texts) > asked)
        texts = texts[first - 1 :] if ignored else texts
    if last is not None:
        texts = texts[: max(last - first + 1, 0)]
    form = system.dialect.entries.get(wanted, EntryForm.ITEM)
    separator = system.dialect.entry_separator
    return tuple(_entry(each, form, separator) for each in texts)


def _entry(text: str, form: EntryForm, separator: str) -> Entry:
    if form is EntryForm.ITEM:
        return Entry(ItemId(text))
    if form is EntryForm.TITLE:
        return Entry(title=text)
    item, _, title = text.partition(separator)
    return Entry(ItemId(item.strip()) or None, title.strip())


def _report(
    operation: LookupPatron | BlockPatron | EnablePatron,
    message: _CardAnswer,
    system: System,
    pin: Secret | None,
    entries: Sequence[Entry] = (),
    **told: Any,
) -> AnyOutcome:
    """What 24, 26 and 64 have in common."""
    standing = system.dialect.codes.patron_status.read(message.patron_status)
    name = message.personal_name.strip() if message.personal_name else ""
    valid = message.valid_patron.strip() if message.valid_patron else ""
    if not (valid in {"Y", "y"} or (not valid and (name or not standing >= ALL_DENIED))):
        if name and isinstance(operation, BlockPatron):
            reason = Reason.PATRON_BLOCKED  # as was asked for
        else:
            reason = system.dialect.invalid_with_name if name else Reason.PATRON_UNKNOWN
        if reason is Reason.PATRON_UNKNOWN:
            return refused(message, system, default=reason, extra=())
        standing |= ALL_DENIED
    else:
        reason = None
    note = system.lines(message.screen_message)
    pin_check = _pin_check(pin, message.valid_patron_password, system)
    if reason is None:
        reason = reason_of_card(message, standing, note, system)
        if reason in _ABOUT_PIN:  # which is told beside the card, and is nothing that is wrong with it
            if reason is Reason.PIN_NOT_SET and pin_check is not PinCheck.RIGHT:
                pin_check = PinCheck.NOT_SET
            reason = None
    report = PatronReport(Patron(operation.patron, name, standing, **told), pin_check, entries, reason)
    return Done(report, note, extra_of(message))


_ABOUT_PIN = frozenset({Reason.PIN_REQUIRED, Reason.PIN_WRONG, Reason.PIN_NOT_SET, Reason.PIN_TRY_LATER})


def _owed(
    message: m.PatronStatusResponse | m.PatronInformationResponse, currency: str | None, system: System
) -> Money | None:
    return _as_owed(system.told_money(message, "BV", currency), system)


def _as_owed(balance: Money | None, system: System) -> Money | None:
    if balance is None or not system.dialect.negative_debts:
        return balance
    return Money(-balance.minor, balance.currency)


def _pin_check(pin: Secret | None, valid_password: str | None, system: System) -> PinCheck:
    """Only an explicit Y proves a card, and only if a PIN was sent."""
    if not pin:
        return PinCheck.NOT_ASKED
    said = valid_password.strip() if valid_password else ""
    if not said:
        return system.dialect.missing_pin_answer
    return PinCheck.RIGHT if said in {"Y", "y"} else PinCheck.WRONG


# --- 01, 24 -----------------------------------------------------------------------------------------------


def write_block(operation: BlockPatron, system: System) -> m.BlockPatron:
    """01."""
    return m.BlockPatron(
        card_retained=operation.card_retained,
        transaction_date=system.stamp(),
        institution_id=system.institution,
        blocked_card_message=operation.message,
        patron_identifier=operation.patron,
        terminal_password=system.terminal_password,
    )


def read_block(operation: BlockPatron, message: m.PatronStatusResponse, system: System) -> AnyOutcome:
    """The card as it stands then: blocked, whatever can be made of what is owed."""
    balance = _as_owed(system.money(message.fee_amount, message.currency_type), system)
    return _report(operation, message, system, None, counts=_NOT_COUNTED, balance=balance)


# --- 25, 26 -----------------------------------------------------------------------------------------------


def write_enable(operation: EnablePatron, system: System) -> m.PatronEnable:
    """25."""
    return m.PatronEnable(
        transaction_date=system.stamp(),
        institution_id=system.institution,
        patron_identifier=operation.patron,
        terminal_password=system.terminal_password,
        patron_password=secret_text(operation.pin),
    )


def read_enable(operation: EnablePatron, message: m.PatronEnableResponse, system: System) -> AnyOutcome:
    """The card as it stands then: still blocked, if the PIN was wrong."""
    return _report(operation, message, system, operation.pin, counts=_NOT_COUNTED)


# --- 35, 36 -----------------------------------------------------------------------------------------------


def write_end_session(operation: EndSession, system: System) -> m.EndPatronSession:
    """35."""
    return m.EndPatronSession(
        transaction_date=system.stamp(),
        institution_id=system.institution,
        patron_identifier=operation.patron,
        terminal_password=system.terminal_password,
        patron_password=secret_text(operation.pin),
    )


def read_end_session(operation: EndSession, message: m.EndSessionResponse, system: System) -> AnyOutcome:
    """Ended, unless the system says that it is not."""
    if not message.end_session:
        return refused(message, system)
    return Done(SessionEnded(operation.patron), system.lines(message.screen_message), extra_of(message))


# --- 37, 38 -----------------------------------------------------------------------------------------------


def write_payment(operation: PayFee, system: System) -> m.FeePaid:
    """37.  What was paid without saying how, or in a way for which there is no code, counts as cash."""
    return m.FeePaid(
        transaction_date=system.stamp(),
        fee_type=system.dialect.codes.fee_type.told[operation.fee_type],
        payment_type=_payment_type(operation.payment_type, system),
        currency_type=operation.amount.currency,
        fee_amount=str(operation.amount),
        institution_id=system.institution,
        patron_identifier=operation.patron,
        terminal_password=system.terminal_password,
        patron_password=secret_text(operation.pin),
        fee_identifier=operation.fee,
        transaction_id=operation.transaction or None,
    )


def _payment_type(way: str, system: System) -> str:
    code = system.dialect.codes.payment_type.told.get(way.casefold())
    if code is None:
        code = way if len(way) == 2 and way.isascii() and way.isdigit() else "00"
    return code


def read_payment(operation: PayFee, message: m.FeePaidResponse, system: System) -> AnyOutcome:
    """Booked or not; what is left to pay no 38 tells."""
    if not message.payment_accepted:
        return refused(message, system)
    transaction = (message.transaction_id or "").strip() or operation.transaction
    return Done(
        Paid(operation.patron, transaction=transaction),
        system.lines(message.screen_message),
        extra_of(message),
    )
