"""Where the journal is kept, and what a command can find out of that without the server's secrets."""

from zoneinfo import ZoneInfo

import pytest

from softdock.ops.settings import ProblemsFound, Seconds, demo_settings, read_settings, settings_from, stored

LEAST = "listen: [{sip2: 127.0.0.1:6001}]\nlibraries: {CDL: {system: {adapter: inhouse}}}\n"


def test_without_a_store_there_is_no_journal():
    settings = read_settings(LEAST)

    assert settings.store is None
    assert settings.journal.keep == Seconds(30 * 86400)


def test_the_demo_keeps_a_journal_beside_its_books():
    assert demo_settings().store == "sqlite:///store.db"


def test_how_long_is_written_in_days():
    settings = read_settings(LEAST + "store: sqlite:///store.db\njournal: {keep: 90d}\n")

    assert (settings.journal.keep, str(settings.journal.keep)) == (7_776_000, "90d")


def test_a_password_within_the_address_never_shows():
    text = LEAST + "store: postgresql+psycopg://softdock:hunter2@db/softdock\n"

    assert "hunter2" not in repr(read_settings(text))
    with pytest.raises(ProblemsFound) as caught:
        read_settings(LEAST + "store: mysql://softdock:hunter2@db/softdock\n")
    assert "hunter2" not in str(caught.value)


def test_settings_made_of_plain_values_have_a_store_as_well():
    values = {
        "listen": [{"sip2": "127.0.0.1:0"}],
        "libraries": {"CDL": {"system": {"adapter": "inhouse"}}},
        "store": "sqlite:///store.db",
    }
    assert settings_from(values).store == "sqlite:///store.db"


def test_a_command_finds_the_store_and_the_zones_without_what_only_the_server_may_read(tmp_path):
    path = tmp_path / "softdock.yaml"
    path.write_text(
        "store: '${env:STORE}'\n"
        "libraries:\n"
        "  CDL: {system: {key: '${file:secret}'}, time_zone: Europe/Berlin}\n"
        "  CQL: {}\n"
    )
    found = stored(path, {"STORE": "sqlite:///store.db"})

    assert found.store == "sqlite:///store.db"
    assert {key: each.time_zone for key, each in found.libraries.items()} == {
        "CDL": ZoneInfo("Europe/Berlin"),
        "CQL": ZoneInfo("Asia/Shanghai"),
    }


@pytest.mark.parametrize("text", ["store: [", "store: '${env:NOWHERE}'", "store: memory", None])
def test_a_store_that_cannot_be_found_out_is_told(tmp_path, text):
    path = tmp_path / "softdock.yaml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ProblemsFound):
        stored(path, {})
