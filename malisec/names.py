"""From a spelling to a place: exact after normalising first, close spellings only when unique, never a guess.

Knows places and their spellings. Must not know events.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from malisec.schema import OLD_OF

if TYPE_CHECKING:
    from collections.abc import Iterable

#: least similarity (0-100) of a close spelling, and how far the next place must lie behind
CLOSE, MARGIN = 84.0, 5.0
#: least similarity of a spelling to a place's own name for it to be the same name written otherwise
SAME_NAME = 75.0
#: everything between words but the break between two names
_NOT_WORDS = re.compile(r"[^\w\n]+")


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
        ``exact`` (the place's own name), ``spelling`` (a known other spelling), ``close`` (one unique near spelling)
        or ``near`` (the one of several places that lies in the neighbourhood asked for).
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
    return normalise_all([name])[0]


def normalise_all(names: list[str]) -> list[str]:
    """Normalise many names at once: as one long text, which is several times faster than name by name.

    Parameters
    ----------
    names
        Spellings.

    Examples
    --------
    >>> normalise_all(["Ségou", "N’Tillit"])
    ['segou', 'n tillit']
    """
    if not names:
        return []
    # a line break inside a name is a space like any other
    text = "\n".join([name.replace("\n", " ") for name in names])
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        accents = "".join(c for c in set(text) if unicodedata.combining(c))
        text = re.sub(f"[{accents}]+", "", text) if accents else text
    text = _NOT_WORDS.sub(" ", text.casefold())
    return [key.strip() for key in text.split("\n")]


def spellings(places: pd.DataFrame, place_names: pd.DataFrame) -> pd.DataFrame:
    """List every normalised spelling with the place it means.

    Returns
    -------
    pandas.DataFrame
        ``key`` (normalised), ``place_id``, ``own`` (the place's own name), ``region_2023``, ``region_1991``, ``seat`` and
        ``namesakes`` (regions of other settlements of that name, for own names and spellings like them).
    """
    from rapidfuzz import fuzz

    own = places[["name", "place_id"]].assign(own=True)
    other = place_names[["name", "place_id"]].assign(own=False)
    table = pd.concat([own, other], ignore_index=True)
    table["key"] = normalise_all(table["name"].tolist())
    table = table.sort_values("own", ascending=False, kind="stable").drop_duplicates(["key", "place_id"])
    about = places.reindex(columns=["place_id", "name", "region_2023", "region_1991", "seat", "namesakes"])
    table = table.merge(about.rename(columns={"name": "own_name"}), on="place_id", how="left")
    # another spelling of a name that many villages bear is as common to them as the name itself
    borne = table["namesakes"].notna()
    own_keys = dict(zip(table["own_name"].dropna().unique(), normalise_all(table["own_name"].dropna().unique().tolist()), strict=True))
    alike = [fuzz.ratio(k, own_keys[n]) >= SAME_NAME for k, n in zip(table.loc[borne, "key"], table.loc[borne, "own_name"], strict=True)]
    unlike = borne.index[borne][[not a for a in alike]]
    table.loc[unlike, "namesakes"] = None
    return table.drop(columns="own_name")


class Index:
    """Spellings ready to be looked up: the answer to each exact spelling is worked out once.

    Parameters
    ----------
    table
        As `spellings` returns it.
    region
        Region of 2023 or before it that the names lie in.
    """

    def __init__(self, table: pd.DataFrame, region: str | None = None) -> None:
        everywhere = table
        table = table if region is None else inside(table, region)
        self.places: dict[str, list[str]] = {key: sorted(set(group)) for key, group in table.groupby("key")["place_id"]}
        own = set(zip(table.loc[table["own"], "key"], table.loc[table["own"], "place_id"], strict=True))
        self.answers = {key: _answer(found, "exact" if (key, found[0]) in own else "spelling") for key, found in self.places.items()}
        for row in table[table["namesakes"].notna()].itertuples():
            known = self.answers[row.key]
            if known[0] is not None and not _outranks(row.seat, row.namesakes):
                self.answers[row.key] = (None, "ambiguous", known[2])
        if region is not None:
            # settlements of the region that bear the name of a place elsewhere: none of them is a row, and no other name is meant
            borne = everywhere[everywhere["namesakes"].notna() & ~everywhere["key"].isin(self.places)]
            for row in borne[borne["namesakes"].map(lambda text: there(text, region) is not None)].itertuples():
                self.answers[row.key] = (None, "ambiguous", "")
        self.keys = sorted(self.answers)

    def close(self, missing: list[str]) -> dict[str, tuple[str | None, str, str]]:
        """Answer keys that are no known spelling: by the one place spelled most like it, if there is one."""
        import numpy as np
        from rapidfuzz import fuzz, process

        if not missing or not self.keys:
            return {}
        found = {}
        # a thousand rows at a time: the matrix of a million misses would not fit a small machine
        for start in range(0, len(missing), 1000):
            part = missing[start : start + 1000]
            # float32: rounding to whole points would move spellings over the threshold
            scores = process.cdist(part, self.keys, scorer=fuzz.ratio, score_cutoff=CLOSE - MARGIN, dtype=np.float32, workers=-1)
            best = scores.max(axis=1)
            near = (scores > (best - MARGIN)[:, None]) & (scores > 0)
            for i in np.flatnonzero(best >= CLOSE):
                alike = [self.keys[k] for k in np.flatnonzero(near[i])]
                answer = _answer(sorted({p for key in alike for p in self.places.get(key, ())}), "close")
                # what is refused when written rightly is not found when written wrongly
                doubtful = any(self.answers[key][0] is None for key in alike)
                found[part[i]] = (None, "ambiguous", answer[2]) if doubtful else answer
        return found

    def look_up(self, keys: list[str]) -> list[tuple[str | None, str, str]]:
        """Return (place or None, how, candidates) for each normalised name."""
        answers = self.answers
        missing = sorted({key for key in keys if key and key not in answers})
        near = self.close(missing)
        return [answers.get(key) or near.get(key) or _UNKNOWN for key in keys]


_UNKNOWN: tuple[None, str, str] = (None, "unknown", "")
#: up to so many villages of its name, a town is what the name means
MOST_NAMESAKES = 5


def _outranks(seat: object, namesakes: str) -> bool:
    """Whether the seat of a cercle or more is meant although villages that are no row here bear its name as well."""
    return seat in {"cercle", "region", "capital"} and namesakes.count("|") < MOST_NAMESAKES


def _answer(found: list[str], how: str) -> tuple[str | None, str, str]:
    return (found[0], how, found[0]) if len(found) == 1 else (None, "ambiguous", " ".join(found))


def inside(table: pd.DataFrame, region: str) -> pd.DataFrame:
    """Keep the spellings of places in a region of 2023 or in one before it.

    Parameters
    ----------
    table
        As `spellings` returns it.
    region
        Its name, in any spelling that differs by case, accents and hyphens only.
    """
    wanted = normalise(region)
    names = {r: normalise(r) == wanted for r in pd.concat([table["region_2023"], table["region_1991"]]).dropna().unique()}
    found = table[table["region_2023"].map(names).eq(True) | table["region_1991"].map(names).eq(True)]
    return found.assign(namesakes=found["namesakes"].map(lambda text: there(text, region)))


def there(namesakes: object, region: str | None) -> str | None:
    """Keep the namesakes of a place that lie in a region of 2023 or before it; all of them without a region.

    Examples
    --------
    >>> there("Kita|Nioro|Sikasso", "Kayes")
    'Kita|Nioro'
    """
    if not isinstance(namesakes, str) or region is None:
        return namesakes if isinstance(namesakes, str) else None
    wanted = normalise(region)
    return "|".join(r for r in namesakes.split("|") if wanted in {normalise(r), normalise(OLD_OF.get(r, r))}) or None


def locate_many(names: Iterable[str], table: pd.DataFrame | Index, region: str | None = None) -> pd.DataFrame:
    """Find the places of many names; what is ambiguous or unknown stays visible as such.

    Parameters
    ----------
    names
        Spellings.
    table
        As `spellings` returns it, or an `Index` made of it.
    region
        Region (2023 or older) that settles names borne by several places; needs the table.

    Returns
    -------
    pandas.DataFrame
        One row per name: ``name``, ``place_id`` (missing unless exactly one place fits), ``how`` (``exact``,
        ``spelling``, ``close``, ``ambiguous``, ``unknown``) and ``candidates`` (ids with a space between). A village is
        ambiguous also when others of its name exist that are no row of the table: it is then the one candidate.
    """
    if isinstance(names, str):
        msg = f"names: expected several, found the one name {names!r}"
        raise TypeError(msg)
    index = table if isinstance(table, Index) else Index(table, region)
    asked = [name if isinstance(name, str) else "" for name in names]
    codes, unique = pd.factorize(pd.Series(asked, dtype="object"))
    answers = index.look_up(normalise_all(unique.tolist()))
    # one row for each different name, then as often as it was asked for
    rows = pd.DataFrame(answers, columns=["place_id", "how", "candidates"], dtype="object")
    rows.insert(0, "name", unique)
    return rows.take(codes).reset_index(drop=True)


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
