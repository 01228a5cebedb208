"""Millions of points: the region of each, and how far it is, beside geopandas' joins on the same points.

Points lie anywhere in a box around Mali. `geopandas.sjoin` makes its points first, as people with columns of degrees must; its time without
that is told as well. The growth curve says whether ten times the points take ten times the time.
"""

import resource
import time
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd

import malisec as ms

MOST = 10_000_000
draw = np.random.default_rng(20261127)
lon, lat = draw.uniform(-12.5, 4.5, MOST), draw.uniform(10, 25.2, MOST)


def seconds(call: Callable[[], object], rounds: int = 3) -> float:
    """Return the seconds of a call, the best of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best


# the grid is made once in a process
start = time.perf_counter()
ms.region_of(lon, lat)
first = time.perf_counter() - start

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = ms.region_of(lon, lat)
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024

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
print(f"{'ms.region_of':40} {ours:8.2f} s {MOST / ours / 1e6:8.1f} M points/s   memory above its input {max(grown, 0):.0f} MB")
print(f"{'geopandas.sjoin, points made':40} {peer:8.2f} s {peer / ours:8.0f} times ours")
print(f"{'geopandas.sjoin from columns of degrees':40} {peer + made:8.2f} s {(peer + made) / ours:8.0f} times ours")
print(f"the same answer for {same:.6%} of the points (outlines overlap by a hair: sjoin then names both)")
print(
    "growth:",
    ", ".join(
        f"{n:.0e}: {seconds(lambda n=n: ms.region_of(lon[:n], lat[:n])) / n * 1e9:.0f} ns a point" for n in (10**4, 10**5, 10**6, 10**7)
    ),
)
