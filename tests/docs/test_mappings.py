"""Maps that the documents show are good ones: they send what is shown, and read what is shown."""

import pytest

from mapping_pages import Example, sections
from softdock.docs.generate import DOCS
from softdock.docs.pages import mappings, vocabulary
from softdock.docs.pages.text import Language
from softdock.mappings.converters import DECLARED
from softdock.mappings.rules.verbs import MODIFIERS, SOURCES

PAGES = [
    page.relative_to(DOCS / "en").as_posix()
    for page in sorted((DOCS / "en").rglob("*.md"))
    if sections(page.read_text(encoding="utf-8"))
]
SHOWN = [
    pytest.param(each, id=f"{page}: {each.heading}")
    for page in PAGES
    for each in sections((DOCS / "en" / page).read_text(encoding="utf-8"))
]
"""The Chinese pages have the same blocks."""


@pytest.mark.parametrize("section", SHOWN)
def test_a_map_that_is_shown_does_what_is_shown(section, tmp_path):
    assert list(Example(tmp_path).faults(section)) == []


def test_a_page_that_is_not_true_is_found_out(tmp_path):
    """Otherwise the test above would hold nothing."""
    page = """\
# Three
```yaml
fields: {patron.name: name}
```
<!-- reply -->
```json
{"name": "Li"}
```
```yaml
outcome: done
fields: {patron.name: Han}
```
<!-- sent -->
```text
GET /nowhere
```
<!-- wrong -->
```yaml
fields: {patron.name: name}
```
```text
Nothing like this.
```
"""
    (section,) = sections(page)

    faults = list(Example(tmp_path).faults(section))
    assert [each.split(":")[0] for each in faults] == [
        "fields.patron.name", "is sent", "nothing is wrong with it",
    ]  # fmt: skip


@pytest.mark.parametrize("language", list(Language))
def test_every_word_of_the_language_has_its_row(language):
    reference = DOCS / language.value / "reference"
    text = (reference / "mapping-language.md").read_text(encoding="utf-8")
    names = (reference / "mapping-operations.md").read_text(encoding="utf-8")
    converters = (reference / "converters.md").read_text(encoding="utf-8")

    for verb in (*SOURCES, *MODIFIERS):
        assert f"\n| `{verb}` | " in text, verb
    for path in mappings.key_paths():
        assert f"\n| `{path.split()[1]}` | " in text.partition(f"\n### `{path.split()[0]}`\n")[2], path
    for name in vocabulary.names():
        assert f"\n| `{name}` | " in names, name
    for name in DECLARED:
        assert f"\n### `{name}`\n" in converters, name
