"""One event as plain text: when, where, who, every claim with its speaker, every source with its address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from malisec import style

if TYPE_CHECKING:
    from malisec.casebook import Casebook


def event(case: Casebook, event_id: str) -> str:
    """Write an event with its claims and sources.

    Parameters
    ----------
    case
        The casebook.
    event_id
        Id of the event.

    Raises
    ------
    LookupError
        If no event has this id; names the nearest.

    Examples
    --------
    >>> import malisec as ms
    >>> print(event(ms.load(), "2025-07-01-molodo").splitlines()[0])
    2025-07-01-molodo: 1 July 2025, Molodo (Ségou region)
    """
    e = case.event(event_id)
    region = f" ({e['region_2023']} region)" if pd.notna(e["region_2023"]) else ""
    where = f"{e['place']}{region}" if pd.notna(e["place"]) else "place unknown"
    who = e["perpetrator"] if pd.notna(e["perpetrator"]) else "nobody named"
    lines = [
        f"{event_id}: {style.day(e['date'], e['date_precision'])}, {where}",
        e["summary"],
        f"type: {style.TYPES[e['event_type']][0]}; perpetrator: {who} ({e['perpetrator_certainty']}); confidence: {e['confidence']}",
        f"killed: {style.toll(e['killed_low'], e['killed_best'], e['killed_high'], open_above=bool(e['killed_open']))}",
        "claims:",
    ]
    about = case.claims[(case.claims["event_id"] == event_id) | (case.claims["shared_toll_id"] == e["shared_toll_id"])]
    for c in about.itertuples():
        put = ("not us" if c.value == "none" else c.value) if c.measure == "responsibility" else style.figure(c.low, c.high, c.qualifier)
        marks = [m for m, on in (("joint", pd.isna(c.event_id)), ("used", c.preferred), ("replaced", pd.notna(c.superseded_by))) if on]
        when = f" on {style.day(c.said_on)}" if pd.notna(c.said_on) else ""
        group = f" ({c.group})" if pd.notna(c.group) else ""
        lines.append(
            f"  {c.measure}{group}: {put}, says {c.said_by}{when}" + (f" [{', '.join(marks)}]" if marks else "") + f" <{c.source_ids}>"
        )
    lines += [
        f"second reading, {style.day(r.reviewed)}{'' if r.looked_up else ' (no page read again)'}: {r.what}"
        for r in case.reviews[case.reviews["event_id"] == event_id].itertuples()
    ]
    lines.append("sources:")
    lines += [f"  {s.source_id}: {s.publisher}, {s.subject}, {s.url}" for s in case.sources_of(event_id).itertuples()]
    return "\n".join(lines)
