"""Steps in their order, what each failure means before and after a change, and sessions."""

import pytest
from twisted.internet.defer import Deferred

from softdock.circulation.errors import (
    AnswerLost,
    MalformedReply,
    Misconfigured,
    SystemBusy,
    SystemUnavailable,
)
from softdock.circulation.reasons import Reason
from softdock.circulation.stepping import step as stepped
from softdock.mappings.problems import ProblemsFound
from written_maps import Playing, compiled, read

OK = '{"ok": true}'
NO = '{"no": true}'
REPLY = {"format": "json", "fail": [{"when": {"present": "no"}, "reason": "declined"}]}
LEND = {
    "steps": {
        "look": {"request": {"get": "/look"}, "safe": True, "reply": REPLY},
        "lend": {"request": {"post": "/lend"}, "reply": REPLY},
        "mark": {"request": {"post": "/mark"}, "reply": REPLY},
        "due": {
            "request": {"get": "/due"},
            "safe": True,
            "optional": True,
            "reply": REPLY | {"fields": {"item.title": "title"}},
        },
    }
}


def lending(*answers, adapter=None):
    return Playing(compiled({"checkout": LEND}, adapter), *answers)


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([SystemUnavailable("x")], SystemUnavailable),
        ([SystemBusy("x")], SystemBusy),
        ([AnswerLost("x")], SystemUnavailable),
        (["junk"], SystemUnavailable),
        ([OK, SystemUnavailable("x")], SystemUnavailable),
        ([OK, SystemBusy("x")], SystemBusy),
        ([OK, AnswerLost("x")], AnswerLost),
        ([OK, "junk"], MalformedReply),
        ([OK, OK, SystemUnavailable("x")], AnswerLost),
        ([OK, OK, SystemBusy("x")], AnswerLost),
        ([OK, OK, AnswerLost("x")], AnswerLost),
        ([OK, OK, "junk"], MalformedReply),
        ([OK, OK, NO], AnswerLost),
    ],
)
def test_a_failure_means_what_can_have_happened_by_then(answers, error):
    """The first step reads, the others change the books."""
    with pytest.raises(error) as raised:
        stepped(lending(*answers).run("checkout"))
    assert raised.type is error


@pytest.mark.parametrize("answers", [[NO], [OK, NO]])
def test_a_refusal_before_the_change_is_a_refusal(answers):
    ran = stepped(lending(*answers).run("checkout"))
    assert ran.refused.reason is Reason.DECLINED


@pytest.mark.parametrize("answer", [SystemUnavailable("x"), AnswerLost("x"), "junk", NO])
def test_an_optional_step_that_fails_is_left_out_and_told(answer):
    playing = lending(OK, OK, OK, answer)
    ran = stepped(playing.run("checkout"))
    assert (ran.refused, ran.changed, len(playing.degraded)) == (None, True, 1)
    assert "item.title" not in ran.filled


def test_a_reply_that_does_not_fit_a_lookup_is_told_as_such():
    playing = Playing(compiled({"lookup-patron": {"request": {"get": "/p"}, "reply": REPLY}}), "junk")
    with pytest.raises(MalformedReply):
        stepped(playing.run("lookup-patron"))


@pytest.mark.parametrize(
    ("lend", "sentence"),
    [
        ({"together": True}, "This step changes the books at the same time as another runs"),
        ({"safe": True}, "Every step of this operation is safe"),
        ({"retries": 1}, "This step changes something, and may not be sent again."),
        ({"pages": {"keep": "page", "next": "next"}}, "This step changes something, and has one page."),
    ],
)
def test_what_could_lose_a_change_is_refused(lend, sentence):
    steps = [{"request": {"get": "/look"}, "safe": True}, {"request": {"post": "/lend"}, **lend}]
    with pytest.raises(ProblemsFound) as found:
        compiled({"checkout": {"steps": steps}})
    assert [each.sentence for each in found.value.problems if each.sentence.startswith(sentence)]


def test_a_step_that_reads_beside_or_behind_a_change_has_to_be_optional():
    for beside in (True, False):
        steps = [
            {"request": {"post": "/lend"}},
            {"request": {"get": "/due"}, "safe": True, "together": beside},
        ]
        with pytest.raises(ProblemsFound):
            compiled({"checkout": {"steps": steps}})


