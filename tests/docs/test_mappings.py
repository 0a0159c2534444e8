"""Maps that the documents show are good ones: they send what is shown, and read what is shown."""

import pytest

from mapping_pages import Example, sections
from softdock.docs.generate import DOCS

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
