"""Methods of space and days on data with a known answer: what was planted is found, and noise is left alone."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malisec import days, geography, space, trends
from malisec.trends import LEAST

YEARS = pd.date_range("2018-01-01", "2023-12-31", freq="D")


def rows(draw: np.random.Generator, n: int, middle: tuple[float, float] = (-4.0, 14.5), km: float = 300.0) -> pd.DataFrame:
    """Scatter events over a square and over six years."""
    lat = middle[1] + draw.uniform(-0.5, 0.5, n) * km / 111.2
    lon = middle[0] + draw.uniform(-0.5, 0.5, n) * km / 111.2 / np.cos(np.radians(middle[1]))
    return pd.DataFrame({"lon": lon, "lat": lat, "date": YEARS[draw.integers(len(YEARS), size=n)]})


# --- distances and waves ---


@given(st.tuples(st.floats(-12, 4), st.floats(10.5, 24)), st.tuples(st.floats(-12, 4), st.floats(10.5, 24)))
def test_distances_on_the_plane_are_those_on_the_globe_to_within_one_in_a_hundred(a, b):
    on_plane = float(np.hypot(*np.diff(space.plane([a[0], b[0]], [a[1], b[1]]), axis=0)[0]))
    on_globe = float(geography.distance_km(a[0], a[1], b[0], b[1]))
    assert on_plane == pytest.approx(on_globe, rel=0.015, abs=0.01)


def wave(name: str | None, day: str, lon: float, lat: float, **more: object) -> dict[str, object]:
    return {"event_id": f"{day}-{lon}-{lat}", "wave_id": name, "date": pd.Timestamp(day), "place_id": f"{lon} {lat}"} | {
        "lon": lon, "lat": lat, "ring_km": 2.0, "date_precision": "day",
    } | more  # fmt: skip


EVENTS = pd.DataFrame(
    [
        wave("w", "2025-01-02", -8.0, 12.0),
        wave("w", "2025-01-01", -8.0, 13.0, ring_km=9.0),
        wave("w", "2025-01-02", -8.0, 15.0),
        wave("v", "2024-05-01", -4.0, float("nan")),
        wave(None, "2025-01-01", -1.0, 16.0),
    ]
)


def test_wave_is_measured_by_its_farthest_and_its_nearest_places():
    found = space.waves(EVENTS)
    assert found.index.tolist() == ["v", "w"]
    assert found.loc["w", ["size", "places", "ring_km"]].tolist() == [3, 3, 9.0]
    degree = math.pi * geography.EARTH_KM / 180
    assert found.loc["w", "spread_km"] == pytest.approx(3 * degree)
    assert found.loc["w", "spacing_km"] == pytest.approx(degree)
    assert found.loc["w", ["first", "last"]].tolist() == [pd.Timestamp("2025-01-01"), pd.Timestamp("2025-01-02")]
    assert np.isnan(found.loc["v", "spread_km"])


def test_a_wave_counts_once_on_its_first_day_at_the_mean_of_its_places():
    found = trends.once(EVENTS)
    assert len(found) == 3
    one = found[found["wave_id"] == "w"].iloc[0]
    assert (one["date"], one["lat"]) == (pd.Timestamp("2025-01-01"), pytest.approx(40 / 3))
    assert len(trends.once(EVENTS.iloc[:0])) == 0


# --- days ---

dated = st.lists(st.tuples(st.integers(0, 60), st.sampled_from(["day", "week", "month"])), min_size=1, max_size=7)


@given(dated)
def test_rows_without_a_day_keep_their_number_and_make_no_day_crowded(found):
    start = pd.Timestamp("2025-01-01")
    first = [start + pd.Timedelta(days=d) if p != "month" else (start + pd.Timedelta(days=d)).replace(day=1) for d, p in found]
    events = pd.DataFrame({"date": first, "date_precision": [p for _, p in found]})
    counts = days.daily_rows(events)
    assert counts.sum() == len(events)
    known = days.daily_rows(events[events["date_precision"] == "day"]).reindex(counts.index, fill_value=0)
    raised = counts[counts > known]
    # seven rows always leave a free day in a week
    assert (raised == 1).all()
    assert days.daily_rows(events).equals(counts)


def test_independent_days_are_those_of_the_poisson_distribution():
    rate = [0.2] * 300 + [1.5] * 65
    by_hand = sum(1 - sum(math.exp(-m) * m**k / math.factorial(k) for k in range(3)) for m in rate)
    assert days.expected_days(rate, 3) == pytest.approx(by_hand)


def excited_counts(seed: int, alpha: float, decay: float, n: int = 2500, level: float = 0.4) -> pd.Series:
    draw = np.random.default_rng(seed)
    memory, found = level, []
    for _ in range(n):
        found.append(draw.poisson((1 - alpha) * level + alpha * memory))
        memory = decay * memory + (1 - decay) * found[-1]
    return pd.Series(found, index=pd.date_range("2012-01-01", periods=n, freq="D"), dtype=float)


def test_planted_excitation_is_found_with_its_interval():
    models = [days.excited(excited_counts(seed, 0.35, 0.6)) for seed in range(12)]
    found = [m.alpha for m in models if m is not None]
    assert np.mean(found) == pytest.approx(0.35, abs=0.08)
    assert sum(m is not None and m.low <= 0.35 <= m.high for m in models) >= 9
    assert all(m is not None and m.low > 0 for m in models)


def test_noise_has_no_excitation():
    models = [days.excited(excited_counts(seed, 0.0, 0.0)) for seed in range(100, 130)]
    assert sum(m is not None and m.low > 0.01 for m in models) <= 4
    assert np.mean([m.alpha for m in models if m is not None]) < 0.06


def test_a_rise_over_the_years_is_no_excitation():
    draw = np.random.default_rng(5)
    year = pd.date_range("2012-01-01", "2019-12-31", freq="D")
    counts = pd.Series(draw.poisson(np.linspace(0.05, 0.8, 8)[year.year - 2012]).astype(float), index=year)
    model = days.excited(counts)
    assert model is not None
    assert model.alpha < 0.06


def test_histories_without_excitation_hold_what_independent_days_hold():
    counts = excited_counts(1, 0.0, 0.0, n=1000)
    model = days.Excited(days.yearly_level(counts), 0.0, 0.0, 0.0, 0.0)
    told = days.histories(model, 3, n=400)
    assert told.expected == pytest.approx(days.expected_days(model.level, 3))
    assert told.days[:, 3].mean() == pytest.approx(told.expected, rel=0.1)
    assert (told.days[:, 0] == 1000).all()
    assert (np.diff(told.days, axis=1) <= 0).all()
    again = days.histories(model, 3, n=400)
    assert (again.days == told.days).all()


def test_histories_with_excitation_hold_more_crowded_days():
    counts = excited_counts(1, 0.6, 0.5)
    level = days.yearly_level(counts)
    calm, wild = (days.histories(days.Excited(level, a, 0, 1, 0.5), 4, n=200) for a in (0.0, 0.6))
    assert wild.expected > 2 * calm.expected
    assert wild.days[:, 0].tolist() == calm.days[:, 0].tolist()


def test_few_rows_give_no_background():
    assert days.excited(pd.Series([1.0] * (LEAST - 1) + [0.0] * 9, index=pd.date_range("2020-01-01", periods=LEAST + 8))) is None
    assert days.crowded(EVENTS.iloc[:0]).empty
    assert days.backgrounds(EVENTS, "w").empty


# --- near repeats ---

ONE = {"km": (25,), "days": (14,), "shuffles": 99}


def test_noise_is_called_near_repeats_in_five_of_a_hundred():
    draw = np.random.default_rng(3)
    shares = [space.near_repeat(rows(draw, 120), **ONE, within_years=bool(n % 2)).iloc[0] for n in range(160)]
    rare = sum((r["reached"] + 1) / 100 <= 0.05 for r in shares)
    # binomial: fewer than 2 or more than 16 of 160 happen in one of 200 such tests
    assert 2 <= rare <= 16


def test_planted_near_repeats_are_found_and_their_size_is_told():
    draw = np.random.default_rng(4)
    found = 0
    for _ in range(20):
        first = rows(draw, 100)
        followed = first.head(15).assign(
            lon=lambda f: f["lon"] + draw.normal(0, 0.05, 15), date=lambda f: f["date"] + pd.to_timedelta(draw.integers(1, 8, 15), unit="D")
        )
        one = space.near_repeat(pd.concat([first, followed], ignore_index=True), **ONE, within_years=True).iloc[0]
        found += one["reached"] < 5
        assert one["found"] >= 15
    assert found >= 19


def test_a_drift_is_taken_for_near_repeats_by_the_plain_shuffle_and_not_within_years():
    draw = np.random.default_rng(6)
    plain = strict = 0
    for _ in range(20):
        events = rows(draw, 150, km=120)
        # each year a degree further west, with no attack bringing on another
        events = events.assign(lon=events["lon"] - 1.0 * (events["date"].dt.year - 2018))
        plain += space.near_repeat(events, **ONE).iloc[0]["reached"] < 5
        strict += space.near_repeat(events, **ONE, within_years=True).iloc[0]["reached"] < 5
    assert plain >= 18
    assert strict <= 4


def test_pairs_and_shares_are_those_of_the_library_that_shuffles_itself():
    from pointpats import Knox

    draw = np.random.default_rng(8)
    events = pd.concat([rows(draw, 60), rows(draw, 60, km=60)], ignore_index=True)
    ours = space.near_repeat(events, km=(25, 50), days=(30,))
    kept = np.random.get_state()  # noqa: NPY002 (pointpats draws from numpy's global state, which is put back)
    try:
        np.random.seed(1)  # noqa: NPY002
        for _, cell in ours.iterrows():
            at = space.plane(events["lon"], events["lat"])
            day = (events["date"] - pd.Timestamp("2018-01-01")).dt.days.to_numpy(dtype=float)[:, None]
            theirs = Knox(at, day, cell["km"], cell["days"], permutations=499)
            assert cell["found"] == theirs.nst
            assert cell["expected"] == pytest.approx(theirs.expected[0, 0], rel=0.06)
            assert (cell["reached"] + 1) / 1000 == pytest.approx(theirs.p_sim, abs=0.06)
    finally:
        np.random.set_state(kept)  # noqa: NPY002


def test_asking_nine_questions_is_paid_for():
    draw = np.random.default_rng(9)
    alone = together = 0
    for _ in range(60):
        table = space.near_repeat(rows(draw, 90), shuffles=99)
        assert (table["anywhere"] >= table["reached"]).all()
        alone += (table["reached"].min() + 1) / 100 <= 0.05
        together += (table["anywhere"].min() + 1) / 100 <= 0.05
    assert alone > together
    assert together <= 8


@given(st.integers(0, 1000))
@settings(max_examples=15, deadline=None)
def test_pairs_do_not_hang_on_the_order_of_the_rows_and_grow_with_distance_and_time(seed):
    events = rows(np.random.default_rng(seed), 40, km=80)
    one = space.near_repeat(events, shuffles=9)
    other = space.near_repeat(events[::-1].reset_index(drop=True), shuffles=9)
    assert one["found"].tolist() == other["found"].tolist()
    square = one.pivot_table(index="km", columns="days", values="found")
    assert (square.diff().dropna() >= 0).all(axis=None)
    assert (square.diff(axis=1).dropna(axis=1) >= 0).all(axis=None)


def test_few_pairs_have_no_ratio_and_few_points_no_table():
    draw = np.random.default_rng(1)
    table = space.near_repeat(rows(draw, 8, km=900), shuffles=9)
    assert table.loc[table["found"] < LEAST, "ratio"].isna().all()
    assert space.near_repeat(rows(draw, LEAST - 1)).empty


# --- the ring around the capital ---


@given(st.integers(0, 60), st.integers(0, 60))
def test_shares_have_the_interval_of_wilson(within, outside):
    n = within + outside
    marks = pd.Series([True] * within + [False] * outside, dtype=bool)
    table = trends.shares(marks, pd.Series(2025, index=marks.index))
    found = table[["share", "low", "high"]].to_numpy().ravel() if n else np.array([np.nan])
    if n < LEAST:
        assert np.isnan(found).all()
        return
    z, p = 1.959963984540054, within / n
    middle, half = p + z * z / 2 / n, z * math.sqrt(p * (1 - p) / n + z * z / 4 / n / n)
    assert found == pytest.approx((p, (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)), abs=1e-9)


@given(st.tuples(*[st.integers(5, 80)] * 4))
@settings(max_examples=25, deadline=None)
def test_odds_before_and_after_are_those_of_the_table_of_four(cells):
    near_after, far_after, near_before, far_before = cells
    within = pd.Series([True] * near_after + [False] * far_after + [True] * near_before + [False] * far_before)
    late = pd.Series([True] * (near_after + far_after) + [False] * (near_before + far_before))
    ratio = near_after * far_before / far_after / near_before
    half = 1.959963984540054 * math.sqrt(sum(1 / c for c in cells))
    assert trends.odds(within, late) == pytest.approx((ratio, ratio * math.exp(-half), ratio * math.exp(half)), rel=1e-4)


def test_odds_need_five_on_each_side():
    within = pd.Series([True] * 4 + [False] * 20 + [True] * 9 + [False] * 9)
    late = pd.Series([True] * 24 + [False] * 18)
    assert np.isnan(trends.odds(within, late)).all()
    # rows of a wave that weigh one together do not make five of one
    five = pd.Series([True] * 5 + [False] * 20 + [True] * 9 + [False] * 9)
    assert np.isnan(trends.odds(five, pd.Series([True] * 25 + [False] * 18), pd.Series([0.2] * 5 + [1.0] * 38))).all()
    assert np.isnan(trends.odds(pd.Series([True] * 9), pd.Series([1.0] * 9))).all()


def test_a_planted_trend_is_found_and_none_in_noise():
    draw = np.random.default_rng(2)
    found, false = 0, 0
    for _ in range(40):
        year = pd.Series(draw.uniform(-8, 2, 400))
        chance = 1 / (1 + np.exp(-(-1.5 + 0.25 * year)))
        _, low, high = trends.odds(pd.Series(draw.random(400) < chance), year)
        found += low <= math.exp(0.25) <= high
        _, low, high = trends.odds(pd.Series(draw.random(400) < 0.15), year)
        false += low > 1 or high < 1
    assert found >= 35
    assert false <= 6


def test_medians_of_years_have_intervals_and_few_rows_none():
    draw = np.random.default_rng(2)
    covered = 0
    for seed in range(60):
        km = pd.Series(draw.exponential(300, 40))
        one = space.yearly_distance(km, pd.Series([2020] * 40), draws=299, seed=seed).loc[2020]
        assert one["low"] <= one["median"] <= one["high"]
        covered += one["low"] <= 300 * math.log(2) <= one["high"]
    assert covered >= 51
    few = space.yearly_distance(pd.Series([1.0, 2.0, np.nan]), pd.Series([2020, 2020, 2021]))
    assert few["rows"].tolist() == [2]
    assert few["median"].isna().all()


def test_rings_that_cross_the_limit_are_possible_and_not_sure():
    km, ring, year = pd.Series([90.0, 95.0, 105.0, 130.0, np.nan]), pd.Series([5.0, 20.0, 10.0, 5.0, 2.0]), pd.Series([2020] * 5)
    one = space.shares(km, ring, year, 100).loc[2020]
    assert one[["rows", "within", "surely", "perhaps"]].tolist() == [4, 2, 1, 3]
    assert np.isnan(one["share"])


# --- roads ---

PLACES = pd.DataFrame(
    {
        "place_id": ["bamako", "middle", "end", "branch"],
        "name": ["Bamako", "Middle", "End", "Branch"],
        "lon": [-8.0, -8.0, -8.0, -7.0],
        "lat": [12.64, 13.64, 14.64, 13.64],
    }
)
CORRIDORS = pd.DataFrame(
    {
        "corridor_id": ["main"] * 3 + ["side"] * 2,
        "name": ["Main road"] * 3 + ["Side road"] * 2,
        "seq": [1, 2, 3, 1, 2],
        "place_id": ["bamako", "middle", "end", "middle", "branch"],
    }
)


def beside(*found: tuple[str, float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(found, columns=["event_id", "lon", "lat", "ring_km"])


def test_events_are_near_a_road_by_their_point_surely_or_perhaps():
    km = 1 / (111.2 * math.cos(math.radians(14.2)))
    events = beside(
        ("on", -8.0, 14.2, 2.0),
        ("beside", -8.0 + 15 * km, 14.2, 10.0),
        ("off", -8.0 + 25 * km, 14.2, 10.0),
        ("far", -8.0 + 60 * km, 14.2, 10.0),
        ("city", -8.0, 12.7, 2.0),
        ("around the city", -8.0, 12.7, 40.0),
    )
    found = space.along(events, CORRIDORS, PLACES)
    main = found[found["corridor_id"] == "main"].set_index("event_id")
    assert set(main.index) == {"on", "beside", "off", "around the city"}
    assert main["near"].to_dict() == {"on": True, "beside": True, "off": False, "around the city": False}
    assert main["surely"].to_dict() == {"on": True, "beside": False, "off": False, "around the city": False}
    assert main.loc["on", "along_km"] == pytest.approx(1.56 * 111.2, rel=0.01)
    assert main.loc["beside", "away_km"] == pytest.approx(15, rel=0.02)


def test_a_branch_goes_on_from_where_it_leaves():
    halts = space.stops(CORRIDORS, PLACES).set_index(["corridor_id", "place_id"])["along_km"]
    assert halts["main", "bamako"] == 0
    assert halts["main", "middle"] == pytest.approx(111.2, rel=0.01)
    assert halts["side", "middle"] == halts["main", "middle"]
    (event,) = space.along(beside(("there", -7.3, 13.64, 2.0)), CORRIDORS, PLACES).itertuples()
    assert event.corridor_id == "side"
    assert event.along_km == pytest.approx(111.2 + 0.7 * 111.2 * math.cos(math.radians(13.64)), rel=0.01)


def test_no_events_no_roads_and_no_capital_are_no_error():
    assert space.along(beside(), CORRIDORS, PLACES).empty
    assert space.along(beside(("on", -8.0, 14.2, 2.0)), CORRIDORS.iloc[:0], PLACES).empty
    assert space.stops(CORRIDORS.iloc[:0], PLACES).empty
    assert space.from_capital(beside(("on", -8.0, 14.2, 2.0)), PLACES.iloc[1:]).isna().all()
    one = space.along(beside(("end", -8.0, 14.64, 2.0)), CORRIDORS.iloc[2:3], PLACES)
    assert one["near"].tolist() == [True]
