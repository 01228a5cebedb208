"""The four areas side by side, and whether rows moved to the west: the same question asked of several readings of the rows.

Frames in, frames out. Must not know pictures or sentences.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from malisec import schema, trends
from malisec.others import takes_rows

if TYPE_CHECKING:
    from malisec.casebook import Casebook

#: rows outside the four areas
ELSEWHERE = "elsewhere"
#: the area that the press speaks of as the west, and from which year on it speaks of a move there
WEST, WEST_SINCE = "Kayes", 2023
#: year that most seeds tell of, and that was searched most
SEARCHED = 2025
#: years from which the move is reckoned as well, since a first year with few rows in the west makes any later one look like a rise
SINCE_OTHERS = (2018, 2020)
#: voices from which an event counts as widely told
WIDE = 4


def area_of(events: pd.DataFrame) -> pd.Series:
    """Return the area of `malisec.schema.AREAS` that each event lies in, or ``elsewhere``.

    Examples
    --------
    >>> area_of(pd.DataFrame({"region_2023": ["San", "Gao", None]})).tolist()
    ['Ségou', 'elsewhere', 'elsewhere']
    """
    area = {region: name for name, regions in schema.AREAS.items() for region in regions}
    return events["region_2023"].map(area).fillna(ELSEWHERE)


@takes_rows
def readings(events: pd.DataFrame, sources: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the events as one may read them when it matters how they were found.

    Parameters
    ----------
    events
        The events.
    sources
        The sources table; its seeds are what the search began with.

    Returns
    -------
    dict
        ``all``; ``once``: each wave counted once; ``unseeded``: without rows that a seed tells of; ``both`` of these; ``wide``: known to
        `WIDE` voices or more, which would have been found by anybody; ``earlier``: before the year that was searched most.
    """
    told = trends.told_by_seeds(events, sources)
    earlier = events["date"].dt.year < SEARCHED
    return {
        "all": events,
        "once": trends.once(events),
        "unseeded": events[~told],
        "both": trends.once(events[~told]),
        "wide": events[events["independent_sources"] >= WIDE],
        "earlier": events[earlier],
    }


def move_west(case: Casebook, since: int = WEST_SINCE) -> pd.DataFrame:
    """Ask of each reading of the rows whether the share that lies in the west grew.

    Parameters
    ----------
    case
        The events.
    since
        First year.

    Returns
    -------
    pandas.DataFrame
        Indexed by reading: as `malisec.trends.odds_per_year`.
    """
    events = case.events[case.events["date"].dt.year >= since]
    rows = readings(events, case.sources)
    rows |= {f"since_{year}": case.events[case.events["date"].dt.year >= year] for year in SINCE_OTHERS if year < since}
    found = {name: trends.odds_per_year(area_of(r).eq(WEST), r["date"]) for name, r in rows.items()}
    return pd.DataFrame.from_dict(found, orient="index", dtype=float)
