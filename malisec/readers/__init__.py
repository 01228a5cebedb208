"""Events of others, read into columns of ours: UCDP, ACLED, and a table of one's own. Works without network or account."""

from malisec.readers.acled import read_acled
from malisec.readers.codes import crosswalk
from malisec.readers.files import write
from malisec.readers.own import read_events
from malisec.readers.ucdp import read_ucdp

__all__ = ["crosswalk", "read_acled", "read_events", "read_ucdp", "write"]
