"""Up to a million points on one offline map: a canvas layer, its legend, and a small table of what was drawn.

Works for any table with coordinates. Must not know the tables of this edition.
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from malisec import frontend, i18n, style
from malisec.exhibit import Exhibit, grid, plain, sentence, spoken
from malisec.i18n import Both, french, say
from malisec.maps import codec
from malisec.maps.context import MALI, land
from malisec.maps.offline import DataLayer, OfflineMap, parts

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: one value of a byte stays free
MOST_CATEGORIES = 255
NOT_GIVEN = "not given"
#: the Okabe-Ito colours that stand out from land, best told apart first; rarer categories share one grey
COLOURS = tuple(
    style.TYPES[t][1]
    for t in ("abduction", "armed_assault", "airstrike", "ied", "military_operation", "ambush", "shelling_drone")
)  # fmt: skip
_DAY_RANGE = (-719162, 2932896)  # years 1 to 9999, which every date library can write


# --- reading the table --------------------------------------------------------------------------------------------
@dataclasses.dataclass(frozen=True)
class _Points:
    """The points that can be drawn, in the order of their rows, and how many cannot."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    days: NDArray[np.int64] | None
    category: NDArray[np.int64]
    names: list[str] | None
    labels: pd.Series | None
    left_out: dict[str, int]

    def __len__(self) -> int:
        return len(self.lon)

    @property
    def unknown_days(self) -> int:
        return 0 if self.days is None else int((self.days == codec.UNKNOWN).sum())


def _column(points: pd.DataFrame, name: str, what: str) -> pd.Series:
    if name not in points.columns:
        msg = f"{what}: no column {name!r}; the table has {', '.join(map(str, points.columns)) or 'no columns'}"
        raise ValueError(msg)
    found = points[name]
    if isinstance(found, pd.DataFrame):
        msg = f"{what}: the table has several columns {name!r}"
        raise ValueError(msg)
    return found


