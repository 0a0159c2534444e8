"""What holds for the whole suite: no log of it holds a PIN, a password, or a patron's name or card."""

import json
import os
import re
from importlib.resources import files

import pytest
from hypothesis import HealthCheck, settings

import mariadb_servers
import needs
import postgres_clusters
import real_reactor
from running import LOGGED
from softdock.ops.lines import LineWriter

# Hypothesis does not watch the clock: a slow machine is no reason for a test to fail.  Where a change is judged, it
# tries the same examples every time; looking for new ones is for those who can mend what they find.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("steady", settings.get_profile("unhurried"), derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "unhurried"))


def pytest_configure(config):
    """What tests may need beside Python: programs of Debian packages, servers of databases, the reactor."""
    config.pluginmanager.register(needs)
    config.pluginmanager.register(postgres_clusters)
    config.pluginmanager.register(mariadb_servers)
    config.pluginmanager.register(real_reactor)


def secrets_of_the_demo():
    """Everything about the demo's patrons that must not be in a log; PINs as they would stand in a field."""
    demo = json.loads(files("softdock.adapters.inhouse").joinpath("demo.json").read_text(encoding="utf-8"))
    for patron in demo["patrons"]:
        yield from (patron[key] for key in ("id", "name", "address", "phone", "email") if patron.get(key))
        if pin := patron.get("pin"):
            yield from (f'"{pin}"', f"={pin} ", f"AD{pin}")


@pytest.fixture(scope="session", autouse=True)
def _the_logs_of_the_whole_suite_hold_no_secret():
    """Every line that passes a log writer in this process, or leaves a process that a test has started."""
    flush = LineWriter.flush

    def flush_and_remember(self):
        LOGGED.extend(self._gathered)
        flush(self)

    LineWriter.flush = flush_and_remember
    yield
    LineWriter.flush = flush
    pattern = re.compile("|".join(re.escape(each) for each in secrets_of_the_demo()))
    found = [line for line in LOGGED if pattern.search(line)]
    assert not found, f"these log lines tell of a patron: {found[:5]}"
