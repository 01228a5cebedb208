"""The events of a map as plain JSON values: every figure with its speaker, numbers and dates unwritten.

The page writes them out in the reader's language. Must not know how they are drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from malisec import schema, style, tolls
from malisec.maps import context as around
from malisec.others import takes_events

if TYPE_CHECKING:
    from collections.abc import Iterable

    from malisec.casebook import Casebook

#: blocks of a card in their order: key, measure, groups; the headings are written by the page
BLOCKS: dict[str, tuple[str, tuple[str, ...]]] = {
    "killed": ("killed", tolls.VICTIMS),
    "killed_attackers": ("killed", ("attackers",)),
    "killed_all": ("killed", ("all",)),
    "injured_attackers": ("injured", ("attackers",)),
    "injured_all": ("injured", ("all",)),
    "injured": ("injured", tolls.VICTIMS),
    "neutralised_attackers": ("neutralised", ("attackers",)),
    "neutralised": ("neutralised", tolls.VICTIMS),
    "abducted": ("abducted", tolls.VICTIMS),
    "missing": ("missing", tolls.VICTIMS),
    "captured": ("captured", tolls.VICTIMS),
    "captured_attackers": ("captured", ("attackers",)),
    "vehicles_destroyed": ("vehicles_destroyed", tolls.VICTIMS),
    "vehicles_destroyed_attackers": ("vehicles_destroyed", ("attackers",)),
}

#: so far the point of an exact site may be off without a ring being drawn: a camp or a market is as large
SITE_KM = 2.0
_GROUPS = (*schema.GROUPS, "everyone")


@takes_events
def payload(case: Casebook, *, regions: str | Iterable[str] = (), fit: bool = False) -> dict[str, Any]:
    """Collect what the layer draws.

    Parameters
    ----------
    case
        Events to draw; those without a place or a date are told, and stand in the table only.
    regions
        Regions of 2023 that stand out.
    fit
        Whether the map opens on the regions named instead of the whole country.

    Returns
    -------
    dict
        ``events``, ``sources`` (by their number in the edition), ``actors``, ``types``, ``context``, ``regions`` (those that stand
        out), ``bounds`` and ``first`` (index of the event shown at first).
    """
    events = case.events.reset_index(drop=True)
    # numbers of the whole edition, so that an event reads the same on every map of a page
    number = {i: n for n, i in enumerate(case.whole.sources["source_id"])}
    about = _claims_by_key(case.claims)
    blocks = _by_block(case.claims)
    derived, ticks = _ranges(blocks), _ticks(blocks)
    rows = [_event(e, [*about.get(e.event_id, ()), *about.get(e.shared_toll_id, ())], derived, ticks, number) for e in events.itertuples()]
    used = {n for e in rows for n in _pages_of(e)}
    best = events["killed_best"].fillna(events["killed_low"]).astype("float64").where(events["lat"].notna())
    used = {n for e in rows for n in _pages_of(e)}
    located = events.dropna(subset=["lat", "lon"])
    named = around.known_regions(regions)
    return {
        "events": rows,
        "sources": {str(n): _source(s) for n, s in enumerate(case.whole.sources.itertuples()) if n in used},
        "actors": case.actors.set_index("actor_id")["short"].to_dict(),
        "types": [{"id": k, "label": v[0], "colour": v[1], "shape": v[2]} for k, v in _types(events).items()],
        "context": around.context(case),
        "regions": list(named),
        "site_km": SITE_KM,
        "bounds": around.bounds(named, located) if fit else around.bounds((), _outside(located)),
        # the deadliest that the map shows; where no toll is known, the first it shows
        "first": int(best.idxmax()) if best.notna().any() else int(located.index[0]) if len(located) else None,
    }


def _types(events: pd.DataFrame) -> dict[str, tuple[str, str, str, str]]:
    """Return the types that the legend names: all of ours, or those of another dataset that are there."""
    there = set(events["event_type"])
    return {k: v for k, v in style.TYPES.items() if k in there or (k in style.EVENT_TYPES and there <= set(style.EVENT_TYPES))}


def _outside(located: pd.DataFrame) -> pd.DataFrame:
    """Return the events that a map of Mali would not show."""
    (south, west), (north, east) = around.MALI
    return located[~(located["lat"].between(south, north) & located["lon"].between(west, east))]


def lean(value: Any) -> Any:
    """Leave out what is missing or false: JavaScript reads it so anyway, and a page of 600 events is a fifth smaller."""
    if isinstance(value, dict):
        return {k: lean(v) for k, v in value.items() if v is not None and v is not False}
    return [lean(v) for v in value] if isinstance(value, list) else value


def _claims_by_key(claims: pd.DataFrame) -> dict[str, list[Any]]:
    # plain rows, gone through once: a search in the frame for each event would grow with the square of the edition
    found: dict[str, list[Any]] = {}
    for claim in claims.assign(key=claims["event_id"].fillna(claims["shared_toll_id"])).itertuples():
        found.setdefault(claim.key, []).append(claim)
    return found


def _by_block(claims: pd.DataFrame) -> pd.DataFrame:
    """Return the claims of single events, each under an id of its event and block: a joint toll has no range at any one place.

    All blocks at once: fourteen derivations of few rows each would cost fourteen times as much.
    """
    own = claims[claims["event_id"].notna()]
    block = pd.Series(pd.NA, index=own.index, dtype="object")
    for name, (measure, groups) in BLOCKS.items():
        block[own["measure"].eq(measure) & own["group"].isin(groups)] = name
    return own.assign(event_id=own["event_id"].str.cat(block.astype("str"), sep="|"), measure="any")[block.notna()]


def _ranges(blocks: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Derive the range of each event and block, by `event|block`."""
    return dict(tolls.derive(blocks, "any", _GROUPS).to_dict("index"))


