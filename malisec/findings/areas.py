"""Four regions beside each other, and whether attacks moved to the west."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from malisec import schema, style, trends
from malisec.areas import SEARCHED, WEST, WEST_SINCE, area_of, move_west
from malisec.exhibit import Finding, sentence
from malisec.i18n import say

if TYPE_CHECKING:
    from malisec.casebook import Casebook


def areas(case: Casebook) -> Finding:
    """Find how the four regions differ, and whether the share of rows in the west grew under every reading of them."""
    caution = sentence(
        "Nobody independent counts by region here: a larger share of rows can come from more attacks in the west, from fewer elsewhere, or "
        "from more reports of them. The west was searched for by name, as were the other parts of the country."
    )
    area = area_of(case.events)
    west = area.eq(WEST)
    if case.events.empty:
        return Finding(say("No event"), sentence("No event is selected."), caution)
    tests = move_west(case).dropna(subset=["ratio"])
    share = trends.yearly_share(west, case.events["date"])
    recent = share[share.index >= WEST_SINCE].dropna(subset=["share"])
    counts = area.value_counts()
    lead = sentence(
        "The tables hold {each}. ",
        each=style.listed(say("{n} in {area}", n=style.plural(int(counts.get(n, 0)), "event"), area=n) for n in schema.AREAS),
    )
    if tests.empty or len(recent) < 2:
        return Finding(say("Too few rows in the west to speak of a move"), lead, caution)
    first, last, top = recent.index.min(), recent.index.max(), recent["share"].idxmax()
    held = int((tests["low"] > 1).sum())
    title = (
        say("A growing share of rows lies in the west under every reading of them")
        if held == len(tests)
        else say(
            "A growing share of rows lies in the west under {k} of {n} readings of them", k=style.words(held), n=style.words(len(tests))
        )
        if held
        else say("No move to the west can be shown")
    )
    lead += sentence(
        "In Kayes, Nioro and Kita lay {a} of {first}’s {b} rows, {c} of {top}’s {d} and {e} of {last}’s {f}. ",
        a=int(recent["inside"][first]),
        first=str(first),
        b=int(recent["rows"][first]),
        c=int(recent["inside"][top]),
        top=str(top),
        d=int(recent["rows"][top]),
        e=int(recent["inside"][last]),
        last=str(last),
        f=int(recent["rows"][last]),
    )
    lead += sentence(
        "The odds of lying there multiply by {r} a year ({interval}) over all rows, and by {low} to {high} under the other readings: each "
        "wave once, without the rows the seeds tell of, only widely told ones, only until the year searched most, from other first years.",
        r=style.decimal(tests["ratio"].iloc[0]),
        interval=style.interval(tests["low"].iloc[0], tests["high"].iloc[0], 1),
        low=style.decimal(tests["ratio"].iloc[1:].min()),
        high=style.decimal(tests["ratio"].iloc[1:].max()),
    )
    return Finding(title, lead + _before_search(tests), caution)


def _before_search(tests: pd.DataFrame) -> Markup:
    """Say what is left of the move without the year that was searched most."""
    if "earlier" not in tests.index:
        return Markup("")
    one = tests.loc["earlier"]
    return sentence(
        " Until the end of {year}, before the year that was searched most, it is {r} ({interval}){open}.",
        year=str(SEARCHED - 1),
        r=style.decimal(one["ratio"]),
        interval=style.interval(one["low"], one["high"], 1),
        open=sentence(": that growth cannot be told from none") if one["low"] <= 1 else Markup(""),
    )
