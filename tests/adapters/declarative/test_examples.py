"""Examples hold a folder to what it says, and not to what others change of it."""

from pathlib import Path

from softdock.adapters.declarative.examples import failing_examples
from softdock.mappings.files.folder import load_folder

VENDOR = {
    "adapter.yaml": "adapter: 1\ncodes: {state: {A: available, '*': other}}\nback_ends: {main: {transport: http}}\n",
    "lookup-item.yaml": """
map: 1
operation: lookup-item
request: {get: /item}
reply: {format: json, fields: {item.status: {from: state, codes: state}}}
examples:
  - {name: a strange state, reply: examples/strange.json, expect: examples/strange.yaml}
""",
    "examples/strange.json": '{"state": "B"}',
    "examples/strange.yaml": "{outcome: done, fields: {item.status: other}}",
}
SITE = {"adapter.yaml": "adapter: 1\nlike: ../vendor\ncodes: {state: {B: lost}}\n"}
OWN = """
map: 1
operation: lookup-item
examples:
  - {name: what is lost, reply: examples/strange.json, expect: examples/lost.yaml}
"""


def failing(tmp_path: Path, **folders):
    for name, files in folders.items():
        for file, text in files.items():
            path = tmp_path / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    found = load_folder(tmp_path / name, lambda _: None)
    return [each.sentence for each in failing_examples(found, Path.read_bytes)]


def test_an_example_that_reads_otherwise_is_told(tmp_path):
    (sentence,) = failing(tmp_path, vendor={**VENDOR, "examples/strange.json": '{"state": "A"}'})

    assert "a strange state" in sentence and "available" in sentence


def test_a_site_may_change_what_the_vendors_examples_show(tmp_path):
    assert failing(tmp_path, vendor=VENDOR, site=SITE) == []


def test_a_sites_own_examples_are_held_to_the_sites_own_tables(tmp_path):
    files = {**SITE, "lookup-item.yaml": OWN}
    lost = "{outcome: done, fields: {item.status: lost}}"
    assert failing(tmp_path, vendor=VENDOR, site={**files, "examples/lost.yaml": lost}) == []

    other = failing(
        tmp_path, vendor=VENDOR, site={**files, "examples/lost.yaml": lost.replace("lost", "other")}
    )
    assert len(other) == 1 and "what is lost" in other[0]


def test_a_vendors_example_that_fails_is_told_to_a_site_as_well(tmp_path):
    assert failing(tmp_path, vendor={**VENDOR, "examples/strange.json": '{"state": "A"}'}, site=SITE)