def test_a_lost_answer_is_asked_for_again_where_that_is_declared():
    look = {"request": {"get": "/p"}, "retries": 2, "reply": REPLY}
    playing = Playing(compiled({"lookup-patron": {"steps": [look]}}), AnswerLost("1"), AnswerLost("2"), OK)
    assert stepped(playing.run("lookup-patron")).refused is None
    playing = Playing(compiled({"lookup-patron": {"steps": [look]}}), *map(AnswerLost, "123"), OK)
    with pytest.raises(SystemUnavailable):
        stepped(playing.run("lookup-patron"))
    assert len(playing.paths) == 3


LEND_TWICE = {"request": {"post": "/lend"}, "reply": REPLY, "repeatable": True, "retries": 1}


@pytest.mark.parametrize(
    "then", [SystemUnavailable("x"), SystemBusy("x"), Misconfigured("x"), AnswerLost("x"), NO]
)
def test_what_may_have_been_done_at_the_first_try_is_not_told_as_not_done_for_the_second(then):
    playing = Playing(compiled({"checkout": {"steps": [LEND_TWICE]}}), AnswerLost("x"), then)
    with pytest.raises(AnswerLost):
        stepped(playing.run("checkout"))
    assert playing.paths == ["/lend", "/lend"]


def test_a_change_whose_second_try_is_answered_is_done():
    playing = Playing(compiled({"checkout": {"steps": [LEND_TWICE]}}), AnswerLost("x"), OK)
    assert stepped(playing.run("checkout")).changed


@pytest.mark.parametrize("first", [AnswerLost("x"), "junk"])
@pytest.mark.parametrize("then", [SystemUnavailable("x"), NO])
def test_what_an_optional_change_may_have_done_is_not_forgotten(first, then):
    steps = [
        {"request": {"post": "/wake"}, "reply": REPLY, "optional": True},
        {"request": {"post": "/lend"}, "reply": REPLY},
    ]
    with pytest.raises(AnswerLost):
        stepped(Playing(compiled({"checkout": {"steps": steps}}), first, then).run("checkout"))


def test_what_a_map_requires_beside_its_steps_and_lacks_does_not_fit():
    look = {"request": {"get": "/p"}, "reply": {"format": "json", "keep": {"name": "name"}}}
    name = {"patron.name": {"kept": "name", "required": True}}
    adapter = compiled({"lookup-patron": {"steps": [look], "fields": name}})
    assert read(adapter, '{"name": "N"}')["fields"] == name | {"patron.name": "N"}
    assert read(adapter, "{}")["error"] == "malformed"


# --- given up ----------------------------------------------------------------------------------------------


def silent():
    """A transport's answer that does not come; given up, it is lost, as transports have it."""
    return Deferred(lambda waiting: waiting.errback(AnswerLost("given up")))


def given_up(steps, *answers, operation="checkout", adapter=None):
    """What is asked for, and what comes of it, where the operation is given up while it waits."""
    playing = Playing(compiled({operation: {"steps": steps}}, adapter), *answers)
    result = Deferred.fromCoroutine(playing.run(operation))
    result.cancel()
    outcome = []
    result.addBoth(outcome.append)
    (told,) = outcome
    return playing.paths, getattr(told, "type", None)


def test_an_operation_that_is_given_up_is_not_tried_again():
    assert given_up([LEND_TWICE], silent(), OK) == (["/lend"], AnswerLost)


def test_nothing_is_lent_once_the_optional_look_before_it_was_given_up():
    steps = [
        {"request": {"get": "/look"}, "safe": True, "optional": True},
        {"request": {"post": "/lend"}},
    ]
    assert given_up(steps, silent(), OK) == (["/look"], SystemUnavailable)


def test_what_was_lent_stays_lent_where_only_optional_looks_are_left_to_give_up():
    steps = [{"request": {"post": "/lend"}}] + [
        {"request": {"get": f"/{each}"}, "safe": True, "optional": True} for each in ("due", "title")
    ]
    assert given_up(steps, OK, silent(), OK) == (["/lend", "/due"], None)


