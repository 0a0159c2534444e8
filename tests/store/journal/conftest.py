"""Several processes on one journal, in a fresh database of each kind."""

from pathlib import Path

import pytest

from journals import processes
from softdock.store.database import Database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """A fresh one of each kind."""
    if request.param == "sqlite":
        return Database.at("sqlite:///store.db", tmp_path, "store")
    cluster = request.getfixturevalue("postgres")
    return Database.at(cluster.url(cluster.database()), Path(), "store")


@pytest.fixture
def world(database):
    """See `journals.Processes`."""
    with processes(database) as made:
        yield made
