"""The grid answers as the outlines do, point by point: on borders, corners and holes, outside, and for what is no number."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import malisec as ms
from malisec import geography, raster

SHAPES = [*ms.regions(2023).geometry]
GRID = raster.grid(SHAPES)


def same(x: np.ndarray, y: np.ndarray) -> bool:
    return bool((GRID.look_up(x, y) == raster.inside(SHAPES, x, y)).all())


def test_points_everywhere_get_the_answer_of_the_outlines():
    draw = np.random.default_rng(20250701)
    assert same(draw.uniform(-14, 6, 600_000), draw.uniform(8.5, 26.5, 600_000))


def test_points_on_the_outlines_and_a_hair_beside_them_do_as_well():
    corners = np.concatenate([shapely.get_coordinates(s) for s in SHAPES])
    edges = (corners[1:] + corners[:-1]) / 2
    for part in (corners, edges):
        for step in (0.0, 1e-12, -1e-12, 1e-6, -1e-6):
            assert same(part[:, 0] + step, part[:, 1] - step)


@settings(max_examples=200)
@given(st.floats(-15, 7), st.floats(8, 27))
def test_any_point_does(x, y):
    assert same(np.array([x]), np.array([y]))


def test_points_on_the_lines_between_cells_do():
    draw = np.random.default_rng(3)
    x = GRID.west + draw.integers(-5, GRID.cells.shape[0] + 5, 50_000) * raster.CELL
    y = GRID.south + draw.integers(-5, GRID.cells.shape[1] + 5, 50_000) * raster.CELL
    assert same(x, y)


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf, 1e12, -1e12, 180.0, -180.0, 0.0])
def test_what_lies_nowhere_lies_nowhere(odd):
    x, y = np.array([odd, -8.0, odd]), np.array([12.64, odd, odd])
    assert (GRID.look_up(x, y) == raster.inside(SHAPES, x, y)).all()
    assert GRID.look_up(x, y)[2] == raster.NOWHERE


def test_holes_slivers_and_several_parts_are_kept():
    ring = shapely.box(0, 0, 1, 1) - shapely.box(0.2, 0.2, 0.8, 0.8)
    speck = shapely.box(2.00001, 2.00001, 2.00002, 2.00002)
    shapes = [shapely.union(ring, shapely.box(3, 0, 4, 0.5)), speck, shapely.box(0.4, 0.4, 0.6, 0.6)]
    cells = raster.grid(shapes)
    draw = np.random.default_rng(5)
    x, y = draw.uniform(-1, 5, 100_000), draw.uniform(-1, 3, 100_000)
    x[:3], y[:3] = [2.000015, 0.5, 3.5], [2.000015, 0.5, 0.25]
    found = cells.look_up(x, y)
    assert (found == raster.inside(shapes, x, y)).all()
    assert found[:3].tolist() == [1, 2, 0]


def test_region_of_many_is_region_of_few(monkeypatch):
    draw = np.random.default_rng(7)
    x, y = draw.uniform(-14, 6, 3000), draw.uniform(8.5, 26.5, 3000)
    few = ms.region_of(x, y)
    monkeypatch.setattr(geography, "FEW_POINTS", 0)
    many = ms.region_of(x, y)
    assert isinstance(many, pd.Categorical)
    assert list(few.categories) == list(many.categories)
    assert (few.codes == many.codes).all()
    assert (ms.region_of(x, y, vintage=1991).codes == raster.inside([*ms.regions(1991).geometry], x, y)).all()


def test_no_points_are_no_trouble():
    assert len(GRID.look_up(np.array([]), np.array([]))) == 0
