"""Accounts: on whose behalf a device or a partner speaks, and what it may ask."""

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType

from softdock.circulation.capabilities import Right
from softdock.circulation.identifiers import LibraryId
from softdock.circulation.records import record

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
