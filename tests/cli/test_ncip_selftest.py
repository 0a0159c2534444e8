"""`softdock ncip selftest`, against the demo's library in memory and against libraries that do it wrong."""

import json
import re
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from ncip_conversations import InProcess
from softdock.circulation.errors import AnswerLost
from softdock.cli import main
from softdock.kit.partners import STEPS
from softdock.protocols.ncip.asking import FORMS
from softdock.protocols.ncip.client import Answer
from softdock.protocols.ncip.codec import read, write
from softdock.protocols.ncip.message import Element, Message
from softdock.protocols.ncip.transport.replies import Reply


class Spoilt(InProcess):
    """Answers as the demo's library does, but for one service."""

    def __init__(self, service, *, refuses="", says=None):
        """`refuses` is the problem by which it is refused; `says` makes other documents of the answers."""
        super().__init__()
        self.service = service
        self.refuses = refuses
        self.says = says

    async def ask(self, message):
        if message.body.name != self.service:
            return await super().ask(message)
        if self.refuses:
            problem = Element("Problem", children=[Element("ProblemType", self.refuses)])
            refusal = Message(message.form, [Element(f"{self.service}Response", children=[problem])])
            return Answer(refusal, Reply(write(refusal)))
        answer = await super().ask(message)
        document = self.says(answer.reply.document)
        return Answer(read(document), Reply(document))


def selftest(library, *arguments, version="2.02", patron="R0001", item="CD0001", typed=None):
    return CliRunner().invoke(
        main,
        [
            "ncip", "--json", "--version", version, "--from-agency", "P", "--to-agency", "CDL",
            "selftest", "--patron", patron, "--item", item, *arguments,
        ],
        input=typed, obj=library.play, env={"LC_ALL": "C.UTF-8"},
    )  # fmt: skip


def verdicts(result):
    return {each["step"]: each["verdict"] for each in json.loads(result.stdout)["steps"]}


def came(result, step):
    return next(each["came"] for each in json.loads(result.stdout)["steps"] if each["step"] == step)


@pytest.mark.parametrize("version", ["2.02", "2.01", "2.0", "1.01", "1.0"])
def test_the_demos_library_passes_in_every_version(version):
    library = InProcess()

    result = selftest(library, "--other-patron", "R0002", "--pin", version=version, typed="1234\n")

    assert [step for step, verdict in verdicts(result).items() if verdict == "failed"] == []
    assert result.exit_code == 0
    passed = [step for step, verdict in verdicts(result).items() if verdict == "passed"]
    assert len(passed) == len(STEPS) if version.startswith("2") else len(passed) > 24
    assert all(FORMS[version].version.encode() in each for each in library.heard)


def test_nothing_is_left_behind():
    library = InProcess()
    result = selftest(library, "--pin", typed="1234\n")

    assert json.loads(result.stdout)["left"] == []
    assert library.books() == InProcess().books()


def test_every_step_has_its_words_in_both_languages():
    assert len({each.name for each in STEPS}) == len(STEPS)
    for each in STEPS:
        assert each.sentence.endswith(".")
        assert each.chinese.endswith("。")


class Unproven(InProcess):
    """Lets nobody ask for versions, as a question without a secret is answered that should have one."""

    async def ask(self, message):
        if message.body.name != "LookupVersion":
            return await super().ask(message)
        problem = Element("Problem", children=[Element("ProblemType", "Agency Authentication Failed")])
        refusal = Message(FORMS["2.02"], [problem])
        return Answer(refusal, Reply(write(refusal)))


@pytest.mark.parametrize(("secret", "verdict"), [("a secret", "skipped"), ("", "failed")])
def test_who_is_known_by_a_secret_in_the_message_cannot_ask_for_versions(monkeypatch, secret, verdict):
    if secret:
        monkeypatch.setenv("SOFTDOCK_NCIP_AGENCY_SECRET", secret)

    result = selftest(Unproven())

    assert verdicts(result)["versions"] == verdict
    assert ("no place for the secret" in came(result, "versions")) == bool(secret)
    assert result.exit_code == (0 if secret else 1)


def test_steps_need_earlier_ones():
    seen = set()
    for each in STEPS:
        assert set(each.needs) <= seen
        seen.add(each.name)


