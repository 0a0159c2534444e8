"""What goes to a system and what comes back, as plain data: the border between a mapping and a transport.

A mapping builds one of the requests; the transport of the back end sends it and gives an `Answer`.  Neither knows the
other.  Texts in a request are final: they are encoded and escaped, or bound beside the statement, and nobody pastes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request over HTTP.  `repr` shows neither values nor body: they are personal, or secret."""

    method: str
    """In capitals."""
    path: str
    """Percent-encoded and beginning with /; it goes behind the base address of the back end."""
    query: str = field(default="", repr=False)
    """Percent-encoded, without the question mark."""
    headers: Sequence[tuple[str, str]] = field(default=(), repr=False)
    """Beside those that a transport adds: Host, Content-Length, Connection."""
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class SqlRequest:
    """One or several statements in one transaction.  Parameters are bound (`:name`), never pasted."""

    statements: Sequence[str]
    """Each with `:name` where a parameter is bound."""
    parameters: Mapping[str, Any] = field(default_factory=dict, repr=False)
    call: str = ""
    """A stored procedure that is called instead of statements; `parameters` are its IN parameters, by name."""
    arguments: Sequence[str] = ()
    """Of a procedure: the names of all its parameters, in their order."""
    out: Mapping[str, str] = field(default_factory=dict)
    """Of a procedure: its OUT parameters by name, each with its type: text, number or date."""
    changes: bool = False
    """Whether it may change anything; the transaction is read-only where it may not."""


@dataclass(frozen=True, slots=True)
class Sip2Request:
    """One message in the manner of SIP2, of the standard or beyond it."""

    code: str
    fixed: str = field(default="", repr=False)
    """What stands between the code and the first field."""
    fields: Sequence[tuple[str, str]] = field(default=(), repr=False)
    """Two-letter names, each with its text, in order; without error detection, which the transport adds."""
    answer: str = ""
    """The code of the message that answers it."""
    answer_fixed: int | None = None
    """Characters of the answer between its code and its first field; None where they are found by the first field."""


@dataclass(frozen=True, slots=True)
class FileRequest:
    """One file to read, or one line to append to a file."""

    name: str
    """Below the folder of the back end; no path leads out of it."""
    line: bytes | None = field(default=None, repr=False)
    """What is appended, with its line end; None to read."""
    header: bytes = field(default=b"", repr=False)
    """Written first where the file does not exist yet."""


Request: TypeAlias = HttpRequest | SqlRequest | Sip2Request | FileRequest


@dataclass(frozen=True, slots=True)
class Answer:
    """What a system gave back, before anybody reads it."""

    data: Any = field(repr=False)
    """Bytes; of SQL a `Rows`; of SIP2 a `Fields`."""
    status: int = 0
    """Of HTTP; 0 elsewhere."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Of HTTP, by their names in small letters."""
    charset: str = ""
    """What the transport was told of the charset of `data`, "" for nothing."""
    failed: str = ""
    """What is wrong, unless a rule of the map says otherwise: one of the errors that a map can name; "" for nothing."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What a database gave: rows of the last statement that has any, OUT parameters, and how much was changed."""

    rows: Sequence[Mapping[str, Any]] = field(default=(), repr=False)
    """By the names of the columns in small letters."""
    out: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """OUT parameters by name, in small letters."""
    changed: int = 0
    """Rows that the last statement changed."""
    error: str = ""
    """The database's own name for the error with which it refused a statement, "" for none.  Nothing is left of it."""
    message: str = field(default="", repr=False)
    """What it said of that."""


@dataclass(frozen=True, slots=True)
class Fields:
    """A message in the manner of SIP2."""

    code: str
    fixed: str = field(default="", repr=False)
    fields: Sequence[tuple[str, str]] = field(default=(), repr=False)
    """In order; names may repeat."""
