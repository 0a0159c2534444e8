"""Simulated systems that speak NCIP, without a network, and messages for them as partners write them."""

import re
from dataclasses import replace
from xml.sax.saxutils import escape

from simulated import HandClock
from softdock.kit.simulators.books import Books
from softdock.kit.simulators.ncip import STANDARD, NcipSystem
from softdock.kit.simulators.ncip.manners import V1_01, V2_02
from softdock.kit.simulators.ncip.running import LIBRARY, PARTNER, STOCK
from softdock.kit.simulators.site import Asked
from softdock.protocols.ncip.codec import read

PIN = "975310"
GOOD, LOST, EXPIRED, BLOCKED, OWES, FULL, WAITS, OWES_MUCH, WITHOUT_PIN = (
    f"850000000{number}" for number in range(1, 10)
)
FREE, FREE_TOO, OF_EAST, LENT, LATE, READY, FOR_THE_HOUSE, COSTS = (
    f"0500000{number}" for number in range(1, 9)
)
RENEWED_OFTEN, WAITED_FOR = "05000010", "05000013"

_UNIQUE = re.compile(r"(</?)(UserId|ItemId|RequestId|BibliographicId)>")
_CODED = re.compile(
    r"<(AgencyId|CurrencyCode|\w+Type)>([^<]*)</\1>|<(RequestType|CirculationStatus)>([^<]*)</\3>"
)


def given(name, value):
    return f"<{name}>{escape(value)}</{name}>"


def user(number):
    return f"<UserId>{given('UserIdentifierValue', number)}</UserId>"


def item(number):
    return f"<ItemId>{given('ItemIdentifierValue', number)}</ItemId>"


def request(name):
    return f"<RequestId>{given('RequestIdentifierValue', name)}</RequestId>"


def title(number):
    record = given("BibliographicRecordIdentifier", number) + given("AgencyId", LIBRARY)
    return f"<BibliographicId><BibliographicRecordId>{record}</BibliographicRecordId></BibliographicId>"


def proof(kind, value):
    return (
        f"<AuthenticationInput>{given('AuthenticationInputData', value)}"
        f"{given('AuthenticationDataFormatType', 'text')}{given('AuthenticationInputType', kind)}"
        "</AuthenticationInput>"
    )


def money(name, minor, currency="CNY"):
    return f"<{name}>{given('CurrencyCode', currency)}{given('MonetaryValue', str(minor))}</{name}>"


def wanted(kind, *words):
    return "".join(given(kind, word) for word in words)


def mandated(moment):
    return f"<MandatedAction>{given('DateEventOccurred', moment)}</MandatedAction>"


HEADER = (
    f"<InitiationHeader><FromAgencyId>{given('AgencyId', PARTNER)}</FromAgencyId>"
    f"<ToAgencyId>{given('AgencyId', LIBRARY)}</ToAgencyId>"
    f"{given('ApplicationProfileType', PARTNER)}</InitiationHeader>"
)


def message(service, *content, header=HEADER, version=V2_02):
    """A request in version 2, as most write it."""
    return (
        f'<NCIPMessage xmlns="http://www.niso.org/2008/ncip" version="{version}">'
        f"<{service}>{header}{''.join(content)}</{service}></NCIPMessage>"
    ).encode()


def message_1(service, *content, header=HEADER):
    """The same in version 1."""
    body = _CODED.sub(_pair, f"<{service}>{header}{''.join(content)}</{service}>")
    body = _UNIQUE.sub(r"\1Unique\2>", body)
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE NCIPMessage PUBLIC "-//NISO//NCIP DTD Version 1.01//EN"'
        f' "{V1_01}">\n<NCIPMessage version="{V1_01}">{body}</NCIPMessage>'
    ).encode()


def _pair(found):
    name, value = found[1] or found[3], found[2] or found[4] or ""
    name = "UniqueAgencyId" if name == "AgencyId" else name
    return f"<{name}><Scheme>none</Scheme><Value>{value}</Value></{name}>"


