"""The parser of what partners send, in two places.

libxml2 keeps every name that it met for as long as the thread lives, so that whoever finds the port could fill the
memory with names.  What is written as it was before is parsed where it is met: the same partners send the same tags.
Whatever has a tag that was never met is parsed in a thread of its own, with which its names go.
"""

import re
from threading import Thread
from typing import Final

from lxml import etree

MOST_MET: Final = 4_000
"""Tags that are remembered.  Many times what all known senders use; once there are so many, only speed is lost."""
LONGEST_MET: Final = 400

_TAGS: Final = re.compile(r"<[^!][^>]*|&(?!amp;|lt;|gt;|quot;|apos;|#)")
"""Tags and instructions, up to the first `>` in them; and what refers to an entity, which no document may do."""
_WHOLE: Final = re.compile(r"""<[^"'<]*(?:"[^"<]*"[^"'<]*|'[^'<]*'[^"'<]*)*+""")
"""A tag in which no quotation is open, so that it has no `>` but its own."""

_met: Final[set[str]] = set()


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )


_PARSER: Final = _parser()


def parsed(text: str) -> etree._Element:
    """The root of the document `text`.  Raises XMLSyntaxError, and UnicodeEncodeError for half a character."""
    data = text.encode()
    tags = set(_TAGS.findall(text))
    if tags <= _met:
        return etree.fromstring(data, _PARSER)
    root = _parsed_elsewhere(data)
    if len(_met) + len(tags) <= MOST_MET and all(map(_may_be_met, tags)):
        _met.update(tags)
    return root


def _may_be_met(tag: str) -> bool:
    return len(tag) <= LONGEST_MET and _WHOLE.fullmatch(tag) is not None


def _parsed_elsewhere(data: bytes) -> etree._Element:
    """The root of `data`, parsed in a thread and by a parser that are there for nothing else."""
    found: list[etree._Element] = []
    wrong: list[etree.XMLSyntaxError] = []

    def parse() -> None:
        try:
            found.append(etree.fromstring(data, _parser()))
        except etree.XMLSyntaxError as error:
            wrong.append(error)

    thread = Thread(target=parse, name="ncip-parser")
    thread.start()
    thread.join()
    if wrong:
        raise wrong[0]
    return found[0]
