"""The reference says what the code says, in both languages, and leaves nothing out."""

import re

import pytest

from softdock.adapters.ncip.ready import load_profile as load_ncip_profile
from softdock.adapters.ncip.ready import ready_profiles
from softdock.adapters.ncip.words import WordLists
from softdock.adapters.sip2.ready import load_profile
from softdock.circulation.items import CirculationStatus
from softdock.circulation.reasons import Reason
from softdock.cli.schema import system_schemas
from softdock.docs import generate
from softdock.docs.pages import commands, importing, messages, settings, systems
from softdock.docs.pages.text import Language, Words, table
from softdock.mappings.problems import ProblemsFound
from softdock.ops.metric_table import METRICS
from softdock.ops.settings import Settings, read_settings
from softdock.ops.violations import SENTENCES
from softdock.protocols.sip2.messages import LAYOUTS, RESPONSE_TO

LANGUAGES = list(Language)


def page(language, name):
    return (generate.DOCS / language.value / "reference" / f"{name}.md").read_text(encoding="utf-8")


def test_what_is_made_of_the_code_is_not_stale():
    """`make docs` renews it."""
    assert generate.stale() == []


def test_every_sentence_is_there_in_both_languages_and_translated_from_what_the_code_says_now():
    generate.generated()

    assert generate.faults() == []


@pytest.mark.parametrize("subject", generate.SUBJECTS, ids=lambda words: words.file.stem)
def test_no_sentence_was_left_in_english(subject):
    """Or is empty."""
    generate.generated()
    for path in subject._asked:
        assert re.search("[一-鿿]", subject.say(path, Language.CHINESE)), path
        assert subject.say(path, Language.ENGLISH), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_setting_has_its_row(language):
    text = page(language, "settings")
    paths = settings.key_paths()

    assert len(paths) > 60
    for path in paths:
        assert f"\n| `{path.rpartition('.')[2]}` | " in text, path
    for key in system_schemas()["inhouse"]["properties"]:
        assert f"\n| `{key}` | " in page(language, "inhouse"), key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("adapter", "name"), [("sip2", "sip2-system"), ("ncip", "ncip-system")])
def test_every_key_of_a_system_has_its_row(adapter, name, language):
    text = page(language, name)
    sections = settings.system_sections(adapter)

    assert [each.path for each in sections] == ["", "tls"]
    for path, schema in sections:
        section = text.partition(f"\n## `{path}`\n" if path else "<!-- begin: ")[2]
        for key in schema["properties"]:
            assert f"\n| `{key}` | " in section.partition("\n## ")[0], (path, key)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("parts", "name"), [(systems.SIP2, "system-profiles"), (systems.NCIP, "ncip-system-profiles")]
)
def test_every_key_of_a_system_profile_has_its_row(parts, name, language):
    text = page(language, name)

    assert len(systems.key_paths(parts)) > 40
    for path in systems.key_paths(parts):
        part, _, key = path.rpartition(".")
        section = text.partition(f"\n## `{part}`\n" if part else "-profile -->")[2]
        assert f"\n| `{key}` | " in section.partition("\n## ")[0], path


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["ncip-profiles", "ncip-system-profiles"])
def test_every_list_of_words_has_its_row(name, language):
    section = page(language, name).partition("\n## `words`\n")[2].partition("\n## ")[0]

    for key in WordLists.model_fields:
        assert f"\n| `{key}` | " in section, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_ready_profile_of_ncip_is_told_of(language):
    text = page(language, "ncip-system-profiles").partition("<!-- begin: ncip-system-ready -->")[2]

    for name in ready_profiles():
        assert f"\n| `{name}` | " in text.partition("<!-- end: ")[0], name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_system_profiles_of_the_documents_are_good_ones(language, tmp_path):
    """The examples can be copied."""

    def told(name):
        example = page(language, name).partition("```yaml\n")[2].partition("```")[0]
        settings = read_settings(f"listen: [{{sip2: 127.0.0.1:0}}]\n{example}")
        return settings.libraries["CQL"].system.options["profile"]

    over_sip2 = load_profile(told("system-profiles"), tmp_path)
    over_ncip = load_ncip_profile(told("ncip-system-profiles"), tmp_path)

    assert over_sip2.charset == "gb18030"
    assert over_sip2.answers["64"].rename == {"PD": "PB"}
    assert over_ncip.version == "1.0"
    assert over_ncip.problems[0].reason is Reason.TOO_MANY_LOANS
    assert over_ncip.words.crosswalk().circulation_status.hear("aged to lost") is CirculationStatus.LOST


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_metric_and_every_kind_of_violation_has_its_row(language):
    text = page(language, "metrics")

    for name in [*(each.name for each in METRICS), *SENTENCES]:
        assert f"\n| `{name}` | " in text, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verb_has_its_heading_and_every_option_its_row(language):
    text = page(language, "commands")

    for path, command in commands.verbs():
        assert re.search(rf"^#+ `{re.escape(path)}`$", text, re.MULTILINE), path
        for option in command.params:
            for name in option.opts if option.param_type_name == "option" else ():
                assert f"`{name}`" in text, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_pair_of_messages_has_a_page_with_every_field(language):
    assert sorted(messages.ORDER) == sorted(RESPONSE_TO)
    for request, response in RESPONSE_TO.items():
        text = page(language, f"messages/{messages.file_name(request)}")
        for layout in (LAYOUTS[request], LAYOUTS[response]):
            for field in layout.names:
                assert f"\n| `{field}` | " in text, (request, field)
            for field in layout.needed:
                status = language.choose("needed", "不可缺")
                assert re.search(rf"^\| `{field}` \| [^|]* \| {status}", text, re.MULTILINE), (request, field)


def test_every_key_of_a_profile_bears_on_a_message():
    """On some, on all, or on what is no message: a new key has to be told of where it matters."""
    keys = set(Settings.model_json_schema()["$defs"]["Profile"]["properties"])
    somewhere = {key for request in messages.ORDER for key in messages.bearing_on(request)}

    assert somewhere == set(messages.BEARING)
    assert somewhere | set(messages.EVERYWHERE) | set(messages.NOWHERE) == keys


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_of_an_import_file_has_its_row(language):
    text = page(language, "import")

    for path in importing.key_paths():
        part, _, key = path.rpartition(".")
        section = text.partition(f"\n## `{part}`\n")[2].partition("\n## ")[0]
        assert f"\n| `{key}` | " in section, path


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_profile_of_the_document_is_a_good_one(language):
    """The example can be copied."""
    example = page(language, "profiles").partition("```yaml\n")[2].partition("```")[0]
    around = "listen: [{sip2: 127.0.0.1:0}]\nlibraries: {LIB: {system: {adapter: x}}}\n"
    assert "gbk-kiosk" in read_settings(around + example).profiles
    with pytest.raises(ProblemsFound, match=r"Did you mean patron\.birth_date"):
        read_settings(around + example.replace("birth_date", "birthdate"))


def test_a_sentence_that_the_code_says_otherwise_now_is_a_fault():
    """Otherwise the test above would hold nothing."""
    words = Words("metrics")

    words.say("softdock_build_info", Language.CHINESE, "Something else.")
    words.say("softdock_none", Language.CHINESE, "New.")

    assert words.faults.keys() == {"softdock_build_info", "softdock_none"}
    assert "softdock_logins_total" in words.superfluous()


def test_a_bar_within_a_cell_does_not_end_it():
    assert table(["a"], [["`|`"]]).splitlines()[-1] == "| `\\|` |"
