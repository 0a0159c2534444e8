"""Systems that speak HTTP, or pretend to: they answer bytes of a script, whatever they are asked."""

from twisted.internet.protocol import Factory, Protocol


def ok(body, *headers):
    """A whole answer."""
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


class Reset:
    """In a script: the connection is reset."""


class Closed:
    """In a script: the connection is closed in order."""


class RudeWeb(Factory):
    """Answers each request with the next steps of the script: bytes, `Closed` or `Reset`; then is silent."""

    noisy = False

    def __init__(self, *script):
        self.script = [each if isinstance(each, list) else [each] for each in script]
        self.requests = []
        self.lines = []

    def buildProtocol(self, addr):
        line = _Line()
        line.web = self
        self.lines.append(line)
        return line


class _Line(Protocol):
    web: RudeWeb
    gathered = b""
    is_gone = False

    def dataReceived(self, data):
        self.gathered += data
        head, end, body = self.gathered.partition(b"\r\n\r\n")
        if not end:
            return
        length = [each for each in head.lower().split(b"\r\n") if each.startswith(b"content-length:")]
        if length and len(body) < int(length[0].split(b":")[1]):
            return
        self.web.requests.append(self.gathered)
        self.gathered = b""
        for step in self.web.script.pop(0) if self.web.script else []:
            if step is Reset:
                self.transport.abortConnection()
            elif step is Closed:
                self.transport.loseConnection()
            else:
                self.transport.write(step)

    def connectionLost(self, reason):
        self.is_gone = True
