"""What changed between two editions of the tables, as a section for data/CHANGELOG.md.

Usage: python scripts/changes.py OLD [NEW]; each a folder that holds data/ and seeds/, or a commit. NEW is this working tree when
left out. Rows are compared by their ids; the reason beside a changed event is what its second reader wrote in reviews.csv.
"""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

from malisec.schema import TABLES

ROOT = Path(__file__).resolve().parent.parent
#: tables told row by row; of the others the numbers say enough
TOLD = ("events", "milestones", "blockades", "actors", "places")
Rows = dict[str, dict[str, str]]


def text_of(edition: str, path: str) -> str:
    """Return a table's file of a folder or a commit; nothing where it has none."""
    folder = Path(edition)
    if folder.is_dir():
        return (folder / path).read_text(encoding="utf-8") if (folder / path).is_file() else ""
    git = ["git", "-C", str(ROOT)]
    if subprocess.run([*git, "rev-parse", "--verify", "--quiet", f"{edition}^{{commit}}"], capture_output=True, check=False).returncode:
        sys.exit(f"changes: expected a folder or a commit, found {edition!r}")
    # an edition may lack a table that came later
    done = subprocess.run([*git, "show", f"{edition}:{path}"], capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


def rows_of(edition: str, name: str) -> Rows:
    """Return a table by the ids of its rows; rows without an id count by all they hold."""
    found = list(csv.DictReader(io.StringIO(text_of(edition, TABLES[name].path), newline="")))
    key = TABLES[name].key
    return {row[key] if key else "|".join(row.values()): row for row in found}


def counts(old: str, new: str) -> list[str]:
    """Return the table of how many rows stay, change, come and go."""
    lines = ["| table | rows before | rows now | new | changed | dropped |", "|---|---:|---:|---:|---:|---:|"]
    for name in TABLES:
        before, after = rows_of(old, name), rows_of(new, name)
        both = before.keys() & after.keys()
        changed = sum(any(before[i][c] != after[i].get(c, before[i][c]) for c in before[i]) for i in both)
        added, dropped = len(after.keys() - before.keys()), len(before.keys() - after.keys())
        if added or dropped or changed or before:
            lines.append(f"| {name} | {len(before) or ''} | {len(after)} | {added or ''} | {changed or ''} | {dropped or ''} |")
    return lines


def _cells(before: dict[str, str], after: dict[str, str]) -> str:
    """Say which cells of a row changed; short values with what they were and are."""
    said = []
    for column in before:
        was, now = before[column], after.get(column, before[column])
        if was != now:
            short = len(was) <= 40 and len(now) <= 40 and not column.endswith("source_ids")
            said.append(f"`{column}` {was or 'nothing'} → {now or 'nothing'}" if short else f"`{column}`")
    return "; ".join(said)


def _claims(old: str, new: str) -> dict[str, str]:
    """Say of each event or joint toll how its claims changed."""
    before, after = rows_of(old, "claims"), rows_of(new, "claims")
    found: dict[str, dict[str, list[str]]] = {}
    for claim_id in before.keys() | after.keys():
        row = after.get(claim_id) or before[claim_id]
        short = claim_id.rsplit(".", 1)[-1]
        if claim_id not in before:
            how = "new"
        elif claim_id not in after:
            how = "dropped"
        elif before[claim_id] != after[claim_id]:
            how = "changed"
        else:
            continue
        found.setdefault(row["event_id"] or row["shared_toll_id"], {}).setdefault(how, []).append(short)

    def listed(names: list[str]) -> str:
        return ", ".join(sorted(names, key=lambda n: (len(n), n)))

    return {key: "claims " + "; ".join(f"{how} {listed(names)}" for how, names in sorted(hows.items())) for key, hows in found.items()}


def rows(old: str, new: str) -> list[str]:
    """Return one line for each row of the old edition that changed or went."""
    reasons = {i: row["what"] for i, row in rows_of(new, "reviews").items()}
    claims = _claims(old, new)
    lines = []
    for name in TOLD:
        before, after = rows_of(old, name), rows_of(new, name)
        told = []
        for row_id in sorted(before):
            said = [_cells(before[row_id], after[row_id]) if row_id in after else "dropped"]
            said.append(claims.get(row_id, "") if name == "events" else "")
            if text := "; ".join(s for s in said if s):
                why = reasons.get(row_id, "") if name == "events" else ""
                told.append(f"| `{row_id}` | {text} | {why} |".replace("\n", " "))
        if told:
            lines += ["", f"**{name}**", "", "| row | change | why |", "|---|---|---|", *told]
    tolls = [f"| `{key}` | {text} | |" for key, text in sorted(claims.items()) if key.startswith("toll-") and key in old_tolls(old)]
    return [*lines, *(["", "**joint tolls**", "", "| toll | change | why |", "|---|---|---|", *tolls] if tolls else [])]


def old_tolls(edition: str) -> set[str]:
    """Return the joint tolls an edition had."""
    return {row["shared_toll_id"] for row in rows_of(edition, "events").values()} - {""}


if __name__ == "__main__":
    first, *rest = sys.argv[1:] or sys.exit(__doc__)
    second = rest[0] if rest else str(ROOT)
    print("\n".join([*counts(first, second), *rows(first, second)]))
