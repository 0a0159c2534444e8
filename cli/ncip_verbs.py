"""What `softdock ncip` can ask: each service as a verb with options, in a table from which the commands are made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from softdock.cli import ncip_requests as r
from softdock.cli.ncip_requests import Given
from softdock.protocols.ncip.asking import Part


@dataclass(slots=True, frozen=True)
class Verb:
    """One thing to ask."""

    help: str
    service: str
    build: Callable[[Given], Part]
    subject: str = ""
    """The option that may also be given as plain words, one request for each."""
    options: str = ""
    """Names of `OPTIONS`, with blanks between them."""
    needs: str = ""
    """What has to be known: `user`, `item`; `item|title` is either."""


_TOLD: Final = "item-elements patron-elements"

VERBS: Final[Mapping[str, Verb]] = {
    "lookup-version": Verb("Which versions are spoken.", "LookupVersion", lambda _: None),
    "lookup-agency": Verb(
        "What a library tells of itself.",
        "LookupAgency",
        r.lookup_agency,
        subject="agency",
        options="elements",
        needs="agency",
    ),
    "lookup-user": Verb(
        "A patron; with the PIN, whether it is the right one.",
        "LookupUser",
        r.lookup_user,
        subject="patron",
        options="patron patron-type pin pin-file loans requests account elements",
        needs="patron",
    ),
    "authenticate-user": Verb(
        "Whether a PIN is the right one (version 1).",
        "AuthenticateUser",
        r.authenticate_user,
        subject="patron",
        options="patron patron-type pin pin-file",
        needs="patron pin",
    ),
    "lookup-item": Verb(
        "An item.",
        "LookupItem",
        r.lookup_item,
        subject="item",
        options="item item-type request borrower elements",
        needs="item|request",
    ),
    "lookup-item-set": Verb(
        "The items of a title.",
        "LookupItemSet",
        r.lookup_item_set,
        subject="title",
        options="title title-code item most token elements",
        needs="title|item",
    ),
    "lookup-request": Verb(
        "How a request stands.",
        "LookupRequest",
        r.lookup_request,
        subject="request",
        options="request patron pin pin-file item request-type elements",
        needs="request|item",
    ),
    "check-out-item": Verb(
        "Lend an item.",
        "CheckOutItem",
        r.check_out_item,
        subject="item",
        options=f"item item-type patron patron-type pin pin-file request due happened {_TOLD}",
        needs="patron item",
    ),
    "check-in-item": Verb(
        "Take an item back.",
        "CheckInItem",
        r.check_in_item,
        subject="item",
        options=f"item item-type happened {_TOLD}",
        needs="item",
    ),
    "undo-check-out-item": Verb(
        "Take the last loan of an item back, as if it had never been.",
        "UndoCheckOutItem",
        r.undo_check_out_item,
        subject="item",
        options="item item-type patron pin pin-file",
        needs="item",
    ),
    "renew-item": Verb(
        "Renew a loan.",
        "RenewItem",
        r.renew_item,
        subject="item",
        options=f"item item-type patron patron-type pin pin-file due happened {_TOLD}",
        needs="patron item",
    ),
    "recall-item": Verb(
        "Call an item back that is lent.",
        "RecallItem",
        r.recall_item,
        subject="item",
        options="item item-type due",
        needs="item",
    ),
    "request-item": Verb(
        "Place a hold on an item or a title.",
        "RequestItem",
        r.request_item,
        subject="item",
        options=(
            "item item-type title title-code patron patron-type pin pin-file request request-type scope pickup until "
            f"need-before {_TOLD}"
        ),
        needs="patron item|title",
    ),
    "update-request-item": Verb(
        "Change a request.",
        "UpdateRequestItem",
        r.update_request_item,
        subject="request",
        options=(
            "request patron pin pin-file item request-type pickup until need-before old-pickup old-until "
            "old-need-before"
        ),
        needs="request|item",
    ),
    "cancel-request-item": Verb(
        "Cancel a request.",
        "CancelRequestItem",
        r.cancel_request_item,
        subject="request",
        options="request patron pin pin-file item request-type scope",
        needs="patron request|item",
    ),
    "accept-item": Verb(
        "Take in what another library lends, for a patron.",
        "AcceptItem",
        r.accept_item,
        subject="request",
        options=(
            "request patron patron-type item item-type action due named author medium call-number location pickup until"
        ),
        needs="request",
    ),
    "create-user": Verb(
        "Enter a patron.",
        "CreateUser",
        r.create_user,
        subject="patron",
        options="patron patron-type pin pin-file name address email phone birth language category",
        needs="name",
    ),
    "update-user": Verb(
        "Change what is known of a patron.",
        "UpdateUser",
        r.update_user,
        subject="patron",
        options=(
            "patron patron-type pin pin-file name address email phone birth language category old-name old-address "
            "old-email old-phone"
        ),
        needs="patron",
    ),
    "create-item": Verb(
        "Enter an item.",
        "CreateItem",
        r.create_item,
        subject="item",
        options="item item-type title named author medium call-number location status",
        needs="named",
    ),
    "update-item": Verb(
        "Change what is known of an item.",
        "UpdateItem",
        r.update_item,
        subject="item",
        options="item item-type named author medium call-number location",
        needs="item",
    ),
    "update-circulation-status": Verb(
        "Say where an item stands.",
        "UpdateCirculationStatus",
        r.update_circulation_status,
        subject="item",
        options="item item-type status",
        needs="item status",
    ),
    "delete-item": Verb(
        "Take an item out of the books.",
        "DeleteItem",
        lambda given: given.which(),
        subject="item",
        options="item item-type",
        needs="item",
    ),
    "create-user-fiscal-transaction": Verb(
        "Book a payment, or what a patron owes.",
        "CreateUserFiscalTransaction",
        r.fiscal_transaction,
        subject="patron",
        options="patron patron-type pin pin-file amount currency action kind method transaction fee note",
        needs="patron amount",
    ),
}
"""By the words of the command line."""

NOTIFIED: Final = (
    "patron patron-type item item-type request title due happened request-type scope pickup status address name amount "
    "currency action kind note"
)
"""What a notification may be told, of which each knows a part."""
