"""`malisec.link` against a table in pieces: each piece gives the few pairs within the windows, and partners are chosen among all of them.

The same steps on the same numbers as for one machine, so that the answer is the same whichever way the table is cut.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from malisec import linking
from malisec.extras import library

if TYPE_CHECKING:
    from numpy.typing import NDArray

_KINDS = {"event_id": "string[pyarrow]", "why": "string[pyarrow]", "nearest": "string[pyarrow]", "score": "float64"}
#: columns that linking looks at
_USED = (
    *("event_id", "date", "date_end", "date_latest", "date_precision", "lat", "lon", "ring_km", "region_2023", "event_type"),
    *("side_a", "side_b", "perpetrator", "target_kind", "killed_low", "killed_best", "killed_high"),
)
#: reasons, as they are counted
_LOW, _TAKEN = "the likest row scores too low", "the likest row is matched to another"
_WHY = (linking.FAR, linking.UNPLACED, _LOW, _TAKEN)


@dataclasses.dataclass(frozen=True)
class Linked:
    """What two tables have in common.

    Attributes
    ----------
    pairs, ours_only
        pandas frames as of `malisec.linking.Linked`.
    theirs_only
        The same as a dask DataFrame, read when it is computed: it may hold nearly the whole of their table.
    reasons
        Rows of theirs by ``region_2023`` (where they have that column) and ``why``: why they found no partner, or that they found one.
    """

    pairs: pd.DataFrame
    ours_only: pd.DataFrame
    theirs_only: Any
    reasons: pd.DataFrame

    def __repr__(self) -> str:
        """Say how many found a partner."""
        lost = int(self.reasons.loc[self.reasons["why"].ne(_MATCHED), "rows"].sum())
        return f"{len(self.pairs)} pairs, {len(self.ours_only)} rows of ours and {lost} of theirs without a partner"


_MATCHED = "matched"


def link(
    ours: pd.DataFrame, theirs: Any, km: float = 25, days: int = 3, *, least: float = linking.LEAST, actors: pd.DataFrame | None = None
) -> Linked:
    """Match a table that fits into memory with one that does not, one to one.

    Parameters
    ----------
    ours
        Events as a pandas DataFrame: a casebook's, or as the readers return them.
    theirs
        Events as a dask DataFrame.
    km, days, least, actors
        As for `malisec.link`.

    Returns
    -------
    Linked
        Pairs and reasons of `malisec.link` on the whole of both tables. Pairs within the windows are gathered, not tables: some hundred
        bytes for each.

    Examples
    --------
    >>> import dask.dataframe as dd
    >>> import malisec as ms
    >>> events = ms.load().select(wave="wave-2025-07-01").events
    >>> link(events, dd.from_pandas(events.assign(event_id="x-" + events["event_id"]), npartitions=3))
    7 pairs, 0 rows of ours and 0 of theirs without a partner
    """
    dask = library("dask")
    a = linking._sides(ours, actors)
    parts = theirs[[c for c in _USED if c in theirs.columns]].to_delayed()
    asked = dask.delayed(_Asked(a, km, days, least, actors), traverse=False)
    look = dask.delayed(_looked, pure=True)
    found: tuple[_Found, ...] = dask.compute(*(look(part, asked) for part in parts))
    # rows of theirs are numbered through, so that what is equal comes in the order of the whole table
    before = np.cumsum([0, *(f.size for f in found[:-1])])
    number = np.concatenate([f.rows + n for f, n in zip(found, before, strict=True)])
    b = linking._joined([f.side for f in found])
    scored = pd.concat([f.scored.assign(j=np.searchsorted(number, f.scored["j"] + n)) for f, n in zip(found, before, strict=True)])
    scored = scored.iloc[np.lexsort((scored["j"], b.first[scored["j"]], scored["i"]))].reset_index(drop=True)
    chosen = linking._assigned(scored[scored["score"] >= least])
    i, j = (chosen[key].to_numpy(dtype=np.int64) for key in ("i", "j"))
    ours_only = linking._alone(a, b.ids, linking._likest(scored, "i"), i, dict(zip(j, a.ids[i], strict=True)), least)
    taken = dask.delayed(dict(zip(i.tolist(), b.ids[j].tolist(), strict=True)), traverse=False)
    alone = dask.delayed(_alone, pure=True)
    matched = [number[j][(number[j] >= n) & (number[j] < n + f.size)] - n for f, n in zip(found, before, strict=True)]
    lazy = [alone(part, asked, mine, taken) for part, mine in zip(parts, matched, strict=True)]
    meta = pd.DataFrame({c: pd.Series(dtype=k) for c, k in _KINDS.items()})
    return Linked(
        linking._told(a, b, chosen),
        ours_only,
        library("dask.dataframe").from_delayed(lazy, meta=meta, verify_meta=False),
        _reasons(found, matched),
    )


@dataclasses.dataclass(frozen=True)
class _Asked:
    """What every piece is compared with."""

    side: linking._Side
    km: float
    days: int
    least: float
    actors: pd.DataFrame | None


@dataclasses.dataclass(frozen=True)
class _Found:
    """What one piece has to say.

    Attributes
    ----------
    size
        Its rows.
    rows
        Those that stand in `scored`, by their number within the piece.
    side
        The same rows.
    scored
        Pairs that may be chosen, and for each row of ours the likest; ``j`` is the number within the piece.
    regions
        Region of the same rows.
    why
        Rows of the piece by region and reason, those that may yet be chosen as `_TAKEN`.
    """

    size: int
    rows: NDArray[np.int64]
    side: linking._Side
    scored: pd.DataFrame
    regions: NDArray[Any]
    why: pd.DataFrame


def _near(part: pd.DataFrame, asked: _Asked) -> tuple[NDArray[np.int64], linking._Side, pd.DataFrame]:
    """Return the rows of a piece near any of ours, and their pairs with scores."""
    rows = linking._within(part, asked.side, asked.km, asked.days)
    side = linking._sides(part.iloc[rows], asked.actors)
    pairs = linking._candidates(asked.side, side, asked.km, asked.days)
    return rows, side, linking._scored(asked.side, side, pairs, asked.km, asked.days)


def _looked(part: pd.DataFrame, asked: _Asked) -> _Found:
    rows, side, scored = _near(part, asked)
    number, known = pd.factorize(part["region_2023"]) if "region_2023" in part else (np.full(len(part), -1), [])
    regions = np.array([*known, None], dtype=object)
    why = np.isnan(linking._numbers(part, "lat")).astype(np.int64)
    best = scored.groupby("j")["score"].max()
    why[rows[best.index]] = np.where(best < asked.least, 2, 3)
    counts = np.bincount((number % len(regions)) * len(_WHY) + why, minlength=len(regions) * len(_WHY))
    index = pd.MultiIndex.from_product([regions, _WHY], names=["region_2023", "why"])
    # pairs that score too low can only be the likest of a row of ours: the first of the highest, as `_likest` takes them
    likest = scored.sort_values("score", ascending=False, kind="stable").drop_duplicates("i").index
    scored = scored[(scored["score"] >= asked.least) | scored.index.isin(likest)]
    used = np.unique(scored["j"].to_numpy(dtype=np.int64))
    return _Found(
        len(part),
        rows[used],
        side.take(used),
        scored.assign(j=rows[scored["j"]]),
        regions[number[rows[used]]],
        pd.Series(counts, index, name="rows").reset_index(),
    )


def _alone(part: pd.DataFrame, asked: _Asked, matched: NDArray[np.int64], taken: dict[int, Any]) -> pd.DataFrame:
    """Say of each row of a piece without a partner why it found none."""
    rows, _, scored = _near(part, asked)
    likest = linking._likest(scored.assign(j=rows[scored["j"]]), "j")
    told = linking._alone(
        linking._Bare(part["event_id"].to_numpy(dtype=object), linking._numbers(part, "lat")),
        asked.side.ids,
        likest,
        matched,
        taken,
        asked.least,
    )
    return told.astype(_KINDS)


def _reasons(found: tuple[_Found, ...], matched: list[NDArray[np.int64]]) -> pd.DataFrame:
    """Count the rows of theirs by region and reason."""
    parts = [f.why for f in found]
    for one, mine in zip(found, matched, strict=True):
        region = one.regions[np.searchsorted(one.rows, mine)]
        parts += [pd.DataFrame({"region_2023": region, "why": why, "rows": sign}) for why, sign in ((_TAKEN, -1), (_MATCHED, 1))]
    table = pd.concat([p for p in parts if len(p)] or parts[:1], ignore_index=True).astype(
        {"region_2023": "string[pyarrow]", "why": "string[pyarrow]", "rows": "int64"}
    )
    table = table.groupby(["region_2023", "why"], dropna=False, as_index=False)["rows"].sum()
    return table[table["rows"] > 0].reset_index(drop=True)
