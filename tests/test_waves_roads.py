"""What the pages on waves and roads say, counted again from the files with nothing of ours."""

from __future__ import annotations

import calendar
import datetime
import itertools
import math
import random
import re
from collections import Counter

import numpy as np
import pytest

import malisec as ms
import recount
from malisec import charts, i18n, space, style, trends
from malisec.charts import picture
from malisec.charts.roads import WAYS
from malisec.exhibit import plain
from malisec.listing.roads import MEASURES, SIDES, WHOM
from malisec.listing.waves import BACKGROUNDS
from test_regions import cells

CASE = ms.load()
PLACES = {p["place_id"]: p for p in recount.rows("data/places.csv")}
EVENTS = sorted(recount.rows("data/events.csv"), key=lambda e: (e["date"], e["event_id"]))
MONTHS = "January February March April May June July August September October November December".split()
LEAST_RING = {"exact": 0.0, "town": 2.0, "area": 20.0, "region": 75.0}


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def said(text: str) -> str:
    year, month, number = text.split("-")
    return f"{int(number)} {MONTHS[int(month) - 1]} {year}"


def at(event: dict[str, str]) -> tuple[float, float]:
    place = PLACES[event["place_id"]]
    return float(place["lon"]), float(place["lat"])


def km(a: tuple[float, float], b: tuple[float, float]) -> float:
    (x, y), (u, v) = ([math.radians(c) for c in p] for p in (a, b))
    return 2 * 6371.0088 * math.asin(math.sqrt(math.sin((v - y) / 2) ** 2 + math.cos(y) * math.cos(v) * math.sin((u - x) / 2) ** 2))


def ring(event: dict[str, str]) -> float:
    if event["radius_km"]:
        return float(event["radius_km"])
    return max(LEAST_RING[event["location_precision"]], float(PLACES[event["place_id"]]["uncertainty_km"]))


def span(event: dict[str, str]) -> list[datetime.date]:
    """Return the days an event may be of."""
    first = day(event["date"])
    n = {"day": 1, "week": 7, "month": calendar.monthrange(first.year, first.month)[1]}[event["date_precision"]]
    return [first + datetime.timedelta(days=i) for i in range(n)]


def figures(text: str) -> list[float]:
    """Return every number of a sentence, words included, with decimals; "no" and "one" may be no numbers."""
    words = "|".join(w for w in recount.WORDS if w not in {"no", "one"})
    found = re.findall(rf"\d[\d,]*\.?\d*|\b(?:{words}|none)\b", re.sub(r"[.;,](?=\s|$)", " ", text), flags=re.IGNORECASE)
    return [recount.WORDS.get(f.lower(), 0 if f.lower() == "none" else None) if f.isalpha() else float(f.replace(",", "")) for f in found]


def two_digits(x: float) -> int:
    n = round(x)
    return round(n, 2 - len(str(n)))


def at_least(rate: float, least: int) -> float:
    """Return the chance of so many or more, by the sum of the tail: the difference from one would lose it."""
    return sum(math.exp(-rate) * rate**k / math.factorial(k) for k in range(least, least + 40))


# --- waves -------------------------------------------------------------------------------------------------------
WAVES: dict[str, list[dict[str, str]]] = {}
for _event in EVENTS:
    if _event["wave_id"]:
        WAVES.setdefault(_event["wave_id"], []).append(_event)
MORNING = WAVES["wave-2025-07-01"]
LAST = max(max(span(e)) for e in EVENTS)
FIRST = datetime.date(min(day(e["date"]).year for e in EVENTS), 1, 1)
LENGTH = (LAST - FIRST).days + 1


def spread(events: list[dict[str, str]]) -> float:
    return max(km(at(a), at(b)) for a in events for b in events)


