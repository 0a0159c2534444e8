"""An adapter to a system that speaks SIP2, and the system at the other end of its connections."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from twisted.internet.defer import Deferred

from softdock.adapters.base import AdapterContext
from softdock.adapters.sip2 import Sip2Adapter
from softdock.circulation.identifiers import LibraryId
from wired_systems import Heard, System

LENT = b"121NUY20260101    120000AOLIB|AAR1|ABB1|AJWar|AH2026-01-31|"
CARD = b"64              01920260101    120000000000000000000000000000AOLIB|AAR1|AEAda|BLY|CQ%s|"


def a_context(directory, reactor=None):
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    return AdapterContext(LibraryId("LIB"), UTC, "CNY", lambda: noon, directory, reactor)


class Behind(System):
    """An adapter, and the system at the other end of its connections."""

    def __init__(self, monkeypatch, **settings):
        super().__init__()
        monkeypatch.setattr("softdock.adapters.sip2.adapter.connector", lambda *_: self._connect)
        self.lost = {}
        context = a_context(Path(), self.clock)
        context = replace(context, losses=lambda *where: self.lost.setdefault(where, Counter()))
        self.adapter = Sip2Adapter({"address": "ils:6001", **settings}, context)
        self.pool = None

    def performs(self, operation):
        heard = Heard(Deferred.fromCoroutine(self.adapter.perform(operation)))
        self.clock.advance(0)
        return heard
