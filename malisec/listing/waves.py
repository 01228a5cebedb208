"""The waves, the crowded days, and how unlikely these are under a background without waves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from malisec import days, i18n, space, style
from malisec.credit import takes_events
from malisec.exhibit import Exhibit, grid, sentence
from malisec.i18n import Both, agree, say
from malisec.listing.parts import links, pages, tabled, toll_cells, who

if TYPE_CHECKING:
    from malisec.casebook import Casebook

#: backgrounds as `malisec.days.backgrounds` names them
BACKGROUNDS = {
    "before": "independent, at the rate of the twelve months before",
    "apart": "the same, days with a wave left out",
    "years": "independent, each year at its own rate",
    "excited": "self-exciting, all rows",
    "excited_once": "self-exciting, each wave as one row",
}


def _km(value: float) -> Both:
    return say("unknown") if pd.isna(value) else i18n.number(round(value))


@takes_events
def waves(case: Casebook, title: str = "Waves: events that belong to one coordinated attack") -> Exhibit:
    """List the waves with their size, spread, spacing, who is named and the toll.

    Parameters
    ----------
    case
        The events.
    title
        What the table shows.

    Returns
    -------
    Exhibit
        Columns ``day``, ``rows``, ``places``, ``regions``, ``spread, km``, ``spacing, km``, ``widest ring, km``, ``perpetrator``,
        ``killed`` (lowest to highest), ``known for`` and ``sources``.
    """
    found = space.waves(case.events)
    actors, by_id = case.actors.set_index("actor_id")["short"].to_dict(), links(case.sources)
    rows: list[dict[str, Any]] = []
    for wave, w in found.iterrows():
        mine = case.events[case.events["wave_id"] == wave]
        ids = dict.fromkeys(i for cell in mine["source_ids"] for i in cell.split())
        rows.append(
            {
                "day": f"{w['first']:%Y-%m-%d}",
                "rows": int(w["size"]),
                "places": style.listed(dict.fromkeys(mine["place"].fillna("place unknown"))),
                "regions": style.listed(sorted(mine["region_2023"].dropna().unique())) if mine["region_2023"].notna().any() else "unknown",
                "spread, km": _km(w["spread_km"]),
                "spacing, km": _km(w["spacing_km"]),
                "widest ring, km": _km(w["ring_km"]),
                "perpetrator": i18n.joined([*dict.fromkeys(who(e, actors) for e in mine.itertuples())], "; "),
            }
            | toll_cells(case.total_of(mine))
            | {"sources": pages(" ".join(ids), by_id)}
        )
    columns = ["day", "rows", "places", "regions", "spread, km", "spacing, km", "widest ring, km", "perpetrator", "killed", "known for"]
    frame = grid(rows, columns=[*columns, "sources"])
    if frame.empty:
        return tabled(title, sentence("The tables hold no wave here."), frame)
    size = found["size"]
    reading = sentence(
        "{n} with {rows} of {all} events, {small} of them of two. Spread is the largest distance between two rows, spacing the median "
        "distance of a row to the nearest other; both lie within the rings of the places. Joint tolls count once.",
        n=style.capital(style.plural(len(found), "wave")),
        rows=int(size.sum()),
        all=len(case.events),
        small=style.words(int((size == 2).sum())) if (size == 2).any() else Both("none", "aucune"),
    )
    return tabled(title, reading, frame)


@takes_events
def backgrounds(
    case: Casebook, title: str = "How unlikely such a morning is if attacks come independently", *, wave: str = days.MORNING
) -> Exhibit:
    """List how many days as crowded as a wave several backgrounds would hold.

    Parameters
    ----------
    case
        The events.
    title
        What the table shows.
    wave
        The wave whose size is asked about.

    Returns
    -------
    Exhibit
        Columns ``background``, ``rests on``, ``rows a day``, ``such days expected``, ``once in so many histories``,
        ``simulated histories with one`` and ``a row brings on``.
    """
    table = days.backgrounds(case.events, wave)
    rows = [
        {
            "background": say(BACKGROUNDS[name]),
            "rests on": say("{rows} in {days}", rows=style.plural(round(b["rows"]), "row"), days=style.plural(int(b["days"]), "day")),
            "rows a day": style.decimal(b["rate"], 2)
            if name in {"before", "apart"}
            else say("{rate} in that year", rate=style.decimal(b["rate"], 2)),
            "such days expected": style.small(b["expected"]),
            "once in so many histories": style.once_in(b["expected"]),
            "simulated histories with one": say("{n} of {of}", n=i18n.number(int(b["reached"])), of=i18n.number(days.HISTORIES))
            if pd.notna(b["reached"])
            else say("reckoned, not simulated"),
            "a row brings on": say(
                "{n} rows ({low} to {high})",
                n=style.decimal(b["alpha"], 2),
                low=style.decimal(b["alpha_low"], 2),
                high=style.decimal(b["alpha_high"], 2),
            )
            if pd.notna(b["alpha"])
            else say("none"),
        }
        for name, b in table.iterrows()
    ]
    columns = ["background", "rests on", "rows a day", "such days expected", "once in so many histories", "simulated histories with one"]
    frame = grid(rows, columns=[*columns, "a row brings on"])
    if frame.empty:
        return tabled(title, sentence("The wave, or the rows of the twelve months before it, are not in this selection."), frame)
    mine = case.events[case.events["wave_id"] == wave]
    reading = sentence(
        "A day with {n} rows or more, as {day} was; a history is {years} years long. So small a number says that the rows did not come "
        "independently, no more: that they were coordinated is what the reports say. Within a day a self-exciting background is "
        "independent too.",
        n=style.words(len(mine)),
        day=style.dated(style.day(mine["date"].min()), "on"),
        years=style.decimal(table["span"].iloc[0] / 365.25),
    )
    return tabled(title, reading, frame)


@takes_events
def crowded_days(case: Casebook, title: str = "Days with the most rows", *, least: int = 3) -> Exhibit:
    """List the days with several rows.

    Parameters
    ----------
    case
        The events whose day is known.
    title
        What the table shows.
    least
        Rows from which a day is listed.

    Returns
    -------
    Exhibit
        Columns ``day``, ``rows``, ``in a wave``, ``places``, ``rows a day, that year`` and ``such days expected that year``.
    """
    known = case.events[case.events["date_precision"].eq("day") & case.events["date"].notna()]
    full = known.groupby("date").filter(lambda rows: len(rows) >= least)
    counts = days.daily_rows(case.events)
    rows = []
    for day, mine in full.groupby("date"):
        year = counts[counts.index.year == day.year]
        rows.append(
            {
                "day": f"{day:%Y-%m-%d}",
                "rows": len(mine),
                "in a wave": int(mine["wave_id"].notna().sum()),
                "places": style.listed(dict.fromkeys(mine["place"].fillna("place unknown"))),
                "rows a day, that year": style.decimal(year.mean(), 2),
                "such days expected that year": style.small(days.expected_days([year.mean()] * len(year), len(mine))),
            }
        )
    frame = grid(rows, columns=["day", "rows", "in a wave", "places", "rows a day, that year", "such days expected that year"])
    if frame.empty:
        return tabled(title, sentence("No day here has {n} rows.", n=style.words(least)), frame)
    without = int((frame["in a wave"] == 0).sum())
    reading = sentence(
        "{n} {have} {least} rows or more; without a wave: {without}. Expected: days with as many rows or more in that year, if rows "
        "came independently at the rate of the year.",
        n=style.capital(style.plural(len(frame), "day")),
        have=agree(len(frame), ("has", "compte"), ("have", "comptent")),
        least=style.words(least),
        without=style.words(without) if without else Both("none", "aucun"),
    )
    return tabled(title, reading, frame)
