"""Which row is which: on pairs whose truth is known, with jitter of place and day, missing rows and duplicates."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import malisec as ms
from malisec.linking import LEAST, WEIGHTS, sources_of_difference

CASE = ms.load()
GROUPS = ["Government of Mali", "JNIM", "IS", "Civilians"]
TYPES = ["state_based", "non_state", "one_sided"]


def events(rng: np.random.Generator, n: int, years: int = 2) -> pd.DataFrame:
    low = rng.integers(0, 12, n)
    return pd.DataFrame({
        "event_id": [f"a{i}" for i in range(n)],
        "date": pd.Timestamp("2022-01-01") + pd.to_timedelta(rng.integers(0, 365 * years, n), unit="D"),
        "date_precision": rng.choice(["day", "week", "month"], n, p=[0.88, 0.08, 0.04]),
        "lat": rng.uniform(12, 18, n),
        "lon": rng.uniform(-9, 2, n),
        "ring_km": rng.choice([2.0, 15.0, 60.0], n, p=[0.6, 0.3, 0.1]),
        "event_type": rng.choice(TYPES, n),
        "side_a": rng.choice(GROUPS[:3], n),
        "side_b": rng.choice(GROUPS[1:], n),
        "killed_low": low,
        "killed_best": low + rng.integers(0, 3, n),
        "killed_high": low + rng.integers(3, 6, n),
    })  # fmt: skip


def other(rng: np.random.Generator, ours: pd.DataFrame, *, km: float, days: int, lost: float, twice: float) -> pd.DataFrame:
    """Return the same events as another team tells them: moved, some missing, some told twice, some tolls off."""
    told = ours[rng.random(len(ours)) > lost]
    told = pd.concat([told, told.sample(frac=twice, random_state=1)])
    n = len(told)
    return told.assign(
        event_id=[f"b{i}-{k}" for k, i in enumerate(told["event_id"])],
        lat=told["lat"] + rng.normal(0, km / 111, n),
        lon=told["lon"] + rng.normal(0, km / 111, n),
        date=told["date"] + pd.to_timedelta(rng.integers(-days, days + 1, n), unit="D"),
        killed_best=np.maximum(0, told["killed_best"] + rng.integers(-2, 3, n)),
    ).sample(frac=1, random_state=2)


def rates(pairs: pd.DataFrame, ours: pd.DataFrame, theirs: pd.DataFrame) -> tuple[float, float]:
    """Return precision and recall."""
    right = (pairs["theirs"].str.extract(r"b(a\d+)-")[0] == pairs["ours"]).sum()
    both = set(ours["event_id"]) & set(theirs["event_id"].str.extract(r"b(a\d+)-")[0])
    return right / max(len(pairs), 1), right / max(len(both), 1)


@pytest.mark.parametrize(
    ("km", "days", "density", "precision", "recall"),
    [(5, 0, 400, 0.97, 0.98), (8, 1, 400, 0.97, 0.95), (10, 2, 1500, 0.95, 0.9)],
)
def test_planted_pairs_are_found_and_few_others(km, days, density, precision, recall):
    rng = np.random.default_rng(1)
    ours = events(rng, density)
    theirs = other(rng, ours, km=km, days=days, lost=0.2, twice=0.05)
    ours = ours[rng.random(len(ours)) > 0.2]
    found = rates(ms.link(ours, theirs).pairs, ours, theirs)
    assert found[0] >= precision
    assert found[1] >= recall


def test_two_tables_that_have_nothing_in_common_are_hardly_matched():
    rng = np.random.default_rng(2)
    a, b = events(rng, 400), events(rng, 400).assign(event_id=lambda f: "b" + f["event_id"])
    assert len(ms.link(a, b).pairs) <= 0.04 * 400


def test_every_row_is_told_of_once_with_a_reason():
    rng = np.random.default_rng(3)
    ours = events(rng, 200)
    theirs = other(rng, ours, km=8, days=1, lost=0.3, twice=0.1)
    found = ms.link(ours, theirs)
    assert sorted([*found.pairs["ours"], *found.ours_only["event_id"]]) == sorted(ours["event_id"])
    assert sorted([*found.pairs["theirs"], *found.theirs_only["event_id"]]) == sorted(theirs["event_id"])
    assert found.pairs["why"].str.len().gt(20).all()
    assert found.theirs_only["why"].str.len().gt(10).all()
    assert sources_of_difference(found).to_numpy().sum() == len(found.ours_only) + len(found.theirs_only)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_turning_the_tables_round_turns_the_pairs_round(seed):
    rng = np.random.default_rng(seed)
    ours = events(rng, 40)
    theirs = other(rng, ours, km=10, days=1, lost=0.2, twice=0.1)
    one, back = ms.link(ours, theirs).pairs, ms.link(theirs, ours).pairs
    assert one["score"].sum() == pytest.approx(back["score"].sum(), abs=0.01)
    assert one["ours"].is_unique
    assert one["theirs"].is_unique
    assert (one["score"] >= LEAST).all()


def test_the_score_is_the_weighted_sum_of_its_parts():
    assert sum(WEIGHTS.values()) == pytest.approx(1)
    rng = np.random.default_rng(4)
    ours = events(rng, 80)
    pairs = ms.link(ours, other(rng, ours, km=8, days=1, lost=0, twice=0)).pairs
    assert (sum(pairs[part] * weight for part, weight in WEIGHTS.items()) - pairs["score"]).abs().max() < 0.003


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000))
def test_no_other_choice_of_partners_has_a_higher_sum_of_scores(seed):
    rng = np.random.default_rng(seed)
    ours = events(rng, 3).assign(date=pd.Timestamp("2023-05-01"), date_precision="day", lat=lambda f: 14 + f["lat"] / 50, lon=-4.0)
    theirs = events(rng, 3).assign(event_id=list("xyz"), date=pd.Timestamp("2023-05-02"), date_precision="day", lat=14.3, lon=-4.0)
    theirs["lat"] += rng.normal(0, 0.05, 3)
    # every pair with its score, one at a time
    scores = {
        (o, t): s for i in range(3) for j in range(3) for o, t, s in
        ms.link(ours.iloc[[i]], theirs.iloc[[j]], least=0.01).pairs[["ours", "theirs", "score"]].itertuples(index=False)
    }  # fmt: skip
    best = max(sum(scores.get(p, 0) for p in zip(ours["event_id"], q, strict=True)) for q in itertools.permutations(theirs["event_id"]))
    assert ms.link(ours, theirs, least=0.01).pairs["score"].sum() == pytest.approx(best, abs=0.01)


def test_windows_widen_by_what_each_row_says_of_its_precision():
    one = events(np.random.default_rng(6), 1).assign(lat=14.0, lon=-4.0, ring_km=2.0, date=pd.Timestamp("2023-05-10"), date_precision="day")
    far = one.assign(event_id="b", lat=14.5)
    assert ms.link(one, far).pairs.empty
    assert ms.link(one, far).ours_only["why"].tolist() == ["no row within the windows of place and time"]
    assert len(ms.link(one, far.assign(ring_km=60.0), least=0.3).pairs) == 1
    late = one.assign(event_id="b", date=pd.Timestamp("2023-05-01"))
    assert ms.link(one, late).pairs.empty
    assert len(ms.link(one, late.assign(date_precision="month")).pairs) == 1


def test_our_rows_and_those_of_ucdp_are_matched_by_what_they_tell():
    ours = CASE.select(since="2023-10-01", until="2023-10-31").events
    theirs = pd.DataFrame({
        "event_id": ["ucdp-1"], "date": pd.to_datetime(["2023-10-01"]), "date_precision": ["day"],
        "lat": [17.03], "lon": [-1.4], "ring_km": [25.0],
        "event_type": ["state_based"], "side_a": ["Government of Mali"], "side_b": ["CMA"],
        "killed_low": [27], "killed_best": [27], "killed_high": [27],
    })  # fmt: skip
    pairs = ms.link(ours, theirs).pairs
    assert pairs["ours"].tolist() == ["2023-10-01-bamba"]
    assert "both name" in pairs["why"][0]


def test_nothing_against_nothing_is_nothing():
    none = events(np.random.default_rng(7), 3).iloc[:0]
    some = events(np.random.default_rng(7), 3)
    assert ms.link(none, some).pairs.empty
    assert len(ms.link(some, none).ours_only) == 3
    assert len(ms.link(some.assign(lat=np.nan), some).ours_only) == 3
