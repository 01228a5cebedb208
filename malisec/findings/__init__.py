"""The head of each report: what was found, what was counted, the caution. Every number is computed here from the tables.

Must not know how a report is built.
"""

from malisec.findings.areas import areas
from malisec.findings.edition import WAVE, region, sources, when, where
from malisec.findings.gaps import unknown
from malisec.findings.rains import rains
from malisec.findings.rising import rising
from malisec.findings.roads import roads
from malisec.findings.side import beside
from malisec.findings.speakers import counting
from malisec.findings.turning import turning
from malisec.findings.waves import waves

__all__ = [
    "WAVE",
    "areas",
    "beside",
    "counting",
    "rains",
    "region",
    "rising",
    "roads",
    "sources",
    "turning",
    "unknown",
    "waves",
    "when",
    "where",
]
