"""A kiosk that speaks SIP2, at a library whose system speaks NCIP: what the patron sees of what the system says."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from twisted.internet.task import Clock

from devices import Bench, Device
from ncip_partner import v2
from ncip_told import item, problem, user
from softdock.adapters.base import AdapterContext
from softdock.adapters.ncip.adapter import NcipAdapter
from softdock.circulation.errors import SystemUnavailable
from softdock.circulation.identifiers import LibraryId
from softdock.protocols.ncip.codec import read, write
from stubs import StubAccounts, an_account

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
BLANK = " " * 18
DUE = "<DateDue>2026-01-31T12:00:00Z</DateDue>"
TITLE = "<ItemOptionalFields><BibliographicDescription><Title>War</Title></BibliographicDescription></ItemOptionalFields>"
NAMED = (
    "<UserOptionalFields><NameInformation><PersonalNameInformation><UnstructuredPersonalUserName>Ada"
    "</UnstructuredPersonalUserName></PersonalNameInformation></NameInformation>{}</UserOptionalFields>"
)
LENT = f"<CheckOutItemResponse>{item()}{user()}{DUE}{TITLE}</CheckOutItemResponse>"
CARD = f"<LookupUserResponse>{user()}{NAMED.format('')}</LookupUserResponse>"
NO = "User Ineligible To Check Out This Item"


class Kiosk:
    """A kiosk, and a system behind that answers each service as it is told to; the last answer is given again."""

    def __init__(self, profile="standard", **answers):
        self.answers = answers
        self.asked = []
        clock = Clock()
        context = AdapterContext(LibraryId("LIB"), UTC, "CNY", lambda: NOON, Path(), clock)
        self.adapter = NcipAdapter({"url": "http://ils.test/ncip", "profile": profile}, context)
        self.adapter._ask = self._ask
        self.bench = Bench(system=self.adapter, accounts=StubAccounts({}, {"10.0.0.1": an_account()}))
        self._device = Device(self.bench)

    async def _ask(self, message):
        asked = read(write(message)).body
        self.asked.append(asked)
        told = self.answers[asked.name]
        answer = told.pop(0) if isinstance(told, list) and len(told) > 1 else told
        answer = answer[0] if isinstance(answer, list) else answer
        if isinstance(answer, Exception):
            raise answer
        return read(v2(answer))

    def says(self, text):
        return self._device.says(text.encode()).decode()


def lending(yes="N", pin=""):
    return f"11YN{BLANK}{BLANK}AOLIB|AAR1|ABB1|AC|AD{pin}|BO{yes}|"


def status(pin=""):
    return f"23000{BLANK}AOLIB|AAR1|AC|AD{pin}|"


def test_a_fee_is_shown_and_agreed_to_in_the_amount_that_was_shown():
    fee = "<RequiredFeeAmount><CurrencyCode>CNY</CurrencyCode><MonetaryValue>250</MonetaryValue></RequiredFeeAmount>"
    kiosk = Kiosk(CheckOutItem=[problem("CheckOutItem", NO, beside=fee), LENT])
    shown = kiosk.says(lending())
    assert shown.startswith("120")
    assert "|BHCNY|BV2.50|" in shown
    assert kiosk.says(lending("Y")).startswith("121")
    assert kiosk.asked[-1].value("AcknowledgedFeeAmount", "MonetaryValue") == "250"


def test_whoever_has_borrowed_enough_is_told_so():
    told = kiosk_that_refuses("Maximum Check Outs Exceeded").says(lending())
    assert told.startswith("120")
    assert "as many items as your card allows" in told or "借阅数量已达上限" in told


def kiosk_that_refuses(*kinds):
    return Kiosk(CheckOutItem=problem("CheckOutItem", *kinds))


def test_what_the_system_writes_for_people_reaches_them():
    told = Kiosk(
        CheckOutItem=problem("CheckOutItem", ("Resource Cannot Be Provided", "Ask Ms. Lee at the desk.")),
        LookupItem=problem("LookupItem", "Unknown Item"),
        LookupUser=CARD,
    ).says(lending())
    assert "Ask Ms. Lee at the desk." in told


def test_an_unknown_card_is_none():
    told = Kiosk(LookupUser=problem("LookupUser", "Unknown User")).says(status("1234"))
    assert told.startswith("24YYYY")
    assert "|BLN|" in told


@pytest.mark.parametrize("kind", ["User Authentication Failed", "Unknown User"])
def test_a_card_with_a_wrong_pin_is_one_and_is_not_proven(kind):
    told = Kiosk(LookupUser=[problem("LookupUser", kind), CARD]).says(status("9999"))
    assert "|BLY|CQN|" in told


def test_a_card_with_the_right_pin_is_proven():
    assert "|AEAda|BLY|CQY|" in Kiosk(LookupUser=CARD).says(status("1234"))


@pytest.mark.parametrize(
    ("block", "marks"),
    [
        ("Block Check Out", "Y" + " " * 13),
        ("Block Renewal", " Y" + " " * 12),
        ("Block Hold", "   Y" + " " * 10),
        ("Trap For Lost Card", "    Y" + " " * 9),
    ],
)
def test_a_block_is_the_mark_of_the_card_that_it_means(block, marks):
    trap = f"<BlockOrTrap><AgencyId>ILS</AgencyId><BlockOrTrapType>{block}</BlockOrTrapType></BlockOrTrap>"
    told = Kiosk(LookupUser=f"<LookupUserResponse>{user()}{NAMED.format(trap)}</LookupUserResponse>").says(
        status()
    )
    assert told[2:16] == marks


def test_the_bin_takes_what_nobody_has_unless_the_profile_says_otherwise():
    returned = f"09N{BLANK}{BLANK}AP3F|AOLIB|ABB1|AC|"
    nobody = problem("CheckInItem", "Item Not Checked Out")
    looked = f"<LookupItemResponse>{item()}{TITLE}</LookupItemResponse>"
    assert Kiosk(CheckInItem=nobody, LookupItem=looked).says(returned).startswith("101")
    strict = {"like": "standard", "checkin_not_on_loan": "problem"}
    assert Kiosk(strict, CheckInItem=nobody, LookupItem=looked).says(returned).startswith("100")


def test_what_the_system_does_not_support_is_not_permitted_and_is_announced_no_more():
    kiosk = Kiosk(RenewItem=problem("RenewItem", "Unsupported Service"))
    renewal = f"29NN{BLANK}{BLANK}AOLIB|AAR1|ABB1|AC|"
    announced = kiosk.says("9900302.00").partition("|BX")[2]
    assert kiosk.says(renewal).startswith("300")
    after = kiosk.says("9900302.00").partition("|BX")[2]
    assert (announced[14], after[14]) == ("Y", "N"), "renewal"


def test_a_system_that_is_away_puts_the_kiosk_off_line_after_a_while():
    kiosk = Kiosk(LookupUser=SystemUnavailable("no connection"))
    assert kiosk.says("9900302.00").startswith("98Y")
    for _ in range(5):
        assert "|BLN|" in kiosk.says(status())
    assert kiosk.says("9900302.00").startswith("98N")


def test_one_that_says_that_it_is_away_does_so_as_well():
    kiosk = Kiosk(LookupUser=problem("LookupUser", "Temporary Processing Failure"))
    for _ in range(5):
        kiosk.says(status())
    assert kiosk.says("9900302.00").startswith("98N")
