"""The four regions by period: how many events, and how many dead from how many of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from malisec import i18n, schema, style, tolls
from malisec.credit import takes_events
from malisec.exhibit import Exhibit, grid, sentence
from malisec.i18n import say
from malisec.listing.parts import tabled

if TYPE_CHECKING:
    from malisec.casebook import Casebook

#: first years of the periods: the war in the north, the spread to the centre, the coups, the withdrawals, after the UN left
PERIODS = (2012, 2015, 2018, 2020, 2022, 2024)


@takes_events
def area_periods(case: Casebook, title: str = "Events and dead by region and period") -> Exhibit:
    """List for each period and region the events and the tolls known from them.

    Parameters
    ----------
    case
        The events.
    title
        What the table shows.

    Returns
    -------
    Exhibit
        Tolls as figure used and range, from how many of the events; joint tolls once.
    """
    if case.events.empty:
        return tabled(title, sentence("No event is selected."), pd.DataFrame())
    year = case.events["date"].dt.year
    rows = []
    for first, after in zip(PERIODS, (*PERIODS[1:], int(year.max()) + 1), strict=True):
        if after <= first:
            continue
        row: dict[str, object] = {"period": str(first) if after == first + 1 else f"{first}–{after - 1}"}
        for name, regions in schema.AREAS.items():
            here = case.events[(year >= first) & (year < after) & case.events["region_2023"].isin(regions)]
            total = case.total_of(here)
            row[name] = _cell(total)
        rows.append(row)
    reading = sentence(
        "Each cell: events in the tables; killed by the figures used, from the lowest to the highest; for how many of the events a toll is "
        "known. A joint toll counts only where all its places lie in the cell."
    )
    return tabled(title, reading, grid(rows, columns=["period", *schema.AREAS]))


def _cell(total: tolls.Total) -> Markup:
    """Write the events of a cell with their toll."""
    if not total.events:
        return i18n.html(say("no row"))
    events = style.plural(total.events, "event")
    if not total.known:
        return i18n.html(i18n.joined([events, "; ", say("toll unknown")]))
    toll = style.toll(total.low, total.best, total.high, open_above=total.open > 0)
    return i18n.html(say("{events}; {toll} killed, from {known}", events=events, toll=toll, known=total.known))
