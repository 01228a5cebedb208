"""Events of a casebook on a map: a layer for any folium map, and the exhibit with brush, legend, card and table around it.

Data reaches the page as JSON and becomes text nodes: nothing in a table can become markup or script.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from malisec import frontend, i18n, listing, schema, style, tolls
from malisec.credit import takes_events
from malisec.exhibit import Exhibit, plain, sentence, spoken
from malisec.i18n import agree, say
from malisec.maps.context import key_of, known_regions
from malisec.maps.data import lean, payload
from malisec.maps.offline import DataLayer, OfflineMap, parts

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from malisec.casebook import Casebook

SOURCE = sentence(
    "Data: malisec edition {edition}. Outlines are indicative: communes of 2015 (OCHA) in the 2023 division; rivers Natural Earth.",
    edition=escape(schema.EDITION),
)


class AttackLayer(DataLayer):
    """Events of a casebook as a layer for any folium map.

    Parameters
    ----------
    case
        The events, of the edition or of another dataset.
    regions, fit
        As for `malisec.maps.payload`.

    Notes
    -----
    On a plain folium map the legend and the brush are controls of the map and the card opens as a popup. Such a map loads Leaflet
    from a network unless it is an `OfflineMap`.
    """

    call = "attacks"

    def __init__(self, case: Casebook | pd.DataFrame, *, regions: str | Iterable[str] = (), fit: bool = False) -> None:
        super().__init__(payload(case, regions=regions, fit=fit))

    @classmethod
    def of(cls, data: dict[str, Any]) -> AttackLayer:
        """Make a layer of data that `malisec.maps.payload` returned."""
        layer = cls.__new__(cls)
        DataLayer.__init__(layer, data)
        return layer

    def json(self) -> str:
        """Return the layer's data as a JSON element, without what is empty."""
        return frontend.json_element(lean(self.data), self.get_name())


_BOX = """<div class="ms-mapbox" data-map="{key}">
<div class="ms-mapframe" role="region" aria-label="{alt}"{alt_fr}>{map}</div>
<div class="ms-brushbox"></div>
<div class="ms-legendbox"></div>
<aside class="ms-card" aria-label="{title}"{title_fr}><p>{empty}</p></aside>
</div>
<div class="ms-rowsbox"></div>
<noscript><p class="ms-caution">{unscripted}</p></noscript>
<script data-malisec>{script}</script>"""


def box(data: dict[str, Any], title: str, reading: Markup) -> Markup:
    """Draw events with brush, legend, card and rows.

    Parameters
    ----------
    data
        As `malisec.maps.payload` returns it.
    title
        What the map shows.
    reading
        What is counted and what is left out.
    """
    drawn = OfflineMap()
    layer = AttackLayer.of(data).add_to(drawn)
    # two maps with one title on one page must not share ids
    elements, script = parts(drawn, f"{title}:{[e['id'] for e in layer.data['events']]}:{tuple(data['regions'])}")
    return Markup(_BOX).format(
        key=key_of(title),
        alt=plain(reading),
        alt_fr=spoken(plain(reading)),
        title=title,
        title_fr=spoken(title),
        empty=i18n.html("No event can be drawn here."),
        unscripted=i18n.html("The map and its table are drawn by the page itself: please open it where scripts may run."),
        map=elements,
        script=script,
    )


@takes_events
def attacks(case: Casebook, title: str = "Attacks in Mali", *, regions: str | Iterable[str] | None = None) -> Exhibit:
    """Map the events of a casebook, with a brush for the dates, a legend that filters, a card per event and the rows as a table.

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

    Raises
    ------
    ValueError
        For regions that are none.

    Examples
    --------
    >>> import malisec as ms
    >>> shown = attacks(ms.load().select(wave="wave-2025-07-01"), "One morning")
    >>> shown.kind
    'map'
    """
    named = known_regions(regions)
    reading = counted(case)
    body = box(payload(case, regions=named, fit=bool(named)), title, reading)
    return Exhibit(
        kind="map",
        title=title,
        reading=reading,
        body=str(body),
        alt=say("Map: {reading}", reading=plain(reading)),
        twin=listing.event_rows(case),
        source=SOURCE,
        own_twin=True,
    )


def counted(case: Casebook) -> Markup:
    """Say how many events a map shows, how many died, and what is left out."""
    events, total = case.events, case.total()
    if events.empty:
        return sentence("No event of the tables lies here.")
    first, last = style.span(events)
    span = style.period(first, last) if first != last else sentence("{first}", first=style.dated(first, "on"))
    parts = [Markup("{}, {}.").format(sentence("{n}", n=style.capital(style.plural(len(events), "event"))), span)]
    if total.known:
        parts.append(_tolls_in_words(total, everyone=case.dataset is not None))
    else:
        parts.append(sentence("No toll of these places alone is known: unknown, not zero."))
    if total.known and total.unknown > 0:
        parts.append(sentence("Nobody gave a toll for {n} of them.", n=style.words(total.unknown)))
    if total.in_joint_left_out:
        parts.append(
            sentence(
                "{n} {share} a toll with places elsewhere, which is left out here.",
                n=style.capital(style.plural(total.in_joint_left_out, "event")),
                share=agree(total.in_joint_left_out, ("shares", "partage"), ("share", "partagent")),
            )
        )
    left = int(events["lat"].isna().sum())
    if left:
        parts.append(
            sentence(
                "{n} without a known place {stand} in the table only.",
                stand=agree(left, ("stands", "ne figure"), ("stand", "ne figurent")),
                n=style.capital(style.plural(left, "event")),
            )
        )
    return Markup(" ").join(parts)


def _tolls_in_words(total: tolls.Total, *, everyone: bool) -> Markup:
    span = sentence(
        "{low} to {high} by the lowest and highest figures of {k}",
        low=i18n.number(total.low),
        high=i18n.number(total.high),
        k=style.plural(total.known, "event"),
    )
    if total.best is not None:
        span = sentence(
            "{best} by the figures used of {k}, {span}", best=i18n.number(total.best), k=style.plural(total.with_best, "event"), span=span
        )
    ceiling = (
        sentence(
            "; {n} of these tolls {have} no upper bound",
            n=style.words(total.open),
            have=agree(total.open, ("has", "n’a"), ("have", "n’ont")),
        )
        if total.open
        else Markup("")
    )
    if everyone:
        return sentence("Killed on all sides and among civilians: {span}{ceiling}.", span=span, ceiling=ceiling)
    return sentence("Killed on the attacked side and among civilians: {span}{ceiling}.", span=span, ceiling=ceiling)
