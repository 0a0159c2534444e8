"""The words of NCIP's customary lists, and those of the vocabulary (the lists of version 1, which are still sent)."""

from collections.abc import Mapping
from typing import Final, TypeVar

from softdock.circulation.holds import HoldKind, HoldScope, HoldStatus
from softdock.circulation.items import AlertType, CirculationStatus, FeeType, MediaType, SecurityMarker
from softdock.circulation.patrons import Standing
from softdock.protocols.ncip.value_lists import folded

_Word = TypeVar("_Word")


def _backwards(table: Mapping[_Word, str], **more: _Word) -> Mapping[str, _Word]:
    found = {folded(text): word for word, text in reversed(list(table.items()))}
    return found | {folded(text.replace("_", " ")): word for text, word in more.items()}


CIRCULATION_STATUS: Final[Mapping[CirculationStatus, str]] = {
    CirculationStatus.OTHER: "Circulation Status Undefined",
    CirculationStatus.ON_ORDER: "On Order",
    CirculationStatus.AVAILABLE: "Available On Shelf",
    CirculationStatus.CHARGED: "On Loan",
    CirculationStatus.CHARGED_NOT_RECALLABLE: "On Loan",
    CirculationStatus.IN_PROCESS: "In Process",
    CirculationStatus.RECALLED: "Recalled",
    CirculationStatus.ON_HOLD_SHELF: "Available For Pickup",
    CirculationStatus.TO_BE_RESHELVED: "Waiting To Be Reshelved",
    CirculationStatus.IN_TRANSIT: "In Transit Between Library Locations",
    CirculationStatus.CLAIMED_RETURNED: "Claimed Returned Or Never Borrowed",
    CirculationStatus.LOST: "Lost",
    CirculationStatus.MISSING: "Missing",
}
CIRCULATION_STATUS_OF: Final = _backwards(
    CIRCULATION_STATUS,
    not_available=CirculationStatus.OTHER,
    available=CirculationStatus.AVAILABLE,
    not_charged=CirculationStatus.AVAILABLE,
    charged=CirculationStatus.CHARGED,
    pending_transfer=CirculationStatus.IN_TRANSIT,
    in_transit=CirculationStatus.IN_TRANSIT,
)

SECURITY_MARKER: Final[Mapping[SecurityMarker, str]] = {
    SecurityMarker.NONE: "None",
    SecurityMarker.TATTLE_TAPE: "3M Tattle-Tape Security Strip",
}
SECURITY_MARKER_OF: Final = {
    **_backwards(SECURITY_MARKER),
    "tattle-tape security strip": SecurityMarker.TATTLE_TAPE,
    "3m tattle-tape": SecurityMarker.TATTLE_TAPE,
    "3m whisper tape": SecurityMarker.WHISPER_TAPE,
}

MEDIA_TYPE: Final[Mapping[MediaType, str]] = {
    MediaType.BOOK: "Book",
    MediaType.MAGAZINE: "Magazine",
    MediaType.BOUND_JOURNAL: "Bound Journal",
    MediaType.AUDIO_TAPE: "Audio Tape",
    MediaType.VIDEO_TAPE: "Video Tape",
    MediaType.CD: "Compact Disc (CD)",
    MediaType.DISKETTE: "Diskette",
    MediaType.BOOK_WITH_DISKETTE: "Book With Diskette",
    MediaType.BOOK_WITH_CD: "Book With Compact Disc",
    MediaType.BOOK_WITH_AUDIO_TAPE: "Book With Audio Tape",
}
MEDIA_TYPE_OF: Final = {**_backwards(MEDIA_TYPE), "cd-rom": MediaType.CD, "compact disc": MediaType.CD}

FEE_TYPE: Final[Mapping[FeeType, str]] = {
    FeeType.OTHER: "Service Charge",
    FeeType.ADMINISTRATIVE: "Service Charge",
    FeeType.DAMAGE: "Book Replacement Charge",
    FeeType.OVERDUE: "Fine",
    FeeType.PROCESSING: "Service Charge",
    FeeType.RENTAL: "Rental",
    FeeType.REPLACEMENT: "Book Replacement Charge",
    FeeType.COMPUTER_ACCESS: "Service Charge",
    FeeType.HOLD: "Reservation Charge",
}
FEE_TYPE_OF: Final[Mapping[str, FeeType]] = {
    "service charge": FeeType.ADMINISTRATIVE,
    "book replacement charge": FeeType.REPLACEMENT,
    "fine": FeeType.OVERDUE,
    "rental": FeeType.RENTAL,
    "reservation charge": FeeType.HOLD,
    "card replacement charge": FeeType.ADMINISTRATIVE,
    "reminder charge": FeeType.ADMINISTRATIVE,
    "interlibrary loan fee": FeeType.PROCESSING,
    "renewal fee": FeeType.RENTAL,
    "purchase": FeeType.OTHER,
    "catalog search": FeeType.PROCESSING,
    "day pass": FeeType.OTHER,
}

PAYMENT_OF: Final[Mapping[str, str]] = {"cash": "00", "credit card": "02"}
"""What SIP2 has a code for, of the ways to pay; the others go by their own names, which is agreed on."""

