"""`softdock adapter list` and `adapter new`."""

import json
from importlib.metadata import EntryPoint

import pytest
from click.testing import CliRunner

from softdock.adapters.declarative import telling
from softdock.cli import main


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def softdock(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments)))


def listed():
    result = softdock("adapter", "list", "--json")
    return result.exit_code, {each["name"]: each for each in json.loads(result.stdout)}


def test_adapters_of_both_kinds_are_listed_with_what_they_can_do():
    code, found = listed()

    assert code == 0
    assert found["inhouse"]["kind"] == "python"
    assert "checkout" in found["inhouse"]["operations"]
    assert found["interlib"]["kind"] == "folder"
    assert found["interlib"]["names"]
    assert "lookup-patron" in found["interlib"]["operations"]
    assert found["interlib"]["source"].startswith("softdock ")


def test_what_a_folder_hands_over_to_a_whole_adapter_is_among_what_it_can_do():
    assert {"checkout", "checkin"} <= set(listed()[1]["aleph"]["operations"])


def test_the_list_is_shown_to_people(monkeypatch):
    assert "interlib  folder" in softdock("adapter", "list").stdout
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert softdock("adapter", "list").stdout.startswith("名称")


def test_an_adapter_that_cannot_be_used_is_told_with_the_reason_and_is_exit_code_1(monkeypatch, tmp_path):
    entry = EntryPoint("broken", "nowhere.at:all", telling.GROUP)
    monkeypatch.setattr(telling, "installed_folders", lambda: {"broken": entry})

    code, found = listed()

    assert (code, found["broken"]["fault"]) == (1, "nowhere.at:all leads to no folder")
    assert "leads to no folder" in softdock("adapter", "list").stdout


@pytest.mark.parametrize("kind", ["http-json"])
def test_a_new_folder_is_good_as_it_is_and_has_its_name(tmp_path, kind):
    result = softdock("adapter", "new", "my-library", "--kind", kind, "--into", tmp_path)

    assert result.exit_code == 0
    folder = tmp_path / "my-library"
    assert "my-library" in (folder / "adapter.yaml").read_text(encoding="utf-8")
    assert not [each for each in folder.rglob("*") if each.is_file() and b"__name__" in each.read_bytes()]
    assert softdock("mapping", "check", folder, "--json").stdout == "[]\n"


def test_nothing_is_written_over(tmp_path):
    (tmp_path / "mine").mkdir()

    result = softdock("adapter", "new", "mine", "--into", tmp_path)

    assert result.exit_code == 3
    assert "is there already" in result.stderr
    assert list((tmp_path / "mine").iterdir()) == []


@pytest.mark.parametrize("name", ["Mine", "../mine", "1", "a/b", ""])
def test_a_name_that_no_adapter_could_have_is_wrong_usage(tmp_path, name):
    assert softdock("adapter", "new", name, "--into", tmp_path).exit_code == 2
    assert list(tmp_path.iterdir()) == []
