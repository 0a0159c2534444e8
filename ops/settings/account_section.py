"""What accounts of all kinds say, and how a password is written there."""

import re
from typing import Annotated

from softdock.circulation.accounts import Account
from softdock.circulation.capabilities import Right
from softdock.circulation.identifiers import LibraryId
from softdock.mappings.written import YES_NO, Network, Written, choice, line, mistake, text_of
from softdock.ops.settings.sections import Section

_HASH_REMEDY = "Make one with: softdock hash-password"


_HASH = re.compile(
    r"\$argon2(id|i|d)\$v=\d{1,3}\$m=\d{1,8},t=\d{1,4},p=\d{1,3}\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{16,172}",
    re.ASCII,
)


def _password_hash(value: object) -> str:
    """Never quotes what it was given: it may be the password itself."""
    text = text_of(value, _HASH_REMEDY)
    if _HASH.fullmatch(text) is None:
        raise mistake("This is not an argon2 hash of a password.", _HASH_REMEDY)
    return text


PASSWORD_HASH = Written(_password_hash, {"type": "string", "pattern": f"^{_HASH.pattern}$"})


class AccountSection(Section):
    """What all kinds of accounts say."""

    library: Annotated[str, line()]
    """A key under `libraries`: the library whose devices these are, or the one that the partner asks."""
    location: Annotated[str, line(0)] = ""
    """Where the devices stand, unless they tell it when they log in; or where the partner's loans count as made."""
    profile: Annotated[str | None, line()] = None
    """A key under `profiles`: the dialect of the devices, or what is agreed with the partner; without one, a device has the listener's, and a partner the one called default."""
    require_pin: Annotated[bool, YES_NO] = False
    """Whether every operation on a patron needs the patron's right PIN."""
    allow: frozenset[Annotated[Right, choice(Right, "a group of operations")]] = frozenset(Right)
    """Groups of operations that the account may ask for; without the key, all of them."""

    def named(self, name: str) -> Account:
        """The account as the fronts know it, by that name."""
        return Account(
            name=name,
            library=LibraryId(self.library),
            location=self.location,
            profile=self.profile or "",
            require_pin=self.require_pin,
            rights=self.allow,
        )


def shown_network(network: Network) -> str:
    """A network as it is written; a single address without its length."""
    alone = network.prefixlen == network.max_prefixlen
    return str(network.network_address if alone else network)
