"""Many items in one answer, by titles or by their own numbers (LookupItemSet).

What nobody knows is told where it would have stood; only if nothing at all was found is the whole answer a problem.
A library that cannot be asked fails the whole request, because a part of it would look like all that there is.
"""

from collections.abc import Sequence
from dataclasses import field, replace
from typing import Final

from softdock.circulation.items import Item
from softdock.circulation.operations import LookupItem, LookupTitle
from softdock.circulation.outcomes import Done, Refused, TitleReport
from softdock.circulation.ports import AnyOutcome
from softdock.circulation.reasons import Reason
from softdock.circulation.records import record
from softdock.protocols.ncip.amounts import read_count
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.north.building import agency, count, holding, item_id, text
from softdock.protocols.ncip.north.items import described, item_fields
from softdock.protocols.ncip.north.paging import Place, place_in, token_for
from softdock.protocols.ncip.north.problems import P, Trouble, problem, trouble
from softdock.protocols.ncip.north.reading import item_named, title_named
from softdock.protocols.ncip.north.services.items import current_borrower
from softdock.protocols.ncip.north.talk import Talk

_ASKED_BY: Final = ("BibliographicId", "HoldingsSetId", "ItemId")

_UNKNOWN: Final = frozenset(
    {
        Reason.DECLINED,
        Reason.ITEM_AMBIGUOUS,
        Reason.ITEM_BELONGS_ELSEWHERE,
        Reason.ITEM_UNKNOWN,
        Reason.TITLE_UNKNOWN,
    }
)
"""What is wrong with one thing that is asked for, and not with the others."""


@record
class _Found:
    """What there is for one thing that was asked for, or for several items of one title."""

    named: Element
    """As the request names it, or the first of them."""
    copies: list[Item] = field(default_factory=list)
    title: TitleReport | None = None
    """Where it was the title that was asked for."""
    problems: Sequence[Element] = ()


async def lookup_item_set(talk: Talk) -> list[Element]:
    """LookupItemSet, a page at a time: of so many items as are asked for, and no more than is agreed."""
    asked = [
        each for each in talk.request.children if each.name in _ASKED_BY and any(p.text for p in each.walk())
    ]
    if not asked:
        raise trouble(P.NEEDED_DATA_MISSING, "Nothing is asked for.", "BibliographicId")
    begin = place_in(talk, asked)
    found, next_place = await _page(talk, asked, begin)
    problems = [each for one in found for each in one.problems]
    if next_place is None and begin == Place() and all(one.problems for one in found):
        raise Trouble(*problems)
    if not found:
        raise trouble(P.ELEMENT_RULE_VIOLATED, "There is nothing left after this token.", "NextItemToken")
    answer = [_told(talk, each) for each in found]
    if next_place is not None:
        answer.append(token_for(talk, next_place, asked))
    return answer


async def _page(talk: Talk, asked: list[Element], begin: Place) -> tuple[list[_Found], Place | None]:
    """What stands on one page, and where the next begins if there is one.  What is not found takes room too."""
    most = read_count(talk.request.value("MaximumItemsCount")) or talk.profile.max_items
    room = max(1, min(most, talk.profile.max_items))
    found: list[_Found] = []
    skipped = begin.copy
    for number in range(begin.asked, len(asked)):
        if not room:
            return found, Place(number, 0)
        one = await _look_up(talk, asked[number])
        copies = one.copies[skipped : skipped + room]
        if copies or one.problems:
            room -= max(1, len(copies))
            _put(found, replace(one, copies=copies))
        if len(one.copies) > skipped + len(copies):
            return found, Place(number, skipped + len(copies))
        skipped = 0
    return found, None


def _put(found: list[_Found], one: _Found) -> None:
    """Add `one` to what was found; an item to that before it if they are of one title."""
    if found and one.title is None and found[-1].title is None and one.copies and found[-1].copies:
        before = found[-1].copies[-1]
        if before.title_id is not None and before.title_id == one.copies[0].title_id:
            found[-1].copies.extend(one.copies)
            return
    found.append(one)


# --- asking the library ---------------------------------------------------------------------------------


async def _look_up(talk: Talk, named: Element) -> _Found:
    """What the library knows of one thing; raises Trouble where it cannot say."""
    if named.name == "HoldingsSetId":
        # No library that is asked here keeps its copies in sets, and none is ever told of.
        return _Found(named, problems=[problem(P.UNKNOWN_ITEM, "", named.name, named.text[:128])])
    return await (_of_item(talk, named) if named.name == "ItemId" else _of_title(talk, named))


async def _of_item(talk: Talk, named: Element) -> _Found:
    item = item_named(named)
    outcome = await talk.outcome_of(LookupItem(item))
    if not isinstance(outcome, Done):
        return _Found(named, problems=_unknown(talk, outcome, named, item))
    assert isinstance(outcome.result, Item)
    return _Found(named, [replace(outcome.result, id=item)])


