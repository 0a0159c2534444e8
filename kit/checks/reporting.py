"""What came of the checks, for programs: JSON, and JUnit's XML as build servers read it."""

from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree as ET

from softdock.kit.checks.check import Finding, Result, Verdict


def as_objects(results: Sequence[Result]) -> list[dict[str, Any]]:
    """Each of `results`, for JSON."""
    return [
        {
            "id": each.check.id,
            "name": each.check.name,
            "level": each.check.level.value,
            "sentence": each.check.sentence,
            "verdict": each.verdict.value,
            "waiver": each.reason,
            "seconds": round(each.seconds, 3),
            "findings": [_object(finding) for finding in each.findings],
        }
        for each in results
    ]


def _object(finding: Finding) -> dict[str, Any]:
    place = finding.place
    return {"sentence": finding.sentence, "file": place.file, "line": place.line, "column": place.column}


def as_junit(name: str, results: Sequence[Result]) -> bytes:
    """`results` of the adapter `name`.  A should that fails, a waiver, and what was not tried count as skipped."""
    failed = [each for each in results if each.is_bad]
    skipped = [each for each in results if each.verdict is not Verdict.PASSED and not each.is_bad]
    counts = {
        "name": allowed(name),
        "tests": str(len(results)),
        "failures": str(len(failed)),
        "errors": "0",
        "skipped": str(len(skipped)),
        "time": f"{sum(each.seconds for each in results):.3f}",
    }
    suites = ET.Element("testsuites")
    suite = ET.SubElement(suites, "testsuite", counts)
    for each in results:
        about = {
            "classname": allowed(name),
            "name": f"{each.check.id} {each.check.name}",
            "time": f"{each.seconds:.3f}",
        }
        case = ET.SubElement(suite, "testcase", about)
        told = allowed("\n".join(map(str, each.findings)))
        if each.is_bad:
            ET.SubElement(case, "failure", {"message": each.check.sentence}).text = told
        elif each.verdict is Verdict.WAIVED:
            ET.SubElement(case, "skipped", {"message": allowed(f"waived: {each.reason}")})
        elif each.verdict is not Verdict.PASSED:
            ET.SubElement(
                case,
                "skipped",
                {"message": allowed(f"{each.verdict.value} ({each.check.level.value}): {told}")},
            )
    data: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
    return data


def allowed(text: str) -> str:
    """`text` without what XML cannot hold."""
    return "".join(
        each
        if each in "\t\n" or " " <= each < "\ud800" or "\ue000" <= each < "\ufffe" or each > "\uffff"
        else "?"
        for each in text
    )


def is_ready(results: Sequence[Result]) -> bool:
    """Whether no must has failed."""
    return not any(each.is_bad for each in results)
