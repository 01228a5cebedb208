"""The nearest road, the nearest place and the distance to Bamako of two million points, beside geopandas on the same points.

Points lie anywhere in a box around Mali. geopandas gets roads, places and points on the same plane, as people do who want kilometres. Its
join alone is timed, and the way from columns of degrees as well: points made, put on the plane, joined. Ours starts from degrees.
"""

import time

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

import malisec as ms
from _results import record, seconds
from malisec import geography, nearest, space

MANY, FEWEST = 2_000_000, 4
draw = np.random.default_rng(20261127)
lon, lat = draw.uniform(-12.5, 4.5, MANY), draw.uniform(10, 25.2, MANY)
case = ms.load()


def timed(call: object) -> tuple[float, object]:
    start = time.perf_counter()
    found = call()
    return time.perf_counter() - start, found


stops = space.stops(case.corridors, case.places)
ways = {road: shapely.LineString(mine[["x", "y"]].to_numpy()) for road, mine in stops.groupby("corridor_id")}
roads = gpd.GeoDataFrame({"corridor_id": list(ways)}, geometry=list(ways.values()), crs=geography.PROJECTION)
narrow = case.places[~case.places["kind"].isin(nearest.WIDE)]
sites = gpd.GeoDataFrame(narrow[["place_id"]], geometry=gpd.points_from_xy(narrow["lon"], narrow["lat"]), crs="EPSG:4326")
sites = sites.to_crs(geography.PROJECTION)
seat = sites.geometry[sites["place_id"] == nearest.CAPITAL].iloc[0]

made, points = timed(lambda: gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326").to_crs(geography.PROJECTION))
libraries = ("geopandas", "shapely", "pyproj")
for what, ask, others, name in (
    ("road", ms.nearest_corridor, roads, "corridor_id"),
    ("place", ms.nearest_place, sites, "place_id"),
):
    first, found = timed(lambda ask=ask: ask(lon, lat))
    ours = seconds(lambda ask=ask: ask(lon, lat))
    peer, joined = timed(lambda others=others: gpd.sjoin_nearest(points, others, distance_col="km"))
    # a join names all that are equally near
    alike = pd.Series(joined[name].to_numpy() == found[name].astype(object).to_numpy()[joined.index])
    same = alike.groupby(joined.index.to_numpy()).any().mean()
    apart = np.abs(joined["km"].to_numpy() - found["km"].to_numpy()[joined.index]).max()
    print(f"nearest {what} of {MANY:,} points among {len(others)}; the first call, which makes the grid: {first:.2f} s")
    print(f"{'ours, from columns of degrees':40} {ours:8.2f} s {MANY / ours / 1e6:8.1f} M points/s")
    print(f"{'geopandas.sjoin_nearest, points projected':40} {peer:8.2f} s {peer / ours:8.1f} times ours")
    print(f"{'the same from columns of degrees':40} {peer + made:8.2f} s {(peer + made) / ours:8.1f} times ours")
    print(f"the same answer for {same:.6%} of the points, kilometres within {apart:.1e}")
    title = f"nearest {what} of {MANY:,} points"
    record(title, ours, "s", peer=peer, peer_name="geopandas.sjoin_nearest, projected", libraries=libraries, ratio_at_least=FEWEST)
    record(title, ours, "s", peer=peer + made, peer_name="geopandas.sjoin_nearest from degrees", libraries=libraries)

ours = seconds(lambda: ms.bamako_km(lon, lat))
peer = seconds(lambda: points.distance(seat), 1)
print(f"distance to Bamako: ours {ours:.2f} s, GeoSeries.distance {peer:.2f} s, from columns of degrees {peer + made:.2f} s")
title = f"distance to Bamako of {MANY:,} points"
record(title, ours, "s", peer=peer, peer_name="GeoSeries.distance, projected", libraries=libraries)
record(title, ours, "s", peer=peer + made, peer_name="GeoSeries.distance from degrees", libraries=libraries)
