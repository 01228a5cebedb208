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
    before = len(merge.read(paths.home() / "data" / "events.csv"))
    merged = merge.merge(tmp_path, parts)
    assert len(merged["events"]) == before + sum(len(merge.read(DRAFTS / p / "events.csv")) for p in parts)
    texts, faults = tables.read_all(tmp_path / "data")
    faults += checks.check_tables(texts, faults)
    assert not faults, "\n".join(map(str, faults))
