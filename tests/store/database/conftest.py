"""Databases of both kinds, fresh for each test."""

from pathlib import Path

import pytest

from softdock.store.database import Database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """A fresh one of each kind."""
    if request.param == "sqlite":
        return Database.at("sqlite:///test.db", tmp_path, "test")
    cluster = request.getfixturevalue("postgres")
    return Database.at(cluster.url(cluster.database()), Path(), "test")
