"""An adapter in Python, for a system that no map can describe.

It fits the system of `softdock.kit.simulators.house.rest`, which maps describe as well: compare the kind `http-json`.
Whatever it needs of SoftDock comes from `softdock.adapters`, and stays there as long as `API_VERSION` does.
"""

import json
from datetime import date, datetime
from io import BytesIO
from typing import Any
from urllib.parse import quote

from pydantic import Field
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectError
from twisted.internet.protocol import Protocol, connectionDone
from twisted.internet.task import Cooperator
from twisted.python.failure import Failure
from twisted.web.client import (
    Agent,
    FileBodyProducer,
    HTTPConnectionPool,
    RequestGenerationFailed,
    RequestTransmissionFailed,
    ResponseDone,
    ResponseFailed,
)
from twisted.web.http_headers import Headers

from softdock.adapters import (
    Adapter,
    AdapterContext,
    AdapterSettings,
    AnswerLost,
    Checkin,
    Checkout,
    CirculationStatus,
    Counts,
    Done,
    Item,
    ItemId,
    Lent,
    LookupItem,
    LookupPatron,
    MalformedReply,
    Misconfigured,
    Patron,
    PatronId,
    PatronReport,
    PinCheck,
    Reason,
    Refused,
    Returned,
    Standing,
    SystemUnavailable,
)

# What the system's codes mean. Whatever is not listed is declined, with the system's own words.
REASONS = {
    "1001": Reason.PATRON_UNKNOWN,
    "1002": Reason.CARD_LOST,
    "1003": Reason.CARD_EXPIRED,
    "1004": Reason.PATRON_BLOCKED,
    "1005": Reason.PIN_WRONG,
    "1011": Reason.TOO_MANY_LOANS,
    "2001": Reason.ITEM_UNKNOWN,
    "2002": Reason.ITEM_NOT_LENDABLE,
    "2003": Reason.ITEM_LENT_TO_ANOTHER,
    "2004": Reason.ITEM_ON_HOLD,
    "2005": Reason.ITEM_NOT_LENT,
    "2007": Reason.ALREADY_LENT,
}
PLACES = {
    "在架": CirculationStatus.AVAILABLE,
    "借出": CirculationStatus.CHARGED,
    "预约架": CirculationStatus.ON_HOLD_SHELF,
    "查找中": CirculationStatus.MISSING,
}
STATES = {"2": Reason.CARD_LOST, "3": Reason.PATRON_BLOCKED}
NOTHING_ALLOWED = frozenset(
    {Standing.CHECKOUT_DENIED, Standing.RENEWAL_DENIED, Standing.RECALL_DENIED, Standing.HOLD_DENIED}
)

LARGEST = 1_000_000
"""Bytes of an answer."""
TIMEOUT = 10
"""Seconds for an answer."""


class Settings(AdapterSettings):
    """The keys under `system:` beside `adapter`."""

    url: str = Field(pattern="^https?://[^@]+$")
    """Where the system answers, such as https://ils.example.org/api/v1."""
    client: str
    """The name by which SoftDock comes to the interface."""
    secret: str = Field(repr=False)
    """The secret that belongs to it, by reference."""


