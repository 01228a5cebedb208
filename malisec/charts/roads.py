"""The ring around Bamako, events along the roads, the calendar of blockades."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from markupsafe import Markup

from malisec import i18n, space, style, trends
from malisec.charts.picture import French, chart, nothing, wrap, years
from malisec.credit import takes_events
from malisec.exhibit import Exhibit, grid, plain, sentence
from malisec.i18n import Both, agree, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from malisec.casebook import Casebook

#: ways of counting, as `malisec.space.drift` names them
WAYS = {
    "all": "all rows, by their points",
    "once": "the rows of a wave weigh one together",
    "unseeded": "without rows that a seed document tells of",
    "widely": "rows of three or more independent publishers",
    "earlier": "rows until the end of 2024",
    "surely": "only rings wholly within the limit",
    "perhaps": "also rings partly within the limit",
}
_FUEL = "fuel_transport"


def _placed(case: Casebook) -> pd.DataFrame:
    """Return the dated events with a known place, with their distance to the capital and their year."""
    km = space.from_capital(case.events, case.places)
    rows = case.events.assign(km=km, year=case.events["date"].dt.year)
    return rows[km.notna() & rows["date"].notna()]


# --- the ring around the capital ---------------------------------------------------------------------------------
@takes_events
def capital_distance(case: Casebook, title: str = "How far from Bamako the events lie") -> Exhibit:
    """Draw each event by its day and its distance to Bamako, with the median of each year.

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
    rows = _placed(case)
    if rows.empty:
        return nothing(title, say("No event here has a known distance to Bamako."))
    table = space.yearly_distance(rows["km"], rows["year"])
    known = table.dropna(subset=["median"])

    def draw(figure: Figure, narrow: bool) -> French:
        ax = figure.subplots()
        ax.scatter(rows["date"], rows["km"], s=7, color=style.QUIET, linewidth=0, zorder=2)
        middle = pd.to_datetime([f"{y}-07-01" for y in known.index])
        ax.errorbar(
            middle,
            known["median"],
            yerr=[(known["median"] - known["low"]).clip(lower=0), (known["high"] - known["median"]).clip(lower=0)],
            fmt="o",
            color=style.ACCENT,
            markersize=5,
            linewidth=1.4,
            zorder=3,
        )
        for limit in space.CIRCLES:
            ax.axhline(limit, color=style.INK, linewidth=0.7, linestyle=(0, (3, 2)), zorder=1)
        first, last = rows["date"].min(), rows["date"].max()
        ax.set_xlim(first - pd.Timedelta(days=250), last + pd.Timedelta(days=250))
        ax.set_ylim(0, rows["km"].max() * 1.1)
        ax.set_yticks(sorted({*space.CIRCLES, 500, 750, 1000, 1250} if rows["km"].max() > 400 else {*space.CIRCLES}))
        ax.set_ylabel("distance to Bamako, km")
        years(ax, narrow, 12 * (last.year - first.year + 1))
        handles = [
            ax.scatter([], [], s=14, color=style.QUIET, linewidth=0, label="an event"),
            ax.errorbar([], [], yerr=[], fmt="o", color=style.ACCENT, markersize=5, label="median of the year with its interval"),
        ]
        figure.legend(handles=handles, loc="outside lower left", ncols=1 if narrow else 2, fontsize=8.5)
        return {}

    reading = _medians(known, len(rows), len(case.events) - len(rows))
    twin = [
        {
            "year": str(y),
            "rows": int(r["rows"]),
            "median, km": i18n.number(round(r["median"])) if pd.notna(r["median"]) else say("too few rows"),
            "interval, km": say("{low} to {high}", low=i18n.number(round(r["low"])), high=i18n.number(round(r["high"])))
            if pd.notna(r["median"])
            else say("too few rows"),
        }
        for y, r in table.iterrows()
    ]
    return chart(title, draw, (4.4, 4.8), reading, say("Dots: {reading}", reading=plain(reading)), grid(twin))


