"""One request for every service, as little as the standard asks for, and one with as much as it allows."""

USER = "<UserId><UserIdentifierValue>R0001</UserIdentifierValue></UserId>"
ITEM = "<ItemId><ItemIdentifierValue>CD0001</ItemIdentifierValue></ItemId>"
REQUEST = "<RequestId><RequestIdentifierValue>RQ-1</RequestIdentifierValue></RequestId>"
AGENCY = "<AgencyId>CDL</AgencyId>"
NAME = (
    "<NameInformation><PersonalNameInformation><UnstructuredPersonalUserName>Li Si"
    "</UnstructuredPersonalUserName></PersonalNameInformation></NameInformation>"
)
MONEY = "<Amount><CurrencyCode>CNY</CurrencyCode><MonetaryValue>100</MonetaryValue></Amount>"
PAYMENT = (
    "<FiscalTransactionInformation><FiscalActionType>Payment</FiscalActionType>"
    f"<FiscalTransactionType>Fine</FiscalTransactionType>{MONEY}</FiscalTransactionInformation>"
)
KIND = "<RequestType>Hold</RequestType><RequestScopeType>Item</RequestScopeType>"
DESCRIPTION = "<BibliographicDescription><Title>A title</Title></BibliographicDescription>"
AUTHENTICATION = (
    "<AuthenticationInput><AuthenticationInputData>{}</AuthenticationInputData>"
    "<AuthenticationDataFormatType>text/plain</AuthenticationDataFormatType>"
    "<AuthenticationInputType>{}</AuthenticationInputType></AuthenticationInput>"
)
CARD = AUTHENTICATION.format("R0001", "Barcode Id")
PIN = AUTHENTICATION.format("1234", "PIN")
ORGANIZATION = (
    "<OrganizationNameInformation><OrganizationNameType>Official Name</OrganizationNameType>"
    "<OrganizationName>A library</OrganizationName></OrganizationNameInformation>"
)
ADDRESS = (
    "<ElectronicAddress><ElectronicAddressType>mailto</ElectronicAddressType>"
    "<ElectronicAddressData>x@example.org</ElectronicAddressData></ElectronicAddress>"
)
DUE = "<DateDue>2026-04-01T00:00:00Z</DateDue>"
NOTICE = (
    "<UserNoticeDetails><NoticeType>Overdue</NoticeType><UserFiscalAccount><AccountBalance>"
    "<CurrencyCode>CNY</CurrencyCode><MonetaryValue>0</MonetaryValue></AccountBalance></UserFiscalAccount>"
    "</UserNoticeDetails>"
)

MINIMAL = {
    "AcceptItem": f"{REQUEST}<RequestedActionType>Hold For Pickup</RequestedActionType>",
    "CancelRecallItem": ITEM,
    "CancelRequestItem": f"{USER}{ITEM}<RequestType>Hold</RequestType>",
    "CheckInItem": ITEM,
    "CheckOutItem": USER + ITEM,
    "CreateAgency": ORGANIZATION,
    "CreateItem": DESCRIPTION,
    "CreateUser": NAME,
    "CreateUserFiscalTransaction": USER + PAYMENT,
    "DeleteItem": ITEM,
    "DeleteUser": USER,
    "LookupAgency": f"{AGENCY}<AgencyElementType>Organization Name Information</AgencyElementType>",
    "LookupItem": ITEM,
    "LookupItemSet": ITEM,
    "LookupRequest": REQUEST,
    "LookupUser": USER,
    "LookupVersion": f"<FromAgencyId><AgencyId>X</AgencyId></FromAgencyId><ToAgencyId>{AGENCY}</ToAgencyId>",
    "RecallItem": ITEM,
    "RenewItem": USER + ITEM,
    "ReportCirculationStatusChange": f"{ITEM}{USER}<ItemReportedLost/>",
    "RequestItem": USER + ITEM + KIND,
    "SendUserNotice": USER + NOTICE,
    "UndoCheckOutItem": ITEM,
    "UpdateAgency": AGENCY,
    "UpdateCirculationStatus": f"{ITEM}<CirculationStatus>Lost</CirculationStatus>",
    "UpdateItem": ITEM,
    "UpdateRequestItem": REQUEST,
    "UpdateUser": USER,
    "AgencyCreated": AGENCY + ORGANIZATION,
    "AgencyUpdated": AGENCY,
    "CirculationStatusChangeReported": f"{ITEM}{USER}<ItemReportedMissing/>",
    "CirculationStatusUpdated": f"{ITEM}<CirculationStatus>Item Overdue</CirculationStatus>",
    "ItemCheckedIn": ITEM,
    "ItemCheckedOut": USER + ITEM + DUE,
    "ItemCreated": ITEM + DESCRIPTION,
    "ItemRecallCancelled": ITEM,
    "ItemRecalled": ITEM + DUE,
    "ItemReceived": f"{ITEM}<DateReceived>2026-03-01T00:00:00Z</DateReceived>",
    "ItemRenewed": ITEM + DUE,
    "ItemRequestCancelled": f"{USER}{ITEM}<RequestType>Hold</RequestType>",
    "ItemRequestUpdated": REQUEST,
    "ItemRequested": USER + ITEM + KIND,
    "ItemShipped": (
        f"{ITEM}<DateShipped>2026-03-01T00:00:00Z</DateShipped>"
        f"<ShippingInformation>{ADDRESS}</ShippingInformation>"
    ),
    "ItemUpdated": ITEM,
    "UserCreated": USER + NAME,
    "UserFiscalTransactionCreated": USER + PAYMENT,
    "UserNoticeSent": f"{USER}<DateSent>2026-03-01T00:00:00Z</DateSent>{NOTICE}",
    "UserUpdated": USER,
}
"""By the name of the service: the content of the smallest request."""

_ELEMENTS = {
    "UserElementType": (
        "Authentication Input", "Block Or Trap", "Date Of Birth", "Name Information", "User Address Information",
        "User Language", "User Privilege", "User Id", "Previous User Id",
    ),
    "ItemElementType": (
        "Bibliographic Description", "Circulation Status", "Electronic Resource", "Hold Queue Length",
        "Item Description", "Item Use Restriction Type", "Location", "Physical Condition", "Security Marker",
        "Sensitization Flag", "Date Due",
    ),
    "RequestElementType": (
        "User Id", "Request Type", "Request Scope Type", "Request Status Type", "Hold Queue Position",
        "Shipping Information", "Earliest Date Needed", "Need Before Date", "Pickup Date", "Pickup Location",
        "Pickup Expiry Date", "Date Of User Request", "Date Available", "Acknowledged Fee Amount", "Paid Fee Amount",
    ),
    "AgencyElementType": (
        "Agency Address Information", "Agency User Privilege Type", "Application Profile Supported Type",
        "Authentication Prompt", "Consortium Agreement", "Organization Name Information",
    ),
}  # fmt: skip
_FLAGS = {
    "LookupUser": "<LoanedItemsDesired/><RequestedItemsDesired/><UserFiscalAccountDesired/>",
    "LookupItem": "<CurrentBorrowerDesired/><CurrentRequestersDesired/>",
    "LookupItemSet": "<CurrentBorrowerDesired/><CurrentRequestersDesired/>",
}


def selecting_all(service: str, initiation: str) -> str:
    """The smallest request of `service`, with everything selected that its content model `initiation` lets it select."""
    selected = "".join(
        f"<{name}>{each}</{name}>"
        for name, values in _ELEMENTS.items()
        if name in initiation
        for each in values
    )
    return MINIMAL[service] + selected + _FLAGS.get(service, "")
