"""What may be said of a kind of system: how it speaks NCIP, and what it means by it.

Every key has a default, which is the standard's; where the standard leaves something open, it is what misleads nobody.
The docstring under a key is the one place where it is explained: JSON schema and reference are made from it.  `ready`
finds a profile by its name; here is what one is.
"""

from collections.abc import Sequence
from typing import Annotated, Literal, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from softdock.adapters.ncip.words import WordLists
from softdock.circulation.reasons import Reason
from softdock.mappings.written import ZONE
from softdock.protocols.ncip.asking import FORMS
from softdock.protocols.ncip.message import Form
from softdock.protocols.ncip.south.dialect import (
    EVERY_SERVICE,
    ITEM_ELEMENTS,
    TITLE_ELEMENTS,
    USER_ELEMENTS,
    LoanUndoing,
    ProblemRule,
    SystemDialect,
)
from softdock.protocols.ncip.tables.services import SERVICES
from softdock.protocols.ncip.value_lists import folded

Version: TypeAlias = Literal["2.02", "2.01", "2.0", "1.01", "1.0"]


def _wrong(sentence: str) -> PydanticCustomError:
    return PydanticCustomError("profile", "{sentence}", {"sentence": sentence})


def _service(name: str) -> str:
    if name not in EVERY_SERVICE:
        raise _wrong(
            f"This is not a service that can be asked for. There are {', '.join(sorted(EVERY_SERVICE))}"
        )
    return name


ServiceName: TypeAlias = Annotated[str, AfterValidator(_service)]
_Words: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=255, strip_whitespace=True)]
_Kind: TypeAlias = Annotated[str, StringConstraints(max_length=128, strip_whitespace=True)]


