"""Templates pass every check of the kit on the day on which they are copied."""

import importlib.util

import pytest

from softdock.kit.checks import CHECKS, ClassSubject, FolderSubject, Verdict, carry_out
from softdock.kit.counterparts.simulated import Simulated
from softdock.kit.templates import copy_template

pytestmark = pytest.mark.socket

PLAYED = ["http-json", "http-xml", "sip2", "soap"]
"""Kinds of systems that the kit has a simulator of; databases are proven in `test_sql`."""


@pytest.mark.parametrize("kind", PLAYED)
def test_a_copy_passes(tmp_path, kind):
    copy_template(kind, tmp_path / "ours", "ours")
    subject = FolderSubject(tmp_path / "ours")
    results = [carry_out(check, subject) for check in CHECKS.values()]

    assert [(each.check.id, each.findings) for each in results if each.verdict is Verdict.FAILED] == []
    assert [each.check.id for each in results if each.verdict is Verdict.NOT_TRIED] == []


def test_a_copy_of_the_class_passes(tmp_path):
    copy_template("python", tmp_path / "ours", "ours")
    spec = importlib.util.spec_from_file_location("ours", tmp_path / "ours" / "ours.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    subject = ClassSubject(module.System, lambda: Simulated("house-rest"), {})

    results = [carry_out(check, subject) for check in CHECKS.values()]

    assert [(each.check.id, each.findings) for each in results if each.verdict is Verdict.FAILED] == []
    assert [each.check.id for each in results if each.verdict is Verdict.NOT_TRIED] == ["KIT-04", "KIT-05"]
