"""600 events with all their claims on one map: `ms.maps.attacks` beside what folium offers, in one run.

The peers' popups hold what our cards hold as plain text: summary, every claim with its speaker, sources with their addresses. They
have no brush, no filters, no ranges, no table. Definitions of size and interactive: see maps.py. Brush: 60 moves of a drag over the
months, each from the event to the first frame painted after it; counted with symbols, counts, bars and rows following.
"""

import html
import statistics
import tempfile
import time
from pathlib import Path

import folium
import geopandas as gpd
import pandas as pd
from folium.plugins import MarkerCluster
from playwright.sync_api import sync_playwright

import malisec as ms
from _pages import NOTE, bare, launched, local, opened
from _results import record, shown
from malisec import frontend, style
from malisec.casebook import Casebook

EVENTS, ROUNDS = 600, 5
BRUSH = """async () => {
  const svg = document.querySelector(".ms-brush"), box = svg.getBoundingClientRect(), y = box.y + box.height * 0.6, times = [];
  svg.setPointerCapture = () => {};
  const fire = (target, type, clientX) =>
    target.dispatchEvent(new PointerEvent(type, { bubbles: true, clientX, clientY: y, pointerId: 1, button: 0 }));
  fire(svg.querySelector(".ms-ground"), "pointerdown", box.x + 80);
  for (let k = 0; k < 60; k++) {
    const start = performance.now();
    fire(svg, "pointermove", box.x + 84 + k * 8);
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    times.push(performance.now() - start);
  }
  fire(svg, "pointerup", box.x + 560);
  return times;
}"""


def enough(case: Casebook) -> Casebook:
    """Return the edition's events, and as many of them once more under other ids as make 600."""
    import dataclasses

    more = case.events.head(EVENTS - len(case.events))
    ids = {i: f"{i}-again" for i in more["event_id"]}
    again = case.claims[case.claims["event_id"].isin(ids)]
    claims = again.assign(event_id=again["event_id"].map(ids), claim_id=again["claim_id"] + "-again")
    return dataclasses.replace(
        case,
        events=pd.concat([case.events, more.assign(event_id=more["event_id"].map(ids))], ignore_index=True),
        claims=pd.concat([case.claims, claims], ignore_index=True),
        everything=None,
    )


def told(case: Casebook) -> list[str]:
    """Write what a card says of each event as HTML, escaped."""
    pages = {s.source_id: f"{s.publisher} {s.url}" for s in case.sources.itertuples()}
    said: dict[str, list[str]] = {}
    for c in case.claims.itertuples():
        line = f"{c.measure}: {style.figure(c.low, c.high, c.qualifier)}, {c.said_by}, {'; '.join(pages[i] for i in c.source_ids.split())}"
        said.setdefault(c.event_id if isinstance(c.event_id, str) else c.shared_toll_id, []).append(line)
    return [
        "<br>".join(map(html.escape, [e.summary, *said.get(e.event_id, []), *(pages[i] for i in e.source_ids.split())]))
        for e in case.events.itertuples()
    ]


def ours(case: Casebook, _: list[str]) -> str:
    return ms.maps.attacks(case, "Events").page()


def markers(case: Casebook, texts: list[str]) -> str:
    drawn = bare()
    for e, text in zip(case.events.itertuples(), texts, strict=True):
        folium.CircleMarker([e.lat, e.lon], radius=4, popup=folium.Popup(text, max_width=320)).add_to(drawn)
    return drawn.get_root().render()


def clusters(case: Casebook, texts: list[str]) -> str:
    drawn = bare()
    group = MarkerCluster().add_to(drawn)
    for e, text in zip(case.events.itertuples(), texts, strict=True):
        folium.Marker([e.lat, e.lon], popup=folium.Popup(text, max_width=320)).add_to(group)
    return drawn.get_root().render()


def shapes(case: Casebook, texts: list[str]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"text": texts}, geometry=gpd.points_from_xy(case.events["lon"], case.events["lat"]), crs="EPSG:4326")


