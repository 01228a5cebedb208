"""What a map says must be what the tables say: nobody lost, nobody put where nobody said, no toll made up."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import malisec as ms
from browser import open_offline
from malisec import frontend, maps
from malisec.maps import choropleth

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from malisec import Casebook

WAVE = "wave-2025-07-01"
#: a symbol that stands on the map, neither hidden by a filter nor grey for its date
SYMBOL = ".ms-sym:not(.ms-off):not(.ms-out)"


@pytest.fixture(scope="module")
def case() -> Casebook:
    return ms.load()


@pytest.fixture(scope="module")
def wave(case: Casebook) -> Casebook:
    return case.select(wave=WAVE)


@pytest.fixture(scope="module")
def drawn(case: Casebook) -> dict[str, Any]:
    return maps.payload(case)


def with_events(case: Casebook, events: pd.DataFrame) -> Casebook:
    return dataclasses.replace(case, events=events.reset_index(drop=True), everything=None)


def strict(value: object) -> object:
    """Read back what was written as JSON; refuses NaN, which browsers refuse too."""
    return json.loads(json.dumps(value, allow_nan=False))


# --- which events are drawn --------------------------------------------------------------------------------------
def test_event_without_a_place_is_left_out_of_the_map_and_kept_in_its_table(wave: Casebook):
    events = wave.events.copy()
    lost = events.loc[2, "event_id"]
    events.loc[2, ["lat", "lon", "ring_km"]] = float("nan")
    events.loc[2, ["place_id", "place", "region_2023", "region_1991"]] = None
    events.loc[2, "location_precision"] = "unknown"
    shown = maps.attacks(with_events(wave, events), "One place unknown")
    data = maps.payload(with_events(wave, events))
    assert [e["id"] for e in data["events"] if e["lat"] is None] == [lost]
    assert len(data["events"]) == len(events)
    assert data["first"] is not None
    assert data["events"][data["first"]]["id"] != lost
    assert len(shown.twin) == len(events)
    assert events.loc[2, "summary"] in set(shown.twin["what"])
    # and the reader is told, else the table would seem to contradict the map
    assert re.search(r"one event without a known place", shown.alt, flags=re.IGNORECASE)


def test_map_of_nothing_says_so_and_opens_no_card(case: Casebook):
    nothing = case.select(since="2200-01-01")
    data = maps.payload(nothing)
    assert data["events"] == []
    assert data["first"] is None
    assert strict(data) == data
    shown = maps.attacks(nothing, "Nothing")
    assert len(shown.twin) == 0
    assert "No event" in shown.alt


def test_map_of_nothing_in_one_region_still_frames_the_region(case: Casebook):
    data = maps.payload(case.select(since="2200-01-01"), regions=("Kayes",), fit=True)
    (south, west), (north, east) = data["bounds"]
    # Kayes region lies in the west, and the whole country is far larger
    assert 11 < south < north < 17
    assert -13 < west < east < -8


def test_map_of_one_event_opens_its_card(wave: Casebook):
    alone = with_events(wave, wave.events.iloc[:1])
    data = maps.payload(alone, regions=("Kayes",), fit=True)
    assert [e["id"] for e in data["events"]] == [wave.events.loc[0, "event_id"]]
    assert data["first"] == 0
    (south, west), (north, east) = data["bounds"]
    assert south < data["events"][0]["lat"] < north
    assert west < data["events"][0]["lon"] < east


def test_region_that_does_not_exist_is_refused_by_name(case: Casebook):
    with pytest.raises(ValueError, match="Kayess"):
        maps.attacks(case, "x", regions="Kayess")


# --- tolls -------------------------------------------------------------------------------------------------------
def test_toll_that_nobody_gave_is_unknown_and_never_zero(wave: Casebook):
    silent = dataclasses.replace(wave, claims=wave.claims.iloc[:0], everything=None)
    events = silent.events.copy()
    for column in [c for c in events if re.match(r"(killed|injured)_(low|best|high)", c)]:
        events[column] = pd.array([pd.NA] * len(events), dtype="Int64")
    data = maps.payload(with_events(silent, events))
    for event in data["events"]:
        assert event["killed"] is None
        assert event["tolls"] == []
    assert "unknown" in maps.attacks(with_events(silent, events), "Silent").alt


def test_toll_with_figures_but_none_preferred_has_a_range_and_no_best(wave: Casebook):
    claims = wave.claims.assign(preferred=False)
    derived = ms.tolls.derive(claims)
    data = maps.payload(dataclasses.replace(wave, claims=claims, everything=None))
    own = {e["id"]: e["killed"] for e in data["events"] if e["killed"]}
    assert set(own) == set(derived.index) & set(wave.events["event_id"])
    assert own
    assert all(toll["best"] is None for toll in own.values())
    assert {i: toll["low"] for i, toll in own.items()} == derived.loc[list(own), "low"].to_dict()


def test_joint_toll_is_listed_at_its_places_and_drawn_at_none(case: Casebook):
    together = case.events["shared_toll_id"].dropna().value_counts()
    assert len(together), "the edition has no joint toll to test with"
    joint = together.index[0]
    members = case.events[case.events["shared_toll_id"] == joint]
    # every claim of the members goes, and one figure for all of them comes in
    rest = case.claims[~case.claims["event_id"].isin(members["event_id"]) & (case.claims["shared_toll_id"] != joint)]
    one = case.claims[case.claims["low"].notna()].iloc[:1].assign(
        claim_id="joint.k1", event_id=None, shared_toll_id=joint, measure="killed", group="attacked", qualifier="exact",
        low=777, high=777, preferred=True, reason="only figure", superseded_by=None, said_by="Somebody",
    )  # fmt: skip
    # and some events of others, which must not get it either
    events = pd.concat([members, case.events[~case.events["event_id"].isin(members["event_id"])].head(4)])
    data = maps.payload(dataclasses.replace(with_events(case, events), claims=pd.concat([rest, one], ignore_index=True)))
    assert len(data["events"]) == len(events)
    drawn = [e for e in data["events"] if e["id"] in set(members["event_id"])]
    assert len(drawn) == len(members)
    for event in drawn:
        assert event["killed"] is None
        (block,) = [b for b in event["tolls"] if b["is"] == "killed"]
        assert (block["low"], block["best"], block["high"]) == (None, None, None)
        (said,) = block["says"]
        assert said["low"] == 777
        assert said["joint"]
        assert event["joint"]
    assert not any(e["killed"] and e["killed"]["best"] == 777 for e in data["events"])


def test_range_on_the_map_holds_the_best_figure(drawn: dict[str, Any]):
    seen = 0
    for event in drawn["events"]:
        for toll in event["tolls"]:
            if toll["best"] is not None:
                seen += 1
                assert toll["low"] is None or toll["low"] <= toll["best"], event["id"]
                assert toll["best"] <= toll["high"], event["id"]
    assert seen


def test_every_mark_on_a_range_is_a_statement_that_counts_made_of_the_claims_it_names(case: Casebook, drawn: dict[str, Any]):
    from malisec.maps.data import BLOCKS

    events = {e["id"]: e for e in drawn["events"]}
    seen = 0
    for block, (measure, groups) in BLOCKS.items():
        counted = ms.tolls.counted(ms.tolls.statements(case.claims, measure, groups))
        for key, mine in counted[counted["key"].isin(events)].groupby("key"):
            (found,) = [b for b in events[key]["tolls"] if b["is"] == block]
            at = [int(s.high if pd.isna(s.low) else s.low) for s in mine.itertuples()]
            assert sorted(t["at"] for t in found["ticks"]) == sorted(at), (key, block)
            for tick in found["ticks"]:
                seen += 1
                says = [found["says"][n] for n in tick["of"]]
                assert says, (key, block)
                assert not any(s["gone"] or s["joint"] for s in says)
                least = [s["low"] if s["low"] is not None else s["high"] for s in says]
                # what one speaker said on one day adds up to the mark
                if len({(s["by"], s["on"]) for s in says}) == 1:
                    assert sum(least) == tick["at"], (key, block)
                if found["low"] is not None and len(says) == 1:
                    assert tick["at"] <= found["high"]
    assert seen > 1500


def test_exact_site_has_a_ring_only_where_its_point_is_not_known_as_well(case: Casebook, drawn: dict[str, Any]):
    for event, row in zip(drawn["events"], case.events.itertuples(), strict=True):
        if row.location_precision == "exact":
            assert (event["ring"] is None) == (row.ring_km <= 2), event["id"]
    assert any(e["at"] == "exact" and e["ring"] is None for e in drawn["events"])


def test_names_of_maps_are_never_empty_nor_that_of_the_language():
    from malisec.maps.context import key_of

    assert key_of("Mali, all events") == "mali-all-events"
    assert key_of("مالي") != key_of("نيونو")
    assert re.fullmatch(r"map-[0-9a-f]{8}", key_of("مالي"))
    assert key_of("Lang") != "lang"


@pytest.mark.parametrize("regions", ["Segou", ["Kayes", "Nioroo"]])
def test_region_that_is_misspelt_is_refused_with_the_nearest(case: Casebook, regions: str | list[str]):
    with pytest.raises(ValueError, match=r"nearest: '(Ségou|Nioro)'"):
        maps.payload(case, regions=regions)


def test_one_region_may_be_named_without_a_list(case: Casebook):
    assert maps.payload(case.select(region="Kayes"), regions="Kayes", fit=True)["regions"] == ["Kayes"]


def test_two_maps_of_one_name_cannot_be_compared(case: Casebook):
    with pytest.raises(ValueError, match="two different names"):
        maps.compare(case, case, names=("a", "a"))


# --- shaded regions ----------------------------------------------------------------------------------------------
COUNTS = pd.Series({"Kayes": 4_227_569, "Nioro": 0, "Ségou": 3, "Mopti": 3, "Gao": None})


def test_no_data_is_not_nought_in_the_map_its_table_and_its_reading():
    shown = maps.regions(COUNTS, "Shaded", unit="people")
    table = dict(zip(shown.twin["region"], shown.twin.iloc[:, 1], strict=True))
    assert table["Nioro"] == 0
    assert table["Gao"] == table["Kidal"] == "no data"
    assert table["Kayes"] == 4_227_569
    assert "4 of 20 regions have data, nought in 1 of these" in shown.alt
    assert "4,227,569 people" in shown.alt


def test_rates_are_of_what_there_is_and_unknown_without_it():
    data = choropleth.shades(COUNTS, of=pd.Series({"Kayes": 1e6, "Ségou": 0, "Mopti": 600}), per=1000)
    assert data["values"]["Mopti"] == 5
    assert data["values"]["Ségou"] is None
    assert data["values"]["Nioro"] is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"values": pd.Series({"Segou": 1})}, "nearest: 'Ségou'"),
        ({"values": pd.Series({"Kayes": -1})}, "below nought"),
        ({"values": pd.Series([1, 2], index=["Kayes", "Kayes"])}, "more than once"),
        ({"scheme": "FisherJenksSampled"}, "FisherJenks, EqualInterval"),
        ({"k": 9}, "1 to 6"),
        ({"of": pd.Series({"Kayes": 1}), "per": 0}, "above nought"),
        ({"vintage": 2000}, "2023 and 1991"),
    ],
)
def test_what_cannot_be_shaded_is_refused_in_words(change: dict[str, Any], said: str):
    options = {"values": pd.Series({"Kayes": 1, "Ségou": 2})} | change
    with pytest.raises(ValueError, match=said):
        maps.regions(options.pop("values"), "x", **options)


def test_classes_hold_every_value_above_nought_and_show_none_that_is_not_there():
    values = pd.Series([0, 1, 1, 2, 3, 5, 8, 13, 21, 34, None], dtype="float64")
    for scheme in choropleth.SCHEMES:
        classes = choropleth.classed(values, scheme, 4)
        assert 1 <= len(classes) <= 4
        ends = [v for pair in classes for v in pair]
        assert ends == sorted(ends)
        assert set(ends) <= set(values.dropna())
        assert all(any(low <= v <= high for low, high in classes) for v in values[values > 0])


# --- what is written into the page -------------------------------------------------------------------------------
@settings(max_examples=6, deadline=None)
@given(chosen=st.sets(st.integers(0, 50), max_size=4), fit=st.booleans())
def test_any_selection_is_strict_json_with_its_located_events_and_their_sources(case: Casebook, chosen: set[int], fit: bool):
    events = case.events.iloc[sorted(i for i in chosen if i < len(case.events))]
    data = maps.payload(with_events(case, events), regions=("Mopti",), fit=fit)
    assert strict(data) == data
    located = events.dropna(subset=["lat"])
    assert [e["id"] for e in data["events"]] == list(events["event_id"])
    by_id = case.sources.set_index("source_id")["publisher"]
    for event, ids in zip(data["events"], events["source_ids"], strict=True):
        assert [data["sources"][str(i)][0] for i in event["src"]] == [by_id[i] for i in ids.split()]
    # and no source that nobody names
    assert set(data["sources"]) == {
        str(i) for e in data["events"] for part in (e, *e["who"], *(s for b in e["tolls"] for s in b["says"])) for i in part["src"]
    }
    if fit and len(located):
        (south, west), (north, east) = data["bounds"]
        assert located["lat"].between(south, north).all()
        assert located["lon"].between(west, east).all()


@settings(max_examples=40, deadline=None)
@given(
    st.recursive(
        st.text() | st.text("{}%#<>&\\\"'u07b ", max_size=9),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    )
)
def test_whatever_a_table_says_its_json_cannot_end_the_element_or_speak_to_jinja(value: object):
    element = frontend.json_element(value, "d")
    inside = element[element.index(">") + 1 : element.rindex("<")]
    assert json.loads(inside) == value
    assert not set("<>&\u2028\u2029") & set(inside)
    # branca reads every element as a template: an opening mark here would run as Python when the page is built
    assert not re.search(r"\{[{%#]", inside)


def test_number_that_json_does_not_know_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        frontend.json_element([float("nan")], "d")


def test_addresses_of_sources_reach_the_page_as_they_stand_in_the_table(wave: Casebook):
    # 32 hexadecimal digits in an address look just like the ids that are made stable
    address = "https://example.org/a/0123456789abcdef0123456789abcdef/map_fedcba9876543210fedcba9876543210"
    data = maps.payload(wave)
    assert data["sources"]
    shown = maps.attacks(dataclasses.replace(wave, sources=wave.sources.assign(url=address), everything=None), "Addresses")
    blocked = sum(len(b["pages"]) for b in data["context"]["blockades"])
    assert shown.body.count(f'"{address}"') == len(data["sources"]) + blocked
    assert shown.page().count(f'"{address}"') == len(data["sources"]) + blocked


def test_two_maps_of_one_page_do_not_share_an_id(wave: Casebook):
    ids = [set(re.findall(r'\bid="([^"]+)"', maps.attacks(wave, title).body)) for title in ("One", "Two")]
    assert ids[0]
    assert not ids[0] & ids[1]


def test_same_tables_give_the_same_bytes_in_every_process():
    script = (
        "import hashlib, malisec as ms\n"
        f"drawn = ms.maps.attacks(ms.load().select(wave={WAVE!r}), 'Wave', regions=['Kayes', 'Nioro'])\n"
        "print(hashlib.sha256((drawn.page() + drawn.html()).encode()).hexdigest())"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", script], env=os.environ | {"PYTHONHASHSEED": seed}, stdout=subprocess.PIPE, text=True)
        for seed in ("1", "4242")
    ]
    said = [process.communicate()[0].strip() for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert said[0] == said[1]
    assert len(said[0]) == len(hashlib.sha256().hexdigest())


# --- a map of its own --------------------------------------------------------------------------------------------
def test_only_a_map_can_be_saved_as_one(case: Casebook, tmp_path: Path):
    with pytest.raises(ValueError, match="table"):
        maps.save(ms.listing.events(case), str(tmp_path / "x.html"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_saved_map_opens_without_network_and_shows_its_cards(browser: Browser, wave: Casebook, tmp_path: Path, width: int):
    target = tmp_path / "wave.html"
    maps.save(maps.attacks(wave, "One morning & its <places>"), str(target))
    assert [path.name for path in tmp_path.iterdir()] == ["wave.html"]
    opened = open_offline(browser, target, width=width)
    page = opened.page
    page.locator("[data-ready]").wait_for(state="attached")
    assert page.title() == "One morning & its <places>"
    assert page.locator("html").get_attribute("lang") == "en"
    assert "user-scalable=no" not in (page.locator("meta[name=viewport]").get_attribute("content") or "")
    marks = page.locator(SYMBOL)
    assert marks.count() == len(wave.events)
    # the keyboard opens a symbol that another one may cover
    marks.first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=wave.events.loc[0, "summary"]).wait_for()
    assert opened.width_of_content() <= width
    assert opened.faults() == []
    opened.close()
