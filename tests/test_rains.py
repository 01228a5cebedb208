"""What the report on the rainy season says, reckoned again from the files with nothing of ours."""

from __future__ import annotations

import dataclasses
import re

import pytest

import malisec as ms
import recount
import recount_time as again
from malisec.exhibit import plain

CASE = ms.load()
EVENTS = recount.rows("data/events.csv")
REGION = {p["place_id"]: p["region_2023"] for p in recount.rows("data/places.csv")}
KIND = {a["actor_id"]: a["kind"] for a in recount.rows("data/actors.csv")}
GROUPS = {"jihadist_group", "separatist_group", "self_defence_group"}
STATES = {"state_force", "foreign_force", "private_force", "un_force"}
DEATHS = {m: n for m, n in again.deaths().items() if m[0] >= 2012}
COUNTRY = recount.AREAS | {
    "North": {"Gao", "Kidal", "Ménaka", "Tombouctou", "Taoudénit"},
    "South": {"Sikasso", "Bougouni", "Koutiala", "Dioïla"},
    "Nara": {"Nara"},
}
END = (2025, 12)


def villages(by: str, *, centre: bool = True) -> list[dict[str, str]]:
    """Return the events that stand for attacks on villages."""
    here = COUNTRY["Mopti"] | COUNTRY["Ségou"]
    found = []
    for e in EVENTS:
        kinds = {KIND[a] for a in recount.people(e)}
        civilians = e["target_kind"] == "civilians" or e["event_type"] == "massacre_of_civilians"
        fits = {
            "named": bool(kinds & GROUPS) and not kinds & STATES,
            "jnim": "jnim" in recount.with_roofs(e),
            "any": not kinds & STATES,
        }[by]
        if civilians and fits and (not centre or REGION.get(e["place_id"]) in here):
            found.append(e)
    return found


def season(events: list[dict[str, str]], last: int = 2025) -> dict[str, float]:
    return again.season(again.rows(events, (last, 12)))


def decimals(text: str) -> list[float]:
    return [float(t) for t in re.findall(r"\d+\.\d+", text)]


def ends(found: dict[str, float]) -> list[float]:
    return [found["ratio"], found["low"], found["high"]]


# --- the headline ---


def test_headline_answers_both_statements_with_ratio_and_interval():
    title = ms.findings.rains(CASE).title
    deaths, attacks = again.season(DEATHS), season(villages("named"))
    assert decimals(title) == pytest.approx([*ends(deaths), *ends(attacks)], abs=0.0101)
    # the sentence of the title holds only as long as both intervals hold 1
    assert deaths["low"] < 1 < deaths["high"]
    assert attacks["low"] < 1 < attacks["high"]
    assert title.startswith("Neither a lull in the rains nor more attacks on villages is shown")


def test_lead_says_what_hangs_on_a_month_on_the_war_and_on_the_run_of_months():
    lead = plain(ms.findings.rains(CASE).lead)
    years = sorted({y for y, _ in DEATHS})
    fewer = 0
    for year in years:
        rains = [n for (y, m), n in DEATHS.items() if y == year and m in again.RAINS]
        rest = [n for (y, m), n in DEATHS.items() if y == year and m not in again.RAINS]
        fewer += sum(rains) / 4 < sum(rest) / 8
    assert f"in {fewer} of {len(years)} years" in lead
    deadliest = max(DEATHS, key=DEATHS.__getitem__)
    first = again.season(DEATHS, without=[deadliest])
    later = again.season({m: n for m, n in DEATHS.items() if m[0] >= 2014})
    sentence = re.search(r"But the ratio is .*? quieter[^.]*\.", lead)[0]
    assert decimals(sentence) == pytest.approx([*ends(first), *ends(later)], abs=0.0101)
    runs = [again.season(DEATHS, inside={(s + i) % 12 + 1 for i in range(4)})["ratio"] for s in range(12)]
    names = "January February March April May June July August September October November December".split()
    quieter = [names[i] for i, r in enumerate(runs) if r < runs[5]]
    assert recount.numbers(sentence)[-1] == len(quieter)
    assert re.search(r"with their first month in (.*)\.", sentence)[1] == f"{', '.join(quieter[:-1])} and {quieter[-1]}"
    rows = re.search(r"Our rows of all attacks stand at .*?\. Attacks", lead)[0]
    assert decimals(rows) == pytest.approx([*ends(season(EVENTS)), *ends(season(EVENTS, 2024))], abs=0.0101)


