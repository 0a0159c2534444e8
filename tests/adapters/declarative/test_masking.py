"""Examples of real replies hold nothing that tells of anybody, and are read as before."""

import json
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from softdock.adapters.declarative.masking import Masking
from softdock.mappings.exchange import Fields, Rows

KEY = b"a key of the tests"


def masking(words=(), parts=(), redact=()):
    return Masking(words, parts, redact, KEY)


def test_digits_stay_digits_letters_letters_and_chinese_chinese():
    masked = masking().text("Li Wei 张三 8600-0001")

    assert masked != "Li Wei 张三 8600-0001"
    assert re.fullmatch(r"[A-Z][a-z] [A-Z][a-z]{2} [\u4e00-\u9fff]{2} \d{4}-\d{4}", masked)


def test_the_same_word_becomes_the_same_everywhere_and_other_words_others():
    one = masking()

    assert one.text("card 8600000001 is late").split()[1] == one.text("8600000001")
    assert one.text("8600000001") != one.text("8600000002")


def test_without_the_key_nobody_finds_the_same_stand_in():
    assert Masking(()).text("8600000001") != Masking(()).text("8600000001")


@pytest.mark.parametrize("text", ["", "  ", "Y", "0", "true", "null", "lent", " lent "])
def test_what_tells_of_nobody_stays(text):
    assert masking(["lent"]).text(text) == text


def test_a_text_that_conditions_look_for_stays_within_another():
    masked = masking(parts=["不存在"]).text("读者张三不存在！")

    assert masked.endswith("不存在！")
    assert "张三" not in masked


def test_a_birthday_becomes_the_first_of_its_year():
    one = masking()
    one.birthday("19800517", date(1980, 5, 17))

    assert one.text("19800517") == "19800101"


def test_what_was_read_as_a_date_or_an_amount_stays():
    one = masking()
    one.keep("20261231")

    assert one.text("20261231") == "20261231"


def test_xml_keeps_its_form_and_loses_its_texts():
    data = '<?xml version="1.0" encoding="UTF-8"?>\n<a xmlns="urn:a"><name id="R0001">张三</name><t><![CDATA[Li Wei]]></t><pw>secret</pw><n/></a>'

    masked = masking(redact=["pw"]).data(data.encode())

    root = etree.fromstring(masked)
    assert [each.tag for each in root] == ["{urn:a}name", "{urn:a}t", "{urn:a}n"]
    assert b"<![CDATA[" in masked
    for personal in ("张三", "R0001", "Li", "Wei", "secret", "pw"):
        assert personal.encode() not in masked


def test_references_to_characters_stay_and_attributes_that_never_leave_do_not():
    masking = Masking((), redact={"idno"})
    masked = masking.document('<r idno="510" no="R1"><t>Salt &amp; Pepper &#33;</t></r>')
    assert "&amp;" in masked and "&#33;" in masked
    assert "idno" not in masked and "510" not in masked and "Salt" not in masked


def test_a_reply_in_a_charset_of_china_stays_in_it():
    masked = masking().data("<a>张三</a>".encode("gb18030"))

    assert re.fullmatch(r"<a>[\u4e00-\u9fff]{2}</a>", masked.decode("gb18030"))


def test_json_keeps_its_names_and_loses_its_values():
    told = {"name": "张三", "id": 86000001, "n": 3, "ok": True, "none": None, "list": ["Li"], "pw": "x1"}

    masked = json.loads(masking(redact=["pw"]).data(json.dumps(told).encode()))

    assert list(masked) == ["name", "id", "n", "ok", "none", "list"]
    assert (masked["n"], masked["ok"], masked["none"]) == (3, True, None)
    assert isinstance(masked["id"], int)
    assert masked["id"] != told["id"]
    assert masked["name"] != "张三"
    assert masked["list"] != ["Li"]


def test_a_document_within_a_text_is_masked_as_one():
    masked = json.loads(masking().data(json.dumps({"in": json.dumps({"name": "张三丰"})}).encode()))

    assert list(json.loads(masked["in"])) == ["name"]


def test_rows_and_messages_are_kept_in_the_form_in_which_examples_are_read():
    rows = json.loads(masking(redact=["pw"]).data(Rows([{"name": "张三", "pw": "x"}], {"id": "R0001"}, 1)))
    line = (
        masking(redact=["AD"])
        .data(Fields("64", "  Y", [("AA", "R0001"), ("AD", "1234"), ("AE", "张三")]))
        .decode()
    )

    assert (list(rows["rows"][0]), list(rows["out"]), rows["changed"]) == (["name"], ["id"], 1)
    assert re.fullmatch(r"64  YAA[A-Z]\d{4}\|AE[\u4e00-\u9fff]{2}\|\r", line)
    assert "R0001" not in line


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_a_system_answers_something_is_made_of_it(data):
    assert isinstance(masking(redact=["pw"]).data(data), bytes)


@given(st.text("0123456789abcdefgh张三李四", min_size=6, max_size=20))
def test_no_word_survives(word):
    assert word not in masking().text(f"x {word} y")
