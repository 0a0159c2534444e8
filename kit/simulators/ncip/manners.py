"""The manners: what sets one program's NCIP apart from another's, as data.

Marks, as far as a manner says where it has a fact from: [C] from the program's own source or that of its clients, [O]
observed in messages, [P] only plausible, [I] invented here.  What has no mark is what the standard says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from softdock.circulation.holds import HoldKind, HoldStatus
from softdock.circulation.words import Word

_SCHEMAS: Final = "http://www.niso.org/schemas/ncip/"
V2_02: Final = f"{_SCHEMAS}v2_02/ncip_v2_02.xsd"
V2_0: Final = f"{_SCHEMAS}v2_0/imp1/xsd/ncip_v2_0.xsd"
V1_01: Final = "http://ncip.envisionware.com/documentation/ncip_v1_01.dtd"
"""Values of the attribute `version`."""


class Dates(Word):
    """How points in time are written."""

    UTC = "utc"
    """As they are, with Z."""
    SHIFTED = "shifted"
    """The library's day, and T01:00:00Z whatever the hour is."""


class Chosen(Word):
    """By which element of the header the system finds out who asks."""

    NOT = "not"
    """It answers anybody."""
    TO_AGENCY = "to-agency"
    """It answers anybody who names its library in ToAgencyId."""
    FROM_AGENCY = "from-agency"
    """By FromAgencyId, in small letters."""
    PROFILE = "profile"
    """By ApplicationProfileType."""


class Problems(Word):
    """Where the reason for a refusal stands."""

    TYPED = "typed"
    """In ProblemType, by the standard's word; ProblemDetail is a sentence."""
    FREE = "free"
    """In ProblemType as a sentence, for what concerns the patron; for everything else ProblemType is there and empty, and the
    sentence is in ProblemDetail."""


_READING: Final = frozenset({"LookupUser", "LookupItem", "LookupRequest"})
_LENDING: Final = frozenset({"CheckOutItem", "CheckInItem", "RenewItem"})
_HOLDING: Final = frozenset({"RequestItem", "CancelRequestItem"})
EVERYTHING: Final = (
    _READING | _LENDING | _HOLDING | frozenset({
        "AcceptItem", "CancelRecallItem", "CreateItem", "CreateUser", "CreateUserFiscalTransaction", "DeleteItem",
        "DeleteUser", "LookupAgency", "LookupItemSet", "LookupVersion", "RecallItem", "UndoCheckOutItem",
        "UpdateCirculationStatus", "UpdateItem", "UpdateRequestItem", "UpdateUser",
    })
)  # fmt: skip
"""All services that are played; the others are unsupported in every manner."""

_NOT_IN_1: Final = frozenset({"DeleteItem", "DeleteUser", "LookupItemSet"})

