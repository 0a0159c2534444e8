"""What can go wrong between bytes and messages."""

from softdock.protocols.ncip.message import Form


class NcipError(Exception):
    """Something in an NCIP exchange is against the standard.  Never raised itself."""


class Unreadable(NcipError):
    """What the partner sent is no NCIP message; a bare Problem answers it.

    `detail` says what was wrong and holds no value of the document.
    """

    def __init__(self, form: Form, problem_type: str, detail: str) -> None:
        super().__init__(problem_type, detail)
        self.form = form
        """That of the document, as far as it can be told."""
        self.problem_type = problem_type
        self.detail = detail


class InvalidAnswer(NcipError):
    """What we were about to send does not fit the schema: a fault of ours.

    `detail` names the element and the rule, and holds no value.
    """

    def __init__(self, element: str, detail: str) -> None:
        super().__init__(element, detail)
        self.element = element
        self.detail = detail
