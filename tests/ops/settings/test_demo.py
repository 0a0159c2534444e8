"""The settings that SoftDock runs with when it is given none, and the documentation of all settings."""

from pathlib import Path

from argon2 import PasswordHasher

from softdock.ops.settings import (
    NcipListener,
    OpsListener,
    PartnerAccount,
    Settings,
    Sip2Listener,
    UserAccount,
    demo_folder,
    demo_settings,
)


def test_the_demo_is_reached_from_this_machine_only_and_by_devices_after_a_login():
    settings = demo_settings()
    kinds = [type(each) for each in settings.listen]
    assert kinds == [Sip2Listener, NcipListener, OpsListener]
    addresses = [str(each.address) for each in settings.listen]
    assert addresses == ["127.0.0.1:6001", "127.0.0.1:8082", "127.0.0.1:8080"]
    *devices, partner = settings.accounts
    assert all(isinstance(each, UserAccount) for each in devices)
    assert (partner.agency, partner.library) == (("*",), "CDL"), "whoever asks, of patrons who do not exist"


def test_the_demo_keeps_its_books_in_the_state_folder_of_who_runs_it():
    system = demo_settings().libraries["CDL"].system
    assert system.adapter == "inhouse"
    assert (system.options["database"], system.options["import"]) == ("sqlite:///demo.db", "demo")
    assert demo_folder({"XDG_STATE_HOME": "/somewhere"}) == Path("/somewhere/softdock")
    assert demo_folder({}) == Path.home() / ".local/state/softdock"


def test_the_demo_has_three_libraries_each_with_another_system():
    libraries = demo_settings().libraries
    assert {name: each.system.adapter for name, each in libraries.items()} == {
        "CDL": "inhouse",
        "CQL": "interlib",
        "SCL": "aleph",
    }
    assert all(each.items and each.patrons for name, each in libraries.items() if name != "CDL")


def test_each_account_of_the_demo_has_its_name_for_a_password():
    for account in demo_settings().accounts:
        if isinstance(account, PartnerAccount):
            continue
        assert PasswordHasher().verify(account.password_hash, account.user)


def test_the_demo_shows_a_chinese_and_an_english_kiosk():
    settings = demo_settings()
    assert {each.user: each.profile for each in settings.accounts if isinstance(each, UserAccount)} == {
        "kiosk": None,
        "gbk": "gbk-kiosk",
        "english": "english",
    }
    gbk = settings.profiles["gbk-kiosk"]
    assert (gbk.charset, gbk.terminator, settings.profiles["english"].language) == ("gb18030", "crlf", "en")


def test_every_key_is_described_and_its_default_is_shown_as_it_is_written():
    """The reference is made from the schema: a key without a description would be an empty entry there."""
    schema = Settings.model_json_schema()
    tables = {"Settings": schema, **schema["$defs"]}
    silent = [
        f"{name}.{key}"
        for name, table in tables.items()
        for key, about in table.get("properties", {}).items()
        if not about.get("description")
    ]
    assert silent == []
    assert "from" in tables["Downtime"]["properties"]
    assert tables["Library"]["properties"]["deadline"]["default"] == "8s"
    assert tables["Limits"]["properties"]["idle_time"]["default"] == "30m"
    assert tables["Library"]["properties"]["time_zone"]["default"] == "Asia/Shanghai"
    assert "status" in tables["UserAccount"]["properties"]["allow"]["default"]
