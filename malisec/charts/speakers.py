"""Who counts how many: how far apart speakers are, who gives lower and higher figures, both sides of a fight, growth over days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from markupsafe import Markup

from malisec import i18n, speakers, style, trends
from malisec.charts.dots import decimals, dots, roomy
from malisec.charts.picture import French, chart, nothing, wrap
from malisec.credit import takes_events
from malisec.exhibit import Exhibit, grid, plain, sentence
from malisec.i18n import Both, agree, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from malisec.casebook import Casebook


def _figures(case: Casebook) -> pd.DataFrame:
    return speakers.figures(case.claims, case.whole.events, case.actors)


def times(x: float) -> Both:
    """Write a ratio no finer than it deserves."""
    return style.decimal(x, 2 if x < 2 else 1 if x < 10 else 0)


#: distances between the highest and the lowest figure: up to which ratio, and how each is called
_CLASSES: tuple[tuple[float, str], ...] = (
    (1.0, "all say the same"),
    (1.5, "up to 1.5 times"),
    (2.0, "1.5 to 2 times"),
    (5.0, "2 to 5 times"),
    (np.inf, "5 times or more"),
    (np.nan, "one says none died"),
)


def _classed(ratio: pd.Series) -> pd.Series:
    """Count the tolls of each class of `_CLASSES`; a ratio of just twice stands with what is more."""
    limits = [1.0, 1.5, 2.0, 5.0]
    place = np.where(ratio == 1, 0, np.searchsorted(limits, ratio, side="right"))
    place = np.where(np.isinf(ratio), len(_CLASSES) - 1, np.minimum(place, len(_CLASSES) - 2))
    return pd.Series(np.bincount(place, minlength=len(_CLASSES)), index=[label for _, label in _CLASSES])


@takes_events
def speakers_apart(case: Casebook, title: str = "Highest against lowest figure of one toll") -> Exhibit:
    """Draw how many times the lowest figure of a toll the highest is, for soldiers, civilians and fighters.

    Parameters
    ----------
    case
        The events.
    title
        What the chart shows.

    Returns
    -------
    Exhibit
        Only tolls for which at least two speakers give a number or a range and count the same people.
    """
    found = speakers.apart(_figures(case))
    known = found.dropna(subset=["ratio"])
    if known.empty:
        return nothing(title, say("No toll here has two speakers who each give a number."))
    table = pd.DataFrame({whose: _classed(known.loc[known["whose"] == whose, "ratio"]) for whose in speakers.WHOSE})

    def draw(figure: Figure, narrow: bool) -> French:
        french: French = {}
        axes = figure.subplots(3, 1) if narrow else figure.subplots(1, 3, sharey=True)
        y, names = np.arange(len(table))[::-1], roomy([say(label) for label in table.index])
        for ax, whose in zip(axes, speakers.WHOSE, strict=True):
            n = int(table[whose].sum())
            # shares, so that the three can be held beside each other; of a few tolls the counts alone
            share = table[whose] / max(n, 1) * (n >= trends.LEAST)
            ax.barh(y, share, color=style.ACCENT, height=0.72, linewidth=0)
            for at, width, k in zip(y, share, table[whose], strict=True):
                ax.annotate(str(k), (width, at), xytext=(3, 0), textcoords="offset points", va="center", fontsize=8)
            ax.set_yticks(y, [str(label) for label in names], fontsize=8)
            ax.tick_params(axis="y", length=0, labelcolor=style.INK)
            ax.set_xlim(0, 0.56)
            ax.set_xticks([])
            ax.spines["bottom"].set_visible(False)
            ax.grid(visible=False)
            head = say("{whose}: {n}", whose=style.WHOSE[whose], n=style.plural(n, "toll"))
            ax.set_title(head, fontsize=9)
            french[head] = head.fr
        return french | {str(label): label.fr for label in names}

    all_, bounds = len(known), int((found["ratio"].isna()).sum())
    reading = sentence(
        "{n} {have} two speakers or more who give a number for the same people. In {same} all say the same, in {twice} the highest "
        "figure is at least twice the lowest, in {five} at least five times{none}. Half of them differ by {median} times or less.{bounds}",
        n=style.capital(style.plural(all_, "toll")),
        have=agree(all_, ("has", "a"), ("have", "ont")),
        same=int((known["ratio"] == 1).sum()),
        twice=int(known["ratio"].ge(2).sum()),
        five=int(known["ratio"].ge(5).sum()),
        none=sentence(" (in {k} of these one speaker says that nobody died)", k=int(np.isinf(known["ratio"]).sum()))
        if np.isinf(known["ratio"]).any()
        else Markup(""),
        median=style.decimal(float(known["ratio"].median()), 2),
        bounds=sentence(
            " Left out: {k} more with two speakers of whom not two give more than a bound (“at least”, “at most”).",
            k=bounds,
        )
        if bounds
        else Markup(""),
    )
    other = known[~known["whose"].isin(speakers.WHOSE)]
    twin = table.assign(mixed=_classed(other["ratio"]), all=_classed(known["ratio"]))
    rows = grid(
        [
            {
                "highest to lowest": say(label),
                style.WHOSE["forces"]: int(row["forces"]),
                style.WHOSE["civilians"]: int(row["civilians"]),
                style.WHOSE["fighters"]: int(row["fighters"]),
                "mixed": int(row["mixed"]),
                "all tolls": int(row["all"]),
            }
            for label, row in twin.iterrows()
        ]
    )
    alt = say("Three sets of bars: {reading}", reading=plain(reading))
    return chart(title, draw, (2.4, 5.4), reading, alt, rows)


def _named(found: pd.DataFrame) -> Markup:
    """Write kinds of speaker with their ratios."""
    return Markup(", ").join(
        sentence(
            "{who} ({x} times, {low} to {high})",
            who=say(style.SPEAKERS[str(kind)]),
            x=times(row["ratio"]),
            low=times(row["low"]),
            high=times(row["high"]),
        )
        for kind, row in found.iterrows()
    )


def _off(found: pd.DataFrame, whose: str) -> Markup:
    """Say which kinds of speaker give lower or higher figures than the others, by intervals that lie wholly on one side of one."""
    lower, higher = found[found["high"] < 1].sort_values("ratio"), found[found["low"] > 1].sort_values("ratio", ascending=False)
    parts = []
    if len(lower):
        parts.append(sentence("lower figures from {who}", who=_named(lower)))
    if len(higher):
        parts.append(sentence("higher ones from {who}", who=_named(higher)))
    said = Markup("; ").join(parts) if parts else sentence("nobody stands off by more than chance allows")
    return sentence("{whose}: {said}.", whose=i18n.html(say(style.WHOSE[whose])), said=said)


@takes_events
def speaker_ratios(case: Casebook, title: str = "Each kind of speaker beside all others who count the same dead") -> Exhibit:
    """Draw how many times the median of all other kinds each kind of speaker gives, for soldiers, civilians and fighters.

    Parameters
    ----------
    case
        The events.
    title
        What the chart shows.

    Returns
    -------
    Exhibit
        Geometric means over tolls with bootstrap intervals; kinds with fewer than five tolls are counted without a ratio.
    """
    said = _figures(case)
    tables = {whose: speakers.ratios(speakers.beside_others(speakers.of(said, whose))) for whose in speakers.WHOSE}
    if not any(t["ratio"].notna().any() for t in tables.values()):
        return nothing(title, say("No kind of speaker stands beside another on {n} tolls or more here.", n=trends.LEAST))
    ticks = [0.2, 0.5, 1, 2]

    def draw(figure: Figure, narrow: bool) -> French:
        kinds = [k for k in style.SPEAKERS if any(k in t.index for t in tables.values())]
        french: French = decimals(ticks)
        rows_of = [max(1, len(t)) + 1.5 for t in tables.values()]
        axes = figure.subplots(3, 1, height_ratios=rows_of) if narrow else figure.subplots(1, 3)
        for i, (ax, (whose, table)) in enumerate(zip(axes, tables.items(), strict=True)):
            rows = table.reindex([k for k in kinds if k in table.index or not narrow])
            rows = rows.assign(n=rows["tolls"].fillna(0), value=rows["ratio"])
            ax.set_xscale("log")
            ax.axvline(1, color=style.INK, linewidth=0.8, zorder=1)
            labels = [say(style.SPEAKERS[k]) for k in rows.index]
            french |= dots(ax, rows, labels, unit=say("tolls"))
            if i and not narrow:
                ax.set_yticklabels([])
            ax.set_xlim(0.17, 4.2)
            ax.set_xticks(ticks, [f"{t:g}" for t in ticks])
            ax.minorticks_off()
            head = say(style.WHOSE[whose])
            ax.set_title(head, fontsize=9, pad=10)
            french[head] = head.fr
            # once: under the middle one of three in a row, or under the last of three in a column
            if i == (2 if narrow else 1):
                ax.set_xlabel(
                    "times the median of the others" if narrow else "times the median of the other kinds (logarithmic)", fontsize=8
                )
        return french

    drawn = sum(int(t["ratio"].notna().sum()) for t in tables.values())
    reading = Markup(" ").join(_off(t, w) for w, t in tables.items()) + sentence(
        " Of {n} intervals about one in twenty would miss the line by chance alone.", n=drawn
    )
    rows = [
        {"whose dead": say(style.WHOSE[whose]), "speaker": say(style.SPEAKERS[str(kind)])} | ratio_cells(row)
        for whose, table in tables.items()
        for kind, row in table.sort_values("tolls", ascending=False, kind="stable").iterrows()
    ]
    alt = say("Dots with intervals: {reading}", reading=plain(reading))
    return chart(title, draw, (4.3, 8.6), reading, alt, grid(rows))


def ratio_cells(row: pd.Series) -> dict[str, object]:
    """Return the cells that a ratio takes in a table."""
    known = pd.notna(row["ratio"])
    return {
        "tolls": int(row["tolls"]),
        "lower": int(row["lower"]),
        "same": int(row["same"]),
        "higher": int(row["higher"]),
        "ratio": times(row["ratio"]) if known else say("too few"),
        "interval": say("{low} to {high}", low=times(row["low"]), high=times(row["high"])) if known else say("too few"),
    }


def _both(said: pd.DataFrame, whose: str) -> pd.DataFrame:
    """Return the tolls for which both the state and an armed group give a number, indexed by toll: ``key``, ``state`` and ``group``."""
    mine = speakers.of(said, whose)
    mine = mine[mine["bound"] == "closed"]
    state = mine[mine["kind"].isin(speakers.STATE)].groupby(["toll", "key"])["figure"].median()
    group = mine[mine["kind"] == "armed_group"].groupby(["toll", "key"])["figure"].median()
    return pd.DataFrame({"state": state, "group": group}).dropna().reset_index("key")


@takes_events
def both_sides(case: Casebook, title: str = "Where the army or government and an armed group both give a number") -> Exhibit:
    """Draw each toll for which both sides of a fight give a number, the state's beside the armed group's.

    Parameters
    ----------
    case
        The events.
    title
        What the chart shows.

    Returns
    -------
    Exhibit
        Soldiers' dead above, fighters' dead below; the reading has the ratio of the state's figure to the group's.
    """
    said = _figures(case)
    tables = {whose: _both(said, whose) for whose in ("forces", "fighters")}
    if all(t.empty for t in tables.values()):
        return nothing(title, say("Of no toll here do both sides give a number."))
    at = {whose: speakers.where(case.whole.events, [*t["key"]]) for whose, t in tables.items()}
    tables = {w: t.assign(date=at[w]["date"].to_numpy()).sort_values("date", kind="stable") for w, t in tables.items()}
    ticks = [1, 3, 10, 30, 100]
    keys = say("army or government"), say("armed group")

    def draw(figure: Figure, narrow: bool) -> French:
        french: French = {}
        axes = figure.subplots(2, 1, sharex=True, height_ratios=[len(t) + 1.6 for t in tables.values()])
        for ax, (whose, table) in zip(axes, tables.items(), strict=True):
            y = np.arange(len(table))[::-1]
            state, group = (table[c].clip(lower=0.7).to_numpy() for c in ("state", "group"))
            ax.hlines(y, np.minimum(state, group), np.maximum(state, group), color=style.LINE, linewidth=2.4, zorder=1)
            # the lower one larger, so that both are seen where they agree
            dots_ = [
                ax.scatter(state, y, s=22, color=style.INK, marker="D", zorder=4, label=str(keys[0])),
                ax.scatter(group, y, s=64, color=style.ACCENT, zorder=3, label=str(keys[1])),
            ]
            labels = _labels(at[whose].loc[[*table["key"]]], 24 if narrow else 60)
            labels = roomy(labels) if narrow else labels
            french |= {str(label): label.fr for label in labels}
            ax.set_yticks(y, [str(label) for label in labels], fontsize=7 if narrow else 8.5)
            ax.tick_params(axis="y", length=0, labelcolor=style.INK)
            ax.set_ylim(-0.6, len(table) - 0.3)
            ax.set_xscale("log")
            ax.set_xlim(0.6, 320)
            ax.set_xticks(ticks, [str(t) for t in ticks])
            ax.minorticks_off()
            ax.grid(axis="y", visible=False)
            head = say("{whose}: {n}", whose=style.WHOSE[whose], n=style.plural(len(table), "toll"))
            ax.set_title(head, fontsize=9, loc="left")
            french[head] = head.fr
        figure.legend(handles=dots_, loc="outside upper right", ncols=2, fontsize=8.5, handletextpad=0.1)
        axes[1].set_xlabel("dead, as each says (logarithmic)", fontsize=8)
        return french | {str(key): key.fr for key in keys}

    reading = Markup(" ").join(pair_sentence(said, whose) for whose in ("forces", "fighters"))
    rows = [
        {
            "whose dead": say(style.WHOSE[whose]),
            "date": f"{row.date:%Y-%m-%d}",
            "place": style.listed(at[whose].loc[row.key, "places"] or ("place unknown",)),
            "army or government": float(row.state),
            "armed group": float(row.group),
        }
        for whose, table in tables.items()
        for row in table.itertuples()
    ]
    n = sum(len(t) for t in tables.values())
    alt = say("Pairs of dots: {reading}", reading=plain(reading))
    return chart(title, draw, (0.21 * n + 1.2, 0.27 * n + 1.3), reading, alt, grid(rows))


def _labels(at: pd.DataFrame, width: int) -> list[Both]:
    found = []
    for row in at.itertuples():
        place, when = style.listed(row.places or (say("place unknown"),)), style.day(row.date, "month")
        short = when if width > 40 else Both(f"{row.date:%b %Y}", when.fr)
        found.append(Both(wrap(f"{place}, {short}", width), f"{place.fr}, {when.fr}"))
    return found


def pair_sentence(said: pd.DataFrame, whose: str) -> Markup:
    """Say how the state's figures stand to those of armed groups, where both give one."""
    found = speakers.pair(speakers.of(said, whose))
    alone = speakers.pair(speakers.of(said, whose), ("army",))
    head = say(style.WHOSE[whose])
    if pd.isna(found["ratio"]):
        return sentence("{whose}: both sides give a number in {n} tolls, too few for a ratio.", whose=head, n=int(found["tolls"]))
    return sentence(
        "{whose}: in {n} tolls with a number of both, army and government give {x} times the figure of the armed group ({low} to "
        "{high}); lower in {lower}, the same in {same}, higher in {higher}{army}.",
        whose=head,
        n=int(found["tolls"]),
        x=times(found["ratio"]),
        low=times(found["low"]),
        high=times(found["high"]),
        lower=int(found["lower"]),
        same=int(found["same"]),
        higher=int(found["higher"]),
        army=sentence("; the army alone {x} times, in {n}", x=times(alone["ratio"]), n=int(alone["tolls"]))
        if pd.notna(alone["ratio"])
        else Markup(""),
    )


