"""What came of the checks, as programs read it."""

import json

from lxml import etree

from softdock.kit.checks import CHECKS, Finding, Result, Verdict
from softdock.kit.checks.reporting import as_junit, as_objects, is_ready
from softdock.kit.checks.words import IN_CHINESE
from softdock.mappings.problems import Place

PASSED = Result(CHECKS["KIT-01"], Verdict.PASSED)
ADVISED = Result(CHECKS["KIT-02"], Verdict.FAILED, (Finding("No description.", Place("adapter.yaml", 3)),))
FAILED = Result(CHECKS["KIT-07"], Verdict.FAILED, (Finding("\x1b[31m<no> & \ud800"),), seconds=1.5)
WAIVED = Result(CHECKS["KIT-20"], Verdict.WAIVED, (Finding("twice"),), "the vendor sends everything twice")
UNTRIED = Result(CHECKS["KIT-12"], Verdict.NOT_TRIED, (Finding("there is no counterpart"),))


def test_junit_counts_what_must_pass_as_failed_and_the_rest_as_skipped():
    suite = etree.fromstring(as_junit("city", [PASSED, ADVISED, FAILED, WAIVED, UNTRIED]))[0]

    assert suite.attrib == {
        "name": "city", "tests": "5", "failures": "1", "errors": "0", "skipped": "3", "time": "1.500"
    }  # fmt: skip
    assert [each[0].tag if len(each) else "" for each in suite] == [
        "",
        "skipped",
        "failure",
        "skipped",
        "skipped",
    ]
    assert suite[3][0].get("message") == "waived: the vendor sends everything twice"
    assert "adapter.yaml:3: No description." in suite[1][0].get("message")


def test_junit_holds_nothing_that_xml_does_not_allow():
    """A finding may quote what a broken system has sent."""
    suite = etree.fromstring(as_junit("ci\x00ty", [FAILED]))[0]

    assert suite[0][0].text == "?[31m<no> & ?"
    assert suite.get("name") == "ci?ty"


def test_json_tells_the_place_of_each_finding():
    (told,) = json.loads(json.dumps(as_objects([ADVISED])))

    assert (told["id"], told["level"], told["verdict"]) == ("KIT-02", "should", "failed")
    assert told["findings"] == [
        {"sentence": "No description.", "file": "adapter.yaml", "line": 3, "column": 0}
    ]


def test_only_a_must_that_fails_keeps_an_adapter_back():
    assert is_ready([PASSED, ADVISED, WAIVED, UNTRIED])
    assert not is_ready([PASSED, FAILED])


def test_a_waiver_of_what_passes_is_superfluous():
    assert Result(CHECKS["KIT-01"], Verdict.PASSED, reason="no longer needed at all").is_superfluous
    assert not WAIVED.is_superfluous


def test_every_check_has_its_sentence_in_chinese():
    assert IN_CHINESE.keys() == CHECKS.keys()
