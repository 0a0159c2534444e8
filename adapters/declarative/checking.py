"""Everything that is wrong with an adapter folder, or with one map: the files, the rules, the settings, the examples."""

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from softdock.adapters.declarative.examples import are_own, failing_in, stand_ins
from softdock.adapters.declarative.folders import Named, named_by
from softdock.adapters.declarative.settings import RESERVED
from softdock.adapters.declarative.vocabulary import VOCABULARY
from softdock.adapters.transports.port import TransportSettings
from softdock.adapters.transports.registry import TRANSPORTS, transport_kind
from softdock.circulation.records import record
from softdock.mappings.complaints import complaints
from softdock.mappings.files.grammar import AdapterFile
from softdock.mappings.files.maps import compile_as_far
from softdock.mappings.merging import place_of
from softdock.mappings.positions import Table
from softdock.mappings.problems import Problem, ProblemsFound, quoted, suggestion

_MISSING: Final = "missing"


@record
class Checked:
    """What a check has looked at, and what it found."""

    problems: tuple[Problem, ...]
    """In the order of the files."""
    maps: int
    examples: int
    """How many examples were run: the folder's own, of maps that nothing is wrong with."""


def check(path: Path) -> Checked:
    """What is wrong with the folder, or the map, at `path`."""
    named = named_by(path)
    problems, maps, examples = list(named.problems), 0, 0
    if named.loaded is not None:
        compiled, wrong = compile_as_far(named.loaded, VOCABULARY, stand_ins(named.loaded), UTC)
        problems += wrong
        maps = len(named.loaded.maps)
        if compiled is not None:
            problems += _declared(named, compiled.file)
            problems += failing_in(compiled, Path.read_bytes)
            own = (each for each in compiled.maps.values() if are_own(named.loaded, each))
            examples = sum(len(each.examples) for each in own)
    found = ProblemsFound(dict.fromkeys(problems)).problems if problems else ()
    return Checked(found, maps, examples)


def _declared(named: Named, file: AdapterFile) -> Iterator[Problem]:
    """What is wrong with the settings that a folder declares, and with its back ends."""
    assert named.loaded is not None
    table = named.loaded.adapter
    taken = dict.fromkeys(RESERVED, "what every library may say of its system")
    taken |= dict.fromkeys(file.back_ends, "a back end")
    for name, part in file.back_ends.items():
        if part.transport is None:
            continue  # it has an adapter of its own, which knows its settings
        if part.transport not in TRANSPORTS:
            place = place_of(table, ["back_ends", name, "transport"])
            remedy = suggestion(part.transport, list(TRANSPORTS), "There are")
            yield Problem(place, f"{quoted(part.transport)} is not a transport.", remedy, "back-end")
            continue
        model = transport_kind(part.transport).settings
        if len(file.back_ends) == 1:
            taken |= dict.fromkeys(model.model_fields, f"a setting of {part.transport}")
        yield from _transport_settings(table, name, part.settings, model)
    for name, setting in file.settings.items():
        place = place_of(table, ["settings", name])
        if name in taken:
            sentence = f"{quoted(name)} is the name of {taken[name]}."
            yield Problem(place, sentence, "Give the setting another name.", "setting")
        if setting.secret and setting.default:
            sentence = f"{quoted(name)} is a secret, and its default stands here for everybody."
            yield Problem(place, sentence, "Leave the default out.", "setting")
        if setting.one_of and setting.default and setting.default not in setting.one_of:
            sentence = f"The default of {quoted(name)} is none of what it may be."
            yield Problem(place, sentence, f"There are {', '.join(setting.one_of)}.", "setting")


def _transport_settings(
    table: Table, name: str, given: Table, model: type[TransportSettings]
) -> Iterator[Problem]:
    """What is wrong with the settings of a transport that a folder gives; a library may still give those that lack."""
    try:
        model.model_validate(dict(given))
    except ValidationError as error:
        errors = [each for each in error.errors(include_url=False) if each["type"] != _MISSING]
        for each, (_, sentence) in zip(errors, complaints(errors), strict=True):
            place = place_of(table, ["back_ends", name, "settings", *each["loc"]])
            yield Problem(place, sentence, rule="setting")
