"""Is violence rising: what the independent series can say, and what our rows cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from markupsafe import Markup

from malisec import i18n, style, trends
from malisec.exhibit import Finding, sentence
from malisec.findings.words import DENSE
from malisec.i18n import say

if TYPE_CHECKING:
    from malisec.casebook import Casebook


def _against(counts: pd.Series, year: int, base: int, about: trends.Noise) -> dict[str, float]:
    """Compare two years."""
    both = counts[(counts.index.year == year) | (counts.index.year == base)]
    return trends.ratio(both, pd.Series(both.index.year == year, index=both.index), about)


def rising(case: Casebook) -> Finding:
    """Find whether the independent series rises, and how our rows stand beside it."""
    counts = trends.monthly_deaths(case, since=trends.SINCE)
    totals = counts.groupby(counts.index.year).sum()
    if len(totals) < 2 or totals.nlargest(2).min() < trends.LEAST:
        return Finding(say("No independent series to hold our rows against"), sentence("The UCDP table holds too few deaths."), DENSE)
    about = trends.noise(counts)
    last, peak = int(totals.index.max()), int(totals.idxmax())
    base = peak if peak != last else last - 1
    found = _against(counts, last, base, about)
    values = {
        "last": str(last),
        "base": str(base),
        "r": style.decimal(found["ratio"], 2),
        "interval": style.interval(found["low"], found["high"], 2),
    }
    if found["high"] < 1:
        title = say("Fewer deaths in {last} than in {base}: {r} times as many ({interval})", **values)
    elif found["low"] > 1:
        title = say("More deaths in {last} than in {base}: {r} times as many ({interval})", **values)
    else:
        title = say("No rise since {base}, nor a sure fall: deaths of {last} are {r} times as many ({interval})", **values)
    lead = sentence(
        "UCDP, independent of us, counts {n} deaths in {last} and {m} in {base}. ",
        n=i18n.number(int(totals[last])),
        last=str(last),
        m=i18n.number(int(totals[base])),
        base=str(base),
    )
    caution = (
        DENSE
        + Markup(" ")
        + sentence(
            "{base} was chosen as the highest year, so that what follows tends to look like a fall; the interval of a change of level "
            "takes its month as given.",
            base=str(base),
        )
    )
    return Finding(title, lead + _level(counts, about) + _rows(case, last), caution)


def _level(counts: pd.Series, about: trends.Noise) -> Markup:
    """Say when the level changed last, and how many penalties find it."""
    stable = trends.stability(counts, about)
    if stable.empty:
        return sentence("No change of its level is found. ")
    at, found = stable.index[-1], stable.iloc[-1]
    before = counts[(counts.index < at) & (counts.index >= (stable.index[-2] if len(stable) > 1 else counts.index[0]))]
    both = counts[counts.index >= before.index[0]]
    ratio = trends.ratio(both, pd.Series(both.index >= at, index=both.index), about)
    return sentence(
        "Its level changed once, in {month} (found under {k} of {n} penalties): {a} deaths a month before, {b} since, {r} times as many "
        "({interval}). "
        if len(stable) == 1
        else "Its level changed last in {month} (found under {k} of {n} penalties): {a} deaths a month before, {b} since, {r} times as "
        "many ({interval}). ",
        month=style.day(at.start_time, "month"),
        k=style.words(int(found["found"])),
        n=style.words(int(found["of"])),
        a=f"{found['before']:.0f}",
        b=f"{found['after']:.0f}",
        r=style.decimal(ratio["ratio"], 1),
        interval=style.interval(ratio["low"], ratio["high"], 1),
    )


def _rows(case: Casebook, last: int) -> Markup:
    """Say how our rows went on where the independent series ends."""
    table = trends.effort(case.events, trends.monthly_deaths(case))
    later = table[(table.index > last) & (table["rows"] >= trends.LEAST)]
    if later.empty or last not in table.index:
        return sentence("Our rows tell of no year after it.")
    most = int(later["rows"].idxmax())
    shares = table["one_voice"] / table["rows"]
    return sentence(
        "After it nobody independent counts here: our rows go from {a} in {last} to {b} in {most}, and the share of them known to one "
        "voice from {c} to {d}.",
        a=int(table["rows"][last]),
        last=str(last),
        b=int(table["rows"][most]),
        most=str(most),
        c=style.share(shares[last]) if np.isfinite(shares[last]) else "",
        d=style.share(shares[most]),
    )
