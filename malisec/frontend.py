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

from malisec import i18n, paths

#: what pages call, and the module it lives in
_CALLED = {"attacks": "attacks", "points": "points", "regions": "regions", "report": "report", "teach": "lang", "together": "attacks"}
_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./(\w+)\.js";$\n?', flags=re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*? |const |class )(\w+))", flags=re.MULTILINE)


def _in_order(texts: dict[str, str]) -> list[str]:
    """Return the modules, each after those it imports."""
    order: list[str] = []

    def put(name: str, above: tuple[str, ...] = ()) -> None:
        if name in above:
            msg = f"modules import each other in a circle: {' -> '.join((*above, name))}"
            raise ValueError(msg)
        if name not in order:
            for _, wanted in _IMPORT.findall(texts[name]):
                put(wanted, (*above, name))
            order.append(name)

    for name in sorted(texts):
        put(name)
    return order


def bundle(texts: dict[str, str], called: dict[str, str]) -> str:
    r"""Write modules as one classic script, which a single file opened from a disk can run.

    Parameters
    ----------
    texts
        Source of each module by name. A module imports with lines of the form ``import { a, b } from "./name.js";``
        and exports functions, constants and classes where they are declared.
    called
        What is put on ``window.malisec``: name and module.

    Raises
    ------
    ValueError
        If modules import each other in a circle.

    Examples
    --------
    >>> two = 'import { a } from "./one.js";\nexport function b() { return a; }'
    >>> print(bundle({"one": "export const a = 1;", "two": two}, {"b": "two"}))
    (() => {
    "use strict";
    const ms$one = (() => {
    const a = 1;
    return { a };
    })();
    const ms$two = (() => {
    const { a } = ms$one;
    function b() { return a; }
    return { b };
    })();
    window.malisec = { b: ms$two.b };
    })();
    """
    parts = []
    for name in _in_order(texts):
        exported = _EXPORT.findall(texts[name])
        text = _EXPORT.sub("", _IMPORT.sub(lambda m: f"const {{{m[1].replace(' as ', ': ')}}} = ms${m[2]};\n", texts[name]))
        parts.append(f"const ms${name} = (() => {{\n{text.strip()}\nreturn {{ {', '.join(exported)} }};\n}})();")
    public = ", ".join(f"{name}: ms${module}.{name}" for name, module in called.items())
    return '(() => {\n"use strict";\n' + "\n".join(parts) + f"\nwindow.malisec = {{ {public} }};\n}})();"


@functools.cache
def script() -> str:
    """Return Leaflet and our own modules as one classic script."""
    texts = {p.stem: p.read_text(encoding="utf-8") for p in sorted((paths.assets() / "js").glob("*.js"))}
    leaflet = (paths.vendor() / "leaflet.js").read_text(encoding="utf-8")
    words = json.dumps(i18n.taught(), ensure_ascii=False, separators=(",", ":"))
    # a closing tag inside a string of the library would end the script element
    return f"{leaflet}\n{bundle(texts, _CALLED)}\nmalisec.teach({words});".replace("</script", "<\\/script")


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


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="referrer" content="no-referrer">
<title{french}>{title}</title>
<style>{styles}</style>
<script>{script}</script>
</head>
<body>
<main class="ms-main"><nav class="ms-bar" aria-label="Language"><span class="ms-langs"></span></nav>{body}</main>
<script>malisec.report();</script>
</body>
</html>
"""


def alone(title: str, body: str, title_fr: str | None = None) -> str:
    """Write a page around a figure, with everything it needs inside.

    Parameters
    ----------
    title
        Title of the page.
    body
        HTML of the figure.
    title_fr
        The title in French.
    """
    french = "" if title_fr in {None, title} else f' data-fr="{html.escape(str(title_fr))}"'
    return _PAGE.format(title=html.escape(title), french=french, styles=styles(), script=script(), body=share(body))


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


#: parts of a map's data that maps of one edition have in common, by key
_COMMON = ("events", "sources")


def share(page: str) -> str:
    """Write events, sources and surroundings that several maps of one page show only once.

    Parameters
    ----------
    page
        A page with the data of any number of `malisec.maps.AttackLayer`; with fewer than two it is returned as it is.

    Returns
    -------
    str
        The page with one element more, and in each map's data the keys of its events instead of the events. A map that shows
        one of them otherwise than those before it keeps its own.
    """
    every = [(m, json.loads(m[2])) for m in _ELEMENT.finditer(page)]
    found = [(m, data) for m, data in every if isinstance(data, dict) and data.keys() >= {"events", "sources", "context"}]
    if len(found) < 2:
        return page
    common: dict[str, Any] = {"events": {}, "sources": {}, "context": found[0][1]["context"]}
    texts, end = [], 0
    for match, data in found:
        own = {"events": {e["id"]: e for e in data["events"]}, "sources": data["sources"]}
        fits = data["context"] == common["context"] and all(
            common[part].get(key, value) == value for part in _COMMON for key, value in own[part].items()
        )
        # two rows of one id would become one
        if fits and len(own["events"]) == len(data["events"]):
            for part in _COMMON:
                common[part] |= own[part]
            rest = {k: v for k, v in data.items() if k not in common}
            data = {**rest, "events": list(own["events"]), "shared": SHARED}
        texts += [page[end : match.start()], json_element(data, html.unescape(match[1]))]
        end = match.end()
    return "".join([texts[0], json_element(common, SHARED), *texts[1:], page[end:]])
