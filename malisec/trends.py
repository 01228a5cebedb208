"""Numbers over time: monthly series, their noise, rate ratios with intervals, change points, before and after, seasons.

Series and frames in, frames out; statsmodels and ruptures do the mathematics (extra ``trends``). Every ratio says how many stand
behind it and is missing where a cell holds fewer than `LEAST`. Must not know pictures or sentences.
"""

from __future__ import annotations

import dataclasses
import itertools
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from malisec import naming, schema

if TYPE_CHECKING:
    from collections.abc import Iterable

    from malisec.casebook import Casebook

#: events or deaths in a cell below which no ratio or trend is reckoned from it
LEAST = 5
#: first year of the crisis, and of our rows
SINCE = 2012
#: share of intervals that hold the true value
LEVEL = 0.95
#: multiples of the usual penalty under which a change point is looked for again
PENALTIES = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
#: the multiple that is used; with it, noise as in the series since 2012 shows a change in fewer than 5 of 100 series
USED = 1.5
#: months of the rains as the seeds and the press speak of them
RAINS = (6, 7, 8, 9)
#: months on each side of a date
WINDOWS = (6, 12)
#: share of other dates within the band that a date is held against
BAND = 0.9
#: kinds of turning points that change who commands
POWER = ("coup", "plot", "purge", "appointment")
#: first year after the war of 2012 and 2013 in the north, and the last before that of most seeds
AFTER_WAR, BEFORE_SEEDS = 2014, 2024
#: areas that the press calls the centre
CENTRE = ("Mopti", "Ségou")
#: parts of the country by regions of 2023
COUNTRY = schema.AREAS | {
    "North": ("Gao", "Kidal", "Ménaka", "Tombouctou", "Taoudénit"),
    "South": ("Sikasso", "Bougouni", "Koutiala", "Dioïla"),
    "Nara": ("Nara",),
}
#: kinds of actors that are armed groups, and that are forces of states
GROUP_KINDS = ("jihadist_group", "separatist_group", "self_defence_group")
STATE_KINDS = ("state_force", "foreign_force", "private_force", "un_force")


# --- series ------------------------------------------------------------------------------------------------------
def monthly_deaths(case: Casebook, since: int | None = None) -> pd.Series:
    """Return UCDP's monthly deaths in Mali, the series that is independent of our rows.

    Parameters
    ----------
    case
        The casebook.
    since
        First year; all of them when left out.

    Returns
    -------
    pandas.Series
        Best estimates, indexed by month (period).

    Examples
    --------
    >>> import malisec as ms
    >>> int(monthly_deaths(ms.load(), since=2022)[:12].sum())
    3612
    """
    table = case.ucdp_monthly
    series = pd.Series(table["deaths_best"].to_numpy(dtype=float), index=pd.PeriodIndex(table["month"], freq="M"), name="deaths")
    return series if since is None else series[series.index.year >= since]


def last_days(events: pd.DataFrame) -> pd.Series:
    """Return the last day on which each event may have begun: its own, or the end of its week, month or year."""
    start, precision = events["date"], events["date_precision"]
    ends = start.where(precision.eq("day"), start + pd.Timedelta(days=6))
    ends = ends.mask(precision.eq("month"), start + pd.offsets.MonthEnd(0))
    return ends.mask(precision.eq("year"), start + pd.offsets.YearEnd(0))


def monthly_rows(events: pd.DataFrame, by: str | None = None, *, until: str | None = None) -> pd.DataFrame:
    """Count events per month; one whose day is not known is spread over the days it may have.

    Parameters
    ----------
    events
        ``date``, ``date_precision`` and the column `by`. Those known by year only are spread over their year.
    by
        A column to count apart; one column ``events`` when left out.
    until
        Last month, ``YYYY-MM``; that of the last event when left out.

    Returns
    -------
    pandas.DataFrame
        Indexed by month (period), without gaps; parts of an event where its span crosses months.

    Examples
    --------
    >>> rows = pd.DataFrame({"date": pd.to_datetime(["2025-01-30", "2025-03-01"]), "date_precision": ["week", "month"]})
    >>> monthly_rows(rows)["events"].round(2).tolist()
    [0.29, 0.71, 1.0]
    """
    dated = events[events["date"].notna()]
    if dated.empty:
        return pd.DataFrame(index=pd.PeriodIndex([], freq="M"), columns=["events"], dtype=float)
    first, last = dated["date"], last_days(dated)
    days = (last - first).dt.days.to_numpy() + 1
    at = np.repeat(np.arange(len(dated)), days)
    step = np.arange(days.sum()) - np.repeat(days.cumsum() - days, days)
    month = (first.to_numpy()[at] + step.astype("timedelta64[D]")).astype("datetime64[M]")
    what = dated[by].to_numpy()[at] if by else np.repeat("events", len(at))
    parts = pd.DataFrame({"month": pd.PeriodIndex(month, freq="M"), "what": what, "share": 1.0 / days[at]})
    table = parts.pivot_table(index="month", columns="what", values="share", aggfunc="sum", fill_value=0.0, observed=True)
    end = table.index.max() if until is None else pd.Period(until, freq="M")
    return table.reindex(pd.period_range(table.index.min(), end, freq="M", name="month"), fill_value=0.0).rename_axis(columns=None)