async def _of_title(talk: Talk, named: Element) -> _Found:
    title = title_named(named)
    outcome = await talk.outcome_of(LookupTitle(title))
    if not isinstance(outcome, Done):
        return _Found(named, problems=_unknown(talk, outcome, named, title))
    report = outcome.result
    assert isinstance(report, TitleReport)
    copies = [each for each in report.copies if each.id]
    none = [] if copies else [problem(P.UNKNOWN_ITEM, "There is no copy of it.", named.name, title)]
    return _Found(named, copies, report, none)


def _unknown(talk: Talk, outcome: AnyOutcome, named: Element, number: str) -> Sequence[Element]:
    """The problem with this one; raises Trouble where it is the library's with all of them."""
    if isinstance(outcome, Refused) and outcome.reason in _UNKNOWN:
        return talk.why_not(outcome, named.name, number).problems
    raise talk.why_not(outcome)


# --- telling --------------------------------------------------------------------------------------------


def _told(talk: Talk, found: _Found) -> Element:
    """BibInformation."""
    if found.problems:
        return _not_found(talk, found)
    report, wanted = found.title, talk.wants("ItemElementType")
    optional = [item_fields(talk, each) for each in found.copies]
    about = _taken_up(optional, "BibliographicDescription")
    if about is None and report is not None and "bibliographic description" in wanted:
        about = described(talk, report.id, report.title, report.author)
    waiting = None
    if report is not None and "hold queue length" in wanted:
        waiting = count("TitleHoldQueueLength", report.hold_queue_length)
    place = _taken_up(optional, "Location")
    call_number = _taken_up([each and each.first("ItemDescription") for each in optional], "CallNumber")
    return holding(
        "BibInformation",
        _bibliographic_id(talk, found),
        about,
        waiting,
        holding(
            "HoldingsSet",
            place,
            call_number,
            *map(_item_information, [talk] * len(optional), found.copies, optional),
        ),
    )


def _not_found(talk: Talk, found: _Found) -> Element:
    """BibInformation with the problems where what was asked for would stand."""
    named, problems = found.named, found.problems
    if named.name == "BibliographicId":
        return holding("BibInformation", _bibliographic_id(talk, found), *problems)
    if named.name == "HoldingsSetId":
        return holding("BibInformation", holding("HoldingsSet", text(named.name, named.text), *problems))
    item = holding("ItemInformation", item_id(talk, item_named(named)), *problems)
    return holding("BibInformation", holding("HoldingsSet", item))


def _taken_up(holders: Sequence[Element | None], name: str) -> Element | None:
    """What all of `holders` have alike is said once, above them, and taken out of them; None if there is no such."""
    first = holders[0] if holders else None
    for each in first.all(name) if first is not None else ():
        if all(one is not None and each in one.children for one in holders):
            for one in holders:
                if one is not None:
                    one.children.remove(each)
            return each
    return None


def _item_information(talk: Talk, item: Item, optional: Element | None) -> Element:
    """ItemInformation, with what is not said of all items together."""
    dates = (
        ("DateDue", item.due),
        ("DateRecalled", item.recalled),
        ("HoldPickupDate", item.hold_pickup_until),
    )
    return holding(
        "ItemInformation",
        item_id(talk, item.id, item.owner),
        current_borrower(talk, item),
        *(Element(name, talk.written(when)) for name, when in dates if when is not None),
        _without_hollow(optional),
    )


def _without_hollow(optional: Element | None) -> Element | None:
    """ItemOptionalFields without a description from which all was taken; None if nothing is left."""
    if optional is None:
        return None
    optional.children = [
        each for each in optional.children if each.name != "ItemDescription" or each.children
    ]
    return optional if optional.children else None


def _bibliographic_id(talk: Talk, found: _Found) -> Element | None:
    """BibliographicId: as it was asked for, or the number of the title that the items are of."""
    named = found.named
    if named.name == "ItemId":
        title = found.copies[0].title_id if found.copies else None
        if not title:
            return None
        return holding("BibliographicId", _record_id(talk, title, None))
    by_record = named.first("BibliographicRecordId")
    number = "" if by_record is None else by_record.value("BibliographicRecordIdentifier")
    if number:
        return holding("BibliographicId", _record_id(talk, number, by_record))
    item = named.first("BibliographicItemId")
    assert item is not None
    code = item.first("BibliographicItemIdentifierCode")
    return holding(
        "BibliographicId",
        holding(
            "BibliographicItemId",
            text("BibliographicItemIdentifier", item.value("BibliographicItemIdentifier")),
            code if code is not None and code.text else None,
        ),
    )


def _record_id(talk: Talk, number: str, asked: Element | None) -> Element:
    """BibliographicRecordId, with whose or which number it is."""
    by = None
    if asked is not None:
        by = asked.first("AgencyId") or asked.first("BibliographicRecordIdentifierCode")
    return holding(
        "BibliographicRecordId",
        Element("BibliographicRecordIdentifier", number),
        by if by is not None and by.text else agency(talk),
    )
