"""What is told of patrons, items and holds, in the order in which the schema wants it."""

from collections.abc import Iterator, Mapping
from typing import Final

from softdock.circulation.holds import HoldKind, HoldScope, HoldStatus
from softdock.circulation.identifiers import HoldId, ItemId, PatronId, TitleId
from softdock.circulation.items import CirculationStatus, FeeType, Item, MediaType, SecurityMarker
from softdock.circulation.money import Money
from softdock.circulation.outcomes import HoldState
from softdock.circulation.patrons import Patron, Standing
from softdock.kit.simulators.ncip.asking import Ask
from softdock.kit.simulators.ncip.nodes import Node, Part, flag, holding, text
from softdock.kit.simulators.ncip.problems import amount

STATUSES: Final[Mapping[CirculationStatus, str]] = {
    CirculationStatus.ON_ORDER: "On Order",
    CirculationStatus.AVAILABLE: "Available On Shelf",
    CirculationStatus.CHARGED: "On Loan",
    CirculationStatus.IN_PROCESS: "In Process",
    CirculationStatus.RECALLED: "Recalled",
    CirculationStatus.ON_HOLD_SHELF: "Available For Pickup",
    CirculationStatus.TO_BE_RESHELVED: "Waiting To Be Reshelved",
    CirculationStatus.IN_TRANSIT: "In Transit Between Library Locations",
    CirculationStatus.CLAIMED_RETURNED: "Claimed Returned Or Never Borrowed",
    CirculationStatus.LOST: "Lost",
    CirculationStatus.MISSING: "Missing",
    CirculationStatus.OTHER: "Circulation Status Undefined",
}
MEDIA: Final[Mapping[MediaType, str]] = {
    MediaType.BOOK: "Book",
    MediaType.MAGAZINE: "Magazine",
    MediaType.BOUND_JOURNAL: "Bound Journal",
    MediaType.AUDIO_TAPE: "Audio Tape",
    MediaType.VIDEO_TAPE: "Video Tape",
    MediaType.CD: "CD-ROM",
}
MARKERS: Final[Mapping[SecurityMarker, str]] = {
    SecurityMarker.NONE: "None",
    SecurityMarker.TATTLE_TAPE: "Tattle-Tape Security Strip",
}
SCOPES: Final[Mapping[HoldScope, str]] = {
    HoldScope.ANY_COPY: "Bibliographic Item",
    HoldScope.THIS_COPY: "Item",
}
CHARGES: Final[Mapping[FeeType, str]] = {
    FeeType.OVERDUE: "Fine",
    FeeType.RENTAL: "Rental",
    FeeType.REPLACEMENT: "Book Replacement Charge",
    FeeType.DAMAGE: "Book Replacement Charge",
    FeeType.HOLD: "Reservation Charge",
}
OTHER_CHARGE: Final = "Service Charge"
_BLOCKS: Final[Mapping[Standing, str]] = {
    Standing.CHECKOUT_DENIED: "Block Check Out",
    Standing.RENEWAL_DENIED: "Block Renewal",
    Standing.RECALL_DENIED: "Block Recall",
    Standing.HOLD_DENIED: "Block Hold",
    Standing.CARD_LOST: "Trap For Lost Card",
}
_LANGUAGES: Final = {"zh": "zho", "en": "eng"}
_NO_MARKER: Final = "None"


# --- ids ----------------------------------------------------------------------------------------------


def user_id(ask: Ask, patron: PatronId | str) -> Node:
    """UserId."""
    return holding(
        "UserId",
        Node("AgencyId", ask.library),
        text("UserIdentifierType", ask.manner.user_type),
        Node("UserIdentifierValue", patron),
    )


def item_id(ask: Ask, item: ItemId | str) -> Node:
    """ItemId."""
    return holding(
        "ItemId",
        Node("AgencyId", ask.library),
        Node("ItemIdentifierType", "Barcode"),
        Node("ItemIdentifierValue", item),
    )


