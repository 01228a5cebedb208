"""The nearest road and place are those of asking each one, by the geodesic and by geopandas; what is no point has none."""

from __future__ import annotations

import functools

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

import malisec as ms
from malisec import geography, nearest, raster, segments, space

GEOD = pyproj.Geod(ellps="WGS84")
CASE = ms.load()
NARROW = CASE.places[~CASE.places["kind"].isin(nearest.WIDE)]
#: km by which a straight line on the plane leaves the geodesic between the same stops
AWRY = 0.04
WEST, EAST, SOUTH, NORTH = segments.BOX
anywhere = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
in_mali = st.tuples(st.floats(-12.5, 4.5), st.floats(10, 25.2))


@functools.cache
def on_the_way() -> pd.DataFrame:
    """Return points along the geodesics between the stops of each road, not more than 250 m from one to the next."""
    stops = nearest.halts(CASE.corridors, CASE.places)
    parts = []
    for road, mine in stops.groupby("corridor_id"):
        for a, b in zip(mine.itertuples(), mine.iloc[1:].itertuples(), strict=False):
            steps = int(GEOD.inv(a.lon, a.lat, b.lon, b.lat)[2] / 250) + 1
            points = [(a.lon, a.lat), *GEOD.npts(a.lon, a.lat, b.lon, b.lat, steps), (b.lon, b.lat)]
            parts.append(pd.DataFrame(points, columns=["lon", "lat"]).assign(corridor_id=road))
    return pd.concat(parts, ignore_index=True)


def geodesic_km(point: tuple[float, float], others: pd.DataFrame) -> pd.Series:
    n = len(others)
    metres = GEOD.inv(np.full(n, point[0]), np.full(n, point[1]), others["lon"].to_numpy(), others["lat"].to_numpy())[2]
    return pd.Series(metres / 1000, index=others.index)


def scattered(n: int, seed: int = 20250701) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    return draw.uniform(-12.5, 4.5, n), draw.uniform(10, 25.2, n)


# --- against the geodesic ---


@settings(max_examples=150, deadline=None)
@given(st.one_of(in_mali, anywhere))
@example((WEST, SOUTH))
@example((EAST, NORTH))
@example((172.0, -14.0))
@example((0.0, 90.0))
def test_no_other_place_is_nearer_by_the_geodesic(point):
    found = ms.nearest_place(*point).iloc[0]
    km = geodesic_km(point, NARROW).set_axis(NARROW["place_id"])
    assert km[found["place_id"]] <= km.min() * 1.012 + 1e-3
    assert found["km"] == pytest.approx(km[found["place_id"]], rel=0.006, abs=1e-3)


@settings(max_examples=60, deadline=None)
@given(st.one_of(in_mali, anywhere))
@example((WEST, SOUTH))
@example((EAST, NORTH))
@example((172.0, -14.0))
@example((0.0, -90.0))
def test_no_other_road_is_nearer_by_the_geodesic(point):
    found = ms.nearest_corridor(*point).iloc[0]
    km = geodesic_km(point, on_the_way()).groupby(on_the_way()["corridor_id"]).min()
    # the points are 250 m apart, so that the road may be nearer than the nearest of them by an eighth of a kilometre
    assert km[found["corridor_id"]] <= km.min() * 1.012 + AWRY + 0.125
    assert found["km"] == pytest.approx(km[found["corridor_id"]], rel=0.006, abs=AWRY + 0.125)


@settings(max_examples=100, deadline=None)
@given(st.one_of(in_mali, anywhere))
def test_distance_to_bamako_is_the_geodesic_to_within_six_in_a_thousand(point):
    seat = CASE.places[CASE.places["place_id"] == "bamako"]
    assert float(ms.bamako_km(*point)) == pytest.approx(geodesic_km(point, seat).iloc[0], rel=0.006, abs=1e-6)


# --- against what people use instead ---


