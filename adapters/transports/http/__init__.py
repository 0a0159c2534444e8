"""Requests over HTTP/1.1.

Read `transport` first; `settings` is what may be said of a back end, `lines` keeps the connections, `line` is one of
them, `bodies` gathers and unpacks what comes.
"""

from softdock.adapters.transports.http.settings import HttpSettings
from softdock.adapters.transports.http.transport import HttpTransport

__all__ = ["HttpSettings", "HttpTransport"]