def geojson(case: Casebook, texts: list[str]) -> str:
    popup = folium.GeoJsonPopup(fields=["text"], labels=False)
    layer = folium.GeoJson(shapes(case, texts), marker=folium.CircleMarker(radius=4, fill=True), popup=popup)
    return layer.add_to(bare()).get_root().render()


def explore(case: Casebook, texts: list[str]) -> str:
    return shapes(case, texts).explore(tiles=None, popup=["text"], tooltip=False, max_zoom=14).get_root().render()


def brushed(browser: object, path: Path) -> tuple[list[float], float]:
    """Return milliseconds of each move of a drag, and seconds from load to interactive."""
    page = browser.new_context(offline=True, viewport={"width": 1280, "height": 900}).new_page()
    page.add_init_script(NOTE)
    page.goto(path.as_uri())
    page.wait_for_function("window.interactive")
    after = page.evaluate("(window.interactive - performance.getEntriesByType('navigation')[0].loadEventStart) / 1000")
    times = page.evaluate(BRUSH)
    page.context.close()
    return times, after


case = enough(ms.load())
texts = told(case)
ways = {"ms.maps.attacks": ours, "CircleMarker": markers, "MarkerCluster": clusters, "GeoJson": geojson, "GeoDataFrame.explore": explore}
rows: dict[str, dict[str, list[float]]] = {name: {"build": [], "size": [], "whole": [], "open": []} for name in ways}
moves: list[float] = []
loads: list[float] = []
ours(case, texts)  # imports and outlines are read once in a session
with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
    browser = launched(playwright)
    path = Path(name) / "page.html"
    for _ in range(ROUNDS):
        for way, build in ways.items():
            start = time.perf_counter()
            page = build(case, texts)
            rows[way]["build"].append(time.perf_counter() - start)
            whole, library = local(page)
            own = len((frontend.script() + frontend.styles()).encode()) if build is ours else 0
            rows[way]["size"].append((len(page.encode()) - own) / 1e6)
            rows[way]["whole"].append((len(page.encode()) + library) / 1e6)
            path.write_text(whole, encoding="utf-8")
            rows[way]["open"].append(opened(browser, path)[0])
            if build is ours:
                times, after = brushed(browser, path)
                moves += times
                loads.append(after)
    browser.close()
found = {way: {key: statistics.median(values) for key, values in row.items()} for way, row in rows.items()}
base = found["ms.maps.attacks"]
print(f"{len(case.events)} events, {len(case.claims):,} claims, {ROUNDS} rounds; in brackets: times ours")
print(f"{'':24} {'build s':>16} {'MB':>16} {'MB with libraries':>18} {'interactive s':>16}")
for way, row in found.items():
    cells = [f"{row[key]:.2f} ({row[key] / base[key]:.1f})" for key in ("build", "size", "whole", "open")]
    print(f"{way:24} {cells[0]:>16} {cells[1]:>16} {cells[2]:>18} {cells[3]:>16}")
middle, high = statistics.median(moves), statistics.quantiles(moves, n=20)[-1]
print(f"brush: {middle:.0f} ms a move (median of {len(moves)}), 95 % within {high:.0f} ms")
print(f"interactive {statistics.median(loads):.2f} s after load")
title, peer = f"map of {len(case.events)} events with all claims", found["MarkerCluster"]
libraries = ["folium"]
record(f"{title}, built", base["build"], "s", peer=peer["build"], peer_name="MarkerCluster", libraries=libraries)
record(f"{title}, interactive", base["open"], "s", peer=peer["open"], peer_name="MarkerCluster", libraries=libraries)
record(f"{title}, libraries included", base["whole"], "MB", peer=peer["whole"], peer_name="MarkerCluster", libraries=libraries, at_most=2.5)
record(f"{title}, interactive after load", statistics.median(loads), "s", at_most=0.5)
record("a move of the brush, median", middle, "ms", at_most=50)
record("a move of the brush, 95 %", high, "ms", at_most=50)
print(shown())
