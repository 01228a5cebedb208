"""From a spelling to a place: exact after normalising first, close spellings only when unique, never a guess.

Knows places and their spellings. Must not know events.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable

#: least similarity (0-100) of a close spelling, and how far the next place must lie behind
CLOSE, MARGIN = 84.0, 5.0


class NameLookupError(LookupError):
    """A place name that names no place, or more than one; ``candidates`` holds the nearest."""

    def __init__(self, message: str, candidates: list[str]) -> None:
        super().__init__(message)
        self.candidates = candidates


class UnknownNameError(NameLookupError):
    """No place has this name or one close to it."""


class AmbiguousNameError(NameLookupError):
    """More than one place has this name."""


@dataclass(frozen=True)
class Place:
    """A place found by its name.

    Attributes
    ----------
    how
        ``exact`` (the place's own name), ``spelling`` (a known other spelling) or ``close`` (one unique near spelling).
    """

    place_id: str
    name: str
    region_2023: str | None
    region_1991: str | None
    lat: float
    lon: float
    uncertainty_km: float
    how: str


def normalise(name: str) -> str:
    """Fold case, accents, hyphens and apostrophes away.

    Examples
    --------
    >>> normalise("  Nioro-du-Sahel ")
    'nioro du sahel'
    >>> normalise("Ségou")
    'segou'
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return re.sub(r"[^\w]+", " ", plain.casefold()).strip()


def spellings(places: pd.DataFrame, place_names: pd.DataFrame) -> pd.DataFrame:
    """List every normalised spelling with the place it means.

    Returns
    -------
    pandas.DataFrame
        ``key`` (normalised), ``place_id``, ``own`` (the place's own name) and ``region_2023``.
    """
    own = places[["name", "place_id"]].assign(own=True)
    other = place_names[["name", "place_id"]].assign(own=False)
    table = pd.concat([own, other], ignore_index=True)
    table["key"] = table["name"].map(normalise)
    table = table.sort_values("own", ascending=False, kind="stable").drop_duplicates(["key", "place_id"])
    return table.merge(places[["place_id", "region_2023", "region_1991"]], on="place_id", how="left")


def _close(missing: list[str], keys: list[str], key_places: dict[str, set[str]]) -> dict[str, list[str]]:
    """Places whose spelling is close to each missing key; one entry only when it is unique."""
    from rapidfuzz import fuzz, process

    scores = process.cdist(missing, keys, scorer=fuzz.ratio, score_cutoff=CLOSE - MARGIN)
    found: dict[str, list[str]] = {}
    for key, row in zip(missing, scores, strict=True):
        best = row.max() if len(row) else 0
        if best < CLOSE:
            continue
        near = row.nonzero()[0]
        top = sorted({p for i in near if row[i] > best - MARGIN for p in key_places[keys[i]]})
        found[key] = top
    return found


def locate_many(names: Iterable[str], table: pd.DataFrame, region: str | None = None) -> pd.DataFrame:
    """Find the places of many names; what is ambiguous or unknown stays visible as such.

    Parameters
    ----------
    names
        Spellings.
    table
        As `spellings` returns it.
    region
        Region (2023 or older) that settles names borne by several places.

    Returns
    -------
    pandas.DataFrame
        One row per name: ``name``, ``place_id`` (missing unless exactly one place fits), ``how`` (``exact``,
        ``spelling``, ``close``, ``ambiguous``, ``unknown``) and ``candidates`` (ids with a space between).
    """
    asked = pd.Series(list(names), dtype="object").map(lambda n: n if isinstance(n, str) else "")
    if region is not None:
        wanted = normalise(region)
        inside = table["region_2023"].fillna("").map(normalise).eq(wanted) | table["region_1991"].fillna("").map(normalise).eq(wanted)
        table = table[inside]
    by_key = {key: set(group) for key, group in table.groupby("key")["place_id"]}
    own = set(zip(table.loc[table["own"], "key"], table.loc[table["own"], "place_id"], strict=True))
    keys = {name: normalise(name) for name in asked.unique()}
    missing = sorted({k for k in keys.values() if k and k not in by_key})
    near = _close(missing, sorted(by_key), by_key) if missing and by_key else {}
    answers = {}
    for name, key in keys.items():
        exact = sorted(by_key.get(key, ()))
        found = exact or near.get(key, [])
        if len(found) == 1:
            how = "close" if not exact else "exact" if (key, found[0]) in own else "spelling"
        else:
            how = "ambiguous" if found else "unknown"
        answers[name] = (found[0] if len(found) == 1 else None, how, " ".join(found))
    rows = [(name, *answers[name]) for name in asked]
    return pd.DataFrame(rows, columns=["name", "place_id", "how", "candidates"])


def by_place(places: pd.DataFrame, place_names: pd.DataFrame) -> dict[str, set[str]]:
    """Map each place's own name to all its spellings.

    Parameters
    ----------
    places, place_names
        The two tables.
    """
    own = places.set_index("place_id")["name"]
    found: dict[str, set[str]] = {name: {name} for name in own}
    for row in place_names.itertuples():
        if row.place_id in own.index:
            found[own[row.place_id]].add(row.name)
    return found
