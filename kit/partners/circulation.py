"""Looking around, lending and requesting, as a partner does."""

from datetime import UTC, datetime, timedelta
from typing import Final

from softdock.kit.partners.playing import Declined, NotOffered, Play, Unmet
from softdock.kit.partners.stepping import (
    LENT,
    UNKNOWN_ITEM,
    UNKNOWN_PATRON,
    Steps,
    among,
    due_in,
    same,
    status_of,
)
from softdock.protocols.ncip import asking as a
from softdock.protocols.ncip.asking import Part

STEPS: Final = Steps()

_NOT_LENT: Final = frozenset({"Item Not Checked Out"})
_NO_RENEWAL: Final = frozenset(
    {
        "Item Not Renewable",
        "Maximum Renewals Exceeded",
        "Renewal Not Allowed - Item Has Outstanding Requests",
        "User Ineligible To Renew This Item",
    }
)


# --- looking around ---------------------------------------------------------------------------------------


@STEPS.add("LookupVersion names versions.", "LookupVersion 列出支持的版本。")
async def versions(play: Play) -> str:
    try:
        response = await play.done("LookupVersion")
    except Declined as why:
        if play.initiator.has_secret and "Authentication Failed" in str(why):
            raise NotOffered("LookupVersion has no place for the secret of who asks") from None
        raise
    found = [each.text for each in response.all("VersionSupported")]
    if not found:
        raise Unmet("no VersionSupported")
    return ", ".join(each.rpartition("/")[2] for each in found)


@STEPS.add("LookupAgency tells of the library.", "LookupAgency 说明图书馆。")
async def agency(play: Play) -> str:
    named = play.initiator.to_agency
    if not named:  # whose the item is
        named = (await play.done("LookupItem", play.item)).value("ItemId", "AgencyId")
    response = await play.done(
        "LookupAgency",
        a.text("AgencyId", named or "unknown"),
        a.text("AgencyElementType", "Organization Name Information"),
    )
    return response.value("AgencyId")


@STEPS.add(
    "LookupUser finds the patron, and tells the name if asked for.", "LookupUser 找到读者，并按要求告知姓名。"
)
async def patron(play: Play) -> str:
    response = await play.done(
        "LookupUser", play.patron, a.text("UserElementType", "Name Information"),
    )  # fmt: skip
    if response.at("UserOptionalFields", "NameInformation") is None:
        raise Unmet("no NameInformation")
    return "the name is told"


@STEPS.add(
    "LookupUser tells nothing of the patron that was not asked for.",
    "未要求的读者信息，LookupUser 一概不告知。",
    "patron",
)
async def patron_alone(play: Play) -> str:
    response = await play.done("LookupUser", play.patron)
    told = [each.name for each in response.children if each.name not in {"ResponseHeader", "UserId"}]
    if told:
        raise Unmet(", ".join(told))
    return "UserId alone"


@STEPS.add("An unknown patron is refused as Unknown User.", "未知读者：Unknown User。")
async def unknown_patron(play: Play) -> str:
    return await play.refused("LookupUser", a.who(play.made_up("NOBODY")), by=UNKNOWN_PATRON)


@STEPS.add("A wrong PIN is refused.", "密码错误时拒绝。", "patron", wants="pin")
async def wrong_pin(play: Play) -> str:
    pin = play.case.pin
    assert pin is not None
    wrong = type(pin)(pin.reveal() + "0")
    by = {"User Authentication Failed", "Unknown User"}
    return await play.refused("LookupUser", a.who(play.case.patron, wrong), by=by)


@STEPS.add("LookupItem finds the item, and it is not lent.", "LookupItem 找到文献，且未借出。")
async def item(play: Play) -> str:
    status = await status_of(play, play.item)
    if status == LENT:
        raise Unmet(f"the item is {LENT}: take it back, or name another")
    return status


@STEPS.add("An unknown item is refused as Unknown Item.", "未知文献：Unknown Item。")
async def unknown_item(play: Play) -> str:
    return await play.refused("LookupItem", play.item_called(play.made_up("NOTHING")), by=UNKNOWN_ITEM)


# --- lending ----------------------------------------------------------------------------------------------


@STEPS.add(
    "CheckOutItem lends the item, and tells until when.",
    "CheckOutItem 借出文献，并告知应还日期。",
    "patron",
    "item",
)
async def check_out(play: Play) -> str:
    back = ("CheckInItem", play.item)
    return due_in(await play.done_for_now("the loan", back, "CheckOutItem", play.patron, play.item))


@STEPS.add("The item is on loan.", "文献的状态为借出。", "check-out")
async def item_on_loan(play: Play) -> str:
    return same(await status_of(play, play.item), LENT)


@STEPS.add("The loan is among those of the patron.", "读者的在借中有这件文献。", "check-out")
async def patron_has_it(play: Play) -> str:
    response = await play.done("LookupUser", play.patron, a.flag("LoanedItemsDesired", True))
    return among(response, "LoanedItem", play.case.item)


@STEPS.add("Nobody else can borrow it meanwhile.", "此时他人不能借。", "check-out", wants="other_patron")
async def not_for_others(play: Play) -> str:
    play.later("a second loan", ("CheckInItem", play.item))
    came = await play.refused("CheckOutItem", a.who(play.case.other_patron), play.item)
    play.settled("a second loan")
    return came


