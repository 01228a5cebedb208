"""How far a date reaches that is known by its week, month or year only. Must not know what happened on it."""

from __future__ import annotations

import pandas as pd


def last_days(frame: pd.DataFrame, start: str = "date") -> pd.Series:
    """Return the last day that each date may stand for: its own, or the end of its week, month or year.

    Parameters
    ----------
    frame
        Dates in the column `start` and, where not all are days, ``date_precision``; ``date_latest`` where a table says itself how late.
    start
        Column of the dates.

    Examples
    --------
    >>> rows = pd.DataFrame({"date": pd.to_datetime(["2024-02-01", "2024-02-01"]), "date_precision": ["week", "month"]})
    >>> last_days(rows).dt.day.tolist()
    [7, 29]
    """
    dates = frame[start]
    if "date_precision" not in frame:
        return dates
    precision = frame["date_precision"]
    ends = dates.mask(precision == "week", dates + pd.Timedelta(days=6))
    ends = ends.mask(precision == "month", dates + pd.offsets.MonthEnd(0)).mask(precision == "year", dates + pd.offsets.YearEnd(0))
    return frame["date_latest"].fillna(ends) if "date_latest" in frame else ends