@functools.cache
def on_plane() -> tuple[np.ndarray, np.ndarray, gpd.GeoDataFrame]:
    lon, lat = scattered(20_000)
    # stops and places themselves, where distances are none and roads meet
    lon, lat = np.append(lon, CASE.places["lon"]), np.append(lat, CASE.places["lat"])
    return lon, lat, gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326").to_crs(geography.PROJECTION)


def same(found: pd.DataFrame, joined: gpd.GeoDataFrame, name: str) -> None:
    """Compare with a join that names all that are equally near."""
    theirs = joined.groupby(level=0)
    assert found["km"].to_numpy() == pytest.approx(theirs["km"].min().to_numpy(), abs=1e-6)
    alike = joined[name].to_numpy() == found[name].astype(object).to_numpy()[joined.index]
    other = ~pd.Series(alike).groupby(joined.index.to_numpy()).any()
    # where the join knows no tie but the millimetre does, our id is one that is as near
    assert not other.any()


def test_roads_are_those_of_sjoin_nearest_on_projected_points():
    lon, lat, points = on_plane()
    stops = space.stops(CASE.corridors, CASE.places)
    ways = {road: shapely.LineString(mine[["x", "y"]].to_numpy()) for road, mine in stops.groupby("corridor_id")}
    lines = gpd.GeoDataFrame({"corridor_id": list(ways)}, geometry=list(ways.values()), crs=geography.PROJECTION)
    same(ms.nearest_corridor(lon, lat), gpd.sjoin_nearest(points, lines, distance_col="km"), "corridor_id")


def test_places_are_those_of_sjoin_nearest_on_projected_points():
    lon, lat, points = on_plane()
    sites = gpd.GeoDataFrame(NARROW[["place_id"]], geometry=gpd.points_from_xy(NARROW["lon"], NARROW["lat"]), crs="EPSG:4326")
    same(ms.nearest_place(lon, lat), gpd.sjoin_nearest(points, sites.to_crs(geography.PROJECTION), distance_col="km"), "place_id")


def test_the_nearest_road_of_an_event_is_as_far_as_the_page_on_roads_says():
    events = CASE.events.dropna(subset=["lat", "lon"]).assign(ring_km=1e5)
    away = space.along(events, CASE.corridors, CASE.places).groupby("event_id", sort=False)["away_km"].min()
    found = ms.nearest_corridor(events["lon"], events["lat"])
    assert found["km"].to_numpy() == pytest.approx(away[events["event_id"]].to_numpy(), abs=1e-6)


def test_distance_to_bamako_is_that_of_the_events():
    events = CASE.events
    assert (
        ms.bamako_km(events["lon"], events["lat"]).tolist()
        == pytest.approx(space.from_capital(events, CASE.places).tolist(), nan_ok=True, abs=0)
    )  # fmt: skip
    assert np.isnan(ms.bamako_km(-8.0, 12.6, CASE.places[CASE.places["place_id"] != "bamako"]))


# --- the grid asks no fewer than it must ---


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 40), st.booleans())
def test_cells_keep_whatever_can_be_the_nearest(seed, n, points):
    draw = np.random.default_rng(seed)
    lon_a, lat_a = draw.uniform(WEST, EAST, n), draw.uniform(SOUTH, NORTH, n)
    lon_b, lat_b = (lon_a, lat_a) if points else (draw.uniform(WEST, EAST, n), draw.uniform(SOUTH, NORTH, n))
    stretches = segments.Stretches(lon_a, lat_a, lon_b, lat_b)
    lon, lat = draw.uniform(WEST, EAST, 500), draw.uniform(SOUTH, NORTH, 500)
    number, km = stretches.nearest(lon, lat)
    a, b, p = geography.plane(lon_a, lat_a), geography.plane(lon_b, lat_b), geography.plane(lon, lat)
    away = np.stack(
        [shapely.distance(shapely.points(p), shapely.LineString([a[i], b[i]]) if not points else shapely.Point(a[i])) for i in range(n)]
    )
    assert km == pytest.approx(away.min(axis=0), abs=1e-6)
    assert away[number, np.arange(500)] == pytest.approx(away.min(axis=0), abs=1e-6)


