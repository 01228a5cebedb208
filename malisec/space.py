"""Numbers in space: distances, waves, near repeats, the ring around the capital, events along roads.

Frames in, frames out; scipy, statsmodels, shapely and pointpats do the mathematics (extra ``trends``). Must not know pictures or
sentences.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from malisec import geography, nearest, trends
from malisec.extras import library
from malisec.geography import plane
from malisec.nearest import CAPITAL
from malisec.others import takes_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

#: distances and days within which two events count as near each other
KM, DAYS = (10, 25, 50), (7, 14, 30)
#: ring in km up to which a place is known well enough to ask for near repeats
KNOWN_KM = 10
SHUFFLES, DRAWS, SEED = 999, 1999, 20250701
#: limits around the capital, the day on which its contrast turns, the width of a road, in km
CIRCLES, TURN, ROADSIDE = (100, 250), pd.Timestamp("2024-07-01"), 20
#: the year most seed documents tell of, which was searched most
SEARCHED = 2025
#: independent publishers from which a row counts as told widely
WIDELY = 3
#: last year of each period but the last
PERIODS = (2019, 2022, 2024)


# --- distances ---------------------------------------------------------------------------------------------------
def from_capital(events: pd.DataFrame, places: pd.DataFrame) -> pd.Series:
    """Return the distance of each event to Bamako in km, missing where its place is not known."""
    return pd.Series(nearest.bamako_km(events["lon"], events["lat"], places), index=events.index)


# --- waves -------------------------------------------------------------------------------------------------------
@takes_rows
def waves(events: pd.DataFrame) -> pd.DataFrame:
    """Measure the waves: events that belong to one coordinated attack on several places.

    Parameters
    ----------
    events
        ``wave_id``, ``date``, ``place_id``, ``lon``, ``lat`` and ``ring_km``.

    Returns
    -------
    pandas.DataFrame
        Indexed by wave: ``first`` and ``last`` day, ``size`` (rows), ``places``, ``spread_km`` (largest distance between two rows),
        ``spacing_km`` (median distance of a row to the nearest other one) and ``ring_km`` (the widest ring of its rows); in order of days.
    """
    rows = []
    for wave, mine in events.dropna(subset=["wave_id"]).groupby("wave_id"):
        known = mine.dropna(subset=["lat", "lon"])
        row: dict[str, Any] = {
            "wave_id": wave,
            "first": mine["date"].min(),
            "last": mine["date"].max(),
            "size": len(mine),
            "places": mine["place_id"].nunique(),
            "spread_km": np.nan,
            "spacing_km": np.nan,
            "ring_km": mine["ring_km"].max(),
        }
        if len(known) > 1:
            lon, lat = known["lon"].to_numpy(), known["lat"].to_numpy()
            apart = geography.distance_km(lon[:, None], lat[:, None], lon, lat)
            row["spread_km"] = float(apart.max())
            np.fill_diagonal(apart, np.inf)
            row["spacing_km"] = float(np.median(apart.min(axis=1)))
        rows.append(row)
    columns = ["wave_id", "first", "last", "size", "places", "spread_km", "spacing_km", "ring_km"]
    return pd.DataFrame(rows, columns=columns).sort_values(["first", "wave_id"]).set_index("wave_id")


# --- near repeats ------------------------------------------------------------------------------------------------
def known_points(events: pd.DataFrame, ring: float = KNOWN_KM) -> pd.DataFrame:
    """Return the events whose day is known and whose place is known to within a ring, in km."""
    fit = events["date_precision"].eq("day") & events["date"].notna() & events["ring_km"].le(ring) & events["lat"].notna()
    return events[fit].reset_index(drop=True)


def near_repeat(
    points: pd.DataFrame,
    *,
    within_years: bool = False,
    km: Sequence[float] = KM,
    days: Sequence[int] = DAYS,
    shuffles: int = SHUFFLES,
    seed: int = SEED,
) -> pd.DataFrame:
    """Test whether events near each other in space are near each other in time more often than chance brings about (Knox).

    Parameters
    ----------
    points
        ``lon``, ``lat`` and ``date``, none missing; one row an event.
    within_years
        Whether dates change places only with dates of the same calendar year.
    km, days
        Distances and times within which a pair counts as near. Each pair of them is a question of its own, and they overlap.
    shuffles, seed
        How often the dates are shuffled, and the seed of all shuffles.

    Returns
    -------
    pandas.DataFrame
        One row per distance and time: ``km``, ``days``, ``found`` (pairs near in both), ``expected`` (mean of the shuffles), ``ratio``
        (missing for fewer than `malisec.trends.LEAST` pairs), ``reached`` (shuffles with at least as many pairs), ``anywhere`` (shuffles
        that reach something as rare in any of the cells) and ``of``. Empty for fewer than `malisec.trends.LEAST` points.

    Notes
    -----
    Knox (Applied Statistics 13, 1964); pairs are those of `pointpats.Knox`. Its own shuffles of all dates give the same shares as ours,
    which also know strata and serve all cells at once: a shuffle over many years takes a drift of the whole pattern from one region to
    another for near repeats (Kulldorff and Hjalmars, Biometrics 55, 1999), one within years does not. ``anywhere`` is the smallest share of
    the cells set against that of each shuffle (Westfall and Young, Resampling-Based Multiple Testing, 1993).
    """
    pointpats = library("pointpats")
    spatial = library("scipy.spatial")

    columns = ["km", "days", "found", "expected", "ratio", "reached", "anywhere", "of"]
    if len(points) < trends.LEAST:
        return pd.DataFrame(columns=columns, dtype=float)
    at = plane(points["lon"], points["lat"])
    day = (points["date"] - pd.Timestamp("2000-01-01")).dt.days.to_numpy().astype(float)
    cells = [(r, d) for r in km for d in days]
    found = np.array([pointpats.Knox(at, day[:, None], r, d, permutations=0).nst for r, d in cells])
    pairs = spatial.KDTree(at).query_pairs(max(km), output_type="ndarray").reshape(-1, 2)
    apart = np.hypot(*(at[pairs[:, 0]] - at[pairs[:, 1]]).T)
    draw, strata = np.random.default_rng(seed), _strata(points["date"], within_years)
    told = np.zeros((shuffles, len(cells)), dtype=np.int64)
    for n in range(shuffles):
        moved = day.copy()
        for some in strata:
            moved[some] = draw.permutation(day[some])
        between = np.abs(moved[pairs[:, 0]] - moved[pairs[:, 1]])
        told[n] = [((apart <= r) & (between <= d)).sum() for r, d in cells]
    expected, reached = told.mean(axis=0), (told >= found).sum(axis=0)
    # how rare each shuffle is in its rarest cell, among the shuffles and what was found
    ranks = np.column_stack([len(c) - np.searchsorted(np.sort(c), c) for c in told.T]) + (found >= told)
    rarest = ranks.min(axis=1)
    table = pd.DataFrame(cells, columns=["km", "days"]).assign(found=found, expected=expected)
    table["ratio"] = np.where(found >= trends.LEAST, found / np.maximum(expected, 1 / shuffles), np.nan)
    return table.assign(reached=reached, anywhere=[int((rarest <= r + 1).sum()) for r in reached], of=shuffles)


def _strata(dates: pd.Series, within_years: bool) -> list[NDArray[np.intp]]:
    """Return the positions whose dates may change places."""
    group = dates.dt.year.to_numpy() if within_years else np.zeros(len(dates))
    return [np.flatnonzero(group == g) for g in np.unique(group)]


# --- the ring around the capital ---------------------------------------------------------------------------------
def yearly_distance(km: pd.Series, year: pd.Series, *, draws: int = DRAWS, seed: int = SEED) -> pd.DataFrame:
    """Return the median distance of each year with the interval of a bootstrap.

    Parameters
    ----------
    km, year
        Of each event.
    draws, seed
        How many samples, and the seed of all.

    Returns
    -------
    pandas.DataFrame
        Indexed by year: ``rows``, ``median``, ``low``, ``high`` (percentiles: Efron and Tibshirani, An Introduction to the Bootstrap,
        1993, ch. 13); missing for years with fewer than `malisec.trends.LEAST` rows.
    """
    bootstrap = library("scipy.stats").bootstrap

    known = km.notna()
    rows: dict[int, dict[str, float]] = {}
    for this, mine in km[known].groupby(year[known]):
        row = {"rows": len(mine), "median": np.nan, "low": np.nan, "high": np.nan}
        if len(mine) >= trends.LEAST:
            draw = np.random.default_rng(seed)
            found = bootstrap(
                (mine.to_numpy(),), np.median, n_resamples=draws, method="percentile", confidence_level=trends.LEVEL, rng=draw
            )
            row |= {"median": float(mine.median()), "low": float(found.confidence_interval.low)}
            row["high"] = float(found.confidence_interval.high)
        rows[int(this)] = row
    return pd.DataFrame.from_dict(rows, orient="index", columns=["rows", "median", "low", "high"]).rename_axis("year")


def shares(km: pd.Series, ring: pd.Series, year: pd.Series, limit: float) -> pd.DataFrame:
    """Return the share of each year's rows within a distance.

    Parameters
    ----------
    km, ring, year
        Of each event: distance and ring of uncertainty, in km.
    limit
        The distance, in km.

    Returns
    -------
    pandas.DataFrame
        Indexed by year: ``rows``, ``within`` (by their points), ``surely`` and ``perhaps`` (with the whole ring, or any of it, within),
        ``share``, ``low``, ``high``.
    """
    frame = pd.DataFrame({"year": year, "within": km <= limit, "surely": km + ring <= limit, "perhaps": km - ring <= limit})[km.notna()]
    table = frame.groupby("year").agg(
        rows=("within", "size"), within=("within", "sum"), surely=("surely", "sum"), perhaps=("perhaps", "sum")
    )
    return table.join(trends.shares(frame["within"], frame["year"])[["share", "low", "high"]])


@takes_rows
def drift(events: pd.DataFrame, places: pd.DataFrame, sources: pd.DataFrame, limit: float) -> pd.DataFrame:
    """Test whether events come nearer to the capital, in several ways of counting.

    Parameters
    ----------
    events, places, sources
        The tables.
    limit
        Distance in km within which an event counts as near.

    Returns
    -------
    pandas.DataFrame
        Indexed by way of counting: ``all`` (by their points), ``once`` (the rows of a wave weigh one together), ``unseeded`` (without
        rows that a seed document tells of), ``widely`` (told by at least `WIDELY` independent publishers), ``earlier`` (before the year
        most seed documents tell of), ``surely`` and ``perhaps`` (with the whole ring, or any of it, within). Columns ``rows``, ``within``,
        ``trend`` with ``trend_low`` and ``trend_high`` (odds ratio a year), ``before_within``, ``before``, ``after_within``, ``after``,
        ``odds`` with ``odds_low`` and ``odds_high`` (after `TURN` against before).
    """
    km = from_capital(events, places)
    rows = events.assign(km=km)[km.notna() & events["date"].notna()]
    seeded = trends.told_by_seeds(rows, sources)
    part = 1 / rows.groupby("wave_id")["event_id"].transform("size").fillna(1).astype(float)
    point, everything = rows["km"] <= limit, pd.Series(data=True, index=rows.index)
    ways: dict[str, tuple[pd.Series, pd.Series, pd.Series | None]] = {
        "all": (point, everything, None),
        "once": (point, everything, part),
        "unseeded": (point, ~seeded, None),
        "widely": (point, rows["independent_sources"] >= WIDELY, None),
        "earlier": (point, rows["date"].dt.year < SEARCHED, None),
        "surely": (rows["km"] + rows["ring_km"] <= limit, everything, None),
        "perhaps": (rows["km"] - rows["ring_km"] <= limit, everything, None),
    }
    years = (rows["date"] - TURN).dt.days / 365.25
    after = rows["date"] >= TURN
    table = {}
    for name, (within, kept, weight) in ways.items():
        mine, near, late = within[kept], None if weight is None else weight[kept], after[kept]
        worth = pd.Series(1.0, index=mine.index) if near is None else near
        sums = {"rows": worth.sum(), "within": worth[mine].sum(), "before": worth[~late].sum(), "after": worth[late].sum()}
        sums |= {"before_within": worth[mine & ~late].sum(), "after_within": worth[mine & late].sum()}
        ends = zip(("trend", "trend_low", "trend_high"), trends.odds(mine, years[kept], near), strict=True)
        turn = zip(("odds", "odds_low", "odds_high"), trends.odds(mine, late, near), strict=True)
        table[name] = sums | dict(ends) | dict(turn)
    return pd.DataFrame.from_dict(table, orient="index")


@takes_rows
def resting_on_seeds(events: pd.DataFrame, sources: pd.DataFrame) -> pd.Series:
    """Tell which events no page but a seed document tells of."""
    seeds = set(sources.loc[sources["kind"] == "seed", "source_id"])
    return events["source_ids"].map(lambda ids: set(ids.split()) <= seeds).astype(bool)


# --- roads -------------------------------------------------------------------------------------------------------
def stops(corridors: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return the stops of each road with their distance from the capital along it.

    Parameters
    ----------
    corridors, places
        The tables.

    Returns
    -------
    pandas.DataFrame
        ``corridor_id``, ``seq``, ``place_id``, ``place``, ``x``, ``y`` and ``along_km``. A road that does not begin at the capital goes on
        from where it leaves one that does.
    """
    found = nearest.halts(corridors, places)
    if found.empty:
        return found.drop(columns=["lon", "lat"]).assign(x=[], y=[], along_km=[])
    found[["x", "y"]] = plane(found["lon"], found["lat"])
    step = np.hypot(found.groupby("corridor_id")["x"].diff(), found.groupby("corridor_id")["y"].diff()).fillna(0.0)
    found = found.drop(columns=["lon", "lat"]).assign(along_km=step.groupby(found["corridor_id"]).cumsum())
    from_seat = found.groupby("corridor_id")["place_id"].transform("first").eq(CAPITAL)
    begins = found[from_seat].drop_duplicates("place_id").set_index("place_id")["along_km"]
    first = found.groupby("corridor_id")["place_id"].transform("first")
    return found.assign(along_km=found["along_km"] + first.map(begins).fillna(0.0))


