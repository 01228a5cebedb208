"""What the tables do not know: the methods on data whose answer is known, and what the page says counted again from the files."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import malisec as ms
import recount
from malisec import gaps, geography, i18n, trends
from malisec.exhibit import plain

CASE = ms.load()
SHOWN = (
    ms.listing.precision,
    ms.charts.tolls_known,
    ms.charts.unknown_tolls,
    ms.charts.region_years,
    ms.listing.silences,
    ms.charts.source_languages,
    ms.listing.source_kinds,
    ms.charts.one_voice,
    ms.charts.silence,
)


# --- methods ---
def test_share_of_few_is_no_share():
    found = trends.shares(pd.Series([True, False] * 5), pd.Series(["many"] * 6 + ["few"] * 4))
    assert found.loc["few", ["events", "some"]].tolist() == [4, 2]
    assert found.loc["few", ["share", "low", "high"]].isna().all()
    # Wilson's interval of 3 in 6, from the formula
    assert found.loc["many", ["low", "high"]].tolist() == pytest.approx([0.18762, 0.81238], abs=1e-4)


def test_intervals_of_shares_hold_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(3)
    group = np.repeat(np.arange(400), 30)
    found = trends.shares(pd.Series(rng.random(len(group)) < 0.15), pd.Series(group))
    assert 0.92 <= ((found["low"] <= 0.15) & (found["high"] >= 0.15)).mean() <= 0.985


def scattered(seed: int, chance: np.ndarray | float = 0.15, n: int = 150) -> pd.DataFrame:
    """Return events over two parts of the country, those in the west in other years than those in the east."""
    rng = np.random.default_rng(seed)
    west = np.arange(n) < n // 2
    return pd.DataFrame(
        {
            "lon": np.where(west, -9, 0) + rng.uniform(-2, 2, n),
            "lat": 15 + rng.uniform(-2, 2, n),
            "location_precision": "town",
            "ring_km": 2.0,
            "date": pd.to_datetime(np.where(west, "2015-01-01", "2024-01-01")),
            "independent_sources": np.where(rng.random(n) < chance, 1, 3),
        }
    )


def test_single_voices_scattered_at_random_are_seldom_found_together():
    found = [gaps.clustering(scattered(s), shuffles=99) for s in range(100)]
    assert np.mean([f["as_high"] < 5 for f in found]) <= 0.11
    assert np.mean([f["as_high_in_years"] < 5 for f in found]) <= 0.11


def test_single_voices_planted_together_are_found():
    def planted(seed: int) -> pd.DataFrame:
        events = scattered(seed, 0.05)
        near = np.hypot(events["lon"] - events["lon"][0], events["lat"] - events["lat"][0]) < 1.2
        events.loc[near, "independent_sources"] = 1
        return events

    found = [gaps.clustering(planted(s), shuffles=99) for s in range(30)]
    assert np.mean([f["as_high"] < 5 for f in found]) >= 0.9
    assert np.mean([f["as_high_in_years"] < 5 for f in found]) >= 0.9
    assert all(f["beside_one"] > f["beside_others"] for f in found)


def test_years_searched_less_look_like_places_until_shuffled_within_years():
    chance = np.where(np.arange(150) < 75, 0.05, 0.45)
    found = [gaps.clustering(scattered(s, chance), shuffles=99) for s in range(40)]
    assert np.mean([f["as_high"] < 5 for f in found]) >= 0.9
    assert np.mean([f["as_high_in_years"] < 5 for f in found]) <= 0.2


def test_shuffles_leave_the_generator_of_others_as_it_was_and_give_the_same_twice():
    np.random.seed(11)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    one = gaps.clustering(CASE.events)
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002
    np.random.seed(12)  # noqa: NPY002
    assert gaps.clustering(CASE.events) == one


def test_events_at_one_place_are_neighbours():
    events = pd.concat([scattered(1)] * 2, ignore_index=True).assign(independent_sources=lambda f: np.where(f.index % 75 < 8, 1, 3))
    found = gaps.clustering(events, neighbours=1)
    assert (found["beside_one"], found["beside_others"]) == (1, 0)


def test_gap_between_neighbours_is_moran_in_other_words():
    found = gaps.clustering(CASE.events)
    share = found["one"] / found["events"]
    gap = found["beside_one"] - found["beside_others"]
    # with as many neighbours each, I = (n1 n0 / n²) gap / (p (1 - p)), which is the gap itself
    assert found["moran"] == pytest.approx(gap)
    assert 0 < share < 1


def test_cells_cover_the_country_and_nothing_else():
    cells = gaps.cells()
    regions = geography.regions(2023)
    # an equal-area projection and the ellipsoid, which our sphere is within 1 % of
    area = regions.to_crs("EPSG:6933").set_index("region").area / 1e6
    assert cells["km2"].sum() == pytest.approx(area.sum(), rel=0.01)
    by = cells.groupby("region")["km2"].sum()
    large = area[area > 20_000]
    assert by[large.index].tolist() == pytest.approx(large.tolist(), rel=0.02)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 500), st.integers(0, 60))
def test_another_event_never_makes_the_silence_larger(first, more):
    few, many = gaps.distances(CASE.events[:first], 1.0), gaps.distances(CASE.events[: first + more], 1.0)
    assert (many["any_km"].fillna(1e9) <= few["any_km"].fillna(1e9)).all()
    assert (many["one_km"].fillna(1e9) <= few["one_km"].fillna(1e9)).all()
    assert not (many["any_km"] > many["one_km"]).any()


def test_events_known_by_region_only_break_no_silence():
    events = CASE.events.assign(location_precision="region")
    assert gaps.distances(events, 1.0)["any_km"].isna().all()
    assert math.isnan(gaps.beyond(gaps.distances(events, 1.0), 50))


def test_longest_silence_counts_whole_months_from_the_first_to_the_last():
    events = pd.DataFrame(
        {
            "region_2023": "Kayes",
            "date": pd.to_datetime(["2012-03-05", "2012-07-01", "2013-01-30"]),
            "date_precision": ["day", "month", "week"],
        }
    )
    found = gaps.silences(events, pd.Timestamp("2013-04-02"))
    row = found.loc["Kayes"]
    # the week runs into February
    assert (row["events"], row["months"], row["of"], row["longest"]) == (3, 4, 16, 5)
    assert (str(row["first"]), str(row["last"])) == ("2012-08", "2012-12")
    assert found.loc["Kita", "longest"] == 16


# --- the page, counted again ---
def nearest(cell: tuple[float, float], points: list[tuple[float, float]]) -> float:
    """Return the distance by the law of cosines, another formula than ours."""
    x, y = (math.radians(v) for v in cell)
    best = -1.0
    for lon, lat in points:
        a, b = math.radians(lon), math.radians(lat)
        best = max(best, math.sin(y) * math.sin(b) + math.cos(y) * math.cos(b) * math.cos(x - a))
    return 6371.0 * math.acos(min(1.0, best))


def far_again(points: list[tuple[float, float]], km: float) -> float:
    """Return the share of Mali farther than so many km, by the middles of cells that lie inside."""
    path = recount.ROOT / "data/geography/regions_2023.geojson"
    shapes = [shapely.geometry.shape(f["geometry"]) for f in json.loads(path.read_text(encoding="utf-8"))["features"]]
    mali = shapely.union_all(shapes)
    shapely.prepare(mali)
    far = total = 0.0
    for i in range(-50, 20):
        for j in range(40, 101):
            cell = (i / 4 + 0.125, j / 4 + 0.125)
            if mali.contains(shapely.Point(cell)):
                size = math.cos(math.radians(cell[1]))
                total += size
                far += size * (nearest(cell, points) > km)
    return far / total


def test_headline_counts_tolls_voices_and_land_as_the_files_do():
    finding = ms.findings.unknown(CASE)
    events = recount.rows("data/events.csv")
    nobody = sum(e["event_id"] not in recount.tolls() and e["shared_toll_id"] not in recount.tolls() for e in events)
    origin = {s["source_id"]: s["origin"] or s["publisher"] for s in recount.rows("data/sources.csv")}
    pages: dict[str, set[str]] = {}
    for c in recount.rows("data/claims.csv"):
        pages.setdefault(c["event_id"] or c["shared_toll_id"], set()).update(c["source_ids"].split())
    behind = [set(e["source_ids"].split()) | pages.get(e["event_id"], set()) | pages.get(e["shared_toll_id"], set()) for e in events]
    single = sum(len({origin[i] for i in ids}) == 1 for ids in behind)
    places = {p["place_id"]: (float(p["lon"]), float(p["lat"])) for p in recount.rows("data/places.csv")}
    points = sorted({places[e["place_id"]] for e in events if e["location_precision"] != "region"})
    n, all_, m, share, km = recount.numbers(finding.title.replace("one voice", ""))
    assert (n, all_, m, km) == (nobody, len(events), single, 100)
    assert share == pytest.approx(100 * far_again(points, 100), abs=0.8)


def test_lead_counts_days_places_regions_and_languages_as_the_files_do():
    lead = plain(ms.findings.unknown(CASE).lead)
    events, sources = recount.rows("data/events.csv"), recount.rows("data/sources.csv")
    place = {p["place_id"]: p for p in recount.rows("data/places.csv")}
    least = {"exact": 0, "town": 2, "area": 20, "region": 75}
    ring = [float(e["radius_km"] or max(least[e["location_precision"]], float(place[e["place_id"]]["uncertainty_km"]))) for e in events]
    pairs = {(place[e["place_id"]]["region_2023"], e["date"][:4]) for e in events if place[e["place_id"]]["region_2023"]}
    years = int(max(e["date"] for e in events)[:4]) - 2012 + 1
    french = sum(s["language"] == "fr" for s in sources)
    assert recount.numbers(lead.replace("no row", "")) == [
        sum(e["date_precision"] == "day" for e in events), len(events), 5, sum(r <= 5 for r in ring), sum(r > 20 for r in ring), 20,
        20 * years - len(pairs), 20 * years, 2012, round(100 * french / len(sources)), len(sources),
    ]  # fmt: skip


def test_tolls_of_an_event_are_its_own_joint_or_nobodys():
    known = gaps.toll_known(CASE.events, CASE.claims)
    for e, how in zip(CASE.events.itertuples(), known, strict=True):
        own, joint = e.event_id in recount.tolls(), e.shared_toll_id in recount.tolls()
        assert how == ("own" if own else "joint" if joint else "unknown")
    assert (known == "unknown").sum() == CASE.total().unknown


def test_pages_behind_an_event_are_those_that_its_card_lists():
    counted = gaps.pages(CASE.events, CASE.claims)
    for i in range(0, len(CASE.events), 7):
        assert counted[i] == len(CASE.sources_of(CASE.events["event_id"][i]))
    assert (counted >= CASE.events["independent_sources"]).all()


def test_grid_of_regions_and_years_holds_every_event_of_a_region():
    shown = ms.charts.region_years(CASE)
    twin = shown.twin.set_index("region")
    place = {p["place_id"]: p["region_2023"] for p in recount.rows("data/places.csv")}
    counts = Counter((place[e["place_id"]], e["date"][:4]) for e in recount.rows("data/events.csv"))
    for region, year in ((r, y) for r in twin.index for y in twin.columns):
        assert twin.loc[region, year] == counts[region, year]
    assert "not that nothing happened" in plain(shown.reading)


def test_map_of_silence_is_small_and_says_what_it_cannot_show():
    shown = ms.charts.silence(CASE)
    assert len(shown.body) < 500_000
    assert "nearly empty of people" in plain(shown.reading)
    assert "no figures of population" in plain(shown.reading)
    # the shares are those of the numbers
    cells = gaps.distances(CASE.events)
    said = re.findall(r"(\d+)%", plain(shown.reading))
    assert [int(x) for x in said[:3]] == [round(100 * gaps.beyond(cells, km)) for km in gaps.DISTANCES]
    assert [int(x) for x in said[4:]] == [round(100 * gaps.beyond(cells, km, "one_km")) for km in gaps.DISTANCES]


# --- as a page ---
@pytest.mark.parametrize("draw", SHOWN, ids=lambda f: f.__name__)
def test_selection_without_events_or_with_few_says_so(draw):
    nothing = CASE.select(since="1990-01-01", until="1990-12-31")
    bare = dataclasses.replace(CASE, events=CASE.events[:0], sources=CASE.sources[:0], everything=None)
    regional = dataclasses.replace(CASE, events=CASE.events[CASE.events["location_precision"] == "region"].reset_index(drop=True))
    for case in (nothing, CASE.select(place="kwala"), CASE.select(wave="wave-2025-07-01"), regional, bare):
        assert plain(draw(case).reading)


def test_finding_of_nothing_and_of_one_event():
    assert ms.findings.unknown(CASE.select(since="1990-01-01", until="1990-12-31")).title == "No event"
    one = dataclasses.replace(CASE, events=CASE.events[:1], everything=CASE)
    assert ms.findings.unknown(one).title.startswith("Nobody gave a toll for 0 of 1 ")


def test_same_rows_same_bytes():
    assert ms.charts.silence(CASE).body == ms.charts.silence(CASE).body


def test_labels_of_charts_have_their_french():
    for name in (*(label for label, _ in ms.charts.gaps._TOLLS.values()), *(label for label, _ in ms.charts.gaps._LANGUAGES.values())):
        assert name in i18n.catalogue()
    for text in ("by year", "by type", "by region", *(f"over {km} km" for km in gaps.DISTANCES)):
        assert text in i18n.catalogue()