def test_a_change_that_is_left_to_be_made_when_the_operation_is_given_up_leaves_it_open():
    steps = [
        {"request": {"post": "/lend"}},
        {"request": {"get": "/due"}, "safe": True, "optional": True},
        {"request": {"post": "/mark"}},
    ]
    assert given_up(steps, OK, silent(), OK) == (["/lend", "/due"], AnswerLost)


def test_what_the_condition_of_a_step_requires_the_operation_has_to_have():
    needs = {"first_of": [{"asked": "properties", "required": True}], "equals": "1"}
    step = {"request": {"post": "/lend"}, "when": needs}
    for steps, answers, outcome in (
        ([step], [], Reason.REQUEST_INCOMPLETE),
        ([{"request": {"post": "/wake"}}, step], [OK], AnswerLost),
    ):
        playing = Playing(compiled({"checkout": {"steps": steps}}), *answers)
        if outcome is AnswerLost:
            with pytest.raises(AnswerLost):
                stepped(playing.run("checkout"))
        else:
            assert stepped(playing.run("checkout")).refused.reason is outcome


def test_steps_together_are_asked_at_once_and_the_failure_of_one_gives_the_other_up():
    steps = [{"request": {"get": "/a"}, "reply": REPLY}, {"request": {"get": "/b"}, "reply": REPLY, "together": True}]  # fmt: skip
    given_up = []
    slow = Deferred(lambda waiting: (given_up.append(1), waiting.errback(AnswerLost("given up"))))
    other = Deferred()
    playing = Playing(compiled({"lookup-patron": {"steps": steps}}), slow, other)
    result = Deferred.fromCoroutine(playing.run("lookup-patron"))
    assert playing.paths == ["/a", "/b"]
    other.errback(SystemBusy("x"))
    assert given_up == [1]
    assert result.result.check(SystemBusy)
    result.addErrback(lambda _: None)


# --- pages -------------------------------------------------------------------------------------------------


def paged(pages, *answers):
    step = {
        "request": {"get": "/p", "query": {"page": {"kept": "page"}}},
        "reply": {"format": "json", "fields": {"patron.loans": {"each": "l", "fields": {"item.id": "@"}}}},
        "pages": {"keep": "page"} | pages,
    }
    playing = Playing(compiled({"lookup-patron": {"steps": [step]}}), *answers)
    ran = stepped(playing.run("lookup-patron"))
    asked = [each.query for each in playing.transport.requests]
    return asked, [each["item.id"] for each in ran.filled["patron.loans"]], playing.degraded


@pytest.mark.parametrize(
    ("pages", "asked"),
    [
        ({"more": {"from": "more", "equals": "true"}}, ["page=1", "page=2"]),
        ({"more": {"from": "more", "equals": "true"}, "first": "0", "by": 50}, ["page=0", "page=50"]),
        ({"next": "next"}, ["page=1", "page=x"]),
    ],
)
def test_further_pages_are_asked_for_until_there_are_none(pages, asked):
    first, last = '{"l": ["A"], "more": true, "next": "x"}', '{"l": ["B"], "more": false}'
    assert paged(pages, first, last) == (asked, ["A", "B"], [])


def test_pages_without_end_are_given_up_and_told():
    page = '{"l": ["A"], "more": true}'
    pages = {"more": {"from": "more", "equals": "true"}, "at_most": 3}
    assert paged(pages, *[page] * 3)[1:] == (["A"] * 3, ["there are more than 3 pages"])


@pytest.mark.parametrize("pages", [{}, {"more": {"present": "m"}, "first": "a"}])
def test_pages_that_cannot_go_on_are_refused(pages):
    with pytest.raises(ProblemsFound):
        paged(pages)


def test_pages_that_are_asked_for_at_the_same_time_have_names_of_their_own():
    def steps(other):
        return [
            {
                "request": {"get": f"/{name}", "query": {"at": {"kept": name}}},
                "reply": {"format": "json"},
                "pages": {"keep": name, "first": "1", "next": "next"},
                "together": name == other,
            }
            for name in ("loans", other)
        ]

    compiled({"lookup-patron": {"steps": steps("holds")}})
    with pytest.raises(ProblemsFound) as found:
        compiled({"lookup-patron": {"steps": steps("loans")}})
    assert [each.rule for each in found.value.problems] == ["pages"]


