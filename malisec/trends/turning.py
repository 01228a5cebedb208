"""Before and after a date, held against all other dates.

Series and frames in, frames out. Must not know pictures or sentences.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from malisec.others import takes_events
from malisec.trends.rates import Noise, noise, ratio
from malisec.trends.series import LEAST, SINCE, monthly_deaths, monthly_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from malisec.casebook import Casebook


#: months on each side of a date
WINDOWS = (6, 12)


#: share of other dates within the band that a date is held against
BAND = 0.9


#: kinds of turning points that change who commands
POWER = ("coup", "plot", "purge", "appointment")


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


def findable(counts: pd.Series, months: int, about: Noise | None = None, *, bar: float | None = None) -> float:
    """Return the least rise that would be found four times in five, by how much months differ anyway.

    Parameters
    ----------
    counts
        Counts per month.
    months
        How many on each side.
    about
        Noise; that of the series itself when left out.
    bar
        The ratio from which a rise counts as found, such as the upper end of a `band`; that with an interval above 1 when left out.

    Returns
    -------
    float
        A ratio above 1. From the variance of the logarithm of a ratio of two means of
        negative binomial counts at the mean of the series.
    """
    about = about or noise(counts)
    mean = float(counts.mean())
    if not mean > 0:
        return np.nan
    variance = 2 * (1 / (mean * months) + about.dispersion / months) * about.widening
    error = np.sqrt(variance)
    # 1.96 for the interval, 0.84 for four times in five
    return float(np.exp((1.96 * error if bar is None else np.log(bar)) + 0.84 * error))


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
    about = noise(recent)
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


@takes_events
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


@takes_events
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
