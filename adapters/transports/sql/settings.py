"""The settings of a database of a system.

ils:
  sql: {url: "mariadb://softdock@10.1.2.3/ils?charset=utf8mb4", password: "${file:ils.pw}", connections: 4}
"""

from typing import Annotated

from pydantic import Field
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from softdock.adapters.kinds import Password
from softdock.adapters.transports.port import TransportSettings
from softdock.circulation.identifiers import Secret
from softdock.mappings.written import Seconds, Written, lasting, line, mistake, shown, text_of, whole

KINDS = {
    "sqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "mariadb": "mariadb+pymysql",
    "mysql": "mysql+pymysql",
    "oracle": "oracle+oracledb",
    "mssql": "mssql+pymssql",
}
"""The kinds of databases, each with the driver it is spoken to with."""

_REMEDY = "Write it like postgresql://softdock@10.1.2.3/ils, mariadb://..., oracle://..., mssql://... or sqlite:///ils.db."


def _url(value: object) -> URL:
    if isinstance(value, URL):
        return value
    try:
        url = make_url(text_of(value, _REMEDY))
    except (ArgumentError, ValueError):
        raise mistake("This is not the URL of a database.", _REMEDY) from None
    kind = url.drivername.partition("+")[0]
    if url.password is not None:
        raise mistake("An address holds no password.", "Write it by password instead.")
    if kind not in KINDS or url.drivername not in (kind, KINDS[kind]):
        raise mistake(f"{shown(value)} is no database that is known here.", _REMEDY)
    if kind == "sqlite" and (url.query or not url.database or url.database == ":memory:"):
        raise mistake("This names no file.", "Write it like sqlite:///ils.db or sqlite:////var/lib/ils.db.")
    return url.set(drivername=KINDS[kind])


class SqlSettings(TransportSettings):
    """The keys of a back end that is a database."""

    url: Annotated[URL, Written(_url, {"type": "string"})]
    """Where the database is, without a password: postgresql://user@host/name, mariadb://, mysql://, sqlite:///file.db (beside
    the settings), and, not proven yet, oracle:// and mssql://. What the driver takes beside goes behind a question mark, such
    as ?charset=gbk, or ?sslmode=verify-full."""
    password: Password = Field(default_factory=lambda: Secret(""), repr=False)
    """Password of the user, by reference."""
    connections: Annotated[int, whole(1, 128)] = 4
    """How many connections there may be at one time, each with a thread; shared out among the workers."""
    waiting: Annotated[int, whole(0, 100_000)] = 1000
    """How many requests may wait for a connection; others are turned away as long as so many do."""
    idle: Annotated[Seconds, lasting(0, 86_400)] = Seconds(300)
    """Time without a request after which a connection is closed; 0s for a connection of its own for each request."""
    timeout: Annotated[Seconds, lasting(0.1, 90)] = Seconds(30)
    """Time for all statements of a request together, and for each the time after which the database gives it up."""
    connect_timeout: Annotated[Seconds, lasting(1, 60)] = Seconds(5)
    """Time within which a connection must come about."""
    most_rows: Annotated[int, whole(1, 1_000_000)] = 10_000
    """Rows that a statement may give."""
    largest_answer: Annotated[int, whole(1_000, 100_000_000)] = 4_000_000
    """Characters or bytes that these rows may have, all values together."""
    charset: Annotated[str, line(0, 40)] = ""
    """Charset of texts that the driver gives as bytes."""
