"""Where things lie: the region of a point, distances and rings, against libraries that others trust."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

import malisec as ms
from malisec import geography, schema

# Mali and a margin around it
LON, LAT = (-14.0, 6.0), (8.5, 26.5)
_IN_LON, _IN_LAT = st.floats(*LON), st.floats(*LAT)


def test_regions_are_the_twenty_of_the_law_with_whole_outlines():
    outlines = ms.regions(2023)
    assert sorted(outlines["region"]) == sorted(schema.REGIONS)
    assert outlines.geometry.is_valid.all()
    assert outlines.crs == "EPSG:4326"
    west, south, east, north = outlines.total_bounds
    assert LON[0] < west < east < LON[1]
    assert LAT[0] < south < north < LAT[1]


@pytest.mark.parametrize("vintage", [1990, 2016, 2024])
def test_division_without_outlines_is_refused_by_name(vintage):
    with pytest.raises(ValueError, match=f"2023 and 1991, found {vintage}"):
        ms.regions(vintage)
    with pytest.raises(ValueError, match=f"2023 and 1991, found {vintage}"):
        ms.region_of(-8.0, 12.64, vintage=vintage)


def test_changing_the_outlines_one_was_given_changes_nobody_elses():
    mine = ms.regions(2023)
    mine["region"] = "mine"
    assert "mine" not in set(ms.regions(2023)["region"])


def test_rivers_and_lakes_lie_in_the_picture():
    assert len(geography.rivers()) > 0
    assert len(geography.lakes()) > 0
    west, south, east, north = geography.rivers().total_bounds
    assert LON[0] - 4 < west < east < LON[1] + 4
    assert LAT[0] - 4 < south < north < LAT[1] + 4


def test_region_of_many_points_agrees_with_a_spatial_join():
    random = np.random.default_rng(20250701)
    # a point in each region as well: chance leaves out the small ones
    each = ms.regions(2023).representative_point()
    lon = np.append(random.uniform(*LON, 4000), each.x)
    lat = np.append(random.uniform(*LAT, 4000), each.y)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")
    joined = gpd.sjoin(points, ms.regions(2023), predicate="within")["region"]
    found = pd.Series(ms.region_of(lon, lat)).astype(object)
    # generalised outlines may overlap by a hair: then either of the two is right
    right = joined.groupby(level=0).agg(set).reindex(found.index)
    assert found.isna().equals(right.isna())
    assert all(region in right[i] for i, region in found.dropna().items())
    assert found.isna().sum() > 1000
    assert found.nunique() == 20


def test_every_place_of_mali_lies_in_or_close_to_the_region_it_names():
    places = ms.load().places
    places = places[(places["country"] == "ML") & places["region_2023"].notna()]
    found = pd.Series(ms.region_of(places["lon"], places["lat"])).astype(object)
    agree = found.to_numpy() == places["region_2023"].to_numpy()
    assert agree.mean() > 0.9


def test_one_point_no_points_and_unknown_points_are_answered():
    assert list(ms.region_of(-8.0, 12.64)) == ["Bamako"]
    assert len(ms.region_of([], [])) == 0
    assert pd.isna(ms.region_of([np.nan, -8.0], [12.64, np.nan])).all()
    assert pd.isna(ms.region_of([2.35], [48.85])).all()


def test_point_on_an_outline_is_in_a_region():
    lon, lat = ms.regions(2023).geometry.iloc[0].exterior.coords[0]
    assert not pd.isna(ms.region_of([lon], [lat])).any()


@given(_IN_LON, _IN_LAT, _IN_LON, _IN_LAT)
def test_distance_agrees_with_the_ellipsoid_within_0_6_percent(lon_a, lat_a, lon_b, lat_b):
    metres = pyproj.Geod(ellps="WGS84").inv(lon_a, lat_a, lon_b, lat_b)[2]
    assert geography.distance_km(lon_a, lat_a, lon_b, lat_b) == pytest.approx(metres / 1000, rel=0.006, abs=1e-6)


@given(_IN_LON, _IN_LAT, _IN_LON, _IN_LAT)
def test_distance_is_the_same_both_ways_and_nothing_to_itself(lon_a, lat_a, lon_b, lat_b):
    assert geography.distance_km(lon_a, lat_a, lon_b, lat_b) == pytest.approx(geography.distance_km(lon_b, lat_b, lon_a, lat_a))
    assert geography.distance_km(lon_a, lat_a, lon_a, lat_a) == 0


def test_distance_to_the_other_side_of_the_earth_is_a_number():
    assert geography.distance_km(0, 0, 180, 0) == pytest.approx(np.pi * geography.EARTH_KM)
    assert np.isnan(geography.distance_km(np.nan, 0, 1, 1))


def test_distances_from_one_place_to_many_come_at_once():
    assert geography.distance_km([-8.0, -11.44], [12.64, 14.45], -8.0, 12.64).tolist() == pytest.approx([0, 422], abs=1)


# --- rings ---


@pytest.mark.parametrize(
    ("precision", "own", "of_place", "ring"),
    [
        ("exact", None, 0.5, 0.5),
        ("exact", None, 5, 5),
        ("town", None, 0.5, 2),
        ("town", None, 5, 5),
        ("area", None, 5, 20),
        ("area", None, 40, 40),
        ("region", None, 5, 75),
        ("region", None, 300, 300),
        ("area", 8, 5, 8),
        ("area", 60, 5, 60),
        ("unknown", None, None, None),
        ("unknown", 30, None, None),
    ],
)
def test_ring_is_the_events_own_or_the_widest_that_is_known(precision, own, of_place, ring):
    series = [pd.Series([precision], dtype="str"), pd.Series([own], dtype="float64"), pd.Series([of_place], dtype="float64")]
    found = geography.ring_km(*series).iloc[0]
    assert (None if pd.isna(found) else found) == ring


def test_every_located_event_has_a_ring_that_is_not_narrower_than_its_place_allows():
    case = ms.load()
    known = case.events.merge(case.places[["place_id", "uncertainty_km"]], on="place_id")
    assert (known["ring_km"] > 0).all()
    by_place = known[known["radius_km"].isna()]
    assert (by_place["ring_km"] >= by_place["uncertainty_km"]).all()


def test_less_precise_events_have_wider_least_rings():
    rings = [geography.LEAST_RING[p] for p in ("exact", "town", "area", "region")]
    assert rings == sorted(rings)
    assert set(geography.LEAST_RING) == set(schema.TABLES["events"].columns["location_precision"].metadata["allowed"]) - {"unknown"}


def test_regions_of_1991_cover_the_same_land_and_share_no_more_than_borders():
    newer, older = ms.regions(2023), ms.regions(1991)
    assert set(older["region"]) == set(schema.OLD_REGIONS)
    assert older.geometry.is_valid.all()
    land = newer.union_all()
    # degrees are as good as any unit to see that nothing is lost or counted twice
    assert older.union_all().symmetric_difference(land).area < 1e-6
    assert sum(shape.area for shape in older.geometry) == pytest.approx(land.area, rel=1e-6)


def test_points_lie_in_the_region_of_1991_that_theirs_of_2023_came_from():
    assert list(ms.region_of([-9.58, -3.0], [15.23, 14.35], vintage=2023)) == ["Nioro", "Bandiagara"]
    assert list(ms.region_of([-9.58, -3.0], [15.23, 14.35], vintage=1991)) == ["Kayes", "Mopti"]
