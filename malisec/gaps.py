"""What the tables do not know: days, places and tolls left open, regions and years without a row, voices, distances to any row.

Tables in, frames out; every share says of how many and is missing below `malisec.trends.LEAST`. No row is not no event: nothing here
measures what happened. Must not know pictures or sentences.
"""

from __future__ import annotations

import contextlib
import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from malisec import geography, schema, tolls, trends
from malisec.extras import library
from malisec.others import takes_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

#: a ring up to which a place counts as known, and one from which it does not, in km
NEAR_KM, FAR_KM = 5, 20
#: sides of the cells of the grid of distances, in degrees
CELL = 0.25
#: distances from a row beyond which Mali's area is measured, in km
DISTANCES = (50, 100, 150)
#: neighbours of an event that are looked at, and as many as a second look takes
NEIGHBOURS, WIDER = 8, 16
SHUFFLES, SEED = 999, 2012
#: languages told apart; the others are one
LANGUAGES = ("fr", "en")


# --- day, place and toll -----------------------------------------------------------------------------------------
def precision(events: pd.DataFrame) -> pd.DataFrame:
    """Count the events by how well their day and their place are known.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``what`` (``date`` or ``place``) and ``known`` (values of the codebook, best first): ``events``, ``share`` of all and
        ``ring_km``, the median ring around the place (places only).
    """
    parts = {"date": ("date_precision", ("day", "week", "month", "year")), "place": ("location_precision", tuple(geography.LEAST_RING))}
    rows = {}
    for what, (column, values) in parts.items():
        for value in values:
            here = events[events[column] == value]
            ring = float(here["ring_km"].median()) if what == "place" and len(here) else np.nan
            rows[what, value] = {
                "events": len(here),
                "share": len(here) / len(events) if len(events) >= trends.LEAST else np.nan,
                "ring_km": ring,
            }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["what", "known"])


@takes_rows
def toll_known(events: pd.DataFrame, claims: pd.DataFrame) -> pd.Series:
    """Tell for each event whether somebody gave a toll: its own, a joint one with other events alone, or nobody.

    Parameters
    ----------
    events
        The events.
    claims
        Every claim about them.

    Returns
    -------
    pandas.Series
        ``own``, ``joint`` or ``unknown``, index of `events`.
    """
    found = tolls.derive(claims).index
    own, joint = events["event_id"].isin(found), events["shared_toll_id"].isin(found)
    return pd.Series(np.select([own, joint], ["own", "joint"], "unknown"), index=events.index, dtype="object")


# --- regions and months ------------------------------------------------------------------------------------------
def by_region(events: pd.DataFrame, last: pd.Timestamp, since: int = trends.SINCE) -> pd.DataFrame:
    """Count the events of each region and year; years and regions without any included.

    Parameters
    ----------
    events
        The events.
    last
        A day of the last year.
    since
        First year.

    Returns
    -------
    pandas.DataFrame
        Regions of 2023 by years.
    """
    counts = pd.crosstab(events["region_2023"], events["date"].dt.year)
    return counts.reindex(index=list(schema.REGIONS), columns=range(since, last.year + 1), fill_value=0).rename_axis("region")


