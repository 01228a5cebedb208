"""What the page of a region says, counted again from the files with nothing of ours."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

import pytest

import malisec as ms
import recount
from malisec.exhibit import Exhibit, plain
from tables_small import copy_edition

CASE = ms.load()
SHORT = {a["actor_id"]: a["short"] for a in recount.rows("data/actors.csv")}
NAMES = {p["place_id"]: p["name"] for p in recount.rows("data/places.csv")}
every_area = pytest.mark.parametrize("area", recount.AREAS)


def cells(shown: Exhibit) -> list[dict[str, str]]:
    """Return the rows of a table as a reader of English sees them."""
    body = re.sub(r"<ms-fr.*?</ms-fr>", "", shown.body, flags=re.DOTALL)
    head = [unescape(re.sub("<[^>]+>", "", h)) for h in re.findall(r"<th[^>]*>(.*?)</th>", body)]
    bodies = re.findall(r"<tr>(.*?)</tr>", body.partition("<tbody>")[2], flags=re.DOTALL)
    texts = [[unescape(re.sub("<[^>]+>", "", c)) for c in re.findall(r"<td[^>]*>(.*?)</td>", b, flags=re.DOTALL)] for b in bodies]
    return [dict(zip(head, row, strict=True)) for row in texts]


def test_tolls_counted_a_second_way_are_the_same():
    found = ms.tolls.derive(CASE.claims)
    assert set(found.index) == set(recount.tolls())
    for key, row in found.astype("object").iterrows():
        ours = {c: None if ms.tolls.pd.isna(row[c]) else row[c] for c in ("low", "high", "open", "best")}
        assert ours == {c: recount.tolls()[key][c] for c in ours}, key


# --- the headline ---


@every_area
def test_headline_counts_events_tolls_and_the_most_named(area):
    finding = ms.findings.region(CASE.select(area=area), area)
    events = recount.events_of(area)
    low, high, no_bound, known, elsewhere = recount.total(events)
    named = Counter(who for e in events for who in recount.with_roofs(e))
    (most, k), *_ = named.most_common()
    assert finding.title.startswith(f"{area}: ")
    assert recount.numbers(finding.title) == [len(events), low, high, known, k]
    assert ("or more killed" in finding.title) is no_bound
    assert SHORT[most] in finding.title

    lead = plain(finding.lead)
    for e in (events[0], events[-1]):
        year, month, day = e["date"].split("-")
        months = "January February March April May June July August September October November December".split()
        assert f"{int(day)} {months[int(month) - 1]} {year}" in lead
    assert all(region in lead for region in recount.AREAS[area])
    assert f"known for {known} of the {len(events)}" in lead
    assert f"named in {k} of {len(events)} ({k / len(events):.0%}): " in lead
    degrees = Counter(e["perpetrator_certainty"] for e in events if most in recount.with_roofs(e))
    said = {"claimed": "claimed", "attributed": "attributed by others", "suspected": "suspected"}
    assert sum(degrees.values()) == k
    assert set(degrees) <= set(said)
    for degree, n in degrees.items():
        assert f"{n} {said[degree]}" in lead
    # the next is who is no part of the first: counted with the first, it would be there twice
    next_one, m = re.search(r"next is (.+?) with (\d+)", lead).groups()
    part_of = {a["actor_id"]: a["part_of"] for a in recount.rows("data/actors.csv")}
    apart = Counter({
        who: n for who, n in named.items() if who != most
        and not (part_of[who] == most and any({who, most} <= recount.with_roofs(e) for e in events))
    })  # fmt: skip
    assert int(m) == max(apart.values())
    assert next_one in {SHORT[who] for who, n in apart.items() if n == int(m)}
    nobody = sum(not recount.people(e) for e in events)
    assert recount.numbers(re.search(r"For (\w+) nobody is named", lead)[1]) == [nobody]

    caution = plain(finding.caution)
    unknown = len(events) - known - elsewhere
    assert recount.numbers(re.search(r"Nobody gave a toll for .*?\.", caution)[0]) == [unknown, len(events)]
    assert ("only together with places elsewhere" in caution) is bool(elsewhere)


def test_few_events_have_counts_and_no_shares():
    few = CASE.select(place="bamako")
    assert 1 < len(few.events) < 5
    finding = ms.findings.region(few)
    assert "%" not in repr(finding)
    assert "named in 2 of 4" in repr(finding)
    # and a toll that nobody gave is not written as zero
    assert "no toll known" in finding.title
    assert "unknown, not zero" in plain(finding.lead)


def test_joint_toll_with_places_elsewhere_is_left_out_and_said_so():
    finding = ms.findings.region(CASE.select(place="bamako-faladie"), "Faladié")
    assert finding.title == "Faladié: one event, no toll known; JNIM named in 1"
    assert "One has a toll only together with places elsewhere" in plain(finding.caution)


def test_selection_without_events_says_so_in_every_exhibit():
    nothing = CASE.select(since="1990-01-01", until="1990-12-31")
    assert ms.findings.region(nothing, "Kayes").title == "Kayes: no event"
    for draw in (ms.listing.perpetrators, ms.listing.responsibility, ms.listing.worst, ms.listing.places, ms.listing.blockades):
        shown = draw(nothing)
        assert cells(shown) == []
        assert plain(shown.reading)


def test_two_that_are_named_equally_often_are_both_said(tmp_path):
    edition = copy_edition(tmp_path)
    kwala = [e["event_id"] for e in edition.rows("events") if e["place_id"] == "kwala"]
    assert len(kwala) == 2
    edition.change("events", kwala[0], perpetrator="fama", perpetrator_certainty="attributed")
    edition.change("events", kwala[1], perpetrator="jnim", perpetrator_certainty="claimed")
    finding = ms.findings.region(ms.load(edition.data).select(place="kwala"), "Kwala")
    assert finding.title.endswith("; FAMa and JNIM named in 1 each")
    for event in kwala:
        edition.change("events", event, perpetrator="", perpetrator_certainty="unknown")
    finding = ms.findings.region(ms.load(edition.data).select(place="kwala"), "Kwala")
    assert finding.title.endswith("; nobody named")
    assert "Nobody is named for any of them." in plain(finding.lead)


# --- the tables ---


@every_area
def test_table_of_the_named_counts_each_actor_by_certainty_with_its_tolls(area):
    events = recount.events_of(area)
    wanted = {}
    for who in {w for e in events for w in recount.people(e)}:
        wanted[SHORT[who]] = [e for e in events if who in recount.people(e)]
    for who in {w for e in events for w in recount.with_roofs(e)}:
        mine = [e for e in events if who in recount.with_roofs(e)]
        if any(who not in recount.people(e) for e in mine) or any(recount.with_roofs(e) - recount.people(e) == {who} for e in events):
            wanted[f"{SHORT[who]} or a group within it"] = mine
    wanted["nobody named"] = [e for e in events if not recount.people(e)]
    found = cells(ms.listing.perpetrators(CASE.select(area=area)))
    # an actor whose groups are named only beside it has the row as well
    assert {row["perpetrator"] for row in found} == set(wanted)
    for row in found:
        mine = wanted[row["perpetrator"]]
        degrees = Counter(e["perpetrator_certainty"] for e in mine)
        assert int(row["events"]) == len(mine), row
        assert {d: int(row[d]) for d in ("claimed", "attributed", "suspected", "unknown")} == {
            d: degrees[d] for d in ("claimed", "attributed", "suspected", "unknown")
        }
        assert (row["killed"], row["known for"]) == recount.killed(mine), row
    sizes = [int(row["events"]) for row in found[:-1]]
    assert sizes == sorted(sizes, reverse=True)


def test_group_counts_for_the_alliance_it_entered_and_not_before():
    events = recount.rows("data/events.csv")
    macina = [e for e in events if "katiba-macina" in e["perpetrator"].split()]
    named = ms.naming.named(CASE.events, CASE.actors)
    inside = set(named.loc[named["within"] & (named["actor_id"] == "jnim"), "event_id"])
    assert {e["event_id"] for e in macina if e["date"] >= "2017-03-02"} <= inside
    before = {e["event_id"] for e in macina if e["date"] < "2017-03-02"}
    assert before
    assert not before & inside


@every_area
def test_table_of_speakers_counts_events_by_who_named_whom(area):
    ids = {e["event_id"] for e in recount.events_of(area)}
    said = [c for c in recount.rows("data/claims.csv") if c["measure"] == "responsibility" and c["event_id"] in ids]
    pairs: dict[tuple[str, str], set[str]] = {}
    speakers: dict[tuple[str, str], set[str]] = {}
    for c in said:
        for who in c["value"].split():
            label = {"none": "denied: not us", "unidentified": "nobody known by name"}.get(who) or SHORT[who]
            key = (label, ms.schema.SPEAKER_KINDS[c["said_by_kind"]])
            pairs.setdefault(key, set()).add(c["event_id"])
            speakers.setdefault(key, set()).add(c["said_by"])
    shown = ms.listing.responsibility(CASE.select(area=area))
    found = cells(shown)
    assert {(r["named"], r["said by"]): int(r["events"]) for r in found} == {k: len(v) for k, v in pairs.items()}
    for row in found:
        assert all(who in row["speakers"] for who in speakers[row["named"], row["said by"]])
    own = {c["event_id"] for c in said if c["said_by_kind"] == "armed_group"}
    assert recount.numbers(plain(shown.reading)) == [len({c["event_id"] for c in said}), len(ids), len(own)]


@every_area
def test_worst_events_are_those_with_the_highest_figures_used(area):
    events = {e["event_id"]: e for e in recount.events_of(area)}
    keys, _ = recount.added(list(events.values()))
    used = {k: recount.tolls()[k]["best"] for k in keys if recount.tolls()[k]["best"]}
    ranked = sorted(used.values(), reverse=True)
    # equal figures are listed together or not at all
    fit = {k for k, n in used.items() if sum(other >= n for other in ranked) <= 10}
    found = cells(ms.listing.worst(CASE.select(area=area)))
    assert len(found) == len(fit)
    assert 5 <= len(found) <= 10
    bests = [int(row["killed"].split()[0].replace(",", "").rstrip("+")) for row in found]
    assert bests == sorted((used[k] for k in fit), reverse=True)
    for key in fit:
        places = [NAMES[events[i]["place_id"]] for i in keys[key]]
        toll = recount.tolls()[key]
        (row,) = [r for r in found if all(p in r["place"] for p in places) and events[min(keys[key])]["date"][:7] in r["date"]]
        assert f"{toll['best']:,}" in row["killed"]
        if toll["low"] != toll["high"]:
            assert f"({toll['low']:,}–{toll['high']:,}{'+' if toll['open'] else ''})" in row["killed"]
        killed = [c for c in recount.rows("data/claims.csv") if key in {c["event_id"], c["shared_toll_id"]} and c["measure"] == "killed"]
        standing = [c for c in killed if c["group"] in {"attacked", "forces", "civilians"} and not c["superseded_by"]]
        speakers = {c["said_by"] for c in standing if c["low"] or c["high"]}
        assert all(s in row["who says what"] for s in speakers)
        assert row["sources"]


@every_area
def test_places_hit_most_often_have_their_events_tolls_and_how_near_they_lie(area):
    events = [e for e in recount.events_of(area) if e["location_precision"] != "region"]
    counts = Counter(e["place_id"] for e in events)
    often = {p: n for p, n in counts.items() if n > 1}
    fit = {p for p, n in often.items() if sum(other >= n for other in often.values()) <= 12}
    shown = ms.listing.places(CASE.select(area=area))
    found = cells(shown)
    assert {row["place"] for row in found} == {NAMES[p] for p in fit}
    words = {"exact": "at the site", "town": "in or at the place", "area": "in the country around"}
    for place in fit:
        mine = [e for e in events if e["place_id"] == place]
        (row,) = [r for r in found if r["place"] == NAMES[place]]
        assert int(row["events"]) == len(mine)
        how = Counter(e["location_precision"] for e in mine)
        assert row["where"] == ", ".join(f"{how[p]} {said}" for p, said in words.items() if how[p])
        assert row["first"].endswith(mine[0]["date"][:4])
        assert row["last"].endswith(mine[-1]["date"][:4])
        assert (row["killed"], row["known for"]) == recount.killed(mine)
    around = sum(e["location_precision"] == "area" for e in events)
    assert around in recount.numbers(plain(shown.reading))


@every_area
def test_blockades_are_those_that_cut_off_a_town_of_the_regions(area):
    region = {p["place_id"]: p["region_2023"] for p in recount.rows("data/places.csv")}
    mine = [b for b in recount.rows("data/blockades.csv") if {region[p] for p in b["place_ids"].split()} & recount.AREAS[area]]
    shown = ms.listing.blockades(CASE.select(area=area), regions=ms.schema.AREAS[area])
    found = cells(shown)
    assert [row["what"] for row in found] == [b["summary"] for b in sorted(mine, key=lambda b: b["start"])]
    assert sum(row["to"] == "no end known" for row in found) == sum(not b["end"] for b in mine)


def test_disputed_joint_toll_names_all_its_places_also_those_not_selected():
    (row,) = cells(ms.listing.disagreements(CASE.select(place="bamako-faladie")))
    assert "Faladié (Bamako)" in row["place"]
    assert "Aéroport de Bamako-Sénou" in row["place"]