ALL_OF_ITEM = wanted(
    "ItemElementType", "Bibliographic Description", "Circulation Status", "Hold Queue Length", "Item Description",
    "Item Use Restriction Type", "Location", "Security Marker", "Sensitization Flag", "Date Due",
)  # fmt: skip
ALL_OF_USER = wanted(
    "UserElementType", "Name Information", "User Address Information", "Date Of Birth", "User Language",
    "User Privilege", "Block Or Trap", "User Id",
)  # fmt: skip
DESIRED = "<LoanedItemsDesired/><RequestedItemsDesired/><UserFiscalAccountDesired/>"
PERSON = (
    "<NameInformation><PersonalNameInformation><UnstructuredPersonalUserName>New"
    "</UnstructuredPersonalUserName></PersonalNameInformation></NameInformation>"
)
BLOCK = f"<BlockOrTrap>{given('AgencyId', 'MNNC')}{given('BlockOrTrapType', 'Block Check Out')}</BlockOrTrap>"
NEW_TITLE = "<BibliographicDescription><Title>New</Title></BibliographicDescription>"


def payment(action, minor, related=""):
    fee = (
        f"<RelatedFiscalTransactionReferenceId>{given('AgencyId', 'MNNC')}"
        f"{given('FiscalTransactionIdentifierValue', related)}</RelatedFiscalTransactionReferenceId>"
    )
    return (
        f"<FiscalTransactionInformation>{given('FiscalActionType', action)}{fee if related else ''}"
        f"{given('FiscalTransactionType', 'Fine')}{money('Amount', minor)}</FiscalTransactionInformation>"
    )


def hold(kind="Hold", scope="Item"):
    return given("RequestType", kind) + given("RequestScopeType", scope)