# --- noise and ratios --------------------------------------------------------------------------------------------
@dataclasses.dataclass(frozen=True)
class Noise:
    """How much months differ where nothing changed.

    Attributes
    ----------
    dispersion
        Of the negative binomial: the variance of a month with mean m is m + dispersion * m².
    neighbours
        Correlation of what is left of neighbouring months.
    """

    dispersion: float
    neighbours: float

    @property
    def widening(self) -> float:
        """Factor on variances for months that resemble their neighbours (AR(1) of the residuals)."""
        rho = min(max(self.neighbours, 0.0), 0.9)
        return (1 + rho) / (1 - rho)


def noise(counts: pd.Series) -> Noise:
    """Estimate the noise of a monthly series within its years.

    Parameters
    ----------
    counts
        Counts, indexed by month (period). Years with fewer than `LEAST` are left out.

    Returns
    -------
    Noise
        Dispersion by maximum likelihood of a negative binomial with a level for each year (Cameron and Trivedi, Regression Analysis of
        Count Data, 2013, ch. 3); nought where the months differ no more than a Poisson process lets them.
    """
    import statsmodels.api as sm

    year = pd.Series(counts.index.year, index=counts.index)
    kept = counts[counts.groupby(year).transform("sum") >= LEAST]
    if kept.index.year.nunique() == 0 or len(kept) < 12:
        return Noise(0.0, 0.0)
    levels = pd.get_dummies(kept.index.year, dtype=float).to_numpy()
    mean = kept.groupby(kept.index.year).transform("mean").to_numpy()
    spread = ((kept - mean) ** 2 - kept).sum() / (mean**2).sum()
    dispersion = 0.0
    if spread > 1e-3:
        model = sm.NegativeBinomial(kept.to_numpy(), levels)
        start = np.append(np.log(kept.groupby(kept.index.year).mean().to_numpy()), max(spread, 0.05))
        fitted = model.fit(start_params=start, disp=0, maxiter=500, warn_convergence=False)
        dispersion = float(fitted.params[-1])
        dispersion = dispersion if np.isfinite(dispersion) and dispersion > 0 else float(spread)
    left = (kept.to_numpy() - mean) / np.sqrt(mean + dispersion * mean**2)
    return Noise(dispersion, float(np.corrcoef(left[:-1], left[1:])[0, 1]) if left.std() > 0 else 0.0)


def fit(counts: pd.Series, design: pd.DataFrame, about: Noise) -> Any:
    """Fit a log-linear model of monthly counts with given noise.

    Parameters
    ----------
    counts
        One count a month.
    design
        Columns of the model, same length.
    about
        Noise of the series, as `noise` finds it.

    Returns
    -------
    statsmodels.genmod.generalized_linear_model.GLMResults
        Negative binomial (Poisson without dispersion), variances widened for months that resemble their neighbours.
    """
    import statsmodels.api as sm
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    family = sm.families.NegativeBinomial(alpha=about.dispersion) if about.dispersion > 0 else sm.families.Poisson()
    with warnings.catch_warnings():
        # months that are all equal are fitted exactly, which is no fault: their noise is given
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        return sm.GLM(counts.to_numpy(dtype=float), design.to_numpy(dtype=float), family=family).fit(scale=about.widening)


def contrast(fitted: Any, weights: Iterable[float]) -> tuple[float, float, float]:
    """Return a rate ratio with the ends of its interval: the exponential of a contrast of coefficients."""
    test = fitted.t_test(np.asarray([*weights], dtype=float))
    low, high = test.conf_int(alpha=1 - LEVEL)[0]
    return tuple(float(v) for v in np.exp([test.effect[0], low, high]))  # type: ignore[return-value]


