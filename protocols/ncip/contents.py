"""The content model of every element that holds others, parsed from the tables."""

from collections.abc import Mapping
from typing import Final

from softdock.protocols.ncip.grammar import Part, leaves, names, parsed
from softdock.protocols.ncip.tables.elements import COMPOUND
from softdock.protocols.ncip.tables.services import SERVICES

MODELS: Final[Mapping[str, Part]] = {
    **{name: parsed(model) for name, model in COMPOUND.items()},
    **{name: parsed(model) for service in SERVICES.values() for name, model in service.models()},
}
"""Of all elements and messages under the names of version 2, those of version 1 alone included."""

ORDER: Final[Mapping[str, Mapping[str, int]]] = {
    name: {each: place for place, each in enumerate(names(model))} for name, model in MODELS.items()
}
"""The place of each child in its parent."""

NAMES: Final = frozenset(MODELS) | {leaf.name for model in MODELS.values() for leaf in leaves(model)}
"""Every name that there is, but those of the roots."""
