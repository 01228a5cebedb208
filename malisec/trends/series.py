"""Monthly series: an independent count of deaths, and our rows spread over the days they may have.

Series and frames in, frames out. Must not know pictures or sentences.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from malisec import dates
from malisec.others import takes_events

if TYPE_CHECKING:
    from malisec.casebook import Casebook


#: events or deaths in a cell below which no ratio or trend is reckoned from it
LEAST = 5


#: first year of the crisis, and of our rows
SINCE = 2012


@takes_events
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
