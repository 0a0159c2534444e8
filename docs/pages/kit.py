"""The checks of the kit, from their declarations; what to do where one fails is told beside them."""

from collections.abc import Iterator

from softdock.docs.pages.text import Language, Words
from softdock.kit.checks import CHECKS, Level, Need
from softdock.kit.checks.words import IN_CHINESE

WORDS = Words("kit")


def checks(language: Language) -> str:
    """A section for each check."""
    return "\n\n".join(part for id_ in CHECKS for part in _section(id_, language))


def _section(id_: str, language: Language) -> Iterator[str]:
    check = CHECKS[id_]
    yield f"## {id_} {check.name}"
    weight = language.choose("*must*", "*必须*") if check.level is Level.MUST else language.choose("*should*", "*建议*")  # fmt: skip
    needs = language.choose(", ", "、").join(
        WORDS.say(f"needs {each.value}", language) for each in Need if each in check.needs
    )
    needed = language.choose(f" Needs {needs}.", f"需要{needs}。") if needs else ""
    yield f"{weight}: {language.choose(check.sentence, IN_CHINESE[id_])}{needed}"
    yield WORDS.say(id_, language)
