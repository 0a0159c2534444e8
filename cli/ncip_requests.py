"""What `softdock ncip` is given, and the requests that are made of it."""

from dataclasses import dataclass, field
from datetime import date, datetime

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


def lookup_user(given: Given) -> Part:
    return [
        given.who(),
        given.wanted("UserElementType", given.elements),
        a.flag("LoanedItemsDesired", given.loans),
        a.flag("RequestedItemsDesired", given.requests),
        a.flag("UserFiscalAccountDesired", given.account),
    ]


def lookup_item(given: Given) -> Part:
    return [
        given.which() or given.what_request(),
        given.wanted("ItemElementType", given.elements),
        a.flag("CurrentBorrowerDesired", given.borrower),
        a.flag("CurrentRequestersDesired", given.borrower),
    ]


def lookup_item_set(given: Given) -> Part:
    return [
        given.which() or given.what_title(),
        given.wanted("ItemElementType", given.elements),
        a.text("MaximumItemsCount", str(given.most) if given.most else None),
        a.text("NextItemToken", given.token),
    ]


def lookup_request(given: Given) -> Part:
    named = given.what_request()
    by_item: Part = [given.who(), given.which(), a.text("RequestType", given.request_type)]
    return [named or by_item, given.wanted("RequestElementType", given.elements)]


def lookup_agency(given: Given) -> Part:
    return [
        a.text("AgencyId", given.agency),
        given.wanted("AgencyElementType", given.elements),
    ]


def authenticate_user(given: Given) -> Part:
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


def check_out_item(given: Given) -> Part:
    return [
        a.mandated(given.happened),
        given.who(),
        given.which(),
        given.what_request(),
        a.moment("DesiredDateDue", given.due),
        _described(given),
    ]


def check_in_item(given: Given) -> Part:
    return [a.mandated(given.happened), given.which(), _described(given)]


def renew_item(given: Given) -> Part:
    return [
        a.mandated(given.happened),
        given.who(),
        given.which(),
        a.moment("DesiredDateDue", given.due),
        _described(given),
    ]


def request_item(given: Given) -> Part:
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


def cancel_request_item(given: Given) -> Part:
    return [
        given.who(),
        given.what_request(),
        given.which(),
        a.text("RequestType", given.request_type),
        a.text("RequestScopeType", given.scope),
    ]


def update_request_item(given: Given) -> Part:
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


def accept_item(given: Given) -> Part:
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


def recall_item(given: Given) -> Part:
    return [given.which(), a.moment("DesiredDateDue", given.due)]


def undo_check_out_item(given: Given) -> Part:
    return [given.which(), given.who()]


def create_user(given: Given) -> Part:
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


def update_user(given: Given) -> Part:
    deleted = a.holding(
        "DeleteUserFields",
        a.person(given.old_name),
        a.addresses(given.old_address, given.old_email, given.old_phone),
    )
    return [given.who(), deleted, a.holding("AddUserFields", _user_fields(given))]


def create_item(given: Given) -> Part:
    return [
        given.which(),
        a.description(given.named, given.author, given.medium, a.record_id(given.title, given.agency)),
        a.text("CirculationStatus", given.status),
        _item_fields(given)[1:],
    ]


def update_item(given: Given) -> Part:
    return [given.which(), a.holding("AddItemFields", _item_fields(given))]


def update_circulation_status(given: Given) -> Part:
    return [given.which(), a.text("CirculationStatus", given.status)]


def fiscal_transaction(given: Given) -> Part:
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
