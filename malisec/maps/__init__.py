"""Maps of events on folium: quiet land, symbols by type and toll, rings of uncertainty, a card with every speaker.

`AttackLayer` is a folium element and composes with any folium map; `attacks` puts it on an offline map of Mali.
Data reaches the page as JSON and becomes text nodes: nothing in a table can become markup or script.
"""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any

import folium
import pandas as pd
from branca.element import Element, MacroElement, Template
from markupsafe import Markup

from malisec import frontend, geography, listing, schema, style, tolls
from malisec.exhibit import Exhibit, plain, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from malisec.casebook import Casebook

MALI = [[10.1, -12.3], [25.0, 4.3]]
#: up to so many events, every ring and wave is drawn; on fuller maps only those of the event chosen
CROWD = 60
_KILLED: tuple[str, str, tuple[str, ...]] = ("Killed, attacked side and civilians", "killed", tolls.VICTIMS)
#: measures shown on a card beside the dead of the attacked side: heading, measure, groups
_OTHERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Killed, attackers", "killed", ("attackers",)),
    ("Killed, both sides together", "killed", ("all",)),
    ("Wounded, attackers", "injured", ("attackers",)),
    ("Wounded, both sides together", "injured", ("all",)),
    ("Wounded, attacked side and civilians", "injured", tolls.VICTIMS),
    ("Neutralised (killed or captured, not told apart), attackers", "neutralised", ("attackers",)),
    ("Neutralised (killed or captured, not told apart), attacked side", "neutralised", tolls.VICTIMS),
    ("Taken away", "abducted", tolls.VICTIMS),
    ("Missing", "missing", tolls.VICTIMS),
    ("Captured, attacked side", "captured", tolls.VICTIMS),
    ("Captured, attackers", "captured", ("attackers",)),
    ("Vehicles destroyed, attacked side", "vehicles_destroyed", tolls.VICTIMS),
    ("Vehicles destroyed, attackers", "vehicles_destroyed", ("attackers",)),
)
_GROUP_WORDS = {"attacked": "", "forces": " of the force", "civilians": " civilians", "attackers": "", "all": " on both sides"}


