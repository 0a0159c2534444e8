"""What a version does not know is not sent to it."""

import pytest

from softdock.protocols.ncip.codec import read, write
from softdock.protocols.ncip.message import Element, Form, Message


def answered(element: Element, level: tuple[int, int]) -> Element:
    return read(write(Message(Form(level=level), [element]))).body


def a_record(value: str) -> Element:
    return Element(
        "BibliographicRecordId",
        children=[Element("BibliographicRecordIdentifier", value), Element("AgencyId", "LIB")],
    )


def an_item(*fields: Element) -> Element:
    item = Element("ItemId", children=[Element("ItemIdentifierValue", "31")])
    return Element(
        "LookupItemResponse", children=[item, Element("ItemOptionalFields", children=list(fields))]
    )


@pytest.mark.parametrize(("level", "told"), [((2, 0), False), ((2, 1), False), ((2, 2), True)])
def test_an_item_has_its_due_date_since_2_02(level: tuple[int, int], told: bool):
    fields = answered(an_item(Element("DateDue", "2026-03-01T00:00:00Z")), level).first("ItemOptionalFields")
    assert fields.has("DateDue") is told


@pytest.mark.parametrize(("level", "told"), [((2, 0), 1), ((2, 1), 2)])
def test_a_description_has_several_records_since_2_01(level: tuple[int, int], told: int):
    description = Element("BibliographicDescription", children=[a_record("1"), a_record("2")])
    records = (
        answered(an_item(description), level).at("ItemOptionalFields", "BibliographicDescription").children
    )
    assert [each.value("BibliographicRecordIdentifier") for each in records] == ["1", "2"][:told]


@pytest.mark.parametrize(("level", "told"), [((2, 0), False), ((2, 1), True)])
def test_an_updated_request_may_want_a_restriction_acknowledged_since_2_01(
    level: tuple[int, int], told: bool
):
    problem = Element("Problem", children=[Element("ProblemType", "Element Rule Violated")])
    restriction = Element("RequiredItemUseRestrictionType", "Not For Loan")
    answer = answered(Element("UpdateRequestItemResponse", children=[problem, restriction]), level)
    assert answer.has("RequiredItemUseRestrictionType") is told


def test_who_asks_by_a_service_of_2_02_is_answered_by_what_it_has():
    """Some senders name 2.0 whatever they send."""
    problem = Element("Problem", children=[Element("ProblemType", "Unknown Item")])
    answer = Element("LookupItemSetResponse", children=[Element("BibInformation", children=[problem])])
    assert answered(answer, (2, 0)) == answer