def silences(events: pd.DataFrame, last: pd.Timestamp, since: int = trends.SINCE) -> pd.DataFrame:
    """Return the longest run of months without a row in each region.

    Parameters
    ----------
    events
        The events; one of week or month precision fills every month it may lie in.
    last
        A day of the last month looked at.
    since
        First year; its January is the first month looked at.

    Returns
    -------
    pandas.DataFrame
        Indexed by region of 2023: ``events``, ``months`` with a row, ``of`` (months looked at), ``longest`` (months in a row without one),
        ``first`` and ``last`` month of that run (missing where every month has a row).
    """
    months = pd.period_range(f"{since}-01", last.to_period("M"), freq="M")
    rows = {}
    for region in schema.REGIONS:
        mine = events[events["region_2023"] == region]
        filled = trends.monthly_rows(mine).sum(axis=1)
        empty = ~months.isin(filled.index[filled > 0])
        run = pd.Series(empty).groupby((~empty).cumsum()).cumsum()
        end, longest = int(run.idxmax()), int(run.max())
        rows[region] = {
            "events": len(mine),
            "months": int((~empty).sum()),
            "of": len(months),
            "longest": longest,
            "first": months[end - longest + 1] if longest else pd.NaT,
            "last": months[end] if longest else pd.NaT,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("region")


# --- sources and voices ------------------------------------------------------------------------------------------
def languages(sources: pd.DataFrame, by: pd.Series) -> pd.DataFrame:
    """Count the pages by language.

    Parameters
    ----------
    sources
        The sources table.
    by
        Group of each page, same index; pages without one are left out.

    Returns
    -------
    pandas.DataFrame
        Indexed by group: ``fr``, ``en``, ``other`` and ``pages``.
    """
    language = sources["language"].where(sources["language"].isin(LANGUAGES), "other")
    counts = pd.crosstab(by, language).reindex(columns=[*LANGUAGES, "other"], fill_value=0)
    return counts.assign(pages=counts.sum(axis=1)).rename_axis(columns=None)


def year_of(sources: pd.DataFrame) -> pd.Series:
    """Return the year each page was published, missing where it is not known."""
    return pd.to_numeric(sources["published"].str[:4], errors="coerce")


@takes_rows
def pages(events: pd.DataFrame, claims: pd.DataFrame) -> pd.Series:
    """Count the pages behind each event: its own, those of its claims and those of a joint toll.

    Parameters
    ----------
    events
        The events.
    claims
        Every claim about them.

    Returns
    -------
    pandas.Series
        Different pages, index of `events`; `malisec.tolls.voices` counts the independent origins among the same ones.
    """
    by_key = claims.assign(key=claims["event_id"].fillna(claims["shared_toll_id"])).groupby("key")["source_ids"].agg(" ".join)
    told = [events["source_ids"], *(events[c].map(by_key).fillna("") for c in ("event_id", "shared_toll_id"))]
    return told[0].astype("object").str.cat([t.astype("object") for t in told[1:]], sep=" ").map(lambda text: len(set(text.split())))


@takes_rows
def one_voice(events: pd.DataFrame) -> pd.Series:
    """Tell which events are known to one independent voice only, however many pages repeat it."""
    return events["independent_sources"] <= 1


@takes_rows
def clustering(events: pd.DataFrame, neighbours: int = NEIGHBOURS, shuffles: int = SHUFFLES) -> dict[str, float]:
    """Ask whether events of one voice lie nearer to each other than chance would put them.

    Parameters
    ----------
    events
        The events; those known by region only, or with a ring of more than 25 km, have no place that neighbours could be looked for.
    neighbours
        How many nearest events are looked at.
    shuffles
        How often the events of one voice are dealt out anew.

    Returns
    -------
    dict
        ``events``, ``one`` (of these known to one voice), ``beside_one`` and ``beside_others`` (share of one voice among the neighbours
        of an event of one voice, and of any other), ``moran``, ``as_high`` (shuffles that reach it), ``as_high_in_years`` (shuffles that
        deal them out within each year alone) and ``shuffles``; all but the first two missing with fewer than `malisec.trends.LEAST`.

    Notes
    -----
    Moran's I of one voice or not over the nearest neighbours, row-standardised (Cliff and Ord, Spatial Processes, 1981), by PySAL's esda
    and libpysal. The shuffles within years are of our own: in which year an event lies says much of how many wrote of it.
    """
    placed = events[events["location_precision"].ne("region") & events["ring_km"].le(25)].dropna(subset=["lat", "lon"])
    y = one_voice(placed).to_numpy(dtype=float)
    found: dict[str, float] = {"events": len(y), "one": int(y.sum())}
    names = ("beside_one", "beside_others", "moran", "as_high", "as_high_in_years", "shuffles")
    if min(y.sum(), len(y) - y.sum()) < trends.LEAST or len(y) <= neighbours:
        return found | dict.fromkeys(names, np.nan)
    with warnings.catch_warnings():
        # esda brings a bar of progress for notebooks, which misses its widgets and says so
        warnings.filterwarnings("ignore", message="IProgress not found")
        esda, nearest = library("esda"), library("libpysal.weights")

    weights = nearest.KNN(_on_the_globe(placed), neighbours, silence_warnings=True)
    with _seeded(SEED):
        moran = esda.Moran(y, weights, permutations=shuffles)
    matrix = weights.sparse
    beside = matrix @ y
    rng = np.random.default_rng(SEED)
    year = placed["date"].dt.year.to_numpy()
    centred = y - y.mean()
    in_years = [s @ matrix @ s for s in _dealt(centred, year, shuffles, rng)]
    # a hair of room for sums that differ in their last digit only
    reach = centred @ matrix @ centred - 1e-9
    values = (
        float(beside[y == 1].mean()),
        float(beside[y == 0].mean()),
        float(moran.I),
        int((moran.sim >= moran.I - 1e-12).sum()),
        int((np.array(in_years) >= reach).sum()),
        shuffles,
    )
    return found | dict(zip(names, values, strict=True))


def _on_the_globe(events: pd.DataFrame) -> np.ndarray:
    """Return points in km, so that straight lines between neighbours are their distance in any direction."""
    lat, lon = np.radians(events["lat"].to_numpy(dtype=float)), np.radians(events["lon"].to_numpy(dtype=float))
    # a hair apart: libpysal would take events of one place, at no distance, for no neighbours
    apart = np.arange(len(events)) * 1e-6
    x, y, z = np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)
    return np.column_stack([geography.EARTH_KM * x, geography.EARTH_KM * y, geography.EARTH_KM * z, apart])


