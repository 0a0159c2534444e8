"""`softdock mapping check` and `mapping try`: what integrators see, and what scripts read."""

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

import softdock as softdock_itself
from map_folders import change, write_adapter
from running import COMMAND
from softdock.cli import main
from softdock.cli.mapping_words import RULES_IN_CHINESE
from softdock.mappings.problems import RULE_IDS

BUILTIN = Path(softdock_itself.__path__[0]) / "mappings" / "builtin"


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def folder(tmp_path):
    return write_adapter(tmp_path)


def softdock(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments)))


def told(result):
    return json.loads(result.stdout)


# --- check -----------------------------------------------------------------------------------------------------


def test_a_good_folder_is_called_good(folder):
    result = softdock("mapping", "check", folder)

    assert (result.exit_code, result.stderr) == (0, "")
    assert "1 maps, 1 examples read as expected" in result.stdout


def test_everything_wrong_is_shown_at_once_by_file_line_and_column(folder):
    """The form of a file, a rule, a setting, and an example that is read otherwise."""
    change(folder / "adapter.yaml", "name: {en", "nme: {en")
    change(folder / "adapter.yaml", "default: main}", "default: main, one_of: [a, b]}")
    (folder / "lookup-item.yaml").write_text(
        "map: 1\noperation: lookup-item\nrequest: {get: /item}\nreply: {format: json, fields: {item.titel: t}}\n"
    )
    change(folder / "examples" / "one.yaml", "张三", "李四")

    result = softdock("mapping", "check", folder)

    assert result.exit_code == 1
    heads = [line for line in result.stderr.splitlines() if line.startswith(str(folder))]
    assert [head.removeprefix(f"{folder}/").split("  ")[:2] for head in heads] == [
        ["adapter.yaml:2:1", "grammar"],
        ["adapter.yaml:4:3", "setting"],
        ["examples/one.yaml:3:16", "example"],
        ["lookup-item.yaml:4:32", "field"],
    ]
    assert "This key is not known. Did you mean name?" in result.stderr
    assert '"张三" is read' in result.stderr
    assert "4 problem(s) found; 1 examples were run." in result.stderr


def test_json_gives_an_object_for_each_problem(folder):
    change(folder / "lookup-patron.yaml", "patron.name:", "patron.nam:")

    (problem,) = told(softdock("mapping", "check", folder, "--json"))

    assert problem == {
        "file": str(folder / "lookup-patron.yaml"),
        "line": 11,
        "column": 5,
        "path": 'reply.fields."patron.nam"',
        "rule": "field",
        "sentence": '"patron.nam" is not a field of this.',
        "remedy": "Did you mean patron.name?",
    }


def test_json_of_a_good_folder_is_an_empty_list(folder):
    assert told(softdock("mapping", "check", folder, "--json")) == []


def test_one_map_is_checked_without_the_others(folder):
    (folder / "checkin.yaml").write_text("map: 1\noperation: checkin\nnonsense: true\n")

    assert softdock("mapping", "check", folder / "lookup-patron.yaml").exit_code == 0
    assert softdock("mapping", "check", folder / "checkin.yaml").exit_code == 1


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("url: {default: x}", '"url" is the name of a setting of http.'),
        ("codes: {default: x}", '"codes" is the name of what every library may say of its system.'),
        ("pw: {secret: true, default: x}", '"pw" is a secret, and its default stands here for everybody.'),
    ],
)
def test_a_setting_that_no_library_could_give_is_a_problem(folder, setting, sentence):
    change(folder / "adapter.yaml", "settings:\n", f"settings:\n  {setting}\n")

    assert [each["sentence"] for each in told(softdock("mapping", "check", folder, "--json"))] == [sentence]


def test_a_key_that_its_transport_does_not_know_is_a_problem(folder):
    change(folder / "adapter.yaml", "{transport: http}", "{transport: http, settings: {timeuot: 5s}}")

    (problem,) = told(softdock("mapping", "check", folder, "--json"))

    assert (problem["rule"], problem["line"]) == ("setting", 7)


@pytest.mark.parametrize(
    "name", [each.name for each in BUILTIN.iterdir() if (each / "adapter.yaml").exists()]
)
def test_the_adapters_that_come_along_are_good(name):
    assert told(softdock("mapping", "check", BUILTIN / name, "--json")) == []


def test_what_is_not_there_is_exit_code_3(tmp_path):
    result = softdock("mapping", "check", tmp_path / "none")

    assert result.exit_code == 3
    assert "There is no" in result.stderr


