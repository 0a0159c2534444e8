"""A partner who goes through whole life cycles with a library, in either version, and a kiosk beside it."""

from datetime import timedelta

from ncip_partner import NcipPartner, problems, v2
from softdock.circulation.identifiers import ItemId, PatronId
from softdock.circulation.operations import Checkin, Checkout, LookupItem, LookupPatron
from softdock.circulation.outcomes import Refused
from softdock.circulation.patrons import PatronList
from softdock.protocols.ncip.codec import read, write
from softdock.protocols.ncip.message import FORM_2_02, Element, Family, Form, Message

FORM_1_01 = Form(Family.V1, "http://ncip.envisionware.com/documentation/ncip_v1_01.dtd", (1, 1))
FORMS = {"2.02": FORM_2_02, "1.01": FORM_1_01}


class Life(NcipPartner):
    """Says everything in one version, and looks with a kiosk's eyes at what came of it."""

    def __init__(self, form: Form = FORM_2_02, agency: str = "BROKER", **how) -> None:
        super().__init__(**how)
        self.form = form
        self.agency = agency

    # --- the partner ------------------------------------------------------------------------------------

    def says(self, service: str, *parts: str) -> Element:
        """The response to a message of these parts; it is valid, in the version of the message."""
        body = read(v2(f"<{service}>{''.join(parts)}</{service}>")).body
        body.children.insert(0, self._header())
        exchanged = self.send(write(Message(self.form, [body])))
        assert not exchanged.fault
        answer = read(exchanged.document)
        assert answer.form.family is self.form.family
        assert answer.body.name == f"{service}Response"
        assert answer.body.value("ResponseHeader", "ToAgencyId", "AgencyId") == self.agency
        return answer.body

    def does(self, service: str, *parts: str) -> Element:
        """The response to what succeeds."""
        response = self.says(service, *parts)
        assert problems(response) == []
        return response

    def cannot(self, service: str, *parts: str) -> str:
        """The one problem of what does not."""
        (problem,) = problems(self.says(service, *parts))
        return problem

    def only_in_version_two(self, text: str) -> str:
        """`text`, if it can be said; version 1 has no element for it."""
        return text if self.form.family is Family.V2 else ""

    def _header(self) -> Element:
        ends = (("FromAgencyId", self.agency), ("ToAgencyId", "CDL"))
        return Element(
            "InitiationHeader",
            children=[
                Element(name, children=[Element("AgencyId", agency, "urn:agencies")]) for name, agency in ends
            ],
        )

    # --- the kiosk --------------------------------------------------------------------------------------

    def kiosk_lends(self, item: str, patron: str, **more):
        """When a loan is due that a kiosk makes; why not, if it makes none."""
        return self._told(Checkout(PatronId(patron), ItemId(item), **more), lambda lent: lent.due)

    def kiosk_takes_back(self, item: str):
        """What a kiosk or sorter is told of an item that it takes back."""
        return self._told(Checkin(ItemId(item), location="总馆"), lambda returned: returned)

    def _told(self, operation, of):
        outcome = self.outcome(operation)
        return outcome.reason if isinstance(outcome, Refused) else of(outcome.result)

    def seen(self, item: str):
        """An item, as a kiosk sees it; None if there is none."""
        return self._told(LookupItem(ItemId(item)), lambda found: found) if self._is_known(item) else None

    def _is_known(self, item: str) -> bool:
        return not isinstance(self.outcome(LookupItem(ItemId(item))), Refused)

    def loans(self, patron: str) -> list[str]:
        """What a patron has, as a kiosk sees it."""
        return [each.item for each in self.listed(patron, PatronList.LOANS).entries]

    def holds(self, patron: str):
        """What a patron waits for, by name."""
        return {each.id: each for each in self.listed(patron, PatronList.ALL_HOLDS).holds}

    def balance(self, patron: str) -> int:
        """What a patron owes, in fen."""
        owed = self.listed(patron).patron.balance
        return 0 if owed is None else owed.minor

    def listed(self, patron: str, wanted: PatronList | None = None):
        return self.done(LookupPatron(PatronId(patron), wanted=wanted))

    def days_pass(self, days: float) -> None:
        self.now += timedelta(days=days)


# --- parts of messages ------------------------------------------------------------------------------------


def a_user(number: str) -> str:
    return f"<UserId><UserIdentifierValue>{number}</UserIdentifierValue></UserId>"


def an_item(number: str, agency: str = "") -> str:
    whose = f"<AgencyId>{agency}</AgencyId>" if agency else ""
    return f"<ItemId>{whose}<ItemIdentifierValue>{number}</ItemIdentifierValue></ItemId>"


def a_request(number: str) -> str:
    return f"<RequestId><RequestIdentifierValue>{number}</RequestIdentifierValue></RequestId>"


def a_title(number: str) -> str:
    return (
        f"<BibliographicId><BibliographicRecordId><BibliographicRecordIdentifier>{number}"
        "</BibliographicRecordIdentifier><AgencyId>CDL</AgencyId></BibliographicRecordId></BibliographicId>"
    )


def hold(scope: str = "Item", kind: str = "Hold") -> str:
    return f"<RequestType>{kind}</RequestType><RequestScopeType>{scope}</RequestScopeType>"


def happened(at: str) -> str:
    return f"<MandatedAction><DateEventOccurred>{at}</DateEventOccurred></MandatedAction>"


def credentials(card: str, pin: str) -> str:
    return "".join(
        f"<AuthenticationInput><AuthenticationInputData>{data}</AuthenticationInputData>"
        "<AuthenticationDataFormatType>text/plain</AuthenticationDataFormatType>"
        f"<AuthenticationInputType>{kind}</AuthenticationInputType></AuthenticationInput>"
        for kind, data in (("Barcode Id", card), ("PIN", pin))
    )


def booking(
    action: str, amount: int, kind: str = "Fine", reference: str = "", related: str = "", method: str = ""
) -> str:
    def number(name: str, value: str) -> str:
        within = f"<AgencyId>CDL</AgencyId><FiscalTransactionIdentifierValue>{value}</FiscalTransactionIdentifierValue>"
        return f"<{name}>{within}</{name}>" if value else ""

    return (
        f"<FiscalTransactionInformation><FiscalActionType>{action}</FiscalActionType>"
        f"{number('FiscalTransactionReferenceId', reference)}"
        f"{number('RelatedFiscalTransactionReferenceId', related)}"
        f"<FiscalTransactionType>{kind}</FiscalTransactionType>"
        f"<Amount><CurrencyCode>CNY</CurrencyCode><MonetaryValue>{amount}</MonetaryValue></Amount>"
        f"{f'<PaymentMethodType>{method}</PaymentMethodType>' if method else ''}</FiscalTransactionInformation>"
    )


def wanted(name: str, *values: str) -> str:
    return "".join(f"<{name}>{each}</{name}>" for each in values)


def values(elements, *path: str) -> list[str]:
    """What stands at `path` in each of several elements."""
    return [each.value(*path) for each in elements]
