"""Settings files: what they become, and each kind of mistake with its place, sentence and remedy."""

import json
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softdock.circulation.accounts import ALL_RIGHTS
from softdock.circulation.capabilities import Right
from softdock.circulation.reasons import Reason
from softdock.ops.settings import (
    HostPort,
    OpsListener,
    Place,
    Problem,
    ProblemsFound,
    Profile,
    Settings,
    Sip2Listener,
    UserAccount,
    Wording,
    admin_path,
    load_settings,
    read_settings,
    settings_from,
)

HASH = "$argon2id$v=19$m=1024,t=1,p=1$p4X5KrvkADgS6iBif6xwxA$rWCbYgKHAaBH8T9qkjyd1nPkmXrjUGX+nDagObpbKCQ"
LISTEN = 'listen: [{sip2: "127.0.0.1:6001"}]\n'
LIBRARIES = "libraries: {CDL: {system: {adapter: inhouse}}}\n"
LEAST = LISTEN + LIBRARIES


def problems(text, **circumstances):
    with pytest.raises(ProblemsFound) as caught:
        read_settings(text, "softdock.yaml", **circumstances)
    return caught.value.problems


def library(keys):
    """Settings whose line 2 is the library CDL with `keys`."""
    return f"{LISTEN}libraries: {{CDL: {{system: {{adapter: inhouse}}, {keys}}}}}\n"


def listener(keys):
    """Settings whose line 2 is a listener with `keys`."""
    return f"{LIBRARIES}listen: [{{sip2: localhost:1, {keys}}}]\n"


def account(keys):
    """Settings whose line 3 is an account with `keys`."""
    return f'{LEAST}accounts: [{{user: u, password_hash: "{HASH}", library: CDL, {keys}}}]\n'


def profile(keys):
    """Settings whose line 3 is a profile with `keys`."""
    return f"{LEAST}profiles: {{p: {{{keys}}}}}\n"


def test_the_least_that_runs_is_two_lines_and_all_else_has_defaults():
    settings = read_settings(LEAST)
    (listener,) = settings.listen
    assert isinstance(listener, Sip2Listener)
    assert (listener.sip2, listener.profile, listener.tls, listener.proxy) == (
        HostPort("127.0.0.1", 6001),
        "default",
        None,
        (),
    )
    assert listener.limits.idle_time == 1800
    assert settings.libraries["CDL"].time_zone == ZoneInfo("Asia/Shanghai")
    assert settings.libraries["CDL"].deadline == 8
    assert settings.profiles == {"default": Profile()}
    assert (settings.grace, settings.log.format, settings.accounts) == (10, "console", ())