def ratio(counts: pd.Series, after: pd.Series, about: Noise) -> dict[str, float]:
    """Compare the monthly rate of some months with that of the others.

    Parameters
    ----------
    counts
        Counts per month.
    after
        Which months are set against the others, same index.
    about
        Noise of the series.

    Returns
    -------
    dict
        ``before``, ``after`` (counts), ``ratio``, ``low``, ``high``; the last three are missing where either holds fewer than `LEAST`.
    """
    on = after.to_numpy(dtype=bool)
    sums = {"before": float(counts[~on].sum()), "after": float(counts[on].sum())}
    if min(sums.values()) < LEAST:
        return sums | dict.fromkeys(("ratio", "low", "high"), np.nan)
    design = pd.DataFrame({"level": 1.0, "after": on.astype(float)})
    return sums | dict(zip(("ratio", "low", "high"), contrast(fit(counts, design, about), (0, 1)), strict=True))


def yearly(counts: pd.Series, about: Noise | None = None) -> pd.DataFrame:
    """Return the level of each year and its ratio to the year before.

    Parameters
    ----------
    counts
        Counts per month.
    about
        Noise; that of the series itself when left out.

    Returns
    -------
    pandas.DataFrame
        Indexed by year: ``total``, ``months``, ``rate`` (a month) with ``rate_low`` and ``rate_high``, ``ratio`` to the year before with
        ``low`` and ``high``. Missing where a year holds fewer than `LEAST`.
    """
    about = about or noise(counts)
    year = counts.index.year
    rows = {}
    for this in sorted(set(year)):
        here = counts[year == this]
        row = {"total": float(here.sum()), "months": len(here), "rate": float(here.mean()), "rate_low": np.nan, "rate_high": np.nan}
        if here.sum() >= LEAST:
            row["rate"], row["rate_low"], row["rate_high"] = contrast(fit(here, pd.DataFrame({"level": np.ones(len(here))}), about), (1,))
        pair = counts[(year == this - 1) | (year == this)]
        compared = ratio(pair, pd.Series(pair.index.year == this, index=pair.index), about)
        rows[this] = row | {k: compared[k] for k in ("ratio", "low", "high")}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("year")


# --- before and after --------------------------------------------------------------------------------------------
def unbiased(about: Noise, months: int = 12) -> Noise:
    """Give back to the noise what a level for each year has taken from it.

    Parameters
    ----------
    about
        Noise as `noise` finds it, within years.
    months
        Months that share a level.

    Returns
    -------
    Noise
        A level fitted to twelve months follows them: what is left varies by a twelfth too little, and neighbours look less alike than
        they are by (1 + 3 rho) / 12 (Marriott and Pope, Biometrika 41, 1954). Without this, intervals of nominal 95 % hold the truth in
        87 to 94 of 100 simulated series; with it in 93 to 97 (``tests/test_trends_dates.py``).

    Examples
    --------
    >>> unbiased(Noise(0.55, 0.0))
    Noise(dispersion=0.6, neighbours=0.1111)
    """
    lost = 1 / months
    return Noise(round(about.dispersion / (1 - lost), 4), round((about.neighbours + lost) / (1 - 3 * lost), 4))


def before_after(counts: pd.Series, month: str | pd.Period, months: int, about: Noise | None = None) -> dict[str, float]:
    """Compare so many months before a date with as many after; the month of the date itself belongs to neither.

    Parameters
    ----------
    counts
        Counts per month.
    month
        The month of the date.
    months
        How many on each side.
    about
        Noise; that of the series itself, `unbiased`, when left out.

    Returns
    -------
    dict
        As `ratio`; all missing where the series does not reach so far.

    Examples
    --------
    >>> steady = pd.Series(10.0, index=pd.period_range("2020-01", "2021-12", freq="M"))
    >>> round(before_after(steady, "2021-01", 6)["ratio"], 6)
    1.0
    """
    at = pd.Period(month, freq="M")
    window = counts[(counts.index >= at - months) & (counts.index <= at + months) & (counts.index != at)]
    if len(window) < 2 * months:
        return dict.fromkeys(("before", "after", "ratio", "low", "high"), np.nan)
    return ratio(window, pd.Series(window.index > at, index=window.index), about or unbiased(noise(counts)))


def placebo(counts: pd.Series, months: int) -> pd.Series:
    """Return the ratio of after to before at every month where the series reaches far enough: what dates without an event show.

    Parameters
    ----------
    counts
        Counts per month.
    months
        How many on each side, as in `before_after`.

    Returns
    -------
    pandas.Series
        Ratios by month; months with fewer than `LEAST` on a side are left out. Windows of neighbouring months overlap, so that there
        are fewer independent ones than rows.
    """
    after = counts[::-1].rolling(months).sum()[::-1].shift(-1)
    before = counts.rolling(months).sum().shift(1)
    enough = (before >= LEAST) & (after >= LEAST)
    return (after / before)[enough]


