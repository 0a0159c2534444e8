"""PostgreSQL for tests: one throw-away cluster for the whole run, and clusters of their own for those who break them."""

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
