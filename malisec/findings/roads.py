"""The head of the report on the ring around Bamako and the roads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from malisec import i18n, space, style, trends
from malisec.exhibit import Finding, sentence
from malisec.findings.words import percent
from malisec.i18n import Both, agree, say

if TYPE_CHECKING:
    from malisec.casebook import Casebook


_CAUTION = sentence(
    "Rows follow what the press told and where we looked, and no independent count by place stands in the tables: a share near Bamako also "
    "rises where distant regions are told of less. Roads run straight between the stops we hold, and near a road is not on it."
)


def roads(case: Casebook) -> Finding:
    """Find whether the rows come nearer to Bamako, and what lies along the roads."""
    close, wide = space.CIRCLES
    tables = {limit: space.drift(case.events, case.places, case.sources, limit) for limit in space.CIRCLES}
    row = tables[wide].loc["all"]
    if not row["rows"]:
        return Finding(say("No event with a known distance to Bamako"), sentence("The tables hold no such event here."), _CAUTION)
    month = style.day(space.TURN, "month")
    if min(row["before"], row["after"]) < trends.LEAST:
        title = say("{n} within {km} km of Bamako, too few to compare", n=style.capital(style.plural(int(row["within"]), "row")), km=wide)
    else:
        title = say(
            "{after} of the rows since {month} lie within {wide} km of Bamako, {before} of those before; within {close} km {verdict}",
            after=_share(row["after_within"], row["after"]),
            month=month,
            wide=wide,
            before=_share(row["before_within"], row["before"]),
            close=close,
            verdict=_direction(tables[close].loc["all"]),
        )
    parts = (_ring(tables[wide], wide, month), _ring(tables[close], close, month), _along(case))
    return Finding(title, Markup(" ").join(part for part in parts if part), _CAUTION + Markup(" ") + _when(case, tables[wide]))


def _share(k: float, n: float) -> Both:
    return percent(f"{k / n:.0%}")


def _direction(row: pd.Series) -> Both:
    """Say whether the rows since the turn lie nearer, as far as the interval lets."""
    if pd.isna(row["odds"]):
        return say("they are too few to compare")
    if row["odds_low"] > 1:
        return say("they become more as well")
    return say("they become fewer") if row["odds_high"] < 1 else say("no change can be told")


def _times(row: pd.Series, test: str) -> Markup:
    """Write an odds ratio with its interval."""
    if pd.isna(row[test]):
        return sentence("too few rows for a ratio")
    value, low, high = (style.decimal(row[c], 2) for c in (test, f"{test}_low", f"{test}_high"))
    return sentence("odds ratio {value}, interval {low} to {high}", value=value, low=low, high=high)


def _ring(table: pd.DataFrame, limit: int, month: Both) -> Markup:
    """Say how many rows lie within a limit before and since, and in how many ways of counting the change is clear."""
    row, sure, perhaps = table.loc["all"], table.loc["surely"], table.loc["perhaps"]
    ways = table.dropna(subset=["odds"])
    said = sentence(
        "Within {km} km lie {after} of {late} rows since {month} and {before} of {early} before ({ratio}), by the rings of uncertainty "
        "{a} to {b} and {c} to {d}",
        km=limit,
        after=int(row["after_within"]),
        late=int(row["after"]),
        month=month,
        before=int(row["before_within"]),
        early=int(row["before"]),
        ratio=_times(row, "odds"),
        a=int(sure["after_within"]),
        b=int(perhaps["after_within"]),
        c=int(sure["before_within"]),
        d=int(perhaps["before_within"]),
    )
    if ways.empty:
        return said + Markup(".")
    above = int((ways["odds_low"] > 1).sum())
    return said + sentence(
        "; in {k} of {n} ways of counting the whole interval lies above one.",
        k=style.words(above, she=True) if above else Both("none", "aucune"),
        n=style.words(len(ways)),
    )


def _along(case: Casebook) -> Markup:
    """Say near which road most events lie, and near which the recent ones do."""
    found = space.along(case.events, case.corridors, case.places)
    found = found[found["near"].astype(bool)].merge(case.events[["event_id", "date"]], on="event_id")
    if found.empty:
        return sentence("No event lies near one of the roads.")
    names = case.corridors.drop_duplicates("corridor_id").set_index("corridor_id")["name"].to_dict()
    counts = found["corridor_id"].value_counts().sort_index()
    late = found[found["date"].dt.year > space.PERIODS[-1]]["corridor_id"].value_counts().reindex(counts.index, fill_value=0)
    most, recent = counts.idxmax(), late.idxmax()
    fuel = int(case.events["target_kind"].eq("fuel_transport").sum())
    return sentence(
        "Of {near} within {km} km of a road, more lie near the {most} ({n}) than near any other; after {year} it is the {recent} ({m} of "
        "{late}). {fuel} on fuel transport {stand} in the tables.",
        km=space.ROADSIDE,
        most=style.inside(names[most]),
        near=style.plural(found["event_id"].nunique(), "event"),
        n=int(counts[most]),
        year=str(space.PERIODS[-1]),
        recent=style.inside(names[recent]),
        m=int(late[recent]),
        late=found.loc[found["date"].dt.year > space.PERIODS[-1], "event_id"].nunique(),
        fuel=style.capital(style.plural(fuel, "attack")),
        stand=i18n.html(Both("stands" if fuel == 1 else "stand", "figure" if fuel == 1 else "figurent" if fuel else "ne figure")),
    )


def _when(case: Casebook, table: pd.DataFrame) -> Markup:
    """Say what is left of the change without the year searched most, and whether a row rests on a seed document alone."""
    km = space.from_capital(case.events, case.places)
    rows = case.events[km.notna() & case.events["date"].notna()]
    late = rows[(rows["date"] >= space.TURN) & (rows["date"].dt.year < space.SEARCHED)]
    seeds = int(space.resting_on_seeds(case.events, case.sources).sum())
    said = (
        sentence("{n} {rest} on seed documents alone.", n=style.capital(style.plural(seeds, "row")), rest=_rest(seeds))
        if seeds
        else sentence("No row rests on seed documents alone.")
    )
    if late.empty:
        return said
    near = int((km[late.index] <= space.CIRCLES[1]).sum())
    searched = sentence(
        "{year} was searched most: of the {n} from {month} to its beginning {k} {lie} within {km} km, a share {how}; counted up to then, "
        "the change from one year to the next is: {trend}.",
        year=str(space.SEARCHED),
        n=style.plural(len(late), "row"),
        month=style.dated(style.day(space.TURN, "month"), "from"),
        k=style.words(near, she=True) if near else Both("none", "aucune"),
        lie=agree(near, ("lies", "se trouve" if near else "ne se trouve"), ("lie" if near else "lies", "se trouvent")),
        km=space.CIRCLES[1],
        how=_beside(near / len(late), float((km[rows.index[rows["date"] < space.TURN]] <= space.CIRCLES[1]).mean())),
        trend=_times(table.loc["earlier"], "trend"),
    )
    return searched + Markup(" ") + said


def _beside(share: float, before: float) -> Markup:
    """Say how a share stands to the one before."""
    return sentence("smaller than before") if share < before else sentence("no smaller than before")


def _rest(n: int) -> Markup:
    return agree(n, ("rests", "repose"), ("rest", "reposent"))