def _number(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _toll(said: list[Any], derived: dict[str, Any] | None, sources: dict[str, int]) -> dict[str, Any]:
    """Collect the figures of one measure for the card: every claim, standing or replaced."""
    rows = []
    for claim in said:
        text = style.figure(claim.low, claim.high, claim.qualifier) + (_GROUP_WORDS[claim.group] if claim.qualifier != "none" else "")
        text = "1 civilian" if text == "1 civilians" else text
        by = claim.said_by + (f", {style.day(claim.said_on)}" if pd.notna(claim.said_on) else "")
        if pd.notna(claim.superseded_by):
            by += " (replaced later)"
        if pd.isna(claim.event_id):
            by += " (joint toll of several places)"
        figures = {"low": _number(claim.low), "high": _number(claim.high), "used": bool(claim.preferred)}
        rows.append({"figure": text, "by": by, **figures, "sources": [sources[i] for i in claim.source_ids.split()]})
    reasons = [c.reason for c in said if c.preferred and isinstance(c.reason, str)]
    low, best, high = (_number(derived[k]) for k in ("low", "best", "high")) if derived else (None, None, None)
    is_open = bool(derived["open"]) if derived else False
    return {
        "low": low,
        "best": best,
        "high": high,
        "open": is_open,
        "statements": rows,
        "text": style.toll(low, best, high, open_above=is_open),
        "reason": reasons[0].rstrip(".") if reasons else None,
    }


def _chips(event: Any, actors: dict[str, str]) -> list[str]:
    who = ", ".join(actors.get(a, a) for a in event.perpetrator.split()) if isinstance(event.perpetrator, str) else ""
    certainty = style.CERTAINTY[event.perpetrator_certainty] + (f" {who}" if who and event.perpetrator_certainty != "unknown" else "")
    ring = f", ±{event.ring_km:.0f} km" if pd.notna(event.ring_km) else ""
    return [
        style.EVENT_TYPES[event.event_type][0],
        certainty,
        style.DATE_PRECISION[event.date_precision],
        style.LOCATION_PRECISION[event.location_precision] + ring,
        style.plural(int(event.independent_sources), "independent voice"),
    ]


def _where(event: Any) -> str:
    if pd.isna(event.place):
        return "place unknown"
    old = f" (until 2023: {event.region_1991})" if pd.notna(event.region_1991) and event.region_1991 != event.region_2023 else ""
    region = f", {event.region_2023} region{old}" if pd.notna(event.region_2023) else ""
    return f"{event.place}{region}" + (f", {event.site}" if pd.notna(event.site) else "")


def _when(event: Any) -> str:
    start = style.day(event.date, event.date_precision)
    return f"{start} to {style.day(event.date_end)}" if pd.notna(event.date_end) and event.date_end != event.date else start


def payload(case: Casebook, *, regions: Iterable[str] = (), fit: bool = False) -> dict[str, Any]:
    """Collect what the layer draws, as plain JSON values.

    Parameters
    ----------
    case
        Events to draw; those without a place are left out.
    regions
        Regions of 2023 that stand out.
    fit
        Whether the map opens on the regions named instead of the whole country.

    Returns
    -------
    dict
        ``events``, ``sources``, ``types``, ``context``, ``bounds``, ``first`` (index of the event shown at first) and ``crowd``
        (whether there are too many events to draw every ring).
    """
    located = case.events.dropna(subset=["lat", "lon"]).reset_index(drop=True)
    claims = case.claims.assign(key=case.claims["event_id"].fillna(case.claims["shared_toll_id"]))
    by_key: dict[str, list[Any]] = {}
    # plain rows, gone through once: a search in the frame for each event would grow with the square of the edition
    for claim in claims.itertuples():
        by_key.setdefault(claim.key, []).append(claim)
    used = {i for cells in (located["source_ids"], claims["source_ids"]) for cell in cells for i in cell.split()}
    pages = case.sources[case.sources["source_id"].isin(used)]
    index = {i: n for n, i in enumerate(pages["source_id"])}
    derived = {(m, g): tolls.derive(case.claims, m, g).to_dict("index") for _, m, g in (_KILLED, *_OTHERS)}
    actors = case.actors.set_index("actor_id")["short"].to_dict()
    ticks = tolls.counted(tolls.statements(case.claims)).groupby("key")[["low", "high", "preferred"]]
    said = {str(key): rows for key, rows in ticks}
    events = []
    for e in located.itertuples():
        about = [*by_key.get(e.event_id, ()), *by_key.get(e.shared_toll_id, ())]
        events.append(_event(e, about, derived, index, actors, said.get(e.event_id)))
    best = located["killed_best"].fillna(located["killed_low"])
    first = int(best.astype("float64").fillna(-1).idxmax()) if len(located) else None
    return {
        "events": events,
        "sources": [
            {
                "publisher": s.publisher,
                "url": s.url if isinstance(s.url, str) else None,
                "published": s.published if isinstance(s.published, str) else None,
            }
            for s in pages.itertuples()
        ],
        "types": [{"id": k, "label": v[0], "colour": v[1], "shape": v[2]} for k, v in style.EVENT_TYPES.items()],
        "context": _context(case, located, tuple(regions), fit=fit),
        "bounds": _bounds(tuple(regions), located) if fit else MALI,
        "first": first,
        "crowd": len(located) > CROWD,
    }


def _lean(value: Any) -> Any:
    """Leave out what is missing or false: JavaScript reads it so anyway, and a page of 600 events is a fifth smaller."""
    if isinstance(value, dict):
        return {k: _lean(v) for k, v in value.items() if v is not None and v is not False}
    return [_lean(v) for v in value] if isinstance(value, list) else value


def _event(
    e: Any,
    about: list[Any],
    derived: dict[tuple[str, tuple[str, ...]], dict[str, Any]],
    index: dict[str, int],
    actors: dict[str, str],
    said: pd.DataFrame | None,
) -> dict[str, Any]:
    def toll(measure: str, groups: tuple[str, ...]) -> dict[str, Any]:
        rows = [c for c in about if c.measure == measure and c.group in groups]
        # the range and the size on the map are the event's own; a joint toll is listed, never drawn at one place
        return _toll(rows, derived[measure, groups].get(e.event_id), index)

    others = [{"heading": heading, **toll(measure, groups)} for heading, measure, groups in _OTHERS]
    return {
        "id": e.event_id,
        "lat": round(e.lat, 4),
        "lon": round(e.lon, 4),
        "place": e.place,
        "type": e.event_type,
        "ring": round(e.ring_km, 1) if pd.notna(e.ring_km) and e.ring_km > 0 else None,
        "wave": e.wave_id if isinstance(e.wave_id, str) else None,
        "when": _when(e),
        "where": _where(e),
        "summary": e.summary,
        "chips": _chips(e, actors),
        "killed": {**toll(*_KILLED[1:]), "ticks": _ticks(said)},
        "others": [o for o in others if o["statements"]],
        "who": _responsibility(about, index, actors),
        "sources": [index[i] for i in e.source_ids.split()],
        "note": e.note if isinstance(e.note, str) else None,
    }


def _ticks(said: pd.DataFrame | None) -> list[dict[str, Any]]:
    """One tick for each statement that counts: its parts added, nothing that was replaced or tells of a part only."""
    if said is None:
        return []
    return [{"at": _number(s.high if pd.isna(s.low) else s.low), "used": bool(s.preferred)} for s in said.itertuples()]


def _responsibility(about: list[Any], index: dict[str, int], actors: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "who": "denies it" if c.value == "none" else ", ".join(actors.get(a, a) for a in str(c.value).split()),
            "by": c.said_by + (f", {style.day(c.said_on)}" if pd.notna(c.said_on) else ""),
            "sources": [index[i] for i in c.source_ids.split()],
        }
        for c in about
        if c.measure == "responsibility"
    ]


