"""The head of the report on what the tables do not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from malisec import gaps, i18n, style, trends
from malisec.exhibit import Finding, sentence
from malisec.i18n import say

if TYPE_CHECKING:
    from malisec.casebook import Casebook

#: distance from any row at which the headline measures Mali's area, in km
OFF_KM = 100


def unknown(case: Casebook) -> Finding:
    """Find how much the tables leave open: tolls, voices, places, regions and years without a row, land far from any row."""
    events = case.events
    caution = sentence(
        "No row is not no event: the rows follow what the press told and where we looked, and what nobody wrote down cannot be counted "
        "here at all. Copies of which no page names the origin count as voices of their own, so that single voices are rather more than "
        "fewer. The far north is nearly empty of people, and no figures of population stand behind the distances."
    )
    if events.empty:
        return Finding(say("No event"), sentence("No event is selected."), caution)
    nobody, single = int(gaps.toll_known(events, case.whole.claims).eq("unknown").sum()), int(gaps.one_voice(events).sum())
    cells = gaps.distances(events)
    counts = gaps.by_region(events, case.whole.events["date"].max())
    title = say(
        "Nobody gave a toll for {n} of {all} events, {m} rest on one voice, and {share} of Mali’s area lies over {km} km from any row",
        n=nobody,
        all=len(events),
        m=single,
        share=style.share(gaps.beyond(cells, OFF_KM)) if len(gaps.placed(events)) else say("all"),
        km=OFF_KM,
    )
    ring = events["ring_km"].dropna()
    lead = sentence(
        "The day is known for {day} of {all} events, the place to within {near} km for {known}; for {wide} the ring is wider than {far} "
        "km. {empty} of {cells} pairs of a region and a year since {since} hold no row. {fr} of {pages} pages are French.",
        day=int(events["date_precision"].eq("day").sum()),
        all=len(events),
        near=gaps.NEAR_KM,
        known=int((ring <= gaps.NEAR_KM).sum()),
        wide=int((ring > gaps.FAR_KM).sum()),
        far=gaps.FAR_KM,
        empty=int((counts == 0).to_numpy().sum()),
        cells=counts.size,
        since=str(trends.SINCE),
        fr=style.share((case.sources["language"] == "fr").mean()) if len(case.sources) else say("None"),
        pages=i18n.number(len(case.sources)),
    )
    return Finding(title, lead, caution)