def as_large(ratio: float, others: pd.Series) -> int:
    """Count the other dates at which the rate changed at least as much, in either direction.

    Examples
    --------
    >>> as_large(0.5, pd.Series([2.0, 0.4, 1.1]))
    2
    """
    # what differs by less than the fit of a ratio is exact to is as large
    return int((np.abs(np.log(others.to_numpy(dtype=float))) >= abs(np.log(ratio)) - 1e-6).sum())


def rank(ratio: float, others: pd.Series) -> float:
    """Return the share of dates at which the rate changed at least as much, in either direction.

    Parameters
    ----------
    ratio
        What the date shows.
    others
        What other dates show (`placebo` without the date itself).

    Returns
    -------
    float
        The date itself counts among those that changed as much, so that the share is never nought (Phipson and Smyth, Statistical
        Applications in Genetics and Molecular Biology 9, 2010); missing without a ratio or without other dates.
    """
    return (1 + as_large(ratio, others)) / (1 + len(others)) if np.isfinite(ratio) and len(others) else np.nan


def band(others: pd.Series, share: float = BAND) -> tuple[float, float]:
    """Return the ends between which so large a share of the other dates lies, as much left out above as below."""
    if others.empty:
        return np.nan, np.nan
    low, high = others.quantile([(1 - share) / 2, (1 + share) / 2])
    return float(low), float(high)


def findable(counts: pd.Series, months: int, about: Noise | None = None) -> float:
    """Return the least rise that would be found four times in five, by how much months differ anyway.

    Parameters
    ----------
    counts
        Counts per month.
    months
        How many on each side.
    about
        Noise; that of the series itself, `unbiased`, when left out.

    Returns
    -------
    float
        A ratio above 1; a fall is found as often from its inverse on. From the variance of the logarithm of a ratio of two means of
        negative binomial counts at the mean of the series.
    """
    about = about or unbiased(noise(counts))
    mean = float(counts.mean())
    if not mean > 0:
        return np.nan
    variance = 2 * (1 / (mean * months) + about.dispersion / months) * about.widening
    # 1.96 for the interval, 0.84 for four times in five
    return float(np.exp((1.96 + 0.84) * np.sqrt(variance)))


def around(counts: pd.Series, dates: Iterable[pd.Period], months: int) -> tuple[pd.DataFrame, pd.Series]:
    """Compare before with after at several dates, and each with all other months.

    Parameters
    ----------
    counts
        Counts per month; those before `SINCE` serve only as months before a date.
    dates
        Months of the dates.
    months
        How many months on each side.

    Returns
    -------
    tuple of (pandas.DataFrame, pandas.Series)
        By month of the dates, as `before_after` and ``as_large`` (other months that changed as much), ``outside`` (whether the ratio
        lies out of the `band` of the others; false where there is none); and the ratios at the other months.
    """
    asked = [*dates]
    recent = counts[counts.index.year >= SINCE]
    about = unbiased(noise(recent))
    everywhere = placebo(counts, months)
    others = everywhere[(everywhere.index.year >= SINCE) & ~everywhere.index.isin(asked)]
    low, high = band(others)
    rows = {}
    for at in asked:
        row = before_after(counts, at, months, about)
        known = np.isfinite(row["ratio"])
        outside = bool(known and len(others) and not low <= row["ratio"] <= high)
        rows[at] = row | {"as_large": as_large(row["ratio"], others) if known else np.nan, "outside": outside}
    columns = ["before", "after", "ratio", "low", "high", "as_large", "outside"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).astype({"outside": bool})
    return table.set_axis(pd.PeriodIndex(asked, freq="M", name="month")), others


def turning_months(case: Casebook) -> pd.DataFrame:
    """Return the months of the turning points that charts name or that the seeds tell of.

    Parameters
    ----------
    case
        The casebook.

    Returns
    -------
    pandas.DataFrame
        Indexed by month, in order: ``ids`` (milestones of the month, most prominent first) and ``power`` (whether one is a coup, a plot,
        a purge or an appointment, see `POWER`). Several in one month cannot be told apart by months and stand together.

    Examples
    --------
    >>> import malisec as ms
    >>> turning_months(ms.load()).loc[pd.Period("2025-10", "M"), "ids"]
    ['2025-10-08-dismissals', '2025-10-22-command-change']
    """
    whole = case.whole
    told = {i for cell in whole.seed_claims["refers_to"].dropna() for i in cell.split()}
    marks = whole.milestones
    marks = marks[marks["prominence"].eq("major") | marks["milestone_id"].isin(told)].sort_values(["prominence", "date", "milestone_id"])
    month = marks["date"].dt.to_period("M").rename("month")
    table = marks.assign(power=marks["kind"].isin(POWER)).groupby(month).agg(ids=("milestone_id", list), power=("power", "any"))
    return table.set_axis(pd.PeriodIndex(table.index, freq="M", name="month"))


