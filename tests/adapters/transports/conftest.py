"""What the tests of transports share."""

from datetime import UTC, datetime

import pytest

from softdock.adapters.base import AdapterContext
from softdock.adapters.transports.http import HttpSettings, HttpTransport
from softdock.circulation.identifiers import LibraryId


@pytest.fixture
def context(real, tmp_path):
    """What a transport is told, with a reactor for real sockets."""
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    return AdapterContext(LibraryId("LIB"), UTC, "CNY", lambda: noon, tmp_path, real.reactor)


@pytest.fixture
def towards(real, context):
    """Makes a transport of HTTP to what is served; it is closed at the end."""
    made = []

    def transport(served, *, path="", scheme="http", **settings):
        port = served if isinstance(served, int) else real.listen(served)
        own = HttpSettings.model_validate({"url": f"{scheme}://localhost:{port}{path}", **settings})
        made.append(HttpTransport(own, context))
        return made[-1]

    yield transport
    for each in made:
        real.result_of(each.close())
