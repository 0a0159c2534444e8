"""Writes those parts of the documents that the code knows best: `python docs/generate.py`.

A page is written by hand in each language; between `<!-- begin: NAME -->` and `<!-- end: NAME -->` stands what is
made here.  The pages of the SIP2 messages are made as a whole.  Sentences come from `docs/words`; one that the code
says itself has to be the same there, so that no translation outlives what it translates.

Exit code 1 if a sentence is missing, was translated from other words, or is used nowhere.
"""

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from softdock.docs.pages import (
    commands,
    converters,
    importing,
    kit,
    losses,
    mappings,
    matrix,
    messages,
    metrics,
    ncip,
    reasons,
    settings,
    systems,
    transports,
    vocabulary,
)
from softdock.docs.pages.text import Language, Words

DOCS = Path(__file__).parent

BLOCKS: Mapping[str, Callable[[Language], str]] = {
    "settings": settings.settings,
    "profile": settings.profile,
    "inhouse": settings.inhouse,
    "sip-system": settings.sip2,
    "system-profile": systems.profile,
    "ncip-system": settings.ncip,
    "ncip-system-profile": systems.ncip_profile,
    "ncip-system-ready": systems.ncip_ready,
    "commands": commands.commands,
    "mapping-rules": commands.mapping_rules,
    "metrics": metrics.metrics,
    "violations": metrics.violations,
    "reasons": reasons.reasons,
    "import-file": importing.import_file,
    "word-lists": importing.word_lists,
    "messages": messages.index,
    "converters": converters.converters,
    "transports": transports.transports,
    "folder-settings": transports.folder,
    "map-bounds": mappings.limits,
    "map-sources": mappings.sources,
    "map-modifiers": mappings.modifiers,
    "map-entries": mappings.entries,
    "map-conditions": mappings.conditions,
    "map-errors": mappings.errors,
    "map-requests": mappings.requests,
    "map-formats": mappings.formats,
    "map-keys": mappings.map_keys,
    "map-operations": vocabulary.operations,
    "map-asked": vocabulary.asked,
    "map-read": vocabulary.read,
    "map-effects": vocabulary.effects,
    "adapter-keys": mappings.adapter_keys,
    "kit-checks": kit.checks,
    "losses-handlings": losses.handlings,
    "losses-to-devices": losses.to_devices,
    "losses-from-devices": losses.from_devices,
    "losses-to-systems": losses.to_systems,
    "losses-from-systems": losses.from_systems,
    "losses-to-partners": losses.to_partners,
    "losses-to-responders": losses.to_responders,
    "losses-from-partners": losses.from_partners,
    "ncip-services": ncip.services,
    "ncip-notifications": ncip.notifications,
    "ncip-elements": ncip.elements,
    "ncip-general-problems": ncip.general_problems,
    "ncip-problems": ncip.problems,
    "ncip-profile": ncip.profile,
    "ncip-ready": ncip.ready,
    "ncip-words": systems.ncip_words,
    "ncip-limits": ncip.limits,
    "matrix-systems": matrix.systems,
    "matrix-scenarios": matrix.scenarios,
    "matrix-direct": matrix.direct,
    "matrix-differences": matrix.differences,
}
"""What may stand between the marks, by its name."""

SUBJECTS: tuple[Words, ...] = (
    settings.WORDS, commands.WORDS, metrics.WORDS, importing.WORDS, messages.FIELDS, messages.MESSAGES,
    systems.WORDS, kit.WORDS, mappings.WORDS, vocabulary.WORDS, converters.WORDS, transports.WORDS,
    ncip.WORDS, losses.WORDS, matrix.WORDS, systems.NCIP_WORDS,
)  # fmt: skip

_BLOCK = re.compile(r"(<!-- begin: ([a-z-]+) -->\n).*?(<!-- end: \2 -->)", re.DOTALL)


def generated() -> dict[Path, str]:
    """Every page with something made in it, as it should be."""
    found: dict[Path, str] = {}
    for language in Language:
        folder = DOCS / language.value
        for name, text in messages.pages(language).items():
            found[folder / "reference" / "messages" / name] = text
        for page in sorted(folder.rglob("*.md")):
            text = page.read_text(encoding="utf-8")
            if "<!-- begin: " in text:
                found[page] = _filled(text, language)
    return found


def _filled(text: str, language: Language) -> str:
    def made(match: re.Match[str]) -> str:
        return f"{match[1]}\n{BLOCKS[match[2]](language)}\n\n{match[3]}"

    return _BLOCK.sub(made, text)


def stale() -> list[Path]:
    """The pages that are not as they should be."""
    return [
        page
        for page, text in generated().items()
        if not page.exists() or page.read_text(encoding="utf-8") != text
    ]


def faults() -> list[str]:
    """What is wrong with the words, once all pages were made."""
    return [
        *(f"{each.file.name}: {path} {fault}" for each in SUBJECTS for path, fault in each.faults.items()),
        *(
            f"{each.file.name}: {path} is used nowhere"
            for each in SUBJECTS
            for path in sorted(each.superfluous())
        ),
    ]


def main() -> int:
    """Write what is stale; the exit code."""
    for page, text in generated().items():
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(text, encoding="utf-8")
            print(page.relative_to(DOCS))
    for fault in faults():
        print(fault, file=sys.stderr)
    return 1 if faults() else 0


if __name__ == "__main__":
    sys.exit(main())
