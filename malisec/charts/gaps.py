"""What the tables do not know: tolls nobody gave, regions and years without a row, languages, single voices, a map of silence."""

from __future__ import annotations

import dataclasses
import itertools
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from malisec import gaps, geography, i18n, style, trends
from malisec.charts.dots import dots, percents
from malisec.charts.picture import SOURCE, French, chart, nothing
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
    kinds = events["event_type"].map(lambda t: style.EVENT_TYPES[t][0])
    by_year = gaps.shares(some, events["date"].dt.year.astype(str))
    by_type = gaps.shares(some, kinds).sort_values("events", ascending=False, kind="stable")
    by_region = gaps.shares(some, events["region_2023"]).sort_values("events", ascending=False, kind="stable")
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
    return sentence(
        "most in {most} ({a}, interval {b} to {c}), least in {least} ({d}, {e} to {f})",
        most=style.listed(say(str(name)) for name in most.index),
        a=style.share(most["share"].iloc[0]),
        b=style.share(most["low"].min()),
        c=style.share(most["high"].max()),
        least=style.listed(say(str(name)) for name in least.index),
        d=style.share(least["share"].iloc[0]),
        e=style.share(least["low"].min()),
        f=style.share(least["high"].max()),
    )


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
        "shuffles of all events, and in {m} of {all} that shuffle within each year alone.",
        k=style.words(gaps.NEIGHBOURS),
        a=style.share(found["beside_one"]),
        b=style.share(found["beside_others"]),
        n=int(found["as_high"]),
        m=int(found["as_high_in_years"]),
        all=int(found["shuffles"]),
    )


# --- regions and years -------------------------------------------------------------------------------------------
#: rows of a region in a year from which each shade is used
_STEPS = (1, 2, 4, 7, 12)


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
    return _light(chart(title, draw, (4.4, 4.6), reading, say("Grid of numbers: {reading}", reading=plain(reading)), twin))


def _no_region(events: pd.DataFrame) -> Markup:
    n = int(events["region_2023"].isna().sum())
    return (
        sentence(" {k} lie in no region of Mali or in none that is known.", k=style.capital(style.plural(n, "event"))) if n else Markup("")
    )


# --- languages ---------------------------------------------------------------------------------------------------
_LANGUAGES = {"fr": ("French", style.INK), "en": ("English", style.ACCENT), "other": ("other languages", style.QUIET)}


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
    year = gaps.year_of(case.sources)
    if case.sources.empty:
        return nothing(title, say("No source stands in the tables."))
    years = range(int(year.min()), int(year.max()) + 1) if year.notna().any() else []
    dated = gaps.languages(case.sources, year).reindex(years, fill_value=0)
    undated = gaps.languages(case.sources, year.isna().map({True: "?"}))
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
        other=style.plural(int((case.sources["language"] == "other").sum()), "page"),
    )
    twin = counts.rename(columns={k: v[0] for k, v in _LANGUAGES.items()} | {"pages": "all"}).rename_axis("year").reset_index()
    twin["year"] = [say("not known") if y == "?" else y for y in twin["year"]]
    return chart(title, draw, (3.0, 3.6), reading, say("Stacked bars: {reading}", reading=plain(reading)), twin.astype({"year": "object"}))


# --- the map of silence ------------------------------------------------------------------------------------------
#: upper ends of the classes of distance, in km; the last one is open
_LIMITS = (25, 50, 100, 150, 300)
_PARALLEL = 17.5
_SILENCE = SOURCE + sentence(" Outlines are indicative: communes of 2015 (OCHA) in the 2023 division.")


def _merged(cells: pd.DataFrame, column: str) -> list[Any]:
    """Merge the cells of each class of distance into one shape, cut at the border."""
    import shapely

    half = gaps.CELL / 2
    cells = cells.drop_duplicates(["lon", "lat"])
    x, y = cells["lon"].to_numpy(), cells["lat"].to_numpy()
    boxes = shapely.box(x - half, y - half, x + half, y + half)
    place = np.searchsorted(_LIMITS, cells[column].to_numpy(), side="left")
    mali = geography.regions(2023).union_all().simplify(0.01)
    # corners alone: what lies straight between them says nothing and weighs
    shapes = [shapely.union_all(boxes[place == c], grid_size=1e-6).simplify(1e-6) for c in range(len(_LIMITS) + 1)]
    return [shapely.intersection(shape, mali) for shape in shapes]


def _path(shape: Any) -> Any:
    """Return a shape as one path, its holes included."""
    import shapely
    from matplotlib.path import Path

    rings = [r for p in shapely.get_parts(shape) if p.geom_type == "Polygon" for r in (p.exterior, *p.interiors)]
    return Path.make_compound_path(*(Path(np.asarray(r.coords), closed=True) for r in rings)) if rings else None


def _ground(ax: Axes, case: Casebook, shapes: list[Any], size: float) -> None:
    """Draw the classes, the borders of the regions, the towns and a scale."""
    from matplotlib.patches import PathPatch

    for shape, colour in zip(shapes, style.SHADES, strict=True):
        path = _path(shape)
        if path is not None:
            ax.add_patch(PathPatch(path, facecolor=colour, edgecolor="none", linewidth=0))
    for outline in geography.regions(2023).simplify(0.02):
        ax.add_patch(PathPatch(_path(outline), facecolor="none", edgecolor=style.PAPER, linewidth=0.5))
    towns = case.places[case.places["place_id"].isin(style.TOWNS)]
    for t in towns.itertuples():
        said = ax.text(t.lon, t.lat + 0.18, t.name, fontsize=size, color=style.INK, ha="center", va="bottom", clip_on=True)
        said.set_in_layout(False)
    long = 200 / (geography.EARTH_KM * np.pi / 180 * np.cos(np.radians(_PARALLEL)))
    ax.plot([-11.8, -11.8 + long], [23.6, 23.6], color=style.INK, linewidth=1.4, solid_capstyle="butt")
    ax.text(-11.8 + long / 2, 23.75, "200 km", fontsize=size, ha="center", va="bottom")
    ax.set_xlim(-12.4, 4.4)
    ax.set_ylim(10.0, 25.15)
    ax.set_aspect(1 / np.cos(np.radians(_PARALLEL)))
    ax.axis("off")