class System(Adapter[Settings]):
    """A method for each operation that the system can do: what is not here, SoftDock does not offer."""

    Settings = Settings
    api_version = 1

    def __init__(self, settings: Any, context: AdapterContext) -> None:
        super().__init__(settings, context)
        self._pool = HTTPConnectionPool(context.reactor, persistent=False)
        self._agent = Agent(context.reactor, connectTimeout=5, pool=self._pool)
        # On the reactor that is given: SoftDock may have several.
        self._cooperator = Cooperator(scheduler=lambda call: context.reactor.callLater(0, call))
        self._token = ""
        self._is_closed = False

    async def close(self) -> None:
        """What is asked from now on is not sent."""
        self._is_closed = True
        self._cooperator.stop()

    # --- operations: each answers Done or Refused, and raises only what softdock.adapters names ---------

    async def lookup_patron(self, operation: LookupPatron) -> Done[PatronReport] | Refused:
        """The reader, and whether the PIN is right."""
        found = await self._ask("GET", f"readers/{quote(operation.patron, safe='')}")
        if isinstance(found, Refused):
            return found
        pin = PinCheck.NOT_ASKED
        if operation.pin:
            pin = PinCheck.WRONG if await self._refused_pin(operation) else PinCheck.RIGHT
        expires = _day(found, "validTo")
        reason = STATES.get(_text(found, "state"))
        if reason is None and expires is not None and expires < self._now().date():
            reason = Reason.CARD_EXPIRED
        patron = Patron(
            PatronId(_text(found, "card")),
            _text(found, "name"),
            standing=NOTHING_ALLOWED if reason else frozenset(),
            counts=Counts(*([None] * 6)),  # it counts nothing
            expires=expires,
        )
        return Done(PatronReport(patron, pin, reason=reason))

    async def lookup_item(self, operation: LookupItem) -> Done[Item] | Refused:
        """The item; who has it, and since when, tells what became of a loan whose answer was lost."""
        found = await self._ask("GET", f"items/{quote(operation.item, safe='')}")
        if isinstance(found, Refused):
            return found
        borrower = _text(found, "borrower")
        item = Item(
            ItemId(_text(found, "barcode")),
            _text(found, "title"),
            status=PLACES.get(_text(found, "place"), CirculationStatus.OTHER),
            due=_day(found, "dueDate"),
            borrower=PatronId(borrower) if borrower else None,
            lent=self._moment(found, "lentAt"),
        )
        return Done(item)

    async def checkout(self, operation: Checkout) -> Done[Lent] | Refused:
        """A loan. The undoing of a return is one like any other."""
        if operation.pin and (refused := await self._refused_pin(operation)):
            return refused
        body = {"card": operation.patron, "barcode": operation.item}
        found = await self._ask("POST", "loans", body, changes=True)
        if isinstance(found, Refused):
            return found
        return Done(
            Lent(Item(operation.item, _text(found, "title")), operation.patron, _day(found, "dueDate"))
        )

    async def checkin(self, operation: Checkin) -> Done[Returned] | Refused:
        """A return. The undoing of a loan is one like any other."""
        found = await self._ask("POST", "returns", {"barcode": operation.item}, changes=True)
        if isinstance(found, Refused):
            return found
        return Done(Returned(Item(operation.item, _text(found, "title")), undone=operation.cancel))

    async def probe(self) -> None:
        """Cheap, and changes nothing."""
        await self._ask("GET", "ping")

    # --- the wire -----------------------------------------------------------------------------------------

    async def _refused_pin(self, operation: LookupPatron | Checkout) -> Refused | None:
        assert operation.pin is not None
        path = f"readers/{quote(operation.patron, safe='')}/password"
        found = await self._ask("POST", path, {"password": operation.pin.reveal()})
        return found if isinstance(found, Refused) else None

    async def _ask(self, method: str, path: str, body: Any = None, *, changes: bool = False) -> Any:
        """What stands in `data`, or why not.  A token that is over is fetched anew, once."""
        for _ in range(2):
            if not self._token:
                account = {"client": self.settings.client, "secret": self.settings.secret}
                data = (await self._send("POST", "token", account, changes=False)).get("data")
                if not isinstance(data, dict) or not data.get("token"):
                    raise Misconfigured("the system refuses the client or its secret")
                self._token = str(data["token"])
            said = await self._send(method, path, body, changes=changes)
            code = str(said.get("code"))
            if code != "4001":
                break
            self._token = ""
        if code == "0":
            return said.get("data") or {}
        if code in ("4000", "4001", "4003"):
            raise Misconfigured(f"the system refuses SoftDock with {code}")
        return Refused(REASONS.get(code, Reason.DECLINED), str(said.get("msg", "")))

    async def _send(self, method: str, path: str, body: Any, *, changes: bool) -> dict[str, Any]:
        """The answer.  What was sent may have been carried out: that is an answer lost, unless it `changes` nothing."""
        if self._is_closed:
            raise SystemUnavailable("the adapter is closed")
        lost = AnswerLost if changes else SystemUnavailable
        headers = Headers({"Content-Type": ["application/json"], "Authorization": [f"Bearer {self._token}"]})
        sent = (
            None if body is None else FileBodyProducer(BytesIO(json.dumps(body).encode()), self._cooperator)
        )
        url = f"{self.settings.url.rstrip('/')}/{path}".encode()
        try:
            asked = self._agent.request(method.encode(), url, headers, sent)
            response = await asked.addTimeout(TIMEOUT, self.context.reactor)
            if response.code >= 500:
                raise lost(f"the system answers with HTTP {response.code}")
            body_of = _Body()
            response.deliverBody(body_of)
            read = await body_of.whole.addTimeout(TIMEOUT, self.context.reactor)
        except ConnectError as error:
            raise SystemUnavailable(f"no connection: {error.__class__.__qualname__}") from error
        except (RequestGenerationFailed, RequestTransmissionFailed, ResponseFailed, TimeoutError) as error:
            raise lost(f"no answer: {error.__class__.__qualname__}") from error
        try:
            said = json.loads(read)
        except ValueError:
            said = None
        if not isinstance(said, dict) or "code" not in said:
            raise MalformedReply(path.partition("/")[0], "the answer", "")
        return said

    def _now(self) -> datetime:
        return self.context.now().astimezone(self.context.zone)

    def _moment(self, found: dict[str, Any], name: str) -> datetime | None:
        text = _text(found, name)
        return datetime.fromisoformat(text).replace(tzinfo=self.context.zone) if text else None


class _Body(Protocol):
    """Gathers an answer, as long as it is not too long."""

    def __init__(self) -> None:
        self.whole: Deferred[bytes] = Deferred(lambda _: self._hang_up())
        self._read = b""

    def dataReceived(self, data: bytes) -> None:
        self._read += data
        if len(self._read) > LARGEST:
            self._hang_up()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        if self.whole.called:
            return
        if reason.check(ResponseDone) and len(self._read) <= LARGEST:
            self.whole.callback(self._read)
        else:
            self.whole.errback(ResponseFailed([reason]))

    def _hang_up(self) -> None:
        if self.transport is not None:
            self.transport.loseConnection()


def _text(found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    return "" if value is None else str(value)


def _day(found: dict[str, Any], name: str) -> date | None:
    text = _text(found, name)
    return date.fromisoformat(text) if text else None
