"""What check-config says of partners, before any of them is heard."""

import pytest

from certificates import a_certificate
from softdock.ops.fronts import believed_partners, front_problems
from softdock.ops.settings import settings_from

HTTP, STREAM = {"ncip": "127.0.0.1:0"}, {"ncip-tcp": "127.0.0.1:0"}


def problems(accounts=(), listen=(HTTP,), **agreed):
    settings = settings_from({
        "listen": list(listen),
        "libraries": {"A": {"system": {"adapter": "inhouse", "database": "memory"}}},
        "accounts": [{"library": "A", **each} for each in accounts],
        "profiles": {"p": {"ncip": agreed}},
    })  # fmt: skip
    return {each.place.path: each.sentence for each in front_problems(settings, "softdock.yaml")}


def test_good_partners_have_no_problems():
    assert not problems([{"agency": "X"}, {"agency": "*"}, {"agency": "X", "system": "S"}])


def test_accounts_between_which_nothing_decides_are_told():
    """With both of them, so that the operator sees which."""
    assert not problems([{"agency": "X"}, {"agency": ["x ", "Y"]}]), "the one with fewer names is meant"
    found = problems([{"agency": "X", "system": "S"}, {"agency": "Z"}, {"agency": "x", "path": "p"}])
    assert "accounts[0]" in found["accounts[2]"]


def test_a_partner_whom_no_listener_hears_is_told():
    assert "No listener hears partners." in problems([{"agency": "X"}], [{"sip2": "127.0.0.1:0"}]).values()


@pytest.mark.parametrize(("host", "believed"), [("192.0.2.1", ["X", "*"]), ("127.0.0.1", []), ("[::1]", [])])
def test_names_that_nothing_proves_are_told_where_other_machines_can_say_them(host, believed):
    found = settings_from({
        "listen": [{"ncip": f"{host}:0"}],
        "libraries": {"A": {"system": {"adapter": "inhouse", "database": "memory"}}},
        "accounts": [
            {"library": "A", "agency": "X"}, {"library": "A", "agency": "*"},
            {"library": "A", "agency": "Y", "token": "long-enough"},
            {"library": "A", "agency": "Z", "address": "192.0.2.0/24"},
        ],
    })  # fmt: skip

    assert believed_partners(found) == believed


@pytest.mark.parametrize("said", [{"path": "k"}, {"token": "long-enough"}])
def test_what_comes_over_http_needs_a_listener_for_it(said):
    assert "comes over HTTP" in problems([{"agency": "X", **said}], [STREAM])["accounts[0]"]
    assert not problems([{"agency": "X", **said}], [STREAM, HTTP])


# OpenSSL.SSL warns of a function that Twisted calls for whoever asks for certificates.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_certificate_needs_a_listener_that_asks_for_one(tmp_path):
    account = {"agency": "X", "certificate": "c"}
    assert problems([account])["accounts[0]"] == "No listener asks partners for a certificate."
    a_certificate(tmp_path, "here", a_certificate(tmp_path, "authority"))
    tls = {"certificate": str(tmp_path / "here.pem"), "key": str(tmp_path / "here.key")}
    assert problems([account], [HTTP | {"tls": tls}]), "it may be encrypted and ask for none"
    tls["client_ca"] = str(tmp_path / "authority.pem")
    assert not problems([account], [HTTP | {"tls": tls}])


def test_certificates_that_are_none_are_told_for_partners_as_for_devices(tmp_path):
    (tmp_path / "empty").write_text("")
    tls = {"certificate": str(tmp_path / "empty"), "key": str(tmp_path / "empty")}
    assert "listen[0].tls" in problems(listen=[HTTP | {"tls": tls}])
    assert "listen[0].tls" in problems(listen=[STREAM | {"tls": tls}])


def test_names_that_the_standard_does_not_have_are_told():
    assert problems(services=["LookupUsr"])["profiles.p.ncip.services"] == "LookupUsr is no service of NCIP."
    found = problems(request_types={"Digital": "non-returnable copy", "Odd": "Oddity"})
    assert found == {"profiles.p.ncip.request_types.Odd": "Oddity is no kind of request of the standard."}


def test_tables_that_say_two_things_of_one_name_are_told():
    assert "stands here twice" in "".join(problems(agencies={"X": "A", "x ": "B"}).values())
