"""What NCIP is answered with, from the tables that answer it: services, elements, problems, agreements, limits."""

from collections.abc import Iterable, Mapping
from typing import Final

from softdock.circulation.capabilities import Right
from softdock.circulation.reasons import Reason
from softdock.docs.pages import settings
from softdock.docs.pages.text import Language, Words, code, listed, table
from softdock.ops.settings.agreements import _READY, Agreement
from softdock.protocols.ncip.north.items import _PARTS as ITEM_PARTS
from softdock.protocols.ncip.north.problems import problem_type
from softdock.protocols.ncip.north.services import WORKS
from softdock.protocols.ncip.north.services.agencies import _PARTS as AGENCY_PARTS
from softdock.protocols.ncip.north.services.holds import _PARTS as HOLD_PARTS
from softdock.protocols.ncip.north.users import _PARTS as USER_PARTS
from softdock.protocols.ncip.tables.lists import VALUES
from softdock.protocols.ncip.tables.problem_types import GENERAL, MESSAGING, ProblemType
from softdock.protocols.ncip.tables.services import SERVICES, Service, ServiceKind

WORDS = Words("ncip")

RIGHTS: Final[Mapping[str, tuple[Right, ...]]] = {
    "LookupVersion": (),
    "LookupAgency": (),
    **dict.fromkeys(
        ("LookupItem", "LookupItemSet", "LookupRequest", "LookupUser", "AuthenticateUser"), (Right.LOOKUP,)
    ),
    **dict.fromkeys(("CheckInItem", "CheckOutItem", "UndoCheckOutItem", "RenewItem"), (Right.CIRCULATE,)),
    **dict.fromkeys(("RequestItem", "CancelRequestItem", "RecallItem", "CancelRecallItem"), (Right.HOLD,)),
    "UpdateRequestItem": (Right.LOOKUP, Right.HOLD),
    "CreateUserFiscalTransaction": (Right.PAY,),
    **dict.fromkeys(("CreateUser", "DeleteUser"), (Right.PATRON_ADMIN,)),
    "UpdateUser": (Right.LOOKUP, Right.PATRON_ADMIN),
    **dict.fromkeys(
        ("AcceptItem", "CreateItem", "DeleteItem", "UpdateCirculationStatus"), (Right.ITEM_ADMIN,)
    ),
    **dict.fromkeys(("UpdateItem", "ReportCirculationStatusChange"), (Right.LOOKUP, Right.ITEM_ADMIN)),
}
"""The groups under `allow` of an account that a service needs; a test asks each service with these alone, and without."""

_NOTIFIED = "notification"
_VERSIONS = {(1, 0): "1.0", (1, 1): "1.01", (2, 0): "2.0", (2, 1): "2.01", (2, 2): "2.02"}


def supported(kind: ServiceKind) -> list[Service]:
    """The services of `kind` that do something."""
    return [each for name, each in SERVICES.items() if each.kind is kind and name in WORKS]


# --- services -----------------------------------------------------------------------------------------


def services(language: Language) -> str:
    """A table for lookups and one for updates: what each does, and what it needs."""
    heads = language.choose(
        "service|versions|what SoftDock does|needs in `allow`", "服务|版本|SoftDock 做什么|`allow` 中需要"
    ).split("|")
    parts = []
    for kind in (ServiceKind.LOOKUP, ServiceKind.UPDATE):
        parts.append(f"### {WORDS.say(f'[{kind.value}]', language)}")
        rows = []
        for each in supported(kind):
            said = WORDS.say(each.name, language)
            needs = listed(right.value for right in RIGHTS[each.name]) or language.choose("nothing", "无")
            rows.append([code(each.name), _versions(each, language), said, needs])
        parts.append(table(heads, rows))
    return "\n\n".join(parts)


def _versions(service: Service, language: Language) -> str:
    first, last = _VERSIONS[service.since], _VERSIONS[service.until]
    if service.until < (2, 2):
        return f"{first}–{last}"
    return language.choose(f"since {first}", f"{first} 起")


