"""Monthly series: an independent count of deaths, and our rows spread over the days they may have.

Series and frames in, frames out. Must not know pictures or sentences.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from malisec import dates
from malisec.others import takes_events

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

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
    found = monthly(events, [by] if by else [])
    if found.empty:
        return pd.DataFrame(index=pd.PeriodIndex([], freq="M"), columns=["events"], dtype=float)
    table = found.assign(events="events").pivot_table(index="month", columns=by or "events", values="rows", aggfunc="sum", fill_value=0.0)
    end = table.index.max() if until is None else pd.Period(until, freq="M")
    return table.reindex(pd.period_range(table.index.min(), end, freq="M", name="month"), fill_value=0.0).rename_axis(columns=None)


def monthly(events: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """Count events and their dead per month and group; one whose day is not known is spread over the days it may have, with its dead.

    Parameters
    ----------
    events
        ``date``, ``date_precision``, ``killed_best`` where there is one, and the columns `by`. Rows without a day are left out.
    by
        Columns to count apart, such as ``["dataset", "region_2023"]``; a missing value is a group of its own.

    Returns
    -------
    pandas.DataFrame
        ``month`` (period), the columns `by`, ``rows`` (parts of an event where its span crosses months), ``killed_best`` (of the rows
        that say how many) and ``untold`` (rows that do not). In the order of month and groups; months without a row are not there.

    Examples
    --------
    >>> rows = pd.DataFrame({"date": pd.to_datetime(["2025-01-30", "2025-03-01"]), "date_precision": ["week", "month"]})
    >>> found = monthly(rows.assign(killed_best=[7, 3]))
    >>> found["month"].astype(str).tolist(), found["rows"].round(2).tolist(), found["killed_best"].tolist()
    (['2025-01', '2025-02', '2025-03'], [0.29, 0.71, 1.0], [2.0, 5.0, 3.0])
    """
    return shared_out(month_parts(events, by))


def month_parts(events: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """Count the days that events may have per month, group and length of their span: whole numbers, which add up over parts of a table.

    Parameters
    ----------
    events, by
        As for `monthly`.

    Returns
    -------
    pandas.DataFrame
        ``month`` (months since 1970), the columns `by`, ``span`` (days), and sums of ``days``, ``dead`` (deaths times days) and ``quiet``
        (days of rows without a toll).
    """
    dated = events[events["date"].notna()]
    first, last = (v.to_numpy().astype("datetime64[D]") for v in (dated["date"], dates.last_days(dated)))
    last = np.maximum(first, last)
    from_month, to_month = (v.astype("datetime64[M]").astype(np.int64) for v in (first, last))
    months = to_month - from_month + 1
    at = np.repeat(np.arange(len(dated)), months)
    month = from_month[at] + np.arange(months.sum()) - np.repeat(months.cumsum() - months, months)
    start, end = (m.astype("datetime64[M]").astype("datetime64[D]") for m in (month, month + 1))
    days = (np.minimum(last[at] + 1, end) - np.maximum(first[at], start)).astype(np.int64)
    toll = dated["killed_best"].to_numpy(dtype=float, na_value=np.nan) if "killed_best" in dated else np.full(len(dated), np.nan)
    told = ~np.isnan(toll)
    dead = np.where(told, toll, 0).astype(np.int64)
    # groups as numbers: texts take ten times as long to sort
    groups = {c: _numbered(dated[c]) for c in by}
    parts = {"month": month, **{c: number[at] for c, (number, _) in groups.items()}, "span": (last - first).astype(np.int64)[at] + 1}
    table = added_up(pd.DataFrame({**parts, "days": days, "dead": dead[at] * days, "quiet": np.where(told[at], 0, days)}))
    return table.assign(**{c: names[table[c]] for c, (_, names) in groups.items()})


def _numbered(cells: pd.Series) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Return the cells as numbers, and what each stands for: the last for a missing one, whatever kind of column it is."""
    number, names = pd.factorize(cells)
    return number % (len(names) + 1), np.append(np.asarray(names, dtype=object), np.array([np.nan], dtype=object))


def added_up(parts: pd.DataFrame) -> pd.DataFrame:
    """Add up what stands for the same month, group and span."""
    sums = ["days", "dead", "quiet"]
    return parts.groupby([c for c in parts if c not in sums], dropna=False, as_index=False, observed=True)[sums].sum()


def shared_out(parts: pd.DataFrame) -> pd.DataFrame:
    """Turn what `month_parts` counts into parts of events."""
    # in one order, whichever they come in: the last digit of a sum of fractions hangs on it
    parts = added_up(parts)
    by = [c for c in parts if c not in {"month", "span", "days", "dead", "quiet"}]
    shares = parts[["month", *by]].assign(
        rows=parts["days"] / parts["span"], killed_best=parts["dead"] / parts["span"], untold=parts["quiet"] / parts["span"]
    )
    table = shares.groupby(["month", *by], dropna=False, as_index=False, observed=True).sum()
    return table.assign(month=pd.PeriodIndex(table["month"].to_numpy(dtype=np.int64).astype("datetime64[M]"), freq="M"))
