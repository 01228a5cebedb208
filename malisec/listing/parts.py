"""What tables share: cells for dates, tolls, pages and speakers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup, escape

from malisec import i18n, schema, style, tolls
from malisec.exhibit import Exhibit, link, sentence, table
from malisec.i18n import Both, say

if TYPE_CHECKING:
    from malisec.casebook import Casebook


SOURCE = sentence("Data: malisec edition {edition}, seeds and press; see the sources of each row.", edition=escape(schema.EDITION))


#: whom a statement counts that does not count everybody
PARTS = {"whole": "", "forces": " (the force only)", "civilians": " (civilians only)"}


def tabled(title: str, reading: Markup, frame: pd.DataFrame, source: Markup = SOURCE) -> Exhibit:
    """Show a frame as a table with its reading and source line."""
    alt = say("Table with {n} rows: {columns}.", n=len(frame), columns=i18n.joined([*frame.columns], ", "))
    return Exhibit(kind="table", title=title, reading=reading, body=table(frame, caption=title), source=source, alt=alt)


def links(sources: pd.DataFrame) -> dict[str, Markup]:
    """Return a link for each source id."""
    return {i: link(p, u) for i, p, u in zip(sources["source_id"], sources["publisher"], sources["url"], strict=True)}


def folded(texts: list[Any], noun: str) -> Markup:
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
    return folded([by_id[i] for i in str(ids).split() if i in by_id], "pages")


def who(event: Any, actors: dict[str, str]) -> str:
    """Name the perpetrators of an event, with how that is known."""
    if not isinstance(event.perpetrator, str) or event.perpetrator_certainty == "unknown":
        return "unknown"
    names = i18n.joined([actors.get(a, a) for a in event.perpetrator.split()], ", ")
    return i18n.joined([names, " (", event.perpetrator_certainty, ")"])


def said_in(row: Any, column: str = "summary") -> str:
    """Return what a table says in English, with the French of the table where it has it."""
    text, other = getattr(row, column), getattr(row, f"{column}_fr", None)
    return Both(text, other) if isinstance(other, str) else text


def date_of(e: Any) -> str:
    """Write the date of an event no finer than it is known, so that it sorts."""
    if pd.isna(e.date):
        return style.day(None)
    if e.date_precision == "day":
        return f"{e.date:%Y-%m-%d}"
    if e.date_precision == "week":
        return say("{month} (week)", month=f"{e.date:%Y-%m}")
    return f"{e.date:%Y-%m}" if e.date_precision != "year" else f"{e.date:%Y}"


def toll_cells(total: tolls.Total) -> dict[str, str]:
    """Return the cells that a sum of tolls takes: its range, and for how many of the events it is known."""
    elsewhere = say("; {n} only together with places elsewhere", n=total.in_joint_left_out) if total.in_joint_left_out else ""
    return {
        "killed": style.toll(total.low, None, total.high, open_above=bool(total.open)) if total.known else "unknown",
        "known for": say("{n} of {all}{elsewhere}", n=total.known, all=total.events, elsewhere=elsewhere),
    }


def sum_cells(case: Casebook, events: pd.DataFrame) -> dict[str, str]:
    """Return the cells that the tolls of some events take together."""
    return toll_cells(case.total_of(events))


def speakers_of(said: pd.DataFrame) -> Both:
    """Write each statement of a toll with its speaker, lowest figure first."""
    return i18n.joined(
        [
            say(
                "{speaker}: {figure}{part}",
                # the name of a speaker, whatever it is, is no text of ours
                speaker=Both(s.said_by, s.said_by),
                figure=style.figure(s.low, None if s.open else s.high, "words" if s.vague else None),
                part=PARTS[s.part],
            )
            for s in said.sort_values(["low", "said_by"]).itertuples()
        ],
        "; ",
    )
