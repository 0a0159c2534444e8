"""The service itself: tokens, parameters, and the envelope of every reply."""

import json
import secrets
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

from softdock.kit.simulators.books import Books
from softdock.kit.simulators.faults import Harm
from softdock.kit.simulators.interlib.calls import CALLS, Call
from softdock.kit.simulators.interlib.replies import Denied, Given, Tree
from softdock.kit.simulators.site import Asked, Reply, Running, Simulator, listen, page

STOCK = Path(__file__).with_name("stock.json")
LIBRARY = "MNTS"

APPID = "softdock"
SECRET = "only-simulated"  # noqa: S105 - it opens what is made up
"""Of the one application that may ask."""

TOKEN_LIFE = timedelta(hours=24)

TOKEN = "barcode/token"  # noqa: S105 - the name of a call
_MOST_TOKENS = 100
_FOR_ALL = frozenset({"token", "opuser"})


class Interlib(Simulator):
    """Answers as openlib does."""

    home: ClassVar[str] = "/openlib/"

    def __init__(
        self, books: Books, *, appid: str = APPID, secret: str = SECRET, token_life: timedelta = TOKEN_LIFE
    ) -> None:
        super().__init__(books)
        self._appid = appid
        self._secret = secret
        self._token_life = token_life
        self._tokens: dict[str, datetime] = {}
        """When each ends, the oldest first."""
        self._loose = False

    def call_of(self, path: str, fields: tuple[tuple[str, str], ...]) -> str:
        """The path below `service/`; the whole path where it does not lie there."""
        return path.removeprefix(f"{self.home}service/")

    def answer(self, asked: Asked) -> Reply:
        """See `Simulator`."""
        if asked.method not in {"GET", "POST"}:
            return page(405, "Method Not Allowed")
        if asked.call == TOKEN:
            return self._said(lambda: self._token(asked))
        call = CALLS.get(asked.call)
        if call is None:
            return page(404, "Not Found")
        return self._said(lambda: self._called(call, asked))

    def deny(self, harm: Harm, asked: Asked) -> Reply:
        """See `Simulator`."""
        if harm is Harm.SESSION:
            self.expire_tokens()
            return self.answer(asked)

        def denied() -> Tree:
            raise Denied("rights", "没有操作权限")

        return self._said(denied)

    def expire_tokens(self) -> None:
        """Let every token that was given out be over."""
        self._tokens.clear()

    # --- tokens and parameters ------------------------------------------------------------------------

    def _token(self, asked: Asked) -> Tree:
        given = _given(asked, ("appid", "secret"))
        right = secrets.compare_digest(
            f"{given['appid']}\0{given['secret']}".encode(), f"{self._appid}\0{self._secret}".encode()
        )
        if not right:
            raise Denied("token-refused", "appid或secret错误")
        token, ends = secrets.token_hex(16), self.books.now() + self._token_life
        self._tokens[token] = ends
        while len(self._tokens) > _MOST_TOKENS:
            del self._tokens[next(iter(self._tokens))]
        return {"messagelist": [{"token": token, "time": int(ends.timestamp()) * 1000}]}

    def _called(self, call: Call, asked: Asked) -> Tree:
        ends = self._tokens.get(asked.get("token") or "")
        if ends is None or ends <= self.books.now():
            raise Denied("token-over", "凭证已过期")
        given = _given(asked, (*call.needs, "token"), (*call.one_of, *call.takes, "opuser"))
        if call.one_of and sum(name in given for name in call.one_of) != 1:
            raise Denied("parameters", f"参数错误：{'或'.join(call.one_of)}")
        return call.does(self.books, {key: text for key, text in given.items() if key not in _FOR_ALL})

    # --- the envelope ---------------------------------------------------------------------------------

    def _said(self, call: Callable[[], Tree]) -> Reply:
        """What `call` gives, or why it was denied, in the manner whose turn it is."""
        try:
            tree = {"success": True, "messagelist": []} | call()
        except Denied as denied:
            tree = {"success": False, "messagelist": [{"code": denied.code, "message": denied.text}]}
        loose, self._loose = self._loose, not self._loose
        text = json.dumps(_written(tree, loose=loose), ensure_ascii=False)
        return Reply(text.encode(), "application/json;charset=UTF-8")


def _given(asked: Asked, needs: tuple[str, ...], takes: tuple[str, ...] = ()) -> Given:
    """The parameters of a call that needs and takes these.  An empty one counts as left out."""
    given = {name: text for name, text in asked.fields if text}
    several = [name for name, times in Counter(name for name, _ in asked.fields).items() if times > 1]
    unknown = [name for name, _ in asked.fields if name not in {*needs, *takes}]
    missing = [name for name in needs if name not in given]
    if wrong := several or unknown or missing:
        raise Denied("parameters", f"参数错误：{wrong[0]}")
    return given


def _written(tree: Any, *, loose: bool) -> Any:
    """`tree` for JSON; in the loose manner truth and numbers are texts."""
    if isinstance(tree, dict):
        return {key: _written(value, loose=loose) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_written(value, loose=loose) for value in tree]
    if isinstance(tree, bool):
        return str(tree).lower() if loose else tree
    if isinstance(tree, int | Decimal):
        return str(tree) if loose else float(tree) if isinstance(tree, Decimal) else tree
    return tree


async def start_interlib(
    reactor: Any,
    port: int = 0,
    *,
    stock: Path = STOCK,
    now: Callable[[], datetime] | None = None,
    token_life: timedelta = TOKEN_LIFE,
) -> Running[Interlib]:
    """An Interlib on the loopback interface.  Raises CannotListenError, or ImportFileError for another stock."""
    books = Books(stock, LIBRARY, now=now)
    return await listen(Interlib(books, token_life=token_life), reactor, port)
