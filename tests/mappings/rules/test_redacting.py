"""What stands under `redact` of an adapter is read by no rule, under its name or around it."""

import pytest

from softdock.mappings.problems import ProblemsFound
from written_maps import compiled, lookup, read

ADAPTER = {"redact": ["password", "idno"]}
XML = """<r xmlns:n="urn:n"><user idno="SECRET1" name="N"><n:password>SECRET2<deep>SECRET3</deep></n:password>
<name>N</name></user><user><password/>after</user></r>"""
JSON = '{"user": {"password": "SECRET1", "name": "N", "more": [{"idno": {"deep": "SECRET2"}}]}, "password": null}'


def by(form, rule):
    return lookup({"format": form, "fields": {"patron.name": rule}}, ADAPTER)


@pytest.mark.parametrize(
    "rule",
    [
        "user",
        "user/*[1]",
        "string(.)",
        "user/@*",
        "//deep",
        {"all": "//*"},
        {"all": "user/@*"},
        {"join": ["*"]},
    ],
)
def test_no_path_around_a_name_reads_it_of_xml(rule):
    assert "SECRET" not in str(read(by("xml", rule), XML))


@pytest.mark.parametrize(
    "rule",
    [
        "values(user)[0]",
        "user.*|[0]",
        "user.more[0].*|[0].deep",
        {"all": "user.*"},
        {"all": "user.more[].*[]"},
    ],
)
def test_no_path_around_a_name_reads_it_of_json(rule):
    assert "SECRET" not in str(read(by("json", rule), JSON))


@pytest.mark.parametrize("rule", ["user.more[0].idno.deep", 'user."password"', {"all": "user.password"}])
def test_a_path_by_the_name_is_refused(rule):
    with pytest.raises(ProblemsFound) as found:
        by("json", rule)
    assert [each.rule for each in found.value.problems] == ["redact"]


def test_a_column_is_refused_in_capitals_too():
    """A database knows it in both."""
    adapter = ADAPTER | {"back_ends": {"main": {"transport": "sql"}}}
    steps = {"request": {"sql": "SELECT 1"}, "reply": {"fields": {"patron.name": "PASSWORD"}}}
    with pytest.raises(ProblemsFound):
        compiled({"lookup-patron": steps}, adapter)


def test_what_stands_around_it_is_read_as_ever():
    assert read(by("xml", "user/name"), XML)["fields"] == {"patron.name": "N"}
    assert read(by("xml", "user[2]"), XML)["fields"] == {"patron.name": "after"}
    assert read(by("json", "user.name"), JSON)["fields"] == {"patron.name": "N"}


@pytest.mark.parametrize("where", ["password", "user.password"])
def test_whether_it_is_there_may_be_asked(where):
    adapter = lookup(
        {"format": "json", "fail": [{"when": {"present": where}, "reason": "declined"}], "fields": {}},
        ADAPTER,
    )
    assert read(adapter, JSON)["outcome"] == ("refused" if where == "user.password" else "done")
