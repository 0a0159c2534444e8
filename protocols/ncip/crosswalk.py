"""The crosswalk: the words of NCIP's lists beside those of the vocabulary, as data that an agreement may change.

`STANDARD` holds the customary lists (those of version 1, which are still sent) with what other programs are seen to
say in their place.  What is agreed with a partner, or known of a system, begins with it and changes single words.
"""

from collections.abc import Mapping
from typing import Final, Generic, TypeVar

from softdock.circulation.holds import HoldKind, HoldScope, HoldStatus
from softdock.circulation.items import AlertType, CirculationStatus, FeeType, MediaType, SecurityMarker
from softdock.circulation.patrons import Standing
from softdock.circulation.records import record
from softdock.protocols.ncip import codes
from softdock.protocols.ncip.value_lists import folded

_Word = TypeVar("_Word")


@record
class Words(Generic[_Word]):
    """One list, both ways."""

    told: Mapping[_Word, str]
    """What is written for a word; for one that is missing, nothing is."""
    heard: Mapping[str, _Word]
    """What a text means, by its folded spelling."""
    otherwise: _Word | None = None
    """What any other text means; None for nothing that is known."""

    def tell(self, word: _Word | None) -> str | None:
        """What is written for `word`; None for none."""
        return None if word is None else self.told.get(word)

    def hear(self, text: str) -> _Word | None:
        """What `text` means; None for an empty one, and for one that means nothing known."""
        return self.heard.get(folded(text), self.otherwise) if text else None

    def known(self, text: str) -> _Word | None:
        """What `text` means, if it is in the list; None for any other."""
        return self.heard.get(folded(text))

    @property
    def lossy(self) -> Mapping[_Word, _Word | None]:
        """The words that do not come back as they went, and as what they come back."""
        back = {word: self.hear(text) for word, text in self.told.items()}
        return {word: found for word, found in back.items() if found != word}

    def changed(self, told: Mapping[_Word, str], heard: Mapping[str, _Word]) -> "Words[_Word]":
        """With other words.  What is told is understood as well, unless it is said to mean something else."""
        if not told and not heard:
            return self
        understood = {folded(text): word for word, text in told.items()}
        meant = {folded(text): word for text, word in heard.items()}
        return Words({**self.told, **told}, {**self.heard, **understood, **meant}, self.otherwise)


@record
class Crosswalk:
    """All lists that are spoken about with one partner, or with one system."""

    circulation_status: Words[CirculationStatus]
    security_marker: Words[SecurityMarker]
    media_type: Words[MediaType]
    fee_type: Words[FeeType]
    hold_kind: Words[HoldKind]
    hold_scope: Words[HoldScope]
    hold_status: Words[HoldStatus]
    block: Words[Standing]
    """Marks of a card as BlockOrTrapType.  The causes of a block are told as the block that they lead to."""
    payment: Words[str]
    """How it was paid, by SIP2's codes; other ways go by their own names."""
    language: Words[str]
    """ISO 639-1, and ISO 639-2."""
    address: Words[str]
    """`email` and `phone`, as ElectronicAddressType."""
    routing: Words[AlertType]
    """Where a returned item has to go, as RoutingInstructions."""


STANDARD: Final = Crosswalk(
    circulation_status=Words(codes.CIRCULATION_STATUS, codes.CIRCULATION_STATUS_OF, CirculationStatus.OTHER),
    security_marker=Words(codes.SECURITY_MARKER, codes.SECURITY_MARKER_OF, SecurityMarker.OTHER),
    media_type=Words(codes.MEDIA_TYPE, codes.MEDIA_TYPE_OF, MediaType.OTHER),
    fee_type=Words(codes.FEE_TYPE, codes.FEE_TYPE_OF, FeeType.OTHER),
    hold_kind=Words(codes.HOLD_KIND, codes.HOLD_KIND_OF),
    hold_scope=Words(codes.HOLD_SCOPE, codes.HOLD_SCOPE_OF),
    hold_status=Words(codes.HOLD_STATUS, codes.HOLD_STATUS_OF),
    block=Words(codes.BLOCKS, codes.BLOCKS_OF),
    payment=Words({"00": "Cash", "02": "Credit Card"}, codes.PAYMENT_OF),
    language=Words(codes.LANGUAGE, codes.LANGUAGE_OF),
    address=Words({"email": "mailto", "phone": "tel"}, codes.ELECTRONIC_ADDRESS_OF),
    routing=Words(codes.ROUTING, codes.ROUTING_OF, AlertType.SPECIAL),
)
