"""A patron as systems describe one."""

from datetime import date

import pytest

from ncip_told import Telling, problem, user
from softdock.circulation.identifiers import PatronId, Secret
from softdock.circulation.operations import LookupPatron
from softdock.circulation.outcomes import PinCheck
from softdock.circulation.patrons import ALL_DENIED, Counts, Standing
from softdock.circulation.reasons import Reason

R1 = PatronId("R1")
UNKNOWN_COUNTS = Counts(None, None, None, None, None, None)


def told(*fields):
    """The answer about a patron of whom these UserOptionalFields are told."""
    return f"<LookupUserResponse>{user()}<UserOptionalFields>{''.join(fields)}</UserOptionalFields></LookupUserResponse>"


def report(*fields, **dialect):
    return Telling(told(*fields), **dialect).done(LookupPatron(R1))


def patron(*fields, **dialect):
    return report(*fields, **dialect).patron


def block(kind, until=""):
    ends = until and f"<ValidToDate>{until}</ValidToDate>"
    return (
        f"<BlockOrTrap><AgencyId>ILS</AgencyId><BlockOrTrapType>{kind}</BlockOrTrapType>{ends}</BlockOrTrap>"
    )


def row(kind, word="", until=""):
    ends = until and f"<ValidToDate>{until}</ValidToDate>"
    status = (
        word
        and f"<UserPrivilegeStatus><UserPrivilegeStatusType>{word}</UserPrivilegeStatusType></UserPrivilegeStatus>"
    )
    return (
        f"<UserPrivilege><AgencyId>ILS</AgencyId><AgencyUserPrivilegeType>{kind}</AgencyUserPrivilegeType>{ends}{status}"
        "</UserPrivilege>"
    )


def name(inner):
    return f"<NameInformation><PersonalNameInformation>{inner}</PersonalNameInformation></NameInformation>"


def electronic(kind, data):
    return (
        "<UserAddressInformation><UserAddressRoleType>Home</UserAddressRoleType><ElectronicAddress>"
        f"<ElectronicAddressType>{kind}</ElectronicAddressType><ElectronicAddressData>{data}</ElectronicAddressData>"
        "</ElectronicAddress></UserAddressInformation>"
    )


def postal(inner):
    return (
        "<UserAddressInformation><UserAddressRoleType>Home</UserAddressRoleType><PhysicalAddress>"
        f"{inner}<PhysicalAddressType>Postal Address</PhysicalAddressType></PhysicalAddress></UserAddressInformation>"
    )


def test_of_a_patron_of_whom_nothing_is_told_nothing_is_known():
    bare = Telling(f"<LookupUserResponse>{user()}</LookupUserResponse>", counts_always=False).done(
        LookupPatron(R1)
    )
    assert (bare.patron.id, bare.patron.name, bare.patron.counts, bare.reason) == (
        R1,
        "",
        UNKNOWN_COUNTS,
        None,
    )


BOTH = "<StructuredPersonalUserName><Surname>L</Surname></StructuredPersonalUserName>"


@pytest.mark.parametrize(
    ("inner", "first", "text"),
    [
        (
            "<UnstructuredPersonalUserName> Ada\n Lovelace </UnstructuredPersonalUserName>",
            False,
            "Ada Lovelace",
        ),
        (
            "<StructuredPersonalUserName><GivenName>Ada</GivenName><Surname>Lovelace</Surname></StructuredPersonalUserName>",
            False,
            "Lovelace, Ada",
        ),
        (
            "<StructuredPersonalUserName><GivenName>Ada</GivenName><Surname>Lovelace</Surname></StructuredPersonalUserName>",
            True,
            "Ada Lovelace",
        ),
        (
            "<StructuredPersonalUserName><GivenName>小明</GivenName><Surname>王</Surname></StructuredPersonalUserName>",
            False,
            "王小明",
        ),
        (
            f"{BOTH}<UnstructuredPersonalUserName>Ada</UnstructuredPersonalUserName>",
            False,
            "Ada",
        ),
    ],
)
def test_a_name_is_one_text_whole_or_in_parts(inner, first, text):
    assert patron(name(inner), given_name_first=first).name == text