def _coordinates(points: pd.DataFrame, lon: str, lat: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return degrees of every row; what is no number is missing."""
    import geopandas as gpd

    if isinstance(points, gpd.GeoDataFrame):
        shapes = points.geometry if points.crs is None else points.geometry.to_crs("EPSG:4326")
        wrong = sorted(set(shapes[shapes.notna() & ~shapes.is_empty].geom_type) - {"Point"})
        if wrong:
            msg = f"geometry: expected points, found {', '.join(wrong)}; take their centroids or representative points first"
            raise ValueError(msg)
        return shapes.x.to_numpy("float64", na_value=np.nan), shapes.y.to_numpy("float64", na_value=np.nan)
    columns = (_column(points, lon, "lon"), _column(points, lat, "lat"))
    across, down = (pd.to_numeric(c, errors="coerce").to_numpy("float64", na_value=np.nan) for c in columns)
    return across, down


def _drawable(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> tuple[NDArray[np.bool_], dict[str, int]]:
    """Tell which points can be drawn, and count the others by reason."""
    missing = np.isnan(lon) | np.isnan(lat)
    infinite = ~missing & (np.isinf(lon) | np.isinf(lat))
    outside = ~missing & ~infinite & ((np.abs(lon) > 180) | (np.abs(lat) > codec.MAX_LAT))
    reasons = {"without coordinates": missing, "with infinite coordinates": infinite, "with coordinates out of range": outside}
    return ~(missing | infinite | outside), {why: int(rows.sum()) for why, rows in reasons.items() if rows.any()}


def _days(dates: pd.Series) -> NDArray[np.int64]:
    """Return days since 1970-01-01; `codec.UNKNOWN` where there is no date."""
    if pd.api.types.is_numeric_dtype(dates) and not dates.isna().all():
        msg = f"date: expected dates, found numbers such as {dates.dropna().iloc[0]!r}"
        raise ValueError(msg)
    try:
        found = pd.to_datetime(dates, format=None if pd.api.types.is_datetime64_any_dtype(dates) else "ISO8601")
    except (ValueError, TypeError) as error:
        msg = f"date: expected dates or texts such as 2025-07-01: {error}"
        raise ValueError(msg) from error
    if getattr(found.dt, "tz", None) is not None:
        # the day as people there would say it
        found = found.dt.tz_localize(None)
    days = found.to_numpy().astype("datetime64[D]").astype(np.int64)
    known = found.notna().to_numpy()
    if known.any() and not _DAY_RANGE[0] <= days[known].min() <= days[known].max() <= _DAY_RANGE[1]:
        msg = f"date: expected years 1 to 9999, found {found[known].min()} to {found[known].max()}"
        raise ValueError(msg)
    return np.where(known, days, codec.UNKNOWN)


def _text(value: object) -> str:
    """Write any value as text that UTF-8 can hold: half of a surrogate pair would stop the page from being written."""
    return str(value).encode("utf-8", "replace").decode("utf-8")


def _distinct(values: pd.Series, missing: str) -> tuple[NDArray[np.int64], list[str]]:
    """Number texts in the order in which they first come."""
    codes, found = pd.factorize(values, use_na_sentinel=True)
    # values of different types may be written alike
    names = [*map(_text, found), missing]
    every = list(dict.fromkeys(names))
    numbers = {name: n for n, name in enumerate(every)}
    # a missing value is -1, which is the place of the last name
    renumbered = np.array([numbers[name] for name in names], dtype=np.int64)[codes]
    used, compressed = np.unique(renumbered, return_inverse=True)
    return compressed.astype(np.int64).reshape(-1), [every[n] for n in used]


def _categories(values: pd.Series, column: str) -> tuple[NDArray[np.int64], list[str]]:
    """Number categories, the most frequent first; equals by name."""
    codes, names = _distinct(values, NOT_GIVEN)
    if len(names) > MOST_CATEGORIES:
        msg = f"category: expected at most {MOST_CATEGORIES} different values in {column!r}, found {len(names):,}: group them first"
        raise ValueError(msg)
    counts = np.bincount(codes, minlength=len(names))
    order = sorted(range(len(names)), key=lambda n: (-counts[n], names[n]))
    rank = np.empty(len(names), dtype=np.int64)
    rank[order] = np.arange(len(names))
    return rank[codes], [names[n] for n in order]


def _read(points: pd.DataFrame, lon: str, lat: str, date: str | None, category: str | None, label: str | None) -> _Points:
    across, down = _coordinates(points, lon, lat)
    kept, left_out = _drawable(across, down)
    rows = np.flatnonzero(kept)
    codes, names = np.zeros(len(rows), dtype=np.int64), None
    if category is not None:
        codes, names = _categories(_column(points, category, "category").iloc[rows], category)
    return _Points(
        lon=across[rows],
        lat=down[rows],
        days=None if date is None else _days(_column(points, date, "date").iloc[rows]),
        category=codes,
        names=names,
        labels=None if label is None else _column(points, label, "label").iloc[rows],
        left_out=left_out,
    )


# --- what the page gets -------------------------------------------------------------------------------------------
def _looks(names: list[str] | None) -> list[tuple[str, str]]:
    """Return label and colour of each category."""
    if names is None:
        return [("Points", style.ACCENT)]
    types = set(names) - {NOT_GIVEN}
    if types and types <= set(style.TYPES):
        return [style.TYPES[n][:2] if n in types else (n, style.SOFT) for n in names]
    colours = iter(COLOURS)
    return [(n, style.SOFT if n == NOT_GIVEN else next(colours, style.SOFT)) for n in names]


def _keys(looks: list[tuple[str, str]], counts: list[int]) -> list[dict[str, Any]]:
    """Return the entries of the legend: categories with a colour of their own, and one for all that share the grey."""
    own = [{"label": text, "colour": c, "count": counts[n], "of": [n]} for n, (text, c) in enumerate(looks) if c != style.SOFT]
    rest = [n for n, (_, c) in enumerate(looks) if c == style.SOFT]
    if rest:
        text = looks[rest[0]][0] if len(rest) == 1 else say("{n} other categories", n=style.words(len(rest)))
        own.append({"label": text, "fr": french(text), "colour": style.SOFT, "count": sum(counts[n] for n in rest), "of": rest})
    return own


def _labels(labels: pd.Series | None, order: NDArray[np.intp]) -> dict[str, Any] | None:
    """Return the texts in the order of the points, each different one once; an index unless every one is different."""
    if labels is None or not len(order):
        return None
    codes, texts = _distinct(labels.iloc[order], "")
    if np.array_equal(codes, np.arange(len(order))):
        return {"texts": texts}
    return {"texts": texts, "index": codec.packed(codes, len(texts))}


def _near(read: _Points) -> float:
    """Return the latitude of the points nearest to the equator."""
    return float(np.clip(0.0, read.lat.min(), read.lat.max())) if len(read) else 0.0


def _precision(data: dict[str, Any], read: _Points) -> float:
    return codec.error_m(codec.Axis(*data["x"]), codec.Axis(*data["y"]), _near(read))


def _metres(error: float) -> str:
    return f"{max(1, math.ceil(error)):,} m"


def _frame(read: _Points) -> list[list[float]]:
    """Return the corners to open on: Mali when all points lie there, else the points."""
    if not len(read):
        return MALI
    (south, west), (north, east) = MALI
    bounds = [[float(read.lat.min()), float(read.lon.min())], [float(read.lat.max()), float(read.lon.max())]]
    inside = bounds[0][0] >= south and bounds[0][1] >= west and bounds[1][0] <= north and bounds[1][1] <= east
    return MALI if inside else [[round(v, 4) for v in corner] for corner in bounds]


def _zooms(bounds: list[list[float]], error: float) -> list[int]:
    """Return the least and the greatest zoom: the whole extent, and a pixel not much finer than the grid."""
    greatest = 18 if error < 0.3 else int(np.clip(math.log2(codec.WORLD_M / 256 / (2 * error)) + 2, 12, 18))
    return [4 if bounds == MALI else 0, greatest]


def payload(
    points: pd.DataFrame,
    *,
    lon: str = "lon",
    lat: str = "lat",
    date: str | None = None,
    category: str | None = None,
    label: str | None = None,
) -> dict[str, Any]:
    """Collect what a layer of points draws, as plain JSON values.

    Parameters
    ----------
    points, lon, lat, date, category, label
        As for `many`.

    Returns
    -------
    dict
        What `malisec.maps.codec.encode` returns, with ``labels``, ``names`` and ``colours`` of the categories, ``keys`` of the legend,
        ``note``, ``bounds``, ``zoom``, ``context`` and whether points are ``dated``.

    Examples
    --------
    >>> payload(pd.DataFrame({"lon": [-4.2], "lat": [14.5]}))["n"]
    1
    """
    return _payload(_read(points, lon, lat, date, category, label))


def _payload(read: _Points) -> dict[str, Any]:
    days = np.full(len(read), codec.UNKNOWN) if read.days is None else read.days
    looks = _looks(read.names) or [("Points", style.ACCENT)]
    data, order = codec.encode(read.lon, read.lat, days, read.category, len(looks))
    bounds = _frame(read)
    error = _precision(data, read)
    counts = np.bincount(read.category, minlength=len(looks)).tolist()
    return {
        **data,
        "labels": _labels(read.labels, order),
        "names": None if read.names is None else [text for text, _ in looks],
        "colours": [colour for _, colour in looks],
        "keys": _keys(looks, counts) if read.names else [],
        "dated": read.days is not None,
        "error": _metres(error),
        "note": _note(read, error),
        "bounds": bounds,
        "zoom": _zooms(bounds, error),
        "context": land(),
    }


class PointLayer(DataLayer):
    """Many points as a layer for any folium map.

    Parameters
    ----------
    data
        As `payload` returns it.

    Notes
    -----
    In the page the layer is what ``malisec.points`` returns: ``layer.days`` holds the day of each point, and
    ``layer.show({from, to, off})`` draws those of some days and categories only.
    """

    call = "points"


# --- what is said beside the map ----------------------------------------------------------------------------------
def _left_out(read: _Points) -> Both:
    total = sum(read.left_out.values())
    if not total:
        return Both("", "")
    why = style.listed(say("{n} " + reason, n=i18n.number(n)) for reason, n in read.left_out.items())
    return say("{points} left out: {why}.", points=style.capital(style.plural(total, "point")), why=why)


def _note(read: _Points, error: float) -> list[str]:
    """Return what is left out and how exact the map is, in English and in French."""
    drawn = say("Each point is drawn within {m} of its coordinates.", m=_metres(error))
    said = i18n.joined([text for text in (_left_out(read), drawn) if text], " ")
    return [str(said), said.fr]


def _reading(read: _Points, error: float) -> Markup:
    left = [sentence("{t}", t=_left_out(read))] if read.left_out else []
    if not len(read):
        return Markup(" ").join([i18n.html("No point can be drawn."), *left])
    parts = [sentence("{n}{span}.", n=style.capital(style.plural(len(read), "point")), span=_span(read))]
    if read.unknown_days:
        parts.append(sentence("The date of {n} is unknown.", n=style.plural(read.unknown_days, "point")))
    parts += left
    parts.append(sentence("Each is drawn within {m} of its coordinates.", m=_metres(error)))
    return Markup(" ").join(parts)


def _span(read: _Points) -> Markup:
    """Return the first and the last date in words, or nothing."""
    if read.days is None or read.unknown_days == len(read):
        return Markup("")
    known = read.days[read.days != codec.UNKNOWN]
    first, last = _day(known.min()), _day(known.max())
    return sentence(", {a} to {b}", a=first, b=last) if first != last else sentence(", {a}", a=first)


def _day(days: int) -> Both:
    return style.day(pd.Timestamp(np.datetime64(int(days), "D").astype("datetime64[s]")))


def _twin(read: _Points) -> pd.DataFrame:
    """Count the points per category, else per year: a table that stays small."""
    if read.names:
        return _by_category(read)
    if read.days is not None and len(read):
        years = pd.Series(read.days).where(read.days != codec.UNKNOWN)
        calendar = np.array(read.days, dtype="datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
        counts = pd.Series(calendar).where(years.notna(), -1).value_counts().sort_index()
        rows = [{"year": str(y) if y >= 0 else "unknown", "points": int(n)} for y, n in counts.items()]
        return grid(sorted(rows, key=lambda r: r["year"] == "unknown"))
    return grid([{"what": "Points", "points": len(read)}])


def _by_category(read: _Points) -> pd.DataFrame:
    looks, rows = _looks(read.names), []
    order = np.argsort(read.category, kind="stable")
    ends = np.searchsorted(read.category[order], np.arange(len(looks) + 1))
    for n, (text, _) in enumerate(looks):
        row: dict[str, Any] = {"category": text, "points": int(ends[n + 1] - ends[n])}
        if read.days is not None:
            days = read.days[order[ends[n] : ends[n + 1]]]
            known = days[days != codec.UNKNOWN]
            row |= {"first": _day(known.min()) if len(known) else None, "last": _day(known.max()) if len(known) else None}
        rows.append(row)
    return grid(rows)


_BODY = Markup(
    '<div class="ms-mapbox ms-points"><div class="ms-mapframe" role="region" aria-label="{alt}"{alt_fr}>{map}</div>'
    '<div class="ms-brushbox"></div><div class="ms-legendbox"></div><p class="ms-small">{howto}</p></div>'
    "<script data-malisec>{script}</script>"
)
_HOWTO = (
    "Press a point for what is known of it; with the keyboard, move the map with the arrow keys and press Enter for the point nearest to "
    "the middle. Where many lie together the map darkens."
)


def _given(source: str | None) -> Both:
    return say("Points: {source}.", source=source) if source else say("Points: as given to the map.")


def many(
    points: pd.DataFrame,
    title: str = "Points",
    *,
    lon: str = "lon",
    lat: str = "lat",
    date: str | None = None,
    category: str | None = None,
    label: str | None = None,
    source: str | None = None,
) -> Exhibit:
    """Map up to about a million points, with a legend and a popup for each, in one page that needs no network.

    Parameters
    ----------
    points
        One row a point, degrees in WGS 84. Of a `geopandas.GeoDataFrame` the geometry is taken, in whatever projection it is.
    title
        What the map shows.
    lon, lat
        Columns of the coordinates.
    date
        Column of dates, or of texts such as 2025-07-01; a missing date is unknown, and its point is drawn.
    category
        Column that gives the colours, with at most 255 different values. Keys of `malisec.style.TYPES` keep the colours and
        names they have on all our maps.
    label
        Column of texts for the popups.
    source
        Where the points come from, for the source line.

    Returns
    -------
    Exhibit
        Its reading counts the points, those left out and why, and unknown dates; its table counts them per category or per year.

    Raises
    ------
    ValueError
        For a column that is not there, more than 255 categories, or dates that are none.

    Notes
    -----
    Coordinates are kept to 16 bits per axis over the points' own extent in Web Mercator: a step of the grid is the extent divided by
    65,535, and a point moves by half a step at most on each axis. Over the whole of Mali (1,850 by 1,720 km) a step is 28 by 26 m and a
    point lies within 20 m of its coordinates; over one town of 10 km, within 0.2 m. Dates, categories and labels are kept in full.
    The page says how far it may be.

    Examples
    --------
    >>> table = pd.DataFrame({"lon": [-4.2, -8.0, None], "lat": [14.5, 12.6, 13.0], "kind": ["market", "school", "well"]})
    >>> many(table, "Three places", category="kind")
    Map: Three places [2 rows]
    Two points. One point left out: 1 without coordinates. Each is drawn within 4 m of its coordinates.
    Map: Two points. One point left out: 1 without coordinates. Each is drawn within 4 m of its coordinates. market 1, school 1.
    """
    if not isinstance(points, pd.DataFrame):
        msg = f"points: expected a DataFrame, found {type(points).__name__}"
        raise TypeError(msg)
    read = _read(points, lon, lat, date, category, label)
    layer = PointLayer(_payload(read))
    reading = _reading(read, _precision(layer.data, read))
    counted = [
        say("{what} {n}", what=Both(k["label"], str(k.get("fr") or french(k["label"]))), n=i18n.number(k["count"]))
        for k in layer.data["keys"]
    ]
    said = say("Map: {reading}", reading=Both(plain(reading), plain(Markup(french(reading)))))
    alt = i18n.joined([said, " ", i18n.joined([*counted], ", "), "."]) if counted else said
    # two maps with one title on one page must not share ids
    key = hashlib.md5(frontend.json_element(layer.data, title).encode(), usedforsecurity=False).hexdigest()
    drawn = OfflineMap(min_zoom=layer.data["zoom"][0], max_zoom=layer.data["zoom"][1])
    layer.add_to(drawn)
    elements, script = parts(drawn, key)
    howto = i18n.html(_HOWTO) + (Markup(" ") + i18n.html("Press a key to hide or show its points.") if counted else Markup(""))
    return Exhibit(
        kind="map",
        title=title,
        reading=reading,
        body=str(_BODY.format(alt=alt, alt_fr=spoken(alt), map=elements, howto=howto, script=script)),
        alt=alt,
        twin=_twin(read),
        source=i18n.html(
            say(
                "{points} Outlines are indicative: communes of 2015 (OCHA) in the 2023 division; rivers Natural Earth.",
                points=_given(source),
            )
        ),
    )
