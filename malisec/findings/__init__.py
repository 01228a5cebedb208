"""The head of each report: what was found, what was counted, the caution. Every number is computed here from the tables.

Must not know how a report is built.
"""

from malisec.findings.edition import WAVE, region, sources, when, where
from malisec.findings.rains import rains
from malisec.findings.turning import turning

__all__ = ["WAVE", "rains", "region", "sources", "turning", "when", "where"]
