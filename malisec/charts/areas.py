"""Four regions side by side: rows and tolls by year, whom attacks hit and who is named, and whether they moved west."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from malisec import i18n, naming, schema, style, tolls, trends
from malisec.areas import ELSEWHERE, SEARCHED, WEST, WEST_SINCE, WIDE, area_of, move_west
from malisec.charts.picture import SOURCE, French, chart, nothing, upright, whole_numbers, wrap
from malisec.charts.ratios import intervals
from malisec.credit import takes_events
from malisec.exhibit import Exhibit, grid, plain, sentence
from malisec.i18n import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from malisec.casebook import Casebook

_NOBODY = "nobody named"
_OTHERS = "others"


@takes_events
def areas_by_year(case: Casebook, title: str = "Rows per year in the four regions") -> Exhibit:
    """Draw the events of each year in Ségou, Kayes, Mopti and Bamako, and elsewhere.

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
    if case.events.empty:
        return nothing(title, say("No event in this selection."))
    names = [*schema.AREAS, ELSEWHERE]
    year = case.events["date"].dt.year
    counts = pd.crosstab(year, area_of(case.events)).reindex(columns=names, fill_value=0)
    counts = counts.reindex(range(counts.index.min(), counts.index.max() + 1), fill_value=0)

    def draw(figure: Figure, narrow: bool) -> French:
        axes = figure.subplots(3 if narrow else 1, 2 if narrow else 5, sharex=True, sharey=True).ravel()
        for ax, name in zip(axes, names, strict=False):
            ax.bar(counts.index, counts[name], width=0.8, color=style.QUIET if name == ELSEWHERE else style.INK)
            ax.set_title(name, fontsize=9.5, color=style.INK, pad=3)
            top = counts[name].idxmax()
            ax.annotate(
                f"{counts[name].max()}", (top, counts[name].max()), xytext=(0, 1), textcoords="offset points", ha="center", fontsize=8
            )
            ax.grid(axis="x", visible=False)
            ax.yaxis.set_major_locator(whole_numbers())
            ax.locator_params(axis="x", nbins=3, integer=True)
        for ax in axes[len(names) :]:
            ax.axis("off")
        axes[0].set_ylabel("events in the tables, per year")
        return {}

    peaks = {name: int(counts[name].idxmax()) for name in schema.AREAS if counts[name].sum() >= trends.LEAST}
    reading = sentence(
        "{all}: {each}. Rows follow what was searched, and no independent series by region stands in the tables: read the panels beside "
        "each other, not as levels of violence.",
        all=style.capital(style.plural(len(case.events), "event")),
        each=style.listed(
            say("{n} in {area} (most in {year})", n=int(counts[name].sum()), area=name, year=str(peaks[name]))
            if name in peaks
            else say("{n} in {area}", n=int(counts[name].sum()), area=name)
            for name in schema.AREAS
        ),
    )
    twin = counts.rename(columns={ELSEWHERE: "elsewhere"}).reset_index(names="year").astype({"year": str})
    return chart(title, draw, (2.9, 4.8), reading, say("Five panels of bars: {reading}", reading=plain(reading)), twin)


def _range(total: tolls.Total) -> str:
    """Write a sum of tolls, unknown where nobody gave one."""
    return style.toll(total.low, total.best, total.high, open_above=total.open > 0) if total.known else say("unknown")


