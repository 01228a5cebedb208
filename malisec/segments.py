"""The nearest of some stretches of road, or of some points, for millions of points: a grid knows which can be the nearest in a cell.

Answers are those of asking every stretch, point by point. Knows stretches by number; must not know what they stand for.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np

from malisec import geography, raster

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: west, east, south, north of what is reckoned on the plane, in degrees: Mali and a margin, as far east as west of the plane's middle
BOX = (-13.0, 5.0, 9.5, 25.5)
#: in place of a number: no stretch, since the point is none
NOWHERE = -1
#: degrees of latitude beyond which nothing lies
POLE = 90.0
#: corner and side in km of the square on the plane that holds the box, and how often it is cut into four: cells of 8 km
_CORNER, _SIDE, _CUTS = (-1024.0, -768.0), 2048.0, 8
#: points taken at one time: on the plane so many that all that is reckoned stays in the cache, on the globe a matrix of all stretches
_PART, _GLOBE_PART = 1 << 14, 1 << 10
#: least gain, in square kilometres, for a stretch to take the place of one before it: equally near is what agrees to the millimetre
_GAIN = 1e-12
#: degree of the polynomials that stand for the projection: to a hundredth of a millimetre over the box
_DEGREE = 8


# --- the plane, for many points ------------------------------------------------------------------------------------
def flat(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Put points of the box on the plane, as `malisec.geography.plane` does but many times sooner.

    Parameters
    ----------
    lon, lat
        Degrees, one-dimensional, within `BOX`.

    Returns
    -------
    tuple of numpy.ndarray
        Kilometres east and north of the plane's middle, within a tenth of a millimetre of `malisec.geography.plane`.

    Examples
    --------
    >>> x, y = flat(np.array([-8.0]), np.array([12.64]))
    >>> bool(abs(np.column_stack([x, y]) - geography.plane([-8.0], [12.64])).max() < 1e-7)
    True
    """
    east, north = _polynomials()
    u, v = _unit(lon, BOX[0], BOX[1]), _unit(lat, BOX[2], BOX[3])
    square = u * u
    return _polynomial(east, square, v) * u, _polynomial(north, square, v)


