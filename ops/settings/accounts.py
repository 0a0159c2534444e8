"""`accounts`: who may speak to SoftDock, for which library, and what they may ask."""

from dataclasses import replace
from typing import Annotated, TypeAlias

from pydantic import Discriminator, Field, Tag

from softdock.circulation.accounts import Account
from softdock.mappings.written import NETWORK, Network, line
from softdock.ops.settings.account_section import PASSWORD_HASH, AccountSection, shown_network
from softdock.ops.settings.messages import FIELD_ID, RESPONSE
from softdock.ops.settings.partners import TOLD_BY_PARTNERS, PartnerAccount
from softdock.ops.settings.sections import Section


class FieldRules(Section):
    """What is changed about one message for an account."""

    drop: frozenset[Annotated[str, FIELD_ID]] = frozenset()
    """Identifiers of fields that this account is never sent."""


class _DeviceSection(AccountSection):
    fields: dict[Annotated[str, RESPONSE], FieldRules] = Field(default_factory=dict)
    """By message code, fields that the account is never sent, such as {"64": {drop: [BD, BE, BF]}}."""

    def named(self, name: str) -> Account:
        """See `AccountSection`."""
        dropped = {code: rules.drop for code, rules in self.fields.items()}
        return replace(super().named(name), dropped_fields=dropped)


class UserAccount(_DeviceSection):
    """An account with a user and a password."""

    user: Annotated[str, line(most=64)]
    """Name by which the devices log in (SIP2: CN), or the partner beside every message (HTTP Basic)."""
    password_hash: Annotated[str, PASSWORD_HASH] = Field(repr=False)
    """Argon2 hash of the password, made by `softdock hash-password`. Devices send the password when they log in (SIP2: CO), a partner in every message (FromAgencyAuthentication or FromSystemAuthentication), or with `user` beside it."""

    def account(self) -> Account:
        """The account as the fronts know it."""
        return self.named(self.user)


class AddressAccount(_DeviceSection):
    """An account known by where it calls from, for devices that cannot log in."""

    address: Annotated[Network, NETWORK]
    """Address or network of the devices or the partner, such as 192.0.2.7 or 192.0.2.0/24. Devices need no password, so it must be theirs alone."""

    def account(self) -> Account:
        """The account as the fronts know it."""
        return self.named(shown_network(self.address))


def _kind_of(value: object) -> str | None:
    """A partner may have a user or an address beside what only partners have."""
    if isinstance(value, PartnerAccount) or (
        isinstance(value, dict) and not TOLD_BY_PARTNERS.isdisjoint(value)
    ):
        return "<partner>"
    if isinstance(value, UserAccount) or (isinstance(value, dict) and "user" in value):
        return "<user>"
    if isinstance(value, AddressAccount) or (isinstance(value, dict) and "address" in value):
        return "<address>"
    return None


AnyAccount: TypeAlias = Annotated[
    Annotated[UserAccount, Tag("<user>")]
    | Annotated[AddressAccount, Tag("<address>")]
    | Annotated[PartnerAccount, Tag("<partner>")],
    Discriminator(
        _kind_of,
        custom_error_type="mistake",
        custom_error_message="{sentence}",
        custom_error_context={
            "sentence": "This account says neither user nor address, and nothing that tells a partner.",
            "remedy": "Give devices a user and a password_hash, or the address that they call from; and a partner its agency.",
        },
    ),
]
