"""Parameters that every request of a back end carries."""

from hashlib import md5

from softdock.adapters.declarative.asking import asked_of
from softdock.adapters.declarative.examples import Reply, read_replies
from softdock.adapters.declarative.vocabulary import VOCABULARY
from softdock.mappings.files.folder import load_folder
from softdock.mappings.files.maps import compile_adapter

ADAPTER = """
adapter: 1
settings: {key: {secret: true}}
back_ends:
  main:
    transport: http
    form:
      app: {is: 图书}
      sign: {digest: md5, over: [{parameters: sorted}, {setting: key}], charset: gbk, write: HEX}
"""
FORM = "{post: /return, charset: gbk, form: {item: {from: item.id}, branch: {is: 馆}}}"
MAP = "map: 1\noperation: checkin\nrequest: {}\nreply: {{format: text}}\n"


def sent(tmp_path, request):
    (tmp_path / "adapter.yaml").write_text(ADAPTER, encoding="utf-8")
    (tmp_path / "checkin.yaml").write_text(MAP.format(request), encoding="utf-8")
    adapter = compile_adapter(load_folder(tmp_path, lambda _: None), VOCABULARY, {"key": "k"})
    asked = asked_of("checkin", {"item.id": "B 1"})
    ((_, request),) = read_replies(adapter, adapter.maps["checkin"], asked, {"": Reply(b"")}).requests
    return request


def test_every_form_is_signed_over_all_that_it_holds_in_the_charset_of_the_request(tmp_path):
    signature = md5("app=图书&branch=馆&item=B 1k".encode("gbk")).hexdigest().upper()  # noqa: S324

    body = sent(tmp_path, FORM).body.decode()

    assert body == f"app=%CD%BC%CA%E9&sign={signature}&item=B+1&branch=%B9%DD"


def test_a_request_without_a_form_has_none_for_that(tmp_path):
    assert sent(tmp_path, "{get: /item}").body == b""