def _medians(known: pd.DataFrame, n: int, left: int) -> Markup:
    """Read the medians of the years: the nearest, and whether others come near it."""
    if known.empty:
        return sentence("No year has {least} rows: no median is drawn.", least=style.words(trends.LEAST))
    nearest = int(known["median"].idxmin())
    row = known.loc[nearest]
    apart = int((known["low"] > row["high"]).sum())
    return sentence(
        "Half of the rows of {year} lie within {km} km of Bamako (interval {low} to {high}), nearer than in any other year; for {apart} of "
        "the {others} other years the whole interval lies further out. {n}{left}; rows of one wave are not independent, so intervals are "
        "rather too narrow.",
        year=str(nearest),
        km=i18n.number(round(row["median"])),
        low=i18n.number(round(row["low"])),
        high=i18n.number(round(row["high"])),
        apart=style.words(apart) if apart else Both("none", "aucune"),
        others=style.words(len(known) - 1),
        n=style.capital(style.plural(n, "event")),
        left=sentence(" and {k} without a known place", k=left) if left else Markup(""),
    )


@takes_events
def capital_shares(case: Casebook, title: str = "Share of the rows of each year near Bamako") -> Exhibit:
    """Draw the share of each year's rows within 100 and 250 km of Bamako, with intervals.

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
    rows = _placed(case)
    if rows.empty:
        return nothing(title, say("No event here has a known distance to Bamako."))
    tables = {limit: space.shares(rows["km"], rows["ring_km"], rows["year"], limit) for limit in space.CIRCLES}

    def draw(figure: Figure, narrow: bool) -> French:
        axes = figure.subplots(*((2, 1) if narrow else (1, 2)), sharey=True)
        french: French = {}
        for ax, (limit, table) in zip(axes, tables.items(), strict=True):
            known = table.dropna(subset=["share"])
            bars = [100 * (known["share"] - known["low"]).clip(lower=0), 100 * (known["high"] - known["share"]).clip(lower=0)]
            ax.errorbar(known.index, 100 * known["share"], yerr=bars, fmt="o", color=style.ACCENT, markersize=4.5, linewidth=1.2, zorder=3)
            ends = 100 * known[["surely", "perhaps"]].div(known["rows"], axis=0)
            ax.vlines(known.index, ends["surely"], ends["perhaps"], color=style.QUIET, linewidth=7, zorder=2)
            for year, row in known.iterrows():
                if row["within"]:
                    at = (year, 100 * row["high"])
                    ax.annotate(f"{row['within']:.0f}", at, xytext=(0, 2), textcoords="offset points", fontsize=7, ha="center")
            said = say("within {km} km", km=limit)
            french[str(said)] = said.fr
            ax.set_title(said)
            ax.set_ylim(0, 50)
            ax.set_xticks([y for y in table.index if (y - table.index.max()) % (3 if narrow else 2) == 0])
            ax.grid(axis="x", visible=False)
        for ax in axes if narrow else axes[:1]:
            ax.set_ylabel("share of the rows of a year, per cent")
        return french

    wide, close = tables[space.CIRCLES[1]], tables[space.CIRCLES[0]]
    most = wide["share"].idxmax() if wide["share"].notna().any() else None
    reading = (
        sentence(
            "Most in {year}: {k} of {n} rows within {km} km, {low} to {high} per cent by its interval. Within {near} km no year has more "
            "than {few}. Grey: what rings of uncertainty allow; the number above is the count. Years with fewer than {least} rows are "
            "left out.",
            year=str(most),
            k=int(wide.loc[most, "within"]),
            n=int(wide.loc[most, "rows"]),
            km=space.CIRCLES[1],
            low=round(100 * wide.loc[most, "low"]),
            high=round(100 * wide.loc[most, "high"]),
            near=space.CIRCLES[0],
            few=style.words(int(close["within"].max())),
            least=style.words(trends.LEAST),
        )
        if most is not None
        else sentence("No year has {least} rows: no share is drawn.", least=style.words(trends.LEAST))
    )
    twin = [
        {"limit, km": limit, "year": str(y), "rows": int(r["rows"]), "within": int(r["within"])}
        | {"surely to perhaps": f"{r['surely']:.0f}–{r['perhaps']:.0f}"}
        | {"share": _percent(r["share"]), "interval": say("{low} to {high}", low=_percent(r["low"]), high=_percent(r["high"]))}
        for limit, table in tables.items()
        for y, r in table.iterrows()
    ]
    return chart(title, draw, (4.0, 6.6), reading, say("Dots with intervals: {reading}", reading=plain(reading)), grid(twin))


def _percent(share: float) -> Both:
    return say("too few rows") if np.isnan(share) else Both(f"{share:.0%}", f"{share:.0%}".replace("%", "\N{NO-BREAK SPACE}%"))


@takes_events
def capital_drift(case: Casebook, title: str = "Do the events come nearer? The answer in seven ways of counting") -> Exhibit:
    """Draw the odds ratios of lying near Bamako, a year and since July 2024, in several ways of counting.

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
    tables = {limit: space.drift(case.events, case.places, case.sources, limit) for limit in space.CIRCLES}
    if not any(t[["trend", "odds"]].notna().any(axis=None) for t in tables.values()):
        return nothing(title, say("Too few events here near Bamako and far from it to compare."))
    month = style.day(space.TURN, "month")
    tests = (("trend", say("odds ratio for one year")), ("odds", say("odds ratio since {month}, against before", month=month)))
    ground = {"facecolor": style.PAPER, "edgecolor": "none", "pad": 0.5}
    looks = dict(zip(space.CIRCLES, ((style.ACCENT, -0.12), (style.INK, 0.18)), strict=True))

    def draw(figure: Figure, narrow: bool) -> French:
        axes = figure.subplots(*((2, 1) if narrow else (1, 2)), sharey=not narrow)
        french: French = {}
        for ax, (test, label) in zip(axes, tests, strict=True):
            for limit, table in tables.items():
                colour, shift = looks[limit]
                for y, (_, row) in enumerate(table.iterrows()):
                    if np.isnan(row[test]):
                        ax.text(1.0, y + shift, " too few", fontsize=7, color=colour, va="center")
                        continue
                    ax.plot([row[f"{test}_low"], row[f"{test}_high"]], [y + shift] * 2, color=colour, linewidth=1.4)
                    ax.scatter([row[test]], [y + shift], s=24, color=colour, zorder=3)
                said = say("within {km} km", km=limit)
                french[str(said)] = said.fr
                ax.scatter([], [], s=24, color=colour, label=said)
            ax.axvline(1, color=style.SOFT, linewidth=0.8)
            ax.set_xscale("log")
            ticks = (0.9, 1, 1.1, 1.2, 1.3) if test == "trend" else (0.5, 1, 2, 4)
            texts = [style.decimal(t) if t % 1 else Both(f"{t:g}", f"{t:g}") for t in ticks]
            french |= {str(t): t.fr for t in texts}
            ax.set_xticks(ticks, texts)
            ax.minorticks_off()
            ax.set_xlabel(label)
            french[str(label)] = label.fr
            if narrow:
                # no room beside the intervals: each name above its own
                ax.set_yticks([])
                for y, name in enumerate(WAYS.values()):
                    ax.text(0.01, y - 0.42, name, transform=ax.get_yaxis_transform(), fontsize=7, va="center", bbox=ground)
            else:
                ax.set_yticks(range(len(WAYS)), [*WAYS.values()])
            ax.tick_params(axis="y", length=0, labelcolor=style.INK)
            ax.set_ylim(len(WAYS) - 0.4, -0.75)
            ax.grid(axis="y", visible=False)
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower left", ncols=2, columnspacing=5, fontsize=8.5)
        return french

    parts = [_verdict(tables[limit], limit) for limit in reversed(space.CIRCLES)]
    reading = Markup(" ").join(parts)
    twin = [
        {"limit, km": limit, "counted": say(WAYS[way]), "rows": _sum(r["rows"]), "within": _sum(r["within"])}
        | {"odds ratio a year": _ends(r, "trend")}
        | {"within, before": say("{n} of {of}", n=_sum(r["before_within"]), of=_sum(r["before"]))}
        | {"within, since": say("{n} of {of}", n=_sum(r["after_within"]), of=_sum(r["after"]))}
        | {"odds ratio, since to before": _ends(r, "odds")}
        for limit, table in tables.items()
        for way, r in table.iterrows()
    ]
    return chart(title, draw, (4.6, 7.6), reading, say("Intervals: {reading}", reading=plain(reading)), grid(twin))


