"""Is violence rising: levels of the independent series, ratios from year to year, and our rows beside it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from markupsafe import Markup

from malisec import i18n, style, trends
from malisec.charts.picture import UCDP, French, chart, nothing, upright, whole_numbers, years
from malisec.charts.ratios import intervals
from malisec.credit import takes_events
from malisec.exhibit import Exhibit, grid, plain, sentence
from malisec.i18n import Both, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from malisec.casebook import Casebook


def _times(value: float) -> Both:
    """Write a factor."""
    return say("× {n}", n=style.decimal(value, 2 if value < 10 else 1))


def _levels(counts: pd.Series, changes: list[pd.Period]) -> pd.DataFrame:
    """Return the stretches between change points: ``start``, ``end`` (first day after) and ``mean`` a month."""
    edges = [counts.index[0], *changes, counts.index[-1] + 1]
    return pd.DataFrame(
        [(a.start_time, b.start_time, counts[(counts.index >= a) & (counts.index < b)].mean()) for a, b in itertools.pairwise(edges)],
        columns=["start", "end", "mean"],
    )


def _bars(ax: Axes, counts: pd.Series, levels: pd.DataFrame, *, names: bool) -> None:
    ax.bar(counts.index.to_timestamp() + pd.Timedelta(days=14), counts, width=27, color=style.QUIET, linewidth=0)
    for level in levels.itertuples():
        ax.plot([level.start, level.end], [level.mean] * 2, color=style.ACCENT, linewidth=2.2, solid_capstyle="butt")
        if names:
            middle = level.start + (level.end - level.start) / 2
            ax.annotate(
                f"{level.mean:,.0f}",
                (middle, level.mean),
                xytext=(0, 3),
                textcoords="offset points",
                ha="center",
                va="bottom",
                fontsize=8.5,
                fontweight="bold",
                color=style.ACCENT,
                bbox={"facecolor": style.PAPER, "edgecolor": "none", "pad": 0.6, "alpha": 0.8},
            )


@takes_events
def death_levels(case: Casebook, title: str = "Deaths per month and the levels they keep, UCDP since 2012") -> Exhibit:
    """Draw UCDP's monthly deaths with the levels between change points, and under it which penalty finds which change.

    Parameters
    ----------
    case
        The casebook; the series is always shown whole from `malisec.trends.SINCE` on.
    title
        What the chart shows.

    Returns
    -------
    Exhibit
    """
    counts = trends.monthly_deaths(case, since=trends.SINCE)
    if counts.sum() < trends.LEAST:
        return nothing(title, say("No figure of UCDP stands in the tables."), UCDP)
    about = trends.noise(counts)
    found = trends.under_penalties(counts, about)
    used = [*found.loc[found["penalty"] == trends.USED, "month"]]
    levels = _levels(counts, used)

    def draw(figure: Figure, narrow: bool) -> French:
        top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=[2.6, 1])
        _bars(top, counts, levels, names=True)
        top.set_ylabel("deaths per month (UCDP)")
        most = counts.idxmax()
        # one month would press all others to the ground
        top.set_ylim(0, counts.nlargest(3).iloc[-1] * 1.18)
        if counts.max() > top.get_ylim()[1]:
            said = style.day(most.start_time, "month")
            top.text(
                most.start_time + pd.Timedelta(days=60),
                top.get_ylim()[1] * 0.97,
                cut := f"{said}: {counts.max():,.0f}",
                va="top",
                fontsize=8,
                color=style.SOFT,
            )
            french = {cut: f"{said.fr}\N{NO-BREAK SPACE}: {i18n.number(int(counts.max())).fr}"}
        else:
            french = {}
        steps = {p: y for y, p in enumerate(trends.PENALTIES)}
        bottom.scatter(found["month"].dt.to_timestamp(), found["penalty"].map(steps), s=30, color=style.ACCENT, zorder=3)
        bottom.axhline(steps[trends.USED], color=style.INK, linewidth=0.8, linestyle=(0, (2, 2)))
        bottom.set_yticks([*steps.values()], [f"{p:g}" for p in steps])
        bottom.set_ylim(-0.6, len(steps) - 0.4)
        bottom.set_ylabel("penalty\n(used: dashed)")
        for ax in (top, bottom):
            ax.grid(axis="x", visible=False)
        years(bottom, narrow, len(counts))
        ticks = {f"{p:g}": f"{p:g}".replace(".", ",") for p in steps}
        return french | ticks

    stable = trends.stability(counts, about)
    reading = sentence(
        "{n} found with the penalty used{each}. A change that only mild penalties find may be one bad month.",
        n=style.capital(style.plural(len(used), "change of level", "changes of level")),
        each=sentence(
            ": {each}",
            each=style.listed(
                say(
                    "{month} (under {k} of {n} penalties)",
                    month=style.day(m.start_time, "month"),
                    k=style.words(r["found"]),
                    n=style.words(r["of"]),
                )
                for m, r in stable.astype("int64").iterrows()
            ),
        )
        if used
        else Markup(""),
    )
    rows = [
        {
            "from": style.day(level.start, "month"),
            "to": style.day(level.end - pd.Timedelta(days=1), "month"),
            "deaths a month": style.decimal(level.mean),
            "change": _times(level.mean / before) if before else "",
        }
        for level, before in zip(levels.itertuples(), [0.0, *levels["mean"]], strict=False)
    ]
    alt = say("Bars with steps, and dots for each penalty: {reading}", reading=plain(reading))
    return chart(title, draw, (4.9, 5.2), reading, alt, grid(rows, columns=["from", "to", "deaths a month", "change"]), UCDP)


@takes_events
def since_1989(case: Casebook, title: str = "Deaths per year since 1989, as UCDP counts them") -> Exhibit:
    """Draw UCDP's deaths per year over the whole series, with the change that every penalty finds.

    Parameters
    ----------
    case
        The casebook.
    title
        What the chart shows.

    Returns
    -------
    Exhibit
    """
    counts = trends.monthly_deaths(case)
    if counts.sum() < trends.LEAST:
        return nothing(title, say("No figure of UCDP stands in the tables."), UCDP)
    stable = trends.stability(counts)
    always = [*stable.index[stable["found"] == stable["of"]]]
    totals = counts.groupby(counts.index.year).sum()

    def draw(figure: Figure, narrow: bool) -> French:
        ax = figure.subplots()
        ax.bar(totals.index, totals, width=0.8, color=style.QUIET, linewidth=0)
        for year in totals.nlargest(3 if narrow else 5).index:
            ax.annotate(f"{totals[year]:,.0f}", (year, totals[year]), xytext=(0, 2), textcoords="offset points", ha="center", fontsize=8)
        for month in always:
            at = month.year + (month.month - 1) / 12 - 0.5
            ax.axvline(at, color=style.ACCENT, linewidth=1.2)
            ax.annotate(
                "found under every penalty",
                (at, 0.96),
                xycoords=("data", "axes fraction"),
                xytext=(-4, 0),
                textcoords="offset points",
                ha="right",
                va="top",
                fontsize=8,
                color=style.ACCENT,
            )
        ax.set_ylabel("deaths per year (UCDP)")
        ax.set_xlim(totals.index.min() - 0.7, totals.index.max() + 0.7)
        ax.grid(axis="x", visible=False)
        return {}

    early = totals[totals.index < trends.SINCE]
    reading = sentence(
        "{n} deaths in {k} years; {share} of them since {since}. Of the {m} changes of level found in the whole series {found} under every "
        "penalty{when}: the small outbreaks before are too short to be sure of.",
        n=i18n.number(int(totals.sum())),
        k=len(totals),
        share=style.share(1 - early.sum() / totals.sum()),
        since=str(trends.SINCE),
        m=len(stable),
        found=sentence("{n} stands", n=style.words(len(always))) if len(always) == 1 else sentence("{n} stand", n=style.words(len(always))),
        when=sentence(" ({months})", months=style.listed([style.day(m.start_time, "month") for m in always])) if always else Markup(""),
    )
    twin = grid([{"year": str(y), "deaths (UCDP best)": int(n)} for y, n in totals.items()], columns=["year", "deaths (UCDP best)"])
    return chart(title, draw, (3.0, 3.4), reading, say("Bars: {reading}", reading=plain(reading)), twin, UCDP)


@takes_events
def year_ratios(case: Casebook, title: str = "Each year's deaths against the year before, UCDP") -> Exhibit:
    """Draw the ratio of each year to the year before with its interval.

    Parameters
    ----------
    case
        The casebook.
    title
        What the chart shows.

    Returns
    -------
    Exhibit
    """
    counts = trends.monthly_deaths(case, since=trends.SINCE)
    if counts.sum() < trends.LEAST:
        return nothing(title, say("No figure of UCDP stands in the tables."), UCDP)
    table = trends.yearly(counts)
    known = table.dropna(subset=["ratio"])
    if known.empty:
        return nothing(title, say("No two years hold enough deaths to compare."), UCDP)

    def draw(figure: Figure, narrow: bool) -> French:
        ax = figure.subplots()
        labels = [f"{y}" if narrow else f"{y} ({table['total'][y]:,.0f})" for y in known.index]
        french = intervals(ax, known, labels)
        ax.set_xlabel(
            "times the deaths of the year before, with 95 % interval (logarithmic)" if not narrow else "times the year before (logarithmic)"
        )
        return french | {
            label: f"{y} ({i18n.number(int(table['total'][y])).fr})" for label, y in zip(labels, known.index, strict=True) if not narrow
        }

    rises, falls = known[known["low"] > 1], known[known["high"] < 1]
    reading = sentence(
        "The whole interval lies above one in {n} of {all} comparisons{rises} and below one in {m}{falls}; in the others a rise and a fall "
        "both fit the months.",
        n=len(rises),
        all=len(known),
        rises=sentence(" ({years})", years=style.listed(map(str, rises.index))) if len(rises) else Markup(""),
        m=len(falls),
        falls=sentence(" ({years})", years=style.listed(map(str, falls.index))) if len(falls) else Markup(""),
    )
    rows = [
        {
            "year": str(year),
            "deaths (UCDP best)": int(row["total"]),
            "times the year before": style.decimal(row["ratio"], 2) if np.isfinite(row["ratio"]) else "",
            "95 % interval": style.interval(row["low"], row["high"], 2) if np.isfinite(row["ratio"]) else "",
        }
        for year, row in table.iterrows()
    ]
    alt = say("Dots with intervals: {reading}", reading=plain(reading))
    return chart(title, draw, (3.6, 3.9), reading, alt, grid(rows), UCDP)


@takes_events
def rows_beside_deaths(case: Casebook, title: str = "Our rows beside the independent count, and what stands behind them") -> Exhibit:
    """Draw for each year UCDP's deaths, our rows, our rows for a hundred deaths, and the pages and voices behind a row.

    Parameters
    ----------
    case
        The events; the UCDP series is always shown whole.
    title
        What the chart shows.

    Returns
    -------
    Exhibit
    """
    deaths = trends.monthly_deaths(case)
    table = trends.effort(case.events, deaths)
    if table.empty:
        return nothing(title, say("No event in this selection."), UCDP)
    enough = table["rows"] >= trends.LEAST
    single = trends.yearly_share(case.events["independent_sources"] <= 1, case.events["date"]).reindex(table.index)

    def draw(figure: Figure, narrow: bool) -> French:
        axes = figure.subplots(5, 1, sharex=True)
        year = table.index.to_numpy()
        axes[0].bar(year, table["deaths"], width=0.7, color=style.QUIET)
        axes[1].bar(year, table["rows"], width=0.7, color=style.INK)
        upright(axes[2], table, ("per_100", "per_100_low", "per_100_high"), colour=style.ACCENT)
        axes[3].plot(year, table["pages"].where(enough), "o", ms=4, color=style.INK)
        upright(axes[4], single, ("share", "low", "high"), times=100)
        names = (
            "deaths, UCDP",
            "rows in our tables",
            "rows per 100 deaths",
            "pages behind a row, mean",
            "rows known to one voice, %",
        )
        for ax, name in zip(axes, names, strict=True):
            ax.set_title(name, fontsize=9, color=style.SOFT, pad=3)
            ax.grid(axis="x", visible=False)
            ax.set_ylim(0, ax.get_ylim()[1] * 1.1)
            ax.yaxis.set_major_locator(whole_numbers())
            ax.locator_params(axis="y", nbins=3)
        dark = table.index[table["deaths"].isna()]
        for ax in axes[[0, 2]] if len(dark) else []:
            ax.axvspan(dark.min() - 0.5, dark.max() + 0.5, color=style.LAND, linewidth=0, zorder=0)
            ax.text(
                (dark.min() + dark.max()) / 2,
                0.5,
                "no UCDP\nfigures",
                transform=ax.get_xaxis_transform(),
                ha="center",
                va="center",
                fontsize=7.5,
                color=style.SOFT,
                linespacing=1.1,
            )
        axes[-1].set_xticks(year[:: 3 if narrow else 1], [str(y) for y in year[:: 3 if narrow else 1]])
        return {}

    steps = trends.moves(table)
    model = trends.follows(trends.monthly_rows(case.events)["events"], deaths)
    reading = sentence(
        "Rows and deaths moved the same way in {same} of {steps} years{other}; by chance alone about {half} would.",
        same=int(steps["same"].sum()),
        steps=len(steps),
        half=style.decimal(len(steps) / 2, 0 if len(steps) % 2 == 0 else 1),
        other=sentence(", not in {years}", years=style.listed(map(str, steps.index[~steps["same"]])))
        if (~steps["same"]).any()
        else Markup(""),
    )
    if np.isfinite(model["ratio"]):
        reading += sentence(
            " Within a year, a month with about twice the deaths holds {r} times the rows ({interval}).",
            r=style.decimal(model["ratio"], 2),
            interval=style.interval(model["low"], model["high"], 2),
        )
    known = table.dropna(subset=["per_100"])
    if len(known) > 1:
        least, most = known["per_100"].idxmin(), known["per_100"].idxmax()
        reading += sentence(
            " For a hundred deaths the tables hold {a} rows of {least} and {b} of {most}: our count is no scale of violence.",
            a=style.decimal(known["per_100"][least]),
            least=str(least),
            b=style.decimal(known["per_100"][most]),
            most=str(most),
        )
    rows = [
        {
            "year": str(y),
            "deaths (UCDP best)": int(r["deaths"]) if pd.notna(r["deaths"]) else None,
            "events (our rows)": int(r["rows"]),
            "rows per 100 deaths": style.decimal(r["per_100"]) if pd.notna(r["per_100"]) else None,
            "95 % interval": style.interval(r["per_100_low"], r["per_100_high"], 1) if pd.notna(r["per_100"]) else "",
            "pages a row": style.decimal(r["pages"]) if pd.notna(r["pages"]) else "",
            "one voice": int(r["one_voice"]),
        }
        for y, r in table.iterrows()
    ]
    return chart(title, draw, (6.4, 6.6), reading, say("Five panels: {reading}", reading=plain(reading)), grid(rows), UCDP)