def test_addresses_are_the_first_of_each_kind_by_whatever_name():
    found = patron(
        electronic("electronic mail address", "mailto:a@example.org"),
        electronic("email", "b@example.org"),
        electronic("TEL", "tel:123"),
        electronic("facsimile", "999"),
        postal(
            "<UnstructuredAddress><UnstructuredAddressType>HTML</UnstructuredAddressType>"
            "<UnstructuredAddressData>&lt;b&gt;</UnstructuredAddressData></UnstructuredAddress>"
        ),
        postal(
            "<StructuredAddress><Street>Main Street 1</Street><Locality>Town</Locality>"
            "<PostalCode>12345</PostalCode></StructuredAddress>"
        ),
    )
    assert (found.email, found.phone) == ("a@example.org", "123")
    assert found.address == "Main Street 1\n12345 Town"


def test_no_text_is_longer_than_goes_further():
    long = "x" * 9000
    found = patron(
        name(f"<UnstructuredPersonalUserName>{long}</UnstructuredPersonalUserName>"),
        electronic("mailto", long),
        row("PROFILE", long),
    )
    assert {len(found.name), len(found.email), len(found.category)} == {1000}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1990-05-17T00:00:00Z", date(1990, 5, 17)),
        ("1990-05-16T16:00:00Z", date(1990, 5, 17)),
        ("1990-05-17", date(1990, 5, 17)),
        ("", None),
        ("17.5.1990", None),
    ],
)
def test_a_day_of_birth_is_a_day_however_it_is_written(text, day):
    """Midnight in UTC is how senders write a day; midnight in Shanghai is the same day too."""
    assert patron(f"<DateOfBirth>{text}</DateOfBirth>").birth_date == day


@pytest.mark.parametrize(("text", "language"), [("zho", "zh"), ("chi", "zh"), ("ENG", "en"), ("xxx", "")])
def test_a_language_is_told_by_its_usual_codes(text, language):
    assert patron(f"<UserLanguage>{text}</UserLanguage>").language == language


# --- what a card may do ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "marks"),
    [
        ("Block Check Out", {Standing.CHECKOUT_DENIED}),
        ("block  renewal", {Standing.RENEWAL_DENIED}),
        ("Block Recall", {Standing.RECALL_DENIED}),
        ("Block Hold", {Standing.HOLD_DENIED}),
        ("Block Request Item", {Standing.HOLD_DENIED}),
        ("Trap For Lost Card", {Standing.CARD_LOST}),
        ("Trap For Message", set()),
        ("Trap For Pickup", set()),
        ("Block Electronic Resource Access", set()),
        ("Blocked by the director", {Standing.CHECKOUT_DENIED}),
        ("", set()),
    ],
)
def test_blocks_are_marks_of_the_card(kind, marks):
    assert patron(block(kind)).standing == marks


def test_a_block_that_is_over_blocks_nothing():
    assert patron(block("Block Check Out", "2026-03-01T00:00:00Z")).standing == frozenset()
    assert patron(block("Block Check Out", "2026-03-09T00:00:00Z")).standing


@pytest.mark.parametrize("word", ["BLOCKED", "Barred", "expired", "N"])
def test_one_word_may_block_all(word):
    found = report(row("STATUS", word))
    assert (found.patron.standing, found.reason) == (ALL_DENIED, Reason.PATRON_BLOCKED)


def test_any_other_word_blocks_nothing():
    assert report(row("STATUS", "OK"), row("PROFILE", "blocked out")).reason is None


def test_the_one_word_adds_nothing_to_the_blocks_that_say_which():
    """Who has borrowed too much may still renew, and is not told that the card is of no use."""
    found = report(block("Block Check Out"), row("STATUS", "BLOCKED"))
    assert (found.patron.standing, found.reason) == ({Standing.CHECKOUT_DENIED}, Reason.CHECKOUT_DENIED)
    mild = report(block("Block Renewal"), row("STATUS", "BLOCKED"))
    assert mild.patron.standing == ALL_DENIED


def test_a_lost_card_is_told_as_such():
    assert report(block("Trap For Lost Card"), row("STATUS", "BLOCKED")).reason is Reason.CARD_LOST


