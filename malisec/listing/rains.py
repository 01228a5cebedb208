"""The rains and the rest of each year, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from malisec import style, trends
from malisec.credit import takes_events
from malisec.exhibit import Exhibit, grid, sentence
from malisec.i18n import Both, say
from malisec.listing.parts import tabled

if TYPE_CHECKING:
    import pandas as pd

    from malisec.casebook import Casebook

HEADS = [
    "year",
    "deaths a month, June to September",
    "deaths a month, other months",
    "rows a month, June to September",
    "rows a month, other months",
]


@takes_events
def rains_years(case: Casebook, title: str = "The rains of each year") -> Exhibit:
    """List for each year the deaths (UCDP) and the rows of a month in the rains and in the other months.

    Parameters
    ----------
    case
        The casebook; rows are those of its events, deaths are always the whole series.
    title
        What the table shows.

    Returns
    -------
    Exhibit
    """
    series = trends.monthly_deaths(case, since=trends.SINCE)
    deaths = trends.yearly_seasons(series)
    rows = trends.yearly_seasons(trends.rows_of_years(case.events, trends.last_whole_year(case.events)))
    tables = dict(zip(HEADS[1:], (deaths["inside"], deaths["outside"], rows["inside"], rows["outside"]), strict=True))
    every = sorted({*deaths.index, *rows.index})
    frame = grid([{"year": f"{y}"} | {head: _mean(means, y) for head, means in tables.items()} for y in every], columns=HEADS)
    if deaths.empty:
        return tabled(title, sentence("UCDP’s series holds no whole year with deaths."), frame)
    ranks = trends.shuffled_season(series)
    reading = sentence(
        "In {k} of {n} years the mean month of June to September held fewer deaths than the mean of the other months. With months "
        "shuffled within years, ranks, which no extreme month sways, differ as much in {far} of {of} shuffles.",
        k=int((deaths["inside"] < deaths["outside"]).sum()),
        n=len(deaths),
        far=int(ranks["as_far"]),
        of=int(ranks["of"]),
    )
    return tabled(title, reading, frame)


def _mean(means: pd.Series, year: int) -> Both:
    return style.decimal(float(means[year])) if year in means.index else say("no figure")