def test_everything_that_can_be_said_arrives(tmp_path):
    """Every key that an operator writes is found in the settings, in its own type."""
    for name in ("c.pem", "k.pem", "ca.pem"):
        (tmp_path / name).touch()
    settings = read_settings(
        f"""
log: {{format: json, level: warning}}
listen:
  - sip2: "[::1]:6001"
    profile: gbk
    tls: {{certificate: c.pem, key: k.pem, client_ca: ca.pem}}
    proxy: [10.0.0.0/8, "2001:db8::/32"]
    limits: {{connections: 10, per_address: 2, line_length: 65536, login_time: 5s, idle_time: 1h, failed_logins: 1}}
  - {{ops: localhost:0}}
grace: 500ms
libraries:
  CDL:
    name: {{zh: 成都图书馆, en: Chengdu Library}}
    isil: CN-510100-CDL
    time_zone: Europe/Vienna
    currency: EUR
    system: {{adapter: sip2, address: 10.1.2.3:6001, lists: [{{a: 007}}]}}
    deadline: 0.5s
    offline: true
    downtime: {{from: 2026-12-01T02:00, until: 2026-12-01T08:00:30, text: maintenance}}
accounts:
  - {{user: kiosk-3f, password_hash: "{HASH}", library: CDL, location: 3F, profile: gbk, require_pin: true,
     allow: [status, lookup], fields: {{64: {{drop: [BD, BE]}}}}}}
  - {{address: 192.0.2.7, library: CDL}}
  - {{address: 198.51.100.0/24, library: CDL}}
profiles:
  gbk:
    charset: gb18030
    fallback_charset: utf-8
    terminator: crlf
    delimiter: "^"
    delimiter_replacement: ""
    error_detection: required
    lenient: true
    unknown_messages: request-resend
    institution: own
    login: telnet
    time_zone: Asia/Urumqi
    language: en
    date_format: "%d.%m.%y"
    texts: {{item-unknown: {{zh: 无, en: none}}, card-expired: expired}}
    resensitize_on_refusal: true
    show_unverified: [name, fees]
    omit: {{64: [BD, BE]}}
    extra_fields: {{64: {{PB: {{from: patron.birth_date, as: [{{date: "%Y%m%d"}}]}}}}}}
    field_length: 60
    field_length_unit: bytes
    print_width: 40
    retries: 0
""",
        directory=tmp_path,
    )
    first, second = settings.listen
    assert isinstance(first, Sip2Listener)
    assert isinstance(second, OpsListener)
    assert (str(first.sip2), str(second.ops)) == ("[::1]:6001", "localhost:0")
    assert first.tls is not None
    assert first.tls.certificate == tmp_path / "c.pem"
    assert first.proxy == (ip_network("10.0.0.0/8"), ip_network("2001:db8::/32"))
    assert (first.limits.line_length, first.limits.login_time, first.limits.idle_time) == (65536, 5, 3600)
    assert settings.grace == 0.5
    cdl = settings.libraries["CDL"]
    assert cdl.name is not None
    assert (cdl.name.in_language("zh"), cdl.name.in_language("fr")) == ("成都图书馆", "Chengdu Library")
    assert cdl.system.options == {"address": "10.1.2.3:6001", "lists": [{"a": "007"}]}
    assert cdl.system.options["lists"][0]["a"].place.path == "libraries.CDL.system.lists[0].a"
    assert (cdl.deadline, cdl.offline, cdl.currency) == (0.5, True, "EUR")
    assert cdl.downtime is not None
    assert (cdl.downtime.start, cdl.downtime.until) == (
        datetime.fromisoformat("2026-12-01T02:00"),
        datetime.fromisoformat("2026-12-01T08:00:30"),
    )
    assert cdl.downtime.text is not None
    assert (cdl.downtime.text.zh, cdl.downtime.text.en) == ("maintenance", "maintenance")
    kiosk, platform, network = (each.account() for each in settings.accounts)
    assert (kiosk.name, kiosk.library, kiosk.location, kiosk.profile) == ("kiosk-3f", "CDL", "3F", "gbk")
    assert kiosk.require_pin
    assert kiosk.rights == {Right.STATUS, Right.LOOKUP}
    assert kiosk.dropped_fields == {"64": {"BD", "BE"}}
    assert (platform.name, platform.profile, platform.rights) == ("192.0.2.7", "", ALL_RIGHTS)
    assert network.name == "198.51.100.0/24"
    gbk = settings.profiles["gbk"]
    assert (gbk.charset, gbk.delimiter, gbk.delimiter_replacement, gbk.date_format) == (
        "gb18030",
        "^",
        "",
        "%d.%m.%y",
    )
    assert gbk.texts[Reason.ITEM_UNKNOWN].zh == "无"
    assert gbk.show_unverified == {"name", "fees"}
    assert gbk.omit == {"64": {"BD", "BE"}}
    assert gbk.time_zone == ZoneInfo("Asia/Urumqi")
    unchanged = [
        key for key, field in Profile.model_fields.items() if getattr(gbk, key) == field.get_default()
    ]
    assert unchanged == []


def test_settings_can_be_made_of_plain_values():
    """A test or a program needs no file; the checks are the same, told by path."""
    values = {
        "listen": [{"sip2": "127.0.0.1:0", "limits": {"connections": 20_000}}],
        "libraries": {"CDL": {"system": {"adapter": "inhouse"}, "offline": True, "deadline": "2s"}},
    }
    assert settings_from(values).libraries["CDL"].offline
    assert read_settings(json.dumps(values, indent=2)) == settings_from(values)
    with pytest.raises(ProblemsFound) as caught:
        settings_from(values | {"accounts": [{"address": "192.0.2.7", "library": "XXX"}]})
    told = 'settings  accounts[0].library\n  "XXX" is not a library. Under libraries there are CDL.'
    assert str(caught.value) == told


