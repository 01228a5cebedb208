"""UCDP's events: GED and Candidate releases of any version since 17.1."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from malisec.readers import codes, common, files

if TYPE_CHECKING:
    from collections.abc import Callable

    from malisec.casebook import Casebook

#: columns at the end of a row
LAST = ["low", "high", "best"]
#: columns that make an event, with what each is for
_WANTED = {
    "id": "UCDP's number of the event",
    "type_of_violence": "1 state-based, 2 non-state, 3 one-sided",
    "side_a": "one side",
    "side_b": "the other side",
    "where_prec": "how well the place is known, 1 to 7",
    "latitude": "degrees north",
    "longitude": "degrees east",
    "country": "country",
    "date_prec": "how well the day is known, 1 to 5",
    "date_start": "first day",
    "date_end": "last day",
    "best": "deaths, best estimate",
    "low": "deaths, lowest",
    "high": "deaths, highest",
}
_VINTAGES = {
    "UCDP GED 17.1 to 25.1": frozenset({"code_status", "conflict_new_id", "dyad_new_id", "source_headline"}),
    "UCDP GED before 17.1": frozenset({"best_est", "low_est", "high_est", "dyad_id", "source_article"}),
}
_OLD_NAMES = {"best_est": "best", "low_est": "low", "high_est": "high"}
#: columns that `frame` looks at
USED = (*_WANTED, "where_coordinates")


def read_ucdp(path: str | Path, country: str | None = None, *, progress: Callable[[int], object] | None = None) -> pd.DataFrame:
    """Read a UCDP GED or Candidate release into events as ours.

    Parameters
    ----------
    path
        The file as downloaded: CSV, zipped CSV or Parquet.
    country
        Only rows of this country, such as ``"Mali"``; filtered while reading.
    progress
        Called with the number of bytes read since the last call.

    Returns
    -------
    pandas.DataFrame
        Columns of `malisec.readers.common.COLUMNS`, then every other column of the release under its own name. Codes of precision
        become ours by `crosswalk`; an event known by some days or a month may have begun on any day up to ``date_latest``.

    Raises
    ------
    FaultsError
        Naming file, line and column: columns missing, ids twice, coordinates or days that cannot be, a file that broke off.
    """
    path = Path(path)

    def keep(rows: pd.DataFrame) -> pd.DataFrame:
        rows.columns = named(path, rows.columns)
        files.cut_off(rows, LAST, path)
        return common.of_country(rows, country)

    return frame(path, files.read(path, keep, progress))


def named(path: Path, columns: Any) -> list[str]:
    """Return the columns of a release under today's names; refuse a file that lacks one."""
    names = files.header(path, columns)
    names = [_OLD_NAMES[c] if c in _OLD_NAMES and _OLD_NAMES[c] not in names else c for c in names]
    common.require(path, names, _WANTED, _VINTAGES)
    return names


def frame(path: Path, rows: pd.DataFrame, *, whole: bool = True) -> pd.DataFrame:
    """Turn rows of a release into events as ours; what only the whole of a file can tell is not asked of a part."""
    if whole:
        rows = common.unique(path, rows, "id")
    points = common.degrees(path, rows, "latitude", "longitude")
    if whole:
        common.not_swapped(path, points, rows["country"])
    deaths = common.counts(path, rows, ["low", "best", "high"])
    start, end = (common.days(path, rows, c) for c in ("date_start", "date_end"))
    precision = rows["date_prec"].map(codes.words("date_prec"))
    place = rows["where_prec"].map(codes.words("where_prec")).fillna("unknown")
    # a span of days is when it may have begun, where the day is not known; else it is how long it lasted
    known = precision.eq("day")
    return common.assembled(
        {
            "event_id": "ucdp-" + rows["id"].astype("string").str.replace(r"\.0$", "", regex=True),
            "dataset": "UCDP",
            "date": start,
            "date_end": end.where(known & (end > start)),
            "date_latest": end.where(~known, start),
            "date_precision": precision.fillna("year"),
            "place": rows.get("where_coordinates"),
            "lat": points["lat"],
            "lon": points["lon"],
            "location_precision": place,
            "ring_km": rows["where_prec"].map(codes.rings("where_prec")).astype(float),
            "region_2023": common.region(points, place),
            "event_type": rows["type_of_violence"].map(codes.words("type_of_violence")),
            "side_a": rows["side_a"],
            "side_b": rows["side_b"],
            "killed_low": deaths["low"],
            "killed_best": deaths["best"],
            "killed_high": deaths["high"],
            "country": rows["country"],
        },
        rows,
        by_day=whole,
    )


def ucdp_events(case: Casebook) -> pd.DataFrame:
    """Return the events of UCDP that are shipped with the edition, October 2023, as `read_ucdp` returns those of a file.

    Parameters
    ----------
    case
        A casebook; the whole table is returned, whatever it is a selection of.

    Examples
    --------
    >>> import malisec as ms
    >>> len(ucdp_events(ms.load()))
    55
    """
    return frame(Path("data/ucdp_events.csv"), case.ucdp_events)
