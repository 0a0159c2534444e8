"""A test that lacks a program is skipped, or fails where nothing may be missing; either way its package is named."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

import needs

ROOT = Path(__file__).parent.parent

pytest_plugins = ["pytester"]

SUITE = """
import pytest
from needs import need

@pytest.fixture(scope="session")
def daemon():
    need("no-such-daemon", "postgresql")

@pytest.mark.needs("no-such-program", "postgresql")
def test_one(): raise AssertionError("must not run")

@pytest.mark.needs("no-such-program", "postgresql")
def test_two(): raise AssertionError("must not run")

def test_three(daemon): raise AssertionError("must not run")

@pytest.mark.needs("ls", "postgresql")
def test_four(): pass

@pytest.mark.skip(reason="no reason that is ours")
def test_five(): pass
"""


def run(pytester):
    pytester.makeini("[pytest]\nmarkers = needs\n")
    pytester.makepyfile(SUITE)
    return pytester.runpytest_inprocess(plugins=[needs])


def test_what_lacks_a_program_is_skipped_and_the_package_is_named_at_the_end(pytester, monkeypatch):
    """Once for each package, with the number of tests; what is there runs."""
    monkeypatch.delenv(needs.SWITCH, raising=False)
    result = run(pytester)
    result.assert_outcomes(passed=1, skipped=4)
    assert result.outlines.count("3 tests were not run for want of the Debian package postgresql") == 1


def test_where_nothing_may_be_missing_it_fails_and_the_package_is_named_too(pytester, monkeypatch):
    """With MISSING_PACKAGES=fail, as continuous integration has it."""
    monkeypatch.setenv(needs.SWITCH, "fail")
    result = run(pytester)
    result.assert_outcomes(passed=1, skipped=1, errors=3)
    assert result.outlines.count("3 tests were not run for want of the Debian package postgresql") == 1
    assert f"{needs.SWITCH}=fail " in (ROOT / ".ci/run").read_text(encoding="utf-8")


def test_a_package_that_is_not_on_the_list_is_not_forgotten():
    """Or `make test` would not install it."""
    with pytest.raises(AssertionError, match="should name cowsay"):
        needs.need("ls", "cowsay")


@pytest.fixture
def machine(tmp_path):
    """Runs the Makefile's recipe for the packages in a checkout on a machine of fakes; what apt-get was told."""
    checkout, programs, told = tmp_path / "checkout", tmp_path / "programs", tmp_path / "told"
    (checkout / ".venv").mkdir(parents=True)
    (checkout / "tests").mkdir()
    programs.mkdir()
    shutil.copy(ROOT / "Makefile", checkout)
    (checkout / "tests/debian-packages").write_text("# a comment\nalpha\nbeta\n")

    def run(user="0", has="none", apt="true"):
        fakes = {
            "id": f"echo {user}",
            "dpkg": f'test "$2" = {has}',
            "apt-get": f'echo "$RUNLEVEL $@" >> {told}; {apt}',
        }
        for name, body in fakes.items():
            program = programs / name
            program.write_text(f"#!/bin/sh\n{body}\n")
            program.chmod(stat.S_IRWXU)
        done = subprocess.run(
            [shutil.which("make"), "-o", ".venv/.installed", ".venv/.debian-packages"],
            cwd=checkout,
            env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "MAKEFLAGS": ""},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return told.read_text() if told.exists() else "", done.stderr

    return run


def test_make_installs_what_is_missing_once(machine):
    """Only that, and starts no service."""
    told, _ = machine(has="alpha")
    assert told == "1 -qq update\n1 -qq install --no-install-recommends beta\n"
    assert machine(has="alpha")[0] == told


def test_make_installs_nothing_where_that_is_not_its_to_do(machine):
    """Neither for a common user nor where everything is there."""
    assert machine(user="1000") == ("", "")


def test_make_goes_on_where_the_packages_cannot_be_had(machine):
    """A sentence, and the tests run without."""
    assert machine(apt="false")[1] == "not installed: alpha beta\n"