# --- sessions ----------------------------------------------------------------------------------------------

TOKEN = """
sessions:
  token:
    request: {get: /token}
    reply:
      format: json
      fail: [{when: {present: down}, error: unavailable}, {when: {present: refused}, error: failed}, {when: {present: no}, error: configuration}]
      keep: {token: {from: token, required: true}}
    lasts: 100s
    early: 10s
    carry: {query: {t: {kept: token}}}
    expired: {present: expired}
"""
LOOK = {"lookup-patron": {"request": {"get": "/p"}, "reply": REPLY}}


def looking(*answers):
    return Playing(compiled(LOOK, TOKEN), *answers)


def token(name):
    return f'{{"token": "{name}"}}'


def test_a_session_is_opened_once_and_carried_by_every_request_until_it_ends():
    playing = looking(token("A"), OK, OK, token("B"), OK)
    stepped(playing.run("lookup-patron"))
    playing.seconds = 89
    stepped(playing.run("lookup-patron"))
    playing.seconds = 90
    stepped(playing.run("lookup-patron"))
    assert playing.paths == ["/token", "/p", "/p", "/token", "/p"]
    assert [each.query for each in playing.transport.requests] == ["", "t=A", "t=A", "", "t=B"]


def test_a_session_lasts_as_many_seconds_as_the_reply_says():
    lasting = TOKEN.replace("    lasts: 100s", "      fields: {expires_in: {from: life, as: [number]}}")
    answers = ('{"token": "A", "life": 600}', OK, OK, token("B"), OK)
    playing = Playing(compiled(LOOK, lasting), *answers)
    for second in (0, 589, 590):
        playing.seconds = second
        stepped(playing.run("lookup-patron"))
    assert playing.paths == ["/token", "/p", "/p", "/token", "/p"]


def test_a_session_that_is_over_is_opened_anew_and_the_request_sent_once_more():
    playing = looking(token("A"), '{"expired": 1}', token("B"), OK)
    assert stepped(playing.run("lookup-patron")).refused is None
    assert playing.transport.requests[-1].query == "t=B"


def test_a_request_is_never_sent_a_third_time():
    playing = looking(token("A"), '{"expired": 1}', token("B"), '{"expired": 1}')
    with pytest.raises(Misconfigured):
        stepped(playing.run("lookup-patron"))
    assert playing.paths == ["/token", "/p"] * 2


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ('{"no": 1}', Misconfigured),
        ("{}", Misconfigured),
        ('{"down": 1}', SystemUnavailable),
        ("junk", SystemUnavailable),
        (AnswerLost("x"), SystemUnavailable),
        (SystemBusy("x"), SystemBusy),
    ],
)
def test_what_keeps_a_session_from_being_opened_did_nothing(answer, error):
    with pytest.raises(error) as raised:
        stepped(looking(answer).run("lookup-patron"))
    assert raised.type is error


def test_many_wait_for_one_session_and_who_gives_up_harms_nobody():
    opening = Deferred()
    playing = looking(opening, OK, OK)
    first, second, third = (Deferred.fromCoroutine(playing.run("lookup-patron")) for _ in range(3))
    first.cancel()
    assert first.result.check(SystemUnavailable)
    first.addErrback(lambda _: None)
    opening.callback(token("A"))
    assert playing.paths == ["/token", "/p", "/p"]
    assert all(each.result.refused is None for each in (second, third))


TWO = """
back_ends: {one: {transport: http}, other: {transport: http}}
sessions:
  one: {back_end: one, request: {get: /token}, reply: {format: json, keep: {token: token}}, carry: {query: {t: {kept: token}}}}
  other: {back_end: other, request: {get: /token}, reply: {format: json, keep: {token: token}}, carry: {query: {t: {kept: token}}}}
"""


def test_no_system_is_sent_what_the_session_of_another_keeps():
    steps = [
        {"request": {"get": f"/{name}"}, "back_end": name, "reply": {"format": "json"}}
        for name in ("one", "other")
    ]
    playing = Playing(compiled({"lookup-patron": {"steps": steps}}, TWO), token("SECRET"), OK, "{}", OK)
    stepped(playing.run("lookup-patron"))
    assert [each.query for each in playing.transport.requests] == ["", "t=SECRET", "", ""]