class _Part(BaseModel):
    """A table with a closed list of keys."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
        populate_by_name=True,
        hide_input_in_errors=True,
    )


class MeaningOfProblem(_Part):
    """A problem of the system that tells why it refused."""

    type: _Kind = ""
    """The problem type, whatever its capitals; empty for any."""
    contains: _Kind = ""
    """Looked for in type and detail, without regard to capitals."""
    in_: Annotated[list[ServiceName], Field(alias="in")] = Field(default_factory=list)
    """The services under which it is looked for; all, where none is named."""
    reason: Reason
    """The reason that it means."""


class Undoing(_Part):
    """How the system takes back what it has done."""

    loan: Literal["undo", "return", "none"] = "undo"
    """A loan: by UndoCheckOutItem, by a plain return (CheckInItem), or not at all."""
    hold: Literal["cancel", "none"] = "cancel"
    """A hold: by CancelRequestItem, or not at all."""


class SystemProfile(_Part):
    """One kind of system."""

    like: str = ""
    """The profile that this one changes: the name of a ready one, or a file beside the settings."""

    # the wire
    version: Version = "2.02"
    """Version of NCIP in which the system is asked."""
    version_uri: Annotated[str, StringConstraints(max_length=255)] = ""
    """What the attribute `version` says, where the system wants another address than the usual one."""
    http: Literal["1.1", "1.0"] = "1.1"
    """Version of HTTP in which the system is asked."""
    services: frozenset[ServiceName] | None = Field(default=None, json_schema_extra={"default": "all"})
    """The services that the system offers; without the key, all that its version has. One that it then says it has not is not asked for again, unless only one use of it may be meant."""
    probe: Literal["LookupVersion", "LookupAgency", "LookupUser", "LookupItem", "none"] = "LookupVersion"
    """What asks whether the system is there: LookupVersion, LookupAgency, or LookupUser and LookupItem, which ask for the number 0; none, and what the next patron asks for tells it."""

    # how things are named
    user_id_type: _Kind = ""
    """What kind of identifier a card's is called (UserIdentifierType)."""
    item_id_type: _Kind = ""
    """What kind of identifier an item's is called (ItemIdentifierType)."""
    request_id_type: _Kind = ""
    """What kind of identifier a hold's is called (RequestIdentifierType)."""
    title_code: _Kind = ""
    """The list that a title's number is from (BibliographicRecordIdentifierCode), such as OCLC; empty for the system's own numbers."""
    agency_in_ids: bool = False
    """Whether identifiers name the system's agency; in version 1 they always do."""
    agencies: dict[_Words, _Words] = Field(default_factory=dict)
    """What the system calls libraries and branches, and what they are called here."""
    pickup_locations: dict[_Words, _Words] = Field(default_factory=dict)
    """What the system calls the places where patrons collect things, and what devices call them."""
    card_input: _Words = "Barcode Id"
    """What the card is called where a PIN goes along (AuthenticationInputType)."""
    pin_input: _Words = "PIN"
    """What the PIN is called there."""

    # what is asked
    user_elements: list[_Words] = Field(default_factory=lambda: list(USER_ELEMENTS))
    """What is asked of a patron (UserElementType)."""
    item_elements: list[_Words] = Field(default_factory=lambda: list(ITEM_ELEMENTS))
    """What is asked of an item, also along with a hold or a recall (ItemElementType)."""
    title_elements: list[_Words] = Field(default_factory=lambda: list(TITLE_ELEMENTS))
    """What is asked of the item along with a loan, a return or a renewal."""
    pin_checked_in: frozenset[ServiceName] = frozenset({"LookupUser"})
    """The services in which the system itself checks the PIN. Before any other that changes the books, it is checked by a question of its own."""
    pin_answer: Literal["right", "not-compared"] = "right"
    """What it means that a question with a PIN is answered without a problem."""
    lists: Literal["always", "wanted"] = "always"
    """Whether loans, requests and account are asked for with every look at a card, so that devices can show how many there are, or only the one that is wanted."""
    lists_tell_all: bool = True
    """Whether the system shows a patron's lists in full without a PIN. Only then is it believed that a patron does not have what they lack, when nobody knows what became of a loan, a renewal or a hold."""
    borrower: bool = True
    """Whether the system is asked who has an item (CurrentBorrowerDesired). It is told to nobody; recovery and renewals go by it."""
    recalls: bool = False
    """Whether a list of recalled loans is made by looking at the item of each."""
    titles_looked_up: bool = True
    """Whether the item is looked at where a loan or a return came back without a title."""
    holds_looked_up: bool = True
    """Whether a hold that was placed is looked at by its name (LookupRequest), which tells its place in the queue."""
    request_ids: Literal["ours", "theirs"] = "theirs"
    """By whose name a hold is known: the system's own, or the one by which it is asked for (RequestId), because the system keeps that. With ours, SoftDock names every hold, and finds and cancels by its name one whose answer was lost."""
    renews_own_loans: bool = True
    """Whether a loan that is refused of what the patron has already becomes a renewal, where the device allows that."""
    reasons_looked_up: bool = True
    """Whether the item is looked at where a refusal leaves open what stands in the way."""
    mandated: bool = True
    """Whether the system books what has happened already (MandatedAction)."""
    undo: Undoing = Field(default_factory=Undoing)
    """How a loan or a hold is taken back whose answer was lost, once the device has told the patron that there is none."""
    block: _Words = "Block Check Out"
    """The block by which a card is blocked (BlockOrTrapType)."""

    # what is answered
    echoed: frozenset[Literal["ItemId", "UserId"]] = frozenset({"ItemId"})
    """The identifiers which an answer has to repeat as they were asked for; one about another is not believed. Take ItemId out for a system that answers with a number of its own, and add UserId for one that always repeats the card's."""
    problems: list[MeaningOfProblem] = Field(default_factory=list)
    """Problems that tell why the system refused, before what the standard says of their types; the first that fits counts."""
    details_for_patrons: bool = True
    """Whether the system's texts (ProblemDetail) are shown to patrons."""
    temporary_failure: Literal["not-done", "unknown"] = "not-done"
    """What it means for a change if the system says Temporary Processing Failure."""
    checkin_not_on_loan: Literal["done", "problem"] = "done"
    """Whether a return counts as done where the system says that nobody has the item."""
    blocking_words: list[_Words] = Field(default_factory=lambda: ["BLOCKED", "BARRED", "EXPIRED", "N"])
    """Words of the row STATUS of UserPrivilege that block a card."""
    name_order: Literal["surname-first", "given-name-first"] = "surname-first"
    """How a name is put together whose parts are sent: "Smith, Anna", or "Anna Smith"; a Chinese name is always written in one."""
    hold_dates: bool = False
    """Whether the date of a request (DatePlaced) is when it was made, to the second. Then a hold whose answer was lost is known by it, and cancelled where the device has heard no; otherwise staff look."""
    hold_status: bool = True
    """Whether the status of a request is to be believed."""
    payments: bool = True
    """Whether a payment that is answered has been booked."""
    no_identifier: list[_Words] = Field(default_factory=lambda: ["-1"])
    """What stands in an identifier where the system has none."""
    dates: Literal["moment", "day"] = "moment"
    """Whether of a date with a time of day only the day is to be believed, as it is written."""
    time_zone: Annotated[ZoneInfo, ZONE] | None = None
    """Zone of dates that name none; without the key, the library's."""

    words: WordLists = Field(default_factory=WordLists)
    """What the system says in place of the standard's words, list by list."""

    def form(self) -> Form:
        """How messages are written."""
        usual = FORMS[self.version]
        return Form(usual.family, self.version_uri, usual.level, usual.root) if self.version_uri else usual

    def faults(self) -> list[tuple[Sequence[str | int], str]]:
        """What is wrong with it beyond its types."""
        level = self.form().level
        found: list[tuple[Sequence[str | int], str]] = [
            (("problems", number), "Nothing says which problem is meant. Write type or contains.")
            for number, each in enumerate(self.problems)
            if not each.type and not each.contains
        ]
        found += [
            (("services",), f"Version {self.version} has no {name}. Take it out, or change version.")
            for name in sorted(self.services or ())
            if not SERVICES[name].since <= level <= SERVICES[name].until
        ]
        return found

    def dialect(self) -> SystemDialect:
        """What the translation has to know of such a system."""
        return SystemDialect(
            crosswalk=self.words.crosswalk(),
            services=EVERY_SERVICE if self.services is None else self.services,
            user_id_type=self.user_id_type,
            item_id_type=self.item_id_type,
            request_id_type=self.request_id_type,
            title_code=self.title_code,
            agency_in_ids=self.agency_in_ids,
            agencies={folded(theirs): ours for theirs, ours in self.agencies.items()},
            pickup_locations={ours: theirs for theirs, ours in self.pickup_locations.items()},
            names_of_pickup_locations={
                folded(theirs): ours for theirs, ours in self.pickup_locations.items()
            },
            card_input=self.card_input,
            pin_input=self.pin_input,
            user_elements=tuple(self.user_elements),
            item_elements=tuple(self.item_elements),
            title_elements=tuple(self.title_elements),
            pin_checked_in=self.pin_checked_in,
            counts_always=self.lists == "always",
            empty_lists_believed=self.lists_tell_all,
            borrower_asked=self.borrower,
            recalls_looked_up=self.recalls,
            title_looked_up=self.titles_looked_up,
            holds_looked_up=self.holds_looked_up,
            request_ids_kept=self.request_ids == "ours",
            own_loan_renewed=self.renews_own_loans,
            reasons_looked_up=self.reasons_looked_up,
            honours_mandated=self.mandated,
            undo_loan=LoanUndoing(self.undo.loan),
            block=self.block,
            echoed=frozenset(self.echoed),
            problems=tuple(
                ProblemRule(each.reason, folded(each.type), each.contains.casefold(), frozenset(each.in_))
                for each in self.problems
            ),
            details_for_patrons=self.details_for_patrons,
            temporary_failure_is_unknown=self.temporary_failure == "unknown",
            not_lent_is_returned=self.checkin_not_on_loan == "done",
            pin_answers_right=self.pin_answer == "right",
            given_name_first=self.name_order == "given-name-first",
            blocking_words=frozenset(map(folded, self.blocking_words)),
            believed_holds=self.hold_status,
            no_item=frozenset(self.no_identifier),
            believed_payments=self.payments,
            date_part_only=self.dates == "day",
        )
