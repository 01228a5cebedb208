"""`locate` and `locate_many` over the shipped gazetteer, read once.

The matching itself is in `names`; here it meets the tables. Must not know events.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pandas as pd

from malisec import geography, names, paths, tables
from malisec.faults import FaultsError
from malisec.schema import OLD_REGIONS, REGIONS, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable


#: a homonym is settled by a neighbour when the next candidate lies at least this many times farther away
CLEARLY_NEARER = 2.0
#: how near a village must lie when others of its name are no row of the gazetteer
NEIGHBOURHOOD_KM = 50.0


def places() -> pd.DataFrame:
    """Return the places of the tables in use, without the events."""
    return _gazetteer()[0].reset_index()


@functools.cache
def _corridors() -> pd.DataFrame:
    return _read("corridors")["corridors"]


def corridors() -> pd.DataFrame:
    """Return the stops of the roads of the shipped edition, without the events."""
    return _corridors().copy()


def _read(*wanted: str) -> dict[str, pd.DataFrame]:
    """Read tables of the shipped edition; the faults of all are told at once."""
    frames, found = {}, []
    for name in wanted:
        text, faults = tables.read_text(tables.file_of(TABLES[name], paths.home() / "data"), TABLES[name])
        faults += tables.check_text(text, TABLES[name])
        found += faults
        if not found:
            frames[name] = tables.typed(text, TABLES[name])
    if found:
        raise FaultsError(found)
    return frames


@functools.cache
def _gazetteer() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the places and all their spellings of the shipped edition."""
    frames = _read("places", "place_names")
    return frames["places"].set_index("place_id"), names.spellings(frames["places"], frames["place_names"])


@functools.cache
def _index(region: str | None) -> names.Index:
    return names.Index(_gazetteer()[1], region)


def _region(asked: str | None) -> str | None:
    """Return the region asked for, once it is known to be one: a misspelt region is not a missing place."""
    valid = sorted({*REGIONS, *OLD_REGIONS})
    if asked is not None and names.normalise(asked) not in map(names.normalise, valid):
        near = tables.nearest(asked, valid)
        msg = f"region: expected a region of Mali, found {asked!r}" + (f" (nearest: {near})" if near else "")
        raise ValueError(msg)
    return asked


def locate_many(asked: Iterable[str], region: str | Iterable[str | None] | None = None) -> pd.DataFrame:
    """Find the places of many names; what is ambiguous or unknown stays visible as such.

    Parameters
    ----------
    asked
        Spellings.
    region
        Region (2023 or older) that settles names borne by several places: one for all, or one for each name.

    Returns
    -------
    pandas.DataFrame
        See `malisec.names.locate_many`.

    Raises
    ------
    ValueError
        If a region is none, or there is not one for each name.

    Examples
    --------
    >>> locate_many(["Timbuktu", "Nowhere at all"])["how"].tolist()
    ['spelling', 'unknown']
    >>> locate_many(["Dogo", "Dogo"], ["Mopti", "Bougouni"])["place_id"].tolist()
    ['dogo', 'dogo-bougouni']
    """
    if region is None or isinstance(region, str):
        return names.locate_many(asked, _index(_region(region)))
    known, regions = list(asked), list(region)
    if len(known) != len(regions):
        msg = f"region: expected one for each of {len(known)} names, found {len(regions)}"
        raise ValueError(msg)
    wanted = pd.DataFrame({"name": pd.Series(known, dtype="object"), "region": pd.Series(regions, dtype="object").fillna("")})
    parts = []
    for one, rows in wanted.groupby("region", sort=False):
        parts.append(names.locate_many(rows["name"], _index(_region(one or None))).set_index(rows.index))
    columns = ["name", "place_id", "how", "candidates"]
    return pd.concat(parts).sort_index() if parts else pd.DataFrame(columns=columns, dtype="object")


