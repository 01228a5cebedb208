"""The roads, the attacks on fuel convoys with what each side said, and the days of the fuel blockade."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from malisec import i18n, schema, space, style
from malisec.credit import takes_events
from malisec.exhibit import Exhibit, grid, sentence
from malisec.i18n import Both, agree, say
from malisec.listing.parts import date_of, links, pages, said_in, sum_cells, tabled, who

if TYPE_CHECKING:
    from collections.abc import Iterable

    from malisec.casebook import Casebook

FUEL = "fuel_transport"
#: the blockade whose days are told
BLOCKADE = "2025-09-fuel"
#: a site that the row puts on a road
_ON_ROAD = r"\broads?\b|\bRN ?\d"
#: what the English of the tables calls the subject of the blockade
_ABOUT = r"\b(?:fuel|tankers?)\b"
#: columns of the periods, see `malisec.space.PERIODS`
_PERIODS = ("until 2019", "2020–2022", "2023–2024", "since 2025")
#: who speaks for which side
SIDES = {
    "army and government say": {"army", "government", "foreign_force"},
    "armed groups say": {"armed_group"},
    "others say": set(schema.SPEAKER_KINDS) - {"army", "government", "foreign_force", "armed_group"},
}
MEASURES = {
    "killed": "killed",
    "injured": "wounded",
    "abducted": "abducted",
    "missing": "missing",
    "captured": "captured",
    "neutralised": "neutralised",
    "vehicles_destroyed": "vehicles destroyed",
}
WHOM = {
    "forces": " (the force only)",
    "civilians": " (civilians only)",
    "attackers": " (attackers)",
    "all": " (both sides)",
}


# --- roads -------------------------------------------------------------------------------------------------------
@takes_events
def roads(case: Casebook, title: str = "Events near the roads from Bamako") -> Exhibit:
    """List the roads with the events near them by period, their tolls, attacks on fuel and the last event.

    Parameters
    ----------
    case
        The events.
    title
        What the table shows.

    Returns
    -------
    Exhibit
        Counts as ``n (surely–perhaps)``: by points, with the whole ring of an event near the road, and with any part of it. ``on a road``
        are those of the last number whose row names a road. Tolls and the last event are of those near by their points.
    """
    found = space.along(case.events, case.corridors, case.places)
    found = found.merge(case.events[["event_id", "date", "site", "target_kind"]], on="event_id")
    found = found.assign(
        period=space.period(found["date"]),
        named=found["site"].str.contains(_ON_ROAD, case=False, na=False).astype(bool),
        fuel=found["target_kind"].eq(FUEL),
    )
    rows: list[dict[str, Any]] = []
    for road, name in case.corridors.drop_duplicates("corridor_id").set_index("corridor_id")["name"].items():
        mine = found[found["corridor_id"] == road]
        near = case.events[case.events["event_id"].isin(mine.loc[mine["near"], "event_id"])]
        rows.append(
            {"road": Both(name, str(i18n.french(name)))}
            | {label: _three(mine[mine["period"] == n]) for n, label in enumerate(_PERIODS)}
            | {"all": _three(mine), "on a road": int(mine["named"].sum()), "on fuel": _three(mine[mine["fuel"]])}
            | sum_cells(case, near)
            | {"last": style.span(near)[1] if len(near) else say("none")}
        )
    frame = grid(rows, columns=["road", *_PERIODS, "all", "on a road", "on fuel", "killed", "known for", "last"])
    if found.empty or frame.empty:
        return tabled(title, sentence("No event here lies near one of the roads."), frame)
    times = found.loc[found["near"], "event_id"].value_counts()
    city = case.events[space.from_capital(case.events, case.places) <= space.ROADSIDE]
    reading = sentence(
        "Counted: events within {km} km of a road by their points; in brackets, with the whole ring of uncertainty and with any part of "
        "it. {n} {lie} near at least one road, {several} of them near several. Left out: {city} within {km} km of Bamako, where the roads "
        "meet. The roads run straight between the stops of our table, and near a road is not on it: towns count with their roads.",
        km=space.ROADSIDE,
        n=style.capital(style.plural(len(times), "event")),
        lie=agree(len(times), ("lies", "se situe"), ("lie", "se situent")),
        several=style.words(int((times > 1).sum())) if (times > 1).any() else Both("none", "aucun"),
        city=style.plural(len(city), "event"),
    )
    return tabled(title, reading, frame)


def _three(rows: pd.DataFrame) -> Both:
    """Write how many events are near by their points, surely and perhaps."""
    near, sure, perhaps = int(rows["near"].sum()), int(rows["surely"].sum()), len(rows)
    text = f"{near}" if sure == near == perhaps else f"{near} ({sure}–{perhaps})"
    return Both(text, text)


# --- what each side said -----------------------------------------------------------------------------------------
def _statements(claims: pd.DataFrame, actors: dict[str, str]) -> list[tuple[str, Both]]:
    """Return the kind of each speaker with all that he said, in the order in which it was said."""
    standing = claims[claims["superseded_by"].isna()].assign(order=range(int(claims["superseded_by"].isna().sum())))
    said = []
    for (speaker, kind, _), mine in standing.sort_values(["said_on", "order"]).groupby(
        ["said_by", "said_by_kind", "said_on"], dropna=False, sort=False
    ):
        parts: list[str] = [_claim(c, actors) for c in mine.itertuples()]
        said.append((kind, say("{speaker} – {figure}", speaker=Both(speaker, speaker), figure=i18n.joined(parts, ", "))))
    return said


def _claim(claim: Any, actors: dict[str, str]) -> Both:
    if claim.measure == "responsibility":
        value = claim.value if isinstance(claim.value, str) else "none"
        if value == "none":
            return say("denies to have done it")
        if claim.said_by_kind == "armed_group":
            return say("claims it")
        return say("names {who}", who=style.listed(actors.get(a, a) for a in value.split()))
    figure = style.figure(claim.low, claim.high, claim.qualifier)
    return say(
        "{what}{whom}: {figure}", what=say(MEASURES.get(claim.measure, claim.measure)), whom=say(WHOM.get(claim.group, "")), figure=figure
    )


def _about(case: Casebook, event: Any) -> pd.DataFrame:
    """Return the claims about an event, and about what it shares a toll with."""
    claims = case.claims
    joint = claims["shared_toll_id"].eq(event.shared_toll_id) if isinstance(event.shared_toll_id, str) else False
    return claims[claims["event_id"].eq(event.event_id) | joint]


def _quoted(statements: Iterable[Both]) -> Both:
    texts: list[str] = [*statements]
    return i18n.joined(texts, "; ") if texts else say("no word in the tables")


def _pages(event: Any, claims: pd.DataFrame, by_id: dict[str, Markup]) -> Markup:
    ids = dict.fromkeys(i for cell in [event.source_ids, *claims["source_ids"]] for i in cell.split())
    return pages(" ".join(ids), by_id)


@takes_events
def fuel_convoys(case: Casebook, title: str = "Attacks on fuel transport, and what each side said") -> Exhibit:
    """List the attacks on fuel transport with what the army and the government, the armed groups and others said of each.

    Parameters
    ----------
    case
        The events.
    title
        What the table shows.

    Returns
    -------
    Exhibit
        Columns ``date``, ``place``, ``what``, ``perpetrator``, the three sides of `SIDES`, and ``sources``.
    """
    actors, by_id = case.actors.set_index("actor_id")["short"].to_dict(), links(case.sources)
    chosen = case.events[case.events["target_kind"] == FUEL]
    rows, silent, claimed = [], 0, 0
    for e in chosen.itertuples():
        claims = _about(case, e)
        said = _statements(claims, actors)
        sides = {side: [text for kind, text in said if kind in kinds] for side, kinds in SIDES.items()}
        official = claims[claims["said_by_kind"].isin(SIDES["army and government say"]) & (claims["low"].notna() | claims["high"].notna())]
        silent += official.empty
        claimed += bool((claims["said_by_kind"].eq("armed_group") & claims["measure"].eq("responsibility")).any())
        rows.append(
            {
                "date": date_of(e),
                "place": e.place if pd.notna(e.place) else "unknown",
                "what": said_in(e),
                "perpetrator": who(e, actors),
            }
            | {side: _quoted(texts) for side, texts in sides.items()}
            | {"sources": _pages(e, claims, by_id)}
        )
    frame = grid(rows, columns=["date", "place", "what", "perpetrator", *SIDES, "sources"])
    if frame.empty:
        return tabled(title, sentence("The tables hold no attack on fuel transport here."), frame)
    vehicles = chosen["event_id"].isin(case.claims.loc[case.claims["measure"] == "vehicles_destroyed", "event_id"]).sum()
    reading = sentence(
        "{n}; for {claimed} an armed group speaks itself of its part. For {silent} of them the tables hold no figure of the army or "
        "the government. Somebody counts burnt vehicles for {vehicles}. A figure is its speaker's.",
        n=style.capital(style.plural(len(frame), "attack")),
        claimed=style.words(claimed, she=True) if claimed else Both("none", "aucune"),
        silent=style.words(silent, she=True) if silent else Both("none", "aucune"),
        vehicles=style.words(int(vehicles), she=True) if vehicles else Both("none", "aucune"),
    )
    return tabled(title, reading, frame)


# --- the days of the blockade ------------------------------------------------------------------------------------
@takes_events
def fuel_blockade(case: Casebook, title: str = "The fuel blockade day by day", *, blockade: str = BLOCKADE) -> Exhibit:
    """List in their order what the tables hold of the blockade: its start, turning points, attacks, and what each side said.

    Parameters
    ----------
    case
        The casebook.
    title
        What the table shows.
    blockade
        Its row in the table of blockades.

    Returns
    -------
    Exhibit
        Since its start: attacks on fuel transport and army operations whose row speaks of fuel, turning points that touch daily life or
        speak of fuel, and other blockades that do. Columns ``date``, ``kind``, ``what``, ``who says what`` and ``sources``.
    """
    mine = case.blockades[case.blockades["blockade_id"] == blockade]
    columns = ["date", "kind", "what", "who says what", "sources"]
    if mine.empty:
        return tabled(title, sentence("The blockade is not in this selection."), grid([], columns=columns))
    start = mine["start"].iloc[0]
    actors, by_id = case.actors.set_index("actor_id")["short"].to_dict(), links(case.sources)
    rows = [*_blockades(case, start, by_id), *_turns(case, start, by_id), *_attacks(case, start, actors, by_id)]
    rows.sort(key=lambda r: r[0])
    frame = grid([row for _, row in rows], columns=columns)
    attacks = sum(row["kind"] == "attack" for _, row in rows)
    reading = sentence(
        "{n} from {first} to {last}, {attacks} of them {attack}; the tables hold no end of the blockade. A turning point is told by "
        "its pages and has no claims of its own; notes of the tables stand in English.",
        n=style.capital(style.plural(len(frame), "entry", "entries")),
        first=style.dated(style.day(start), "from"),
        last=style.dated(style.day(rows[-1][0]), "to"),
        attacks=style.words(attacks, she=True) if attacks else Both("none", "aucune"),
        attack=agree(attacks, ("an attack", "attaque"), ("attacks", "attaques")),
    )
    if mine["end"].notna().any():
        reading = sentence("{n} from {first}.", n=style.plural(len(frame), "entry", "entries"), first=style.dated(style.day(start), "from"))
    return tabled(title, reading, frame)


_Row = tuple[pd.Timestamp, dict[str, Any]]


def _blockades(case: Casebook, start: pd.Timestamp, by_id: dict[str, Markup]) -> list[_Row]:
    """Return the start of each blockade that speaks of fuel, and its end where one is known."""
    rows: list[_Row] = []
    table = case.blockades
    for b in table[(table["start"] >= start) & table["summary"].str.contains(_ABOUT, case=False)].itertuples():
        note = Markup('<span lang="en">{}</span>').format(b.note) if isinstance(b.note, str) else say("no word in the tables")
        shared = {"sources": pages(b.source_ids, by_id)}
        begin = {"date": f"{b.start:%Y-%m-%d}", "kind": say("blockade begins"), "what": said_in(b), "who says what": note}
        rows.append((b.start, begin | shared))
        if pd.notna(b.end):
            end = {"date": f"{b.end:%Y-%m-%d}", "kind": say("blockade ends"), "what": said_in(b), "who says what": say("see its beginning")}
            rows.append((b.end, end | shared))
    return rows


def _turns(case: Casebook, start: pd.Timestamp, by_id: dict[str, Markup]) -> list[_Row]:
    """Return the turning points that touch daily life or speak of fuel."""
    table = case.milestones
    text = table["label"] + " " + table["summary"]
    chosen = table[(table["date"] >= start) & (table["kind"].eq("economy") | text.str.contains(_ABOUT, case=False))]
    return [
        (
            m.date,
            {
                "date": date_of(m),
                "kind": say(m.kind.replace("_", " ")),
                "what": said_in(m),
                "who says what": say("no word in the tables"),
                "sources": pages(m.source_ids, by_id),
            },
        )
        for m in chosen.itertuples()
    ]


def _attacks(case: Casebook, start: pd.Timestamp, actors: dict[str, str], by_id: dict[str, Markup]) -> list[_Row]:
    """Return the attacks on fuel transport and the operations that speak of it."""
    table = case.events
    ours = table["event_type"].isin(["airstrike", "military_operation"]) & table["summary"].str.contains(_ABOUT, case=False)
    rows: list[_Row] = []
    for e in table[(table["date"] >= start) & (table["target_kind"].eq(FUEL) | ours)].itertuples():
        claims = _about(case, e)
        kind = "attack" if e.target_kind == FUEL else style.TYPES[e.event_type][0]
        said = _quoted(text for _, text in _statements(claims, actors))
        cells = {"date": date_of(e), "kind": say(kind), "what": said_in(e), "who says what": said, "sources": _pages(e, claims, by_id)}
        rows.append((e.date, cells))
    return rows
