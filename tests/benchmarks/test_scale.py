"""The large library's file is a good one, and what came of its move is told whole."""

import json
from pathlib import Path

import pytest

from softdock.benchmarks import demo_library, scale, traffic


def test_the_file_holds_what_was_asked_for_and_is_json(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    assert scale.write_file(path, patrons=3, items=7) == path.stat().st_size
    written = json.loads(path.read_text(encoding="utf-8"))
    assert [each["id"] for each in written["patrons"]] == ["P10000000", "P10000001", "P10000002"]
    assert len(written["items"]) == 7
    assert written["items"][-1]["id"].encode("ascii") == traffic.item(scale.NEWCOMERS + 6).id
    assert written["library"]["id"] == demo_library.LIBRARY


def test_newcomers_are_no_one_who_is_there_already(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    scale.write_file(path, patrons=10, items=10)
    written = json.loads(path.read_text(encoding="utf-8"))
    small = demo_library.holdings(patrons=1_000, items=1_000)
    for part in ("patrons", "items"):
        assert not {each["id"] for each in written[part]} & {each["id"] for each in small[part]}


def test_a_move_is_told_with_its_rate_its_memory_and_the_kiosks_wait() -> None:
    calm, busy = scale.Latency(100, 1.0, 2.0, 3.0), scale.Latency(500, 4.0, 50.0, 60.0)
    move = scale.Move(
        "sqlite", "ext4", 500, 2_000, 3_000_000, 5.0, 80_000_000, calm, busy, "2,000 items\nread"
    )
    text = scale.told(move)
    assert "sqlite on ext4: 2,000 items and 500 patrons, 3 MB" in text
    assert "took 5.0 s, 500 records/s; at most 80 MB resident" in text
    assert "before     p50 1.0 ms, p99 2.0 ms, most 3.0 ms (100 requests)" in text
    assert "meanwhile  p50 4.0 ms, p99 50.0 ms, most 60.0 ms (500 requests)" in text
    assert text.endswith("  | 2,000 items\n  | read")


@pytest.mark.socket
def test_a_small_large_library_moves_in_while_a_kiosk_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole script, with the installed command; every answer of the kiosk is verified on the way."""
    monkeypatch.setattr(scale, "BEFORE", 10)
    figures = tmp_path / "figures.json"
    arguments = ["--items", "300", "--patrons", "40", "--databases", "sqlite", "--folder", str(tmp_path)]
    assert scale.main([*arguments, "--json", str(figures)]) == 0
    (move,) = json.loads(figures.read_text(encoding="utf-8"))
    assert (move["items"], move["patrons"], move["before"]["requests"]) == (300, 40, 10)
    assert move["meanwhile"]["requests"] >= 1
    assert move["peak"] > 1_000_000
    assert "sqlite on " in capsys.readouterr().out