def _context(case: Casebook, located: pd.DataFrame, regions: tuple[str, ...], *, fit: bool) -> dict[str, Any]:
    outlines = geography.regions(2023)
    outlines["on"] = outlines["region"].isin(regions)
    water = pd.concat([geography.rivers(), geography.lakes()])
    shown = set(style.TOWNS) | (set(located["place_id"]) if fit else set())
    towns = case.places[case.places["place_id"].isin(shown) & (case.places["kind"] != "area")]
    order = towns.assign(major=~towns["place_id"].isin(style.TOWNS)).sort_values(["major", "place_id"])
    return {
        "regions": json.loads(outlines[["on", "geometry"]].to_json(drop_id=True)),
        "rivers": json.loads(water[["geometry"]].to_json(drop_id=True)),
        "countries": [{"name": k, "lat": v[0], "lon": v[1]} for k, v in style.COUNTRIES.items()],
        "towns": [{"name": t.name, "lat": round(t.lat, 4), "lon": round(t.lon, 4)} for t in order.itertuples(index=False)],
    }


def _bounds(regions: tuple[str, ...], located: pd.DataFrame) -> list[list[float]]:
    outlines = geography.regions(2023)
    west, south, east, north = outlines[outlines["region"].isin(regions)].total_bounds if regions else (-12.3, 10.1, 4.3, 25.0)
    if len(located):
        west, east = min(west, located["lon"].min() - 0.2), max(east, located["lon"].max() + 0.2)
        south, north = min(south, located["lat"].min() - 0.2), max(north, located["lat"].max() + 0.2)
    return [[round(float(south), 3), round(float(west), 3)], [round(float(north), 3), round(float(east), 3)]]


