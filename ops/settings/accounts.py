"""`accounts`: who may speak to SoftDock, for which library, and what they may ask."""

import re
from typing import Annotated, TypeAlias

from pydantic import Discriminator, Field, Tag

from softdock.circulation.accounts import Account
from softdock.circulation.capabilities import Right
from softdock.circulation.identifiers import LibraryId
from softdock.mappings.written import NETWORK, YES_NO, Network, Written, choice, line, mistake, text_of
from softdock.ops.settings.messages import FIELD_ID, RESPONSE
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


class FieldRules(Section):
    """What is changed about one message for an account."""

    drop: frozenset[Annotated[str, FIELD_ID]] = frozenset()
    """Identifiers of fields that this account is never sent."""


class _AccountSection(Section):
    library: Annotated[str, line()]
    """A key under `libraries`: the library whose devices these are."""
    location: Annotated[str, line(0)] = ""
    """Where the devices stand, unless they tell it when they log in."""
    profile: Annotated[str | None, line()] = None
    """A key under `profiles`: the dialect of the devices; without one, the listener's."""
    require_pin: Annotated[bool, YES_NO] = False
    """Whether every operation on a patron needs the patron's right PIN."""
    allow: frozenset[Annotated[Right, choice(Right, "a group of operations")]] = frozenset(Right)
    """Groups of operations that the account may ask for; without the key, all of them."""
    fields: dict[Annotated[str, RESPONSE], FieldRules] = Field(default_factory=dict)
    """By message code, fields that the account is never sent, such as {"64": {drop: [BD, BE, BF]}}."""

    def _account(self, name: str) -> Account:
        return Account(
            name=name,
            library=LibraryId(self.library),
            location=self.location,
            profile=self.profile or "",
            require_pin=self.require_pin,
            rights=self.allow,
            dropped_fields={code: rules.drop for code, rules in self.fields.items()},
        )


class UserAccount(_AccountSection):
    """An account with a user and a password."""

    user: Annotated[str, line(most=64)]
    """Name by which the devices log in (SIP2: CN)."""
    password_hash: Annotated[str, PASSWORD_HASH] = Field(repr=False)
    """Argon2 hash of the password (SIP2: CO), made by `softdock hash-password`."""

    def account(self) -> Account:
        """The account as the fronts know it."""
        return self._account(self.user)


class AddressAccount(_AccountSection):
    """An account known by where it calls from, for devices that cannot log in."""

    address: Annotated[Network, NETWORK]
    """Address or network of the devices, such as 192.0.2.7 or 192.0.2.0/24. They need no password, so it must be theirs alone."""

    def account(self) -> Account:
        """The account as the fronts know it."""
        alone = self.address.prefixlen == self.address.max_prefixlen
        return self._account(str(self.address.network_address if alone else self.address))


_KINDS: dict[str, type[Section]] = {"user": UserAccount, "address": AddressAccount}


def _kind_of(value: object) -> str | None:
    for key, kind in _KINDS.items():
        if isinstance(value, kind) or (isinstance(value, dict) and key in value):
            return f"<{key}>"
    return None


AnyAccount: TypeAlias = Annotated[
    Annotated[UserAccount, Tag("<user>")] | Annotated[AddressAccount, Tag("<address>")],
    Discriminator(
        _kind_of,
        custom_error_type="mistake",
        custom_error_message="{sentence}",
        custom_error_context={
            "sentence": "This account says neither user nor address.",
            "remedy": "Give it a user and a password_hash, or the address that it calls from.",
        },
    ),
]
