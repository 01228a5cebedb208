"""What the measurements of maps share: pages whose libraries lie on this disk, opened by Chromium with the network off."""

import re
import statistics
import sys
from pathlib import Path

import folium

ROOT = Path(__file__).resolve().parent.parent
sys.path += [str(ROOT / "scripts"), str(ROOT / "tests")]
import chromium  # noqa: E402
from browser import ARGS  # noqa: E402

FILES = {
    "leaflet.js": "leaflet/dist/leaflet.js",
    "leaflet.css": "leaflet/dist/leaflet.css",
    "leaflet.markercluster.js": "leaflet.markercluster/dist/leaflet.markercluster.js",
    "MarkerCluster.css": "leaflet.markercluster/dist/MarkerCluster.css",
    "MarkerCluster.Default.css": "leaflet.markercluster/dist/MarkerCluster.Default.css",
}
JQUERY = "window.$ = (html) => { const t = document.createElement('template'); t.innerHTML = html; return [t.content.firstElementChild]; };"
#: notes when the first frame after load has been painted: a task put off in a frame runs after it
NOTE = """addEventListener("load", () => requestAnimationFrame(() => setTimeout(() => { window.interactive = performance.now(); })));"""
PAN = """(k) => new Promise((done) => {
  const map = Object.entries(window).find(([name, v]) => /^map_[0-9a-f]{32}$/.test(name) && v.panBy)[1], start = performance.now();
  map.panBy(k % 2 ? [-150, -60] : [150, 60], { animate: false });
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
})"""


def bare() -> folium.Map:
    """Return a folium map without tiles; clusters want the greatest zoom, here that of ours: with folium's 18 they take twice as long."""
    drawn = folium.Map(location=[16.5, -4.0], zoom_start=6, tiles=None, prefer_canvas=True)
    drawn.options["max_zoom"] = 14
    return drawn


def local(page: str) -> tuple[str, int]:
    """Answer a page's requests from node_modules, and return how many bytes its libraries have."""
    size = 0

    def answer(match: re.Match) -> str:
        nonlocal size
        name = match[2].rsplit("/", 1)[-1]
        if name.startswith("jquery"):
            return f'{match[1]}data:text/javascript,{JQUERY.replace(" ", "%20").replace(chr(34), "%22")}"'
        if name not in FILES:
            return f'{match[1]}data:,"'
        file = ROOT / "node_modules" / FILES[name]
        size += file.stat().st_size
        return f'{match[1]}{file.as_uri()}"'

    return re.sub(r'((?:src|href)=")(https?://[^"]+)"', answer, page), size


def opened(browser: object, path: Path) -> tuple[float, float]:
    """Return seconds until a page is interactive, and milliseconds of a redraw."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.add_init_script(NOTE)
    page.goto(path.as_uri(), wait_until="load", timeout=180_000)
    page.wait_for_function("window.interactive", timeout=180_000)
    if faults or not page.locator(".leaflet-container").count():
        msg = f"{path.name}: {faults or 'no map'}"
        raise RuntimeError(msg)
    seconds = page.evaluate("window.interactive") / 1000
    pans = [page.evaluate(PAN, k) for k in range(6)]
    context.close()
    return seconds, statistics.median(pans)


def launched(playwright: object) -> object:
    """Start the browser; its first page takes longer, whatever it holds, and is opened here."""
    import tempfile

    browser = playwright.chromium.launch(executable_path=chromium.find(), args=list(ARGS))
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder) / "first.html"
        first.write_text(local(bare().get_root().render())[0], encoding="utf-8")
        opened(browser, first)
    return browser
