"""Maps of 100,000 points with a popup each: `ms.maps.many` beside what folium offers, in one run; and of 1,000,000 for ours alone.

A popup says date and kind. Each page is opened by Chromium with the network off; the rounds alternate, and medians are shown.
Interactive: from the start of the navigation until the first frame after `load` has been painted; every map here is drawn, and
its popups bound, by scripts that run before `load`. Redraw: from a move of the map by 150 and 60 pixels without animation until the
next frame has been painted. In the peers' pages the addresses of Leaflet and markercluster are replaced by the files in node_modules,
jQuery by a function of three lines, Bootstrap, icons and the rest by nothing, and they have no tiles: all of which makes them
faster and smaller than they are. Sizes: the page without the scripts and styles it needs, and with them (ours: Leaflet, our own
scripts, styles and fonts).
"""

import statistics
import tempfile
import time
from pathlib import Path

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
from folium.plugins import FastMarkerCluster, MarkerCluster
from playwright.sync_api import sync_playwright

import malisec as ms
from _pages import bare, launched, local, opened
from _results import record, shown
from malisec import frontend

FEW, MANY, ROUNDS, SLOW_S = 100_000, 1_000_000, 3, 20
#: MarkerCluster builds an element of Jinja for each marker: where all would take longer than so many seconds, fewer points are run
PATIENCE_S, FEWER = 90, 20_000
KINDS = ("armed_assault", "ambush", "ied", "massacre_of_civilians", "abduction", "military_operation")
CALLBACK = """function (row) {
  return L.marker([row[0], row[1]]).bindPopup(() => { const p = document.createElement("p"); p.textContent = row[2]; return p; });
}"""


def table(n: int) -> pd.DataFrame:
    """Return points around 400 places of Mali over 14 years, the same ones at every run."""
    draw = np.random.default_rng(20261127)
    place = draw.integers(0, 400, n)
    lon, lat = draw.uniform(-11, 3, 400)[place], draw.uniform(11, 20, 400)[place]
    dates = pd.Timestamp("2012-01-01") + pd.to_timedelta(draw.integers(0, 5113, n), "D")
    return pd.DataFrame(
        {
            "lon": np.clip(lon + draw.normal(0, 0.4, n), -12.2, 4.2).round(5),
            "lat": np.clip(lat + draw.normal(0, 0.4, n), 10.2, 24.9).round(5),
            "date": dates,
            "kind": draw.choice(KINDS, n),
        }
    )


def words(frame: pd.DataFrame) -> list[str]:
    return (frame["date"].dt.strftime("%Y-%m-%d") + ", " + frame["kind"]).tolist()


def fast_cluster(frame: pd.DataFrame) -> str:
    rows = [list(row) for row in zip(frame["lat"], frame["lon"], words(frame), strict=True)]
    return FastMarkerCluster(rows, callback=CALLBACK).add_to(bare()).get_root().render()


def cluster(frame: pd.DataFrame) -> str:
    group = MarkerCluster().add_to(drawn := bare())
    for lat, lon, text in zip(frame["lat"], frame["lon"], words(frame), strict=True):
        folium.Marker([lat, lon], popup=text).add_to(group)
    return drawn.get_root().render()


def bearable(frame: pd.DataFrame) -> pd.DataFrame:
    """Return as many points as MarkerCluster can be asked for, judged by 2,000 of them."""
    start = time.perf_counter()
    cluster(frame.head(2000))
    return frame if (time.perf_counter() - start) * len(frame) / 2000 < PATIENCE_S else frame.head(FEWER)


def geojson(frame: pd.DataFrame) -> str:
    shapes = gpd.GeoDataFrame({"text": words(frame)}, geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs="EPSG:4326")
    popup = folium.GeoJsonPopup(fields=["text"], labels=False)
    return folium.GeoJson(shapes, marker=folium.CircleMarker(radius=3, fill=True), popup=popup).add_to(bare()).get_root().render()


