"""The settings of a library whose adapter is a folder: what the folder declares, and what its transports need.

    system:
      adapter: interlib
      url: https://lib.example.org/openlib        # of the transport
      app: softdock                               # declared by the folder
      secret: "${file:interlib.secret}"
      codes: {item-state: {"50": available}}      # over the folder's own tables

Where a folder has one back end, its keys stand beside the others; where it has several, each has a table of its own.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import ValidationError

from softdock.adapters.base import AdapterSettings, AdapterSettingsError
from softdock.adapters.transports.port import TransportSettings
from softdock.mappings.complaints import Complaint, complaints
from softdock.mappings.files.grammar import AdapterFile, SettingPart
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
        self._of_back_ends: dict[str, Table] = {name: Table(place=given.place) for name in file.back_ends}
        only = next(iter(file.back_ends)) if len(file.back_ends) == 1 else None
        for key, node in given.items():
            if key in _COMMON:
                self.common[str(key)] = settings[key]
            elif key == "codes" and isinstance(node, Table):
                self._take_codes(node, file)
            elif key in file.settings:
                self._take(str(key), node, file.settings[key])
            elif key in file.back_ends and isinstance(node, Table):
                self._of_back_ends[str(key)] = node
            elif only is not None:
                self._of_back_ends[only][key] = node
            else:
                known = [*file.settings, *file.back_ends, *_COMMON, "codes"]
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

    def for_back_end(
        self, name: str, model: type[TransportSettings], defaults: Table, alone: bool
    ) -> TransportSettings | None:
        """The settings of the transport of back end `name`; what is wrong with them goes to `complaints`."""
        merged = over(defaults, self._of_back_ends[name])
        try:
            return model.model_validate(dict(merged))
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
