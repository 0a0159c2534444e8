"""Simulated systems that speak NCIP, without a network, and messages for them as partners write them."""

import re
from dataclasses import replace
from xml.sax.saxutils import escape

from simulated import HandClock
from softdock.kit.simulators.books import Books
from softdock.kit.simulators.ncip import STANDARD, NcipSystem
from softdock.kit.simulators.ncip.manners import V1_01, V2_02
from softdock.kit.simulators.ncip.running import LIBRARY, PARTNER, STOCK
from softdock.kit.simulators.site import Asked
from softdock.protocols.ncip.codec import read

PIN = "975310"
GOOD, LOST, EXPIRED, BLOCKED, OWES, FULL, WAITS, OWES_MUCH, WITHOUT_PIN = (
    f"850000000{number}" for number in range(1, 10)
)
FREE, FREE_TOO, OF_EAST, LENT, LATE, READY, FOR_THE_HOUSE, COSTS = (
    f"0500000{number}" for number in range(1, 9)
)
RENEWED_OFTEN, WAITED_FOR = "05000010", "05000013"

_UNIQUE = re.compile(r"(</?)(UserId|ItemId|RequestId|BibliographicId)>")
_CODED = re.compile(
    r"<(AgencyId|CurrencyCode|\w+Type)>([^<]*)</\1>|<(RequestType|CirculationStatus)>([^<]*)</\3>"
)


def given(name, value):
    return f"<{name}>{escape(value)}</{name}>"


def user(number):
    return f"<UserId>{given('UserIdentifierValue', number)}</UserId>"


def item(number):
    return f"<ItemId>{given('ItemIdentifierValue', number)}</ItemId>"


def request(name):
    return f"<RequestId>{given('RequestIdentifierValue', name)}</RequestId>"


def title(number):
    record = given("BibliographicRecordIdentifier", number) + given("AgencyId", LIBRARY)
    return f"<BibliographicId><BibliographicRecordId>{record}</BibliographicRecordId></BibliographicId>"


def proof(kind, value):
    return (
        f"<AuthenticationInput>{given('AuthenticationInputData', value)}"
        f"{given('AuthenticationDataFormatType', 'text')}{given('AuthenticationInputType', kind)}"
        "</AuthenticationInput>"
    )


def money(name, minor, currency="CNY"):
    return f"<{name}>{given('CurrencyCode', currency)}{given('MonetaryValue', str(minor))}</{name}>"


def wanted(kind, *words):
    return "".join(given(kind, word) for word in words)


def mandated(moment):
    return f"<MandatedAction>{given('DateEventOccurred', moment)}</MandatedAction>"


HEADER = (
    f"<InitiationHeader><FromAgencyId>{given('AgencyId', PARTNER)}</FromAgencyId>"
    f"<ToAgencyId>{given('AgencyId', LIBRARY)}</ToAgencyId>"
    f"{given('ApplicationProfileType', PARTNER)}</InitiationHeader>"
)


def message(service, *content, header=HEADER, version=V2_02):
    """A request in version 2, as most write it."""
    return (
        f'<NCIPMessage xmlns="http://www.niso.org/2008/ncip" version="{version}">'
        f"<{service}>{header}{''.join(content)}</{service}></NCIPMessage>"
    ).encode()


def message_1(service, *content, header=HEADER):
    """The same in version 1."""
    body = _CODED.sub(_pair, f"<{service}>{header}{''.join(content)}</{service}>")
    body = _UNIQUE.sub(r"\1Unique\2>", body)
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE NCIPMessage PUBLIC "-//NISO//NCIP DTD Version 1.01//EN"'
        f' "{V1_01}">\n<NCIPMessage version="{V1_01}">{body}</NCIPMessage>'
    ).encode()


def _pair(found):
    name, value = found[1] or found[3], found[2] or found[4] or ""
    name = "UniqueAgencyId" if name == "AgencyId" else name
    return f"<{name}><Scheme>none</Scheme><Value>{value}</Value></{name}>"


class Library:
    """A system in one manner, asked as a partner would."""

    def __init__(self, manner=STANDARD, **changes):
        self.clock = HandClock()
        self.books = Books(STOCK, LIBRARY, now=self.clock)
        self.system = NcipSystem(self.books, replace(manner, **changes))

    def reply(self, body, method="POST", path="/ncip/"):
        asked = Asked("", method, path, body=body)
        return self.system.answer(replace(asked, call=self.system.name_of(asked)))

    def written(self, service, *content, **options):
        """The bytes of an answer."""
        made = message_1 if self.system.manner.is_version_1 else message
        return self.reply(made(service, *content, **options)).body

    def said(self, service, *content, **options):
        """The whole of an answer, as it is read by those who believe little."""
        return read(self.written(service, *content, **options)).body

    def done(self, service, *content, **options):
        """An answer that is no problem."""
        said = self.said(service, *content, **options)
        assert said.name == f"{service}Response"
        assert not said.has("Problem"), said.value("Problem", "ProblemType") + said.value("Problem", "ProblemDetail")  # fmt: skip
        return said

    def problem(self, service, *content, **options):
        """The type of the problem with which a service answers."""
        said = self.said(service, *content, **options)
        assert said.name == f"{service}Response"
        assert said.has("Problem")
        return said.value("Problem", "ProblemType")

    def borrower(self, number):
        loan = self.books.copy(number).loan
        return None if loan is None else loan.patron
