"""Draft rows that no longer fit the tables would be lost work."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

from malisec import checks, paths, tables

if TYPE_CHECKING:
    from pathlib import Path

DRAFTS = paths.home() / "drafts"


def test_drafts_pass_every_check_together_with_the_edition(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("merge", DRAFTS / "merge.py")
    merge = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(merge)
    parts = sorted(p.name for p in DRAFTS.iterdir() if (p / "events.csv").is_file())
    ids = {r["event_id"] for r in merge.read(paths.home() / "data" / "events.csv")}
    for part in parts:
        # two parts may tell of one event under one id; it is then merged once
        ids |= {r["event_id"] for r in merge.read(DRAFTS / part / "events.csv")}
    merged = merge.merge(tmp_path, parts)
    assert {r["event_id"] for r in merged["events"]} == ids
    texts, faults = tables.read_all(tmp_path / "data")
    faults += checks.check_tables(texts, faults)
    assert not faults, "\n".join(map(str, faults))
