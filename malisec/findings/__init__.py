"""The head of each report: what was found, what was counted, the caution. Every number is computed here from the tables.

Must not know how a report is built.
"""

from malisec.findings.edition import WAVE, region, sources, when, where

__all__ = ["WAVE", "region", "sources", "when", "where"]