@pytest.mark.parametrize(
    ("text", "path", "sentence", "remedy"),
    [
        # the file as a whole
        ("‸[]", "", "A table of keys and values belongs here.", "Write key: value in lines below, or {key: value}."),
        ("‸" + LISTEN, "libraries", '"libraries" is missing.', "The libraries, by the identifier that devices send (SIP2: AO)."),
        (LIBRARIES + "listen: ‸[]", "listen", "Nothing is listed here.", "SoftDock needs at least one."),
        (LISTEN + "libraries: ‸{}", "libraries", "Nothing is listed here.", "SoftDock needs at least one."),
        (LEAST + "‸libary: x", "libary", '"libary" is not a key here.', "Did you mean libraries?"),
        (LEAST + "‸zzz: x", "zzz", '"zzz" is not a key here.', "The keys here are log, listen, admin, store, journal, grace, workers, libraries, accounts, profiles."),
        (LEAST + "accounts: ‸{}", "accounts", "A list belongs here.", "Write it in brackets: [one, two]."),
        (LEAST + "profiles: ‸[]", "profiles", "A table of keys and values belongs here.", "Write key: value in lines below, or {key: value}."),
        (LEAST + "log: {level: ‸loud}", "log.level", '"loud" is not a level of logs.', "Choose one of debug, info, warning, error."),
        (LEAST + "grace: ‸1h", "grace", '"1h" is out of range.', "Write a duration from 0s to 10m."),
        # the store
        (LEAST + "store: ‸mysql://root:hunter2@db/x", "store", "Only SQLite and PostgreSQL are known here.", "Write it like sqlite:///store.db or postgresql+psycopg://softdock@/softdock?host=/run/postgresql."),
        (LEAST + "store: ‸memory", "store", "This is not the URL of a database.", "Write it like sqlite:///store.db or postgresql+psycopg://softdock@/softdock?host=/run/postgresql."),
        (LEAST + "store: sqlite:///s.db\njournal: {keep: ‸12h}", "journal.keep", '"12h" is out of range.', "Write a duration from 1d to 3660d."),
        (LEAST + "‸journal: {keep: 30d}", "journal", "There is no store to keep a journal in.", "Add store: sqlite:///store.db, or leave journal out."),
        # listeners
        (LIBRARIES + "listen: [‸{spi2: x}]", "listen[0]", "This listener says neither sip2 nor ncip nor ops.", "Write it like {sip2: 127.0.0.1:6001}, {ncip: 127.0.0.1:8082} or {ops: 127.0.0.1:8080}."),
        (LIBRARIES + "listen: [‸x]", "listen[0]", "This listener says neither sip2 nor ncip nor ops.", "Write it like {sip2: 127.0.0.1:6001}, {ncip: 127.0.0.1:8082} or {ops: 127.0.0.1:8080}."),
        (LIBRARIES + 'listen: [{sip2: ‸"6001"}]', "listen[0].sip2", '"6001" is not an address to listen on.', "Write host:port, such as 127.0.0.1:6001, [::1]:6001, or 0.0.0.0:6001 for all interfaces."),
        (LIBRARIES + 'listen: [{sip2: ‸"::1:6001"}]', "listen[0].sip2", '"::1:6001" is not an address to listen on.', "Write host:port, such as 127.0.0.1:6001, [::1]:6001, or 0.0.0.0:6001 for all interfaces."),
        (LIBRARIES + 'listen: [{sip2: ‸"127.0.0.256:1"}]', "listen[0].sip2", '"127.0.0.256:1" is not an address to listen on.', "Write host:port, such as 127.0.0.1:6001, [::1]:6001, or 0.0.0.0:6001 for all interfaces."),
        (LIBRARIES + 'listen: [{ops: ‸"a:65536"}]', "listen[0].ops", '"a:65536" has no port that exists.', "Ports end at 65535."),
        (listener("profile: ‸defalt"), "listen[0].profile", '"defalt" is not a profile.', "Did you mean default?"),
        (listener("proxy: [‸10.1.2.3/8]"), "listen[0].proxy[0]", '"10.1.2.3/8" is not the first address of a network.', "Did you mean 10.0.0.0/8?"),
        (listener("proxy: [‸any]"), "listen[0].proxy[0]", '"any" is not an address or network.', "Write an address such as 192.0.2.7, or a network such as 192.0.2.0/24."),
        (listener("limits: {line_length: ‸70000}"), "listen[0].limits.line_length", '"70000" is out of range.', "Write a number from 256 to 65536."),
        (listener("limits: {connections: ‸many}"), "listen[0].limits.connections", '"many" is not a whole number.', "Write digits, for a number from 1 to 1000000."),
        (listener("limits: {connections: ‸1_000}"), "listen[0].limits.connections", '"1_000" is not a whole number.', "Write digits, for a number from 1 to 1000000."),
        (listener("limits: {idle_time: ‸5m}"), "listen[0].limits.idle_time", '"5m" is out of range.', "Write a duration from 10m to 1d."),
        (LIBRARIES + 'listen: [{sip2: "0.0.0.0:1"}, {ops: ‸"127.0.0.1:1"}]', "listen[1].ops", '"127.0.0.1:1" is taken by another listener.', "The first is in line 2."),
        # libraries
        (LISTEN + "libraries: {‸C D: {system: {adapter: x}}}", 'libraries."C D"', '"C D" is not the identifier of a library.', "Write up to 64 characters without a blank and without |."),
        (LISTEN + "libraries: {CDL: ‸{}}", "libraries.CDL.system", '"system" is missing.', "Its system: `adapter` names the kind, the other keys are the adapter's own."),
        (LISTEN + "libraries: {CDL: {system: ‸{x: y}}}", "libraries.CDL.system.adapter", '"adapter" is missing.', "Name of the adapter that speaks to the system, such as inhouse."),
        (LISTEN + "libraries: {CDL: {system: ‸inhouse}}", "libraries.CDL.system", "A table of keys and values belongs here.", "Write key: value in lines below, or {key: value}."),
        (library("deadline: ‸5 sec"), "libraries.CDL.deadline", '"5 sec" is not a duration.', "Write a number and a unit without a space: 5s, 500ms, 2m."),
        (library("deadline: ‸8"), "libraries.CDL.deadline", '"8" is not a duration.', "Write a number and a unit without a space: 5s, 500ms, 2m."),
        (library("deadline: ‸[8s]"), "libraries.CDL.deadline", "A list cannot stand here.", "Write a number and a unit without a space: 5s, 500ms, 2m."),
        (library("deadline: ‸10m"), "libraries.CDL.deadline", '"10m" is out of range.', "Write a duration from 500ms to 97s."),
        (library("time_zone: ‸Asia/Shanghia"), "libraries.CDL.time_zone", '"Asia/Shanghia" is not a time zone.', "Did you mean Asia/Shanghai?"),
        (library("time_zone: ‸../../etc/passwd"), "libraries.CDL.time_zone", '"../../etc/passwd" is not a time zone.', "Write a name such as Asia/Shanghai."),
        (library("currency: ‸rmb"), "libraries.CDL.currency", '"rmb" is not a currency.', "Write its ISO 4217 code, such as CNY."),
        (library("isil: ‸510100"), "libraries.CDL.isil", '"510100" is not an ISIL.', "Write it like CN-510100-CDL, or leave it out."),
        (library("offline: ‸yes"), "libraries.CDL.offline", '"yes" is neither true nor false.', "Write true or false."),
        (library("name: ‸{zh: 馆}"), "libraries.CDL.name.en", '"en" is missing.', "The text in English."),
        (library("name: ‸[x]"), "libraries.CDL.name", "A list cannot stand here.", "Write one text, or {zh: ..., en: ...}."),
        (library('name: ‸"a\\nb"'), "libraries.CDL.name", '"a?b" is more than one line.', "Write it in one line, without tabs."),
        (library("downtime: {until: ‸tomorrow}"), "libraries.CDL.downtime.until", '"tomorrow" is not a date with a time.', "Write it like 2026-12-01T08:00, in the library's local time."),
        (library("downtime: {until: ‸2026-02-30T08:00}"), "libraries.CDL.downtime.until", '"2026-02-30T08:00" is not in any calendar.', "Write it like 2026-12-01T08:00, in the library's local time."),
        (library("downtime: ‸{from: 2026-01-02T00:00, until: 2026-01-01T00:00}"), "libraries.CDL.downtime", "This downtime ends before it begins.", "Let until be later than from."),
        (library("downtime: {‸start: 2026-01-02T00:00}"), "libraries.CDL.downtime.start", '"start" is not a key here.', "The keys here are from, until, text."),
        (library("deadline: ‸{}"), "libraries.CDL.deadline", "A table cannot stand here.", "Write a number and a unit without a space: 5s, 500ms, 2m."),
        # accounts
        (LEAST + f"accounts: [{{password_hash: '{HASH}', library: CDL, user: ‸''}}]", "accounts[0].user", "An empty text cannot stand here.", "Write something, or leave the key out."),
        (account("location: ‸" + "x" * 256), "accounts[0].location", "This has 256 characters.", "Shorten it to 255."),
        (account("address: 192.0.2.7").replace("address", "‸address"), "accounts[0].address", '"address" is not a key here.', "The keys here are library, location, profile, require_pin, allow, fields, user, password_hash."),
        (LEAST + "accounts: [‸{library: CDL}]", "accounts[0]", "This account says neither user nor address, and nothing that tells a partner.", "Give devices a user and a password_hash, or the address that they call from; and a partner its agency."),
        (LEAST + "accounts: [‸{user: u, library: CDL}]", "accounts[0].password_hash", '"password_hash" is missing.', "Argon2 hash of the password, made by `softdock hash-password`."),
        (LEAST + "accounts: [{user: u, password_hash: ‸hunter2, library: CDL}]", "accounts[0].password_hash", "This is not an argon2 hash of a password.", "Make one with: softdock hash-password"),
        (LEAST + "accounts: [{address: 192.0.2.7, library: ‸CDX}]", "accounts[0].library", '"CDX" is not a library.', "Did you mean CDL?"),
        (LEAST + "accounts: [{address: ‸kiosk, library: CDL}]", "accounts[0].address", '"kiosk" is not an address or network.', "Write an address such as 192.0.2.7, or a network such as 192.0.2.0/24."),
        (LEAST + "accounts: [{address: 192.0.2.7, library: CDL}, {address: ‸192.0.2.7/32, library: CDL}]", "accounts[1].address", '"192.0.2.7/32" is the address of another account already.', "The first is in line 3."),
        (account("profile: ‸gbk"), "accounts[0].profile", '"gbk" is not a profile.', "Under profiles there are default."),
        (account("allow: [‸stauts]"), "accounts[0].allow[0]", '"stauts" is not a group of operations.', "Did you mean status?"),
        (account("allow: ‸status"), "accounts[0].allow", "A list belongs here.", "Write it in brackets: [one, two]."),
        (account("fields: {‸63: {drop: [BD]}}"), "accounts[0].fields.63", '"63" is a request.', "Its response is 64."),
        (account("fields: {‸77: {}}"), "accounts[0].fields.77", '"77" is not a response of SIP2.', "There are 10, 12, 16, 18, 20, 24, 26, 30, 36, 38, 64, 66, 94, 98."),
        (account("fields: {64: {drop: [‸AY]}}"), "accounts[0].fields.64.drop[0]", '"AY" is not a field.', "Write two capitals or digits, such as BD; AY and AZ belong to error detection."),
        # profiles
        (profile("charset: ‸gb2312"), "profiles.p.charset", '"gb2312" is not a charset.', "Choose one of ascii, latin-1, cp850, utf-8, gbk, gb18030."),
        (profile("charset: ‸utf8"), "profiles.p.charset", '"utf8" is not a charset.', "Did you mean utf-8?"),
        (profile("delimiter: ‸ab"), "profiles.p.delimiter", '"ab" is not a delimiter.', "Write one printable ASCII character that is neither letter nor digit."),
        (profile("delimiter: /").replace("p: ", "p: ‸"), "profiles.p.delimiter_replacement", "What replaces the delimiter contains it.", "Change delimiter or delimiter_replacement."),
        (profile('date_format: ‸"%D"'), "profiles.p.date_format", '"%D" is not known in a pattern for dates.', "There are %Y %m %d %H %M %S, %y for a year in two digits, and %% for a percent sign; and %b for the name of a month, %-d %-m %-H without a leading zero, %f for a fraction of a second, %z for an offset."),
        (profile("texts: {‸item-unknwon: x}"), "profiles.p.texts.item-unknwon", '"item-unknwon" is not a reason.', "Did you mean item-unknown?"),
        (profile("show_unverified: [‸all]"), "profiles.p.show_unverified[0]", '"all" is not a part of what is shown.', "Choose one of name, contact, lists, fees."),
        (profile("omit: {64: [‸bd]}"), "profiles.p.omit.64[0]", '"bd" is not a field.', "Write two capitals or digits, such as BD; AY and AZ belong to error detection."),
        (profile("extra_fields: {64: {‸AZ: {is: x}}}"), "profiles.p.extra_fields.64.AZ", '"AZ" is not a field.', "Write two capitals or digits, such as BD; AY and AZ belong to error detection."),
        (profile("extra_fields: {64: {PB: {from: ‸patron.birthdate}}}"), "profiles.p.extra_fields.64.PB.from", '"patron.birthdate" leads nowhere.', "Did you mean patron.birth_date?"),
        (profile("extra_fields: {18: {PB: {from: ‸item.borrower}}}"), "profiles.p.extra_fields.18.PB.from", '"item.borrower" is never passed on.', "Take something else."),
        (profile("field_length: ‸0"), "profiles.p.field_length", '"0" is out of range.', "Write a number from 1 to 65536."),
        # what the reader says
        (LEAST + "grace: 1s\n‸grace: 2s", "grace", '"grace" is written twice.', "The first is in line 3."),
        (LEAST + "grace:‸", "grace", 'There is nothing behind "grace".', 'Write a value, "" for an empty text, or leave it out.'),
    ],
)  # fmt: skip
def test_each_kind_of_mistake_is_told_with_place_and_remedy(text, path, sentence, remedy):
    """‸ marks the place that is told."""
    (problem,) = problems(text.replace("‸", ""))
    before = text.partition("‸")[0].split("\n")
    place = Place("softdock.yaml", len(before), len(before[-1]) + 1, path)
    assert problem == Problem(place, sentence, remedy)


