"""XML as library systems really write it."""

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from replies import entry, follow_in_every_way, made, places, present, problems, refusal, value, values
from softdock.mappings.documents.protocol import DocumentError
from softdock.mappings.documents.xml import Xml, make
from softdock.mappings.shapes import NotFound

PATRON = """<?xml version="1.0" encoding="UTF-8"?>
<patron-info>
  <name> Chen,   Mei </name>
  <blocked/>
  <note></note>
  <address><line>Tower 3</line><line>Room 7</line></address>
  <loan id="L-1"><item><barcode>0012</barcode></item><due>20270105</due></loan>
  <loan id="L-2"><item><barcode>0034</barcode></item><fine>1.50</fine></loan>
  <loan><item><barcode>0056</barcode></item></loan>
</patron-info>"""

XML = Xml()


def read(text: str | bytes, format_: Xml = XML):
    return format_.parse(text.encode() if isinstance(text, str) else text)


@pytest.fixture
def patron():
    return read(PATRON)


class TestValues:
    def test_a_text_is_exactly_what_was_written(self, patron):
        assert value(XML, patron, "name") == " Chen,   Mei "

    def test_what_is_empty_is_an_empty_text_and_what_is_not_there_is_none(self, patron):
        assert value(XML, patron, "blocked") == ""
        assert value(XML, patron, "note") == ""
        assert value(XML, patron, "expires") is None
        assert value(XML, patron, "expires/date") is None

    def test_of_several_places_the_first_in_the_document_counts(self, patron):
        assert value(XML, patron, "loan/item/barcode") == "0012"
        assert value(XML, patron, "loan/fine | loan/due") == "20270105"

    def test_attributes_are_values(self, patron):
        assert value(XML, patron, "loan/@id") == "L-1"
        assert value(XML, patron, "loan/@no") is None
        assert values(XML, patron, "loan/@id") == ["L-1", "L-2"]

    def test_the_value_of_an_element_is_its_whole_text(self, patron):
        assert value(XML, patron, "address") == "Tower 3Room 7"
        assert value(
            XML, read("<a>one <b>two</b> three<!-- no --><?no no?> <![CDATA[<four>]]></a>"), "."
        ) == ("one two three <four>")

    def test_paths_are_relative_or_begin_at_the_root(self, patron):
        second = places(XML, patron, "loan")[1]

        assert value(XML, second, "item/barcode") == "0034"
        assert value(XML, second, "/patron-info/name") == " Chen,   Mei "
        assert value(XML, second, "../note") == ""

    def test_conditions_choose_among_elements(self, patron):
        assert value(XML, patron, "loan[@id='L-2']/fine") == "1.50"
        assert value(XML, patron, "loan[fine]/@id") == "L-2"

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("count(loan)", "3"),
            ("sum(loan/fine)", "1.5"),
            ("normalize-space(name)", "Chen, Mei"),
            ("substring-after(loan/@id, '-')", "1"),
            ("string(nothing)", ""),
            ("boolean(loan)", "true"),
            ("number(name)", None),
            ("1 div 0", None),
            ("address/line[2]/text()", "Room 7"),
        ],
    )
    def test_functions_of_xpath_give_texts(self, patron, path, text):
        assert value(XML, patron, path) == text

    def test_entities_of_xml_itself_and_characters_by_number_are_read(self):
        assert value(XML, read("<a>&lt;b&gt; &amp; &#20013;</a>"), ".") == "<b> & 中"

    def test_a_document_within_a_text_is_read_as_another_document(self):
        outer = read("<r>&lt;?xml version='1.0' encoding='GBK'?&gt;&lt;b&gt;中&amp;amp;&lt;/b&gt;</r>")
        inner = value(XML, outer, ".")

        assert inner is not None
        assert value(XML, XML.parse(inner), ".") == "中&"


