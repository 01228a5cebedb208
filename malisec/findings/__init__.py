"""The head of each report: what was found, what was counted, the caution. Every number is computed here from the tables.

Must not know how a report is built.
"""

from malisec.findings.edition import WAVE, region, sources, when, where
from malisec.findings.roads import roads
from malisec.findings.waves import waves

__all__ = ["WAVE", "region", "roads", "sources", "waves", "when", "where"]
