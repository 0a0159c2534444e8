"""Interlending, records and money, and what is no request."""

import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from softdock.kit.partners.playing import Declined, Play, Unmet
from softdock.kit.partners.stepping import (
    UNITS,
    UNKNOWN_ITEM,
    UNKNOWN_PATRON,
    Steps,
    booking,
    due_in,
    owed,
    same,
    status_of,
)
from softdock.protocols.ncip import asking as a

STEPS: Final = Steps()

_KEPT: Final = "the hold on the accepted item"


# --- between libraries --------------------------------------------------------------------------------------


@STEPS.add("AcceptItem takes in what another library lends.", "AcceptItem 接收他馆借来的文献。", "patron")
async def accept(play: Play) -> str:
    loan = play.item_called(play.made_up("LOAN"))
    request = a.identifier("RequestId", play.made_up("ILL"), agency=play.initiator.from_agency)
    response = await play.done_for_now(
        "the accepted item",
        ("DeleteItem", loan),
        "AcceptItem",
        request,
        a.text("RequestedActionType", "Hold For Pickup"),
        a.identifier("UserId", play.case.patron),
        loan,
        a.holding("ItemOptionalFields", a.description("Self test of NCIP")),
    )
    play.later(_KEPT, ("CancelRequestItem", [play.patron, request, a.text("RequestType", "Hold")]))
    return response.name


@STEPS.add(
    "What was accepted is known, and kept for the patron.", "所接收的文献可以查到，并为读者保留。", "accept"
)
async def accepted(play: Play) -> str:
    return await status_of(play, play.item_called(play.made_up("LOAN")))


@STEPS.add("What was accepted can be lent and taken back.", "所接收的文献可以借还。", "accept")
async def lend_accepted(play: Play) -> str:
    loan = play.item_called(play.made_up("LOAN"))
    lent, back = "the loan of the accepted item", ("CheckInItem", loan)
    due = due_in(await play.done_for_now(lent, back, "CheckOutItem", play.patron, loan))
    play.settled(_KEPT)
    await play.done("CheckInItem", loan)
    play.settled(lent)
    return due


@STEPS.add("DeleteItem takes it out of the books.", "DeleteItem 从账目中删除。", "accept")
async def delete_accepted(play: Play) -> str:
    """What nobody has borrowed waits for the patron, unless a library keeps nothing for anybody."""
    loan = play.item_called(play.made_up("LOAN"))
    with suppress(Declined):
        await play.put_right(_KEPT)
    play.settled(_KEPT)
    await play.done("DeleteItem", loan)
    play.settled("the accepted item")
    return await play.refused("LookupItem", loan, by=UNKNOWN_ITEM)


@STEPS.add("A notification is understood.", "通知得到回应。", "item")
async def notice(play: Play) -> str:
    shipped = a.moment("DateShipped", datetime.now(UTC))
    to = a.shipping(a.electronic_address("mailto", "selftest@example.org"))
    return (await play.done("ItemShipped", play.item, shipped, to)).name


# --- records ------------------------------------------------------------------------------------------------


@STEPS.add("CreateUser enters a patron.", "CreateUser 登记读者。")
async def create_patron(play: Play) -> str:
    number = play.made_up("READER")
    response = await play.done_for_now(
        "the patron who was entered",
        ("DeleteUser", a.who(number)),
        "CreateUser",
        a.identifier("UserId", number),
        a.person("Self Test"),
    )
    return same(response.value("UserId", "UserIdentifierValue"), number)


@STEPS.add("UpdateUser changes what is known of the patron.", "UpdateUser 修改读者信息。", "create-patron")
async def update_patron(play: Play) -> str:
    number = a.who(play.made_up("READER"))
    phone = "028-00000000"
    await play.done("UpdateUser", number, a.holding("AddUserFields", a.addresses(phone=phone)))
    response = await play.done("LookupUser", number, a.text("UserElementType", "User Address Information"))
    if not any(each.text == phone for each in response.walk()):
        raise Unmet("the telephone number is not there")
    return "the telephone number is there"


