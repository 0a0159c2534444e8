"""`make docs` makes both sites without a warning, and they ask nobody for anything."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"

ChineseByPairs = pytest.importorskip(
    "softdock.docs.chinese_search", reason="the extra docs is not installed", exc_type=ImportError
).ChineseByPairs


@pytest.fixture(scope="module", params=["en", "zh_CN"])
def site(request, tmp_path_factory):
    """One site, built as the Makefile builds it."""
    target = tmp_path_factory.mktemp("site") / request.param
    options = ["-q", "-b", "html", "-W", "-n", "--keep-going", "-c", DOCS, "-D", f"language={request.param}"]
    command = [sys.executable, "-m", "sphinx", *options, DOCS / request.param, target]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    return target


def pages(site):
    return [(each, each.read_text(encoding="utf-8")) for each in site.rglob("*.html")]


def test_the_makefile_builds_it_with_warnings_as_faults():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert "-q -b html -W -n --keep-going -c docs -D language=$$language" in makefile


def test_no_page_fetches_anything_from_elsewhere(site):
    """Links may lead away; what a browser loads by itself may not."""
    for page, text in pages(site):
        loaded = re.findall(r'<(?:script|img|iframe|source)[^>]*\ssrc="([^"]+)"', text)
        loaded += re.findall(
            r'<link[^>]*rel="(?:stylesheet|preload|icon|preconnect)"[^>]*href="([^"]+)"', text
        )
        assert loaded
        assert [each for each in loaded if "//" in each] == [], page
    for style in site.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        assert not re.search(r"url\([\"']?(?:https?:)?//|@import", text), style


def test_every_page_leads_to_itself_in_the_other_language(site):
    other = {"en": "zh_CN", "zh_CN": "en"}[site.name]
    for page, text in pages(site):
        name = page.relative_to(site).as_posix()
        if name in {"search.html", "genindex.html"}:
            continue
        (link,) = re.findall(r'<a href="([^"]+)">(?:中文|English)</a>', text)
        led = (page.parent / link).resolve()
        assert led == (site.parent / other / name).resolve()
        assert (DOCS / other / Path(name).with_suffix(".md")).exists()


def test_the_search_finds_words_of_the_language(site):
    """Also those that no blank parts from their neighbours."""
    text = (site / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(text[text.index("(") + 1 : text.rindex(")")])
    word = {"en": "backup", "zh_CN": "备份"}[site.name]

    found = set()
    for part in ("terms", "titleterms"):
        numbers = index[part].get(word, [])
        found |= {index["docnames"][each] for each in (numbers if isinstance(numbers, list) else [numbers])}
    assert {"how-to/backup", "how-to/install"} <= found


def test_a_chinese_line_that_is_broken_in_the_source_has_no_blank(site):
    """A browser would show one where a line of the source ends."""
    page = (site / "tutorial.html").read_text(encoding="utf-8")

    assert re.findall("[一-鿿，。；：]\n+[一-鿿]", re.sub(r"<pre>.*?</pre>", "", page, flags=re.DOTALL)) == []


def test_the_first_page_leads_to_both():
    text = (DOCS / "index.html").read_text(encoding="utf-8")

    assert re.findall(r'href="([^"]+)"', text) == ["zh_CN/index.html", "en/index.html"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("读者证", ["读者", "者证"]),
        ("借 SIP2 书", ["借", "SIP2", "书"]),
        ("softdock_logs：日志", ["softdock_logs", "日志"]),
    ],
)
def test_chinese_is_searched_by_pairs(text, words):
    assert ChineseByPairs({}).split(text) == words
