"""Larger than one machine: the functions of one machine mapped over pieces of a table by Dask (extra ``scale``).

For tables that one machine cannot hold; everything else is simpler without. `malisec.scale` starts no cluster and knows no scheduler:
whichever Dask uses does the work, threads of this process when none was started. Answers are those of the functions of the same
names for one machine. See docs/scale.md.
"""

from malisec.scale.counting import locate_many, monthly, region_of
from malisec.scale.pairing import Linked, link
from malisec.scale.reading import KINDS, read_acled, read_events, read_ucdp

__all__ = ["KINDS", "Linked", "link", "locate_many", "monthly", "read_acled", "read_events", "read_ucdp", "region_of"]
