"""A library's system that keeps its books well; it can be told to stop in the midst of a change.

`Bookkeeper` speaks SIP2, `ncip_keepers.NcipBookkeeper` NCIP; they keep one kind of books.
"""

from collections import Counter
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Lock, Semaphore, Thread

from sip2_wire import sealed
from softdock.protocols.sip2 import messages as m
from softdock.protocols.sip2.codec import decode, encode
from softdock.protocols.sip2.dialect import Dialect
from softdock.protocols.sip2.frames import open_frame
from state_changes import STAMP, Books

DIALECT = Dialect(name="system")
CHANGING = frozenset({"11", "09", "29", "65", "15", "37", "01", "25", "19"})
DUE = "20270101    235959"
LENT = "XL"
LENT_FORM = "%Y-%m-%d %H:%M:%S"
"""The field in 18 that tells since when an item is lent, and its form; in UTC."""


class Snare:
    """Catches so many changes, and then does something; none of them is answered."""

    def __init__(self, count, then, *, carries_out, late=False):
        """Each change is carried out when it is caught, or not at all, or with `late` at the next lookup."""
        self.count = count
        self.then = then
        self.carries_out = carries_out
        self.late = [] if late else None


class Bookkeeper:
    """The books, and whoever asks.  `tells` of what it has, and since when an item is lent."""

    def __init__(self, books=None, *, tells=True):
        self.books = books or Books()
        self.tells = tells
        self.lent_at = {}
        """Since when items are lent."""
        self.asked = Counter()
        """How often each change was to be carried out: its code in SIP2, patron and item."""
        self.carried_out = Counter()
        """The same, of those that were."""
        self.snare = None
        self.arrived = Semaphore(0)
        """Counts the changes that have come."""
        self._goes_on = Event()
        self._goes_on.set()
        self._lock = Lock()
        self._server = None

    @contextmanager
    def serving(self):
        """It answers, in threads of its own."""
        bookkeeper = self

        class Answering(StreamRequestHandler):
            def handle(self):
                with suppress(OSError):
                    bookkeeper._serve(self.rfile, self.wfile)

        with ThreadingTCPServer(("127.0.0.1", 0), Answering, bind_and_activate=False) as server:
            server.daemon_threads, server.block_on_close, server.request_queue_size = True, False, 128
            server.server_bind()
            server.server_activate()
            self.address = f"127.0.0.1:{server.server_address[1]}"
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
            thread.start()
            try:
                yield self
            finally:
                server.shutdown()
                thread.join()

    @contextmanager
    def hanging(self):
        """Changes wait, until the block is left; give a number, and it waits until so many have come."""

        def until_there(count=1):
            for _ in range(count):
                assert self.arrived.acquire(timeout=30), "no change has come"

        while self.arrived.acquire(blocking=False):
            pass
        self._goes_on.clear()
        try:
            yield until_there
        finally:
            self._goes_on.set()

    def _serve(self, incoming, outgoing):
        begun = b""
        while data := incoming.read1(4096):
            *lines, begun = (begun + data).split(b"\r")
            for line in lines:
                frame = open_frame(line)
                request = decode(frame.body, DIALECT).message
                answer = self._meet(request)
                if answer is None:
                    continue  # it says nothing
                sequence = frame.sequence.decode() if frame.sequence is not None else None
                body = encode(answer, DIALECT)
                data = (sealed(body, sequence) if frame.error_detection else body) + b"\r"
                outgoing.write(self._written(request, data))

    def _written(self, request, data):
        """The answer as it leaves."""
        return data

    def _changes(self, request):
        """Whether it is to change the books."""
        return request.layout.code in CHANGING

    def _looks(self, request):
        """Whether it looks at a patron or an item."""
        return request.layout.code in ("17", "63")

    def _meet(self, request):
        if self._changes(request):
            self.arrived.release()
            self._goes_on.wait(60)
        with self._lock:
            snare = self.snare
            if not self._changes(request):
                answer = self._look_up(request)
                if snare is not None and self._looks(request) and snare.late:
                    for each in snare.late:
                        self._carry_out(each)
                    snare.late.clear()
                return answer
            if snare is None or not snare.count:
                return self._carry_out(request)
            snare.count -= 1
            if snare.carries_out:
                self._carry_out(request)
            elif snare.late is not None:
                snare.late.append(request)
            if not snare.count:
                snare.then()
            return None

    # --- what is told -----------------------------------------------------------------------------------

    def _look_up(self, request):
        match request:
            case m.Login():
                return m.LoginResponse(ok=True)
            case m.ScStatus():
                return m.AcsStatus(
                    on_line_status=True, checkin_ok=True, checkout_ok=True, acs_renewal_policy=True,
                    status_update_ok=True, off_line_ok=True, timeout_period=100, retries_allowed=3,
                    date_time_sync=STAMP, institution_id="CDL", supported_messages="Y" * 16,
                )  # fmt: skip
            case m.ItemInformation():
                return self._item(request.item_identifier)
            case m.PatronInformation():
                return self._patron(request)
        raise AssertionError(request)

    def _item(self, item):
        if not self.tells:
            return m.ItemInformationResponse(
                "01", transaction_date=STAMP, item_identifier=item, title_identifier="T"
            )
        lent = item in self.books.loans
        since = ((LENT, self.lent_at[item]),) if item in self.lent_at and lent else ()
        return m.ItemInformationResponse(
            "04" if lent else "03",
            transaction_date=STAMP,
            item_identifier=item,
            title_identifier="T",
            due_date=DUE if lent else None,
            item_properties=self.books.notes.get(item),
            other=since,
        )

    def _patron(self, request):
        who = request.patron_identifier
        loans = [item for item, (patron, _) in self.books.loans.items() if patron == who]
        holds = [self.books.holds[who][0]] if who in self.books.holds else []
        wanted = request.summary
        if not self.tells:
            loans = holds = []
        return m.PatronInformationResponse(
            patron_status="YYYY" + " " * 10 if self.tells and who in self.books.blocked else " " * 14,
            transaction_date=STAMP,
            charged_items_count=len(loans),
            unavailable_holds_count=len(holds),
            institution_id="CDL",
            patron_identifier=who,
            personal_name="Reader" if self.tells else "",
            valid_patron="Y",
            charged_items=tuple(loans) if wanted[2:3] == "Y" else (),
            unavailable_hold_items=tuple(holds) if wanted[5:6] == "Y" else (),
        )

    # --- what is changed --------------------------------------------------------------------------------

    def _carry_out(self, request):
        """The answer; the books are changed if it is yes."""
        who, item = getattr(request, "patron_identifier", None), getattr(request, "item_identifier", None)
        code, books = request.layout.code, self.books
        said = {"transaction_date": STAMP}
        names = said | {"institution_id": "CDL", "patron_identifier": who}
        mode = request.hold_mode if code == "15" else ""
        place, note = getattr(request, "pickup_location", None), getattr(request, "item_properties", None)
        done = self.book(code + mode, who, item, place or note)
        match code:
            case "11" | "29":
                kind = m.CheckoutResponse if code == "11" else m.RenewResponse
                return kind(ok=done, item_identifier=item, title_identifier="T", due_date=DUE, **names)
            case "09":
                return m.CheckinResponse(
                    ok=done, item_identifier=item, permanent_location="", institution_id="CDL", **said
                )
            case "65":
                return m.RenewAllResponse(ok=done, renewed_count=int(done), institution_id="CDL", **said)
            case "15":
                return m.HoldResponse(ok=done, item_identifier=item, **names)
            case "37":
                return m.FeePaidResponse(
                    payment_accepted=done, transaction_id=request.transaction_id, **names
                )
            case "01" | "25":
                kind = m.PatronStatusResponse if code == "01" else m.PatronEnableResponse
                status = "YYYY" + " " * 10 if who in books.blocked else " " * 14
                return kind(patron_status=status, personal_name="Reader", valid_patron="Y", **names)
            case "19":
                return m.ItemStatusUpdateResponse(item_properties_ok=done, item_identifier=item, **said)
        raise AssertionError(code)

    def book(self, change, who, item, more=None):
        """Change the books, if they allow it; whether they did.

        `change` is a code of SIP2, behind which a hold has its mode; `more` is the place of a hold, or a note.
        """
        self.asked[change[:2], who, item] += 1
        done = self._book(change, who, item, more)
        if done:
            self.carried_out[change[:2], who, item] += 1
        return done

    def _book(self, change, who, item, more):
        books, lent = self.books, self.books.loans.get(item)
        match change:
            case "11":
                if lent is not None:
                    return False
                books.loans[item] = (who, 0)
                self.lent_at[item] = datetime.now(UTC).strftime(LENT_FORM)
            case "09":
                if lent is None or who not in (None, lent[0]):
                    return False
                del books.loans[item]
            case "29":
                if lent is None or lent[0] != who:
                    return False
                books.loans[item] = (who, lent[1] + 1)
            case "65":
                books.loans |= {
                    each: (by, count + 1) for each, (by, count) in books.loans.items() if by == who
                }
            case "15+" | "15*" | "15-":
                return self._book_hold(change[2], who, item, more)
            case _:
                return self._book_otherwise(change, who, item, more)
        return True

    def _book_otherwise(self, change, who, item, note):
        books = self.books
        match change:
            case "37":
                if who not in books.fees:
                    return False
                del books.fees[who]
            case "01":
                books.blocked.add(who)
            case "25":
                books.blocked.discard(who)
            case "19":
                books.notes[item] = note
        return True

    def _book_hold(self, mode, who, item, place):
        holds = self.books.holds
        if (mode == "+") == (who in holds):
            return False
        if mode == "-":
            del holds[who]
        else:
            holds[who] = (item, place)
        return True
