"""From an agreement to a profile, and from a document to its answer and what operators see of it."""

import io
import json

import pytest

from ncip_partner import NcipPartner, finished, v2
from softdock.circulation.accounts import Account
from softdock.circulation.holds import HoldKind, HoldStatus
from softdock.circulation.identifiers import LibraryId, Secret
from softdock.circulation.items import CirculationStatus, MediaType
from softdock.circulation.partners import Claimed, Stranger
from softdock.circulation.reasons import Reason
from softdock.ops.exposition import registry_of
from softdock.ops.fronts.partners import Answering, most_waiting, profile_choice, profile_of, terms_of
from softdock.ops.logging import Log
from softdock.ops.metrics import Metrics
from softdock.ops.observers import Observers
from softdock.ops.operation_log import LogObserver
from softdock.ops.settings import settings_from
from softdock.ops.workers.post import ALONE
from softdock.protocols.ncip.north import Profile
from softdock.protocols.ncip.north.exchange import Exchange, Exchanged
from softdock.protocols.ncip.tables.problem_types import ProblemType
from softdock.protocols.ncip.transport import Received, Transport, Way
from stubs import an_account


def settings(**parts):
    whole = {
        "listen": [{"ncip": "127.0.0.1:0"}],
        "libraries": {"CDL": {"system": {"adapter": "inhouse", "database": "memory"}}},
    }
    return settings_from(whole | parts)


def profile(**agreed):
    found = settings(profiles={"p": {"ncip": agreed, "time_zone": "Asia/Shanghai"}})
    return profile_of("p", found.profiles["p"])


# --- what is agreed -----------------------------------------------------------------------------------------


def test_an_agreement_that_says_nothing_is_the_usual_profile():
    """The settings and the services state the defaults each in its own place."""
    made, usual = profile_of("default", settings().profiles["default"]), Profile()
    differing = [name for name in Profile.__slots__ if getattr(made, name) != getattr(usual, name)]
    assert [name for name in differing if getattr(made, name) != {"zh": {}, "en": {}}] == []


def test_what_is_agreed_arrives():
    made = profile(
        language="zh",
        headers="always",
        dates="local",
        checkin_not_on_loan="done",
        name_order="given-name-first",
        unknown_scheme="refuse",
        unknown_due="indeterminate",
        circulation_status={"lost": "Long Overdue"},
        user_id_inputs=["Library  Card"],
        services=["LookupUser"],
    )
    assert made.language == "zh"
    assert made.headers_always
    assert made.local_dates
    assert made.checkin_not_lent_is_done
    assert made.given_name_first
    assert not made.unknown_schemes_accepted
    assert made.unknown_due_is_indeterminate
    assert made.crosswalk.circulation_status.tell(CirculationStatus.LOST) == "Long Overdue"
    assert made.user_id_inputs == {"library card"}
    assert made.services == {"LookupUser"}
    assert str(made.zone) == "Asia/Shanghai"


def test_the_words_of_a_partner_end_in_one_crosswalk():
    made = profile(
        words={"media_type": {"cd": "Silver Disc"}, "hold_status": {"ready": {"heard": "On Shelf"}}},
        circulation_status={"lost": ["Long Overdue", "Aged"]},
        request_types={"Digital": "non-returnable  copy"},
        problems={"item-on-hold": "item does not circulate"},
    )
    assert made.crosswalk.media_type.tell(MediaType.CD) == "Silver Disc"
    assert made.crosswalk.hold_status.hear("on shelf") is HoldStatus.READY
    assert made.crosswalk.circulation_status.hear("aged") is CirculationStatus.LOST
    assert made.crosswalk.hold_kind.hear("digital") is HoldKind.COPY
    assert made.crosswalk.hold_kind.tell(HoldKind.COPY) == "Non-returnable Copy"
    assert made.problems == {Reason.ITEM_ON_HOLD: (ProblemType.ITEM_DOES_NOT_CIRCULATE,)}


def test_names_are_translated_both_ways_and_the_first_of_several_is_the_partners():
    made = profile(agencies={"Main Library": "CDL", "OLD": "CDL"}, pickup_locations={"Desk 1": "1F"})
    assert made.agencies == {"main library": "CDL", "old": "CDL"}
    assert made.names_of_agencies == {"CDL": "Main Library"}
    assert (made.pickup_locations, made.names_of_pickup_locations) == ({"desk 1": "1F"}, {"1F": "Desk 1"})


def test_an_account_without_a_profile_has_the_one_called_default():
    choice = profile_choice(settings(profiles={"p": {"ncip": {"max_items": 7}}}))
    assert choice(an_account(profile="p")).max_items == 7
    assert choice(an_account()).max_items == 100


