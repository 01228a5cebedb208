"""Turning points laid over attacks, and what changed around them beside what changes anyway."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from malisec import i18n, style, trends
from malisec.charts.months import deaths_over_rows, monthly_counts
from malisec.charts.picture import SOURCE, UCDP, French, chart, labels_of, nothing
from malisec.charts.ratios import dots, names_left, ratio_axis
from malisec.credit import takes_events
from malisec.exhibit import Exhibit, grid, plain, sentence
from malisec.i18n import Both, agree, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from malisec.casebook import Casebook

#: lanes above the months, and the kinds of turning points in each
LANES = (
    (say("coups and plots"), ("coup", "plot")),
    (say("purges"), ("purge",)),
    (say("appointments"), ("appointment",)),
    (say("laws and elections"), ("law", "election")),
    (say("foreign forces"), ("deployment", "withdrawal")),
    (say("accords and alliances"), ("accord", "alliance", "sanction")),
    (say("armed groups"), ("armed_group",)),
)
#: columns behind the dots
TWIN = ["month", "turning points", "months on each side", "before", "after", "ratio", "interval", "other months that changed as much"]
#: why a ratio is missing
BEYOND, FEW = say("beyond the series"), say("fewer than five on a side")


class _Place(NamedTuple):
    """Where a turning point stands in its lane."""

    row: int
    right: bool


def _placed(marks: pd.DataFrame, ends: tuple[pd.Timestamp, pd.Timestamp], letter: float) -> list[_Place]:
    """Find for each major turning point of a lane the first row of text on which its label, in either language, meets no other."""
    span, taken, found = ends[1] - ends[0], list[list[tuple[pd.Timestamp, pd.Timestamp]]](), list[_Place]()
    for m in marks.itertuples():
        other = m.label_fr if isinstance(m.label_fr, str) else ""
        room = span * letter * (max(len(m.label), len(other)) + 2.5)
        dot = span * letter * 1.2
        right = m.date + room > ends[1]
        start, end = (m.date - room, m.date + dot) if right else (m.date - dot, m.date + room)
        row = next((i for i, row in enumerate(taken) if all(end <= a or start >= b for a, b in row)), len(taken))
        if row == len(taken):
            taken.append([])
        taken[row].append((start, end))
        found.append(_Place(row, right))
    return found


def _lanes(figure: Figure, ax: Axes, marks: pd.DataFrame, ends: tuple[pd.Timestamp, pd.Timestamp], *, narrow: bool) -> French:
    """Write major turning points as dots with names, one lane for each kind, minor ones as ticks under them; return the French of lanes."""
    size = 7.0 if narrow else 7.5
    letter = size * 0.6 / 72 / (figure.get_figwidth() * (0.74 if narrow else 0.84))
    top, middles = 0.0, []
    for _, kinds in LANES:
        mine = marks[marks["kind"].isin(kinds)]
        colour = style.ACCENT if set(kinds) & set(trends.POWER) else style.INK
        major, minor = (mine[mine["prominence"].eq(p)] for p in ("major", "minor"))
        placed = _placed(major, ends, letter)
        rows = max([p.row for p in placed], default=0) + 1
        for m, p in zip(major.itertuples(), placed, strict=True):
            ax.scatter([m.date], [top + p.row + 0.5], s=17, color=colour, zorder=3, linewidths=0)
            ax.annotate(
                m.label,
                (m.date, top + p.row + 0.5),
                xytext=(-4 if p.right else 4, 0),
                textcoords="offset points",
                ha="right" if p.right else "left",
                va="center",
                fontsize=size,
                color=colour,
            )
        ax.vlines(minor["date"], top + rows, top + rows + 0.4, color=colour, linewidth=0.9, alpha=0.7)
        middles.append(top + (rows + 0.4) / 2)
        top += rows + 0.7
        ax.axhline(top - 0.15, color=style.LINE, linewidth=0.6)
    ax.set_ylim(top, 0)
    ax.tick_params(axis="both", length=0, labelbottom=False)
    ax.grid(visible=False)
    ax.spines[["left", "bottom"]].set_visible(False)
    names, colours = [name for name, _ in LANES], [style.INK] * len(LANES)
    return names_left(figure, ax, middles, names, size=size, colours=colours, width=14 if narrow else 99)


@takes_events
def turning(case: Casebook, title: str = "Turning points over deaths and attacks") -> Exhibit:
    """Draw the turning points by kind over UCDP's deaths per month and our rows per month.

    Parameters
    ----------
    case
        The events; deaths and turning points are always shown whole.
    title
        What the chart shows.

    Returns
    -------
    Exhibit
    """
    series = trends.monthly_deaths(case, since=trends.SINCE)
    if series.empty:
        return nothing(title, say("No figure of UCDP stands in the tables."), UCDP)
    deaths, end = series.set_axis(series.index.to_timestamp()), series.index.max()
    counts = monthly_counts(case).sum(axis=1)
    shown = {k for _, kinds in LANES for k in kinds}
    marks = case.whole.milestones.sort_values("date")
    marks = marks[marks["date"] >= f"{trends.SINCE}-01-01"]
    drawn = marks[marks["kind"].isin(shown)]
    last = max([deaths.index.max(), *drawn["date"], *counts.index.to_timestamp()]) + pd.Timedelta(days=45)
    ends = (deaths.index.min() - pd.Timedelta(days=20), last)

    def draw(figure: Figure, narrow: bool) -> French:
        high = 3.4 if narrow else 2.2
        above, top, bottom = figure.subplots(3, 1, sharex=True, height_ratios=[high, 1.9, 1.0])
        deaths_over_rows(top, bottom, deaths, counts[counts.index.year >= trends.SINCE], ends, narrow=narrow)
        french = _lanes(figure, above, drawn, ends, narrow=narrow)
        for m in drawn[drawn["prominence"].eq("major")].itertuples():
            power = m.kind in trends.POWER
            # nothing to set against it where the deaths end
            for ax in (above, top, bottom) if m.date.to_period("M") <= end else (above, bottom):
                ax.axvline(
                    m.date,
                    color=style.ACCENT if power else style.INK,
                    linewidth=0.8 if power else 0.5,
                    linestyle=(0, (2, 2)),
                    alpha=(0.6 if power else 0.3) * (0.6 if ax is above else 1),
                    zorder=1,
                )
        return french | labels_of(drawn)

    power = drawn[drawn["kind"].isin(trends.POWER)]
    reading = sentence(
        "{n} with a name, the others ticks; {power} of them all are coups, plots, purges or appointments, {later} of these after {end}, "
        "where UCDP’s series ends. Speeches, trials, diplomacy and daily life are left out.",
        n=style.capital(style.plural(int(drawn["prominence"].eq("major").sum()), "turning point")),
        power=style.of_them(len(power)),
        later=style.of_them(int((power["date"].dt.to_period("M") > end).sum())),
        end=style.day(end.to_timestamp(), "month"),
    )
    twin = grid(
        [
            {"date": f"{m.date:%Y-%m-%d}", "what": Both(m.label, m.label_fr) if isinstance(m.label_fr, str) else m.label,
             "kind": say(m.kind.replace("_", " ")), "named in the picture": say("yes") if m.prominence == "major" else say("no")}
            for m in drawn.itertuples()
        ],
        columns=["date", "what", "kind", "named in the picture"],
    )  # fmt: skip
    alt = say("Lanes of turning points over bars of deaths and of rows: {reading}", reading=plain(reading))
    return chart(title, draw, (5.6, 7.2), reading, alt, twin, UCDP)


def _names(case: Casebook) -> dict[str, Both]:
    """Return the label of each turning point in both languages."""
    marks = case.whole.milestones
    return {
        m.milestone_id: Both(m.label, m.label_fr if isinstance(m.label_fr, str) else m.label) for m in marks.itertuples()
    }  # fmt: skip


def _why(row: Any) -> Both:
    return BEYOND if np.isnan(row.before) else FEW


def _count(n: float) -> Both:
    """Write a count; parts of rows whose day is not known are told to a tenth."""
    return style.decimal(n, 0 if n == round(n) else 1)


def _twin_row(row: Any, what: Both, others: int) -> dict[str, object]:
    """Return the numbers behind a dot; a ratio that is missing says why."""
    cells: dict[str, object] = {"month": f"{row.month}", "turning points": what, "months on each side": int(row.window)}
    if not np.isfinite(row.ratio):
        return cells | dict.fromkeys(TWIN[3:], say("no figure")) | {"ratio": _why(row)}
    return cells | {
        "before": _count(row.before),
        "after": _count(row.after),
        "ratio": style.decimal(row.ratio, 2),
        "interval": style.interval(row.low, row.high),
        "other months that changed as much": say("{k} of the {n}", k=int(row.as_large), n=others),
    }


def _panels(table: pd.DataFrame) -> Iterator[tuple[int, pd.DataFrame]]:
    for window in trends.WINDOWS:
        yield window, table[table["window"] == window].reset_index(drop=True)


@takes_events
def before_after(
    case: Casebook, title: str = "Deaths after against deaths before, beside all other months", *, series: str = "deaths"
) -> Exhibit:
    """Draw the ratio of after to before at each turning point, over what the ratio is at other months.

    Parameters
    ----------
    case
        The casebook; rows are those of its events, deaths are always the whole series.
    title
        What the chart shows.
    series
        ``deaths`` (UCDP) or ``rows``.

    Returns
    -------
    Exhibit

    Raises
    ------
    ValueError
        For another series.
    """
    if series not in {"deaths", "rows"}:
        msg = f"series: expected one of deaths, rows, found {series!r}"
        raise ValueError(msg)
    source = UCDP if series == "deaths" else SOURCE
    every, placebos = trends.turns(case)
    table = every[every["series"] == series]
    if not table["ratio"].notna().any():
        return nothing(title, say("No turning point has five or more before and after it."), source)
    months, label = trends.turning_months(case), _names(case)
    what = [[label[i] for i in ids] for ids in months["ids"]]
    when = [style.day(m.to_timestamp(), "month") for m in months.index]

    def draw(figure: Figure, narrow: bool) -> French:
        shape = (2, 1) if narrow else (1, 2)
        axes = figure.subplots(*shape, sharey=not narrow)
        french: French = {}
        # on a phone several turning points of one month take a line each
        between = [",\n" if narrow and len(marks) > 1 else ", " for marks in what]
        names = [i18n.joined([*marks, day], s) for marks, day, s in zip(what, when, between, strict=True)]
        size = 6.5 if narrow else 8
        for ax, (window, mine) in zip(axes, _panels(table), strict=True):
            wide = series == "deaths"
            ends, ticks = ((0.04, 25.0), (0.1, 0.5, 1.0, 2.0, 10.0)) if wide else ((0.15, 6.7), (0.2, 0.5, 1.0, 2.0, 5.0))
            # the line ends below the words on the band
            french |= ratio_axis(ax, ends, ticks, top=(len(mine) + 1.05) / (len(mine) + 2.1))
            others = placebos[series, window]
            low, high = trends.band(others)
            ax.axvspan(low, high, color=style.LAND, linewidth=0, zorder=0)
            ax.vlines(others.clip(*ends), -1.35, -0.65, color=style.SOFT, linewidth=0.7, alpha=0.35)
            said = say("{share}% of other months", share=round(100 * trends.BAND))
            ax.text(np.sqrt(low * high), -1.6, said, ha="center", va="bottom", fontsize=7.5, color=style.SOFT)
            french[str(said)] = said.fr
            colours = [style.ACCENT if p else style.INK for p in mine["power"]]
            dots(ax, mine, range(len(mine)), colours, [str(_why(row)) for row in mine.itertuples()])
            ax.set_ylim(len(mine) - 0.4, -2.5)
            if narrow or ax is axes[0]:
                french |= names_left(
                    figure, ax, range(-1, len(mine)), [say("other months"), *names], size=size, colours=[style.SOFT, *colours]
                )
            head = say("{n} months after against {n} before", n=window)
            ax.set_title(str(head), fontsize=9)
            french[str(head)] = head.fr
            if narrow is False or ax is axes[-1]:
                ax.set_xlabel("ratio of deaths (logarithmic)" if wide else "ratio of our rows (logarithmic)")
        return french

    tested = table["ratio"].notna()
    outside, n = int(table["outside"].sum()), int(tested.sum())
    missing = int((~tested.groupby(table["month"]).any()).sum())
    reading = sentence(
        "{k} of {n} ratios {lie} outside the band that holds {share}% of other months; chance alone would put about {chance} there. "
        "Beyond the series, or with fewer than five on a side, are {missing} of the {months} months with turning points. "
        "Red: coups, plots, purges and appointments.",
        k=style.capital(style.of_them(outside)),
        lie=agree(outside, ("lies", "sort" if outside else "ne sort"), ("lie", "sortent")),
        n=n,
        share=round(100 * trends.BAND),
        chance=style.decimal((1 - trends.BAND) * n),
        missing=style.of_them(missing),
        months=len(months),
    )
    by_month = {m: i18n.joined([*marks], ", ") for m, marks in zip(months.index, what, strict=True)}
    sizes = {window: len(placebos[series, window]) for window in trends.WINDOWS}
    ordered = table.sort_values(["month", "window"])
    twin = grid([_twin_row(r, by_month[r.month], sizes[r.window]) for r in ordered.itertuples()], columns=TWIN)
    alt = say("Dots with intervals over a band: {reading}", reading=plain(reading))
    rows = len(months)
    return chart(title, draw, (0.26 * rows + 1.5, 0.6 * rows + 2.0), reading, alt, twin, source)
