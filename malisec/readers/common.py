"""The event frame that every reader returns, in the words of our own tables, and the checks that all of them share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from malisec import dates, geography
from malisec.faults import Fault, FaultsError
from malisec.tables import nearest

if TYPE_CHECKING:
    from pathlib import Path

#: columns that every frame of events has, in their order; what the file held beside them stands behind them under its own names
COLUMNS = {
    "event_id": "the dataset and its own id, such as ucdp-493686",
    "dataset": "who counted: UCDP, ACLED, or the name given",
    "date": "first day it may have begun on",
    "date_end": "last day, missing when it is the first",
    "date_latest": "last day it may have begun on",
    "date_precision": "day, week, month or year",
    "place": "the place as the dataset names it",
    "lat": "degrees north",
    "lon": "degrees east",
    "location_precision": "exact, town, area, region or unknown",
    "ring_km": "within so many km of the point the true place lies",
    "region_2023": "region that the point lies in; missing where only the country is known, and outside Mali",
    "event_type": "a type of malisec.style.EVENT_TYPES or OTHER_TYPES",
    "side_a": "one side, or who did it",
    "side_b": "the other side, or whom it was done to",
    "killed_low": "least number of dead",
    "killed_best": "figure used",
    "killed_high": "highest number of dead",
    "country": "country as the dataset names it",
}
#: what most rows of a file may lack before it is taken for another file
_SWAPPED = 0.5


def require(path: Path, found: list[str], wanted: dict[str, str], vintages: dict[str, frozenset[str]]) -> None:
    """Refuse a file that lacks columns, and say which vintage it comes nearest to.

    Parameters
    ----------
    path
        The file.
    found
        Its columns.
    wanted
        Columns that must be there, with what each is for.
    vintages
        Name of each known vintage, with columns that only it has.
    """
    missing = [c for c in wanted if c not in found]
    if not missing:
        return
    like = max(vintages, key=lambda v: len(vintages[v] & set(found)) / len(vintages[v]))
    came = ", ".join(found[:60])
    faults = [
        Fault(path.name, 1, c, f"the column {c!r} ({wanted[c]}) of {like}", f"no such column; there are: {came}", nearest(c, found))
        for c in missing
    ]
    raise FaultsError(faults)


def of_country(rows: pd.DataFrame, country: str | None) -> pd.DataFrame:
    """Keep the rows of a country, however it is written in capitals; all rows where none is asked for."""
    if country is None:
        return rows
    # a release names some hundred countries in hundreds of thousands of rows
    asked = [name for name in rows["country"].unique() if isinstance(name, str) and name.casefold() == country.casefold()]
    return rows[rows["country"].isin(asked)]


def unique(path: Path, table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Leave out rows that repeat another letter for letter; refuse ids that stand for different rows."""
    if not table[column].duplicated().any():
        return table
    table = table.drop_duplicates()
    twice = table[column].duplicated(keep=False)
    if twice.any():
        ids = table.loc[twice, column].astype(str).unique()
        some = ", ".join(ids[:5]) + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")
        raise FaultsError([Fault(path.name, None, column, "an id for each event", f"{some} stand for several rows that differ")])
    return table


def degrees(path: Path, table: pd.DataFrame, lat: str, lon: str) -> pd.DataFrame:
    """Return latitude and longitude as numbers; a decimal comma is read, what is no number or out of range is a fault."""
    faults, out = [], {}
    for name, column, most in (("lat", lat, 90), ("lon", lon, 180)):
        cells = table[column]
        if pd.api.types.is_numeric_dtype(cells):
            # most files: what is a number already needs no look at its letters, which takes longer than all the rest
            numbers = cells.astype(float)
            wrong = cells.notna() & (numbers.abs() > most)
        else:
            text = cells.astype("string").str.strip()
            numbers = pd.to_numeric(text.str.replace(",", ".", regex=False), errors="coerce").astype(float)
            wrong = cells.notna() & (numbers.isna() | (numbers.abs() > most)) & text.ne("")
        faults += [Fault(path.name, int(i) + 2, column, f"degrees from -{most} to {most}", str(cells[i])) for i in cells.index[wrong][:20]]
        out[name] = numbers
    if faults:
        raise FaultsError(faults)
    return pd.DataFrame(out)