def test_ranks_of_shuffled_months_differ_as_much_about_as_often_as_said():
    import random

    lead = plain(ms.findings.rains(CASE).lead)
    far, of = map(int, re.search(r"differ as much in (\d+) of (\d+) shuffles", lead).groups())
    by_year: dict[int, list[float]] = {}
    for (year, _), n in sorted(DEATHS.items()):
        by_year.setdefault(year, []).append(n)
    ranks = [[sum(o < n for o in v) + (sum(o == n for o in v) + 1) / 2 for n in v] for v in by_year.values()]
    seen = abs(sum(sum(v[5:9]) for v in ranks) - 26 * len(ranks))
    chance, hits = random.Random(1), 0
    for _ in range(4000):
        hits += abs(sum(sum(chance.sample(v, 4)) for v in ranks) - 26 * len(ranks)) >= seen - 1e-9
    # another draw of shuffles: the share is the same but for chance
    assert far / of == pytest.approx(hits / 4000, abs=0.015)


def test_lead_counts_attacks_on_villages_in_every_way():
    lead = plain(ms.findings.rains(CASE).lead)
    main = season(villages("named"))
    ways = [
        main,
        season(villages("named"), 2024),
        season(villages("jnim")),
        season(villages("any")),
        season(villages("any", centre=False)),
    ]
    sentence = re.search(r"Attacks on civilians in the centre .*", lead)[0]
    assert recount.numbers(sentence)[:3] == [round(main["n"]), round(main["inside"]), len(ways)]
    assert f"above 1 in {'no one two three four five'.split()[sum(w['ratio'] > 1 for w in ways)]}" in sentence
    assert sum(w["low"] > 1 for w in ways) == 0
    assert sentence.endswith("its whole interval in none.")


# --- pictures and tables ---


def test_every_ratio_by_type_and_part_of_the_country_is_reckoned_again():
    twin = ms.charts.rains_parts(CASE).twin
    assert len(twin) == len(ms.schema.EVENT_TYPES) + len(COUNTRY)
    off = 0
    for row, kind in zip(twin.itertuples(index=False), [*ms.schema.EVENT_TYPES, *[None] * len(COUNTRY)], strict=True):
        chosen = [e for e in EVENTS if (e["event_type"] == kind if kind else REGION.get(e["place_id"]) in COUNTRY[row[0]])]
        found = season(chosen)
        assert float(row[1]) + float(row[2]) == pytest.approx(found["n"], abs=0.11)
        assert float(row[4]) == pytest.approx(found["ratio"], rel=0.01, abs=0.0051)
        assert decimals(row[5]) == pytest.approx([found["low"], found["high"]], rel=0.03, abs=0.0101), row[0]
        off += found["low"] > 1 or found["high"] < 1
    assert recount.numbers(plain(ms.charts.rains_parts(CASE).reading))[:2] == [len(twin) - off, len(twin)]


def test_every_ratio_of_the_two_statements_is_reckoned_again():
    ranked = sorted(DEATHS, key=DEATHS.__getitem__, reverse=True)
    first: dict[str, str] = {}
    for e in sorted(EVENTS, key=lambda e: (e["date"], e["event_id"])):
        first.setdefault(e["wave_id"] or e["event_id"], e["event_id"])
    once = [e for e in EVENTS if e["event_id"] in first.values()]
    wanted = [
        again.season(DEATHS),
        again.season(DEATHS, without=ranked[:1]),
        again.season(DEATHS, without=ranked[:2]),
        again.season({m: n for m, n in DEATHS.items() if m[0] >= 2014}),
        season(EVENTS),
        season(EVENTS, 2024),
        season(once),
        season(villages("named")),
        season(villages("named"), 2024),
        season(villages("jnim")),
        season(villages("any")),
        season(villages("any", centre=False)),
    ]
    twin = ms.charts.rains_tests(CASE).twin
    for row, found in zip(twin.itertuples(index=False), wanted, strict=True):
        assert decimals(f"{row[4]} {row[5]}") == pytest.approx(ends(found), rel=0.02, abs=0.0101), row[0]
    hold = sum(w["low"] <= 1 <= w["high"] for w in wanted)
    assert recount.numbers(plain(ms.charts.rains_tests(CASE).reading))[:2] == [hold, len(wanted)]


