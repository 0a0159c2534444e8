"""The yardstick for NCIP: a bare twisted.web resource that parses each request with lxml and serialises an answer.

It knows the service by the tree, and answers by serialising a tree that it keeps: one that SoftDock itself once answered
to that service, so that it has the same size and shape.  It makes no tree and sets no value, which is less than anybody
has to do who answers anything; nothing is looked up, checked or validated.

    python bare_ncip.py PORT FOLDER     (FOLDER holds LookupUser.xml and its like, the answers by service)
"""

import gc
import sys
from pathlib import Path

from lxml import etree
from twisted.internet import reactor
from twisted.internet.interfaces import IReactorCore, IReactorTCP
from twisted.web.resource import Resource
from twisted.web.server import Request, Site

BACKLOG = 4096


class Bare(Resource):
    """Answers each document by the kept tree for its service."""

    isLeaf = True

    def __init__(self, answers: dict[str, etree._Element]) -> None:
        super().__init__()
        self._answers = answers

    def render_POST(self, request: Request) -> bytes:
        """Answer, and know nothing."""
        assert request.content is not None
        message = etree.fromstring(request.content.read())[0]
        answer = self._answers[etree.QName(message).localname]
        request.setHeader(b"content-type", b"application/xml; charset=utf-8")
        return etree.tostring(answer, encoding="utf-8", xml_declaration=True)


def main() -> None:
    """Serve until told to stop."""
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    answers = {each.stem: etree.fromstring(each.read_bytes()) for each in folder.glob("*.xml")}
    site = Site(Bare(answers))
    site.noisy = False
    IReactorTCP(reactor).listenTCP(port, site, backlog=BACKLOG, interface="127.0.0.1")
    gc.freeze()
    IReactorCore(reactor).run()


if __name__ == "__main__":
    main()