def test_a_problem_is_printed_with_its_place_on_a_line_of_its_own():
    with pytest.raises(ProblemsFound) as caught:
        read_settings(library("deadline: 5 sec"), "/etc/softdock.yaml")
    assert str(caught.value) == (
        "/etc/softdock.yaml:2:57  libraries.CDL.deadline\n"
        '  "5 sec" is not a duration. Write a number and a unit without a space: 5s, 500ms, 2m.'
    )


def test_all_mistakes_of_a_file_are_told_at_once_in_its_order():
    """Whoever mends a file does not start the server twenty times."""
    found = problems(
        "listen: [{sip2: x}]\n"
        "libraries: {CDL: {system: {}, deadline: x, currency: x}, CQL: {system: {adapter: x}}}\n"
        "accounts:\n"
        "  - {user: a, password: x, library: XXXX}\n"
        "  - {user: a, password_hash: x, library: CQL, profile: q}\n"
        "profiles: {p: {charset: x, lenient: x, extra_fields: {64: {PB: {from: x}, PC: {as: x}}}}}\n"
        "profiles: {}\n"
        "garce: ${env:NOT_SET}\n"
    )
    assert [f"{each.place.line} {each.place.path}" for each in found] == [
        "1 listen[0].sip2",
        "2 libraries.CDL.system.adapter",
        "2 libraries.CDL.deadline",
        "2 libraries.CDL.currency",
        "4 accounts[0].password_hash",
        "4 accounts[0].password",
        "4 accounts[0].library",
        "5 accounts[1].user",
        "5 accounts[1].password_hash",
        "5 accounts[1].profile",
        "6 profiles.p.charset",
        "6 profiles.p.lenient",
        "6 profiles.p.extra_fields.64.PB.from",
        "6 profiles.p.extra_fields.64.PC",
        "7 profiles",
        "8 garce",
    ]


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        ("127.0.0.1:1", "127.0.0.1:1", True),
        ("LOCALHOST:1", "localhost:1", True),
        ("0.0.0.0:1", "192.0.2.7:1", True),
        ("[::1]:1", "[0:0::1]:1", True),
        ("[::]:1", "[::1]:1", True),
        ("127.0.0.1:1", "127.0.0.1:2", False),
        ("127.0.0.1:1", "127.0.0.2:1", False),
        ("[::]:1", "0.0.0.0:1", False),
        ("127.0.0.1:0", "127.0.0.1:0", False),
    ],
)
def test_two_listeners_never_share_a_port(one, other, clash):
    """Port 0 is a free one for each; an address for every interface takes the port of all of its kind."""
    text = LIBRARIES + f'listen: [{{sip2: "{one}"}}, {{sip2: "{other}"}}]'
    if clash:
        (problem,) = problems(text)
        assert problem.place.path == "listen[1].sip2"
    else:
        assert len(read_settings(text).listen) == 2