def wishes(kind="Hold"):
    """One good request of each service, and some that are refused."""
    return [
        ("AuthenticateUser", proof("Barcode Id", GOOD), proof("PIN", PIN)),
        ("LookupUser", user(GOOD), ALL_OF_USER, DESIRED),
        ("LookupUser", user(OWES), ALL_OF_USER, DESIRED),
        ("LookupUser", user(WAITS), ALL_OF_USER, DESIRED),
        ("LookupUser", user(BLOCKED), ALL_OF_USER),
        ("LookupUser", user("0"), ALL_OF_USER),
        ("LookupUser", proof("Barcode Id", GOOD), proof("PIN", "1")),
        ("LookupItem", item(LENT), ALL_OF_ITEM, "<CurrentBorrowerDesired/>"),
        ("LookupItem", item(READY), ALL_OF_ITEM),
        ("LookupItem", item("0"), ALL_OF_ITEM),
        ("LookupItemSet", title("905000001"), ALL_OF_ITEM, given("MaximumItemsCount", "1")),
        ("LookupItemSet", item(FREE), item("0"), ALL_OF_ITEM),
        ("LookupItemSet", title("0")),
        ("LookupAgency", given("AgencyId", "MNNC"), wanted("AgencyElementType", "Organization Name Information", "Application Profile Supported Type")),
        ("LookupAgency", given("AgencyId", "0"), wanted("AgencyElementType", "Organization Name Information")),
        ("CheckOutItem", user(GOOD), item(FREE), ALL_OF_ITEM, ALL_OF_USER),
        ("CheckOutItem", user(GOOD), item(COSTS)),
        ("CheckOutItem", user(LOST), item(FREE)),
        ("CheckOutItem", mandated("2026-03-01T02:00:00Z"), user(LOST), item(FREE_TOO), ALL_OF_ITEM),
        ("UndoCheckOutItem", item(FREE), user(GOOD)),
        ("CheckInItem", item(WAITED_FOR), ALL_OF_ITEM, ALL_OF_USER),
        ("CheckInItem", item("0")),
        ("RenewItem", user(GOOD), item(LENT), ALL_OF_ITEM),
        ("RenewItem", user(GOOD), item(LATE)),
        ("RecallItem", item(LATE), ALL_OF_ITEM),
        ("CancelRecallItem", item(LATE), ALL_OF_ITEM),
        ("RequestItem", user(GOOD), item(LATE), request("R-1"), hold(kind), given("PickupLocation", "MAIN"), ALL_OF_ITEM, ALL_OF_USER),
        ("RequestItem", user(GOOD), title("905000001"), hold(kind, "Bibliographic Item")),
        ("RequestItem", user(GOOD), item(LATE), hold(kind)),
        ("LookupRequest", request("R-1"), wanted("RequestElementType", "User Id", "Request Type", "Request Scope Type", "Request Status Type", "Hold Queue Position", "Pickup Location", "Pickup Expiry Date", "Date Of User Request"), ALL_OF_ITEM, ALL_OF_USER),
        ("LookupRequest", user(WAITS), item(READY), given("RequestType", kind), wanted("RequestElementType", "Request Status Type", "Pickup Expiry Date")),
        ("UpdateRequestItem", request("R-1"), "<AddRequestFields><PickupLocation>EAST</PickupLocation></AddRequestFields>", ALL_OF_ITEM),
        ("CancelRequestItem", user(GOOD), request("R-1"), given("RequestType", kind), ALL_OF_ITEM),
        ("CancelRequestItem", user(GOOD), request("R-1"), given("RequestType", kind)),
        ("CreateUserFiscalTransaction", user(OWES), payment("Payment", 250, "850002")),
        ("CreateUserFiscalTransaction", user(OWES), payment("Assess", 300)),
        ("CreateUserFiscalTransaction", user(OWES), payment("Payment", 99999)),
        ("UpdateUser", user(GOOD), f"<AddUserFields>{BLOCK}</AddUserFields>"),
        ("UpdateUser", user(GOOD), f"<DeleteUserFields>{BLOCK}</DeleteUserFields>"),
        ("UpdateCirculationStatus", item(OF_EAST), given("CirculationStatus", "Missing")),
        ("UpdateItem", item(OF_EAST), f"<AddItemFields>{NEW_TITLE}</AddItemFields>"),
        ("AcceptItem", request("R-2"), given("RequestedActionType", "Hold For Pickup"), user(GOOD), f"<ItemOptionalFields>{NEW_TITLE}</ItemOptionalFields>", given("PickupLocation", "MAIN")),
        ("CreateUser", user("8500000099"), PERSON),
        ("CreateUser", user("8500000099"), PERSON),
        ("DeleteUser", user("8500000099")),
        ("CreateItem", item("05000099"), NEW_TITLE),
        ("DeleteItem", item("05000099")),
        ("SendUserNotice", user(GOOD), "<UserNoticeDetails/>"),
    ]  # fmt: skip


class Library:
    """A system in one manner, asked as a partner would."""

    def __init__(self, manner=STANDARD, **changes):
        self.clock = HandClock()
        self.books = Books(STOCK, LIBRARY, now=self.clock)
        self.system = NcipSystem(self.books, replace(manner, **changes))

    def reply(self, body, method="POST", path="/ncip/"):
        asked = Asked("", method, path, body=body)
        return self.system.answer(replace(asked, call=self.system.name_of(asked)))

    def written(self, service, *content, **options):
        """The bytes of an answer."""
        made = message_1 if self.system.manner.is_version_1 else message
        return self.reply(made(service, *content, **options)).body

    def said(self, service, *content, **options):
        """The whole of an answer, as it is read by those who believe little."""
        return read(self.written(service, *content, **options)).body

    def done(self, service, *content, **options):
        """An answer that is no problem."""
        said = self.said(service, *content, **options)
        assert said.name == f"{service}Response"
        assert not said.has("Problem"), said.value("Problem", "ProblemType") + said.value("Problem", "ProblemDetail")  # fmt: skip
        return said

    def problem(self, service, *content, **options):
        """The type of the problem with which a service answers."""
        said = self.said(service, *content, **options)
        assert said.name == f"{service}Response"
        assert said.has("Problem")
        return said.value("Problem", "ProblemType")

    def borrower(self, number):
        loan = self.books.copy(number).loan
        return None if loan is None else loan.patron
