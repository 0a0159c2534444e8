"""What a partner or a system says in place of the standard's words, from a file to the crosswalk."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from softdock.adapters.ncip.words import PROBLEM_TYPES, WordLists
from softdock.circulation.holds import HoldKind
from softdock.circulation.items import CirculationStatus, MediaType, SecurityMarker
from softdock.circulation.patrons import Standing
from softdock.mappings.sayings import Saying
from softdock.protocols.ncip.contents import MODELS
from softdock.protocols.ncip.crosswalk import STANDARD, Crosswalk
from softdock.protocols.ncip.grammar import Name, Part
from softdock.protocols.ncip.tables.problem_types import ProblemType
from softdock.protocols.ncip.value_lists import folded

LISTS = tuple(each.name for each in fields(Crosswalk))
ELEMENTS = {
    "circulation_status": "CirculationStatus",
    "security_marker": "SecurityMarker",
    "media_type": "MediumType",
    "fee_type": "FiscalTransactionType",
    "hold_kind": "RequestType",
    "hold_scope": "RequestScopeType",
    "hold_status": "RequestStatusType",
    "payment": "PaymentMethodType",
    "language": "UserLanguage",
}
"""The elements of the lists.  The others stand in elements that are left out as a whole where there is no word."""


def words_of(name: str) -> list[object]:
    return list(getattr(STANDARD, name).told)


def said(**lists: object) -> Crosswalk:
    return WordLists.model_validate(lists).crosswalk()


def complaints(**lists: object) -> dict[str, str]:
    with pytest.raises(ValidationError) as found:
        WordLists.model_validate(lists)
    return {".".join(map(str, each["loc"])): each["msg"] for each in found.value.errors()}


def test_there_is_a_table_for_every_list_of_the_crosswalk() -> None:
    assert tuple(WordLists.model_fields) == LISTS


def test_who_says_nothing_gets_the_standard_itself() -> None:
    assert said() is STANDARD


def test_a_text_is_told_and_understood_in_any_spelling() -> None:
    found = said(circulation_status={"lost": "Long Overdue"}).circulation_status
    assert found.tell(CirculationStatus.LOST) == "Long Overdue"
    assert found.hear("long  OVERDUE") is CirculationStatus.LOST
    assert found.hear("Lost") is CirculationStatus.LOST, "what was understood still is"
    assert found.tell(CirculationStatus.MISSING) == "Missing"


def test_of_a_list_the_first_is_told_and_all_are_understood() -> None:
    found = said(hold_kind={"stack-retrieval": ["Pull", "Magazin"]}).hold_kind
    assert found.tell(HoldKind.STACK_RETRIEVAL) == "Pull"
    assert found.hear("magazin") is HoldKind.STACK_RETRIEVAL


def test_what_is_only_told_keeps_the_meaning_that_it_has() -> None:
    found = said(circulation_status={"lost": {"told": "Missing"}}).circulation_status
    assert found.tell(CirculationStatus.LOST) == "Missing"
    assert found.hear("Missing") is CirculationStatus.MISSING
    assert found.lossy[CirculationStatus.LOST] is CirculationStatus.MISSING


def test_what_is_only_told_for_two_words_and_meant_nothing_means_the_first() -> None:
    found = said(media_type={"magazine": {"told": "Serial"}, "bound-journal": {"told": "Serial"}}).media_type
    assert found.hear("serial") is MediaType.MAGAZINE


def test_what_is_only_understood_is_told_as_before() -> None:
    found = said(circulation_status={"lost": {"heard": ["Aged", "Gone"]}}).circulation_status
    assert found.tell(CirculationStatus.LOST) == "Lost"
    assert found.hear("gone") is CirculationStatus.LOST


def test_an_empty_list_says_that_a_word_is_not_told() -> None:
    found = said(security_marker={"tattle-tape": []}).security_marker
    assert found.tell(SecurityMarker.TATTLE_TAPE) is None
    assert found.hear("3M Tattle-Tape") is SecurityMarker.TATTLE_TAPE


def test_the_cause_of_a_block_may_have_a_word_of_its_own() -> None:
    found = said(block={"excessive-fines": "Owes Money"}).block
    assert found.tell(Standing.EXCESSIVE_FINES) == "Owes Money"
    assert found.known("owes money") is Standing.EXCESSIVE_FINES


def test_keys_that_are_no_words_of_ours_have_forms() -> None:
    found = said(payment={"01": "Visa"}, language={"sr": ["srp", "scc"]}, address={"phone": "Telefon"})
    assert (found.payment.hear("VISA"), found.language.hear("scc"), found.address.tell("phone")) == (
        "01",
        "sr",
        "Telefon",
    )


def test_what_is_said_builds_on_what_was_said_before() -> None:
    base = said(circulation_status={"lost": "Long Overdue"})
    found = WordLists.model_validate({"circulation_status": {"missing": "Gone"}}).crosswalk(base)
    assert found.circulation_status.tell(CirculationStatus.LOST) == "Long Overdue"
    assert found.circulation_status.tell(CirculationStatus.MISSING) == "Gone"
    assert found.media_type is base.media_type


# --- what is wrong ------------------------------------------------------------------------------------------


def test_everything_that_is_wrong_is_told_at_once_with_its_place() -> None:
    found = complaints(
        circulation_status={"gone": "Lost", "lost": ""},
        media_type={"book": "x" * 129},
        fee_type={"overdue": []},
        payment={"cash": "Cash"},
        language={"zho": "zho"},
        address={"fax": "fax"},
        routing={"none": []},
        hold_kind={"hold": "Out", "loan": " OUT "},
        colour={},
    )
    assert found == {
        "circulation_status.gone.[key]": '"gone" is not a state of an item.',
        "circulation_status.lost": "An empty text cannot stand here.",
        "media_type.book": "This has 129 characters.",
        "fee_type": "There has to be a text for overdue: messages require one.",
        "payment.cash.[key]": '"cash" is not a way to pay.',
        "language.zho.[key]": '"zho" is not a language.',
        "address.fax.[key]": '"fax" is not a kind of address.',
        "routing": "There has to be a text for none: messages require one.",
        "hold_kind": '" OUT " means both hold and loan.',
        "colour": "Extra inputs are not permitted",
    }


@pytest.mark.parametrize("name", sorted(ELEMENTS))
def test_a_word_is_needed_exactly_where_a_message_has_to_have_one(name: str) -> None:
    compulsory = any(_requires(model, ELEMENTS[name]) for model in MODELS.values())
    for word in words_of(name):
        key = word if isinstance(word, str) else word.value  # type: ignore[attr-defined]
        if compulsory:
            assert name in complaints(**{name: {key: []}}), key
        else:
            assert getattr(said(**{name: {key: []}}), name).tell(word) is None


def _requires(part: Part, element: str) -> bool:
    if isinstance(part, Name):
        return part.name == element and part.least > 0
    return part.least > 0 and any(_requires(each, element) for each in part.parts)


# --- there and back -----------------------------------------------------------------------------------------

TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=12)


@st.composite
def overrides(draw: st.DrawFn) -> tuple[str, dict[object, Saying]]:
    """A list, and for some of its words texts that are told and understood, no two alike."""
    name = draw(st.sampled_from(LISTS))
    chosen = draw(st.lists(st.sampled_from(words_of(name)), unique=True, min_size=1))
    count = len(chosen)
    texts = draw(st.lists(TEXTS, min_size=count, max_size=count, unique_by=folded))
    return name, {word: Saying(text, (text,)) for word, text in zip(chosen, texts, strict=True)}


@given(overrides())
def test_what_is_told_comes_back_unless_the_list_says_that_it_is_lost(
    override: tuple[str, dict[object, Saying]],
) -> None:
    name, sayings = override
    words = getattr(WordLists.model_validate({name: sayings}).crosswalk(), name)
    for word, each in sayings.items():
        assert words.tell(word) == each.told
        assert words.hear(words.tell(word)) == word, "what is said both ways always comes back"
    for word, text in words.told.items():
        assert words.hear(text) == words.lossy.get(word, word)


# --- problems -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "types"),
    [
        ("unknown  ITEM", (ProblemType.UNKNOWN_ITEM,)),
        (
            ["Unknown Item", "Element Rule Violated"],
            (ProblemType.UNKNOWN_ITEM, ProblemType.ELEMENT_RULE_VIOLATED),
        ),
    ],
)
def test_problem_types_are_known_by_any_spelling(written: object, types: tuple[ProblemType, ...]) -> None:
    assert PROBLEM_TYPES.read(written) == types
    assert PROBLEM_TYPES.read(types) == types


@pytest.mark.parametrize(
    ("written", "sentence"),
    [("Unknown Book", '"Unknown Book" is not a problem type of NCIP.'), ([], "An empty list says nothing.")],
)
def test_what_is_no_problem_type_is_told(written: object, sentence: str) -> None:
    with pytest.raises(PydanticCustomError) as found:
        PROBLEM_TYPES.read(written)
    assert sentence in str(found.value)