def test_in_chinese_the_frame_is_chinese_and_says_what_is_not(folder, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    change(folder / "lookup-patron.yaml", "patron.name:", "patron.nam:")

    result = softdock("mapping", "check", folder)

    assert "词汇表中没有这个字段。" in result.stderr
    assert "是否想写 patron.name？" in result.stderr
    assert "目前只有英文" in result.stderr
    assert "发现 1 个问题" in result.stderr


def test_every_rule_is_explained_in_both_languages():
    assert RULES_IN_CHINESE.keys() == RULE_IDS.keys()


# --- try -------------------------------------------------------------------------------------------------------


def tried(folder, *more, reply="examples/one.json"):
    return softdock("mapping", "try", folder / "lookup-patron.yaml", "--reply", folder / reply, *more)


def test_every_value_is_shown_with_its_line_in_the_map_and_in_the_reply(folder):
    result = tried(folder)

    assert (result.exit_code, result.stderr) == (0, "")
    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[0] == ["done"]
    assert ["patron.name", "lookup-patron.yaml:11", '"', "张三", '"', "张三"] in lines
    assert ["patron.loans[0].item.id", "lookup-patron.yaml:16", "00123", "00123"] in lines


def test_json_is_one_object_with_the_reading_and_how_it_came_about(folder):
    one = told(tried(folder, "--json"))

    assert one["answer"]["patron"]["expires"] == "2027-12-31"
    assert {key: one[key] for key in one if key not in ("trace", "answer")} == {
        "outcome": "done",
        "note": "",
        "fields": {
            "patron.name": "张三",
            "patron.expires": "2027-12-31",
            "patron.loans": [{"item.id": "00123", "fee.amount": "1.50"}],
        },
        "unread": [],
        "differences": [],
    }
    assert [each["field"] for each in one["trace"]] == [
        "patron.name",
        "patron.expires",
        "patron.loans[0].item.id",
        "patron.loans[0].fee.amount",
    ]
    assert one["trace"][1] == {
        "field": "patron.expires",
        "file": str(folder / "lookup-patron.yaml"),
        "line": 12,
        "column": 5,
        "raw": "20271231",
        "value": "2027-12-31",
        "reply_line": 0,
    }


def test_a_value_that_could_not_be_read_is_told_with_its_rule_and_is_exit_code_1(folder):
    change(folder / "examples" / "one.json", "20271231", "31.12.2027")

    result = tried(folder, "--json")

    assert result.exit_code == 1
    assert told(result)["unread"] == [
        {
            "field": "patron.expires",
            "file": str(folder / "lookup-patron.yaml"),
            "line": 12,
            "column": 21,
            "value": "31.12.2027",
            "rule": '{from: until, as: [{date: "%Y%m%d"}]}',
        }
    ]
    assert "not read: patron.expires: 31.12.2027" in tried(folder).stdout


def test_an_unread_value_within_a_list_is_told_with_its_entry(folder):
    change(folder / "examples" / "one.json", '"loans": [', '"loans": [{"fee": "2.00"}, {"fee": "much"}, ')

    (unread,) = told(tried(folder, "--json"))["unread"]

    assert (unread["field"], unread["value"]) == ("patron.loans[1].fee.amount", "much")


def test_an_unread_value_that_was_put_together_is_told_with_its_field(folder):
    change(folder / "lookup-patron.yaml", "{from: until, as:", "{join: [until, hour], with: ' ', as:")
    change(folder / "examples" / "one.json", '"until"', '"hour": "noon", "until"')

    (unread,) = told(tried(folder, "--json"))["unread"]

    assert (unread["field"], unread["value"]) == ("patron.expires", "20271231 noon")


def test_a_refusal_is_told_with_the_rule_that_decided_and_is_no_fault(folder):
    (folder / "no.json").write_text('{"error": "no such card"}')

    result = tried(folder, "--json", reply="no.json")

    one = told(result)
    assert result.exit_code == 0
    assert (one["outcome"], one["reason"], one["note"]) == ("refused", "patron-unknown", "no such card")
    assert (one["decided"]["line"], one["fields"]) == (9, {})


def test_a_reply_that_is_no_document_is_an_error_and_exit_code_1(folder):
    (folder / "half.json").write_text('{"name": ')

    result = tried(folder, "--json", reply="half.json")

    assert result.exit_code == 1
    assert (told(result)["outcome"], told(result)["error"]) == ("error", "malformed")


def test_the_status_of_the_reply_counts(folder):
    assert told(tried(folder, "--json", "--status", 401))["error"] == "configuration"


def test_a_difference_from_what_is_expected_is_exit_code_1(folder):
    assert tried(folder, "--expect", folder / "examples" / "one.yaml").exit_code == 0
    change(folder / "examples" / "one.yaml", '"00123"', '"123"')

    result = tried(folder, "--expect", folder / "examples" / "one.yaml", "--json")

    assert result.exit_code == 1
    (difference,) = told(result)["differences"]
    assert (difference["path"], difference["line"]) == ("fields.patron.loans[0].item.id", 6)
    assert (
        "different: fields.patron.loans[0].item.id"
        in tried(folder, "--expect", folder / "examples" / "one.yaml").stdout
    )


def test_a_map_that_stands_alone_and_only_reads_is_tried_as_well(tmp_path):
    """Without adapter.yaml, request and anything else: what is made up for it is said."""
    path = tmp_path / "alone.yaml"
    path.write_text(
        "map: 1\noperation: lookup-item\nreply:\n  format: xml\n  fields:\n"
        "    item.title: {from: title}\n    item.owner: {setting: library}\n"
    )
    (tmp_path / "reply.xml").write_text("<a>\n<title>红楼梦</title></a>", encoding="utf-8")

    result = softdock(
        "mapping", "try", path, "--reply", tmp_path / "reply.xml", "--setting", "library=A", "--json"
    )

    assert result.exit_code == 0
    assert told(result)["fields"] == {"item.title": "红楼梦", "item.owner": "A"}
    result = softdock("mapping", "try", path, "--reply", tmp_path / "reply.xml")
    assert "no adapter.yaml beside it" in result.stderr


def test_what_a_session_would_keep_has_its_name_in_a_map_alone(tmp_path):
    path = tmp_path / "alone.yaml"
    path.write_text(
        "map: 1\noperation: checkin\nrequest: {post: /in, query: {token: {kept: token}, id: {from: item.id}}}\n"
    )

    (request,) = told(
        softdock("mapping", "try", path, "--request", "checkin", "--asked", "item.id=B1", "--json")
    )["requests"]

    assert request["query_decoded"] == [["token", "<token>"], ["id", "B1"]]


def test_rows_of_a_database_are_read_by_a_map_alone(tmp_path):
    path = tmp_path / "alone.yaml"
    path.write_text("map: 1\noperation: lookup-item\nreply: {format: rows, fields: {item.title: title}}\n")
    (tmp_path / "rows.json").write_text('{"rows": [{"TITLE": "三体"}]}', encoding="utf-8")

    result = softdock("mapping", "try", path, "--reply", tmp_path / "rows.json", "--json")

    assert told(result)["fields"] == {"item.title": "三体"}


def test_a_message_of_sip2_is_read_by_a_map_alone(tmp_path):
    path = tmp_path / "alone.yaml"
    path.write_text("map: 1\noperation: lookup-item\nreply: {format: sip2, fields: {item.title: AJ}}\n")
    (tmp_path / "18.sip").write_bytes("1803020120261120    154500AB01|AJ三体|AY1AZ0000\r".encode("gbk"))

    result = softdock("mapping", "try", path, "--reply", tmp_path / "18.sip", "--charset", "gbk", "--json")

    assert told(result)["fields"] == {"item.title": "三体"}


def test_steps_get_their_replies_by_their_names(tmp_path):
    path = tmp_path / "alone.yaml"
    path.write_text(
        "map: 1\noperation: lookup-patron\nsteps:\n"
        "  who: {reply: {format: json, keep: {number: id}, fields: {patron.name: name}}}\n"
        "  what: {reply: {format: json, fields: {patron.email: {first_of: [mail, {kept: number}]}}}}\n"
    )
    (tmp_path / "a.json").write_text('{"id": "7", "name": "A"}')
    (tmp_path / "b.json").write_text("{}")

    result = softdock(
        "mapping",
        "try",
        path,
        "--reply",
        f"who={tmp_path}/a.json",
        "--reply",
        f"what={tmp_path}/b.json",
        "--json",
    )

    assert told(result)["fields"] == {"patron.name": "A", "patron.email": "7"}
    assert "keep.number" in [each["field"] for each in told(result)["trace"]]


def test_a_map_with_a_fault_is_not_tried_and_the_fault_is_told(folder):
    change(folder / "lookup-patron.yaml", "patron.name:", "patron.nam:")

    result = tried(folder, "--json")

    assert result.exit_code == 1
    assert (told(result)["error"], told(result)["problems"][0]["rule"]) == ("problems", "field")


def test_faults_of_other_maps_are_not_in_the_way(folder):
    (folder / "checkin.yaml").write_text("map: 1\noperation: checkin\nnonsense: true\n")

    assert tried(folder).exit_code == 0


# --- what would be sent ----------------------------------------------------------------------------------------


def test_the_request_is_shown_encoded_and_decoded_and_its_secret_is_not(folder):
    arguments = ("mapping", "try", folder, "--request", "lookup-patron", "--asked", "patron.id=读者 1")

    result = softdock(*arguments, "--setting", "key=very secret", "--json")

    assert result.exit_code == 0
    (request,) = told(result)["requests"]
    assert (request["method"], request["address"]) == ("GET", "<url of main>/patron")
    assert request["query"] == "card=%E8%AF%BB%E8%80%85+1&key=***&library=main"
    assert request["query_decoded"] == [["card", "读者 1"], ["key", "***"], ["library", "main"]]
    assert "card = 读者 1" in softdock(*arguments).stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "Name a reply"),
        (("--reply", "x", "--asked", "patron"), "--asked takes NAME=TEXT"),
        (("--request", "lookup-patron", "--asked", "moon=full"), "does not ask moon"),
        (("--request", "lookup-patron", "--time-zone", "Moon"), "is not a time zone"),
    ],
)
def test_wrong_usage_is_exit_code_2(folder, arguments, sentence):
    result = softdock("mapping", "try", folder / "lookup-patron.yaml", *arguments)

    assert result.exit_code == 2
    assert sentence in result.stderr


