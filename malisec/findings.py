"""The head of each report: what was found, what was counted, the caution. Every number is computed here from the tables.

Must not know how a report is built.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from malisec import naming, schema, style
from malisec.exhibit import Finding, sentence

if TYPE_CHECKING:
    from malisec import tolls
    from malisec.casebook import Casebook

#: the wave that the seeds tell of
WAVE = "wave-2025-07-01"
_WEST = ("Kayes", "Nioro")
#: a ring up to which a place counts as known, in km
_NEAR_KM = 5


_DENSE = Markup(
    "Our rows follow what the press told and where we looked: 2025, the year of most seed documents, was searched most. A rise in "
    "their number is a rise in rows, not in violence; only the UCDP series was counted with one rule throughout."
)


def sources(case: Casebook) -> Finding:
    """Find how the claims of the seed documents stand against other press."""
    claims = case.seed_claims
    counts = claims["check"].value_counts()
    checkable = claims[~claims["check"].isin(["not_checkable", "unchecked"])]
    share = len(checkable[checkable["check"] == "confirmed"]) / len(checkable) if len(checkable) else 0.0
    wrong = int(counts.get("contradicted", 0))
    seeds = case.sources[case.sources["kind"] == "seed"]
    agency = int(seeds["origin"].notna().sum())
    verb = "is" if wrong == 1 else "are"
    title = f"{_fraction(share)} of what can be checked is confirmed, {style.plural(wrong, 'claim')} {verb} contradicted"
    lead = sentence(
        "{docs} make {n} factual claims; {checkable} can be checked. Other press confirms {ok} of these, finds "
        "{part} right in part and contradicts {wrong}.",
        docs=f"{style.words(len(seeds)).capitalize()} documents",
        n=len(claims),
        checkable=len(checkable),
        ok=int(counts.get("confirmed", 0)),
        part=int(counts.get("partly", 0)),
        wrong=wrong,
    )
    caution = sentence(
        "{agency} of the {docs} documents draw on agency copy, and the press that confirms them often does too: a "
        "claim confirmed by many pages may still have one speaker.",
        agency=style.words(agency).capitalize(),
        docs=style.words(len(seeds)),
    )
    return Finding(title, lead, caution)


def _fraction(share: float) -> str:
    """Say a share in words, no finer than it deserves."""
    steps = (
        (0.29, "A quarter"),
        (0.40, "A third"),
        (0.47, "Under half"),
        (0.53, "Half"),
        (0.63, "Over half"),
        (0.71, "Two thirds"),
        (0.79, "Three quarters"),
        (0.95, "Most"),
    )
    return next((word for limit, word in steps if share < limit), "Nearly all") if share >= 0.21 else "Little"


def where(case: Casebook) -> Finding:
    """Find which regions hold half of the events, where the wave of 1 July 2025 struck, and how well the places are known."""
    located = case.events.dropna(subset=["lat"])
    caution = sentence(
        "What was found in the press is not all that happened. {near} of {located} located events are known to within 5 km; "
        "the others carry a wider ring. Nobody gave a toll for {unknown} of the {all} events.",
        near=int((located["ring_km"] <= _NEAR_KM).sum()),
        located=len(located),
        all=len(case.events),
        unknown="none" if not case.total().unknown else style.words(case.total().unknown),
    )
    counts = case.events["region_2023"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    if case.events.empty:
        return Finding("No event", Markup("No event is selected."), Markup("What was found in the press is not all that happened."))
    if counts.empty:
        said = sentence("{n} and no place known.", n=style.capital(style.plural(len(case.events), "event")))
        return Finding("No event with a known place", said, caution)
    # the fewest regions that hold half of all events, those without a region among them
    half = counts[: int((counts.cumsum() * 2 < len(case.events)).sum()) + 1]
    share = f"{_fraction(half.sum() / len(case.events))} of the events"
    title = (
        f"{style.capital(style.plural(len(case.events), 'event'))} in {style.plural(len(counts), 'region')}"
        if len(counts) < len(half) * 2
        else f"{share} lie in {style.words(len(half))} of the {len(schema.REGIONS)} regions of Mali"
    )
    lead = sentence(
        "From {first} to {last} the tables hold {all}; {names} {hold} {n} of them.",
        first=style.span(case.events)[0],
        last=style.span(case.events)[1],
        all=style.plural(len(case.events), "event"),
        names=style.listed(half.index),
        hold=Markup("holds" if len(half) == 1 else "hold"),
        n=style.words(int(half.sum())),
    )
    return Finding(title, lead + _wave(case), caution)


def _wave(case: Casebook) -> Markup:
    """Say where the wave that the seeds tell of struck; nothing when it is not selected."""
    wave = case.events[case.events["wave_id"].eq(WAVE)]
    if wave.empty:
        return Markup("")
    west = int(wave["region_2023"].isin(_WEST).sum())
    named = sorted(wave["region_2023"].dropna().unique(), key=lambda r: wave.loc[wave["region_2023"] == r, "lon"].mean(), reverse=True)
    return sentence(
        " On {day} {n} in {regions} {were} attacked in one wave; {west} {lie} in Kayes and Nioro, in the west.",
        day=style.span(wave)[0],
        n=style.plural(len(wave), "town"),
        regions=style.listed(named),
        were=Markup("was" if len(wave) == 1 else "were"),
        west=("it" if west else "none")
        if len(wave) == 1
        else "all"
        if west == len(wave)
        else f"{style.words(west)} of the {style.words(len(wave))}",
        lie=Markup("lie" if west != 1 and len(wave) > 1 else "lies"),
    )


def when(case: Casebook) -> Finding:
    """Find what the two series can and cannot say of time."""
    ucdp = case.ucdp_monthly.assign(year=case.ucdp_monthly["month"].str[:4])
    if ucdp.empty:
        return Finding("No independent series to hold our rows against", Markup("The UCDP table is empty."), _DENSE)
    yearly = ucdp.groupby("year")["deaths_best"].sum()
    peak, last = str(yearly.idxmax()), str(yearly.index.max())
    end = pd.Timestamp(f"{ucdp['month'].max()}-01") + pd.offsets.MonthEnd()
    later = case.events[case.events["date"] > end]
    change = yearly[last] / yearly[peak] - 1
    dense = len(case.events) > 0 and len(later) * 2 > len(case.events)
    title = f"Deaths peaked in {peak} in the series that ends before {'most of our rows' if dense else f'our last {_rows(len(later))}'}"
    lead = sentence(
        "UCDP, independent of us, counts {n} deaths in {peak}, the most of any year, and {m} in {last} ({change}). "
        "{later} of our {all} events come after it ends, {turning} of our {milestones} turning points.",
        n=f"{int(yearly[peak]):,}",
        peak=peak,
        m=f"{int(yearly[last]):,}",
        last=last,
        change=f"{change:+.0%}".replace("-", "\N{MINUS SIGN}"),
        later=len(later),
        all=len(case.events),
        turning=int((case.milestones["date"] > end).sum()),
        milestones=len(case.milestones),
    )
    return Finding(title, lead, _DENSE)


#: events below which counts are told and no shares: a tenth of four events is nobody
_FEW = 5


def region(case: Casebook, area: str | None = None) -> Finding:
    """Find how many events and dead the tables hold for a region, and who is named most often.

    Parameters
    ----------
    case
        The events of the region.
    area
        A name of `malisec.schema.AREAS`, or any other name for the selection.

    Returns
    -------
    Finding
        Tolls as a range with the number of events they are known for; shares only of five events or more.
    """
    name, n = area or "This selection", len(case.events)
    if case.events.empty:
        return Finding(
            f"{name}: no event", Markup("The tables hold no event here."), Markup("Absence of a row is not absence of an event.")
        )
    total = case.total()
    killed = _killed(total) if total.known else "no toll known"
    known = "" if not total.known else " in all of them" if total.known == n else f" in the {total.known} with a known toll"
    most, sentences = _most_named(case)
    title = f"{name}: {style.plural(n, 'event')}, {killed}{known}{f'; {most}' if most else ''}"
    regions = [r for r in schema.AREAS.get(name, ()) if r in set(case.events["region_2023"])]
    first, last = style.span(case.events)
    lead = sentence(
        "{span} the tables hold {n}{regions}. ",
        span=sentence("From {a} to {b}", a=first, b=last) if first != last else sentence("Of {a}", a=first),
        n=style.plural(n, "event"),
        regions=sentence(" in {names} (regions of 2023)", names=style.listed(regions)) if regions else Markup(""),
    )
    return Finding(title, lead + _known_tolls(total) + sentences, _left_open(case, total))


def _killed(total: tolls.Total) -> str:
    """Say a sum of tolls as its range; a speaker without an upper bound leaves it open."""
    said = f"{total.low:,}" if total.low == total.high else f"{total.low:,} to {total.high:,}"
    return f"{said}{' or more' if total.open else ''} killed"


def _known_tolls(total: tolls.Total) -> Markup:
    if not total.known:
        return Markup("Nobody gave a toll that stands for them alone: unknown, not zero. ")
    return sentence(
        "{killed} on the attacked side and among civilians, by the lowest and the highest figures; this is known for {known}. ",
        killed=style.capital(_killed(total)),
        known="every one" if total.known == total.events else f"{total.known} of the {total.events}",
    )


def _most_named(case: Casebook) -> tuple[str, Markup]:
    """Say who is named for the most events, in a few words and in a sentence; nothing when nobody is."""
    n = len(case.events)
    named = naming.named(case.events, case.actors)
    nobody = int((named["actor_id"] == naming.NOBODY).sum())
    named = named[named["actor_id"] != naming.NOBODY]
    if named.empty:
        return "nobody named", Markup("Nobody is named for any of them.")
    short = case.actors.set_index("actor_id")["short"].to_dict()
    # an actor with groups within it is counted with them, and these not beside it
    roofs = set(named.loc[named["within"], "actor_id"])
    counts = named[named["within"] | ~named["actor_id"].isin(roofs)].groupby("actor_id")["event_id"].agg(list)
    size = counts.map(len).sort_index().sort_values(ascending=False, kind="stable")
    top = size.index[size == size.iloc[0]]
    who = style.listed(f"{short[a]} or a group within it" if a in roofs else short[a] for a in top)
    k = int(size.iloc[0])
    share = f" ({k / n:.0%})" if n >= _FEW else ""
    degrees = case.events.loc[case.events["event_id"].isin({i for a in top for i in counts[a]}), "perpetrator_certainty"].value_counts()
    # a group counted within the most named one is not named as the next beside it
    inside = {i for a in top for i in counts[a]}
    belongs = case.actors.set_index("actor_id")["part_of"].to_dict()
    others = [a for a in size.index if a not in top and not (belongs.get(a) in top and inside & set(counts[a]))]
    words = {"claimed": "claimed", "attributed": "attributed by others", "suspected": "suspected"}
    said = sentence(
        "{who} {are} named in {k} of {n}{share}{each}: {degrees}{next}.{nobody}",
        who=who,
        are=Markup("is" if len(top) == 1 else "are"),
        k=k,
        n=n,
        share=share,
        each=Markup("" if len(top) == 1 else " each"),
        degrees=Markup(", ").join(sentence("{m} " + word, m=int(degrees[d])) for d, word in words.items() if degrees.get(d, 0)),
        next=sentence("; next is {other} with {m}", other=short[others[0]], m=int(size[others[0]])) if others else Markup(""),
        nobody=sentence(" For {m} nobody is named.", m=style.words(nobody)) if nobody else Markup(""),
    )
    return f"{who} named in {k}{'' if len(top) == 1 else ' each'}", said


def _left_open(case: Casebook, total: tolls.Total) -> Markup:
    """Say what the numbers of a region cannot say."""
    located = case.events.dropna(subset=["lat"])
    parts = [
        Markup("Rows follow what the press told and where we looked: not all that happened, and no measure of violence."),
        sentence("Nobody gave a toll for {k} of {n}.", k=style.words(total.unknown), n=style.plural(total.events, "event"))
        if total.unknown
        else Markup(""),
        sentence(
            "{k} {have} a toll only together with places elsewhere, left out here.",
            k=style.capital(style.words(total.in_joint_left_out)),
            have=Markup("has" if total.in_joint_left_out == 1 else "have"),
        )
        if total.in_joint_left_out
        else Markup(""),
        sentence(
            "{near} of {located} located events are known to within {km} km.",
            near=int((located["ring_km"] <= _NEAR_KM).sum()),
            km=_NEAR_KM,
            located=len(located),
        ),
        Markup("Who is named is what speakers say, not what was proven."),
    ]
    return Markup(" ").join(part for part in parts if part)


def _rows(n: int) -> str:
    return style.plural(n, "row")
