"""How far points are from Bamako, and which road and which place is the nearest: for one point as for ten million.

What the tables call roads and places meets the reckoning of `segments` here. Must not know events.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from malisec import gazetteer, geography, raster, segments

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

CAPITAL = "bamako"
#: kinds of place whose point stands for a whole stretch of country: nothing is near to it
WIDE = ("area", "region")


def bamako_km(lon: ArrayLike, lat: ArrayLike, places: pd.DataFrame | None = None) -> NDArray[np.float64]:
    """Return how far points are from Bamako.

    Parameters
    ----------
    lon, lat
        Coordinates in degrees; shapes must broadcast.
    places
        Table of places that says where Bamako is (``place_id``, ``lon``, ``lat``); the shipped gazetteer if not given.

    Returns
    -------
    numpy.ndarray
        Kilometres along the great circle, within 0.6 % of the ellipsoid (`malisec.geography.distance_km`). Missing for what is no point on
        the globe, and everywhere if the table has no Bamako.

    Examples
    --------
    >>> bamako_km([-8.0, -11.44, float("nan")], [12.64, 14.45, 14.0]).round()
    array([  0., 422.,  nan])
    """
    seat = _among(places)
    seat = seat[seat["place_id"] == CAPITAL]
    x, y = np.broadcast_arrays(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))
    shape, x, y = x.shape, x.ravel(), y.ravel()
    km = np.full(x.shape, np.nan)
    if not seat.empty:
        at = float(seat["lon"].iloc[0]), float(seat["lat"].iloc[0])

        def part(here: slice) -> None:
            known = np.isfinite(x[here]) & (np.abs(y[here]) <= segments.POLE)
            km[here][known] = geography.distance_km(*at, x[here][known], y[here][known])

        raster.in_parts(len(x), part, 1 << 15)
    return km.reshape(shape)


def nearest_corridor(
    lon: ArrayLike, lat: ArrayLike, corridors: pd.DataFrame | None = None, places: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Find the road nearest to each point.

    Parameters
    ----------
    lon, lat
        Coordinates in degrees: two numbers, or two one-dimensional arrays or series of the same length.
    corridors, places
        Tables of roads (``corridor_id``, ``seq``, ``place_id``) and of the places they pass; those of the shipped edition if not given.

    Returns
    -------
    pandas.DataFrame
        One row a point, with the index of `lon` if that is a series: ``corridor_id`` (categorical) and ``km``. Both are missing for what
        is no point on the globe. Where roads run together, and wherever else they are equally near to the millimetre, the first one in
        the order of ids.

    Raises
    ------
    ValueError
        If `lon` and `lat` are not of the same length, have more than one dimension, or are series with different indexes.
    KeyError
        If a road passes a place that `places` does not have.

    Notes
    -----
    Roads run straight from stop to stop on the plane of `malisec.geography.plane`, as in `malisec.space.along`. For points and roads within
    `malisec.segments.BOX` (Mali and a margin) the answer is that of asking every stretch on this plane. Its distances are at most 1 % too
    long (0.4 % from the roads of the shipped edition) and never too short; its straight lines leave the geodesic between two stops by 40 m
    at most. For points beyond, lines and distances are those of the sphere, within 0.6 % of the ellipsoid. A road is an indication in any
    case: it winds about the straight line by kilometres.

    Examples
    --------
    >>> nearest_corridor([-8.0, -1.0, float("nan")], [14.0, 16.0, 14.0]).round(1)
        corridor_id    km
    0  bamako-dakar  16.5
    1    bamako-gao   8.0
    2           NaN   NaN
    """
    return _answer(lon, lat, "corridor_id", *(_shipped_roads() if corridors is None and places is None else _roads(corridors, places)))


def nearest_place(lon: ArrayLike, lat: ArrayLike, places: pd.DataFrame | None = None) -> pd.DataFrame:
    """Find the place nearest to each point.

    Parameters
    ----------
    lon, lat
        Coordinates in degrees: two numbers, or two one-dimensional arrays or series of the same length.
    places
        Table of places (``place_id``, ``lon``, ``lat``). If not given: the shipped gazetteer without regions and areas, whose point
        stands for a whole stretch of country.

    Returns
    -------
    pandas.DataFrame
        One row a point, with the index of `lon` if that is a series: ``place_id`` (categorical) and ``km``. Both are missing for what is
        no point on the globe. Of places equally near, to the millimetre, the first in the table.

    Raises
    ------
    ValueError
        As for `nearest_corridor`.

    Notes
    -----
    Within `malisec.segments.BOX` (Mali and a margin) distances are those of the plane of `malisec.geography.plane`, at most 1 % too long
    (0.4 % from the shipped gazetteer) and never too short; beyond, or where a place lies beyond, those of the sphere, within 0.6 % of the
    ellipsoid. So a place that is told as the nearest is at most 1.2 % farther than any other. The gazetteer knows some hundreds of many
    thousand settlements, each to within its ``uncertainty_km``.

    Examples
    --------
    >>> nearest_place(-11.44, 14.45).round(1)
      place_id   km
    0    kayes  0.2
    """
    return _answer(lon, lat, "place_id", *(_shipped_places() if places is None else _points(places)))


