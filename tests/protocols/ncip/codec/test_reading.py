"""What real initiators get wrong, and is read all the same."""

import pytest

from softdock.protocols.ncip.codec import Unreadable, read
from softdock.protocols.ncip.message import FORM_2_02, Element, Family, Form, Message

V2_02 = FORM_2_02.version
REQUEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<ns1:NCIPMessage xmlns:ns1="http://www.niso.org/2008/ncip" ns1:version="{V2_02}">
  <ns1:LookupUser>
    <ns1:UserId>
      <ns1:AgencyId ns1:Scheme="urn:isil">LIB</ns1:AgencyId>
      <ns1:UserIdentifierValue>21</ns1:UserIdentifierValue>
    </ns1:UserId>
    <ns1:LoanedItemsDesired/>
  </ns1:LookupUser>
</ns1:NCIPMessage>
"""


def a_lookup(form: Form = FORM_2_02) -> Message:
    user = Element(
        "UserId", children=[Element("AgencyId", "LIB", "urn:isil"), Element("UserIdentifierValue", "21")]
    )
    return Message(form, [Element("LookupUser", children=[user, Element("LoanedItemsDesired")])])


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("ns1", "ncip-2"),
        ("ns1:version", "version"),
        ("ns1:Scheme", "Scheme"),
        ("<?xml", "\n\n  <?xml"),
        ("<?xml", "\ufeff<?xml"),
        ('<?xml version="1.0" encoding="UTF-8"?>', ""),
        ('version="1.0"', 'version="1.1"'),
        ('encoding="UTF-8"', 'encoding="utf-16"'),
        (">21<", ">\n  21\t<"),
        (">21<", ">\u300021\u00a0<"),
        (">21<", "><![CDATA[21]]><"),
        (">21<", ">2<!-- a note -->1<"),
        (">21<", ">2<?a note?>1<"),
        (">21<", ">&#50;1<"),
        ("<ns1:LookupUser>", "stray <!-- text --><ns1:LookupUser>and more"),
        ("</ns1:LookupUser>", "</ns1:LookupUser><ns1:Unheard/>"),
        ("<ns1:LookupUser>", '<ns1:LookupUser xmlns:xi="urn:x" xi:a="b">'),
        ("<ns1:UserIdentifierValue>", '<ns1:UserIdentifierValue datatype="string">'),
        ("ns1:UserId>", "ns1:UniqueUserId>"),
        ("http://www.niso.org/2008/ncip", "http://www.niso.org/2008/NCIP/"),
        (
            "<ns1:NCIP",
            '<!DOCTYPE NCIPMessage PUBLIC "-//NISO//NCIP DTD Version 1.0//EN" "http://x/a.dtd"><ns1:NCIP',
        ),
        ("<ns1:NCIP", "<!-- a --><?b c?><!DOCTYPE NCIPMessage SYSTEM 'a>b'  ><ns1:NCIP"),
        ("<ns1:NCIP", '<!DOCTYPE a [<!ELEMENT a (b)><!-- ]> "--><!ATTLIST a b CDATA "]>">]><ns1:NCIP'),
        ("</ns1:NCIPMessage>\n", "</ns1:NCIPMessage>\n\0\n"),
    ],
)
def test_a_request_is_read_however_it_is_written(written: str, instead: str):
    changed = REQUEST.replace(written, instead)
    assert changed != REQUEST
    assert read(changed.encode()) == a_lookup()


def test_a_request_without_namespace_is_read():
    plain = REQUEST.replace("ns1:", "").replace(' xmlns="http://www.niso.org/2008/ncip"', "")
    plain = plain.replace(' xmlns:ns1="http://www.niso.org/2008/ncip"', "")
    assert read(plain.encode()) == a_lookup()


def test_a_default_namespace_is_read():
    assert read(REQUEST.replace("xmlns:ns1", "xmlns").replace("ns1:", "").encode()) == a_lookup()


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "utf-16-le", "gb18030"])
def test_a_request_is_read_in_its_charset(charset: str):
    request = REQUEST.replace("LIB", "深圳图书馆").replace("UTF-8", charset)
    assert read(request.encode(charset)).body.value("UserId", "AgencyId") == "深圳图书馆"


def test_coded_values_are_read_as_pairs_too():
    request = REQUEST.replace(
        '<ns1:AgencyId ns1:Scheme="urn:isil">LIB</ns1:AgencyId>',
        "<ns1:AgencyId><ns1:Scheme>urn:isil</ns1:Scheme><ns1:Value> LIB </ns1:Value></ns1:AgencyId>",
    )
    assert read(request.encode()) == a_lookup()


def test_what_is_of_another_namespace_keeps_it():
    foreign = REQUEST.replace(
        "</ns1:LookupUser>", '<ns1:Ext><UserId xmlns="urn:other">7</UserId></ns1:Ext></ns1:LookupUser>'
    )
    assert read(foreign.encode()).body.first("Ext").children == [Element("{urn:other}UserId", "7")]


@pytest.mark.parametrize(
    ("version", "level"),
    [
        ("http://www.niso.org/schemas/ncip/v2_02/ncip_v2_02.xsd", (2, 2)),
        ("http://www.niso.org/schemas/ncip/v2_0/imp1/xsd/ncip_v2_0.xsd", (2, 0)),
        ("http://www.niso.org/schemas/ncip/v2_0/imp1/xsd/ncip_v2_01.xsd", (2, 1)),
        ("http://www.niso.org/schemas/ncip/v2_0/ncip_v2_0.xsd", (2, 0)),
        ("http://www.niso.org/ncip/v2_03", (2, 2)),
        ("2.02", (2, 2)),
        ("2.0", (2, 0)),
        ("whatever", (2, 2)),
        ("http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd", (2, 2)),
    ],
)
def test_the_version_is_kept_and_tells_the_level(version: str, level: tuple[int, int]):
    """The last names version 1, but the document has the namespace of version 2."""
    assert read(REQUEST.replace(V2_02, version).encode()).form == Form(Family.V2, version, level)


def test_without_a_version_it_is_the_newest():
    assert read(REQUEST.replace(f'ns1:version="{V2_02}"', "").encode()) == a_lookup()


VERSION_1 = """<!DOCTYPE NCIPMessage PUBLIC "-//NISO//NCIP DTD Version 1//EN" "http://x/ncip_v1_0.dtd">
<NCIPMessage version="http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd"><LookupUser>
<VisibleUserId><VisibleUserIdentifierType><Scheme>urn:cpr</Scheme><Value>CPR</Value></VisibleUserIdentifierType>
<VisibleUserIdentifier>21</VisibleUserIdentifier></VisibleUserId></LookupUser></NCIPMessage>"""


@pytest.mark.parametrize(
    ("written", "instead", "level"),
    [
        ("", "", (1, 0)),
        ('version="http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd"', "", (1, 0)),
        ("http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd", "http://x/ncip_v1_01.dtd", (1, 1)),
        ("http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd", "1.0", (1, 0)),
    ],
)
def test_version_1_is_known_by_its_version_or_by_its_document_type(written: str, instead: str, level):
    message = read(VERSION_1.replace(written, instead, 1).encode())
    assert (message.form.family, message.form.level) == (Family.V1, level)
    assert message.body.at("UserId", "UserIdentifierType") == Element("UserIdentifierType", "CPR", "urn:cpr")
    assert message.body.value("UserId", "UserIdentifierValue") == "21"


def test_without_either_it_is_known_by_its_identifiers():
    plain = (
        b"<NCIPMessage><DeleteUser><UniqueUserId><UserIdentifierValue>1</UserIdentifierValue></UniqueUserId>"
    )
    assert read(plain + b"</DeleteUser></NCIPMessage>").form.family is Family.V1


def test_errors_of_version_1_are_problems():
    answer = read(b"""<NCIPMessage version="http://x/ncip_v1_0.dtd"><LookupUserResponse><Problem><ProcessingError>
        <ProcessingErrorType><Scheme>s</Scheme><Value>Unknown User</Value></ProcessingErrorType>
        <ProcessingErrorElement><ElementName>AuthenticationInput</ElementName><ProcessingErrorElement>
        <ElementName>UniqueUserId</ElementName><ProcessingErrorValue>21</ProcessingErrorValue>
        </ProcessingErrorElement></ProcessingErrorElement></ProcessingError></Problem></LookupUserResponse>
        </NCIPMessage>""")
    assert answer.body.first("Problem").children == [
        Element("ProblemType", "Unknown User", "s"),
        Element("ProblemElement", "UserId"),
        Element("ProblemValue", "21"),
    ]


def test_a_service_that_nobody_knows_is_read():
    request = REQUEST.replace("LookupUser", "LookupEverything")
    assert read(request.encode()).body.name == "LookupEverything"


def test_problems_alone_are_read_all():
    problem = "<ns1:Problem><ns1:ProblemType>x</ns1:ProblemType></ns1:Problem>"
    start, end = REQUEST.index("<ns1:LookupUser>"), REQUEST.index("</ns1:NCIPMessage>")
    assert [
        each.name for each in read((REQUEST[:start] + problem * 2 + REQUEST[end:]).encode()).elements
    ] == [
        "Problem",
        "Problem",
    ]


SERVICE = REQUEST[REQUEST.index("<ns1:LookupUser>") : REQUEST.index("</ns1:NCIPMessage>")]


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        (REQUEST, ""),
        (REQUEST, "   "),
        (REQUEST, "xml=<NCIPMessage/>"),
        (REQUEST, "POST / HTTP/1.1"),
        (REQUEST, "<html><body>404</body></html>"),
        (REQUEST, SERVICE.replace("ns1:", "")),
        (SERVICE, ""),
        (SERVICE, "text"),
        (SERVICE, SERVICE + SERVICE),
        ("</ns1:NCIPMessage>", ""),
        ("</ns1:NCIPMessage>", "</ns1:NCIPMessage><a/>"),
        ("</ns1:UserId>", "</ns1:UserID>"),
        (">21<", ">&patron;<"),
        (">21<", ">&#0;<"),
        (">21<", ">&#xd800;<"),
        (">21<", ">\x01<"),
        ("<?xml", "x<?xml"),
        ("LIB", "LIB & Co"),
        ("xmlns:ns1=", "xmlns:ns2="),
    ],
)
def test_what_is_no_message_is_refused(written: str, instead: str):
    with pytest.raises(Unreadable) as caught:
        read(REQUEST.replace(written, instead, 1).encode())
    assert caught.value.problem_type == "Invalid Message Syntax Error"
    assert caught.value.detail.endswith(".")
    assert "21" not in caught.value.detail.replace("column 21", "")


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (REQUEST[:300].encode(), FORM_2_02),
        (REQUEST[:300].encode("utf-16"), FORM_2_02),
        (b"", FORM_2_02),
        (b"garbage", FORM_2_02),
        (
            b'<NCIPMessage version="http://x/ncip_v2_01.xsd"><',
            Form(Family.V2, "http://x/ncip_v2_01.xsd", (2, 1)),
        ),
        (
            VERSION_1[:-20].encode(),
            Form(Family.V1, "http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd", (1, 0)),
        ),
    ],
)
def test_what_is_refused_is_answered_in_the_form_that_it_seems_to_have(data: bytes, form: Form):
    with pytest.raises(Unreadable) as caught:
        read(data)
    assert caught.value.form == form
