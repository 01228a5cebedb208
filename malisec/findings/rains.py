"""The head of the report on the rainy season."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from markupsafe import Markup

from malisec import style, trends
from malisec.exhibit import Finding, sentence
from malisec.i18n import Both, agree, say

if TYPE_CHECKING:
    from malisec.casebook import Casebook

CANNOT = sentence(
    "UCDP’s months are of the whole country and of deaths, not of attacks: they know no region and no type. Our rows follow what the press "
    "told, and most seed documents tell of the second half of 2025. The tables know civilians as a target and no villages, so that attacks "
    "on travellers are among these."
)


def rains(case: Casebook) -> Finding:
    """Find whether the rains are a lull, as a seed says, or hold more attacks on villages, as other press says.

    Parameters
    ----------
    case
        The casebook; rows are those of its events, deaths are always the whole series.

    Returns
    -------
    Finding
        A statement is shown where the interval of its main series leaves out 1.
    """
    table = trends.rains(case, ["deaths", "rows", "villages"])
    found = table.set_index(["group", "what"])
    deaths, villages = found.loc[("deaths", "all")], found.loc[("villages", "named")]
    if not (np.isfinite(deaths["ratio"]) and np.isfinite(villages["ratio"])):
        return Finding(
            say("Too little to test what is said of the rains"),
            sentence("One of the two series holds fewer than five deaths or events in a season. ") + _rows(found),
            CANNOT,
        )
    return Finding(_title(deaths, villages), _lull(case, found) + _rows(found) + _villages(table), CANNOT)


def _title(deaths: pd.Series, villages: pd.Series) -> Both:
    """Answer which of the two statements the intervals bear out."""
    values = {
        "a": style.decimal(deaths["ratio"], 2),
        "a_range": style.interval(deaths["low"], deaths["high"]),
        "b": style.decimal(villages["ratio"], 2),
        "b_range": style.interval(villages["low"], villages["high"]),
    }
    lull, more = bool(deaths["high"] < 1), bool(villages["low"] > 1)
    if lull and more:
        return say(
            "The rains hold fewer deaths and more attacks on villages: "
            "{a} times ({a_range}) and {b} times ({b_range}) the rest of the year",
            **values,
        )
    if lull:
        return say(
            "The rains hold fewer deaths: {a} times the rest of the year ({a_range}); "
            "more attacks on villages are not shown: {b} times ({b_range})",
            **values,
        )
    if more:
        return say(
            "The rains hold more attacks on villages: {b} times the rest of the year ({b_range}); "
            "a lull is not shown: deaths {a} times ({a_range})",
            **values,
        )
    return say(
        "Neither a lull in the rains nor more attacks on villages is shown: a month of them holds {a} times the deaths ({a_range}) and "
        "{b} times the attacks on civilians in the centre ({b_range}) of the other months",
        **values,
    )


def _lull(case: Casebook, found: pd.DataFrame) -> Markup:
    """Say how firm the fewer deaths of June to September are."""
    series = trends.monthly_deaths(case, since=trends.SINCE)
    years, ranks = trends.yearly_seasons(series), trends.shuffled_season(series)
    less = int((years["inside"] < years["outside"]).sum())
    first, later = found.loc[("deaths", "without_1")], found.loc[("deaths", "later")]
    return sentence(
        "From June to September UCDP counts fewer deaths a month than in the rest of the year in {k} of {n} years; with months shuffled "
        "within years, ranks, which no extreme month sways, differ as much in {far} of {of} shuffles. But the ratio is {first} without the "
        "deadliest month and {later} from {year} on, and of all runs of four months {quieter} {are}{begin}. ",
        k=less,
        n=len(years),
        far=int(ranks["as_far"]),
        of=int(ranks["of"]),
        first=_ratio(first),
        later=_ratio(later),
        year=str(trends.AFTER_WAR),
        **_quieter(series),
    )


def _quieter(series: pd.Series) -> dict[str, object]:
    runs = trends.runs(series)
    below = [int(m) for m in runs.index[runs < runs[trends.RAINS[0]]]]
    k = len(below)
    return {
        "begin": sentence(", with their first month in {months}", months=style.listed(style.month(m) for m in below))
        if below
        else Markup(""),
        "quieter": style.of_them(k, she=True),
        "are": agree(k, ("is quieter", "est plus calme" if k else "n’est plus calme"), ("are quieter", "sont plus calmes")),
    }


def _rows(found: pd.DataFrame) -> Markup:
    row, before = found.loc[("rows", "all")], found.loc[("rows", "before_seeds")]
    if not np.isfinite(row["ratio"]):
        return Markup("")
    return sentence(
        "Our rows of all attacks stand at {ratio}, until {year} at {before}. ",
        ratio=_ratio(row),
        before=_ratio(before),
        year=str(trends.BEFORE_SEEDS),
    )


def _villages(table: pd.DataFrame) -> Markup:
    """Say how attacks on civilians stand, counted in several ways."""
    ways = table[(table["group"] == "villages") & table["ratio"].notna()]
    main = ways[ways["what"] == "named"].iloc[0]
    up, sure = int((ways["ratio"] > 1).sum()), int((ways["low"] > 1).sum())
    return sentence(
        "Attacks on civilians in the centre for which an armed group is named are {n}, {inside} of them in these months; counted in {ways} "
        "ways the ratio lies above 1 in {up}, its whole interval in {sure}.",
        n=round(main["n"]),
        inside=round(main["inside"]),
        ways=style.words(len(ways), she=True),
        up=style.of_them(up, she=True),
        sure=style.of_them(sure, she=True),
    )


def _ratio(row: pd.Series) -> Both:
    """Write a ratio with its interval; one that is missing says so."""
    if not np.isfinite(row["ratio"]):
        return say("unknown")
    return say("{ratio} ({interval})", ratio=style.decimal(row["ratio"], 2), interval=style.interval(row["low"], row["high"]))
