"""Who is to blame: the only two exceptions that leave this package."""

from enum import Enum


class Violation(Enum):
    """What a peer did against the standard, or against our limits.  The values are metric labels."""

    BAD_CHECKSUM = "bad-checksum"
    CHECKSUM_MISSING = "checksum-missing"
    NOT_A_MESSAGE = "not-a-message"
    UNKNOWN_MESSAGE = "unknown-message"
    FIXED_PART = "fixed-part"
    LINE_TOO_LONG = "line-too-long"
    CHARSET_MISMATCH = "charset-mismatch"
    BAD_BYTES = "bad-bytes"
    FLOOD = "flood"


class ProtocolError(Exception):
    """Something in a SIP2 exchange is against the standard.  Never raised itself."""

    def __init__(self, message: str) -> None:
        if type(self) is ProtocolError:
            raise TypeError("raise LocalProtocolError or RemoteProtocolError: they name who is to blame")
        super().__init__(message)


class LocalProtocolError(ProtocolError):
    """Our side tried something that the standard does not allow.  A bug of the caller."""


class RemoteProtocolError(ProtocolError):
    """The peer sent something that the standard does not allow.

    `violation` says what.  The text is for the log and quotes nothing of what was sent.
    """

    def __init__(self, violation: Violation, message: str) -> None:
        super().__init__(message)
        self.violation = violation
