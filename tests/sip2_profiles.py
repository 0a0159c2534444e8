"""Profiles of systems that speak SIP2, written inline, and what is sent and read by them."""

from datetime import UTC

from softdock.adapters.sip2.ready import load_profile
from softdock.circulation.errors import MalformedReply
from softdock.circulation.identifiers import ItemId, LibraryId, PatronId
from softdock.mappings.positions import read_yaml
from softdock.protocols.sip2 import south
from softdock.protocols.sip2.codec import encode
from softdock.protocols.sip2.timestamps import StampClock
from systems import NOW, said

CARD, ITEM = PatronId("R1"), ItemId("I1")


def profile(text="{}", directory=None):
    """The profile that is written inline as `text`."""
    return load_profile(read_yaml(text, "softdock.yaml").root, directory)


def system(text="{}"):
    made = profile(text)
    clock = StampClock(UTC, lambda: 1767268800.0)
    system = south.System(LibraryId("CQL"), "CQL", clock, "CNY", made.dialect(UTC), made.wire())
    south.capabilities(None, system)
    return system


def wire(operation):
    """The bytes by which a system is asked, for people."""

    def written(text):
        there = system(text)
        return encode(south.write(operation, there), there.wire)

    return written


def session(name):
    return lambda text: getattr(profile(text), name)


def answer(operation, text, tell):
    """What `tell` finds in the outcome of `operation` if it is answered by `text`."""

    def read(profile_text):
        there = system(profile_text)
        try:
            outcome = south.read(operation, south.write(operation, there), said(text), there)
        except MalformedReply:
            return "malformed"
        return tell(outcome)

    return read


def card(rest, counts="0000" * 6, status=" " * 14):
    return f"64{status}019{NOW}{counts}AOCQL|AAR1|{rest}"


def loan(rest, ok="1"):
    return f"12{ok}NNY{NOW}AOCQL|AAR1|{rest}"
