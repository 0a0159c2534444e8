"""Reads PromQL as far as the tests need it: which metrics an expression asks for, and by which labels."""

import re

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector

from softdock.ops.metric_table import METRICS, MetricType

OF_PROMETHEUS = {"job", "instance"}
_NAME = r"[a-z_]\w*"
_SUFFIXES = ("_bucket", "_sum", "_count")


def known():
    """Every series that SoftDock exports, with the labels that it has."""
    series = {"up": set()}
    for each in METRICS:
        labels = set(each.labels)
        if each.type is MetricType.HISTOGRAM:
            series |= {each.name + suffix: labels | {"le"} for suffix in _SUFFIXES}
        else:
            series[each.name] = labels
    registry = CollectorRegistry()
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=registry)
    for family in registry.collect():
        for sample in family.samples:
            series[sample.name] = set(sample.labels)
    return series


def metrics_and_labels_of(expression):
    """The metrics that `expression` asks for.  Fails for one that does not exist, or that has not a label that is used."""
    text = re.sub(r"\[[^\]]*\]", "", expression)
    grouped = {
        label.strip()
        for found in re.findall(r"\b(?:by|without)\s*\(([^)]*)\)", text)
        for label in found.split(",")
    }
    text = re.sub(r"\b(?:by|without)\s*\([^)]*\)", "", text)
    exists, asked = known(), []
    for name, selector in re.findall(rf"(?<![\w\"~=|-])({_NAME})\b(?!\s*\()(?:\s*{{([^}}]*)}})?", text):
        if name in {"or", "and", "unless", "offset", "on", "ignoring", "m", "s", "bool"} or re.fullmatch(
            r"\d+[smhd]", name
        ):
            continue
        assert name in exists, f"there is no metric {name}: {expression}"
        labels = exists[name] | OF_PROMETHEUS
        used = set(re.findall(rf"({_NAME})\s*(?:=~|!~|!=|=)", selector))
        assert used <= labels, f"{name} has no label {used - labels}: {expression}"
        asked.append((name, labels))
    assert asked, f"nothing is asked for: {expression}"
    for name, labels in asked:
        assert grouped <= labels, f"{name} has no label {grouped - labels}: {expression}"
    return {name for name, _ in asked}