def _ticks(blocks: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """Return a mark for each statement that counts, with the claims it is made of, by `event|block`.

    A statement adds up what one speaker says on one day; where forces and civilians of different speakers are put together, the
    mark is made of the claims of both.
    """
    some = blocks[blocks["superseded_by"].isna() & (blocks["low"].notna() | blocks["high"].notna())]
    claims: dict[str, list[Any]] = {}
    for c in some.itertuples():
        claims.setdefault(c.event_id, []).append(c)
    found: dict[str, list[dict[str, Any]]] = {}
    for s in tolls.counted(tolls.statements(blocks, "any", _GROUPS)).itertuples():
        mine = claims.get(s.key, [])
        if pd.isna(s.said_by):
            parts = [c for c in mine if c.group in {"forces", "civilians"}]
            made = [c for c in parts if c.preferred] if s.preferred else parts
        else:
            made = [c for c in mine if c.said_by == s.said_by and _day(c.said_on) == _day(s.said_on) and (c.preferred or not s.apart)]
        ids = [c.claim_id for c in made]
        found.setdefault(s.key, []).append({"at": _number(s.high if pd.isna(s.low) else s.low), "used": bool(s.preferred), "of": ids})
    return found


def _source(page: Any) -> list[str | None]:
    return [page.publisher, _text(page.url), _text(page.published)]


def _pages_of(event: dict[str, Any]) -> set[int]:
    claims = [*event["who"], *(c for t in event["tolls"] for c in t["says"])]
    return {n for part in (event, *claims) for n in part["src"]}


def _number(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _day(value: Any) -> str | None:
    return f"{value:%Y-%m-%d}" if pd.notna(value) else None


def _degrees(value: Any) -> float | None:
    return None if pd.isna(value) else round(float(value), 4)


def _event(
    e: Any, about: list[Any], derived: dict[str, dict[str, Any]], ticks: dict[str, list[dict[str, Any]]], number: dict[str, int]
) -> dict[str, Any]:
    blocks = []
    for block, (measure, groups) in BLOCKS.items():
        rows = [c for c in about if c.measure == measure and c.group in groups]
        if rows:
            # a dataset that counts everybody is not told as the dead of one side
            shown = "killed_everyone" if rows[0].group == "everyone" else block
            # the range is the event's own; a joint toll is listed, never drawn at one place
            key, lines = f"{e.event_id}|{block}", {c.claim_id: n for n, c in enumerate(rows)}
            marks = [{**t, "of": [lines[i] for i in t["of"]]} for t in ticks.get(key, [])]
            blocks.append({"is": shown, **_range(derived.get(key)), "says": [_says(c, number) for c in rows], "ticks": marks or None})
    killed = _range(derived.get(f"{e.event_id}|killed"))
    return {
        "id": e.event_id,
        "date": _day(e.date),
        "precision": e.date_precision if e.date_precision != "day" else None,
        "end": _day(e.date_end) if pd.notna(e.date_end) and e.date_end != e.date else None,
        "lat": _degrees(e.lat),
        "lon": _degrees(e.lon),
        "place": _text(e.place),
        "site": _text(e.site),
        "region": _text(e.region_2023),
        "was": _text(e.region_1991) if e.region_1991 != e.region_2023 else None,
        "at": e.location_precision,
        "ring": _ring(e),
        "type": e.event_type,
        "by": e.perpetrator.split() if isinstance(e.perpetrator, str) else [],
        "sure": e.perpetrator_certainty,
        "killed": killed if killed["high"] is not None or killed["low"] is not None else None,
        "joint": any(pd.isna(c.event_id) for c in about if c.measure == "killed" and c.group in tolls.VICTIMS),
        "summary": e.summary,
        "resume": _text(e.summary_fr),
        "wave": _text(e.wave_id),
        "voices": int(e.independent_sources),
        "tolls": blocks,
        "who": [_names(c, number) for c in about if c.measure == "responsibility"],
        "src": [number[i] for i in e.source_ids.split()],
        "note": _text(e.note),
    }


def _range(found: dict[str, Any] | None) -> dict[str, Any]:
    low, best, high = (_number(found[k]) for k in ("low", "best", "high")) if found else (None, None, None)
    return {"low": low, "best": best, "high": high, "open": bool(found["open"]) if found else False}


def _says(claim: Any, number: dict[str, int]) -> dict[str, Any]:
    return {
        "low": _number(claim.low),
        "high": _number(claim.high),
        "q": claim.qualifier if claim.qualifier != "exact" else None,
        "of": claim.group if claim.group in {"forces", "civilians"} else None,
        "by": claim.said_by,
        "on": _day(claim.said_on),
        "used": bool(claim.preferred),
        "gone": bool(pd.notna(claim.superseded_by)),
        "joint": bool(pd.isna(claim.event_id)),
        "why": claim.reason.rstrip(".") if claim.preferred and isinstance(claim.reason, str) else None,
        "src": [number[i] for i in claim.source_ids.split()],
    }


def _names(claim: Any, number: dict[str, int]) -> dict[str, Any]:
    return {
        # an empty list: the speaker denies it
        "who": [] if claim.value == "none" else str(claim.value).split(),
        "by": claim.said_by,
        "on": _day(claim.said_on),
        "src": [number[i] for i in claim.source_ids.split()],
    }


def _ring(e: Any) -> float | None:
    """Return the radius within which the true place lies; none for a site whose point is known as well as a site is large."""
    if pd.isna(e.ring_km) or e.ring_km <= (SITE_KM if e.location_precision == "exact" else 0):
        return None
    return round(float(e.ring_km), 1)
