"""The seed documents and their claims, turning points, blockades."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from malisec import i18n, schema, style
from malisec.credit import takes_events
from malisec.exhibit import Exhibit, grid, link, sentence
from malisec.i18n import Both, agree, say
from malisec.listing.parts import date_of, links, pages, said_in, tabled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from malisec.casebook import Casebook


#: in place of a note where no page speaks of a claim
_NOTHING = Markup('<i class="ms-none">{}</i>').format(i18n.html("no page to compare"))


@takes_events
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
    return tabled("The five seed documents", reading, frame)


def _verdict(check: str) -> Markup:
    label = style.CHECKS[check][0]
    css = {"confirmed": "ms-ok", "contradicted": "ms-bad", "partly": "ms-part"}.get(check, "ms-none")
    return Markup('<span class="{}">{}</span>').format(css, i18n.html(label))


@takes_events
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
    return tabled(title or say("Claims of the seeds: {verdict}", verdict=label), reading, frame)


@takes_events
def milestones(
    case: Casebook,
    title: str = "Political and military turning points",
    *,
    prominence: str | None = None,
    kinds: Iterable[str] | None = None,
) -> Exhibit:
    """List the turning points, with their sources.

    Parameters
    ----------
    case
        The casebook.
    title
        What the table shows.
    prominence
        Only those that charts name (``major``), or the others (``minor``).
    kinds
        Only those of these kinds.

    Raises
    ------
    ValueError
        For a kind the codebook does not know.
    """
    wanted = None if kinds is None else [*kinds]
    if wanted is not None and (unknown := [k for k in wanted if k not in schema.MILESTONE_KINDS]):
        msg = f"kinds: expected some of {', '.join(schema.MILESTONE_KINDS)}, found {', '.join(map(repr, unknown))}"
        raise ValueError(msg)
    chosen = case.milestones if prominence is None else case.milestones[case.milestones["prominence"] == prominence]
    chosen = chosen if wanted is None else chosen[chosen["kind"].isin(wanted)]
    by_id = links(case.sources)
    rows = [
        {
            "date": date_of(m),
            "kind": say(m.kind.replace("_", " ")),
            "what": said_in(m),
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
    return tabled(title, reading, frame)


@takes_events
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
                "what": said_in(b),
                "sources": pages(b.source_ids, by_id),
            }
        )
    frame = grid(rows, columns=["from", "to", "towns", "roads", "imposed by", "what", "sources"])
    if frame.empty:
        return tabled(title, sentence("The tables hold no siege or blockade that cut off a town here."), frame)
    reading = sentence(
        "{n}; for {open} no end is known, which is not to say that {go} on.",
        n=style.capital(style.plural(len(frame), "siege or blockade", "sieges and blockades")),
        open=style.words(open_ended) if open_ended else Both("none", "aucun"),
        go=agree(open_ended, ("it goes", "celui-ci dure encore"), ("they go", "ceux-ci durent encore")),
    )
    return tabled(title, reading, frame)
