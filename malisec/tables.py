"""Reading one table: text in, typed frame out, every fault with its file, line and column.

Knows how a CSV file can be broken. Must not know what the tables mean together (see `checks`).
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from malisec.faults import Fault, FaultsError
from malisec.schema import KINDS, TABLES, Table

LINE = "_line"
#: text as pandas keeps it without pyarrow: cells are looked at one by one here, which arrays of pyarrow make three times slower
TEXT = pd.StringDtype("python", na_value=np.nan)


def nearest(found: str, valid: list[str]) -> str | None:
    """Return the valid value most like `found`, or None when nothing is near.

    Examples
    --------
    >>> nearest("ambsh", ["ambush", "ied"])
    'ambush'
    """
    folded = {v.casefold(): v for v in valid}
    close = difflib.get_close_matches(found.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def _decode(raw: bytes, file: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # the position counts from after a byte order mark, and so does error.object
        line = error.object[: error.start].count(b"\n") + 1
        found = error.object[max(0, error.start - 20) : error.end + 20].decode("latin-1")
        fault = Fault(file, line, None, "text in UTF-8 (Windows-1252 or Mac Roman files must be saved again as UTF-8)", found)
        raise FaultsError([fault]) from error


def _records(text: str, file: str) -> list[tuple[int, list[str]]]:
    """Split CSV text into (line of its start, cells); a cell may hold line breaks."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records, start = [], 1
    try:
        for cells in reader:
            if cells:
                records.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        # the line where the row starts: a quote that is never closed is found at the end of the file only
        raise FaultsError([Fault(file, start, None, "well-formed CSV", str(error))]) from error
    return records


def _header_faults(header: list[str], table: Table, file: str) -> list[Fault]:
    wanted = list(table.columns)
    faults = [
        Fault(file, 1, name, "a column of this table", name, nearest(name, [w for w in wanted if w not in header]))
        for name in header
        if name not in wanted
    ]
    faults += [Fault(file, 1, name, f"the column {name!r}", "no such column") for name in wanted if name not in header]
    faults += [
        Fault(file, 1, name, "each column once", f"{name} {header.count(name)} times")
        for name in sorted({h for h in header if header.count(h) > 1})
    ]
    return faults


def read_text(path: Path, table: Table) -> tuple[pd.DataFrame, list[Fault]]:
    """Read a CSV file as text, cell by cell.

    Parameters
    ----------
    path
        The file.
    table
        Definition of its columns.

    Returns
    -------
    tuple of (pandas.DataFrame, list of Fault)
        All cells as text, missing where empty, with the line of each row in the column ``_line``;
        and what is wrong with the file's form. The frame is empty when the header is wrong.
    """
    file = table.path
    empty = pd.DataFrame({name: pd.Series(dtype=TEXT) for name in table.columns} | {LINE: pd.Series(dtype="int64")})
    if not path.is_file():
        return empty, [] if table.optional else [Fault(file, None, None, "the table's file", "no such file")]
    try:
        records = _records(_decode(path.read_bytes(), file), file)
    except FaultsError as error:
        return empty, error.faults
    if not records:
        return empty, [Fault(file, 1, None, "a header line", "an empty file")]
    header = records[0][1]
    faults = _header_faults(header, table, file)
    if faults:
        return empty, faults
    width = len(header)
    faults = [
        Fault(file, line, None, f"{width} cells", f"{len(cells)} cells: {', '.join(cells)}")
        for line, cells in records[1:]
        if len(cells) != width
    ]
    rows = [(line, cells) for line, cells in records[1:] if len(cells) == width]
    stripped = ([cell.strip() or None for cell in cells] for _, cells in rows)
    frame = pd.DataFrame(stripped, columns=header, dtype=TEXT)[list(table.columns)]
    frame[LINE] = [line for line, _ in rows]
    return frame, faults


def _expected(meta: dict[str, Any], check: str) -> str:
    if check == "not_nullable":
        return "a value"
    if "duplicates" in check or check == "field_uniqueness":
        return "a value that stands once"
    if meta["allowed"] and check.startswith("one of"):
        return "one of " + ", ".join(meta["allowed"])
    return KINDS[meta["kind"]][0]


