"""Operations on patrons and their cards."""

from dataclasses import field
from datetime import date
from typing import ClassVar

from softdock.circulation.capabilities import Capability
from softdock.circulation.identifiers import LibraryId, PatronId, Secret
from softdock.circulation.items import Extra
from softdock.circulation.patrons import PatronList
from softdock.circulation.records import record


@record
class LookupPatron:
    """Who is this card, how does it stand, and, if `wanted`, one list that hangs on it."""

    capability: ClassVar = Capability.LOOKUP_PATRON
    changes_state: ClassVar = False

    patron: PatronId
    pin: Secret | None = None
    wanted: PatronList | None = None
    first: int = 1
    """First entry of the list that is wanted, counted from 1."""
    last: int | None = None
    """Last entry that is wanted, inclusive; None for all that follow."""
    extra: Extra = ()
    language: str = ""
    """ISO 639-1, of the texts that the device would like; "" where it does not say."""


@record
class BlockPatron:
    """Block a card, because the device kept it or staff asked for it."""

    capability: ClassVar = Capability.BLOCK_PATRON
    changes_state: ClassVar = True

    patron: PatronId
    card_retained: bool = False
    message: str = ""
    extra: Extra = ()


@record
class EnablePatron:
    """Lift the block of a card; with a wrong PIN it stays."""

    capability: ClassVar = Capability.ENABLE_PATRON
    changes_state: ClassVar = True

    patron: PatronId
    pin: Secret | None = None
    extra: Extra = ()


@record
class CreatePatron:
    """Take in a patron."""

    capability: ClassVar = Capability.EDIT_PATRON
    changes_state: ClassVar = True

    patron: PatronId | None = None
    """By which number the patron shall be known; None lets the library give one."""
    name: str = field(default="", repr=False)
    new_pin: Secret | None = None
    birth_date: date | None = field(default=None, repr=False)
    address: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    language: str = ""
    category: str = ""
    home_library: LibraryId | None = None
    expires: date | None = None
    blocked: str | None = field(default=None, repr=False)
    """Why the card is blocked; None for one that is not."""
    extra: Extra = ()


@record
class AmendPatron:
    """Change what is known of `patron`: None leaves a value as it is, "" takes it away."""

    capability: ClassVar = Capability.EDIT_PATRON
    changes_state: ClassVar = True

    patron: PatronId
    pin: Secret | None = None
    name: str | None = field(default=None, repr=False)
    new_pin: Secret | None = None
    birth_date: date | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    language: str | None = None
    category: str | None = None
    expires: date | None = None
    blocked: bool | None = None
    block_text: str = field(default="", repr=False)
    extra: Extra = ()
    drops: frozenset[str] = frozenset()
    """Of birth_date and expires, those to be taken away."""


@record
class DeletePatron:
    """Take `patron` out of the books; refused as long as something hangs on the card."""

    capability: ClassVar = Capability.EDIT_PATRON
    changes_state: ClassVar = True

    patron: PatronId
    pin: Secret | None = None
    extra: Extra = ()


@record
class EndSession:
    """The patron has left the device."""

    capability: ClassVar = Capability.END_SESSION
    changes_state: ClassVar = False

    patron: PatronId
    pin: Secret | None = None
    extra: Extra = ()