def along(events: pd.DataFrame, corridors: pd.DataFrame, places: pd.DataFrame, limit: float = ROADSIDE) -> pd.DataFrame:
    """Find the events near each road.

    Parameters
    ----------
    events, corridors, places
        The tables. Roads run straight from stop to stop.
    limit
        Distance from the road in km.

    Returns
    -------
    pandas.DataFrame
        One row per event and road that may lie within `limit` of each other: ``event_id``, ``corridor_id``, ``away_km``, ``along_km`` (from
        the capital), ``near`` (by its point) and ``surely`` (with its whole ring). What lies within `limit` of the capital, where the roads
        meet, is near none of them.
    """
    import shapely

    known = events.dropna(subset=["lat", "lon"])
    columns = ["event_id", "corridor_id", "away_km", "along_km", "near", "surely"]
    if known.empty or corridors.empty:
        return pd.DataFrame(columns=columns)
    points = shapely.points(plane(known["lon"], known["lat"]))
    ring, seat = known["ring_km"].to_numpy(), from_capital(known, places).fillna(np.inf).to_numpy()
    parts = []
    for road, mine in stops(corridors, places).groupby("corridor_id", sort=False):
        way = mine[["x", "y"]].to_numpy()
        line = shapely.LineString(way) if len(way) > 1 else shapely.Point(way[0])
        away = shapely.distance(line, points)
        reach = shapely.line_locate_point(line, points) if len(way) > 1 else np.zeros(len(points))
        perhaps = (away - ring <= limit) & (seat + ring > limit)
        near, sure = (away <= limit) & (seat > limit), (away + ring <= limit) & (seat - ring > limit)
        found = {"event_id": known["event_id"], "corridor_id": road, "away_km": away, "along_km": mine["along_km"].iloc[0] + reach}
        parts.append(pd.DataFrame(found | {"near": near, "surely": sure})[perhaps])
    return pd.concat(parts, ignore_index=True)[columns]


def period(dates: pd.Series) -> pd.Series:
    """Return the number of the period of each date, by `PERIODS`."""
    return pd.Series(np.searchsorted(PERIODS, dates.dt.year.to_numpy()), index=dates.index)
