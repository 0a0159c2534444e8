"""Messages in the manner of SIP2, sent through the pool of connections."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from twisted.internet.defer import Deferred

from softdock.adapters.base import AdapterContext, AdapterSettingsError
from softdock.adapters.transports.sip2 import Sip2BackEnd, Sip2Transport
from softdock.circulation.errors import AnswerLost, MalformedReply, SystemUnavailable
from softdock.circulation.identifiers import LibraryId
from softdock.mappings.exchange import Sip2Request
from wired_systems import STATUS, Heard, System

REGISTER = Sip2Request("81", "20260101    120000", [("AA", "R1"), ("AE", "王東")], "82")


class Behind(System):
    """A transport, and the system at the other end of its connections."""

    def __init__(self, monkeypatch, tmp_path, **settings):
        super().__init__()
        monkeypatch.setattr("softdock.adapters.transports.sip2.connector", lambda *_: self._connect)
        context = AdapterContext(
            LibraryId("LIB"), UTC, "CNY", lambda: datetime(2026, 1, 1, tzinfo=UTC), tmp_path, self.clock
        )
        own = Sip2BackEnd.model_validate({"address": "ils:6001", **settings})
        self.transport = Sip2Transport(own, context)

    def sends(self, request, *, changes=True):
        heard = Heard(Deferred.fromCoroutine(self.transport.send(request, changes=changes)))
        self.clock.advance(0)
        return heard


PLAIN = {"charset": "gbk", "status": False, "error_detection": False}


@pytest.fixture
def behind(monkeypatch, tmp_path):
    def made(**settings):
        return Behind(monkeypatch, tmp_path, **{"profile": PLAIN, **settings})

    return made


def test_a_message_beyond_the_standard_is_asked_and_its_answer_read(behind):
    system = behind()
    heard = system.sends(REGISTER)
    (line,) = system.lines
    (request,) = line.hears()
    assert request.decode("gbk") == "8120260101    120000AAR1|AE王東|"
    line.says("821AAR1|AF办证成功|".encode("gbk"))

    (answer,) = heard
    assert (answer.data.code, answer.data.fixed) == ("82", "1")
    assert list(answer.data.fields) == [("AA", "R1"), ("AF", "办证成功")]
    assert answer.charset == "gbk"


def test_each_connection_logs_in_as_the_profile_says(behind):
    system = behind(profile={"charset": "gbk"}, user="softdock", password="hidden", location="3F")
    heard = system.sends(REGISTER)
    (line,) = system.lines
    assert line.answers(b"941").startswith(b"9300CNsoftdock|COhidden|CP3F|AY0AZ")
    assert line.answers(STATUS).startswith(b"99")
    assert line.answers(b"821AAR1|").startswith(b"81")
    assert heard[0].data.code == "82"
    assert system.transport.connections.opened_total == 1


def test_a_connection_that_ends_with_a_change_under_way_loses_the_answer(behind):
    system = behind()
    heard = system.sends(REGISTER)
    system.lines[0].breaks()
    assert isinstance(heard[0], AnswerLost)

    lookup = system.sends(REGISTER, changes=False)
    system.lines[1].breaks()
    system.lines[2].answers(b"821AAR1|")
    assert lookup[0].data.code == "82"


def test_another_message_in_place_of_the_answer_is_malformed(behind):
    system = behind()
    heard = system.sends(REGISTER)
    system.lines[0].answers(b"641AAR1|")
    assert isinstance(heard[0], MalformedReply)


def test_whoever_gives_up_hears_at_once_what_has_become_of_it(behind):
    system = behind()
    heard = system.sends(REGISTER)
    heard.asked.cancel()
    assert isinstance(heard[0], AnswerLost)


def test_who_is_away_was_sent_nothing(behind):
    system = behind()
    system.reachable = False
    assert isinstance(system.sends(REGISTER)[0], SystemUnavailable)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"code": "8A"}, "two digits"),
        ({"answer": ""}, "two digits"),
        ({"fixed": "1|"}, "fixed part"),
        ({"fixed": "\r99"}, "fixed part"),
        ({"fields": [("AY", "1")]}, "error detection"),
        ({"fields": [("A", "1")]}, "two letters"),
        ({"fields": [("AA", "R0012345|AB1")]}, "AA holds"),
        ({"fields": [("AE", "R0012345\r9900302.00")]}, "AE holds"),
        ({"fields": [("AA", "R0012345\U0001f600")]}, "AA cannot be written in gbk"),
        ({"fields": [("AF", "R0012345" * 40)]}, "AF is longer"),
    ],
)
def test_what_would_not_arrive_as_it_was_meant_is_not_sent_and_not_quoted(behind, change, said):
    system = behind()
    (error,) = system.sends(replace(REGISTER, **change))
    assert isinstance(error, SystemUnavailable) and said in str(error)
    assert "R0012345" not in str(error)
    assert not system.lines


def test_a_probe_asks_how_the_system_stands_where_it_understands_that(behind):
    system = behind()
    Heard(Deferred.fromCoroutine(system.transport.probe()))
    assert not system.lines

    system = behind(profile={"error_detection": False})
    heard = Heard(Deferred.fromCoroutine(system.transport.probe()))
    (line,) = system.lines
    line.answers(STATUS)
    line.answers(b"98N" + STATUS[3:])
    assert isinstance(heard[0], SystemUnavailable)


def test_workers_each_have_a_connection_or_are_told_that_there_are_too_few(behind, monkeypatch, tmp_path):
    context = AdapterContext(LibraryId("LIB"), UTC, "CNY", datetime.now, tmp_path, workers=3)
    with pytest.raises(AdapterSettingsError, match="Allow 3"):
        Sip2Transport(Sip2BackEnd.model_validate({"address": "ils:6001", "connections": 2}), context)


def test_a_password_is_not_shown():
    own = Sip2BackEnd.model_validate({"address": "ils:6001", "password": "hidden"})
    assert "hidden" not in repr(own)
