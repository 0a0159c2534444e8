"""Partners of a SoftDock that runs as a process: its settings, and messages by HTTP."""

import http.client
from base64 import b64encode

from ncip_partner import problems, v2
from running import HASH_OF_KIOSK, a_demo
from softdock.protocols.ncip.codec import read

HTTP, STREAM = {"ncip": "127.0.0.1:0"}, {"ncip-tcp": "127.0.0.1:0"}
LISTEN = [{"sip2": "127.0.0.1:0"}, HTTP, STREAM, {"ops": "127.0.0.1:0"}]
KIOSK = {"user": "kiosk", "password_hash": HASH_OF_KIOSK, "library": "CDL", "location": "3F"}
USER = "<UserId><UserIdentifierValue>R0001</UserIdentifierValue></UserId>"
ITEM = "<ItemId><ItemIdentifierValue>CD0001</ItemIdentifierValue></ItemId>"


def with_partners(*partners, listen=LISTEN, **parts):
    accounts = [KIOSK, *({"library": "CDL", **each} for each in partners)]
    return a_demo(listen=listen, accounts=accounts, **parts)


def message(service, inner, agency="X", secret=""):
    proof = f"<FromAgencyAuthentication>{secret}</FromAgencyAuthentication>" if secret else ""
    header = (
        f"<InitiationHeader><FromAgencyId><AgencyId>{agency}</AgencyId></FromAgencyId>{proof}"
        "<ToAgencyId><AgencyId>CDL</AgencyId></ToAgencyId></InitiationHeader>"
    )
    return v2(f"<{service}>{header}{inner}</{service}>")


LOOKUP = message("LookupUser", USER)


def post(port, document, path="/ncip", context=None, **headers):
    """The status of the answer, and its response where there is one."""
    if context is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    else:
        connection = http.client.HTTPSConnection("localhost", port, timeout=20, context=context)
    try:
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("POST", path, document, {"Content-Type": "application/xml", **headers})
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    return answer.status, read(body).body if answer.status == 200 else None


def basic(user, password):
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def told(port, document, path="/ncip", **headers):
    """The problems of an answer, or the status where the gateway has refused."""
    status, response = post(port, document, path, **headers)
    return problems(response) if response is not None else status