@STEPS.add("RenewItem renews, or says why not.", "RenewItem 续借，或说明不能续借的原因。", "check-out")
async def renew(play: Play) -> str:
    answer = await play.ask("RenewItem", play.patron, play.item)
    if answer.problems:
        return await play.refused("RenewItem", play.patron, play.item, by=_NO_RENEWAL)
    body = answer.message.body
    return "Pending" if body.has("Pending") else due_in(body)


@STEPS.add(
    "RecallItem calls it back, or says why not.", "RecallItem 召回，或说明不能召回的原因。", "check-out"
)
async def recall(play: Play) -> str:
    answer = await play.ask("RecallItem", play.item)
    if answer.problems:
        return await play.refused("RecallItem", play.item, by={"Item Cannot Be Recalled"})
    await play.ask("CancelRecallItem", play.item)
    return "recalled, and the recall withdrawn"


@STEPS.add("CheckInItem takes it back.", "CheckInItem 还回文献。", "check-out")
async def check_in(play: Play) -> str:
    response = await play.done("CheckInItem", play.item)
    play.settled("the loan")
    return response.name


@STEPS.add("The item is no longer on loan.", "文献不再是借出状态。", "check-in")
async def item_back(play: Play) -> str:
    status = await status_of(play, play.item)
    if status == LENT:
        raise Unmet(status)
    return status


@STEPS.add(
    "To take back what is not lent is refused, or counts as done.",
    "还回未借出的文献：拒绝，或视为已还。",
    "check-in",
)
async def check_in_again(play: Play) -> str:
    answer = await play.ask("CheckInItem", play.item)
    return await play.refused("CheckInItem", play.item, by=_NOT_LENT) if answer.problems else "done"


@STEPS.add("UndoCheckOutItem makes a loan undone.", "UndoCheckOutItem 撤销借出。", "check-in")
async def undo(play: Play) -> str:
    back = ("CheckInItem", play.item)
    await play.done_for_now("the loan", back, "CheckOutItem", play.patron, play.item)
    await play.done("UndoCheckOutItem", play.patron, play.item)
    status = await status_of(play, play.item)
    if status == LENT:
        raise Unmet(status)
    play.settled("the loan")
    return status


# --- requesting -------------------------------------------------------------------------------------------


def _the_request(play: Play) -> list[Part]:
    """How a request is named: by its number, or by patron and item."""
    if play.request:
        return [a.identifier("RequestId", play.request)]
    return [play.patron, play.item, a.text("RequestType", "Hold")]


def _cancelling(play: Play) -> list[Part]:
    named: Part = a.identifier("RequestId", play.request) or play.item
    return [play.patron, named, a.text("RequestType", "Hold")]


@STEPS.add("RequestItem places a hold.", "RequestItem 预约文献。", "patron", "item")
async def request(play: Play) -> str:
    response = await play.done_for_now(
        "the request",
        ("CancelRequestItem", _cancelling(play)),
        "RequestItem",
        play.patron,
        play.item,
        a.text("RequestType", "Hold"),
        a.text("RequestScopeType", "Item"),
    )
    play.request = response.value("RequestId", "RequestIdentifierValue")
    play.later("the request", ("CancelRequestItem", _cancelling(play)))
    same(response.value("RequestType"), "Hold")
    return "it has a number" if play.request else "it has no number"


@STEPS.add(
    "LookupRequest finds it, and tells how it stands.", "LookupRequest 找到申请，并告知其状态。", "request"
)
async def lookup_request(play: Play) -> str:
    response = await play.done(
        "LookupRequest", *_the_request(play), a.text("RequestElementType", "Request Status Type")
    )
    return response.value("RequestStatusType") or "no status is told"


@STEPS.add("The request is among those of the patron.", "读者的预约中有这一申请。", "request")
async def patron_waits(play: Play) -> str:
    response = await play.done("LookupUser", play.patron, a.flag("RequestedItemsDesired", True))
    counted = response.value("RequestedItemsCount", "RequestedItemCountValue")
    if not response.has("RequestedItem") and counted not in {"", "0"}:
        return f"{counted} counted, of which nothing is told"
    return among(response, "RequestedItem", play.case.item)


@STEPS.add("UpdateRequestItem changes it.", "UpdateRequestItem 修改申请。", "request")
async def update_request(play: Play) -> str:
    end = (datetime.now(UTC) + timedelta(days=60)).replace(hour=0, minute=0, second=0)
    added = a.holding("AddRequestFields", a.moment("NeedBeforeDate", end))
    return (await play.done("UpdateRequestItem", *_the_request(play), added)).name


@STEPS.add("CancelRequestItem cancels it.", "CancelRequestItem 取消申请。", "request")
async def cancel(play: Play) -> str:
    response = await play.done("CancelRequestItem", *_cancelling(play))
    play.settled("the request")
    return response.name


@STEPS.add("A request that is cancelled cannot be cancelled again.", "已取消的申请不能再取消。", "cancel")
async def cancel_again(play: Play) -> str:
    by = {"Unknown Request", "Request Already Processed", "Unknown Item"}
    return await play.refused("CancelRequestItem", *_cancelling(play), by=by)