def turns(case: Casebook) -> tuple[pd.DataFrame, dict[tuple[str, int], pd.Series]]:
    """Compare before with after at each of the `turning_months`, in UCDP's deaths and in our rows.

    Parameters
    ----------
    case
        The casebook; rows are those of its events, deaths are always the whole series.

    Returns
    -------
    tuple of (pandas.DataFrame, dict)
        One row for each series (``deaths``, ``rows``), window of `WINDOWS` and month, with ``power`` and what `around` tells; and for
        each series and window the ratios at other months.
    """
    months = turning_months(case)
    tables, others = [], {}
    for name, counts in (("deaths", monthly_deaths(case, since=SINCE - 1)), ("rows", rows_since(case.events))):
        for window in WINDOWS:
            table, others[name, window] = around(counts, months.index, window)
            tables.append(table.assign(series=name, window=window, power=months["power"]).reset_index())
    return pd.concat(tables, ignore_index=True), others


def rows_since(events: pd.DataFrame) -> pd.Series:
    """Count events per month from the first month of `SINCE` on, see `monthly_rows`."""
    counts = monthly_rows(events)["events"]
    if counts.empty:
        return counts
    return counts.reindex(pd.period_range(f"{SINCE}-01", counts.index.max(), freq="M", name="month"), fill_value=0.0)


# --- seasons -----------------------------------------------------------------------------------------------------
def whole_years(counts: pd.Series) -> pd.Series:
    """Keep the years that hold all twelve months and some count: the others say nothing of a season."""
    by_year = counts.groupby(counts.index.year)
    return counts[(by_year.transform("size") == 12) & (by_year.transform("sum") > 0)]


def season(
    counts: pd.Series, months: tuple[int, ...] = RAINS, about: Noise | None = None, *, without: Iterable[pd.Period] = ()
) -> dict[str, float]:
    """Compare the rate of some calendar months with that of the others, year by year.

    Parameters
    ----------
    counts
        Counts per month. Years that do not hold all twelve months are left out, as are years without any count.
    months
        Calendar months of the season.
    about
        Noise; that of the series itself, `unbiased`, when left out.
    without
        Months left out of a year that is otherwise whole, to see what hangs on them.

    Returns
    -------
    dict
        ``inside`` and ``outside`` (counts), ``years``, ``ratio`` with ``low`` and ``high``: each year has a level of its own, so that a
        rise over the years is not taken for a season.

    Examples
    --------
    >>> twice = pd.Series([20.0 if m in RAINS else 10.0 for m in range(1, 13)], pd.period_range("2020-01", periods=12, freq="M"))
    >>> round(season(twice)["ratio"], 6)
    2.0
    """
    kept = whole_years(counts)
    kept = kept[~kept.index.isin([*without])]
    inside = kept.index.month.isin(months)
    found = {"inside": float(kept[inside].sum()), "outside": float(kept[~inside].sum()), "years": float(kept.index.year.nunique())}
    if min(found["inside"], found["outside"]) < LEAST:
        return found | dict.fromkeys(("ratio", "low", "high"), np.nan)
    levels = pd.get_dummies(kept.index.year, dtype=float)
    design = levels.assign(inside=inside.astype(float))
    fitted = fit(kept, design, about or unbiased(noise(kept)))
    return found | dict(zip(("ratio", "low", "high"), contrast(fitted, [0.0] * levels.shape[1] + [1.0]), strict=True))


def profile(counts: pd.Series) -> pd.DataFrame:
    """Compare each calendar month with the usual month of its year.

    Parameters
    ----------
    counts
        Counts per month; years as in `season`.

    Returns
    -------
    pandas.DataFrame
        Indexed by calendar month (1 to 12): ``total``, ``mean``, ``ratio`` to the geometric mean of the twelve months with ``low`` and
        ``high``; the last three are missing where a month holds fewer than `LEAST`.
    """
    kept = whole_years(counts)
    by_month = kept.groupby(kept.index.month)
    table = pd.DataFrame({"total": by_month.sum(), "mean": by_month.mean()}).reindex(range(1, 13)).rename_axis("month")
    table[["ratio", "low", "high"]] = np.nan
    # a month without any count has no logarithm, and without it the others have no mean to stand against; one year alone has no noise
    if kept.index.year.nunique() < 2 or not table["total"].min() > 0:
        return table
    levels = pd.get_dummies(kept.index.year, dtype=float)
    each = pd.get_dummies(kept.index.month, dtype=float).iloc[:, 1:]
    fitted = fit(kept, pd.concat([levels, each], axis=1), unbiased(noise(kept)))
    for month in table.index[table["total"] >= LEAST]:
        weights = np.full(12, -1 / 12) + (np.arange(1, 13) == month)
        table.loc[month, ["ratio", "low", "high"]] = contrast(fitted, [0.0] * levels.shape[1] + [*weights[1:]])
    return table


