"""What is written is read back, and what others write is read alike."""

import pytest

from softdock.protocols.ncip.codec import InvalidAnswer, read, write
from softdock.protocols.ncip.message import FORM_2_02, Element, Message

REQUEST = b"""<?xml version="1.0" encoding="UTF-8"?>
<ns1:NCIPMessage xmlns:ns1="http://www.niso.org/2008/ncip"
    ns1:version="http://www.niso.org/schemas/ncip/v2_02/ncip_v2_02.xsd">
  <ns1:LookupUser>
    <ns1:UserId>
      <ns1:AgencyId ns1:Scheme="urn:isil">LIB</ns1:AgencyId>
      <ns1:UserIdentifierValue> 21000000000017
      </ns1:UserIdentifierValue>
    </ns1:UserId>
    <ns1:LoanedItemsDesired/>
  </ns1:LookupUser>
</ns1:NCIPMessage>
"""


def a_lookup() -> Message:
    agency = Element("AgencyId", "LIB", "urn:isil")
    user = Element("UserId", children=[agency, Element("UserIdentifierValue", "21000000000017")])
    return Message(FORM_2_02, [Element("LookupUser", children=[user, Element("LoanedItemsDesired")])])


def test_a_request_is_read_into_the_model():
    assert read(REQUEST) == a_lookup()


def test_a_message_is_read_back_as_it_was_written():
    assert read(write(a_lookup())) == a_lookup()


def test_children_are_put_in_the_order_of_the_standard():
    shuffled = a_lookup()
    shuffled.body.children.reverse()
    shuffled.body.children[1].children.reverse()
    assert write(shuffled) == write(a_lookup())


def test_what_the_schema_does_not_take_is_not_written_and_no_value_is_told():
    message = a_lookup()
    message.body.children.append(Element("DateDue", "tomorrow, says 21000000000017"))
    with pytest.raises(InvalidAnswer) as caught:
        write(message)
    assert caught.value.element == "DateDue"
    assert "21000000000017" not in str(caught.value)
