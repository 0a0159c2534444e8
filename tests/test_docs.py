"""The documents say what the code says: every key of a profile, every word, and the commands of the README."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from softdock.adapters.inhouse import import_format
from softdock.circulation.items import CirculationStatus, FeeType, MediaType, SecurityMarker
from softdock.cli import main
from softdock.mappings.problems import ProblemsFound
from softdock.ops.settings import Settings, read_settings

ROOT = Path(__file__).parent.parent


def document(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_key_of_a_profile_is_explained():
    """The table of docs/profiles.md has a row for each key, with the words of the settings themselves."""
    text = document("docs/profiles.md")
    for key, about in Settings.model_json_schema()["$defs"]["Profile"]["properties"].items():
        default = about.get("default")
        shown = (
            ""
            if default in (None, {}, [])
            else f"`{json.dumps(default, ensure_ascii=False)}`".replace("|", "\\|")
        )
        row = f"| `{key}` | {shown} | {' '.join(about['description'].split())} |"
        assert row in text, f"docs/profiles.md should have: {row}"


def test_the_profile_of_the_document_is_a_good_one():
    """The example can be copied."""
    example = document("docs/profiles.md").partition("```yaml\n")[2].partition("```")[0]
    around = "listen: [{sip2: 127.0.0.1:0}]\nlibraries: {LIB: {system: {adapter: x}}}\n"
    assert "gbk-kiosk" in read_settings(around + example).profiles
    with pytest.raises(ProblemsFound, match=r"Did you mean patron\.birth_date"):
        read_settings(around + example.replace("birth_date", "birthdate"))


def test_every_word_and_key_of_the_import_file_is_named():
    """docs/import.md lists the closed lists and the keys completely."""
    text = document("docs/import.md")
    for words in (CirculationStatus, MediaType, SecurityMarker, FeeType):
        assert ", ".join(each.value for each in words) in " ".join(text.split())
    for part in (
        import_format.Library,
        import_format.Patron,
        import_format.Item,
        import_format.Policy,
        import_format.Fee,
    ):
        for key in part.model_fields:
            assert f"`{key}`" in text, f"docs/import.md should name {key}"


def test_the_files_that_the_readme_points_to_are_there():
    """No dead links, and nothing left to be filled in."""
    text = document("README.md")
    assert not re.search(r"@[A-Z]+@", text + document("docs/speed.md"))
    for link in text.split("](")[1:]:
        assert (ROOT / link.partition(")")[0]).exists(), link


@pytest.mark.parametrize(
    "verb", ["run", "check-config", "hash-password", "kiosk", "sessions", "trace", "version"]
)
def test_every_verb_of_the_command_is_in_the_readme_or_its_help(verb):
    """Each verb has a help text of its own."""
    result = CliRunner().invoke(main, [verb, "--help"])
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 3
