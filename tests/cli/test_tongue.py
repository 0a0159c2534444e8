"""In which language and in which colours verbs speak."""

import pytest
from click.testing import CliRunner

from map_folders import write_adapter
from softdock.cli import main
from softdock.cli.tongue import is_chinese, said


@pytest.mark.parametrize(
    ("environment", "chinese"),
    [
        ({}, False),
        ({"LANG": "zh_CN.UTF-8"}, True),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, False),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN"}, True),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, True),
    ],
)
def test_the_language_is_that_of_the_environment(monkeypatch, environment, chinese):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, text in environment.items():
        monkeypatch.setenv(name, text)

    assert is_chinese() is chinese
    assert said({"en": "{n} maps", "zh": "{n} 个映射"}, n=2) == ("2 个映射" if chinese else "2 maps")


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_a_terminal_is_shown_colours_unless_it_wants_none(monkeypatch, tmp_path, no_color, coloured):
    monkeypatch.setenv("NO_COLOR", no_color)

    result = CliRunner().invoke(main, ["mapping", "check", str(write_adapter(tmp_path))], color=True)

    assert ("\x1b[" in result.stdout) is coloured
