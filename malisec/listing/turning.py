"""What changed around turning points, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from malisec import i18n, style, trends
from malisec.credit import takes_events
from malisec.exhibit import Exhibit, grid, sentence
from malisec.i18n import Both, say
from malisec.listing.parts import tabled

if TYPE_CHECKING:
    from malisec.casebook import Casebook

#: column of each series and window
HEADS = {
    ("deaths", 6): "deaths (UCDP), six months",
    ("deaths", 12): "deaths (UCDP), twelve months",
    ("rows", 6): "our rows, six months",
    ("rows", 12): "our rows, twelve months",
}


@takes_events
def before_after(
    case: Casebook, title: str = "Before and after each turning point, and at how many other months as much changed"
) -> Exhibit:
    """List the ratio of after to before around each turning point, with its interval and how many other months changed as much.

    Parameters
    ----------
    case
        The casebook; rows are those of its events, deaths are always the whole series.
    title
        What the table shows.

    Returns
    -------
    Exhibit
        One row for each month of `malisec.trends.turning_months`.
    """
    months = trends.turning_months(case)
    table, others = trends.turns(case)
    found = table.set_index(["month", "series", "window"])
    label = {
        m.milestone_id: Both(m.label, m.label_fr if isinstance(m.label_fr, str) else m.label) for m in case.whole.milestones.itertuples()
    }  # fmt: skip
    widest = max(trends.WINDOWS)
    rows = []
    for month, ids in months["ids"].items():
        near = [m for m in months.index if m != month and abs((m - month).n) <= widest]
        cells = {head: _cell(found.loc[(month, *key)], len(others[key])) for key, head in HEADS.items()}
        rows.append(
            {"month": f"{month}", "turning points": i18n.joined([label[i] for i in ids], ", ")}
            | cells
            | {
                "others within twelve months": i18n.joined([label[i] for m in near for i in months.loc[m, "ids"]], ", ")
                if near
                else say("none")
            }
        )
    frame = grid(rows, columns=["month", "turning points", *HEADS.values(), "others within twelve months"])
    if frame.empty:
        return tabled(title, sentence("No turning point stands in the tables."), frame)
    overlapping = sum(any(m != other and abs((m - other).n) <= widest for other in months.index) for m in months.index)
    deaths = [len(others["deaths", w]) for w in trends.WINDOWS]
    reading = sentence(
        "{k} of {n} months with turning points have another within {window} months, so that their windows overlap. Other months are {a} "
        "for the shorter and {b} for the longer windows of deaths; their windows overlap as well: they are fewer than they seem.",
        k=style.capital(style.words(overlapping)),
        n=len(months),
        window=widest,
        a=deaths[0],
        b=deaths[1],
    )
    return tabled(title, reading, frame)


def _cell(row: Any, others: int) -> Both:
    if np.isnan(row["before"]):
        return say("beyond the series")
    if np.isnan(row["ratio"]):
        return say("fewer than five on a side")
    return say(
        "{ratio} ({interval}); as large at {k} of {n} other months",
        ratio=style.decimal(row["ratio"], 2),
        interval=style.interval(row["low"], row["high"]),
        k=int(row["as_large"]),
        n=others,
    )