def test_files_for_tls_must_be_there(tmp_path):
    (tmp_path / "c.pem").touch()
    text = listener("tls: {certificate: c.pem, key: k.pem}")
    (problem,) = problems(text, directory=tmp_path)
    assert (problem.sentence, problem.remedy) == (
        '"k.pem" is not a file.',
        f"Looked for {tmp_path / 'k.pem'}.",
    )
    (problem,) = problems(listener('tls: {certificate: c.pem, key: "a\\tb"}'), directory=tmp_path)
    assert problem.place.path == "listen[0].tls.key"


def test_a_file_is_loaded_with_what_lies_beside_it(tmp_path):
    (tmp_path / "pw").write_text("secret\n")
    path = tmp_path / "softdock.yaml"
    path.write_text("\ufeff" + library("deadline: 2s").replace("inhouse", 'sip2, pw: "${file:pw}"'), "utf-8")
    assert load_settings(path).libraries["CDL"].system.options["pw"] == "secret"
    path.write_text(library("deadline: x"))
    with pytest.raises(ProblemsFound) as caught:
        load_settings(str(path))
    assert str(caught.value).startswith(f"{path}:2:57  libraries.CDL.deadline\n")


def test_a_file_that_cannot_be_read_is_a_problem_like_any_other(tmp_path):
    absent = tmp_path / "absent.yaml"
    with pytest.raises(ProblemsFound) as caught:
        load_settings(absent)
    assert str(caught.value) == f"{absent}\n  The settings cannot be read: no such file or directory."
    (tmp_path / "gbk.yaml").write_bytes(b"a: 1\nb: " + "馆".encode("gbk"))
    with pytest.raises(ProblemsFound) as caught:
        load_settings(tmp_path / "gbk.yaml")
    assert str(caught.value) == f"{tmp_path / 'gbk.yaml'}:2:4\n  This is not UTF-8. Save the file as UTF-8."


