"""A map of silence: how far every part of Mali lies from any row, drawn as a still picture that prints and needs no network."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from malisec import gaps, geography, i18n, style
from malisec.charts.picture import SOURCE, French, chart, nothing
from malisec.credit import takes_events
from malisec.exhibit import Exhibit, grid, plain, sentence
from malisec.i18n import say

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from malisec.casebook import Casebook

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


@takes_events
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
    return chart(title, draw, (5.4, 9.6), reading, alt, grid(rows), _SILENCE)


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
