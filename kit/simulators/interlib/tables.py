"""What the simulated site has put down: codes, texts, and what stands in its maps."""

from collections.abc import Mapping

from softdock.circulation.items import CirculationStatus, FeeType
from softdock.circulation.reasons import Reason

SEEN = {"failed": "R00100", "renewed": "R00108", "several-cards": "R00130"}
"""Codes that clients of the real service act upon."""

INVENTED = {
    "token-over": "R00000",
    "parameters": "R00001",
    "rights": "R00002",
    "token-refused": "R00003",
    "done": "R00010",
    "lent": "R00061",
    "returned": "R00062",
    "not-renewed": "R00109",
}
"""Codes that stand where a real service has one that nobody has written down."""

CODES: Mapping[str, str] = SEEN | INVENTED

REFUSALS: Mapping[Reason, str] = {
    Reason.PATRON_UNKNOWN: "读者证号不存在",
    Reason.CARD_LOST: "读者证已挂失",
    Reason.CARD_EXPIRED: "读者证已过期",
    Reason.PATRON_BLOCKED: "读者证已暂停",
    Reason.PIN_WRONG: "读者密码错误",
    Reason.PIN_NOT_SET: "读者未设置密码",
    Reason.TOO_MANY_LOANS: "超过最大可借册数",
    Reason.TOO_MANY_HOLDS: "超过最大可预约册数",
    Reason.TOO_MANY_OVERDUE: "读者有超期文献未还",
    Reason.TOO_MANY_FEES: "读者欠款超过限额",
    Reason.ITEM_UNKNOWN: "条码号不存在",
    Reason.TITLE_UNKNOWN: "书目记录号不存在",
    Reason.ITEM_NOT_LENDABLE: "该文献不可外借",
    Reason.ITEM_LENT_TO_ANOTHER: "该文献已借出",
    Reason.ITEM_ON_HOLD: "该文献已被其他读者预约",
    Reason.ITEM_NOT_LENT: "该文献未借出",
    Reason.ITEM_NOT_LENT_TO_PATRON: "该文献不是此读者所借",
    Reason.THIRD_PARTY_NOT_ALLOWED: "该文献不是此读者所借",
    Reason.ALREADY_LENT: "读者已借该文献",
    Reason.TOO_MANY_RENEWALS: "已达最大续借次数",
    Reason.RENEWAL_ITEM_ON_HOLD: "该文献已被其他读者预约，不能续借",
    Reason.HOLD_EXISTS: "读者已预约该文献",
    Reason.HOLD_UNKNOWN: "读者没有预约该文献",
    Reason.HOLD_ITEM_LENT_TO_PATRON: "读者已借该文献",
    Reason.FEE_UNKNOWN: "财经记录不存在",
    Reason.AMOUNT_INVALID: "金额有误",
    Reason.AMOUNT_TOO_HIGH: "缴费金额超过欠款",
}
"""What is said where the books refuse; 操作失败 for the rest."""

CARD_STATES: Mapping[int, str] = {1: "有效", 2: "验证", 3: "挂失", 4: "暂停", 5: "注销", 10: "信用有效"}

LOCATIONS: Mapping[str, str] = {"MNWJ": "中文外借室", "MNSE": "少儿借阅室", "MNCK": "参考阅览室"}

LIBRARIES: Mapping[str, str] = {"999": "中心馆", "MNTS": "模拟图书馆"}

KINDS: Mapping[str, str] = {"MN_001": "中文图书", "MN_009": "参考文献（不外借）"}

HOLDING_STATES: Mapping[int, str] = {
    0: "流通还回上架中",
    1: "编目",
    2: "在馆",
    3: "借出",
    4: "丢失",
    5: "剔除",
    8: "装订",
    9: "锁定",
    10: "预借",
    12: "清点",
    14: "修补",
    15: "查找中",
    31: "馆际物流途中",
    32: "已收到",
    35: "丢失已赔",
}
"""The site's own table.  State 77, which one of its items has, is not in it."""

STATE_OF: Mapping[CirculationStatus, int] = {
    CirculationStatus.AVAILABLE: 2,
    CirculationStatus.TO_BE_RESHELVED: 0,
    CirculationStatus.ON_ORDER: 1,
    CirculationStatus.IN_PROCESS: 1,
    CirculationStatus.IN_TRANSIT: 31,
    CirculationStatus.LOST: 4,
    CirculationStatus.MISSING: 15,
    CirculationStatus.OTHER: 14,
}
"""Of what is not lent and not set aside."""

LENT, SET_ASIDE = 3, 10

FEE_TYPES: Mapping[FeeType, str] = {
    FeeType.OVERDUE: "201",
    FeeType.DAMAGE: "202",
    FeeType.REPLACEMENT: "203",
    FeeType.ADMINISTRATIVE: "101",
}
OTHER_FEE = "299"

PAYMENTS = frozenset({"1", "2", "5", "6", "7"})
"""Cash, IC card, Alipay, WeChat, bank card."""
