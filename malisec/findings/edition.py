"""The heads of the reports on the edition: its sources, where, when, a region."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from malisec import i18n, naming, schema, style
from malisec.exhibit import Finding, sentence
from malisec.findings.words import DENSE, FEW, NEAR_KM, fraction, killed_by, percent
from malisec.i18n import Both, agree, say

if TYPE_CHECKING:
    from malisec import tolls
    from malisec.casebook import Casebook


#: the wave that the seeds tell of
WAVE = "wave-2025-07-01"


_WEST = ("Kayes", "Nioro")


def sources(case: Casebook) -> Finding:
    """Find how the claims of the seed documents stand against other press."""
    claims = case.seed_claims
    counts = claims["check"].value_counts()
    checkable = claims[~claims["check"].isin(["not_checkable", "unchecked"])]
    share = len(checkable[checkable["check"] == "confirmed"]) / len(checkable) if len(checkable) else 0.0
    wrong = int(counts.get("contradicted", 0))
    seeds = case.sources[case.sources["kind"] == "seed"]
    agency = int(seeds["origin"].notna().sum())
    title = say(
        "{share} of what can be checked is confirmed, {claims} {are} contradicted",
        share=fraction(share),
        claims=style.plural(wrong, "claim"),
        are=Both("is" if wrong == 1 else "are", "sont" if wrong > 1 else "est" if wrong else "n’est"),
    )
    lead = sentence(
        "{docs} make {n} factual claims; {checkable} can be checked. Other press confirms {ok} of these, finds "
        "{part} right in part and contradicts {wrong}.",
        docs=style.capital(say("{n} documents", n=style.words(len(seeds)))),
        n=len(claims),
        checkable=len(checkable),
        ok=int(counts.get("confirmed", 0)),
        part=int(counts.get("partly", 0)),
        wrong=wrong,
    )
    caution = sentence(
        "{agency} of the {docs} documents draw on agency copy, and the press that confirms them often does too: a "
        "claim confirmed by many pages may still have one speaker.",
        agency=style.capital(style.words(agency)),
        docs=style.words(len(seeds)),
    )
    return Finding(title, lead, caution)


def where(case: Casebook) -> Finding:
    """Find which regions hold half of the events, where the wave of 1 July 2025 struck, and how well the places are known."""
    located = case.events.dropna(subset=["lat"])
    caution = sentence(
        "What was found in the press is not all that happened. {near} of {located} located events are known to within 5 km; "
        "the others carry a wider ring. Nobody gave a toll for {unknown} of the {all} events.",
        near=int((located["ring_km"] <= NEAR_KM).sum()),
        located=len(located),
        all=len(case.events),
        unknown=Both("none", "aucun") if not case.total().unknown else style.words(case.total().unknown),
    )
    counts = case.events["region_2023"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    if case.events.empty:
        return Finding(
            say("No event"), sentence("No event is selected."), sentence("What was found in the press is not all that happened.")
        )
    if counts.empty:
        said = sentence("{n} and no place known.", n=style.capital(style.plural(len(case.events), "event")))
        return Finding(say("No event with a known place"), said, caution)
    # the fewest regions that hold half of all events, those without a region among them
    half = counts[: int((counts.cumsum() * 2 < len(case.events)).sum()) + 1]
    title = (
        say(
            "{events} in {regions}",
            events=style.capital(style.plural(len(case.events), "event")),
            regions=style.plural(len(counts), "region"),
        )
        if len(counts) < len(half) * 2
        else say(
            "{share} of the events lie in {n} of the {all} regions of Mali",
            share=fraction(half.sum() / len(case.events)),
            n=Both(style.words(len(half)), style.plural(len(half), "region").fr),
            all=len(schema.REGIONS),
        )
    )
    first, last = style.span(case.events)
    lead = sentence(
        "From {first} to {last} the tables hold {all}; {names} {hold} {n} of them.",
        first=style.dated(first, "from"),
        last=style.dated(last, "to"),
        all=style.plural(len(case.events), "event"),
        names=style.listed(half.index),
        hold=agree(len(half), ("holds", "en regroupe"), ("hold", "en regroupent")),
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
        day=style.dated(style.span(wave)[0], "On"),
        n=style.plural(len(wave), "town"),
        regions=style.listed(named),
        were=agree(len(wave), ("was", "a été attaquée"), ("were", "ont été attaquées")),
        west=(Both("it", "elle") if west else Both("none", "aucune"))
        if len(wave) == 1
        else Both("all", "toutes")
        if west == len(wave)
        else say("{k} of the {n}", k=style.words(west, she=True), n=style.words(len(wave))),
        lie=i18n.html(
            Both("lie" if west != 1 and len(wave) > 1 else "lies", "se trouvent" if west > 1 else "se trouve" if west else "ne se trouve")
        ),
    )


def when(case: Casebook) -> Finding:
    """Find what the two series can and cannot say of time."""
    ucdp = case.ucdp_monthly.assign(year=case.ucdp_monthly["month"].str[:4])
    if ucdp.empty:
        return Finding(say("No independent series to hold our rows against"), sentence("The UCDP table is empty."), DENSE)
    yearly = ucdp.groupby("year")["deaths_best"].sum()
    peak, last = str(yearly.idxmax()), str(yearly.index.max())
    end = pd.Timestamp(f"{ucdp['month'].max()}-01") + pd.offsets.MonthEnd()
    later = case.events[case.events["date"] > end]
    change = yearly[last] / yearly[peak] - 1
    dense = len(case.events) > 0 and len(later) * 2 > len(case.events)
    rest = say("most of our rows") if dense else _latest(len(later))
    title = say("Deaths peaked in {peak} in the series that ends before {rest}", peak=peak, rest=rest)
    lead = sentence(
        "UCDP, independent of us, counts {n} deaths in {peak}, the most of any year, and {m} in {last} ({change}). "
        "{later} of our {all} events come after it ends, {turning} of our {milestones} turning points.",
        n=i18n.number(int(yearly[peak])),
        peak=peak,
        m=i18n.number(int(yearly[last])),
        last=last,
        change=percent(f"{change:+.0%}".replace("-", "\N{MINUS SIGN}")),
        later=len(later),
        all=len(case.events),
        turning=int((case.milestones["date"] > end).sum()),
        milestones=len(case.milestones),
    )
    return Finding(title, lead, DENSE)


def _latest(n: int) -> Both:
    said = say("our last {rows}", rows=style.plural(n, "row"))
    return said if n > 1 else Both(said, "notre ligne la plus récente" if n else "toute ligne de nos tableaux")


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
    name, n = area or say("This selection"), len(case.events)
    if case.events.empty:
        return Finding(
            say("{name}: no event", name=name),
            sentence("The tables hold no event here."),
            sentence("Absence of a row is not absence of an event."),
        )
    total = case.total()
    killed = killed_by(total) if total.known else say("no toll known")
    known = "" if not total.known else say(" in all of them") if total.known == n else say(" in the {n} with a known toll", n=total.known)
    most, sentences = _most_named(case)
    events = style.plural(n, "event")
    title = say("{name}: {events}, {killed}{known}; {most}", name=name, events=events, killed=killed, known=known, most=most)
    regions = [r for r in schema.AREAS.get(name, ()) if r in set(case.events["region_2023"])]
    first, last = style.span(case.events)
    lead = sentence(
        "{span} the tables hold {n}{regions}. ",
        span=sentence("From {a} to {b}", a=style.dated(first, "From"), b=style.dated(last, "to"))
        if first != last
        else sentence("Of {a}", a=style.dated(first, "On")),
        n=style.plural(n, "event"),
        regions=sentence(" in {names} (regions of 2023)", names=style.listed(regions)) if regions else Markup(""),
    )
    return Finding(title, lead + _known_tolls(total) + sentences, _left_open(case, total))


def _known_tolls(total: tolls.Total) -> Markup:
    if not total.known:
        return sentence("Nobody gave a toll that stands for them alone: unknown, not zero. ")
    return sentence(
        "{killed} on the attacked side and among civilians, by the lowest and the highest figures; this is known for {known}. ",
        killed=style.capital(killed_by(total)),
        known=Both("every one", "tous les événements")
        if total.known == total.events
        else say("{n} of the {all}", n=total.known, all=total.events),
    )


def _most_named(case: Casebook) -> tuple[Both, Markup]:
    """Say who is named for the most events, in a few words and in a sentence; nothing when nobody is."""
    n = len(case.events)
    named = naming.named(case.events, case.actors)
    nobody = int((named["actor_id"] == naming.NOBODY).sum())
    named = named[named["actor_id"] != naming.NOBODY]
    if named.empty:
        return say("nobody named"), sentence("Nobody is named for any of them.")
    short = case.actors.set_index("actor_id")["short"].to_dict()
    # an actor with groups within it is counted with them, and these not beside it
    roofs = set(named.loc[named["within"], "actor_id"])
    counts = named[named["within"] | ~named["actor_id"].isin(roofs)].groupby("actor_id")["event_id"].agg(list)
    size = counts.map(len).sort_index().sort_values(ascending=False, kind="stable")
    top = size.index[size == size.iloc[0]]
    who = style.listed(say("{who} or a group within it", who=short[a]) if a in roofs else short[a] for a in top)
    k = int(size.iloc[0])
    share = percent(f" ({k / n:.0%})") if n >= FEW else ""
    degrees = case.events.loc[case.events["event_id"].isin({i for a in top for i in counts[a]}), "perpetrator_certainty"].value_counts()
    # a group counted within the most named one is not named as the next beside it
    inside = {i for a in top for i in counts[a]}
    belongs = case.actors.set_index("actor_id")["part_of"].to_dict()
    others = [a for a in size.index if a not in top and not (belongs.get(a) in top and inside & set(counts[a]))]
    degree = {"claimed": "{m} claimed", "attributed": "{m} attributed by others", "suspected": "{m} suspected"}
    said = sentence(
        "{who} {are} named in {k} of {n}{share}{each}: {degrees}{next}.{nobody}",
        who=who,
        are=agree(len(top), ("is", "Acteur le plus souvent nommé"), ("are", "Acteurs les plus souvent nommés")),
        k=k,
        n=n,
        share=share,
        each=Markup("") if len(top) == 1 else sentence(" each"),
        degrees=Markup(", ").join(sentence(said, m=int(degrees[d])) for d, said in degree.items() if degrees.get(d, 0)),
        next=sentence("; next is {other} with {m}", other=short[others[0]], m=int(size[others[0]])) if others else Markup(""),
        nobody=sentence(" For {m} nobody is named.", m=style.words(nobody)) if nobody else Markup(""),
    )
    return say("{who} named in {k}" if len(top) == 1 else "{who} named in {k} each", who=who, k=k), said


def _left_open(case: Casebook, total: tolls.Total) -> Markup:
    """Say what the numbers of a region cannot say."""
    located = case.events.dropna(subset=["lat"])
    parts = [
        sentence("Rows follow what the press told and where we looked: not all that happened, and no measure of violence."),
        sentence("Nobody gave a toll for {k} of {n}.", k=style.words(total.unknown), n=style.plural(total.events, "event"))
        if total.unknown
        else Markup(""),
        sentence(
            "{k} {have} a toll only together with places elsewhere, left out here.",
            k=style.capital(style.words(total.in_joint_left_out)),
            have=agree(total.in_joint_left_out, ("has", "n’a"), ("have", "n’ont")),
        )
        if total.in_joint_left_out
        else Markup(""),
        sentence(
            "{near} of {located} located events are known to within {km} km.",
            near=int((located["ring_km"] <= NEAR_KM).sum()),
            km=NEAR_KM,
            located=len(located),
        ),
        sentence("Who is named is what speakers say, not what was proven."),
    ]
    return Markup(" ").join(part for part in parts if part)
