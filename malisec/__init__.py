"""malisec: attacks in Mali in space and time, every toll with the one who said it.

Names are imported when first used, so that ``import malisec`` itself costs next to nothing.

Examples
--------
>>> import malisec as ms
>>> case = ms.load()
>>> ms.locate("Modolo").name
'Molodo'
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from malisec import (
        areas,
        charts,
        days,
        export,
        findings,
        gaps,
        geography,
        listing,
        maps,
        names,
        naming,
        readers,
        scale,
        schema,
        space,
        speakers,
        tolls,
        trends,
    )
    from malisec.casebook import Casebook, load
    from malisec.faults import Fault, FaultsError
    from malisec.gazetteer import locate, locate_many
    from malisec.geography import region_of, regions
    from malisec.linking import link
    from malisec.nearest import bamako_km, nearest_corridor, nearest_place
    from malisec.others import as_case
    from malisec.readers import read_acled, read_events, read_ucdp

_FROM = {
    "Casebook": "casebook",
    "as_case": "others",
    "load": "casebook",
    "Fault": "faults",
    "FaultsError": "faults",
    "region_of": "geography",
    "regions": "geography",
    "bamako_km": "nearest",
    "nearest_corridor": "nearest",
    "nearest_place": "nearest",
    "link": "linking",
    "locate": "gazetteer",
    "locate_many": "gazetteer",
    "read_acled": "readers.acled",
    "read_events": "readers.own",
    "read_ucdp": "readers.ucdp",
}
_MODULES = (
    "areas",
    "charts",
    "days",
    "export",
    "findings",
    "gaps",
    "geography",
    "i18n",
    "listing",
    "maps",
    "names",
    "naming",
    "readers",
    "scale",
    "schema",
    "space",
    "speakers",
    "tolls",
    "trends",
)

__all__ = [
    "Casebook",
    "Fault",
    "FaultsError",
    "areas",
    "as_case",
    "bamako_km",
    "charts",
    "days",
    "export",
    "findings",
    "gaps",
    "geography",
    "i18n",
    "link",
    "listing",
    "load",
    "locate",
    "locate_many",
    "maps",
    "names",
    "naming",
    "nearest_corridor",
    "nearest_place",
    "read_acled",
    "read_events",
    "read_ucdp",
    "readers",
    "region_of",
    "regions",
    "scale",
    "schema",
    "space",
    "speakers",
    "tolls",
    "trends",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for (PEP 562)."""
    if name in _MODULES:
        return importlib.import_module(f"malisec.{name}")
    if name in _FROM:
        value = getattr(importlib.import_module(f"malisec.{_FROM[name]}"), name)
        globals()[name] = value
        return value
    msg = f"module 'malisec' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted(__all__)
