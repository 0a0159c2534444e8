"""What a system can be asked for follows from what it announces, as far as its profile believes it."""

from softdock.circulation.capabilities import Capability
from softdock.protocols.sip2 import south
from softdock.protocols.sip2.south.system import EVERY_REQUEST
from systems import NOW, a_system, said

ALL = frozenset(Capability) - {
    Capability.LOOKUP_TITLE, Capability.LOOKUP_HOLD, Capability.RECALL, Capability.ACCEPT_ITEM,
    Capability.CHARGE_FEE, Capability.EDIT_PATRON, Capability.EDIT_ITEM, Capability.NOTICE,
}  # fmt: skip
"""What SIP2 has a message for."""


def status(bx="Y" * 16, flags="YYYYYY"):
    return said(f"98{flags}100003{NOW}2.00AOCQL|BX{bx}|")


def test_a_system_can_do_what_it_announces():
    system = a_system()
    found = south.capabilities(status("YYYNYYYYNNYNNNYN"), system)

    assert found == {
        Capability.LOOKUP_PATRON, Capability.CHECKOUT, Capability.CHECKIN, Capability.LOOKUP_ITEM,
        Capability.RENEW, Capability.OFFLINE_TRANSACTIONS,
    }  # fmt: skip
    assert "63" in system.messages
    assert "37" not in system.messages


def test_a_patron_can_be_looked_up_by_either_message():
    assert Capability.LOOKUP_PATRON in south.capabilities(status("Y" + "N" * 15), a_system())
    assert Capability.LOOKUP_PATRON in south.capabilities(status("NNNNNNNY" + "N" * 8), a_system())
    assert Capability.LOOKUP_PATRON not in south.capabilities(status("N" * 16), a_system())


def test_the_flags_take_away_what_they_deny():
    found = south.capabilities(status(flags="YNNNNN"), a_system())

    assert ALL - found == {
        Capability.CHECKIN, Capability.CHECKOUT, Capability.RENEW, Capability.RENEW_ALL,
        Capability.BLOCK_PATRON, Capability.OFFLINE_TRANSACTIONS,
    }  # fmt: skip


def test_what_is_not_said_is_taken_to_be_understood():
    assert south.capabilities(said(f"98YYYYYY100003{NOW}2.00AOCQL|"), a_system()) == ALL
    assert south.capabilities(status("YNY"), a_system()) == ALL - {Capability.CHECKOUT}


def test_a_profile_may_know_better_than_the_announcement():
    system = a_system(supported=frozenset({"17"}))
    assert south.capabilities(status(flags="YNNNNN"), system) == {Capability.LOOKUP_ITEM}

    everything = a_system(supported=EVERY_REQUEST)
    assert south.capabilities(status("N" * 16), everything) == ALL


def test_a_system_that_is_not_asked_for_its_status_can_do_what_the_profile_says():
    assert south.capabilities(None, a_system()) == ALL - {Capability.OFFLINE_TRANSACTIONS}
    assert south.capabilities(None, a_system(supported=frozenset({"09"}))) == {Capability.CHECKIN}
