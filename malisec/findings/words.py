"""Words that several findings share: shares, sums of tolls, the caution about rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from malisec import i18n
from malisec.exhibit import sentence
from malisec.i18n import Both, say

if TYPE_CHECKING:
    from malisec import tolls


DENSE = sentence(
    "Our rows follow what the press told and where we looked: 2025, the year of most seed documents, was searched most. A rise in "
    "their number is a rise in rows, not in violence; only the UCDP series was counted with one rule throughout."
)


#: a ring up to which a place counts as known, in km
NEAR_KM = 5


#: events below which counts are told and no shares: a tenth of four events is nobody
FEW = 5


def fraction(share: float) -> Both:
    """Say a share in words, no finer than it deserves."""
    steps = (
        (0.29, "A quarter"),
        (0.40, "A third"),
        (0.47, "Under half"),
        (0.53, "Half"),
        (0.63, "Over half"),
        (0.71, "Two thirds"),
        (0.79, "Three quarters"),
        (0.95, "Most"),
    )
    return say(next((word for limit, word in steps if share < limit), "Nearly all") if share >= 0.21 else "Little")


def killed_by(total: tolls.Total) -> Both:
    """Say a sum of tolls as its range; a speaker without an upper bound leaves it open."""
    low, high = i18n.number(total.low), i18n.number(total.high)
    said = low if total.low == total.high else say("{low} to {high}", low=low, high=high)
    if total.high < 2:
        return Both(f"{said}{' or more' if total.open else ''} killed", f"{said.fr}{' ou plus' if total.open else ''} tué")
    return say("{n} or more killed" if total.open else "{n} killed", n=said)


def percent(text: str) -> Both:
    """Write a share as French does, with a space before its sign."""
    return Both(text, text.replace("%", "\N{NO-BREAK SPACE}%"))
