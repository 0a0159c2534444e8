"""What is written is read back, in every message of both families."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ncip_strategies import FORM_1_01, MESSAGES_1, MESSAGES_2, document, messages_1, messages_2
from softdock.protocols.ncip.codec import InvalidAnswer, read, write
from softdock.protocols.ncip.message import FORM_2_02, Element, Form, Message


@pytest.mark.parametrize("name", MESSAGES_2)
@settings(max_examples=8)
@given(data=st.data())
def test_a_message_is_read_back_as_it_was_written(name: str, data: st.DataObject):
    message = Message(FORM_2_02, [data.draw(messages_2(name))])
    assert read(write(message)) == message


@pytest.mark.parametrize("name", MESSAGES_1)
@settings(max_examples=8)
@given(data=st.data())
def test_a_message_of_version_1_is_read_and_written_without_loss(name: str, data: st.DataObject):
    """But for the elements around the one that an error is about, and a Problem beside another."""
    message = read(document(data.draw(messages_1(name)), FORM_1_01))
    assert message.form == FORM_1_01
    assert message.body.name == name
    assert read(write(message)) == message


@settings(max_examples=60)
@given(element=messages_2(), seed=st.randoms(use_true_random=False))
def test_children_are_put_in_the_order_of_the_standard(element: Element, seed):
    """Whoever builds an answer says what is in it; elements of one name keep the order among themselves."""
    shuffled = copy.deepcopy(element)
    for each in shuffled.walk():
        names = [child.name for child in each.children]
        seed.shuffle(names)
        queues = {name: [child for child in each.children if child.name == name] for name in names}
        each.children = [queues[name].pop(0) for name in names]
    assert write(Message(FORM_2_02, [shuffled])) == write(Message(FORM_2_02, [element]))


def test_what_a_message_holds_is_not_touched_by_writing_it():
    user = Element("UserId", children=[Element("UserIdentifierValue", "1"), Element("AgencyId", "LIB")])
    message = Message(FORM_2_02, [Element("DeleteUser", children=[user])])
    before = copy.deepcopy(message)
    write(message)
    assert message == before


def test_what_the_schema_does_not_take_is_not_written_and_no_value_is_told():
    late = Element("DateDue", "tomorrow' is what 21000000000017 says")
    message = Message(FORM_2_02, [Element("RecallItemResponse", children=[Element("ItemId"), late])])
    message.body.first("ItemId").children.append(Element("ItemIdentifierValue", "31"))
    with pytest.raises(InvalidAnswer) as caught:
        write(message)
    assert caught.value.element == "DateDue"
    assert "dateTime" in caught.value.detail
    assert "21000000000017" not in str(caught.value)


def test_what_is_missing_is_named_by_the_element_that_lacks_it():
    with pytest.raises(InvalidAnswer) as caught:
        write(Message(FORM_2_02, [Element("DeleteUserResponse")]))
    assert caught.value.element == "DeleteUserResponse"


def test_an_element_of_another_namespace_is_not_written():
    inside = Element("Ext", children=[Element("{urn:other}Thing", "1")])
    with pytest.raises(InvalidAnswer) as caught:
        write(Message(FORM_2_02, [Element("ItemShippedResponse", children=[inside])]))
    assert caught.value.element == "{urn:other}Thing"


def test_what_xml_cannot_carry_is_replaced():
    name = Element("UserIdentifierValue", "a\0b\x1bc\ud800d\ufffee<&>\"'")
    message = Message(
        FORM_2_02, [Element("DeleteUserResponse", children=[Element("UserId", children=[name])])]
    )
    assert read(write(message)).body.value("UserId", "UserIdentifierValue") == "a�b�c�d�e<&>\"'"


def test_an_answer_speaks_the_version_of_its_request():
    version = "http://www.niso.org/schemas/ncip/v2_0/imp1/xsd/ncip_v2_01.xsd?a=<\"&'>"
    form = Form(version=version, level=(2, 1))
    answer = write(Message(form, [Element("ItemShippedResponse")]))
    assert b"&quot;" in answer
    assert read(answer).form == form


def test_version_2_is_written_with_a_prefix_on_elements_and_attributes():
    agency = Element("AgencyId", "LIB", "urn:isil")
    assert write(Message(FORM_2_02, [Element("CreateAgencyResponse", children=[agency])])) == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b'<ns1:NCIPMessage xmlns:ns1="http://www.niso.org/2008/ncip" '
        b'ns1:version="http://www.niso.org/schemas/ncip/v2_02/ncip_v2_02.xsd">'
        b'<ns1:CreateAgencyResponse><ns1:AgencyId ns1:Scheme="urn:isil">LIB</ns1:AgencyId>'
        b"</ns1:CreateAgencyResponse></ns1:NCIPMessage>\n"
    )
