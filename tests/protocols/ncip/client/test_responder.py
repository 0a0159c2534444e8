"""A message out, and the one that answers it back; or it is known what that means."""

import pytest
from twisted.internet.defer import Deferred

from ncip_partner import v2
from ncip_responders import InMemory, ok
from softdock.circulation.errors import AnswerLost, MalformedReply, Misconfigured, SystemBusy
from softdock.protocols.ncip.client import Responder
from softdock.protocols.ncip.codec import InvalidAnswer, read
from softdock.protocols.ncip.message import FORM_2_02, Element, Message

LOOKUP = Message(
    FORM_2_02,
    [Element("LookupItem", children=[Element("ItemId", children=[Element("ItemIdentifierValue", "B1")])])],
)
FOUND = v2(
    "<LookupItemResponse><ItemId><ItemIdentifierValue>B1</ItemIdentifierValue></ItemId></LookupItemResponse>"
)


class Asked:
    """A message that is on its way, and what becomes of it."""

    def __init__(self, message=LOOKUP, *belongs):
        self.system = InMemory()
        self.responder = Responder(self.system.pool, 5.0)
        self.outcome = []
        asking = Deferred.fromCoroutine(self.responder.ask(message, *belongs))
        asking.addCallbacks(self.outcome.append, lambda failure: self.outcome.append(failure.value))

    def answered(self, response):
        (line,) = self.system.lines
        line.says(response)
        return self.outcome[0]


def test_a_message_is_answered_by_the_response_of_its_service():
    asked = Asked()
    (line,) = asked.system.lines
    sent = line.wire.value().partition(b"\r\n\r\n")[2]

    answer = asked.answered(ok(FOUND))

    assert read(sent).body.name == "LookupItem"
    assert answer.message.body.value("ItemId", "ItemIdentifierValue") == "B1"
    assert answer.problems == []
    assert answer.reply.document == FOUND


@pytest.mark.parametrize(
    "inner",
    [
        "<LookupItemResponse><Problem><ProblemType>Unknown Item</ProblemType></Problem></LookupItemResponse>",
        "<Problem><ProblemType>Unknown Item</ProblemType></Problem>",
    ],
)
def test_problems_are_told_wherever_they_stand(inner):
    answer = Asked().answered(ok(v2(inner)))

    assert [each.value("ProblemType") for each in answer.problems] == ["Unknown Item"]


def test_a_message_behind_a_status_that_is_none_is_an_answer():
    assert Asked().answered(ok(FOUND, status="400 Bad Request")).reply.status == 400


def test_another_answer_than_that_of_the_service_costs_the_connection():
    asked = Asked()

    outcome = asked.answered(ok(v2("<ItemShippedResponse/>")))

    assert isinstance(outcome, MalformedReply)
    assert asked.system.lines[0].gone


def test_an_answer_that_belongs_to_something_else_costs_the_connection():
    compared = []

    def never(asked, answer):
        compared.append((asked, answer.body.name))
        raise MalformedReply("NCIP", "ItemId", "B1")

    asked = Asked(LOOKUP, never)

    assert isinstance(asked.answered(ok(FOUND)), MalformedReply)
    assert asked.system.lines[0].gone
    assert compared == [(LOOKUP, "LookupItemResponse")]


def test_a_responder_of_other_versions_may_say_so():
    versions = "<LookupVersionResponse><FromAgencyId><AgencyId>A</AgencyId></FromAgencyId><ToAgencyId><AgencyId>B</AgencyId></ToAgencyId><VersionSupported>1.0</VersionSupported></LookupVersionResponse>"

    assert Asked().answered(ok(v2(versions))).message.body.value("VersionSupported") == "1.0"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("301 Moved Permanently", Misconfigured),
        ("302 Found", AnswerLost),
        ("307 Temporary Redirect", Misconfigured),
        ("308 Permanent Redirect", Misconfigured),
        ("401 Unauthorized", Misconfigured),
        ("404 Not Found", Misconfigured),
        ("400 Bad Request", Misconfigured),
        ("501 Not Implemented", Misconfigured),
        ("408 Request Timeout", SystemBusy),
        ("429 Too Many Requests", SystemBusy),
        ("503 Service Unavailable", SystemBusy),
        ("500 Internal Server Error", AnswerLost),
        ("502 Bad Gateway", AnswerLost),
        ("504 Gateway Timeout", AnswerLost),
        ("200 OK", MalformedReply),
    ],
)
def test_a_page_in_place_of_a_message_is_told_by_its_status(status, kind):
    outcome = Asked().answered(ok(b"<html><body>no</body></html>", status=status))

    assert type(outcome) is kind


def test_a_message_that_does_not_fit_is_not_sent():
    asked = Asked(Message(FORM_2_02, [Element("LookupItem")]))

    assert isinstance(asked.outcome[0], InvalidAnswer)
    assert asked.system.lines == []
