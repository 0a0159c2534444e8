"""The settings of a library whose adapter is a folder: what the folder declares, and what its transports need.

    system:
      adapter: interlib
      url: https://lib.example.org/openlib        # of the transport
      app: softdock                               # declared by the folder
      secret: "${file:interlib.secret}"
      codes: {item-state: {"50": available}}      # over the folder's own tables
      converters: {site-date: {date: "%d/%m/%Y"}} # in place of the folder's own
      operations: {renew: maps}                   # over what the folder hands over to whole adapters

Where a folder has one back end, its keys stand beside the others; where it has several, each has a table of its own.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import ValidationError

from softdock.adapters.base import AdapterSettings, AdapterSettingsError
from softdock.adapters.declarative.vocabulary import OPERATIONS, VERIFY_PIN
from softdock.adapters.transports.port import TransportSettings
from softdock.mappings.complaints import Complaint, complaints
from softdock.mappings.files.grammar import BY_MAPS, AdapterFile, SettingPart
from softdock.mappings.merging import over
from softdock.mappings.positions import Node, Table, Text, placed
from softdock.mappings.problems import suggestion

_COMMON: Final = ("without", "lists_tell_all")
_LONGEST: Final = 4096
RESERVED: Final = ("adapter", "codes", *_COMMON)
"""Keys under `system:` that every adapter folder has, so that no setting goes by their names."""


class DeclarativeSettings(AdapterSettings):
    """The keys that every adapter made of a folder takes."""

    lists_tell_all: bool | None = None
    """Whether a patron has nothing where a list shows nothing although no PIN was given; as the folder says, without the key."""


class Parted:
    """Settings, taken apart by whom they are for."""

    def __init__(self, settings: Mapping[str, object], file: AdapterFile) -> None:
        """Raises AdapterSettingsError for keys that nobody knows, and for declared ones that are not in order."""
        given = placed(dict(settings))
        assert isinstance(given, Table)
        self.complaints: list[Complaint] = []
        self.common: dict[str, object] = {}
        self.texts: dict[str, str] = {}
        """Declared settings that were given."""
        self.codes = Table(place=given.place)
        self.converters = Table(place=given.place)
        self.operations = Table(place=given.place)
        """Which are handed over to whole adapters, over what the folder says."""
        self._of_back_ends: dict[str, Table] = {name: Table(place=given.place) for name in file.back_ends}
        only = next(iter(file.back_ends)) if len(file.back_ends) == 1 else None
        for key, node in given.items():
            if key in _COMMON:
                self.common[str(key)] = settings[key]
            elif key == "codes" and isinstance(node, Table):
                self._take_codes(node, file)
            elif key == "converters" and isinstance(node, Table):
                self._take_converters(node, file)
            elif key == "operations" and isinstance(node, Table):
                self._take_operations(node, file)
            elif key in file.settings:
                self._take(str(key), node, file.settings[key])
            elif key in file.back_ends and isinstance(node, Table):
                self._of_back_ends[str(key)] = node
            elif only is not None:
                self._of_back_ends[only][key] = node
            else:
                known = [*file.settings, *file.back_ends, *_COMMON, "codes", "converters", "operations"]
                self.complaints.append(
                    (str(key), f"This key is not known. {suggestion(key, known, 'There are')}")
                )
        for name, part in file.settings.items():
            if (
                part.default is None
                and name not in self.texts
                and not any(each == name for each, _ in self.complaints)
            ):
                self.complaints.append((name, "This is required."))

    def _take(self, key: str, node: Node, part: SettingPart) -> None:
        if not isinstance(node, Text):
            self.complaints.append((key, "Write one text."))
        elif len(node) > _LONGEST or not node.isprintable():
            self.complaints.append((key, "This is more than one line of text."))
        elif part.one_of and node not in part.one_of:
            self.complaints.append((key, f"This is not known here. There are {', '.join(part.one_of)}."))
        elif part.secret and type(node) is Text and node:
            self.complaints.append((key, "This is a secret. Refer to it: ${env:NAME}, or ${file:path}."))
        else:
            self.texts[key] = str(node)

    def _take_codes(self, node: Table, file: AdapterFile) -> None:
        for name, table in node.items():
            if name not in file.codes:
                remedy = suggestion(name, list(file.codes), "There are")
                self.complaints.append((f"codes.{name}", f"There is no table of this name. {remedy}"))
            elif not isinstance(table, Table):
                self.complaints.append((f"codes.{name}", "Write a table of texts and values."))
            else:
                self.codes[name] = table

    def _take_converters(self, node: Table, file: AdapterFile) -> None:
        for name, chain in node.items():
            if name not in file.converters:
                remedy = suggestion(name, list(file.converters), "There are")
                self.complaints.append((f"converters.{name}", f"There is none of this name. {remedy}"))
            else:
                self.converters[name] = chain

    def _take_operations(self, node: Table, file: AdapterFile) -> None:
        known = [*(name for name, part in file.back_ends.items() if part.adapter is not None), BY_MAPS]
        for name, back_end in node.items():
            if name not in OPERATIONS or name == VERIFY_PIN:
                remedy = suggestion(name, [each for each in OPERATIONS if each != VERIFY_PIN], "There are")
                self.complaints.append(
                    (f"operations.{name}", f"There is no operation of this name. {remedy}")
                )
            elif back_end not in known:
                self.complaints.append((f"operations.{name}", f"Write one of {', '.join(known)}."))
            else:
                self.operations[name] = back_end

    @property
    def over_folder(self) -> Table:
        """What the library says in place of what stands in `adapter.yaml`."""
        said = (("codes", self.codes), ("converters", self.converters), ("operations", self.operations))
        return Table([(Text(key, each.place), each) for key, each in said if each], self.codes.place)

    def given_to(self, name: str, defaults: Table) -> Table:
        """The settings of back end `name`: what the library gives it, over the `defaults` of the folder."""
        return over(defaults, self._of_back_ends[name])

    def for_back_end(
        self, name: str, model: type[TransportSettings], defaults: Table, alone: bool
    ) -> TransportSettings | None:
        """The settings of the transport of back end `name`; what is wrong with them goes to `complaints`."""
        try:
            return model.model_validate(dict(self.given_to(name, defaults)))
        except ValidationError as error:
            prefix = "" if alone else f"{name}."
            self.complaints += [
                (f"{prefix}{place}", sentence)
                for place, sentence in complaints(error.errors(include_url=False))
            ]
            return None

    def check(self) -> None:
        """Raise AdapterSettingsError if something is wrong."""
        if self.complaints:
            raise AdapterSettingsError(self.complaints)


def secrets_of(file: AdapterFile) -> Iterator[str]:
    """The names of the settings that are secret."""
    return (name for name, each in file.settings.items() if each.secret)
