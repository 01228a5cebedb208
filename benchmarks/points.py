"""Millions of points: the region of each, beside geopandas' join on the same points, and the memory it takes.

Points lie anywhere in a box around Mali. `geopandas.sjoin` makes its points first, as people with columns of degrees must; its time without
that is told as well. Memory is what comes on top of the input, the result counted: once with the grid at hand, once with the making of it.
"""

import time

import geopandas as gpd
import numpy as np
import pandas as pd

import malisec as ms
from _results import grown, record, seconds

MOST = 10_000_000
POINTS = """
import numpy as np
import malisec as ms
draw = np.random.default_rng(20261127)
lon, lat = draw.uniform(-12.5, 4.5, {n}), draw.uniform(10, 25.2, {n})
# libraries and outlines are read here
ms.regions(2023)
"""
draw = np.random.default_rng(20261127)
lon, lat = draw.uniform(-12.5, 4.5, MOST), draw.uniform(10, 25.2, MOST)

# the grid is made once in a process
start = time.perf_counter()
found = ms.region_of(lon, lat)
first = time.perf_counter() - start

ready = grown(POINTS.format(n=MOST) + "ms.region_of(lon[:1_000_000], lat[:1_000_000])", "found = ms.region_of(lon, lat)")
anew = grown(POINTS.format(n=MOST), "found = ms.region_of(lon, lat)")

ours = seconds(lambda: ms.region_of(lon, lat))
start = time.perf_counter()
points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")
made = time.perf_counter() - start
start = time.perf_counter()
joined = gpd.sjoin(points, ms.regions(2023), predicate="intersects", how="left")
peer = time.perf_counter() - start
same = (
    joined.loc[~joined.index.duplicated(), "region"].astype(object).fillna("") == pd.Series(found).astype(object).fillna("").to_numpy()
).mean()

print(f"{MOST:,} points, 20 outlines; the first call, which makes the grid: {first:.2f} s")
print(f"{'ms.region_of':40} {ours:8.2f} s {MOST / ours / 1e6:8.1f} M points/s")
print(f"memory above its input, its result counted: {ready:.0f} MB; with the making of the grid: {anew:.0f} MB")
print(f"{'geopandas.sjoin, points made':40} {peer:8.2f} s {peer / ours:8.0f} times ours")
print(f"{'geopandas.sjoin from columns of degrees':40} {peer + made:8.2f} s {(peer + made) / ours:8.0f} times ours")
print(f"the same answer for {same:.6%} of the points (outlines overlap by a hair: sjoin then names both)")
what = f"region of {MOST:,} points"
libraries = ("geopandas", "shapely")
record(what, ours, "s", peer=peer, peer_name="geopandas.sjoin, points made", libraries=libraries, ratio_at_least=100)
record(what, ours, "s", peer=peer + made, peer_name="geopandas.sjoin from columns of degrees", libraries=libraries)
record(f"{what}, memory above the input", ready, "MB", at_most=50)
record(f"{what}, memory above the input, grid made", anew, "MB", at_most=50)
