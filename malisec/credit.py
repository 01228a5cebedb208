"""Whose rows a picture shows: the line under it, and a way for every picture to take the events of another dataset.

Must not know what is drawn.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Concatenate, ParamSpec

import pandas as pd
from markupsafe import Markup

from malisec import others, schema
from malisec.exhibit import Exhibit, link, sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from malisec.casebook import Casebook

P = ParamSpec("P")

#: what is drawn beside the events, told by a word of the line that the edition's own picture bears
_KEPT = {
    "Outlines are indicative": sentence("Outlines are indicative: communes of 2015 (OCHA) in the 2023 division."),
    "UCDP best estimates": sentence(
        "Monthly deaths: UCDP best estimates, as shipped with malisec edition {edition} (CC BY 4.0).", edition=schema.EDITION
    ),
}


def credit(case: Casebook) -> Markup:
    """Say whose rows a casebook of another dataset holds."""
    publisher, url, _ = others.KNOWN.get(str(case.dataset), (str(case.dataset), None, None))
    return sentence("Data: {whose}, as read from a file; nothing of it is checked or changed by malisec.", whose=link(publisher, url))


def takes_events(function: Callable[Concatenate[Casebook, P], Exhibit]) -> Callable[Concatenate[Casebook | pd.DataFrame, P], Exhibit]:
    """Let a picture of a casebook take the events of another dataset as well, and name that dataset under it."""

    @functools.wraps(function)
    def drawn(case: Casebook, *args: P.args, **kwargs: P.kwargs) -> Exhibit:
        found = function(case, *args, **kwargs)
        return found if case.dataset is None else credited(found, case)

    # called with case=… as well, which a Callable cannot say
    return others.takes_events(drawn)  # type: ignore[arg-type]


def credited(exhibit: Exhibit, case: Casebook) -> Exhibit:
    """Put the dataset's name where the edition's stood; what the line says of outlines and of UCDP's series is kept."""
    kept = [Markup(" ") + line for mark, line in _KEPT.items() if mark in str(exhibit.source)]
    return dataclasses.replace(exhibit, source=credit(case) + Markup("").join(kept))
