"""What is told to those who are not served, by HTTP status and by document, and how it is counted."""

from http import HTTPStatus

from softdock.circulation.words import Word
from softdock.protocols.ncip.codec import write
from softdock.protocols.ncip.message import FORM_2_02, Element, Message


class Violation(Word):
    """Why somebody was not served, as operators see it counted."""

    BAD_REQUEST = "bad-request"
    """Not HTTP as it has to be, or HTTP that two readers may understand in two ways."""
    NOT_SERVED = "not-served"
    """Another path, method or kind of content than is served here."""
    TOO_LARGE = "too-large"
    TOO_SLOW = "too-slow"
    OVERLOADED = "overloaded"
    NOT_A_DOCUMENT = "not-a-document"
    """On a stream: bytes that begin no document, or a document without an end."""


class Refusal(Exception):
    """A request that is not even looked at.  What a peer is told says nothing about us but what it did wrong."""

    def __init__(
        self, status: HTTPStatus, sentence: str, violation: Violation | None = None, header: bytes = b""
    ) -> None:
        """`header` is one more line for the answer, with its end."""
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.violation = violation or _VIOLATIONS.get(status, Violation.BAD_REQUEST)
        self.header = header


def bad_request(sentence: str) -> Refusal:
    """Of what is no HTTP, or is ambiguous."""
    return Refusal(HTTPStatus.BAD_REQUEST, sentence)


_VIOLATIONS = {
    HTTPStatus.NOT_FOUND: Violation.NOT_SERVED,
    HTTPStatus.METHOD_NOT_ALLOWED: Violation.NOT_SERVED,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: Violation.NOT_SERVED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Violation.TOO_LARGE,
    HTTPStatus.REQUEST_URI_TOO_LONG: Violation.TOO_LARGE,
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: Violation.TOO_LARGE,
    HTTPStatus.REQUEST_TIMEOUT: Violation.TOO_SLOW,
    HTTPStatus.SERVICE_UNAVAILABLE: Violation.OVERLOADED,
}


# --- documents ----------------------------------------------------------------------------------------


def _bare(problem_type: str) -> bytes:
    """A Problem of version 2.02 that stands alone, for when no request could be read (Z39.83-1, NCIPMessage)."""
    return write(Message(FORM_2_02, [Element("Problem", children=[Element("ProblemType", problem_type)])]))


TEMPORARY_FAILURE = _bare("Temporary Processing Failure")
INVALID_SYNTAX = _bare("Invalid Message Syntax Error")
NOT_AUTHENTICATED = _bare("System Authentication Failed")
