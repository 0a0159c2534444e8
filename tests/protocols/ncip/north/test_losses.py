"""The tables of what NCIP cannot tell a partner, or a partner SoftDock, hold exactly what makes no difference."""

from dataclasses import replace
from datetime import date

import pytest

from ncip_outcomes import RESULTS
from ncip_partner import NcipPartner, v2
from ncip_requests import DESCRIPTION, ITEM, MINIMAL, USER, selecting_all
from ncip_strategies import document
from softdock.circulation.holds import HoldScope
from softdock.circulation.identifiers import ItemId, PatronId
from softdock.circulation.items import AlertType, CirculationStatus, Item, SecurityMarker
from softdock.circulation.losses import Direction
from softdock.circulation.operations import CancelHold, LookupPatron, RenewAll, TakeNotice
from softdock.circulation.outcomes import (
    Done,
    HoldState,
    Lent,
    Noted,
    PatronReport,
    Refused,
    Returned,
    Unknown,
)
from softdock.circulation.patrons import Entry, Patron, Standing
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip.codec import read
from softdock.protocols.ncip.contents import MODELS
from softdock.protocols.ncip.crosswalk import STANDARD
from softdock.protocols.ncip.grammar import Choice, Name, leaves
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.north.losses import ANSWERS, REQUESTS, answers_of, lost_from, lost_of
from softdock.protocols.ncip.north.partner import Profile
from softdock.protocols.ncip.north.services import WORKS, fees
from softdock.protocols.ncip.tables.elements import FLAGS, MOMENTS, NUMBERS
from softdock.protocols.ncip.tables.services import SERVICES, ServiceKind
from stubs import StubSystem
from varied import Noticed, bare, declared, full

TALKATIVE = Profile(
    privileges=("STATUS", "PROFILE", "LIBRARY"), show_borrower=True, headers_always=True, user_id="card",
    unknown_due_is_indeterminate=True,
)  # fmt: skip
ANSWERED = {**{kind: each for kind, each in RESULTS.items() if kind is not RenewAll}, TakeNotice: Noted}
"""What each operation is answered with when it is done; no service renews all."""
DOING = [name for name in MINIMAL if name in WORKS and SERVICES[name].kind is not ServiceKind.NOTIFICATION]


class Asking:
    """A partner of a library that answers with as much as there is, or as it is told."""

    def __init__(self):
        self.answers = {}
        self.partner = NcipPartner(TALKATIVE, StubSystem(self._respond))

    def _respond(self, operation):
        kind = type(operation)
        return self.answers.get(kind) or Done(full(ANSWERED[kind]))

    def send(self, request, **answers):
        """What was asked of the library, and what the partner is told."""
        self.partner.observer.operations.clear()
        self.partner.exchange._heard = type(self.partner.exchange._heard)()
        self.partner.desk.keep_in(None)  # and no hold has a name from before
        exchanged = self.partner.send(request)
        assert not exchanged.fault
        return [operation for operation, _, _ in self.partner.observer.operations], exchanged.document


