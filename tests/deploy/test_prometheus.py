"""The alerts: Prometheus reads them, each fires for what it is about, and each names a runbook that exists."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from boards import metrics_and_labels_of
from needs import find
from softdock.ops.metric_table import METRICS

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "deploy" / "prometheus"

promtool = pytest.mark.needs("promtool", "prometheus")


def rules():
    (group,) = yaml.safe_load((FOLDER / "softdock.rules.yml").read_text(encoding="utf-8"))["groups"]
    return {each["alert"]: each for each in group["rules"]}


def run(*arguments):
    done = subprocess.run(
        [find("promtool"), *arguments], cwd=FOLDER, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr


@promtool
def test_prometheus_accepts_the_rules_and_the_configuration():
    run("check", "config", "prometheus.yml")


@promtool
def test_each_alert_fires_when_it_should_and_only_then():
    run("test", "rules", "softdock.rules.test.yml")


def test_every_alert_is_tested_for_firing_and_for_silence():
    text = yaml.safe_load((FOLDER / "softdock.rules.test.yml").read_text(encoding="utf-8"))
    asked = [case for test in text["tests"] for case in test["alert_rule_test"]]

    assert {case["alertname"] for case in asked if case.get("exp_alerts")} == set(rules())
    assert {case["alertname"] for case in asked if not case.get("exp_alerts")} == set(rules())


@pytest.mark.parametrize("alert", rules())
def test_an_alert_asks_for_metrics_that_exist(alert):
    metrics_and_labels_of(rules()[alert]["expr"])


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_alert_has_its_heading_in_the_runbook(language):
    """And the runbook has no heading for an alert that is gone."""
    text = (ROOT / "docs" / language / "how-to" / "alerts.md").read_text(encoding="utf-8")

    assert re.findall(r"^## (SoftDock\w+)$", text, re.MULTILINE) == list(rules())
    for name, rule in rules().items():
        assert rule["annotations"]["runbook"] == f"how-to/alerts.html#{name.lower()}"


def test_the_check_of_expressions_knows_a_wrong_one():
    """Otherwise it would hold nothing."""
    assert {each.name for each in METRICS} >= {"softdock_operations_total"}
    for wrong in (
        "rate(softdock_operation_total[5m])",
        'softdock_operations_total{outcom="done"}',
        "sum by (lib) (softdock_operations_total)",
        "softdock_reactor_lag_seconds",
    ):
        with pytest.raises(AssertionError):
            metrics_and_labels_of(wrong)