_KINDS: Final[Mapping[HoldKind, str]] = MappingProxyType(
    {
        HoldKind.HOLD: "Hold",
        HoldKind.LOAN: "Loan",
        HoldKind.STACK_RETRIEVAL: "Stack Retrieval",
        HoldKind.COPY: "Non-returnable Copy",
        HoldKind.ESTIMATE: "Estimate",
    }
)
_STATES: Final[Mapping[HoldStatus, str]] = MappingProxyType(
    {
        HoldStatus.WAITING: "In Process",
        HoldStatus.READY: "Available For Pickup",
        HoldStatus.FILLED: "Expired",
        HoldStatus.CANCELLED: "Cannot Fulfill Request",
        HoldStatus.LAPSED: "Expired",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How one program speaks.  `dataclasses.replace` makes another of it."""

    name: str
    is_version_1: bool = False
    version: str = ""
    """The attribute `version` of every answer; "" for that of the request, and that of 2.02 where it is unknown."""
    prefix: str = "ns1"
    """Of elements; "" for none, with the namespace declared as the default one."""
    has_bare_attributes: bool = False
    """`version` and `Scheme` are in no namespace, which the schema does not allow."""
    tells_schemes: bool = False
    """Each coded value says of which list it is.  Version 1 always does."""
    charset: str = "UTF-8"
    """What the answer says that it is in.  It is in UTF-8."""
    content_type: str = "application/xml; charset=utf-8"
    has_header: bool = True
    """An answer has a header if the request had one; version 1 always."""
    services: frozenset[str] = EVERYTHING
    chosen: Chosen = Chosen.NOT
    partners: frozenset[str] = frozenset()
    """Who is known, by what they are chosen by."""
    no_partner: str = "Unknown Agency"
    """The ProblemType for anybody else."""
    secret: str = field(default="", repr=False)
    """What FromSystemAuthentication has to say; "" for nothing."""
    problems: Problems = Problems.TYPED
    dates: Dates = Dates.UTC
    user_input: frozenset[str] = frozenset({"barcode id", "user id"})
    """Types of AuthenticationInput that say who the patron is, folded."""
    ignores_lone_pins: bool = False
    """A PIN is compared only where UserId stands beside it, which the standard does not allow."""
    user_type: str = "Barcode"
    """UserIdentifierType of what is told; "" for none."""
    email: str = "mailto"
    phone: str = "tel"
    has_lists: bool = True
    """LookupUser tells loans, requests and the account of a patron."""
    splits_names: bool = False
    """A patron's name is told as Surname and GivenName."""
    tells_status: bool = False
    """A patron has three privileges, STATUS, PROFILE and LIBRARY, whose values are statuses."""
    kinds: Mapping[HoldKind, str] = field(default_factory=lambda: _KINDS, hash=False)
    """RequestType; any other word is refused."""
    states: Mapping[HoldStatus, str] = field(default_factory=lambda: _STATES, hash=False)
    """RequestStatusType."""
    names_requests: bool = True
    """A request has an id by which it can be asked for; otherwise only patron and item tell it."""
    takes_back_anything: bool = False
    """An item that nobody has is checked in as well."""
    renews_later: bool = False
    """RenewItem is answered with Pending, and nothing is renewed."""
    books_payments: bool = True
    """CreateUserFiscalTransaction does something."""
    unnamed_loans: frozenset[str] = frozenset()
    """Items that appear as -1 in a patron's loans."""


STANDARD: Final = Manner(name="standard", chosen=Chosen.TO_AGENCY)
"""Z39.83-1 2.02 to the letter: every answer is valid, and in the version in which it was asked."""

FOLIO: Final = Manner(
    name="folio",
    version=V2_02,
    has_bare_attributes=True,
    prefix="",
    services=frozenset({
        "LookupUser", "CheckOutItem", "CheckInItem", "AcceptItem", "RequestItem", "CancelRequestItem", "DeleteItem",
        "CreateUserFiscalTransaction",
    }),
    chosen=Chosen.FROM_AGENCY,
    partners=frozenset({"softdock"}),
    problems=Problems.FREE,
    ignores_lone_pins=True,
    user_type="",
    email="electronic mail address",
    phone="TEL",
    has_lists=False,
    splits_names=True,
    tells_status=True,
    takes_back_anything=True,
)  # fmt: skip
"""FOLIO with mod-ncip.

[C] FromAgencyId in small letters chooses the configuration; ProblemType is free text or empty; an e-mail address is an
`electronic mail address`; the services; a check-in of what is not lent is none of its concerns; a PIN is compared beside
UserId alone.  [O] `version` is unprefixed.  [P] A patron is told with STATUS, PROFILE and LIBRARY; there are no lists.
[I] Which problem has which of the two forms, every sentence, `TEL`.
"""

KOHA: Final = Manner(
    name="koha",
    version=V2_0,
    has_bare_attributes=True,
    prefix="",
    charset="windows-1252",
    content_type="text/xml",
    has_header=False,
    services=_LENDING | _HOLDING | frozenset({
        "AcceptItem", "CreateItem", "CreateUserFiscalTransaction", "DeleteItem", "LookupAgency", "LookupItem",
        "LookupItemSet", "LookupRequest", "LookupUser", "LookupVersion",
    }),
    user_input=frozenset({"barcode id", "user id", "username"}),
    email="email",
    phone="TEL",
    splits_names=True,
)  # fmt: skip
"""Koha with one of its NCIP servers.

[C] Examples of answers declare windows-1252 and are in UTF-8; amounts are in minor units; names come in
parts.  [O] Attributes are unprefixed; patrons give a `Username`.  [P] No header; the services, of which no one server has
all; `email` and `TEL`; 2.0 is what it says of itself.
"""

ALMA: Final = Manner(
    name="alma",
    version=V2_0,
    services=_LENDING | _HOLDING | frozenset({
        "AcceptItem", "CreateUserFiscalTransaction", "DeleteItem", "LookupAgency", "LookupItem", "LookupRequest",
        "LookupUser", "RecallItem", "UndoCheckOutItem",
    }),
    chosen=Chosen.PROFILE,
    partners=frozenset({"SOFTDOCK"}),
    no_partner="Unknown partner",
    splits_names=True,
    tells_status=True,
    kinds=MappingProxyType({HoldKind.HOLD: "Physical", HoldKind.COPY: "Digital"}),
)  # fmt: skip
"""Alma.

[O] ApplicationProfileType chooses the partner, and `Unknown partner` is what others are told; RequestType is Physical or
Digital.  [P] The services, which are those of several partners of different kinds; STATUS, PROFILE and LIBRARY.  [I]
`Unknown partner` stands in ProblemType; any other RequestType is refused.
"""

XC: Final = Manner(
    name="xc",
    version=V2_02,
    tells_schemes=True,
    content_type='application/xml; charset="utf-8"',
    services=frozenset({
        "CancelRequestItem", "CreateUserFiscalTransaction", "LookupAgency", "LookupItem", "LookupItemSet", "LookupRequest",
        "LookupUser", "RenewItem", "RequestItem", "UpdateUser",
    }),
    user_input=frozenset({"barcode id", "user id", "username"}),
    user_type="Institution Id Number",
    dates=Dates.SHIFTED,
    states=MappingProxyType(dict.fromkeys(HoldStatus, "In Process")),
    books_payments=False,
    unnamed_loans=frozenset({"05000012"}),
)  # fmt: skip
"""The NCIP toolkit of eXtensible Catalog, with its connector to ALEPH.

[C] The services, without CheckOutItem and CheckInItem; every request is In Process; hours are those of a zone that was added
instead of told, so that only the day is good; CreateUserFiscalTransaction makes a receipt up and books nothing; a loan may
be of the item -1; the quotes in the content type.  [O] Schemes with every coded value.  [I] Which loan is of -1.
Not played: ids of items that are numbers of records, and texts of statuses in the language of the site.
"""

VERSION_1: Final = Manner(
    name="version-1",
    is_version_1=True,
    version=V1_01,
    content_type="text/xml",
    services=(EVERYTHING - _NOT_IN_1) | {"AuthenticateUser"},
)
"""Version 1.01, with a DOCTYPE.

[O] The messages of Danish libraries and of ILL brokers: pairs of Scheme and Value, Unique... ids with an agency, a
header always.  [P] What is seen in answers rarely: ProcessingError, UserTransaction.
"""

MANNERS: Final[Mapping[str, Manner]] = {
    each.name: each for each in (STANDARD, FOLIO, KOHA, ALMA, XC, VERSION_1)
}
"""By their names."""
