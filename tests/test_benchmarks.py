"""What the measurements share: ratios are right, nothing of the machine but its processors is told, and no script is left out."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"
SCRIPTS = sorted(path for path in FOLDER.glob("*.py") if not path.name.startswith("_"))
FILE = FOLDER / "results.json"
KEYS = ["name", "ours", "peer", "peer_name", "unit", "ratio", "aim", "reached", "versions"]


@pytest.fixture
def results(monkeypatch, tmp_path):
    """Return the module as a script finds it, with nothing recorded, and a file to keep entries in."""
    spec = importlib.util.spec_from_file_location("_results", FOLDER / "_results.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setenv(module.KEPT, str(tmp_path / "kept.json"))
    return module


def test_ratio_says_how_many_times_better_ours_is(results):
    took = results.record("a", 0.5, "s", peer=2.0, peer_name="other", libraries=["pandas"], ratio_at_least=4)
    assert list(took) == KEYS
    assert (took["ratio"], took["aim"], took["reached"]) == (4.0, "ratio at least 4", True)
    assert list(took["versions"]) == ["malisec", "pandas"]
    assert results.record("b", 100.0, "names/s", peer=400.0, peer_name="other", ratio_at_least=1)["ratio"] == 0.25
    assert results.record("b", 100.0, "names/s", peer=400.0, peer_name="other", ratio_at_least=1)["reached"] is False


def test_aim_may_be_an_amount_and_need_not_be(results):
    assert results.record("a", 50.0, "MB", at_most=50)["reached"] is True
    assert results.record("a", 50.1, "MB", at_most=50)["aim"] == "at most 50 MB"
    # what misses by a hair is not rounded to a hit
    assert results.record("a", 50.04, "MB", at_most=50)["reached"] is False
    alone = results.record("a", 1.23456, "s")
    assert [alone[key] for key in ("ours", "peer", "ratio", "aim", "reached")] == [1.23, None, None, None, None]
    assert results.record("a", 0.0, "s", peer=1.0, peer_name="other")["ratio"] is None


def test_linear_work_has_slope_one_and_square_work_has_two(results, monkeypatch):
    for power in (1, 2):
        monkeypatch.setattr(results, "seconds", lambda call, _: call())
        curve = results.growth("work", lambda n, power=power: 1e-9 * n**power, (10, 100, 1000))
        assert (curve["slope"], curve["steepest"]) == (pytest.approx(power), pytest.approx(power))
        assert results._entries[-1]["reached"] is (power == 1)
    monkeypatch.setattr(results, "seconds", lambda call, _: call())
    assert results.growth("work", lambda n: 1.0 if n < 1000 else 100.0, (10, 100, 1000))["steepest"] == pytest.approx(2)


def test_seconds_are_those_of_the_best_round(results, monkeypatch):
    clock = iter([0.0, 5.0, 10.0, 12.0, 20.0, 23.0])
    monkeypatch.setattr(results.time, "perf_counter", lambda: next(clock))
    assert results.seconds(lambda: None, rounds=3) == 2.0


def test_memory_counts_the_result_and_not_the_input(results):
    found = results.grown("import numpy as np\ngiven = np.ones(10_000_000)", "found = given[:5_000_000] + 1")
    assert 39 < found < 60


def test_entries_are_kept_as_they_come_and_only_when_asked_for(results, monkeypatch):
    kept = Path(os.environ[results.KEPT])
    results.record("a", 1.0, "s")
    assert [e["name"] for e in json.loads(kept.read_text())["entries"]] == ["a"]
    kept.unlink()
    monkeypatch.delenv(results.KEPT)
    results.record("b", 1.0, "s")
    assert not kept.exists()


def test_file_keeps_what_other_scripts_found_and_writes_the_same_bytes_for_the_same_entries(results, tmp_path):
    path, entry = tmp_path / "results.json", results.record("a", 1.0, "s")
    both = {"entries": [entry], "growth": []}
    results.write(path, results.merged(path, {"b.py": both, "a.py": both}))
    first = path.read_bytes()
    results.write(path, results.merged(path, {"b.py": both}))
    assert path.read_bytes() == first
    again = {"entries": [entry | {"name": "c"}], "growth": []}
    results.write(path, results.merged(path, {"a.py": again}))
    found = json.loads(path.read_text())
    assert [(e["script"], e["name"]) for e in found["entries"]] == [("a.py", "c"), ("b.py", "a")]
    assert [p.name for p in tmp_path.glob("results*")] == ["results.json"]


def test_file_tells_nothing_of_the_machine_but_its_processors(results, tmp_path):
    path = tmp_path / "results.json"
    results.write(path, results.merged(path, {"a.py": {"entries": [results.record("a", 1.0, "s")], "growth": []}}))
    for text in [path.read_text(), *([FILE.read_text(encoding="utf-8")] if FILE.is_file() else [])]:
        assert json.loads(text)["machine"].keys() == {"cpus"}
        assert not re.search(r'[:"][/\\]\w|[A-Za-z]:\\\\|/(?:home|root|tmp|work|Users)\b', text)
        assert socket.gethostname() not in set(re.findall(r"[\w.-]+", text))
        assert str(FOLDER.parent) not in text


def test_table_shows_what_was_missed_and_curves_every_size(results):
    results.record("fast", 1.0, "s", peer=8.0, peer_name="other", ratio_at_least=4)
    results.record("large", 51.0, "MB", at_most=50)
    head, fast, large = results.shown().splitlines()
    assert head.split() == ["what", "ours", "peer", "ratio", "aim"]
    assert fast.split()[-1] == "reached"
    assert large.split()[-1] == "MISSED"
    curve = {"name": "a", "rows": [10, 1000], "seconds": [1e-6, 1e-4], "slope": 1.0, "steepest": 1.0}
    assert results.curves([curve, curve | {"name": "b", "rows": [10], "seconds": [1e-6]}]).splitlines()[1].split() == [
        "a", "100", "100", "1.00", "1.00",
    ]  # fmt: skip


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_every_measurement_records_something_and_holds_no_time_against_anyone(script):
    tree = ast.parse(script.read_text(encoding="utf-8"))
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert called & {"record", "growth"}
    assert not any(isinstance(node, ast.Assert) for node in ast.walk(tree))


def test_committed_results_are_of_every_measurement_and_of_none_that_is_gone():
    found = json.loads(FILE.read_text(encoding="utf-8"))
    assert {e["script"] for e in found["entries"]} == {path.name for path in SCRIPTS}
    for entry in found["entries"]:
        assert list(entry) == ["script", *KEYS]
    for curve in found["growth"]:
        assert len(curve["rows"]) == len(curve["seconds"])


def test_measurement_that_does_not_exist_is_named_with_those_that_do():
    done = subprocess.run([sys.executable, FOLDER / "_all.py", "pionts"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "no such measurement: pionts; there are" in done.stderr
    assert "points" in done.stderr


def test_script_that_fails_is_told_and_what_it_found_before_stays(tmp_path):
    for name in ("_all.py", "_results.py"):
        (tmp_path / name).write_text((FOLDER / name).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "good.py").write_text("from _results import record\nrecord('good', 1.0, 's')\n")
    (tmp_path / "bad.py").write_text("from _results import record\nrecord('bad', 1.0, 's')\n")
    (tmp_path / "mute.py").write_text("")

    def run():
        return subprocess.run([sys.executable, tmp_path / "_all.py"], capture_output=True, text=True, check=False)

    first = run()
    assert first.returncode == 1
    assert "failed: mute.py" in first.stderr
    (tmp_path / "bad.py").write_text("raise SystemExit(3)\n")
    second = run()
    assert second.returncode == 1
    assert "failed: bad.py, mute.py" in second.stderr
    assert [e["name"] for e in json.loads((tmp_path / "results.json").read_text())["entries"]] == ["bad", "good"]
