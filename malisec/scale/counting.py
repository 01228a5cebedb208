"""Places, regions and months of a table in pieces. What each means is told in the modules for one machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from malisec import gazetteer, geography
from malisec.extras import library
from malisec.trends import series

if TYPE_CHECKING:
    from collections.abc import Sequence

#: pieces whose sums are added up in one step
_FAN = 8


def locate_many(asked: Any, region: Any = None) -> Any:
    """Find the places of a column of names, see `malisec.locate_many`.

    Parameters
    ----------
    asked
        dask Series of spellings.
    region
        Region that settles names borne by several places: one for all, or a dask Series with one for each name, in the same partitions.

    Returns
    -------
    dask.dataframe.DataFrame
        Index of `asked`; ``name``, ``place_id``, ``how`` and ``candidates``.

    Raises
    ------
    ValueError
        If a region is none: at once where it is one for all.

    Examples
    --------
    >>> import dask.dataframe as dd
    >>> names = dd.from_pandas(pd.Series(["Timbuktu", "Modolo", "Nowhere at all"]), npartitions=2)
    >>> locate_many(names)["place_id"].compute().tolist()
    ['tombouctou', 'molodo', <NA>]
    """
    meta = pd.DataFrame({c: pd.Series(dtype="string[pyarrow]") for c in ("name", "place_id", "how", "candidates")})
    if region is None or isinstance(region, str):
        gazetteer.locate_many([], region)
        return asked.map_partitions(_located, region, meta=meta)
    return library("dask.dataframe").map_partitions(_located, asked, region, meta=meta)


def _located(asked: pd.Series, region: pd.Series | str | None) -> pd.DataFrame:
    # one by one, texts of Arrow take ten times as long as those of Python
    found = gazetteer.locate_many(asked.to_numpy(dtype=object, na_value=None), region)
    return found.set_axis(asked.index).astype("string[pyarrow]")


def region_of(lon: Any, lat: Any, vintage: int = 2023) -> Any:
    """Name the region each point lies in, see `malisec.region_of`.

    Parameters
    ----------
    lon, lat
        dask Series of degrees, in the same partitions.
    vintage
        2023 or 1991.

    Returns
    -------
    dask.dataframe.Series
        Categories of region names, the same in every partition; missing outside Mali.

    Examples
    --------
    >>> import dask.dataframe as dd
    >>> points = dd.from_pandas(pd.DataFrame({"lon": [-8.0, 2.35], "lat": [12.64, 48.85]}), npartitions=1)
    >>> region_of(points["lon"], points["lat"]).compute().tolist()
    ['Bamako', nan]
    """
    meta = pd.Series(geography.region_of([], [], vintage), name="region")
    return library("dask.dataframe").map_partitions(_regions, lon, lat, vintage, meta=meta)


def _regions(lon: pd.Series, lat: pd.Series, vintage: int) -> pd.Series:
    # a worker gets piece after piece: the grid that it makes for the first serves all others
    geography.prepare(vintage)
    return pd.Series(geography.region_of(lon, lat, vintage), index=lon.index, name="region")


def monthly(events: Any, by: Sequence[str] = ()) -> pd.DataFrame:
    """Count events and their dead per month and group, see `malisec.trends.monthly`.

    Parameters
    ----------
    events
        dask DataFrame of events.
    by
        Columns to count apart, such as ``["dataset", "region_2023", "event_type"]``.

    Returns
    -------
    pandas.DataFrame
        As from `malisec.trends.monthly`, to the last digit: what is added up are whole numbers, in any order the same.

    Examples
    --------
    >>> import dask.dataframe as dd
    >>> rows = pd.DataFrame({"date": pd.to_datetime(["2025-01-30", "2025-03-01"]), "date_precision": ["week", "month"]})
    >>> monthly(dd.from_pandas(rows, npartitions=2))["rows"].round(2).tolist()
    [0.29, 0.71, 1.0]
    """
    dask = library("dask")
    used = [c for c in (*_COUNTED, *by) if c in events.columns]
    counts = events[[*dict.fromkeys(used)]].map_partitions(series.month_parts, [*by], meta=series.month_parts(events._meta, [*by]))
    add = dask.delayed(_added, pure=True)
    level = counts.to_delayed()
    while len(level) > 1:
        level = [add(level[k : k + _FAN]) for k in range(0, len(level), _FAN)]
    return series.shared_out(level[0].compute())


#: columns that counting looks at
_COUNTED = ("date", "date_precision", "date_latest", "killed_best")


def _added(parts: list[pd.DataFrame]) -> pd.DataFrame:
    # pieces without a row have no say in what kind a column is
    some = [p for p in parts if len(p)]
    return series.added_up(pd.concat(some, ignore_index=True)) if some else parts[0]
