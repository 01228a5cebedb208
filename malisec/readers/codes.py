"""What the codes of UCDP and ACLED for precision and type mean in our words, with the codebook that says so.

Must not know files.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

UCDP_CODEBOOK = "UCDP GED Codebook version 25.1 (Högbladh 2025), sections on where_prec, date_prec and type_of_violence"
ACLED_CODEBOOK = "ACLED Codebook 2024, sections on geo_precision, time_precision and event types"


class Code(NamedTuple):
    """One code of another dataset."""

    system: str
    field: str
    code: int | str
    meaning: str
    ours: str
    #: km, for places
    ring: float | None = None


#: 25 km is the codebook's own; the others are radii of a circle as large as a mean unit of Mali (1.24 million km², 49 cercles and 9
#: regions of 1991), since a point that stands for a whole unit may lie anywhere in it
_PLACES = (
    Code("UCDP", "where_prec", 1, "exact location", "exact", 2),
    Code("UCDP", "where_prec", 2, "within about 25 km of a known point", "area", 25),
    Code("UCDP", "where_prec", 3, "second order administrative unit (cercle)", "region", 90),
    Code("UCDP", "where_prec", 4, "first order administrative unit (region)", "region", 209),
    Code("UCDP", "where_prec", 5, "linear feature or fuzzy area", "region", 209),
    Code("UCDP", "where_prec", 6, "only the country is known", "unknown", 628),
    Code("UCDP", "where_prec", 7, "international waters or airspace", "unknown", None),
    Code("ACLED", "geo_precision", 1, "the town is known", "town", 5),
    Code("ACLED", "geo_precision", 2, "near a town, or a part of a region", "area", 25),
    Code("ACLED", "geo_precision", 3, "a larger region", "region", 209),
)
_DATES = (
    Code("UCDP", "date_prec", 1, "the day is known", "day"),
    Code("UCDP", "date_prec", 2, "within 2 to 6 days", "week"),
    Code("UCDP", "date_prec", 3, "the week is known", "week"),
    Code("UCDP", "date_prec", 4, "within 8 to 30 days, or the month is known", "month"),
    Code("UCDP", "date_prec", 5, "within more than a month, up to a year", "year"),
    Code("ACLED", "time_precision", 1, "the day is known", "day"),
    Code("ACLED", "time_precision", 2, "the week is known", "week"),
    Code("ACLED", "time_precision", 3, "the month is known", "month"),
)
_TYPES = (
    Code("UCDP", "type_of_violence", 1, "state-based conflict", "state_based"),
    Code("UCDP", "type_of_violence", 2, "non-state conflict", "non_state"),
    Code("UCDP", "type_of_violence", 3, "one-sided violence", "one_sided"),
    Code("ACLED", "event_type", "Battles", "armed clashes between organised groups", "battle"),
    Code("ACLED", "event_type", "Explosions/Remote violence", "one side uses what the other cannot answer", "remote"),
    Code("ACLED", "event_type", "Violence against civilians", "armed groups against people without arms", "against_civilians"),
    Code("ACLED", "event_type", "Protests", "demonstrations without violence", "protest"),
    Code("ACLED", "event_type", "Riots", "violent demonstrations or mobs", "riot"),
    Code("ACLED", "event_type", "Strategic developments", "what may lead to violence", "strategic"),
)
_BOOKS = {"UCDP": UCDP_CODEBOOK, "ACLED": ACLED_CODEBOOK}


def crosswalk() -> pd.DataFrame:
    """Return every code with its meaning, what it becomes, the ring in km that a place gets, and the codebook.

    Examples
    --------
    >>> table = crosswalk()
    >>> table.loc[(table["field"] == "where_prec") & (table["code"] == 2), ["ours", "ring_km"]].values.tolist()
    [['area', 25.0]]
    """
    rows = [(*code, _BOOKS[code.system]) for code in (*_PLACES, *_DATES, *_TYPES)]
    return pd.DataFrame(rows, columns=["system", "field", "code", "meaning", "ours", "ring_km", "codebook"]).astype({"ring_km": float})


def words(field: str) -> dict[int | str, str]:
    """Return what each code of a field becomes."""
    return {c.code: c.ours for c in (*_PLACES, *_DATES, *_TYPES) if c.field == field}


def rings(field: str) -> dict[int | str, float | None]:
    """Return the ring in km of each code of a field."""
    return {c.code: c.ring for c in _PLACES if c.field == field}
