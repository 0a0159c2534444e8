"""What devices and partners do against their protocol and our limits, told so that somebody can put it right."""

from softdock.circulation.partners import Stranger

SENTENCES: dict[str, str] = {
    "bad-checksum": (
        "The device sent a wrong checksum and was asked to send again. If it always does, it computes it"
        " over other bytes than it sends; set error_detection to never in its profile."
    ),
    "checksum-missing": (
        "The device sent no checksum, which its profile requires. Switch error detection on at the device,"
        " or set error_detection to as-asked in the profile."
    ),
    "not-a-message": (
        "Something arrived that is no SIP2 message. A port scanner, a browser or a device with TLS on a port"
        " without it does this."
    ),
    "unknown-message": "The device sent a message that SIP2 does not have; it got no answer.",
    "fixed-part": (
        "The beginning of a message is too short or has wrong characters, so the device was asked to send"
        " again. Its profile can be made lenient."
    ),
    "line-too-long": "The device sent more bytes without an end of message than are accepted.",
    "charset-mismatch": (
        "The device writes in another charset than its profile says. The message could be read nevertheless;"
        " correct charset in the profile."
    ),
    "bad-bytes": (
        "The device sent bytes that have no meaning in the charset of its profile; check charset there."
    ),
    "flood": (
        "The device asked for repetitions faster than it read them and was disconnected. It does not wait for"
        " its answers, or its connection is too slow."
    ),
    "connections": (
        "A device was turned away because the listener has as many connections as its limits allow, or is"
        " about to stop."
    ),
    "connections-per-address": (
        "A device was turned away because too many connections come from its address already. Behind a"
        " gateway that is to be expected: raise the limit per address."
    ),
    "logins": (
        "A login was turned away unseen, because more different credentials wait to be compared than the server"
        " can take. If this goes on, somebody guesses."
    ),
    "login-time": "The device was disconnected because it did not log in within the time that is allowed.",
    "idle-time": "The device was disconnected because it was silent for longer than is allowed.",
    "tls": (
        "A partner and SoftDock did not agree on TLS, so nothing was asked. It showed no certificate that the"
        " listener's client_ca has signed, does not trust the listener's own, or speaks without TLS."
    ),
    "bad-request": (
        "A partner's request was no HTTP, or HTTP that a proxy on the way may understand differently; it was refused"
        " and the connection closed. A port scanner, or a partner with TLS on a port without it, does this."
    ),
    "not-served": (
        "A partner asked over HTTP for what is not here: another path than /ncip, another method than POST, or"
        " content that is no XML. Compare the address in its settings."
    ),
    "too-large": (
        "A partner's request has more bytes, or more headers, than are accepted; it was cut off while it arrived."
    ),
    "too-slow": (
        "A partner's request did not arrive completely within the time that is allowed; it was given up and nothing"
        " was done."
    ),
    "overloaded": (
        "A partner was asked to come again, because as many requests as can wait are waiting already. The systems"
        " behind answer too slowly, or there are too many partners for one worker."
    ),
    "not-a-document": (
        "Over plain TCP something arrived that is no NCIP document, or the connection ended in the middle of one;"
        " nothing was done."
    ),
}
"""By the kind that `circulation.ports.Observer.violation` is given."""

OTHER = "The device broke its protocol or met one of the limits."
"""Of a kind that the table does not have."""

STRANGERS: dict[Stranger, str] = {
    Stranger.UNKNOWN_AGENCY: (
        "A message came from an agency that no account names. If it is a partner, give it one; the agency is what the"
        " partner calls itself."
    ),
    Stranger.UNKNOWN_SYSTEM: "A message came from another system of its agency than the account names.",
    Stranger.UNKNOWN_COMBINATION: "A message came with another application profile than the account of its agency names.",
    Stranger.AGENCY_NOT_PROVEN: "A message came without the password of its agency's account, or with a wrong one.",
    Stranger.SYSTEM_NOT_PROVEN: "A message came without the password of its system's account, or with a wrong one.",
    Stranger.UNPROVEN: "A message came without the user and password, or the token, of its account, or with wrong ones.",
    Stranger.NOT_HERE: (
        "A message came from another address, by another path or with another certificate than its account names."
    ),
    Stranger.BUSY: "A message was turned away unseen, because too many passwords wait to be compared, or its sender guesses.",
}
"""By why there is no account."""
