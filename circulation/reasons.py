"""Why not: the closed list of reasons for a refusal.

A device acts on flags and shows the wording (`softdock.circulation.locale`); both follow from the
reason alone, so every refusal looks the same whichever library's system spoke it.
"""

from softdock.circulation.words import Word


class Reason(Word):
    """Why an operation was not done.  The value names it in logs, metrics and mapping files."""

    # the card
    PATRON_UNKNOWN = "patron-unknown"
    PATRON_AMBIGUOUS = "patron-ambiguous"
    """More than one patron goes by what was read; the first that is found is nobody in particular."""
    CARD_LOST = "card-lost"
    CARD_EXPIRED = "card-expired"
    PATRON_BLOCKED = "patron-blocked"
    PATRON_EXISTS = "patron-exists"
    PATRON_IN_USE = "patron-in-use"
    """Something hangs on the card, so that it cannot be deleted."""
    PIN_REQUIRED = "pin-required"
    PIN_WRONG = "pin-wrong"
    PIN_NOT_SET = "pin-not-set"
    PIN_TRY_LATER = "pin-try-later"
    # the patron's limits
    TOO_MANY_LOANS = "too-many-loans"
    TOO_MANY_HOLDS = "too-many-holds"
    TOO_MANY_OVERDUE = "too-many-overdue"
    TOO_MANY_FEES = "too-many-fees"
    CHECKOUT_DENIED = "checkout-denied"
    RENEWAL_DENIED = "renewal-denied"
    HOLD_DENIED = "hold-denied"
    # the item
    ITEM_UNKNOWN = "item-unknown"
    ITEM_AMBIGUOUS = "item-ambiguous"
    """More than one item goes by what was read."""
    ITEM_NOT_LENDABLE = "item-not-lendable"
    ITEM_LENT_TO_ANOTHER = "item-lent-to-another"
    ITEM_ON_HOLD = "item-on-hold"
    ITEM_NOT_LENT = "item-not-lent"
    ITEM_NOT_LENT_TO_PATRON = "item-not-lent-to-patron"
    ITEM_BELONGS_ELSEWHERE = "item-belongs-elsewhere"
    ITEM_NOT_RECALLABLE = "item-not-recallable"
    ITEM_NOT_RECALLED = "item-not-recalled"
    ITEM_EXISTS = "item-exists"
    ITEM_IN_USE = "item-in-use"
    """It is lent or waited for, so that it cannot be deleted."""
    # renewals
    ALREADY_LENT = "already-lent"
    TOO_MANY_RENEWALS = "too-many-renewals"
    RENEWAL_ITEM_ON_HOLD = "renewal-item-on-hold"
    THIRD_PARTY_NOT_ALLOWED = "third-party-not-allowed"
    NOTHING_TO_RENEW = "nothing-to-renew"
    SOME_NOT_RENEWED = "some-not-renewed"
    # holds
    TITLE_UNKNOWN = "title-unknown"
    HOLD_EXISTS = "hold-exists"
    HOLD_UNKNOWN = "hold-unknown"
    HOLD_AMBIGUOUS = "hold-ambiguous"
    """More than one hold is meant by what was said."""
    HOLD_ENDED = "hold-ended"
    """It has been filled, cancelled, or has lapsed."""
    HOLD_ITEM_LENT_TO_PATRON = "hold-item-lent-to-patron"
    HOLD_DATE_PAST = "hold-date-past"
    # money
    FEE_NOT_ACKNOWLEDGED = "fee-not-acknowledged"
    FEE_UNKNOWN = "fee-unknown"
    FEE_EXISTS = "fee-exists"
    AMOUNT_INVALID = "amount-invalid"
    AMOUNT_TOO_HIGH = "amount-too-high"
    CURRENCY_WRONG = "currency-wrong"
    # undoing
    NOTHING_TO_UNDO = "nothing-to-undo"
    # records
    VALUE_NOT_KEPT = "value-not-kept"
    """There is no place for what shall be added."""
    VALUE_NOT_THERE = "value-not-there"
    """What shall be taken away is not there."""
    # the request and who sends it
    REQUEST_INCOMPLETE = "request-incomplete"
    NOT_LOGGED_IN = "not-logged-in"
    NOT_ALLOWED = "not-allowed"
    INSTITUTION_WRONG = "institution-wrong"
    NOT_SUPPORTED = "not-supported"
    # the library's system
    DOWNTIME = "downtime"
    SYSTEM_UNAVAILABLE = "system-unavailable"
    SYSTEM_BUSY = "system-busy"
    DECLINED = "declined"
    """The system said no, and nothing told which of the other reasons is meant; its own text goes along."""
    # the journal
    BEING_PROCESSED = "being-processed"
    """Another operation on the item is under way, or nobody knows yet what came of it."""
    JOURNAL_AWAY = "journal-away"
    """SoftDock can keep no record at this moment, and does nothing of which it keeps none."""
    OUTCOME_UNKNOWN = "outcome-unknown"