def not_swapped(path: Path, points: pd.DataFrame, country: pd.Series) -> None:
    """Refuse points of Mali that lie in Mali only when latitude and longitude change places."""
    judge_swapped(path, *swapped(points, country))


def swapped(points: pd.DataFrame, country: pd.Series) -> tuple[int, int, int]:
    """Count the points of Mali, those that lie there, and those that would if latitude and longitude changed places."""
    mali = country.astype("string").str.casefold().eq("mali").fillna(value=False).to_numpy(dtype=bool)
    here = points[mali].dropna()
    right, turned = (int(pd.notna(geography.region_of(here[x], here[y])).sum()) for x, y in (("lon", "lat"), ("lat", "lon")))
    return len(here), right, turned


def judge_swapped(path: Path, n: int, right: int, turned: int) -> None:
    """Refuse a file by the counts of `swapped`."""
    if n >= 3 and turned / n > max(right / n, _SWAPPED):
        found = f"{turned / n:.0%} lie in Mali only when the two change places"
        raise FaultsError([Fault(path.name, None, None, "latitudes and longitudes of Mali", found)])


def counts(path: Path, table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return counts as whole numbers, missing where unknown; anything else is a fault."""
    out, faults = {}, []
    for column in columns:
        cells = table[column]
        numbers = pd.to_numeric(cells, errors="coerce").astype(float)
        wrong = cells.notna() & (numbers.isna() | (numbers < 0) | (numbers % 1 != 0))
        faults += [
            Fault(path.name, int(i) + 2, column, "a whole number", str(cells[i])) for i in cells.index[wrong.fillna(value=False)][:20]
        ]
        out[column] = numbers
    if faults:
        raise FaultsError(faults)
    return pd.DataFrame(out).astype("Int64")


def parsed(cells: pd.Series) -> pd.Series:
    """Return days, whether written 2020-07-31, 31 July 2020, 31-Jul-2020 or 31/07/2020; missing where they are none of these."""
    if pd.api.types.is_datetime64_any_dtype(cells):
        found = cells.dt.tz_localize(None) if cells.dt.tz is not None else cells
        return found.astype("datetime64[ns]").dt.normalize()
    text = cells.astype("string").str.strip()
    found = pd.to_datetime(text.str.slice(0, 10), format="%Y-%m-%d", errors="coerce")
    for form in ("%d %B %Y", "%d-%b-%Y", "%d/%m/%Y"):
        left = found.isna() & text.notna()
        if not left.any():
            break
        found = found.mask(left, pd.to_datetime(text[left], format=form, errors="coerce"))
    return found.astype("datetime64[ns]")


def days(path: Path, table: pd.DataFrame, column: str, *, first: int = 1989, last: int = 2100) -> pd.Series:
    """Return days; what is none, and years out of range, are faults."""
    cells = table[column]
    found = parsed(cells)
    wrong = cells.notna() & (found.isna() | (found.dt.year < first) | (found.dt.year > last))
    if wrong.any():
        expected = f"a day from {first} on, such as 2020-07-31 or 31 July 2020"
        raise FaultsError([Fault(path.name, int(i) + 2, column, expected, str(cells[i])) for i in cells.index[wrong][:20]])
    return found


def latest(date: pd.Series, precision: pd.Series) -> pd.Series:
    """Return the last day that a date may stand for."""
    return dates.last_days(pd.DataFrame({"date": date, "date_precision": precision}))


def region(points: pd.DataFrame, precision: pd.Series) -> pd.Series:
    """Name the region of 2023 of each point, where the point says more than the country."""
    found = pd.Series(geography.region_of(points["lon"], points["lat"]), index=points.index).astype("object")
    return found.where(precision.ne("unknown"), np.nan)


def assembled(ours: dict[str, object], theirs: pd.DataFrame, *, by_day: bool = True) -> pd.DataFrame:
    """Put our columns in their order before those of the file, and rows in that of days; names that both have belong to us."""
    frame = pd.DataFrame({c: ours.get(c) for c in COLUMNS}, index=theirs.index)
    rest = theirs[[c for c in theirs if c not in COLUMNS]]
    table = pd.concat([frame, rest], axis=1)
    return table.sort_values(["date", "event_id"], kind="stable", ignore_index=True) if by_day else table.reset_index(drop=True)