def _unit(at: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    return np.asarray((at - (low + high) / 2) * (2 / (high - low)))


def _polynomial(rows: tuple[tuple[float, ...], ...], w: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float64]:
    """Reckon the polynomial in w whose coefficients are polynomials in v, by Horner's scheme and in place."""
    found, inner = np.zeros_like(v), np.empty_like(v)
    for row in reversed(rows):
        inner.fill(row[-1])
        for factor in reversed(row[:-1]):
            inner *= v
            inner += factor
        found *= w
        found += inner
    return found


@functools.cache
def _polynomials() -> tuple[tuple[tuple[float, ...], ...], tuple[tuple[float, ...], ...]]:
    """Fit the projection over the box: east is odd in the degrees from the plane's middle, north is even."""
    nodes = np.cos(np.pi * (np.arange(40) + 0.5) / 40)
    u, v = (a.ravel() for a in np.meshgrid(nodes, nodes))
    at = geography.plane((BOX[0] + BOX[1]) / 2 + u * (BOX[1] - BOX[0]) / 2, (BOX[2] + BOX[3]) / 2 + v * (BOX[3] - BOX[2]) / 2)

    def fit(values: NDArray[np.float64], odd: int) -> tuple[tuple[float, ...], ...]:
        # all terms up to a degree in both together
        powers = [(i, j) for i in range((_DEGREE - odd) // 2 + 1) for j in range(_DEGREE - odd - 2 * i + 1)]
        terms = np.column_stack([u ** (2 * i + odd) * v**j for i, j in powers])
        found = dict(zip(powers, np.linalg.lstsq(terms, values, rcond=None)[0].tolist(), strict=True))
        return tuple(tuple(found[i, j] for j in range(_DEGREE - odd - 2 * i + 1)) for i in range((_DEGREE - odd) // 2 + 1))

    return fit(at[:, 0], 1), fit(at[:, 1], 0)


# --- stretches -------------------------------------------------------------------------------------------------------
class Stretches:
    """Stretches of road, straight from an end to the other; a point is a stretch without length.

    Parameters
    ----------
    lon_a, lat_a, lon_b, lat_b
        Ends in degrees, one-dimensional; at least one stretch.

    Notes
    -----
    On the plane, a cell whose middle is m and whose corners are r away keeps each stretch with d(m, stretch) <= d(m, nearest) + 2 r. No
    other can be the nearest to a point p of the cell, since a distance changes by at most the way gone: d(p, other) >= d(m, other) - r >
    d(m, nearest) + r >= d(p, nearest). The few that are kept are reckoned for each point.
    """

    def __init__(
        self, lon_a: NDArray[np.float64], lat_a: NDArray[np.float64], lon_b: NDArray[np.float64], lat_b: NDArray[np.float64]
    ) -> None:
        self._ends = (lon_a, lat_a, lon_b, lat_b)
        #: the plane serves where all lies within the box
        self._on_plane = bool(np.all(_in_box(lon_a, lat_a) & _in_box(lon_b, lat_b)))
        a, b = geography.plane(lon_a, lat_a), geography.plane(lon_b, lat_b)
        self._a, self._d = a.T.copy(), (b - a).T.copy()
        length = (self._d**2).sum(axis=0)
        self._points = not length.any()
        self._per_square = np.divide(1.0, length, out=np.zeros_like(length), where=length > 0)

    def nearest(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Return the number of the nearest stretch of each point and how far it is.

        Parameters
        ----------
        lon, lat
            Degrees, one-dimensional.

        Returns
        -------
        tuple of numpy.ndarray
            Numbers, `NOWHERE` for what is no point on the globe, and kilometres, missing there. Of stretches that are equally near, to
            the millimetre, the first.
        """
        found, km = np.full(lon.shape, NOWHERE, dtype=np.int32), np.full(lon.shape, np.nan)
        # made here, so that not every thread makes them
        if self._on_plane and len(lon):
            _polynomials()
            _ = self._cells

        def part(here: slice) -> None:
            self._part(lon[here], lat[here], found[here], km[here])

        raster.in_parts(len(lon), part, _PART)
        return found, km

    def _part(self, lon: NDArray[np.float64], lat: NDArray[np.float64], found: NDArray[np.int32], km: NDArray[np.float64]) -> None:
        inside = _in_box(lon, lat) if self._on_plane else np.zeros(lon.shape, dtype=bool)
        if inside.all():
            found[:], km[:] = self._by_cell(lon, lat)
            return
        some = np.flatnonzero(inside)
        if len(some):
            found[some], km[some] = self._by_cell(lon[some], lat[some])
        others = np.flatnonzero(~inside & np.isfinite(lon) & (np.abs(lat) <= POLE))
        for start in range(0, len(others), _GLOBE_PART):
            few = others[start : start + _GLOBE_PART]
            found[few], km[few] = self._on_globe(lon[few], lat[few])

    # --- on the plane ---
    def _square(self, x: NDArray[np.float64], y: NDArray[np.float64], number: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the squared distance of points from a stretch each."""
        px, py = x - self._a[0].take(number), y - self._a[1].take(number)
        if not self._points:
            dx, dy = self._d[0].take(number), self._d[1].take(number)
            along = px * dx
            along += py * dy
            along *= self._per_square.take(number)
            np.clip(along, 0.0, 1.0, out=along)
            px -= along * dx
            py -= along * dy
        px *= px
        py *= py
        px += py
        return np.asarray(px)

    def _by_cell(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        first, start, kept = self._cells
        x, y = flat(lon, lat)
        per_km = (1 << _CUTS) / _SIDE
        # numbers as numpy counts itself: others are copied at each look-up
        cell = ((x - _CORNER[0]) * per_km).astype(np.intp)
        cell <<= _CUTS
        cell += ((y - _CORNER[1]) * per_km).astype(np.intp)
        number = first.take(cell)
        square = self._square(x, y, number)
        at, end = start.take(cell) + 1, start.take(cell + 1)
        more = np.flatnonzero(at < end)
        at, end, x, y, best, least = at.take(more), end.take(more), x.take(more), y.take(more), number.take(more), square.take(more)
        left = np.arange(len(more))
        while len(left):
            other = kept.take(at)
            far = self._square(x.take(left), y.take(left), other)
            nearer = np.flatnonzero(far < least.take(left) - _GAIN)
            best[left[nearer]], least[left[nearer]] = other[nearer], far[nearer]
            at += 1
            goes_on = np.flatnonzero(at < end)
            at, end, left = at.take(goes_on), end.take(goes_on), left.take(goes_on)
        number[more], square[more] = best, least
        return number, np.sqrt(square)

    @functools.cached_property
    def _cells(self) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
        """Return for each cell the first stretch it keeps, where those it keeps begin, and all that are kept."""
        number = np.arange(len(self._per_square), dtype=np.intp)
        cell = np.zeros(len(number), dtype=np.intp)
        for cut in range(_CUTS + 1):
            side = _SIDE / (1 << cut)
            column, row = cell >> cut, cell & ((1 << cut) - 1)
            x, y = (np.asarray(corner + (at + 0.5) * side, dtype=np.float64) for corner, at in zip(_CORNER, (column, row), strict=True))
            far = np.sqrt(self._square(x, y, number))
            begins = np.flatnonzero(np.diff(cell, prepend=-1))
            least = np.repeat(np.minimum.reduceat(far, begins), np.diff(np.append(begins, len(cell))))
            # corners are half the diagonal away; a metre more, so that no rounding decides
            keep = far <= least + np.sqrt(2) * side + 1e-3
            cell, number, column, row = cell[keep], number[keep], column[keep], row[keep]
            if cut < _CUTS:
                quarters = [((2 * column + i) << (cut + 1)) + 2 * row + j for i in (0, 1) for j in (0, 1)]
                cell, number = np.concatenate(quarters), np.tile(number, 4)
                # stable: within a cell the stretches stay in their order
                order = np.argsort(cell, kind="stable")
                cell, number = cell[order], number[order]
        start = np.searchsorted(cell, np.arange((1 << 2 * _CUTS) + 1)).astype(np.intp)
        return number[start[:-1]], start, number

    # --- on the globe ---
    @functools.cached_property
    def _vectors(self) -> tuple[NDArray[np.float64], ...]:
        """Return for each stretch its ends, its pole, and the poles of the half-globes that it begins and ends, as vectors."""
        a, b = _vector(*self._ends[:2]), _vector(*self._ends[2:])
        pole = np.cross(a, b)
        length = np.linalg.norm(pole, axis=1, keepdims=True)
        pole = np.divide(pole, length, out=np.zeros_like(pole), where=length > 0)
        return a, b, pole, np.cross(pole, a), np.cross(b, pole)

    def _on_globe(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        a, b, pole, after, before = self._vectors
        point = _vector(lon, lat)
        cosine = np.maximum(point @ a.T, point @ b.T)
        if not self._points:
            beside = (point @ after.T >= 0) & (point @ before.T >= 0) & pole.any(axis=1)
            across = np.sqrt(np.maximum(1 - (point @ pole.T) ** 2, 0))
            cosine = np.where(beside, across, cosine)
        # the first of those equal but for rounding, which is 30 cm for what is close at hand and far less for what is not
        number = (cosine >= cosine.max(axis=1, keepdims=True) - 1e-15).argmax(axis=1)
        lon_a, lat_a, lon_b, lat_b = (end[number] for end in self._ends)
        km = np.minimum(geography.distance_km(lon, lat, lon_a, lat_a), geography.distance_km(lon, lat, lon_b, lat_b))
        if not self._points:
            mine = beside[np.arange(len(number)), number]
            sine = np.abs((point * pole[number]).sum(axis=1))
            km = np.where(mine, geography.EARTH_KM * np.arcsin(np.minimum(sine, 1)), km)
        return number, km


def _in_box(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    west, east, south, north = BOX
    return np.asarray((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))


def _vector(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    lam, phi = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
