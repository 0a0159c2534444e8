"""The board of Grafana asks for nothing that SoftDock does not export, and leaves out nothing that it does."""

import json
import re
from pathlib import Path

import pytest

from boards import metrics_and_labels_of
from softdock.ops.metric_table import METRICS

BOARD = json.loads(
    (Path(__file__).parent.parent.parent / "deploy" / "grafana" / "softdock.json").read_text(encoding="utf-8")
)
PANELS = [each for each in BOARD["panels"] if each["type"] != "row"]


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_a_panel_asks_for_metrics_and_labels_that_exist(panel):
    for target in panel["targets"]:
        metrics_and_labels_of(target["expr"])
        grouped = re.findall(r"by \(([^)]*)\)", target["expr"])
        legend = set(re.findall(r"{{(\w+)}}", target["legendFormat"]))
        labels = set(", ".join(grouped).split(", ")) if grouped else {"instance"}
        assert legend <= labels, f"the legend names what the sum has dropped: {panel['title']}"


def test_every_metric_of_softdock_is_on_the_board():
    asked = set()
    for panel in PANELS:
        for target in panel["targets"]:
            asked |= metrics_and_labels_of(target["expr"])

    for metric in METRICS:
        assert asked & {metric.name, f"{metric.name}_bucket"}, f"{metric.name} is on no panel"


def test_panels_do_not_overlap():
    taken = {}
    for panel in BOARD["panels"]:
        place = panel["gridPos"]
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert x < 24
                other = taken.setdefault((x, y), panel["title"])
                assert other == panel["title"], f"{panel['title']} lies on {other}"


def test_the_variables_ask_for_labels_that_exist():
    for variable in BOARD["templating"]["list"]:
        if variable["type"] == "query":
            metric, label = re.fullmatch(
                r"label_values\(([^,{]+(?:{[^}]*})?), (\w+)\)", variable["query"]["query"]
            ).groups()
            metrics_and_labels_of(f"sum by ({label}) ({metric})")