def _sum(value: float) -> Both:
    return i18n.number(int(value)) if float(value).is_integer() else style.decimal(value)


def _ends(row: pd.Series, name: str) -> Both:
    if np.isnan(row[name]):
        return say("too few rows")
    value, low, high = (style.decimal(row[c], 2) for c in (name, f"{name}_low", f"{name}_high"))
    return say("{value} ({low} to {high})", value=value, low=low, high=high)


def _verdict(table: pd.DataFrame, limit: int) -> Markup:
    """Say in how many ways of counting the interval leaves out one, for each of the two tests."""
    said = {}
    for test in ("trend", "odds"):
        known = table.dropna(subset=[test])
        said[test] = sentence("{k} of {n}", k=int((known[f"{test}_low"] > 1).sum()), n=len(known))
    return sentence(
        "Within {km} km the whole interval lies above one in {trend} ways of counting over the years, and in {odds} since {month} against "
        "before.",
        km=limit,
        month=style.day(space.TURN, "month"),
        **said,
    )


# --- roads -------------------------------------------------------------------------------------------------------
@takes_events
def road_strips(case: Casebook, title: str = "Events along the roads from Bamako") -> Exhibit:
    """Draw the events near each road by their distance from Bamako along it and their day.

    Parameters
    ----------
    case
        The events; the roads run straight between the stops of the table.
    title
        What the chart shows.

    Returns
    -------
    Exhibit
    """
    found = space.along(case.events, case.corridors, case.places)
    found = found.merge(case.events[["event_id", "date", "target_kind", "place", "ring_km"]], on="event_id")
    # a ring that is wider than the road is long says nothing of where on it an event lies
    drawn = found[found["date"].notna() & found["near"].astype(bool)]
    if drawn.empty:
        return nothing(title, say("No event here lies near one of the roads."))
    halts = space.stops(case.corridors, case.places)
    names = case.corridors.drop_duplicates("corridor_id").set_index("corridor_id")["name"].to_dict()
    first, last = drawn["date"].min(), drawn["date"].max()

    def draw(figure: Figure, narrow: bool) -> French:
        across = 2 if narrow else 3
        axes = figure.subplots(-(-len(names) // across), across, squeeze=False, sharey=True).ravel()
        french: French = {}
        for ax, (road, name) in zip(axes, names.items(), strict=False):
            french |= _strip(ax, drawn[drawn["corridor_id"] == road], halts[halts["corridor_id"] == road], name, narrow=narrow)
            ax.set_ylim(first - pd.Timedelta(days=200), last + pd.Timedelta(days=200))
        for ax in axes[len(names) :]:
            ax.set_visible(False)
        import matplotlib.dates as mdates

        axes[0].yaxis.set_major_locator(mdates.YearLocator(base=max(1, round((last.year - first.year + 1) / 6))))
        axes[0].yaxis.set_major_formatter(mdates.DateFormatter("%Y"))
        marks = [
            axes[0].scatter([], [], s=20, facecolor=style.INK, edgecolor=style.INK, label="near the road with its whole ring"),
            axes[0].scatter([], [], s=20, facecolor=style.PAPER, edgecolor=style.INK, label="by its point only"),
            axes[0].scatter([], [], s=34, facecolor=style.ACCENT, edgecolor=style.ACCENT, marker="D", label="on fuel transport"),
        ]
        figure.legend(handles=marks, loc="outside lower left", ncols=1 if narrow else 3, columnspacing=4, fontsize=8.5)
        return french

    counts = drawn["corridor_id"].value_counts().sort_index()
    recent = drawn[drawn["date"].dt.year > space.PERIODS[-1]]
    late = recent["corridor_id"].value_counts().sort_index()
    fuel = drawn.loc[drawn["target_kind"].eq(_FUEL), "event_id"].nunique()
    reading = sentence(
        "More events lie near the {road} than near any other: {n} of {all} by their points. {late}Drawn too: {fuel} of {attacks} on fuel "
        "transport. Each event stands on every road it is near; events within {km} km of Bamako, where the roads meet, on none. A road "
        "that begins elsewhere goes on from where it leaves another.",
        road=style.inside(names[counts.idxmax()]),
        n=int(counts.max()),
        all=drawn["event_id"].nunique(),
        late=sentence(
            "After {year} it is the {road}: {n} of {all}. ",
            year=str(space.PERIODS[-1]),
            road=style.inside(names[late.idxmax()]),
            n=int(late.max()),
            all=recent["event_id"].nunique(),
        )
        if len(late)
        else Markup(""),
        fuel=style.words(fuel, she=True) if fuel else Both("none", "aucune"),
        attacks=style.plural(int(case.events["target_kind"].eq(_FUEL).sum()), "attack"),
        km=space.ROADSIDE,
    )
    twin = [
        {
            "road": _name(names[r.corridor_id]),
            "date": f"{r.date:%Y-%m-%d}",
            "place": r.place,
            "km along": round(r.along_km),
            "km away": round(r.away_km),
            "ring, km": round(r.ring_km),
            "near with its whole ring": say("yes") if r.surely else say("no"),
        }
        for r in drawn.sort_values(["corridor_id", "date"]).itertuples()
    ]
    return chart(title, draw, (6.2, 8.2), reading, say("Strips: {reading}", reading=plain(reading)), grid(twin))


def _name(name: str) -> Both:
    """Return the name of a road with its French."""
    return Both(name, str(i18n.french(name)))


def _strip(ax: Axes, events: pd.DataFrame, halts: pd.DataFrame, name: str, *, narrow: bool) -> French:
    """Draw one road: its stops along the bottom, events by day; return the French of its name."""
    for halt in halts["along_km"]:
        ax.axvline(halt, color=style.LINE, linewidth=0.7, zorder=1)
    fuel = events["target_kind"].eq(_FUEL)
    for some, shape, size, colour in ((~fuel, "o", 20, style.INK), (fuel, "D", 32, style.ACCENT)):
        for sure in (False, True):
            mine = events[some & (events["surely"] == sure)]
            face = colour if sure else style.PAPER
            ax.scatter(mine["along_km"], mine["date"], s=size, marker=shape, facecolor=face, edgecolor=colour, linewidth=0.8, zorder=3)
    start, end = halts["along_km"].min(), halts["along_km"].max()
    room = max(end - start, 1.0)
    ax.set_xlim(start - 0.04 * room, end + 0.04 * room)
    at, kept = [], -np.inf
    # names stand upright, each with a line of its own
    least = room * (0.085 if narrow else 0.055)
    for halt in halts.itertuples():
        if halt.along_km - kept >= least:
            at.append(halt)
            kept = halt.along_km
    ax.set_xticks([h.along_km for h in at], [h.place for h in at], rotation=90, fontsize=7)
    ax.tick_params(axis="x", length=0, labelcolor=style.INK)
    ax.grid(visible=False)
    ax.set_title(wrap(name, 26 if narrow else 40), fontsize=7.5 if narrow else 8.5)
    other = str(i18n.french(name))
    return {name: other} if other != name else {}


# --- blockades ---------------------------------------------------------------------------------------------------
@takes_events
def blockade_calendar(case: Casebook, title: str = "Sieges and blockades by their days") -> Exhibit:
    """Draw each siege or blockade as a bar from its start to its end; where no end is known, only its start is sure.

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
    table = case.blockades.sort_values(["start", "blockade_id"], ignore_index=True)
    if table.empty:
        return nothing(title, say("The tables hold no siege or blockade here."))
    place = case.places.set_index("place_id")["name"].to_dict()
    towns = [[place.get(p, p) for p in cell.split()] if isinstance(cell, str) else [] for cell in table["place_ids"]]
    labels = [style.listed(t) if t else say("none named") for t in towns]
    ended = table["end"].notna()

    def draw(figure: Figure, narrow: bool) -> French:
        ax = figure.subplots()
        first, last = table["start"].min(), max(table["end"].max(), table["start"].max()) if ended.any() else table["start"].max()
        stub = pd.Timedelta(days=110)
        french: French = {}
        for y, b in enumerate(table.itertuples()):
            if pd.notna(b.end):
                ax.barh(y, b.end - b.start, left=b.start, height=0.5, color=style.ACCENT, alpha=0.75, linewidth=0)
            else:
                ax.plot([b.start, b.start + stub], [y, y], color=style.ACCENT, linewidth=1.6, linestyle=(0, (2, 1.5)))
                ax.scatter([b.start], [y], s=28, color=style.ACCENT, zorder=3)
                ax.annotate(
                    "end not known",
                    (b.start + stub, y),
                    xytext=(4, 0),
                    textcoords="offset points",
                    fontsize=7,
                    va="center",
                    color=style.SOFT,
                )
        texts = [wrap(label, 16) if narrow else str(label) for label in labels]
        french |= {str(label): label.fr for label in labels}
        ax.set_yticks(range(len(table)), texts, fontsize=7.5 if narrow else 9)
        ax.tick_params(axis="y", length=0, labelcolor=style.INK)
        ax.set_ylim(len(table) - 0.5, -0.6)
        ax.set_xlim(first - pd.Timedelta(days=60), last + stub + pd.Timedelta(days=520 if narrow else 300))
        ax.grid(axis="y", visible=False)
        years(ax, narrow, max(31, 12 * (last.year - first.year + 1)))
        return french

    spans = (table["end"] - table["start"]).dt.days[ended]
    reading = sentence(
        "{n}; for {open} no end is known, which is not to say that {go} on. {longest}Bars run from the first day told of to the last.",
        n=style.capital(style.plural(len(table), "siege or blockade", "sieges and blockades")),
        open=style.words(int((~ended).sum())) if (~ended).any() else Both("none", "aucun"),
        go=agree(int((~ended).sum()), ("it goes", "celui-ci dure encore"), ("they go", "ceux-ci durent encore")),
        longest=sentence(
            "The longest with a known end cut off {town} for {days} days. ",
            town=labels[int(spans.idxmax())],
            days=i18n.number(int(spans.max())),
        )
        if len(spans)
        else Markup(""),
    )
    twin = [
        {
            "from": style.day(b.start, b.start_precision),
            "to": style.day(b.end) if pd.notna(b.end) else say("no end known"),
            "days": i18n.number((b.end - b.start).days) if pd.notna(b.end) else say("unknown"),
            "towns": label,
        }
        for b, label in zip(table.itertuples(), labels, strict=True)
    ]
    return chart(
        title, draw, (0.3 * len(table) + 0.9, 0.42 * len(table) + 1.0), reading, say("Bars: {reading}", reading=plain(reading)), grid(twin)
    )
