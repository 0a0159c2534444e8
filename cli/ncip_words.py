"""NCIP messages for people: what belongs together on one line, under the standard's names or in Chinese."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Final

from softdock.circulation.money import Money
from softdock.cli.tongue import bold, is_chinese, red, said
from softdock.protocols.ncip.amounts import read_amount
from softdock.protocols.ncip.message import Element
from softdock.protocols.ncip.moments import read_moment
from softdock.protocols.ncip.tables.elements import FLAGS, MOMENTS, MONEY
from softdock.protocols.sip2.tracing import HIDDEN, visible

SECRETS: Final = frozenset(
    {"AuthenticationInputData", "FromAgencyAuthentication", "FromSystemAuthentication"}
)
"""Elements whose text is shown to nobody."""

_UNDERSTOOD: Final = {"en": "Understood.", "zh": "对方已收到。"}
_YES: Final = {"en": "yes", "zh": "是"}
_IDENTIFIERS: Final = frozenset({"UserId", "ItemId", "RequestId", "PreviousUserId"})
_SAYS_NOTHING: Final = frozenset({"InitiationHeader", "ResponseHeader"})
_QUALIFIERS: Final = frozenset(
    {
        "UnstructuredAddressType", "PhysicalAddressType", "LocationNameLevel", "UserAddressRoleType",
        "AgencyAddressRoleType",
    }
)  # fmt: skip
"""What says of a value beside it how it is written; people see that."""
_LABELLED_BY: Final[Mapping[str, str]] = {
    "ElectronicAddress": "ElectronicAddressType",
    "Location": "LocationType",
    "OrganizationNameInformation": "OrganizationNameType",
    "UserPrivilege": "AgencyUserPrivilegeType",
}
"""Elements of which a child says what the others are."""

CHINESE: Final[Mapping[str, str]] = {
    "AccountBalance": "账户余额",
    "AccountDetails": "账目",
    "AccrualDate": "发生日期",
    "AgencyAddressInformation": "机构地址",
    "AgencyId": "机构",
    "Amount": "金额",
    "ApplicationProfileSupportedType": "支持的应用规程",
    "AuthenticationPrompt": "认证提示",
    "Author": "著者",
    "BibInformation": "书目",
    "BibliographicDescription": "书目信息",
    "BibliographicId": "书目号",
    "BibliographicItemId": "书目标识",
    "BibliographicRecordId": "书目记录号",
    "BlockOrTrap": "限制",
    "BlockOrTrapType": "限制",
    "CallNumber": "索书号",
    "CirculationStatus": "流通状态",
    "CurrentBorrower": "当前借阅者",
    "CurrentRequester": "当前预约者",
    "DateAvailable": "可取日期",
    "DateDue": "应还日期",
    "DateOfBirth": "出生日期",
    "DateOfUserRequest": "申请日期",
    "DatePlaced": "申请日期",
    "DateRecalled": "召回日期",
    "EarliestDateNeeded": "最早需用日期",
    "ElectronicAddress": "电子地址",
    "FiscalActionType": "操作",
    "FiscalTransactionDescription": "说明",
    "FiscalTransactionInformation": "费用",
    "FiscalTransactionReferenceId": "账目号",
    "FiscalTransactionType": "费用类型",
    "FromAgencyId": "发送机构",
    "HoldPickupDate": "取书日期",
    "HoldQueueLength": "排队人数",
    "HoldQueuePosition": "排队位置",
    "HoldingsSet": "馆藏",
    "ItemDescription": "馆藏描述",
    "ItemDetails": "文献",
    "ItemId": "条码",
    "ItemInformation": "单册",
    "ItemNote": "附注",
    "ItemOptionalFields": "文献信息",
    "ItemTransaction": "借阅与预约",
    "ItemUseRestrictionType": "使用限制",
    "LoanedItem": "在借",
    "LoanedItemsCount": "在借数量",
    "Location": "馆藏地",
    "MediumType": "载体类型",
    "NameInformation": "姓名",
    "NeedBeforeDate": "最晚需用日期",
    "NextItemToken": "续取标记",
    "OrganizationNameInformation": "机构名称",
    "PhysicalAddress": "地址",
    "PickupDate": "取书日期",
    "PickupExpiryDate": "保留至",
    "PickupLocation": "取书地点",
    "ProblemDetail": "说明",
    "ProblemElement": "元素",
    "ProblemType": "问题",
    "ProblemValue": "值",
    "RenewalCount": "续借次数",
    "RequestId": "申请号",
    "RequestScopeType": "范围",
    "RequestStatusType": "申请状态",
    "RequestType": "申请类型",
    "RequestedItem": "预约",
    "RequestedItemsCount": "预约数量",
    "RequiredFeeAmount": "须付费用",
    "RoutingInformation": "去向",
    "RoutingInstructions": "处理方式",
    "SecurityMarker": "防盗标记",
    "SensitizationFlag": "可充消磁",
    "Title": "题名",
    "TitleHoldQueueLength": "书目排队人数",
    "ToAgencyId": "接收机构",
    "UserAddressInformation": "联系方式",
    "UserFiscalAccount": "账户",
    "UserId": "读者证号",
    "UserLanguage": "语言",
    "UserOptionalFields": "读者信息",
    "UserPrivilege": "权限",
    "ValidFromDate": "生效日期",
    "ValidToDate": "有效期至",
    "VersionSupported": "支持的版本",
}
"""Labels of what answers are made of; what is not here keeps the standard's name."""

