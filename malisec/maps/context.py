"""What lies around the events of a map: regions, rivers, towns, roads, blockades, countries.

The same for every map of one edition, so that several maps of a page hold it once. Must not know how it is drawn.
"""

from __future__ import annotations

import functools
import hashlib
import json
from typing import TYPE_CHECKING, Any

import pandas as pd

from malisec import geography, schema, style
from malisec.exhibit import slug
from malisec.tables import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from malisec.casebook import Casebook

MALI = [[10.1, -12.3], [25.0, 4.3]]
#: least zoom at which a town is named: regional capitals always, seats of cercles nearer, places with events and communes near
_ZOOM = {"capital": 0.0, "region": 0.0, "cercle": 7.0, "event": 8.0}


def land() -> dict[str, Any]:
    """Return the surroundings of a map that knows no events: outlines, water, the towns that every map names, countries."""
    from malisec.gazetteer import places

    return {**_ground(), "towns": _towns(places(), set()), "roads": [], "blockades": [], "milestones": []}


def _ground() -> dict[str, Any]:
    return {
        "regions": outlines(2023),
        "old": outlines(1991),
        "water": _water(),
        "countries": [{"name": k, "lat": v[0], "lon": v[1]} for k, v in style.COUNTRIES.items()],
    }


def context(case: Casebook) -> dict[str, Any]:
    """Collect the surroundings of the events of an edition.

    Parameters
    ----------
    case
        The edition or a selection from it; the whole edition's surroundings are returned.

    Returns
    -------
    dict
        ``regions`` and ``old`` (GeoJSON of the divisions of 2023 and of 1991), ``water``, ``countries``, ``towns`` (with the least
        zoom at which each is named), ``roads``, ``blockades`` and ``milestones``.
    """
    whole = case.whole
    return {
        **_ground(),
        # places of another dataset bear its words for points, not names of towns
        "towns": _towns(whole.places, set(whole.events["place_id"].dropna()) if whole.dataset is None else set()),
        "roads": _roads(whole),
        "blockades": _blockades(whole),
        "milestones": [
            {"date": f"{m.date:%Y-%m-%d}", "label": m.label} | _french(m.label_fr)
            for m in whole.milestones.itertuples()
            if m.prominence == "major"
        ],
    }


@functools.cache
def outlines(vintage: int) -> dict[str, Any]:
    """Return the outlines of a division as GeoJSON, for maps that only read it."""
    return dict(json.loads(geography.regions(vintage)[["region", "geometry"]].to_json(drop_id=True)))


@functools.cache
def _water() -> dict[str, Any]:
    return dict(json.loads(pd.concat([geography.rivers(), geography.lakes()])[["geometry"]].to_json(drop_id=True)))


def _point(row: Any) -> list[float]:
    return [round(float(row.lat), 4), round(float(row.lon), 4)]


def _towns(places: pd.DataFrame, hosts: set[str]) -> list[dict[str, Any]]:
    rows = []
    for p in places[~places["kind"].isin(["area", "region"]) & places["lat"].notna()].itertuples():
        seats = str(p.seat).split() if isinstance(p.seat, str) else []
        kinds = [k for k in ("capital", "region", "cercle") if k in seats] + (["event"] if p.place_id in hosts else [])
        if p.place_id in style.TOWNS:
            kinds = ["capital"]
        if kinds:
            rows.append({"name": p.name, "at": _point(p), "zoom": _ZOOM[kinds[0]], "first": p.place_id in style.TOWNS})
    # those named first keep their room
    order = sorted(rows, key=lambda r: (not r["first"], r["zoom"], r["name"]))
    return [{k: v for k, v in r.items() if k != "first"} for r in order]


def _roads(case: Casebook) -> list[dict[str, Any]]:
    stops = case.corridors.merge(case.places[["place_id", "lat", "lon"]], on="place_id").sort_values(["corridor_id", "seq"])
    return [
        {"id": key, "name": rows["name"].iloc[0], "line": [_point(r) for r in rows.itertuples()]}
        for key, rows in stops.groupby("corridor_id", sort=True)
    ]


def _ids(cell: Any) -> list[str]:
    return cell.split() if isinstance(cell, str) else []


def _french(text: Any) -> dict[str, str]:
    return {"fr": text} if isinstance(text, str) else {}


def _blockades(case: Casebook) -> list[dict[str, Any]]:
    places = case.places.set_index("place_id")
    names = case.actors.set_index("actor_id")["short"].to_dict()
    pages = case.sources.set_index("source_id")
    return [
        {
            "id": b.blockade_id,
            "start": f"{b.start:%Y-%m-%d}",
            "precision": b.start_precision,
            "end": f"{b.end:%Y-%m-%d}" if pd.notna(b.end) else None,
            "places": [{"name": places.loc[i, "name"], "at": _point(places.loc[i])} for i in _ids(b.place_ids)],
            "roads": _ids(b.corridor_ids),
            "by": [names.get(i, i) for i in _ids(b.imposed_by)],
            "summary": b.summary,
            "pages": [[pages.loc[i, "publisher"], pages.loc[i, "url"]] for i in _ids(b.source_ids)],
        }
        | _french(b.summary_fr)
        for b in case.blockades.itertuples()
    ]


def bounds(regions: tuple[str, ...], located: pd.DataFrame) -> list[list[float]]:
    """Return the corners of a map that shows these regions and every event.

    Parameters
    ----------
    regions
        Regions of 2023; none for the whole country.
    located
        Events with ``lat`` and ``lon``.

    Returns
    -------
    list of list of float
        South-west and north-east corner as latitude and longitude.
    """
    shapes = geography.regions(2023)
    west, south, east, north = shapes[shapes["region"].isin(regions)].total_bounds if regions else (-12.3, 10.1, 4.3, 25.0)
    if len(located):
        west, east = min(west, located["lon"].min() - 0.2), max(east, located["lon"].max() + 0.2)
        south, north = min(south, located["lat"].min() - 0.2), max(north, located["lat"].max() + 0.2)
    return [[round(float(south), 3), round(float(west), 3)], [round(float(north), 3), round(float(east), 3)]]


def known_regions(regions: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return names of regions of 2023 as a tuple.

    Raises
    ------
    ValueError
        For a name that is none; names the nearest.
    """
    named = (regions,) if isinstance(regions, str) else tuple(regions or ())
    unknown = [r for r in named if r not in schema.REGIONS]
    if unknown:
        near = {r: nearest(r, list(schema.REGIONS)) for r in unknown}
        said = ", ".join(f"{r!r}" + (f" (nearest: {n!r})" if n else "") for r, n in near.items())
        msg = f"regions: expected names of the 2023 division, found {said}"
        raise ValueError(msg)
    return named


def key_of(title: str) -> str:
    """Return a name for a map that an address can hold: from its title, or from its letters where none of them is Latin."""
    found = slug(title)
    # the address holds the language under this name
    return found if found and found != "lang" else f"map-{hashlib.md5(title.encode(), usedforsecurity=False).hexdigest()[:8]}"
