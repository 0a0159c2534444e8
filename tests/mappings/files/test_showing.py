"""What a merged file looks like, and that it says the same when it is read again."""

from pathlib import Path

import pytest

import softdock
from softdock.mappings.files.showing import flow, lines_of
from softdock.mappings.merging import over
from softdock.mappings.positions import placed, read_yaml

BUILTIN = Path(softdock.__path__[0]) / "mappings" / "builtin"
VENDOR = "name: vendor\ncodes:\n  state: {A: available, B: lost}\nfail:\n  - {when: {present: error}}\n  - when:\n      text: no\n"
SITE = "codes:\n  state: {B: lent}\n"


def read(text, file="a.yaml"):
    return read_yaml(text, file).root


@pytest.mark.parametrize(
    "path",
    sorted(set(BUILTIN.glob("*/*.yaml")) - {BUILTIN / "standard" / "sip2.yaml"}),
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_a_file_shown_says_the_same_when_it_is_read_again(path):
    root = read(path.read_text(encoding="utf-8"))

    shown = "\n".join(f"{line}  # {place.file}:{place.line}" for line, place in lines_of(root))

    assert read(shown) == root


def test_every_line_knows_the_file_that_it_is_from():
    merged = over(read(VENDOR, "vendor.yaml"), read(SITE, "site.yaml"))

    assert [(line, place.file, place.line) for line, place in lines_of(merged)] == [
        ("name: vendor", "vendor.yaml", 1),
        ("codes:", "site.yaml", 1),
        ("  state:", "site.yaml", 2),
        ("    A: available", "vendor.yaml", 3),
        ("    B: lent", "site.yaml", 2),
        ("fail:", "vendor.yaml", 4),
        ("  - {when: {present: error}}", "vendor.yaml", 5),
        ("  - when:", "vendor.yaml", 6),
        ("      text: no", "vendor.yaml", 7),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "a: b",
        "a #b",
        "- x",
        "00123",
        "1e5",
        "~",
        'say "x"',
        "*",
        "[",
        "中 文",
        "a\\b",
        "x ",
        "?",
        "@key",
    ],
)
def test_a_text_is_quoted_where_it_has_to_be(text):
    assert read(f"key: {flow(placed(text))}") == {"key": text}
    assert read(f"[{flow(placed(text))}, {flow(placed(text))}]") == [text, text]
