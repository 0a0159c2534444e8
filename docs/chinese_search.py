"""Searching in Chinese without a dictionary: a text is indexed, and a question put, by pairs of characters.

`读者证` is `读者` and `者证`.  A page is found that has all pairs of the question.
"""

import re

from sphinx.search import SearchLanguage

_RUN = re.compile(r"[\u4e00-\u9fff]+|[A-Za-z0-9_]+")


class ChineseByPairs(SearchLanguage):
    """Takes the place of Sphinx's own, which finds no Chinese word unless jieba is installed."""

    lang = "zh"
    language_name = "Chinese"
    js_splitter_code = """
var splitQuery = (query) =>
  (query.match(/[\\u4e00-\\u9fff]+|[A-Za-z0-9_]+/g) || []).flatMap((run) =>
    run.charCodeAt(0) < 0x4e00 || run.length < 3
      ? [run]
      : Array.from({ length: run.length - 1 }, (_, at) => run.slice(at, at + 2))
  );
"""

    def split(self, input: str) -> list[str]:  # noqa: A002 - Sphinx calls it so
        """The words of `input`: those in Latin letters, and pairs of Chinese characters."""
        words: list[str] = []
        for run in _RUN.findall(input):
            if run < "\u4e00":
                words.append(run)
            else:
                words += [run[at : at + 2] for at in range(max(len(run) - 1, 1))]
        return words

    def stem(self, word: str) -> str:
        """Small letters, as the page that searches makes them too."""
        return word.lower()
