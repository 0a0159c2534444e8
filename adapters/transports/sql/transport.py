"""Requests to a database: each is one transaction, on a connection and in a thread that it has for itself."""

from collections.abc import Callable

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall
from twisted.python.failure import Failure

from softdock.adapters.base import AdapterContext, AdapterSettingsError
from softdock.adapters.transports.slots import Slots, share_of
from softdock.adapters.transports.sql.dialects import DIALECTS
from softdock.adapters.transports.sql.link import Job, Limits, Link, Tally
from softdock.adapters.transports.sql.settings import SqlSettings
from softdock.adapters.transports.threads import Threads
from softdock.circulation.errors import AnswerLost, SystemUnavailable
from softdock.circulation.ports import ConnectionCounts
from softdock.mappings.exchange import Answer, Request, Rows, SqlRequest


class SqlTransport:
    """A system's database.  Implements `port.Transport`."""

    def __init__(self, settings: SqlSettings, context: AdapterContext) -> None:
        """Raises AdapterSettingsError where the driver is not installed."""
        self._settings = settings
        self._reactor = context.reactor
        url = settings.url
        made = DIALECTS[url.get_backend_name()]
        self._dialect = made(float(settings.timeout), float(settings.connect_timeout))
        if settings.password:
            url = url.set(password=settings.password.reveal())
        try:
            self._engine = self._dialect.engine(url, context.directory)
        except ImportError:
            sentence = (
                f"The driver for this database is missing. Install it: pip install 'softdock[{made.extra}]'"
            )
            raise AdapterSettingsError([("url", sentence)]) from None
        ceiling = share_of(settings.connections, context)
        self._limits = Limits(settings.most_rows, settings.largest_answer)
        self._tally = Tally()
        self._slots = Slots(ceiling, settings.waiting)
        self._threads = Threads(ceiling, f"{context.library}-sql", context.reactor)
        self._links: set[Link] = set()
        self._idle: dict[Link, IDelayedCall] = {}
        self._closed = False
        self._lost_total = 0

    @property
    def connections(self) -> ConnectionCounts:
        """See `port.Transport`."""
        return ConnectionCounts(
            ceiling=self._slots.ceiling,
            open=sum(link.is_connected for link in self._links),
            busy=self._slots.busy,
            waiting=self._slots.waiting,
            opened_total=self._tally.opened,
            failed_total=self._tally.failed,
            lost_total=self._lost_total,
        )

    async def open(self) -> None:
        """Nothing is opened before something is asked."""

    async def close(self) -> None:
        """See `port.Transport`.  What is under way in a thread is left to itself."""
        self._closed = True
        self._slots.close()
        for link in list(self._idle):
            self._take_out(link)
            self._threads.run(link.close)
        self._threads.close()

    async def probe(self) -> None:
        """Begin a transaction, and end it."""
        await self._in_a_thread(Job(SqlRequest(())), lambda link: link.probe())

    async def send(self, request: Request, *, changes: bool) -> Answer:
        """See `port.Transport`.  What the database refused is for the map to read; without a rule there it is a failure.

        Nothing is sent twice: a connection that died is found out before anything is asked on it.
        """
        assert isinstance(request, SqlRequest)
        job = Job(request)
        found: list[Rows] = []
        await self._in_a_thread(job, lambda link: found.append(link.perform(job)))
        rows = found[0]
        may_have_committed = bool(request.call) and request.changes
        failed = "" if not rows.error else "failed" if may_have_committed else "unavailable"
        return Answer(rows, charset=self._settings.charset, failed=failed)

    async def _in_a_thread(self, job: Job, work: Callable[[Link], None]) -> None:
        await self._slots.take()
        link = self._link()
        outcome: Deferred[None] = Deferred(lambda _: give_up())

        def give_up() -> None:
            if outcome.called:
                return
            if job.give_up():
                self._lost_total += 1
                outcome.errback(AnswerLost("the answer did not come in time"))
            else:
                outcome.errback(SystemUnavailable("no connection came about in time"))

        timer = self._reactor.callLater(
            float(self._settings.timeout) + float(self._settings.connect_timeout), give_up
        )

        def done(result: Failure | None) -> None:
            # Only now: whoever gave up did not free the thread.
            self._put_back(link)
            self._slots.leave()
            if timer.active():
                timer.cancel()
            if outcome.called:
                return
            if isinstance(result, Failure):
                self._lost_total += isinstance(result.value, AnswerLost)
                outcome.errback(result)
            else:
                outcome.callback(None)

        self._threads.run(lambda: self._worked(link, work)).addBoth(done)
        await outcome

    def _worked(self, link: Link, work: Callable[[Link], None]) -> None:
        """In a thread."""
        try:
            work(link)
        finally:
            if self._closed or not self._settings.idle:
                link.close()

    def _link(self) -> Link:
        if self._idle:
            link = next(reversed(self._idle))
            self._take_out(link)
        else:
            link = Link(self._engine, self._dialect, self._limits, self._tally)
        self._links.add(link)
        return link

    def _take_out(self, link: Link) -> None:
        timer = self._idle.pop(link)
        timer.cancel()

    def _put_back(self, link: Link) -> None:
        if link.is_connected and not self._closed:
            self._idle[link] = self._reactor.callLater(float(self._settings.idle), self._grown_old, link)
        else:
            self._links.discard(link)

    def _grown_old(self, link: Link) -> None:
        del self._idle[link]
        self._links.discard(link)
        self._threads.run(link.close)
