"""Shows what is wrong with the files of an adapter: to people line by line, to programs as objects."""

from collections.abc import Sequence

from softdock.cli.mapping_words import IN_ENGLISH, meaning, remedy_told
from softdock.cli.tongue import bold, dim, is_chinese, red, said, say
from softdock.mappings.problems import Place, Problem


def show_problems(problems: Sequence[Problem], *, err: bool = True) -> None:
    """Print each of `problems`: where, which rule, what is wrong, and what to do."""
    for each in problems:
        path = f"  {dim(each.place.path)}" if each.place.path else ""
        say(f"{bold(position(each.place))}  {red(each.rule)}{path}", err=err)
        if is_chinese() and each.rule:
            say(f"  {meaning(each.rule)}", err=err)
        say(f"  {each.sentence} {remedy_told(each.remedy)}".rstrip(), err=err)
    if problems and (note := said(IN_ENGLISH)):
        say(dim(note), err=err)


def position(place: Place) -> str:
    """file:line:column, as editors and terminals know it."""
    return f"{place.file}:{place.line}:{place.column}" if place.line else place.file


def as_objects(problems: Sequence[Problem]) -> list[dict[str, object]]:
    """`problems` for --json."""
    return [
        {
            **place_object(each.place),
            "path": each.place.path,
            "rule": each.rule,
            "sentence": each.sentence,
            "remedy": each.remedy,
        }
        for each in problems
    ]


def place_object(place: Place) -> dict[str, object]:
    """A place for --json; line and column are 0 where a file is meant as a whole."""
    return {"file": place.file, "line": place.line, "column": place.column}
