"""SoftDock as the library's system of another: what its own ready profile knows of it."""

from datetime import UTC, date
from pathlib import Path

import pytest

from softdock.adapters.sip2.ready import load_profile
from softdock.circulation.identifiers import ItemId, LibraryId, PatronId
from softdock.circulation.locale import LANGUAGES, wording
from softdock.circulation.operations import Checkout, LookupItem
from softdock.circulation.outcomes import Refused, Unknown
from softdock.circulation.reasons import Reason
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2 import south
from softdock.protocols.sip2.timestamps import StampClock


def behind_softdock():
    profile = load_profile("softdock", Path())
    clock = StampClock(UTC, lambda: 1767268800.0)
    return south.System(LibraryId("CQL"), "CQL", clock, "CNY", profile.dialect(UTC), profile.wire())


@pytest.mark.parametrize("reason", sorted(set(Reason) - {Reason.DECLINED}, key=lambda each: each.value))
@pytest.mark.parametrize("language", LANGUAGES)
def test_softdock_behind_softdock_keeps_every_reason(reason, language):
    """Whoever changes a wording changes it in the ready profile as well."""
    said_there = wording(reason, language, date(2026, 1, 31))
    rules = load_profile("softdock", Path()).dialect(UTC).texts
    meant = next(each.reason for each in rules if each.contains in said_there.casefold())

    assert meant is reason


@pytest.mark.parametrize(
    ("operation", "response", "outcome"),
    [
        (
            Checkout(PatronId("R1"), ItemId("I1")),
            m.CheckoutResponse,
            Unknown("Not done. Please see the desk."),
        ),
        (LookupItem(ItemId("I1")), m.ItemInformationResponse, None),
    ],
)
def test_a_system_that_has_lost_an_answer_itself_leaves_it_unknown(operation, response, outcome):
    """A loan that the house behind knows nothing of is not told as a no, which would be the end of it."""
    behind = behind_softdock()
    answer = response(
        item_identifier="I1", title_identifier="", screen_message=("Not done. Please see the desk.",)
    )
    found = south.read(operation, south.write(operation, behind), answer, behind)

    assert found == outcome if outcome else isinstance(found, Refused)
