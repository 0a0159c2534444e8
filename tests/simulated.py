"""Simulated library systems that can be reached, on a reactor of their own in a thread of its own."""

import json
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Thread
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener
from zoneinfo import ZoneInfo

from lxml import etree
from twisted.internet.defer import Deferred
from twisted.internet.selectreactor import SelectReactor
from twisted.internet.threads import blockingCallFromThread

from softdock.kit.simulators.aleph import Aleph, xserver
from softdock.kit.simulators.aleph import running as aleph
from softdock.kit.simulators.aleph import tables as aleph_tables
from softdock.kit.simulators.books import Books
from softdock.kit.simulators.interlib.service import APPID, LIBRARY, SECRET, STOCK, Interlib
from softdock.kit.simulators.site import Asked

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=ZONE)
_DIRECT = build_opener(ProxyHandler({}))


class HandClock:
    """The present, moved by hand."""

    def __init__(self, now=NOW):
        self.now = now

    def __call__(self):
        return self.now

    def advance(self, **time):
        self.now += timedelta(**time)


@contextmanager
def a_reactor():
    """A reactor that turns in a thread until the block ends."""
    reactor = SelectReactor()
    thread = Thread(target=reactor.run, kwargs={"installSignalHandlers": False})
    thread.start()
    try:
        yield reactor
    finally:
        reactor.callFromThread(reactor.stop)
        thread.join(10)


@contextmanager
def reached(start, **options):
    """The simulator that `start` starts, and how to have something done in the thread of its `reactor`."""
    with a_reactor() as reactor:

        def within(function, *arguments, **named):
            async def called():
                result = function(*arguments, **named)
                return await result if hasattr(result, "__await__") else result

            return blockingCallFromThread(reactor, lambda: Deferred.fromCoroutine(called()))

        within.reactor = reactor
        running = within(start, reactor, **options)
        try:
            yield running, within
        finally:
            within(running.stop)


def fetched(url, data=None, timeout=10):
    """Status, content type and body of what is at `url`; with `data`, of the form that is posted there."""
    request = Request(url, data=None if data is None else urlencode(data).encode())  # noqa: S310 - our own
    try:
        with _DIRECT.open(request, timeout=timeout) as answer:
            return answer.status, answer.headers["content-type"], answer.read()
    except HTTPError as error:
        with error:
            return error.code, error.headers["content-type"], error.read()


class Openlib:
    """An Interlib without a network, asked as a client would: with a token, and in whichever manner it answers."""

    def __init__(self, **options):
        self.clock = HandClock()
        self.books = Books(STOCK, LIBRARY, now=self.clock)
        self.system = Interlib(self.books, **options)
        self.token = self.said("barcode/token", appid=APPID, secret=SECRET)["messagelist"][0]["token"]

    def reply(self, call, *more, method="GET", **fields):
        path = f"/openlib/service/{call}"
        asked = (*fields.items(), *more)
        return self.system.answer(Asked(self.system.call_of(path, asked), method, path, asked))

    def said(self, call, *more, **fields):
        """The whole of what is said, without a token of ours."""
        reply = self.reply(call, *more, **fields)
        assert (reply.status, reply.content_type) == (200, "application/json;charset=UTF-8")
        return json.loads(reply.body)

    def done(self, call, **fields):
        """What comes of a call that succeeds."""
        said = self.said(call, token=self.token, **fields)
        assert said["success"] in {True, "true"}, said
        return said

    def refused(self, call, *more, **fields):
        """The code and the text with which a call is refused."""
        said = self.said(call, *more, token=self.token, **fields)
        assert said["success"] in {False, "false"}, said
        (entry,) = said["messagelist"]
        return entry["code"], entry["message"]


class XServer:
    """An ALEPH without a network, asked as a client with an account would."""

    def __init__(self):
        self.clock = HandClock()
        self.books = Books(aleph.STOCK, aleph_tables.ADM, now=self.clock)
        self.system = Aleph(self.books)

    def reply(self, path, fields, method="GET"):
        asked = Asked(self.system.call_of(path, fields), method, path, fields)
        return self.system.answer(asked)

    def read(self, *fields):
        """The document that comes for these parameters, without an account."""
        reply = self.reply("/X", fields)
        assert (reply.status, reply.content_type) == (200, "text/xml")
        return etree.fromstring(reply.body)

    def said(self, op, **fields):
        """The document that comes for an account with all rights."""
        account = (("user_name", xserver.USER), ("user_password", xserver.PASSWORD))
        return self.read(("op", op), *fields.items(), *account)

    def error(self, op, **fields):
        """The error with which a service answers."""
        document = self.said(op, **fields)
        assert document.tag == op
        return document.findtext("error")

    def rest(self, path, method="GET", **fields):
        """The document of the RESTful part."""
        reply = self.reply(f"/rest-dlf/{path}", tuple(fields.items()), method)
        assert (reply.status, reply.content_type) == (200, "text/xml;charset=utf-8")
        return etree.fromstring(reply.body)
