"""What the tables do not know: tolls nobody gave, regions and years without a row, languages, single voices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from markupsafe import Markup

from malisec import gaps, i18n, style, trends
from malisec.charts.dots import dots, percents
from malisec.charts.picture import French, chart, nothing
from malisec.credit import takes_events
from malisec.exhibit import Exhibit, grid, plain, sentence
from malisec.i18n import Both, agree, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from malisec.casebook import Casebook

#: how it stands with a toll -> its name and colour
_TOLLS = {
    "own": ("toll of its own", style.INK),
    "joint": ("only together with other events", style.WATER),
    "unknown": ("nobody gave one", style.ACCENT),
}


def _bars(ax: Axes, counts: pd.DataFrame, names: dict[str, tuple[str, str]]) -> French:
    """Stack bars, one for each row, with their names for a legend."""
    base, x = np.zeros(len(counts)), np.arange(len(counts))
    for column, (label, colour) in names.items():
        ax.bar(x, counts[column], bottom=base, width=0.8, color=colour, label=label, linewidth=0.3, edgecolor=style.PAPER)
        base += counts[column].to_numpy()
    ax.grid(axis="x", visible=False)
    return {label: str(i18n.french(say(label))) for label, _ in names.values()}


def _short(year: int, narrow: bool) -> str:
    return f"’{year % 100:02d}" if narrow else str(year)


@takes_events
def tolls_known(case: Casebook, title: str = "Events with a toll, and events for which nobody gave one") -> Exhibit:
    """Draw the events of each year by whether somebody gave a toll.

    Parameters
    ----------
    case
        The events.
    title
        What the chart shows.

    Returns
    -------
    Exhibit
        Events without a toll are a series of their own: unknown, not zero.
    """
    known = gaps.toll_known(case.events, case.whole.claims)
    if known.empty:
        return nothing(title, say("No event in this selection."))
    year = case.events["date"].dt.year
    years = range(int(year.min()), int(year.max()) + 1)
    counts = pd.crosstab(year, known).reindex(index=years, columns=list(_TOLLS), fill_value=0)

    def draw(figure: Figure, narrow: bool) -> French:
        ax = figure.subplots()
        french = _bars(ax, counts, _TOLLS)
        ax.set_xticks(range(len(counts)), [_short(y, narrow) for y in counts.index], fontsize=8 if narrow else 9)
        ax.set_ylabel("events in the tables, per year")
        figure.legend(loc="outside lower left", ncols=1 if narrow else 3, fontsize=8.5, handlelength=0.9, handleheight=0.9)
        return french

    total = known.value_counts().reindex(list(_TOLLS), fill_value=0)
    reading = sentence(
        "{own} of {all} {have} a toll of {its} own, {joint} only one that counts other events too; for {unknown} nobody gave one "
        "({share}): unknown, not zero.",
        own=int(total["own"]),
        all=style.plural(len(known), "event"),
        have=agree(int(total["own"]), ("has", "a"), ("have", "ont")),
        its=agree(int(total["own"]), ("its", "son"), ("their", "leur")),
        joint=int(total["joint"]),
        unknown=int(total["unknown"]),
        share=style.share(total["unknown"] / len(known)) if len(known) >= trends.LEAST else say("too few for a share"),
    )
    twin = counts.rename(columns={k: v[0] for k, v in _TOLLS.items()}).rename_axis("year").rename_axis(columns=None).reset_index()
    twin["year"] = twin["year"].astype(str)
    return chart(title, draw, (2.9, 3.4), reading, say("Stacked bars: {reading}", reading=plain(reading)), twin)


# --- shares by year, type and region -----------------------------------------------------------------------------
def _groups(events: pd.DataFrame, some: pd.Series) -> dict[str, pd.DataFrame]:
    """Return the shares by year, type and region, with the names of the groups as index."""
    kinds = events["event_type"].map(lambda t: style.TYPES[t][0])
    by_year = trends.shares(some, events["date"].dt.year.astype(str))
    by_type = trends.shares(some, kinds).sort_values("events", ascending=False, kind="stable")
    by_region = trends.shares(some, events["region_2023"]).sort_values("events", ascending=False, kind="stable")
    return {"year": by_year, "type": by_type, "region (2023)": by_region}


def _shares(case: Casebook, some: pd.Series, title: str, reading: Markup, what: Both) -> Exhibit:
    """Draw the share of events for which something holds, by year, type and region, each with its interval."""
    groups = _groups(case.events, some)

    def draw(figure: Figure, narrow: bool) -> French:
        french: French = {}
        sizes = [len(t) + 2.2 for t in groups.values()]
        axes = figure.subplots(3, 1, height_ratios=sizes) if narrow else figure.subplots(1, 3)
        most = min(1.0, float(np.nanmax([t["high"].max() for t in groups.values()] + [0.2])) * 1.02)
        for ax, (name, table) in zip(axes, groups.items(), strict=True):
            found = table.assign(n=table["events"], value=table["share"])
            french |= dots(ax, found, [say(str(label)) for label in table.index], unit=say("events"))
            french |= percents(ax, most)
            head = say(f"by {name.split()[0]}")
            ax.set_title(head, fontsize=9, pad=10)
            french[head] = head.fr
        axes[-1 if narrow else 1].set_xlabel(what, fontsize=8)
        return french | {str(what): what.fr}

    rows = [
        {
            "by": say(f"by {name.split()[0]}"),
            "group": say(str(label)),
            "events": int(row["events"]),
            "of these": int(row["some"]),
            "share": style.share(row["share"]) if pd.notna(row["share"]) else say("too few"),
            "interval": say("{low} to {high}", low=style.share(row["low"]), high=style.share(row["high"]))
            if pd.notna(row["share"])
            else say("too few"),
        }
        for name, table in groups.items()
        for label, row in table.iterrows()
    ]
    n = sum(len(t) for t in groups.values())
    alt = say("Dots with intervals: {reading}", reading=plain(reading))
    heights = 0.19 * max(len(t) for t in groups.values()) + 1.0, 0.19 * n + 2.2
    return chart(title, draw, heights, reading, alt, grid(rows))


def _ends(table: pd.DataFrame) -> Markup:
    """Say which groups have the highest and which the lowest share, with the intervals."""
    known = table.dropna(subset=["share"])
    if known.empty:
        return sentence("too few in each group")
    most, least = (known[known["share"] == end] for end in (known["share"].max(), known["share"].min()))
    return sentence("most in {most}, least in {least}", most=_end(most), least=_end(least))


def _end(groups: pd.DataFrame) -> Markup:
    """Name the groups of one share: one with its interval, several with how many of all their events together."""
    names = style.listed(say(str(name)) for name in groups.index)
    if len(groups) > 1:
        return sentence("{names} ({k} of {n} together)", names=names, k=int(groups["some"].sum()), n=int(groups["events"].sum()))
    one = groups.iloc[0]
    share, low, high = (style.share(one[c]) for c in ("share", "low", "high"))
    return sentence("{names} ({share}, interval {low} to {high})", names=names, share=share, low=low, high=high)


@takes_events
def unknown_tolls(case: Casebook, title: str = "Where nobody gave a toll") -> Exhibit:
    """Draw the share of events for which nobody gave a toll, by year, type and region.

    Parameters
    ----------
    case
        The events.
    title
        What the chart shows.

    Returns
    -------
    Exhibit
        Wilson intervals; groups of fewer than five events are counted without a share.
    """
    if case.events.empty:
        return nothing(title, say("No event in this selection."))
    some = gaps.toll_known(case.events, case.whole.claims).eq("unknown")
    groups = _groups(case.events, some)
    reading = sentence(
        "By type of event: {types}. By region: {regions}. An abduction or an operation may have cost no life that anybody would count: a "
        "toll nobody gave is not always a toll that is missing.",
        types=_ends(groups["type"]),
        regions=_ends(groups["region (2023)"]),
    )
    return _shares(case, some, title, reading, say("share of events without any toll"))


@takes_events
def one_voice(case: Casebook, title: str = "Events known to one voice only") -> Exhibit:
    """Draw the share of events that rest on one independent voice, by year, type and region.

    Parameters
    ----------
    case
        The events.
    title
        What the chart shows.

    Returns
    -------
    Exhibit
        Wilson intervals; the reading also says whether such events lie beside each other.
    """
    if case.events.empty:
        return nothing(title, say("No event in this selection."))
    some = gaps.one_voice(case.events)
    groups = _groups(case.events, some)
    pages = gaps.pages(case.events, case.whole.claims)
    reading = sentence(
        "{n} of {all} rest on one independent voice; for {copied} of these several pages repeat it. By year: {years}.",
        n=int(some.sum()),
        all=style.plural(len(some), "event"),
        copied=int((pages[some] > 1).sum()),
        years=_ends(groups["year"]),
    )
    return _shares(case, some, title, reading + beside(case), say("share of events known to one voice"))


def beside(case: Casebook) -> Markup:
    """Say whether events of one voice lie beside each other more often than chance would put them."""
    found = gaps.clustering(case.events)
    if pd.isna(found["moran"]):
        return Markup("")
    return sentence(
        " Of the {k} nearest events of one such event {a} are of one voice too, of any other event {b}: so far apart in {n} of {all} "
        "shuffles of all events, and in {m} of {all} that shuffle within each year alone; over the {w} nearest, in {x} of these. What lies "
        "beside what hangs on how far one looks.",
        k=style.words(gaps.NEIGHBOURS),
        a=style.share(found["beside_one"]),
        b=style.share(found["beside_others"]),
        n=int(found["as_high"]),
        m=int(found["as_high_in_years"]),
        w=gaps.WIDER,
        x=int(gaps.clustering(case.events, neighbours=gaps.WIDER)["as_high_in_years"]),
        all=int(found["shuffles"]),
    )


# --- regions and years -------------------------------------------------------------------------------------------
#: rows of a region in a year from which each shade is used
_STEPS = (1, 2, 4, 7, 12)


@takes_events
def region_years(case: Casebook, title: str = "Rows by region and year") -> Exhibit:
    """Draw how many rows each region has in each year; cells without a row are marked as such.

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
    last = case.whole.events["date"].max()
    counts = gaps.by_region(case.events, last)
    counts = counts.loc[counts.sum(axis=1).sort_values(ascending=False, kind="stable").index]

    def draw(figure: Figure, narrow: bool) -> French:
        ax = figure.subplots()
        values = counts.to_numpy()
        shades = np.array(["none", *style.SHADES[: len(_STEPS)]])[np.searchsorted(_STEPS, values, side="right")]
        for colour in style.SHADES[: len(_STEPS)]:
            y, x = np.nonzero(shades == colour)
            ax.bar(x, 0.94, bottom=y - 0.47, width=0.94, color=colour, linewidth=0)
        for y, x in np.argwhere(values > 0):
            dark = values[y, x] >= _STEPS[-2]
            ax.text(
                x, y, str(values[y, x]), ha="center", va="center", fontsize=6.5 if narrow else 8, color=style.PAPER if dark else style.INK
            )
        y, x = np.nonzero(values == 0)
        ax.scatter(x, y, s=7, marker="x", color=style.QUIET, linewidth=0.8)
        ax.set_xticks(range(len(counts.columns)), [_short(c, narrow) for c in counts.columns], fontsize=7 if narrow else 8.5)
        ax.set_yticks(range(len(counts)), [*counts.index], fontsize=7.5 if narrow else 8.5)
        ax.tick_params(axis="both", length=0, labelcolor=style.INK)
        ax.set_xlim(-0.6, len(counts.columns) - 0.4)
        ax.set_ylim(len(counts) - 0.4, -0.6)
        ax.grid(visible=False)
        for side in ("left", "bottom"):
            ax.spines[side].set_visible(False)
        ax.set_xlabel("× no row: not the same as no event", fontsize=8)
        return {}

    empty = (counts == 0).sum(axis=1)
    full = [str(r) for r in empty.index[empty == 0]]
    worst = [str(r) for r in empty.index[empty == empty.max()]]
    reading = sentence(
        "{k} of {all} pairs of a region and a year hold no row{last}: that says nobody was found to have written of it, not that nothing "
        "happened. Most years without a row: {worst} ({n} of {years}). A row in every year: {full}.{nowhere}",
        k=int(empty.sum()),
        all=counts.size,
        last=sentence(" (the last year counted to {month})", month=style.day(last, "month")),
        worst=style.listed(worst),
        n=int(empty.max()),
        years=len(counts.columns),
        full=style.listed(full) if full else Both("no region", "aucune région"),
        nowhere=_no_region(case.events),
    )
    twin = counts.rename(columns=str).rename_axis(columns=None).reset_index()
    return chart(title, draw, (4.4, 4.6), reading, say("Grid of numbers: {reading}", reading=plain(reading)), twin)


