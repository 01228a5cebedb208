"""Tables to read: events with tolls as ranges, seed documents, contradictions, sources, turning points.

Frames in, exhibits out; every table says what was counted. Must not know pictures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from malisec import schema, style, tolls
from malisec.exhibit import Exhibit, grid, link, sentence, table

if TYPE_CHECKING:
    from malisec.casebook import Casebook

_SOURCE = Markup("Data: malisec edition {}, seeds and press; see the sources of each row.").format(schema.EDITION)


#: whom a statement counts that does not count everybody
_PARTS = {"whole": "", "forces": " (the force only)", "civilians": " (civilians only)"}
#: in place of a note where no page speaks of a claim
_NOTHING = Markup('<i class="ms-none">no page to compare</i>')


def _exhibit(title: str, reading: Markup, frame: pd.DataFrame, source: Markup = _SOURCE) -> Exhibit:
    alt = f"Table with {len(frame)} rows: {', '.join(frame.columns)}."
    return Exhibit(kind="table", title=title, reading=reading, body=table(frame, caption=title), source=source, alt=alt)


def links(sources: pd.DataFrame) -> dict[str, Markup]:
    """Return a link for each source id."""
    return {i: link(p, u) for i, p, u in zip(sources["source_id"], sources["publisher"], sources["url"], strict=True)}


def pages(ids: Any, by_id: dict[str, Markup]) -> Markup:
    """Return source ids as links to their pages, folded away when there are many.

    Parameters
    ----------
    ids
        Source ids with one space between.
    by_id
        As `links` returns it.
    """
    names = [by_id[i] for i in str(ids).split() if i in by_id]
    joined = Markup(", ").join(names)
    if len(names) <= 2:
        return joined
    return Markup('<details class="ms-pages"><summary>{} pages</summary>{}</details>').format(len(names), joined)


def _who(event: Any, actors: dict[str, str]) -> str:
    if not isinstance(event.perpetrator, str) or event.perpetrator_certainty == "unknown":
        return "unknown"
    names = ", ".join(actors.get(a, a) for a in event.perpetrator.split())
    return f"{names} ({event.perpetrator_certainty})"


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
                "type": Markup('<span class="ms-dot" style="background:{}"></span>{}').format(colour, label),
                "perpetrator": _who(e, actors),
                "killed": "joint toll, see card" if joint and e.shared_toll_id in joint_claimed else toll,
                "what": e.summary,
                "sources": pages(e.source_ids, by_id),
            }
        )
    return grid(rows, columns=["date", "place", "region (2023)", "type", "perpetrator", "killed", "what", "sources"])


def _date(e: Any) -> str:
    if e.date_precision == "day":
        return f"{e.date:%Y-%m-%d}"
    return f"{e.date:%Y-%m}" + (" (week)" if e.date_precision == "week" else "") if e.date_precision != "year" else f"{e.date:%Y}"


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
        origin = s.origin if isinstance(s.origin, str) else "own text"
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
        agency=style.words(agency).capitalize(),
    )
    return _exhibit("The five seed documents", reading, frame)


def _verdict(check: str) -> Markup:
    label = style.CHECKS[check][0]
    css = {"confirmed": "ms-ok", "contradicted": "ms-bad", "partly": "ms-part"}.get(check, "ms-none")
    return Markup('<span class="{}">{}</span>').format(css, label)


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
            "kind": c.kind.replace("_", " "),
            "characters": f"{c.char_start}–{c.char_end}",
        }
        for c in chosen.itertuples()
    ]
    frame = grid(rows, columns=["claim", "the seed says", "other press says", "kind", "characters"])
    label = style.CHECKS[check][0]
    reading = sentence("{n} of {all} claims: {label}.", n=len(frame), all=len(case.seed_claims), label=Markup(label))
    return _exhibit(title or f"Claims of the seeds: {label}", reading, frame)


def milestones(case: Casebook, title: str = "Political and military turning points", *, prominence: str | None = None) -> Exhibit:
    """List the turning points, with their sources."""
    chosen = case.milestones if prominence is None else case.milestones[case.milestones["prominence"] == prominence]
    by_id = links(case.sources)
    rows = [
        {
            "date": _date(m),
            "kind": schema.MILESTONE_KINDS[m.kind].split(",")[0],
            "what": m.summary,
            "sources": pages(m.source_ids, by_id),
        }
        for m in chosen.itertuples()
    ]
    frame = grid(rows, columns=["date", "kind", "what", "sources"])
    reading = sentence(
        "{n} from {first} to {last}.",
        n=style.capital(style.plural(len(frame), "turning point")),
        first=style.span(chosen)[0],
        last=style.span(chosen)[1],
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
        mine = said[said["key"] == key].sort_values(["low", "said_by"])
        words = "; ".join(
            f"{s.said_by}: {style.figure(s.low, None if s.open else s.high, 'words' if s.vague else None)}{_PARTS[s.part]}"
            for s in mine.itertuples()
        )
        joint = case.events[case.events["shared_toll_id"] == key]
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
                "who says what": words,
            }
        )
    frame = grid(rows, columns=["date", "place", "killed", "highest to lowest", "who says what"])
    known = len(figures)
    reading = sentence(
        "{n} of {known} tolls given in numbers above zero, joint ones once, have a highest figure at least {ratio} times the lowest.",
        n=style.capital(style.words(len(frame))),
        known=known,
        ratio=at_least,
    )
    return _exhibit(title, reading, frame)
