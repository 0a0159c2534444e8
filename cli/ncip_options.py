"""The options of the verbs of `softdock ncip`; what is called alike is alike everywhere."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

import click

_MOMENT: Final = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"])


def _in_zone(_context: click.Context, _parameter: click.Parameter, value: datetime | None) -> datetime | None:
    """A day is meant as it is written, whatever the zone: senders write its midnight in UTC."""
    if value is None:
        return None
    is_day = (value.hour, value.minute, value.second) == (0, 0, 0)
    return value.replace(tzinfo=UTC) if is_day else value.astimezone()


def _day(_context: click.Context, _parameter: click.Parameter, value: datetime | None) -> date | None:
    return None if value is None else value.date()


def _when(help_text: str) -> dict[str, Any]:
    return {"type": _MOMENT, "callback": _in_zone, "help": help_text}


OPTIONS: Final[Mapping[str, dict[str, Any]]] = {
    "patron": {"help": "The patron's number."},
    "patron-type": {"help": "What kind of number it is: Barcode Id, User Id.", "default": ""},
    "pin": {"help": "Ask for the patron's PIN, and send it along.", "is_flag": True, "flag_value": True},
    "pin-file": {"help": "A file with the PIN in its first line.", "type": click.File(encoding="utf-8")},
    "item": {"help": "The item's number."},
    "item-type": {"help": "What kind of number it is: Barcode, Accession Number.", "default": ""},
    "title": {"help": "The number of the bibliographic record."},
    "title-code": {
        "help": "From which list the number is, such as OCLC; the library's own without.",
        "default": "",
    },
    "request": {"help": "The number of the request."},
    "loans": {"help": "With what the patron has borrowed.", "is_flag": True},
    "requests": {"help": "With what the patron has requested.", "is_flag": True},
    "account": {"help": "With what the patron owes.", "is_flag": True},
    "borrower": {"help": "With who has it, and who waits for it.", "is_flag": True},
    "elements": {
        "help": "What shall be told: all, none, or names with commas between them.",
        "default": "all",
        "show_default": True,
    },
    "item-elements": {"help": "What of the item shall be told beside: all, or names.", "default": ""},
    "patron-elements": {"help": "What of the patron shall be told beside: all, or names.", "default": ""},
    "most": {"help": "How many items at most.", "type": click.IntRange(1)},
    "token": {"help": "The NextItemToken of the answer before."},
    "due": _when("When it shall be back: 2026-03-01, or with a time."),
    "happened": _when("It has happened already, at this time."),
    "request-type": {"help": "Hold, Loan, Stack Retrieval ...", "default": "Hold", "show_default": True},
    "scope": {"help": "Item, or Bibliographic Item for any copy."},
    "pickup": {"help": "Where it shall be picked up."},
    "until": _when("Until when it is kept there."),
    "need-before": _when("After which day nobody needs it any more."),
    "old-pickup": {"help": "The pickup location that goes."},
    "old-until": _when("The last day on the hold shelf that goes."),
    "old-need-before": _when("The last day of use that goes."),
    "action": {"help": "Hold For Pickup, Circulate; of money: Payment, Assess, Waive."},
    "named": {"help": "The title, as people read it."},
    "author": {"help": "The author."},
    "medium": {"help": "Book, Magazine, Compact Disc (CD) ..."},
    "call-number": {"help": "The call number."},
    "location": {"help": "Where it belongs."},
    "status": {"help": "On Loan, Missing, Available On Shelf ..."},
    "name": {"help": "The patron's name."},
    "address": {"help": "The postal address."},
    "email": {"help": "The mail address."},
    "phone": {"help": "The telephone number."},
    "birth": {
        "help": "The date of birth, as 1990-05-17.",
        "type": click.DateTime(["%Y-%m-%d"]),
        "callback": _day,
    },
    "language": {"help": "The language, by three letters of ISO 639-2."},
    "category": {"help": "The patron's category."},
    "old-name": {"help": "The name that goes."},
    "old-address": {"help": "The postal address that goes."},
    "old-email": {"help": "The mail address that goes."},
    "old-phone": {"help": "The telephone number that goes."},
    "amount": {"help": "How much, such as 12.50."},
    "currency": {"help": "The currency, by its code of ISO 4217.", "default": "CNY", "show_default": True},
    "kind": {"help": "Fine, Service Charge ...", "default": "Fine", "show_default": True},
    "method": {"help": "Cash, Credit Card ..."},
    "transaction": {"help": "Your own number of the transaction, by which a repeat is known."},
    "fee": {"help": "The fee that is meant, by its number."},
    "note": {"help": "A note."},
}
