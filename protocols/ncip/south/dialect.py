"""How one library's system speaks NCIP and what it means by it, as data.

The adapter makes it of the system's profile; nothing here knows a profile's file.  The defaults are what the standard
says, and where it leaves something open, what misleads nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field
from types import MappingProxyType

from softdock.circulation.reasons import Reason
from softdock.circulation.records import record
from softdock.circulation.words import Word
from softdock.protocols.ncip.crosswalk import STANDARD, Crosswalk
from softdock.protocols.ncip.tables.services import SERVICES, ServiceKind

_NO_NAMES: Mapping[str, str] = MappingProxyType({})


def _none() -> Mapping[str, str]:
    return _NO_NAMES


EVERY_SERVICE: frozenset[str] = frozenset(
    name for name, service in SERVICES.items() if service.kind is not ServiceKind.NOTIFICATION
)
"""All that an initiator can ask for."""

USER_ELEMENTS = (
    "Name Information", "User Address Information", "Date Of Birth", "User Language", "User Privilege",
    "Block Or Trap",
)  # fmt: skip
ITEM_ELEMENTS = (
    "Bibliographic Description", "Circulation Status", "Hold Queue Length", "Item Description",
    "Item Use Restriction Type", "Location", "Security Marker", "Sensitization Flag", "Date Due",
)  # fmt: skip
TITLE_ELEMENTS = ("Bibliographic Description", "Sensitization Flag", "Location", "Item Description")
"""What is asked for along with a loan or a return: the title, and what a device does with the item."""


class LoanUndoing(Word):
    """How the system takes back a loan."""

    UNDO = "undo"
    """By UndoCheckOutItem."""
    RETURN = "return"
    """By CheckInItem."""
    NONE = "none"


@record
class ProblemRule:
    """What a problem of the system means.  Every part that says something has to fit."""

    reason: Reason
    type: str = ""
    """The problem type, folded."""
    contains: str = ""
    """In small letters; found in ProblemType or ProblemDetail."""
    services: frozenset[str] = frozenset()
    """The services under which it is looked for; none for all."""


@record
class SystemDialect:
    """What the translation has to know of a system to speak with it."""

    crosswalk: Crosswalk = STANDARD
    services: frozenset[str] = EVERY_SERVICE
    """The services that the system offers."""

    # --- how things are named
    user_id_type: str = ""
    """UserIdentifierType of a card, "" for none."""
    item_id_type: str = ""
    request_id_type: str = ""
    title_code: str = ""
    """BibliographicRecordIdentifierCode of a title's number; "" where it is a number of the system's own agency."""
    agency_in_ids: bool = False
    """Whether identifiers name the agency that they are from, which is the system's own."""
    agencies: Mapping[str, str] = field(default_factory=_none)
    """Names that the system has for libraries, folded, and ours."""
    pickup_locations: Mapping[str, str] = field(default_factory=_none)
    """Names of the places where patrons collect things: ours, and the system's."""
    names_of_pickup_locations: Mapping[str, str] = field(default_factory=_none)
    """The other way: the system's, folded, and ours."""
    card_input: str = "Barcode Id"
    """AuthenticationInputType of the card, where a PIN goes along."""
    pin_input: str = "PIN"

    # --- what is asked
    user_elements: Sequence[str] = USER_ELEMENTS
    item_elements: Sequence[str] = ITEM_ELEMENTS
    title_elements: Sequence[str] = TITLE_ELEMENTS
    pin_checked_in: frozenset[str] = frozenset({"LookupUser"})
    """The services in which the system itself refuses a wrong PIN.  Before any other that changes the books, it is
    checked by a question of its own."""
    counts_always: bool = True
    """Whether loans, requests and account are asked for with every look at a card, which gives the counts; otherwise with
    the list that is wanted."""
    empty_lists_believed: bool = True
    """Whether a patron has nothing where a list tells nothing; otherwise that is unknown."""
    borrower_asked: bool = True
    """Whether a look at an item asks who has it.  It never leaves SoftDock."""
    recalls_looked_up: bool = False
    """Whether a list of recalled loans is made by looking at the item of each loan."""
    title_looked_up: bool = True
    """Whether the item is looked at where a loan or a return told no title."""
    own_loan_renewed: bool = True
    """Whether a loan that was refused is looked at, and renewed where the patron has the item already."""
    reasons_looked_up: bool = True
    """Whether the item is looked at where a refusal leaves open what stands in the way."""
    request_ids_kept: bool = False
    """Whether the system keeps the name by which a hold is asked for, so that it is known by it from then on."""
    holds_looked_up: bool = True
    """Whether a hold that was placed is looked at by its name, which tells its place in the queue."""
    honours_mandated: bool = True
    """Whether the system books what has happened already (MandatedAction)."""
    undo_loan: LoanUndoing = LoanUndoing.UNDO
    block: str = "Block Check Out"
    """BlockOrTrapType by which a card is blocked."""

    # --- what is answered
    echoed: frozenset[str] = frozenset({"ItemId"})
    """Of ItemId and UserId, those which an answer has to repeat as they were sent; one about another is not believed."""
    problems: Sequence[ProblemRule] = ()
    """Tried in order, before what the standard says of a problem type."""
    details_for_patrons: bool = True
    """Whether ProblemDetail is fit for patrons."""
    temporary_failure_is_unknown: bool = False
    """Whether Temporary Processing Failure leaves open whether a change was made; otherwise it was not."""
    not_lent_is_returned: bool = True
    """Whether a return that is refused because nobody has the item counts as done."""
    pin_answers_right: bool = True
    """Whether an answer to a PIN says that it is right; otherwise it says nothing about it."""
    given_name_first: bool = False
    blocking_words: frozenset[str] = frozenset({"blocked", "barred", "expired", "n"})
    """Words of the privilege STATUS that block a card, folded."""
    believed_holds: bool = True
    """Whether the status of a request tells if it is ready."""
    no_item: frozenset[str] = frozenset({"-1"})
    """What stands for an identifier where the system has none."""
    believed_payments: bool = True
    """Whether a payment that is answered has been booked."""
    date_part_only: bool = False
    """Whether of a point in time only the day is to be believed, as it is written."""
