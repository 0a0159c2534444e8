"""Every reason is told under every service, in a word that the standard has for it there."""

import pytest

from ncip_partner import NcipPartner, problems
from ncip_requests import CARD, ITEM, MINIMAL, PIN, USER
from softdock.circulation.locale import wording
from softdock.circulation.outcomes import Refused
from softdock.circulation.reasons import Reason
from softdock.protocols.ncip.north.partner import Profile
from softdock.protocols.ncip.north.problems import ABOUT, WORDS, P, problem_type
from softdock.protocols.ncip.tables.problem_types import GENERAL, MESSAGING
from softdock.protocols.ncip.tables.services import SERVICES
from stubs import StubSystem

IDENTIFIERS = ("R0001", "CD0001", "RQ-1")

SELF_EXPLANATORY = {
    ("CheckOutItem", Reason.PATRON_BLOCKED): P.USER_BLOCKED,
    ("CheckOutItem", Reason.TOO_MANY_LOANS): P.MAXIMUM_CHECK_OUTS_EXCEEDED,
    ("CheckOutItem", Reason.ITEM_UNKNOWN): P.UNKNOWN_ITEM,
    ("CheckOutItem", Reason.ITEM_NOT_LENDABLE): P.ITEM_DOES_NOT_CIRCULATE,
    ("CheckOutItem", Reason.FEE_NOT_ACKNOWLEDGED): P.USER_INELIGIBLE_TO_CHECK_OUT_THIS_ITEM,
    ("CheckOutItem", Reason.ITEM_LENT_TO_ANOTHER): P.RESOURCE_CANNOT_BE_PROVIDED,
    ("CheckInItem", Reason.ITEM_NOT_LENT): P.ITEM_NOT_CHECKED_OUT,
    ("RenewItem", Reason.TOO_MANY_RENEWALS): P.MAXIMUM_RENEWALS_EXCEEDED,
    ("RenewItem", Reason.RENEWAL_ITEM_ON_HOLD): P.RENEWAL_NOT_ALLOWED_ITEM_HAS_OUTSTANDING_REQUESTS,
    ("RenewItem", Reason.ITEM_NOT_LENT_TO_PATRON): P.ITEM_NOT_CHECKED_OUT,
    ("RequestItem", Reason.HOLD_EXISTS): P.DUPLICATE_REQUEST,
    ("RequestItem", Reason.TOO_MANY_HOLDS): P.USER_INELIGIBLE_TO_REQUEST_THIS_ITEM,
    ("CancelRequestItem", Reason.HOLD_UNKNOWN): P.UNKNOWN_REQUEST,
    ("CancelRequestItem", Reason.HOLD_ENDED): P.REQUEST_ALREADY_PROCESSED,
    ("AcceptItem", Reason.ITEM_EXISTS): P.CANNOT_ACCEPT_ITEM,
    ("CreateItem", Reason.ITEM_EXISTS): P.DUPLICATE_ITEM,
    ("CreateUser", Reason.PATRON_EXISTS): P.DUPLICATE_USER,
    ("LookupUser", Reason.PIN_WRONG): P.USER_AUTHENTICATION_FAILED,
    ("LookupRequest", Reason.PATRON_UNKNOWN): P.UNKNOWN_REQUEST,
    ("LookupRequest", Reason.ITEM_UNKNOWN): P.UNKNOWN_REQUEST,
    ("LookupRequest", Reason.PIN_WRONG): P.UNKNOWN_REQUEST,
    ("LookupRequest", Reason.PIN_REQUIRED): P.NEEDED_DATA_MISSING,
    ("RecallItem", Reason.ITEM_NOT_LENDABLE): P.ITEM_CANNOT_BE_RECALLED,
    ("CancelRecallItem", Reason.DECLINED): P.RECALL_CANNOT_BE_CANCELLED_AT_THIS_TIME,
    ("RecallItem", Reason.ITEM_NOT_RECALLABLE): P.ITEM_CANNOT_BE_RECALLED,
    ("UpdateUser", Reason.VALUE_NOT_THERE): P.UNABLE_TO_DELETE_ELEMENT,
    ("UpdateItem", Reason.VALUE_NOT_KEPT): P.UNABLE_TO_ADD_ELEMENT,
    ("CreateUserFiscalTransaction", Reason.FEE_EXISTS): P.DUPLICATE_FISCAL_TRANSACTION,
    ("DeleteUser", Reason.PATRON_IN_USE): P.ELEMENT_RULE_VIOLATED,
    ("DeleteItem", Reason.ITEM_IN_USE): P.ITEM_ACCESS_DENIED,
    ("DeleteItem", Reason.ITEM_UNKNOWN): P.UNKNOWN_ITEM,
}


