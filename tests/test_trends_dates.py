"""Before and after, other dates and seasons: held against series whose truth is known.

Series are negative binomial counts with the noise of UCDP's months (dispersion about 0.7, neighbours that resemble each other a little).
What is asserted are rates over many of them, with room for chance; the seeds are fixed.
"""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gamma, norm

import malisec as ms
from malisec import trends

MONTHS = pd.period_range("2012-01", "2024-12", freq="M")
AT = MONTHS[78]
MANY = 100


def series(rng: np.random.Generator, level: object, dispersion: float, alike: float) -> pd.Series:
    """Draw counts with so much dispersion, whose rates follow their neighbours (a Gaussian copula of an AR(1) process)."""
    steps = rng.standard_normal(len(MONTHS))
    for i in range(1, len(steps)):
        steps[i] = alike * steps[i - 1] + np.sqrt(1 - alike**2) * steps[i]
    rate = gamma.ppf(norm.cdf(steps), 1 / dispersion, scale=dispersion)
    return pd.Series(rng.poisson(np.asarray(level) * rate), index=MONTHS, dtype=float)


@functools.cache
def tried(what: str, dispersion: float, alike: float, change: float = 1.0, level: float = 100.0) -> dict[str, float]:
    """Return how often a change is found where the level steps at a date, or in the rains, or where nothing changes.

    Where nothing changes the noise is estimated from each series, as with real ones; where something does it is given, which is faster.
    """
    rng = np.random.default_rng(5)
    here = (AT <= MONTHS) if what == "step" else MONTHS.month.isin(trends.RAINS)
    found = []
    for _ in range(MANY):
        counts = series(rng, level * np.where(here, change, 1.0), dispersion, alike)
        about = trends.noise(counts) if change == 1 else trends.Noise(dispersion, alike)
        row: dict[str, float] = {}
        if what in {"step", "nothing"}:
            for months in (6, 12):
                ratio = trends.before_after(counts, AT, months, about)
                others = trends.placebo(counts, months).drop(AT, errors="ignore")
                row |= {
                    f"off_{months}": ratio["low"] > 1 or ratio["high"] < 1,
                    f"rank_{months}": trends.rank(ratio["ratio"], others) <= 0.05,
                }
        if what in {"rains", "nothing"}:
            season = trends.season(counts, about=about)
            row |= {"season": season["low"] > 1 or season["high"] < 1, "ratio": np.log(season["ratio"])}
        found.append(row)
    return {key: float(np.mean([row[key] for row in found])) for key in found[0]}


# --- noise, where nothing changes ---


@pytest.mark.parametrize("alike", [0.0, 0.3])
def test_intervals_hold_no_change_in_about_95_of_100_series_without_one(alike: float):
    rates = tried("nothing", 0.7, alike)
    # found with 400 series: 3 to 7 in 100 for both windows, 3 to 4 for the season
    assert all(rates[key] <= 0.1 for key in ("off_6", "off_12", "season")), rates


def test_without_giving_the_noise_back_what_yearly_levels_took_intervals_miss_more_often():
    rng = np.random.default_rng(6)
    missed = {"found": 0, "given back": 0}
    for _ in range(MANY):
        counts = series(rng, 100.0, 0.7, 0.3)
        for name, about in (("found", trends.within_years(counts)), ("given back", trends.noise(counts))):
            season = trends.season(counts, about=about)
            missed[name] += season["low"] > 1 or season["high"] < 1
    assert missed["given back"] < 0.08 * MANY < missed["found"]


@pytest.mark.parametrize("alike", [0.0, 0.3])
def test_a_date_ranks_among_the_twentieth_that_changed_most_in_about_5_of_100_series(alike: float):
    rates = tried("nothing", 0.7, alike)
    assert all(0.0 <= rates[key] <= 0.11 for key in ("rank_6", "rank_12")), rates


def test_noise_given_back_is_that_of_the_series():
    rng = np.random.default_rng(7)
    found = [trends.noise(series(rng, 100.0, 0.7, 0.3)) for _ in range(40)]
    assert np.mean([f.dispersion for f in found]) == pytest.approx(0.7, abs=0.07)
    # the copula and the counts make neighbours of rates resemble each other a little less than the process they come from
    assert np.mean([f.neighbours for f in found]) == pytest.approx(0.27, abs=0.05)


def test_months_shuffled_within_years_differ_as_much_in_1_of_20_series_without_a_season():
    rng = np.random.default_rng(8)
    few = [trends.shuffled_season(series(rng, 100.0, 0.7, 0.0), times=99)["as_far"] < 5 for _ in range(200)]
    assert 0.01 <= np.mean(few) <= 0.1


# --- changes and seasons that were planted ---


def test_a_doubling_is_found_in_less_than_half_of_series_as_noisy_as_ours_and_a_change_by_five_in_nearly_all():
    doubled, large = tried("step", 0.7, 0.0, 2.0), tried("step", 0.7, 0.0, 5.0)
    assert 0.15 <= doubled["off_6"] <= 0.45
    assert 0.3 <= doubled["off_12"] <= 0.65
    assert large["off_6"] >= 0.75
    assert large["off_12"] >= 0.95
    assert large["rank_12"] >= 0.75


def test_a_doubling_is_found_in_nearly_all_series_with_as_little_noise_as_our_rows():
    rates = tried("step", 0.15, 0.0, 2.0)
    assert rates["off_12"] >= 0.9
    assert rates["rank_12"] >= 0.7


def test_a_change_that_is_called_findable_is_found_four_times_in_five():
    about = trends.Noise(0.7, 0.0)
    least = trends.findable(pd.Series(100.0, index=MONTHS), 12, about)
    assert 2.5 < least < 3.0
    rates = tried("step", 0.7, 0.0, least)
    assert 0.68 <= rates["off_12"] <= 0.92


