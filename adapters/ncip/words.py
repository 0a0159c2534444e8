"""What a partner or a system says for the words of the vocabulary: the tables of the crosswalk, as a file writes them.

Both directions use one model, so that what is agreed with a partner in front and what is known of a system behind are
written alike.  `WordLists.crosswalk` makes of them what the translation goes by.
"""

from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from enum import Enum
from typing import Annotated, Any, Final, Literal, TypeAlias, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from softdock.circulation.holds import HoldKind, HoldScope, HoldStatus
from softdock.circulation.items import AlertType, CirculationStatus, FeeType, MediaType, SecurityMarker
from softdock.circulation.patrons import Standing
from softdock.mappings.problems import suggestion
from softdock.mappings.sayings import Saying, checked, saying
from softdock.mappings.written import Written, choice, form, line, mistake, shown, text_of
from softdock.protocols.ncip.crosswalk import STANDARD, Crosswalk, Words
from softdock.protocols.ncip.tables.problem_types import ProblemType
from softdock.protocols.ncip.value_lists import folded

_Word = TypeVar("_Word")

LONGEST_TEXT: Final = 128
"""Characters of a text that is said for a word."""

_SAYING = saying(line(most=LONGEST_TEXT))


def _named(word: object) -> str:
    return str(word.value) if isinstance(word, Enum) else str(word)


class _Checked:
    """The checks of one list as a whole: `needed` are the words that messages cannot do without."""

    def __init__(self, needed: Collection[Any] = ()) -> None:
        self.needed = needed

    def __call__(self, sayings: dict[Any, Saying]) -> dict[Any, Saying]:
        return checked(sayings, named=_named, same=folded, needed=self.needed)


_Said: TypeAlias = Annotated[Saying, _SAYING]
_LOOSE = AfterValidator(_Checked())

CirculationStatuses: TypeAlias = Annotated[
    dict[Annotated[CirculationStatus, choice(CirculationStatus, "a state of an item")], _Said],
    AfterValidator(_Checked(CirculationStatus)),
]
SecurityMarkers: TypeAlias = Annotated[
    dict[Annotated[SecurityMarker, choice(SecurityMarker, "a security marker")], _Said], _LOOSE
]
MediaTypes: TypeAlias = Annotated[
    dict[Annotated[MediaType, choice(MediaType, "a kind of media")], _Said], _LOOSE
]
FeeTypes: TypeAlias = Annotated[
    dict[Annotated[FeeType, choice(FeeType, "a kind of fee")], _Said], AfterValidator(_Checked(FeeType))
]
HoldKinds: TypeAlias = Annotated[
    dict[Annotated[HoldKind, choice(HoldKind, "a kind of hold")], _Said], AfterValidator(_Checked(HoldKind))
]
HoldScopes: TypeAlias = Annotated[
    dict[Annotated[HoldScope, choice(HoldScope, "a scope of holds")], _Said],
    AfterValidator(_Checked(HoldScope)),
]
HoldStatuses: TypeAlias = Annotated[
    dict[Annotated[HoldStatus, choice(HoldStatus, "a state of a hold")], _Said],
    AfterValidator(_Checked(HoldStatus)),
]
Blocks: TypeAlias = Annotated[dict[Annotated[Standing, choice(Standing, "a mark of a card")], _Said], _LOOSE]
Payments: TypeAlias = Annotated[
    dict[
        Annotated[
            str,
            form(r"[0-9]{2}", "a way to pay", 'Write a code of SIP2: "00" is cash, "02" a credit card.'),
        ],
        _Said,
    ],
    _LOOSE,
]
Languages: TypeAlias = Annotated[
    dict[
        Annotated[
            str, form(r"[a-z]{2}", "a language", "Write two letters of ISO 639-1, such as zh, en or de.")
        ],
        _Said,
    ],
    _LOOSE,
]
Reached: TypeAlias = Literal["email", "phone"]
Addresses: TypeAlias = Annotated[
    dict[Annotated[Reached, choice(Reached, "a kind of address")], _Said], _LOOSE
]
Routings: TypeAlias = Annotated[
    dict[Annotated[AlertType, choice(AlertType, "a reason to beep")], _Said],
    AfterValidator(_Checked((AlertType.NONE,))),
]


