"""`locate` and `locate_many` over the shipped gazetteer, read once.

The matching itself is in `names`; here it meets the tables. Must not know events.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from malisec import names, paths, tables
from malisec.faults import FaultsError
from malisec.schema import OLD_REGIONS, REGIONS, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd


@functools.cache
def _gazetteer() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the places and all their spellings of the shipped edition."""
    frames = {}
    for name in ("places", "place_names"):
        text, faults = tables.read_text(tables.file_of(TABLES[name], paths.home() / "data"), TABLES[name])
        faults += tables.check_text(text, TABLES[name])
        if faults:
            raise FaultsError(faults)
        frames[name] = tables.typed(text, TABLES[name])
    return frames["places"].set_index("place_id"), names.spellings(frames["places"], frames["place_names"])


def _region(asked: str | None) -> str | None:
    """Return the region asked for, once it is known to be one: a misspelt region is not a missing place."""
    valid = sorted({*REGIONS, *OLD_REGIONS})
    if asked is not None and names.normalise(asked) not in map(names.normalise, valid):
        near = tables.nearest(asked, valid)
        msg = f"region: expected a region of Mali, found {asked!r}" + (f" (nearest: {near})" if near else "")
        raise ValueError(msg)
    return asked


def locate_many(asked: Iterable[str], region: str | None = None) -> pd.DataFrame:
    """Find the places of many names; what is ambiguous or unknown stays visible as such.

    Parameters
    ----------
    asked
        Spellings.
    region
        Region (2023 or older) that settles names borne by several places.

    Returns
    -------
    pandas.DataFrame
        See `malisec.names.locate_many`.

    Examples
    --------
    >>> locate_many(["Timbuktu", "Nowhere at all"])["how"].tolist()
    ['spelling', 'unknown']
    """
    return names.locate_many(asked, _gazetteer()[1], _region(region))


def locate(name: str, region: str | None = None) -> names.Place:
    """Find the one place a name means.

    Parameters
    ----------
    name
        A spelling.
    region
        Region that settles a name borne by several places.

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
    answer = names.locate_many([name], spellings, _region(region)).iloc[0]
    if answer["how"] == "unknown":
        from rapidfuzz import process

        near = [k for k, _, _ in process.extract(names.normalise(name), spellings["key"].unique(), limit=3, score_cutoff=50)]
        known = spellings.drop_duplicates("key").set_index("key")["name"]
        candidates = [str(known[k]) for k in near]
        where = f" in {region}" if region else ""
        msg = f"no place{where} is called {name!r}" + (f"; nearest: {', '.join(candidates)}" if candidates else "")
        raise names.UnknownNameError(msg, candidates)
    if answer["how"] == "ambiguous":
        candidates = [f"{places.loc[i, 'name']} ({places.loc[i, 'region_2023']}, {i})" for i in answer["candidates"].split()]
        msg = f"several places are called {name!r}: {'; '.join(candidates)}. Name the region."
        raise names.AmbiguousNameError(msg, candidates)
    row = places.loc[answer["place_id"]]
    return names.Place(
        place_id=answer["place_id"],
        name=row["name"],
        region_2023=row["region_2023"],
        region_1991=row["region_1991"],
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        uncertainty_km=float(row["uncertainty_km"]),
        how=answer["how"],
    )
