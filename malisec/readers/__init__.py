"""Events of others, read into columns of ours: UCDP, ACLED, and a table of one's own. Works without network or account."""

from malisec.readers.acled import read_acled
from malisec.readers.codes import crosswalk
from malisec.readers.files import bar, fault, table, write
from malisec.readers.own import read_back, read_events
from malisec.readers.ucdp import read_ucdp, ucdp_events

__all__ = ["bar", "crosswalk", "fault", "read_acled", "read_back", "read_events", "read_ucdp", "table", "ucdp_events", "write"]
