"""The code lists of 3M SIP2 2.00 beside the words of the vocabulary: one table for each list."""

from collections.abc import Mapping
from typing import TypeVar

from softdock.circulation.capabilities import Capability
from softdock.circulation.holds import HoldScope
from softdock.circulation.items import AlertType, CirculationStatus, FeeType, MediaType, SecurityMarker
from softdock.circulation.patrons import PatronList, Standing

PATRON_STATUS: tuple[Standing, ...] = (
    Standing.CHECKOUT_DENIED,
    Standing.RENEWAL_DENIED,
    Standing.RECALL_DENIED,
    Standing.HOLD_DENIED,
    Standing.CARD_LOST,
    Standing.TOO_MANY_LOANS,
    Standing.TOO_MANY_OVERDUE,
    Standing.TOO_MANY_RENEWALS,
    Standing.TOO_MANY_CLAIMS_RETURNED,
    Standing.TOO_MANY_LOST,
    Standing.EXCESSIVE_FINES,
    Standing.EXCESSIVE_FEES,
    Standing.RECALL_OVERDUE,
    Standing.TOO_MANY_BILLED,
)
"""The fourteen positions of "patron status"."""

SUMMARY: tuple[PatronList, ...] = (
    PatronList.HOLDS,
    PatronList.OVERDUE,
    PatronList.LOANS,
    PatronList.FINES,
    PatronList.RECALLS,
    PatronList.UNAVAILABLE_HOLDS,
)
"""The six defined positions of "summary"."""

CIRCULATION_STATUS: dict[CirculationStatus, str] = {
    CirculationStatus.OTHER: "01",
    CirculationStatus.ON_ORDER: "02",
    CirculationStatus.AVAILABLE: "03",
    CirculationStatus.CHARGED: "04",
    CirculationStatus.CHARGED_NOT_RECALLABLE: "05",
    CirculationStatus.IN_PROCESS: "06",
    CirculationStatus.RECALLED: "07",
    CirculationStatus.ON_HOLD_SHELF: "08",
    CirculationStatus.TO_BE_RESHELVED: "09",
    CirculationStatus.IN_TRANSIT: "10",
    CirculationStatus.CLAIMED_RETURNED: "11",
    CirculationStatus.LOST: "12",
    CirculationStatus.MISSING: "13",
}

SECURITY_MARKER: dict[SecurityMarker, str] = {
    SecurityMarker.OTHER: "00",
    SecurityMarker.NONE: "01",
    SecurityMarker.TATTLE_TAPE: "02",
    SecurityMarker.WHISPER_TAPE: "03",
}

MEDIA_TYPE: dict[MediaType, str] = {
    MediaType.OTHER: "000",
    MediaType.BOOK: "001",
    MediaType.MAGAZINE: "002",
    MediaType.BOUND_JOURNAL: "003",
    MediaType.AUDIO_TAPE: "004",
    MediaType.VIDEO_TAPE: "005",
    MediaType.CD: "006",
    MediaType.DISKETTE: "007",
    MediaType.BOOK_WITH_DISKETTE: "008",
    MediaType.BOOK_WITH_CD: "009",
    MediaType.BOOK_WITH_AUDIO_TAPE: "010",
}

FEE_TYPE: dict[FeeType, str] = {
    FeeType.OTHER: "01",
    FeeType.ADMINISTRATIVE: "02",
    FeeType.DAMAGE: "03",
    FeeType.OVERDUE: "04",
    FeeType.PROCESSING: "05",
    FeeType.RENTAL: "06",
    FeeType.REPLACEMENT: "07",
    FeeType.COMPUTER_ACCESS: "08",
    FeeType.HOLD: "09",
}

HOLD_TYPE: dict[HoldScope, str] = {
    HoldScope.OTHER: "1",
    HoldScope.ANY_COPY: "2",
    HoldScope.THIS_COPY: "3",
    HoldScope.ANY_COPY_AT_LOCATION: "4",
}

ALERT_TYPE: dict[AlertType, str] = {
    AlertType.NONE: "00",
    AlertType.HOLD_HERE: "01",
    AlertType.HOLD_ELSEWHERE: "02",
    AlertType.INTERLIBRARY_HOLD: "03",
    AlertType.TRANSIT: "04",
    AlertType.SPECIAL: "99",
}
"""CV of the 3M extensions of 2005; some readers know no other values than these."""

_Meaning = TypeVar("_Meaning")


def _backwards(table: Mapping[_Meaning, str]) -> dict[str, _Meaning]:
    return {code: word for word, code in table.items()}


CIRCULATION_STATUS_OF = _backwards(CIRCULATION_STATUS)
SECURITY_MARKER_OF = _backwards(SECURITY_MARKER)
MEDIA_TYPE_OF = _backwards(MEDIA_TYPE)
FEE_TYPE_OF = _backwards(FEE_TYPE)
HOLD_TYPE_OF = _backwards(HOLD_TYPE)
ALERT_TYPE_OF = _backwards(ALERT_TYPE)

LANGUAGES: dict[str, str] = {
    "001": "en", "002": "fr", "003": "de", "004": "it", "005": "nl", "006": "sv", "007": "fi", "008": "es", "009": "da",
    "010": "pt", "011": "fr-CA", "012": "no", "013": "he", "014": "ja", "015": "ru", "016": "ar", "017": "pl", "018": "el",
    "019": "zh", "020": "ko", "021": "es-US", "022": "ta", "023": "ms", "024": "en-GB", "025": "is", "026": "nl-BE",
    "027": "zh-TW",
}  # fmt: skip
"""SIP2's languages by ISO 639-1; 000 is none of them."""
LANGUAGE_CODE = {language: code for code, language in LANGUAGES.items()}

LANGUAGE_OF: dict[str, str] = {"001": "en", "024": "en", "019": "zh", "027": "zh"}
"""Those of SIP2's languages in which SoftDock has texts; any other gets the profile's."""

MESSAGES_OF_BX: tuple[tuple[str, Capability | None], ...] = (
    ("23", Capability.LOOKUP_PATRON),
    ("11", Capability.CHECKOUT),
    ("09", Capability.CHECKIN),
    ("01", Capability.BLOCK_PATRON),
    ("99", None),
    ("97", None),
    ("93", None),
    ("63", Capability.LOOKUP_PATRON),
    ("35", Capability.END_SESSION),
    ("37", Capability.PAY_FEE),
    ("17", Capability.LOOKUP_ITEM),
    ("19", Capability.UPDATE_ITEM),
    ("25", Capability.ENABLE_PATRON),
    ("15", Capability.HOLD),
    ("29", Capability.RENEW),
    ("65", Capability.RENEW_ALL),
)
"""The sixteen positions of BX: the request that each is about; None is what the session itself does."""