def notifications(language: Language) -> str:
    """The notifications, and the services that are known and not supported."""
    unsupported = [name for name in SERVICES if name not in WORKS]
    return "\n\n".join(
        (
            WORDS.say(_NOTIFIED, language),
            listed(each.name for each in supported(ServiceKind.NOTIFICATION)),
            WORDS.say("unsupported", language),
            listed(unsupported),
        )
    )


# --- elements -----------------------------------------------------------------------------------------

ELEMENTS: Final[Mapping[str, Iterable[str]]] = {
    "AgencyElementType": AGENCY_PARTS,
    "ItemElementType": ITEM_PARTS,
    "RequestElementType": (*HOLD_PARTS, "user id"),
    "UserElementType": USER_PARTS,
}
"""The lists by which a request selects, and the words that are heard, in lower case."""


def elements(language: Language) -> str:
    """A row for each list: what is told where the library knows it, and what nothing is known of."""
    heads = language.choose(
        "list|told, where the library knows it|nothing is ever told of", "列表|图书馆知道时返回|从不返回"
    ).split("|")
    rows = []
    for name, heard in ELEMENTS.items():
        words = {each.lower(): each for each in VALUES[name]}
        told = [words.get(each, each.title()) for each in heard]
        rows.append([code(name), listed(told), listed(each for each in VALUES[name] if each not in told)])
    return table(heads, rows)


# --- problems -----------------------------------------------------------------------------------------


def general_problems(language: Language) -> str:
    """The problem types that any service may answer with: by which reasons, and by what else."""
    heads = language.choose("problem type|when", "问题类型|何时").split("|")
    told = {each: f"problem {each.value}" for each in (*MESSAGING, *GENERAL)}
    return table(
        heads, ([code(each.value), WORDS.say(path, language)] for each, path in told.items() if path in WORDS)
    )


def problems(language: Language) -> str:
    """For each service the problem types of its own, with the reasons that become them; the catch-all last."""
    heads = language.choose("problem type|reasons", "问题类型|原因").split("|")
    every_other = language.choose("every other reason", "其余所有原因")
    parts = []
    for kind in (ServiceKind.LOOKUP, ServiceKind.UPDATE):
        for service in supported(kind):
            if not RIGHTS[service.name]:
                continue  # no library is asked, and none gives a reason
            found = by_problem_type(service.name)
            rule = ProblemType.ELEMENT_RULE_VIOLATED
            last = rule if rule in found else ProblemType.TEMPORARY_PROCESSING_FAILURE
            rows = [
                [code(each.value), listed(reason.value for reason in found[each])]
                for each in sorted(found, key=lambda each: each.value)
                if each not in GENERAL and each is not last
            ]
            parts.append(f"### {code(service.name)}")
            parts.append(table(heads, [*rows, [code(last.value), every_other]]))
    return "\n\n".join(parts)


def by_problem_type(service: str) -> dict[ProblemType, list[Reason]]:
    """Which reasons become which word under `service`."""
    found: dict[ProblemType, list[Reason]] = {}
    for reason in Reason:
        found.setdefault(problem_type(reason, service), []).append(reason)
    return found


# --- agreements and limits ----------------------------------------------------------------------------


def profile(language: Language) -> str:
    """The keys of `ncip` of a profile."""
    return settings.section("profiles.NAME.ncip", language)


def ready(language: Language) -> str:
    """What the ready agreements say otherwise than the default."""
    heads = language.choose("`like`|what it says", "`like`|含义").split("|")
    rows = []
    for name, agreed in _READY.items():
        said = [f"`{key}`: {_shown(agreed, key)}" for key in sorted(agreed.model_fields_set)]
        rows.append([code(name), "; ".join(said) or language.choose("the defaults", "默认值")])
    return table(heads, rows)


def _shown(agreed: Agreement, key: str) -> str:
    value = getattr(agreed, key)
    return listed(sorted(value) if isinstance(value, frozenset) else value)


def limits(language: Language) -> str:
    """The limits of both kinds of listeners."""
    over_http = settings.section("listen[].limits (ncip)", language)
    over_tcp = settings.section("listen[].limits (ncip-tcp)", language)
    return f"### {code('ncip')}\n\n{over_http}\n\n### {code('ncip-tcp')}\n\n{over_tcp}"
