"""The table of what NCIP cannot tell a system holds exactly what makes no difference to what is sent."""

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest

from ncip_behind import NcipBehind
from ncip_strategies import document
from softdock.circulation.errors import LibrarySystemError
from softdock.circulation.operations import LookupPatron
from softdock.circulation.patrons import PatronList
from softdock.circulation.stepping import Waiting, step
from softdock.protocols.ncip import south
from softdock.protocols.ncip.message import Element, Message
from softdock.protocols.ncip.south.losses import REQUESTS
from softdock.protocols.ncip.tables.services import SERVICES
from varied import Noticed, bare, declared, full

SYSTEM = replace(
    NcipBehind().system,
    now=lambda: datetime(2026, 3, 2, tzinfo=UTC),
    dialect=south.SystemDialect(honours_mandated=True),
    missing=set(),
)


def sent(operation):
    """What is sent to a system whose answers tell nothing; where nothing is, what comes of it."""
    documents = []

    async def ask(message):
        documents.append(document(message.body))
        return Message(message.form, [Element(SERVICES[message.body.name].response)])

    try:
        outcome = step(south.perform(operation, south.Talk(SYSTEM, ask)))
    except LibrarySystemError as error:
        outcome = str(error)
    assert not isinstance(outcome, Waiting)
    return documents or [repr(outcome)]


def of_every_sort(kind):
    """An operation in which everything is said, one in which little is, and what lies between."""
    wanted = [{"wanted": each} for each in PatronList] if kind is LookupPatron else [{}]
    found = [made(kind, **each) for each in wanted for made in (full, bare)]
    own = {each.name for each in fields(kind)}
    for name, empty in (("pin", None), ("no_block", False), ("cancel", False), ("happened", None)):
        if name in own:
            found += [replace(each, **{name: empty}) for each in found]
    return found


@pytest.fixture(scope="module")
def requests():
    looked = Noticed()
    for kind in south.WORKS:
        for operation in of_every_sort(kind):
            looked.look_at_own(operation, sent)
    return looked


def test_what_no_request_carries_is_declared_and_nothing_else(requests):
    """Whoever adds an attribute has it sent, or says that it is lost."""
    assert requests.unnoticed == declared(REQUESTS)


def test_every_operation_that_ncip_has_is_looked_at():
    assert {each.kind for each in REQUESTS.tables} == set(south.WORKS)
