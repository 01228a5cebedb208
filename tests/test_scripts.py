"""The scripts that make tables and their change log: what they print is published."""

from __future__ import annotations

import argparse
import csv
import doctest
from typing import TYPE_CHECKING

import pytest

import changes
import gazetteer
from malisec import checks, paths, tables
from tables_small import copy_edition

if TYPE_CHECKING:
    from pathlib import Path

# --- changes ---


def test_editions_that_are_the_same_differ_in_no_row(tmp_path: Path) -> None:
    edition = copy_edition(tmp_path)
    assert changes.rows(str(edition.root), str(edition.root)) == []
    assert all(
        line.endswith("|  |  |  |") or line.startswith(("| table", "|---")) for line in changes.counts(str(edition.root), str(edition.root))
    )


def test_changed_cell_new_claim_and_dropped_row_are_told_with_the_reason(tmp_path: Path) -> None:
    old, new = copy_edition(tmp_path / "old"), copy_edition(tmp_path / "new")
    new.change("events", "2025-07-01-kayes", confidence="low", note="a longer note than fits on one line of the change log")
    new.repeat("claims", "2025-07-01-kayes.k2", claim_id="2025-07-01-kayes.k9", said_by="Somebody")
    new.write("milestones", [r for r in new.rows("milestones") if r["milestone_id"] != "2012-04-06-azawad"])
    told = "\n".join(changes.rows(str(old.root), str(new.root)))
    reason = next(r["what"] for r in new.rows("reviews") if r["event_id"] == "2025-07-01-kayes")
    assert "| `2025-07-01-kayes` | `confidence` high → low; `note`; claims new k9 | " + reason in told
    assert "| `2012-04-06-azawad` | dropped |" in told
    assert any(line.startswith("| claims |") and "| 1 |" in line for line in changes.counts(str(old.root), str(new.root)))


def test_a_commit_that_is_none_is_said_and_not_taken_for_an_empty_edition() -> None:
    with pytest.raises(SystemExit, match="expected a folder or a commit, found 'nosuchcommit'"):
        changes.counts("nosuchcommit", str(paths.home()))


# --- gazetteer ---


def test_examples_of_the_gazetteer_script_hold() -> None:
    result = doctest.testmod(gazetteer)
    assert result.attempted >= 3
    assert result.failed == 0


OCHA = [
    # name, code, class, commune, lon, lat
    ("Sandaré", "ML010612000", "4", "ML010612", "-10.300", "14.700"),
    ("Sandare", "ML010612001", "5", "ML010612", "-10.300", "14.701"),
    ("Fégui Ville", "ML010106000", "4", "ML010106", "-11.240", "14.870"),
    ("Madina", "ML010106009", "5", "ML010106", "-11.100", "14.800"),
]


@pytest.fixture
def lists(tmp_path: Path) -> argparse.Namespace:
    """Lists of four settlements and two communes, and tables with one place."""
    with (paths.home() / "data" / "geography" / "communes.csv").open(encoding="utf-8") as file:
        communes = [r for r in csv.DictReader(file) if r["pcode"] in {"ML010612", "ML010106"}]
    assert len(communes) == 2
    names = "featureNam pcode popPlaceCl admin3Pcod longitude latitude".split()
    files = {
        "data/geography/communes.csv": communes,
        "ocha.csv": [dict(zip(names, (n, p, c, m, lon, lat), strict=True)) for n, p, c, m, lon, lat in OCHA],
        "geonames.csv": [
            {"geonameid": "1", "name": "Sandaré", "latitude": "14.70", "longitude": "-10.30", "alternatenames": "['Sandare', 'Sandareh']"}
        ],
        "cercles.csv": [{"region": "Nioro", "cercle": "Sandaré"}],
        "research.csv": [{"sheet": "west", "place": "Sandaré", "alt_names": "Sandarai", "region_2023": "Nioro", "notes": ""}],
    }
    for name, rows in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        gazetteer.write(tmp_path / name, list(rows[0]), rows)
    gazetteer.write(tmp_path / "data" / "places.csv", gazetteer.PLACE_COLUMNS, [])
    gazetteer.write(tmp_path / "data" / "place_names.csv", gazetteer.NAME_COLUMNS, [])
    hand = tmp_path / "hand"
    hand.mkdir()
    for path in (paths.home() / "scripts" / "gazetteer").glob("*.csv"):
        with path.open(encoding="utf-8") as file:
            gazetteer.write(hand / path.name, next(csv.reader(file)), [])
    kinds = {"ocha": "ocha.csv", "geonames": "geonames.csv", "cercles": "cercles.csv", "research": "research.csv"}
    return argparse.Namespace(
        data=tmp_path / "data", hand=hand, out=tmp_path / "out", **{kind: tmp_path / name for kind, name in kinds.items()}
    )


def test_gazetteer_finds_the_seats_and_marks_what_is_only_a_rule(lists: argparse.Namespace) -> None:
    gazetteer.build(lists)
    places = {r["place_id"]: r for r in gazetteer.read(lists.out / "places.csv")}
    assert places["sandare"]["seat"] == "cercle"
    assert places["sandare"]["region_2023"] == "Nioro"
    assert "ML010612000" in places["sandare"]["coord_source"]
    assert "madina" not in places
    names = gazetteer.read(lists.out / "place_names.csv")
    assert {"Sandareh", "Sandarai"} <= {r["name"] for r in names if r["place_id"] == "sandare"}
    assert all(r["note"] for r in names if r["language"] == "rule")


def test_gazetteer_run_on_its_own_result_changes_nothing(lists: argparse.Namespace) -> None:
    gazetteer.build(lists)
    first = {name: (lists.out / name).read_bytes() for name in ("places.csv", "place_names.csv")}
    for name, raw in first.items():
        (lists.data / name).write_bytes(raw)
    gazetteer.build(lists)
    assert {name: (lists.out / name).read_bytes() for name in first} == first


def test_shipped_gazetteer_holds_what_the_codebook_promises() -> None:
    texts, _ = tables.read_all(paths.data())
    seats = texts["places"]["seat"].value_counts()
    communes = texts["communes"]
    seated = set(zip(texts["places"]["commune"], texts["places"]["cercle"], strict=True))
    assert seats["capital"] == 1
    assert seats["region"] == 19
    # most communes name the place that is their seat; a seat may stand for several (Bamako) or lie in a neighbour's row
    held = sum((row.commune, row.cercle) in seated for row in communes.itertuples())
    assert held > 0.95 * len(communes)
    assert len(texts["place_names"]) >= 2500
    assert not list(checks.coordinates(texts))
    assert not list(checks.divisions(texts))
