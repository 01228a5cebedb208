"""Numbers over time: monthly series, their noise, rate ratios with intervals, change points, before and after, seasons.

Series and frames in, frames out; statsmodels and ruptures do the mathematics (extra ``trends``). Every ratio says how many stand
behind it and is missing where a cell holds fewer than `LEAST`. Must not know pictures or sentences.
"""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from malisec import dates
from malisec.extras import library

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
    first, last = dated["date"], dates.last_days(dated)
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
    sm = library("statsmodels.api")

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
    sm = library("statsmodels.api")

    # a dispersion next to nought is Poisson, and breaks the formula of the other
    family = sm.families.NegativeBinomial(alpha=about.dispersion) if about.dispersion > 1e-6 else sm.families.Poisson()
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
        Noise; that of the series itself when left out.

    Returns
    -------
    dict
        As `ratio`; all missing where the series does not reach so far.
    """
    at = pd.Period(month, freq="M")
    window = counts[(counts.index >= at - months) & (counts.index <= at + months) & (counts.index != at)]
    if len(window) < 2 * months:
        return dict.fromkeys(("before", "after", "ratio", "low", "high"), np.nan)
    return ratio(window, pd.Series(window.index > at, index=window.index), about or noise(counts))


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
        Ratios by month; months with fewer than `LEAST` on a side are left out.
    """
    after = counts[::-1].rolling(months).sum()[::-1].shift(-1)
    before = counts.rolling(months).sum().shift(1)
    enough = (before >= LEAST) & (after >= LEAST)
    return (after / before)[enough]


def rank(ratio: float, others: pd.Series) -> float:
    """Return the share of other dates at which the rate changed at least as much, in either direction."""
    size = np.abs(np.log(others.to_numpy()))
    # the date itself is among those that changed at least as much, so that the share is never nought
    return float((1 + (size >= abs(np.log(ratio))).sum()) / (1 + len(size))) if np.isfinite(ratio) and len(size) else np.nan


# --- seasons -----------------------------------------------------------------------------------------------------
def season(counts: pd.Series, months: tuple[int, ...] = RAINS, about: Noise | None = None) -> dict[str, float]:
    """Compare the rate of some calendar months with that of the others, year by year.

    Parameters
    ----------
    counts
        Counts per month. Years that do not hold all twelve months are left out, as are years without any count.
    months
        Calendar months of the season.
    about
        Noise; that of the series itself when left out.

    Returns
    -------
    dict
        ``inside`` and ``outside`` (counts), ``years``, ``ratio`` with ``low`` and ``high``: each year has a level of its own, so that a
        rise over the years is not taken for a season.
    """
    by_year = counts.groupby(counts.index.year)
    kept = counts[(by_year.transform("size") == 12) & (by_year.transform("sum") > 0)]
    inside = kept.index.month.isin(months)
    found = {"inside": float(kept[inside].sum()), "outside": float(kept[~inside].sum()), "years": float(kept.index.year.nunique())}
    if min(found["inside"], found["outside"]) < LEAST:
        return found | dict.fromkeys(("ratio", "low", "high"), np.nan)
    levels = pd.get_dummies(kept.index.year, dtype=float)
    design = levels.assign(inside=inside.astype(float))
    fitted = fit(kept, design, about or noise(kept))
    return found | dict(zip(("ratio", "low", "high"), contrast(fitted, [0.0] * levels.shape[1] + [1.0]), strict=True))


# --- change points -----------------------------------------------------------------------------------------------
def _cost(dispersion: float) -> Any:
    """Return the cost of a stretch of months with one level: twice the negative log-likelihood of a negative binomial."""
    base: Any = library("ruptures.base").BaseCost

    class NegativeBinomialCost(base):
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
    ruptures = library("ruptures")

    about = about or noise(counts)
    if len(counts) < 2 * shortest:
        return []
    search = ruptures.Pelt(custom_cost=_cost(max(about.dispersion, 1e-6)), min_size=shortest, jump=1)
    search.fit(counts.to_numpy(dtype=float)[:, None])
    price = penalty * about.widening * 2 * np.log(len(counts))
    return [counts.index[i] for i in search.predict(pen=price)[:-1]]


def under_penalties(counts: pd.Series, about: Noise | None = None, *, shortest: int = 6) -> pd.DataFrame:
    """Find the change points of a series anew under each of the `PENALTIES`.

    Parameters
    ----------
    counts, about, shortest
        As for `change_points`.

    Returns
    -------
    pandas.DataFrame
        ``penalty`` and ``month``, a row for each change point under each penalty.
    """
    about = about or noise(counts)
    rows = [(p, at) for p in PENALTIES for at in change_points(counts, about, penalty=p, shortest=shortest)]
    return pd.DataFrame({"penalty": [p for p, _ in rows], "month": pd.PeriodIndex([at for _, at in rows], freq="M")})


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
    found = under_penalties(counts, about, shortest=shortest)
    used = [*found.loc[found["penalty"] == USED, "month"]]
    edges = [counts.index[0], *used, counts.index[-1] + 1]
    mean = [float(counts[(counts.index >= a) & (counts.index < b)].mean()) for a, b in itertools.pairwise(edges)]
    near = [int(found.loc[[abs((p - at).n) <= within for p in found["month"]], "penalty"].nunique()) for at in used]
    rows = {"before": mean[:-1], "after": mean[1:], "found": near, "of": [len(PENALTIES)] * len(used)}
    return pd.DataFrame(rows, index=pd.PeriodIndex(used, freq="M", name="month"))


# --- rows and the search for them --------------------------------------------------------------------------------
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


# --- shares ------------------------------------------------------------------------------------------------------
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


def odds_per_year(inside: pd.Series, days: pd.Series) -> dict[str, float]:
    """Ask whether the share of rows with a mark grows or shrinks over time.

    Parameters
    ----------
    inside, days
        As for `yearly_share`.

    Returns
    -------
    dict
        ``rows``, ``inside``, and ``ratio`` of the odds from one year to the next with ``low`` and ``high`` (logistic regression on the day;
        Hosmer and Lemeshow, Applied Logistic Regression, 2013). Missing where fewer than `LEAST` rows have the mark or lack it.
    """
    sm = library("statsmodels.api")

    found = {"rows": float(len(inside)), "inside": float(inside.sum())}
    if min(found["inside"], found["rows"] - found["inside"]) < LEAST or days.nunique() < 3:
        return found | dict.fromkeys(("ratio", "low", "high"), np.nan)
    years = (days - days.min()).dt.days.to_numpy() / 365.25
    fitted = sm.GLM(inside.to_numpy(dtype=float), sm.add_constant(years), family=sm.families.Binomial()).fit()
    return found | dict(zip(("ratio", "low", "high"), contrast(fitted, (0, 1)), strict=True))


def once(events: pd.DataFrame) -> pd.DataFrame:
    """Return the events with each coordinated wave once: its first row stands for it."""
    return events[events["wave_id"].isna() | ~events.duplicated("wave_id")]
