"""A library's system that speaks SIP2 without manners: it keeps its books well, and does everything else badly."""

import random
import selectors
import socket
from contextlib import contextmanager, suppress
from threading import Event, Thread

from sip2_wire import sealed
from softdock.protocols.sip2.frames import open_frame

STAMP = b"20260101    120000"
GARBAGE = b"\xff\xfe\x80garbage|ABx|\r"
PAGE = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n<html><p>2 + 2 = 4</p></html>\r\n"
STATUS = b"98%cYYYNN100003" + STAMP + b"2.00AOCDL|BXYYYYYYYYYYYYYYYY|"
FIXED = {b"93": 4, b"99": 10, b"63": 33, b"17": 20, b"11": 40, b"09": 39}
"""By the code of a request, how long it is in front of its fields."""


class RudeSystem:
    """The books, and those who ask; which manners a request meets is a matter of dice."""

    def __init__(self, seed):
        self.loans = {}
        """From item to borrower."""
        self.shown = dict.fromkeys((*_ANSWERED, *_UNDONE), 0)
        """How often each manner was shown."""
        self._dice = random.Random(seed)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._late = []
        """Answers that are given when so many other requests have come: a number, to whom, what."""

    @contextmanager
    def serving(self):
        """It answers, in a thread of its own."""
        over = Event()

        def serve():
            while not over.is_set():
                for key, _ in self._selector.select(0.05):
                    if key.fileobj is self._listener:
                        caller = _Caller(self._listener.accept()[0])
                        self._selector.register(caller.socket, selectors.EVENT_READ, caller)
                    else:
                        self._hear(key.data)

        thread = Thread(target=serve)
        thread.start()
        try:
            yield self
        finally:
            over.set()
            thread.join()
            for key in list(self._selector.get_map().values()):
                key.fileobj.close()
            self._selector.close()

    def _hear(self, caller):
        try:
            data = caller.socket.recv(4096)
        except OSError:
            data = b""
        *lines, caller.begun = (caller.begun + data).split(b"\r")
        for line in lines:
            if not caller.gone:
                self._say_what_is_late()
                self._meet(caller, open_frame(line))
        if not data or caller.gone:
            self._selector.unregister(caller.socket)
            caller.socket.close()

    def _meet(self, caller, request):
        if request.body[:2] == b"97":
            caller.say(caller.last)
            return
        caller.request, caller.last = request, b""
        if request.body[:2] in (b"93", b"99") or self._dice.random() < 0.4:
            caller.last = caller.whole(self._answer(request.body))
            caller.say(caller.last)
            return
        manner = self._dice.choice(list(self.shown))
        self.shown[manner] += 1
        if manner in _UNDONE:
            _UNDONE[manner](caller)
            return
        body = self._answer(request.body)
        caller.last = caller.whole(body)
        if manner == "late":
            self._late.append([self._dice.randrange(1, 40), caller, caller.last])
        else:
            _ANSWERED[manner](caller, body)

    def _say_what_is_late(self):
        for each in self._late:
            each[0] -= 1
            if not each[0]:
                each[1].say(each[2])
        self._late = [each for each in self._late if each[0]]

    # --- the books ------------------------------------------------------------------------------------

    def _answer(self, request):
        code = request[:2]
        fields = {field[:2]: field[2:] for field in request[FIXED[code] :].split(b"|")}
        card, item = fields.get(b"AA", b""), fields.get(b"AB", b"")
        borrower = self.loans.get(item.decode())
        match code:
            case b"93":
                return b"941"
            case b"99":
                return STATUS % b"Y"
            case b"63":
                counts = b"0000" * 6
                return b"64%14b001%b%bAOCDL|AA%b|AEReader|BLY|CQY|" % (b"", STAMP, counts, card)
            case b"17":
                return b"180%b0001%bAB%b|AJTitle|" % (b"4" if borrower else b"3", STAMP, item)
            case b"11":
                done = borrower is None
                if done:
                    self.loans[item.decode()] = card.decode()
                title = b"AJTitle|AH2026-02-01|"
                return b"12%dNUN%bAOCDL|AA%b|AB%b|%b" % (done, STAMP, card, item, title)
            case b"09":
                done = self.loans.pop(item.decode(), None) is not None
                return b"10%dYUN%bAOCDL|AB%b|AQ|" % (done, STAMP, item)


class _Caller:
    """A connection, with what is under way on it."""

    def __init__(self, accepted):
        accepted.settimeout(5)
        self.socket = accepted
        self.begun = b""
        """Of a request that is not whole yet."""
        self.request = None
        self.last = b""
        """The answer to it, as it should be; empty if there is none."""
        self.gone = False

    def whole(self, body, *, early=0):
        """`body` with the number of the request, less so many, and a checksum."""
        sequence = (int(self.request.sequence) - early) % 10
        return sealed(body, str(sequence)) + b"\r"

    def say(self, data):
        with suppress(OSError):
            self.socket.sendall(data)

    def hang_up(self):
        self.gone = True


# --- bad manners --------------------------------------------------------------------------------------------


def _byte_by_byte(caller, body):
    for number in range(len(caller.last)):
        caller.say(caller.last[number : number + 1])


def _behind_garbage(caller, body):
    caller.say(GARBAGE + caller.last)


def _behind_the_answer_to_something_else(caller, body):
    caller.say(caller.whole(b"18030001%bABX|AJ|" % STAMP, early=1) + caller.last)


def _twice(caller, body):
    caller.say(caller.last)
    caller.say(caller.last)


def _damaged(caller, body):
    caller.say(caller.last.replace(b"AZ", b"AZ0"))


def _about_another_item(caller, body):
    caller.say(caller.whole(body.replace(b"|AB", b"|ABX")))


def _of_another_kind(caller, body):
    caller.say(caller.whole(b"941"))


def _unreadable(caller, body):
    caller.say(caller.whole(body[:2] + b"?" + body[3:9]))


def _half(caller, body):
    caller.say(caller.last[: len(caller.last) // 2])


def _half_and_no_more(caller, body):
    _half(caller, body)
    caller.hang_up()


def _breaks_off(caller, body):
    caller.hang_up()


def _silent(caller, body):
    """The most harmful of all."""


def _silent_for_nothing(caller):
    """Nothing was done."""


def _a_page_instead(caller):
    caller.say(PAGE)
    caller.hang_up()


def _not_understood(caller):
    caller.say(caller.whole(b"96"))


def _not_on_line(caller):
    caller.say(caller.whole(STATUS % b"N"))


_ANSWERED = {
    "late": None,
    "byte by byte": _byte_by_byte,
    "behind garbage": _behind_garbage,
    "behind the answer to something else": _behind_the_answer_to_something_else,
    "twice": _twice,
    "damaged": _damaged,
    "about another item": _about_another_item,
    "of another kind": _of_another_kind,
    "unreadable": _unreadable,
    "half": _half,
    "half and no more": _half_and_no_more,
    "breaks off": _breaks_off,
    "silent": _silent,
}
"""How an answer may be spoilt, though what was asked for is done."""

_UNDONE = {
    "silent for nothing": _silent_for_nothing,
    "breaks off for nothing": _Caller.hang_up,
    "a page instead": _a_page_instead,
    "not understood": _not_understood,
    "not on-line": _not_on_line,
}
"""What a request may meet that is not carried out."""