def runs(counts: pd.Series, length: int = len(RAINS)) -> pd.Series:
    """Return the ratio to the rest of the year of each run of so many calendar months, by its first: what other seasons show."""
    found = {first: season(counts, tuple((first - 1 + i) % 12 + 1 for i in range(length)))["ratio"] for first in range(1, 13)}
    return pd.Series(found, dtype=float)


def yearly_seasons(counts: pd.Series, months: tuple[int, ...] = RAINS) -> pd.DataFrame:
    """Return for each whole year the mean of the months of the season and of the others (``inside``, ``outside``)."""
    kept = whole_years(counts)
    inside = kept.index.month.isin(months)
    means = {name: kept[part].groupby(kept.index[part].year).mean() for name, part in (("inside", inside), ("outside", ~inside))}
    return pd.DataFrame(means, columns=["inside", "outside"]).rename_axis("year")


def shuffled_season(counts: pd.Series, months: tuple[int, ...] = RAINS, *, times: int = 999, seed: int = 20) -> dict[str, float]:
    """Ask of ranks within years, which no extreme month can sway, whether a season differs.

    Parameters
    ----------
    counts
        Counts per month; years as in `season`.
    months
        Calendar months of the season.
    times, seed
        How often the months are shuffled within their years, and from which seed.

    Returns
    -------
    dict
        ``rank``: mean rank of the months of the season among the twelve of their year (6.5 where nothing differs), missing without a
        whole year; ``as_far``: shuffles in which it lies as far from 6.5; ``of``: how many there were.

    Notes
    -----
    A permutation test in blocks (Good, Permutation, Parametric and Bootstrap Tests of Hypotheses, 2005, ch. 3). It takes months of one
    year for exchangeable, which neighbours that resemble each other are not quite.
    """
    kept = whole_years(counts)
    if kept.empty:
        return {"rank": np.nan, "as_far": np.nan, "of": float(times)}
    ranks = kept.groupby(kept.index.year).rank().to_numpy().reshape(-1, 12)
    inside = np.isin(np.arange(1, 13), months)
    rng = np.random.default_rng(seed)
    drawn = np.array([rng.permuted(ranks, axis=1)[:, inside].mean() for _ in range(times)])
    seen = float(ranks[:, inside].mean())
    return {"rank": seen, "as_far": float((np.abs(drawn - 6.5) >= abs(seen - 6.5) - 1e-9).sum()), "of": float(times)}


def rows_of_years(events: pd.DataFrame, last: int) -> pd.Series:
    """Count events per month in the years from `SINCE` to the last one, months without any included."""
    months = pd.period_range(f"{SINCE}-01", f"{last}-12", freq="M", name="month")
    counts = monthly_rows(events)["events"]
    return counts.reindex(months, fill_value=0.0).astype(float) if len(counts) else pd.Series(0.0, index=months, name="events")


def last_whole_year(events: pd.DataFrame) -> int:
    """Return the last year whose December our rows reach; the first of the crisis without any."""
    end = events["date"].max()
    return SINCE if pd.isna(end) else max(SINCE, int(end.year) - (end.month < 12))


def on_villages(case: Casebook, *, by: str = "named", centre: bool = True) -> pd.DataFrame:
    """Return the events that come nearest to attacks of armed groups on villages.

    Parameters
    ----------
    case
        The casebook.
    by
        ``named``: an armed group is named and no force of a state; ``jnim``: JNIM or a group within it is named; ``any``: an armed group
        or nobody is named, and no force of a state.
    centre
        Only in the regions of Mopti and Ségou (`malisec.schema.AREAS`).

    Returns
    -------
    pandas.DataFrame
        Events against civilians, or killings of civilians. The tables have no kind of target "village": attacks on travellers are here.
    """
    events = case.events
    civilians = events["target_kind"].eq("civilians") | events["event_type"].eq("massacre_of_civilians")
    names = naming.named(events, case.actors)
    kind = names["actor_id"].map(case.actors.set_index("actor_id")["kind"])

    def any_of(chosen: pd.Series) -> pd.Series:
        return events["event_id"].isin(names.loc[chosen, "event_id"])

    states = any_of(kind.isin(STATE_KINDS))
    chosen = {
        "named": any_of(kind.isin(GROUP_KINDS)) & ~states,
        "jnim": any_of(names["actor_id"].eq("jnim")),
        "any": ~states,
    }[by]
    here = events["region_2023"].isin([r for area in CENTRE for r in schema.AREAS[area]]) if centre else True
    return events[civilians & chosen & here]