def test_models_can_be_made_in_python():
    """A test that needs one profile makes one profile."""
    made = Sip2Listener(sip2=HostPort("127.0.0.1", 0), profile="gbk")
    assert made.limits.failed_logins == 5
    wording = Wording(zh="无", en="none")
    own = Profile(time_zone=None, fallback_charset=None, texts={Reason.DOWNTIME: wording})
    assert own.texts[Reason.DOWNTIME] == wording
    assert Profile(charset="gbk", lenient=True, time_zone=ZoneInfo("UTC")).charset == "gbk"
    with pytest.raises(ValueError, match="is not a charset"):
        Profile(charset="gb2312")  # type: ignore[arg-type]
    assert UserAccount(user="u", password_hash=HASH, library="CDL").account().library == "CDL"


def test_no_password_and_no_option_of_a_system_is_shown():
    text = account("location: 3F").replace("inhouse", "sip2, password: hunter2")
    assert "hunter2" not in repr(read_settings(text))
    assert HASH not in repr(read_settings(text))


_KEYS = [
    *Settings.model_fields,
    *Profile.model_fields,
    "sip2",
    "ops",
    "tls",
    "limits",
    "CDL",
    "system",
    "adapter",
]
_WORDS = st.sampled_from(
    [*_KEYS, *"default 64 PB from patron.name true 8s user address 192.0.2.7 [key] <sip2> library 1:1".split(),
     *"password_hash ${env:HOME} ${file:x} ${ $${x} utf-8 %Y Asia/Shanghai".split(), HASH]
)  # fmt: skip
_TREES = st.recursive(
    _WORDS | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(_WORDS, inside, max_size=4),
    max_leaves=20,
)
_LIKELY = st.fixed_dictionaries(
    {},
    optional={
        "log": _TREES,
        "listen": st.lists(st.fixed_dictionaries({"sip2": _TREES}, optional={"limits": _TREES, "tls": _TREES})),
        "libraries": st.dictionaries(_WORDS, st.fixed_dictionaries({"system": _TREES}), max_size=2),
        "accounts": st.lists(st.fixed_dictionaries({"library": _TREES}, optional={"user": _TREES, "fields": _TREES})),
        "profiles": st.dictionaries(_WORDS, st.dictionaries(_WORDS, _TREES, max_size=3), max_size=2),
        "zzz": _TREES,
    },
)  # fmt: skip


