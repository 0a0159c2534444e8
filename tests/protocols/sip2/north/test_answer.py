"""The way of one request: what is refused before the desk, and what a profile changes about a response."""

import pytest

from softdock.circulation.capabilities import Capability
from softdock.circulation.identifiers import ItemId, PatronId
from softdock.circulation.items import Item
from softdock.circulation.outcomes import Done, Lent, PatronReport, Refused, RenewedAll, SessionEnded
from softdock.circulation.patrons import Patron
from softdock.circulation.reasons import Reason
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.layouts import LAYOUTS
from softdock.protocols.sip2.messages import RESPONSE_TO
from softdock.protocols.sip2.north import TRANSLATIONS, read, write
from softdock.protocols.sip2.north.status import write_acs_status
from stubs import StubSystem, a_desk, a_library, result_of
from terminals import a_terminal

STAMP = "20260101    120000"


def respond(message, terminal=None, system=None):
    terminal = terminal or a_terminal()
    outcome = read(message, terminal)
    if not isinstance(outcome, Refused):
        desk = a_desk(a_library(system or StubSystem()))
        outcome = result_of(desk.perform(terminal.account, outcome))
    return write(message, outcome, terminal)


def test_every_request_of_the_standard_is_translated():
    """All but 93, 99 and 97, which are about the session."""
    assert {each.layout.code for each in TRANSLATIONS} == set(RESPONSE_TO) - {"93", "99"}


@pytest.mark.parametrize("kind", TRANSLATIONS, ids=lambda kind: kind.layout.code)
def test_a_request_without_its_needed_fields_gets_the_right_response(kind):
    """Nothing but the fixed part: the response of the pair, with a no and a reason, and the system is not asked."""
    system = StubSystem()
    response = respond(kind(), system=system)
    assert response.layout is LAYOUTS[RESPONSE_TO[kind.layout.code]]
    assert response.screen_message == ("The device left something out. Please see the desk.",)
    for said_no in ("ok", "payment_accepted", "item_properties_ok", "end_session"):
        assert not getattr(response, said_no, False)
    assert getattr(response, "valid_patron", "N") == "N"
    assert system.asked == []


def test_an_empty_institution_is_answered_with_the_true_one():
    """AO may be empty, missing or a constant: the answer names the account's library."""
    for institution in ("", None, "CONSTANT"):
        response = respond(m.ItemInformation(institution_id=institution, item_identifier="I1"))
        assert (response.institution_id, response.title_identifier) == ("LIB", "A title")


def test_a_wrong_institution_is_refused_where_the_profile_says_so():
    """`institution: own`: another library's code is refused, an empty one is not."""
    terminal = a_terminal(Dialect(language="en", own_institution_only=True))
    refused = respond(m.ItemInformation(institution_id="OTHER", item_identifier="I1"), terminal)
    assert "another library" in refused.screen_message[0]
    assert (
        respond(m.ItemInformation(institution_id="", item_identifier="I1"), terminal).title_identifier
        == "A title"
    )


def test_a_profile_adds_fields_from_the_vocabulary():
    """Unknown identifiers are appended, known ones replaced, and None leaves a field out."""
    extra = {
        "18": (
            ("XA", lambda source: source.item.author),
            ("AJ", lambda source: source.item.title.upper()),
            ("XB", lambda source: None),
        )
    }
    system = StubSystem(lambda _: Done(Item(ItemId("I1"), "title", "Cao")))
    response = respond(
        m.ItemInformation(item_identifier="I1"), a_terminal(Dialect(extra_fields=extra)), system
    )
    assert (response.title_identifier, response.other) == ("TITLE", (("XA", "Cao"),))


def test_extra_fields_about_the_patron_wait_for_the_pin():
    """A birth date is not sent for a card that is not proven."""
    dialect = Dialect(
        extra_fields={"64": (("PB", lambda source: source.patron.name if source.patron else None),)}
    )
    asked = m.PatronInformation(patron_identifier="R1")
    assert respond(asked, a_terminal(dialect)).other == (("PB", "Name"),)
    assert respond(asked, a_terminal(dialect, require_pin=True)).other == ()


PASSING = Dialect(
    language="en",
    passed_fields={
        "64": frozenset({"PA", "AE"}), "12": frozenset({"CI", "AJ", "XX"}), "18": frozenset({"KP"}), "36": frozenset({"XX"}),
    },
)  # fmt: skip
TOLD = (("PA", "1"), ("PB", "2"), ("PA", "3"), ("AE", "Nobody"), ("AG", "a receipt"))


def test_fields_of_the_system_go_on_where_the_profile_says_so():
    """In order and as often as they came; they replace nothing, and nothing else goes along but print lines."""
    system = StubSystem(lambda each: Done(PatronReport(Patron(each.patron, "Name")), extra=TOLD))
    response = respond(m.PatronInformation(patron_identifier="R1"), a_terminal(PASSING), system)

    assert response.other == (("PA", "1"), ("PA", "3"))
    assert (response.personal_name, response.print_line) == ("Name", ("a receipt",))


