"""Two tables of events side by side: which row of one is which row of the other, with the reasons, and why the rest found none.

Candidates lie near in space and time, as near as both rows know; scored, then matched one to one. Frames in, frames out.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from malisec import dates, geography, names, paths, tables
from malisec.extras import library
from malisec.faults import FaultsError
from malisec.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

#: share of the score that each likeness has
WEIGHTS = {"place": 0.35, "day": 0.25, "toll": 0.15, "actors": 0.15, "type": 0.10}
#: score from which two rows are taken for one event
LEAST = 0.55
#: pairs that are reckoned at one time, so that a long table takes no more memory than a short one
_PAIRS = 2_000_000
#: what each type is at its coarsest; a row against civilians may be told of as violence against them whatever the weapon
_COARSE = {
    "complex_attack": {"fight"},
    "armed_assault": {"fight"},
    "ambush": {"fight"},
    "military_operation": {"fight"},
    "ied": {"remote"},
    "shelling_drone": {"remote"},
    "airstrike": {"remote"},
    "massacre_of_civilians": {"civilians"},
    "abduction": {"civilians"},
    "state_based": {"fight", "remote"},
    "non_state": {"fight", "remote"},
    "one_sided": {"civilians"},
    "battle": {"fight"},
    "remote": {"remote"},
    "against_civilians": {"civilians"},
}
_COLUMNS = ["ours", "theirs", "score", "km", "days", *WEIGHTS, "why"]


@dataclasses.dataclass(frozen=True)
class Linked:
    """What two tables have in common.

    Attributes
    ----------
    pairs
        One row a pair: ``ours``, ``theirs`` (event ids), ``score`` (0 to 1), ``km`` and ``days`` apart, the likeness of ``place``,
        ``day``, ``toll``, ``actors`` and ``type`` (0 to 1, a half where one of the two does not say), and ``why`` in words.
    ours_only, theirs_only
        Rows without a partner: ``event_id``, ``why`` none was found, and the ``nearest`` candidate with its ``score``, if there was one.
    """

    pairs: pd.DataFrame
    ours_only: pd.DataFrame
    theirs_only: pd.DataFrame

    def __repr__(self) -> str:
        """Say how many found a partner."""
        return f"{len(self.pairs)} pairs, {len(self.ours_only)} rows of ours and {len(self.theirs_only)} of theirs without a partner"


def link(
    ours: pd.DataFrame, theirs: pd.DataFrame, km: float = 25, days: int = 3, *, least: float = LEAST, actors: pd.DataFrame | None = None
) -> Linked:
    """Match two tables of events, one to one.

    Parameters
    ----------
    ours, theirs
        Events: of a casebook, or as the readers return them.
    km
        Kilometres by which two points of one event may lie apart, beside what each row says of its own precision.
    days
        Days by which two dates of one event may lie apart, beside the span that each row may have begun in.
    least
        Score from which two rows are taken for one event.
    actors
        The actors table; that of the shipped edition when left out.

    Returns
    -------
    Linked
        The best one-to-one assignment (scipy's `linear_sum_assignment`) over all candidates within the windows.

    Notes
    -----
    Windows, one-to-one matching and the account of why rows find no partner follow Donnay, Dunford, McGrath, Backer and Cunningham,
    Integrating conflict event data, Journal of Conflict Resolution 63 (2019), the method of meltt.

    Examples
    --------
    >>> import malisec as ms
    >>> events = ms.load().select(wave="wave-2025-07-01").events
    >>> ms.link(events, events.assign(event_id="x-" + events["event_id"]))
    7 pairs, 0 rows of ours and 0 of theirs without a partner
    """
    a, b = _sides(ours, actors), _sides(theirs, actors)
    candidates = _candidates(a, b, km, days)
    scored = _scored(a, b, candidates, km, days)
    chosen = _assigned(scored[scored["score"] >= least])
    i, j = (chosen[key].to_numpy(dtype=np.int64) for key in ("i", "j"))
    return Linked(
        _told(a, b, chosen),
        _alone(a, b.ids, _likest(scored, "i"), i, dict(zip(j, a.ids[i], strict=True)), least),
        _alone(b, a.ids, _likest(scored, "j"), j, dict(zip(i, b.ids[j], strict=True)), least),
    )


# --- what is compared --------------------------------------------------------------------------------------------
@dataclasses.dataclass(frozen=True)
class _Bare:
    """What is told of a row that found no partner."""

    ids: NDArray[Any]
    lat: NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class _Side:
    """One table, as arrays."""

    ids: NDArray[Any]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    ring: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    coarse: list[set[str]]
    who: list[set[str]]

    def take(self, rows: NDArray[np.int64]) -> _Side:
        """Return some of the rows."""

        def some(values: Any) -> Any:
            return [values[k] for k in rows] if isinstance(values, list) else values[rows]

        return _Side(*(some(getattr(self, f.name)) for f in dataclasses.fields(self)))


def _joined(sides: list[_Side]) -> _Side:
    """Return one table out of its parts."""

    def all_of(parts: list[Any]) -> Any:
        return [*itertools.chain(*parts)] if isinstance(parts[0], list) else np.concatenate(parts)

    return _Side(*(all_of([getattr(side, f.name) for side in sides]) for f in dataclasses.fields(_Side)))


def _span(events: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first and the last day of each row, as days since 1970; what has no day lies before all time."""
    day = np.datetime64("1970-01-01")
    first = (events["date"].to_numpy().astype("datetime64[D]") - day).astype(np.int64)
    last = (dates.last_days(events).to_numpy().astype("datetime64[D]") - day).astype(np.int64)
    if "date_end" in events:
        end = events["date_end"].to_numpy().astype("datetime64[D]")
        last = np.maximum(last, np.where(np.isnat(end), last, (end - day).astype(np.int64)))
    return first, last


def _numbers(events: pd.DataFrame, column: str) -> NDArray[np.float64]:
    return events[column].to_numpy(dtype=float, na_value=np.nan) if column in events else np.full(len(events), np.nan)


def _sides(events: pd.DataFrame, actors: pd.DataFrame | None) -> _Side:
    first, last = _span(events)
    low, best, high = (_numbers(events, f"killed_{end}") for end in ("low", "best", "high"))
    return _Side(
        ids=events["event_id"].to_numpy(dtype=object),
        first=first,
        last=last,
        lat=_numbers(events, "lat"),
        lon=_numbers(events, "lon"),
        # a ring that nobody gave widens no window: that is the window's own to do
        ring=np.nan_to_num(_numbers(events, "ring_km")),
        low=np.where(np.isnan(low), best, low),
        high=np.where(np.isnan(high), best, high),
        coarse=[_COARSE.get(t, set()) for t in events["event_type"]] if "event_type" in events else [set()] * len(events),
        who=named(events, actors),
    )


def named(events: pd.DataFrame, actors: pd.DataFrame | None = None) -> list[set[str]]:
    """Return the actors that each row names on either side, by their roofs, as ids of the actors table.

    Parameters
    ----------
    events
        With ``perpetrator`` and ``target_kind``, or with ``side_a`` and ``side_b`` or one of the two, in the words of their dataset.
    actors
        The actors table; that of the shipped edition when left out.
    """
    table = _actors() if actors is None else actors
    roof = dict(zip(table["actor_id"], table["part_of"], strict=True))

    def top(actor: str) -> str:
        while isinstance(roof.get(actor), str):
            actor = roof[actor]
        return actor

    if "perpetrator" in events:
        said = [set(str(p).split()) if isinstance(p, str) else set() for p in events["perpetrator"]]
        said = [s | ({"fama"} if t == "security_forces" else set()) for s, t in zip(said, events["target_kind"], strict=True)]
        return [{top(a) for a in s if a != "unidentified"} for s in said]
    spelt = _spellings(table)
    columns = [events[c].astype("string").fillna("") for c in ("side_a", "side_b") if c in events]
    unique = {text: {top(a) for a in _actors_in(text, spelt)} for column in columns for text in column.unique()}
    return [set().union(*(unique[text] for text in row)) for row in zip(*columns, strict=True)] if columns else [set()] * len(events)


@functools.cache
def _actors() -> pd.DataFrame:
    """Return the actors of the shipped edition."""
    text, faults = tables.read_text(tables.file_of(TABLES["actors"], paths.home() / "data"), TABLES["actors"])
    if faults:
        raise FaultsError(faults)
    return tables.typed(text, TABLES["actors"])


def _spellings(table: pd.DataFrame) -> dict[str, str]:
    """Return every name of every actor as plain letters."""
    found = {"government of mali": "fama", "military forces of mali": "fama", "islamic state": "issp"}
    for row in table.itertuples():
        aliases = row.aliases.split("|") if isinstance(row.aliases, str) else []
        for name in (row.name, row.name_fr, row.short, *aliases):
            if isinstance(name, str) and len(name) > 2:
                found.setdefault(names.normalise(name), row.actor_id)
    return found


def _actors_in(text: str, spelt: dict[str, str]) -> set[str]:
    plain = f" {names.normalise(text)} "
    return {actor for name, actor in spelt.items() if f" {name} " in plain} | ({"issp"} if plain == " is " else set())


# --- candidates and scores ---------------------------------------------------------------------------------------
def _candidates(a: _Side, b: _Side, km: float, days: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of rows that lie within the windows."""
    order = np.argsort(b.first, kind="stable")
    first = b.first[order]
    # who began earlier may still reach into the window by the longest span there is
    reach = int((b.last - b.first).max()) if len(b.first) else 0
    start = np.searchsorted(first, a.first - days - reach, side="left")
    stop = np.searchsorted(first, a.last + days, side="right")
    found_i, found_j = [], []
    # a row without a day has no window
    size = np.maximum(stop - start, 0)
    ends = np.cumsum(size)
    part = 0
    while part < len(a.ids):
        # as many rows as make so many pairs, and one at least
        next_part = max(part + 1, int(np.searchsorted(ends, (ends[part - 1] if part else 0) + _PAIRS, side="right")))
        n = size[part:next_part]
        i = np.repeat(np.arange(part, part + len(n)), n)
        j = order[np.arange(n.sum()) - np.repeat(n.cumsum() - n, n) + np.repeat(start[part:next_part], n)]
        near = _gap(a, b, i, j) <= days
        i, j = i[near], j[near]
        far = geography.distance_km(a.lon[i], a.lat[i], b.lon[j], b.lat[j])
        close = far <= km + a.ring[i] + b.ring[j]
        found_i.append(i[close])
        found_j.append(j[close])
        part = next_part
    empty = np.empty(0, dtype=np.int64)
    return (np.concatenate(found_i), np.concatenate(found_j)) if found_i else (empty, empty)


def _within(events: pd.DataFrame, a: _Side, km: float, days: int) -> NDArray[np.int64]:
    """Return the rows of a table that may lie within the windows of a side: all that do, and few others.

    Asks one box of degrees and days around the whole side, which takes no time: of a table of the whole world little is left.
    """
    if not len(a.ids) or np.isnan(a.lat).all():
        return np.empty(0, dtype=np.int64)
    lat, lon, ring = (_numbers(events, c) for c in ("lat", "lon", "ring_km"))
    # a little more, so that no rounding leaves out what lies on the edge
    reach = (km + a.ring.max() + np.nan_to_num(ring)) / geography.EARTH_KM * 1.000001 + 1e-9
    south, north, west, east = np.nanmin(a.lat), np.nanmax(a.lat), np.nanmin(a.lon), np.nanmax(a.lon)
    high = np.degrees(reach)
    with np.errstate(invalid="ignore"):
        # degrees of longitude that a circle around the point takes in; all of them where a pole lies in it
        wide = np.degrees(np.arcsin(np.minimum(np.sin(np.minimum(reach, np.pi / 2)) / np.cos(np.radians(lat)), 1)))
    wide = np.where(np.abs(lat) + high >= 90, 360, wide)
    first, last = _span(events)
    near = (lat >= south - high) & (lat <= north + high) & ((lon - west + wide) % 360 <= east - west + 2 * wide)
    known = a.first > np.iinfo(np.int64).min
    begin, end = (a.first[known].min() - days, a.last[known].max() + days) if known.any() else (0, -1)
    return np.flatnonzero(near & (last >= begin) & (first <= end))


def _gap(a: _Side, b: _Side, i: NDArray[np.int64], j: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the days between two spans, nought where they touch."""
    return np.maximum(np.maximum(a.first[i] - b.last[j], b.first[j] - a.last[i]), 0)


def _scored(a: _Side, b: _Side, pairs: tuple[NDArray[np.int64], NDArray[np.int64]], km: float, days: int) -> pd.DataFrame:
    i, j = pairs
    far = geography.distance_km(a.lon[i], a.lat[i], b.lon[j], b.lat[j])
    gap = _gap(a, b, i, j)
    # half of what is left of the windows: two rows that know little are never as alike as two that know much
    place = np.exp(-far / (km / 2 + (a.ring[i] + b.ring[j]) / 2)) * km / (km + (a.ring[i] + b.ring[j]) / 4)
    span = (a.last[i] - a.first[i]) + (b.last[j] - b.first[j])
    day = np.exp(-gap / max(days / 2, 0.5)) * (1 / (1 + span / 30))
    apart = np.maximum(np.maximum(a.low[i] - b.high[j], b.low[j] - a.high[i]), 0)
    toll = np.exp(-np.abs(np.log((np.minimum(a.high[i], b.high[j]) + 1 + apart) / (np.minimum(a.high[i], b.high[j]) + 1))))
    frame = pd.DataFrame({"i": i, "j": j, "km": far, "days": gap, "place": place, "day": day, "toll": np.where(np.isnan(toll), 0.5, toll)})
    frame["actors"] = _alike(a.who, b.who, i, j)
    frame["type"] = _alike(a.coarse, b.coarse, i, j)
    frame["score"] = sum(frame[name] * weight for name, weight in WEIGHTS.items())
    return frame


def _alike(a: list[set[str]], b: list[set[str]], i: NDArray[np.int64], j: NDArray[np.int64]) -> list[float]:
    """Return 1 where two sets share something, 0 where they share nothing, and a half where one of them is empty."""
    return [0.5 if not a[m] or not b[n] else float(bool(a[m] & b[n])) for m, n in zip(i, j, strict=True)]


def _assigned(scored: pd.DataFrame) -> pd.DataFrame:
    """Choose pairs so that no row stands in two and the sum of scores is as high as can be, one group of connected rows after another."""
    if scored.empty:
        return scored
    sparse, graph = library("scipy.sparse"), library("scipy.sparse.csgraph")
    optimize = library("scipy.optimize")
    rows, i = np.unique(scored["i"], return_inverse=True)
    columns, j = np.unique(scored["j"], return_inverse=True)
    edges = sparse.coo_matrix((np.ones(len(i)), (i, len(rows) + j)), shape=(len(rows) + len(columns),) * 2)
    group = graph.connected_components(edges, directed=False)[1][i]
    chosen = []
    for _, part in scored.assign(group=group).groupby("group", sort=False):
        if len(part) == 1:
            chosen += [*part.index]
            continue
        table = part.pivot_table(index="i", columns="j", values="score", fill_value=0.0)
        at = optimize.linear_sum_assignment(table.to_numpy(), maximize=True)
        keep = {(table.index[r], table.columns[c]) for r, c in zip(*at, strict=True) if table.to_numpy()[r, c] > 0}
        chosen += [n for n, m, k in zip(part.index, part["i"], part["j"], strict=True) if (m, k) in keep]
    return scored.loc[chosen].sort_values(["i", "j"], kind="stable")


# --- what is told ------------------------------------------------------------------------------------------------
def _told(a: _Side, b: _Side, chosen: pd.DataFrame) -> pd.DataFrame:
    rows = chosen.assign(ours=a.ids[chosen["i"]], theirs=b.ids[chosen["j"]]) if len(chosen) else chosen.assign(ours=[], theirs=[])
    why = [_why(a, b, row) for row in rows.itertuples()]
    return rows.assign(why=pd.Series(why, index=rows.index, dtype="object"))[_COLUMNS].round(3).reset_index(drop=True)


def _why(a: _Side, b: _Side, row: Any) -> str:
    parts = [f"{row.km:.0f} km apart" + (f" (rings {a.ring[row.i]:.0f} and {b.ring[row.j]:.0f} km)" if row.km > 1 else "")]
    parts.append("same days" if row.days == 0 else f"{row.days} day{'s' if row.days > 1 else ''} apart")
    shared = sorted(a.who[row.i] & b.who[row.j])
    parts.append(f"both name {', '.join(shared)}" if shared else "actors differ" if row.actors == 0 else "actors not told by both")
    parts.append({1.0: "types agree", 0.0: "types differ"}.get(row.type, "type not told by both"))
    tolls = [_toll(side.low[n], side.high[n]) for side, n in ((a, row.i), (b, row.j))]
    return "; ".join([*parts, f"{tolls[0]} dead against {tolls[1]}"])


def _toll(low: float, high: float) -> str:
    return "unknown" if np.isnan(low) or np.isnan(high) else f"{low:.0f}" if low == high else f"{low:.0f}–{high:.0f}"


def _likest(scored: pd.DataFrame, key: str) -> dict[int, tuple[int, float]]:
    """Return for each row of one side the row of the other that scores highest beside it, the first of equals, with the score."""
    best = scored.sort_values("score", ascending=False, kind="stable").drop_duplicates(key)
    return dict(zip(best[key].tolist(), zip(best["j" if key == "i" else "i"].tolist(), best["score"].tolist(), strict=True), strict=True))


#: why a row without a candidate found no partner
UNPLACED, FAR = "its place is not known", "no row within the windows of place and time"


def _alone(
    mine: _Side | _Bare,
    others: NDArray[Any],
    likest: dict[int, tuple[int, float]],
    matched: NDArray[np.int64],
    taken: dict[int, Any],
    least: float,
) -> pd.DataFrame:
    """Say of each row without a partner why it found none.

    Parameters
    ----------
    mine
        The rows.
    others
        Ids of the other side.
    likest
        As `_likest` returns it.
    matched
        Rows with a partner.
    taken
        Row of the other side -> id of ours that it is matched to.
    least
        As for `link`.
    """
    ids = mine.ids
    why = np.where(np.isnan(mine.lat), UNPLACED, FAR).astype(object)
    nearest, scores = np.full(len(ids), None, dtype=object), np.full(len(ids), np.nan)
    for n, (near, score) in likest.items():
        nearest[n], scores[n] = others[near], round(score, 3)
        if score < least:
            why[n] = f"the likest row scores {score:.2f}, below {least:g}"
        else:
            why[n] = f"the likest row is matched to {taken[near]}" if near in taken else "the likest row is matched elsewhere"
    alone = np.ones(len(ids), dtype=bool)
    alone[matched] = False
    return pd.DataFrame({"event_id": ids[alone], "why": why[alone], "nearest": nearest[alone], "score": scores[alone]})


def sources_of_difference(linked: Linked, which: Iterable[str] = ("ours_only", "theirs_only")) -> pd.DataFrame:
    """Count why rows found no partner.

    Parameters
    ----------
    linked
        As `link` returns it.
    which
        Sides to count.
    """
    parts = [getattr(linked, side)["why"].str.replace(r"[\d.]+|to \S+", "…", regex=True).value_counts().rename(side) for side in which]
    return pd.concat(parts, axis=1).fillna(0).astype("int64")
