"""Shares with their intervals, and whether they grow; rows beside the search for them.

Series and frames in, frames out. Must not know pictures or sentences.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from malisec.extras import library
from malisec.others import takes_rows
from malisec.trends.rates import LEVEL, contrast, fit, noise
from malisec.trends.series import LEAST


@takes_rows
def effort(events: pd.DataFrame, deaths: pd.Series) -> pd.DataFrame:
    """Set the rows of each year beside an independent count and beside how many pages stand behind them.

    Parameters
    ----------
    events
        ``date``, ``source_ids`` and ``independent_sources``.
    deaths
        Independent count per month.

    Returns
    -------
    pandas.DataFrame
        Indexed by year: ``rows``, ``pages`` (mean a row), ``one_voice`` (rows with one independent source at most), ``deaths`` and
        ``per_100`` (rows for a hundred deaths, with ``per_100_low`` and ``per_100_high``, exact Poisson); the last four are missing where
        the independent count has no whole year, or fewer than `LEAST`.
    """
    confint_poisson = library("statsmodels.stats.rates").confint_poisson

    year = events["date"].dt.year
    pages = events["source_ids"].str.split().str.len().groupby(year).mean()
    single = events["independent_sources"].le(1).groupby(year).sum()
    years = pd.RangeIndex(year.min(), year.max() + 1) if len(events) else pd.RangeIndex(0)
    rows = events.groupby(year).size().reindex(years, fill_value=0)
    whole = deaths.groupby(deaths.index.year).agg(["sum", "size"])
    known = whole.loc[whole["size"] == 12, "sum"].reindex(years).astype(float)
    base = known.where(known >= LEAST) / 100
    low, high = (pd.Series(end, index=years, dtype=float) for end in confint_poisson(rows.to_numpy(dtype=float), 1, "exact-c", 1 - LEVEL))
    single = single.reindex(years, fill_value=0).astype("int64")
    table = pd.DataFrame({"rows": rows, "pages": pages, "one_voice": single, "deaths": known, "per_100": rows / base})
    return table.assign(per_100_low=low / base, per_100_high=high / base).rename_axis("year")


def moves(table: pd.DataFrame) -> pd.DataFrame:
    """Say for each year whether rows and the independent count moved the same way from the year before.

    Parameters
    ----------
    table
        As `effort` returns it.

    Returns
    -------
    pandas.DataFrame
        Indexed by year: ``rows`` and ``deaths`` (differences to the year before) and ``same``; only years in which both are known.
    """
    steps = table[["rows", "deaths"]].diff().dropna()
    return steps.assign(same=np.sign(steps["rows"]) == np.sign(steps["deaths"]))


def follows(rows: pd.Series, deaths: pd.Series) -> dict[str, float]:
    """Ask whether, within years, months with more deaths in an independent count hold more rows.

    Parameters
    ----------
    rows, deaths
        Per month; only months of both are used.

    Returns
    -------
    dict
        ``ratio`` of rows for a doubling of deaths, with ``low`` and ``high``, and ``months``: a negative binomial with a level for each
        year and the logarithm of deaths plus one. Missing with fewer than `LEAST` rows or a single month in each year.
    """
    both = pd.concat([rows.rename("rows"), deaths.rename("deaths")], axis=1, join="inner").dropna()
    kept = both[both.groupby(both.index.year)["rows"].transform("sum") > 0]
    found = {"months": float(len(kept))}
    levels = pd.get_dummies(kept.index.year, dtype=float)
    if kept["rows"].sum() < LEAST or len(kept) <= levels.shape[1] + 1:
        return found | dict.fromkeys(("ratio", "low", "high"), np.nan)
    fitted = fit(kept["rows"], levels.assign(deaths=np.log2(kept["deaths"].to_numpy() + 1)), noise(kept["rows"]))
    return found | dict(zip(("ratio", "low", "high"), contrast(fitted, [0.0] * levels.shape[1] + [1.0]), strict=True))


def shares(some: pd.Series, by: pd.Series) -> pd.DataFrame:
    """Return the share of events that something holds for, in each group.

    Parameters
    ----------
    some
        Whether it holds, one value an event.
    by
        Group of each event, same index; events without one are left out.

    Returns
    -------
    pandas.DataFrame
        Indexed by group: ``events``, ``some``, ``share`` with ``low`` and ``high``; the last three are missing below
        `LEAST` events.

    Notes
    -----
    Wilson's interval (Wilson 1927; Brown, Cai and DasGupta, Statistical Science 16, 2001), computed by statsmodels.

    Examples
    --------
    >>> shares(pd.Series([True] * 2 + [False] * 8), pd.Series(["a"] * 10)).round(2).iloc[0].tolist()
    [10.0, 2.0, 0.2, 0.06, 0.51]
    """
    proportion_confint = library("statsmodels.stats.proportion").proportion_confint

    found = some.astype(bool).groupby(by, observed=True).agg(events="size", some="sum").astype("int64")
    enough = found["events"] >= LEAST
    kept = found[enough]
    low, high = proportion_confint(kept["some"], kept["events"], alpha=1 - LEVEL, method="wilson") if len(kept) else ([], [])
    ends = pd.DataFrame({"share": kept["some"] / kept["events"], "low": low, "high": high}, index=kept.index, dtype="float64")
    return found.join(ends)


def yearly_share(inside: pd.Series, days: pd.Series) -> pd.DataFrame:
    """Return the share of rows with a mark in each year, with its interval.

    Parameters
    ----------
    inside
        Whether a row has it.
    days
        Days of the rows, same index.

    Returns
    -------
    pandas.DataFrame
        Indexed by year: ``inside``, ``rows``, ``share`` with ``low`` and ``high``, as `shares` has them.

    Examples
    --------
    >>> days = pd.Series(pd.to_datetime(["2024-05-01"] * 6))
    >>> yearly_share(pd.Series([True, True, True, False, False, False]), days).round(2).loc[2024].tolist()
    [3.0, 6.0, 0.5, 0.19, 0.81]
    """
    found = shares(inside, days.dt.year).rename(columns={"events": "rows", "some": "inside"}).rename_axis("year")
    return found[["inside", "rows", "share", "low", "high"]]


def odds(within: pd.Series, design: pd.Series, weight: pd.Series | None = None) -> tuple[float, float, float]:
    """Return by what factor the odds to have a mark change for one unit of the design, with the interval.

    Parameters
    ----------
    within
        Whether each event has it.
    design
        Years, or whether an event comes after a date.
    weight
        Of each event, one when left out.

    Returns
    -------
    tuple of float
        From a logistic regression (Hosmer and Lemeshow, Applied Logistic Regression, 2013);
        missing where fewer than `LEAST` events (or, for two times, fewer with or without it at
        either of them) stand behind it.
    """
    sm = library("statsmodels.api")
    separated: Any = library("statsmodels.tools.sm_exceptions").PerfectSeparationWarning

    missing = (np.nan, np.nan, np.nan)
    weights = pd.Series(1.0, index=within.index) if weight is None else weight
    sides = [design == v for v in (0, 1)] if design.dtype == bool else [design.notna()]
    if min(weights[side & (within == inside)].sum() for side in sides for inside in (True, False)) < LEAST - 1e-9:
        return missing
    if design.nunique() < 2:
        return missing
    with warnings.catch_warnings():
        warnings.simplefilter("error", separated)
        try:
            model = sm.GLM(
                within.astype(float).to_numpy(),
                sm.add_constant(design.astype(float).to_numpy()),
                family=sm.families.Binomial(),
                freq_weights=weights.to_numpy(),
            )
            fitted = model.fit()
        except separated:
            return missing
    low, high = fitted.conf_int(alpha=1 - LEVEL)[1]
    return float(np.exp(fitted.params[1])), float(np.exp(low)), float(np.exp(high))


def odds_per_year(inside: pd.Series, days: pd.Series) -> dict[str, float]:
    """Ask whether the share of rows with a mark grows or shrinks over time.

    Parameters
    ----------
    inside, days
        As for `yearly_share`.

    Returns
    -------
    dict
        ``rows``, ``inside``, and ``ratio`` of the odds from one year to the next with ``low`` and ``high``, as `odds` finds them.
    """
    years = (days - days.min()).dt.days / 365.25
    found = zip(("ratio", "low", "high"), odds(inside, years), strict=True)
    return {"rows": float(len(inside)), "inside": float(inside.sum())} | dict(found)


@takes_rows
def told_by_seeds(events: pd.DataFrame, sources: pd.DataFrame) -> pd.Series:
    """Tell which events a seed document tells of: these were found because the search began with them."""
    seeds = set(sources.loc[sources["kind"] == "seed", "source_id"])
    return events["source_ids"].str.split().map(lambda ids: bool(seeds & set(ids))).astype(bool)


@takes_rows
def once(events: pd.DataFrame) -> pd.DataFrame:
    """Return the events with each coordinated wave as one row: its first, at the mean of its places where these have coordinates."""
    events = events.sort_values("date", kind="stable") if "date" in events else events
    waves = events["wave_id"]
    kept = events[waves.isna() | ~events.duplicated("wave_id")]
    if not {"lat", "lon"} <= set(events):
        return kept
    middle = events.groupby("wave_id")[["lat", "lon"]].mean()
    return kept.assign(**{c: kept["wave_id"].map(middle[c]).fillna(kept[c]) for c in ("lat", "lon")})
