"""Series with a known answer: counts as dispersed as the real ones, alike from month to month, with or without a planted change."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

#: as found in UCDP's series since 2012
DISPERSION = 0.7


def months(n: int, start: str = "2012-01") -> pd.PeriodIndex:
    return pd.period_range(start, periods=n, freq="M", name="month")


def series(
    rng: np.random.Generator, mean: np.ndarray, *, dispersion: float = DISPERSION, neighbours: float = 0.0, start: str = "2012-01"
) -> pd.Series:
    """Draw negative binomial counts with these means, whose neighbours are correlated through a Gaussian copula."""
    shock = rng.normal(size=len(mean))
    state = np.empty(len(mean))
    state[0] = shock[0]
    for i in range(1, len(mean)):
        state[i] = neighbours * state[i - 1] + np.sqrt(1 - neighbours**2) * shock[i]
    rate = stats.gamma.ppf(stats.norm.cdf(state), 1 / dispersion, scale=dispersion) * mean if dispersion else mean
    return pd.Series(rng.poisson(rate).astype(float), index=months(len(mean), start))
