"""Finding transports by their names."""

import pytest

from softdock.adapters.transports.port import TransportSettings
from softdock.adapters.transports.registry import TRANSPORTS, transport_kind


@pytest.mark.parametrize("name", sorted(TRANSPORTS))
def test_each_kind_says_what_its_keys_are_and_does_all_that_a_transport_does(name):
    kind = transport_kind(name)
    assert issubclass(kind.settings, TransportSettings)
    for method in ("open", "close", "send", "probe", "connections"):
        assert hasattr(kind.make, method), method
    assert all(field.description for field in kind.settings.model_fields.values())
