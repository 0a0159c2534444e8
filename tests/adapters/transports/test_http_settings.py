"""What may be said of a back end that speaks HTTP."""

import pytest
from pydantic import ValidationError

from softdock.adapters.transports.http import HttpSettings
from softdock.mappings.complaints import complaints


@pytest.mark.parametrize(
    ("written", "shown", "host"),
    [
        ("http://ils.example/openlib/", "http://ils.example/openlib", "ils.example"),
        ("https://ils.example:443", "https://ils.example", "ils.example"),
        ("http://10.1.2.3:8081/a/b", "http://10.1.2.3:8081/a/b", "10.1.2.3:8081"),
        ("http://[2001:db8::7]/a", "http://[2001:db8::7]/a", "[2001:db8::7]"),
        ("https://[2001:db8::7]:80", "https://[2001:db8::7]:80", "[2001:db8::7]:80"),
    ],
)
def test_an_address_is_read_in_all_its_forms(written, shown, host):
    url = HttpSettings.model_validate({"url": written}).url
    assert (str(url), url.host) == (shown, host)


@pytest.mark.parametrize(
    ("settings", "place", "said"),
    [
        ({"url": "ils.example/openlib"}, "url", "is not the address of a system"),
        ({"url": "ftp://ils.example"}, "url", "is not the address of a system"),
        ({"url": "http://ils.example/?a=1"}, "url", "is not the address of a system"),
        ({"url": "http://ils.example:0/"}, "url", "no port that exists"),
        ({"url": "http://me:hidden@ils.example/"}, "url", "An address holds no password."),
        ({"url": "http://ils.example", "tls": {}}, "", "https"),
        ({"url": "http://ils.example", "largest_answer": "4 MB"}, "largest_answer", "whole number"),
        ({"url": "http://ils.example", "verify": "false"}, "verify", "not known"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_no_password(settings, place, said):
    with pytest.raises(ValidationError) as caught:
        HttpSettings.model_validate(settings)
    ((where, sentence),) = complaints(caught.value.errors())
    assert where == place and said in sentence
    assert "hidden" not in sentence


def test_passwords_are_not_shown():
    settings = HttpSettings.model_validate(
        {"url": "http://ils.example", "password": "hidden", "proxy_password": "hidden"}
    )
    assert "hidden" not in repr(settings)
