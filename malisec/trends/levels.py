"""When the level of a series changes, and under how many penalties that is found.

Series and frames in, frames out. Must not know pictures or sentences.
"""

from __future__ import annotations

import functools
import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from malisec.extras import library
from malisec.trends.rates import Noise, noise

if TYPE_CHECKING:
    pass


#: multiples of the usual penalty under which a change point is looked for again
PENALTIES = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)


#: the multiple that is used; with it, noise as in the series since 2012 shows a change in fewer than 5 of 100 series
USED = 1.5


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
    about = about or noise(counts)
    if len(counts) < 2 * shortest:
        return []
    price = penalty * about.widening * 2 * np.log(len(counts))
    return [counts.index[i] for i in _segmented(counts.to_numpy(dtype=float).tobytes(), about.dispersion, price, shortest)]


@functools.lru_cache(maxsize=256)
def _segmented(counts: bytes, dispersion: float, price: float, shortest: int) -> tuple[int, ...]:
    """Return where new levels begin; kept, since a head, a picture and its reading ask the same."""
    ruptures = library("ruptures")
    search = ruptures.Pelt(custom_cost=_cost(max(dispersion, 1e-6)), min_size=shortest, jump=1)
    search.fit(np.frombuffer(counts)[:, None])
    return tuple(search.predict(pen=price)[:-1])


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