def test_points_of_the_box_lie_where_the_projection_puts_them():
    draw = np.random.default_rng(1)
    lon, lat = draw.uniform(WEST, EAST, 20_000), draw.uniform(SOUTH, NORTH, 20_000)
    lon, lat = np.append(lon, [WEST, EAST, WEST, EAST]), np.append(lat, [SOUTH, SOUTH, NORTH, NORTH])
    assert np.column_stack(segments.flat(lon, lat)) == pytest.approx(geography.plane(lon, lat), abs=1e-7)


def test_answers_do_not_jump_at_the_edge_of_the_box():
    lat = np.linspace(SOUTH, NORTH, 200)
    for edge, out in ((WEST, -1e-9), (EAST, 1e-9)):
        inside, outside = (ms.nearest_place(np.full(200, edge + step), lat) for step in (0, out))
        assert inside["km"].to_numpy() == pytest.approx(outside["km"].to_numpy(), rel=0.006)


def test_places_beyond_the_box_are_found_on_the_sphere():
    far = pd.DataFrame({"place_id": ["paris", "bamako"], "lon": [2.35, -8.0], "lat": [48.85, 12.64]})
    found = ms.nearest_place([-8.0, 2.0, 170.0], [13.0, 47.0, 80.0], far)
    assert found["place_id"].tolist() == ["bamako", "paris", "paris"]
    km = [GEOD.inv(*p)[2] / 1000 for p in ((-8.0, 13.0, -8.0, 12.64), (2.0, 47.0, 2.35, 48.85), (170.0, 80.0, 2.35, 48.85))]
    assert found["km"].tolist() == pytest.approx(km, rel=0.006)


# --- the order of points, and what is none ---


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(in_mali, anywhere, st.just((np.nan, 12.0))), min_size=1, max_size=60), st.randoms(use_true_random=False))
def test_points_in_another_order_get_the_same_answers_in_that_order(points, random):
    order = list(range(len(points)))
    random.shuffle(order)
    lon, lat = np.array(points).T
    for ask in (ms.nearest_corridor, ms.nearest_place):
        one, other = ask(lon, lat), ask(lon[order], lat[order])
        pd.testing.assert_frame_equal(one.iloc[order].reset_index(drop=True), other)


def test_many_points_get_the_answers_of_few(monkeypatch):
    lon, lat = scattered(3 * segments._PART)
    many = ms.nearest_corridor(lon, lat), ms.nearest_place(lon, lat), ms.bamako_km(lon, lat)
    monkeypatch.setattr(segments, "_PART", 1000)
    pd.testing.assert_frame_equal(many[0], ms.nearest_corridor(lon, lat))
    pd.testing.assert_frame_equal(many[1], ms.nearest_place(lon, lat))
    some = slice(None, None, 997)
    assert many[2][some].tolist() == ms.bamako_km(lon[some], lat[some]).tolist()


@pytest.mark.parametrize("odd", [(np.nan, 12.0), (-8.0, np.nan), (np.inf, 12.0), (-8.0, -np.inf), (-8.0, 91.0), (-8.0, -1e9)])
def test_what_is_no_point_has_no_nearest(odd):
    lon, lat = np.array([-8.0, odd[0], 2.35]), np.array([12.64, odd[1], 48.85])
    for ask in (ms.nearest_corridor, ms.nearest_place):
        found = ask(lon, lat)
        assert found.isna().to_numpy().tolist() == [[False] * 2, [True] * 2, [False] * 2]
        assert ask(*odd).isna().all(axis=None)
    assert np.isnan(ms.bamako_km(lon, lat)).tolist() == [False, True, False]