HOLD_KIND: Final[Mapping[HoldKind, str]] = {
    HoldKind.HOLD: "Hold",
    HoldKind.LOAN: "Loan",
    HoldKind.STACK_RETRIEVAL: "Stack Retrieval",
    HoldKind.COPY: "Non-returnable Copy",
    HoldKind.ESTIMATE: "Estimate",
}
HOLD_KIND_OF: Final = {
    **_backwards(HOLD_KIND),
    "page": HoldKind.STACK_RETRIEVAL,
    "physical": HoldKind.LOAN,
    "non-returnable": HoldKind.COPY,
    "recall": HoldKind.HOLD,
}

HOLD_SCOPE: Final[Mapping[HoldScope, str]] = {
    HoldScope.ANY_COPY: "Bibliographic Item",
    HoldScope.THIS_COPY: "Item",
    HoldScope.OTHER: "Bibliographic Item",
    HoldScope.ANY_COPY_AT_LOCATION: "Bibliographic Item",
}
HOLD_SCOPE_OF: Final[Mapping[str, HoldScope]] = {
    "bibliographic item": HoldScope.ANY_COPY,
    "title": HoldScope.ANY_COPY,
    "0": HoldScope.ANY_COPY,
    "item": HoldScope.THIS_COPY,
    "1": HoldScope.THIS_COPY,
}

HOLD_STATUS: Final[Mapping[HoldStatus, str]] = {
    HoldStatus.WAITING: "In Process",
    HoldStatus.READY: "Available For Pickup",
    HoldStatus.FILLED: "Expired",
    HoldStatus.CANCELLED: "Cannot Fulfill Request",
    HoldStatus.LAPSED: "Expired",
}

HOLD_STATUS_OF: Final = {
    **_backwards({word: text for word, text in HOLD_STATUS.items() if word is not HoldStatus.FILLED}),
    "need to accept conditions": HoldStatus.WAITING,
    "requested via ill": HoldStatus.WAITING,
}

BLOCKS: Final[Mapping[Standing, str]] = {
    Standing.CHECKOUT_DENIED: "Block Check Out",
    Standing.RENEWAL_DENIED: "Block Renewal",
    Standing.RECALL_DENIED: "Block Recall",
    Standing.HOLD_DENIED: "Block Hold",
    Standing.CARD_LOST: "Trap For Lost Card",
    Standing.TOO_MANY_LOANS: "Block Check Out",
    Standing.TOO_MANY_OVERDUE: "Block Check Out",
    Standing.TOO_MANY_RENEWALS: "Block Renewal",
    Standing.TOO_MANY_CLAIMS_RETURNED: "Block Check Out",
    Standing.TOO_MANY_LOST: "Block Check Out",
    Standing.EXCESSIVE_FINES: "Block Check Out",
    Standing.EXCESSIVE_FEES: "Block Check Out",
    Standing.RECALL_OVERDUE: "Block Check Out",
    Standing.TOO_MANY_BILLED: "Block Check Out",
}
"""What each mark of a card means as a BlockOrTrapType."""

BLOCKS_OF: Final[Mapping[str, Standing]] = {
    "block check out": Standing.CHECKOUT_DENIED,
    "block renewal": Standing.RENEWAL_DENIED,
    "block recall": Standing.RECALL_DENIED,
    "block hold": Standing.HOLD_DENIED,
    "block request item": Standing.HOLD_DENIED,
    "trap for lost card": Standing.CARD_LOST,
}
"""What a BlockOrTrapType means.  Messages, parcels and electronic resources block nothing here."""

ROUTING: Final[Mapping[AlertType, str]] = {
    AlertType.NONE: "Return To Shelf",
    AlertType.HOLD_HERE: "Hold For Pickup",
    AlertType.HOLD_ELSEWHERE: "Send To Pickup Location",
    AlertType.INTERLIBRARY_HOLD: "Send To Requesting Library",
    AlertType.TRANSIT: "Send To Owning Location",
    AlertType.SPECIAL: "See Staff",
}
ROUTING_OF: Final = _backwards(ROUTING)

ELECTRONIC_ADDRESS_OF: Final[Mapping[str, str]] = {
    **dict.fromkeys(("mailto", "email", "e-mail", "mail", "email address", "electronic mail address", "smtp"), "email"),
    **dict.fromkeys(("tel", "telephone", "phone", "phone number", "telephone number", "mobile", "sms"), "phone"),
}  # fmt: skip
"""What kinds of addresses are called by those who send them, folded: URI schemes, and words of their own."""

LANGUAGE: Final[Mapping[str, str]] = {
    "zh": "zho", "en": "eng", "fr": "fra", "de": "deu", "es": "spa", "ja": "jpn", "ko": "kor", "ru": "rus",
    "it": "ita", "pt": "por", "ar": "ara", "nl": "nld", "sv": "swe", "fi": "fin", "da": "dan", "no": "nor",
    "pl": "pol", "he": "heb", "el": "ell", "ta": "tam", "ms": "msa", "is": "isl",
}  # fmt: skip
"""ISO 639-1 and ISO 639-2."""
LANGUAGE_OF: Final[Mapping[str, str]] = {
    **{long: short for short, long in LANGUAGE.items()},
    **{short: short for short in LANGUAGE},
    "chi": "zh", "fre": "fr", "ger": "de", "dut": "nl", "ice": "is", "gre": "el", "may": "ms",
}  # fmt: skip
