"""A table of events of one's own: columns named by the reader, and a report of what did not fit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from malisec import geography
from malisec.readers import common, files
from malisec.tables import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

REPORT = ["line", "column", "found", "why"]


def read_events(
    path: str | Path, mapping: Mapping[str, str], *, dataset: str = "own", progress: Callable[[int], object] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read a table of one's own into events as ours.

    Parameters
    ----------
    path
        CSV, zipped CSV, Parquet, Excel or JSON.
    mapping
        Column of ours -> column of the file, such as ``{"date": "Day", "place": "Town", "killed_best": "Dead"}``. ``date`` must be
        there, and ``place`` or ``lat`` and ``lon``. Places without coordinates are looked up in the gazetteer (`malisec.locate_many`).
    dataset
        What the rows are called.
    progress
        Called with the number of bytes read since the last call.

    Returns
    -------
    tuple of (pandas.DataFrame, pandas.DataFrame)
        The events, with columns of `malisec.readers.common.COLUMNS` and all others of the file; and the report: ``line`` of the file,
        ``column``, ``found`` and ``why`` it did not fit. A row without a day is left out, every other value that does not fit is missing.

    Raises
    ------
    FaultsError
        If the file cannot be read or lacks a column that `mapping` names.
    ValueError
        If `mapping` names a column that events do not have, or lacks those they need.
    """
    path = Path(path)
    check_mapping(mapping)

    def keep(rows: pd.DataFrame) -> pd.DataFrame:
        rows.columns = named(path, rows.columns, mapping)
        return rows

    return fitted(files.read(path, keep, progress).reset_index(drop=True), mapping, dataset)


def check_mapping(mapping: Mapping[str, str]) -> None:
    """Refuse a mapping that names columns which events do not have, or lacks those they need."""
    unknown = [c for c in mapping if c not in common.COLUMNS]
    if unknown:
        near = nearest(unknown[0], [*common.COLUMNS])
        msg = f"mapping: expected columns of events ({', '.join(common.COLUMNS)}), found {', '.join(unknown)}" + (
            f" (nearest: {near})" if near else ""
        )
        raise ValueError(msg)
    if "date" not in mapping or not ({"lat", "lon"} <= set(mapping) or "place" in mapping):
        msg = f"mapping: expected date, and place or lat and lon, found {', '.join(mapping) or 'nothing'}"
        raise ValueError(msg)


def named(path: Path, columns: Any, mapping: Mapping[str, str]) -> list[str]:
    """Return the columns of a table; refuse one that lacks what the mapping names."""
    names = files.header(path, columns)
    common.require(path, names, {theirs: ours for ours, theirs in mapping.items()}, {"the mapping": frozenset(mapping.values())})
    return names


