"""The README: what it points to is there, and what it names exists."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from softdock.cli import main

ROOT = Path(__file__).parent.parent


def text():
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_files_that_the_readme_points_to_are_there():
    """No dead links, and nothing left to be filled in."""
    links = re.findall(r"\]\(([^)#]+)", text())

    assert len(links) > 5
    assert [link for link in links if not link.startswith("http") and not (ROOT / link).exists()] == []
    assert not re.search(r"@[A-Z]+@", text())


def test_the_targets_of_make_that_it_names_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    for target in re.findall(r"\bmake (\w+)", text()):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("verb", sorted(main.commands))
def test_every_verb_has_a_help_text_of_its_own(verb):
    result = CliRunner().invoke(main, [verb, "--help"])

    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 3
