"""What is lost between protocols, from the tables that translations declare it in."""

from collections.abc import Iterable, Sequence

from softdock.circulation.losses import Handling, Loss
from softdock.docs.pages.text import Language, Words, code, listed, table
from softdock.protocols.ncip.north import losses as partners
from softdock.protocols.ncip.south import losses as responders
from softdock.protocols.sip2.north import losses as devices
from softdock.protocols.sip2.south import losses as systems

WORDS = Words("losses")

_SHARED = (".extra",)
"""Attributes that mean the same wherever they stand, and are told once."""


def handlings(language: Language) -> str:
    """What may become of a value."""
    heads = language.choose("what becomes of it|counted|what that means", "处理|计入指标|含义").split("|")
    yes, no = language.choose("yes", "是"), language.choose("no", "否")
    return table(
        heads,
        (
            [code(each.value), no if each is Handling.HERE else yes, WORDS.say(f"[{each.value}]", language)]
            for each in Handling
        ),
    )


def to_devices(language: Language) -> str:
    """Answers over SIP2."""
    return _losses(list(devices.ANSWERS), language)


def from_devices(language: Language) -> str:
    """Requests over SIP2: nothing but what is dealt with here."""
    found = {each.attribute: each for each in devices.REQUESTS}
    return _losses(found.values(), language, by_attribute=True)


def to_systems(language: Language) -> str:
    """Requests to systems behind SIP2."""
    return _losses(list(systems.REQUESTS), language)


def from_systems(language: Language) -> str:
    """Answers of systems behind SIP2."""
    found = {each.attribute: each for each in systems.ANSWERS}
    return _losses(found.values(), language, by_attribute=True)


def to_partners(language: Language) -> str:
    """Answers over NCIP."""
    return _losses(list(partners.ANSWERS), language)


def to_responders(language: Language) -> str:
    """Requests to systems behind NCIP."""
    return _losses(list(responders.REQUESTS), language)


def from_partners(language: Language) -> str:
    """Requests over NCIP, by service."""
    heads = language.choose("service|parts of which nothing is made", "服务|不起作用的部分").split("|")
    rows = [[code(service), listed((*parts, "Ext"))] for service, parts in partners.REQUESTS.items()]
    return table(heads, rows)


def _losses(losses: Iterable[Loss], language: Language, *, by_attribute: bool = False) -> str:
    heads = language.choose("what|what becomes of it|what it is", "内容|处理|含义").split("|")
    rows: dict[str, Sequence[str]] = {}
    for each in losses:
        what = next((f"*{shared}" for shared in _SHARED if each.what.endswith(shared)), each.what)
        name = each.attribute if by_attribute else what
        said = WORDS.say(name, language)
        if isinstance(each.usual, partners.Carried) and (words := each.usual.lost):
            lost = listed(sorted(str(word.value) for word in words))
            said += language.choose(f" Of these words: {lost}.", f"涉及：{lost}。")
        rows.setdefault(f"{name} {each.handling.value}", [code(name), code(each.handling.value), said])
    return table(heads, list(rows.values()))
