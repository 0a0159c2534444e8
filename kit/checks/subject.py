"""What is checked: an adapter folder, or an adapter class."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any, Final

from softdock.adapters import Adapter, AdapterContext, LibrarySystem
from softdock.adapters.declarative.adapter import DeclarativeAdapter
from softdock.adapters.declarative.finding import folder_named
from softdock.adapters.declarative.vocabulary import VOCABULARY
from softdock.kit.counterparts.port import Counterpart, NoCounterpart, Referred
from softdock.kit.counterparts.real import Real
from softdock.kit.counterparts.replayed import Replayed
from softdock.kit.counterparts.simulated import Simulated
from softdock.mappings.files.compiled import CompiledAdapter
from softdock.mappings.files.folder import Loaded, load_folder
from softdock.mappings.files.grammar import AdapterFile, read_as
from softdock.mappings.files.maps import compile_adapter
from softdock.mappings.problems import Place, ProblemsFound

_SHORTEST_REASON: Final = 20
"""Characters of the reason of a waiver."""


class NotCheckable(Exception):
    """Nothing can be checked: sentences that say why."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = tuple(sentences)


class Subject(ABC):
    """An adapter that is checked."""

    name: str
    waivers: Mapping[str, str]
    """The reason for not passing, by the id of the check."""
    declared: Mapping[str, object] = {}
    """Settings that stand in where the counterpart says nothing."""
    own: Mapping[str, object] = {}
    """Settings that hold whatever the counterpart says."""

    @abstractmethod
    def make(self, settings: Mapping[str, object], context: AdapterContext) -> LibrarySystem:
        """An adapter with these settings.  Raises AdapterSettingsError."""

    @abstractmethod
    def counterpart(self) -> Counterpart:
        """A new counterpart of it, not started yet.  Raises NoCounterpart."""

    @property
    @abstractmethod
    def place(self) -> Place:
        """Where the adapter is written."""

    def faults_of_waivers(self, known: Mapping[str, object]) -> list[str]:
        """What is wrong with the waivers: those of no check, and those without a reason."""
        unknown = [f"{each} is no check that could be waived." for each in self.waivers if each not in known]
        short = [
            f"The waiver of {each} needs a reason of {_SHORTEST_REASON} characters or more."
            for each, reason in self.waivers.items()
            if each in known and len(reason.strip()) < _SHORTEST_REASON
        ]
        return unknown + short


class FolderSubject(Subject):
    """An adapter that is a folder."""

    def __init__(self, folder: Path, settings: Mapping[str, object] | None = None, url: str = "", *, changes: bool = False) -> None:  # fmt: skip
        """`settings` are put over those of the counterpart; `url` is that of a real system.  Raises NotCheckable."""
        self.folder = folder
        self.own: Mapping[str, object] = dict(settings or {})
        self._url = url
        self._changes = changes
        try:
            self.loaded: Loaded = load_folder(folder, folder_named)
            file = read_as(AdapterFile, self.loaded.adapter)
            if isinstance(file, list):
                raise ProblemsFound(file)
            self.file: AdapterFile = file
            self.declared: Mapping[str, object] = stand_ins(file) | {
                name: text for name, text in self.own.items() if name in file.settings
            }
            self.compiled: CompiledAdapter = compile_adapter(self.loaded, VOCABULARY, {name: str(text) for name, text in self.declared.items()}, UTC)  # fmt: skip
        except ProblemsFound as found:
            raise NotCheckable([str(each) for each in found.problems]) from None
        self.name = folder.name
        self.waivers = file.waivers

    @property
    def place(self) -> Place:
        """See `Subject`."""
        return self.loaded.adapter.place

    def make(self, settings: Mapping[str, object], context: AdapterContext) -> LibrarySystem:
        """See `Subject`.  Its examples are a check of their own."""
        return DeclarativeAdapter(self.folder, settings, context, is_proven=True)

    def counterpart(self) -> Counterpart:
        """The real system, the simulator that the folder names, or its own examples."""
        if self._url:
            return self._real()
        if self.file.simulator:
            return Simulated(self.file.simulator)
        return Replayed(self.compiled, self.declared)

    def _real(self) -> Counterpart:
        names = list(self.file.back_ends)
        url = {"url": self._url}
        reached = url if len(names) == 1 else {
            name: url for name, part in self.file.back_ends.items() if part.transport == "http"
        }  # fmt: skip
        try:
            played = Replayed(self.compiled, self.declared)
            cases, personal = played.cases, played.personal
        except NoCounterpart:
            cases, personal = (), frozenset()
        return Real({**reached, **self.own}, cases, personal, changes=self._changes)


class ClassSubject(Subject):
    """An adapter that is a class, with whatever starts a counterpart of it."""

    def __init__(self, adapter: type[Adapter[Any]], counterpart: Callable[[], Counterpart], waivers: Mapping[str, str]) -> None:  # fmt: skip
        self.adapter = adapter
        self.name = adapter.__name__
        self.waivers = waivers
        self._counterpart = counterpart

    @property
    def place(self) -> Place:
        """See `Subject`."""
        return Place(f"{self.adapter.__module__}.{self.adapter.__qualname__}")

    def make(self, settings: Mapping[str, object], context: AdapterContext) -> LibrarySystem:
        """See `Subject`."""
        return self.adapter(settings, context)

    def counterpart(self) -> Counterpart:
        """See `Subject`."""
        return self._counterpart()


def stand_ins(file: AdapterFile) -> dict[str, object]:
    """For each setting that has to be given, one that will do."""
    return {
        name: part.one_of[0] if part.one_of
        else Referred(f"only-simulated-{name}") if part.secret
        else f"<{name}>"
        for name, part in file.settings.items()
        if part.default is None
    }  # fmt: skip
