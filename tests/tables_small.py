"""The shipped tables copied to a directory of the test's own, to be broken there one cell, row or byte at a time.

Knows files and rows as text; must not know what is a fault.
"""

from __future__ import annotations

import csv
import functools
import io
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from malisec import checks, paths, tables
from malisec.faults import Fault
from malisec.schema import TABLES


@dataclass(frozen=True)
class Edition:
    """A complete set of tables; ``data/`` and ``seeds/`` lie below `root`."""

    root: Path

    @property
    def data(self) -> Path:
        """Return the directory that a user would name on the command line."""
        return self.root / "data"

    def path(self, table: str) -> Path:
        """Return the file of `table`."""
        return self.root / TABLES[table].path

    def rows(self, table: str) -> list[dict[str, str]]:
        """Return the rows of `table` as they stand in the file."""
        return list(csv.DictReader(io.StringIO(self.path(table).read_text(encoding="utf-8"), newline=""), strict=True))

    def line(self, table: str, **cells: str) -> int:
        """Return the line of the one row that holds `cells`; the shipped files have one row on each line."""
        lines = [i for i, row in enumerate(self.rows(table), 2) if cells.items() <= row.items()]
        assert len(lines) == 1, f"{len(lines)} rows of {table} hold {cells}"
        return lines[0]

    def write(self, table: str, rows: list[dict[str, str]]) -> None:
        """Write `rows` in place of all rows of `table`."""
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        self.path(table).write_text(text.getvalue(), encoding="utf-8", newline="")

    def change(self, table: str, row: int | str, **cells: str) -> int:
        """Put `cells` into the row on line `row`, or into the one with this id, and return its line."""
        line = row if isinstance(row, int) else self.line(table, **{str(TABLES[table].key): row})
        rows = self.rows(table)
        assert cells.keys() <= rows[0].keys()
        rows[line - 2] |= cells
        self.write(table, rows)
        return line

    def repeat(self, table: str, row: int | str, **cells: str) -> int:
        """Add a copy of a row with `cells` in place of its own, and return its line."""
        rows = self.rows(table)
        line = row if isinstance(row, int) else self.line(table, **{str(TABLES[table].key): row})
        self.write(table, [*rows, rows[line - 2]])
        return self.change(table, len(rows) + 2, **cells)

    def rewrite(self, table: str, edit: Callable[[bytes], bytes]) -> None:
        """Change the bytes of a file; an edit that changes nothing is a mistake of the test."""
        before = self.path(table).read_bytes()
        after = edit(before)
        assert after != before
        self.path(table).write_bytes(after)

    def replace_line(self, table: str, line: int, edit: Callable[[bytes], bytes]) -> None:
        """Change the bytes of one line."""
        lines = self.path(table).read_bytes().split(b"\n")
        lines[line - 1] = edit(lines[line - 1])
        self.path(table).write_bytes(b"\n".join(lines))

    def read(self) -> tuple[dict[str, pd.DataFrame], list[Fault]]:
        """Return the tables as text and the faults of their form; files that are as shipped are read once for all tests."""
        texts, faults = {}, []
        for name, table in TABLES.items():
            path = tables.file_of(table, self.data)
            content = path.read_bytes() if path.is_file() else None
            if content == _shipped(name)[0]:
                texts[name] = _shipped(name)[1]
            else:
                texts[name], form = tables.read_text(path, table)
                faults += form + tables.check_text(texts[name], table)
        return texts, faults

    def form(self) -> list[Fault]:
        """Return the faults of each table by itself."""
        return self.read()[1]

    def faults(self) -> list[Fault]:
        """Check everything, as ``malisec check`` does."""
        texts, faults = self.read()
        return faults + checks.check_tables(texts, faults)


@functools.cache
def _shipped(name: str) -> tuple[bytes, pd.DataFrame]:
    path = tables.file_of(TABLES[name], paths.home() / "data")
    text, faults = tables.read_text(path, TABLES[name])
    assert faults + tables.check_text(text, TABLES[name]) == []
    return path.read_bytes(), text


def copy_edition(root: Path) -> Edition:
    """Copy the shipped tables to `root`."""
    for folder in ("data", "seeds"):
        shutil.copytree(paths.home() / folder, root / folder)
    return Edition(root)


def told(faults: list[Fault]) -> list[tuple[str, int | None, str | None, str]]:
    """Return where each fault lies and what was found, without the wording."""
    return [(Path(f.file).name, f.line, f.column, f.found) for f in faults]
