"""Put the draft rows beside the edition, into a directory of their own, and name what may be told twice.

Usage: python drafts/merge.py OUT [PART ...]; then `malisec check OUT/data` and `malisec report --data OUT/data --out OUT/reports`.
The edition in data/ is not touched. A row whose id the edition already has is left out.
"""

import csv
import shutil
import sys
from pathlib import Path

import pandas as pd

from malisec.geography import distance_km
from malisec.schema import TABLES

HERE = Path(__file__).resolve().parent
MERGED = ("sources", "actors", "places", "place_names", "events", "claims", "milestones", "blockades", "curation_log")


def read(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[dict[str, str]], columns: list[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def merge(out: Path, parts: list[str]) -> dict[str, list[dict[str, str]]]:
    """Write the edition with the named parts to `out`; return the merged tables."""
    for name in ("data", "seeds"):
        shutil.copytree(HERE.parent / name, out / name, dirs_exist_ok=True)
    tables = {t: read(HERE.parent / TABLES[t].path) for t in MERGED}
    by_url = {r["url"]: r["source_id"] for r in tables["sources"]}
    for part in parts:
        renamed = {}
        for row in read(HERE / part / "sources.csv"):
            if row["url"] in by_url:
                renamed[row["source_id"]] = by_url[row["url"]]
            else:
                by_url[row["url"]] = row["source_id"]
                tables["sources"].append(row)
        for name in MERGED[1:]:
            keys = ["name", "place_id"] if name == "place_names" else list(TABLES[name].columns)[:1]
            known = {tuple(r[k] for k in keys) for r in tables[name]}
            for row in read(HERE / part / f"{name}.csv"):
                if "source_ids" in row:
                    row["source_ids"] = " ".join(dict.fromkeys(renamed.get(i, i) for i in row["source_ids"].split()))
                if tuple(row[k] for k in keys) not in known:
                    tables[name].append(row)
    used = {
        i for name in ("actors", "events", "claims", "milestones", "blockades") for row in tables[name] for i in row["source_ids"].split()
    }
    tables["sources"] = [r for r in tables["sources"] if r["source_id"] in used or r["kind"] in {"seed", "dataset"}]
    for name, rows in tables.items():
        write(out / TABLES[name].path, rows, list(TABLES[name].columns))
    return tables


def alike(tables: dict[str, list[dict[str, str]]], days: int = 2, km: float = 30) -> list[str]:
    """Name pairs of events that lie close in time and space and are of no common wave."""
    places = pd.DataFrame(tables["places"]).set_index("place_id")[["lat", "lon"]].astype(float)
    events = pd.DataFrame(tables["events"]).query("place_id != ''")
    events = events.join(places, on="place_id").assign(date=pd.to_datetime(events["date"])).sort_values("date").reset_index(drop=True)
    found = []
    for i, one in events.iterrows():
        near = events.iloc[i + 1 :]
        near = near[near["date"] - one["date"] <= pd.Timedelta(days=days)]
        near = near[distance_km(one["lon"], one["lat"], near["lon"], near["lat"]) <= km]
        near = near[(near["wave_id"] != one["wave_id"]) | (near["wave_id"] == "")]
        found += [f"{one['event_id']} ~ {other}" for other in near["event_id"]]
    return found


if __name__ == "__main__":
    target = Path(sys.argv[1])
    merged = merge(target, sys.argv[2:] or sorted(p.name for p in HERE.iterdir() if (p / "events.csv").is_file()))
    print("\n".join(["perhaps told twice:", *alike(merged)]))
    print(", ".join(f"{len(rows)} {name}" for name, rows in merged.items()))
