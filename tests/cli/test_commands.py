"""The other verbs of `softdock`, and their exit codes."""

import json
from types import SimpleNamespace

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner

import softdock
from softdock.cli import main
from softdock.mappings.problems import Place, Problem, ProblemsFound


def softdock_command(*arguments: str, typed: str | None = None):
    return CliRunner().invoke(main, list(arguments), input=typed)


def test_the_version_is_told():
    result = softdock_command("version")

    assert (result.exit_code, result.stdout) == (0, f"softdock {softdock.__version__}\n")


def test_an_unknown_verb_is_wrong_usage():
    assert softdock_command("fly").exit_code == 2


def test_a_password_is_hashed_from_the_standard_input():
    """The hash goes into the settings; the password itself is nowhere to be seen."""
    result = softdock_command("hash-password", typed="正确的密码\n")

    assert result.exit_code == 0
    assert PasswordHasher().verify(result.stdout.strip(), "正确的密码")
    assert "正确" not in result.output


@pytest.mark.parametrize("typed", ["", "\n", "x" * 2000])
def test_a_password_that_is_empty_or_endless_is_wrong_usage(typed):
    result = softdock_command("hash-password", typed=typed)

    assert result.exit_code == 2
    assert result.stdout == ""


@pytest.mark.parametrize("verb", ["run", "check-config"])
def test_a_settings_file_that_is_missing_is_exit_code_3(verb, tmp_path):
    result = softdock_command(verb, "-c", str(tmp_path / "none.yaml"))

    assert result.exit_code == 3
    assert "none.yaml cannot be read: no such file or directory." in result.stderr


def test_good_settings_are_called_good(tmp_path, monkeypatch):
    file = tmp_path / "softdock.yaml"
    file.touch()
    monkeypatch.setattr(softdock, "server", SimpleNamespace(check=lambda path, workers: []), raising=False)

    result = softdock_command("check-config", "-c", str(file))

    assert (result.exit_code, result.stdout) == (0, "The settings are good.\n")


def test_all_problems_are_shown_and_are_exit_code_1(tmp_path, monkeypatch):
    file = tmp_path / "softdock.yaml"
    file.touch()
    problems = ["softdock.yaml:3:1  listen\n  Nothing listens.", "softdock.yaml:9:4  accounts"]
    monkeypatch.setattr(
        softdock, "server", SimpleNamespace(check=lambda path, workers: problems), raising=False
    )

    result = softdock_command("check-config", "-c", str(file))

    assert result.exit_code == 1
    assert result.stderr == "\n".join([*problems, "Error: 2 problems found.\n"])


def test_run_ends_with_the_exit_code_of_the_server(tmp_path, monkeypatch):
    """A port that is taken is 3."""
    file = tmp_path / "softdock.yaml"
    file.touch()
    monkeypatch.setenv("SOFTDOCK_CONFIG", str(file))
    asked = []
    monkeypatch.setattr(
        softdock,
        "server",
        SimpleNamespace(run=lambda path, workers: asked.append((path, workers)) or 3),
        raising=False,
    )

    assert softdock_command("run").exit_code == 3
    assert softdock_command("run", "--workers", "2").exit_code == 3
    assert asked == [(file, None), (file, 2)]


def test_settings_that_cannot_be_run_are_exit_code_1(tmp_path, monkeypatch):
    def run(path, workers):
        raise ProblemsFound([Problem(Place(str(path), 3, 1), "Nothing listens.")])

    file = tmp_path / "softdock.yaml"
    file.touch()
    monkeypatch.setattr(softdock, "server", SimpleNamespace(run=run), raising=False)

    result = softdock_command("run", "-c", str(file))

    assert result.exit_code == 1
    assert "Nothing listens." in result.stderr
    assert "1 problem found." in result.stderr


def test_the_schema_of_the_settings_is_printed_as_json():
    """With the keys of the adapters that are installed."""
    result = softdock_command("schema", "settings")

    assert result.exit_code == 0
    schema = json.loads(result.stdout)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert "System-inhouse" in schema["$defs"]