class TestPlaces:
    def test_presence_asks_for_the_element_and_not_for_its_text(self, patron):
        assert present(XML, patron, "blocked")
        assert not present(XML, patron, "expires")
        assert present(XML, patron, "loan/@id")
        assert present(XML, patron, "count(loan) = 3")
        assert not present(XML, patron, "number(name)")

    def test_each_walks_in_the_order_of_the_document(self, patron):
        assert [value(XML, each, "item/barcode") for each in places(XML, patron, "loan")] == [
            "0012",
            "0034",
            "0056",
        ]

    def test_each_of_nothing_is_nothing(self, patron):
        assert places(XML, patron, "hold") == []

    def test_each_may_walk_attributes(self, patron):
        ids = places(XML, patron, "loan/@id")

        assert [value(XML, each, ".") for each in ids] == ["L-1", "L-2"]
        assert value(XML, ids[0], "item") is None
        assert XML.line(ids[0]) == 0

    def test_a_table_finds_its_entries_by_a_key_from_anywhere(self, patron):
        inside = places(XML, patron, "loan")[2]

        found = entry(XML, inside, "/patron-info/loan", "item/barcode", "0034")
        assert value(XML, found, "@id") == "L-2"
        assert entry(XML, inside, "loan", "@id", "L-9") is None

    def test_a_table_needs_a_key_and_nothing_is_keyed_by_name(self):
        assert "key: @id" in refusal(XML.table("loan", ""))
        assert "keyed by name" in refusal(XML.each("loan", keyed=True))

    def test_root_text_and_line(self, patron):
        assert XML.root(patron) == "patron-info"
        assert "Tower 3Room 7" in XML.text(patron)
        assert [XML.line(each) for each in places(XML, patron, "loan")] == [7, 8, 9]


SOAP = """<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">
<s:Body><answer xmlns="urn:lib" xmlns:x="urn:x" x:kind="A" kind="B"><x:code>0</x:code></answer></s:Body></s:Envelope>"""


class TestNamespaces:
    def test_prefixes_are_those_of_the_map(self):
        format_ = made(
            make, "namespaces: {e: http://schemas.xmlsoap.org/soap/envelope/, l: urn:lib, y: urn:x}"
        )
        cursor = read(SOAP, format_)

        assert value(format_, cursor, "e:Body/l:answer/y:code") == "0"
        assert value(format_, cursor, "e:Body/l:answer/@y:kind") == "A"
        assert value(format_, cursor, "Body/answer/code") is None
        assert format_.root(cursor) == "Envelope"

    def test_ignored_namespaces_need_no_prefixes(self):
        format_ = made(make, "namespaces: ignore")
        cursor = read(SOAP, format_)

        assert value(format_, cursor, "Body/answer/code") == "0"
        assert value(format_, cursor, "Body/answer/@kind") == "B"
        assert "Leave the prefix out" in refusal(format_.at("e:Body"))

    def test_an_unknown_prefix_says_how_to_declare_it(self):
        assert "namespaces: ignore" in refusal(XML.at("soap:Body"))

    def test_what_is_wrong_with_the_options_is_told_together(self):
        said = problems(make, 'namespaces: {"": urn:lib}\ncharset: rot13\nname: x\n')

        assert "is no prefix" in said
        assert "no charset" in said
        assert '"name" is not an option' in said
        assert "ignore" in problems(make, "namespaces: gone")


class TestPathsThatAreRefused:
    @pytest.mark.parametrize(
        ("path", "why"),
        [
            ("loan[", "not a path of XPath"),
            ("", "not a path of XPath"),
            ("loan//", "not a path of XPath"),
            ("$name", "variable"),
            ("string-lenght(a)", "string-length()"),
            ("re:test(a, 'b')", "not a function"),
            ("document('/etc/passwd')", "not a function"),
            ("following::a", "not an axis"),
            ("namespace::a", "not an axis"),
            ("loan[../name]", "looks out"),
            ("loan[/patron-info/name]", "looks out"),
            ("loan[due = //due]", "looks out"),
            ("loan[parent::a]", "looks out"),
            ("loan/preceding-sibling::loan", "not an axis"),
            ("a//b//c", "more than once"),
            ("a//b/descendant::c", "more than once"),
            ("a | b | c", "first_of"),
            ("a" * 501, "longer than 500"),
            ("count(1)", "not a path"),
        ],
    )
    def test_a_path_that_cannot_be_or_costs_too_much_is_refused_at_load(self, path, why):
        assert why in refusal(XML.at(path))

    @pytest.mark.parametrize(
        "path",
        ["loan[.//barcode]", "loan[* and or]/and", "a['$x ../']", "*[2 * 3]", "//div/mod", "//a | //b"],
    )
    def test_what_only_looks_like_it_is_not(self, path):
        assert not isinstance(XML.at(path), NotFound)

    def test_places_are_not_values(self):
        assert "not places" in refusal(XML.each("count(loan)"))
        assert "not places" in refusal(XML.all("string(loan)"))
        assert "not places" in refusal(XML.table("1", "a"))

    def test_all_ways_to_ask_refuse_alike(self):
        for ask in (XML.at, XML.presence, XML.each, XML.all, lambda path: XML.table(path, "a")):
            assert "variable" in refusal(ask("$x"))
        assert "variable" in refusal(XML.table("a", "$x"))


