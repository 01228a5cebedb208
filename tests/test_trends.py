"""Methods on data with a known answer: what is planted is found at the stated rate, and noise stays noise at the stated error."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simulate
from malisec import trends

RUNS = 100


def share(hits: list[bool]) -> float:
    return sum(hits) / len(hits)


# --- monthly counts ----------------------------------------------------------------------------------------------
DATES = st.dates(min_value=pd.Timestamp("2012-01-01").date(), max_value=pd.Timestamp("2026-12-31").date())
EVENTS = st.lists(st.tuples(DATES, st.sampled_from(["day", "week", "month", "year"])), min_size=1, max_size=30)


def frame(rows: list[tuple[object, str]]) -> pd.DataFrame:
    dates = pd.to_datetime([d for d, _ in rows])
    known = [p for _, p in rows]
    dates = pd.DatetimeIndex(
        [d.replace(day=1) if p == "month" else d.replace(month=1, day=1) if p == "year" else d for d, p in zip(dates, known, strict=True)]
    )
    return pd.DataFrame({"date": dates, "date_precision": known, "kind": [f"k{i % 2}" for i in range(len(rows))]})


@given(EVENTS)
def test_every_event_counts_once_however_its_date_is_known(rows):
    table = trends.monthly_rows(frame(rows))
    assert table["events"].sum() == pytest.approx(len(rows))
    assert (table["events"] >= 0).all()
    assert table.index.is_monotonic_increasing
    assert len(table) == (table.index[-1] - table.index[0]).n + 1
    by_kind = trends.monthly_rows(frame(rows), "kind")
    assert by_kind.sum(axis=1).to_numpy() == pytest.approx(table["events"].to_numpy())


def test_a_week_across_two_months_counts_in_both_and_a_month_in_its_own():
    rows = pd.DataFrame({"date": pd.to_datetime(["2025-03-30", "2025-02-01"]), "date_precision": ["week", "month"]})
    table = trends.monthly_rows(rows)["events"]
    assert table.to_dict() == {
        pd.Period("2025-02"): 1.0,
        pd.Period("2025-03"): pytest.approx(2 / 7),
        pd.Period("2025-04"): pytest.approx(5 / 7),
    }


def test_months_without_events_stand_with_nought_and_none_is_made_up():
    rows = pd.DataFrame({"date": pd.to_datetime(["2025-01-05", "2025-04-05"]), "date_precision": ["day", "day"]})
    assert trends.monthly_rows(rows)["events"].tolist() == [1, 0, 0, 1]
    assert trends.monthly_rows(rows, until="2025-06")["events"].tolist() == [1, 0, 0, 1, 0, 0]
    assert trends.monthly_rows(rows.iloc[:0]).empty


# --- noise -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("dispersion", "neighbours"), [(0.0, 0.0), (0.3, 0.0), (0.7, 0.3)])
def test_noise_is_estimated_about_as_it_was_planted(dispersion, neighbours):
    rng = np.random.default_rng(1)
    mean = np.repeat([20.0, 60.0, 30.0, 100.0, 80.0, 40.0, 90.0, 25.0, 70.0, 50.0, 30.0, 60.0, 90.0], 12)
    found = [trends.noise(simulate.series(rng, mean, dispersion=dispersion, neighbours=neighbours)) for _ in range(40)]
    assert np.mean([f.dispersion for f in found]) == pytest.approx(dispersion, abs=0.02 + 0.15 * dispersion)
    # levels estimated from twelve months hide a part of the likeness of neighbours: never more of it than there is
    assert -0.15 < np.mean([f.neighbours for f in found]) < neighbours + 0.05
    assert all(f.widening >= 1 for f in found)


def test_noise_of_next_to_nothing_is_none():
    assert trends.noise(pd.Series(0.0, index=simulate.months(36))) == trends.Noise(0.0, 0.0)
    assert trends.noise(pd.Series(1.0, index=simulate.months(5))) == trends.Noise(0.0, 0.0)


# --- ratios ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("factor", [1.0, 2.5])
@pytest.mark.parametrize("neighbours", [0.0, 0.3])
def test_intervals_of_year_on_year_ratios_hold_the_truth_as_often_as_they_say(factor, neighbours):
    rng = np.random.default_rng(2)
    held = []
    for _ in range(RUNS):
        mean = np.repeat([80.0 * factor**y for y in range(4)], 12)
        table = trends.yearly(simulate.series(rng, mean, neighbours=neighbours)).dropna(subset=["ratio"])
        held += [low <= factor <= high for low, high in zip(table["low"], table["high"], strict=True)]
    # a little below 95 % where months are alike: their likeness is itself estimated, and low
    assert 0.86 if neighbours else 0.92 <= share(held) <= 0.985


def test_a_ratio_is_that_of_the_monthly_means_and_its_interval_holds_it():
    counts = pd.Series([10.0, 20, 30, 40], index=simulate.months(4))
    found = trends.ratio(counts, pd.Series([False, False, True, True], index=counts.index), trends.Noise(0.2, 0.0))
    assert found["ratio"] == pytest.approx(70 / 30)
    assert (found["before"], found["after"]) == (30, 70)
    # the closed form of two groups: the variance of a log mean is 1/total + dispersion/months
    wide = 1.959964 * np.sqrt(1 / 30 + 1 / 70 + 0.2 * (1 / 2 + 1 / 2))
    assert np.log(found["high"] / found["ratio"]) == pytest.approx(wide, rel=1e-4)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=4, max_size=12), st.floats(0, 2), st.floats(-0.5, 0.9))
def test_turning_the_comparison_round_turns_the_ratio_over(values, dispersion, neighbours):
    counts = pd.Series(np.array(values, dtype=float), index=simulate.months(len(values)))
    after = pd.Series([i % 2 == 0 for i in range(len(values))], index=counts.index)
    about = trends.Noise(dispersion, neighbours)
    one, other = trends.ratio(counts, after, about), trends.ratio(counts, ~after, about)
    if min(one["before"], one["after"]) < trends.LEAST:
        assert np.isnan(one["ratio"])
    else:
        assert one["ratio"] == pytest.approx(1 / other["ratio"], rel=1e-5)
        assert one["low"] == pytest.approx(1 / other["high"], rel=1e-4)
        assert one["low"] <= one["ratio"] <= one["high"]


def test_no_ratio_from_fewer_than_five():
    counts = pd.Series([2.0, 2, 30, 40], index=simulate.months(4))
    found = trends.ratio(counts, pd.Series([False, False, True, True], index=counts.index), trends.Noise(0.0, 0.0))
    assert np.isnan([found["ratio"], found["low"], found["high"]]).all()
    assert found["before"] == 4


# --- change points -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("neighbours", "most"), [(0.06, 0.05), (0.25, 0.1)])
def test_noise_alone_seldom_shows_a_change(neighbours, most):
    rng = np.random.default_rng(3)
    found = [bool(trends.change_points(simulate.series(rng, np.full(156, 100.0), neighbours=neighbours))) for _ in range(RUNS)]
    assert share(found) <= most


def test_a_planted_threefold_rise_is_found_within_half_a_year():
    rng = np.random.default_rng(4)
    at = simulate.months(156)[72]
    mean = np.where(np.arange(156) < 72, 40.0, 120.0)
    hits = [any(abs((p - at).n) <= 6 for p in trends.change_points(simulate.series(rng, mean))) for _ in range(60)]
    assert share(hits) >= 0.8


def test_two_planted_changes_are_told_apart_and_survive_heavier_penalties_when_large():
    rng = np.random.default_rng(5)
    mean = np.concatenate([np.full(60, 20.0), np.full(50, 200.0), np.full(46, 20.0)])
    stable = [trends.stability(simulate.series(rng, mean, dispersion=0.4)) for _ in range(20)]
    assert share([len(s) == 2 and (s["found"] == s["of"]).all() for s in stable]) >= 0.9
    one = stable[0]
    assert one["before"].iloc[0] < one["after"].iloc[0] > one["after"].iloc[1]


def test_heavier_penalties_never_find_more():
    rng = np.random.default_rng(6)
    for _ in range(10):
        counts = simulate.series(rng, np.repeat(rng.uniform(5, 200, 6), 26), neighbours=0.2)
        table = trends.under_penalties(counts)
        numbers = [int((table["penalty"] == p).sum()) for p in trends.PENALTIES]
        assert numbers == sorted(numbers, reverse=True)


def test_a_short_series_has_no_change_point():
    assert trends.change_points(pd.Series([1.0] * 11, index=simulate.months(11))) == []


# --- rows beside an independent count ----------------------------------------------------------------------------
def test_rows_that_follow_deaths_are_seen_to_and_rows_that_do_not_are_not():
    rng = np.random.default_rng(7)
    follow, loose = [], []
    for _ in range(60):
        deaths = simulate.series(rng, np.full(156, 100.0))
        told = pd.Series(rng.poisson(4 * (deaths.to_numpy() + 1) ** 0.5 / 10).astype(float), index=deaths.index)
        found = trends.follows(told, deaths)
        follow.append(found["low"] <= 2**0.5 <= found["high"])
        found = trends.follows(pd.Series(rng.poisson(4, 156).astype(float), index=deaths.index), deaths)
        loose.append(not found["low"] <= 1 <= found["high"])
    assert share(follow) >= 0.85
    assert share(loose) <= 0.12


def test_effort_counts_rows_pages_and_voices_by_year_without_gaps():
    events = pd.DataFrame({
        "date": pd.to_datetime(["2020-03-01", "2020-05-01", "2022-01-01"]),
        "source_ids": ["a b", "c", "d e f"],
        "independent_sources": [2, 1, 0],
    })  # fmt: skip
    deaths = pd.Series(10.0, index=simulate.months(24, "2020-01"))
    table = trends.effort(events, deaths)
    assert table["rows"].tolist() == [2, 0, 1]
    assert table["one_voice"].tolist() == [1, 0, 1]
    assert table.loc[2020, "pages"] == 1.5
    assert table.loc[2020, "per_100"] == pytest.approx(2 / 1.2)
    assert np.isnan(table.loc[2022, "per_100"])
    assert trends.moves(table)["same"].tolist() == [False]
    assert trends.effort(events.iloc[:0], deaths).empty


# --- shares ------------------------------------------------------------------------------------------------------
def test_a_growing_share_is_found_and_a_steady_one_is_not():
    rng = np.random.default_rng(8)
    days = pd.Series(pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 1200, 230), unit="D"))
    years = (days - days.min()).dt.days / 365.25
    grown = 1 / (1 + np.exp(3.5 - 0.9 * years))
    found = [trends.odds_per_year(pd.Series(rng.random(230) < grown), days) for _ in range(60)]
    assert share([f["low"] <= np.exp(0.9) <= f["high"] for f in found]) >= 0.88
    assert share([f["low"] > 1 for f in found]) >= 0.8
    steady = [trends.odds_per_year(pd.Series(rng.random(230) < 0.12), days) for _ in range(RUNS)]
    assert share([not f["low"] <= 1 <= f["high"] for f in steady]) <= 0.1


def test_shares_of_few_rows_are_not_given():
    days = pd.Series(pd.to_datetime(["2024-01-01"] * 4 + ["2025-01-01"] * 8))
    table = trends.yearly_share(pd.Series([True] * 12), days)
    assert np.isnan(table.loc[2024, "share"])
    assert table.loc[2025, "share"] == 1
    assert table.loc[2025, "low"] < 1
    assert np.isnan(trends.odds_per_year(pd.Series([True] * 12), days)["ratio"])


def test_a_wave_counts_once():
    events = pd.DataFrame({"event_id": list("abcd"), "wave_id": [None, "w", "w", None]})
    assert trends.once(events)["event_id"].tolist() == ["a", "b", "d"]
