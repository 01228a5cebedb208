"""The front-end files of a page: our own scripts and styles, and the pinned ones fetched at set-up.

Knows files and how to put them inline safely. Must not know what a page shows.
"""

from __future__ import annotations

import base64
import functools
import html
import json
import re
from typing import Any

from malisec import paths

#: our modules, each after those it imports
MODULES = ("dom", "shapes", "card", "attacks", "report")
_EXPORTED = ("attacks", "report")


@functools.cache
def script() -> str:
    """Return Leaflet and our own modules as one classic script.

    Modules cannot import one another inside a single file, so their import lines and export words go,
    and what pages call is put on ``window.malisec``.
    """
    parts = []
    for name in MODULES:
        text = (paths.assets() / "js" / f"{name}.js").read_text(encoding="utf-8")
        text = re.sub(r"^import .*$\n?", "", text, flags=re.MULTILINE)
        parts.append(re.sub(r"^export (?=function|const|class)", "", text, flags=re.MULTILINE))
    own = '(() => {\n"use strict";\n' + "\n".join(parts) + f"\nwindow.malisec = {{ {', '.join(_EXPORTED)} }};\n}})();"
    leaflet = (paths.vendor() / "leaflet.js").read_text(encoding="utf-8")
    # a closing tag inside a string of the library would end the script element
    return f"{leaflet}\n{own}".replace("</script", "<\\/script")


@functools.cache
def styles() -> str:
    """Return Leaflet's and our own styles, with the fonts inside."""
    leaflet = (paths.vendor() / "leaflet.css").read_text(encoding="utf-8")
    # pictures of controls that we do not use; offline they would be requests
    leaflet = re.sub(r"[^{}]*\{[^{}]*url\((?!data:)[^{}]*\}", "", leaflet)
    return "\n".join([leaflet, _fonts(), (paths.assets() / "malisec.css").read_text(encoding="utf-8")])


def _fonts() -> str:
    faces = []
    for weight in (400, 600):
        raw = (paths.vendor() / f"source-serif-4-latin-{weight}-normal.woff2").read_bytes()
        data = base64.b64encode(raw).decode("ascii")
        faces.append(
            f'@font-face{{font-family:"Source Serif 4";font-weight:{weight};font-style:normal;font-display:swap;'
            f'src:url(data:font/woff2;base64,{data}) format("woff2")}}'
        )
    return "\n".join(faces)


def json_element(data: object, identifier: str) -> str:
    r"""Write data as a JSON element that no text inside can end or run.

    Parameters
    ----------
    data
        Anything JSON can hold.
    identifier
        Id of the element.

    Examples
    --------
    >>> json_element(["</script>"], "d")
    '<script type="application/json" id="d">["\\u003c/script\\u003e"]</script>'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    # branca passes every element through Jinja; a brace of JSON itself is never followed by one of these
    text = re.sub(r"\{(?=[{%#])", r"\\u007b", text)
    return f'<script type="application/json" id="{html.escape(identifier)}">{text}</script>'


_ELEMENT = re.compile(r'<script type="application/json" id="([^"]+)">(.*?)</script>', flags=re.DOTALL)
#: id of the element that holds what several maps of one page show
SHARED = "malisec-shared"


def _renumbered(event: dict[str, Any], places: list[int]) -> dict[str, Any]:
    """Return an event of a map with its sources numbered as the whole page numbers them."""

    def walk(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {k: walk(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [places[v] for v in value] if key == "sources" else [walk(v) for v in value]
        return value

    return dict(walk(event))


def share(page: str) -> str:
    """Write events that several maps of one page show only once.

    Parameters
    ----------
    page
        A page with the data of any number of `malisec.maps.AttackLayer`; with fewer than two it is returned as it is.

    Returns
    -------
    str
        The page with one element more, and in each map's data the keys of its events instead of the events.
    """
    every = [(m, json.loads(m[2])) for m in _ELEMENT.finditer(page)]
    found = [(m, data) for m, data in every if isinstance(data, dict) and data.keys() >= {"events", "sources"}]
    if len(found) < 2:
        return page
    events: dict[str, dict[str, Any]] = {}
    sources: dict[str, int] = {}
    parts, end = [], 0
    for match, data in found:
        places = [sources.setdefault(json.dumps(s, sort_keys=True), len(sources)) for s in data["sources"]]
        keys = []
        for event in data["events"]:
            own, key = _renumbered(event, places), event["id"]
            # the same event cut in another way stands beside it, under a name of its own
            while events.setdefault(key, own) != own:
                key += "+"
            keys.append(key)
        rest = {k: v for k, v in data.items() if k != "sources"}
        parts += [page[end : match.start()], json_element({**rest, "events": keys, "shared": SHARED}, html.unescape(match[1]))]
        end = match.end()
    shared = json_element({"events": events, "sources": [json.loads(s) for s in sources]}, SHARED)
    return "".join([parts[0], shared, *parts[1:], page[end:]])
