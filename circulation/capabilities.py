"""What a library's system can do, what an account may do, and how the one limits the other."""

from functools import lru_cache

from softdock.circulation.words import Word


class Capability(Word):
    """Something a system can be asked for; each operation needs one."""

    LOOKUP_PATRON = "lookup-patron"
    LOOKUP_ITEM = "lookup-item"
    LOOKUP_TITLE = "lookup-title"
    LOOKUP_HOLD = "lookup-hold"
    CHECKOUT = "checkout"
    CHECKIN = "checkin"
    RENEW = "renew"
    RENEW_ALL = "renew-all"
    HOLD = "hold"
    RECALL = "recall"
    ACCEPT_ITEM = "accept-item"
    PAY_FEE = "pay-fee"
    CHARGE_FEE = "charge-fee"
    BLOCK_PATRON = "block-patron"
    ENABLE_PATRON = "enable-patron"
    EDIT_PATRON = "edit-patron"
    UPDATE_ITEM = "update-item"
    EDIT_ITEM = "edit-item"
    NOTICE = "notice"
    """Takes note of what has happened elsewhere."""
    END_SESSION = "end-session"
    OFFLINE_TRANSACTIONS = "offline-transactions"
    """Books what happened while it was away (SIP2's no block)."""


class Right(Word):
    """A group of operations that an account is allowed (`allow:` in the settings)."""

    STATUS = "status"
    LOOKUP = "lookup"
    CIRCULATE = "circulate"
    HOLD = "hold"
    PAY = "pay"
    PATRON_ADMIN = "patron-admin"
    ITEM_ADMIN = "item-admin"


RIGHT_TO: dict[Capability, Right] = {
    Capability.LOOKUP_PATRON: Right.LOOKUP,
    Capability.LOOKUP_ITEM: Right.LOOKUP,
    Capability.LOOKUP_TITLE: Right.LOOKUP,
    Capability.LOOKUP_HOLD: Right.LOOKUP,
    Capability.CHECKOUT: Right.CIRCULATE,
    Capability.CHECKIN: Right.CIRCULATE,
    Capability.RENEW: Right.CIRCULATE,
    Capability.RENEW_ALL: Right.CIRCULATE,
    Capability.HOLD: Right.HOLD,
    Capability.RECALL: Right.HOLD,
    Capability.ACCEPT_ITEM: Right.ITEM_ADMIN,
    Capability.PAY_FEE: Right.PAY,
    Capability.CHARGE_FEE: Right.PATRON_ADMIN,
    Capability.BLOCK_PATRON: Right.PATRON_ADMIN,
    Capability.ENABLE_PATRON: Right.PATRON_ADMIN,
    Capability.EDIT_PATRON: Right.PATRON_ADMIN,
    Capability.UPDATE_ITEM: Right.ITEM_ADMIN,
    Capability.EDIT_ITEM: Right.ITEM_ADMIN,
    Capability.NOTICE: Right.STATUS,
    Capability.END_SESSION: Right.STATUS,
    Capability.OFFLINE_TRANSACTIONS: Right.CIRCULATE,
}


@lru_cache(1024)
def permitted(capabilities: frozenset[Capability], rights: frozenset[Right]) -> frozenset[Capability]:
    """Those of `capabilities` that an account with `rights` may use."""
    return frozenset(each for each in capabilities if RIGHT_TO[each] in rights)
