"""The code lists of 3M SIP2 2.00 beside the words of the vocabulary: one table for each list."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, Generic, TypeVar

from softdock.circulation.capabilities import Capability
from softdock.circulation.holds import HoldScope
from softdock.circulation.items import AlertType, CirculationStatus, FeeType, MediaType, SecurityMarker
from softdock.circulation.patrons import GOOD_STANDING, PatronList, Standing
from softdock.circulation.records import record

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

# --- as one device, or one system, has them -----------------------------------------------------------------


@record
class CodeList(Generic[_Meaning]):
    """One list, both ways."""

    told: Mapping[_Meaning, str]
    """What is sent for a word."""
    heard: Mapping[str, _Meaning]
    """What a code means that comes."""

    def changed(self, told: Mapping[_Meaning, str], heard: Mapping[str, _Meaning]) -> "CodeList[_Meaning]":
        """With other codes; the rest stays."""
        return CodeList({**self.told, **told}, {**self.heard, **heard}) if told or heard else self

    def known_as(self, heard: Mapping[str, _Meaning], width: int = 0) -> "CodeList[_Meaning]":
        """With other codes for what comes.  Of those for one word the first is sent as well, if it has `width` characters."""
        told = {word: code for code, word in reversed([*heard.items()]) if not width or len(code) == width}
        return self.changed(told, heard)


class PatronStatus:
    """The fourteen characters of the patron status: which marks of a card each position stands for."""

    __slots__ = ("positions", "read")

    def __init__(self, positions: Sequence[frozenset[Standing]]) -> None:
        self.positions = tuple(positions)
        self.read = lru_cache(1024)(self._read)
        """What the positions mark that are Y; nothing else marks anything."""

    def written(self, standing: frozenset[Standing]) -> str:
        """The fourteen characters for a card.

        >>> STANDARD.patron_status.written(frozenset({Standing.CHECKOUT_DENIED, Standing.CARD_LOST}))
        'Y   Y         '
        """
        if not standing:
            return " " * 14
        return "".join([" " if each.isdisjoint(standing) else "Y" for each in self.positions])

    def _read(self, status: str) -> frozenset[Standing]:
        if "Y" not in status:
            return GOOD_STANDING
        marked = (marks for marks, each in zip(self.positions, status, strict=False) if each == "Y")
        return frozenset().union(*marked)

    def changed(self, positions: Mapping[int, frozenset[Standing]]) -> "PatronStatus":
        """With other marks at some positions."""
        if not positions:
            return self
        return PatronStatus([positions.get(place, marks) for place, marks in enumerate(self.positions)])


@record
class Codes:
    """Every list in which a device or a system may differ from the standard."""

    circulation_status: CodeList[CirculationStatus]
    security_marker: CodeList[SecurityMarker]
    media_type: CodeList[MediaType]
    fee_type: CodeList[FeeType]
    hold_type: CodeList[HoldScope]
    alert_type: CodeList[AlertType]
    payment_type: CodeList[str]
    """By SIP2's own codes, or by the name of a way to pay in small letters."""
    language: CodeList[str]
    """By ISO 639-1."""
    text_language: Mapping[str, str]
    """Those of the languages in which SoftDock has texts."""
    patron_status: PatronStatus


STANDARD: Final = Codes(
    circulation_status=CodeList(CIRCULATION_STATUS, CIRCULATION_STATUS_OF),
    security_marker=CodeList(SECURITY_MARKER, SECURITY_MARKER_OF),
    media_type=CodeList(MEDIA_TYPE, MEDIA_TYPE_OF),
    fee_type=CodeList(FEE_TYPE, FEE_TYPE_OF),
    hold_type=CodeList(HOLD_TYPE, HOLD_TYPE_OF),
    alert_type=CodeList(ALERT_TYPE, ALERT_TYPE_OF),
    payment_type=CodeList({}, {}),
    language=CodeList(LANGUAGE_CODE, LANGUAGES),
    text_language=LANGUAGE_OF,
    patron_status=PatronStatus([frozenset({each}) for each in PATRON_STATUS]),
)

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