@takes_events
def area_tolls(case: Casebook, title: str = "Killed in the four regions, from the lowest to the highest figures") -> Exhibit:
    """Draw the sum of tolls of each region as a range, with how many of its events it is known for.

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
    if case.events.empty:
        return nothing(title, say("No event in this selection."))
    area = area_of(case.events)
    names = [name for name in (*schema.AREAS, ELSEWHERE) if (area == name).any()]
    sums = {name: case.total_of(case.events[area == name]) for name in names}

    def draw(figure: Figure, narrow: bool) -> French:
        left, right = figure.subplots(2, 1) if narrow else figure.subplots(1, 2, width_ratios=[2, 1.2])
        rows = np.arange(len(names))[::-1]
        for y, name in zip(rows, names, strict=True):
            total = sums[name]
            if not total.known:
                continue
            left.plot([total.low, total.high], [y, y], color=style.QUIET, linewidth=7, solid_capstyle="butt")
            if total.best is not None:
                left.plot([total.best], [y], "o", color=style.ACCENT, ms=6)
        left.set_xlabel(
            "killed, attacked side and civilians (dot: by the figures used)"
            if case.dataset is None
            else "killed, all sides and civilians (dot: by the figures used)"
        )
        known, joint, unknown = (np.array([getattr(sums[n], k) for n in names]) for k in ("known", "in_joint_left_out", "unknown"))
        start = np.zeros(len(names))
        for part, colour, label in (
            (known, style.INK, "known"),
            (joint, style.QUIET, "only with places elsewhere"),
            (unknown, style.ACCENT, "unknown"),
        ):
            if part.sum():
                bars = right.barh(rows, part, left=start, color=colour, height=0.62, label=label)
                right.bar_label(
                    bars,
                    [f"{n}" if n * 14 > (known + joint + unknown).max() else "" for n in part],
                    label_type="center",
                    color="white",
                    fontsize=8,
                )
            start = start + part
        right.set_xlabel("events by what is known of their toll")
        right.legend(
            loc="lower center", bbox_to_anchor=(0.45, 1.0), ncols=3 if not narrow else 2, fontsize=8, handlelength=0.9, handleheight=0.9
        )
        for ax in (left, right):
            ax.set_yticks(rows, names if ax is left or narrow else [""] * len(names))
            ax.set_ylim(-0.6, len(names) - 0.4)
            ax.set_xlim(0)
            ax.grid(axis="y", visible=False)
            ax.tick_params(axis="y", length=0, labelcolor=style.INK)
        return {}

    reading = sentence(
        "{each}. A toll that nobody gave is not in these sums: it is unknown, not zero.",
        each=style.listed(
            say(
                "{area}: {toll} from {known} of {n}",
                area=name if name != ELSEWHERE else say("elsewhere"),
                toll=_range(t),
                known=t.known,
                n=t.events,
            )
            for name, t in sums.items()
        ),
    )
    rows = [
        {
            "region": say(name) if name == ELSEWHERE else name,
            "killed": _range(t),
            "known for": t.known,
            "only with places elsewhere": t.in_joint_left_out,
            "unknown": t.unknown,
            "events": t.events,
        }
        for name, t in sums.items()
    ]  # fmt: skip
    return chart(title, draw, (2.8, 4.9), reading, say("Ranges and stacked bars: {reading}", reading=plain(reading)), grid(rows))


def _heat(ax: Axes, shares: pd.DataFrame, counts: pd.DataFrame, labels: list[str]) -> None:
    """Draw counts in cells shaded by their share of the column."""
    import seaborn as sns

    shade = sns.blend_palette([style.PAPER, style.ACCENT], as_cmap=True)
    said = counts.astype(str).mask(counts == 0, "")
    sns.heatmap(shares, ax=ax, cmap=shade, vmin=0, vmax=0.85, cbar=False, annot=said, fmt="", annot_kws={"fontsize": 9}, yticklabels=labels)
    for text, share in zip(ax.texts, shares.to_numpy().ravel(), strict=True):
        text.set_color("white" if share > 0.55 else style.INK)
    ax.set(xlabel="", ylabel="")
    ax.xaxis.tick_top()
    ax.tick_params(length=0, labelcolor=style.INK, rotation=0)


def _shares(title: str, counts: pd.DataFrame, events: pd.Series, reading: Markup, column: str) -> Exhibit:
    """Show counts by area as a shaded grid."""
    if counts.empty:
        return nothing(title, say("Nothing of this is told of the events here."))
    shares = counts / events.reindex(counts.columns).where(events >= trends.LEAST)

    def draw(figure: Figure, narrow: bool) -> French:
        ax = figure.subplots()
        labels = [wrap(str(k), 16 if narrow else 40) for k in counts.index]
        _heat(ax, shares.fillna(0), counts, labels)
        heads = [f"{a}\n({events[a]})" for a in counts.columns]
        ax.set_xticks(np.arange(len(heads)) + 0.5, heads, fontsize=8 if narrow else 9)
        return {
            **{label: str(i18n.french(k)) for label, k in zip(labels, counts.index, strict=True)},
            **{head: f"{i18n.french(a)}\n({events[a]})" for head, a in zip(heads, counts.columns, strict=True)},
        }

    rows = [{column: key, **{a: int(n) for a, n in row.items()}} for key, row in counts.iterrows()]
    alt = say("Shaded table: {reading}", reading=plain(reading))
    height = 0.32 * len(counts) + 0.8
    return chart(title, draw, (height, height * 1.25), reading, alt, grid(rows, columns=[column, *counts.columns]))


def _leader(counts: pd.DataFrame, events: pd.Series, *, but: tuple[str, ...] = ()) -> Any:
    """Say for each area what leads it and how often; areas with few events are left out."""
    said: list[str] = []
    for area in counts.columns:
        mine = counts.loc[[k for k in counts.index if k not in but], area]
        if area == ELSEWHERE or events[area] < trends.LEAST or not mine.max():
            continue
        top = style.listed(mine.index[mine == mine.max()])
        said.append(say("{area}: {what} ({k} of {n})", area=area, what=top, k=int(mine.max()), n=int(events[area])))
    return i18n.joined(said, "; ") if said else say("too few events to say")


@takes_events
def area_targets(case: Casebook, title: str = "Whom the attacks hit, by region") -> Exhibit:
    """Draw how many events of each region had which target.

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
    if case.events.empty:
        return nothing(title, say("No event in this selection."))
    area = area_of(case.events)
    counts = pd.crosstab(case.events["target_kind"].map(style.TARGETS), area)
    counts = counts.reindex(columns=[n for n in (*schema.AREAS, ELSEWHERE) if n in counts])
    counts = counts.loc[counts.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    counts.index = pd.Index([say(k) for k in counts.index], dtype="object")
    events = area.value_counts()
    reading = sentence("Most often hit: {each}. One target stands for each row.", each=_leader(counts, events))
    return _shares(title, counts, events, reading, "target")


@takes_events
def area_actors(case: Casebook, title: str = "Who is named, by region", *, most: int = 7) -> Exhibit:
    """Draw how many events of each region name whom.

    Parameters
    ----------
    case
        The events.
    title
        What the chart shows.
    most
        How many actors stand apart; an actor is named for what groups within it did.

    Returns
    -------
    Exhibit
    """
    if case.events.empty:
        return nothing(title, say("No event in this selection."))
    area = area_of(case.events).set_axis(case.events["event_id"])
    short = case.actors.set_index("actor_id")["short"].to_dict()
    named = naming.named(case.events, case.actors)[["event_id", "actor_id"]].drop_duplicates()
    parts = case.actors.set_index("actor_id")["part_of"].to_dict()
    order = (
        named.loc[named["actor_id"] != naming.NOBODY, "actor_id"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    )
    # a group within a named roof is counted there, and not beside it
    apart = [a for a in order.index if parts.get(a) not in set(order.index)][:most]
    inside = named["actor_id"].map(lambda a: a in apart)
    nobody = named["actor_id"].eq(naming.NOBODY)
    others = named[~inside & ~nobody & ~named["event_id"].isin(named.loc[inside, "event_id"])].drop_duplicates("event_id")
    rows = pd.concat(
        [
            named[inside].assign(who=lambda f: f["actor_id"].map(short)),
            others.assign(who=_OTHERS),
            named[nobody].assign(who=_NOBODY),
        ]
    )
    counts = pd.crosstab(rows["who"], rows["event_id"].map(area))
    counts = counts.reindex(columns=[n for n in (*schema.AREAS, ELSEWHERE) if n in counts])
    names = [w for w in (*(short[a] for a in apart), _OTHERS, _NOBODY) if w in counts.index]
    counts = counts.loc[names]
    counts.index = pd.Index([say(n) if n in {_OTHERS, _NOBODY} else n for n in names], dtype="object")
    events = area.value_counts()
    reading = sentence(
        "Named most often: {each}. A row that names several counts for each; who is named is what speakers say.",
        each=_leader(counts, events, but=(_NOBODY, _OTHERS)),
    )
    return _shares(title, counts, events, reading, "perpetrator")


# --- the move to the west ----------------------------------------------------------------------------------------
#: how each reading of the rows is called
READINGS = {
    "all": "all rows",
    "once": "each wave counted once",
    "unseeded": "without rows the seeds tell of",
    "both": "both of these",
    "wide": "known to {n} voices or more",
    "earlier": "only until the end of {last}",
    "since_2018": "all rows since {year}",
    "since_2020": "all rows since {year}",
}


@takes_events
def west_share(case: Casebook, title: str = "The share of rows that lie in Kayes, Nioro and Kita") -> Exhibit:
    """Draw the share of rows in the west by year, and how its odds grew since 2023 under several readings of the rows.

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
    if case.events.empty:
        return nothing(title, say("No event in this selection."))
    shares = trends.yearly_share(area_of(case.events).eq(WEST), case.events["date"])
    found = move_west(case)
    names = [say(READINGS[k], n=style.words(WIDE), last=str(SEARCHED - 1), year=k[-4:]) for k in found.index]
    tests = found.assign(reading=pd.Series(names, index=found.index, dtype="object"))
    known = shares.dropna(subset=["share"])
    if known.empty:
        return nothing(title, say("Too few rows in each year to give a share."))

    def draw(figure: Figure, narrow: bool) -> French:
        top, bottom = figure.subplots(2, 1, height_ratios=[1, 1.3 if narrow else 1])
        upright(top, known, ("share", "low", "high"), times=100, colour=style.ACCENT)
        for year, row in known.iterrows():
            top.annotate(
                f"{row['inside']:.0f}/{row['rows']:.0f}",
                (year, row["high"] * 100),
                # neighbours of one height would touch on a phone
                xytext=(0, 9 if narrow and year % 2 else 2),
                textcoords="offset points",
                ha="center",
                fontsize=6.5 if narrow else 8,
                color=style.SOFT,
            )
        top.set_ylabel("% of the year’s rows")
        top.set_ylim(0, known["high"].max() * 112)
        top.grid(axis="x", visible=False)
        top.locator_params(axis="x", integer=True)
        labels = [wrap(f"{r.reading} ({r.inside:.0f}/{r.rows:.0f})", 22 if narrow else 60) for r in tests.itertuples()]
        french = intervals(bottom, tests, labels) if tests["ratio"].notna().any() else {}
        axis = say("odds from one year to the next, since {since} (logarithmic)", since=str(WEST_SINCE))
        bottom.set_xlabel(axis)
        return (
            french
            | {str(axis): axis.fr}
            | {
                label: f"{i18n.french(r.reading)} ({r.inside:.0f}/{r.rows:.0f})"
                for label, r in zip(labels, tests.itertuples(), strict=True)
            }
        )

    sure = tests.dropna(subset=["ratio"])
    if sure.empty:
        reading = sentence("Since {since} too few rows lie in the west, or outside it, to speak of a move.", since=str(WEST_SINCE))
    else:
        reading = sentence(
            "Since {since} the odds that a row lies in the west multiply by {r} from one year to the next ({interval}); of {all} readings "
            "of the rows, {k} keep the whole interval above one.",
            since=str(WEST_SINCE),
            r=style.decimal(sure["ratio"].iloc[0], 1),
            interval=style.interval(sure["low"].iloc[0], sure["high"].iloc[0], 1),
            all=style.words(len(sure)),
            k=style.words(int((sure["low"] > 1).sum())),
        )
    twin = grid(
        [
            {
                "reading": r.reading,
                "rows": int(r.rows),
                "in the west": int(r.inside),
                "odds per year": style.decimal(r.ratio, 2) if np.isfinite(r.ratio) else None,
                "95 % interval": style.interval(r.low, r.high, 2) if np.isfinite(r.ratio) else "",
            }
            for r in tests.itertuples()
        ]
    )
    return chart(title, draw, (5.6, 8.2), reading, say("Dots with intervals: {reading}", reading=plain(reading)), twin, SOURCE)
