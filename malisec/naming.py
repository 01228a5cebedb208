"""Who is named for an event: the actors of its row, and the groups these had joined by its day.

Frames in, frames out. Tells what speakers say, not who did it; must not know how it is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator

#: what stands for an event that names nobody
NOBODY = "unidentified"


def named(events: pd.DataFrame, actors: pd.DataFrame) -> pd.DataFrame:
    """List who is named for each event.

    Parameters
    ----------
    events
        Rows of the events table.
    actors
        The actors table. A group counts for an actor of its kind that it belongs to (``part_of``) from the day on which that one is
        known to be active: a katiba counts for the alliance it entered, and not before.

    Returns
    -------
    pandas.DataFrame
        ``event_id``, ``actor_id`` (`NOBODY` where nobody is named) and ``within``. Rows with ``within`` count an actor together with
        the groups within it, once an event; an actor has such rows where one of its groups is named here.

    Examples
    --------
    >>> import malisec as ms
    >>> case = ms.load().select(since="2025-06-01", until="2025-06-01", place="boulkessi")
    >>> named(case.events, case.actors)["actor_id"].tolist()
    ['jnim']
    """
    known = actors.set_index("actor_id").to_dict("index")
    own, above = [], []
    for event, cell, certainty, date in zip(
        events["event_id"], events["perpetrator"], events["perpetrator_certainty"], events["date"], strict=True
    ):
        people = cell.split() if isinstance(cell, str) and certainty != "unknown" else [NOBODY]
        own += [(event, who) for who in people]
        above += [(event, roof) for who in people for roof in _roofs(who, f"{date:%Y-%m-%d}", known)]
    roofs = {roof for _, roof in above}
    together = dict.fromkeys([*(row for row in own if row[1] in roofs), *above])
    rows = [(*row, False) for row in own] + [(*row, True) for row in together]
    return pd.DataFrame(rows, columns=["event_id", "actor_id", "within"])


def _roofs(actor: str, day: str, known: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Name what an actor belongs to on a day, and what that belongs to."""
    while actor in known:
        roof, kind = known[actor]["part_of"], known[actor]["kind"]
        if roof not in known or known[roof]["kind"] != kind:
            return
        since = known[roof]["active_from"]
        # dates known by year or month compare as text; who nobody knows when began is nobody's roof
        if isinstance(since, str) and since <= day:
            yield roof
        actor = roof