def fitted(table: pd.DataFrame, mapping: Mapping[str, str], dataset: str, *, by_day: bool = True) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Turn rows, whose index is their number in the file, into events as ours and the report of what did not fit."""
    given = pd.DataFrame({ours: table[theirs] for ours, theirs in mapping.items()})
    report: list[tuple[int, str, str, str]] = []
    ours = _values(given, mapping, report)
    _place(ours, given, mapping, report)
    dated = ours["date"].notna()
    ours = ours[dated].assign(dataset=dataset)
    if "event_id" not in mapping:
        ours["event_id"] = [f"{dataset}-{line}" for line in ours.index + 2]
    frame = common.assembled({c: ours[c] for c in ours}, table[dated], by_day=by_day)
    return frame, pd.DataFrame(report, columns=REPORT).sort_values(["line", "column"], ignore_index=True)


def _values(given: pd.DataFrame, mapping: Mapping[str, str], report: list[tuple[int, str, str, str]]) -> pd.DataFrame:
    """Return each column in its own kind; what does not fit goes into the report and is missing."""
    out = pd.DataFrame(index=given.index)

    def misfit(column: str, wrong: pd.Series, why: str) -> None:
        report.extend((int(i) + 2, mapping[column], str(given[column][i]), why) for i in given.index[wrong])

    for column in given:
        cells = given[column]
        if column in {"date", "date_end", "date_latest"}:
            out[column] = common.parsed(cells)
            misfit(
                column, out[column].isna() & (cells.notna() | (column == "date")), "a day such as 2020-07-31 or 31 July 2020 was expected"
            )
        elif column in {"killed_low", "killed_best", "killed_high"}:
            numbers = pd.to_numeric(cells, errors="coerce").astype(float)
            wrong = cells.notna() & (numbers.isna() | (numbers < 0) | (numbers % 1 != 0))
            misfit(column, wrong, "a whole number was expected; an unknown toll is left empty")
            out[column] = numbers.mask(wrong).astype("Int64")
        elif column in {"lat", "lon", "ring_km"}:
            most = {"lat": 90, "lon": 180, "ring_km": 5000}[column]
            numbers = pd.to_numeric(cells.astype("string").str.replace(",", ".", regex=False), errors="coerce").astype(float)
            wrong = cells.notna() & (numbers.isna() | (numbers.abs() > most))
            misfit(column, wrong, f"a number up to {most} was expected")
            out[column] = numbers.mask(wrong)
        elif column == "date_precision":
            right = cells.isin(["day", "week", "month", "year"])
            misfit(column, cells.notna() & ~right, "day, week, month or year was expected")
            out[column] = cells.where(right)
        elif column == "location_precision":
            right = cells.isin(geography.LEAST_RING)
            misfit(column, cells.notna() & ~right, "exact, town, area or region was expected")
            out[column] = cells.where(right)
        else:
            out[column] = cells
    out["date_precision"] = out.get("date_precision", pd.Series(index=out.index, dtype="object")).fillna("day")
    out["date_latest"] = out.get("date_latest", pd.Series(pd.NaT, index=out.index)).fillna(
        common.latest(out["date"], out["date_precision"])
    )
    return out


def _place(ours: pd.DataFrame, given: pd.DataFrame, mapping: Mapping[str, str], report: list[tuple[int, str, str, str]]) -> None:
    """Fill in coordinates from the gazetteer where the file has none."""
    from malisec import gazetteer

    for column in ("lat", "lon", "ring_km"):
        if column not in ours:
            ours[column] = np.nan
    bare = ours["lat"].isna() | ours["lon"].isna()
    if "place" in mapping and bare.any():
        found = gazetteer.locate_many(given.loc[bare, "place"].fillna("").astype(str).tolist()).set_axis(ours.index[bare])
        known = gazetteer.places().set_index("place_id")
        for column, theirs in (("lat", "lat"), ("lon", "lon"), ("ring_km", "uncertainty_km")):
            ours.loc[bare, column] = found["place_id"].map(known[theirs]).astype(float)
        lost = found.index[found["place_id"].isna()]
        report.extend(
            (int(i) + 2, mapping["place"], str(given["place"][i]), f"no one place of the gazetteer: {found['how'][i]}") for i in lost
        )
    if "location_precision" not in ours:
        ours["location_precision"] = np.where(ours["lat"].notna(), "town", "unknown")
    ours["region_2023"] = ours.get("region_2023", common.region(ours, ours["location_precision"]))


def read_back(path: str | Path) -> pd.DataFrame:
    """Read events that `write` wrote.

    Raises
    ------
    FaultsError
        If columns of events are missing, or a day is none.
    """
    path = Path(path)
    found = files.table(path)
    common.require(path, [*found.columns], common.COLUMNS, {"events as `malisec import` writes them": frozenset(common.COLUMNS)})
    days = {c: common.days(path, found, c) for c in ("date", "date_end", "date_latest")}
    tolls = common.counts(path, found, ["killed_low", "killed_best", "killed_high"])
    return found.assign(**days, **{c: tolls[c] for c in tolls})
