"""The head of the report that holds our rows against another dataset, one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from malisec import style
from malisec.exhibit import Finding, sentence
from malisec.i18n import Both, agree, say
from malisec.listing.linked import MANY

if TYPE_CHECKING:
    import pandas as pd
    from markupsafe import Markup

    from malisec.casebook import Casebook
    from malisec.linking import Linked


def beside(case: Casebook, theirs: pd.DataFrame, linked: Linked) -> Finding:
    """Find how much of another dataset our rows hold.

    Parameters
    ----------
    case
        Our events, of the same days as theirs.
    theirs
        The events of the other dataset, as the readers return them.
    linked
        What `malisec.link` found between the two.
    """
    name = str(theirs["dataset"].iloc[0]) if len(theirs) else "the other dataset"
    caution = sentence(
        "One month of one release cannot speak for all years: its figures are candidate figures, which UCDP revises later, and the month "
        "was chosen because the release was at hand. Two rows are taken for one event by a score of place, day, sides, type and toll, "
        "which may err either way; the table below shows each pair."
    )
    if theirs.empty:
        return Finding(say("No row of the other dataset is selected"), sentence("No row is selected."), caution)
    # of an event whose toll nobody gave nothing is said here
    best = theirs.set_index("event_id")["killed_best"].dropna().astype("int64")
    ours = best[best.index.isin(linked.pairs["theirs"])]
    title = say(
        "Of the {all} events that {name} counts {when}, {n} stand in our tables, with {share} of the dead",
        all=len(theirs),
        name=name,
        when=_when(theirs),
        n=style.words(len(linked.pairs)),
        share=style.share(float(ours.sum() / best.sum())) if best.sum() else say("none"),
    )
    large = best[best >= MANY]
    lead = sentence(
        "{silent} of these {all} events have no dead by the best estimate; of the {k} with {many} dead or more our tables hold {held}. "
        "{ours}",
        silent=style.capital(style.words(int((best == 0).sum()))),
        all=len(theirs),
        k=style.words(len(large)),
        many=style.words(MANY),
        held=style.words(int(large.index.isin(ours.index).sum())),
        ours=_ours(case, linked),
    )
    return Finding(title, lead, caution)


def _when(theirs: pd.DataFrame) -> Both:
    """Say when the events of another dataset were: in a month, or from a day to a day."""
    days = theirs["date"].dropna()
    if len(set(days.dt.to_period("M"))) == 1:
        return say("in {month}", month=style.day(days.iloc[0], "month"))
    first, last = style.span(theirs)
    return Both(f"from {first} to {last}", f"{style.dated(first, 'from').fr} {style.dated(last, 'to').fr}")


def _ours(case: Casebook, linked: Linked) -> Markup:
    """Say how many of our own rows found a partner."""
    if linked.ours_only.empty:
        return sentence("Each of our own {rows} of that time has a partner.", rows=style.plural(len(case.events), "row"))
    return sentence(
        "Of our own {rows} of that time {k} {have} a partner.",
        rows=style.plural(len(case.events), "row"),
        k=style.words(len(linked.pairs), she=True),
        have=agree(len(linked.pairs), ("has", "a"), ("have", "ont")),
    )
