"""Partners and kiosks that all want the same item: one gets it, and every other is told that it is lent."""

import json
from contextlib import ExitStack

import pytest

import lenders
from ncip_lines import OnAStream, OverHttp, item, user
from ncip_partner import problems
from running import softdock
from softdock.circulation.locale.en import WORDING
from softdock.circulation.reasons import Reason

pytestmark = pytest.mark.socket

PARTNERS, KIOSKS = 50, 20
WANTED = 6
NCIP = [{"ncip": "127.0.0.1:0"}, {"ncip-tcp": "127.0.0.1:0"}]
LOST = {lenders.LENT, WORDING[Reason.BEING_PROCESSED]}
"""What whoever comes too late is told."""


def settings(database):
    how = lenders.settings(database)
    how["accounts"].append({"agency": "X", "library": lenders.LIBRARY})
    return how | {"listen": [*how["listen"][:1], *NCIP, *how["listen"][1:]]}


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def books(request, tmp_path):
    """A library's books, and for how many workers they are."""
    if request.param == "memory":
        return "memory", 1
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/books.db", 2
    cluster = request.getfixturevalue("postgres")
    return cluster.url(cluster.database()), 2


def text_of(answer):
    return answer.partition("|AF")[2].partition("|")[0]


def test_of_fifty_partners_and_twenty_kiosks_one_gets_the_item(tmp_path, books):
    """On connections that stay open for all the items; then the books say what everybody was told."""
    database, workers = books
    held = json.dumps(lenders.holdings(PARTNERS + KIOSKS, WANTED))
    how = settings(database) | {"store": f"sqlite:///{tmp_path}/store.db"}
    with (
        softdock(tmp_path, how, "--workers", str(workers), holdings_json=held) as running,
        ExitStack() as stack,
    ):
        sip2, http, stream = running.ports[:3]
        partners = [
            stack.enter_context(OnAStream(stream) if number % 2 else OverHttp(http))
            for number in range(PARTNERS)
        ]
        kiosks = [lenders.connected(sip2) for _ in range(KIOSKS)]
        for each in kiosks:
            stack.callback(each.socket.close)
        winners = {}
        for wanted in lenders.contested_items(WANTED):
            for number, each in enumerate(partners):
                each.say("CheckOutItem", user(lenders.patron(number)) + item(wanted))
                if number < KIOSKS:
                    kiosks[number].say(lenders.loan_of(wanted, lenders.patron(PARTNERS + number)))
            told = [each.hear() for each in partners]
            heard = [each.hear() for each in kiosks]
            lucky = [number for number, found in enumerate(told) if not problems(found)]
            lucky += [PARTNERS + number for number, answer in enumerate(heard) if answer.startswith("121")]
            assert len(lucky) == 1, (told, heard)
            winners[wanted] = lenders.patron(lucky[0])
            why = {each.value("Problem", "ProblemDetail") for each in told if problems(each)}
            assert why | {text_of(answer) for answer in heard if answer[2] == "0"} <= LOST
        for wanted, winner in winners.items():
            loans = partners[0].ask("LookupUser", user(winner) + "<LoanedItemsDesired/>").all("LoanedItem")
            assert wanted in [each.value("ItemId", "ItemIdentifierValue") for each in loans]
            assert f"|AU{wanted}" in kiosks[0].ask(lenders.loans_of(winner, 1, WANTED))
        assert running.terminate() == 0