def before() -> tuple[float, int, float, int]:
    """Return rows and days of the twelve months before the morning, with and without the days of waves."""
    end = datetime.date(2025, 7, 1)
    window = {end - datetime.timedelta(days=i) for i in range(1, 366)}
    taken = {day(e["date"]) for wave in WAVES.values() for e in wave}
    rows = sum(len(window & set(span(e))) / len(span(e)) for e in EVENTS)
    free = [e for e in EVENTS if not (e["date_precision"] == "day" and day(e["date"]) in taken)]
    return rows, 365, sum(len(window & set(span(e))) / len(span(e)) for e in free), len(window - taken)


def once(events: list[dict[str, str]]) -> list[tuple[float, float, datetime.date]]:
    """Return longitude, latitude and day, each wave as one."""
    alone = [(*at(e), day(e["date"])) for e in events if not e["wave_id"]]
    for wave in {e["wave_id"] for e in events if e["wave_id"]}:
        mine = [e for e in events if e["wave_id"] == wave]
        lon, lat = (sum(c) / len(mine) for c in zip(*map(at, mine), strict=True))
        alone.append((lon, lat, min(day(e["date"]) for e in mine)))
    return alone


def test_headline_on_waves_counts_them_and_reckons_the_morning():
    finding = ms.findings.waves(CASE)
    rows, length, free, rest = before()
    chance, apart = at_least(rows / length, 7) * LENGTH, at_least(free / rest, 7) * LENGTH
    assert figures(finding.title) == [7, two_digits(1 / chance), round(LENGTH / 365.25), len(WAVES)]
    # the other backgrounds make such a day rarer, so that the title gives the most that chance can do
    by_year = Counter(d.year for e in EVENTS for d in span(e) if d == span(e)[0])
    years = {y: 366 if calendar.isleap(y) else 365 for y in by_year} | {LAST.year: (LAST - datetime.date(LAST.year, 1, 1)).days + 1}
    assert sum(n * at_least(by_year[y] / n, 7) for y, n in years.items()) < chance

    lead = plain(finding.lead)
    all_waves, morning, excited, near = re.fullmatch(r"(.*? km\.) (The wave of .*?\.) (A self.*?\.) (With .*)", lead).groups()
    members = [e for wave in WAVES.values() for e in wave]
    widest = max(WAVES.values(), key=spread)
    assert f"from {said(min(e['date'] for e in members))} to {said(max(w[0]['date'] for w in WAVES.values()))}" in all_waves
    assert f"the widest, of {said(widest[0]['date'])}, reaches over {spread(widest):,.0f} km" in all_waves
    assert all_waves.startswith(f"{len(members)} of {len(EVENTS)} events belong to {len(WAVES)} waves")
    sizes = sorted(len(w) for w in WAVES.values())
    assert figures(re.search(r", of (\w+ to \w+) rows", all_waves)[1]) == [sizes[0], sizes[-1]]

    assert len(MORNING) == 7
    assert said(MORNING[0]["date"]) in morning
    assert figures(morning.partition("2025")[2].replace("twelve months", "")) == [
        7,
        round(spread(MORNING)),
        round(rows),
        365,
        two_digits(1 / chance),
        two_digits(1 / apart),
    ]
    alpha, times, none, histories = figures(excited)
    assert (none, histories) == (0, 1000)
    mine, expected = self_exciting()
    assert alpha == pytest.approx(mine, abs=0.011)
    assert times == pytest.approx(1 / expected, rel=0.25)
    check_near(near)


