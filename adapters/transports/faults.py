"""What is said of a connection that failed: for the log, and without anything that was sent or received."""

from twisted.internet.defer import CancelledError
from twisted.python.failure import Failure

_LONGEST = 200


def said(failure: Failure) -> str:
    """Why there is no connection, in a few words."""
    assert failure.value is not None
    return words(failure.value)


def words(error: BaseException) -> str:
    """The same, of the error itself."""
    if isinstance(error, CancelledError):
        return "given up"
    if type(error).__name__ == "VerificationError":  # of service_identity, which only TLS loads
        return "its certificate bears another name"
    if is_of_tls(error):
        return "TLS failed, " + ", ".join(str(each[-1]) for each in error.args[0])
    text = " ".join(str(error).split()).rstrip(".")
    return text[:_LONGEST] or type(error).__name__


def is_of_tls(error: BaseException) -> bool:
    """Whether it is pyOpenSSL's: a list of (library, function, reason)."""
    return bool(error.args and isinstance(error.args[0], list) and error.args[0])


_OF_CERTIFICATES = ("certificate", "unknown ca", "access denied")


def is_of_our_certificate(error: BaseException) -> bool:
    """Whether the peer refuses to speak with us for want of a certificate, which TLS 1.3 says only after the handshake.

    It has not read anything of ours then.
    """
    return is_of_tls(error) and any(
        "alert" in str(each[-1]) and any(word in str(each[-1]) for word in _OF_CERTIFICATES)
        for each in error.args[0]
    )
