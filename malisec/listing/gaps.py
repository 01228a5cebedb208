"""Gaps as rows: how well day and place are known, the longest silence of each region, the kinds of pages and the voices behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from malisec import gaps, i18n, schema, style, trends
from malisec.credit import takes_events
from malisec.exhibit import Exhibit, grid, sentence
from malisec.i18n import say
from malisec.listing.parts import tabled

if TYPE_CHECKING:
    from malisec.casebook import Casebook

_KNOWN = {"date": style.DATE_PRECISION, "place": style.LOCATION_PRECISION}


@takes_events
def precision(case: Casebook, title: str = "How well day and place are known") -> Exhibit:
    """List how many events have their day and their place known how well.

    Parameters
    ----------
    case
        The events.
    title
        What the table shows.

    Returns
    -------
    Exhibit
        Columns ``aspect``, ``known``, ``events``, ``share`` and ``ring, km`` (median radius within which the event must lie).
    """
    found = gaps.precision(case.events)
    rows = [
        {
            "aspect": say(what),
            "known": say(_KNOWN[what][known]),
            "events": int(row["events"]),
            "share": style.share(row["share"], 1) if pd.notna(row["share"]) else say("too few"),
            "ring, km": "" if what == "date" or not row["events"] else f"{row['ring_km']:.0f}",
        }
        for (what, known), row in found.iterrows()
        if row["events"]
    ]
    frame = grid(rows, columns=["aspect", "known", "events", "share", "ring, km"])
    ring = case.events["ring_km"].dropna()
    if ring.empty:
        return tabled(title, sentence("No event with a place in this selection."), frame)
    reading = sentence(
        "Half of the rings are no wider than {median} km; for {near} of {all} events the true place lies within {km} km, for {far} the "
        "ring is wider than {wide} km.",
        median=style.decimal(ring.median(), 0),
        near=int((ring <= gaps.NEAR_KM).sum()),
        all=len(ring),
        km=gaps.NEAR_KM,
        far=int((ring > gaps.FAR_KM).sum()),
        wide=gaps.FAR_KM,
    )
    return tabled(title, reading, frame)


@takes_events
def silences(case: Casebook, title: str = "The longest silence of each region") -> Exhibit:
    """List the longest run of months without a row in each region.

    Parameters
    ----------
    case
        The events.
    title
        What the table shows.

    Returns
    -------
    Exhibit
        Columns ``region (2023)``, ``events``, ``months with a row``, ``longest silence, months``, ``from`` and ``to``; longest first.
    """
    columns = ["region (2023)", "events", "months with a row", "longest silence, months", "from", "to"]
    last = case.whole.events["date"].max()
    if pd.isna(last):
        return tabled(title, sentence("No event in this selection."), grid([], columns=columns))
    found = gaps.silences(case.events, last)
    found = found.sort_values(["longest", "events"], ascending=[False, True], kind="stable")
    rows = [
        {
            "region (2023)": region,
            "events": int(row["events"]),
            "months with a row": int(row["months"]),
            "longest silence, months": int(row["longest"]),
            "from": style.day(row["first"].to_timestamp(), "month") if row["longest"] else say("none"),
            "to": style.day(row["last"].to_timestamp(), "month") if row["longest"] else say("none"),
        }
        for region, row in found.iterrows()
    ]
    frame = grid(rows, columns=columns)
    long, short = (found[found["longest"] == end] for end in (found["longest"].max(), found["longest"].min()))
    reading = sentence(
        "Of the {all} months from {first} to {last}: longest without a row in {most} ({n}), shortest in {least} ({m}). Half of the "
        "regions had {median} months or more without any. Regions are those of 2023, also for the years before.",
        all=int(found["of"].max()),
        first=style.day(pd.Timestamp(f"{trends.SINCE}-01-01"), "month"),
        last=style.day(last, "month"),
        most=style.listed(str(r) for r in long.index),
        n=style.plural(int(long["longest"].iloc[0]), "month"),
        least=style.listed(str(r) for r in short.index),
        m=style.plural(int(short["longest"].iloc[0]), "month"),
        median=style.decimal(found["longest"].median(), 0),
    )
    return tabled(title, reading, frame)


@takes_events
def source_kinds(case: Casebook, title: str = "Kinds of pages, and the voices behind them") -> Exhibit:
    """List the sources by kind and language, and how many independent voices stand behind the events.

    Parameters
    ----------
    case
        The casebook; all its sources are listed, whatever is selected.
    title
        What the table shows.

    Returns
    -------
    Exhibit
        Columns ``kind of page``, ``pages``, ``French``, ``English`` and ``other languages``; most first.
    """
    counts = gaps.languages(case.own_sources, case.own_sources["kind"]).sort_values("pages", ascending=False, kind="stable")
    rows = [
        {
            "kind of page": say(schema.SOURCE_KINDS[str(kind)]),
            "pages": int(row["pages"]),
            "French": int(row["fr"]),
            "English": int(row["en"]),
            "other languages": int(row["other"]),
        }
        for kind, row in counts.iterrows()
    ]
    frame = grid(rows, columns=["kind of page", "pages", "French", "English", "other languages"])
    if frame.empty or case.events.empty:
        return tabled(title, sentence("No source or no event in this selection."), frame)
    copies = counts["pages"].reindex(["aggregator", "mirror"], fill_value=0)
    origins = case.own_sources["origin"].fillna(case.own_sources["publisher"])
    pages = gaps.pages(case.events, case.whole.claims)
    voices = case.events["independent_sources"]
    reading = sentence(
        "{all} pages come from {origins} different publishers or agencies; {copies} pages are aggregators or mirrors and {relayed} relay "
        "an agency or another publisher. Half of the events rest on {pages} pages or fewer, and {fewer} of {events} have fewer voices "
        "than pages.",
        all=i18n.number(len(case.own_sources)),
        origins=i18n.number(int(origins.nunique())),
        copies=i18n.number(int(copies.sum())),
        relayed=i18n.number(int(case.own_sources["origin"].notna().sum())),
        pages=style.decimal(pages.median(), 0),
        fewer=int((voices < pages).sum()),
        events=style.plural(len(voices), "event"),
    )
    return tabled(title, reading, frame)