class TestWhatIsNoReply:
    @pytest.mark.parametrize(
        "page",
        [
            "<!DOCTYPE html><html><body><br>secret</body></html>",
            "<html><p>403</html>",
            "<!-- x --><HTML><head></head></HTML>",
            '<html xmlns="http://www.w3.org/1999/xhtml"/>',
        ],
    )
    def test_a_page_is_told_as_a_page(self, page):
        with pytest.raises(DocumentError, match="HTML page"):
            read(page)

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("", "empty"),
            (" \n", "empty"),
            ("<a><secret>1</secret>", "line 1"),
            ("<a>\n<secret></a>", "line 2, column 13: an element is closed"),
            ("<a>&secret;</a>", "an entity"),
            ("<a/><secret/>", "behind the end"),
            ("secret", "line 1, column 1"),
            ("<a>secret\x01</a>", "a character"),
            ("<s:a/>", "a prefix"),
        ],
    )
    def test_what_is_not_well_formed_is_told_by_its_place_and_not_quoted(self, text, why):
        with pytest.raises(DocumentError, match=why) as caught:
            read(text)

        assert "secret" not in caught.value.sentence

    @pytest.mark.parametrize(
        "subset",
        [
            '[<!ENTITY e "x">]',
            'SYSTEM "a.dtd" [<!ENTITY e SYSTEM "file:///etc/passwd">]',
            "PUBLIC \"-//[\" 'b>.dtd' [ ]",
        ],
    )
    def test_declarations_in_a_document_type_are_refused(self, subset):
        with pytest.raises(DocumentError, match="declarations of its own"):
            read(f"<?xml version='1.0'?><!-- [> --> <?p <!DOCTYPE a>?><!DOCTYPE a {subset}><a>&e;</a>")

    def test_a_document_type_without_declarations_is_tolerated_and_not_fetched(self):
        cursor = read('<!DOCTYPE a PUBLIC "-//X//Y" "http://192.0.2.1/[a].dtd"><a b="[">1</a>')

        assert value(XML, cursor, ".") == "1"

    def test_the_word_doctype_in_a_text_is_a_text(self):
        assert value(XML, read("<a><![CDATA[<!DOCTYPE a [<!ENTITY b 'c'>]>]]></a>"), "normalize-space()")


class TestBounds:
    def test_too_large(self):
        with pytest.raises(DocumentError, match="longer than 4194304 bytes"):
            read(b"<a>" + b" " * 4 * 1024 * 1024 + b"</a>")

    def test_too_deep(self):
        with pytest.raises(DocumentError, match="too deep"):
            read("<a>" * 300 + "</a>" * 300)

    def test_too_many_elements(self):
        with pytest.raises(DocumentError, match="more than 100000 tags"):
            read("<a>" + "<b/>" * 100_000 + "</a>")

    def test_too_many_places(self):
        many = read("<a>" + "<b/>" * 10_001 + "</a>")

        assert value(XML, many, "count(b)") == "10001"
        for ask in (places, values):
            with pytest.raises(DocumentError, match="more than 10000 places"):
                ask(XML, many, "b")

    def test_values_that_are_too_long_together(self):
        long = read("<a>" + "<b>" * 5 + "x" * 1024 * 1024 + "</b>" * 5 + "</a>")

        assert value(XML, long, "b") == "x" * 1024 * 1024
        with pytest.raises(DocumentError, match="longer than 4194304 characters"):
            values(XML, long, "//b")
        with pytest.raises(DocumentError, match="longer than"):
            value(XML, long, "concat(.,.,.,.,.)")


STEPS = "a b loan @id * . .. / // [ ] ( ) 1 'x' count | = and :: text() s: $ child position() - 中 div not( string("
PIECES = st.sampled_from([*STEPS.split(), " ", "\0"])


@given(st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=20))
@example("a:b:c")
@example("processing-instruction('x')")
def test_any_path_is_refused_or_can_be_followed(path):
    follow_in_every_way(XML, read(PATRON), path)


@given(st.binary(max_size=80) | st.text(max_size=80).map(lambda text: f"<a>{text}</a>".encode()))
def test_any_bytes_are_a_document_or_refused(data):
    with suppress(DocumentError):
        assert isinstance(XML.text(XML.parse(data)), str)