def _no_region(events: pd.DataFrame) -> Markup:
    n = int(events["region_2023"].isna().sum())
    return (
        sentence(" {k} lie in no region of Mali or in none that is known.", k=style.capital(style.plural(n, "event"))) if n else Markup("")
    )


# --- languages ---------------------------------------------------------------------------------------------------
_LANGUAGES = {"fr": ("French", style.INK), "en": ("English", style.ACCENT), "other": ("other languages", style.QUIET)}


@takes_events
def source_languages(case: Casebook, title: str = "Pages by language and year of publication") -> Exhibit:
    """Draw the pages behind the tables by language and by the year in which they were published.

    Parameters
    ----------
    case
        The casebook; all its sources are shown, whatever is selected.
    title
        What the chart shows.

    Returns
    -------
    Exhibit
    """
    year = gaps.year_of(case.own_sources)
    if case.own_sources.empty:
        return nothing(title, say("No source stands in the tables."))
    years = range(int(year.min()), int(year.max()) + 1) if year.notna().any() else []
    dated = gaps.languages(case.own_sources, year).reindex(years, fill_value=0)
    undated = gaps.languages(case.own_sources, year.isna().map({True: "?"}))
    counts = pd.concat([dated.set_axis([str(y) for y in dated.index]), undated])

    def draw(figure: Figure, narrow: bool) -> French:
        ax = figure.subplots()
        french = _bars(ax, counts, _LANGUAGES)
        labels = [str(label) if label == "?" else _short(int(label), narrow) for label in counts.index]
        ax.set_xticks(range(len(counts)), labels, fontsize=8 if narrow else 9)
        ax.set_ylabel("pages")
        ax.set_xlabel("year of publication (?: not known)", fontsize=8)
        figure.legend(loc="outside lower left", ncols=1 if narrow else 3, fontsize=8.5, handlelength=0.9, handleheight=0.9)
        return french

    total = counts.sum()
    enough = dated[dated["pages"] >= trends.LEAST]
    share = enough["fr"] / enough["pages"]
    reading = sentence(
        "{fr} of {all} pages are French, {en} English.{years} Of {undated} the day of publication is not known. At most {other} can be "
        "in a language of Mali such as Bambara, Fulfulde, Songhay or Tamasheq: what is told in these reaches us only where somebody put "
        "it into another.",
        fr=style.share(total["fr"] / total["pages"]),
        all=i18n.number(int(total["pages"])),
        en=style.share(total["en"] / total["pages"]),
        years=sentence(
            " By year of publication the share of French lies between {a} ({x}) and {b} ({y}).",
            a=style.share(share.min()),
            x=str(share.idxmin()),
            b=style.share(share.max()),
            y=str(share.idxmax()),
        )
        if len(share)
        else Markup(""),
        undated=style.plural(int(undated["pages"].sum()), "page"),
        # the codebook has no code of its own for any of them
        other=style.plural(int((case.own_sources["language"] == "other").sum()), "page"),
    )
    twin = counts.rename(columns={k: v[0] for k, v in _LANGUAGES.items()} | {"pages": "all"}).rename_axis("year").reset_index()
    twin["year"] = pd.Series([say("not known") if y == "?" else y for y in twin["year"]], index=twin.index, dtype="object")
    return chart(title, draw, (3.0, 3.6), reading, say("Stacked bars: {reading}", reading=plain(reading)), twin.astype({"year": "object"}))
