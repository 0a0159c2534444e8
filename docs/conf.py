"""How the documents become two sites, one for each language: `make docs`.

Sphinx reads this for either, and is told which by `-D language=...`.  Everything is made on this machine and read from
where it lies: no page asks anybody else for a font, a script or an inventory.
"""

import re
from typing import Any

from sphinx.application import Sphinx

from softdock import __version__
from softdock.docs.chinese_search import ChineseByPairs

project = "SoftDock"
copyright = "the authors of SoftDock"  # noqa: A001 - Sphinx calls it so
version = release = __version__

extensions = ["myst_parser"]
exclude_patterns: list[str] = []
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4
nitpicky = True

html_theme = "furo"
html_title = f"SoftDock {__version__}"
html_static_path: list[str] = []
html_show_sphinx = False
html_copy_source = False
templates_path = ["templates"]
html_sidebars = {
    "**": [
        "sidebar/brand.html", "other-language.html", "sidebar/search.html", "sidebar/scroll-start.html",
        "sidebar/navigation.html", "sidebar/scroll-end.html",
    ]
}  # fmt: skip

OTHER = {"en": ("zh_CN", "中文"), "zh_CN": ("en", "English")}


def _name_the_other(
    app: Sphinx, page: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    """Where this page is in the other language; both sites lie side by side."""
    folder, name = OTHER[app.config.language]
    up = "../" * (page.count("/") + 1)
    context["other_language"] = {"name": name, "page": f"{up}{folder}/{page}.html"}


_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_CJK = "\u3001-\u3011\u4e00-\u9fff\uff01-\uff5e\u201c\u201d"
_BROKEN = re.compile(rf"(?<=[{_CJK}])\n(?=[{_CJK}`\[\w])(?!\d+\.)")


def _join_lines(_app: Sphinx, _page: str, source: list[str]) -> None:
    """A line of Chinese that is broken in the source goes on without a blank."""
    text, at, joined = source[0], 0, ""
    for block in _FENCED.finditer(text):
        joined += _BROKEN.sub("", text[at : block.start()]) + block[0]
        at = block.end()
    source[0] = joined + _BROKEN.sub("", text[at:])


def setup(app: Sphinx) -> None:
    """Sphinx calls this."""
    app.connect("html-page-context", _name_the_other)
    app.connect("source-read", _join_lines)
    app.add_search_language(ChineseByPairs)
