"""The life cycle of a partner, in its order: look around, lend, request, interlend, enter, and be refused."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from softdock.kit.partners.playing import Play, Step, Unmet
from softdock.protocols.ncip import asking as a
from softdock.protocols.ncip.asking import Part
from softdock.protocols.ncip.message import Element

STEPS: Final[list[Step]] = []
"""In their order."""

_UNKNOWN_ITEM: Final = frozenset({"Unknown Item"})
_UNKNOWN_PATRON: Final = frozenset({"Unknown User"})
_NOT_LENT: Final = frozenset({"Item Not Checked Out"})
_NO_RENEWAL: Final = frozenset(
    {
        "Item Not Renewable",
        "Maximum Renewals Exceeded",
        "Renewal Not Allowed - Item Has Outstanding Requests",
        "User Ineligible To Renew This Item",
    }
)
_LENT: Final = "On Loan"
_STATUS: Final = Element("ItemElementType", "Circulation Status")
_UNITS: Final = 100

Doing = Callable[[Play], Awaitable[str]]


def _step(sentence: str, chinese: str, *needs: str, wants: str = "") -> Callable[[Doing], Doing]:
    """Add a step; it is called as the function that carries it out."""

    def added(doing: Doing) -> Doing:
        name = doing.__name__.replace("_", "-")
        STEPS.append(Step(name, sentence, chinese, doing, needs, wants))
        return doing

    return added


# --- looking around ---------------------------------------------------------------------------------------


@_step("LookupVersion names versions.", "LookupVersion 列出支持的版本。")
async def versions(play: Play) -> str:
    response = await play.done("LookupVersion")
    found = [each.text for each in response.all("VersionSupported")]
    if not found:
        raise Unmet("no VersionSupported")
    return ", ".join(each.rpartition("/")[2] for each in found)


@_step("LookupAgency tells of the library.", "LookupAgency 说明图书馆。")
async def agency(play: Play) -> str:
    response = await play.done(
        "LookupAgency",
        a.text("AgencyId", play.initiator.to_agency or "unknown"),
        a.text("AgencyElementType", "Organization Name Information"),
    )
    return response.value("AgencyId")


@_step(
    "LookupUser finds the patron, and tells the name if asked for.", "LookupUser 找到读者，并按要求告知姓名。"
)
async def patron(play: Play) -> str:
    response = await play.done(
        "LookupUser", play.patron, a.text("UserElementType", "Name Information"),
    )  # fmt: skip
    if response.at("UserOptionalFields", "NameInformation") is None:
        raise Unmet("no NameInformation")
    return "the name is told"


@_step(
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


@_step("An unknown patron is refused as Unknown User.", "未知读者：Unknown User。")
async def unknown_patron(play: Play) -> str:
    return await play.refused("LookupUser", a.who(play.made_up("NOBODY")), by=_UNKNOWN_PATRON)


@_step("A wrong PIN is refused.", "密码错误时拒绝。", "patron", wants="pin")
async def wrong_pin(play: Play) -> str:
    pin = play.case.pin
    assert pin is not None
    wrong = type(pin)(pin.reveal() + "0")
    by = {"User Authentication Failed", "Unknown User"}
    return await play.refused("LookupUser", a.who(play.case.patron, wrong), by=by)


@_step("LookupItem finds the item, and it is not lent.", "LookupItem 找到文献，且未借出。")
async def item(play: Play) -> str:
    status = await _status(play, play.item)
    if status == _LENT:
        raise Unmet(f"the item is {_LENT}: take it back, or name another")
    return status


@_step("An unknown item is refused as Unknown Item.", "未知文献：Unknown Item。")
async def unknown_item(play: Play) -> str:
    return await play.refused("LookupItem", play.item_called(play.made_up("NOTHING")), by=_UNKNOWN_ITEM)


# --- lending ----------------------------------------------------------------------------------------------


@_step(
    "CheckOutItem lends the item, and tells until when.",
    "CheckOutItem 借出文献，并告知应还日期。",
    "patron",
    "item",
)
async def check_out(play: Play) -> str:
    back = ("CheckInItem", play.item)
    return _due(await play.done_for_now("the loan", back, "CheckOutItem", play.patron, play.item))


@_step("The item is on loan.", "文献的状态为借出。", "check-out")
async def item_on_loan(play: Play) -> str:
    return _same(await _status(play, play.item), _LENT)


@_step("The loan is among those of the patron.", "读者的在借中有这件文献。", "check-out")
async def patron_has_it(play: Play) -> str:
    response = await play.done("LookupUser", play.patron, a.flag("LoanedItemsDesired", True))
    return _among(response, "LoanedItem", play.case.item)


@_step("Nobody else can borrow it meanwhile.", "此时他人不能借。", "check-out", wants="other_patron")
async def not_for_others(play: Play) -> str:
    play.later("a second loan", ("CheckInItem", play.item))
    came = await play.refused("CheckOutItem", a.who(play.case.other_patron), play.item)
    play.settled("a second loan")
    return came


@_step("RenewItem renews, or says why not.", "RenewItem 续借，或说明不能续借的原因。", "check-out")
async def renew(play: Play) -> str:
    answer = await play.ask("RenewItem", play.patron, play.item)
    if answer.problems:
        return await play.refused("RenewItem", play.patron, play.item, by=_NO_RENEWAL)
    body = answer.message.body
    return "Pending" if body.has("Pending") else _due(body)


@_step("RecallItem calls it back, or says why not.", "RecallItem 召回，或说明不能召回的原因。", "check-out")
async def recall(play: Play) -> str:
    answer = await play.ask("RecallItem", play.item)
    if answer.problems:
        return await play.refused("RecallItem", play.item, by={"Item Cannot Be Recalled"})
    await play.ask("CancelRecallItem", play.item)
    return "recalled, and the recall withdrawn"


@_step("CheckInItem takes it back.", "CheckInItem 还回文献。", "check-out")
async def check_in(play: Play) -> str:
    response = await play.done("CheckInItem", play.item)
    play.settled("the loan")
    return response.name


@_step("The item is no longer on loan.", "文献不再是借出状态。", "check-in")
async def item_back(play: Play) -> str:
    status = await _status(play, play.item)
    if status == _LENT:
        raise Unmet(status)
    return status


@_step(
    "To take back what is not lent is refused, or counts as done.",
    "还回未借出的文献：拒绝，或视为已还。",
    "check-in",
)
async def check_in_again(play: Play) -> str:
    answer = await play.ask("CheckInItem", play.item)
    return await play.refused("CheckInItem", play.item, by=_NOT_LENT) if answer.problems else "done"


@_step("UndoCheckOutItem makes a loan undone.", "UndoCheckOutItem 撤销借出。", "check-in")
async def undo(play: Play) -> str:
    back = ("CheckInItem", play.item)
    await play.done_for_now("the loan", back, "CheckOutItem", play.patron, play.item)
    await play.done("UndoCheckOutItem", play.patron, play.item)
    status = await _status(play, play.item)
    if status == _LENT:
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


@_step("RequestItem places a hold.", "RequestItem 预约文献。", "patron", "item")
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
    _same(response.value("RequestType"), "Hold")
    return "it has a number" if play.request else "it has no number"


@_step(
    "LookupRequest finds it, and tells how it stands.", "LookupRequest 找到申请，并告知其状态。", "request"
)
async def lookup_request(play: Play) -> str:
    response = await play.done(
        "LookupRequest", *_the_request(play), a.text("RequestElementType", "Request Status Type")
    )
    return response.value("RequestStatusType") or "no status is told"


@_step("The request is among those of the patron.", "读者的预约中有这一申请。", "request")
async def patron_waits(play: Play) -> str:
    response = await play.done("LookupUser", play.patron, a.flag("RequestedItemsDesired", True))
    return _among(response, "RequestedItem", play.case.item)


@_step("UpdateRequestItem changes it.", "UpdateRequestItem 修改申请。", "request")
async def update_request(play: Play) -> str:
    end = (datetime.now(UTC) + timedelta(days=60)).replace(hour=0, minute=0, second=0)
    added = a.holding("AddRequestFields", a.moment("NeedBeforeDate", end))
    return (await play.done("UpdateRequestItem", *_the_request(play), added)).name


@_step("CancelRequestItem cancels it.", "CancelRequestItem 取消申请。", "request")
async def cancel(play: Play) -> str:
    response = await play.done("CancelRequestItem", *_cancelling(play))
    play.settled("the request")
    return response.name


@_step("A request that is cancelled cannot be cancelled again.", "已取消的申请不能再取消。", "cancel")
async def cancel_again(play: Play) -> str:
    by = {"Unknown Request", "Request Already Processed", "Unknown Item"}
    return await play.refused("CancelRequestItem", *_cancelling(play), by=by)


# --- between libraries --------------------------------------------------------------------------------------


@_step("AcceptItem takes in what another library lends.", "AcceptItem 接收他馆借来的文献。", "patron")
async def accept(play: Play) -> str:
    loan = play.item_called(play.made_up("LOAN"))
    response = await play.done_for_now(
        "the accepted item",
        ("DeleteItem", loan),
        "AcceptItem",
        a.identifier("RequestId", play.made_up("ILL"), agency=play.initiator.from_agency),
        a.text("RequestedActionType", "Hold For Pickup"),
        a.identifier("UserId", play.case.patron),
        loan,
        a.holding("ItemOptionalFields", a.description("Self test of NCIP")),
    )
    return response.name


@_step(
    "What was accepted is known, and kept for the patron.", "所接收的文献可以查到，并为读者保留。", "accept"
)
async def accepted(play: Play) -> str:
    return await _status(play, play.item_called(play.made_up("LOAN")))


@_step("What was accepted can be lent and taken back.", "所接收的文献可以借还。", "accept")
async def lend_accepted(play: Play) -> str:
    loan = play.item_called(play.made_up("LOAN"))
    lent, back = "the loan of the accepted item", ("CheckInItem", loan)
    due = _due(await play.done_for_now(lent, back, "CheckOutItem", play.patron, loan))
    await play.done("CheckInItem", loan)
    play.settled(lent)
    return due


@_step("DeleteItem takes it out of the books.", "DeleteItem 从账目中删除。", "accept")
async def delete_accepted(play: Play) -> str:
    loan = play.item_called(play.made_up("LOAN"))
    await play.done("DeleteItem", loan)
    play.settled("the accepted item")
    return await play.refused("LookupItem", loan, by=_UNKNOWN_ITEM)


@_step("A notification is understood.", "通知得到回应。", "item")
async def notice(play: Play) -> str:
    shipped = a.moment("DateShipped", datetime.now(UTC))
    to = a.shipping(a.electronic_address("mailto", "selftest@example.org"))
    return (await play.done("ItemShipped", play.item, shipped, to)).name


# --- records ------------------------------------------------------------------------------------------------


@_step("CreateUser enters a patron.", "CreateUser 登记读者。")
async def create_patron(play: Play) -> str:
    number = play.made_up("READER")
    response = await play.done_for_now(
        "the patron who was entered",
        ("DeleteUser", a.who(number)),
        "CreateUser",
        a.identifier("UserId", number),
        a.person("Self Test"),
    )
    return _same(response.value("UserId", "UserIdentifierValue"), number)


@_step("UpdateUser changes what is known of the patron.", "UpdateUser 修改读者信息。", "create-patron")
async def update_patron(play: Play) -> str:
    number = a.who(play.made_up("READER"))
    phone = "028-00000000"
    await play.done("UpdateUser", number, a.holding("AddUserFields", a.addresses(phone=phone)))
    response = await play.done("LookupUser", number, a.text("UserElementType", "User Address Information"))
    if not any(each.text == phone for each in response.walk()):
        raise Unmet("the telephone number is not there")
    return "the telephone number is there"


@_step("A charge is on the account.", "所记的费用在账户中。", "create-patron")
async def charge(play: Play) -> str:
    number = a.who(play.made_up("READER"))
    await play.done("CreateUserFiscalTransaction", number, _booking(play, "Assess", "CHARGE"))
    return _same(await _owed(play, number), str(_UNITS))


@_step("A payment takes it off.", "付款后费用结清。", "charge")
async def pay(play: Play) -> str:
    number = a.who(play.made_up("READER"))
    await play.done("CreateUserFiscalTransaction", number, _booking(play, "Payment", "PAYMENT"))
    return _same(await _owed(play, number), "0")


@_step("DeleteUser takes the patron out of the books.", "DeleteUser 删除读者。", "create-patron")
async def delete_patron(play: Play) -> str:
    number = a.who(play.made_up("READER"))
    await play.done("DeleteUser", number)
    play.settled("the patron who was entered")
    return await play.refused("LookupUser", number, by=_UNKNOWN_PATRON)


@_step("CreateItem enters an item.", "CreateItem 登记文献。")
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
    return _same(response.value("ItemId", "ItemIdentifierValue"), number)


@_step("UpdateItem changes what is known of it.", "UpdateItem 修改文献信息。", "create-item")
async def update_item(play: Play) -> str:
    entered = play.item_called(play.made_up("ITEM"))
    shelf = a.holding("ItemDescription", a.text("CallNumber", "A1"))
    await play.done("UpdateItem", entered, a.holding("AddItemFields", shelf))
    response = await play.done("LookupItem", entered, a.text("ItemElementType", "Item Description"))
    return _same(response.value("ItemOptionalFields", "ItemDescription", "CallNumber"), "A1")


@_step(
    "UpdateCirculationStatus says where it stands.", "UpdateCirculationStatus 设置流通状态。", "create-item"
)
async def update_status(play: Play) -> str:
    entered = play.item_called(play.made_up("ITEM"))
    await play.done("UpdateCirculationStatus", entered, a.text("CirculationStatus", "Missing"))
    return _same(await _status(play, entered), "Missing")


@_step("DeleteItem takes it out again.", "DeleteItem 再将其删除。", "create-item")
async def delete_item(play: Play) -> str:
    entered = play.item_called(play.made_up("ITEM"))
    await play.done("DeleteItem", entered)
    play.settled("the item that was entered")
    return await play.refused("LookupItem", entered, by=_UNKNOWN_ITEM)


# --- what is no request -------------------------------------------------------------------------------------


@_step("What is not well-formed is answered by a problem.", "格式不良的文档：回应问题。")
async def malformed(play: Play) -> str:
    document = play.written("LookupItem", play.item)
    end = document.rindex(b"</")
    spoilt = document[:end] + b"<a></b>" + document[end:]
    return await play.sent(spoilt, {"Invalid Message Syntax Error"})


@_step("An unknown service is answered by a problem.", "未知服务：回应问题。")
async def unknown_service(play: Play) -> str:
    spoilt = play.written("LookupItem", play.item).replace(b"LookupItem", b"LookupNothing")
    by = {"Unsupported Service", "Unknown Service", "Unknown Element", "Invalid Message Syntax Error"}
    return await play.sent(spoilt, by)


@_step("A request that lacks what it is about is answered by a problem.", "缺少必要数据：回应问题。")
async def incomplete(play: Play) -> str:
    document = play.written("LookupItem", play.item)
    spoilt = re.sub(rb"<((?:\w+:)?(?:Unique)?ItemId)>.*</\1>", b"", document, flags=re.DOTALL)
    by = {"Needed Data Missing", "Invalid Message Syntax Error", "Element Rule Violated", "Unknown Item"}
    return await play.sent(spoilt, by)


# --- what they have in common -------------------------------------------------------------------------------


async def _status(play: Play, which: Part) -> str:
    response = await play.done("LookupItem", which, _STATUS)
    status = response.value("ItemOptionalFields", "CirculationStatus")
    if not status:
        raise Unmet("no CirculationStatus")
    return status


async def _owed(play: Play, patron: Part) -> str:
    response = await play.done("LookupUser", patron, a.flag("UserFiscalAccountDesired", True))
    return response.value("UserFiscalAccount", "AccountBalance", "MonetaryValue")


def _booking(play: Play, action: str, number: str) -> Element | None:
    return a.holding(
        "FiscalTransactionInformation",
        a.text("FiscalActionType", action),
        a.transaction_id("FiscalTransactionReferenceId", play.made_up(number), play.initiator.from_agency),
        a.text("FiscalTransactionType", "Service Charge"),
        a.amount("Amount", play.case.currency, _UNITS),
        a.text("PaymentMethodType", "Cash" if action == "Payment" else ""),
    )


def _due(response: Element) -> str:
    for name in ("DateDue", "IndeterminateLoanPeriodFlag", "NonReturnableFlag"):
        if response.has(name):
            return f"{name} {response.value(name)}".rstrip()
    raise Unmet("no DateDue")


def _among(response: Element, name: str, item: str) -> str:
    found = [each.value("ItemId", "ItemIdentifierValue") for each in response.all(name)]
    if item not in found:
        raise Unmet(f"not among {len(found)} of {name}")
    return f"one of {len(found)}"


def _same(came: str, expected: str) -> str:
    if came.casefold() != expected.casefold():
        raise Unmet(f"{came or 'nothing'} in place of {expected}")
    return came
