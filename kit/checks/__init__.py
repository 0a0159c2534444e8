"""The checks that prove an adapter: `softdock adapter check`, and `softdock.kit.testing` for pytest.

Read `check` first, then `trial`: a check is a coroutine function that looks at a `Trial` and tells it what it finds.
`declaring`, `answering`, `surviving` and `privacy` hold them; `subject` is what is checked, `reporting` tells of it.
An id never changes its meaning, and is never given away again.
"""

from collections.abc import Mapping
from typing import Final

from softdock.kit.checks import answering, declaring, privacy, surviving  # noqa: F401 - they declare the checks
from softdock.kit.checks.check import DECLARED, Check, Finding, Level, Need, Result, Verdict
from softdock.kit.checks.subject import ClassSubject, FolderSubject, NotCheckable, Subject
from softdock.kit.checks.trial import carry_out

CHECKS: Final[Mapping[str, Check]] = dict(sorted(DECLARED.items()))
"""All checks by their ids, in order."""

__all__ = [
    "CHECKS",
    "Check",
    "ClassSubject",
    "Finding",
    "FolderSubject",
    "Level",
    "Need",
    "NotCheckable",
    "Result",
    "Subject",
    "Verdict",
    "carry_out",
]
