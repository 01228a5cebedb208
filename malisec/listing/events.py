"""Events as rows: all, the worst, the places hit most often, the tolls on which speakers disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from malisec import i18n, others, style, tolls
from malisec.credit import takes_events
from malisec.exhibit import Exhibit, grid, sentence
from malisec.i18n import Both, agree, say
from malisec.listing.parts import date_of, links, pages, said_in, speakers_of, sum_cells, tabled, who

if TYPE_CHECKING:
    from malisec.casebook import Casebook


@others.takes_events
def event_rows(case: Casebook) -> pd.DataFrame:
    """Return the events as a table for people.

    Parameters
    ----------
    case
        The events.

    Returns
    -------
    pandas.DataFrame
        ``date``, ``place``, ``region (2023)``, ``type``, ``perpetrator``, ``killed`` (figure used and range, or unknown),
        ``what`` and ``sources`` (links).
    """
    actors = case.actors.set_index("actor_id")["short"].to_dict()
    by_id, joint_claimed = links(case.sources), set(case.claims["shared_toll_id"].dropna())
    rows = []
    for e in case.events.itertuples():
        label, colour, _, _ = style.TYPES[e.event_type]
        joint = isinstance(e.shared_toll_id, str) and pd.isna(e.killed_low)
        toll = style.toll(e.killed_low, e.killed_best, e.killed_high, open_above=e.killed_open)
        rows.append(
            {
                "date": date_of(e),
                "place": e.place if pd.notna(e.place) else "unknown",
                "region (2023)": e.region_2023 if pd.notna(e.region_2023) else "unknown",
                "type": Markup('<span class="ms-dot" style="background:{}"></span>{}').format(colour, i18n.html(label)),
                "perpetrator": who(e, actors),
                "killed": say("joint toll, see card") if joint and e.shared_toll_id in joint_claimed else toll,
                "what": said_in(e),
                "sources": pages(e.source_ids, by_id),
            }
        )
    return grid(rows, columns=["date", "place", "region (2023)", "type", "perpetrator", "killed", "what", "sources"])


@takes_events
def events(case: Casebook, title: str = "Events") -> Exhibit:
    """List the events, tolls as figure used and range."""
    frame = event_rows(case)
    total = case.total()
    reading = sentence(
        "{n}; a toll is known for {known}.", n=style.capital(style.plural(len(frame), "event")), known=style.words(total.known)
    )
    return tabled(title, reading, frame)


@takes_events
def disagreements(case: Casebook, title: str = "Who says how many", *, at_least: float = 1.5) -> Exhibit:
    """List the events whose speakers give different tolls, widest ratio first.

    Parameters
    ----------
    case
        The events.
    title
        What the table shows.
    at_least
        Least ratio of the highest to the lowest figure.
    """
    said = tolls.statements(case.claims)
    said = said[~said["apart"]]
    # a word such as "several" is a bound by our rule, not a figure to hold against another
    figures = said[~said["vague"] & said["complete"]].groupby("key").agg(low=("low", "min"), high=("high", "max"))
    figures = figures[figures["low"] > 0]
    ratio = (figures["high"] / figures["low"]).astype(float)
    found = case.killed
    order = ratio[ratio >= at_least].sort_values(ascending=False, kind="stable").index
    names = case.events.set_index("event_id")
    rows = []
    for key in order:
        # of a joint toll every place, also those that are not selected: it counts them all
        everywhere = case.whole.events
        joint = everywhere[everywhere["shared_toll_id"] == key]
        where = names.loc[key, "place"] if key in names.index else style.listed(joint["place"].fillna("place unknown").unique())
        when = names.loc[key, "date"] if key in names.index else joint["date"].min()
        rows.append(
            {
                "date": f"{when:%Y-%m-%d}",
                "place": where,
                "killed": style.toll(
                    found.loc[key, "low"], found.loc[key, "best"], found.loc[key, "high"], open_above=found.loc[key, "open"]
                ),
                "highest to lowest": round(float(ratio[key]), 1),
                "who says what": speakers_of(said[said["key"] == key]),
            }
        )
    frame = grid(rows, columns=["date", "place", "killed", "highest to lowest", "who says what"])
    known = len(figures)
    if not known:
        return tabled(title, sentence("No toll here is given in numbers above zero."), frame)
    reading = sentence(
        "{n} of {known} given in numbers above zero, joint ones once, {have} a highest figure at least {ratio} times the lowest.",
        n=style.capital(style.words(len(frame))) if len(frame) else Both("None", "Aucun"),
        known=sentence("{n} toll" if known == 1 else "{n} tolls", n=known),
        have=agree(len(frame), ("has", "a" if len(frame) else "n’a"), ("have", "ont" if len(frame) else "n’a")),
        ratio=at_least,
    )
    return tabled(title, reading, frame)


def _first(numbers: pd.Series, most: int) -> pd.Series:
    """Tell the highest numbers, at most so many: no choice is made among equal ones, unless all are equal."""
    rank = numbers.rank(method="max", ascending=False)
    return (rank <= most) | (rank == rank.min())


@takes_events
def worst(case: Casebook, title: str = "The events with the most dead", *, most: int = 10) -> Exhibit:
    """List the tolls with the highest figures used, each with its range and what every speaker said.

    Parameters
    ----------
    case
        The events. A joint toll is one row with all its places; one that counts places outside the selection too is left out.
    title
        What the table shows.
    most
        How many at most; of equal ones all or none are listed.

    Returns
    -------
    Exhibit
        Columns ``date``, ``place``, ``type``, ``perpetrator``, ``killed`` (figure used and range), ``who says what``, ``what`` and
        ``sources``.
    """
    added = tolls.added(case.events, case.whole.claims, case.whole.events)
    used = added.dropna(subset=["best"]).astype({"best": int, "high": int})
    # a toll of zero is known and belongs to no list of the worst
    found = used[used["best"] > 0].sort_values(["best", "high"], ascending=False, kind="stable")
    found = found[_first(found["best"], most)]
    said = tolls.statements(case.claims)
    actors, by_id = case.actors.set_index("actor_id")["short"].to_dict(), links(case.sources)
    rows = []
    for key, toll in found.iterrows():
        events = case.events[case.events["event_id"].isin(toll["event_ids"])]
        about = case.claims[case.claims["event_id"].eq(key) | case.claims["shared_toll_id"].eq(key)]
        ids = dict.fromkeys(i for cell in [*events["source_ids"], *about["source_ids"]] for i in cell.split())
        labels = dict.fromkeys(style.TYPES[kind][0] for kind in events["event_type"])
        rows.append(
            {
                "date": style.listed(dict.fromkeys(date_of(e) for e in events.itertuples())),
                "place": style.listed(dict.fromkeys(events["place"].fillna("place unknown"))),
                "type": style.listed(labels),
                "perpetrator": i18n.joined([*dict.fromkeys(who(e, actors) for e in events.itertuples())], "; "),
                "killed": style.toll(toll["low"], toll["best"], toll["high"], open_above=toll["open"]),
                "who says what": speakers_of(said[(said["key"] == key) & ~said["apart"]]),
                "what": i18n.joined([said_in(e) for e in events.itertuples()], " "),
                "sources": pages(" ".join(ids), by_id),
            }
        )
    frame = grid(rows, columns=["date", "place", "type", "perpetrator", "killed", "who says what", "what", "sources"])
    if frame.empty:
        return tabled(title, sentence("No toll above zero is known here: unknown, not zero."), frame)
    total = case.total()
    reading = sentence(
        "{n} highest {figures} used, of {all} known from {known} of {events}; joint tolls are one row. Where nobody gave a toll, or "
        "none is used, an event cannot stand here, however many died.",
        n=Both("The", "Le") if len(frame) == 1 else say("The {n}", n=style.words(len(frame))),
        figures=agree(len(frame), ("figure", "chiffre retenu le plus élevé"), ("figures", "chiffres retenus les plus élevés")),
        all=style.plural(len(added), "toll"),
        known=style.words(total.known),
        events=style.plural(total.events, "event"),
    )
    return tabled(title, reading, frame)


#: how an event lies to its point, for a place whose events lie to it in several ways
NEAR = {"exact": "{n} at the site", "town": "{n} in or at the place", "area": "{n} in the country around"}


@takes_events
def places(case: Casebook, title: str = "Places hit most often", *, most: int = 12) -> Exhibit:
    """List the places with the most events.

    Parameters
    ----------
    case
        The events. Those known by region only, or without a place, count for no place.
    title
        What the table shows.
    most
        How many at most; of equal ones all or none are listed. Places with a single event are not.

    Returns
    -------
    Exhibit
        Columns ``place``, ``region (2023)``, ``events``, ``where`` (how many lie at the place, how many in the country around), ``first``,
        ``last``, ``killed`` (lowest to highest) and ``known for``.
    """
    placed = case.events[case.events["location_precision"].isin(NEAR) & case.events["place_id"].notna()]
    counts = placed["place_id"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    often = counts[counts > 1]
    often = often[_first(often, most)]
    rows = []
    for place_id, n in often.items():
        events = placed[placed["place_id"] == place_id]
        how = events["location_precision"].value_counts()
        first = events.iloc[0]
        rows.append(
            {
                "place": first["place"],
                "region (2023)": first["region_2023"] if pd.notna(first["region_2023"]) else "unknown",
                "events": int(n),
                "where": i18n.joined([say(said, n=int(how[p])) for p, said in NEAR.items() if p in how], ", "),
                "first": style.span(events)[0],
                "last": style.span(events)[1],
            }
            | sum_cells(case, events)
        )
    frame = grid(rows, columns=["place", "region (2023)", "events", "where", "first", "last", "killed", "known for"])
    if frame.empty:
        return tabled(title, sentence("No place has more than one event here."), frame)
    around = int((placed["location_precision"] == "area").sum())
    nowhere = len(case.events) - len(placed)
    reading = sentence(
        "{n} with more than one event{shown}. Of {all}, {around} {lie} on a road or in the country around the place they count "
        "for{rest}. A quarter or camp that has a point of its own is a place of its own.",
        n=style.capital(style.plural(int((counts > 1).sum()), "place")),
        shown=sentence(", the {m} with the most are listed", m=len(frame)) if len(frame) < (counts > 1).sum() else Markup(""),
        all=style.plural(len(case.events), "event"),
        around=style.words(around) if around else Both("none", "aucun"),
        lie=agree(around, ("lies", "se situe" if around else "ne se situe"), ("lie", "se situent")),
        rest=sentence("; {k} known by region only or not at all count for none", k=style.words(nowhere)) if nowhere else Markup(""),
    )
    return tabled(title, reading, frame)
