"""The matrix of operations, fronts and systems, from what `play_matrix.py` has written."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from softdock.docs.pages.text import Language, Words, code, table
from softdock.kit.matrix.explaining import RULES
from softdock.kit.matrix.links import FRONTS
from softdock.kit.matrix.writing import SYSTEMS

WORDS = Words("matrix")

_FOLDER: Final = Path(__file__).parent.parent / "matrix"
_NOT_OFFERED: Final = "not offered"

NAMES: Final[Sequence[str]] = tuple(
    dict.fromkeys(each.name for rules in RULES.values() for each in reversed(rules))
)
"""Every reason for a difference; its place is its number on the page."""


@cache
def _read(system: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load((_FOLDER / f"{system}.yaml").read_text(encoding="utf-8"))
    return found


def _name(kind: str, word: str, language: Language) -> str:
    return WORDS.say(f"{kind} {word}", language)


def _outcome(word: str, language: Language) -> str:
    return code(word) if word != _NOT_OFFERED else language.choose("not offered", "不提供")


# --- one system -------------------------------------------------------------------------------------------


def systems(language: Language) -> str:
    """A section for each system: how much comes to the same through each front, and what does not."""
    return "\n\n".join(part for system in SYSTEMS for part in _section(system, language))


def _section(system: str, language: Language) -> Iterator[str]:
    data = _read(system)
    yield f"## {_name('system', system, language)}"
    fronts = [_name("front", front, language) for front in FRONTS]
    yield table(
        [language.choose("operation", "操作"), *fronts],
        [[code(each), *(_summary(data[front][each]) for front in FRONTS)] for each in data["direct"]],
    )
    rows = list(_other_outcomes(data, language))
    if rows:
        yield language.choose("Something else comes of these:", "以下情形的结果不同：")
        yield table(
            [language.choose("operation", "操作"), language.choose("scenario", "情形"), language.choose("directly", "直接"), *fronts],
            rows,
        )  # fmt: skip


def _summary(row: Mapping[str, Any]) -> str:
    """How many scenarios come to the same outcome, of how many; and the numbers of what is different."""
    cells = [_parts(each) for each in row["cells"].values()]
    if all(through == _NOT_OFFERED for _, through, _ in cells):
        return "–"
    same = sum(direct == through for direct, through, _ in cells)
    names = {name for *_, why in cells for name in why} | set(row.get("why", "").split())
    numbers = sorted(NAMES.index(name) + 1 for name in names)
    return f"{same}/{len(cells)}" + (f" ({', '.join(map(str, numbers))})" if numbers else "")


def _parts(cell: Any) -> tuple[str, str, list[str]]:
    """The outcome directly, the one through the front, and the names of why something is different."""
    text, why = (cell, "") if isinstance(cell, str) else (cell["outcome"], cell["why"])
    direct, _, through = text.partition(" -> ")
    return direct, through or direct, why.split()


def _other_outcomes(data: Mapping[str, Any], language: Language) -> Iterator[list[str]]:
    """A row for each scenario that comes to something else through a front where it is offered."""
    for operation, scenarios in data["direct"].items():
        for scenario, direct in scenarios.items():
            through = [_parts(data[front][operation]["cells"][scenario])[1] for front in FRONTS]
            if any(each not in (direct, _NOT_OFFERED) for each in through):
                shown = ["" if each == direct else _outcome(each, language) for each in through]
                yield [
                    code(operation), _name("scenario", scenario, language), _outcome(direct, language), *shown,
                ]  # fmt: skip


# --- all of them ------------------------------------------------------------------------------------------


def scenarios(language: Language) -> str:
    """A row for each operation."""
    heads = language.choose("operation|scenarios", "操作|情形").split("|")
    between = language.choose("; ", "；")
    asked = _read(next(iter(SYSTEMS)))["direct"]
    return table(
        heads,
        [[code(each), between.join(_name("scenario", name, language) for name in names)] for each, names in asked.items()],
    )  # fmt: skip


def direct(language: Language) -> str:
    """What each system answers where it is asked directly, as far as it is not what the embedded library answers."""
    first, *others = SYSTEMS
    usual = _read(first)["direct"]
    rows = []
    for operation, scenarios in usual.items():
        for scenario, outcome in scenarios.items():
            said = [_read(system)["direct"][operation][scenario] for system in others]
            if any(each != outcome for each in said) and not all(each == _NOT_OFFERED for each in said):
                shown = ["" if each == outcome else _outcome(each, language) for each in said]
                rows.append([code(operation), _name("scenario", scenario, language), _outcome(outcome, language), *shown])  # fmt: skip
    heads = [
        language.choose("operation", "操作"),
        language.choose("scenario", "情形"),
        *(_name("system", system, language) for system in SYSTEMS),
    ]
    return table(heads, rows)


def differences(language: Language) -> str:
    """A row for each reason, with the fronts where it is met."""
    heads = language.choose("no.|what is different, and why|fronts", "编号|有何不同，为什么|前端").split("|")
    return table(
        heads,
        [
            [str(number), _name("why", name, language), ", ".join(_fronts_of(name, language))]
            for number, name in enumerate(NAMES, 1)
        ],
    )


def _fronts_of(name: str, language: Language) -> Iterator[str]:
    for front in FRONTS:
        if any(name in str(_read(system)[front]) for system in SYSTEMS):
            yield _name("front", front, language)