def halts(corridors: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return the stops of each road in their order, with where they are.

    Parameters
    ----------
    corridors, places
        The tables.

    Returns
    -------
    pandas.DataFrame
        ``corridor_id``, ``seq``, ``place_id``, ``place`` (its name where the table of places has names), ``lon`` and ``lat``.

    Raises
    ------
    KeyError
        If a road passes a place that `places` does not have.
    """
    found = corridors.sort_values(["corridor_id", "seq"])[["corridor_id", "seq", "place_id"]].reset_index(drop=True)
    here = places.set_index("place_id").reindex(columns=["name", "lon", "lat"]).loc[found["place_id"]]
    return found.assign(place=here["name"].to_numpy(), lon=here["lon"].to_numpy(float), lat=here["lat"].to_numpy(float))


def _among(places: pd.DataFrame | None) -> pd.DataFrame:
    return gazetteer.places() if places is None else places


@functools.cache
def _shipped_roads() -> tuple[segments.Stretches | None, NDArray[np.int32], list[str]]:
    return _roads(None, None)


@functools.cache
def _shipped_places() -> tuple[segments.Stretches | None, NDArray[np.int32], list[str]]:
    table = gazetteer.places()
    return _points(table[~table["kind"].isin(WIDE)])


def _roads(corridors: pd.DataFrame | None, places: pd.DataFrame | None) -> tuple[segments.Stretches | None, NDArray[np.int32], list[str]]:
    """Return the stretches between stops, the number of the road of each, and the roads."""
    stops = halts(gazetteer.corridors() if corridors is None else corridors, _among(places))
    code, roads = pd.factorize(stops["corridor_id"])
    ends = stops[["lon", "lat"]].to_numpy()
    goes_on = np.append(code[1:] == code[:-1], False) if len(code) else np.zeros(0, dtype=bool)
    # a road of one stop is a point
    alone = np.bincount(code)[code] == 1 if len(code) else goes_on
    begins = np.flatnonzero(goes_on | alone)
    stretch = pd.DataFrame(np.hstack([ends[begins], ends[begins + goes_on[begins]]]), columns=["lon_a", "lat_a", "lon_b", "lat_b"])
    # where roads run together only the first of them is ever told
    kept = (stretch.notna().all(axis=1) & ~stretch.duplicated()).to_numpy()
    return _stretches(stretch[kept], code[begins][kept], list(roads))


def _points(places: pd.DataFrame) -> tuple[segments.Stretches | None, NDArray[np.int32], list[str]]:
    known = places.dropna(subset=["lon", "lat"])
    at = {"lon_a": known["lon"], "lat_a": known["lat"], "lon_b": known["lon"], "lat_b": known["lat"]}
    return _stretches(pd.DataFrame(at, dtype=float), np.arange(len(known)), known["place_id"].tolist())


def _stretches(
    ends: pd.DataFrame, number: NDArray[np.intp], ids: list[str]
) -> tuple[segments.Stretches | None, NDArray[np.int32], list[str]]:
    """Make stretches; the last number stands for none, which is what `segments.NOWHERE` then picks."""
    made = segments.Stretches(*(ends[name].to_numpy() for name in ("lon_a", "lat_a", "lon_b", "lat_b"))) if len(ends) else None
    return made, np.append(number, -1).astype(np.int32), ids


def _answer(
    lon: ArrayLike, lat: ArrayLike, name: str, stretches: segments.Stretches | None, number: NDArray[np.int32], ids: list[str]
) -> pd.DataFrame:
    """Ask the stretches, and name what they belong to."""
    index = lon.index if isinstance(lon, pd.Series) else None
    if isinstance(lon, pd.Series) and isinstance(lat, pd.Series) and not lon.index.equals(lat.index):
        msg = "lon, lat: expected series with the same index, found different ones"
        raise ValueError(msg)
    x, y = (np.atleast_1d(np.asarray(a, dtype=float)) for a in (lon, lat))
    if x.ndim > 1 or x.shape != y.shape:
        msg = f"lon, lat: expected two numbers, or two arrays of one dimension and the same length, found shapes {x.shape} and {y.shape}"
        raise ValueError(msg)
    if stretches is None:
        code, km = np.full(x.shape, -1, dtype=np.int32), np.full(x.shape, np.nan)
    else:
        code, km = stretches.nearest(x, y)

        # in place and in parts: ten million codes are looked up without ten million more
        def part(here: slice) -> None:
            code[here] = number[code[here]]

        raster.in_parts(len(code), part)
    return pd.DataFrame({name: pd.Categorical.from_codes(code, categories=ids), "km": km}, index=index, copy=False)
