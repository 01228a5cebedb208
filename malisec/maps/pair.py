"""Two maps side by side that move together: before and after, here and there, ours and theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from malisec import i18n, listing
from malisec.credit import credit
from malisec.exhibit import Exhibit, plain, sentence
from malisec.i18n import say
from malisec.maps.context import key_of, known_regions
from malisec.maps.data import payload
from malisec.maps.layer import SOURCE, box, counted
from malisec.others import as_case

if TYPE_CHECKING:
    from collections.abc import Iterable

    from malisec.casebook import Casebook


def compare(
    a: Casebook | pd.DataFrame,
    b: Casebook | pd.DataFrame,
    title: str = "Two selections compared",
    *,
    names: tuple[str, str] = ("left", "right"),
    regions: str | Iterable[str] | None = None,
) -> Exhibit:
    """Map two selections side by side; moving or zooming one moves the other.

    Parameters
    ----------
    a, b
        The events of the left and of the right map, of the edition or of another dataset. Each keeps a brush, a legend and rows of its own.
    title
        What the two maps show.
    names
        What each shows.
    regions
        Open both on these regions of 2023.

    Returns
    -------
    Exhibit
        Its twin holds the rows of both, with ``map`` to tell them apart.

    Raises
    ------
    ValueError
        For two equal names, or regions that are none.

    Examples
    --------
    >>> import malisec as ms
    >>> case = ms.load()
    >>> drawn = compare(case.select(until="2020-08-17"), case.select(since="2020-08-18"), names=("before the coup of 2020", "since"))
    >>> drawn.kind
    'map'
    """
    named = known_regions(regions)
    if len(names) != 2 or names[0] == names[1]:
        msg = f"names: expected two different names, found {', '.join(map(repr, names))}"
        raise ValueError(msg)
    halves, readings, titles = [], [], [say("{title}: {name}", title=title, name=name) for name in names]
    cases = [as_case(c) if isinstance(c, pd.DataFrame) else c for c in (a, b)]
    for case, name, both in zip(cases, names, titles, strict=True):
        reading = counted(case)
        html = box(payload(case, regions=named, fit=bool(named)), both, reading)
        halves.append(Markup('<div class="ms-half"><h3 class="ms-halfname">{}</h3>{}</div>').format(i18n.html(name), html))
        readings.append(sentence("{name}: {reading}", name=i18n.html(name), reading=reading))
    keys = [key_of(both) for both in titles]
    script = Markup('<script data-malisec>malisec.together("{}", "{}");</script>').format(*keys)
    reading = Markup(" ").join(readings)
    return Exhibit(
        kind="map",
        title=title,
        reading=reading,
        body=str(Markup('<div class="ms-pair">{}{}</div>{}').format(*halves, script)),
        alt=say("Two maps: {reading}", reading=plain(reading)),
        twin=pd.concat([listing.event_rows(c).assign(map=n) for c, n in zip(cases, names, strict=True)], ignore_index=True),
        source=Markup(" ").join(dict.fromkeys(SOURCE if c.dataset is None else credit(c) for c in cases)),
        own_twin=True,
    )
