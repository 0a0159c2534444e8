"""What `softdock ncip` can ask: each service as a verb with options, in a table from which the commands are made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

import click

from softdock.circulation.identifiers import Secret
from softdock.circulation.money import parse_money
from softdock.protocols.ncip import asking as a
from softdock.protocols.ncip.asking import Part
from softdock.protocols.ncip.message import Element


def _now() -> datetime:
    return datetime.now().astimezone()


@dataclass(slots=True, kw_only=True)
class Given:
    """What a request is made of.  None leaves a part out."""

    now: datetime = field(default_factory=_now)
    agency: str = ""
    """Whose library is asked."""
    patron: str | None = None
    patron_type: str = ""
    pin: Secret | None = None
    item: str | None = None
    item_type: str = ""
    title: str | None = None
    title_code: str = ""
    request: str | None = None
    loans: bool = False
    requests: bool = False
    account: bool = False
    borrower: bool = False
    elements: str = ""
    item_elements: str = ""
    patron_elements: str = ""
    most: int | None = None
    token: str | None = None
    due: datetime | None = None
    happened: datetime | None = None
    request_type: str = "Hold"
    scope: str | None = None
    pickup: str | None = None
    until: datetime | None = None
    need_before: datetime | None = None
    old_pickup: str | None = None
    old_until: datetime | None = None
    old_need_before: datetime | None = None
    action: str | None = None
    named: str | None = None
    author: str | None = None
    medium: str | None = None
    call_number: str | None = None
    location: str | None = None
    status: str | None = None
    name: str | None = None
    address: str | None = None
    email: str | None = None
    phone: str | None = None
    birth: date | None = None
    language: str | None = None
    category: str | None = None
    old_name: str | None = None
    old_address: str | None = None
    old_email: str | None = None
    old_phone: str | None = None
    amount: str | None = None
    currency: str = "CNY"
    kind: str = "Fine"
    method: str | None = None
    transaction: str | None = None
    fee: str | None = None
    note: str | None = None

    def who(self) -> Part:
        """The patron."""
        return a.who(self.patron, self.pin, self.patron_type)

    def which(self) -> Element | None:
        """The item."""
        return a.identifier("ItemId", self.item, self.item_type)

    def what_request(self) -> Element | None:
        """The request."""
        return a.identifier("RequestId", self.request)

    def what_title(self) -> Element | None:
        """The title."""
        return a.title_id(
            self.title, "" if self.title_code else self.agency, self.title_code or "Accession Number"
        )

    def wanted(self, of: str, said: str) -> list[Element]:
        """The elements `of` a list that `said` names, with commas between them."""
        return a.texts(of, words_of(of, said))

    def money(self, name: str = "Amount") -> Element:
        """The amount."""
        money = parse_money(self.amount or "", self.currency)
        if money is None:
            raise click.UsageError(
                f"{self.amount!r} is no amount in {self.currency}. Write 12.50, for example."
            )
        return a.amount(name, money.currency, money.minor)


def words_of(of: str, said: str) -> list[str]:
    """The words of a list that `said` names: `all`, `none`, or some, with commas between them; blanks may be written as `-`.

    >>> words_of("ItemElementType", "circulation-status,Location")
    ['Circulation Status', 'Location']
    """
    from softdock.protocols.ncip.tables.lists import VALUES  # noqa: PLC0415 - a table that few requests need

    if said == "none":
        return []
    if said == "all":
        return [each for each in VALUES[of] if each != "Authentication Input"]
    known = {each.casefold(): each for each in VALUES[of]}
    words = [" ".join(each.replace("-", " ").split()) for each in said.split(",")]
    return [known.get(each.casefold(), each) for each in words if each]


# --- the services -----------------------------------------------------------------------------------------


def _lookup_user(given: Given) -> Part:
    return [
        given.who(),
        given.wanted("UserElementType", given.elements),
        a.flag("LoanedItemsDesired", given.loans),
        a.flag("RequestedItemsDesired", given.requests),
        a.flag("UserFiscalAccountDesired", given.account),
    ]


def _lookup_item(given: Given) -> Part:
    return [
        given.which() or given.what_request(),
        given.wanted("ItemElementType", given.elements),
        a.flag("CurrentBorrowerDesired", given.borrower),
        a.flag("CurrentRequestersDesired", given.borrower),
    ]


def _lookup_item_set(given: Given) -> Part:
    return [
        given.which() or given.what_title(),
        given.wanted("ItemElementType", given.elements),
        a.text("MaximumItemsCount", str(given.most) if given.most else None),
        a.text("NextItemToken", given.token),
    ]


def _lookup_request(given: Given) -> Part:
    named = given.what_request()
    by_item: Part = [given.who(), given.which(), a.text("RequestType", given.request_type)]
    return [named or by_item, given.wanted("RequestElementType", given.elements)]


def _lookup_agency(given: Given) -> Part:
    return [
        a.text("AgencyId", given.agency),
        given.wanted("AgencyElementType", given.elements),
    ]


def _authenticate_user(given: Given) -> Part:
    return [
        a.proof(given.patron, given.patron_type or "Barcode Id"),
        a.proof(given.pin.reveal() if given.pin else None, "PIN"),
    ]


def _described(given: Given) -> Part:
    """What the library may be asked to tell beside."""
    return [
        given.wanted("ItemElementType", given.item_elements),
        given.wanted("UserElementType", given.patron_elements),
    ]


def _check_out_item(given: Given) -> Part:
    return [
        a.mandated(given.happened),
        given.who(),
        given.which(),
        given.what_request(),
        a.moment("DesiredDateDue", given.due),
        _described(given),
    ]


def _check_in_item(given: Given) -> Part:
    return [a.mandated(given.happened), given.which(), _described(given)]


def _renew_item(given: Given) -> Part:
    return [
        a.mandated(given.happened),
        given.who(),
        given.which(),
        a.moment("DesiredDateDue", given.due),
        _described(given),
    ]


def _request_item(given: Given) -> Part:
    scope = given.scope or ("Item" if given.item else "Bibliographic Item")
    return [
        given.who(),
        given.what_title(),
        given.which(),
        given.what_request(),
        a.text("RequestType", given.request_type),
        a.text("RequestScopeType", scope),
        a.moment("NeedBeforeDate", given.need_before),
        a.text("PickupLocation", given.pickup),
        a.moment("PickupExpiryDate", given.until),
        _described(given),
    ]


def _cancel_request_item(given: Given) -> Part:
    return [
        given.who(),
        given.what_request(),
        given.which(),
        a.text("RequestType", given.request_type),
        a.text("RequestScopeType", given.scope),
    ]


def _update_request_item(given: Given) -> Part:
    named = given.what_request()
    by_item: Part = [given.who(), given.which(), a.text("RequestType", given.request_type)]
    deleted = a.holding(
        "DeleteRequestFields",
        a.text("PickupLocation", given.old_pickup),
        a.moment("NeedBeforeDate", given.old_need_before),
        a.moment("PickupExpiryDate", given.old_until),
    )
    added = a.holding(
        "AddRequestFields",
        a.text("PickupLocation", given.pickup),
        a.moment("NeedBeforeDate", given.need_before),
        a.moment("PickupExpiryDate", given.until),
    )
    return [named or by_item, deleted, added]


def _accept_item(given: Given) -> Part:
    return [
        given.what_request(),
        a.text("RequestedActionType", given.action or "Hold For Pickup"),
        a.identifier("UserId", given.patron, given.patron_type),
        given.which(),
        a.moment("DateForReturn", given.due),
        a.holding("ItemOptionalFields", _item_fields(given)),
        a.text("PickupLocation", given.pickup),
        a.moment("PickupExpiryDate", given.until),
    ]


def _item_fields(given: Given) -> list[Element | None]:
    return [
        a.description(given.named, given.author, given.medium),
        a.holding("ItemDescription", a.text("CallNumber", given.call_number)),
        a.location(given.location),
    ]


def _recall_item(given: Given) -> Part:
    return [given.which(), a.moment("DesiredDateDue", given.due)]


def _undo_check_out_item(given: Given) -> Part:
    return [given.which(), given.who()]


def _create_user(given: Given) -> Part:
    return [
        a.identifier("UserId", given.patron, given.patron_type) if given.pin is None else None,
        given.who() if given.pin is not None else None,
        _user_fields(given),
    ]


def _user_fields(given: Given) -> list[Element | None]:
    return [
        a.person(given.name),
        *a.addresses(given.address, given.email, given.phone),
        a.day("DateOfBirth", given.birth),
        a.text("UserLanguage", given.language),
        a.privilege(given.category, given.agency),
    ]


def _update_user(given: Given) -> Part:
    deleted = a.holding(
        "DeleteUserFields",
        a.person(given.old_name),
        a.addresses(given.old_address, given.old_email, given.old_phone),
    )
    return [given.who(), deleted, a.holding("AddUserFields", _user_fields(given))]


def _create_item(given: Given) -> Part:
    return [
        given.which(),
        a.description(given.named, given.author, given.medium, a.record_id(given.title, given.agency)),
        a.text("CirculationStatus", given.status),
        _item_fields(given)[1:],
    ]


def _update_item(given: Given) -> Part:
    return [given.which(), a.holding("AddItemFields", _item_fields(given))]


def _update_circulation_status(given: Given) -> Part:
    return [given.which(), a.text("CirculationStatus", given.status)]


def _fiscal_transaction(given: Given) -> Part:
    return [given.who(), _fiscal_information(given)]


def _fiscal_information(given: Given) -> Element | None:
    return a.holding(
        "FiscalTransactionInformation",
        a.text("FiscalActionType", given.action or "Payment"),
        a.transaction_id("FiscalTransactionReferenceId", given.transaction, given.agency),
        a.transaction_id("RelatedFiscalTransactionReferenceId", given.fee, given.agency),
        a.text("FiscalTransactionType", given.kind),
        given.money(),
        a.text("PaymentMethodType", given.method),
        a.text("FiscalTransactionDescription", given.note),
    )


def notification(service: str, given: Given) -> list[Element]:
    """What a notification can be told, of that which `given` has: parts that it does not know are left out."""
    from softdock.protocols.ncip.contents import ORDER  # noqa: PLC0415 - it parses all content models

    when = given.happened or given.now
    parts: list[Element | None] = [
        a.identifier("UserId", given.patron, given.patron_type),
        given.which(),
        given.what_request(),
        given.what_title(),
        a.moment("DateDue", given.due),
        *(a.moment(name, when) for name in ("DateShipped", "DateReceived", "DateSent")),
        a.text("RequestType", given.request_type),
        a.text("RequestScopeType", given.scope or "Item"),
        a.text("PickupLocation", given.pickup),
        a.text("CirculationStatus", given.status),
        a.shipping(a.postal_address(given.address or given.pickup), given.note),
        a.person(given.name),
        _fiscal_information(given) if given.amount else None,
    ]
    known = ORDER[service]
    return [each for each in parts if each is not None and each.name in known]


# --- the table --------------------------------------------------------------------------------------------


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
        _lookup_agency,
        subject="agency",
        options="elements",
        needs="agency",
    ),
    "lookup-user": Verb(
        "A patron; with the PIN, whether it is the right one.",
        "LookupUser",
        _lookup_user,
        subject="patron",
        options="patron patron-type pin pin-file loans requests account elements",
        needs="patron",
    ),
    "authenticate-user": Verb(
        "Whether a PIN is the right one (version 1).",
        "AuthenticateUser",
        _authenticate_user,
        subject="patron",
        options="patron patron-type pin pin-file",
        needs="patron pin",
    ),
    "lookup-item": Verb(
        "An item.",
        "LookupItem",
        _lookup_item,
        subject="item",
        options="item item-type request borrower elements",
        needs="item|request",
    ),
    "lookup-item-set": Verb(
        "The items of a title.",
        "LookupItemSet",
        _lookup_item_set,
        subject="title",
        options="title title-code item most token elements",
        needs="title|item",
    ),
    "lookup-request": Verb(
        "How a request stands.",
        "LookupRequest",
        _lookup_request,
        subject="request",
        options="request patron pin pin-file item request-type elements",
        needs="request|item",
    ),
    "check-out-item": Verb(
        "Lend an item.",
        "CheckOutItem",
        _check_out_item,
        subject="item",
        options=f"item item-type patron patron-type pin pin-file request due happened {_TOLD}",
        needs="patron item",
    ),
    "check-in-item": Verb(
        "Take an item back.",
        "CheckInItem",
        _check_in_item,
        subject="item",
        options=f"item item-type happened {_TOLD}",
        needs="item",
    ),
    "undo-check-out-item": Verb(
        "Take the last loan of an item back, as if it had never been.",
        "UndoCheckOutItem",
        _undo_check_out_item,
        subject="item",
        options="item item-type patron pin pin-file",
        needs="item",
    ),
    "renew-item": Verb(
        "Renew a loan.",
        "RenewItem",
        _renew_item,
        subject="item",
        options=f"item item-type patron patron-type pin pin-file due happened {_TOLD}",
        needs="patron item",
    ),
    "recall-item": Verb(
        "Call an item back that is lent.",
        "RecallItem",
        _recall_item,
        subject="item",
        options="item item-type due",
        needs="item",
    ),
    "request-item": Verb(
        "Place a hold on an item or a title.",
        "RequestItem",
        _request_item,
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
        _update_request_item,
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
        _cancel_request_item,
        subject="request",
        options="request patron pin pin-file item request-type scope",
        needs="patron request|item",
    ),
    "accept-item": Verb(
        "Take in what another library lends, for a patron.",
        "AcceptItem",
        _accept_item,
        subject="request",
        options=(
            "request patron patron-type item item-type action due named author medium call-number location pickup until"
        ),
        needs="request",
    ),
    "create-user": Verb(
        "Enter a patron.",
        "CreateUser",
        _create_user,
        subject="patron",
        options="patron patron-type pin pin-file name address email phone birth language category",
        needs="name",
    ),
    "update-user": Verb(
        "Change what is known of a patron.",
        "UpdateUser",
        _update_user,
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
        _create_item,
        subject="item",
        options="item item-type title named author medium call-number location status",
        needs="named",
    ),
    "update-item": Verb(
        "Change what is known of an item.",
        "UpdateItem",
        _update_item,
        subject="item",
        options="item item-type named author medium call-number location",
        needs="item",
    ),
    "update-circulation-status": Verb(
        "Say where an item stands.",
        "UpdateCirculationStatus",
        _update_circulation_status,
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
        _fiscal_transaction,
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

_MOMENT: Final = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"])


def _in_zone(_context: click.Context, _parameter: click.Parameter, value: datetime | None) -> datetime | None:
    """A day is meant as it is written, whatever the zone: senders write its midnight in UTC."""
    if value is None:
        return None
    is_day = (value.hour, value.minute, value.second) == (0, 0, 0)
    return value.replace(tzinfo=UTC) if is_day else value.astimezone()


def _day(_context: click.Context, _parameter: click.Parameter, value: datetime | None) -> date | None:
    return None if value is None else value.date()


def _when(help_text: str) -> dict[str, Any]:
    return {"type": _MOMENT, "callback": _in_zone, "help": help_text}


OPTIONS: Final[Mapping[str, dict[str, Any]]] = {
    "patron": {"help": "The patron's number."},
    "patron-type": {"help": "What kind of number it is: Barcode Id, User Id.", "default": ""},
    "pin": {"help": "Ask for the patron's PIN, and send it along.", "is_flag": True, "flag_value": True},
    "pin-file": {"help": "A file with the PIN in its first line.", "type": click.File(encoding="utf-8")},
    "item": {"help": "The item's number."},
    "item-type": {"help": "What kind of number it is: Barcode, Accession Number.", "default": ""},
    "title": {"help": "The number of the bibliographic record."},
    "title-code": {
        "help": "From which list the number is, such as OCLC; the library's own without.",
        "default": "",
    },
    "request": {"help": "The number of the request."},
    "loans": {"help": "With what the patron has borrowed.", "is_flag": True},
    "requests": {"help": "With what the patron has requested.", "is_flag": True},
    "account": {"help": "With what the patron owes.", "is_flag": True},
    "borrower": {"help": "With who has it, and who waits for it.", "is_flag": True},
    "elements": {
        "help": "What shall be told: all, none, or names with commas between them.",
        "default": "all",
        "show_default": True,
    },
    "item-elements": {"help": "What of the item shall be told beside: all, or names.", "default": ""},
    "patron-elements": {"help": "What of the patron shall be told beside: all, or names.", "default": ""},
    "most": {"help": "How many items at most.", "type": click.IntRange(1)},
    "token": {"help": "The NextItemToken of the answer before."},
    "due": _when("When it shall be back: 2026-03-01, or with a time."),
    "happened": _when("It has happened already, at this time."),
    "request-type": {"help": "Hold, Loan, Stack Retrieval ...", "default": "Hold", "show_default": True},
    "scope": {"help": "Item, or Bibliographic Item for any copy."},
    "pickup": {"help": "Where it shall be picked up."},
    "until": _when("Until when it is kept there."),
    "need-before": _when("After which day nobody needs it any more."),
    "old-pickup": {"help": "The pickup location that goes."},
    "old-until": _when("The last day on the hold shelf that goes."),
    "old-need-before": _when("The last day of use that goes."),
    "action": {"help": "Hold For Pickup, Circulate; of money: Payment, Assess, Waive."},
    "named": {"help": "The title, as people read it."},
    "author": {"help": "The author."},
    "medium": {"help": "Book, Magazine, Compact Disc (CD) ..."},
    "call-number": {"help": "The call number."},
    "location": {"help": "Where it belongs."},
    "status": {"help": "On Loan, Missing, Available On Shelf ..."},
    "name": {"help": "The patron's name."},
    "address": {"help": "The postal address."},
    "email": {"help": "The mail address."},
    "phone": {"help": "The telephone number."},
    "birth": {
        "help": "The date of birth, as 1990-05-17.",
        "type": click.DateTime(["%Y-%m-%d"]),
        "callback": _day,
    },
    "language": {"help": "The language, by three letters of ISO 639-2."},
    "category": {"help": "The patron's category."},
    "old-name": {"help": "The name that goes."},
    "old-address": {"help": "The postal address that goes."},
    "old-email": {"help": "The mail address that goes."},
    "old-phone": {"help": "The telephone number that goes."},
    "amount": {"help": "How much, such as 12.50."},
    "currency": {"help": "The currency, by its code of ISO 4217.", "default": "CNY", "show_default": True},
    "kind": {"help": "Fine, Service Charge ...", "default": "Fine", "show_default": True},
    "method": {"help": "Cash, Credit Card ..."},
    "transaction": {"help": "Your own number of the transaction, by which a repeat is known."},
    "fee": {"help": "The fee that is meant, by its number."},
    "note": {"help": "A note."},
}
