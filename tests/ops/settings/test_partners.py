"""Partners in the settings: what has to hold for each, and what is agreed with them."""

import pytest

from softdock.circulation.capabilities import Right
from softdock.ops.settings import (
    NcipListener,
    NcipStreamListener,
    PartnerAccount,
    ProblemsFound,
    UserAccount,
    read_settings,
)
from softdock.ops.settings.agreements import Agreement

HASH = "$argon2id$v=19$m=1024,t=1,p=1$p4X5KrvkADgS6iBif6xwxA$rWCbYgKHAaBH8T9qkjyd1nPkmXrjUGX+nDagObpbKCQ"
LIBRARIES = "libraries: {A: {system: {adapter: inhouse}}}\n"


def settings(text, listen='{ncip: "127.0.0.1:0"}', **environment):
    return read_settings(f"listen: [{listen}]\n{LIBRARIES}{text}", environment=environment)


def account(text, **environment):
    (found,) = settings(f"accounts: [{{{text}, library: A}}]\n", **environment).accounts
    return found


def agreed(text):
    return settings(f"profiles: {{p: {{ncip: {{{text}}}}}}}\n").profiles["p"].ncip.whole()


def complaints(text):
    with pytest.raises(ProblemsFound) as found:
        settings(text)
    return "\n".join(str(each) for each in found.value.problems)


# --- accounts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said", ["agency: X", "system: X", "application_profile: X", "certificate: X", "name: X, path: k"]
)
def test_whoever_says_what_only_partners_say_is_a_partner(said):
    found = account(said)
    assert isinstance(found, PartnerAccount)
    assert found.account().name == "X"


def test_a_user_or_an_address_beside_it_makes_no_device_of_a_partner():
    """Both kinds of accounts have them."""
    found = account(f'agency: X, user: u, password_hash: "{HASH}", address: 192.0.2.7')
    assert isinstance(found, PartnerAccount)
    assert isinstance(account(f'user: u, password_hash: "{HASH}"'), UserAccount)


def test_an_agency_may_have_several_names():
    assert account("agency: X").agency == ("X",)
    assert account("agency: [X, Y]").agency == ("X", "Y")
    assert account('agency: "*"').agency == ("*",)


def test_what_an_account_allows_holds_for_partners_as_for_devices():
    found = account("agency: X, allow: [lookup], require_pin: true, location: ILL").account()
    assert (found.rights, found.require_pin, found.location) == ({Right.LOOKUP}, True, "ILL")


def test_two_partners_may_have_the_same_user_or_address_and_devices_may_not():
    """Of partners other things may tell which is meant."""
    both = "address: 192.0.2.7, library: A"
    assert settings(f"accounts: [{{agency: X, {both}}}, {{agency: Y, {both}}}]\n")
    assert "is the address of another account" in complaints(f"accounts: [{{{both}}}, {{{both}}}]\n")


def test_secrets_are_read_by_reference_and_never_shown():
    found = account('agency: X, token: "${env:T}", path: "${env:P}"', T="a-long-secret", P="a-long-key")
    assert found.token.reveal() == "a-long-secret"
    assert found.path == "a-long-key"
    assert "a-long" not in repr(found)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("agency: []", "Nothing is listed here."),
        ('agency: ["*", X]', '"*" does not go together with names.'),
        ("agency: X, user: u", "A user without a password proves nothing."),
        ("token: long-enough", "Nothing says what this partner is called."),
        ("path: k", "Nothing says what this partner is called."),
        ("agency: X, token: short", "This is no token"),
        ("agency: X, token: with a blank", "This is no token"),
        ("agency: X, password_hash: secret", "This is not an argon2 hash"),
        ("agency: X, fields: {}", '"fields" is not a key here.'),
        ("location: X", "says neither user nor address, and nothing that tells a partner."),
    ],
)
def test_what_makes_no_account_is_told(said, sentence):
    assert sentence in complaints(f"accounts: [{{{said}, library: A}}]\n")


def test_a_wrong_token_is_not_quoted():
    assert "short" not in complaints("accounts: [{agency: X, token: short, library: A}]\n")


# --- listeners ----------------------------------------------------------------------------------------------


def test_partners_are_heard_over_http_and_without():
    listen = '{ncip: "127.0.0.1:8082", limits: {body_length: 8192}}, {ncip-tcp: "127.0.0.1:6090"}'
    http, stream = settings("", listen).listen
    assert isinstance(http, NcipListener)
    assert isinstance(stream, NcipStreamListener)
    assert [each.name for each in (http, stream)] == ["ncip 127.0.0.1:8082", "ncip-tcp 127.0.0.1:6090"]
    assert (http.limits.body_length, float(stream.limits.idle_time)) == (8192, 1800)


def test_no_two_listeners_share_a_port_whatever_they_speak():
    with pytest.raises(ProblemsFound, match="taken by another listener"):
        settings("", '{ncip: "127.0.0.1:8082"}, {ncip-tcp: "0.0.0.0:8082"}')


# --- agreements ---------------------------------------------------------------------------------------------


def test_a_ready_agreement_is_where_ones_own_begins():
    """What is written beside `like` wins, and what neither says is as usual."""
    found = agreed("like: reshare, status_words: {ok: ACTIVE}, max_items: 5")
    assert found.privileges == ("STATUS", "PROFILE", "LIBRARY")
    assert (found.status_words.ok, found.status_words.blocked, found.max_items) == ("ACTIVE", "BLOCKED", 5)
    assert agreed("like: reshare, privileges: [STATUS]").privileges == ("STATUS",)
    assert agreed("like: discovery").services > {"LookupItemSet", "RequestItem"}
    assert agreed("like: default") == agreed("") == Agreement()


def test_what_is_wrong_with_words_is_told_at_its_line():
    text = "profiles:\n  p:\n    ncip:\n      words:\n        media_type:\n          cd: ''\n          book: Bk\n"
    assert "softdock.yaml:8:" in complaints(text)
    assert "profiles.p.ncip.words.media_type.cd" in complaints(text)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("like: koha", '"koha" is not a ready agreement.'),
        ("privileges: [STATUS, STATUS]", "A row stands here twice."),
        ("privileges: [status]", "is not a row of UserPrivilege."),
        ("dates: gmt", "is not a way to write dates."),
        ("circulation_status: {gone: Lost}", "is not a state of an item."),
        ("words: {colours: {}}", "is not a key here."),
        ("words: {media_type: {cd: Disc, diskette: disc}}", '"disc" means both cd and diskette.'),
        ("words: {hold_status: {ready: []}}", "There has to be a text for ready"),
        ("circulation_status: {lost: A}, words: {circulation_status: {lost: B}}", "are about the same list."),
        ("request_types: {A: Hold}, words: {hold_kind: {hold: A}}", "are about the same list."),
        ("problems: {item-on-hold: On Hold}", '"On Hold" is not a problem type of NCIP.'),
        ("problems: {held: Unknown Item}", "is not a reason."),
        ("max_items: 0", "is out of range."),
        ("pin: true", "is not a key here."),
    ],
)
def test_what_makes_no_agreement_is_told(said, sentence):
    assert sentence in complaints(f"profiles: {{p: {{ncip: {{{said}}}}}}}\n")
