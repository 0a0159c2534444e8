"""`softdock adapter check`."""

import json

import pytest
from click.testing import CliRunner
from lxml import etree

from city_folder import CityFolder
from softdock.cli import main

pytestmark = pytest.mark.socket


@pytest.fixture
def city():
    return CityFolder()


@pytest.fixture
def check(city, tmp_path):
    """Runs the verb on the folder as it is by then."""

    def run(*options, chinese=False):
        folder = city.written(tmp_path / "city")
        environment = {"LC_ALL": "zh_CN.UTF-8" if chinese else "C.UTF-8"}
        return CliRunner().invoke(main, ["adapter", "check", str(folder), *options], env=environment)

    return run


def only(*ids):
    return [word for each in ids for word in ("--only", each)]


def test_a_good_adapter_is_told_check_by_check_and_in_one_line(check, tmp_path):
    result = check(*only("KIT-01", "KIT-07"), "--report", str(tmp_path / "junit.xml"))

    assert result.exit_code == 0, result.output
    first, second, last = result.output.splitlines()
    assert (
        first == "✓ KIT-01 It says what it is, for which version it was written, and what it can do. passed"
    )
    assert second.startswith("✓ KIT-07 ")
    assert last == "city passes: 2 checks, 0 waived, 0 not tried, 0 advised."
    assert etree.parse(tmp_path / "junit.xml").getroot()[0].get("tests") == "2"


def test_what_is_wrong_is_told_with_file_and_line_and_is_the_exit_code(city, check):
    city.files["patron.yaml"]["fields"]["patron.name"] = "张模拟"
    result = check(*only("KIT-04"), chinese=True)

    assert result.exit_code == 1
    assert "✗ KIT-04 每个示例的读取结果都与预期一致。 未通过" in result.output
    assert "examples/patron.yaml:1: " in result.output
    assert "city 不合格：1 项检查中 1 项未通过。" in result.output


def test_a_waiver_is_shown_with_its_reason_and_told_where_it_is_superfluous(city, check):
    city.adapter["waivers"] = {
        "KIT-01": "nobody ever reads it here",
        "KIT-04": "the vendor changes names each night",
    }
    city.files["patron.yaml"]["fields"]["patron.name"] = "张模拟"
    result = check(*only("KIT-01", "KIT-04"))

    assert result.exit_code == 0
    assert "~ KIT-04" in result.output
    assert "waived: the vendor changes names each night" in result.output
    assert "It passes, and the waiver can go: nobody ever reads it here" in result.output


@pytest.mark.parametrize(
    ("waivers", "told"),
    [
        ({"KIT-99": "there is no such thing at all"}, "KIT-99 is no check that could be waived."),
        ({"KIT-04": "because"}, "The waiver of KIT-04 needs a reason of 20 characters or more."),
    ],
)
def test_a_waiver_of_nothing_or_without_a_reason_is_a_fault(city, check, waivers, told):
    city.adapter["waivers"] = waivers
    result = check(*only("KIT-01"))

    assert result.exit_code == 1
    assert told in result.output


def test_json_is_the_same_in_every_language(check):
    told = json.loads(check(*only("KIT-01"), "--json", chinese=True).output)

    assert told["adapter"] == "city"
    assert [(each["id"], each["verdict"]) for each in told["checks"]] == [("KIT-01", "passed")]


def test_a_folder_that_does_not_compile_is_not_tried(city, check):
    city.maps["checkout"]["steps"]["loan"]["request"] = {"fetch": "/loans"}
    result = check()

    assert result.exit_code == 1
    assert "checkout.yaml:1:" in result.output


def test_against_a_real_system_nothing_is_changed_and_nothing_made_to_fail(check):
    """Nobody listens there: what is asked of it finds that out, and the rest is not tried."""
    options = ["--against", "http://127.0.0.1:9", "--json", *only("KIT-07", "KIT-10", "KIT-15")]
    told = {each["id"]: each for each in json.loads(check(*options).output)["checks"]}

    findings = "\n".join(each["sentence"] for each in told["KIT-07"]["findings"])
    assert "lookup-item 1" in findings
    assert "checkout" not in findings
    assert told["KIT-10"]["findings"][0]["sentence"] == "its books may not be changed"
    assert told["KIT-15"]["verdict"] == "not-tried"


def test_settings_come_from_a_file_and_from_the_command_line(check, tmp_path, monkeypatch):
    monkeypatch.setenv("CITY_KEY", "a-key-of-ours")
    (tmp_path / "settings.yaml").write_text('key: "${env:CITY_KEY}"\nbranch: east\n', encoding="utf-8")

    result = check(
        "--settings", str(tmp_path / "settings.yaml"), "--setting", "branch=south", *only("KIT-07")
    )
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["nowhere"], 3, "There is neither a folder nowhere nor an adapter of this name."),
        (["inhouse"], 3, "inhouse is written in Python."),
        (["inhouse", "--only", "KIT-99"], 2, "There is no check KIT-99."),
        (["inhouse", "--setting", "odd"], 2, "'odd' is not KEY=VALUE."),
    ],
)
def test_what_cannot_be_tried_has_an_exit_code_of_its_own(arguments, code, told):
    result = CliRunner().invoke(main, ["adapter", "check", *arguments])

    assert (result.exit_code, told in result.output) == (code, True), result.output
