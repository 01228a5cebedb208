"""Waves by spread and size, crowded days beside their backgrounds, near repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from malisec import days, i18n, naming, space, style, trends
from malisec.charts.picture import French, chart, nothing, wrap, years
from malisec.credit import takes_events
from malisec.exhibit import Exhibit, grid, plain, sentence
from malisec.i18n import Both, agree, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from malisec.casebook import Casebook

#: rows from which a wave has its label in the picture
_LARGE = 5
#: how a wave is drawn by who is named for it: label, face, edge
_NAMED = {
    "group": ("an armed group is named", style.ACCENT, style.ACCENT),
    "army": ("the army is named", style.EVENT_TYPES["military_operation"][1], style.INK),
    "nobody": ("nobody is named", style.PAPER, style.SOFT),
}


def _who(events: pd.DataFrame, actors: pd.DataFrame) -> pd.Series:
    """Return for each wave whether an armed group, the army or nobody is named."""
    parts = events.dropna(subset=["wave_id"])
    if parts.empty:
        return pd.Series(dtype=object)
    people = naming.named(parts, actors)
    people = people[~people["within"]].merge(parts[["event_id", "wave_id"]], on="event_id").groupby("wave_id")["actor_id"].agg(set)
    return people.map(lambda named: "army" if "fama" in named else "group" if named - {naming.NOBODY} else "nobody")


@takes_events
def wave_spread(case: Casebook, title: str = "Waves by day, by how far apart their places lie and by size") -> Exhibit:
    """Draw each wave by its day and the largest distance between two of its places.

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
    found = space.waves(case.events)
    found = found.assign(who=_who(case.events, case.actors).reindex(found.index)).dropna(subset=["spread_km"])
    if found.empty:
        return nothing(title, say("No wave with two known places here."))
    large = found[found["size"] >= _LARGE]
    named = {wave: say("{day}: {n}", day=style.day(w["first"]), n=style.plural(int(w["size"]), "row")) for wave, w in large.iterrows()}

    def draw(figure: Figure, narrow: bool) -> French:
        ax = figure.subplots()
        for label, face, edge in _NAMED.values():
            ax.scatter([], [], s=50, facecolor=face, edgecolor=edge, linewidth=1, label=label)
        for wave, w in found.iterrows():
            _, face, edge = _NAMED[w["who"]]
            ax.scatter(w["first"], w["spread_km"], s=16 * w["size"], facecolor=face, edgecolor=edge, linewidth=1, alpha=0.8, zorder=3)
            if wave in named:
                # below among the many small ones, above elsewhere
                at = (-5 - 1.5 * w["size"] ** 0.5, 3 if w["spread_km"] > 200 else -10)
                ax.annotate(named[wave], (w["first"], w["spread_km"]), xytext=at, textcoords="offset points", fontsize=8, ha="right")
        # room for small spreads, where most waves lie
        ax.set_yscale("function", functions=(lambda v: np.sqrt(np.maximum(v, 0)), np.square))
        top = found["spread_km"].max() * 1.12 + 10
        ax.set_ylim(0, top)
        ax.set_yticks([t for t in (0, 20, 100, 200, 500, 1000) if t <= top])
        ax.set_ylabel("largest distance between two places, km")
        first, last = found["first"].min(), found["first"].max()
        ax.set_xlim(first - pd.Timedelta(days=150), last + pd.Timedelta(days=150))
        years(ax, narrow, 12 * (last.year - first.year + 3))
        figure.legend(loc="outside lower left", ncols=1 if narrow else 3, fontsize=8.5)
        return {str(text): text.fr for text in named.values()}

    widest, vague = found["spread_km"].idxmax(), int((found["ring_km"] > found["spread_km"]).sum())
    reading = sentence(
        "{n}; half of them span {middle} km or less, the widest, of {day}, {far} km. A dot grows with the rows of its wave. For {vague} a "
        "ring of uncertainty is wider than the distance drawn.",
        n=style.capital(style.plural(len(found), "wave")),
        middle=i18n.number(round(found["spread_km"].median())),
        day=style.dated(style.day(found.loc[widest, "first"]), "from"),
        far=i18n.number(round(found.loc[widest, "spread_km"])),
        vague=style.words(vague, she=True) if vague else Both("none", "aucune"),
    )
    rows = [
        {"day": f"{w['first']:%Y-%m-%d}", "rows": int(w["size"])}
        | {name: round(w[c]) for name, c in (("spread, km", "spread_km"), ("spacing, km", "spacing_km"), ("widest ring, km", "ring_km"))}
        | {"who is named": say(_NAMED[w["who"]][0])}
        for _, w in found.iterrows()
    ]
    return chart(title, draw, (4.6, 5.0), reading, say("Dots: {reading}", reading=plain(reading)), grid(rows))


