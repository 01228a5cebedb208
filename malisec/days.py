"""Numbers over days: how many rows a day holds, and how many an independent or a self-exciting background would give it.

Frames in, frames out; scipy does the mathematics (extra ``trends``). Must not know pictures or sentences.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from malisec import dates, trends
from malisec.extras import library
from malisec.others import takes_rows

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

#: the wave that the seeds tell of, and its rows
MORNING, SEVEN = "wave-2025-07-01", 7
HISTORIES, SEED = 1000, 20250701


def daily_rows(events: pd.DataFrame, *, seed: int = SEED) -> pd.Series:
    """Count rows per day, from the first day of the first year to the last day an event may have.

    Parameters
    ----------
    events
        ``date``, ``date_precision``. A row whose day is not known gets a day drawn from its span, among those without another row while
        there are any: it can make no day a crowded one.
    seed
        Of the draws.

    Returns
    -------
    pandas.Series
        Indexed by day, without gaps.

    Examples
    --------
    >>> rows = pd.DataFrame({"date": pd.to_datetime(["2025-01-02", "2025-01-02", "2025-01-01"]), "date_precision": ["day", "day", "week"]})
    >>> counts = daily_rows(rows)
    >>> int(counts.sum()), int(counts.max()), len(counts)
    (3, 2, 7)
    """
    dated = events[events["date"].notna()]
    if dated.empty:
        return pd.Series(dtype=float, index=pd.DatetimeIndex([]))
    last = dates.last_days(dated)
    days = pd.date_range(f"{dated['date'].min().year}-01-01", last.max(), freq="D")
    known = dated["date_precision"].eq("day")
    counts = dated.loc[known, "date"].value_counts().reindex(days, fill_value=0).astype(float)
    draw = np.random.default_rng(seed)
    for first, end in zip(dated.loc[~known, "date"], last[~known], strict=True):
        span = counts[first:end]
        counts[draw.choice(span.index[span == span.min()])] += 1
    return counts


def expected_days(rate: ArrayLike, least: int) -> float:
    """Return how many days with at least so many rows a Poisson process has whose rate on each day is given.

    Examples
    --------
    >>> round(expected_days([0.2] * 365, 2), 1)
    6.4
    """
    poisson = library("scipy.stats").poisson

    return float(poisson.sf(least - 1, np.asarray(rate, dtype=float)).sum())


def yearly_level(counts: pd.Series) -> pd.Series:
    """Return for each day the mean of its year."""
    return counts.groupby(counts.index.year).transform("mean")


@dataclasses.dataclass(frozen=True)
class Excited:
    """A self-exciting background of daily counts.

    Attributes
    ----------
    level
        Mean of each day's year.
    alpha, low, high
        Rows that one row brings on later, on average, with the ends of its interval.
    decay
        Share of the excitation that is left a day later.
    """

    level: pd.Series
    alpha: float
    low: float
    high: float
    decay: float


def _memory(counts: NDArray[np.float64], decay: float) -> NDArray[np.float64]:
    """Return the exponentially decaying sum of past counts, weights adding up to one."""
    lfilter = library("scipy.signal").lfilter

    return np.asarray(lfilter([0.0, 1.0 - decay], [1.0, -decay], counts))


def excited(counts: pd.Series) -> Excited | None:
    """Fit a self-exciting background to daily counts by maximum likelihood.

    Parameters
    ----------
    counts
        Rows per day, as `daily_rows` returns them.

    Returns
    -------
    Excited or None
        None for fewer than `malisec.trends.LEAST` rows. The interval is that of the profile likelihood.

    Notes
    -----
    The rate of a day is ``(1 - alpha) * level + alpha * memory``, where memory is the exponentially decaying mean of past counts: a
    Hawkes process in days (Hawkes, Biometrika 58, 1971; for crime Mohler et al., JASA 106, 2011), which is an INGARCH(1, 1) model
    (Ferland, Latour and Oraichi, Journal of Time Series Analysis 27, 2006) around a level. The level is that of each year: with one
    level for all years the rise of the rows over the years would be taken for excitation; with one for each year ``alpha`` comes out a
    little too low (by about a tenth in simulated series). What happens within a day is independent.
    """
    brentq, minimize, minimize_scalar = (getattr(library("scipy.optimize"), n) for n in ("brentq", "minimize", "minimize_scalar"))
    xlogy = library("scipy.special").xlogy
    chi2 = library("scipy.stats").chi2

    if counts.sum() < trends.LEAST:
        return None
    found, level = counts.to_numpy(dtype=float), yearly_level(counts).to_numpy()

    def lost(alpha: float, decay: float) -> float:
        rate = (1 - alpha) * level + alpha * _memory(found, decay)
        return float(rate.sum() - xlogy(found, rate).sum())

    starts = [(0.1, 0.3), (0.1, 0.9), (0.5, 0.7)]
    fits = [minimize(lambda p: lost(*p), s, method="L-BFGS-B", bounds=[(0, 0.98), (0, 0.995)]) for s in starts]
    best = min(fits, key=lambda f: f.fun)
    alpha, decay = (float(v) for v in best.x)
    # ends are told with two decimals
    worse, rough = chi2.ppf(trends.LEVEL, 1) / 2, {"xatol": 1e-3}

    def above(a: float) -> float:
        # one search near the best memory and one far from it: the profile may have two valleys
        near = minimize_scalar(lambda d: lost(a, d), bounds=(0, min(decay + 0.3, 0.995)), method="bounded", options=rough).fun
        far = minimize_scalar(lambda d: lost(a, d), bounds=(0.5, 0.995), method="bounded", options=rough).fun
        return float(min(near, far) - best.fun - worse)

    low = brentq(above, 0.0, alpha, xtol=5e-4) if alpha > 0 and above(0.0) > 0 else 0.0
    high = brentq(above, alpha, 0.98, xtol=5e-4) if above(0.98) > 0 else 0.98
    return Excited(pd.Series(level, index=counts.index), alpha, float(low), float(high), decay)


@dataclasses.dataclass(frozen=True)
class Histories:
    """What simulated histories of the same length hold.

    Attributes
    ----------
    days
        Days with at least so many rows, of shape (histories, most + 1); the first column counts all days.
    expected
        Mean over the histories of the number of days with at least `least` rows, from the rates of their days.
    least
        See `expected`.
    """

    days: NDArray[np.int64]
    expected: float
    least: int

    def reached(self, least: int, found: int = 1) -> int:
        """Return how many histories hold at least so many days with at least so many rows."""
        return int((self.days[:, least] >= found).sum())


def histories(model: Excited, least: int = SEVEN, *, most: int = 9, n: int = HISTORIES, seed: int = SEED) -> Histories:
    """Simulate histories of the same length from a self-exciting background.

    Parameters
    ----------
    model
        As `excited` returns it.
    least
        Rows on a day whose expected number of days is wanted.
    most
        Largest number of rows for which days are counted.
    n, seed
        How many histories, and the seed of all of them.
    """
    pdtrc = library("scipy.special").pdtrc

    draw = np.random.default_rng(seed)
    memory, crowded, expected = np.full(n, model.level.iloc[0]), np.zeros((n, most + 1), dtype=np.int64), 0.0
    steps = np.arange(most + 1)
    for level in model.level:
        rate = (1 - model.alpha) * level + model.alpha * memory
        expected += float(pdtrc(least - 1, rate).mean())
        rows = draw.poisson(rate)
        crowded += rows[:, None] >= steps
        memory = model.decay * memory + (1 - model.decay) * rows
    return Histories(crowded, expected, least)


def _reckoned(counts: pd.Series, least: int) -> tuple[Excited, Histories] | None:
    """Fit the background of a series and simulate from it, once for all who ask on a page; None for too few rows."""
    return _kept(counts.index[0], counts.to_numpy(dtype=float).tobytes(), least) if len(counts) else None


@functools.lru_cache(maxsize=8)
def _kept(first: pd.Timestamp, rows: bytes, least: int) -> tuple[Excited, Histories] | None:
    found = np.frombuffer(rows, dtype=float)
    model = excited(pd.Series(found, index=pd.date_range(first, periods=len(found), freq="D")))
    return None if model is None else (model, histories(model, least))


def _parts_within(events: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> float:
    """Return the rows of a span of days; one whose day is not known counts with the share of its days that lie in the span."""
    if events.empty:
        return 0.0
    start, end = events["date"], dates.last_days(events)
    overlap = (np.minimum(end, last) - np.maximum(start, first)).dt.days + 1
    return float((overlap.clip(lower=0) / ((end - start).dt.days + 1)).sum())


@takes_rows
def backgrounds(events: pd.DataFrame, wave: str = MORNING) -> pd.DataFrame:
    """Ask how likely a day with as many rows as a wave has would be if the rows came independently.

    Parameters
    ----------
    events
        The events.
    wave
        Its size is what is asked about; its day ends the twelve months whose rate is used.

    Returns
    -------
    pandas.DataFrame
        Indexed by background: ``before`` (Poisson, rate of the twelve months before), ``apart`` (the same without days of waves),
        ``years`` (Poisson, each year at its own rate), ``excited`` and ``excited_once`` (self-exciting, fitted to all rows and with each
        wave once). Columns ``rows``, ``days``, ``rate`` (a day), ``chance`` (of such a day, on one day), ``expected`` (such days in all
        ``span`` days), ``reached`` (of `HISTORIES` simulated histories), ``alpha`` with ``alpha_low`` and ``alpha_high``. Empty without
        the wave or with fewer than `malisec.trends.LEAST` rows in the twelve months before.
    """
    mine = events[events["wave_id"].eq(wave)]
    columns = ["rows", "days", "rate", "chance", "expected", "span", "reached", "alpha", "alpha_low", "alpha_high"]
    if mine.empty:
        return pd.DataFrame(columns=columns, dtype=float)
    least, day = len(mine), mine["date"].min()
    counts = daily_rows(events)
    before = pd.date_range(day - pd.DateOffset(years=1), day - pd.Timedelta(days=1))
    dated = events[events["date"].notna()]
    taken = dated.loc[dated["wave_id"].notna(), "date"]
    rows = _parts_within(dated, before[0], before[-1])
    # with the days of waves go all rows of these days; rows without a day stay in proportion
    on_days = dated["date"].isin(taken) & dated["date_precision"].eq("day")
    few = _parts_within(dated[~on_days], before[0], before[-1])
    if few < trends.LEAST:
        return pd.DataFrame(columns=columns, dtype=float)
    free = len(before) - before.isin(taken).sum()
    found: dict[str, dict[str, float]] = {}
    for name, k, days in (("before", rows, len(before)), ("apart", few, free)):
        chance = expected_days([k / days], least)
        found[name] = {"rows": k, "days": days, "rate": k / days, "chance": chance, "expected": chance * len(counts)}
    level = yearly_level(counts)
    found["years"] = {"rows": counts.sum(), "days": len(counts), "rate": level[day], "chance": expected_days([level[day]], least)}
    found["years"]["expected"] = expected_days(level, least)
    for name, series in (("excited", counts), ("excited_once", daily_rows(trends.once(events)).reindex(counts.index, fill_value=0.0))):
        reckoned = _reckoned(series, least)
        if reckoned is None:
            continue
        model, told = reckoned
        found[name] = {"rows": series.sum(), "days": len(series), "rate": model.level[day], "chance": told.expected / len(series)}
        found[name] |= {"expected": told.expected, "reached": told.reached(least)}
        found[name] |= {"alpha": model.alpha, "alpha_low": model.low, "alpha_high": model.high}
    return pd.DataFrame.from_dict(found, orient="index").assign(span=len(counts)).reindex(columns=columns)


@takes_rows
def crowded(events: pd.DataFrame, most: int = 8) -> pd.DataFrame:
    """Count the days with at least so many rows, beside what independent and self-exciting backgrounds would show.

    Parameters
    ----------
    events
        The events.
    most
        Largest number of rows asked about, nine at most.

    Returns
    -------
    pandas.DataFrame
        Indexed by the least number of rows, from two: ``found`` and ``found_once`` (each wave as one row), and for the same two
        ``poisson``/``poisson_once`` (expected with each year at its own rate), ``low``, ``high``, ``low_once``, ``high_once`` (what
        nineteen of twenty simulated self-exciting histories hold) and ``reached``, ``reached_once`` (histories with at least as many such
        days as found). Empty with fewer than `malisec.trends.LEAST` rows.
    """
    table: dict[str, list[float]] = {}
    steps = range(2, most + 1)
    for name, rows in (("", events), ("_once", trends.once(events))):
        counts = daily_rows(rows)
        reckoned = _reckoned(counts, SEVEN)
        if reckoned is None:
            return pd.DataFrame()
        model, told = reckoned
        found = [int((counts >= k).sum()) for k in steps]
        table |= {f"found{name}": [float(n) for n in found], f"poisson{name}": [expected_days(model.level, k) for k in steps]}
        ends = np.quantile(told.days, [(1 - trends.LEVEL) / 2, (1 + trends.LEVEL) / 2], axis=0)[:, 2 : most + 1]
        table |= {f"low{name}": ends[0].tolist(), f"high{name}": ends[1].tolist()}
        table[f"reached{name}"] = [told.reached(k, max(n, 1)) for k, n in zip(steps, found, strict=True)]
    return pd.DataFrame(table, index=pd.Index(steps, name="least"))