@pytest.mark.parametrize(
    ("service", "step", "dependent"),
    [
        ("CheckOutItem", "check-out", "check-in"),
        ("LookupUser", "patron", "check-out"),
        ("RequestItem", "request", "cancel"),
        ("CreateItem", "create-item", "update-item"),
    ],
)
def test_what_is_not_supported_is_skipped_with_what_needs_it(service, step, dependent):
    result = selftest(Spoilt(service, refuses="Unsupported Service"))

    assert (verdicts(result)[step], verdicts(result)[dependent]) == ("skipped", "skipped")
    assert came(result, step) == "Unsupported Service"
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("service", "step"),
    [
        ("CheckOutItem", "check-out"),
        ("CheckInItem", "check-in"),
        ("RenewItem", "renew"),
        ("LookupAgency", "agency"),
        ("UpdateUser", "update-patron"),
        ("ItemShipped", "notice"),
    ],
)
def test_what_is_refused_fails_the_step(service, step):
    result = selftest(Spoilt(service, refuses="Element Rule Violated"))

    assert verdicts(result)[step] == "failed"
    assert came(result, step) == "Element Rule Violated"
    assert result.exit_code == 1


def test_an_answer_against_the_schema_fails_the_step():
    def without_qualified_version(document):
        return document.replace(b"ns1:version=", b"version=")

    result = selftest(Spoilt("LookupAgency", says=without_qualified_version))

    assert verdicts(result)["agency"] == "failed"
    assert "against the schema" in came(result, "agency")
    assert "version" in came(result, "agency")


def test_a_library_that_lends_what_is_lent_fails():
    """And the second loan is taken back."""

    def always_on_the_shelf(document):
        return document.replace(b"On Loan", b"Available On Shelf")

    result = selftest(Spoilt("LookupItem", says=always_on_the_shelf))

    assert verdicts(result)["item-on-loan"] == "failed"
    assert came(result, "item-on-loan") == "Available On Shelf in place of On Loan"


def test_an_item_that_is_lent_is_left_alone():
    library = InProcess()

    result = selftest(library, item="CD0004")

    assert (verdicts(result)["item"], verdicts(result)["check-out"]) == ("failed", "skipped")
    assert library.books() == InProcess().books()


def test_a_loan_whose_answer_was_lost_is_taken_back():
    class Lossy(InProcess):
        async def ask(self, message):
            answer = await super().ask(message)
            if message.body.name == "CheckOutItem":
                raise AnswerLost("the answer did not come in time")
            return answer

    library = Lossy()

    result = selftest(library)

    assert came(result, "check-out") == "the answer did not come in time"
    assert json.loads(result.stdout)["left"] == []
    assert library.books() == InProcess().books()


def test_what_cannot_be_put_right_is_told():
    result = selftest(Spoilt("DeleteItem", refuses="Unauthorized Service For Agency"))

    assert any("the item that was entered" in each for each in json.loads(result.stdout)["left"])
    assert result.exit_code == 1


def test_only_the_services_that_are_named_are_asked_for():
    library = InProcess()

    result = selftest(library, "--services", "LookupVersion,LookupItem")

    assert result.exit_code == 0
    asked = {re.search(rb"<(?:ns1:)?((?:Lookup|Check|Create)\w+)[ >]", each)[1] for each in library.heard}
    assert asked == {b"LookupVersion", b"LookupItem", b"LookupNothing"}
    assert selftest(library, "--services", "LookupNothing").exit_code == 2


def test_kept_is_what_was_entered():
    library = InProcess()

    selftest(Spoilt("DeleteItem", refuses="Element Rule Violated"), "--keep")
    result = selftest(library, "--keep", version="1.0")

    assert verdicts(result)["create-item"] == "passed"
    assert json.loads(result.stdout)["left"] == []


def test_the_report_is_that_of_junit(tmp_path):
    report = tmp_path / "report.xml"

    selftest(Spoilt("LookupAgency", refuses="Element Rule Violated"), "--report", str(report))

    (suite,) = ET.fromstring(report.read_bytes())  # noqa: S314 - our own
    assert (suite.get("name"), suite.get("failures")) == ("127.0.0.1:8082", "1")
    assert [case.get("name") for case in suite if case.find("failure") is not None] == ["agency"]
    assert len(suite) == len(STEPS)


def test_people_are_shown_what_was_expected_and_what_came():
    library = Spoilt("LookupAgency", refuses="Element Rule Violated")
    arguments = ["ncip", "--to-agency", "CDL", "selftest", "--patron", "R0001", "--item", "CD0001"]

    english = CliRunner().invoke(main, arguments, obj=library.play, env={"LC_ALL": "C.UTF-8"}).stdout
    chinese = CliRunner().invoke(main, arguments, obj=library.play, env={"LC_ALL": "zh_CN.UTF-8"}).stdout

    assert (
        "✗ agency\n    expected: LookupAgency tells of the library.\n    came: Element Rule Violated\n"
        in english
    )
    assert "    预期：LookupAgency 说明图书馆。\n    实际：Element Rule Violated\n" in chinese
