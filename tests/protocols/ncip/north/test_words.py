"""A partner that has words of its own for everything is told these, and understood by them."""

from datetime import UTC, datetime

import pytest

from ncip_library import asked, partner_of
from ncip_partner import problems
from ncip_requests import ITEM, MONEY, REQUEST, USER
from softdock.adapters.ncip.words import WordLists
from softdock.circulation.holds import HoldKind, HoldScope, HoldStatus
from softdock.circulation.identifiers import HoldId, ItemId, PatronId
from softdock.circulation.items import AlertType, CirculationStatus, FeeType, Item, MediaType, SecurityMarker
from softdock.circulation.money import Money
from softdock.circulation.operations import CreatePatron, PayFee, PlaceHold
from softdock.circulation.outcomes import HoldState, Paid, PatronReport, Refused, Returned
from softdock.circulation.patrons import Counts, Entry, Patron, Standing
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip.north.partner import Profile
from softdock.protocols.ncip.tables.lists import VALUES
from softdock.protocols.ncip.tables.problem_types import ProblemType

OWN = {
    "circulation_status": {"lost": "Verloren", "charged": "Entliehen"},
    "security_marker": {"tattle-tape": "Magnetstreifen"},
    "media_type": {"cd": "Silberscheibe"},
    "fee_type": {"overdue": "Mahngebühr", "other": "Sonstiges"},
    "hold_kind": {"hold": "Vormerkung"},
    "hold_scope": {"this-copy": "Exemplar"},
    "hold_status": {"ready": "Liegt bereit"},
    "block": {"excessive-fines": "Schulden"},
    "payment": {"00": "Bar"},
    "language": {"de": "deutsch"},
    "address": {"email": "E-Post", "phone": "Fernsprecher"},
    "routing": {"hold-here": "Abholregal", "none": "Regal"},
}
PROFILE = Profile(crosswalk=WordLists.model_validate(OWN).crosswalk())
PLACED = datetime(2026, 3, 1, tzinfo=UTC)
BOOK = Item(
    ItemId("CD0001"),
    "三体",
    status=CirculationStatus.LOST,
    media_type=MediaType.CD,
    security_marker=SecurityMarker.TATTLE_TAPE,
)
READER = Patron(
    PatronId("R0001"),
    "Li Si",
    frozenset({Standing.EXCESSIVE_FINES}),
    counts=Counts(holds=1, loans=1),
    email="li@example.org",
    phone="555",
    language="de",
)
HOLD = HoldState(
    BOOK,
    id=HoldId("RQ-1"),
    patron=READER.id,
    kind=HoldKind.HOLD,
    scope=HoldScope.THIS_COPY,
    status=HoldStatus.READY,
    placed=PLACED,
)
USER_ELEMENTS = "".join(f"<UserElementType>{each}</UserElementType>" for each in VALUES["UserElementType"])
ITEM_ELEMENTS = "".join(f"<ItemElementType>{each}</ItemElementType>" for each in VALUES["ItemElementType"])
REQUEST_ELEMENTS = "".join(
    f"<RequestElementType>{each}</RequestElementType>" for each in VALUES["RequestElementType"]
)


def texts(response, name):
    """Every text that stands in an element of that name."""
    return [each.text for part in response.children for each in part.walk() if each.name == name]


def test_an_item_is_told_in_the_words_of_the_partner():
    told = partner_of(PROFILE, LookupItem=BOOK).ask(f"<LookupItem>{ITEM}{ITEM_ELEMENTS}</LookupItem>")
    assert texts(told, "CirculationStatus") == ["Verloren"]
    assert texts(told, "MediumType") == ["Silberscheibe"]
    assert texts(told, "SecurityMarker") == ["Magnetstreifen"]


def test_a_patron_is_told_in_the_words_of_the_partner():
    fee = Entry(None, fee="F1", amount=Money(100, "CNY"), fee_type=FeeType.OVERDUE, accrued=PLACED)
    report = PatronReport(READER, entries=(fee,), holds=(HOLD,))
    lists = "<LoanedItemsDesired/><RequestedItemsDesired/><UserFiscalAccountDesired/>"

    told = partner_of(PROFILE, LookupPatron=report).ask(
        f"<LookupUser>{USER}{USER_ELEMENTS}{lists}</LookupUser>"
    )

    assert texts(told, "BlockOrTrapType") == ["Schulden"]
    assert texts(told, "UserLanguage") == ["deutsch"]
    assert texts(told, "ElectronicAddressType") == ["E-Post", "Fernsprecher"]
    assert texts(told, "CirculationStatus") == ["Entliehen"]
    assert set(texts(told, "RequestType")) == {"Vormerkung"}
    assert texts(told, "RequestStatusType") == ["Liegt bereit"]
    assert texts(told, "FiscalTransactionType") == ["Mahngebühr"]


