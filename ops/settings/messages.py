"""SIP2 as far as settings name it: responses by their codes, fields by their identifiers."""

from softdock.mappings.problems import quoted
from softdock.mappings.written import Written, form, mistake, shown, text_of

RESPONSES = {
    "24": "Patron Status",
    "12": "Checkout",
    "10": "Checkin",
    "98": "ACS Status",
    "94": "Login",
    "64": "Patron Information",
    "36": "End Session",
    "38": "Fee Paid",
    "18": "Item Information",
    "20": "Item Status Update",
    "26": "Patron Enable",
    "16": "Hold",
    "30": "Renew",
    "66": "Renew All",
}
"""The messages that SoftDock sends, by their codes (3M SIP2 2.00); a repeated request (96) has no fields."""

_REQUESTS = {
    "23": "24",
    "11": "12",
    "09": "10",
    "01": "24",
    "99": "98",
    "93": "94",
    "63": "64",
    "35": "36",
    "37": "38",
    "17": "18",
    "19": "20",
    "25": "26",
    "15": "16",
    "29": "30",
    "65": "66",
}


def _response(value: object) -> str:
    text = text_of(value, "Write the code of a response, such as 64.")
    if text in RESPONSES:
        return text
    if text in _REQUESTS:
        raise mistake(f"{quoted(text)} is a request.", f"Its response is {_REQUESTS[text]}.")
    raise mistake(f"{shown(value)} is not a response of SIP2.", f"There are {', '.join(sorted(RESPONSES))}.")


RESPONSE = Written(_response, {"type": "string", "enum": list(RESPONSES)})
"""A code of a message that SoftDock sends."""

FIELD_ID = form(
    "(?!AY|AZ)[A-Z0-9]{2}",
    "a field",
    "Write two capitals or digits, such as BD; AY and AZ belong to error detection.",
)
"""An identifier of a field of SIP2."""
