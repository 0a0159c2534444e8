"""The two exceptions by which this package tells who is to blame."""

import pytest

from softdock.protocols.sip2.errors import LocalProtocolError, ProtocolError, RemoteProtocolError, Violation


def test_an_error_always_names_who_is_to_blame():
    """The base class serves to catch both, and can not be raised."""
    with pytest.raises(TypeError):
        ProtocolError("somebody did something")


def test_a_remote_error_says_what_was_violated():
    """The log and the metrics tell a bad line from a bad charset."""
    error = RemoteProtocolError(Violation.BAD_CHECKSUM, "does not fit")

    assert isinstance(error, ProtocolError)
    assert (error.violation, str(error)) == (Violation.BAD_CHECKSUM, "does not fit")
    assert isinstance(LocalProtocolError("our own fault"), ProtocolError)


def test_violations_are_labels_for_metrics():
    """Each is one word of lower case, and no two are the same."""
    labels = [each.value for each in Violation]

    assert all(label.replace("-", "").islower() for label in labels)
    assert len(set(labels)) == len(labels)