def test_a_reply_that_is_missing_is_exit_code_3(folder):
    assert tried(folder, reply="none.json").exit_code == 3


def test_a_setting_that_is_not_declared_is_told(folder):
    result = tried(folder, "--setting", "libary=x")

    assert result.exit_code == 1
    assert "There is no setting named libary." in result.stderr


def test_the_command_itself_prints_plainly_where_it_is_piped(folder):
    run = subprocess.run(
        [
            COMMAND,
            "mapping",
            "try",
            folder / "lookup-patron.yaml",
            "--reply",
            folder / "examples" / "one.json",
        ],
        capture_output=True,
        check=False,
    )

    assert run.returncode == 0
    assert b"\x1b" not in run.stdout
    assert "patron.name" in run.stdout.decode()


# --- show and schema -------------------------------------------------------------------------------------------


def test_what_a_site_changes_is_shown_with_what_it_inherits(folder, tmp_path_factory):
    site = tmp_path_factory.mktemp("site")
    (site / "adapter.yaml").write_text(f"adapter: 1\nlike: {folder}/\n")
    (site / "lookup.yaml").write_text("operation: lookup-patron\nreply: {fields: {patron.email: mail}}\n")

    result = softdock("mapping", "show", site, "--operation", "lookup-patron")

    assert result.exit_code == 0
    lines = [line.split("  # ") for line in result.stdout.splitlines()[1:]]
    from_where = {text.strip(): place for text, place in lines}
    assert from_where["patron.email: mail"] == f"{site.name}/lookup.yaml:2"
    assert from_where["patron.name: {from: name, as: [trim]}"] == f"{folder.name}/lookup-patron.yaml:11"


