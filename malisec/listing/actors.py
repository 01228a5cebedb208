"""Who is named for what, and who says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from malisec import i18n, naming, schema, style
from malisec.credit import takes_events
from malisec.exhibit import Exhibit, grid, sentence
from malisec.i18n import Both, say
from malisec.listing.parts import folded, links, pages, sum_cells, tabled

if TYPE_CHECKING:
    from malisec.casebook import Casebook


@takes_events
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
        rows.append({"perpetrator": label, "events": len(events)} | {d: int(counts.get(d, 0)) for d in degrees} | sum_cells(case, events))
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
    return tabled(title, reading, frame)


@takes_events
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
                "speakers": folded(list(dict.fromkeys(mine["said_by"])), "speakers"),
                "sources": pages(" ".join(ids), by_id),
            }
        )
    weight = said.groupby("actor")["key"].nunique()
    weight.index = weight.index.map(lambda a: short.get(a, a))
    rows.sort(key=lambda r: (-weight[r["named"]], r["named"], -r["events"], r["said by"]))
    frame = grid(rows, columns=["named", "said by", "events", "speakers", "sources"])
    own = said[said["said_by_kind"] == "armed_group"]
    if frame.empty:
        return tabled(title, sentence("Nobody is quoted on who did it."), frame)
    reading = sentence(
        "For {n} of {all} somebody is quoted on who did it; for {own} an armed group that took part speaks itself.",
        n=style.words(said["key"].nunique()),
        all=style.plural(len(case.events), "event"),
        own=style.words(own["key"].nunique()) if len(own) else Both("none", "0"),
    )
    return tabled(title, reading, frame)