def test_degrees_beyond_the_date_line_are_the_same_points():
    one, other = ms.nearest_place([-8.0, 190.0], [12.64, 0.0]), ms.nearest_place([352.0, -170.0], [12.64, 0.0])
    assert one["place_id"].tolist() == other["place_id"].tolist()
    assert one["km"].to_numpy() == pytest.approx(other["km"].to_numpy(), rel=0.01)


# --- forms ---


def test_one_point_many_points_and_none():
    assert ms.nearest_corridor(-8.0, 14.0).shape == (1, 2)
    assert ms.bamako_km(-8.0, 14.0).shape == ()
    assert ms.bamako_km([[-8.0], [-7.0]], [[12.0, 13.0, 14.0]]).shape == (2, 3)
    for ask, name in ((ms.nearest_corridor, "corridor_id"), (ms.nearest_place, "place_id")):
        none = ask([], [])
        assert list(none.columns) == [name, "km"]
        assert len(none) == 0
        assert none.dtypes.tolist() == ask(-8.0, 12.0).dtypes.tolist()
        assert isinstance(none[name].dtype, pd.CategoricalDtype)
    assert ms.bamako_km([], []).shape == (0,)


def test_series_keep_their_rows():
    events = CASE.events.dropna(subset=["lat"]).iloc[5:9]
    assert ms.nearest_corridor(events["lon"], events["lat"]).index.equals(events.index)
    with pytest.raises(ValueError, match="same index"):
        ms.nearest_place(events["lon"], events["lat"].iloc[::-1])


@pytest.mark.parametrize(("lon", "lat"), [([1.0, 2.0], [1.0]), ([[1.0]], [[1.0]]), (1.0, [1.0, 2.0])])
def test_coordinates_that_do_not_belong_together_are_refused(lon, lat):
    for ask in (ms.nearest_corridor, ms.nearest_place):
        with pytest.raises(ValueError, match="same length, found shapes"):
            ask(lon, lat)


def test_own_tables_are_asked_in_place_of_the_shipped_ones():
    places = pd.DataFrame({"place_id": ["a", "b", "c"], "lon": [-8.0, -7.0, np.nan], "lat": [12.0, 12.0, 12.0]})
    roads = pd.DataFrame({"corridor_id": ["r", "r", "s"], "seq": [1, 2, 1], "place_id": ["a", "b", "a"]})
    assert ms.nearest_place([-7.9, -7.1], [12.0, 12.0], places)["place_id"].tolist() == ["a", "b"]
    # the second road is a point on the first, which comes before it
    assert ms.nearest_corridor([-7.9, -8.1], [12.0, 12.0], roads, places)["corridor_id"].tolist() == ["r", "r"]
    alone = ms.nearest_corridor(-7.0, 12.0, roads[roads["corridor_id"] == "s"], places)
    assert alone["km"].iloc[0] == pytest.approx(GEOD.inv(-8, 12, -7, 12)[2] / 1000, rel=0.006)
    with pytest.raises(KeyError):
        ms.nearest_corridor(-7.0, 12.0, roads.assign(place_id="nowhere"), places)


def test_empty_tables_have_nothing_near():
    assert ms.nearest_place([-8.0, -7.0], [12.0, 12.0], CASE.places.iloc[:0]).isna().all(axis=None)
    assert ms.nearest_corridor(-8.0, 12.0, CASE.corridors.iloc[:0], CASE.places).isna().all(axis=None)


def test_roads_that_run_together_are_told_by_the_first():
    kati = CASE.places.set_index("place_id").loc["kati"]
    found = ms.nearest_corridor(kati["lon"], kati["lat"])
    assert found["corridor_id"].tolist() == ["bamako-dakar"]
    assert found["km"].iloc[0] == pytest.approx(0, abs=1e-3)


def test_what_fails_in_a_part_is_not_lost():
    def work(here: slice) -> None:
        if here.start:
            msg = "in the second part"
            raise RuntimeError(msg)

    with pytest.raises(RuntimeError, match="second part"):
        raster.in_parts(10, work, size=5)
