"""Which outline a point lies in, for millions of points: a grid answers, and only cells that an outline crosses ask the outline itself.

Answers are those of the exact test, point by point. Knows outlines; must not know what they stand for.
"""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

#: degrees of a cell
CELL = 0.01
#: in place of an outline's number: no outline, or a cell to be asked exactly
NOWHERE, ASK = -1, -2
#: points taken at one time, so that what is reckoned in between stays small
_PART = 1 << 18


def in_parts(n: int, work: Callable[[slice], None], size: int = _PART, workers: int = 2) -> None:
    """Do a work on n rows part by part, so that what it needs in between does not grow with them.

    Parameters
    ----------
    n
        Rows.
    work
        Is given the slice of rows to work on.
    size
        Rows of a part.
    workers
        Threads; numpy lets others work while it reckons.
    """
    parts = [slice(start, start + size) for start in range(0, n, size)]
    if len(parts) > 1:
        with ThreadPoolExecutor(workers) as pool:
            # the list raises what a part raised
            list(pool.map(work, parts))
    elif parts:
        work(parts[0])


def inside(shapes: Sequence[Any], x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int8]:
    """Return the number of the first outline that holds each point, border included, or `NOWHERE`.

    Parameters
    ----------
    shapes
        Polygons; at most 127.
    x, y
        Coordinates, one-dimensional. Missing ones lie nowhere.
    """
    import shapely

    code = np.full(x.shape, NOWHERE, dtype=np.int8)
    for i, shape in enumerate(shapes):
        west, south, east, north = shape.bounds
        near = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north) & (code < 0))
        # intersects_xy also takes points on the border, so that no border point is lost
        code[near[shapely.intersects_xy(shape, x[near], y[near])]] = i
    return code


@dataclasses.dataclass(frozen=True)
class Grid:
    """Cells that know their outline.

    Attributes
    ----------
    west, south
        The corner where the cells begin; a rim of cells around them lies in no outline.
    cells
        Numbers of outlines, `NOWHERE` or `ASK`, by column and row.
    shapes
        The outlines.
    """

    west: float
    south: float
    cells: NDArray[np.int8]
    shapes: tuple[Any, ...]

    def look_up(self, x: NDArray[np.float64], y: NDArray[np.float64], workers: int = 2) -> NDArray[np.int8]:
        """Return what `inside` returns, for many points sooner.

        Parameters
        ----------
        x, y
            Coordinates, one-dimensional.
        workers
            Threads; numpy lets others work while it reckons.
        """
        found = np.empty(x.shape, dtype=np.int8)
        in_parts(len(x), lambda here: self._part(x[here], y[here], found[here]), workers=workers)
        return found

    def _part(self, x: NDArray[np.float64], y: NDArray[np.float64], out: NDArray[np.int8]) -> None:
        columns, rows = self.cells.shape
        index = _cell(x, self.west, columns)
        index *= rows
        index += _cell(y, self.south, rows)
        self.cells.ravel().take(index, out=out, mode="clip")
        ask = np.flatnonzero(out == ASK)
        if len(ask):
            out[ask] = inside(self.shapes, x[ask], y[ask])


def _cell(at: NDArray[np.float64], start: float, n: int) -> NDArray[np.uint32]:
    """Return the number of the cell; whatever lies outside, or is no number, falls into the rim."""
    # the cell before the first is the rim: what lies a little before it is cut off to nought
    with np.errstate(invalid="ignore"):
        number = ((at - (start - CELL)) * (1 / CELL)).astype(np.int32)
    # below nought and not a number become huge, and the rim behind the last cell takes them
    return np.minimum(number.view(np.uint32), np.uint32(n - 1))


def grid(shapes: Sequence[Any]) -> Grid:
    """Make the cells of some outlines.

    Parameters
    ----------
    shapes
        Polygons in degrees; at most 127.

    Returns
    -------
    Grid
        Cells that an outline crosses, and their neighbours, are asked exactly, so that no rounding decides.
    """
    import shapely

    west, south, east, north = shapely.total_bounds(np.array(shapes, dtype=object))
    west, south = np.floor([west / CELL, south / CELL]) * CELL
    columns, rows = (int(np.ceil((end - start) / CELL)) + 3 for start, end in ((west, east), (south, north)))
    border = np.zeros((columns, rows), dtype=bool)
    for shape in shapes:
        # points so close that no cell on the way is left out by more than its neighbours, which are taken as well
        line = shapely.get_coordinates(shapely.segmentize(shapely.boundary(shape), CELL / 2))
        border[_cell(line[:, 0], west, columns), _cell(line[:, 1], south, rows)] = True
    wide = border.copy()
    for step in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)):
        wide |= np.roll(border, step, (0, 1))
    cells = np.full((columns, rows), ASK, dtype=np.int8)

    def part(here: slice) -> None:
        column, row = np.nonzero(~wide[here])
        cells[here][column, row] = inside(shapes, west + (column + here.start - 0.5) * CELL, south + (row - 0.5) * CELL)

    in_parts(columns, part, size=64)
    return Grid(float(west), float(south), cells, tuple(shapes))