@given(_LIKELY | _TREES)
def test_no_tree_whatever_raises_anything_but_its_problems(value):
    """Whatever is written, the operator is told where and what, and never sees a traceback."""
    try:
        settings = read_settings(json.dumps(value), directory=Path("/nonexistent"), environment={"HOME": "x"})
    except ProblemsFound as found:
        told = str(found)
    else:
        told = "softdock.yaml"
        assert "default" in settings.profiles
    assert told.startswith("softdock.yaml")


@given(st.text())
def test_no_text_whatever_raises_anything_but_its_problems(text):
    with pytest.raises(ProblemsFound):
        read_settings(text)


def test_the_admin_socket_lies_beside_the_settings(tmp_path):
    """Unless its path is absolute."""
    assert (
        read_settings(LEAST + "admin: softdock.sock", directory=tmp_path).admin == tmp_path / "softdock.sock"
    )
    assert read_settings(LEAST + "admin: /run/softdock/admin", directory=tmp_path).admin == Path(
        "/run/softdock/admin"
    )
    assert read_settings(LEAST).admin is None


@pytest.mark.parametrize("wrong", ['""', "[a]", "{a: b}", '"a\\0b"'])
def test_what_is_no_path_is_no_admin_socket(wrong):
    (problem,) = problems(LEAST + f"admin: {wrong}")
    assert problem.place.path == "admin"


def test_the_admin_socket_is_found_without_what_only_the_server_may_read(tmp_path):
    """An operator's shell has no password of the library's system, and need not."""
    path = tmp_path / "softdock.yaml"
    path.write_text("admin: ${env:WHERE}\nlibraries: {CDL: {system: {key: '${file:secret}'}}}\n")
    assert admin_path(path, {"WHERE": "admin.sock"}) == tmp_path / "admin.sock"
    path.write_text(LEAST)
    assert admin_path(path) is None


@pytest.mark.parametrize("text", ["admin: [", "admin: ${env:NOWHERE}", None])
def test_an_admin_socket_that_cannot_be_found_out_is_told(tmp_path, text):
    path = tmp_path / "softdock.yaml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ProblemsFound):
        admin_path(path, {})