@pytest.mark.parametrize(("rains", "least"), [(2.0, 0.95), (0.6, 0.7), (1.5, 0.6)])
def test_a_planted_season_is_found_and_its_size_is_right(rains: float, least: float):
    rates = tried("rains", 0.7, 0.0, rains)
    assert rates["season"] >= least
    assert rates["ratio"] == pytest.approx(np.log(rains), abs=0.06)


def test_a_planted_season_moves_ranks_and_the_profile():
    rng = np.random.default_rng(9)
    counts = series(rng, 100.0 * np.where(MONTHS.month.isin(trends.RAINS), 2.0, 1.0), 0.2, 0.0)
    assert trends.shuffled_season(counts)["as_far"] < 5
    assert trends.runs(counts).idxmax() == 6
    profile = trends.profile(counts)
    assert set(profile.index[profile["low"] > 1]) == set(trends.RAINS)
    years = trends.yearly_seasons(counts)
    assert (years["inside"] > years["outside"]).mean() > 0.8


def test_a_rise_over_the_years_is_no_season():
    rising = pd.Series(np.repeat(np.arange(1, 14) * 40.0, 12), index=MONTHS)
    # within a year nothing changes, whatever the level
    assert trends.season(rising)["ratio"] == pytest.approx(1.0)
    assert trends.profile(rising)["ratio"].to_numpy() == pytest.approx(np.ones(12))


def test_seasons_of_few_rows_are_right_as_often():
    rates = tried("rains", 0.7, 0.15, level=0.4)
    assert rates["season"] <= 0.1


# --- what must hold of every series ---

counts_ = st.lists(st.integers(0, 300), min_size=48, max_size=48).map(
    lambda values: pd.Series([float(v) for v in values], index=pd.period_range("2018-01", periods=48, freq="M"))
)


@settings(max_examples=25, deadline=None)
@given(counts_, st.sampled_from([6, 12]), st.integers(12, 35))
def test_ratio_at_a_date_is_that_of_the_same_month_among_all_and_turns_over_with_time(counts: pd.Series, months: int, i: int):
    about = trends.Noise(0.5, 0.1)
    at = counts.index[i]
    found = trends.before_after(counts, at, months, about)
    everywhere = trends.placebo(counts, months)
    if np.isnan(found["ratio"]):
        assert min(found["before"], found["after"]) < trends.LEAST
        assert at not in everywhere.index
        return
    assert found["ratio"] == pytest.approx(everywhere[at], rel=1e-6)
    assert found["low"] < found["ratio"] < found["high"]
    back = pd.Series(counts.to_numpy()[::-1], index=counts.index)
    turned = trends.before_after(back, counts.index[len(counts) - 1 - i], months, about)
    assert turned["ratio"] == pytest.approx(1 / found["ratio"], rel=1e-5)
    # a rise counts as much as the fall that mirrors it
    assert trends.as_large(found["ratio"], everywhere) == trends.as_large(1 / found["ratio"], 1 / everywhere)
    assert 0 < trends.rank(found["ratio"], everywhere.drop(at)) <= 1


@settings(max_examples=25, deadline=None)
@given(counts_, st.integers(1, 4))
def test_season_is_the_same_whatever_the_level_of_a_year(counts: pd.Series, times: int):
    about = trends.Noise(0.0, 0.0)
    found = trends.season(counts, about=about)
    if np.isnan(found["ratio"]):
        return
    # without dispersion each year weighs by its counts: all of them times as high change nothing but how sure it is
    again = trends.season(counts * times, about=about)
    assert again["ratio"] == pytest.approx(found["ratio"], rel=1e-5)
    assert again["high"] / again["low"] <= found["high"] / found["low"] * 1.0001


def test_month_of_a_date_belongs_to_neither_side():
    counts = pd.Series(10.0, index=MONTHS)
    counts[AT] = 100_000.0
    found = trends.before_after(counts, AT, 6, trends.Noise(0.1, 0.0))
    assert (found["before"], found["after"]) == (60.0, 60.0)
    assert found["ratio"] == pytest.approx(1.0)


def test_too_few_on_a_side_have_counts_and_no_ratio():
    counts = pd.Series(0.0, index=MONTHS)
    counts[AT + 1] = 50.0
    found = trends.before_after(counts, AT, 6)
    assert (found["before"], found["after"]) == (0.0, 50.0)
    assert np.isnan(found["ratio"])
    assert trends.placebo(counts, 6).empty
    assert np.isnan(trends.rank(found["ratio"], pd.Series(dtype=float)))
    assert np.isnan(trends.before_after(counts, MONTHS[3], 6)["before"])


def test_year_that_is_not_whole_or_without_a_count_is_left_out_of_a_season():
    counts = pd.Series(10.0, index=pd.period_range("2020-01", "2023-07", freq="M"))
    counts[counts.index.year == 2021] = 0.0
    found = trends.season(counts, about=trends.Noise(0.0, 0.0))
    assert (found["years"], found["inside"], found["outside"]) == (2, 80, 160)
    # a month left out on purpose leaves its year in
    without = trends.season(counts, about=trends.Noise(0.0, 0.0), without=[pd.Period("2020-06", "M")])
    assert (without["years"], without["inside"]) == (2, 70)


def test_months_with_several_turning_points_are_compared_once():
    case = ms.load()
    months = trends.turning_months(case)
    assert months.index.is_unique
    told = {i for cell in case.seed_claims["refers_to"].dropna() for i in cell.split()}
    marks = case.milestones
    wanted = set(marks.loc[marks["prominence"].eq("major") | marks["milestone_id"].isin(told), "milestone_id"])
    assert {i for ids in months["ids"] for i in ids} == wanted