def request_id(ask: Ask, hold: HoldId | None) -> Node | None:
    """RequestId, where requests have one."""
    if hold is None or not ask.manner.names_requests:
        return None
    return holding("RequestId", Node("AgencyId", ask.library), Node("RequestIdentifierValue", hold))


def title_id(ask: Ask, title: TitleId | None) -> Node | None:
    """BibliographicId: the number of the library's own record."""
    if title is None:
        return None
    record = holding(
        "BibliographicRecordId", Node("BibliographicRecordIdentifier", title), Node("AgencyId", ask.library)
    )
    return holding("BibliographicId", record)


def which(ask: Ask, state: HoldState) -> Part:
    """What tells a request from others: its id and its item, or one of them.

    A request for a title that has no id is told by the title's number, for want of an item.
    """
    item = None if state.item is None else item_id(ask, state.item.id)
    named = request_id(ask, state.id)
    if item is None and named is None:
        return item_id(ask, state.title_id or state.title)
    return [named, item]


# --- items --------------------------------------------------------------------------------------------


def description(item: Item) -> Node:
    """BibliographicDescription."""
    return holding(
        "BibliographicDescription",
        text("Author", item.author),
        text("Title", item.title),
        None if item.media_type is None else text("MediumType", MEDIA.get(item.media_type)),
    )


def item_fields(ask: Ask, item: Item, *, always: frozenset[str] = frozenset()) -> Node | None:
    """ItemOptionalFields: what was asked for, and is known."""
    wanted = ask.wants("ItemElementType") | always
    said: list[Part] = []
    if "bibliographic description" in wanted:
        said.append(description(item))
    if "item use restriction type" in wanted and item.lendable is False:
        said.append(text("ItemUseRestrictionType", "Not For Loan"))
    if "circulation status" in wanted:
        said.append(text("CirculationStatus", STATUSES.get(item.status, "On Loan")))
    if "hold queue length" in wanted:
        said.append(text("HoldQueueLength", item.hold_queue_length))
    if "item description" in wanted and item.call_number:
        said.append(holding("ItemDescription", Node("CallNumber", item.call_number)))
    if "location" in wanted:
        said += [_location("Permanent Location", item.permanent_location)]
        said += [_location("Current Location", item.current_location)]
    if "security marker" in wanted:
        said.append(text("SecurityMarker", MARKERS.get(item.security_marker)))
    if "sensitization flag" in wanted and item.magnetic:
        said.append(flag("SensitizationFlag"))
    if "date due" in wanted and ask.level >= (2, 2):
        said.append(ask.when("DateDue", item.due))
    made = holding("ItemOptionalFields", said)
    return made if made.children else None


def _location(kind: str, name: str) -> Node | None:
    if not name:
        return None
    instance = holding(
        "LocationNameInstance", Node("LocationNameLevel", "1"), Node("LocationNameValue", name)
    )
    return holding("Location", Node("LocationType", kind), holding("LocationName", instance))


# --- patrons ------------------------------------------------------------------------------------------


def person(ask: Ask, name: str) -> Node:
    """NameInformation, in one piece or in two."""
    if ask.manner.splits_names:
        surname, given = name[:1], name[1:]
        if " " in name:
            given, _, surname = name.rpartition(" ")
        told = holding("StructuredPersonalUserName", text("GivenName", given), Node("Surname", surname))
    else:
        told = Node("UnstructuredPersonalUserName", name)
    return holding("NameInformation", holding("PersonalNameInformation", told))