def rains(case: Casebook, groups: Iterable[str] = ("deaths", "rows", "villages", "types", "regions")) -> pd.DataFrame:
    """Compare June to September with the rest of the year in every series that can tell something of it.

    Parameters
    ----------
    case
        The casebook; rows are those of its events, deaths are always the whole series.
    groups
        Which of the groups of series to compare.

    Returns
    -------
    pandas.DataFrame
        One row for each series: ``group``, ``what`` (key within the group), ``n`` (deaths or rows in the whole years) and what `season`
        tells.
    """
    series = {key: made for group in groups for key, made in _rains_series(case, group).items()}
    rows = []
    for (group, what), (counts, without) in series.items():
        found = season(counts, without=without)
        rows.append({"group": group, "what": what, "n": found["inside"] + found["outside"]} | found)
    return pd.DataFrame(rows)


def _rains_series(case: Casebook, group: str) -> dict[tuple[str, str], tuple[pd.Series, list[pd.Period]]]:
    """Return the monthly counts of each series of a group, with the months to leave out of it."""
    events, last = case.events, last_whole_year(case.events)

    def counted(part: pd.DataFrame, until: int = last) -> tuple[pd.Series, list[pd.Period]]:
        return rows_of_years(part, min(last, until)), []

    if group == "deaths":
        deaths = monthly_deaths(case, since=SINCE)
        highest = [*whole_years(deaths).sort_values(ascending=False, kind="stable").index]
        return {
            ("deaths", "all"): (deaths, []),
            ("deaths", "without_1"): (deaths, highest[:1]),
            ("deaths", "without_2"): (deaths, highest[:2]),
            ("deaths", "later"): (deaths[deaths.index.year >= AFTER_WAR], []),
        }
    if group == "rows":
        # of a wave the first row only: one decision, however many places it struck
        once = events[events["wave_id"].isna() | ~events.duplicated("wave_id")]
        return {
            ("rows", "all"): counted(events),
            ("rows", "before_seeds"): counted(events, BEFORE_SEEDS),
            ("rows", "waves_once"): counted(once),
        }
    if group == "villages":
        return {
            ("villages", "named"): counted(on_villages(case)),
            ("villages", "before_seeds"): counted(on_villages(case), BEFORE_SEEDS),
            ("villages", "jnim"): counted(on_villages(case, by="jnim")),
            ("villages", "any"): counted(on_villages(case, by="any")),
            ("villages", "country"): counted(on_villages(case, by="any", centre=False)),
        }
    if group == "types":
        return {("types", kind): counted(events[events["event_type"] == kind]) for kind in schema.EVENT_TYPES}
    return {("regions", name): counted(events[events["region_2023"].isin(regions)]) for name, regions in COUNTRY.items()}


# --- change points -----------------------------------------------------------------------------------------------
def _cost(dispersion: float) -> Any:
    """Return the cost of a stretch of months with one level: twice the negative log-likelihood of a negative binomial."""
    from ruptures.base import BaseCost

    class NegativeBinomialCost(BaseCost):
        model = "negative binomial"
        min_size = 3

        def fit(self, signal: np.ndarray) -> NegativeBinomialCost:
            self.signal = signal
            self.sums = np.concatenate([[0.0], np.cumsum(signal.ravel())])
            return self

        def error(self, start: int, end: int) -> float:
            n, total = end - start, self.sums[end] - self.sums[start]
            mean = total / n
            if mean == 0:
                return 0.0
            grown = dispersion * mean
            return float(-2 * (total * np.log(grown / (1 + grown)) - n / dispersion * np.log1p(grown)))

    return NegativeBinomialCost()


