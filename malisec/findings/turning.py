"""The head of the report on coups, purges and command changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from markupsafe import Markup

from malisec import i18n, style, trends
from malisec.exhibit import Finding, sentence
from malisec.i18n import Both, agree, say

if TYPE_CHECKING:
    from malisec.casebook import Casebook

#: what the kinds of `malisec.trends.POWER` are called, several of them
NOUNS = {"coup": say("coups"), "plot": say("plots"), "purge": say("purges"), "appointment": say("command changes")}

NO_PROOF = sentence(
    "Before and after is no proof of cause, and cause may run the other way: a coup may answer defeats, which raise the count before it. "
    "Windows of neighbouring turning points overlap, so that one change is read at several dates. "
)


def turning(case: Casebook) -> Finding:
    """Find whether attacks and deaths changed more around coups, purges and command changes than at other dates.

    Parameters
    ----------
    case
        The casebook; rows are those of its events, deaths are always the whole series.

    Returns
    -------
    Finding
        What stands out lies outside the band of `malisec.trends.BAND` of the months without a turning point.
    """
    months = trends.turning_months(case)
    every, placebos = trends.turns(case)
    deaths, rows = (every[every["series"] == name] for name in ("deaths", "rows"))
    known = deaths[deaths["ratio"].notna()]
    if known.empty:
        return Finding(
            say("No coup, purge or command change can be tested: no independent series reaches them"),
            sentence("UCDP’s series holds no turning point with five or more deaths before and after it."),
            NO_PROOF,
        )
    outside = int(known["outside"].sum())
    later = months.index[~months.index.isin(known["month"])]
    lead = sentence(
        "UCDP’s deaths can be held against {n} of the {all} months in which turning points fall, over {windows} months on each side: {k} "
        "of {ratios} ratios {lie} outside what {share}% of other months show, where chance alone would put about {chance}.{years} ",
        n=known["month"].nunique(),
        all=len(months),
        windows=style.listed(f"{w}" for w in trends.WINDOWS),
        k=style.of_them(outside),
        lie=agree(outside, ("lies", "sort" if outside else "ne sort"), ("lie", "sortent")),
        ratios=len(known),
        share=round(100 * trends.BAND),
        chance=style.decimal((1 - trends.BAND) * len(known)),
        years=_years(known),
    )
    return Finding(
        _title(case, known, later), lead + _coups(case, known, placebos) + _rows(later, rows), NO_PROOF + _findable(case, placebos)
    )


def _years(known: pd.DataFrame) -> Markup:
    years = sorted({m.year for m in known.loc[known["outside"], "month"]})
    return sentence(" Those outside lie in {years}.", years=style.listed(f"{y}" for y in years)) if years else Markup("")


def _kinds(case: Casebook, months: pd.Index) -> Both:
    """Name the kinds of turning points of power that fall in these months."""
    ids = {i for cell in trends.turning_months(case).reindex(months)["ids"].dropna() for i in cell}
    kinds = set(case.whole.milestones.loc[case.whole.milestones["milestone_id"].isin(ids), "kind"])
    return style.listed(noun for kind, noun in NOUNS.items() if kind in kinds)


def _title(case: Casebook, known: pd.DataFrame, later: pd.Index) -> Both:
    power = trends.turning_months(case)["power"]
    mine = known[known["power"]]
    beyond = [m for m in later if power[m]]
    if mine.empty:
        return say("No coup, purge or command change can be tested: no independent series reaches them")
    k = int(mine["outside"].sum())
    said = say(
        "{k} of {n} comparisons of deaths around {kinds} {stand} out from other dates, where chance alone puts about {chance}",
        k=style.capital(style.of_them(k, she=True)),
        n=style.words(len(mine)),
        kinds=_kinds(case, pd.Index(mine["month"].unique())),
        chance=style.decimal((1 - trends.BAND) * len(mine)),
        stand=Both("stands" if k == 1 else "stand", "se distinguent" if k > 1 else "se distingue" if k else "ne se distingue"),
    )
    if not beyond:
        return said
    return say(
        "{said}; {kinds} of {years} cannot be tested",
        said=said,
        kinds=_kinds(case, pd.Index(beyond)),
        years=style.listed(f"{y}" for y in sorted({m.year for m in beyond})),
    )


def _coups(case: Casebook, known: pd.DataFrame, placebos: dict[tuple[str, int], pd.Series]) -> Markup:
    """Tell the coup whose ratio differs most from 1, with how many other months changed as much."""
    marks = case.whole.milestones
    coups = {
        m: i
        for m, ids in trends.turning_months(case)["ids"].items()
        for i in ids
        if i in set(marks.loc[marks["kind"] == "coup", "milestone_id"])
    }
    mine = known[known["month"].isin(coups)]
    if mine.empty:
        return Markup("")
    row = mine.loc[np.abs(np.log(mine["ratio"])).idxmax()]
    mark = marks.set_index("milestone_id").loc[coups[row["month"]]]
    inside = _within(case, row["month"], int(row["window"]))
    return sentence(
        "The largest change around a coup is that of {month}: {ratio} times the deaths ({interval}) in the {window} months after it; "
        "at {k} of {n} other months the change was as large.{inside}{other} ",
        month=style.day(mark["date"], "month"),
        window=int(row["window"]),
        ratio=style.decimal(row["ratio"], 1),
        interval=style.interval(row["low"], row["high"], 1),
        k=int(row["as_large"]),
        n=len(placebos["deaths", int(row["window"])]),
        inside=inside,
        other=Markup("").join(_elsewise(r) for _, r in mine[mine["month"] == row["month"]].iterrows() if r["window"] != row["window"]),
    )


def _elsewise(row: pd.Series) -> Markup:
    """Say what the same date shows over another window."""
    return sentence(
        " Over {window} months it is {ratio} times ({interval}).",
        window=int(row["window"]),
        ratio=style.decimal(row["ratio"]),
        interval=style.interval(row["low"], row["high"], 1),
    )


def _within(case: Casebook, month: pd.Period, window: int) -> Markup:
    """Say how many other months with turning points fall in the window of one."""
    others = trends.turning_months(case).index
    k = int(((others != month) & (others >= month - window) & (others <= month + window)).sum())
    if not k:
        return Markup("")
    others_said = style.plural(k, "other month with a turning point", "other months with turning points")
    return sentence(" Its window holds {n} as well.", n=others_said)


def _rows(later: pd.Index, rows: pd.DataFrame) -> Markup:
    """Say what our rows show around dates that the independent series does not reach."""
    if later.empty:
        return Markup("")
    mine = rows[rows["month"].isin(later) & rows["ratio"].notna()]
    k = int(mine["outside"].sum())
    return sentence(
        "For the other {n} no independent series reaches far enough; our rows, which follow the search, give {ratios} there, of which {k} "
        "{lie} outside their band.",
        n=style.words(len(later)),
        ratios=style.plural(len(mine), "ratio"),
        k=style.of_them(k),
        lie=i18n.html(Both("lies" if k < 2 else "lie", "se trouvent" if k > 1 else "se trouve" if k else "ne se trouve")),
    )


def _findable(case: Casebook, placebos: dict[tuple[str, int], pd.Series]) -> Markup:
    """Say how large a rise must be to leave the band of other months four times in five."""
    counts = trends.monthly_deaths(case, since=trends.SINCE)
    short, long = (trends.findable(counts, w, bar=trends.band(placebos["deaths", w])[1]) for w in trends.WINDOWS)
    return sentence(
        "Months differ so much that only a rise to {a} times in {short} months, or to {b} times in {long}, would stand out "
        "four times in five: that little stands out does not show that nothing changed.",
        a=style.decimal(short),
        b=style.decimal(long),
        short=trends.WINDOWS[0],
        long=trends.WINDOWS[1],
    )
