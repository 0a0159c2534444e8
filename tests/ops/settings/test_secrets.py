"""Secrets by reference: resolved before anything looks at them, and shown to nobody."""

import pytest

from softdock.mappings.positions import placed
from softdock.ops.settings import ProblemsFound, read_settings
from softdock.ops.settings.secrets import LARGEST, Resolver, SecretText

ENVIRONMENT = {"PW": "hunter2", "HOST": "db", "EMPTY": "", "LONG": "12345678 sec"}


def resolved(text, directory):
    resolver = Resolver(ENVIRONMENT, directory)
    return resolver.resolve(placed(text)), [(each.sentence, each.remedy) for each in resolver.problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${env:PW}", "hunter2"),
        ("${file:pw}", "from a file"),
        ("postgresql://u:${env:PW}@${env:HOST}/x", "postgresql://u:hunter2@db/x"),
        ("$${env:PW}", "${env:PW}"),
        ("$argon2id$v=19${env:HOST}", "$argon2id$v=19db"),
        ("plain $ { } text", "plain $ { } text"),
        (["${env:PW}", {"a": "${env:HOST}"}], ["hunter2", {"a": "db"}]),
    ],
)
def test_references_are_replaced(tmp_path, text, value):
    (tmp_path / "pw").write_bytes(b"from a file\r\n")
    assert resolved(text, tmp_path) == (value, [])


@pytest.mark.parametrize(
    ("text", "sentence", "remedy"),
    [
        ("${env:NOPE}", 'There is no "NOPE" in the environment.', "Set it for the user that runs SoftDock."),
        ("${env:EMPTY}", '"${env:EMPTY}" leads to an empty text.', "Put the secret there."),
        ("${PW}", '"${PW}" is not a reference to a secret.', None),
        ("${env:}", '"${env:}" is not a reference to a secret.', None),
        ("${env:PW", '"${env:PW" is not a reference to a secret.', None),
        ("${vault:x}", '"${vault:x}" is not a reference to a secret.', None),
        ("${file:nope}", '"nope" cannot be read: no such file or directory.', "Looked for {}/nope."),
        ("${file:.}", '"." cannot be read: is a directory.', "Looked for {}."),
        ("${file:long}", '"long" is longer than 65536 bytes.', "A secret is a short text."),
        ("${file:binary}", '"binary" is not UTF-8 text.', "Store the secret as text."),
    ],
)
def test_a_reference_that_leads_nowhere_is_told(tmp_path, text, sentence, remedy):
    (tmp_path / "long").write_text("x" * (LARGEST + 1))
    (tmp_path / "binary").write_bytes(b"\xff")
    remedy = "Write ${env:NAME} or ${file:path}; $${ stands for ${." if remedy is None else remedy
    assert resolved(text, tmp_path) == (None, [(sentence, remedy.replace("{}", str(tmp_path)))])


def test_a_secret_shows_its_reference_only(tmp_path):
    secret, _ = resolved("${env:PW}", tmp_path)
    assert isinstance(secret, SecretText)
    assert secret == "hunter2"
    assert repr(secret) == "<${env:PW}>"
    assert secret.shown() == "The value of ${env:PW}"


@pytest.mark.parametrize(
    "settings",
    [
        "libraries: {CDL: {system: {adapter: x}, deadline: '${env:LONG}'}}",
        "libraries: {CDL: {system: {adapter: x}, name: '${env:LONG}', time_zone: '${env:LONG}'}}",
        "libraries: {CDL: {system: {adapter: x}, isil: '${env:LONG}'}}",
        "profiles: {p: {date_format: '${env:LONG}'}}",
        "profiles: {p: {charset: '${env:LONG}', retries: '${env:LONG}', lenient: '${env:LONG}'}}",
        "profiles: {p: {extra_fields: {64: {PB: {from: '${env:LONG}', as: ['${env:LONG}']}}}}}",
        "profiles: {p: {extra_fields: {64: {PB: '${env:LONG}'}}}}",
        "accounts: [{user: u, password_hash: '${env:LONG}', library: '${env:LONG}', profile: '${env:LONG}'}]",
        "accounts: [{address: '${env:LONG}', library: x}, {address: '${env:LONG}', library: x}]",
        "accounts: ['${env:LONG}']",
        "listen: [{sip2: '${env:LONG}', proxy: ['${env:LONG}'], tls: {certificate: '${env:LONG}'}}]",
        "'${env:LONG}'",
    ],
)
def test_no_message_tells_a_secret(settings):
    """An operator pastes error messages into chats; a secret in the wrong place is not to go along."""
    with pytest.raises(ProblemsFound) as caught:
        read_settings(settings, environment=ENVIRONMENT)
    assert "12345678" not in str(caught.value)
    assert "LONG" in str(caught.value) or settings.startswith("'")


def test_a_secret_of_a_system_is_not_shown_with_the_settings():
    text = 'listen: [{ops: "[::1]:1"}]\nlibraries: {CDL: {system: {adapter: x, key: "${env:PW}"}}}'
    settings = read_settings(text, environment=ENVIRONMENT)
    assert settings.libraries["CDL"].system.options["key"] == "hunter2"
    assert "hunter2" not in f"{settings!r} {settings} {settings.libraries['CDL'].system.options}"
