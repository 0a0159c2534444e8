"""What came of a life cycle, for programs: JSON, and JUnit's XML as build servers read it."""

from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree as ET

from softdock.kit.checks.reporting import allowed
from softdock.kit.partners.playing import StepResult, Verdict


def as_objects(results: Sequence[StepResult]) -> list[dict[str, Any]]:
    """Each of `results`, for JSON."""
    return [
        {
            "step": each.step.name,
            "expected": each.step.sentence,
            "verdict": each.verdict.value,
            "came": each.came,
            "seconds": round(each.seconds, 3),
        }
        for each in results
    ]


def as_junit(name: str, results: Sequence[StepResult]) -> bytes:
    """`results` of the library called `name`."""
    counts = {verdict: sum(each.verdict is verdict for each in results) for verdict in Verdict}
    suites = ET.Element("testsuites")
    about = {
        "name": allowed(name),
        "tests": str(len(results)),
        "failures": str(counts[Verdict.FAILED]),
        "errors": "0",
        "skipped": str(counts[Verdict.SKIPPED]),
        "time": f"{sum(each.seconds for each in results):.3f}",
    }
    suite = ET.SubElement(suites, "testsuite", about)
    for each in results:
        case = ET.SubElement(
            suite,
            "testcase",
            {"classname": allowed(name), "name": each.step.name, "time": f"{each.seconds:.3f}"},
        )
        if each.verdict is Verdict.FAILED:
            ET.SubElement(case, "failure", {"message": each.step.sentence}).text = allowed(each.came)
        elif each.verdict is Verdict.SKIPPED:
            ET.SubElement(case, "skipped", {"message": allowed(each.came)})
    data: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
    return data
