"""The front-end files of a page: our own scripts and styles, and the pinned ones fetched at set-up.

Knows files and how to put them inline safely. Must not know what a page shows.
"""

from __future__ import annotations

import base64
import functools
import html
import json
import re

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
