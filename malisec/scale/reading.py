"""The readers of one machine mapped over pieces of files, with the checks that look across rows made across pieces."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from malisec import geography
from malisec.extras import library
from malisec.faults import Fault, FaultsError
from malisec.readers import acled, common, files, own, ucdp
from malisec.scale import pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

_TEXT = "string[pyarrow]"
#: kinds of the columns of events, the same in every piece
KINDS = {
    **dict.fromkeys(common.COLUMNS, _TEXT),
    **dict.fromkeys(["date", "date_end", "date_latest"], "datetime64[ns]"),
    **dict.fromkeys(["lat", "lon", "ring_km"], "float64"),
    **dict.fromkeys(["killed_low", "killed_best", "killed_high"], "Int64"),
}
#: columns of ours that are text whatever their letters look like
_WORDS = {"event_id", "place", "side_a", "side_b", "country", "event_type", "region_2023"}
_REPORT_KINDS = {"file": _TEXT, "line": "int64", "column": _TEXT, "found": _TEXT, "why": _TEXT}
#: ids looked at together on one worker, and pieces whose ids are brought together first
_TOGETHER, _FAN = 8_000_000, 16
#: rows with an id that another row has, from which a table is refused rather than cleaned row by row
MOST_REPEATS = 1_000_000


@dataclasses.dataclass(frozen=True)
class Source:
    """Whose table it is, and which rows are wanted."""

    of: str
    country: str | None = None
    mapping: tuple[tuple[str, str], ...] = ()
    dataset: str = "own"
    #: whether ids must name the file, because there are several
    several: bool = False

    def named(self, piece: pieces.Piece) -> list[str]:
        """Return what the reader calls the columns; refuse a file that lacks one."""
        path = Path(piece.path)
        if self.of == "ucdp":
            return ucdp.named(path, piece.names)
        return acled.named(path, piece.names) if self.of == "acled" else own.named(path, piece.names, dict(self.mapping))

    @property
    def id(self) -> str:
        """The column of ids."""
        return "id" if self.of == "ucdp" else "event_id_cnty"

    def rows(self, piece: pieces.Piece, columns: Iterable[str] | None, text: Iterable[str] = (), *, glance: bool = False) -> pd.DataFrame:
        """Return the rows wanted of one piece."""
        rows = pieces.read(piece, self.named(piece), columns, set(text), glance=glance)
        if self.of == "acled" and piece.first == 0:
            rows = acled.without_tags(rows)
        if self.of == "ucdp" and piece.last:
            files.cut_off(rows, ucdp.LAST, Path(piece.path))
        return rows if self.of == "own" else common.of_country(rows, self.country)

    def fitted(self, piece: pieces.Piece) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return events as ours, and what did not fit."""
        path, given = Path(piece.path), dict(self.mapping)
        if self.of == "own":
            words = [theirs for ours, theirs in given.items() if ours in _WORDS]
            dataset = f"{self.dataset}-{path.stem}" if self.several else self.dataset
            events, report = own.fitted(self.rows(piece, given.values(), words), given, dataset, by_day=False)
            return events.assign(dataset=self.dataset), report.assign(file=path.name)
        frame, used = (ucdp.frame, ucdp.USED) if self.of == "ucdp" else (acled.frame, acled.USED)
        return frame(path, self.rows(piece, used), whole=False), pd.DataFrame()


