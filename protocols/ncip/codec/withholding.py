"""What a partner's version does not know is not told it."""

from collections.abc import Sequence

from softdock.protocols.ncip.message import Element, Message
from softdock.protocols.ncip.tables.levels import REPEATED_SINCE, Level, has
from softdock.protocols.ncip.tables.services import OF_RESPONSE, SERVICES


def for_level(message: Message) -> Sequence[Element]:
    """The elements of `message`, without what its level does not know.

    Who asks by a service of a later version than it names knows that version.
    """
    body = message.body.name
    service = SERVICES.get(body) or OF_RESPONSE.get(body)
    level = max(message.form.level, service.since) if service else message.form.level
    return [_without_later(each, level) for each in message.elements]


def _without_later(element: Element, level: Level) -> Element:
    children: list[Element] = []
    for each in element.children:
        once = REPEATED_SINCE.get((element.name, each.name), level) > level
        if has(level, element.name, each.name) and not (
            once and any(one.name == each.name for one in children)
        ):
            children.append(_without_later(each, level))
    return Element(element.name, element.text, element.scheme, children)
