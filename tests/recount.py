"""The tables counted with nothing of ours: plain CSV rows, the published rules written down a second time.

Knows the files and the codebook; must not import malisec.
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
AREAS = {
    "Ségou": {"Ségou", "San"},
    "Kayes": {"Kayes", "Nioro", "Kita"},
    "Mopti": {"Mopti", "Bandiagara", "Douentza"},
    "Bamako": {"Bamako", "Koulikoro"},
}
WORDS = dict(zip("no one two three four five six seven eight nine ten eleven twelve".split(), range(13), strict=True))


@functools.cache
def rows(name: str) -> list[dict[str, str]]:
    """Read a table."""
    with (ROOT / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def numbers(text: str) -> list[int]:
    """Return the numbers of a sentence in their order, small ones in words included."""
    found = re.findall(rf"\d[\d,]*|\b(?:{'|'.join(WORDS)})\b", text, flags=re.IGNORECASE)
    return [WORDS[t.lower()] if t.lower() in WORDS else int(t.replace(",", "")) for t in found]


def events_of(area: str) -> list[dict[str, str]]:
    """Return the events at places in the regions of an area, in the order of their days."""
    here = {p["place_id"] for p in rows("data/places.csv") if p["region_2023"] in AREAS[area]}
    return sorted((e for e in rows("data/events.csv") if e["place_id"] in here), key=lambda e: (e["date"], e["event_id"]))


# --- who is named ------------------------------------------------------------------------------------------------
def people(event: dict[str, str]) -> set[str]:
    """Return who is named for an event."""
    who = set(event["perpetrator"].split()) if event["perpetrator_certainty"] != "unknown" else set()
    return who - {"unidentified"}


def with_roofs(event: dict[str, str]) -> set[str]:
    """Return who is named, and what these belonged to on the day."""
    actors = {a["actor_id"]: a for a in rows("data/actors.csv")}
    found, todo = set(), list(people(event))
    while todo:
        one = actors[todo.pop()]
        roof = actors.get(one["part_of"])
        if roof is not None and roof["kind"] == one["kind"]:
            todo.append(roof["actor_id"])
            if roof["active_from"] and roof["active_from"] <= event["date"]:
                found.add(roof["actor_id"])
    return found | people(event)


# --- tolls -------------------------------------------------------------------------------------------------------
Toll = dict[str, Any]


def _statement(claims: list[dict[str, str]], *, preferred: bool) -> Toll:
    lows = [int(c["low"]) for c in claims if c["low"]]
    groups = {c["group"] for c in claims}
    return {
        "low": sum(lows) if lows else None,
        "high": sum(int(c["high"] or c["low"]) for c in claims),
        "open": any(not c["high"] for c in claims),
        "part": groups.pop() if groups in ({"forces"}, {"civilians"}) else "whole",
        "wordy": all(c["qualifier"] == "words" for c in claims),
        "preferred": preferred,
    }


def _said(claims: Iterable[dict[str, str]]) -> list[Toll]:
    """Add what one speaker said on one day; a preferred part of it stands beside the whole of it."""
    said: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for c in claims:
        said.setdefault((c["said_by"], c["said_by_kind"], c["said_on"]), []).append(c)
    found = []
    for mine in said.values():
        liked = [c for c in mine if c["preferred"]]
        split = {c["group"] for c in mine} == {"forces", "civilians"} and 0 < len(liked) < len(mine)
        found.append(_statement(mine, preferred=bool(liked) and not split))
        if split:
            found.append(_statement(liked, preferred=True))
    return found


def _without_bare_words(said: list[Toll]) -> list[Toll]:
    figures = [s for s in said if not (s["wordy"] and s["open"] and not s["preferred"])]
    return figures or said


def _range(said: list[Toll]) -> Toll:
    lows, least = [s["low"] for s in said if s["low"] is not None], min(s["high"] for s in said)
    low = min([*lows, least]) if lows else None
    return {"low": low, "high": max(s["high"] for s in said), "open": any(s["open"] for s in said)}


def _used(said: list[Toll]) -> int | None:
    """Return the figure that the preferred statement stands for."""
    liked = [s for s in said if s["preferred"]]
    if not liked:
        return None
    one = liked[-1]
    low = one["high"] if one["low"] is None else one["low"]
    return one["used"] if "used" in one else low if one["open"] else (low + one["high"]) // 2


def _toll(claims: Iterable[dict[str, str]]) -> Toll | None:
    said = _said(claims)
    if not said:
        return None
    parts = {p: _without_bare_words(mine) for p in ("forces", "civilians") if (mine := [s for s in said if s["part"] == p])}
    kept = [s for s in said if s["part"] == "whole"]
    joined = len(parts) == 2 and (not kept or all(_used(mine) is not None for mine in parts.values()))
    if joined:
        ends, used = [_range(mine) for mine in parts.values()], [_used(mine) for mine in parts.values()]
        known = None not in used
        kept.append(
            {
                "low": None if any(e["low"] is None for e in ends) else sum(e["low"] for e in ends),
                "high": sum(e["high"] for e in ends),
                "open": any(e["open"] for e in ends),
                "wordy": False,
                "preferred": known,
                "used": sum(u for u in used if u is not None) if known else None,
            }
        )
    else:
        whole = bool(kept)
        kept += [s for s in said if s["part"] != "whole" and (s["preferred"] or not whole)]
    kept = _without_bare_words(kept)
    toll = _range(kept) | {"best": _used(kept)}
    above = [s for s in said if (s["part"] != "whole" or s["wordy"]) and s["high"] > toll["high"]]
    if above:
        toll |= {"high": max(s["high"] for s in above), "open": toll["open"] or any(s["open"] for s in above)}
    return toll


@functools.cache
def tolls() -> dict[str, Toll]:
    """Return the range of the killed for each event and joint toll that has a figure."""
    by_key: dict[str, list[dict[str, str]]] = {}
    for c in rows("data/claims.csv"):
        counts = c["measure"] == "killed" and c["group"] in {"attacked", "forces", "civilians"} and not c["superseded_by"]
        if counts and (c["low"] or c["high"]):
            by_key.setdefault(c["event_id"] or c["shared_toll_id"], []).append(c)
    return {key: toll for key, mine in by_key.items() if (toll := _toll(mine)) is not None}


def added(events: list[dict[str, str]]) -> tuple[dict[str, set[str]], set[str]]:
    """Return the tolls to add up with the events each stands for, and the events whose toll counts others elsewhere as well."""
    ids = {e["event_id"] for e in events}
    members: dict[str, set[str]] = {}
    for e in rows("data/events.csv"):
        if e["shared_toll_id"]:
            members.setdefault(e["shared_toll_id"], set()).add(e["event_id"])
    settled = {key for key, toll in tolls().items() if toll["best"] is not None}
    joint = {k: m for k, m in members.items() if m & ids and k in tolls() and not m <= settled}
    whole = {k: m for k, m in joint.items() if m <= ids}
    covered = set().union(*whole.values())
    own = {i: {i} for i in ids - covered if i in tolls()}
    return own | whole, {i for k, m in joint.items() if k not in whole for i in m & ids} - set(own) - covered


def total(events: list[dict[str, str]]) -> tuple[int, int, bool, int, int]:
    """Return lowest and highest sum, whether one is open, for how many events known, and how many only with others elsewhere."""
    keys, elsewhere = added(events)
    found = [tolls()[k] for k in keys]
    known = len(set().union(*keys.values()))
    return sum(t["low"] or 0 for t in found), sum(t["high"] for t in found), any(t["open"] for t in found), known, len(elsewhere)


def killed(events: list[dict[str, str]]) -> tuple[str, str]:
    """Write the two cells that a sum of tolls takes."""
    low, high, no_bound, known, elsewhere = total(events)
    above = "+" if no_bound else ""
    said = f"{low:,}{above}" if low == high else f"{low:,}–{high:,}{above}"
    beside = f"; {elsewhere} only together with places elsewhere" if elsewhere else ""
    return said if known else "unknown", f"{known} of {len(events)}{beside}"


# --- sources -----------------------------------------------------------------------------------------------------
@functools.cache
def pages() -> dict[str, set[str]]:
    """Return the pages behind each event: its own, and those of the claims about it or about a toll it shares."""
    found = {e["event_id"]: set(e["source_ids"].split()) for e in rows("data/events.csv")}
    shared: dict[str, list[str]] = {}
    for e in rows("data/events.csv"):
        shared.setdefault(e["shared_toll_id"], []).append(e["event_id"])
    for c in rows("data/claims.csv"):
        for event in [c["event_id"]] if c["event_id"] else shared[c["shared_toll_id"]]:
            found[event] |= set(c["source_ids"].split())
    return found


def voices(event: dict[str, str]) -> int:
    """Return how many independent origins stand behind an event: agencies where a page relays one, publishers elsewhere."""
    sources = {s["source_id"]: s for s in rows("data/sources.csv")}
    return len({sources[i]["origin"] or sources[i]["publisher"] for i in pages()[event["event_id"]]})


def of_year(year: int | str) -> list[dict[str, str]]:
    """Return the events of a year."""
    return [e for e in rows("data/events.csv") if e["date"].startswith(str(year))]


# --- an independent series ---------------------------------------------------------------------------------------
def deaths(since: int = 1989) -> list[tuple[int, int, float]]:
    """Return year, month and deaths of each month of UCDP's series."""
    found = [(int(r["month"][:4]), int(r["month"][5:]), float(r["deaths_best"])) for r in rows("data/ucdp_monthly.csv")]
    return [r for r in found if r[0] >= since]