def test_the_terms_of_an_account_are_folded():
    found = settings(
        accounts=[
            {"agency": ["Relais ", "CQ"], "system": "ILL  One", "certificate": "A.Example", "library": "CDL"}
        ]
    )
    (terms,) = terms_of(found.accounts)
    assert (terms.agencies, terms.system, terms.certificate) == ({"relais", "cq"}, "ill one", "a.example")


def test_what_listeners_let_wait_is_added_up():
    listen = [{"ncip": "127.0.0.1:0", "limits": {"waiting": 3}}, {"ncip-tcp": "127.0.0.1:0"}]
    assert most_waiting(settings(listen=listen), ALONE) == 1003


# --- what comes of a message --------------------------------------------------------------------------------


class Bench:
    """Documents in, answers out, and what was counted and logged."""

    def __init__(self, exchange):
        self._written = io.BytesIO()
        self.metrics = Metrics()
        log = Log(self._written, as_json=True)
        observers = Observers(self.metrics, LogObserver(log))
        self._answering = Answering(exchange, observers)
        self._registry = registry_of(self.metrics, None, lambda: 0, list)

    def send(self, document, **way):
        way = Way("192.0.2.7", Transport.HTTP, **way)
        return finished(self._answering.answer(Received(document, "", way)))

    def counted(self, name, **labels):
        return self._registry.get_sample_value(name, labels)

    def logged(self):
        return [json.loads(each) for each in self._written.getvalue().splitlines()]


LOOKUP = v2("<LookupUser><UserId><UserIdentifierValue>R0001</UserIdentifierValue></UserId></LookupUser>")


def test_messages_are_counted_by_service_and_outcome():
    bench = Bench(NcipPartner().exchange)
    assert bench.send(LOOKUP).status == 200
    bench.send(LOOKUP.replace(b"R0001", b"R9999"))
    bench.send(v2("<Borrow/>"))
    bench.send(b"no message")
    total = "softdock_ncip_messages_total"
    assert bench.counted(total, service="LookupUser", outcome="done") == 1
    assert bench.counted(total, service="LookupUser", outcome="problem") == 1
    assert bench.counted(total, service="unknown", outcome="problem") == 1
    assert bench.counted(total, service="unreadable", outcome="problem") == 1
    assert bench.counted("softdock_ncip_problems_total", service="LookupUser", problem="Unknown User") == 1
    (line,) = bench.logged()
    assert (line["address"], line["problem"]) == ("192.0.2.7", "Invalid Message Syntax Error")


class Doorkeeper:
    """Knows nobody, and remembers who came."""

    def __init__(self, why):
        self.why = why
        self.came = []

    async def partner(self, claimed):
        self.came.append(claimed)
        return self.why


@pytest.mark.parametrize("why", Stranger)
def test_strangers_are_told_in_a_valid_answer_or_at_the_gate(why):
    """Whatever is wrong beside the message is a matter of HTTP."""
    bench = Bench(Exchange(NcipPartner().desk, Doorkeeper(why), lambda _: Profile()))
    expected = {Stranger.UNPROVEN: 401, Stranger.NOT_HERE: 403}.get(why, 200)
    assert bench.send(LOOKUP).status == expected
    assert bench.counted("softdock_ncip_strangers_total", why=why.value) == 1
    (line,) = bench.logged()
    assert (line["why"], line["address"]) == (why.value, "192.0.2.7")


def test_everything_that_came_beside_the_message_is_claimed():
    keeper = Doorkeeper(Stranger.UNKNOWN_AGENCY)
    bench = Bench(Exchange(NcipPartner().desk, keeper, lambda _: Profile()))
    secret, token = Secret("s"), Secret("t")
    header = "<InitiationHeader><FromAgencyId><AgencyId>X</AgencyId></FromAgencyId></InitiationHeader>"
    asked = LOOKUP.replace(b"<UserId>", header.encode() + b"<UserId>", 1)
    bench.send(asked, path_account="p", basic=("u", secret), token=token, certificate=("c",))
    assert keeper.came == [
        Claimed(
            agency="X", path="p", address="192.0.2.7", certificates=("c",), user="u", password=secret, token=token
        )
    ]  # fmt: skip
    assert bench.logged()[0]["agency"] == "X"


def test_an_answer_that_was_withheld_is_told_as_a_fault_of_ours():
    class Faulty:
        async def answer(self, document, charset, way):
            account = Account("partner", LibraryId("CDL"))
            return Exchanged(
                b"<x/>", "LookupUser", account, ("Temporary Processing Failure",), fault="DateDue"
            )

    bench = Bench(Faulty())
    bench.send(LOOKUP)
    assert bench.counted("softdock_ncip_answers_withheld_total", service="LookupUser") == 1
    (line,) = bench.logged()
    assert (line["level"], line["account"], line["fault"]) == ("error", "partner", "DateDue")
