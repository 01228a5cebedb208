"""Tables to read: events with tolls as ranges, seed documents, contradictions, sources, turning points, who is named for what.

Frames in, exhibits out; every table says what was counted. Must not know pictures.
"""

from malisec.listing.actors import perpetrators, responsibility
from malisec.listing.edition import blockades, milestones, seed_claims, seed_documents
from malisec.listing.events import disagreements, event_rows, events, places, worst
from malisec.listing.parts import links, pages
from malisec.listing.roads import fuel_blockade, fuel_convoys, roads
from malisec.listing.waves import backgrounds, crowded_days, waves

__all__ = [
    "backgrounds",
    "blockades",
    "crowded_days",
    "disagreements",
    "event_rows",
    "events",
    "fuel_blockade",
    "fuel_convoys",
    "links",
    "milestones",
    "pages",
    "perpetrators",
    "places",
    "responsibility",
    "roads",
    "seed_claims",
    "seed_documents",
    "waves",
    "worst",
]
