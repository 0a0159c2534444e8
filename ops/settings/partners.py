"""`accounts` of partners: the programs that speak NCIP, and what has to hold for each.

All that is said of a partner has to hold.  Of several accounts that would do, the one that says most is meant.
"""

from typing import Annotated, Self, TypeAlias

from pydantic import ConfigDict, Field, model_validator

from softdock.circulation.accounts import Account
from softdock.circulation.identifiers import Secret
from softdock.mappings.written import NETWORK, Network, Written, line, mistake, text_of
from softdock.ops.settings.account_section import PASSWORD_HASH, AccountSection, shown_network

ANY_AGENCY = "*"
"""Stands for the agencies that no other account names."""

_NAME = line(most=128)
LEAST_TOKEN = 8
"""Characters of a secret that is looked up rather than compared slowly: with fewer, it could be guessed."""


TOLD_BY_PARTNERS = frozenset({"agency", "system", "application_profile", "path", "certificate", "token"})
"""The keys of which a partner has at least one, and a device none."""


def _agencies(value: object) -> tuple[str, ...]:
    """One name may stand without a list."""
    texts = value if isinstance(value, list | tuple) else [value]
    names = tuple(str(_NAME.read(each)).strip() for each in texts)
    if not names:
        raise mistake(
            "Nothing is listed here.", 'Name an agency, or write "*" for those that no other account names.'
        )
    if ANY_AGENCY in names and len(names) > 1:
        raise mistake('"*" does not go together with names.', "Write an account for each.")
    return names


Agencies: TypeAlias = Annotated[
    tuple[str, ...],
    Written(
        _agencies,
        {
            "anyOf": [
                {"type": "string", "minLength": 1},
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
            ]
        },
    ),
]


def _token(value: object) -> Secret:
    """Never quotes what it was given."""
    if isinstance(value, Secret):
        return value
    text = text_of(value, "Write it by reference: ${file:partner.token}.")
    if len(text) < LEAST_TOKEN or not (text.isascii() and text.isprintable() and " " not in text):
        raise mistake(
            f"This is no token: it has at least {LEAST_TOKEN} printable characters, and no blanks.",
            "Make one with: head -c 24 /dev/urandom | base64",
        )
    return Secret(text)


TOKEN = Written(_token, {"type": "string", "minLength": LEAST_TOKEN})


class PartnerAccount(AccountSection):
    """An account of a partner, which speaks NCIP. All that it says of the partner has to hold."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": [key]} for key in sorted(TOLD_BY_PARTNERS)]}
    )

    name: Annotated[str, line(most=64)] = ""
    """What the partner is called in logs; without one, what it is known by. Required where that is a secret."""
    agency: Agencies | None = None
    """The partner's own identifiers (FromAgencyId), one or a list; "*" takes whoever no other account names. Capitals do not count."""
    system: Annotated[str, _NAME] = ""
    """The partner's system (FromSystemId)."""
    application_profile: Annotated[str, _NAME] = ""
    """What the partner calls the way in which it uses NCIP (ApplicationProfileType)."""
    path: Annotated[str, line(most=128)] = Field(default="", repr=False)
    """What follows /ncip/ in the URL. It may be a secret, by reference: some partners can be given no other."""
    address: Annotated[Network, NETWORK] | None = None
    """Address or network of the devices or the partner, such as 192.0.2.7 or 192.0.2.0/24. Devices need no password, so it must be theirs alone."""
    certificate: Annotated[str, line(most=255)] = ""
    """A name in the certificate that the partner shows: its common name, or one of its alternative names. It takes a listener with `client_ca`."""
    user: Annotated[str, line(most=64)] = ""
    """Name by which the devices log in (SIP2: CN), or the partner beside every message (HTTP Basic)."""
    password_hash: Annotated[str, PASSWORD_HASH] = Field(default="", repr=False)
    """Argon2 hash of the password, made by `softdock hash-password`. Devices send the password when they log in (SIP2: CO), a partner in every message (FromAgencyAuthentication or FromSystemAuthentication), or with `user` beside it."""
    token: Annotated[Secret, TOKEN] | None = Field(default=None, repr=False)
    """A secret that the partner sends beside the message, by reference: as Bearer, as X-API-Key, or as `apikey` or `token` of the URL."""

    @model_validator(mode="after")
    def _can_be_told_and_named(self) -> Self:
        if self.user and not self.password_hash:
            raise mistake("A user without a password proves nothing.", "Add its password_hash.")
        if not (self.name or self._known_by()):
            raise mistake("Nothing says what this partner is called.", "Add a name, which logs can show.")
        return self

    def _known_by(self) -> str:
        """What tells the partner and is no secret."""
        if self.agency is not None:
            return self.agency[0]
        address = shown_network(self.address) if self.address is not None else ""
        return self.system or self.application_profile or self.certificate or self.user or address

    def account(self) -> Account:
        """The account as the fronts know it."""
        return self.named(self.name or self._known_by())