def test_a_whole_folder_is_shown_with_its_adapter_file(folder):
    assert [line for line in softdock("mapping", "show", folder).stdout.splitlines() if line[0] == "#"] == [
        "# adapter.yaml",
        "# lookup-patron",
    ]
    assert softdock("mapping", "show", folder, "--operation", "checkin").exit_code == 2


def test_a_folder_that_is_like_none_cannot_be_shown(folder):
    change(folder / "adapter.yaml", "adapter: 1", "adapter: 1\nlike: ./nowhere/")

    result = softdock("mapping", "show", folder)

    assert result.exit_code == 1
    assert "cannot be read" in result.stderr


@pytest.mark.parametrize(("kind", "key"), [("map", "operation"), ("adapter", "back_ends")])
def test_the_schema_of_each_kind_of_file_is_printed(kind, key):
    assert key in told(softdock("mapping", "schema", kind))["properties"]


def test_the_reading_is_written_as_examples_expect_it(folder, tmp_path):
    written = tmp_path / "expected.yaml"
    assert tried(folder, "--write-expect", written).exit_code == 0
    assert "张三" in written.read_text(encoding="utf-8")
    assert tried(folder, "--expect", written).exit_code == 0
    assert tried(folder, "--write-expect", tmp_path / "none" / "expected.yaml").exit_code == 3
