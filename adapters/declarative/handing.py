"""Operations that a whole adapter carries out in place of maps: lending by SIP2, say, beside reading over HTTP.

    back_ends:
      reading: {transport: http}
      circulation: {adapter: sip2, settings: {profile: aleph}}
    operations: {checkout: circulation, checkin: circulation}

Which operations these are the folder says, and a library by `operations` among its settings; `maps` takes one back.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from softdock.adapters.base import Adapter, AdapterContext, AdapterSettingsError
from softdock.adapters.declarative.finding import folder_named, is_path
from softdock.adapters.declarative.settings import Parted
from softdock.adapters.declarative.vocabulary import OPERATIONS
from softdock.adapters.registry import AdapterNotFound, load_adapter
from softdock.circulation.capabilities import Capability
from softdock.circulation.operations import Checkin, Checkout, Operation, Renew
from softdock.circulation.ports import LibrarySystem
from softdock.mappings.files.compiled import CompiledAdapter

_BOOKED_AFTERWARDS = (Checkout, Checkin, Renew)
"""What devices do while a system is away."""


class Handed:
    """The whole adapters of one folder, each with the operations that are its own."""

    def __init__(self, systems: Mapping[type[Operation], LibrarySystem]) -> None:
        self._of = systems
        self.systems: Sequence[LibrarySystem] = list({id(each): each for each in systems.values()}.values())
        self._seen: Sequence[frozenset[Capability]] = ()
        self._can: frozenset[Capability] = frozenset()

    def __contains__(self, operation: object) -> bool:
        """Whether operations of this type are handed over."""
        return operation in self._of

    def system_for(self, operation: Operation) -> LibrarySystem | None:
        """Who carries `operation` out, where maps do not."""
        return self._of.get(type(operation))

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What their operations need, as far as they can do it at this moment."""
        seen = [each.capabilities for each in self.systems]
        if seen != self._seen:
            self._seen, self._can = seen, frozenset(self._found())
        return self._can

    def _found(self) -> Iterator[Capability]:
        for operation, system in self._of.items():
            if operation.capability in system.capabilities:
                yield operation.capability
        booked = [self._of.get(each) for each in _BOOKED_AFTERWARDS]
        if all(each is not None and Capability.OFFLINE_TRANSACTIONS in each.capabilities for each in booked):
            yield Capability.OFFLINE_TRANSACTIONS


def knows_its_work(system: LibrarySystem) -> bool:
    """Whether `system` has a way of its own to find out what became of an operation, beside looking things up."""
    return getattr(type(system), "find_effect", None) is not Adapter.find_effect


def handed(
    compiled: CompiledAdapter, parted: Parted, context: AdapterContext, without: frozenset[Capability]
) -> Handed:
    """Makes the adapters to which something is handed over; what is wrong with their settings goes to `parted`."""
    alone = len(compiled.file.back_ends) == 1
    made: dict[str, LibrarySystem | None] = {}
    systems: dict[type[Operation], LibrarySystem] = {}
    for name, back_end in compiled.handed.items():
        operation: Any = OPERATIONS[name]
        if operation.capability in without:
            continue
        if back_end not in made:
            made[back_end] = _made(compiled, back_end, parted, context, alone=alone)
        if (system := made[back_end]) is not None:
            systems[operation] = system
    return Handed(systems)


def _made(
    compiled: CompiledAdapter, back_end: str, parted: Parted, context: AdapterContext, *, alone: bool
) -> LibrarySystem | None:
    part = compiled.file.back_ends[back_end]
    name = str(part.adapter)
    try:
        if is_path(name) or folder_named(name) is not None:
            raise AdapterNotFound(
                name, "it is a folder of maps as well, and one folder does not hold another."
            )
        return load_adapter(name)(parted.given_to(back_end, part.settings), context)
    except AdapterNotFound as error:
        parted.complaints.append((back_end, str(error)))
    except AdapterSettingsError as error:
        prefix = "" if alone else f"{back_end}."
        parted.complaints += [(f"{prefix}{place}", sentence) for place, sentence in error.complaints]
    return None
