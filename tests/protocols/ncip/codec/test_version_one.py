"""What version 1 calls otherwise, and what it lacks."""

import pytest

from ncip_strategies import FORM_1_01
from softdock.protocols.ncip.codec import InvalidAnswer, read, write
from softdock.protocols.ncip.message import Element, Family, Form, Message
from softdock.protocols.ncip.tables.version_one import VERSION_1

FORM_1_0 = Form(Family.V1, VERSION_1, (1, 0))


def an_agency(name: str = "AgencyId", value: str = "LIB") -> Element:
    return Element(name, value, "urn:isil")


def a_header() -> Element:
    ends = [Element(name, children=[an_agency()]) for name in ("FromAgencyId", "ToAgencyId")]
    return Element("ResponseHeader", children=ends)


def a_user(*parts: Element) -> Element:
    return Element("UserId", children=[*parts, Element("UserIdentifierValue", "2100")])


def written(*children: Element, name: str = "LookupUserResponse", form: Form = FORM_1_01) -> str:
    return write(Message(form, [Element(name, children=list(children))])).decode()


def test_an_answer_has_the_document_type_of_its_version_and_no_namespace():
    answer = written(a_header(), a_user(an_agency()))
    assert answer.startswith(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<!DOCTYPE NCIPMessage PUBLIC "-//NISO//NCIP DTD Version 1.01//EN" '
        '"http://ncip.envisionware.com/documentation/ncip_v1_01.dtd">\n'
        '<NCIPMessage version="http://ncip.envisionware.com/documentation/ncip_v1_01.dtd"><LookupUserResponse>'
    )
    assert '"-//NISO//NCIP DTD Version 1//EN"' in written(a_header(), a_user(an_agency()), form=FORM_1_0)


def test_a_version_that_could_break_out_of_the_document_type_does_not_stand_there():
    hostile = 'http://x/v1_0"[<!ENTITY a "b">]>'
    answer = written(a_user(an_agency()), form=Form(Family.V1, hostile, (1, 0)))
    assert f'"{VERSION_1}">' in answer
    assert read(answer.encode()).form.version == hostile


def test_an_identifier_without_agency_is_one_of_the_answering_agency():
    answer = read(written(a_header(), a_user()).encode())
    assert answer.body.value("UserId", "AgencyId") == "LIB"


def test_where_nobody_says_whose_an_identifier_is_none_is_made_up():
    with pytest.raises(InvalidAnswer) as caught:
        written(a_user())
    assert caught.value.element == "UserIdentifierValue"


def test_a_coded_value_without_scheme_gets_the_customary_one_or_says_that_it_has_none():
    known = Element("UserLanguage", "chi")
    unknown = Element("UserPrivilege", children=[an_agency(), Element("AgencyUserPrivilegeType", "STUDENT")])
    answer = written(a_header(), a_user(), Element("UserOptionalFields", children=[known, unknown]))
    assert (
        "<UserLanguage><Scheme>http://lcweb.loc.gov/standards/iso639-2/bibcodes.html</Scheme><Value>chi</Value>"
        in answer
    )
    assert "<AgencyUserPrivilegeType><Scheme>none</Scheme><Value>STUDENT</Value>" in answer
    fields = read(answer.encode()).body.first("UserOptionalFields")
    assert fields.at("UserPrivilege", "AgencyUserPrivilegeType") == Element(
        "AgencyUserPrivilegeType", "STUDENT"
    )


def test_loans_requests_and_account_are_wrapped():
    count = Element("LoanedItemsCount", children=[Element("LoanedItemCountValue", "2")])
    count.children.append(Element("CirculationStatus", "On Loan"))
    answer = written(a_header(), a_user(), Element("UserOptionalFields"), count)
    assert "<UserTransaction><LoanedItemsCount><CirculationStatus>" in answer
    assert "</UserTransaction><UserOptionalFields/>" in answer
    assert read(answer.encode()).body.value("LoanedItemsCount", "LoanedItemCountValue") == "2"


def test_an_identifier_with_a_type_is_visible_where_that_may_stand():
    typed = a_user(Element("UserIdentifierType", "Barcode"))
    fields = Element("UserOptionalFields", children=[typed, a_user()])
    answer = written(a_header(), typed, fields)
    assert (
        "<UniqueUserId><UniqueAgencyId><Scheme>urn:isil</Scheme><Value>LIB</Value></UniqueAgencyId>" in answer
    )
    assert answer.count("<VisibleUserIdentifier>2100</VisibleUserIdentifier>") == 1
    assert answer.count("UserIdentifierValue>") == 2, "without a type it can be no visible one"


@pytest.mark.parametrize(
    ("kind", "error", "scheme"),
    [
        ("Unknown User", "ProcessingError", "processingerrortype/lookupuserprocessingerror.scm"),
        ("Needed Data Missing", "ProcessingError", "processingerrortype/generalprocessingerror.scm"),
        ("Unknown Element", "MessagingError", "messagingerrortype/messagingerrortype.scm"),
    ],
)
def test_a_problem_is_an_error_of_its_sort(kind: str, error: str, scheme: str):
    about = [Element("ProblemElement", "UserId"), Element("ProblemValue", "2100")]
    detail = Element("ProblemDetail", "There is no such card.")
    problem = Element("Problem", children=[Element("ProblemType", kind), detail, *about])
    answer = written(a_header(), problem, problem)
    assert f"<Problem><{error}><{error}Type>" in answer
    assert f"{scheme}</Scheme><Value>{kind}</Value>" in answer
    assert f"<ElementName>UniqueUserId</ElementName><{error}Value>2100</{error}Value>" in answer
    assert "card" not in answer, "there is no place for a sentence"
    assert answer.count("<Problem>") == 1, "there is one or none"
    (told,) = read(answer.encode()).body.all("Problem")
    assert told.value("ProblemType") == kind
    assert told.children[1:] == about


def test_a_problem_may_stand_alone():
    problem = Element("Problem", children=[Element("ProblemType", "Unsupported Service")])
    assert read(write(Message(FORM_1_0, [problem]))).body.value("ProblemType") == "Unsupported Service"


def test_what_came_with_version_2_is_left_out():
    loan = Element(
        "LoanedItem", children=[Element("ItemId", children=[Element("ItemIdentifierValue", "31")])]
    )
    loan.children += [Element("DateDue", "2026-03-01T00:00:00Z"), Element("Title", "红楼梦"), Element("Ext")]
    answer = written(a_header(), a_user(), loan)
    assert "<DateDue>2026-03-01T00:00:00Z</DateDue></LoanedItem>" in answer
    assert "<Scheme>urn:isil</Scheme><Value>LIB</Value></UniqueAgencyId><ItemIdentifierValue>31<" in answer


def test_versions_are_asked_for_in_a_root_of_their_own():
    question = (
        b'<NCIPVersionMessage version="http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd"><LookupVersion>'
        b"<FromAgencyId><UniqueAgencyId><Scheme>s</Scheme><Value>A</Value></UniqueAgencyId></FromAgencyId>"
        b"<ToAgencyId><UniqueAgencyId><Scheme>s</Scheme><Value>B</Value></UniqueAgencyId></ToAgencyId>"
        b"</LookupVersion></NCIPVersionMessage>"
    )
    message = read(question)
    assert message.form.root == "NCIPVersionMessage"
    assert b"<NCIPVersionMessage version=" in write(message)
    assert read(write(message)) == message


def test_a_patron_is_authenticated_by_a_service_of_its_own():
    answer = written(a_header(), a_user(), name="AuthenticateUserResponse")
    assert "<AuthenticateUserResponse><ResponseHeader>" in answer
