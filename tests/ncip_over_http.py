"""Requests and answers of HTTP as bytes, and a session to which a peer says something."""

from softdock.protocols.ncip.transport import Answered, HttpSession, Peer, Received, SessionLimits, Signal

DATE = b"Thu, 01 Jan 2026 00:00:00 GMT"


def a_post(
    body=b"<NCIPMessage/>",
    *headers,
    target="/ncip",
    version="1.1",
    host="lib.test",
    length=None,
    kind="application/xml",
):
    """A request; `headers` are further lines.  `length` is what it says of the body, if that is not true."""
    lines = [f"POST {target} HTTP/{version}"]
    lines += [f"Host: {host}"] if host is not None else []
    lines += [f"Content-Type: {kind}"] if kind is not None else []
    lines += [f"Content-Length: {len(body) if length is None else length}"] if length != "none" else []
    return "\r\n".join([*lines, *headers, "", ""]).encode("latin-1") + body


def a_chunked_post(*chunks, trailers=b"", headers=(), extension=b""):
    written = b"".join(b"%x%s\r\n%s\r\n" % (len(each), extension, each) for each in chunks)
    head = a_post(b"", "Transfer-Encoding: chunked", *headers, length="none")
    return head + written + b"0\r\n" + trailers + b"\r\n"


class Http:
    """A session, and what its peer hears.  What it receives is answered at once, unless `answers` is False."""

    def __init__(self, *, answers=True, peer=None, **limits):
        self.session = HttpSession(peer or Peer("10.0.0.1"), SessionLimits(**limits), lambda: DATE)
        self.received = []
        self.violations = []
        self.answers = answers

    def says(self, data):
        """Send `data`; what is sent back."""
        self.session.receive_data(data)
        return self.goes_on()

    def says_no_more(self):
        self.session.receive_end()
        return self.goes_on()

    def goes_on(self):
        while not isinstance(event := self.session.next_event(), Signal):
            if isinstance(event, Received):
                self.received.append(event)
                if self.answers:
                    self.session.answer(Answered(b"<answer/>"))
            else:
                self.violations.append(event.value)
        return self.session.data_to_send()

    @property
    def documents(self):
        return [each.document for each in self.received]

    @property
    def way(self):
        return self.received[-1].way


def status_of(answer):
    """The status of the first answer in `answer`, 0 if there is none."""
    return int(answer.split(b" ", 2)[1]) if answer else 0


def head_of(answer):
    return answer.partition(b"\r\n\r\n")[0].decode()