def explore(frame: pd.DataFrame) -> str:
    shapes = gpd.GeoDataFrame({"text": words(frame)}, geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs="EPSG:4326")
    drawn = shapes.explore(tiles=None, popup=["text"], tooltip=False, prefer_canvas=True, max_zoom=14)
    drawn.options["max_zoom"] = 14
    return drawn.get_root().render()


def ours(frame: pd.DataFrame) -> str:
    return str(ms.maps.many(frame, "Points", date="date", category="kind").page())


def measure(ways: dict[str, tuple], folder: Path) -> dict[str, dict[str, float]]:
    seen: dict[str, list[tuple]] = {name: [] for name in ways}
    builds: dict[str, list[float]] = {name: [] for name in ways}
    sizes: dict[str, tuple[float, float]] = {}
    with sync_playwright() as playwright:
        browser = launched(playwright)
        for _ in range(ROUNDS):
            for k, (name, (build, frame)) in enumerate(ways.items()):
                path = folder / f"{k}.html"
                # what takes long is built once
                if not builds[name] or builds[name][0] < SLOW_S:
                    start = time.perf_counter()
                    page = build(frame)
                    builds[name].append(time.perf_counter() - start)
                    whole, library = local(page)
                    path.write_text(whole, encoding="utf-8")
                    own = len((frontend.script() + frontend.styles()).encode()) if build is ours else 0
                    size = len(page.encode()) - own
                    sizes[name] = (size / 1e6, (size + own + library) / 1e6)
                seen[name].append(opened(browser, path))
        browser.close()
    return {
        name: {
            "build": statistics.median(builds[name]),
            "size": sizes[name][0],
            "whole": sizes[name][1],
            "open": statistics.median(s for s, _ in seen[name]),
            "pan": statistics.median(p for _, p in seen[name]),
        }
        for name in ways
    }


few = table(FEW)
ms.maps.many(few.head(), "warm")  # imports and outlines are read once in a session, by folium's first map as well
bare().get_root().render()
slow = bearable(few)
ways = {
    "ms.maps.many": (ours, few),
    "FastMarkerCluster": (fast_cluster, few),
    "GeoJson, canvas": (geojson, few),
    "GeoDataFrame.explore": (explore, few),
    f"MarkerCluster, {len(slow):,}": (cluster, slow),
    "ms.maps.many, 1,000,000": (ours, table(MANY)),
}
with tempfile.TemporaryDirectory() as name:
    found = measure(ways, Path(name))
base = found["ms.maps.many"]
print(f"{FEW:,} points, {ROUNDS} rounds; in brackets: times ours")
print(f"{'':24} {'build s':>16} {'MB':>16} {'MB with libraries':>18} {'interactive s':>16} {'redraw ms':>16}")
for name, row in found.items():
    cells = [f"{row[key]:.2f} ({row[key] / base[key]:.1f})" for key in ("build", "size", "whole", "open", "pan")]
    print(f"{name:24} {cells[0]:>16} {cells[1]:>16} {cells[2]:>18} {cells[3]:>16} {cells[4]:>16}")
if len(slow) < len(few):
    print(f"MarkerCluster: {len(slow):,} points only, since {FEW:,} would take more than {PATIENCE_S} s to build")
million, peer = found["ms.maps.many, 1,000,000"], found["FastMarkerCluster"]
points = f"map of {FEW:,} points"
libraries = ["folium"]
record(f"{points}, built", base["build"], "s", peer=peer["build"], peer_name="FastMarkerCluster", libraries=libraries)
record(f"{points}, without libraries", base["size"], "MB", at_most=1)
record(
    f"{points}, without libraries",
    base["size"],
    "MB",
    peer=peer["size"],
    peer_name="FastMarkerCluster",
    libraries=libraries,
    ratio_at_least=4,
)
record(f"{points}, interactive", base["open"], "s", peer=peer["open"], peer_name="FastMarkerCluster", libraries=libraries, ratio_at_least=3)
record(f"map of {MANY:,} points, without libraries", million["size"], "MB", at_most=6)
record(f"map of {MANY:,} points, interactive", million["open"], "s", at_most=1)
print(shown())
