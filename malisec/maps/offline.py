"""Maps that load nothing and rebuild byte for byte: a folium map without a network, and a page that holds it.

Knows folium and pages. Must not know what a map shows.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import folium
from branca.element import Element, MacroElement, Template
from markupsafe import Markup

from malisec import frontend
from malisec.exhibit import Exhibit

if TYPE_CHECKING:
    from collections.abc import Iterator


class OfflineMap(folium.Map):
    """A folium map that loads nothing: no tiles, no scripts, no styles from anywhere.

    Takes the arguments of `folium.Map`; tiles are off unless named.
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 (folium's own attribute)
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def __init__(self, **options: Any) -> None:
        settings = {"tiles": None, "max_zoom": 12, "min_zoom": 2, "zoom_snap": 0.25, "attribution_control": False, "prefer_canvas": False}
        super().__init__(location=[16.5, -4.0], zoom_start=5, **(settings | options))
        # without a tile layer Leaflet knows no greatest zoom of its own, and folium would not write it
        self.options["max_zoom"] = (settings | options)["max_zoom"]


class DataLayer(MacroElement):
    """A layer of ours for any folium map: its data as a JSON element, and the call that draws them.

    Parameters
    ----------
    data
        What the function `call` of the page draws, as plain JSON values.

    Notes
    -----
    Data reaches the page as JSON and becomes text nodes there: nothing in a table can become markup or script.
    """

    #: function of the page that draws the layer, as `malisec.frontend` puts it on ``window.malisec``
    call = ""
    _template = Template("""
        {% macro html(this, kwargs) %}{{ this.json() }}{% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = malisec.{{ this.call }}({{ this._parent.get_name() }}, "{{ this.get_name() }}");
        {% endmacro %}
    """)

    def __init__(self, data: dict[str, Any]) -> None:
        super().__init__()
        self._name = self.call
        self.data = data

    def json(self) -> str:
        """Return the layer's data as a JSON element."""
        return frontend.json_element(self.data, self.get_name())

    def render(self, **kwargs: Any) -> None:
        """Add data and call to the page, and our script and styles once."""
        equip(self.get_root())
        super().render(**kwargs)


def raw(text: str) -> str:
    """Keep Jinja, through which branca passes every element, from reading our scripts as templates."""
    return "{% raw %}" + text + "{% endraw %}"


def equip(figure: Any) -> None:
    """Put our styles and our script into the head of a folium page, once."""
    figure.header.add_child(Element(raw(f"<style>{frontend.styles()}</style>")), name="malisec_css")
    figure.header.add_child(Element(raw(f"<script>{frontend.script()}</script>")), name="malisec_js")


def _ids(element: Element) -> Iterator[str]:
    yield element._id
    for child in element._children.values():
        yield from _ids(child)


def stable(text: str, figure: Element, key: str) -> str:
    """Replace branca's random ids by ones that follow from the map's key and their order.

    Only ids that branca gave out: addresses in the tables hold 32 hexadecimal digits as well.
    """
    fresh = {i: hashlib.md5(f"{key}:{n}".encode(), usedforsecurity=False).hexdigest() for n, i in enumerate(_ids(figure))}
    return re.sub("|".join(fresh), lambda match: fresh[match[0]], text)


def parts(drawn: folium.Map, key: str) -> tuple[Markup, Markup]:
    """Return the elements and the script of a map, without the page around them.

    Parameters
    ----------
    drawn
        The map.
    key
        What tells the map from all others of a page; the ids in it follow from it.
    """
    figure = drawn.get_root()
    # not the figure itself: its head, with all of our script, would be written only to be thrown away
    for child in figure._children.values():
        child.render()
    body, _, script = stable(f"{figure.html.render()}\x00{figure.script.render()}", figure, key).partition("\x00")
    return Markup(body), Markup(script)


def save(exhibit: Exhibit, path: str | Path) -> None:
    """Write a map as one page that opens offline.

    Parameters
    ----------
    exhibit
        As the functions of `malisec.maps` return it.
    path
        File to write; beside first, then renamed, so that nothing half-written stays.

    Raises
    ------
    ValueError
        If the exhibit is no map.
    """
    if exhibit.kind != "map":
        msg = f"expected a map, found a {exhibit.kind}"
        raise ValueError(msg)
    target = Path(path)
    beside = target.with_name(f".{target.name}.part")
    beside.write_text(exhibit.page(), encoding="utf-8")
    beside.replace(target)
