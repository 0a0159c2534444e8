"""Who is at the other end of an exchange, and what has been agreed with them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import tzinfo
from types import MappingProxyType

from softdock.circulation.accounts import Account
from softdock.circulation.losses import Tally
from softdock.circulation.patrons import Standing
from softdock.circulation.reasons import Reason
from softdock.circulation.records import record
from softdock.protocols.ncip.crosswalk import STANDARD, Crosswalk
from softdock.protocols.ncip.tables.problem_types import ProblemType

_NONE: Mapping[str, str] = MappingProxyType({})


def _none() -> Mapping[str, str]:
    return _NONE


BLOCKING: frozenset[Standing] = frozenset(Standing) - {
    Standing.RENEWAL_DENIED,
    Standing.RECALL_DENIED,
    Standing.HOLD_DENIED,
}
"""What makes a card count as blocked where one word has to say it: all but single privileges."""


@record
class Profile:
    """What holds for a partner, as data.  The defaults promise the least and tell the least."""

    name: str = "default"
    language: str = "en"
    """Of ProblemDetail: `zh` or `en`."""
    problem_detail: bool = True
    problem_scheme: bool = False
    """Whether problem types carry the URI of their list."""
    texts: Mapping[str, Mapping[Reason, str]] = field(default_factory=lambda: MappingProxyType({}))
    """Own wordings, by language."""
    headers_always: bool = False
    """Whether an answer has a header although its request had none."""
    user_id: str = "same"
    """Which identifier is returned: the `same` that was asked for, or the `card`'s as the library has it."""
    user_id_type: str = ""
    """What UserIdentifierType says in answers; "" leaves it out unless the request had one."""
    user_id_inputs: frozenset[str] = frozenset(
        {"barcode id", "barcode", "user id", "userid", "username", "user name", "card number"}
    )
    """Types of AuthenticationInput that identify, in lower case."""
    pin_inputs: frozenset[str] = frozenset({"pin", "password"})
    """Types of AuthenticationInput that prove, in lower case."""
    item_id_type: str = ""
    privileges: tuple[str, ...] = ("PROFILE", "LIBRARY")
    """The rows of UserPrivilege: of STATUS, PROFILE and LIBRARY, those that are told."""
    status_ok: str = "OK"
    status_blocked: str = "BLOCKED"
    status_counts: frozenset[Standing] = BLOCKING
    blocking_words: frozenset[str] = frozenset({"blocked", "barred", "expired", "n"})
    """Status words that block a card when a partner sends them, in lower case."""
    given_name_first: bool = False
    """How a name is put together whose parts are sent: "Anna Smith", instead of "Smith, Anna"."""
    agencies: Mapping[str, str] = field(default_factory=_none)
    """Names that the partner has for libraries and branches, in lower case, and ours."""
    names_of_agencies: Mapping[str, str] = field(default_factory=_none)
    """The other way: ours, and those of the partner."""
    pickup_locations: Mapping[str, str] = field(default_factory=_none)
    """Codes that the partner has for pickup locations, in lower case, and ours."""
    names_of_pickup_locations: Mapping[str, str] = field(default_factory=_none)
    crosswalk: Crosswalk = field(default_factory=lambda: STANDARD)
    """The words of NCIP's lists as the partner expects and says them."""
    problems: Mapping[Reason, Sequence[ProblemType]] = field(default_factory=lambda: MappingProxyType({}))
    """Where the partner expects other problem types than the customary ones: of these, the first that a service lists."""
    checkin_not_lent_is_done: bool = False
    unknown_schemes_accepted: bool = True
    show_borrower: bool = False
    """Whether CurrentBorrowerDesired is heard."""
    local_dates: bool = False
    """Whether dates are written with the library's offset, not in UTC."""
    zone: tzinfo | None = None
    """In which dates without a zone are read; None for the library's."""
    loans_looked_up: bool = False
    """Whether the item is asked for of a loan that is listed without its end."""
    unknown_due_is_indeterminate: bool = False
    """Whether a loan whose end the system does not tell is told to have none; otherwise it is taken back."""
    services: frozenset[str] | None = None
    """The services that the partner may use; None for all that its rights allow."""
    own_agency_only: bool = False
    """Whether a message must be meant for the account's own library."""
    max_items: int = 100
    """Items on one page of LookupItemSet, whatever the partner asks for."""


DEFAULT = Profile()


@record
class Partner:
    """An account, and what has been agreed with those who speak for it."""

    account: Account
    profile: Profile = DEFAULT
    lost_in_requests: Tally = field(default_factory=Counter)
    """Where to count what of the partner's messages nothing is made of."""
    lost_in_answers: Tally = field(default_factory=Counter)
    """And what the partner cannot be told."""
