"""`softdock adapter list`, `adapter new` and `adapter capture`."""

import json
import signal
import subprocess
from contextlib import contextmanager
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from click.testing import CliRunner

import softdock as softdock_itself
from running import COMMAND
from softdock.adapters.declarative import telling
from softdock.cli import main
from softdock.kit.simulators.interlib.service import APPID, SECRET
from softdock.kit.templates import KINDS

BUILTIN = Path(softdock_itself.__path__[0]) / "mappings" / "builtin"


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
    lines = [line.split()[:2] for line in softdock("adapter", "list").stdout.splitlines()]
    assert ["interlib", "folder"] in lines
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert softdock("adapter", "list").stdout.startswith("名称")


def test_an_adapter_that_cannot_be_used_is_told_with_the_reason_and_is_exit_code_1(monkeypatch, tmp_path):
    entry = EntryPoint("broken", "nowhere.at:all", telling.GROUP)
    monkeypatch.setattr(telling, "installed_folders", lambda: {"broken": entry})

    code, found = listed()

    assert (code, found["broken"]["fault"]) == (1, "nowhere.at:all leads to no folder")
    assert "leads to no folder" in softdock("adapter", "list").stdout


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_folder_is_good_as_it_is_and_has_its_name(tmp_path, kind):
    result = softdock("adapter", "new", "my-library", "--kind", kind, "--into", tmp_path)

    assert result.exit_code == 0
    folder = tmp_path / "my-library"
    name = b"my_library" if kind == "python" else b"my-library"  # what Python imports has no hyphen
    assert any(name in each.read_bytes() for each in folder.rglob("*") if each.is_file())
    if (folder / "adapter.yaml").exists():
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


# --- capture ---------------------------------------------------------------------------------------------------


@contextmanager
def interlib():
    """A simulated Interlib in a process of its own, and its address."""
    process = subprocess.Popen([COMMAND, "simulate", "interlib"], stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().rpartition(" ")[2].strip()
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()


@pytest.mark.socket
def test_a_real_answer_becomes_an_example_that_is_read_as_expected(tmp_path):
    """And what the simulated reader is called, and the number of the card, are nowhere to be seen."""
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "secret").chmod(0o600)
    site = tmp_path / "site"
    site.mkdir()
    (site / "adapter.yaml").write_text(f"adapter: 1\nlike: {BUILTIN}/interlib\n")
    with interlib() as url:
        system = {"adapter": "./site", "url": url, "appid": APPID, "secret": "${file:secret}"}
        settings = {"listen": [{"sip2": "127.0.0.1:6001"}], "libraries": {"CDL": {"system": system}}}
        (tmp_path / "softdock.yaml").write_text(json.dumps(settings))
        run = subprocess.run(
            [COMMAND, "adapter", "capture", "CDL", "-c", tmp_path / "softdock.yaml", "--patron", "8600000001", "--into", site],
            capture_output=True,
            check=False,
        )  # fmt: skip

    assert run.returncode == 0, run.stderr
    (site / "lookup-patron.yaml").write_text("operation: lookup-patron\n" + run.stdout.decode())
    assert softdock("mapping", "check", site, "--json").stdout == "[]\n"
    kept = b"".join(each.read_bytes() for each in (site / "examples").iterdir()) + run.stdout
    assert b"success" in kept
    for personal in ("8600000001", SECRET, "张模拟", "00000000001", "990101199001010019", "01000004"):
        assert personal.encode() not in kept


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("--operation", "checkout", "--patron", "1"), 2, "is not one of"),
        ((), 2, "needs --patron"),
        (("--operation", "lookup-item", "--patron", "1"), 2, "needs --item"),
        (("--patron", "1", "--into", "/dev/null/all"), 3, "/dev/null/all cannot be made"),
    ],
)
def test_what_cannot_be_captured_is_told_before_anybody_is_asked(tmp_path, arguments, code, sentence):
    result = softdock(
        "adapter", "capture", "CDL", "-c", tmp_path / "none.yaml", "--into", tmp_path, *arguments
    )

    assert (result.exit_code, sentence in result.stderr) == (code, True)
