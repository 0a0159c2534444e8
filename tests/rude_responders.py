"""A library's system that speaks NCIP without manners: it keeps its books well, and does everything else badly."""

import random
import time

from ncip_keepers import NcipBookkeeper, in_http, problem, response
from ncip_partner import v2
from softdock.protocols.ncip.asking import FORMS
from softdock.protocols.ncip.codec import read, write
from softdock.protocols.ncip.message import Message

PAGE = b"<html><body><p>2 + 2 = 4</p></body></html>"
LATENESS = 0.3
MOST = 4 * 1024 * 1024
"""Bytes of an answer that SoftDock takes in."""


class RudeResponder(NcipBookkeeper):
    """Which manners a request meets is a matter of dice."""

    def __init__(self, seed, *, stream=False):
        super().__init__(stream=stream)
        self._dice = random.Random(seed)
        self.shown = {each: 0 for each in _ANSWERED | _UNDONE if not (stream and each in _OF_HTTP)}
        """How often each manner was shown."""

    @property
    def loans(self):
        """From item to borrower."""
        return {item: patron for item, (patron, _) in self.books.loans.items()}

    def _answer(self, message, outgoing):
        with self._lock:
            manner = self._dice.choice(list(self.shown)) if self._dice.random() > 0.4 else None
            if manner is not None:
                self.shown[manner] += 1
        if manner is None:
            super()._answer(message, outgoing)
        elif manner in _UNDONE:
            _UNDONE[manner](self, message, outgoing)
        else:
            _ANSWERED[manner](_Spoilt(self, message, self._meet(message.body), outgoing))

    def says(self, outgoing, message, inner):
        outgoing.write(self._sealed(message.form, inner))


class _Spoilt:
    """An answer, as it should be, and where it goes."""

    def __init__(self, responder, message, inner, outgoing):
        self.message = message
        self.inner = inner
        self._responder = responder
        self._outgoing = outgoing

    @property
    def whole(self):
        return self.made_of(self.inner)

    def made_of(self, inner):
        return self._responder._sealed(self.message.form, inner)

    def say(self, data):
        self._outgoing.write(data)


def _hangs_up(*_):
    raise ConnectionAbortedError


# --- what was asked for is done, and the answer spoilt ----------------------------------------------------


def _silent(answer):
    """The most harmful of all."""


def _late(answer):
    time.sleep(LATENESS)
    answer.say(answer.whole)


def _piece_by_piece(answer):
    whole = answer.whole
    for start in range(0, len(whole), 7):
        answer.say(whole[start : start + 7])


def _half(answer):
    answer.say(answer.whole[: len(answer.whole) // 2])


def _half_and_no_more(answer):
    _half(answer)
    _hangs_up()


def _twice(answer):
    answer.say(answer.whole * 2)


def _garbage(answer):
    answer.say(b"\xff\xfe\x80garbage</NCIPMessage>\r\n\r\n")


def _about_another_item(answer):
    answer.say(answer.made_of(answer.inner.replace("<ItemIdentifierValue>", "<ItemIdentifierValue>another-")))


def _about_the_same_patron_by_another_number(answer):
    answer.say(answer.made_of(answer.inner.replace("<UserIdentifierValue>", "<UserIdentifierValue>0-")))


def _of_another_service(answer):
    name = answer.message.body.name
    other = "CheckInItem" if name == "CheckOutItem" else "CheckOutItem"
    thing = "<ItemId><ItemIdentifierValue>X</ItemIdentifierValue></ItemId>"
    user = (
        "<UserId><UserIdentifierValue>X</UserIdentifierValue></UserId><DateDue>2027-01-01T00:00:00Z</DateDue>"
    )
    answer.say(
        answer.made_of(f"<{other}Response>{thing}{user if other == 'CheckOutItem' else ''}</{other}Response>")
    )


def _in_another_version(answer):
    """It says the same, in the other family."""
    other = FORMS["1.01" if answer.message.form == FORMS["2.02"] else "2.02"]
    document = write(Message(other, read(v2(answer.inner)).elements))
    answer.say(document if answer.whole.lstrip().startswith(b"<") else in_http(document))


def _megabytes(answer):
    """More than anybody may send."""
    filled = answer.inner.replace("Response>", "Response>" + " " * MOST, 1)
    document = v2(filled)
    answer.say(document if answer.whole.lstrip().startswith(b"<") else in_http(document))


def _a_page_of_an_error(answer):
    answer.say(in_http(PAGE, "500 Internal Server Error"))


def _a_page_of_a_gateway(answer):
    answer.say(in_http(PAGE, "502 Bad Gateway"))
    _hangs_up()


def _a_page_that_is_all_right(answer):
    answer.say(in_http(PAGE))


def _without_an_end(answer):
    """Its length is that of the connection, which stays open."""
    answer.say(
        b"HTTP/1.0 200 OK\r\nContent-Type: application/xml\r\n\r\n" + answer.whole.partition(b"\r\n\r\n")[2]
    )


def _shorter_than_it_says(answer):
    answer.say(answer.whole.replace(b"Content-Length: ", b"Content-Length: 9"))


_ANSWERED = {
    "silent": _silent,
    "late": _late,
    "piece by piece": _piece_by_piece,
    "half": _half,
    "half and no more": _half_and_no_more,
    "twice": _twice,
    "garbage": _garbage,
    "breaks off": _hangs_up,
    "about another item": _about_another_item,
    "about the same patron by another number": _about_the_same_patron_by_another_number,
    "of another service": _of_another_service,
    "in another version": _in_another_version,
    "megabytes": _megabytes,
    "a page of an error": _a_page_of_an_error,
    "a page of a gateway": _a_page_of_a_gateway,
    "a page that is all right": _a_page_that_is_all_right,
    "without an end": _without_an_end,
    "shorter than it says": _shorter_than_it_says,
}
"""How an answer may be spoilt, though what was asked for is done."""


# --- nothing is done --------------------------------------------------------------------------------------


def _silent_for_nothing(*_):
    """Nothing was done."""


def _fails_for_now(responder, message, outgoing):
    responder.says(outgoing, message, problem(message.body, "Temporary Processing Failure"))


def _an_empty_problem(responder, message, outgoing):
    """As some programs refuse."""
    responder.says(outgoing, message, response(message.body, "<Problem><ProblemType/></Problem>"))


def _knows_other_versions(responder, message, outgoing):
    agencies = "".join(f"<{each}AgencyId><AgencyId>A</AgencyId></{each}AgencyId>" for each in ("From", "To"))
    told = f"<LookupVersionResponse>{agencies}<VersionSupported>9</VersionSupported></LookupVersionResponse>"
    responder.says(outgoing, message, told)


def _is_busy(responder, message, outgoing):
    outgoing.write(in_http(PAGE, "503 Service Unavailable"))


def _knows_nobody(responder, message, outgoing):
    outgoing.write(in_http(PAGE, "401 Unauthorized"))


_UNDONE = {
    "silent for nothing": _silent_for_nothing,
    "breaks off for nothing": _hangs_up,
    "fails for now": _fails_for_now,
    "an empty problem": _an_empty_problem,
    "knows other versions": _knows_other_versions,
    "is busy": _is_busy,
    "knows nobody": _knows_nobody,
}
"""What a request may meet that is not carried out."""

_OF_HTTP = frozenset({
    "a page of an error", "a page of a gateway", "a page that is all right", "without an end", "shorter than it says",
    "is busy", "knows nobody",
})  # fmt: skip
