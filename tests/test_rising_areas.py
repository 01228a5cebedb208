"""The headlines on the rise of violence and on the four regions, reckoned again from the files, with formulas of our own."""

from __future__ import annotations

import math
import re
from collections import Counter

import numpy as np
import pytest
from scipy import optimize, special

import malisec as ms
import recount
from malisec.exhibit import plain

CASE = ms.load()
SINCE = 2012


def decimals(text: str) -> list[float]:
    return [float(t.replace(",", "")) for t in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]


# --- a second way to the noise: the likelihood in one unknown, since a year's level is its mean whatever the dispersion ---
def loglik(alpha: float, years: list[list[float]]) -> float:
    total = 0.0
    for months in years:
        y, mean, size = np.array(months), float(np.mean(months)), 1 / alpha
        total += float(np.sum(special.gammaln(y + size) - special.gammaln(size) - special.gammaln(y + 1)))
        total += float(np.sum(size * np.log(size / (size + mean)) + y * np.log(mean / (size + mean))))
    return total


def noise() -> tuple[float, float]:
    """Return the dispersion and the widening of variances."""
    series = recount.deaths(SINCE)
    years = [[n for y, _, n in series if y == year] for year in sorted({y for y, _, _ in series})]
    alpha = optimize.minimize_scalar(lambda a: -loglik(math.exp(a), years), bounds=(-5, 3), method="bounded").x
    alpha = math.exp(alpha)
    left = [(n - np.mean(months)) / math.sqrt(np.mean(months) + alpha * np.mean(months) ** 2) for months in years for n in months]
    # a level for each year takes a twelfth of the spread with it, and likeness of neighbours
    rho = max((float(np.corrcoef(left[:-1], left[1:])[0, 1]) + 1 / 12) / (1 - 3 / 12), 0.0)
    return alpha / (1 - 1 / 12), (1 + rho) / (1 - rho)


def ratio(after: list[float], before: list[float]) -> tuple[float, float, float]:
    alpha, wide = noise()
    log = math.log(np.mean(after) / np.mean(before))
    error = 1.959964 * math.sqrt(wide * (1 / sum(after) + 1 / sum(before) + alpha * (1 / len(after) + 1 / len(before))))
    return math.exp(log), math.exp(log - error), math.exp(log + error)


def test_the_title_on_the_rise_is_that_of_the_last_year_against_the_worst():
    series = recount.deaths(SINCE)
    totals = Counter()
    for year, _, n in series:
        totals[year] += n
    last, peak = max(totals), max(totals, key=totals.get)
    r, low, high = ratio([n for y, _, n in series if y == last], [n for y, _, n in series if y == peak])
    title = ms.findings.rising(CASE).title
    assert low < 1 < high
    assert title.startswith(f"No rise since {peak}, nor a sure fall: deaths of {last} are ")
    assert decimals(title.partition(" are ")[2]) == pytest.approx([r, low, high], abs=0.0051)
    assert f"counts {totals[last]:,.0f} deaths in {last} and {totals[peak]:,.0f} in {peak}" in plain(ms.findings.rising(CASE).lead)


def test_the_one_change_of_level_is_the_best_single_split_and_no_second_one_pays():
    series = recount.deaths(SINCE)
    values = np.array([n for _, _, n in series])
    alpha, wide = noise()
    price = wide * 2 * math.log(len(values))

    def fits(part: np.ndarray) -> float:
        return loglik(alpha, [list(part)])

    def best(part: np.ndarray) -> tuple[float, int]:
        return max((2 * (fits(part[:i]) + fits(part[i:]) - fits(part)), i) for i in range(6, len(part) - 5))

    gain, at = best(values)
    assert all(best(half)[0] < 1.5 * price for half in (values[:at], values[at:]))
    # found under those penalties that its gain pays for; under the mildest three other changes together pay more
    penalties = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
    year, month, _ = series[at]
    assert (year, month) == (2018, 1)
    found = re.search(
        r"in (\w+ \d{4}) \(found under (\w+) of (\w+) penalties\): (\d+) deaths a month before, "
        r"(\d+) since, (\S+) times as many \((\S+) to (\S+)\)",
        plain(ms.findings.rising(CASE).lead),
    )
    assert found is not None
    assert found[1] == "January 2018"
    assert recount.numbers(f"{found[2]} {found[3]}") == [sum(gain > p * price for p in penalties[1:]), len(penalties)]
    before, after = values[:at], values[at:]
    assert [int(found[4]), int(found[5])] == [round(before.mean()), round(after.mean())]
    assert [float(found[i]) for i in (6, 7, 8)] == pytest.approx(ratio(list(after), list(before)), abs=0.051)


def test_our_rows_after_the_series_ends_and_the_share_known_to_one_voice():
    last = max(y for y, _, _ in recount.deaths())
    years = Counter(int(e["date"][:4]) for e in recount.rows("data/events.csv"))
    most = max((y for y in years if y > last), key=lambda y: years[y])
    single = {y: sum(recount.voices(e) <= 1 for e in recount.of_year(y)) / years[y] for y in (last, most)}
    lead = plain(ms.findings.rising(CASE).lead)
    assert f"our rows go from {years[last]} in {last} to {years[most]} in {most}" in lead
    assert f"from {single[last]:.0%} to {single[most]:.0%}." in lead