PROBLEMS_IN_CHINESE: Final[Mapping[str, str]] = {
    "Agency Authentication Failed": "机构认证失败",
    "Cannot Accept Item": "无法接收该文献",
    "Duplicate Item": "条码已存在",
    "Duplicate Request": "已有相同的申请",
    "Duplicate User": "读者证号已存在",
    "Element Rule Violated": "不符合规则",
    "Invalid Amount": "金额无效",
    "Invalid Date": "日期无效",
    "Invalid Message Syntax Error": "消息格式错误",
    "Item Cannot Be Recalled": "该文献不能召回",
    "Item Does Not Circulate": "该文献不外借",
    "Item Not Checked Out": "该文献未借出",
    "Item Not Renewable": "不能续借",
    "Maximum Check Outs Exceeded": "已达借阅上限",
    "Maximum Renewals Exceeded": "已达续借上限",
    "Needed Data Missing": "缺少必要数据",
    "Renewal Not Allowed - Item Has Outstanding Requests": "有人预约，不能续借",
    "Request Already Processed": "申请已处理",
    "System Authentication Failed": "系统认证失败",
    "Temporary Processing Failure": "暂时无法处理",
    "Unable To Add Element": "无法增加",
    "Unable To Delete Element": "无法删除",
    "Unauthorized Service For Agency": "该机构无权使用此服务",
    "Unknown Agency": "未知机构",
    "Unknown Item": "没有这件文献",
    "Unknown Request": "没有这个申请",
    "Unknown System": "未知系统",
    "Unknown User": "没有这位读者",
    "Unsupported Service": "不支持此服务",
    "User Access Denied": "不得查看该读者",
    "User Authentication Failed": "读者密码错误",
    "User Blocked": "读者证已停用",
    "User Ineligible To Check Out This Item": "该读者不能借此文献",
    "User Ineligible To Renew This Item": "该读者不能续借此文献",
    "User Ineligible To Request This Item": "该读者不能预约此文献",
}


def as_text(message: Element) -> str:
    """A response for the screen: its name, then a line for each thing that it says, what is in another further in."""
    children = [
        each for each in message.children if each.name not in _SAYS_NOTHING and each.name != "Problem"
    ]
    lines = [bold(message.name), *(f"  {line}" for each in children for line in _lines(each))]
    if not message.children or all(each.name in _SAYS_NOTHING for each in message.children):
        lines.append(f"  {said(_UNDERSTOOD)}")
    return "\n".join(lines)


def problem_lines(problem: Element) -> Iterator[str]:
    """What a problem says: its type, and below it the rest."""
    kind = problem.value("ProblemType")
    chinese = PROBLEMS_IN_CHINESE.get(kind, "") if is_chinese() else ""
    yield red(visible(f"{chinese} ({kind})" if chinese else kind or problem.name))
    if detail := problem.value("ProblemDetail"):
        yield f"  {visible(detail)}"
    element, value = problem.value("ProblemElement"), problem.value("ProblemValue")
    if element or value:
        yield f"  {visible(': '.join(filter(None, (element, value))))}"