def _span(span: str) -> Both:
    return say("1 day after") if span == "1" else say("{span} days after", span=span)


@takes_events
def toll_growth(case: Casebook, title: str = "Later figures against those of the first day") -> Exhibit:
    """Draw how many times the first day's figure later figures are, by days since the event was over.

    Parameters
    ----------
    case
        The events.
    title
        What the chart shows.

    Returns
    -------
    Exhibit
        Median and middle half for each span of days; figures that their speaker later replaced count on their day.
    """
    said = speakers.dated(case.claims, case.whole.events)
    grown = speakers.growth(said)
    if grown.empty:
        return nothing(title, say("No toll here has figures of two different days."))
    quarters = grown.groupby("span", observed=False)["ratio"].describe(percentiles=[0.25, 0.5, 0.75])
    enough = quarters["count"] >= trends.LEAST
    spans = pd.DataFrame({"n": quarters["count"], "value": quarters["50%"].where(enough), "low": quarters["25%"], "high": quarters["75%"]})
    ticks = [0.8, 1, 1.25, 1.5, 2]

    def draw(figure: Figure, narrow: bool) -> French:
        ax = figure.subplots()
        ax.set_xscale("log")
        ax.axvline(1, color=style.INK, linewidth=0.8, zorder=1)
        labels = [_span(s) for s in spans.index]
        french = dots(ax, spans, labels, unit=say("tolls"), size=8 if narrow else 9)
        ax.set_xticks(ticks, [f"{t:g}" for t in ticks])
        ax.minorticks_off()
        ax.set_xlim(0.75, 2.4)
        ax.set_xlabel(
            "times the figure of the first day: median and middle half (logarithmic)" if not narrow else "times the first day’s figure"
        )
        return french | decimals(ticks)

    last, repeated = grown[grown["last"]], speakers.again(said)
    reading = sentence(
        "{n} {have} numbers of at least two days. Their last figure is higher than the first in {up}, the same in {same}, lower in "
        "{down}; the median is {median} times the first. In {one} of them a speaker of the first day speaks again, else it is somebody "
        "else; of {again} speakers with figures of two days {grew} raised their own. Who repeats a figure seldom makes a new row, so "
        "that change stands out.",
        n=style.capital(style.plural(len(last), "toll")),
        have=agree(len(last), ("has", "a"), ("have", "ont")),
        up=int((last["ratio"] > 1).sum()),
        same=int((last["ratio"] == 1).sum()),
        down=int((last["ratio"] < 1).sum()),
        median=style.decimal(float(last["ratio"].median()), 2),
        one=int(last["same"].sum()),
        again=len(repeated),
        grew=int((repeated > 1).sum()),
    )
    rows = [
        {
            "days since the event": _span(str(s)),
            "tolls": int(row["count"]),
            "median": style.decimal(row["50%"], 2) if row["count"] >= trends.LEAST else say("too few"),
            "middle half": say("{low} to {high}", low=style.decimal(row["25%"], 2), high=style.decimal(row["75%"], 2))
            if row["count"] >= trends.LEAST
            else say("too few"),
        }
        for s, row in quarters.iterrows()
    ]
    alt = say("Dots with the middle half: {reading}", reading=plain(reading))
    return chart(title, draw, (2.3, 2.6), reading, alt, grid(rows))
