"""The content model of every element that holds others, parsed from the tables."""

from collections.abc import Mapping
from typing import Final

from softdock.protocols.ncip.grammar import Name, Part, leaves, names, parsed
from softdock.protocols.ncip.tables import version_one
from softdock.protocols.ncip.tables.elements import COMPOUND
from softdock.protocols.ncip.tables.levels import has
from softdock.protocols.ncip.tables.services import SERVICES

MODELS: Final[Mapping[str, Part]] = {
    **{name: parsed(model) for name, model in COMPOUND.items()},
    **{name: parsed(model) for service in SERVICES.values() for name, model in service.models()},
}
"""Of all elements and messages under the names of version 2, those of version 1 alone included."""


def _order(models: Mapping[str, Part]) -> Mapping[str, Mapping[str, int]]:
    return {name: {each: place for place, each in enumerate(names(model))} for name, model in models.items()}


ORDER: Final[Mapping[str, Mapping[str, int]]] = _order(MODELS)
"""The place of each child in its parent."""

_LAST_1: Final = (1, 1)


def _in_version_1(parent: str, part: Part) -> Part | None:
    """What version 1 has of `part`, in `parent`; None where all of it came later."""
    if isinstance(part, Name):
        if not has(_LAST_1, parent, part.name):
            return None
        many = part.many and part.name != "Problem"
        return Name(version_one.UNIQUE.get(part.name, part.name), part.least, many)
    parts = tuple(each for each in (_in_version_1(parent, one) for one in part.parts) if each is not None)
    return type(part)(parts, part.least, part.many) if parts else None


MODELS_1: Final[Mapping[str, Part]] = {
    **{
        version_one.UNIQUE.get(name, name): part
        for name, model in MODELS.items()
        if has(_LAST_1, "", name) and (part := _in_version_1(name, model)) is not None
    },
    **{name: parsed(model) for name, model in version_one.MODELS.items()},
}
"""Of all elements and messages, under the names of version 1.  It has messages that came later, because some senders
use them so."""

ORDER_1: Final[Mapping[str, Mapping[str, int]]] = _order(MODELS_1)

NAMES: Final = frozenset(MODELS) | {leaf.name for model in MODELS.values() for leaf in leaves(model)}
"""Every name that there is, but those of the roots."""
