"""What the report on coups, purges and command changes says, reckoned again from the files with nothing of ours."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import pytest

import malisec as ms
import recount
import recount_time as again
from malisec.exhibit import plain

if TYPE_CHECKING:
    from recount_time import Month

CASE = ms.load()
POWER = {"coup", "plot", "purge", "appointment"}
MILESTONES = recount.rows("data/milestones.csv")
DEATHS = {m: n for m, n in again.deaths().items() if m[0] >= 2011}
LAST = max((int(e["date"][:4]), int(e["date"][5:7])) for e in recount.rows("data/events.csv"))
SERIES = {"deaths": DEATHS, "rows": again.rows(recount.rows("data/events.csv"), LAST)}


def months() -> dict[Month, list[dict[str, str]]]:
    """Return the turning points that are major or that a seed tells of, by month."""
    told = {i for c in recount.rows("seeds/claims.csv") for i in c["refers_to"].split()}
    found: dict[Month, list[dict[str, str]]] = {}
    for m in sorted(MILESTONES, key=lambda m: m["date"]):
        if m["prominence"] == "major" or m["milestone_id"] in told:
            found.setdefault((int(m["date"][:4]), int(m["date"][5:7])), []).append(m)
    return found


def reckoned(name: str, window: int) -> dict[Month, dict[str, float]]:
    """Return the ratio at each of these months with how many others changed as much and whether it lies outside their band."""
    counts = SERIES[name]
    about = again.noise({m: n for m, n in counts.items() if m[0] >= 2012})
    rest = again.others(counts, window, set(months()))
    low, high = again.percentile(rest, 0.05), again.percentile(rest, 0.95)
    found = {}
    for at in months():
        ratio = again.before_after(counts, at, window, about)
        if ratio is not None:
            size = max(ratio["ratio"], 1 / ratio["ratio"]) * (1 - 1e-6)
            as_large = sum(max(r, 1 / r) >= size for r in rest)
            found[at] = ratio | {"as_large": as_large, "of": len(rest), "outside": not low <= ratio["ratio"] <= high}
    return found


def upper_end(name: str, window: int) -> float:
    """Return the upper end of the band of other months."""
    return again.percentile(again.others(SERIES[name], window, set(months())), 0.95)


def decimals(text: str) -> list[float]:
    return [float(t) for t in re.findall(r"\d+\.\d+", text)]


# --- the headline ---


def test_headline_counts_the_comparisons_that_stand_out():
    finding = ms.findings.turning(CASE)
    found = {(m, w): row for w in (6, 12) for m, row in reckoned("deaths", w).items()}
    power = {m for m, marks in months().items() if any(x["kind"] in POWER for x in marks)}
    mine = [row for (m, _), row in found.items() if m in power]
    tested = {m for m, _ in found}
    assert recount.numbers(finding.title)[:2] == [sum(row["outside"] for row in mine), len(mine)]
    assert f"chance alone puts about {len(mine) / 10:.1f}" in finding.title
    kinds = {x["kind"] for m in power & tested for x in months()[m]} & POWER
    assert kinds == {"coup"}
    assert "around coups" in finding.title
    beyond = power - tested
    assert finding.title.endswith(f"of {' and '.join(sorted({str(m[0]) for m in beyond}))} cannot be tested")
    nouns = {"plot": "plots", "purge": "purges", "appointment": "command changes", "coup": "coups"}
    untested = {x["kind"] for m in beyond for x in months()[m]} & POWER
    assert {n for k, n in nouns.items() if n in finding.title.partition(";")[2]} == {nouns[k] for k in untested}

    lead = plain(finding.lead)
    outside = [m for (m, _), row in found.items() if row["outside"]]
    assert f"against {len(tested)} of the {len(months())} months" in lead
    said, ratios = recount.numbers(re.search(r"side: (\w+) of (\d+) ratios", lead)[0])
    assert (said, ratios) == (len(outside), len(found))
    assert f"{len(found) / 10:.1f}" in lead
    assert {int(y) for y in re.search(r"Those outside lie in ([^.]+)\.", lead)[1].split(" and ")} == {m[0] for m in outside}
    # none of the later turning points stands out: what does is the war of 2012 and 2013
    assert max(m[0] for m in outside) == 2013


def test_headline_tells_the_largest_change_around_a_coup_with_its_interval():
    lead = plain(ms.findings.turning(CASE).lead)
    coups = {m for m, marks in months().items() if any(x["kind"] == "coup" for x in marks)}
    found = {(m, w): row for w in (6, 12) for m, row in reckoned("deaths", w).items() if m in coups}
    (at, window), row = max(found.items(), key=lambda item: max(item[1]["ratio"], 1 / item[1]["ratio"]))
    sentence = re.search(r"The largest change around a coup.*?Its window[^.]+\.", lead)[0]
    assert "March 2012" in sentence
    assert at == (2012, 3)
    assert decimals(sentence) == pytest.approx([row["ratio"], row["low"], row["high"]], abs=0.051)
    assert f"in the {window} months after it; at {row['as_large']} of {row['of']} other months" in sentence
    near = [m for m in months() if m != at and again.shift(at, -window) <= m <= again.shift(at, window)]
    assert recount.numbers(sentence)[-1] == len(near)
    beside = reckoned("deaths", {6: 12, 12: 6}[window])[at]
    assert decimals(re.search(r"Over \d+ months it is .*?\)", lead)[0]) == pytest.approx(
        [beside[k] for k in ("ratio", "low", "high")], abs=0.051
    )


def test_headline_tells_what_rows_show_where_no_independent_series_reaches():
    lead = plain(ms.findings.turning(CASE).lead)
    tested = {m for w in (6, 12) for m in reckoned("deaths", w)}
    later = [m for m in months() if m not in tested]
    rows = [row for w in (6, 12) for m, row in reckoned("rows", w).items() if m in later]
    sentence = re.search(r"For the other .*", lead)[0]
    said = re.search(r"For the other (\w+) .* give (\w+) ratios", sentence).groups()
    assert recount.numbers(" ".join(said)) == [len(later), len(rows)]
    assert "of which none lies outside" in sentence
    assert not any(row["outside"] for row in rows)


def test_caution_says_how_large_a_change_must_be_to_be_found():
    caution = plain(ms.findings.turning(CASE).caution)
    counts = {m: n for m, n in DEATHS.items() if m[0] >= 2012}
    dispersion, wider = again.noise(counts)
    mean = sum(counts.values()) / len(counts)
    error = {w: (wider * 2 * (1 / (mean * w) + dispersion / w)) ** 0.5 for w in (6, 12)}
    # what stands out lies above the band of other months
    least = [upper_end("deaths", w) * 2.718281828 ** (0.84 * error[w]) for w in (6, 12)]
    assert decimals(caution) == pytest.approx(least, abs=0.06)
    assert "no proof of cause" in caution
    assert "the other way" in caution


# --- pictures and tables ---


@pytest.mark.parametrize("name", ["deaths", "rows"])
def test_every_ratio_behind_the_picture_is_the_closed_form_of_two_means(name: str):
    twin = ms.charts.before_after(CASE, "t", series=name).twin
    seen = 0
    for row in twin.itertuples(index=False):
        at = (int(row[0][:4]), int(row[0][5:]))
        found = reckoned(name, int(row[2])).get(at)
        if found is None:
            assert row[5] in {"beyond the series", "fewer than five on a side"}
            continue
        seen += 1
        assert float(row[5]) == pytest.approx(found["ratio"], abs=0.0051)
        assert decimals(row[6]) == pytest.approx([found["low"], found["high"]], rel=0.01, abs=0.0051)
        assert row[7] == f"{found['as_large']} of the {found['of']}"
    assert seen == sum(len(reckoned(name, w)) for w in (6, 12))
    assert {(int(m[:4]), int(m[5:])) for m in twin["month"]} == set(months())


@pytest.mark.parametrize("name", ["deaths", "rows"])
def test_reading_of_the_picture_counts_what_lies_outside(name: str):
    found = {w: reckoned(name, w) for w in (6, 12)}
    rows = [row for w in found for row in found[w].values()]
    reading = plain(ms.charts.before_after(CASE, "t", series=name).reading)
    missing = [m for m in months() if all(m not in found[w] for w in found)]
    assert recount.numbers(re.search(r"^\w+ of \d+ ratios", reading)[0]) == [sum(r["outside"] for r in rows), len(rows)]
    assert recount.numbers(re.search(r"on a side, are .*", reading)[0]) == [len(missing), len(months())]


def test_table_says_in_plain_words_at_how_many_other_months_the_change_was_as_large():
    body = re.sub(r"<ms-fr.*?</ms-fr>", "", ms.listing.before_after(CASE).body, flags=re.DOTALL)
    for at, row in reckoned("deaths", 6).items():
        assert f"as large at {row['as_large']} of {row['of']} other months" in body, at
    overlapping = [m for m in months() if any(o != m and again.shift(m, -12) <= o <= again.shift(m, 12) for o in months())]
    assert recount.numbers(plain(ms.listing.before_after(CASE).reading))[:2] == [len(overlapping), len(months())]


def test_picture_of_turning_points_counts_names_and_ticks():
    shown = ms.charts.turning(CASE)
    drawn = shown.twin
    lanes = {"speech", "repression", "diplomacy", "economy"}
    wanted = [m for m in MILESTONES if m["kind"] not in lanes]
    assert len(drawn) == len(wanted)
    power = [m for m in wanted if m["kind"] in POWER]
    end = max(again.deaths())
    later = [m for m in power if (int(m["date"][:4]), int(m["date"][5:7])) > end]
    assert recount.numbers(plain(shown.reading))[:3] == [sum(m["prominence"] == "major" for m in wanted), len(power), len(later)]
    # every name is in both pictures
    for picture in (shown.svg, shown.body):
        assert all(m["label"].replace("'", "’") in picture.replace("'", "’") for m in wanted if m["prominence"] == "major")


def test_table_of_kinds_lists_these_kinds_and_no_others():
    shown = ms.listing.milestones(CASE, "t", kinds=["coup", "purge"])
    assert recount.numbers(plain(shown.reading))[0] == sum(m["kind"] in {"coup", "purge"} for m in MILESTONES)
    with pytest.raises(ValueError, match="found 'cuop'"):
        ms.listing.milestones(CASE, "t", kinds=["cuop"])
    with pytest.raises(ValueError, match="found 'dead'"):
        ms.charts.before_after(CASE, "t", series="dead")


# --- what is missing is said ---

EXHIBITS = (ms.findings.turning, ms.charts.turning, ms.charts.before_after, ms.listing.before_after)


@pytest.mark.parametrize("show", EXHIBITS, ids=lambda f: f"{f.__module__}.{f.__name__}")
def test_tables_without_events_without_deaths_or_without_turning_points_are_said_to_be_so(show):
    for case in (
        CASE.select(since="1990-01-01", until="1990-12-31"),
        CASE.select(area="Kayes"),
        dataclasses.replace(CASE, events=CASE.events.iloc[300:301].reset_index(drop=True), everything=CASE),
        dataclasses.replace(CASE, ucdp_monthly=CASE.ucdp_monthly.iloc[:0]),
        dataclasses.replace(CASE, milestones=CASE.milestones.iloc[:0]),
    ):
        assert "nan" not in repr(show(case)).lower().replace("finan", "")


def test_without_an_independent_series_nothing_is_said_to_stand_out():
    finding = ms.findings.turning(dataclasses.replace(CASE, ucdp_monthly=CASE.ucdp_monthly.iloc[:0]))
    assert finding.title.startswith("No coup, purge or command change can be tested")
