"""What a bare system says in NCIP, in version 2.02 and in version 1: texts into which a card and an item are put.

It has no books: every patron may borrow, nobody has anything, every loan and every return succeeds.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from softdock.benchmarks import people, traffic

_SERVICE = re.compile(rb"<(?:ns1:)?(LookupUser|CheckOutItem|CheckInItem)>")
_USER = re.compile(rb"UserIdentifierValue>([^<]*)<")
_ITEM = re.compile(rb"ItemIdentifierValue>([^<]*)<")
_PROOF = re.compile(rb"<(?:ns1:)?AuthenticationInputData>([^<]*)<")

_LISTS = b"Desired/>"

_DOCUMENT_2 = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<NCIPMessage xmlns="http://www.niso.org/2008/ncip"'
    b' xmlns:n="http://www.niso.org/2008/ncip" n:version="http://www.niso.org/schemas/ncip/v2_02/ncip_v2_02.xsd">%b</NCIPMessage>\n'
)
_DOCUMENT_1 = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<!DOCTYPE NCIPMessage PUBLIC "-//NISO//NCIP DTD Version 1//EN"'
    b' "http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd">\n'
    b'<NCIPMessage version="http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd">%b</NCIPMessage>\n'
)


def _pair(name: bytes, value: bytes, scheme: bytes = b"none") -> bytes:
    """A coded value of version 1."""
    return b"<%b><Scheme>%b</Scheme><Value>%b</Value></%b>" % (name, scheme, value, name)


def _identifier(name: bytes, value: bytes) -> bytes:
    """An identifier of version 1."""
    return b"<Unique%bId>%b<%bIdentifierValue>%b</%bIdentifierValue></Unique%bId>" % (
        name, _AGENCY, name, value, name, name,
    )  # fmt: skip


_AGENCY = _pair(b"UniqueAgencyId", b"BENCH")
_NAME = (
    b"<NameInformation><PersonalNameInformation><UnstructuredPersonalUserName>%(name)b"
    b"</UnstructuredPersonalUserName></PersonalNameInformation></NameInformation>"
)
_TITLE = (
    b"<ItemOptionalFields><BibliographicDescription><Title>%(title)b</Title>"
    b"</BibliographicDescription></ItemOptionalFields>"
)
_DUE = b"<DateDue>2099-12-31T15:59:59Z</DateDue>"
_UNTIL = b"<ValidToDate>2099-12-31T15:59:59Z</ValidToDate>"

_USER_2 = b"<UserId><UserIdentifierValue>%(card)b</UserIdentifierValue></UserId>"
_ITEM_2 = b"<ItemId><ItemIdentifierValue>%(item)b</ItemIdentifierValue></ItemId>"
_HANGING_2 = (
    b"<UserFiscalAccount><AccountBalance><CurrencyCode>CNY</CurrencyCode><MonetaryValue>0</MonetaryValue>"
    b"</AccountBalance></UserFiscalAccount>"
    b"<LoanedItemsCount><CirculationStatus>On Loan</CirculationStatus>"
    b"<LoanedItemCountValue>0</LoanedItemCountValue></LoanedItemsCount>"
    b"<RequestedItemsCount><RequestType>Hold</RequestType>"
    b"<RequestedItemCountValue>0</RequestedItemCountValue></RequestedItemsCount>"
)
_PRIVILEGE_2 = (
    b"<UserPrivilege><AgencyId>BENCH</AgencyId><AgencyUserPrivilegeType>PROFILE</AgencyUserPrivilegeType>%b"
    b"<UserPrivilegeStatus><UserPrivilegeStatusType>adult</UserPrivilegeStatusType></UserPrivilegeStatus>"
    b"</UserPrivilege>"
) % _UNTIL
_PROBLEM_2 = b"<Problem><ProblemType>User Authentication Failed</ProblemType><ProblemDetail/></Problem>"

_HEADER_1 = b"<ResponseHeader><FromAgencyId>%b</FromAgencyId><ToAgencyId>%b</ToAgencyId></ResponseHeader>" % (
    _AGENCY, _AGENCY,
)  # fmt: skip
_USER_1 = _identifier(b"User", b"%(card)b")
_ITEM_1 = _identifier(b"Item", b"%(item)b")
_HANGING_1 = b"<UserTransaction>%b</UserTransaction>" % (
    b"<UserFiscalAccount><AccountBalance>%b<MonetaryValue>0</MonetaryValue></AccountBalance></UserFiscalAccount>"
    b"<LoanedItemsCount>%b<LoanedItemCountValue>0</LoanedItemCountValue></LoanedItemsCount>"
    b"<RequestedItemsCount>%b<RequestedItemCountValue>0</RequestedItemCountValue></RequestedItemsCount>"
    % (
        _pair(b"CurrencyCode", b"CNY"),
        _pair(b"CirculationStatus", b"On Loan"),
        _pair(b"RequestType", b"Hold"),
    )
)
_PRIVILEGE_1 = b"<UserPrivilege>%b%b%b<UserPrivilegeStatus>%b</UserPrivilegeStatus></UserPrivilege>" % (
    _AGENCY,
    _pair(b"AgencyUserPrivilegeType", b"PROFILE"),
    _UNTIL,
    _pair(b"UserPrivilegeStatusType", b"adult"),
)
_PROBLEM_1 = b"%b<Problem><ProcessingError>%b</ProcessingError></Problem>" % (
    _HEADER_1,
    _pair(b"ProcessingErrorType", b"User Authentication Failed"),
)


def _fields(privilege: bytes) -> bytes:
    return b"<UserOptionalFields>%b%b</UserOptionalFields>" % (_NAME, privilege)


_LOOKED_UP, _LOOKED_UP_WITH_LISTS, _REFUSED = b"LookupUser", b"LookupUser and lists", b"refused"
_BODIES_2: Mapping[bytes, bytes] = {
    _LOOKED_UP: _USER_2 + _fields(_PRIVILEGE_2),
    _LOOKED_UP_WITH_LISTS: _USER_2 + _HANGING_2 + _fields(_PRIVILEGE_2),
    b"CheckOutItem": _ITEM_2 + _USER_2 + _DUE + _TITLE,
    b"CheckInItem": _ITEM_2 + _TITLE,
    _REFUSED: _PROBLEM_2,
}
_BODIES_1: Mapping[bytes, bytes] = {
    _LOOKED_UP: _HEADER_1 + _USER_1 + _fields(_PRIVILEGE_1),
    _LOOKED_UP_WITH_LISTS: _HEADER_1 + _USER_1 + _HANGING_1 + _fields(_PRIVILEGE_1),
    b"CheckOutItem": _HEADER_1 + _ITEM_1 + _USER_1 + _DUE + _TITLE,
    b"CheckInItem": _HEADER_1 + _ITEM_1 + _TITLE,
    _REFUSED: _PROBLEM_1,
}


@lru_cache(maxsize=people.MOST_KEPT)
def answer(document: bytes) -> bytes:
    """The answer to a document; b"" to what is none of the few services."""
    found = _SERVICE.search(document)
    if found is None:
        return b""
    service = which = found[1]
    proofs: list[bytes] = _PROOF.findall(document)
    user, item = _USER.search(document), _ITEM.search(document)
    card = user[1] if user else proofs[0] if proofs else b""
    if proofs[1:] not in ([], [traffic.PIN]):
        which = _REFUSED
    elif service == _LOOKED_UP and _LISTS in document:
        which = _LOOKED_UP_WITH_LISTS
    is_2 = b"ns1:" in document
    identifier = item[1] if item else b""
    about = {
        b"card": card,
        b"item": identifier,
        b"name": people.name(card),
        b"title": people.title(identifier),
    }
    body = (_BODIES_2 if is_2 else _BODIES_1)[which] % about
    response = b"<%bResponse>%b</%bResponse>" % (service, body, service)
    return (_DOCUMENT_2 if is_2 else _DOCUMENT_1) % response