def _point(near: str | tuple[float, float]) -> tuple[float, float]:
    if isinstance(near, str):
        found = locate(near)
        return found.lat, found.lon
    return near


def _nearest(candidates: list[str], near: str | tuple[float, float]) -> str | None:
    """Return the candidate that lies clearly nearer to a point than all others, if one does."""
    if not candidates:
        return None
    lat, lon = _point(near)
    rows = _gazetteer()[0].loc[candidates]
    far = pd.Series(geography.distance_km(lon, lat, rows["lon"], rows["lat"]), index=candidates).sort_values(kind="stable")
    # settlements of the name that are no row may lie nearer: then only the neighbourhood itself is sure enough
    if rows["namesakes"].notna().any() and far.iloc[0] > NEIGHBOURHOOD_KM:
        return None
    return str(far.index[0]) if len(far) == 1 or far.iloc[1] >= CLEARLY_NEARER * far.iloc[0] else None


def _refused(name: str, ids: list[str], region: str | None) -> names.AmbiguousNameError:
    """Say whom an ambiguous name may mean, and what would settle it."""
    places, spellings = _gazetteer()
    candidates = [f"{places.loc[i, 'name']} ({places.loc[i, 'region_2023']}, {i})" for i in ids]
    # every place of a name carries the same namesakes
    borne = spellings.loc[spellings["place_id"].isin(ids) if ids else spellings["key"].eq(names.normalise(name)), "namesakes"].dropna()
    others = max((str(names.there(text, region)).count("|") + 1 for text in borne if names.there(text, region)), default=0)
    known = [*candidates, f"and {others} that {'is' if others == 1 else 'are'} no row of the gazetteer"] if others else candidates
    settle = "Name a place near it." if region else "Name the region, or a place near it."
    return names.AmbiguousNameError(f"several places are called {name!r}: {'; '.join(known)}. {settle}", candidates)


def locate(name: str, region: str | None = None, near: str | tuple[float, float] | None = None) -> names.Place:
    """Find the one place a name means.

    Parameters
    ----------
    name
        A spelling.
    region
        Region that settles a name borne by several places.
    near
        A place, or latitude and longitude, in whose neighbourhood the name is meant: of several places the nearest
        is taken when the next lies at least twice as far away.

    Returns
    -------
    malisec.names.Place

    Raises
    ------
    malisec.names.UnknownNameError
        If no place has this name or a close one; ``candidates`` holds the nearest spellings.
    malisec.names.AmbiguousNameError
        If several places have it; ``candidates`` holds them with their regions.

    Examples
    --------
    >>> found = locate("Modolo")
    >>> found.name, found.region_2023, found.how
    ('Molodo', 'Ségou', 'spelling')
    """
    places, spellings = _gazetteer()
    answer = locate_many([name], region).iloc[0]
    place_id, how = answer["place_id"], answer["how"]
    if how == "unknown":
        from rapidfuzz import process

        close = [k for k, _, _ in process.extract(names.normalise(name), spellings["key"].unique(), limit=3, score_cutoff=50)]
        known = spellings.drop_duplicates("key").set_index("key")["name"]
        candidates = [str(known[k]) for k in close]
        where = f" in {region}" if region else ""
        msg = f"no place{where} is called {name!r}" + (f"; nearest: {', '.join(candidates)}" if candidates else "")
        raise names.UnknownNameError(msg, candidates)
    if how == "ambiguous":
        ids = answer["candidates"].split()
        place_id, how = None if near is None else _nearest(ids, near), "near"
        if place_id is None:
            raise _refused(name, ids, region)
    row = places.loc[place_id]
    return names.Place(
        place_id=str(place_id),
        name=row["name"],
        region_2023=row["region_2023"] if pd.notna(row["region_2023"]) else None,
        region_1991=row["region_1991"] if pd.notna(row["region_1991"]) else None,
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        uncertainty_km=float(row["uncertainty_km"]),
        how=how,
    )