@STEPS.add("A charge is on the account.", "所记的费用在账户中。", "create-patron")
async def charge(play: Play) -> str:
    number = a.who(play.made_up("READER"))
    service, paid = "CreateUserFiscalTransaction", booking(play, "Payment", "PAYMENT")
    await play.done_for_now(
        "the charge", (service, [number, paid]), service, number, booking(play, "Assess", "CHARGE")
    )
    return same(await owed(play, number), str(UNITS))


@STEPS.add("A payment takes it off.", "付款后费用结清。", "charge")
async def pay(play: Play) -> str:
    number = a.who(play.made_up("READER"))
    await play.put_right("the charge")
    return same(await owed(play, number), "0")


@STEPS.add("DeleteUser takes the patron out of the books.", "DeleteUser 删除读者。", "create-patron")
async def delete_patron(play: Play) -> str:
    number = a.who(play.made_up("READER"))
    await play.put_right("the charge")
    await play.done("DeleteUser", number)
    play.settled("the patron who was entered")
    return await play.refused("LookupUser", number, by=UNKNOWN_PATRON)


@STEPS.add("CreateItem enters an item.", "CreateItem 登记文献。")
async def create_item(play: Play) -> str:
    number = play.made_up("ITEM")
    entered = play.item_called(number)
    response = await play.done_for_now(
        "the item that was entered",
        ("DeleteItem", entered),
        "CreateItem",
        entered,
        a.description("Self test of NCIP"),
    )
    return same(response.value("ItemId", "ItemIdentifierValue"), number)


@STEPS.add("UpdateItem changes what is known of it.", "UpdateItem 修改文献信息。", "create-item")
async def update_item(play: Play) -> str:
    entered = play.item_called(play.made_up("ITEM"))
    shelf = a.holding("ItemDescription", a.text("CallNumber", "A1"))
    await play.done("UpdateItem", entered, a.holding("AddItemFields", shelf))
    response = await play.done("LookupItem", entered, a.text("ItemElementType", "Item Description"))
    return same(response.value("ItemOptionalFields", "ItemDescription", "CallNumber"), "A1")


@STEPS.add(
    "UpdateCirculationStatus says where it stands.", "UpdateCirculationStatus 设置流通状态。", "create-item"
)
async def update_status(play: Play) -> str:
    entered = play.item_called(play.made_up("ITEM"))
    await play.done("UpdateCirculationStatus", entered, a.text("CirculationStatus", "Missing"))
    return same(await status_of(play, entered), "Missing")


@STEPS.add("DeleteItem takes it out again.", "DeleteItem 再将其删除。", "create-item")
async def delete_item(play: Play) -> str:
    entered = play.item_called(play.made_up("ITEM"))
    await play.done("DeleteItem", entered)
    play.settled("the item that was entered")
    return await play.refused("LookupItem", entered, by=UNKNOWN_ITEM)


# --- what is no request -------------------------------------------------------------------------------------


@STEPS.add("What is not well-formed is answered by a problem.", "格式不良的文档：回应问题。")
async def malformed(play: Play) -> str:
    document = play.written("LookupItem", play.item)
    end = document.rindex(b"</")
    spoilt = document[:end] + b"<a></b>" + document[end:]
    return await play.sent(spoilt, {"Invalid Message Syntax Error"})


@STEPS.add("An unknown service is answered by a problem.", "未知服务：回应问题。")
async def unknown_service(play: Play) -> str:
    spoilt = play.written("LookupItem", play.item).replace(b"LookupItem", b"LookupNothing")
    by = {"Unsupported Service", "Unknown Service", "Unknown Element", "Invalid Message Syntax Error"}
    return await play.sent(spoilt, by)


@STEPS.add("A request that lacks what it is about is answered by a problem.", "缺少必要数据：回应问题。")
async def incomplete(play: Play) -> str:
    document = play.written("LookupItem", play.item)
    spoilt = re.sub(rb"<((?:\w+:)?(?:Unique)?ItemId)>.*</\1>", b"", document, flags=re.DOTALL)
    by = {"Needed Data Missing", "Invalid Message Syntax Error", "Element Rule Violated", "Unknown Item"}
    return await play.sent(spoilt, by)