# --- days --------------------------------------------------------------------------------------------------------
@takes_events
def crowded_days(case: Casebook, title: str = "Days with several rows, found and expected") -> Exhibit:
    """Draw how many days hold at least so many rows, beside what independent and self-exciting backgrounds would hold.

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
    table = days.crowded(case.events, days.SEVEN)
    if table.empty:
        return nothing(title, say("Too few events here to ask for crowded days."))
    kinds = (("", "all rows"), ("_once", "each wave as one row"))

    def draw(figure: Figure, narrow: bool) -> French:
        axes = figure.subplots(*((2, 1) if narrow else (1, 2)), sharey=True)
        french: French = {}
        for ax, (which, label) in zip(axes, kinds, strict=True):
            french |= _ladder(ax, table, which)
            ax.set_title(label)
            ax.set_xlabel("rows on a day, at least")
        for ax in axes if narrow else axes[:1]:
            ax.set_ylabel("days (logarithmic)")
        keys = [
            axes[0].scatter([], [], s=42, color=style.ACCENT, label="days found"),
            axes[0].plot([], [], color=style.INK, linewidth=1.4, label="expected if rows came independently")[0],
            axes[0].fill_between([], [], color=style.LINE, linewidth=0, label="nineteen of twenty self-exciting histories"),
        ]
        figure.legend(handles=keys, loc="outside lower left", ncols=1 if narrow else 3, columnspacing=4, fontsize=8.5)
        return french

    found, alone = table["found"], table["found_once"]
    reading = sentence(
        "{found} {hold} four rows or more; independent rows would give {expected}, and of twenty simulated self-exciting histories "
        "nineteen hold {low} to {high}. With each wave as one row {few}. Days with two or more are then {two}, with {poisson} expected: so "
        "many, or more, are held by {reached} of {of} histories.",
        found=style.capital(style.plural(int(found[4]), "day")),
        hold=agree(int(found[4]), ("holds", "compte"), ("hold", "comptent")),
        expected=style.small(table.loc[4, "poisson"]),
        low=int(table.loc[4, "low"]),
        high=int(np.ceil(table.loc[4, "high"])),
        few=say("none is left") if not alone[4] else say("{n} are left", n=style.words(int(alone[4]))),
        two=int(alone[2]),
        poisson=style.small(table.loc[2, "poisson_once"]),
        reached=int(table.loc[2, "reached_once"]),
        of=i18n.number(days.HISTORIES),
    )
    rows = [
        {
            "rows counted": say(label),
            "rows on a day, at least": int(k),
            "days found": int(table.loc[k, f"found{which}"]),
            "expected if independent": style.small(table.loc[k, f"poisson{which}"]),
            "nineteen of twenty self-exciting histories": say(
                "{low} to {high}", low=int(table.loc[k, f"low{which}"]), high=int(np.ceil(table.loc[k, f"high{which}"]))
            ),
        }
        for which, label in kinds
        for k in table.index
    ]
    return chart(title, draw, (4.4, 7.6), reading, say("Ladders of dots: {reading}", reading=plain(reading)), grid(rows))


def _ladder(ax: Axes, table: pd.DataFrame, which: str) -> French:
    """Draw days found against days expected, by the least number of rows; return the French of the numbers."""
    french: French = {}
    floor = 1e-7
    for k, row in table.iterrows():
        found, expected, high = row[f"found{which}"], row[f"poisson{which}"], row[f"high{which}"]
        if high >= 1:
            ax.fill_between([k - 0.3, k + 0.3], max(row[f"low{which}"], floor), high, color=style.LINE, linewidth=0, zorder=1)
        ax.plot([k - 0.3, k + 0.3], [max(expected, floor)] * 2, color=style.INK, linewidth=1.4, zorder=2)
        text = style.small(expected)
        french |= {str(text): text.fr}
        ax.annotate(text, (k, max(expected, floor)), xytext=(0, -3), textcoords="offset points", fontsize=6.5, ha="center", va="top")
        if found:
            ax.scatter([k], [found], s=42, color=style.ACCENT, zorder=3)
        said = i18n.number(int(found)) if found else "none"
        ax.annotate(said, (k, max(found, 1)), xytext=(0, 6), textcoords="offset points", fontsize=8.5, color=style.ACCENT, ha="center")
    ax.set_yscale("log")
    ax.set_ylim(floor, 600)
    ticks = {1e-6: 6, 1e-4: 4, 1e-2: 2, 1: 0, 100: 0}
    texts = [style.decimal(t, n) for t, n in ticks.items()]
    ax.set_yticks([*ticks], texts)
    french |= {str(t): t.fr for t in texts}
    ax.minorticks_off()
    ax.set_xticks(list(table.index))
    ax.set_xlim(table.index[0] - 0.6, table.index[-1] + 0.6)
    ax.grid(axis="x", visible=False)
    return french


# --- near repeats ------------------------------------------------------------------------------------------------
@takes_events
def near_repeats(case: Casebook, title: str = "Pairs of events near each other in place and time, against shuffled dates") -> Exhibit:
    """Draw the ratio of pairs found to pairs expected for three distances and three times (Knox), in four ways of counting.

    Parameters
    ----------
    case
        The events; those whose day is known and whose place is known to within `malisec.space.KNOWN_KM` km.
    title
        What the chart shows.

    Returns
    -------
    Exhibit
    """
    points = space.known_points(case.events)
    ways = [
        ("each wave once, dates shuffled within years", trends.once(points), True),
        ("each wave once, dates shuffled over all years", trends.once(points), False),
        ("all rows, dates shuffled within years", points, True),
        ("all rows, dates shuffled over all years", points, False),
    ]
    tables = {label: space.near_repeat(rows, within_years=years) for label, rows, years in ways}
    strict = tables[ways[0][0]]
    if any(t.empty for t in tables.values()):
        return nothing(title, say("Too few events with a known day and place here to ask for near repeats."))

    def draw(figure: Figure, narrow: bool) -> French:
        axes = figure.subplots(2, 2).ravel()
        french: French = {}
        for ax, (label, table) in zip(axes, tables.items(), strict=True):
            french |= _cells(ax, table, narrow=narrow)
            ax.set_title(wrap(label, 26) if narrow else label, fontsize=8.5 if narrow else 9.5)
        for ax in axes[2:]:
            ax.set_xlabel("within days")
        for ax in axes[::2]:
            ax.set_ylabel("within km")
        return french

    top = strict.loc[strict["anywhere"].idxmin()]
    ratios = strict["ratio"].dropna()
    reading = sentence(
        "With each wave once and dates shuffled within their year, {low} to {high} times as many pairs are near in place and time as "
        "chance gives. {cells} cells are as many questions: the rarest, within {km} km and {days} days ({found} pairs, {expected} "
        "expected), is matched anywhere by {any} of {of} shuffles. {n} rows count, those with a known day and a place known to within "
        "{ring} km; {left} are left out. Under each ratio: shuffles that reach it.",
        cells=style.capital(style.words(len(strict))),
        low=style.decimal(ratios.min()) if len(ratios) else say("unknown"),
        high=style.decimal(ratios.max()) if len(ratios) else say("unknown"),
        any=int(top["anywhere"]) if top["anywhere"] else Both("none", "aucun"),
        of=int(top["of"]),
        km=int(top["km"]),
        days=int(top["days"]),
        found=int(top["found"]),
        expected=style.small(top["expected"]),
        n=len(points),
        ring=space.KNOWN_KM,
        left=len(case.events) - len(points),
    )
    rows = [
        {
            "counted": say(label),
            "within km": int(c["km"]),
            "within days": int(c["days"]),
            "pairs found": int(c["found"]),
            "pairs expected": style.small(c["expected"]),
            "ratio": style.decimal(c["ratio"]) if pd.notna(c["ratio"]) else say("too few pairs"),
            "shuffles that reach it": say("{n} of {of}", n=int(c["reached"]), of=int(c["of"])),
            "as rare in any of the nine cells": say("{n} of {of}", n=int(c["anywhere"]), of=int(c["of"])),
        }
        for label, table in tables.items()
        for _, c in table.iterrows()
    ]
    return chart(title, draw, (5.2, 5.6), reading, say("Squares: {reading}", reading=plain(reading)), grid(rows))


def _cells(ax: Axes, table: pd.DataFrame, *, narrow: bool) -> French:
    """Draw nine cells with their ratio and how many shuffles reach it; return the French of their texts."""
    from matplotlib.patches import Rectangle

    french: French = {}
    km, within = sorted(table["km"].unique()), sorted(table["days"].unique())
    for c in table.itertuples():
        x, y = within.index(c.days), km.index(c.km)
        known = c.ratio == c.ratio
        depth = float(np.clip(np.log(max(c.ratio, 1.0)) / np.log(7), 0, 1)) * 0.85 if known else 0.0
        ax.add_patch(Rectangle((x - 0.48, y - 0.47), 0.96, 0.94, facecolor=style.ACCENT, alpha=depth, linewidth=0))
        ax.add_patch(Rectangle((x - 0.48, y - 0.47), 0.96, 0.94, fill=False, edgecolor=style.LINE, linewidth=0.6))
        ink = style.PAPER if depth > 0.62 else style.INK
        ratio = say("{ratio} times", ratio=style.decimal(c.ratio)) if known else say("too few pairs")
        told = say("{n} of {of}", n=int(c.reached), of=int(c.of))
        for text, dy, size in ((ratio, 0.14, 8.5 if narrow else 10), (told, -0.22, 6.5 if narrow else 8)):
            ax.text(x, y + dy, text, ha="center", va="center", fontsize=size, color=ink)
            french[str(text)] = text.fr
    ax.set_xlim(-0.52, len(within) - 0.48)
    ax.set_ylim(-0.52, len(km) - 0.48)
    ax.set_xticks(range(len(within)), [str(int(d)) for d in within])
    ax.set_yticks(range(len(km)), [str(int(k)) for k in km])
    ax.tick_params(length=0)
    ax.grid(visible=False)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    return french