def _dealt(values: np.ndarray, group: np.ndarray, times: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield the values shuffled within their groups."""
    order = np.argsort(group, kind="stable")
    for _ in range(times):
        # sorting by group and then by chance is a shuffle within each group
        dealt = np.empty_like(values)
        dealt[order] = values[np.lexsort((rng.random(len(values)), group))]
        yield dealt


@contextlib.contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Give esda, which draws from numpy's global generator and takes no other, a seed, and put that generator back as it was."""
    state = np.random.get_state()  # noqa: NPY002 (the one that esda draws from)
    np.random.seed(seed)  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(state)  # noqa: NPY002


# --- distance to any row -----------------------------------------------------------------------------------------
def cells(cell: float = CELL) -> pd.DataFrame:
    """Lay cells over Mali, each cut at its border and at those of the regions.

    Parameters
    ----------
    cell
        Side in degrees.

    Returns
    -------
    pandas.DataFrame
        One row per cell and region of 2023: ``lon`` and ``lat`` of the middle of the whole cell, ``region`` and ``km2`` of the part.

    Examples
    --------
    >>> f"{cells()['km2'].sum() / 1e6:.2f} million km²"
    '1.26 million km²'
    """
    import shapely

    outlines = geography.regions(2023)
    west, south, east, north = outlines.total_bounds
    lon, lat = (np.arange(np.floor(a / cell), np.ceil(b / cell)) * cell + cell / 2 for a, b in ((west, east), (south, north)))
    x, y = (a.ravel() for a in np.meshgrid(lon, lat))
    half = cell / 2
    boxes = shapely.box(x - half, y - half, x + half, y + half)
    shapes = outlines.geometry.to_numpy()
    region, box = shapely.STRtree(boxes).query(shapes, predicate="intersects")
    part = shapely.area(shapely.intersection(shapes[region], boxes[box])) / cell**2
    side = np.radians(cell) * geography.EARTH_KM
    found = pd.DataFrame({"lon": x[box], "lat": y[box], "region": outlines["region"].to_numpy()[region]})
    return found.assign(km2=part * side**2 * np.cos(np.radians(found["lat"])))


def placed(events: pd.DataFrame) -> pd.DataFrame:
    """Keep the events that have a place: those known by region only stand for none."""
    return events[events["location_precision"].isin(("exact", "town", "area"))].dropna(subset=["lat", "lon"])


@takes_rows
def distances(events: pd.DataFrame, cell: float = CELL) -> pd.DataFrame:
    """Return how far each cell of Mali lies from any event, and from any that is known to one voice only.

    Parameters
    ----------
    events
        The events; those known by region only are left out.
    cell
        Side of the cells in degrees.

    Returns
    -------
    pandas.DataFrame
        Columns of `cells`, ``any_km`` and ``one_km``: great-circle distance from the middle of the cell to the nearest point, missing where
        there is no event.
    """
    field, points = cells(cell), placed(events)
    return field.assign(any_km=_nearest(field, points), one_km=_nearest(field, points[one_voice(points)]))


def _nearest(field: pd.DataFrame, points: pd.DataFrame) -> np.ndarray:
    if points.empty:
        return np.full(len(field), np.nan)
    x, y = (field[c].to_numpy()[:, None] for c in ("lon", "lat"))
    return geography.distance_km(x, y, points["lon"].to_numpy(), points["lat"].to_numpy()).min(axis=1)


def beyond(field: pd.DataFrame, km: float, column: str = "any_km") -> float:
    """Return the share of Mali's area farther than so many km from any event (or, by its column, from one of one voice)."""
    return float(field.loc[field[column] > km, "km2"].sum() / field["km2"].sum()) if field[column].notna().any() else np.nan
