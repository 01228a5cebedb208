"""Many points as few bytes: places on a grid of 65,536 by 65,536, dates and categories in one number a point.

Knows numbers and bytes; ``assets/js/codec.js`` reads what is written here. Must not know maps or tables.
"""

from __future__ import annotations

import base64
import dataclasses
import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: the greatest latitude of Web Mercator, where its world is a square
MAX_LAT = 85.05112877980659
#: length of the equator in Web Mercator
WORLD_M = 2 * math.pi * 6378137.0
#: day of a point whose date nobody knows
UNKNOWN = -(2**31)
_TOP = 65535


@dataclasses.dataclass(frozen=True)
class Axis:
    """One axis of the grid: where it starts and how far apart its lines are, as parts of the Web Mercator world."""

    start: float
    step: float

    @classmethod
    def over(cls, values: NDArray[np.float64]) -> Axis:
        """Lay 65,536 lines over the extent of the values; a single line where they are all the same."""
        if not len(values):
            return cls(0.0, 0.0)
        least, most = float(values.min()), float(values.max())
        return cls(least, (most - least) / _TOP)

    def lines(self, values: NDArray[np.float64]) -> NDArray[np.uint16]:
        """Return the nearest line of each value."""
        if self.step == 0:
            return np.zeros(len(values), dtype=np.uint16)
        return np.clip(np.rint((values - self.start) / self.step), 0, _TOP).astype(np.uint16)


def mercator(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Project degrees to the Web Mercator world, which is 1 wide and 1 high, with its corner in the north-west.

    Examples
    --------
    >>> mercator(np.array([0.0]), np.array([0.0]))
    (array([0.5]), array([0.5]))
    """
    return (lon + 180.0) / 360.0, 0.5 - np.arctanh(np.sin(np.radians(lat))) / (2 * math.pi)


def _spread(values: NDArray[np.uint16]) -> NDArray[np.uint32]:
    """Put a zero bit before each bit."""
    out = values.astype(np.uint32)
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        out = (out | (out << np.uint32(shift))) & np.uint32(mask)
    return out


def morton(x: NDArray[np.uint16], y: NDArray[np.uint16]) -> NDArray[np.uint32]:
    """Interleave the bits of two numbers, so that points near each other mostly get numbers near each other.

    Examples
    --------
    >>> morton(np.array([3], dtype=np.uint16), np.array([1], dtype=np.uint16))
    array([7], dtype=uint32)
    """
    return _spread(x) | (_spread(y) << np.uint32(1))


def leb128(values: NDArray[np.uint32]) -> bytes:
    """Write numbers with seven bits a byte, the lowest first; the eighth bit says that more follow.

    Examples
    --------
    >>> leb128(np.array([1, 300], dtype=np.uint32)).hex(" ")
    '01 ac 02'
    """
    shifts = np.arange(0, 35, 7, dtype=np.uint64)
    groups = (values.astype(np.uint64)[:, None] >> shifts).astype(np.uint64)
    kept = groups > 0
    kept[:, 0] = True
    more = np.zeros_like(kept)
    more[:, :-1] = kept[:, 1:]
    return bytes(((groups & np.uint64(127)).astype(np.uint8) | (more.astype(np.uint8) << 7))[kept].tobytes())


def packed(numbers: NDArray[np.int64], count: int) -> dict[str, Any]:
    """Write whole numbers below `count` in as few whole bytes each as the greatest needs.

    Returns
    -------
    dict
        ``width`` in bytes, which is 0 where all numbers are 0, and ``bytes`` in base64, the lowest byte first.

    Examples
    --------
    >>> packed(np.array([1, 258]), 300)
    {'width': 2, 'bytes': 'AQACAQ=='}
    """
    width = (max(count - 1, 0).bit_length() + 7) // 8
    rows = np.ascontiguousarray(numbers, dtype="<u8").view(np.uint8).reshape(-1, 8)
    return {"width": width, "bytes": base64.b64encode(rows[:, :width].tobytes()).decode("ascii")}


def error_m(x: Axis, y: Axis, nearest_lat: float) -> float:
    """Return how far on the ground a point may lie from where it was, in metres.

    Parameters
    ----------
    x, y
        The grid.
    nearest_lat
        Latitude nearest to the equator, where a step of the grid is longest on the ground.
    """
    return math.hypot(x.step, y.step) / 2 * WORLD_M * math.cos(math.radians(nearest_lat))


def encode(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    days: NDArray[np.int64],
    category: NDArray[np.int64],
    categories: int,
) -> tuple[dict[str, Any], NDArray[np.intp]]:
    """Write points as JSON values.

    Parameters
    ----------
    lon, lat
        Degrees, within Web Mercator.
    days
        Days since 1970-01-01, or `UNKNOWN`.
    category
        Number of each point's category, from 0.
    categories
        How many categories there are, at least 1.

    Returns
    -------
    dict
        ``n``; ``x`` and ``y`` (start and step of the grid as parts of the Web Mercator world); ``places`` (differences of the sorted
        Morton codes, LEB128, base64); ``first`` (the earliest day), ``categories`` and ``codes`` (see `packed`): the days since the
        earliest and one more, 0 for unknown, times the number of categories, plus the category.
    numpy.ndarray
        The order of the points in it: rows of the input, sorted by place; those of one place stay in the order of their rows.

    Examples
    --------
    >>> data, order = encode(np.array([1.0, -1.0]), np.array([9.0, 9.0]), np.array([20000, UNKNOWN]), np.array([0, 0]), 1)
    >>> order.tolist(), data["places"], data["codes"]
    ([1, 0], 'ANWq1aoF', {'width': 1, 'bytes': 'AAE='})
    """
    world = mercator(lon, lat)
    x, y = (Axis.over(values) for values in world)
    codes = morton(x.lines(world[0]), y.lines(world[1]))
    order = np.argsort(codes, kind="stable")
    steps = np.diff(codes[order], prepend=np.uint32(0)).astype(np.uint32)
    known = days != UNKNOWN
    first = int(days[known].min()) if known.any() else 0
    since = np.where(known, days - first + 1, 0)
    spans = int(since.max(initial=0)) + 1
    return {
        "n": len(lon),
        "x": [x.start, x.step],
        "y": [y.start, y.step],
        "places": base64.b64encode(leb128(steps)).decode("ascii"),
        "first": first,
        "categories": categories,
        "codes": packed((since * categories + category)[order], spans * categories),
    }, order
