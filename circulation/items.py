"""Items: the copies that are lent, and what can be said of one."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date, datetime
from types import MappingProxyType
from typing import TypeAlias

from softdock.circulation.identifiers import ItemId, LibraryId, PatronId, TitleId
from softdock.circulation.money import Money
from softdock.circulation.records import record
from softdock.circulation.words import Word

Extra: TypeAlias = Sequence[tuple[str, str]]
"""What a message carries beyond the vocabulary, in order: names of its own, each with a text.  Names may repeat."""

NOTHING_EXTRA: Mapping[str, str] = MappingProxyType({})


def nothing_extra() -> Mapping[str, str]:
    """The one empty `extra`, as a factory: dataclasses refuse an unhashable default."""
    return NOTHING_EXTRA


class CirculationStatus(Word):
    """Where an item stands in circulation: the thirteen states that SIP2 and NCIP share."""

    OTHER = "other"
    ON_ORDER = "on-order"
    AVAILABLE = "available"
    CHARGED = "charged"
    CHARGED_NOT_RECALLABLE = "charged-not-recallable"
    IN_PROCESS = "in-process"
    RECALLED = "recalled"
    ON_HOLD_SHELF = "on-hold-shelf"
    TO_BE_RESHELVED = "to-be-reshelved"
    IN_TRANSIT = "in-transit"
    CLAIMED_RETURNED = "claimed-returned"
    LOST = "lost"
    MISSING = "missing"


class SecurityMarker(Word):
    """How an item is protected against theft."""

    OTHER = "other"
    NONE = "none"
    TATTLE_TAPE = "tattle-tape"
    WHISPER_TAPE = "whisper-tape"


class MediaType(Word):
    """What an item is made of.  A kind that is not listed is OTHER."""

    OTHER = "other"
    BOOK = "book"
    MAGAZINE = "magazine"
    BOUND_JOURNAL = "bound-journal"
    AUDIO_TAPE = "audio-tape"
    VIDEO_TAPE = "video-tape"
    CD = "cd"
    DISKETTE = "diskette"
    BOOK_WITH_DISKETTE = "book-with-diskette"
    BOOK_WITH_CD = "book-with-cd"
    BOOK_WITH_AUDIO_TAPE = "book-with-audio-tape"


class FeeType(Word):
    """What a fee is for."""

    OTHER = "other"
    ADMINISTRATIVE = "administrative"
    DAMAGE = "damage"
    OVERDUE = "overdue"
    PROCESSING = "processing"
    RENTAL = "rental"
    REPLACEMENT = "replacement"
    COMPUTER_ACCESS = "computer-access"
    HOLD = "hold"


class AlertType(Word):
    """Why a returned item must not simply go back to its shelf."""

    NONE = "none"
    HOLD_HERE = "hold-here"
    HOLD_ELSEWHERE = "hold-elsewhere"
    INTERLIBRARY_HOLD = "interlibrary-hold"
    TRANSIT = "transit"
    SPECIAL = "special"


@record
class Item:
    """One copy, as its library's system describes it.  None and "" mean: the system does not say."""

    id: ItemId
    title: str = ""
    author: str = ""
    title_id: TitleId | None = None
    media_type: MediaType | None = None
    magnetic: bool | None = None
    security_marker: SecurityMarker = SecurityMarker.OTHER
    fee_type: FeeType = FeeType.OTHER
    fee: Money | None = None
    """What a loan of it costs."""
    owner: LibraryId | None = None
    permanent_location: str = ""
    current_location: str = ""
    call_number: str = ""
    collection: str = ""
    properties: str = ""
    """The note that staff or a device keep with the item (SIP2's CH)."""
    status: CirculationStatus = CirculationStatus.OTHER
    hold_queue_length: int | None = None
    due: datetime | date | None = None
    recalled: datetime | None = None
    hold_pickup_until: datetime | None = None
    borrower: PatronId | None = None
    """Known to some systems; never sent to a device."""
    extra: Mapping[str, str] = field(default_factory=nothing_extra)
    """What the library keeps beyond this vocabulary, by its own names."""
    due_text: str = ""
    """Where `due` is None: what the system says of it in words of its own."""
    lent: datetime | date | None = None
    """When the loan that it is on began, where the system tells."""
    lendable: bool | None = None
    """False for what is read in the house only."""
