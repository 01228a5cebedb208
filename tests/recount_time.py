"""Months, ratios and seasons reckoned with nothing of ours: plain CSV rows and the formulas written down a second time.

Knows the files and the published method; must not import malisec.
"""

from __future__ import annotations

import calendar
import datetime as dt
import functools
import math
from collections.abc import Iterable

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

import recount

Month = tuple[int, int]
LEAST, RAINS = 5, {6, 7, 8, 9}


def shift(month: Month, by: int) -> Month:
    """Return the month so many later."""
    n = month[0] * 12 + month[1] - 1 + by
    return n // 12, n % 12 + 1


def between(first: Month, last: Month) -> list[Month]:
    """Return the months from one to another."""
    found = [first]
    while found[-1] < last:
        found.append(shift(found[-1], 1))
    return found


@functools.cache
def deaths() -> dict[Month, float]:
    """Return UCDP's deaths of each month."""
    return {(int(r["month"][:4]), int(r["month"][5:])): float(r["deaths_best"]) for r in recount.rows("data/ucdp_monthly.csv")}


def rows(events: Iterable[dict[str, str]], last: Month) -> dict[Month, float]:
    """Count events per month from January 2012 on, each spread over the days it may have."""
    found = dict.fromkeys(between((2012, 1), last), 0.0)
    for e in events:
        day = dt.date.fromisoformat(e["date"])
        days = {
            "day": 1, "week": 7, "month": calendar.monthrange(day.year, day.month)[1] - day.day + 1,
            "year": (dt.date(day.year, 12, 31) - day).days + 1,
        }[e["date_precision"]]  # fmt: skip
        for i in range(days):
            on = day + dt.timedelta(days=i)
            if (on.year, on.month) in found:
                found[on.year, on.month] += 1 / days
    return found


def noise(counts: dict[Month, float]) -> tuple[float, float]:
    """Return dispersion and widening: the likelihood of a negative binomial with a level for each year, what that takes given back."""
    years: dict[int, list[float]] = {}
    for (year, _), n in sorted(counts.items()):
        years.setdefault(year, []).append(n)
    kept = {y: v for y, v in years.items() if sum(v) >= LEAST}
    if sum(map(len, kept.values())) < 12:
        return 0.0, widening(0.0)
    y = np.concatenate([v for _, v in sorted(kept.items())])
    # with an indicator for each year the fitted level is its mean, whatever the dispersion
    m = np.concatenate([[sum(v) / len(v)] * len(v) for _, v in sorted(kept.items())])

    def lost(a: float) -> float:
        k = 1 / a
        return -float(np.sum(gammaln(y + k) - gammaln(k) - gammaln(y + 1) + k * np.log(k / (k + m)) + y * np.log(m / (k + m))))

    spread = float(np.sum((y - m) ** 2 - y) / np.sum(m**2))
    dispersion = float(minimize_scalar(lost, bounds=(1e-6, 20), method="bounded", options={"xatol": 1e-8}).x) if spread > 1e-3 else 0.0
    left = (y - m) / np.sqrt(m + dispersion * m**2)
    return dispersion * 12 / 11, widening(float(np.corrcoef(left[:-1], left[1:])[0, 1]))


def widening(alike: float) -> float:
    """Return the factor on variances for so much likeness of neighbours within years."""
    rho = min(max((alike + 1 / 12) / (1 - 3 / 12), 0.0), 0.9)
    return (1 + rho) / (1 - rho)


def before_after(counts: dict[Month, float], at: Month, months: int, about: tuple[float, float]) -> dict[str, float] | None:
    """Return the ratio of the months after to those before with the closed form of two negative binomial means; nothing without enough."""
    sides = [[shift(at, s * i) for i in range(1, months + 1)] for s in (-1, 1)]
    if any(m not in counts for side in sides for m in side):
        return None
    before, after = (sum(counts[m] for m in side) for side in sides)
    if min(before, after) < LEAST:
        return None
    dispersion, wider = about
    deviation = math.sqrt(wider * (1 / before + 1 / after + 2 * dispersion / months))
    ratio = after / before
    return {"ratio": ratio, "low": ratio * math.exp(-1.959964 * deviation), "high": ratio * math.exp(1.959964 * deviation)}


def others(counts: dict[Month, float], months: int, not_at: set[Month]) -> list[float]:
    """Return the ratios at all months since 2012 but these."""
    found = [before_after(counts, m, months, (0.0, 1.0)) for m in counts if m[0] >= 2012 and m not in not_at]
    return [f["ratio"] for f in found if f is not None]


def percentile(values: list[float], share: float) -> float:
    """Return the value below which so large a share lies, between neighbours in proportion."""
    ranked = sorted(values)
    at = share * (len(ranked) - 1)
    low = math.floor(at)
    return ranked[low] + (at - low) * (ranked[min(low + 1, len(ranked) - 1)] - ranked[low])


def whole(counts: dict[Month, float]) -> dict[Month, float]:
    """Keep the years of twelve months with some count."""
    good = {y for y, _ in counts if sum(k[0] == y for k in counts) == 12 and sum(n for k, n in counts.items() if k[0] == y) > 0}
    return {k: n for k, n in counts.items() if k[0] in good}


def season(counts: dict[Month, float], without: Iterable[Month] = (), inside: set[int] = RAINS) -> dict[str, float]:
    """Return the ratio of the rains to the rest of the year: Newton's steps on the likelihood, a level for each year."""
    kept = {k: n for k, n in sorted(whole(counts).items()) if k not in set(without)}
    dispersion, wider = noise(kept)
    y = np.array([*kept.values()])
    years = sorted({k[0] for k in kept})
    x = np.array([[*(float(k[0] == year) for year in years), float(k[1] in inside)] for k in kept])
    beta = np.append(np.log([max(y[x[:, i] == 1].mean(), 1e-9) for i in range(len(years))]), 0.0)
    for _ in range(200):
        m = np.exp(x @ beta)
        weight = m / (1 + dispersion * m)
        information = x.T @ (x * weight[:, None])
        step = np.linalg.solve(information, x.T @ ((y - m) / (1 + dispersion * m)))
        beta += step
        if np.abs(step).max() < 1e-10:
            break
    deviation = math.sqrt(wider * np.linalg.inv(information)[-1, -1])
    return {
        "inside": float(sum(n for k, n in kept.items() if k[1] in inside)), "n": float(y.sum()),
        "ratio": math.exp(beta[-1]), "low": math.exp(beta[-1] - 1.959964 * deviation), "high": math.exp(beta[-1] + 1.959964 * deviation),
    }  # fmt: skip