class AttackLayer(MacroElement):
    """Events of a casebook as a layer for any folium map.

    Parameters
    ----------
    case
        The events.
    regions, fit
        As for `payload`.

    Notes
    -----
    On a plain folium map the card opens as a popup. Such a map loads Leaflet from a network unless it is an `OfflineMap`.
    """

    _template = Template("""
        {% macro html(this, kwargs) %}{{ this.json() }}{% endmacro %}
        {% macro script(this, kwargs) %}
        malisec.attacks({{ this._parent.get_name() }}, "{{ this.get_name() }}");
        {% endmacro %}
    """)

    def __init__(self, case: Casebook, *, regions: Iterable[str] = (), fit: bool = False) -> None:
        super().__init__()
        self._name = "attacks"
        self.data = payload(case, regions=regions, fit=fit)

    def json(self) -> str:
        """Return the layer's data as a JSON element."""
        return frontend.json_element(_lean(self.data), self.get_name())

    def render(self, **kwargs: Any) -> None:
        """Add data and call to the page, and our script and styles once."""
        figure = self.get_root()
        figure.header.add_child(Element(f"<style>{frontend.styles()}</style>"), name="malisec_css")
        figure.header.add_child(Element(_raw(f"<script>{frontend.script()}</script>")), name="malisec_js")
        super().render(**kwargs)


def _raw(text: str) -> str:
    """Keep Jinja, through which branca passes every element, from reading our scripts as templates."""
    return "{% raw %}" + text + "{% endraw %}"


class OfflineMap(folium.Map):
    """A folium map that loads nothing: no tiles, no scripts, no styles from anywhere.

    Takes the arguments of `folium.Map`; tiles are off unless named.
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 (folium's own attribute)
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def __init__(self, **options: Any) -> None:
        settings = {"tiles": None, "max_zoom": 12, "min_zoom": 4, "zoom_snap": 0.25, "attribution_control": False, "prefer_canvas": False}
        super().__init__(location=[16.5, -4.0], zoom_start=5, **(settings | options))
        # without a tile layer Leaflet knows no greatest zoom of its own
        self.options["max_zoom"] = 12


def _ids(element: Element) -> Iterator[str]:
    yield element._id
    for child in element._children.values():
        yield from _ids(child)


def _stable(text: str, figure: Element, key: str) -> str:
    """Replace branca's random ids by ones that follow from the map's title and their order.

    Only ids that branca gave out: addresses in the tables hold 32 hexadecimal digits as well.
    """
    import hashlib

    fresh = {i: hashlib.md5(f"{key}:{n}".encode(), usedforsecurity=False).hexdigest() for n, i in enumerate(_ids(figure))}
    return re.sub("|".join(fresh), lambda match: fresh[match[0]], text)


def _parts(drawn: folium.Map, title: str, key: str) -> tuple[Markup, Markup, str]:
    """Return the map's elements, its script, and a whole page of its own."""
    figure = drawn.get_root()
    figure.title = html.escape(title)
    page = figure.render().replace("<html>", '<html lang="en">', 1)
    page = re.sub(r"initial-scale=1\.0,\s*maximum-scale=1\.0, user-scalable=no", "initial-scale=1", page, count=1)
    joined = _stable(f"{figure.html.render()}\x00{figure.script.render()}", figure, key)
    body, _, script = joined.partition("\x00")
    return Markup(body), Markup(script), _stable(page, figure, key)


_HOWTO = (
    "Area of a symbol: people killed, by the figure used. Hollow: nobody gave a toll for this place alone. "
    "Dashed ring: how far the true place may lie. "
    "Dotted line: one wave.{crowd} Press a symbol for its card, a key to hide or show its type."
)
_CROWDED = " With so many events, ring and wave are drawn for the one chosen."


