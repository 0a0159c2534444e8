"""Whatever is wished and whatever is answered, it comes to an outcome, or to an error that the desk knows."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ncip_outcomes import any_of
from ncip_partner import finished
from ncip_strategies import FORM_1_01, damaged, document, messages_1, messages_2
from ncip_told import a_system
from softdock.circulation.errors import LibrarySystemError
from softdock.circulation.identifiers import Secret
from softdock.circulation.outcomes import Done, Refused
from softdock.protocols.ncip import south
from softdock.protocols.ncip.codec import Unreadable, read, write
from softdock.protocols.ncip.south import WORKS
from softdock.protocols.ncip.tables.services import SERVICES

VERSIONS = ["2.02", "2.01", "2.0", "1.01", "1.0"]
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
OPERATIONS = sorted(WORKS, key=lambda each: each.__name__)


NAMED = {"patron": "R1", "item": "B1", "title": "T1", "hold": "H1"}


def wished(kind, draw):
    """Any operation of the kind, on whom and what a document can name, or else it would be refused without asking."""
    wish = draw(any_of(kind))
    given = {name: value for name, value in NAMED.items() if getattr(wish, name, None) is not None}
    if getattr(wish, "pin", None) is not None:
        given["pin"] = Secret("1234")
    return replace(wish, **given) if draw(st.integers(0, 9)) else wish


class Drawing:
    """A system that answers each service with whatever its response may hold."""

    def __init__(self, draw, version, response):
        self.system = a_system(version)
        self.draw = draw
        self.response = response
        self.asked = []

    async def ask(self, message):
        write(message)
        self.asked.append(message.body.name)
        try:
            return read(self.draw(self.response(message.body.name)))
        except Unreadable as why:
            raise LibrarySystemError(str(why)) from None

    def outcome(self, operation):
        try:
            return finished(south.perform(operation, south.Talk(self.system, self.ask)))
        except LibrarySystemError as error:
            return error


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", OPERATIONS, ids=lambda each: each.__name__)
@settings(max_examples=8, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_any_answer_of_the_schema_is_understood(kind, version, data):
    def response(service):
        name = SERVICES[service].response
        if version.startswith("2"):
            return messages_2(name).map(document)
        return messages_1(name).map(lambda each: document(each, FORM_1_01))

    system = Drawing(data.draw, version, response)
    outcome = system.outcome(wished(kind, data.draw))
    assert isinstance(outcome, (Done, Refused, LibrarySystemError))


@pytest.mark.parametrize("kind", OPERATIONS, ids=lambda each: each.__name__)
@settings(max_examples=8, deadline=None, suppress_health_check=SLOW)
@given(st.data())
def test_so_is_any_answer_that_is_not_quite_of_the_schema(kind, data):
    system = Drawing(
        data.draw, "2.02", lambda service: damaged(messages_2(SERVICES[service].response)).map(document)
    )
    outcome = system.outcome(wished(kind, data.draw))
    assert isinstance(outcome, (Done, Refused, LibrarySystemError))
