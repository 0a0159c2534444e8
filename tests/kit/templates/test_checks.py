"""Templates pass every check of the kit on the day on which they are copied."""

import pytest

from softdock.kit.checks import CHECKS, FolderSubject, Verdict, carry_out
from softdock.kit.templates import KINDS, copy_template

pytestmark = pytest.mark.socket

FOLDERS = [each for each in KINDS if each in {"http-json", "http-xml", "sip2", "soap"}]


@pytest.mark.parametrize("kind", FOLDERS)
def test_a_copy_passes(tmp_path, kind):
    copy_template(kind, tmp_path / "ours", "ours")
    results = [carry_out(check, FolderSubject(tmp_path / "ours", {})) for check in CHECKS]

    failed = [
        (each.check.id, [str(finding) for finding in each.findings])
        for each in results
        if each.verdict is Verdict.FAILED
    ]

    assert failed == []
