"""The rains against the rest of the year: the calendar months, the two statements, types and parts of the country."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from malisec import i18n, style, trends
from malisec.charts.picture import UCDP, French, chart, nothing
from malisec.charts.ratios import dots, names_left, ratio_axis
from malisec.credit import takes_events
from malisec.exhibit import Exhibit, grid, plain, sentence
from malisec.i18n import Both, agree, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from malisec.casebook import Casebook

#: columns behind the dots
TWIN = ["series", "June to September", "other months", "years", "ratio", "interval"]
FEW = say("fewer than five in a season")


@takes_events
def rains_profile(case: Casebook, title: str = "Each calendar month against the usual month of its year") -> Exhibit:
    """Draw the twelve calendar months of UCDP's deaths and of our rows, the rains as a band.

    Parameters
    ----------
    case
        The casebook; rows are those of its events, deaths are always the whole series.
    title
        What the chart shows.

    Returns
    -------
    Exhibit
    """
    deaths = trends.whole_years(trends.monthly_deaths(case, since=trends.SINCE))
    rows = trends.whole_years(trends.rows_of_years(case.events, trends.last_whole_year(case.events)))
    tables = {"deaths": trends.profile(deaths), "rows": trends.profile(rows)}
    if not any(t["ratio"].notna().any() for t in tables.values()):
        return nothing(title, say("No calendar month has five or more deaths or events."), UCDP)
    heads = {"deaths": _headed("UCDP’s deaths, {a} to {b}", deaths), "rows": _headed("our rows, {a} to {b}", rows)}

    def draw(figure: Figure, narrow: bool) -> French:
        axes = figure.subplots(*((2, 1) if narrow else (1, 2)), sharey=True)
        french: French = {}
        for ax, (name, counts) in zip(axes, (("deaths", deaths), ("rows", rows)), strict=True):
            french |= _months(ax, tables[name], counts)
            ax.set_title(str(heads[name]), fontsize=9)
            french[str(heads[name])] = heads[name].fr
        axes[0].set_ylabel("times the usual month of the year")
        return french

    quiet = trends.runs(deaths).dropna()
    place = int((quiet < quiet.get(trends.RAINS[0], np.nan)).sum())
    low = tables["deaths"]["ratio"]
    reading = (
        sentence(
            "UCDP’s deaths are fewest in {least} and most in {most}. Of all runs of four months {n} {are} than June to September. "
            "Small dots: single years, those at the lower edge without any or nearly any.",
            least=style.month(int(low.idxmin())),
            most=style.month(int(low.idxmax())),
            n=style.of_them(place, she=True),
            are=agree(place, ("is quieter", "est plus calme" if place else "n’est plus calme"), ("are quieter", "sont plus calmes")),
        )
        if low.notna().all() and len(quiet) == 12
        else sentence("Small dots: single years.")
    )
    twin = grid(
        [
            {"month": style.month(m)}
            | {f"{name}, {what}": _cell(tables[name].loc[m], what) for name in tables for what in ("mean", "ratio", "interval")}
            for m in range(1, 13)
        ],
        columns=["month", "deaths, mean", "deaths, ratio", "deaths, interval", "rows, mean", "rows, ratio", "rows, interval"],
    )
    return chart(title, draw, (3.6, 6.2), reading, say("Dots with intervals: {reading}", reading=plain(reading)), twin, UCDP)


def _headed(template: str, counts: pd.Series) -> Both:
    years = counts.index.year
    return say(template, a=str(years.min()), b=str(years.max())) if len(years) else say("no whole year")


def _cell(row: Any, what: str) -> Both:
    if what == "mean":
        return say("no figure") if pd.isna(row["mean"]) else style.decimal(row["mean"])
    if pd.isna(row["ratio"]):
        return FEW if what == "ratio" else say("no figure")
    return style.decimal(row["ratio"], 2) if what == "ratio" else style.interval(row["low"], row["high"])


def _months(ax: Axes, table: pd.DataFrame, counts: pd.Series) -> French:
    """Draw the months of one series: a dot and an interval each, single years behind."""
    bottom, top, ticks = 0.09, 6.0, (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)
    ax.set_yscale("log")
    ax.set_ylim(bottom, top)
    said = [style.decimal(t, 0 if t >= 1 else 2 if t == 0.25 else 1) for t in ticks]
    ax.set_yticks(ticks, [str(s) for s in said])
    ax.minorticks_off()
    ax.grid(axis="x", visible=False)
    ax.axhline(1, color=style.INK, linewidth=0.9, zorder=1.5)
    first, last = min(trends.RAINS), max(trends.RAINS)
    ax.axvspan(first - 0.5, last + 0.5, color=style.WATER, alpha=0.3, linewidth=0, zorder=0)
    ax.text((first + last) / 2, 0.985, "rains", transform=ax.get_xaxis_transform(), ha="center", va="top", fontsize=8, color=style.SOFT)
    yearly = counts / counts.groupby(counts.index.year).transform("mean")
    # beside the dot of the month, so that neither hides the other
    ax.scatter(counts.index.month + 0.22, yearly.clip(bottom, top), s=5, color=style.SOFT, alpha=0.35, linewidths=0, zorder=2)
    known = table[table["ratio"].notna()]
    ax.vlines(known.index, known["low"].clip(bottom, top), known["high"].clip(bottom, top), color=style.ACCENT, linewidth=1.6, zorder=3)
    ax.scatter(known.index, known["ratio"], s=28, color=style.ACCENT, linewidths=0, zorder=4)
    # the initials of the months are the same in both languages
    ax.set_xticks(range(1, 13), [*"JFMAMJJASOND"])
    ax.set_xlim(0.4, 12.6)
    return {str(s): s.fr for s in said}


def _names(case: Casebook) -> dict[tuple[str, str], Both]:
    """Say what each series of `malisec.trends.rains` is."""
    deaths = trends.whole_years(trends.monthly_deaths(case, since=trends.SINCE))
    last = trends.last_whole_year(case.events)
    names = {
        ("deaths", "all"): _headed("UCDP’s deaths, {a} to {b}", deaths),
        ("deaths", "without_1"): say("without the deadliest month"),
        ("deaths", "without_2"): say("without the two deadliest months"),
        ("deaths", "later"): say("only from {year} on", year=str(trends.AFTER_WAR)),
        ("rows", "all"): say("our rows, {a} to {b}", a=str(trends.SINCE), b=str(last)),
        ("rows", "before_seeds"): say("only until {year}", year=str(min(last, trends.BEFORE_SEEDS))),
        ("rows", "waves_once"): say("each wave counted once"),
        ("villages", "named"): say("an armed group named, centre"),
        ("villages", "before_seeds"): say("the same, only until {year}", year=str(min(last, trends.BEFORE_SEEDS))),
        ("villages", "jnim"): say("JNIM or a group within it, centre"),
        ("villages", "any"): say("an armed group or nobody named, centre"),
        ("villages", "country"): say("the same, whole country"),
    }
    names |= {("types", kind): say(style.TYPES[kind][0]) for kind in style.TYPES}
    return names | {("regions", name): say(name) for name in trends.COUNTRY}


def _forest(
    figure: Figure,
    table: pd.DataFrame,
    names: dict[tuple[str, str], Both],
    heads: dict[str, Both],
    ends: tuple[float, float],
    *,
    narrow: bool,
) -> French:
    """Draw one row for each series under the heads of their groups, and behind each how many stand behind it."""
    ax = figure.subplots()
    french = ratio_axis(ax, ends, (0.25, 0.5, 1.0, 2.0, 4.0))
    at, labels, y, order = [], [], 0.0, []
    for groups, head in ((key.split("+"), head) for key, head in heads.items()):
        labels.append((y, head))
        y += 1
        for row in table[table["group"].isin(groups)].itertuples():
            labels.append((y, names[row.group, row.what]))
            at.append(y)
            order.append(row.Index)
            y += 1
        y += 0.3
    mine = table.loc[order]
    # what only tests how firm the first of its group is stands back
    first = mine["what"].isin(["all", "named"]) | mine["group"].isin(["types", "regions"])
    dots(ax, mine, at, [style.ACCENT if f else style.INK for f in first], [str(FEW)] * len(mine))
    for n, height in zip(mine["n"], at, strict=True):
        ax.text(1.015, height, f"{n:,.0f}", transform=ax.get_yaxis_transform(), va="center", fontsize=7.5, color=style.SOFT)
        french[f"{n:,.0f}"] = i18n.number(round(n)).fr
    ax.text(1.015, -0.9, "n", transform=ax.get_yaxis_transform(), va="center", fontsize=8, color=style.SOFT, style="italic")
    ax.set_ylim(y - 0.6, -1.2)
    french |= names_left(
        figure,
        ax,
        [height for height, _ in labels],
        [name for _, name in labels],
        size=7 if narrow else 8.5,
        colours=[style.INK] * len(labels),
        width=24 if narrow else 99,
        bold=heads.values(),
    )
    if narrow:
        ax.set_xlabel("June to September: times the\nrest of the year (logarithmic)")
    else:
        ax.set_xlabel("June to September: times the rest of the year (logarithmic); n: deaths or rows")
    return french


def _twin(table: pd.DataFrame, names: dict[tuple[str, str], Both]) -> pd.DataFrame:
    def row(r: Any) -> dict[str, object]:
        known = np.isfinite(r.ratio)
        return {
            "series": names[r.group, r.what],
            "June to September": style.decimal(r.inside, 0 if r.inside == round(r.inside) else 1),
            "other months": style.decimal(r.outside, 0 if r.outside == round(r.outside) else 1),
            "years": int(r.years),
            "ratio": style.decimal(r.ratio, 2) if known else FEW,
            "interval": style.interval(r.low, r.high) if known else say("no figure"),
        }

    return grid([row(r) for r in table.itertuples()], columns=TWIN)


@takes_events
def rains_tests(case: Casebook, title: str = "A lull in the rains, or more attacks on villages?") -> Exhibit:
    """Draw the ratio of June to September to the rest of the year for what the two statements speak of, each in several ways.

    Parameters
    ----------
    case
        The casebook; rows are those of its events, deaths are always the whole series.
    title
        What the chart shows.

    Returns
    -------
    Exhibit
    """
    table = trends.rains(case, ["deaths", "rows", "villages"])
    if not table["ratio"].notna().any():
        return nothing(title, say("No series has five or more deaths or events in each season."), UCDP)
    names = _names(case)
    heads = {"deaths+rows": say("A lull?"), "villages": say("Villages: attacks on civilians")}

    def draw(figure: Figure, narrow: bool) -> French:
        return _forest(figure, table, names, heads, (0.22, 6.0), narrow=narrow)

    reading = _held(table, sentence("Red: the main comparison of each series; the others show what hangs on a choice."))
    height = 0.27 * len(table) + 1.7
    alt = say("Dots with intervals: {reading}", reading=plain(reading))
    return chart(title, draw, (height, height * 1.15), reading, alt, _twin(table, names), UCDP)


@takes_events
def rains_parts(case: Casebook, title: str = "Our rows by type and by part of the country") -> Exhibit:
    """Draw the ratio of June to September to the rest of the year for each type of event and part of the country.

    Parameters
    ----------
    case
        The events.
    title
        What the chart shows.

    Returns
    -------
    Exhibit
    """
    table = trends.rains(case, ["types", "regions"])
    if not table["ratio"].notna().any():
        return nothing(title, say("No type and no part of the country has five or more events in each season."))
    names = _names(case)
    heads = {"types": say("Type of event"), "regions": say("Part of the country")}

    def draw(figure: Figure, narrow: bool) -> French:
        return _forest(figure, table, names, heads, (0.12, 8.0), narrow=narrow)

    reading = _held(table, sentence("Rows follow the press, which may tell more of one season or place than of another."))
    height = 0.25 * len(table) + 1.7
    alt = say("Dots with intervals: {reading}", reading=plain(reading))
    return chart(title, draw, (height, height * 1.15), reading, alt, _twin(table, names))


def _held(table: pd.DataFrame, last: Markup) -> Markup:
    """Say how many intervals hold 1, and how many would miss it by chance."""
    known = table[table["ratio"].notna()]
    hold = int(((known["low"] <= 1) & (known["high"] >= 1)).sum())
    return sentence(
        "{hold} of {n} intervals hold 1, which is no difference; by chance alone about {chance} would miss it. {last}",
        hold=hold,
        n=len(known),
        chance=style.decimal((1 - trends.LEVEL) * len(known)),
        last=last,
    )