@pytest.fixture(scope="module", autouse=True)
def _names_are_made_alike():
    """Of a hold that the library gives none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("softdock.consortium.naming.token_hex", lambda _: "made")
        yield


@pytest.fixture(scope="module")
def answers():
    """Every attribute of every outcome, on its way to the partner in every service that may tell it."""
    looked, asking = Noticed(), Asking()
    for service in DOING:
        request = v2(f"<{service}>{selecting_all(service, SERVICES[service].initiation)}</{service}>")
        for kind in {type(each) for each in asking.send(request)[0]}:

            def told(outcome, request=request, kind=kind):
                asking.answers = {kind: outcome}
                return asking.send(request)[1]

            held = [full(Returned, alert=AlertType.HOLD_HERE)] if ANSWERED[kind] is Returned else []
            for result in (full(ANSWERED[kind]), bare(ANSWERED[kind]), *held):
                looked.look(result, lambda result, told=told: told(Done(result)))
                looked.look_at_own(Done(result), told)
            for reason in (Reason.CARD_EXPIRED, Reason.FEE_NOT_ACKNOWLEDGED):
                looked.look_at_own(full(Refused, reason=reason), told)
            looked.look(bare(Unknown), told)
            asking.answers = {}
    looked.look(Noted(), id)
    return looked


def test_what_no_answer_tells_is_declared_and_nothing_else(answers):
    """Whoever adds an attribute has it told, or says that it is lost; what is approximated makes a difference."""
    approximated = {
        (table.kind, each.attribute) for table in ANSWERS.tables for each in table.losses if each.usual != ()
    } & answers.noticed
    assert answers.unnoticed == declared(ANSWERS) - approximated


def test_words_that_are_told_as_others_are_declared_and_nothing_else(answers):
    """Where those that are declared are left out, each of the rest is told by a word of its own."""
    usual = {
        (table.kind, each.attribute): each.usual
        for table in ANSWERS.tables
        for each in table.losses
        if (table.kind, each.attribute) in answers.noticed
    }
    places = {(owner, name) for owner, name, _ in answers.confused}
    places.discard((Refused, "reason"))
    assert places == {place for place, carried in usual.items() if carried != ()}
    for owner, name, word in answers.confused:
        if (owner, name) in places and word in usual[owner, name]:
            others = answers.like(owner, name, word)
            assert not any(each in usual[owner, name] for each in others), (owner, name, word)


def test_every_record_that_an_outcome_may_hold_is_looked_at(answers):
    assert {owner for owner, _ in answers.seen} <= {each.kind for each in ANSWERS.tables}
    assert set(ANSWERED.values()) <= {each.kind for each in ANSWERS.tables}


# --- requests ---------------------------------------------------------------------------------------------

_TITLE = (
    "<BibliographicId><BibliographicRecordId><BibliographicRecordIdentifier>T1</BibliographicRecordIdentifier>"
    "<AgencyId>CDL</AgencyId></BibliographicRecordId></BibliographicId>"
)
_BY_ITEM = f"{USER}{ITEM}<RequestType>Hold</RequestType>"
OTHERWISE = {
    "LookupItem": ["<RequestId><RequestIdentifierValue>RQ-1</RequestIdentifierValue></RequestId>"],
    "LookupItemSet": [_TITLE, ITEM + ITEM.replace("CD0001", "CD0002")],
    "LookupRequest": [_BY_ITEM],
    "RequestItem": [f"{USER}{_TITLE}<RequestType>Hold</RequestType><RequestScopeType>Bibliographic Item</RequestScopeType>"],
    "UpdateRequestItem": [_BY_ITEM],
    "CreateItem": [DESCRIPTION + ITEM],
    "ReportCirculationStatusChange": [f"{ITEM}{USER}<ItemReportedMissing/>"],
}  # fmt: skip
"""Other ways to ask for the same service, of those that have a choice."""

_WORDS = {
    "CurrencyCode": "CNY", "MonetaryValue": "100", "AgencyId": "CDL", "UserElementType": "Name Information",
    "ItemElementType": "Circulation Status", "RequestElementType": "Request Status Type", "UserLanguage": "eng",
    "BlockOrTrapType": "Block Check Out", "SecurityMarker": "None", "ItemUseRestrictionType": "Not For Loan",
    "LocationType": "Permanent Location", "RequestType": "Loan", "RequestScopeType": "Bibliographic Item",
    "CirculationStatus": "Lost", "MediumType": "Book", "LocationNameLevel": "1",
}  # fmt: skip


def sample(name, choice):
    """An element with everything in it that the schema takes; of what it offers to choose from, the one of that number."""
    if name in MODELS:
        return Element(name, children=[sample(each, choice) for each in chosen(MODELS[name], choice)])
    if name in FLAGS or name == "Ext":
        return Element(name)
    if name in MOMENTS:
        return Element(name, "2026-05-01T00:00:00Z")
    return Element(name, _WORDS.get(name, "1" if name in NUMBERS else "Anna"))


def chosen(part, choice):
    if isinstance(part, Name):
        return [part.name]
    if isinstance(part, Choice):
        return chosen(part.parts[choice % len(part.parts)], choice)
    return [name for each in part.parts for name in chosen(each, choice)]


@pytest.mark.parametrize("service", DOING)
def test_what_nothing_is_made_of_in_a_request_is_declared_and_nothing_else(service, monkeypatch):
    """Each part that a request may have, added to one without it: before the rest, and behind it."""
    monkeypatch.setattr(fees.secrets, "token_hex", lambda _: "made")
    if service == "LookupVersion":
        return  # which holds nothing but who asks whom
    asking, parts, heard = Asking(), dict.fromkeys(each.name for each in leaves(MODELS[service])), set()
    terse = {CancelHold: Refused(Reason.HOLD_AMBIGUOUS)} | {
        kind: Done(bare(result))
        for kind, result in ANSWERED.items()
        if result is HoldState and kind is not CancelHold
    }
    for content in (MINIMAL[service], *OTHERWISE.get(service, ())):
        base = read(v2(f"<{service}>{content}</{service}>")).body
        for asking.answers in ({}, terse):
            before = asking.send(document(base))
            heard |= {each.name for each in base.children}
            for name in parts.keys() - heard:
                added = [sample(name, choice) for choice in range(3)]
                orders = [[each, *base.children] for each in added] + [
                    [*base.children, each] for each in added
                ]
                if any(asking.send(document(Element(service, children=each))) != before for each in orders):
                    heard.add(name)
    assert parts.keys() - heard - {"InitiationHeader", "Ext"} == set(REQUESTS[service])


def test_every_service_that_does_something_is_looked_at():
    assert set(REQUESTS) == set(DOING) - {"LookupVersion", "AuthenticateUser"}


# --- counting ---------------------------------------------------------------------------------------------

CARD, BOOK, DAY = PatronId("R0001"), ItemId("CD0001"), date(2026, 2, 1)


@pytest.mark.parametrize(
    ("outcome", "names"),
    [
        (Done(Item(BOOK, "War", "Tolstoy")), ()),
        (Done(Item(BOOK, collection="A"), "Keep dry."), ("done.note", "item.collection")),
        (Done(Item(BOOK, status=CirculationStatus.CHARGED)), ()),
        (Done(Item(BOOK, status=CirculationStatus.CHARGED_NOT_RECALLABLE)), ("item.status",)),
        (Done(Item(BOOK, security_marker=SecurityMarker.WHISPER_TAPE)), ("item.security-marker",)),
        (Done(PatronReport(Patron(CARD, standing=frozenset({Standing.CHECKOUT_DENIED})))), ()),
        (Done(PatronReport(Patron(CARD, standing=frozenset({Standing.TOO_MANY_LOST})))), ("patron.standing",)),
        (Done(PatronReport(Patron(CARD, loan_limit=5), entries=(Entry(BOOK, lent=DAY),))),
         ("patron.loan-limit", "entry.lent")),
        (Done(HoldState(None, scope=HoldScope.ANY_COPY_AT_LOCATION)), ("hold-state.scope",)),
        (Done(Lent(Item(BOOK), CARD, None, renewed=True)), ()),
        (Refused(Reason.DECLINED, item=Item(BOOK), extra=(("XX", "1"),)), ("refused.extra",)),
        (Unknown("Lost."), ("unknown.note",)),
    ],
)  # fmt: skip
def test_what_a_partner_is_not_told_is_named(outcome, names):
    assert lost_of(outcome, STANDARD) == names


def test_words_that_were_agreed_on_are_not_lost():
    told = STANDARD.circulation_status.changed({CirculationStatus.CHARGED_NOT_RECALLABLE: "Fixed Loan"}, {})
    agreed = replace(STANDARD, circulation_status=told)
    assert lost_of(Done(Item(BOOK, status=CirculationStatus.CHARGED_NOT_RECALLABLE)), agreed) == ()
    assert answers_of(agreed) is answers_of(agreed)
    assert answers_of(STANDARD) is ANSWERS


def test_what_nothing_is_made_of_is_named_once():
    request = read(
        v2(f"<RequestItem>{MINIMAL['RequestItem']}<EarliestDateNeeded/><Ext/><Ext/></RequestItem>")
    ).body
    assert lost_from(request) == ("request-item.earliest-date-needed", "request-item.ext")
    assert lost_from(read(v2(f"<ItemShipped>{MINIMAL['ItemShipped']}<Ext/></ItemShipped>")).body) == ()


def test_each_exchange_counts_what_was_lost_once_for_the_library_of_the_account():
    """However many questions its answer takes."""
    asking = Asking()
    asking.answers = {LookupPatron: Done(PatronReport(Patron(CARD, loan_limit=5)))}
    flags = "<LoanedItemsDesired/><RequestedItemsDesired/><Ext/>"
    operations, _ = asking.send(v2(f"<LookupUser>{USER}{flags}</LookupUser>"))
    assert len(operations) == 2
    assert asking.partner.observer.tallies == {
        ("CDL", "ncip", Direction.REQUEST): {("lookup-user.ext",): 1},
        ("CDL", "ncip", Direction.ANSWER): {("patron.loan-limit",): 1},
    }
