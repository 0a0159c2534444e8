"""What problems say to people."""

import ast
from pathlib import Path

import pytest

from ncip_partner import NcipPartner, problems
from ncip_requests import AUTHENTICATION, ITEM, USER
from softdock.protocols.ncip import north
from softdock.protocols.ncip.north.explaining import CHINESE
from softdock.protocols.ncip.north.partner import Profile

NORTH = Path(north.__file__).parent
WRONG = USER + AUTHENTICATION.format("9999", "PIN")


def sentences():
    """Every text that the code gives a problem for its detail."""
    for file in NORTH.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"trouble", "problem"}:
                for each in node.args[1:2]:
                    if isinstance(each, ast.Constant) and each.value:
                        yield each.value


def test_every_sentence_is_there_in_chinese():
    assert sorted(set(sentences()) - set(CHINESE)) == []


def detail(profile, inner):
    return NcipPartner(profile).ask(inner).at("Problem").value("ProblemDetail")


@pytest.mark.parametrize(
    "inner",
    [
        "<LookupUser/>",
        f"<LookupUser>{WRONG}</LookupUser>",
        "<LookupItem><ItemId><ItemIdentifierValue>nothing</ItemIdentifierValue></ItemId></LookupItem>",
        f"<RenewItem>{USER}{ITEM}<DesiredDateDue>soon</DesiredDateDue></RenewItem>",
        "<LookupItemSet><ItemId><ItemIdentifierValue>a|b</ItemIdentifierValue></ItemId></LookupItemSet>",
    ],
)
def test_a_problem_is_explained_in_the_language_of_the_profile_or_not_at_all(inner):
    assert detail(Profile(), inner).isascii()
    assert not detail(Profile(language="zh"), inner).isascii()
    assert detail(Profile(problem_detail=False), inner) == ""


def test_the_list_that_a_problem_is_from_is_named_where_that_is_agreed():
    inner = f"<LookupUser>{WRONG}</LookupUser>"
    kind = NcipPartner(Profile(problem_scheme=True)).ask(inner).at("Problem", "ProblemType")

    assert kind.scheme.endswith("/lookupuserprocessingerror.scm")
    assert NcipPartner().ask(inner).at("Problem", "ProblemType").scheme == ""


def test_what_stands_alone_is_explained_too():
    told = NcipPartner(Profile(language="zh", problem_scheme=True)).asked("<LookupVersion/>").body

    assert told.name == "Problem"
    assert told.value("ProblemDetail") == CHINESE["This is missing."]
    assert problems(told) == []
