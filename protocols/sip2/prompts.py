"""Logging in at prompts as on a terminal, from the device's side and without I/O.

No standard describes it.  A system writes `login: `, takes a line, writes `password: `, takes a line, and says
whether it lets the device in; SIP2 begins behind that.  Prompts do not end in a line end, and the words differ a
little from one system to the next; what is looked for is what they have in common.
"""

from softdock.protocols.sip2.frames import without_telnet

LONGEST_GREETING = 8192
"""Bytes that a system may write before a prompt."""

_ASKS_USER = (b"login:", b"user:", b"username:", b"user id:")
_ASKS_PASSWORD = (b"password:",)
_LETS_IN = (b"login ok", b"login successful")
_REFUSES = (b"invalid", b"incorrect", b"failed", b"denied", *_ASKS_USER)


class PromptedLogin:
    """One login at prompts.  Feed it what arrives, send what it gives, until it is `accepted` or not."""

    def __init__(self, user: bytes, password: bytes, terminator: bytes) -> None:
        self._answers = [(_ASKS_USER, user + terminator), (_ASKS_PASSWORD, password + terminator)]
        self._heard = b""
        self.accepted: bool | None = None
        """None as long as it is not known."""

    def receive_data(self, data: bytes) -> bytes:
        """Take bytes from the wire; what has to leave in answer."""
        self._heard = (self._heard + data)[-LONGEST_GREETING:]
        heard = without_telnet(self._heard).lower()
        if self._answers:
            prompts, answer = self._answers[0]
            if not heard.rstrip(b" \r\n\0").endswith(prompts):
                return b""
            del self._answers[0]
            self._heard = b""
            return answer
        if any(each in heard for each in _LETS_IN):
            self.accepted = True
        elif any(each in heard for each in _REFUSES):
            self.accepted = False
        return b""
