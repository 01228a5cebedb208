"""Tables to read: events with tolls as ranges, seed documents, contradictions, sources, turning points, who is named for what.

Frames in, exhibits out; every table says what was counted. Must not know pictures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup, escape

from malisec import i18n, naming, schema, style, tolls
from malisec.exhibit import Exhibit, grid, link, sentence, table
from malisec.i18n import Both, agree, say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from malisec.casebook import Casebook

_SOURCE = sentence("Data: malisec edition {edition}, seeds and press; see the sources of each row.", edition=escape(schema.EDITION))


#: whom a statement counts that does not count everybody
_PARTS = {"whole": "", "forces": " (the force only)", "civilians": " (civilians only)"}
#: in place of a note where no page speaks of a claim
_NOTHING = Markup('<i class="ms-none">{}</i>').format(i18n.html("no page to compare"))


def _exhibit(title: str, reading: Markup, frame: pd.DataFrame, source: Markup = _SOURCE) -> Exhibit:
    alt = say("Table with {n} rows: {columns}.", n=len(frame), columns=i18n.joined([*frame.columns], ", "))
    return Exhibit(kind="table", title=title, reading=reading, body=table(frame, caption=title), source=source, alt=alt)


def links(sources: pd.DataFrame) -> dict[str, Markup]:
    """Return a link for each source id."""
    return {i: link(p, u) for i, p, u in zip(sources["source_id"], sources["publisher"], sources["url"], strict=True)}


def _folded(texts: list[Any], noun: str) -> Markup:
    """Return texts one after the other, folded away when there are many."""
    joined = Markup(", ").join(texts)
    if len(texts) <= 2:
        return joined
    said = i18n.html(i18n.joined([f"{len(texts)} ", noun]))
    return Markup('<details class="ms-pages"><summary>{}</summary>{}</details>').format(said, joined)


def pages(ids: Any, by_id: dict[str, Markup]) -> Markup:
    """Return source ids as links to their pages, folded away when there are many.

    Parameters
    ----------
    ids
        Source ids with one space between.
    by_id
        As `links` returns it.
    """
    return _folded([by_id[i] for i in str(ids).split() if i in by_id], "pages")


def _who(event: Any, actors: dict[str, str]) -> str:
    if not isinstance(event.perpetrator, str) or event.perpetrator_certainty == "unknown":
        return "unknown"
    names = i18n.joined([actors.get(a, a) for a in event.perpetrator.split()], ", ")
    return i18n.joined([names, " (", event.perpetrator_certainty, ")"])


def _said(row: Any, column: str = "summary") -> str:
    """Return what a table says in English, with the French of the table where it has it."""
    text, other = getattr(row, column), getattr(row, f"{column}_fr", None)
    return Both(text, other) if isinstance(other, str) else text


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
        label, colour, _, _ = style.EVENT_TYPES[e.event_type]
        joint = isinstance(e.shared_toll_id, str) and pd.isna(e.killed_low)
        toll = style.toll(e.killed_low, e.killed_best, e.killed_high, open_above=e.killed_open)
        rows.append(
            {
                "date": _date(e),
                "place": e.place if pd.notna(e.place) else "unknown",
                "region (2023)": e.region_2023 if pd.notna(e.region_2023) else "unknown",
                "type": Markup('<span class="ms-dot" style="background:{}"></span>{}').format(colour, i18n.html(label)),
                "perpetrator": _who(e, actors),
                "killed": say("joint toll, see card") if joint and e.shared_toll_id in joint_claimed else toll,
                "what": _said(e),
                "sources": pages(e.source_ids, by_id),
            }
        )
    return grid(rows, columns=["date", "place", "region (2023)", "type", "perpetrator", "killed", "what", "sources"])


def _date(e: Any) -> str:
    if pd.isna(e.date):
        return style.day(None)
    if e.date_precision == "day":
        return f"{e.date:%Y-%m-%d}"
    if e.date_precision == "week":
        return say("{month} (week)", month=f"{e.date:%Y-%m}")
    return f"{e.date:%Y-%m}" if e.date_precision != "year" else f"{e.date:%Y}"


def events(case: Casebook, title: str = "Events") -> Exhibit:
    """List the events, tolls as figure used and range."""
    frame = event_rows(case)
    total = case.total()
    reading = sentence(
        "{n}; a toll is known for {known}.", n=style.capital(style.plural(len(frame), "event")), known=style.words(total.known)
    )
    return _exhibit(title, reading, frame)


def seed_documents(case: Casebook) -> Exhibit:
    """List the seed documents with how their claims stand."""
    seeds = case.sources[case.sources["kind"] == "seed"]
    checks = pd.crosstab(case.seed_claims["source_id"], case.seed_claims["check"]).reindex(columns=list(style.CHECKS), fill_value=0)
    rows = []
    for s in seeds.itertuples():
        counts = checks.loc[s.source_id] if s.source_id in checks.index else pd.Series(0, index=checks.columns)
        origin = s.origin if isinstance(s.origin, str) else say("own text")
        rows.append(
            {
                "document": s.source_id.removeprefix("seed-"),
                "publisher": link(s.publisher, s.url),
                "about": s.subject,
                "published": s.published if isinstance(s.published, str) else "unknown",
                "draws on": origin,
                "claims": int(counts.sum()),
            }
            | {style.CHECKS[c][0]: int(counts[c]) for c in checks.columns}
        )
    frame = grid(rows)
    agency = int(seeds["origin"].notna().sum())
    reading = sentence(
        "{n} hold {claims}. {agency} of them draw on agency copy: they are not independent witnesses.",
        n=style.capital(style.plural(len(frame), "document")),
        claims=style.plural(len(case.seed_claims), "claim"),
        agency=style.capital(style.words(agency)),
    )
    return _exhibit("The five seed documents", reading, frame)


def _verdict(check: str) -> Markup:
    label = style.CHECKS[check][0]
    css = {"confirmed": "ms-ok", "contradicted": "ms-bad", "partly": "ms-part"}.get(check, "ms-none")
    return Markup('<span class="{}">{}</span>').format(css, i18n.html(label))


def seed_claims(case: Casebook, check: str = "contradicted", title: str | None = None) -> Exhibit:
    """List the seed claims that came out one way, each with what other press says.

    Parameters
    ----------
    case
        The casebook.
    check
        A verdict of the codebook.
    title
        What the table shows.

    Raises
    ------
    ValueError
        For a verdict the codebook does not know.
    """
    if check not in style.CHECKS:
        msg = f"check: expected one of {', '.join(style.CHECKS)}, found {check!r}"
        raise ValueError(msg)
    chosen = case.seed_claims[case.seed_claims["check"] == check]
    rows = [
        {
            "claim": c.claim_id,
            "the seed says": c.claim,
            "other press says": c.check_note if isinstance(c.check_note, str) else _NOTHING,
            "kind": say(c.kind.replace("_", " ")),
            "characters": f"{c.char_start}–{c.char_end}",
        }
        for c in chosen.itertuples()
    ]
    frame = grid(rows, columns=["claim", "the seed says", "other press says", "kind", "characters"])
    label = style.CHECKS[check][0]
    reading = sentence("{n} of {all} claims: {label}.", n=len(frame), all=len(case.seed_claims), label=i18n.html(label))
    return _exhibit(title or say("Claims of the seeds: {verdict}", verdict=label), reading, frame)


def milestones(case: Casebook, title: str = "Political and military turning points", *, prominence: str | None = None) -> Exhibit:
    """List the turning points, with their sources."""
    chosen = case.milestones if prominence is None else case.milestones[case.milestones["prominence"] == prominence]
    by_id = links(case.sources)
    rows = [
        {
            "date": _date(m),
            "kind": say(schema.MILESTONE_KINDS[m.kind].split(",")[0]),
            "what": _said(m),
            "sources": pages(m.source_ids, by_id),
        }
        for m in chosen.itertuples()
    ]
    frame = grid(rows, columns=["date", "kind", "what", "sources"])
    first, last = style.span(chosen)
    reading = sentence(
        "{n} from {first} to {last}.",
        n=style.capital(style.plural(len(frame), "turning point")),
        first=style.dated(first, "from"),
        last=style.dated(last, "to"),
    )
    return _exhibit(title, reading, frame)


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
    found = tolls.derive(case.claims)
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
                "who says what": _speakers(said[said["key"] == key]),
            }
        )
    frame = grid(rows, columns=["date", "place", "killed", "highest to lowest", "who says what"])
    known = len(figures)
    if not known:
        return _exhibit(title, sentence("No toll here is given in numbers above zero."), frame)
    reading = sentence(
        "{n} of {known} given in numbers above zero, joint ones once, {have} a highest figure at least {ratio} times the lowest.",
        n=style.capital(style.words(len(frame))),
        known=sentence("{n} toll" if known == 1 else "{n} tolls", n=known),
        have=agree(len(frame), ("has", "a" if len(frame) else "n’a"), ("have", "ont" if len(frame) else "n’a")),
        ratio=at_least,
    )
    return _exhibit(title, reading, frame)


def _toll(total: tolls.Total) -> dict[str, str]:
    """Return the cells that a sum of tolls takes: its range, and for how many of the events it is known."""
    elsewhere = say("; {n} only together with places elsewhere", n=total.in_joint_left_out) if total.in_joint_left_out else ""
    return {
        "killed": style.toll(total.low, None, total.high, open_above=bool(total.open)) if total.known else "unknown",
        "known for": say("{n} of {all}{elsewhere}", n=total.known, all=total.events, elsewhere=elsewhere),
    }


def _sum(case: Casebook, events: pd.DataFrame) -> dict[str, str]:
    return _toll(tolls.total(events, case.whole.claims, case.whole.events))


def perpetrators(case: Casebook, title: str = "Who is named, and how sure that is") -> Exhibit:
    """List who is named for the events, by how that is known, with the tolls of these events.

    Parameters
    ----------
    case
        The events. One that names several actors stands in the row of each, and in that of an actor they belonged to by then.
    title
        What the table shows.

    Returns
    -------
    Exhibit
        Columns ``perpetrator``, ``events``, the four degrees of certainty, ``killed`` (lowest to highest) and ``known for``.
    """
    named = naming.named(case.events, case.actors)
    short = case.actors.set_index("actor_id")["short"].to_dict()
    degrees = list(schema.CERTAINTY)
    rows: list[dict[str, Any]] = []
    for (who, within), mine in named.groupby(["actor_id", "within"], sort=False):
        events = case.events[case.events["event_id"].isin(mine["event_id"])]
        counts = events["perpetrator_certainty"].value_counts()
        name = short.get(who, who)
        label = say("nobody named" if who == naming.NOBODY else "{who} or a group within it" if within else "{who}", who=name)
        rows.append({"perpetrator": label, "events": len(events)} | {d: int(counts.get(d, 0)) for d in degrees} | _sum(case, events))
    # those named first, most often first; nobody last
    rows.sort(key=lambda r: (r["perpetrator"] == "nobody named", -r["events"]))
    frame = grid(rows, columns=["perpetrator", "events", *degrees, "killed", "known for"])
    nobody = int((named["actor_id"] == naming.NOBODY).sum())
    reading = sentence(
        "{n}{nobody}. An event that names several stands in each of their rows. Claimed: {claimed}; "
        "attributed: {attributed}; suspected: {suspected}. Killed: the attacked side and civilians.",
        n=style.capital(style.plural(len(case.events), "event")),
        nobody=sentence(", {k} of them with nobody named", k=style.words(nobody)) if nobody else Markup(""),
        **{d: i18n.html(schema.CERTAINTY[d]) for d in ("claimed", "attributed", "suspected")},
    )
    return _exhibit(title, reading, frame)


def responsibility(case: Casebook, title: str = "Who says who did it") -> Exhibit:
    """List which kind of speaker named whom, for how many events.

    Parameters
    ----------
    case
        The events.
    title
        What the table shows.

    Returns
    -------
    Exhibit
        Columns ``named``, ``said by``, ``events``, ``speakers`` and ``sources``.
    """
    said = case.claims[(case.claims["measure"] == "responsibility") & case.claims["superseded_by"].isna()]
    # what is said of events counted together is said of each of them
    joint = case.events.dropna(subset=["shared_toll_id"]).groupby("shared_toll_id")["event_id"].agg(list).to_dict()
    about = [[e] if isinstance(e, str) else joint.get(s, []) for e, s in zip(said["event_id"], said["shared_toll_id"], strict=True)]
    said = said.assign(key=about, actor=said["value"].fillna("none").str.split()).explode("key").explode("actor")
    short = case.actors.set_index("actor_id")["short"].to_dict() | {
        "none": say("denied: not us"),
        naming.NOBODY: say("nobody known by name"),
    }
    by_id = links(case.sources)
    rows: list[dict[str, Any]] = []
    for (actor, kind), mine in said.groupby(["actor", "said_by_kind"], sort=False):
        ids = dict.fromkeys(i for cell in mine["source_ids"] for i in cell.split())
        rows.append(
            {
                "named": say("{who}", who=short.get(actor, actor)),
                "said by": say(schema.SPEAKER_KINDS[kind]),
                "events": mine["key"].nunique(),
                "speakers": _folded(list(dict.fromkeys(mine["said_by"])), "speakers"),
                "sources": pages(" ".join(ids), by_id),
            }
        )
    weight = said.groupby("actor")["key"].nunique()
    weight.index = weight.index.map(lambda a: short.get(a, a))
    rows.sort(key=lambda r: (-weight[r["named"]], r["named"], -r["events"], r["said by"]))
    frame = grid(rows, columns=["named", "said by", "events", "speakers", "sources"])
    own = said[said["said_by_kind"] == "armed_group"]
    if frame.empty:
        return _exhibit(title, sentence("Nobody is quoted on who did it."), frame)
    reading = sentence(
        "For {n} of {all} somebody is quoted on who did it; for {own} an armed group that took part speaks itself.",
        n=style.words(said["key"].nunique()),
        all=style.plural(len(case.events), "event"),
        own=style.words(own["key"].nunique()) if len(own) else Both("none", "0"),
    )
    return _exhibit(title, reading, frame)


def _first(numbers: pd.Series, most: int) -> pd.Series:
    """Tell the highest numbers, at most so many: no choice is made among equal ones, unless all are equal."""
    rank = numbers.rank(method="max", ascending=False)
    return (rank <= most) | (rank == rank.min())


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
        labels = dict.fromkeys(style.EVENT_TYPES[kind][0] for kind in events["event_type"])
        rows.append(
            {
                "date": style.listed(dict.fromkeys(_date(e) for e in events.itertuples())),
                "place": style.listed(dict.fromkeys(events["place"].fillna("place unknown"))),
                "type": style.listed(labels),
                "perpetrator": i18n.joined([*dict.fromkeys(_who(e, actors) for e in events.itertuples())], "; "),
                "killed": style.toll(toll["low"], toll["best"], toll["high"], open_above=toll["open"]),
                "who says what": _speakers(said[(said["key"] == key) & ~said["apart"]]),
                "what": i18n.joined([_said(e) for e in events.itertuples()], " "),
                "sources": pages(" ".join(ids), by_id),
            }
        )
    frame = grid(rows, columns=["date", "place", "type", "perpetrator", "killed", "who says what", "what", "sources"])
    if frame.empty:
        return _exhibit(title, sentence("No toll above zero is known here: unknown, not zero."), frame)
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
    return _exhibit(title, reading, frame)


def _speakers(said: pd.DataFrame) -> Both:
    """Write each statement of a toll with its speaker, lowest figure first."""
    return i18n.joined(
        [
            say(
                "{speaker}: {figure}{part}",
                # the name of a speaker, whatever it is, is no text of ours
                speaker=Both(s.said_by, s.said_by),
                figure=style.figure(s.low, None if s.open else s.high, "words" if s.vague else None),
                part=_PARTS[s.part],
            )
            for s in said.sort_values(["low", "said_by"]).itertuples()
        ],
        "; ",
    )


#: how an event lies to its point, for a place whose events lie to it in several ways
_NEAR = {"exact": "{n} at the site", "town": "{n} in or at the place", "area": "{n} in the country around"}


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
    placed = case.events[case.events["location_precision"].isin(_NEAR) & case.events["place_id"].notna()]
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
                "where": i18n.joined([say(said, n=int(how[p])) for p, said in _NEAR.items() if p in how], ", "),
                "first": style.span(events)[0],
                "last": style.span(events)[1],
            }
            | _sum(case, events)
        )
    frame = grid(rows, columns=["place", "region (2023)", "events", "where", "first", "last", "killed", "known for"])
    if frame.empty:
        return _exhibit(title, sentence("No place has more than one event here."), frame)
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
    return _exhibit(title, reading, frame)


def blockades(case: Casebook, title: str = "Sieges and blockades", *, regions: str | Iterable[str] | None = None) -> Exhibit:
    """List the sieges and blockades.

    Parameters
    ----------
    case
        The casebook.
    title
        What the table shows.
    regions
        Only those that cut off a town in these regions of 2023.

    Returns
    -------
    Exhibit
        Columns ``from``, ``to``, ``towns``, ``roads``, ``imposed by``, ``what`` and ``sources``.
    """
    named = None if regions is None else {regions} if isinstance(regions, str) else set(regions)
    place = case.places.set_index("place_id")
    roads = case.corridors.drop_duplicates("corridor_id").set_index("corridor_id")["name"].to_dict()
    actors, by_id = case.actors.set_index("actor_id")["short"].to_dict(), links(case.sources)
    rows, open_ended = [], 0
    for b in case.blockades.itertuples():
        towns = b.place_ids.split() if isinstance(b.place_ids, str) else []
        if named is not None and not named & set(place.loc[towns, "region_2023"].dropna()):
            continue
        open_ended += pd.isna(b.end)
        rows.append(
            {
                "from": style.day(b.start, b.start_precision),
                "to": style.day(b.end) if pd.notna(b.end) else say("no end known"),
                "towns": style.listed(place.loc[towns, "name"]) if towns else say("none named"),
                "roads": i18n.joined([roads[r] for r in b.corridor_ids.split()], ", ")
                if isinstance(b.corridor_ids, str)
                else say("none named"),
                "imposed by": i18n.joined([actors.get(a, a) for a in b.imposed_by.split()], ", "),
                "what": _said(b),
                "sources": pages(b.source_ids, by_id),
            }
        )
    frame = grid(rows, columns=["from", "to", "towns", "roads", "imposed by", "what", "sources"])
    if frame.empty:
        return _exhibit(title, sentence("The tables hold no siege or blockade that cut off a town here."), frame)
    reading = sentence(
        "{n}; for {open} no end is known, which is not to say that it goes on.",
        n=style.capital(style.plural(len(frame), "siege or blockade", "sieges and blockades")),
        open=style.words(open_ended) if open_ended else Both("none", "aucun"),
    )
    return _exhibit(title, reading, frame)