def self_exciting() -> tuple[float, float]:
    """Fit by a grid, in other code: rows a day, levels by year, memory that fades; return alpha and how many days of seven."""
    counts = np.zeros(LENGTH)
    for e in EVENTS:
        counts[(span(e)[len(span(e)) // 2] - FIRST).days] += 1
    year = np.array([(FIRST + datetime.timedelta(days=i)).year for i in range(LENGTH)])
    level = np.array([counts[year == y].mean() for y in year])
    best = (-np.inf, 0.0, 0.0)
    for decay in np.arange(0, 0.96, 0.06):
        memory = np.zeros(LENGTH)
        for i in range(1, LENGTH):
            memory[i] = decay * memory[i - 1] + (1 - decay) * counts[i - 1]
        for alpha in np.arange(0, 0.3, 0.005):
            rate = (1 - alpha) * level + alpha * memory
            best = max(best, (float((counts * np.log(rate) - rate).sum()), float(alpha), float(decay)))
    _, alpha, decay = best
    draw, memory, total = np.random.default_rng(11), np.full(800, level[0]), 0.0
    powers = np.array([1 / math.factorial(k) for k in range(7, 16)])
    for i in range(LENGTH):
        rate = (1 - alpha) * level[i] + alpha * memory
        total += float((np.exp(-rate) * (rate[:, None] ** np.arange(7, 16) @ powers)).mean())
        memory = decay * memory + (1 - decay) * draw.poisson(rate)
    return alpha, total


def near_table() -> dict[tuple[int, int], tuple[int, float, int]]:
    """Return pairs found, expected and shuffles that reach them, dates moving within years, each wave once."""
    points = once([e for e in EVENTS if e["date_precision"] == "day" and ring(e) <= 10])
    pairs = []
    for i, a in enumerate(points):
        for j in range(i):
            apart = km(a[:2], points[j][:2])
            if apart <= 51:
                pairs.append((apart, i, j))
    moved = [p[2].toordinal() for p in points]
    year = [p[2].year for p in points]
    close = [(r, d) for r in (10, 25, 50) for d in (7, 14, 30)]

    def count(days: list[int]) -> list[int]:
        return [sum(apart <= r and abs(days[i] - days[j]) <= d for apart, i, j in pairs) for r, d in close]

    found, draw, told = count(moved), random.Random(5), []
    for _ in range(300):
        days = moved[:]
        for y in set(year):
            mine = [i for i, other in enumerate(year) if other == y]
            mixed = [moved[i] for i in mine]
            draw.shuffle(mixed)
            for i, d in zip(mine, mixed, strict=True):
                days[i] = d
        told.append(count(days))
    mean = [sum(t[c] for t in told) / len(told) for c in range(9)]
    return {cell: (found[c], mean[c], sum(t[c] >= found[c] for t in told)) for c, cell in enumerate(close)}


def check_near(text: str) -> None:
    mine = near_table()
    ours = space.near_repeat(trends.once(space.known_points(CASE.events)), within_years=True)
    assert {(c.km, c.days): c.found for c in ours.itertuples()} == {cell: found for cell, (found, _, _) in mine.items()}
    for c in ours.itertuples():
        assert c.expected == pytest.approx(mine[c.km, c.days][1], rel=0.06, abs=0.4)
    low, high, r, d, found, expected, anywhere, of, nine = figures(text)
    ratios = [f / m for f, m, _ in mine.values()]
    assert (low, high) == (pytest.approx(min(ratios), abs=0.12), pytest.approx(max(ratios), abs=0.2))
    assert found == mine[int(r), int(d)][0]
    assert expected == pytest.approx(mine[int(r), int(d)][1], rel=0.06)
    assert (of, nine) == (999, 9)
    # as rare in any cell, so no rarer than in this one; and nine questions cannot cost more than nine times
    assert mine[int(r), int(d)][2] <= 3
    assert anywhere <= 20


def test_caution_on_waves_counts_the_rows_before_the_first():
    caution = plain(ms.findings.waves(CASE).caution)
    first = min(w[0]["date"] for w in WAVES.values())
    assert f"{sum(e['date'] < first for e in EVENTS)} rows come before the first wave" in caution


def test_table_of_waves_lists_each_with_its_places_spread_and_toll():
    found = cells(ms.listing.waves(CASE))
    assert len(found) == len(WAVES)
    for row, (_, wave) in zip(found, sorted(WAVES.items(), key=lambda w: (w[1][0]["date"], w[0])), strict=True):
        assert (row["day"], int(row["rows"])) == (wave[0]["date"], len(wave))
        assert all(PLACES[e["place_id"]]["name"] in row["places"] for e in wave)
        assert all(PLACES[e["place_id"]]["region_2023"] in row["regions"] for e in wave)
        assert int(row["spread, km"].replace(",", "")) == round(spread(wave))
        nearest = sorted(min(km(at(a), at(b)) for b in wave if b is not a) for a in wave)
        middle = (nearest[(len(nearest) - 1) // 2] + nearest[len(nearest) // 2]) / 2
        assert int(row["spacing, km"].replace(",", "")) == round(middle)
        assert (row["killed"], row["known for"]) == recount.killed(wave)


def test_crowded_days_are_counted_with_all_rows_and_with_each_wave_once():
    known = Counter(e["date"] for e in EVENTS if e["date_precision"] == "day")
    table = ms.days.crowded(CASE.events)
    alone = Counter(d for *_, d in once(EVENTS))
    for k in range(3, 9):
        assert table.loc[k, "found"] == sum(n >= k for n in known.values())
        assert table.loc[k, "found_once"] == sum(n >= k for n in alone.values())
    rows = cells(ms.listing.crowded_days(CASE))
    assert {r["day"]: int(r["rows"]) for r in rows} == {d: n for d, n in known.items() if n >= 3}
    for row in rows:
        assert int(row["in a wave"]) == sum(e["date"] == row["day"] and bool(e["wave_id"]) for e in EVENTS)
    numbers = figures(plain(charts.crowded_days(CASE).reading))
    four, expected = numbers[0], numbers[2]
    two, poisson, reached, histories = numbers[-4:]
    assert four == table.loc[4, "found"]
    assert expected == pytest.approx(table.loc[4, "poisson"], abs=0.01)
    assert (two, histories) == (table.loc[2, "found_once"], 1000)
    assert poisson == pytest.approx(table.loc[2, "poisson_once"], abs=0.51)
    assert reached == table.loc[2, "reached_once"]


# --- the ring around Bamako ---------------------------------------------------------------------------------------
BAMAKO = (float(PLACES["bamako"]["lon"]), float(PLACES["bamako"]["lat"]))
Z = 1.959963984540054


def four(within: list[bool], late: list[bool], weight: list[float]) -> tuple[float, float, float] | None:
    """Return the odds ratio of a table of four with Woolf's interval; none with fewer than five in a cell."""
    sums = [sum(w for a, b, w in zip(within, late, weight, strict=True) if (a, b) == c) for c in ((1, 1), (0, 1), (1, 0), (0, 0))]
    if min(sums) < 5:
        return None
    ratio, half = sums[0] * sums[3] / sums[1] / sums[2], Z * math.sqrt(sum(1 / s for s in sums))
    return ratio, ratio * math.exp(-half), ratio * math.exp(half)


def a_year(within: list[bool], years: list[float]) -> tuple[float, float, float]:
    """Return the odds ratio of one year by Newton's steps."""
    x, y = np.column_stack([np.ones(len(years)), years]), np.array(within, dtype=float)
    b = np.zeros(2)
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ b))
        information = (x * (p * (1 - p))[:, None]).T @ x
        b = b + np.linalg.solve(information, x.T @ (y - p))
    half = Z * math.sqrt(np.linalg.inv(information)[1, 1])
    return math.exp(b[1]), math.exp(b[1] - half), math.exp(b[1] + half)


def ways(limit: float) -> dict[str, tuple[list[dict[str, str]], list[bool], list[float]]]:
    far = {e["event_id"]: km(at(e), BAMAKO) for e in EVENTS}
    kinds = {s["source_id"]: s for s in recount.rows("data/sources.csv")}

    def voices(e: dict[str, str]) -> int:
        about = [c for c in recount.rows("data/claims.csv") if c["event_id"] == e["event_id"]]
        joint = [c for c in recount.rows("data/claims.csv") if e["shared_toll_id"] and c["shared_toll_id"] == e["shared_toll_id"]]
        ids = {i for c in [e, *about, *joint] for i in c["source_ids"].split()}
        return len({kinds[i]["origin"] or kinds[i]["publisher"] for i in ids})

    sizes = Counter(e["wave_id"] for e in EVENTS if e["wave_id"])
    seeded = {e["event_id"] for e in EVENTS if any(kinds[i]["kind"] == "seed" for i in e["source_ids"].split())}

    def way(events, reach=lambda _: 0.0, weight=lambda _: 1.0):
        return events, [far[e["event_id"]] + reach(e) <= limit for e in events], [weight(e) for e in events]

    return {
        "all": way(EVENTS),
        "once": way(EVENTS, weight=lambda e: 1 / sizes[e["wave_id"]] if e["wave_id"] else 1.0),
        "unseeded": way([e for e in EVENTS if e["event_id"] not in seeded]),
        "widely": way([e for e in EVENTS if voices(e) >= 3]),
        "earlier": way([e for e in EVENTS if e["date"] < "2025"]),
        "surely": way(EVENTS, ring),
        "perhaps": way(EVENTS, lambda e: -ring(e)),
    }


def late(events: list[dict[str, str]]) -> list[bool]:
    return [e["date"] >= "2024-07-01" for e in events]


def test_headline_on_roads_counts_rows_near_bamako_before_and_since():
    finding = ms.findings.roads(CASE)
    lead = plain(finding.lead)
    counted = {limit: ways(limit) for limit in (100, 250)}
    sums = {}
    for limit in (250, 100):
        events, within, _ = counted[limit]["all"]
        after = late(events)
        sums[limit] = [sum(a and b for a, b in zip(within, after, strict=True)), sum(after)]
        sums[limit] += [sum(within) - sums[limit][0], len(after) - sums[limit][1]]
        found = {name: four(w, late(e), weight) for name, (e, w, weight) in counted[limit].items()}
        ends = [
            sum(w and b is bool(since) for w, b in zip(counted[limit][name][1], after, strict=True))
            for since in (1, 0)
            for name in ("surely", "perhaps")
        ]
        clear = [f for f in found.values() if f is not None]
        text, k, n = re.search(rf"(Within {limit} km lie .*?); in (\w+) of (\w+) ways of counting the whole", lead).groups()
        assert figures(text.replace("July 2024", "")) == [limit, *sums[limit], *(round(v, 2) for v in found["all"]), *ends]
        assert recount.numbers(f"{k.replace('none', 'no')} {n}") == [sum(f[1] > 1 for f in clear), len(clear)]
        # the other ways of counting, as the picture has them
        ours = space.drift(CASE.events, CASE.places, CASE.sources, limit)
        for name, (_, w, weight) in counted[limit].items():
            assert ours.loc[name, "rows"] == pytest.approx(sum(weight))
            assert ours.loc[name, "within"] == pytest.approx(sum(x for x, inside in zip(weight, w, strict=True) if inside))
            theirs = found[name]
            mine = ours.loc[name, ["odds", "odds_low", "odds_high"]].to_list()
            assert np.isnan(mine).all() if theirs is None else mine == pytest.approx(theirs, rel=1e-3), name
    after, all_late, early, all_early = sums[250]
    assert figures(finding.title.replace("July 2024", "")) == [round(100 * after / all_late), 250, round(100 * early / all_early), 100]
    verdict = four(counted[100]["all"][1], late(EVENTS), counted[100]["all"][2])
    assert finding.title.endswith("no change can be told") is (verdict[1] <= 1 <= verdict[2])


def test_caution_on_roads_counts_what_comes_before_the_year_searched_most():
    caution = plain(ms.findings.roads(CASE).caution)
    events, within, _ = ways(250)["earlier"]
    some = [w for w, e in zip(within, events, strict=True) if e["date"] >= "2024-07-01"]
    years = [(day(e["date"]) - datetime.date(2024, 7, 1)).days / 365.25 for e in events]
    numbers = figures(caution.partition("2025 was searched most")[2].replace("July 2024", ""))
    assert numbers == [len(some), sum(some), 250, *(round(v, 2) for v in a_year(within, years))]
    seeds = {s["source_id"] for s in recount.rows("data/sources.csv") if s["kind"] == "seed"}
    assert not [e for e in EVENTS if set(e["source_ids"].split()) <= seeds]
    assert caution.endswith("No row rests on seed documents alone.")


def test_shares_of_years_count_rows_by_their_points_and_rings():
    for limit in (100, 250):
        counted = ways(limit)
        km_ = space.from_capital(CASE.events, CASE.places)
        ours = space.shares(km_, CASE.events["ring_km"], CASE.events["date"].dt.year, limit)
        for year, row in ours.iterrows():
            mine = [i for i, e in enumerate(EVENTS) if e["date"].startswith(str(year))]
            assert row["rows"] == len(mine)
            for name, column in (("all", "within"), ("surely", "surely"), ("perhaps", "perhaps")):
                assert row[column] == sum(counted[name][1][i] for i in mine)


# --- roads -------------------------------------------------------------------------------------------------------
def flat(point: tuple[float, float]) -> tuple[float, float]:
    """Put a point on a plane around the middle of the country: equidistant, on the sphere."""
    middle = (-4.0, 15.0)
    far, (x, y), (u, v) = km(middle, point), *([math.radians(c) for c in p] for p in (middle, point))
    turn = math.atan2(math.sin(u - x) * math.cos(v), math.cos(y) * math.sin(v) - math.sin(y) * math.cos(v) * math.cos(u - x))
    return far * math.sin(turn), far * math.cos(turn)


def away(event: dict[str, str], road: list[str]) -> float:
    p = flat(at(event))
    way = [flat((float(PLACES[i]["lon"]), float(PLACES[i]["lat"]))) for i in road]
    found = []
    for (ax, ay), (bx, by) in itertools.pairwise(way):
        t = ((p[0] - ax) * (bx - ax) + (p[1] - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)
        t = min(max(t, 0), 1)
        found.append(math.hypot(p[0] - ax - t * (bx - ax), p[1] - ay - t * (by - ay)))
    return min(found)


def roads() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for stop in sorted(recount.rows("data/corridors.csv"), key=lambda c: (c["corridor_id"], int(c["seq"]))):
        found.setdefault(stop["corridor_id"], []).append(stop["place_id"])
    return found


def near(road: list[str]) -> list[dict[str, str]]:
    return [e for e in EVENTS if away(e, road) <= 20 < km(at(e), BAMAKO)]


def test_headline_on_roads_names_the_road_with_the_most_events():
    counts = {road: near(stops) for road, stops in roads().items()}
    names = {c["corridor_id"]: c["name"] for c in recount.rows("data/corridors.csv")}
    recent = {road: [e for e in mine if e["date"] > "2025"] for road, mine in counts.items()}
    most, newest = (max(sorted(c), key=lambda r: len(c[r])) for c in (counts, recent))
    lead = plain(ms.findings.roads(CASE).lead)
    text = lead.partition("above one. Of ")[2]
    everywhere = {e["event_id"] for mine in counts.values() for e in mine}
    lately = {e["event_id"] for mine in recent.values() for e in mine}
    assert text.startswith(f"{len(everywhere)} events within 20 km of a road")
    assert f"near the {names[most]} ({len(counts[most])}) than near any other" in text
    assert f"after 2024 it is the {names[newest]} ({len(recent[newest])} of {len(lately)})" in text
    fuel = [e for e in EVENTS if e["target_kind"] == "fuel_transport"]
    assert figures(re.search(r"(\w+) attacks on fuel transport", text)[1]) == [len(fuel)]


def test_table_of_roads_counts_events_by_period_with_their_tolls():
    found = cells(ms.listing.roads(CASE))
    names = {c["corridor_id"]: c["name"] for c in recount.rows("data/corridors.csv")}
    assert [r["road"] for r in found] == [names[road] for road in roads()]
    periods = {"until 2019": ("0", "2020"), "2020–2022": ("2020", "2023"), "2023–2024": ("2023", "2025"), "since 2025": ("2025", "9")}
    assert [int(p[0]) for p in [*periods.values()][1:]] == [y + 1 for y in space.PERIODS]
    for row, (_, stops) in zip(found, roads().items(), strict=True):
        mine = near(stops)
        sure = [e for e in EVENTS if away(e, stops) + ring(e) <= 20 < km(at(e), BAMAKO) - ring(e)]
        perhaps = [e for e in EVENTS if away(e, stops) - ring(e) <= 20 < km(at(e), BAMAKO) + ring(e)]

        def three(first: str, last: str, *lists: list[dict[str, str]]) -> str:
            n, s, p = (sum(first <= e["date"] < last for e in some) for some in lists)
            return f"{n}" if n == s == p else f"{n} ({s}–{p})"

        assert row["all"] == three("0", "9", mine, sure, perhaps)
        for name, ends in periods.items():
            assert row[name] == three(*ends, mine, sure, perhaps), name
        assert row["on fuel"] == three(
            "0", "9", *([e for e in some if e["target_kind"] == "fuel_transport"] for some in (mine, sure, perhaps))
        )
        assert (row["killed"], row["known for"]) == recount.killed(mine)
        assert row["last"] == said(max(e["date"] for e in mine))


def test_each_attack_on_fuel_has_every_speaker_on_his_side_and_every_page():
    found = cells(ms.listing.fuel_convoys(CASE))
    fuel = [e for e in EVENTS if e["target_kind"] == "fuel_transport"]
    assert [r["date"] for r in found] == [e["date"] for e in fuel]
    for row, event in zip(found, fuel, strict=True):
        claims = [c for c in recount.rows("data/claims.csv") if c["event_id"] == event["event_id"] and not c["superseded_by"]]
        for side, kinds in SIDES.items():
            speakers = {c["said_by"] for c in claims if c["said_by_kind"] in kinds}
            assert all(s in row[side] for s in speakers), event["event_id"]
            others = {c["said_by"] for c in claims if c["said_by_kind"] not in kinds} - speakers
            assert not any(f"{s} – " in row[side] for s in others)
            burnt = [c for c in claims if c["measure"] == "vehicles_destroyed" and c["said_by_kind"] in kinds]
            assert all(c["low"] in row[side] for c in burnt)
        ids = {i for c in [event, *claims] for i in c["source_ids"].split()}
        if len(ids) > 2:
            assert row["sources"].startswith(f"{len(ids)} pages")
    official = SIDES["army and government say"]
    ids = {e["event_id"] for e in fuel}
    about = [c for c in recount.rows("data/claims.csv") if c["event_id"] in ids]
    counted = {c["event_id"] for c in about if c["said_by_kind"] in official and (c["low"] or c["high"])}
    claimed = {c["event_id"] for c in about if c["said_by_kind"] == "armed_group" and c["measure"] == "responsibility"}
    vehicles = {c["event_id"] for c in about if c["measure"] == "vehicles_destroyed"}
    reading = plain(ms.listing.fuel_convoys(CASE).reading)
    assert figures(reading.replace("an armed", "")) == [len(fuel), len(claimed), len(fuel) - len(counted), len(vehicles)]


def test_the_blockade_is_told_in_the_order_of_its_days_with_its_pages():
    found = cells(ms.listing.fuel_blockade(CASE))
    fuel = re.compile(r"\b(?:fuel|tankers?)\b", re.IGNORECASE)
    start = next(b["start"] for b in recount.rows("data/blockades.csv") if b["blockade_id"] == "2025-09-fuel")
    wanted = [b["summary"] for b in recount.rows("data/blockades.csv") if b["start"] >= start and fuel.search(b["summary"])]
    wanted += [b["summary"] for b in recount.rows("data/blockades.csv") if b["start"] >= start and b["end"] and fuel.search(b["summary"])]
    wanted += [
        m["summary"]
        for m in recount.rows("data/milestones.csv")
        if m["date"] >= start and (m["kind"] == "economy" or fuel.search(f"{m['label']} {m['summary']}"))
    ]
    ours = {"airstrike", "military_operation"}
    wanted += [
        e["summary"]
        for e in EVENTS
        if e["date"] >= start and (e["target_kind"] == "fuel_transport" or (e["event_type"] in ours and fuel.search(e["summary"])))
    ]
    assert Counter(row["what"] for row in found) == Counter(wanted)
    days = [row["date"][:7] for row in found]
    assert days == sorted(days)
    assert all(row["sources"] for row in found)
    assert sum(row["kind"] == "attack" for row in found) == sum(e["target_kind"] == "fuel_transport" for e in EVENTS)


def test_calendar_draws_no_end_where_none_is_known():
    shown = charts.blockade_calendar(CASE)
    table = recount.rows("data/blockades.csv")
    assert shown.svg.count("end not known") == sum(not b["end"] for b in table)
    ended = [(day(b["end"]) - day(b["start"])).days for b in table if b["end"]]
    assert figures(plain(shown.reading)) == [len(table), len(table) - len(ended), max(ended)]


# --- words -------------------------------------------------------------------------------------------------------
def test_every_label_kept_in_a_list_has_its_french(monkeypatch):
    # the tables behind the pictures, without drawing these
    monkeypatch.setattr(picture, "_svg", lambda *_: ("<svg></svg>", {}))
    every = [*WAYS.values(), *BACKGROUNDS.values(), *MEASURES.values(), *WHOM.values(), *SIDES]
    assert [text for text in every if text not in i18n.catalogue()] == []
    for draw in (charts.wave_spread, charts.crowded_days, charts.near_repeats, charts.capital_distance, charts.capital_shares,
                 charts.capital_drift, charts.road_strips, charts.blockade_calendar):  # fmt: skip
        twin = draw(CASE).twin
        assert [c for c in twin.columns if c not in i18n.catalogue()] == [], draw.__name__
    for table in (
        ms.listing.waves,
        ms.listing.backgrounds,
        ms.listing.crowded_days,
        ms.listing.roads,
        ms.listing.fuel_convoys,
        ms.listing.fuel_blockade,
    ):
        body = table(CASE).body
        head = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', body)
        assert [h for h in head if "ms-fr" not in h and re.search("[a-z]", h) and i18n.french(h) == h and h not in i18n.catalogue()] == []


def test_seven_ways_of_counting_are_told_as_seven():
    assert list(WAYS) == space.drift(CASE.events, CASE.places, CASE.sources, 250).index.tolist()
    assert "seven" in charts.capital_drift(CASE).title
    assert f"{style.words(space.WIDELY)} or more independent publishers" in WAYS["widely"]
    assert str(space.SEARCHED - 1) in WAYS["earlier"]


def test_same_tables_give_the_same_words_and_pictures():
    assert repr(ms.findings.waves(CASE)) == repr(ms.findings.waves(CASE))
    assert charts.near_repeats(CASE).svg == charts.near_repeats(CASE).svg


@pytest.mark.parametrize(
    "chosen",
    [
        CASE.select(since="1990-01-01", until="1990-12-31"),
        CASE.select(since="2025-07-01", until="2025-07-01", place="kayes"),
        CASE.select(wave="wave-2025-07-01"),
    ],
    ids=["nothing", "one event", "one wave"],
)
def test_any_selection_is_drawn_and_said(chosen):
    for draw in (
        *(charts.wave_spread, charts.crowded_days, charts.near_repeats, charts.capital_distance, charts.capital_shares),
        *(charts.capital_drift, charts.road_strips, charts.blockade_calendar),
        *(ms.listing.waves, ms.listing.backgrounds, ms.listing.crowded_days, ms.listing.roads, ms.listing.fuel_convoys),
        ms.listing.fuel_blockade,
    ):
        shown = draw(chosen)
        assert plain(shown.reading)
        assert "nan" not in plain(shown.reading).lower().split()
    for find in (ms.findings.waves, ms.findings.roads):
        assert "nan" not in repr(find(chosen)).lower().split()