def fixed(events: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that all events have, each of its one kind."""
    return events[[*common.COLUMNS]].astype(KINDS)


def _events(piece: pieces.Piece, source: Source) -> pd.DataFrame:
    # a worker gets piece after piece: the grid that it makes for the first serves all others
    geography.prepare()
    return fixed(source.fitted(piece)[0])


def _report(piece: pieces.Piece, source: Source) -> pd.DataFrame:
    geography.prepare()
    return source.fitted(piece)[1][[*_REPORT_KINDS]].astype(_REPORT_KINDS)


# --- what people call --------------------------------------------------------------------------------------------
def read_ucdp(paths: str | Path | Iterable[str | Path], country: str | None = None, *, rows: int = pieces.ROWS, check: bool = True) -> Any:
    """Read releases of UCDP piece by piece, see `malisec.read_ucdp`.

    Parameters
    ----------
    paths
        One file, several, or a pattern such as ``ged/*.csv``; on a disk that all workers see. CSV and Parquet are read in pieces, a zip or
        a workbook as one.
    country
        Only rows of this country.
    rows
        Most rows of a piece (a partition); of a CSV a piece ends after 64 MB as well.
    check
        Whether all files are looked through at once for ids that stand for several rows, rows that repeat another letter for letter (they
        are left out) and coordinates that changed places. Takes a pass over four columns. Without it nobody looks.

    Returns
    -------
    dask.dataframe.DataFrame
        Columns of `malisec.readers.common.COLUMNS`, in the kinds of `KINDS`; what the files hold beside them is left out. In the order of
        the files. Nothing is read yet but what the check asks for.

    Raises
    ------
    FaultsError
        At once: a file that cannot be read, columns missing, and what the check finds. When a piece is computed: its values that cannot
        be, with the row of the file as a spreadsheet numbers it.
    ImportError
        Without dask, naming the extra to install.
    """
    return _read(paths, Source("ucdp", country), rows, check)


def read_acled(paths: str | Path | Iterable[str | Path], country: str | None = None, *, rows: int = pieces.ROWS, check: bool = True) -> Any:
    """Read exports of ACLED piece by piece, see `malisec.read_acled`.

    Parameters
    ----------
    paths, country, rows, check
        As for `read_ucdp`.

    Returns
    -------
    dask.dataframe.DataFrame
        As from `read_ucdp`.

    Raises
    ------
    FaultsError, ImportError
        As from `read_ucdp`.
    """
    return _read(paths, Source("acled", country), rows, check)


def read_events(
    paths: str | Path | Iterable[str | Path], mapping: Mapping[str, str], *, dataset: str = "own", rows: int = pieces.ROWS
) -> tuple[Any, Any]:
    """Read a table of one's own piece by piece, see `malisec.read_events`.

    Parameters
    ----------
    paths, rows
        As for `read_ucdp`.
    mapping, dataset
        As for `malisec.read_events`. Columns that hold names or ids are taken letter for letter.

    Returns
    -------
    tuple of (dask.dataframe.DataFrame, dask.dataframe.DataFrame)
        The events, as from `read_ucdp`, and the report of what did not fit, with the ``file``. Rows without an id of their own are called
        by dataset and line, of several files by dataset, file and line.

    Raises
    ------
    FaultsError, ImportError
        As from `read_ucdp`.
    ValueError
        If `mapping` is none that events can be read by, or two files have one name, so that no id would lead back to its row.
    """
    own.check_mapping(mapping)
    found = pieces.found(paths)
    names = [p.stem for p in found]
    if "event_id" not in mapping and len(set(names)) < len(names):
        msg = f"paths: expected files of different names, found {max(names, key=names.count)!r} more than once"
        raise ValueError(msg)
    source = Source("own", mapping=tuple(mapping.items()), dataset=dataset, several=len(found) > 1)
    parts = _cut(found, source, rows)
    return _mapped(_events, parts, source, KINDS), _mapped(_report, parts, source, _REPORT_KINDS)


def _read(paths: str | Path | Iterable[str | Path], source: Source, rows: int, check: bool) -> Any:
    parts = _cut(pieces.found(paths), source, rows)
    return _mapped(_events, _checked(parts, source) if check else parts, source, KINDS)


def _mapped(call: Any, parts: list[pieces.Piece], source: Source, kinds: dict[str, str]) -> Any:
    meta = pd.DataFrame({c: pd.Series(dtype=k) for c, k in kinds.items()})
    return library("dask.dataframe").from_map(call, parts, source=source, meta=meta, enforce_metadata=False)


def _cut(paths: list[Path], source: Source, rows: int) -> list[pieces.Piece]:
    """Cut all files, each on a worker; all faults of all files are told at once."""
    if rows < 1:
        msg = f"rows: expected one at least, found {rows}"
        raise ValueError(msg)
    dask = library("dask")
    cut = dask.delayed(_cut_or_faults, pure=True)
    done = dask.compute(*(cut(path, rows, source, path.stat().st_mtime_ns if path.is_file() else None) for path in paths))
    faults = [fault for _, some in done for fault in some]
    if faults:
        raise FaultsError(faults)
    return [piece for some, _ in done for piece in some]


def _cut_or_faults(path: Path, rows: int, source: Source, changed: int | None) -> tuple[list[pieces.Piece], list[Fault]]:
    del changed  # only tells the scheduler that a file written anew is another one
    try:
        parts = pieces.cut(path, rows)
        source.named(parts[0])
    except FaultsError as error:
        return [], error.faults
    return parts, []


# --- across pieces -----------------------------------------------------------------------------------------------
def _checked(parts: list[pieces.Piece], source: Source) -> list[pieces.Piece]:
    """Make the checks that look across rows; return the pieces without rows that repeat another.

    Ids go as eight bytes each to the worker that looks at their share, a shuffle of nothing but these; no process holds them all.
    """
    dask = library("dask")
    rows = sum(p.size // 50 if p.rows is None else p.rows for p in parts)
    shares = max(1, -(-rows // _TOGETHER))
    glance, gather, share, item = (dask.delayed(f, pure=True) for f in (_glance, _gathered, _share, _item))
    seen = [glance(piece, source, shares) for piece in parts]
    bundles = [gather([item(one, 0) for one in seen[k : k + _FAN]], shares) for k in range(0, len(seen), _FAN)]
    twice, counts = dask.compute([share([item(b, k) for b in bundles]) for k in range(shares)], [item(one, 1) for one in seen])
    for name in dict.fromkeys(p.path for p in parts):
        common.judge_swapped(Path(name), *np.sum([c for p, c in zip(parts, counts, strict=True) if p.path == name], axis=0))
    suspects = np.concatenate(twice)
    return _without_repeats(parts, source, suspects) if len(suspects) else parts


def _item(values: Any, k: int) -> Any:
    return values[k]


def _hashes(ids: pd.Series) -> NDArray[np.uint64]:
    """Return eight bytes for each id, the same for 7, 7.0 and "7"."""
    numbers = pd.to_numeric(ids, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    whole = np.isfinite(numbers) & (numbers % 1 == 0) & (np.abs(numbers) < 2**53)
    out = np.empty(len(ids), dtype=np.uint64)
    out[whole] = pd.util.hash_array(numbers[whole].astype(np.int64))
    if not whole.all():
        out[~whole] = pd.util.hash_array(ids[~whole].astype("string").fillna("").to_numpy(dtype=object), categorize=False)
    return out


def _glance(piece: pieces.Piece, source: Source, shares: int) -> tuple[list[NDArray[np.uint64]], tuple[int, int, int]]:
    """Return the ids of a piece by their share, and the counts of `common.swapped`."""
    geography.prepare()
    rows = source.rows(piece, [source.id, "latitude", "longitude", "country"], glance=True)
    found = _hashes(rows[source.id])
    points = common.degrees(Path(piece.path), rows, "latitude", "longitude")
    of = (found >> np.uint64(32)) % np.uint64(shares)
    return [found[of == k] for k in range(shares)], common.swapped(points, rows["country"])


def _gathered(parts: list[list[NDArray[np.uint64]]], shares: int) -> list[NDArray[np.uint64]]:
    return [np.concatenate([part[k] for part in parts]) for k in range(shares)]


def _share(parts: list[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """Return what occurs more than once."""
    found = np.sort(np.concatenate(parts))
    return np.unique(found[1:][found[1:] == found[:-1]])


def _without_repeats(parts: list[pieces.Piece], source: Source, suspects: NDArray[np.uint64]) -> list[pieces.Piece]:
    """Compare the rows whose ids occur more than once: leave out those that repeat another, refuse those that differ."""
    dask = library("dask")
    _refuse_many(parts, len(suspects))
    repeats, asked = dask.delayed(_repeats, pure=True), dask.delayed(suspects, pure=True)
    found = pd.concat([f.assign(piece=k) for k, f in enumerate(dask.compute(*(repeats(p, source, asked) for p in parts)))])
    _refuse_many(parts, len(found))
    found = found.reset_index(drop=True)
    found["again"] = found.duplicated(["id", "letters"])
    differ = found.loc[~found["again"] & found.loc[~found["again"], "id"].duplicated(keep=False), ["id", "piece"]]
    if len(differ):
        ids = differ["id"].unique()
        some = ", ".join(ids[:5]) + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")
        where = ", ".join(dict.fromkeys(Path(parts[k].path).name for k in differ["piece"].head(50)))
        raise FaultsError([Fault(where, None, source.id, "an id for each event", f"{some} stand for several rows that differ")])
    out = found[found["again"]].groupby("piece")["row"].agg(tuple)
    return [dataclasses.replace(p, without=out.get(k, ())) for k, p in enumerate(parts)]


def _refuse_many(parts: list[pieces.Piece], n: int) -> None:
    if n > MOST_REPEATS:
        where = ", ".join(dict.fromkeys(Path(p.path).name for p in parts[:50]))
        found = f"ids of {n:,} rows and more occur again: is a file given twice?"
        raise FaultsError([Fault(where, None, None, "each event once", found)])


def _repeats(piece: pieces.Piece, source: Source, suspects: NDArray[np.uint64]) -> pd.DataFrame:
    """Return the rows of a piece whose ids are among the suspects: id, number in the file, and eight bytes for all of their letters."""
    ids = source.rows(piece, [source.id, "country"], glance=True)[source.id]
    asked = ids.index[np.isin(_hashes(ids), suspects)]
    if asked.empty:
        return pd.DataFrame({"id": [], "row": [], "letters": []})
    names = source.named(piece)
    rows = pieces.read(piece, names, None, set(names)).loc[asked]
    letters = pd.DataFrame({c: _letters(rows[c]) for c in rows})
    # as the reader makes ids: of numbers without a point
    name = rows[source.id].astype("string").str.replace(r"\.0$", "", regex=True)
    return pd.DataFrame({"id": name, "row": asked, "letters": pd.util.hash_pandas_object(letters, index=False)})


def _letters(cells: pd.Series) -> pd.Series:
    """Return cells as text, numbers in one spelling: a column may be whole numbers in one piece and not in another."""
    text = cells.astype("string").fillna("")
    numbers = pd.to_numeric(text, errors="coerce")
    return text.where(numbers.isna(), numbers.astype(float).astype("string")).astype(object)
