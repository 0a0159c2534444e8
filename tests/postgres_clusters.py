"""Databases for tests: one throw-away cluster of PostgreSQL for the whole run, and more for those who break theirs."""

import pytest

from needs import need
from softdock.benchmarks import postgres as clusters


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Whoever asks for a cluster bears the marker `postgres`."""
    for item in items:
        if {"postgres", "durable_postgres"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.postgres)


@pytest.fixture(scope="session")
def postgres():
    """A cluster for all tests: each makes itself a database in it, and spoils no other's.  It never syncs."""
    need(clusters.PROGRAM, clusters.PACKAGE)
    with clusters.cluster() as cluster:
        yield cluster


@pytest.fixture
def durable_postgres():
    """A cluster for one test, which may kill it: what it has committed is on the disk."""
    need(clusters.PROGRAM, clusters.PACKAGE)
    with clusters.cluster(durable=True) as cluster:
        yield cluster


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request, tmp_path):
    """The URL of an empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/books.db"
    cluster = request.getfixturevalue("postgres")
    return cluster.url(cluster.database())