def test_a_request_is_told_in_the_words_of_the_partner():
    told = partner_of(PROFILE, LookupHold=HOLD).ask(
        f"<LookupRequest>{REQUEST}{REQUEST_ELEMENTS}</LookupRequest>"
    )
    assert texts(told, "RequestType") == ["Vormerkung"]
    assert texts(told, "RequestScopeType") == ["Exemplar"]
    assert texts(told, "RequestStatusType") == ["Liegt bereit"]


@pytest.mark.parametrize(
    ("alert", "word"), [(AlertType.HOLD_HERE, "Abholregal"), (AlertType.NONE, "Regal"), (None, "Regal")]
)
def test_where_an_item_goes_is_told_in_the_words_of_the_partner(alert, word):
    returned = Returned(BOOK, alert=alert, sort_bin="7")
    told = partner_of(PROFILE, Checkin=returned).ask(f"<CheckInItem>{ITEM}</CheckInItem>")
    assert texts(told, "RoutingInstructions") == [word]


def test_a_request_is_understood_in_the_words_of_the_partner():
    kind = "<RequestType>vormerkung</RequestType><RequestScopeType>exemplar</RequestScopeType>"
    partner = partner_of(PROFILE, PlaceHold=HOLD)

    partner.ask(f"<RequestItem>{USER}{ITEM}{kind}</RequestItem>")

    (wish,) = asked(partner, PlaceHold)
    assert (wish.kind, wish.scope) == (HoldKind.HOLD, HoldScope.THIS_COPY)


def test_a_payment_is_understood_in_the_words_of_the_partner():
    partner = partner_of(PROFILE, PayFee=Paid(READER.id, transaction="T1"))
    partner.ask(
        f"<CreateUserFiscalTransaction>{USER}<FiscalTransactionInformation><FiscalActionType>Payment"
        "</FiscalActionType><FiscalTransactionType>Mahngebühr</FiscalTransactionType>"
        f"<PaymentMethodType>BAR</PaymentMethodType>{MONEY}</FiscalTransactionInformation>"
        "</CreateUserFiscalTransaction>"
    )
    (paid,) = asked(partner, PayFee)
    assert (paid.fee_type, paid.payment_type) == (FeeType.OVERDUE, "00")


def test_a_new_patron_is_understood_in_the_words_of_the_partner():
    partner = partner_of(PROFILE, CreatePatron=PatronReport(READER))
    address = (
        "<UserAddressInformation><UserAddressRoleType>Home</UserAddressRoleType><ElectronicAddress>"
        "<ElectronicAddressType>e-post</ElectronicAddressType><ElectronicAddressData>li@example.org"
        "</ElectronicAddressData></ElectronicAddress></UserAddressInformation>"
    )
    name = (
        "<NameInformation><PersonalNameInformation><UnstructuredPersonalUserName>Li Si"
        "</UnstructuredPersonalUserName></PersonalNameInformation></NameInformation>"
    )
    partner.ask(f"<CreateUser>{USER}{name}{address}<UserLanguage>Deutsch</UserLanguage></CreateUser>")
    (made,) = asked(partner, CreatePatron)
    assert (made.email, made.language) == ("li@example.org", "de")


@pytest.mark.parametrize(
    ("service", "told"),
    [("CheckOutItem", "Item Does Not Circulate"), ("RenewItem", "Item Not Renewable")],
)
def test_a_problem_type_that_is_agreed_is_told_by_the_services_that_list_it(service, told):
    """The first of them; where the service has none, it is the customary one."""
    agreed = {Reason.ITEM_ON_HOLD: (ProblemType.ITEM_DOES_NOT_CIRCULATE, ProblemType.ITEM_NOT_RENEWABLE)}
    partner = partner_of(
        Profile(problems=agreed), Checkout=Refused(Reason.ITEM_ON_HOLD), Renew=Refused(Reason.ITEM_ON_HOLD)
    )
    assert problems(partner.ask(f"<{service}>{USER}{ITEM}</{service}>")) == [told]
    assert problems(
        partner_of(Checkout=Refused(Reason.ITEM_ON_HOLD)).ask(f"<CheckOutItem>{USER}{ITEM}</CheckOutItem>")
    ) == ["Resource Cannot Be Provided"]
