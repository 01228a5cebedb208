"""Regions shaded by a count or a rate, in classes made by PySAL's mapclassify. No data is not zero, and looks it.

Needs the extra ``malisec[classes]``. Must not know events.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup, escape

from malisec import geography, i18n, schema, style
from malisec.exhibit import Exhibit, plain, sentence, spoken
from malisec.i18n import Both, say
from malisec.maps.context import MALI, key_of, outlines
from malisec.maps.offline import DataLayer, OfflineMap, parts

#: classifiers that take a number of classes
SCHEMES = ("FisherJenks", "EqualInterval", "JenksCaspall", "MaximumBreaks", "NaturalBreaks", "Quantiles")
SHADES = style.SHADES
_SOURCE = sentence(
    "Data: malisec edition {edition}. Outlines are indicative: communes of 2015 (OCHA) in the 2023 division.",
    edition=escape(schema.EDITION),
)


class RegionLayer(DataLayer):
    """Shaded regions as a layer for any folium map; takes what `shades` returns."""

    call = "regions"


def _named(values: pd.Series, what: str, vintage: int) -> pd.Series:
    known = list(geography.regions(vintage)["region"])
    strange = [str(r) for r in values.index if r not in known]
    if strange:
        from malisec.tables import nearest

        near = "; ".join(f"{r!r}" + (f" (nearest: {nearest(r, known)!r})" if nearest(r, known) else "") for r in strange)
        msg = f"{what}: expected regions of {vintage} in the index, found {near}"
        raise ValueError(msg)
    if values.index.has_duplicates:
        msg = f"{what}: expected each region once, found {', '.join(values.index[values.index.duplicated()].unique())} more than once"
        raise ValueError(msg)
    numbers = pd.to_numeric(values, errors="coerce").astype("float64").replace([np.inf, -np.inf], np.nan).reindex(known)
    if (numbers < 0).any():
        msg = f"{what}: expected counts or rates of nought and more, found {', '.join(numbers.index[numbers < 0])} below nought"
        raise ValueError(msg)
    return numbers


def classed(values: pd.Series, scheme: str = "FisherJenks", k: int = 5) -> list[tuple[float, float]]:
    """Cut the values above nought into classes.

    Parameters
    ----------
    values
        One number a region; missing ones and noughts stand in no class.
    scheme
        A classifier of mapclassify that takes `k`: one of `SCHEMES`.
    k
        How many classes, at most 6; fewer where there are fewer different values.

    Returns
    -------
    list of tuple of (float, float)
        Least and greatest value found in each class, from low to high.

    Raises
    ------
    ImportError
        Without mapclassify.
    ValueError
        For a scheme that is none of these, or a number of classes that cannot be drawn.

    Notes
    -----
    Fisher-Jenks: Fisher, W. D. (1958), On grouping for maximum homogeneity, JASA 53; computed by PySAL's mapclassify.

    Examples
    --------
    >>> classed(pd.Series([0, 1, 1, 2, 30]), k=2)
    [(1.0, 2.0), (30.0, 30.0)]
    """
    try:
        import mapclassify
    except ImportError as error:
        msg = "classes of a map need mapclassify: pip install 'malisec[classes]'"
        raise ImportError(msg) from error
    if scheme not in SCHEMES:
        msg = f"scheme: expected one of {', '.join(SCHEMES)}, found {scheme!r}"
        raise ValueError(msg)
    if not 1 <= k <= len(SHADES):
        msg = f"k: expected 1 to {len(SHADES)} classes, found {k}"
        raise ValueError(msg)
    some = values[values > 0].to_numpy()
    different = np.unique(some)
    if len(different) <= k:
        return [(float(v), float(v)) for v in different]
    with warnings.catch_warnings():
        # without numba it is slower, which twenty regions do not feel
        warnings.filterwarnings("ignore", message="Numba not installed")
        bins = mapclassify.classify(some, scheme, k=k).bins
    place = np.searchsorted(bins, some)
    # what is found in a class, not where it could end: readers see no value that no region has
    return [(float(some[place == c].min()), float(some[place == c].max())) for c in np.unique(place)]


def _number(value: float) -> float:
    """Keep a whole count as it is; six figures of a rate are more than anyone reads, and the same on every machine."""
    return float(value) if float(value).is_integer() else float(f"{value:.6g}")


def shades(
    values: pd.Series,
    *,
    of: pd.Series | None = None,
    per: float = 100_000,
    unit: str = "events",
    vintage: int = 2023,
    scheme: str = "FisherJenks",
    k: int = 5,
) -> dict[str, Any]:
    """Collect what a choropleth draws; parameters as for `regions`."""
    if not per > 0:
        msg = f"per: expected a number above nought, found {per!r}"
        raise ValueError(msg)
    counts = _named(values, "values", vintage)
    shown = counts
    if of is not None:
        base = _named(of, "of", vintage)
        # nobody to divide by: no rate, not a rate of nought
        shown = counts / base.where(base > 0) * per
    cut = classed(shown, scheme, k)
    colours = (
        SHADES[len(SHADES) - 1 :] if len(cut) == 1 else [SHADES[round(i * (len(SHADES) - 1) / (len(cut) - 1))] for i in range(len(cut))]
    )
    return {
        "outlines": outlines(vintage),
        "values": {r: (None if pd.isna(v) else _number(v)) for r, v in shown.items()},
        "classes": [
            {"low": _number(low), "high": _number(high), "colour": colour} for (low, high), colour in zip(cut, colours, strict=True)
        ],
        "unit": unit,
        "per": per if of is not None else None,
        "bounds": MALI,
        "countries": [{"name": name, "lat": v[0], "lon": v[1]} for name, v in style.COUNTRIES.items()],
    }


def regions(
    values: pd.Series,
    title: str = "Regions of Mali",
    *,
    of: pd.Series | None = None,
    per: float = 100_000,
    unit: str = "events",
    vintage: int = 2023,
    scheme: str = "FisherJenks",
    k: int = 5,
    source: str | Markup = _SOURCE,
) -> Exhibit:
    """Shade the regions by a count or by a rate.

    Parameters
    ----------
    values
        One count a region, the region as index. A region that is missing has no data, which is drawn hatched; nought is a value.
    title
        What the map shows.
    of
        What to divide by, such as inhabitants: the map then shows rates. A region without it, or with nought, has no data.
    per
        Rates are given for so many of `of`.
    unit
        What is counted.
    vintage
        Division of 2023 or of 1991.
    scheme, k
        As for `classed`.
    source
        Source line.

    Returns
    -------
    Exhibit
        Its twin lists each region with its value.

    Raises
    ------
    ImportError
        Without mapclassify (``pip install 'malisec[classes]'``).
    ValueError
        For regions that the division does not have, values below nought or a scheme that is not known.

    Examples
    --------
    >>> import malisec as ms
    >>> counts = ms.load().events["region_2023"].value_counts()
    >>> regions(counts, "Events of the tables").kind
    'map'
    """
    data = shades(values, of=of, per=per, unit=unit, vintage=vintage, scheme=scheme, k=k)
    drawn = OfflineMap()
    RegionLayer(data).add_to(drawn)
    elements, script = parts(drawn, f"{title}:{sorted(data['values'].items(), key=lambda item: item[0])}:{unit}")
    known = {r: v for r, v in data["values"].items() if v is not None}
    reading = _reading(known, len(data["values"]), unit, per if of is not None else None)
    frame = geography.regions(vintage)[["region"]].assign(value=lambda f: f["region"].map(known).astype("Float64"))
    heading = unit if of is None else say("{unit} per {n}", unit=unit, n=_per(per))
    twin = pd.DataFrame({"region": frame["region"], "value": _written(frame["value"], whole=of is None)}, dtype="object")
    # an index of words would keep the English alone
    twin.columns = pd.Index(["region", heading], dtype="object")
    body = Markup(
        '<div class="ms-shaded" data-map="{}"><div class="ms-mapframe" role="region" aria-label="{}"{}>{}</div>'
        '<div class="ms-legendbox"></div></div><script data-malisec>{}</script>'
    ).format(key_of(title), plain(reading), spoken(plain(reading)), elements, script)
    alt = say("Map: {reading}", reading=plain(reading))
    return Exhibit(kind="map", title=title, reading=reading, body=str(body), alt=alt, twin=twin, source=escape(source))


def _written(values: pd.Series, *, whole: bool) -> list[Any]:
    def one(v: Any) -> Any:
        if pd.isna(v):
            return say("no data")
        return int(v) if whole and float(v).is_integer() else float(f"{v:.3g}")

    return [one(v) for v in values]


def _per(per: float) -> Both:
    return i18n.number(int(per)) if float(per).is_integer() else _short(per)


def _short(value: float) -> Both:
    return Both(f"{value:.3g}", f"{value:.3g}".replace(".", ","))


def _reading(known: dict[str, float], all_: int, unit: str, per: float | None) -> Markup:
    if not known:
        return sentence("No region of {all} has data.", all=all_)
    most = max(known.values())
    top = style.listed(r for r in known if known[r] == most)
    said = sentence(
        "{n} of {all} regions have data, nought in {nought} of these. Most: {top}, {value} {unit}.",
        n=len(known),
        all=all_,
        nought=sum(v == 0 for v in known.values()),
        top=top,
        value=i18n.number(int(most)) if float(most).is_integer() else _short(most),
        unit=i18n.html(unit),
    )
    return said if per is None else said + sentence(" Rates are per {per}.", per=_per(per))
