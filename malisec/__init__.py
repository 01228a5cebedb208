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
    from malisec import charts, days, export, findings, geography, listing, maps, names, naming, schema, space, tolls, trends
    from malisec.casebook import Casebook, load
    from malisec.faults import Fault, FaultsError
    from malisec.gazetteer import locate, locate_many
    from malisec.geography import region_of, regions

_FROM = {
    "Casebook": "casebook",
    "load": "casebook",
    "Fault": "faults",
    "FaultsError": "faults",
    "region_of": "geography",
    "regions": "geography",
    "locate": "gazetteer",
    "locate_many": "gazetteer",
}
_MODULES = (
    "charts",
    "days",
    "export",
    "findings",
    "geography",
    "i18n",
    "listing",
    "maps",
    "names",
    "naming",
    "schema",
    "space",
    "tolls",
    "trends",
)

__all__ = [
    "Casebook",
    "Fault",
    "FaultsError",
    "charts",
    "days",
    "export",
    "findings",
    "geography",
    "i18n",
    "listing",
    "load",
    "locate",
    "locate_many",
    "maps",
    "names",
    "naming",
    "region_of",
    "regions",
    "schema",
    "space",
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