@pytest.mark.parametrize("service", SERVICES)
def test_every_reason_has_a_word_that_the_service_may_say(service):
    own = SERVICES[service].problems
    for reason in Reason:
        word = problem_type(reason, service)
        assert not own or word in {*own, *GENERAL, *MESSAGING}, reason


@pytest.mark.parametrize(("service", "reason"), SELF_EXPLANATORY)
def test_what_the_standard_has_a_word_for_is_told_in_that_word(service, reason):
    assert problem_type(reason, service) is SELF_EXPLANATORY[service, reason]


def test_every_reason_has_words():
    assert set(WORDS) == set(Reason)


def test_nothing_that_is_settled_for_good_is_called_temporary():
    """Partners try again what is temporary, and again."""
    passing = {
        Reason.DOWNTIME, Reason.SYSTEM_UNAVAILABLE, Reason.SYSTEM_BUSY, Reason.BEING_PROCESSED, Reason.JOURNAL_AWAY,
        Reason.OUTCOME_UNKNOWN,
    }  # fmt: skip
    told = {
        (service, reason)
        for service, each in SERVICES.items()
        if P.ELEMENT_RULE_VIOLATED in each.problems or not each.problems
        for reason in Reason
        if problem_type(reason, service) is P.TEMPORARY_PROCESSING_FAILURE
    }
    assert {reason for _, reason in told} == passing


@pytest.mark.parametrize("reason", Reason)
def test_the_partner_reads_why_in_its_language(reason):
    partner = NcipPartner(Profile(language="zh"), StubSystem(lambda _: Refused(reason)))
    found = partner.ask(f"<LookupUser>{USER}</LookupUser>").at("Problem")

    assert found.value("ProblemType") == problem_type(reason, "LookupUser").value
    assert found.value("ProblemDetail") == " ".join(wording(reason, "zh").split())


@pytest.mark.parametrize(
    "service", [name for name in MINIMAL if "AuthenticationInput" in SERVICES[name].initiation]
)
def test_a_problem_names_an_element_of_the_request_and_never_a_secret(service):
    whole = MINIMAL[service].replace(USER, CARD + PIN)
    document = f"<{service}>{whole}</{service}>"
    for reason in ABOUT:
        partner = NcipPartner(system=StubSystem(lambda _, why=reason: Refused(why)))
        for told in partner.ask(document).all("Problem"):
            assert f"<{told.value('ProblemElement')}" in document
            assert told.value("ProblemValue") in document
            assert "1234" not in told.value("ProblemValue")
            assert "R0001" not in told.value("ProblemValue")


@pytest.mark.parametrize(
    "service", [name for name in MINIMAL if any(each in MINIMAL[name] for each in IDENTIFIERS)]
)
def test_an_identifier_that_is_none_is_told_in_a_word_of_the_service(service):
    whole = MINIMAL[service]
    for each in IDENTIFIERS:
        whole = whole.replace(each, "R|1")
    told = problems(NcipPartner().ask(f"<{service}>{whole}</{service}>"))

    relatives = () if SERVICES[service].problems else (P.UNKNOWN_ITEM, P.UNKNOWN_USER, P.UNKNOWN_REQUEST)
    assert set(told) <= {
        each.value for each in (*SERVICES[service].problems, *relatives, P.UNSUPPORTED_SERVICE)
    }


def test_an_identifier_that_is_none_belongs_to_nothing_that_is_known():
    partner = NcipPartner()
    bad_item = ITEM.replace("CD0001", "CD0001|")
    assert problems(partner.ask(f"<CheckInItem>{bad_item}</CheckInItem>")) == ["Unknown Item"]
    assert problems(partner.ask(f"<LookupItem>{bad_item}</LookupItem>")) == ["Element Rule Violated"]
    bad_user = USER.replace("R0001", "R0001|")
    assert problems(partner.ask(f"<CheckOutItem>{bad_user}{ITEM}</CheckOutItem>")) == ["Unknown User"]