def test_table_of_years_holds_the_means_of_each_season():
    body = re.sub(r"<ms-fr.*?</ms-fr>", "", ms.listing.rains_years(CASE).body, flags=re.DOTALL)
    for year in sorted({y for y, _ in DEATHS}):
        mean = sum(n for (y, m), n in DEATHS.items() if y == year and m in again.RAINS) / 4
        (row,) = re.findall(rf"<td>{year}</td>.*?</tr>", body, flags=re.DOTALL)
        assert f"{mean:,.1f}" in row
    # UCDP has no figure for 2025: unknown, not zero
    (last,) = re.findall(r"<td>2025</td>.*?</tr>", body, flags=re.DOTALL)
    assert last.count("no figure") == 2


def test_profile_names_the_months_with_fewest_and_most_deaths():
    # what stands out month by month: the mean logarithm of each month over the years, as the model without dispersion cannot tell
    reading = plain(ms.charts.rains_profile(CASE).reading)
    twin = ms.charts.rains_profile(CASE).twin
    ratios = twin["deaths, ratio"].map(float)
    assert f"fewest in {twin['month'][ratios.idxmin()]} and most in {twin['month'][ratios.idxmax()]}" in reading
    for month in range(1, 13):
        mean = sum(n for (_, m), n in DEATHS.items() if m == month) / len({y for y, _ in DEATHS})
        assert float(twin["deaths, mean"][month - 1].replace(",", "")) == pytest.approx(mean, abs=0.051)


# --- what is missing is said ---

EXHIBITS = (
    ms.findings.rains, ms.charts.rains_profile, ms.charts.rains_tests, ms.charts.rains_parts, ms.listing.rains_years,
)  # fmt: skip


@pytest.mark.parametrize("show", EXHIBITS, ids=lambda f: f.__name__)
def test_tables_without_events_or_deaths_are_said_to_be_so(show):
    for case in (
        CASE.select(since="1990-01-01", until="1990-12-31"),
        CASE.select(since="2025-01-01"),
        dataclasses.replace(CASE, events=CASE.events.iloc[300:301].reset_index(drop=True), everything=CASE),
        dataclasses.replace(CASE, ucdp_monthly=CASE.ucdp_monthly.iloc[:0]),
        dataclasses.replace(CASE, events=CASE.events.iloc[:0], ucdp_monthly=CASE.ucdp_monthly.iloc[:0]),
    ):
        assert not re.search(r"\bnan\b", repr(show(case)))


def test_cells_of_fewer_than_five_are_said_and_not_estimated():
    few = CASE.select(area="Bamako")
    rows = {r[0]: r for r in ms.charts.rains_parts(few).twin.itertuples(index=False)}
    assert rows["North"][4] == "fewer than five in a season"
    assert ms.findings.rains(few).title == "Too little to test what is said of the rains"


def test_titles_change_with_what_the_intervals_say(monkeypatch: pytest.MonkeyPatch):
    real = ms.trends.rains(CASE, ["deaths", "rows", "villages"])

    def made(high: float, low: float):
        table = real.copy()
        table.loc[table["group"].eq("deaths"), "high"] = high
        table.loc[table["group"].eq("villages"), "low"] = low
        return lambda *_: table

    wanted = {
        (0.9, 0.8): "The rains hold fewer deaths: ",
        (1.1, 1.2): "The rains hold more attacks on villages: ",
        (0.9, 1.2): "The rains hold fewer deaths and more attacks on villages: ",
        (1.1, 0.8): "Neither a lull in the rains nor more attacks",
    }
    for (high, low), start in wanted.items():
        monkeypatch.setattr(ms.trends, "rains", made(high, low))
        assert ms.findings.rains(CASE).title.startswith(start)