def _pattern_faults(frame: pd.DataFrame, table: Table) -> list[Fault]:
    import pandera.errors

    try:
        table.pandera().validate(frame.drop(columns=LINE), lazy=True)
    except pandera.errors.SchemaErrors as error:
        cases = error.failure_cases
    else:
        return []
    faults = []
    for case in cases.itertuples():
        meta = table.columns[case.column].metadata if case.column in table.columns else None
        line = int(frame[LINE].iloc[int(case.index)]) if pd.notna(case.index) else None
        if meta is None:
            faults.append(Fault(table.path, line, case.column, str(case.check), str(case.failure_case)))
            continue
        found = "nothing" if pd.isna(case.failure_case) else str(case.failure_case)
        near = nearest(found, list(meta["allowed"])) if meta["allowed"] else None
        faults.append(Fault(table.path, line, case.column, _expected(meta, str(case.check)), found, near))
    return faults


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _value_faults(frame: pd.DataFrame, table: Table) -> list[Fault]:
    """Faults that a pattern cannot see: days that do not exist, numbers out of range, words that would run as a formula."""
    return [fault for name, spec in table.columns.items() for fault in _column_faults(frame, table, name, spec.metadata)]


def _column_faults(frame: pd.DataFrame, table: Table, name: str, meta: dict[str, Any]) -> Iterator[Fault]:
    kind, pattern = meta["kind"], KINDS[meta["kind"]][1]
    expected: str
    if kind in {"date", "partial_date", "month"}:
        expected = "a day that exists"
        # a month or year is padded to a day, so that one test serves all three
        wrong = {t for t in frame[name].dropna().unique() if re.fullmatch(str(pattern), t) and not _is_day((t + "-01-01")[:10])}
    elif meta["between"]:
        low, high = meta["between"]
        expected = f"a number from {low} to {high}"
        wrong = {t for t in frame[name].dropna().unique() if re.fullmatch(str(pattern), t) and not low <= float(t) <= high}
    elif kind == "text" and meta["allowed"] is None:
        # a table that is handed on is opened in spreadsheets, which run what starts like this
        expected = "words that no spreadsheet takes for a formula"
        wrong = {t for t in frame[name].dropna().unique() if t[0] in "=+-@"}
    else:
        return
    if wrong:
        for text, line in frame.loc[frame[name].isin(wrong), [name, LINE]].itertuples(index=False):
            yield Fault(table.path, int(line), name, expected, text)


def check_text(frame: pd.DataFrame, table: Table) -> list[Fault]:
    """Return every fault of a table's cells, sorted by line.

    Parameters
    ----------
    frame
        As `read_text` returns it.
    table
        Definition of its columns.
    """
    faults = _pattern_faults(frame, table) + _value_faults(frame, table)
    return sorted(set(faults), key=lambda f: (f.line or 0, f.column or "", f.expected))


def typed(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Turn checked text into dates, numbers and flags.

    Counts become ``Int64`` so that an unknown stays unknown; ids and words stay text.
    """
    out = {}
    for name, spec in table.columns.items():
        kind, cells = spec.metadata["kind"], frame[name]
        if kind == "date":
            out[name] = pd.to_datetime(cells, format="%Y-%m-%d")
        elif kind == "count":
            out[name] = cells.astype("Int64")
        elif kind == "number":
            out[name] = cells.astype("float64")
        elif kind == "flag":
            out[name] = cells.notna()
        else:
            out[name] = cells.astype(TEXT)
    return pd.DataFrame(out, index=frame.index)


def file_of(table: Table, directory: Path) -> Path:
    """Return the file of a table in a ``data`` directory of any name; seeds lie inside it or beside it."""
    folder, _, rest = table.path.partition("/")
    if folder == "data":
        return directory / rest
    inside = directory / table.path
    return inside if inside.is_file() else directory.parent / table.path


def read_all(directory: Path) -> tuple[dict[str, pd.DataFrame], list[Fault]]:
    """Read and check every table of an edition as text.

    Parameters
    ----------
    directory
        The ``data`` directory, with ``seeds/`` beside it or inside.

    Returns
    -------
    tuple of (dict of str to pandas.DataFrame, list of Fault)
        The tables as text with their lines, and the faults of all of them.
    """
    texts, faults = {}, []
    for name, table in TABLES.items():
        texts[name], form = read_text(file_of(table, directory), table)
        faults += form + check_text(texts[name], table)
    return texts, faults
