"""Where things lie: outlines of regions, rivers, distances, and the ring of uncertainty.

Outlines are indicative (communes of 2015 grouped by the 2023 division, generalised). Must not know events.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from malisec import paths, raster

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import ArrayLike, NDArray

EARTH_KM = 6371.0088
#: the plane on which roads run straight: equidistant from the middle of the country, km; distances within Mali are right to within one
#: in a hundred
PROJECTION = "+proj=aeqd +lat_0=15 +lon_0=-4 +datum=WGS84 +units=km"
#: ring in km where the event's own radius is not given: exact and town points take the place's uncertainty
LEAST_RING = {"exact": 0.0, "town": 2.0, "area": 20.0, "region": 75.0}


@functools.cache
def _layer(name: str) -> gpd.GeoDataFrame:
    import geopandas as gpd

    return gpd.read_file(paths.home() / "data" / "geography" / f"{name}.geojson").set_crs("EPSG:4326", allow_override=True)


def regions(vintage: int = 2023) -> gpd.GeoDataFrame:
    """Return the outlines of Mali's regions.

    Parameters
    ----------
    vintage
        Year of the division: 2023 (19 regions and the District of Bamako) or 1991 (the eight regions and the District).

    Returns
    -------
    geopandas.GeoDataFrame
        ``region``, ``code`` (2023 only) and the outline in WGS 84. Indicative, for display and coarse assignment. Those of 1991 are
        put together from those of 2023 (`malisec.schema.OLD_OF`): two communes of Koulikoro that Bougouni took over lie in Sikasso.

    Raises
    ------
    ValueError
        For a vintage without outlines.

    Examples
    --------
    >>> len(regions(2023)), len(regions(1991))
    (20, 9)
    """
    if vintage == 2023:
        return _layer("regions_2023").copy()
    if vintage == 1991:
        return _older().copy()
    msg = f"outlines exist for vintages 2023 and 1991, found {vintage!r}"
    raise ValueError(msg)


@functools.cache
def _older() -> gpd.GeoDataFrame:
    # here, because the schema brings pandera, which points and distances do without
    from malisec import schema

    newer = _layer("regions_2023")
    named = newer.assign(region=newer["region"].map(lambda r: schema.OLD_OF.get(r, r)))
    return named.drop(columns="code").dissolve("region").reset_index()[["region", "geometry"]]


def rivers() -> gpd.GeoDataFrame:
    """Return the main rivers of Mali (Natural Earth 1:10m, generalised)."""
    return _layer("rivers").copy()


def lakes() -> gpd.GeoDataFrame:
    """Return Lac Débo (Natural Earth 1:10m, generalised)."""
    return _layer("lakes").copy()


def region_of(lon: ArrayLike, lat: ArrayLike, vintage: int = 2023) -> pd.Categorical:
    """Name the region each point lies in.

    Parameters
    ----------
    lon, lat
        Coordinates in degrees, same shape.
    vintage
        As for `regions`.

    Returns
    -------
    pandas.Categorical
        Region names; missing outside Mali.

    Examples
    --------
    >>> list(region_of([-8.0, 2.35], [12.64, 48.85]))
    ['Bamako', nan]
    """
    x, y = np.atleast_1d(np.asarray(lon, dtype=float)), np.atleast_1d(np.asarray(lat, dtype=float))
    outlines = regions(vintage)
    # a grid that is there already answers sooner than the outlines; its answers are theirs
    if x.size < FEW_POINTS and vintage not in _MADE:
        code = raster.inside([*outlines.geometry], x.ravel(), y.ravel())
    else:
        code = _grid(vintage).look_up(x.ravel(), y.ravel())
    return pd.Categorical.from_codes(code, categories=list(outlines["region"]))


#: points up to which asking the outlines themselves takes less time than making the grid
FEW_POINTS = 500_000


#: vintages whose grid this process holds
_MADE: set[int] = set()


@functools.cache
def _grid(vintage: int) -> raster.Grid:
    made = raster.grid([*regions(vintage).geometry])
    _MADE.add(vintage)
    return made


def prepare(vintage: int = 2023) -> None:
    """Make the grid of a vintage now: worth it for whoever is going to ask for many points, a part at a time."""
    _grid(vintage)


def distance_km(lon_a: ArrayLike, lat_a: ArrayLike, lon_b: ArrayLike, lat_b: ArrayLike) -> NDArray[np.float64]:
    """Great-circle distance by the haversine formula, within 0.5 % of the ellipsoid.

    Parameters
    ----------
    lon_a, lat_a, lon_b, lat_b
        Degrees; shapes must broadcast.

    Returns
    -------
    numpy.ndarray
        Kilometres.

    Examples
    --------
    >>> round(float(distance_km(-8.0, 12.64, -11.44, 14.45)))
    423
    """
    a, b = np.radians(np.asarray(lat_a, dtype=float)), np.radians(np.asarray(lat_b, dtype=float))
    dlon = np.radians(np.asarray(lon_b, dtype=float) - np.asarray(lon_a, dtype=float))
    h = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(dlon / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(h, 1.0))))


def plane(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
    """Put points on a plane, equidistant from the middle of the country (`PROJECTION`).

    Parameters
    ----------
    lon, lat
        Degrees, none missing.

    Returns
    -------
    numpy.ndarray
        Kilometres, of shape (n, 2).

    Examples
    --------
    >>> a, b = plane([-8.0, -11.44], [12.64, 14.45])
    >>> round(float(np.hypot(*(a - b))))
    423
    """
    import geopandas as gpd

    points = gpd.GeoSeries.from_xy(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float), crs="EPSG:4326")
    return points.to_crs(PROJECTION).get_coordinates().to_numpy()


def ring_km(precision: pd.Series, radius_km: pd.Series, uncertainty_km: pd.Series) -> pd.Series:
    """Radius of the ring within which an event must lie.

    Parameters
    ----------
    precision
        ``location_precision`` of each event.
    radius_km
        The event's own radius, missing where none is given.
    uncertainty_km
        Uncertainty of the place's point, missing without a place.

    Returns
    -------
    pandas.Series
        Kilometres: the event's own radius, else the larger of the place's uncertainty and the least ring of its
        precision (`LEAST_RING`). Missing where no place is known.
    """
    least = precision.map(LEAST_RING).astype("float64")
    widest = pd.concat([least, uncertainty_km], axis=1).max(axis=1)
    return radius_km.fillna(widest).where(uncertainty_km.notna())