def label(name: str) -> str:
    """What an element is called.

    >>> label("HoldQueueLength")
    'Hold Queue Length'
    """
    if is_chinese() and name in CHINESE:
        return CHINESE[name]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.rpartition("}")[2])


# --- lines ------------------------------------------------------------------------------------------------


def _lines(element: Element) -> Iterator[str]:
    if element.name == "Problem":
        yield from problem_lines(element)
        return
    short = _short(element)
    if short is not None:
        yield f"{_named(element):26} {short}".rstrip()
        return
    yield _named(element)
    naming = _LABELLED_BY.get(element.name)
    for each in element.children:
        if each.name not in _QUALIFIERS and each.name != naming:
            yield from (f"  {line}" for line in _lines(each))


def _named(element: Element) -> str:
    kind = element.value(_LABELLED_BY.get(element.name, ""))
    return f"{label(element.name)} [{visible(kind)}]" if kind else label(element.name)


def _short(element: Element) -> str | None:
    """What `element` says on one line; None where it takes more."""
    name = element.name
    if name in _IDENTIFIERS:
        return _identifier(element)
    if name in MONEY:
        return _amount(element)
    if not element.children:
        return _value(element)
    if name == "LocationName":
        return " / ".join(visible(each.value("LocationNameValue")) for each in element.children)
    naming = _LABELLED_BY.get(name)
    telling = [each for each in element.children if each.name not in _QUALIFIERS and each.name != naming]
    if name.endswith("ReferenceId") or name == "BibliographicRecordId":
        return ", ".join(filter(None, (visible(each.text) for each in reversed(telling))))
    return _short(telling[0]) if len(telling) == 1 else None


def _identifier(element: Element) -> str:
    family = element.name.removesuffix("Id").removeprefix("Previous")
    beside = [element.value("AgencyId"), element.value(f"{family}IdentifierType")]
    value = visible(element.value(f"{family}IdentifierValue"))
    told = ", ".join(visible(each) for each in beside if each)
    return f"{value} ({told})" if told else value


def _amount(element: Element) -> str:
    amount = read_amount(element)
    if amount is None:
        return visible(element.value("MonetaryValue"))
    currency, units = amount
    return visible(f"{Money(units, currency)} {currency}".rstrip())


def _value(element: Element) -> str:
    if element.name in SECRETS:
        return HIDDEN if element.text else ""
    if element.name in FLAGS:
        return said(_YES)
    if element.name in MOMENTS and (when := read_moment(element.text, UTC)) is not None:
        if element.name == "DateOfBirth":
            return f"{when:%Y-%m-%d}"
        return f"{when.astimezone():%Y-%m-%d %H:%M:%S}"
    return visible(", ".join(element.text.splitlines()))


# --- for programs -----------------------------------------------------------------------------------------


def as_object(element: Element) -> dict[str, object]:
    """An element for JSON: its children are a list, because names repeat."""
    told: dict[str, object] = {"name": element.name}
    if element.children:
        return told | {"children": [as_object(each) for each in element.children]}
    if element.name not in FLAGS:
        told["text"] = HIDDEN if element.name in SECRETS and element.text else element.text
    return told | ({"scheme": element.scheme} if element.scheme else {})


def problem_object(problem: Element) -> dict[str, str]:
    """A problem for JSON."""
    return {
        "type": problem.value("ProblemType"),
        "detail": problem.value("ProblemDetail"),
        "element": problem.value("ProblemElement"),
        "value": problem.value("ProblemValue"),
    }


def hidden(document: str) -> str:
    """A document for the screen, with the secrets in it as stars.

    >>> hidden("<a:AuthenticationInputData>1234</a:AuthenticationInputData>")
    '<a:AuthenticationInputData>***</a:AuthenticationInputData>'
    """
    return _SECRET.sub(rf"\1{HIDDEN}\3", document)


_SECRET: Final = re.compile(rf"(<(?:\w+:)?(?:{'|'.join(sorted(SECRETS))})>)([^<]+)(<)")
