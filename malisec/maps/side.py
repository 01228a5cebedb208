"""Two datasets on one map: our rows and those of another, told apart by colour, with the pairs that a link found.

Nothing is added over the two: they tell of the same events in part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from malisec import listing, style
from malisec.credit import credit
from malisec.exhibit import Exhibit, plain, sentence
from malisec.i18n import agree, say
from malisec.maps.context import known_regions
from malisec.maps.data import payload
from malisec.maps.layer import SOURCE, box, counted
from malisec.others import as_case

if TYPE_CHECKING:
    from collections.abc import Iterable

    from malisec.casebook import Casebook
    from malisec.linking import Linked


def beside(
    case: Casebook,
    theirs: Casebook | pd.DataFrame,
    title: str = "Two datasets on one map",
    *,
    linked: Linked | None = None,
    regions: str | Iterable[str] | None = None,
) -> Exhibit:
    """Map our events and those of another dataset together.

    Parameters
    ----------
    case
        The events of the edition, or a selection of them.
    theirs
        The events of another dataset, as `read_ucdp`, `read_acled` or `read_events` return them.
    title
        What the map shows.
    linked
        What `malisec.link` found between the two: the card of an event then names its partner.
    regions
        Open the map on these regions of 2023 and set them off.

    Returns
    -------
    Exhibit
        Its twin holds the rows of both, with ``dataset`` to tell them apart.

    Raises
    ------
    ValueError
        For regions that are none.

    Examples
    --------
    >>> import malisec as ms
    >>> case = ms.load().select(since="2023-10-01", until="2023-10-31")
    >>> theirs = ms.readers.ucdp_events(case)
    >>> beside(case, theirs, linked=ms.link(case.events, theirs)).kind
    'map'
    """
    named = known_regions(regions)
    other = as_case(theirs) if isinstance(theirs, pd.DataFrame) else theirs
    books = {"malisec": case, str(other.dataset): other}
    reading = _reading(books, linked)
    data = together([payload(book, regions=named, fit=bool(named)) for book in books.values()], _partners(linked))
    return Exhibit(
        kind="map",
        title=title,
        reading=reading,
        body=str(box(data, title, reading)),
        alt=say("Map: {reading}", reading=plain(reading)),
        twin=pd.concat([listing.event_rows(book).assign(dataset=name) for name, book in books.items()], ignore_index=True),
        source=SOURCE + Markup(" ") + credit(other),
        own_twin=True,
    )


def _reading(books: dict[str, Casebook], linked: Linked | None) -> Markup:
    said = [sentence("{name}: {reading}", name=name, reading=counted(book)) for name, book in books.items()]
    said.append(sentence("The two tell of the same events in part: their figures are not added."))
    if linked is not None:
        n = len(linked.pairs)
        said.append(
            sentence(
                "{n} {are} taken for one event.",
                n=style.capital(style.plural(n, "pair")),
                are=agree(n, ("is", "est prise"), ("are", "sont prises")),
            )
        )
    return Markup(" ").join(said)


def _partners(linked: Linked | None) -> dict[str, str]:
    """Return the partner of each event that has one, either way."""
    if linked is None:
        return {}
    pairs = linked.pairs[["ours", "theirs"]].astype(str)
    return dict(zip(pairs["ours"], pairs["theirs"], strict=True)) | dict(zip(pairs["theirs"], pairs["ours"], strict=True))


def together(data: list[dict[str, Any]], partners: dict[str, str]) -> dict[str, Any]:
    """Put what `malisec.maps.payload` returned for several datasets into one; pages get numbers that no other dataset uses.

    Parameters
    ----------
    data
        One for each dataset. Context, regions and corners of the map are those of the first, whose events are shown first.
    partners
        Event id -> id of the event of another dataset that is taken for the same.
    """
    merged = dict(data[0])
    events: list[dict[str, Any]] = []
    sources: dict[str, Any] = {}
    shift = 0
    for part in data:
        sources |= {str(int(n) + shift): page for n, page in part["sources"].items()}
        events += [_renumbered(e, shift) | {"same": partners.get(e["id"])} for e in part["events"]]
        shift += 1 + max((int(n) for n in part["sources"]), default=0)
    there = {e["type"] for e in events}
    merged["types"] = [{"id": k, "label": v[0], "colour": v[1], "shape": v[2]} for k, v in style.TYPES.items() if k in there]
    south, west, north, east = (
        pick(corner[i][j] for corner in (d["bounds"] for d in data)) for pick, i, j in ((min, 0, 0), (min, 0, 1), (max, 1, 0), (max, 1, 1))
    )
    first = next((sum(len(d["events"]) for d in data[:k]) + d["first"] for k, d in enumerate(data) if d["first"] is not None), None)
    return merged | {"events": events, "sources": sources, "bounds": [[south, west], [north, east]], "first": first}


def _renumbered(event: dict[str, Any], by: int) -> dict[str, Any]:
    def moved(part: dict[str, Any]) -> dict[str, Any]:
        return {**part, "src": [n + by for n in part["src"]]}

    tolls = [{**block, "says": [moved(c) for c in block["says"]]} for block in event["tolls"]]
    return {**moved(event), "tolls": tolls, "who": [moved(c) for c in event["who"]]}
