"""The adapters that come along: folders of maps, one for each vendor's system.

Each name here is the folder that the entry point of the same name leads to.  A site puts its own folder over one of them
with `like: <name>` in its `adapter.yaml`.
"""

from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).resolve().parent

aleph: Final = _HERE / "aleph"
"""ALEPH 500: lends by its SIP2 server, is read by its X-Server."""

aleph_rest: Final = _HERE / "aleph-rest"
"""The same, with the lists of patrons by its RESTful service."""

interlib: Final = _HERE / "interlib"
"""Interlib by its openlib REST service."""
