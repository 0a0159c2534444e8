"""`ncip` of a profile: what is agreed with a partner over NCIP.  The defaults promise the least and tell the least.

Some agreements are so common that they have a name (`like`); what is written beside it changes them.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from softdock.adapters.ncip.words import PROBLEM_TYPES, CirculationStatuses, ProblemTypes, WordLists
from softdock.circulation.patrons import Standing
from softdock.circulation.reasons import Reason
from softdock.mappings.written import YES_NO, choice, line, mistake, whole
from softdock.ops.settings.sections import Section

Ready: TypeAlias = Literal["default", "reshare", "discovery", "peer-to-peer"]
Language: TypeAlias = Literal["zh", "en"]
Headers: TypeAlias = Literal["as-asked", "always"]
UserIdReturned: TypeAlias = Literal["same", "card"]
Privilege: TypeAlias = Literal["STATUS", "PROFILE", "LIBRARY"]
NameOrder: TypeAlias = Literal["surname-first", "given-name-first"]
Dates: TypeAlias = Literal["utc", "local"]
NotOnLoan: TypeAlias = Literal["done", "problem"]
UnknownScheme: TypeAlias = Literal["accept", "refuse"]
LoanDates: TypeAlias = Literal["listed", "looked-up"]
UnknownDue: TypeAlias = Literal["problem", "indeterminate"]

_WORD = line(most=128)


class StatusWords(Section):
    """The words by which a partner tells whether a card is good."""

    ok: Annotated[str, line(most=64)] = "OK"
    """Of a card that may borrow."""
    blocked: Annotated[str, line(most=64)] = "BLOCKED"
    """Of one that may not."""


class PartnerWords(WordLists, Section):
    """What a partner says for the words of the vocabulary: a text that is told and understood, a list of which the first is told and all are understood, or {told: ..., heard: [...]}; an empty list for what is not told."""


class Agreement(Section):
    """What is agreed with a partner over NCIP."""

    like: Annotated[Ready, choice(Ready, "a ready agreement")] = "default"
    """A ready agreement that this one begins with: reshare tells STATUS, PROFILE and LIBRARY; discovery is for catalogues, and peer-to-peer for libraries that lend to each other: both allow the services of their kind alone."""
    services: frozenset[Annotated[str, line(most=64)]] | None = None
    """The services that the partner may use, such as [LookupUser, CheckOutItem]; without the key, all that `allow` of its account permits."""
    own_agency_only: Annotated[bool, YES_NO] = False
    """Whether a message has to be meant for the account's own library (ToAgencyId)."""
    agencies: dict[Annotated[str, _WORD], Annotated[str, _WORD]] = Field(default_factory=dict)
    """What the partner calls libraries and branches, and what they are called here; for both directions."""
    headers: Annotated[Headers, choice(Headers, "a way to send headers")] = "as-asked"
    """Whether an answer has a header where its request had one, or always."""
    language: Annotated[Language, choice(Language, "a language spoken here")] = "en"
    """Language of what people read (ProblemDetail)."""
    problem_detail: Annotated[bool, YES_NO] = True
    """Whether refusals are explained to people (ProblemDetail)."""
    problem_scheme: Annotated[bool, YES_NO] = False
    """Whether the type of a problem names the list that it is from (Scheme)."""
    unknown_scheme: Annotated[UnknownScheme, choice(UnknownScheme, "a way to treat schemes")] = "accept"
    """What is done with a value from a list that is not known here (Scheme)."""
    user_id: Annotated[UserIdReturned, choice(UserIdReturned, "an identifier to return")] = "same"
    """Which identifier of a patron is returned: the same that was asked for, or the card's as the library has it."""
    user_id_type: Annotated[str, line(0, 128)] = ""
    """What kind of identifier answers call it (UserIdentifierType), where the request did not say."""
    user_id_inputs: frozenset[Annotated[str, _WORD]] | None = None
    """Kinds of AuthenticationInput that say who the patron is; without the key, those that are usual, such as Barcode Id and Username."""
    pin_inputs: frozenset[Annotated[str, _WORD]] | None = None
    """Kinds of AuthenticationInput that prove it; without the key, PIN and Password."""
    item_id_type: Annotated[str, line(0, 128)] = ""
    """What kind of identifier an item's is called (ItemIdentifierType), where the request did not say."""
    privileges: tuple[Annotated[Privilege, choice(Privilege, "a row of UserPrivilege")], ...] = (
        "PROFILE",
        "LIBRARY",
    )
    """Which rows a patron's UserPrivilege has: STATUS by the words below, PROFILE for the kind of patron, LIBRARY for whose they are."""
    status_words: StatusWords = Field(default_factory=StatusWords)
    """The words of the row STATUS."""
    status_counts: frozenset[Annotated[Standing, choice(Standing, "a mark of a card")]] = frozenset(Standing) - {
        Standing.RENEWAL_DENIED, Standing.RECALL_DENIED, Standing.HOLD_DENIED,
    }  # fmt: skip
    """The marks of a card of which one makes it blocked."""
    blocking_words: frozenset[Annotated[str, _WORD]] | None = None
    """Words that block a card when the partner sends them; without the key, BLOCKED, BARRED, EXPIRED and N."""
    words: PartnerWords = Field(default_factory=PartnerWords)
    """What the partner says, and expects to be told, in place of the standard's words."""
    circulation_status: CirculationStatuses = Field(default_factory=dict)
    """As circulation_status of words: where the partner has another word than the standard's for the state of an item, such as {lost: Long Overdue}."""
    request_types: dict[Annotated[str, _WORD], Annotated[str, _WORD]] = Field(default_factory=dict)
    """Kinds of requests that the partner says, and those of the standard that are meant, such as {Digital: Non-returnable Copy}; hold_kind of words says it for both directions."""
    problems: dict[Annotated[Reason, choice(Reason, "a reason")], Annotated[ProblemTypes, PROBLEM_TYPES]] = (
        Field(default_factory=dict)
    )
    """By the reason for a refusal, the problem type that the partner expects, or several: the first that a service lists is told, such as {item-on-hold: Item Does Not Circulate}."""
    pickup_locations: dict[Annotated[str, _WORD], Annotated[str, _WORD]] = Field(default_factory=dict)
    """What the partner calls the places where patrons collect things, and what the library does; for both directions."""
    name_order: Annotated[NameOrder, choice(NameOrder, "an order of names")] = "surname-first"
    """How a name is kept whose parts the partner sends: "Smith, Anna", or "Anna Smith"; a Chinese name is always written in one."""
    dates: Annotated[Dates, choice(Dates, "a way to write dates")] = "utc"
    """Whether dates are sent in UTC, or in the library's time with its offset."""
    loan_dates: Annotated[LoanDates, choice(LoanDates, "a way to find out when loans end")] = "listed"
    """When the loans of a patron end: as the library's system lists them, or looked up item by item where it lists them without a date, as over SIP2. A loan without one is counted and not told."""
    unknown_due: Annotated[UnknownDue, choice(UnknownDue, "a way to treat loans")] = "problem"
    """What a loan is told whose end the library's system does not say: a problem, after the loan was taken back, or a loan without end (IndeterminateLoanPeriodFlag)."""
    checkin_not_on_loan: Annotated[NotOnLoan, choice(NotOnLoan, "a way to treat returns")] = "problem"
    """Whether the return of an item that is not lent counts as done."""
    show_borrower: Annotated[bool, YES_NO] = False
    """Whether the partner is told who has an item (CurrentBorrowerDesired)."""
    max_items: Annotated[int, whole(1, 1000)] = 100
    """Items in one answer of LookupItemSet at most; the partner asks for the rest with NextItemToken."""

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if len(set(self.privileges)) < len(self.privileges):
            raise mistake("A row stands here twice.", "Write each once.")
        for key, within in (("circulation_status", "circulation_status"), ("request_types", "hold_kind")):
            if getattr(self, key) and getattr(self.words, within):
                raise mistake(
                    f"words.{within} and {key} are about the same list.", f"Write it in words.{within}."
                )
        return self

    def whole(self) -> "Agreement":
        """With what the ready agreement says, where this one says nothing."""
        said = {name: getattr(self, name) for name in self.model_fields_set}
        return _READY[self.like].model_copy(update=said)


_READY: Mapping[Ready, Agreement] = {
    "default": Agreement(),
    # Brokers of interlibrary loans decide by three rows of UserPrivilege.
    "reshare": Agreement(privileges=("STATUS", "PROFILE", "LIBRARY")),
    "discovery": Agreement(
        services=frozenset({
            "LookupVersion", "LookupAgency", "LookupItem", "LookupItemSet", "LookupUser", "LookupRequest", "RenewItem",
            "RequestItem", "CancelRequestItem", "UpdateUser",
        }),
    ),
    "peer-to-peer": Agreement(
        services=frozenset({
            "LookupVersion", "LookupAgency", "RequestItem", "ItemRequested", "ItemShipped", "ItemReceived", "RenewItem",
            "CancelRequestItem",
        }),
    ),
}  # fmt: skip
