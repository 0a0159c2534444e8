"""The X-Server: accounts, sessions, and the document of every reply."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from softdock.kit.simulators.aleph import rest
from softdock.kit.simulators.aleph import tables as t
from softdock.kit.simulators.aleph.asking import ServiceError, Shop
from softdock.kit.simulators.aleph.forms import Node, document
from softdock.kit.simulators.aleph.services import FOR_ANYBODY, SERVICES
from softdock.kit.simulators.books import Books
from softdock.kit.simulators.faults import Harm
from softdock.kit.simulators.site import Asked, Reply, Simulator, page

XML = "text/xml"

USER = "SOFTDOCK"
PASSWORD = "only-simulated"  # noqa: S105 - it opens what is made up
"""Of the account that may use every service."""

ANYBODY = "www-x"
"""Whoever names no account."""

_MOST_SESSIONS = 1_000


class _NotLoggedIn(Exception):
    """The reply is a `login` with an error, whatever was asked for."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """A change of the books by SIP2, with the member of staff who stands for it."""

    cataloguer: str
    operation: str
    about: tuple[str, ...] = field(repr=False)
    """The patron and the item, as far as there are."""


class Aleph(Simulator):
    """Answers as the X-Server does, and under `/rest-dlf/` as the RESTful service."""

    home: ClassVar[str] = "/"

    def __init__(self, books: Books, *, user: str = USER, password: str = PASSWORD) -> None:
        super().__init__(books)
        self.transactions: list[Transaction] = []
        """What was done by SIP2, the latest last."""
        self._user = user
        self._password = password
        self._shop = Shop(books)
        self._sessions: dict[str, str] = {}
        """Whose each is, the oldest first."""

    def call_of(self, path: str, fields: tuple[tuple[str, str], ...]) -> str:
        """The service, with hyphens; of the RESTful part `rest/` and what it is about; else the path."""
        if path == "/X":
            return _hyphens(next((text for name, text in fields if name == "op"), ""))
        return rest.call_of(path)

    def answer(self, asked: Asked) -> Reply:
        """See `Simulator`."""
        if asked.path.startswith(rest.HOME):
            return rest.answer(self.books, asked)
        if asked.path != "/X":
            return page(404, "Not Found")
        if asked.method not in {"GET", "POST"}:
            return page(405, "Method Not Allowed")
        given = {name.replace("-", "_"): text for name, text in asked.fields}
        try:
            account, session = self._account(given)
            service = SERVICES.get(asked.call)
            if service is None:
                if asked.call == "login" and account != ANYBODY:
                    return _said("login", [("reply", "ok")], session)
                raise _NotLoggedIn(t.NO_PROGRAM)
            if account == ANYBODY and asked.call not in FOR_ANYBODY:
                raise _NotLoggedIn(t.NOT_ALLOWED)
        except _NotLoggedIn as error:
            return _said("login", [("error", str(error))])
        try:
            return _said(asked.call, service(self._shop, given), session)
        except ServiceError as error:
            return _said(asked.call, error.content, session)

    def deny(self, harm: Harm, asked: Asked) -> Reply:
        """See `Simulator`.  The RESTful part knows no accounts: its server shuts the door."""
        if asked.path.startswith(rest.HOME):
            return page(403, "Forbidden")
        if harm is Harm.SESSION:
            self._sessions.clear()
            return _said("login", [("error", t.SESSION_OVER)])
        return _said("login", [("error", t.NOT_ALLOWED)])

    def _account(self, given: dict[str, str]) -> tuple[str, str]:
        """Who asks, and in which session, which may be a new one."""
        session = given.get("session_id") or given.get("session") or ""
        if "user_name" in given:
            named = f"{given['user_name'].upper()}\0{given.get('user_password', '')}"
            if not secrets.compare_digest(named.encode(), f"{self._user}\0{self._password}".encode()):
                raise _NotLoggedIn(t.WRONG_ACCOUNT)
            account = self._user
        elif session:
            known = self._sessions.get(session)
            if known is None:
                raise _NotLoggedIn(t.SESSION_OVER)
            return known, session
        else:
            account = ANYBODY
        session = secrets.token_hex(25).upper()
        self._sessions[session] = account
        while len(self._sessions) > _MOST_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        return account, session


def _hyphens(name: str) -> str:
    return name.replace("_", "-").lower()


def _said(root: str, content: Sequence[Node], session: str = "") -> Reply:
    """A document, with the session at its end if there is one."""
    ending: Sequence[Node] = [("session-id", session)] if session else ()
    return Reply(document(root, [*content, *ending]), XML)
