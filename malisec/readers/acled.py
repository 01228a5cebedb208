"""ACLED's events: exports of the old and of the current schema, whichever way they were saved. Nothing of ACLED is shipped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from malisec.readers import codes, common, files

if TYPE_CHECKING:
    from collections.abc import Callable

#: columns that make an event, with what each is for
_WANTED = {
    "event_id_cnty": "ACLED's id of the event",
    "event_date": "day",
    "time_precision": "how well the day is known, 1 to 3",
    "event_type": "type",
    "sub_event_type": "type, finer",
    "actor1": "one side",
    "actor2": "the other side",
    "country": "country",
    "location": "place",
    "latitude": "degrees north",
    "longitude": "degrees east",
    "geo_precision": "how well the place is known, 1 to 3",
    "fatalities": "deaths",
}
_VINTAGES = {
    "ACLED's schema since 2023": frozenset({"disorder_type", "civilian_targeting", "tags"}),
    "ACLED's schema before 2023": frozenset({"data_id", "event_id_no_cnty"}),
}
#: columns that `frame` looks at
USED = tuple(_WANTED)


def read_acled(path: str | Path, country: str | None = None, *, progress: Callable[[int], object] | None = None) -> pd.DataFrame:
    """Read an ACLED export into events as ours.

    Parameters
    ----------
    path
        The export: CSV with commas or semicolons, with or without a row of HXL tags, zipped, Excel, or what the API returns as JSON.
    country
        Only rows of this country, such as ``"Mali"``.
    progress
        Called with the number of bytes read since the last call.

    Returns
    -------
    pandas.DataFrame
        Columns of `malisec.readers.common.COLUMNS`, then every other column of the export under its own name. ACLED gives one figure
        of deaths: it stands as the figure used, and there is no lowest or highest; 0 may also stand for a toll that nobody gave.

    Raises
    ------
    FaultsError
        Naming file, line and column: columns missing (with the vintage they belong to), ids twice, coordinates or days that cannot be.
    """
    path = Path(path)

    def keep(rows: pd.DataFrame) -> pd.DataFrame:
        rows.columns = named(path, rows.columns)
        return common.of_country(without_tags(rows), country)

    return frame(path, files.read(path, keep, progress))


def named(path: Path, columns: Any) -> list[str]:
    """Return the columns of an export in small letters; refuse a file that lacks one."""
    names = [c.lower() for c in files.header(path, columns)]
    common.require(path, names, _WANTED, _VINTAGES)
    return names


def without_tags(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out the row of HXL tags, such as ``#event+id``, that humanitarian exports put under the header."""
    if len(rows) and rows.iloc[0].astype("string").str.startswith("#").fillna(value=False).mean() > 0.5:
        return rows.iloc[1:]
    return rows


def frame(path: Path, rows: pd.DataFrame, *, whole: bool = True) -> pd.DataFrame:
    """Turn rows of an export into events as ours; what only the whole of a file can tell is not asked of a part."""
    if whole:
        rows = common.unique(path, rows, "event_id_cnty")
    points = common.degrees(path, rows, "latitude", "longitude")
    if whole:
        common.not_swapped(path, points, rows["country"])
    deaths = common.counts(path, rows, ["fatalities"])["fatalities"]
    date = common.days(path, rows, "event_date")
    precision = pd.to_numeric(rows["time_precision"], errors="coerce").map(codes.words("time_precision")).fillna("month")
    place = pd.to_numeric(rows["geo_precision"], errors="coerce")
    known = place.map(codes.words("geo_precision")).fillna("unknown")
    return common.assembled(
        {
            "event_id": "acled-" + rows["event_id_cnty"].astype("string"),
            "dataset": "ACLED",
            "date": date,
            "date_end": pd.Series(pd.NaT, index=rows.index, dtype="datetime64[ns]"),
            "date_latest": common.latest(date, precision),
            "date_precision": precision,
            "place": rows["location"],
            "lat": points["lat"],
            "lon": points["lon"],
            "location_precision": known,
            "ring_km": place.map(codes.rings("geo_precision")).astype(float),
            "region_2023": common.region(points, known),
            "event_type": rows["event_type"].map(codes.words("event_type")).fillna("strategic"),
            "side_a": rows["actor1"],
            "side_b": rows["actor2"],
            "killed_low": pd.Series(pd.NA, index=rows.index, dtype="Int64"),
            "killed_best": deaths,
            "killed_high": pd.Series(pd.NA, index=rows.index, dtype="Int64"),
            "country": rows["country"],
        },
        rows.rename(columns={"event_type": "event_type_acled"}),
        by_day=whole,
    )