@pytest.mark.parametrize(
    "rows", [[row("STATUS", "OK", "2026-03-01")], [row("Student", until="2026-03-01T15:59:59Z")]]
)
def test_a_card_is_good_until_its_last_day(rows):
    found = report(*rows)
    assert (found.reason, found.reason_date) == (Reason.CARD_EXPIRED, date(2026, 3, 1))
    assert found.patron.standing == ALL_DENIED
    later = [each.replace("03-01", "03-02") for each in rows]
    assert (report(*later).reason, report(*later).patron.expires) == (None, date(2026, 3, 2))


def test_the_kind_of_patron_is_in_the_row_for_it_or_is_the_privilege_itself():
    assert patron(row("STATUS", "OK"), row("PROFILE", "adult")).category == "adult"
    assert patron(row("Undergraduate", "Active")).category == "Undergraduate"


def test_the_home_library_goes_by_our_name_for_it():
    agencies = {"north branch": "CDL"}
    assert patron(row("LIBRARY", "North Branch"), agencies=agencies).home_library == "CDL"
    assert patron(row("LIBRARY", "ILS")).home_library == "CQL", "the system's own"
    assert patron(row("LIBRARY", "Elsewhere")).home_library == "Elsewhere"
    assert patron(row("LIBRARY", "x" * 2000)).home_library is None


# --- whose card it is -------------------------------------------------------------------------------------

PIN = Secret("1234")


def test_a_pin_goes_along_with_the_card_in_the_words_of_the_system():
    system = Telling(told(), card_input="Username", pin_input="Password")
    assert system.done(LookupPatron(R1, PIN)).pin is PinCheck.RIGHT
    (asked,) = system.asked
    assert [(each.value("AuthenticationInputType"), each.value("AuthenticationInputData")) for each in
            asked.all("AuthenticationInput")] == [("Username", "R1"), ("Password", "1234")]  # fmt: skip
    assert not asked.has("UserId")


def test_a_system_that_compares_nothing_proves_nobody():
    assert Telling(told(), pin_answers_right=False).done(LookupPatron(R1, PIN)).pin is PinCheck.NOT_ASKED


@pytest.mark.parametrize("kind", ["User Authentication Failed", "Unknown User"])
def test_with_a_wrong_pin_the_card_is_shown_all_the_same(kind):
    """Some systems know nobody by a card with a wrong PIN."""
    known = name("<UnstructuredPersonalUserName>Ada</UnstructuredPersonalUserName>")
    found = Telling(problem("LookupUser", kind), told(known)).done(LookupPatron(R1, PIN))
    assert (found.pin, found.patron.name) == (PinCheck.WRONG, "Ada")


def test_who_is_unknown_with_a_pin_and_without_is_unknown():
    unknown = problem("LookupUser", "Unknown User")
    assert Telling(unknown, unknown).outcome(LookupPatron(R1, PIN)).reason is Reason.PATRON_UNKNOWN


def test_who_is_shown_to_nobody_without_a_pin_may_do_nothing():
    no = problem("LookupUser", "User Authentication Failed")
    found = Telling(no, no).done(LookupPatron(R1, PIN))
    assert (found.pin, found.patron.standing, found.patron.counts) == (
        PinCheck.WRONG,
        ALL_DENIED,
        UNKNOWN_COUNTS,
    )


def test_nothing_of_a_patron_is_seen_in_what_is_logged():
    found = report(
        name("<UnstructuredPersonalUserName>Ada Lovelace</UnstructuredPersonalUserName>"),
        electronic("tel", "12345"),
    )
    assert "Lovelace" not in repr(found)
    assert "12345" not in repr(found)


@pytest.mark.parametrize(
    ("until", "holds"), [("2026-03-01", False), ("2026-03-02", True), ("2026-03-03", True)]
)
def test_a_block_until_a_day_lasts_as_long_as_that_day(until, holds):
    """Some systems tell a day where the standard has a point in time; today is the second of March."""
    marks = patron(block("Block Check Out", until)).standing
    assert (Standing.CHECKOUT_DENIED in marks) is holds
