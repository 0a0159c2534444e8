"""Accounts: on whose behalf a device or a partner speaks, and what it may ask."""

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType

from softdock.circulation.capabilities import Right
from softdock.circulation.identifiers import LibraryId, Secret
from softdock.circulation.records import record
from softdock.circulation.words import Word

ALL_RIGHTS: frozenset[Right] = frozenset(Right)
_NO_FIELD_RULES: Mapping[str, frozenset[str]] = MappingProxyType({})


def _no_field_rules() -> Mapping[str, frozenset[str]]:
    return _NO_FIELD_RULES


@record
class Account:
    """A SIP2 login, an address that needs none, or a partner."""

    name: str
    """As the operator knows it: the login's user, the address, or what a partner is known by; never a secret."""
    library: LibraryId
    location: str = ""
    profile: str = ""
    """The dialect of its devices, or the ways of the partner: a key under `profiles:` in the settings; "" for the
    listener's."""
    require_pin: bool = False
    rights: frozenset[Right] = ALL_RIGHTS
    dropped_fields: Mapping[str, frozenset[str]] = field(default_factory=_no_field_rules)
    """By message code, the fields that this account is never sent."""


@record
class Claimed:
    """Who a partner says it is, and what it brings to show for it.  Only address and certificate are facts."""

    address: str
    agency: str = ""
    """NCIP's FromAgencyId; "" where the message names none, as everywhere here."""
    system: str = ""
    """NCIP's FromSystemId."""
    application_profile: str = ""
    path: str = ""
    """What follows `/ncip/` in the path."""
    certificate: tuple[str, ...] = ()
    """The names in the partner's certificate, which has been verified."""
    agency_password: Secret | None = None
    system_password: Secret | None = None
    basic: tuple[str, Secret] | None = None
    """User and password that came with the request, beside the message."""
    token: Secret | None = None
    """What came with the request instead."""


class Stranger(Word):
    """Why a partner is nobody that is known here: what it has to be told, and nothing that helps to guess."""

    UNKNOWN_AGENCY = "unknown-agency"
    UNKNOWN_SYSTEM = "unknown-system"
    UNKNOWN_COMBINATION = "unknown-combination"
    """Agency and system are known, but not for this application profile."""
    AGENCY_UNPROVEN = "agency-unproven"
    SYSTEM_UNPROVEN = "system-unproven"
    """Either has no password in the message, or a wrong one."""
    CREDENTIALS_WRONG = "credentials-wrong"
    """What came with the request, beside the message, opens nothing."""
    ELSEWHERE = "elsewhere"
    """It calls from another address, by another path, or with another certificate than it should."""
    BUSY = "busy"
    """Too many passwords wait to be compared; so does whoever has been wrong again and again."""