def user_fields(ask: Ask, patron: Patron) -> Node | None:
    """UserOptionalFields: what was asked for, and is known."""
    wanted = ask.wants("UserElementType")
    said: list[Part] = []
    if "name information" in wanted and patron.name:
        said.append(person(ask, patron.name))
    if "user address information" in wanted:
        said.append(list(_addresses(ask, patron)))
    if "date of birth" in wanted:
        said.append(ask.when("DateOfBirth", patron.birth_date))
    if "user language" in wanted:
        said.append(text("UserLanguage", _LANGUAGES.get(patron.language)))
    if "user privilege" in wanted:
        said.append(list(_privileges(ask, patron)))
    if "block or trap" in wanted:
        said.append([
            holding("BlockOrTrap", Node("AgencyId", ask.library), Node("BlockOrTrapType", word))
            for mark, word in _BLOCKS.items() if mark in patron.standing
        ])  # fmt: skip
    if "user id" in wanted and not ask.manner.is_version_1:
        said.append(user_id(ask, patron.id))
    made = holding("UserOptionalFields", said)
    return made if made.children else None


def _addresses(ask: Ask, patron: Patron) -> Iterator[Node]:
    if patron.address:
        lines = holding(
            "UnstructuredAddress",
            Node("UnstructuredAddressType", "Newline-Delimited Text"),
            Node("UnstructuredAddressData", patron.address),
        )
        yield _address(
            "Home", holding("PhysicalAddress", lines, Node("PhysicalAddressType", "Postal Address"))
        )
    for kind, value in ((ask.manner.email, patron.email), (ask.manner.phone, patron.phone)):
        if value:
            yield _address("Notice", holding("ElectronicAddress", Node("ElectronicAddressType", kind), Node("ElectronicAddressData", value)))  # fmt: skip


def _address(role: str, content: Node) -> Node:
    return holding("UserAddressInformation", Node("UserAddressRoleType", role), content)


def _privileges(ask: Ask, patron: Patron) -> Iterator[Node]:
    if not ask.manner.tells_status:
        kind = text("AgencyUserPrivilegeType", patron.category or "default")
        yield holding(
            "UserPrivilege", Node("AgencyId", ask.library), kind, ask.when("ValidToDate", patron.expires)
        )
        return
    is_blocked = Standing.CHECKOUT_DENIED in patron.standing
    statuses = {
        "STATUS": "BLOCKED" if is_blocked else "ACTIVE",
        "PROFILE": patron.category,
        "LIBRARY": str(patron.home_library or ask.library),
    }
    for kind_, value in statuses.items():
        if value:
            status = holding("UserPrivilegeStatus", Node("UserPrivilegeStatusType", value))
            ends = ask.when("ValidToDate", patron.expires) if kind_ == "STATUS" else None
            yield holding("UserPrivilege", Node("AgencyId", ask.library), Node("AgencyUserPrivilegeType", kind_), ends, status)  # fmt: skip


# --- requests and money -------------------------------------------------------------------------------


def kind_of(ask: Ask, state: HoldState) -> str:
    """RequestType; the nearest word where the system has none of its own."""
    words = ask.manner.kinds
    return words.get(state.kind or HoldKind.HOLD, words[HoldKind.HOLD])


def scope_of(state: HoldState) -> str:
    """RequestScopeType."""
    return SCOPES.get(state.scope or HoldScope.ANY_COPY, SCOPES[HoldScope.ANY_COPY])


def status_of(ask: Ask, state: HoldState) -> str:
    """RequestStatusType."""
    return ask.manner.states[state.status or HoldStatus.WAITING]


def fiscal(action: str, kind: FeeType | None, money: Money, *more: Part, reference: Part = None) -> Node:
    """FiscalTransactionInformation."""
    words = OTHER_CHARGE if kind is None else CHARGES.get(kind, OTHER_CHARGE)
    return holding(
        "FiscalTransactionInformation",
        Node("FiscalActionType", action),
        reference,
        Node("FiscalTransactionType", words),
        amount("Amount", money),
        *more,
    )


def reference(ask: Ask, value: str) -> Node:
    """FiscalTransactionReferenceId."""
    return holding("FiscalTransactionReferenceId", Node("AgencyId", ask.library), Node("FiscalTransactionIdentifierValue", value))  # fmt: skip