def silence(case: Casebook, title: str = "A map of silence") -> Exhibit:
    """Shade Mali by the distance to the nearest event, and to the nearest one known to one voice only.

    Parameters
    ----------
    case
        The events; those known by region only stand for no place and are left out.
    title
        What the map shows.

    Returns
    -------
    Exhibit
        Two maps; great-circle distances from the middle of cells of a quarter of a degree. Its twin has the shares of area by region.
    """
    cells = gaps.distances(case.events)
    if cells["any_km"].isna().all():
        return nothing(title, say("No event with a place in this selection."), _SILENCE)
    points = gaps.placed(case.events)
    single = gaps.one_voice(points)
    # one mark for events at one point
    dot, ring = (points[s][["lon", "lat"]].drop_duplicates() for s in (~single, single))
    columns = ["any_km"] if cells["one_km"].isna().all() else ["any_km", "one_km"]
    shapes = {column: _merged(cells, column) for column in columns}
    heads = {"any_km": say("to the nearest row"), "one_km": say("to the nearest row known to one voice")}
    limits = [say("up to {n} km", n=_LIMITS[0])]
    limits += [say("{a} to {b} km", a=a, b=b) for a, b in itertools.pairwise(_LIMITS)] + [say("over {n} km", n=_LIMITS[-1])]
    keys = say("events of two voices or more"), say("events known to one voice")

    def draw(figure: Figure, narrow: bool) -> French:
        from matplotlib.patches import Patch

        axes = np.ravel(figure.subplots(*((len(columns), 1) if narrow else (1, len(columns)))))
        for ax, column in zip(axes, columns, strict=True):
            _ground(ax, case, shapes[column], 6.5 if narrow else 7.5)
            if column == "any_km":
                dots_ = ax.scatter(dot["lon"], dot["lat"], s=3.5, color=style.INK, linewidth=0, zorder=3, label=str(keys[0]))
            rings = ax.scatter(
                ring["lon"], ring["lat"], s=16, facecolor="none", edgecolor=style.INK, linewidth=0.9, zorder=4, label=str(keys[1])
            )
            ax.set_title(heads[column], fontsize=9)
        handles = [Patch(color=c, label=str(text)) for c, text in zip(style.SHADES, limits, strict=True)]
        figure.legend(
            handles=[*handles, dots_, rings],
            loc="outside lower left",
            ncols=2 if narrow else 4,
            fontsize=8,
            handlelength=1.2,
            handleheight=0.9,
        )
        return {str(text): text.fr for text in (*heads.values(), *limits, *keys)}

    reading = _far(cells) + sentence(
        " The far north is also nearly empty of people, and no figures of population stand behind this map: it shows where no row lies, "
        "not where people live unheard."
    )
    rows = [
        {
            "region (2023)": name,
            "km²": i18n.number(int(round(mine["km2"].sum(), -3))),
            "farthest from any row, km": i18n.number(int(mine["any_km"].max())),
        }
        | {f"over {km} km": style.share(gaps.beyond(mine, km)) for km in gaps.DISTANCES}
        for name, mine in cells.groupby("region")
    ]
    alt = say("Two maps: {reading}", reading=plain(reading))
    return _light(chart(title, draw, (5.4, 9.6), reading, alt, grid(rows), _SILENCE))


def _light(drawn: Exhibit) -> Exhibit:
    """Round the coordinates of a picture to a hundredth of a point, which nobody sees and which halves its outlines."""
    body, svg = (re.sub(r"(\d+\.\d\d)\d+", r"\1", text) for text in (drawn.body, drawn.svg or ""))
    return dataclasses.replace(drawn, body=body, svg=svg)


def _far(cells: pd.DataFrame) -> Markup:
    """Say which share of Mali's area lies how far from any row, and where that is."""
    a, b, c = gaps.DISTANCES
    far = cells[cells["any_km"] > b]
    said = sentence(
        "Of Mali’s area {x} lies more than {a} km from any row, {y} more than {b} km and {z} more than {c} km",
        x=style.share(gaps.beyond(cells, a)),
        y=style.share(gaps.beyond(cells, b)),
        z=style.share(gaps.beyond(cells, c)),
        a=a,
        b=b,
        c=c,
    )
    if len(far):
        by = far.groupby("region")["km2"].sum().sort_values(ascending=False, kind="stable")
        said += sentence(
            "; {share} of what lies more than {b} km off is in {top}", share=style.share(by.iloc[0] / by.sum()), b=b, top=str(by.index[0])
        )
    if cells["one_km"].isna().all():
        return said + sentence(".")
    return said + sentence(
        ". From a row known to one voice {x}, {y} and {z} lie so far.",
        x=style.share(gaps.beyond(cells, a, "one_km")),
        y=style.share(gaps.beyond(cells, b, "one_km")),
        z=style.share(gaps.beyond(cells, c, "one_km")),
    )
