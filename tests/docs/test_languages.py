"""The two sites are kept in step: the same pages, headings, blocks and links, each in its language."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent.parent / "docs"
ENGLISH, CHINESE = DOCS / "en", DOCS / "zh_CN"

PAGES = sorted(page.relative_to(ENGLISH) for page in ENGLISH.rglob("*.md"))
_BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def both(page):
    return [(folder / page).read_text(encoding="utf-8") for folder in (ENGLISH, CHINESE)]


def prose(text):
    """A page without its blocks, comments and tables."""
    return "\n".join(
        line for line in _COMMENT.sub("", _BLOCK.sub("", text)).splitlines() if not line.startswith("|")
    )


def test_there_are_the_same_pages():
    assert len(PAGES) > 40
    assert sorted(page.relative_to(CHINESE) for page in CHINESE.rglob("*.md")) == PAGES


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_has_the_same_headings_by_their_levels(page):
    english, chinese = (
        [len(found) for found in re.findall(r"^(#+) ", _BLOCK.sub("", text), re.MULTILINE)]
        for text in both(page)
    )

    assert english == chinese


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_has_the_same_blocks_and_marks(page):
    """Commands, files and examples are one and the same; so is what tests are told about them."""
    english, chinese = both(page)

    assert _BLOCK.findall(english) == _BLOCK.findall(chinese)
    assert _COMMENT.findall(english) == _COMMENT.findall(chinese)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_points_to_the_same_places(page):
    english, chinese = (
        sorted(target for target in re.findall(r"\]\(([^)#]+)", text)) for text in map(prose, both(page))
    )

    assert english == chinese


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_has_as_many_rows_and_items(page):
    def shape(text):
        return [
            len(re.findall(pattern, _BLOCK.sub("", text), re.MULTILINE))
            for pattern in (r"^\|", r"^\* ", r"^: ")
        ]

    english, chinese = both(page)
    assert shape(english) == shape(chinese)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_each_page_is_in_its_language(page):
    """Chinese prose is mostly Chinese, and English prose has none, but for names."""
    english, chinese = (re.sub(r"`[^`]*`|\]\([^)]*\)", "", prose(text)) for text in both(page))
    many = len(re.findall("[一-鿿]", chinese))

    assert len(re.findall("[一-鿿]", english)) <= 5, page
    assert many >= 4
    assert many > len(re.findall(r"\b[A-Za-z]{2,}\b", chinese)), page


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_chinese_prose_has_chinese_punctuation(page):
    """No half-width comma or full stop behind a Chinese character."""
    found = re.findall(r"[一-鿿][,;:!?](?!\w)|[一-鿿]\.(?:\s|$)", prose(both(page)[1]))

    assert found == []