def attacks(case: Casebook, title: str = "Attacks in Mali", *, regions: str | Iterable[str] | None = None) -> Exhibit:
    """Map the events of a casebook, with a card per event and the same rows as a table.

    Parameters
    ----------
    case
        The events.
    title
        What the map shows.
    regions
        Open the map on these regions of 2023 and set them off.

    Returns
    -------
    Exhibit
        Its reading counts events, joint tolls once, and says what is left out.

    Examples
    --------
    >>> import malisec as ms
    >>> shown = attacks(ms.load().select(wave="wave-2025-07-01"), "One morning")
    >>> shown.kind
    'map'
    """
    named = (regions,) if isinstance(regions, str) else tuple(regions or ())
    unknown = [r for r in named if r not in schema.REGIONS]
    if unknown:
        msg = f"regions: expected names of the 2023 division, found {', '.join(map(repr, unknown))}"
        raise ValueError(msg)
    drawn = OfflineMap()
    layer = AttackLayer(case, regions=named, fit=bool(named)).add_to(drawn)
    # two maps with one title on one page must not share ids
    elements, script, page = _parts(drawn, title, f"{title}:{[e['id'] for e in layer.data['events']]}:{named}")
    reading = _reading(case)
    alt = f"Map: {plain(reading)}"
    body = Markup(
        '<div class="ms-mapbox"><div class="ms-mapframe" role="region" aria-label="{alt}">{map}</div>'
        '<div class="ms-legendbox"></div><p class="ms-howto">{howto}</p><aside class="ms-card" aria-live="polite" '
        'aria-label="The event chosen: {title}">'
        "<p>No event can be drawn here.</p></aside></div><script data-malisec>{script}</script>"
    ).format(alt=alt, title=title, map=elements, howto=_HOWTO.format(crowd=_CROWDED if layer.data["crowd"] else ""), script=script)
    return Exhibit(
        kind="map",
        title=title,
        reading=reading,
        body=str(body),
        alt=alt,
        twin=listing.event_rows(case),
        page=page,
        source=Markup(
            "Data: malisec edition {}. Outlines are indicative: communes of 2015 (OCHA) in the 2023 division; rivers Natural Earth."
        ).format(schema.EDITION),
    )


def _reading(case: Casebook) -> Markup:
    events, total = case.events, case.total()
    if events.empty:
        return Markup("No event of the tables lies here.")
    first, last = style.span(events)
    span = sentence("{first} to {last}", first=first, last=last) if first != last else sentence("{first}", first=first)
    parts = [Markup("{}, {}.").format(sentence("{n}", n=style.capital(style.plural(len(events), "event"))), span)]
    if total.known:
        parts.append(_tolls_in_words(total))
    else:
        parts.append(Markup("No toll of these places alone is known: unknown, not zero."))
    if total.known and total.unknown > 0:
        parts.append(sentence("Nobody gave a toll for {n} of them.", n=style.words(total.unknown)))
    if total.in_joint_left_out:
        parts.append(
            sentence(
                "{n} {share} a toll with places elsewhere, which is left out here.",
                n=style.capital(style.plural(total.in_joint_left_out, "event")),
                share=Markup("shares" if total.in_joint_left_out == 1 else "share"),
            )
        )
    left = int(events["lat"].isna().sum())
    if left:
        parts.append(
            sentence(
                "{n} without a known place {stand} in the table only.",
                stand=Markup("stands" if left == 1 else "stand"),
                n=style.capital(style.plural(left, "event")),
            )
        )
    return Markup(" ").join(parts)


def _tolls_in_words(total: tolls.Total) -> Markup:
    span = sentence(
        "{low} to {high} by the lowest and highest figures of {k}",
        low=f"{total.low:,}",
        high=f"{total.high:,}",
        k=style.plural(total.known, "event"),
    )
    if total.best is not None:
        span = sentence(
            "{best} by the figures used of {k}, {span}", best=f"{total.best:,}", k=style.plural(total.with_best, "event"), span=span
        )
    ceiling = (
        sentence("; {n} of these tolls {have} no upper bound", n=style.words(total.open), have=Markup("has" if total.open == 1 else "have"))
        if total.open
        else Markup("")
    )
    return Markup("Killed on the attacked side and among civilians: {}{}.").format(span, ceiling)


def save(exhibit: Exhibit, path: str) -> None:
    """Write a map as one page that opens offline.

    Parameters
    ----------
    exhibit
        As `attacks` returns it.
    path
        File to write; beside first, then renamed, so that nothing half-written stays.
    """
    from pathlib import Path

    if exhibit.page is None:
        msg = f"expected a map, found a {exhibit.kind}"
        raise ValueError(msg)
    target = Path(path)
    beside = target.with_name(f".{target.name}.part")
    beside.write_text(exhibit.page, encoding="utf-8")
    beside.replace(target)


from malisec.maps.points import PointLayer, many  # noqa: E402, F401 (it takes what it needs from above when it is called)
