"""Loading and selecting: what is asked for is what comes, and no event is lost, doubled or changed on the way."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import malisec as ms
from malisec import paths, schema, tables
from tables_small import copy_edition

CASE = ms.load()
RAW = {name: tables.read_text(tables.file_of(table, paths.home() / "data"), table)[0] for name, table in schema.TABLES.items()}


def ids(case):
    return set(case.events["event_id"])


def raw_ids(keep):
    """Return ids of the events file that fit, without the code under test."""
    return {row["event_id"] for row in RAW["events"].to_dict("records") if keep(row)}


# --- loading ---


def test_no_event_is_lost_or_doubled_by_what_is_joined_to_it():
    assert sorted(CASE.events["event_id"]) == sorted(RAW["events"]["event_id"])
    assert list(CASE.events["event_id"]) == list(CASE.events.sort_values(["date", "event_id"])["event_id"])


@pytest.mark.parametrize("name", [name for name in schema.TABLES if name not in {"communes", "curation_log", "events"}])
def test_every_row_and_column_of_a_table_is_loaded(name):
    frame = getattr(CASE, name)
    assert list(frame.columns) == list(schema.TABLES[name].columns)
    assert len(frame) == len(RAW[name])


def test_every_column_of_the_events_file_stays_as_it_stands_there():
    raw = RAW["events"].set_index("event_id")
    loaded = CASE.events.set_index("event_id").loc[raw.index]
    for column in ("place_id", "event_type", "perpetrator", "summary", "source_ids", "note"):
        assert loaded[column].fillna("").tolist() == raw[column].fillna("").tolist()
    assert loaded["date"].dt.strftime("%Y-%m-%d").tolist() == raw["date"].tolist()


def test_tolls_of_the_events_are_those_of_their_own_claims():
    for event in CASE.events.itertuples():
        figures = CASE.claims[(CASE.claims["event_id"] == event.event_id) & (CASE.claims["measure"] == "killed")]
        figures = figures[figures["group"].isin(["attacked", "forces", "civilians"]) & (figures["low"].notna() | figures["high"].notna())]
        assert pd.isna(event.killed_high) == figures.empty, event.event_id


def test_event_without_any_figure_has_no_toll_and_no_speaker():
    unknown = CASE.events[CASE.events["killed_high"].isna()]
    assert len(unknown) > 0
    assert unknown[["killed_low", "killed_best"]].isna().all(axis=None)
    assert (unknown["killed_speakers"] == 0).all()
    assert not unknown["killed_open"].any()


def test_event_without_a_place_is_kept_but_not_drawn(tmp_path):
    edition = copy_edition(tmp_path)
    edition.change("events", "2025-07-01-kayes", place_id="", location_precision="unknown")
    case = ms.load(edition.data)
    event = case.events.set_index("event_id").loc["2025-07-01-kayes"]
    assert event[["place", "lat", "region_2023", "ring_km"]].isna().all()
    assert len(case.events) == len(CASE.events)
    assert ids(case) - set(case.geo()["event_id"]) == {"2025-07-01-kayes"}


def test_points_lie_at_their_places_in_wgs_84():
    geo = CASE.geo()
    assert geo.crs == "EPSG:4326"
    assert geo.geometry.x.tolist() == geo["lon"].tolist()
    assert geo.geometry.y.tolist() == geo["lat"].tolist()


def test_own_directory_is_loaded_wherever_its_seeds_lie(tmp_path):
    edition = copy_edition(tmp_path)
    edition.write("ucdp_monthly", edition.rows("ucdp_monthly")[:12])
    assert len(ms.load(edition.data).ucdp_monthly) == 12
    (edition.root / "seeds").rename(edition.data / "seeds")
    assert len(ms.load(str(edition.data)).ucdp_monthly) == 12


def test_directory_named_by_the_environment_is_loaded(tmp_path, monkeypatch):
    edition = copy_edition(tmp_path)
    edition.write("ucdp_monthly", edition.rows("ucdp_monthly")[:12])
    monkeypatch.setenv("MALISEC_DATA", str(edition.data))
    assert len(ms.load().ucdp_monthly) == 12
    # what is asked for by name goes before the environment
    assert len(ms.load(paths.home() / "data").ucdp_monthly) == len(CASE.ucdp_monthly)


def test_broken_tables_are_not_loaded_and_every_fault_is_raised_at_once(tmp_path):
    edition = copy_edition(tmp_path)
    edition.change("events", "2025-07-01-kayes", event_type="ambsh")
    edition.change("claims", "2012-03-30-kidal.k1", event_id="2012-03-30-kidall")
    with pytest.raises(ms.FaultsError) as raised:
        ms.load(edition.data)
    assert {(fault.file, fault.column) for fault in raised.value.faults} == {
        ("data/events.csv", "event_type"),
        ("data/claims.csv", "event_id"),
    }


def test_casebook_says_how_much_is_inside():
    assert repr(CASE) == (
        f"Casebook {schema.EDITION}: {len(RAW['events'])} events, {RAW['events']['date'].min()} to {RAW['events']['date'].max()}, "
        f"{len(RAW['claims'])} claims, {len(RAW['milestones'])} milestones, {len(RAW['sources'])} sources"
    )


def test_empty_selection_has_no_days_and_still_says_so():
    nothing = CASE.select(since="1990-01-01", until="1990-12-31")
    assert repr(nothing).startswith(f"Casebook {schema.EDITION}: 0 events, 0 claims, 0 milestones")
    assert nothing.total().events == 0
    assert len(nothing.geo()) == 0


# --- selecting ---


@pytest.mark.parametrize(
    ("asked", "column", "wanted"),
    [
        ({"event_type": "abduction"}, "event_type", {"abduction"}),
        ({"event_type": ["abduction", "airstrike"]}, "event_type", {"abduction", "airstrike"}),
        ({"certainty": "suspected"}, "perpetrator_certainty", {"suspected"}),
        ({"target_kind": "fuel_transport"}, "target_kind", {"fuel_transport"}),
        ({"place": "tessit"}, "place_id", {"tessit"}),
        ({"wave": "wave-2025-07-01"}, "wave_id", {"wave-2025-07-01"}),
        ({"wave": ("wave-2025-07-01", "wave-2024-09-17")}, "wave_id", {"wave-2025-07-01", "wave-2024-09-17"}),
    ],
)
def test_each_condition_keeps_exactly_the_events_that_fit(asked, column, wanted):
    fit = raw_ids(lambda row: row[column] in wanted)
    assert fit
    assert ids(CASE.select(**asked)) == fit


@pytest.mark.parametrize("written", ["Ségou", "segou", "SEGOU", "Se\u0301gou"])
def test_region_is_found_with_or_without_accents(written):
    places = set(RAW["places"].loc[RAW["places"]["region_2023"] == "Ségou", "place_id"])
    fit = raw_ids(lambda row: row["place_id"] in places)
    assert fit
    assert ids(CASE.select(region=written)) == fit


@pytest.mark.parametrize(
    ("area", "regions"),
    [
        ("Ségou", {"Ségou", "San"}),
        ("kayes", {"Kayes", "Nioro", "Kita"}),
        ("MOPTI", {"Mopti", "Bandiagara", "Douentza"}),
        ("Bamako", {"Bamako", "Koulikoro"}),
        (["Segou", "Bamako"], {"Ségou", "San", "Bamako", "Koulikoro"}),
    ],
)
def test_area_holds_the_regions_that_people_mean_by_its_name(area, regions):
    places = set(RAW["places"].loc[RAW["places"]["region_2023"].isin(regions), "place_id"])
    fit = raw_ids(lambda row: row["place_id"] in places)
    assert fit
    assert ids(CASE.select(area=area)) == fit


def test_areas_are_what_the_regions_were_before_they_were_cut_up():
    for name in ("Ségou", "Kayes", "Mopti"):
        assert set(schema.AREAS[name]) == {name, *(new for new, old in schema.OLD_OF.items() if old == name)}
    named = [r for regions in schema.AREAS.values() for r in regions]
    assert len(named) == len(set(named)), "a region in two areas would be counted twice"


def test_area_and_region_are_joined_by_and():
    assert ids(CASE.select(area="Kayes", region="Nioro")) == ids(CASE.select(region="Nioro"))
    assert ids(CASE.select(area="Kayes", region="Gao")) == set()


def test_one_of_several_perpetrators_is_enough_and_half_an_id_is_not():
    assert ids(CASE.select(perpetrator="fla")) == raw_ids(lambda row: "fla" in str(row["perpetrator"]).split())
    assert "2024-07-25-tinzaouaten" in ids(CASE.select(perpetrator="jnim"))
    # mnla holds the letters of no other actor's events
    assert "2012-03-30-kidal" not in ids(CASE.select(perpetrator="maa"))


def test_conditions_are_joined_by_and():
    both = CASE.select(region="Kayes", event_type="abduction")
    assert ids(both) == ids(CASE.select(region="Kayes")) & ids(CASE.select(event_type="abduction"))
    assert ids(both) == ids(CASE.select(region="Kayes").select(event_type="abduction"))


@pytest.mark.parametrize(
    ("since", "until", "inside"),
    [
        ("2022-03-31", None, True),
        ("2022-04-01", "2022-04-30", False),
        (None, "2022-03-27", True),
        ("2022-01-01", "2022-03-26", False),
        ("2022-03-29", "2022-03-29", True),
    ],
)
def test_event_that_lasted_fits_when_any_of_its_days_does(since, until, inside):
    # Moura, 27 to 31 March 2022
    assert ("2022-03-27-moura" in ids(CASE.select(since=since, until=until))) is inside


def test_first_and_last_day_are_both_inside():
    day = CASE.select(since="2025-07-01", until="2025-07-01")
    assert ids(day) == raw_ids(lambda row: row["date"] == "2025-07-01")
    assert ids(day) >= ids(CASE.select(wave="wave-2025-07-01"))


def test_milestones_and_blockades_are_cut_to_the_same_days():
    autumn = CASE.select(since="2025-10-01", until="2025-12-31")
    assert (autumn.milestones["date"] <= "2025-12-31").all()
    assert (autumn.milestones["date_end"].fillna(autumn.milestones["date"]) >= "2025-10-01").all()
    assert "2025-10-22-command-change" in set(autumn.milestones["milestone_id"])
    # a blockade without an end goes on
    assert "2025-09-fuel" in set(autumn.blockades["blockade_id"])
    before = CASE.select(until="2025-01-01").blockades
    assert (before["start"] <= "2025-01-01").all()
    assert "2025-09-fuel" not in set(before["blockade_id"])


def test_selection_keeps_the_claims_of_its_events_and_their_joint_tolls_only():
    bamako = CASE.select(place="bamako-faladie")
    own = {
        row["claim_id"]
        for row in RAW["claims"].to_dict("records")
        if row["event_id"] == "2024-09-17-bamako-faladie" or row["shared_toll_id"] == "toll-2024-09-17"
    }
    assert set(bamako.claims["claim_id"]) == own
    assert own


def test_joint_toll_of_two_sites_is_not_given_to_one_of_them():
    both, one = CASE.select(wave="wave-2024-09-17"), CASE.select(place="bamako-faladie")
    assert (both.total().best, both.total().joint, both.total().unknown) == (77, 1, 0)
    assert (one.total().best, one.total().joint_left_out, one.total().in_joint_left_out, one.total().unknown) == (None, 1, 1, 0)
    assert both.shared_tolls().loc["toll-2024-09-17", "event_ids"] == ["2024-09-17-bamako-faladie", "2024-09-17-bamako-senou"]


def test_selection_leaves_the_casebook_as_it_was_and_remembers_the_whole():
    before = repr(CASE)
    narrow = CASE.select(region="Kayes").select(since="2025-07-01")
    assert repr(CASE) == before
    assert narrow.whole is CASE
    assert CASE.whole is CASE
    assert len(narrow.sources) == len(CASE.sources)


def test_no_condition_keeps_everything():
    assert ids(CASE.select()) == ids(CASE)
    assert len(CASE.select().claims) == len(CASE.claims)


@pytest.mark.parametrize(
    ("asked", "found", "nearest"),
    [
        ({"region": "Sego"}, "Sego", "Ségou"),
        ({"region": ["Kayes", "Tombuctu"]}, "Tombuctu", "Tombouctou"),
        ({"area": "Segu"}, "Segu", "Ségou"),
        ({"area": ["Kayes", "Mopty"]}, "Mopty", "Mopti"),
        ({"event_type": "complex attack"}, "complex attack", "complex_attack"),
        ({"perpetrator": "jnm"}, "jnm", "jnim"),
        ({"certainty": "claim"}, "claim", "claimed"),
        ({"target_kind": "civilian"}, "civilian", "civilians"),
        ({"place": "tesit"}, "tesit", "tessit"),
        ({"wave": "wave-2025-07-1"}, "wave-2025-07-1", "wave-2025-07-01"),
    ],
)
def test_unknown_value_names_the_nearest_one_and_does_not_select_nothing(asked, found, nearest):
    with pytest.raises(ValueError, match=re.escape(f"found {found!r} (nearest: {nearest!r})")):
        CASE.select(**asked)


def test_unknown_value_with_nothing_near_is_named_alone():
    with pytest.raises(ValueError, match=r"region_2023: expected values the tables know, found 'Qqq'$"):
        CASE.select(region="Qqq")


@pytest.mark.parametrize("day", ["2025-13-01", "yesterday-ish", "2025-02-30"])
def test_day_that_does_not_exist_is_refused(day):
    with pytest.raises(ValueError, match=r"day|month|time|date|parse"):
        CASE.select(since=day)


@settings(max_examples=25, deadline=None)
@given(st.dates(min_value=pd.Timestamp("2012-01-01").date(), max_value=pd.Timestamp("2026-12-31").date()))
def test_events_until_a_day_and_after_it_are_all_events(day):
    until = CASE.select(until=str(day))
    after = CASE.select(since=str((pd.Timestamp(day) + pd.Timedelta(days=1)).date()))
    assert ids(until) | ids(after) == ids(CASE)
    # in both are only those that were going on, or whose day is not known
    both = CASE.events[CASE.events["event_id"].isin(ids(until) & ids(after))]
    assert (both["date"] <= str(day)).all()
    assert ((both["date_end"] > str(day)) | (both["date_precision"] != "day")).all()


# --- sources ---


def test_sources_of_an_event_are_those_of_the_event_its_claims_and_its_joint_toll():
    event = "2024-09-17-bamako-senou"
    rows = [row for row in RAW["events"].to_dict("records") if row["event_id"] == event]
    rows += [row for row in RAW["claims"].to_dict("records") if row["event_id"] == event or row["shared_toll_id"] == "toll-2024-09-17"]
    wanted = {one for row in rows for one in row["source_ids"].split()}
    found = CASE.sources_of(event)
    assert set(found["source_id"]) == wanted
    assert found["source_id"].is_unique


def test_every_event_has_a_source_with_an_address_and_a_voice():
    for event in CASE.events.itertuples():
        found = CASE.sources_of(event.event_id)
        assert found["url"].notna().any(), event.event_id
        assert 1 <= event.independent_sources <= len(found)


def test_source_of_another_event_is_not_taken_for_one_without_a_joint_toll():
    # events without a joint toll must not meet claims without one
    found = set(CASE.sources_of("2025-06-05-mahou")["source_id"])
    rows = RAW["claims"][RAW["claims"]["event_id"] == "2025-06-05-mahou"]
    own = {one for cell in rows["source_ids"] for one in cell.split()}
    own |= set(RAW["events"].set_index("event_id").loc["2025-06-05-mahou", "source_ids"].split())
    assert found == own