def change_points(counts: pd.Series, about: Noise | None = None, *, penalty: float = USED, shortest: int = 6) -> list[pd.Period]:
    """Find the months in which the level of a series changes.

    Parameters
    ----------
    counts
        Counts per month.
    about
        Noise; that of the series itself when left out.
    penalty
        Multiple of the Bayesian information criterion that each change must earn (two parameters: its place and the new level),
        widened for months that resemble their neighbours.
    shortest
        Months that a level lasts at least.

    Returns
    -------
    list of pandas.Period
        First month of each new level.

    Notes
    -----
    Exact optimal segmentation (PELT: Killick, Fearnhead and Eckley, JASA 107, 2012; Truong, Oudre and Vayatis, Signal Processing 167,
    2020, for ruptures) under a negative binomial with the dispersion given.
    """
    import ruptures

    about = about or noise(counts)
    if len(counts) < 2 * shortest:
        return []
    search = ruptures.Pelt(custom_cost=_cost(max(about.dispersion, 1e-6)), min_size=shortest, jump=1)
    search.fit(counts.to_numpy(dtype=float)[:, None])
    price = penalty * about.widening * 2 * np.log(len(counts))
    return [counts.index[i] for i in search.predict(pen=price)[:-1]]


def stability(counts: pd.Series, about: Noise | None = None, *, within: int = 6, shortest: int = 6) -> pd.DataFrame:
    """Return each change point with how many of the `PENALTIES` find it as well.

    Parameters
    ----------
    counts, about, shortest
        As for `change_points`.
    within
        Months by which a change point may lie elsewhere under another penalty and still count as found.

    Returns
    -------
    pandas.DataFrame
        Indexed by month: ``before`` and ``after`` (mean a month of the levels on both sides), ``found`` (penalties of `PENALTIES` that
        have it) and ``of`` (how many there are).
    """
    about = about or noise(counts)
    used = change_points(counts, about, shortest=shortest)
    others = [change_points(counts, about, penalty=p, shortest=shortest) for p in PENALTIES]
    edges = [counts.index[0], *used, counts.index[-1] + 1]
    mean = [float(counts[(counts.index >= a) & (counts.index < b)].mean()) for a, b in itertools.pairwise(edges)]
    found = [sum(any(abs((p - at).n) <= within for p in other) for other in others) for at in used]
    rows = {"before": mean[:-1], "after": mean[1:], "found": found, "of": [len(PENALTIES)] * len(used)}
    return pd.DataFrame(rows, index=pd.PeriodIndex(used, freq="M", name="month"))


# --- rows and the search for them --------------------------------------------------------------------------------
def effort(events: pd.DataFrame, deaths: pd.Series) -> pd.DataFrame:
    """Set the rows of each year beside an independent count and beside how many pages stand behind them.

    Parameters
    ----------
    events
        ``date``, ``date_precision``, ``source_ids`` and ``independent_sources``.
    deaths
        Independent count per month.

    Returns
    -------
    pandas.DataFrame
        Indexed by year: ``rows``, ``pages`` (a row, mean), ``one_voice`` (rows with one independent source), ``deaths`` and ``per_100``
        (rows for a hundred deaths); the last two are missing where the independent count has no whole year.
    """
    year = events["date"].dt.year
    table = events.assign(pages=events["source_ids"].str.split().str.len()).groupby(year).agg(
        rows=("event_id", "size"), pages=("pages", "mean"), one_voice=("independent_sources", lambda s: int((s <= 1).sum()))
    )  # fmt: skip
    whole = deaths.groupby(deaths.index.year).agg(["sum", "size"])
    table["deaths"] = whole.loc[whole["size"] == 12, "sum"].reindex(table.index)
    table["per_100"] = table["rows"] / table["deaths"].where(table["deaths"] >= LEAST) * 100
    return table.rename_axis("year")


def follows(rows: pd.Series, deaths: pd.Series) -> dict[str, float]:
    """Ask whether, within years, months with more deaths in an independent count hold more rows.

    Parameters
    ----------
    rows, deaths
        Per month; only months of both are used.

    Returns
    -------
    dict
        ``ratio`` of rows for a doubling of deaths, with ``low`` and ``high``, and ``months``: a Poisson model (with the noise of the rows)
        with a level for each year and the logarithm of deaths plus one.
    """
    both = pd.concat([rows.rename("rows"), deaths.rename("deaths")], axis=1, join="inner").dropna()
    kept = both[both.groupby(both.index.year)["rows"].transform("sum") > 0]
    levels = pd.get_dummies(kept.index.year, dtype=float)
    fitted = fit(kept["rows"], levels.assign(deaths=np.log2(kept["deaths"].to_numpy() + 1)), noise(kept["rows"]))
    found = contrast(fitted, [0.0] * levels.shape[1] + [1.0])
    return dict(zip(("ratio", "low", "high"), found, strict=True)) | {"months": float(len(kept))}