def test_the_reading_of_rows_beside_deaths_counts_years_that_moved_the_same_way():
    deaths = Counter()
    for year, _, n in recount.deaths(SINCE):
        deaths[year] += n
    rows = Counter(int(e["date"][:4]) for e in recount.rows("data/events.csv"))
    other = [y for y in list(deaths)[1:] if (rows[y] > rows[y - 1]) != (deaths[y] > deaths[y - 1])]
    said = plain(ms.charts.rows_beside_deaths(CASE).reading)
    assert said.startswith(
        f"Rows and deaths moved the same way in {len(deaths) - 1 - len(other)} of {len(deaths) - 1} years, not in {other[0]}"
    )
    per = {y: rows[y] / deaths[y] * 100 for y in deaths}
    least, most = min(per, key=per.get), max(per, key=per.get)
    assert f"{per[least]:.1f} rows of {least} and {per[most]:.1f} of {most}" in said


# --- four regions ------------------------------------------------------------------------------------------------
def west(event: dict[str, str]) -> bool:
    return next(p["region_2023"] for p in recount.rows("data/places.csv") if p["place_id"] == event["place_id"]) in recount.AREAS["Kayes"]


def slope(events: list[dict[str, str]]) -> tuple[float, float, float]:
    """Fit a logistic regression by Newton's method."""
    day = np.array([np.datetime64(e["date"]) for e in events])
    x = np.column_stack([np.ones(len(day)), (day - day.min()).astype(float) / 365.25])
    y = np.array([west(e) for e in events], dtype=float)
    beta = np.zeros(2)
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ beta))
        weight = x.T @ (x * (p * (1 - p))[:, None])
        beta = beta + np.linalg.solve(weight, x.T @ (y - p))
    error = 1.959964 * math.sqrt(np.linalg.inv(weight)[1, 1])
    return math.exp(beta[1]), math.exp(beta[1] - error), math.exp(beta[1] + error)


def once(events: list[dict[str, str]]) -> list[dict[str, str]]:
    seen: set[str] = set()
    return [e for e in events if not e["wave_id"] or not (e["wave_id"] in seen or seen.add(e["wave_id"]))]


def test_the_move_west_holds_in_as_many_readings_as_the_headline_says():
    events = sorted((e for e in recount.rows("data/events.csv") if e["date"] >= "2023"), key=lambda e: (e["date"], e["event_id"]))
    seeds = {s["source_id"] for s in recount.rows("data/sources.csv") if s["kind"] == "seed"}
    unseeded = [e for e in events if not seeds & set(e["source_ids"].split())]
    everywhen = sorted(recount.rows("data/events.csv"), key=lambda e: (e["date"], e["event_id"]))
    others = [
        once(events),
        unseeded,
        once(unseeded),
        [e for e in events if recount.voices(e) >= 4],
        [e for e in events if e["date"] < "2025"],
        [e for e in everywhen if e["date"] >= "2018"],
        [e for e in everywhen if e["date"] >= "2020"],
    ]
    everything, rest = slope(events), [slope(r) for r in others]
    held = sum(low > 1 for _, low, _ in [everything, *rest])
    assert held < 1 + len(rest)
    finding = ms.findings.areas(CASE)
    assert finding.title.startswith("A growing share of rows lies in the west under ")
    assert recount.numbers(finding.title) == [held, 1 + len(rest)]
    lead = plain(finding.lead)
    said = re.search(r"multiply by (\S+) a year \((\S+) to (\S+)\) over all rows, and by (\S+) to (\S+) under", lead)
    assert said is not None
    ends = [min(r for r, _, _ in rest), max(r for r, _, _ in rest)]
    assert [float(n) for n in said.groups()] == pytest.approx([*everything, *ends], abs=0.051)
    inside = {y: (sum(map(west, recount.of_year(y))), len(recount.of_year(y))) for y in range(2023, 2027)}
    top = max(inside, key=lambda y: inside[y][0] / inside[y][1])
    (a, b), (c, d), (e, f) = inside[2023], inside[top], inside[2026]
    assert f"lay {a} of 2023’s {b} rows, {c} of {top}’s {d} and {e} of 2026’s {f}." in lead
    for area in recount.AREAS:
        assert f"{len(recount.events_of(area))} events in {area}" in lead


def test_tolls_of_the_four_regions_are_those_of_the_plain_rows():
    rows = {row["region"]: row for row in ms.charts.area_tolls(CASE).twin.to_dict("records")}
    for area in recount.AREAS:
        low, high, no_bound, known, elsewhere = recount.total(recount.events_of(area))
        assert str(rows[area]["killed"]).endswith(f"({low:,}–{high:,}{'+' if no_bound else ''})")
        assert (rows[area]["known for"], rows[area]["only with places elsewhere"]) == (known, elsewhere)
        assert rows[area]["events"] == len(recount.events_of(area)) == known + elsewhere + rows[area]["unknown"]


def test_targets_and_names_by_region_add_up():
    targets = ms.charts.area_targets(CASE).twin
    for area in recount.AREAS:
        assert targets[area].sum() == len(recount.events_of(area))
    named = ms.charts.area_actors(CASE).twin.set_index("perpetrator")
    for area in recount.AREAS:
        jnim = sum("jnim" in recount.with_roofs(e) for e in recount.events_of(area))
        assert named.loc["JNIM", area] == jnim
        assert named.loc["nobody named", area] == sum(not recount.people(e) for e in recount.events_of(area))