class WordLists(BaseModel):
    """What is said in place of the standard's words, list by list; what is not written here stays the standard's."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        use_attribute_docstrings=True,
        hide_input_in_errors=True,
    )

    circulation_status: CirculationStatuses = Field(default_factory=dict)
    """The state of an item (CirculationStatus), such as {lost: Long Overdue}."""
    security_marker: SecurityMarkers = Field(default_factory=dict)
    """How an item is protected against theft (SecurityMarker)."""
    media_type: MediaTypes = Field(default_factory=dict)
    """What an item is made of (MediumType)."""
    fee_type: FeeTypes = Field(default_factory=dict)
    """What a fee is for (FiscalTransactionType)."""
    hold_kind: HoldKinds = Field(default_factory=dict)
    """What shall become of an item that is asked for (RequestType)."""
    hold_scope: HoldScopes = Field(default_factory=dict)
    """Which copies will do (RequestScopeType)."""
    hold_status: HoldStatuses = Field(default_factory=dict)
    """How far a hold has come (RequestStatusType)."""
    block: Blocks = Field(default_factory=dict)
    """What is wrong with a card (BlockOrTrapType). Whatever is understood here blocks a card."""
    payment: Payments = Field(default_factory=dict)
    """How it was paid (PaymentMethodType), by the codes of SIP2; any other way goes by its own name."""
    language: Languages = Field(default_factory=dict)
    """Language of a patron (UserLanguage), by ISO 639-1."""
    address: Addresses = Field(default_factory=dict)
    """Kinds of addresses (ElectronicAddressType), such as {email: electronic mail address}."""
    routing: Routings = Field(default_factory=dict)
    """Where a returned item has to go (RoutingInstructions)."""

    def crosswalk(self, base: Crosswalk = STANDARD) -> Crosswalk:
        """`base` with what is said here in the place of its words."""
        changes = {
            each.name: _changed(getattr(base, each.name), sayings)
            for each in fields(base)
            if (sayings := getattr(self, each.name))
        }
        return replace(base, **changes) if changes else base


def _changed(words: Words[_Word], sayings: Mapping[_Word, Saying]) -> Words[_Word]:
    """What is told alone keeps its meaning when it is heard; if it had none, that of the first word that it is told for."""
    heard = {folded(text): word for word, each in sayings.items() for text in each.heard}
    for word, each in sayings.items():
        if each.told:
            heard.setdefault(folded(each.told), words.heard.get(folded(each.told), word))
    changed = words.changed({word: each.told for word, each in sayings.items() if each.told}, heard)
    untold = {word for word, each in sayings.items() if each.told == ""}
    return replace(changed, told={word: text for word, text in changed.told.items() if word not in untold})


# --- problems ------------------------------------------------------------------------------------------

_PROBLEM_TYPES: Final = {folded(each.value): each for each in ProblemType}


def _problem_types(value: object) -> tuple[ProblemType, ...]:
    """One problem type, or several, in any spelling."""
    if isinstance(value, list | tuple):
        if not value:
            raise mistake("An empty list says nothing.", "Name a problem type, or leave the reason out.")
        return tuple(each for one in value for each in _problem_types(one))
    if isinstance(value, ProblemType):
        return (value,)
    text = text_of(value, "Write a problem type of NCIP, such as Item Does Not Circulate.")
    found = _PROBLEM_TYPES.get(folded(text))
    if found is None:
        near = suggestion(text, [each.value for each in ProblemType], "")
        remedy = near if near.startswith("Did") else "Write one such as Item Does Not Circulate."
        raise mistake(f"{shown(value)} is not a problem type of NCIP.", remedy)
    return (found,)


ProblemTypes: TypeAlias = tuple[ProblemType, ...]
_NAMES: Final = {"enum": [each.value for each in ProblemType]}
PROBLEM_TYPES: Final = Written(
    _problem_types, {"anyOf": [_NAMES, {"type": "array", "items": _NAMES, "minItems": 1}]}
)
"""The problem types for one reason, the most telling first."""
