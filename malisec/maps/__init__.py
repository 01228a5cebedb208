"""Maps on folium: quiet land, symbols by type and toll, rings of uncertainty, a card with every speaker, a brush for the dates.

Each function returns an exhibit: a notebook shows it, a report holds it, `save` writes it as one offline file. `AttackLayer` is a
folium element and composes with any folium map.
"""

from malisec.maps.choropleth import regions
from malisec.maps.data import payload
from malisec.maps.layer import AttackLayer, attacks
from malisec.maps.offline import OfflineMap, save
from malisec.maps.pair import compare
from malisec.maps.points import many
from malisec.maps.side import beside

__all__ = ["AttackLayer", "OfflineMap", "attacks", "beside", "compare", "many", "payload", "regions", "save"]
