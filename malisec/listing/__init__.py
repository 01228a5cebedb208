"""Tables to read: events with tolls as ranges, seed documents, contradictions, sources, turning points, who is named for what.

Frames in, exhibits out; every table says what was counted. Must not know pictures.
"""

from malisec.listing.actors import perpetrators, responsibility
from malisec.listing.areas import area_periods
from malisec.listing.edition import blockades, milestones, seed_claims, seed_documents
from malisec.listing.events import disagreements, event_rows, events, places, worst
from malisec.listing.gaps import precision, silences, source_kinds
from malisec.listing.linked import crosswalk, pairs, reasons, unmatched
from malisec.listing.parts import links, pages
from malisec.listing.rains import rains_years
from malisec.listing.roads import fuel_blockade, fuel_convoys, roads
from malisec.listing.speakers import far_apart, figures_used
from malisec.listing.turning import before_after
from malisec.listing.waves import backgrounds, crowded_days, waves

__all__ = [
    "area_periods",
    "backgrounds",
    "before_after",
    "blockades",
    "crosswalk",
    "crowded_days",
    "disagreements",
    "event_rows",
    "events",
    "far_apart",
    "figures_used",
    "fuel_blockade",
    "fuel_convoys",
    "links",
    "milestones",
    "pages",
    "pairs",
    "perpetrators",
    "places",
    "precision",
    "rains_years",
    "reasons",
    "responsibility",
    "roads",
    "seed_claims",
    "seed_documents",
    "silences",
    "source_kinds",
    "unmatched",
    "waves",
    "worst",
]