def test_nothing_of_the_system_goes_on_for_a_card_that_is_not_proven():
    system = StubSystem(lambda each: Done(PatronReport(Patron(each.patron, "Name")), extra=TOLD))
    response = respond(
        m.PatronInformation(patron_identifier="R1"), a_terminal(PASSING, require_pin=True), system
    )

    assert (response.other, response.print_line) == ((), ())


def test_a_field_of_the_standard_that_the_vocabulary_lacks_goes_into_its_place():
    told = (("CI", "Y"), ("AJ", "another title"), ("XX", "1"))
    for outcome in (
        Done(Lent(Item(ItemId("I1"), "title"), PatronId("R1"), None), extra=told),
        Refused(Reason.DECLINED, item=Item(ItemId("I1"), "title"), extra=told),
    ):
        response = write(
            m.Checkout(patron_identifier="R1", item_identifier="I1"), outcome, a_terminal(PASSING)
        )
        assert (response.security_inhibit, response.title_identifier) == ("Y", "title")
        assert response.other == (("XX", "1"),)


def test_print_lines_are_withheld_like_any_other_field():
    terminal = a_terminal(PASSING, dropped_fields={"18": frozenset({"AG", "KP"})})
    outcome = Done(Item(ItemId("I1"), "title"), extra=(("AG", "line"), ("KP", "shelf")))
    response = write(m.ItemInformation(item_identifier="I1"), outcome, terminal)

    assert (response.print_line, response.other) == ((), ())
    assert write(m.ItemInformation(item_identifier="I1"), outcome, a_terminal(PASSING)).other == (
        ("KP", "shelf"),
    )


def test_an_answer_without_a_patron_passes_fields_as_well():
    outcome = Done(SessionEnded(PatronId("R1")), extra=(("XX", "1"),))
    response = write(m.EndPatronSession(patron_identifier="R1"), outcome, a_terminal(PASSING))

    assert response.other == (("XX", "1"),)


def test_a_date_in_the_words_of_the_system_is_shown_as_it_is():
    item = Item(ItemId("I1"), "title", due_text="in two weeks")
    lent = Done(Lent(item, PatronId("R1"), None, due_text="in two weeks"))
    asked = m.Checkout(patron_identifier="R1", item_identifier="I1")

    assert write(asked, lent, a_terminal()).due_date == "in two weeks"
    assert write(m.ItemInformation(item_identifier="I1"), Done(item), a_terminal()).due_date == "in two weeks"


def test_what_a_system_counts_without_listing_it_is_told_by_its_count():
    outcome = Done(RenewedAll((ItemId("I1"),), (), 3, None))
    response = write(m.RenewAll(patron_identifier="R1"), outcome, a_terminal())

    assert (response.renewed_count, response.unrenewed_count, response.renewed_items) == (3, 0, ("I1",))


def test_a_note_of_several_lines_has_several_fields():
    response = write(
        m.ItemInformation(item_identifier="I1"), Done(Item(ItemId("I1")), "one\ntwo"), a_terminal()
    )

    assert response.screen_message == ("one", "two")


def test_profile_and_account_withhold_fields():
    """Optional ones are left out, required ones are sent empty."""
    dialect = Dialect(omitted={"24": frozenset({"BL"})})
    terminal = a_terminal(dialect, dropped_fields={"24": frozenset({"AE", "AF"})})
    response = respond(m.PatronStatus(patron_identifier="R1"), terminal)
    assert (response.valid_patron, response.personal_name, response.screen_message) == (None, None, ())
    assert "AE" in response.layout.write_fields(response)


def test_own_wordings_come_first():
    """A site says it in its own words."""
    dialect = Dialect(
        language="en",
        texts={
            "en": {
                __import__(
                    "softdock.circulation.reasons"
                ).circulation.reasons.Reason.REQUEST_INCOMPLETE: "Ask Ms Li"
            }
        },
    )
    assert respond(m.ItemInformation(), a_terminal(dialect)).screen_message == ("Ask Ms Li",)


def test_long_texts_are_cut_to_the_width_of_the_printer():
    """The width of 99 counts columns, two for a Chinese character; a text becomes several fields."""
    terminal = a_terminal(Dialect(language="zh"))
    terminal.print_width = 10
    lines = respond(m.ItemInformation(), terminal).screen_message
    assert "".join(lines) == "设备请求不完整，请到服务台咨询。"
    assert max(map(len, lines)) == 5


def test_the_status_tells_the_flags_and_the_supported_messages():
    """98: flags and BX follow from what the library can do and the account may."""
    system = StubSystem(
        capabilities=frozenset({Capability.LOOKUP_ITEM, Capability.CHECKIN, Capability.OFFLINE_TRANSACTIONS})
    )
    desk = a_desk(a_library(system, offline=True))
    terminal = a_terminal()
    response = write_acs_status(desk.status(terminal.account, "en"), terminal)
    flags = [response.on_line_status, response.checkin_ok, response.checkout_ok, response.acs_renewal_policy]
    assert (flags, response.status_update_ok, response.off_line_ok) == (
        [True, True, False, False],
        False,
        True,
    )
    assert response.supported_messages == "NNYNYYYNYNYNNNNN"
    assert (response.timeout_period, response.retries_allowed, response.date_time_sync) == (100, 3, STAMP)
    assert (response.institution_id, response.library_name, response.terminal_location) == (
        "LIB",
        "Library",
        "1F",
    )
