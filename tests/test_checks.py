"""Tables that are each well formed but do not fit together are found, with the place to mend them."""

from __future__ import annotations

import pytest

from malisec.schema import EDITION_DATE
from tables_small import copy_edition

KAYES = "2025-07-01-kayes"
CLAIM = "2012-03-30-kidal.k1"


@pytest.fixture
def edition(tmp_path):
    return copy_edition(tmp_path)


def only(edition):
    """Return the one fault there is."""
    faults = edition.faults()
    assert len(faults) == 1, [str(fault) for fault in faults]
    return faults[0]


def where(fault):
    return fault.file, fault.line, fault.column, fault.found


# --- ids ---


@pytest.mark.parametrize(
    ("table", "row", "column", "wrong", "nearest"),
    [
        ("events", KAYES, "place_id", "kays", "kayes"),
        ("events", "2024-07-25-tinzaouaten", "perpetrator", "zz", None),
        ("events", "2025-06-01-boulkessi", "perpetrator", "jnm", "jnim"),
        ("place_names", 2, "place_id", "aguelhocc", "aguelhoc"),
        ("blockades", "2025-09-fuel", "imposed_by", "jnm", "jnim"),
        ("seed_claims", "000-001", "refers_to", "2025-10-22-comand-change", "2025-10-22-command-change"),
    ],
)
def test_unknown_id_is_named_with_the_nearest_one(edition, table, row, column, wrong, nearest):
    line = edition.change(table, row, **{column: wrong})
    fault = next(fault for fault in edition.faults() if fault.column == column)
    assert where(fault) == (str(edition.path(table).relative_to(edition.root)), line, column, wrong)
    assert fault.nearest == nearest


def test_one_unknown_id_among_several_is_named_alone(edition):
    line = edition.line("events", event_id=KAYES)
    known = edition.rows("events")[line - 2]["source_ids"]
    edition.change("events", line, source_ids=f"{known} ucdp-monthly-204")
    fault = only(edition)
    assert where(fault) == ("data/events.csv", line, "source_ids", "ucdp-monthly-204")
    assert fault.nearest == "ucdp-monthly-2024"


def test_claim_about_an_event_that_does_not_exist_is_found(edition):
    line = edition.change("claims", CLAIM, event_id="2012-03-30-kidall")
    fault = only(edition)
    assert where(fault) == ("data/claims.csv", line, "event_id", "2012-03-30-kidall")
    assert fault.nearest == "2012-03-30-kidal"


# --- days ---


def test_event_that_ends_before_it_starts_is_found(edition):
    line = edition.change("events", KAYES, date_end="2025-06-30")
    fault = only(edition)
    assert where(fault) == ("data/events.csv", line, "date_end", "2025-06-30")
    assert "2025-07-01" in fault.expected


def test_event_of_one_day_may_say_so_twice(edition):
    edition.change("events", KAYES, date_end="2025-07-01")
    assert edition.faults() == []


def test_blockade_that_ends_before_it_starts_is_found(edition):
    line = edition.change("blockades", "2025-09-fuel", end="2025-09-02")
    assert where(only(edition)) == ("data/blockades.csv", line, "end", "2025-09-02")


@pytest.mark.parametrize(
    ("table", "row", "column"), [("events", KAYES, "date"), ("milestones", 2, "date"), ("blockades", "2025-09-fuel", "start")]
)
def test_day_after_the_edition_is_found(edition, table, row, column):
    line = edition.change(table, row, **{column: "2031-01-01"})
    faults = {fault.column: fault for fault in edition.faults()}
    assert faults[column].line == line
    assert faults[column].expected == f"a day up to the edition's, {EDITION_DATE}"


def test_day_of_the_edition_itself_is_no_fault(edition):
    edition.change("milestones", 2, date=EDITION_DATE, date_end="")
    assert edition.faults() == []


def test_event_whose_id_tells_another_day_is_found(edition):
    line = edition.change("events", KAYES, date="2025-07-02")
    fault = only(edition)
    assert (fault.line, fault.column, fault.found) == (line, "event_id", KAYES)


# --- places ---


def test_swapped_coordinates_are_found_and_the_message_says_so(edition):
    place = edition.rows("places")[edition.line("places", place_id="kayes") - 2]
    line = edition.change("places", "kayes", lat=place["lon"], lon=place["lat"])
    fault = only(edition)
    assert where(fault) == ("data/places.csv", line, "lat", f"{place['lon']}, {place['lat']}")
    assert "latitude and longitude look swapped" in str(fault)


def test_point_outside_mali_is_found_and_not_called_swapped(edition):
    edition.change("places", "kayes", lat="48.85", lon="2.35")
    fault = only(edition)
    assert fault.expected.startswith("a point inside Mali")
    assert "swapped" not in str(fault)


def test_region_that_does_not_hold_the_point_is_found_and_the_right_one_named(edition):
    line = edition.change("places", "kayes", region_2023="Mopti", commune="")
    fault = only(edition)
    assert where(fault) == ("data/places.csv", line, "region_2023", "Mopti")
    assert fault.nearest == "Kayes"


def test_place_in_mali_that_names_another_country_is_found(edition):
    line = edition.change("places", "segou", country="NE")
    assert where(only(edition)) == ("data/places.csv", line, "country", "NE")


def test_cercle_that_does_not_exist_is_found(edition):
    line = edition.change("places", "bafoulabe", cercle="Bafoulabee")
    fault = only(edition)
    assert (fault.line, fault.column, fault.nearest) == (line, "cercle", "Bafoulabe")


def test_commune_of_another_cercle_is_found(edition):
    line = edition.change("places", "bafoulabe", commune="Kayes")
    fault = only(edition)
    assert (fault.line, fault.column, fault.found) == (line, "commune", "Kayes")
    assert fault.expected == "a commune of cercle Bafoulabe"


def test_old_region_of_another_cercle_is_found(edition):
    line = edition.change("places", "bafoulabe", region_1991="Gao")
    fault = only(edition)
    assert (fault.line, fault.column, fault.nearest) == (line, "region_1991", "Kayes")


@pytest.mark.parametrize("cells", [{"place_id": ""}, {"location_precision": "unknown"}])
def test_event_is_either_placed_or_says_that_its_place_is_unknown(edition, cells):
    line = edition.change("events", KAYES, **cells)
    fault = only(edition)
    assert (fault.line, fault.column) == (line, "place_id")


# --- duplicates ---


@pytest.mark.parametrize(
    ("table", "row", "own"),
    [
        ("events", KAYES, {"event_id": "2025-07-01-kayes-again"}),
        ("milestones", 2, {"milestone_id": "again"}),
        ("place_names", 2, {}),
        ("corridors", 2, {}),
        ("seed_claims", "000-001", {"claim_id": "000-999"}),
    ],
)
def test_row_that_tells_the_same_again_is_found_with_the_line_of_the_first(edition, table, row, own):
    first = row if isinstance(row, int) else edition.line(table, **{"events": {"event_id": row}, "seed_claims": {"claim_id": row}}[table])
    line = edition.repeat(table, row, **own)
    again = [fault for fault in edition.faults() if "already" in fault.expected]
    assert [(fault.line, fault.expected) for fault in again] == [(line, f"a row that line {first} does not already tell")]


def test_source_with_an_address_that_is_there_already_is_found(edition):
    again = edition.repeat("sources", 2, source_id="a-second-id")
    edition.change("events", KAYES, source_ids="a-second-id")
    assert [(fault.line, fault.column) for fault in edition.faults() if "already" in fault.expected] == [(again, "url")]


def test_claim_told_twice_is_found(edition):
    again = edition.repeat("claims", CLAIM, claim_id="2012-03-30-kidal.k99")
    fault = only(edition)
    assert (fault.line, fault.expected) == (again, f"a row that line {edition.line('claims', claim_id=CLAIM)} does not already tell")


# --- sources ---


def test_source_that_no_row_rests_on_is_found(edition):
    line = edition.repeat("sources", 2, source_id="nobody-000000", url="https://nobody.example/")
    fault = only(edition)
    assert where(fault) == ("data/sources.csv", line, "source_id", "nobody-000000")


def test_source_without_address_is_found(edition):
    line = edition.change("sources", 2, url="")
    assert where(only(edition)) == ("data/sources.csv", line, "url", "nothing")


def test_seed_without_file_or_fingerprint_is_found(edition):
    line = edition.change("sources", "seed-000", sha256="")
    fault = only(edition)
    assert (fault.line, fault.column) == (line, "seed_file")


@pytest.mark.parametrize("cells", [{"published": ""}, {"published_basis": "unknown"}])
def test_day_of_publication_and_how_it_is_known_belong_together(edition, cells):
    line = edition.change("sources", 2, **cells)
    fault = only(edition)
    assert (fault.line, fault.column) == (line, "published_basis")


# --- claims ---


def test_low_that_exceeds_high_is_found(edition):
    line = edition.change("claims", CLAIM, low="561", high="560")
    fault = only(edition)
    assert where(fault) == ("data/claims.csv", line, "high", "560")
    assert "561" in fault.expected


def test_claim_about_nothing_and_claim_about_event_and_joint_toll_are_found(edition):
    line = edition.change("claims", CLAIM, event_id="")
    fault = only(edition)
    assert (fault.line, fault.column, fault.found) == (line, "event_id", "nothing")
    edition.change("claims", CLAIM, event_id="2012-03-30-kidal", shared_toll_id="toll-2025-07-01")
    fault = only(edition)
    assert (fault.line, fault.column) == (line, "event_id")


@pytest.mark.parametrize(
    ("qualifier", "low", "high"),
    [("exact", "5", ""), ("about", "", "5"), ("at_least", "5", "5"), ("at_least", "", ""), ("at_most", "5", "5"), ("none", "5", "5")],
)
def test_figure_that_does_not_fit_how_it_was_put_is_found(edition, qualifier, low, high):
    line = edition.change("claims", "2012-03-30-kidal.k2", qualifier=qualifier, low=low, high=high)
    fault = only(edition)
    assert (fault.line, fault.column) == (line, "qualifier")


@pytest.mark.parametrize("column", ["group", "qualifier"])
def test_figure_without_whose_or_how_is_found(edition, column):
    line = edition.change("claims", CLAIM, **{column: ""})
    assert where(only(edition)) == ("data/claims.csv", line, column, "nothing")


def test_preferred_figure_without_reason_is_found(edition):
    line = edition.change("claims", "2022-03-27-moura.k4", reason="")
    assert where(only(edition)) == ("data/claims.csv", line, "reason", "nothing")


def test_two_preferred_statements_of_one_event_are_found(edition):
    line = edition.line("claims", claim_id="toll-2024-09-17.k10")
    edition.change("claims", line, preferred="yes", reason="another wish")
    fault = only(edition)
    assert (fault.line, fault.column) == (line, "preferred")
    assert fault.expected == "one preferred statement of killed for toll-2024-09-17"
    assert "Security source (AFP)" in fault.found


def test_preferred_soldiers_and_civilians_of_one_speaker_are_one_statement(edition):
    rows = {row["claim_id"]: row for row in edition.rows("claims")}
    both = [rows["2017-06-18-campement-kangaba.k5"], rows["2017-06-18-campement-kangaba.k6"]]
    assert [row["preferred"] for row in both] == ["yes", "yes"]
    assert both[0]["group"] != both[1]["group"]
    assert edition.faults() == []


SUPERSEDED, LATER = "2022-07-22-kati.k1", "2022-07-22-kati.k4"


def test_claim_replaced_by_a_speaker_of_another_kind_is_found(edition):
    edition.change("claims", LATER, said_by_kind="armed_group", said_by="JNIM")
    fault = only(edition)
    assert (fault.line, fault.column, fault.found) == (edition.line("claims", claim_id=SUPERSEDED), "superseded_by", LATER)


@pytest.mark.parametrize("later", ["2022-08-07-tessit.k4", SUPERSEDED])
def test_claim_replaced_by_a_claim_of_another_event_or_by_itself_is_found(edition, later):
    line = edition.change("claims", SUPERSEDED, superseded_by=later)
    fault = only(edition)
    assert (fault.line, fault.column) == (line, "superseded_by")


def test_claims_that_replace_each_other_are_found_so_that_the_toll_does_not_vanish(edition):
    # neither would stand, and a known toll would silently be unknown
    edition.change("claims", SUPERSEDED, said_on="")
    line = edition.change("claims", LATER, superseded_by=SUPERSEDED)
    replaced = [fault.line for fault in edition.faults() if fault.column == "superseded_by"]
    assert replaced == [edition.line("claims", claim_id=SUPERSEDED), line]


def test_claim_replaced_by_an_earlier_one_is_found(edition):
    line = edition.change("claims", SUPERSEDED, said_on="2022-12-31")
    edition.change("claims", LATER, said_on="2022-07-24")
    fault = only(edition)
    assert (fault.line, fault.column) == (line, "superseded_by")


def test_preferred_claim_that_was_replaced_is_found(edition):
    line = edition.change("claims", SUPERSEDED, preferred="yes", reason="the first")
    assert (line, "preferred") in [(fault.line, fault.column) for fault in edition.faults()]


# --- joint tolls ---


def test_joint_toll_counted_again_at_one_of_its_events_is_found(edition):
    line = edition.repeat("claims", "toll-2024-09-17.k5", claim_id="again.k1", event_id="2024-09-17-bamako-senou", shared_toll_id="")
    fault = only(edition)
    assert where(fault)[:3] == ("data/claims.csv", line, "low")
    assert fault.found == "71 by Many security and civil sources (RFI)"


def test_joint_toll_of_one_event_is_found(edition):
    edition.change("events", "2026-05-06-centre", shared_toll_id="")
    fault = only(edition)
    assert (fault.line, fault.column) == (edition.line("events", event_id="2026-05-08-centre"), "shared_toll_id")
    assert fault.found == "toll-2026-05-08"


# --- who did it ---


def test_claimed_event_without_a_claim_of_responsibility_is_found(edition):
    kept = [row for row in edition.rows("claims") if (row["event_id"], row["measure"]) != ("2012-04-01-tombouctou", "responsibility")]
    edition.write("claims", kept)
    fault = next(fault for fault in edition.faults() if fault.file == "data/events.csv")
    assert where(fault) == ("data/events.csv", edition.line("events", event_id="2012-04-01-tombouctou"), "perpetrator_certainty", "claimed")


def test_unknown_perpetrator_that_is_named_is_found(edition):
    nobody = next(r["event_id"] for r in edition.rows("events") if r["perpetrator_certainty"] == "unknown")
    line = edition.change("events", nobody, perpetrator="jnim")
    assert where(only(edition)) == ("data/events.csv", line, "perpetrator", "jnim")


def test_claim_of_responsibility_for_an_unknown_group_names_the_nearest(edition):
    line = edition.change("claims", "2012-04-01-tombouctou.k1", value="mnlaa")
    fault = next(f for f in edition.faults() if f.column == "value")
    assert (fault.line, fault.column, fault.found, fault.nearest) == (line, "value", "mnlaa", "mnla")


def test_claim_of_responsibility_with_a_figure_is_found(edition):
    line = edition.change("claims", "2012-04-01-tombouctou.k1", low="5", high="5")
    fault = only(edition)
    assert (fault.line, fault.column) == (line, "group")


# --- seeds and research rows ---


def test_span_without_length_is_found(edition):
    row = edition.rows("seed_claims")[0]
    line = edition.change("seed_claims", 2, char_end=row["char_start"])
    assert where(only(edition)) == ("seeds/claims.csv", line, "char_end", row["char_start"])


@pytest.mark.parametrize("cells", [{"target_ids": ""}, {"outcome": "rejected"}])
def test_researched_row_points_at_what_it_became_or_was_rejected(edition, cells):
    line = edition.change("curation_log", "seeds-001", **cells)
    fault = only(edition)
    assert (fault.line, fault.column) == (line, "target_ids")


# --- forces and civilians ---


def parts(edition, **preferred):
    """Give Kayes one count of its forces and one of civilians by two speakers, preferred or not; return their lines."""
    edition.write("claims", [r for r in edition.rows("claims") if r["event_id"] != KAYES or r["measure"] != "killed"])
    lines = {}
    for n, (group, yes) in enumerate(preferred.items()):
        cells = {"claim_id": f"{KAYES}.k9{n}", "event_id": KAYES, "measure": "killed", "group": group, "said_by": f"Speaker of {group}"}
        cells |= {"preferred": "yes" if yes else "", "reason": "counted apart" if yes else "", "low": "3", "high": "3", "note": ""}
        lines[group] = edition.repeat("claims", CLAIM, **cells)
    return lines


def test_forces_and_civilians_of_two_speakers_may_both_be_preferred(edition):
    parts(edition, forces=True, civilians=True)
    assert edition.faults() == []


def test_one_preferred_part_needs_the_other_to_be_preferred_too(edition):
    lines = parts(edition, forces=True, civilians=False)
    fault = only(edition)
    assert (fault.line, fault.column, fault.found) == (lines["civilians"], "preferred", "nothing")
    assert KAYES in fault.expected


def test_two_preferred_counts_of_the_forces_are_found(edition):
    parts(edition, forces=True, civilians=True)
    twice = {"claim_id": f"{KAYES}.k95", "said_by": "Somebody else", "group": "forces"}
    line = edition.repeat("claims", f"{KAYES}.k90", **twice)
    assert [(fault.line, fault.column) for fault in edition.faults()] == [(line, "preferred")]


# --- what an edition must hold ---


def test_researched_row_that_the_log_leaves_out_is_named(edition):
    edition.write("curation_log", [r for r in edition.rows("curation_log") if r["research_row"] not in {"west-004", "north-132"}])
    fault = only(edition)
    assert (fault.column, fault.found) == ("research_row", "no row for north-132, west-004")
    assert "594" in fault.expected


def test_researched_row_that_no_sheet_has_is_found(edition):
    line = edition.repeat("curation_log", "west-096", research_row="west-097")
    fault = only(edition)
    assert (fault.line, fault.found, fault.nearest) == (line, "west-097", "west-096")


def test_event_that_nobody_read_twice_is_found(edition):
    edition.write("reviews", [r for r in edition.rows("reviews") if r["event_id"] != KAYES])
    fault = only(edition)
    assert where(fault) == ("data/events.csv", edition.line("events", event_id=KAYES), "event_id", KAYES)


def test_type_of_event_without_its_row_beside_other_datasets_is_found(edition):
    edition.write("event_types", [r for r in edition.rows("event_types") if r["event_type"] != "ied"])
    assert "ied" in only(edition).expected


@pytest.mark.parametrize(
    ("column", "wrong", "near"), [("acled_sub_event_types", "Armed clash|Suicide bombing", "Suicide bomb"), ("ucdp_types", "1|4", None)]
)
def test_type_that_the_other_dataset_does_not_have_is_found(edition, column, wrong, near):
    line = edition.change("event_types", "ambush", **{column: wrong})
    fault = only(edition)
    assert (fault.line, fault.column, fault.found, fault.nearest) == (line, column, wrong.split("|")[1], near)


@pytest.mark.parametrize(
    "said", ["Gunmen attack the town; 12 soldiers are killed.", "Dozens of villagers were killed.", "At least three dead."]
)
def test_toll_typed_into_a_summary_as_well_is_found(edition, said):
    line = edition.change("events", KAYES, summary=said)
    fault = only(edition)
    assert (fault.line, fault.column) == (line, "summary")
    assert "claims.csv" in fault.expected


# --- publishers and formulas ---


def test_publisher_spelled_another_way_is_found_with_the_first_spelling(edition):
    page = next(r for r in edition.rows("sources") if r["publisher"] == "PressAfrik")
    line = edition.repeat(
        "sources", page["source_id"], source_id="pressafrik-x", url="https://www.pressafrik.com/x", publisher="Press-Afrik"
    )
    found = [f for f in edition.faults() if f.column == "publisher"]
    # whichever comes later in the file is the one to mend
    assert [(f.line, f.found, f.nearest) for f in found] == [(line, "Press-Afrik", "PressAfrik")]


def test_publisher_of_two_kinds_is_found_but_copies_of_its_pages_are_not(edition):
    page = next(r for r in edition.rows("sources") if r["publisher"] == "PressAfrik" and r["kind"] == "press")
    line = edition.change("sources", page["source_id"], kind="ngo")
    assert any(f.column == "kind" for f in edition.faults())
    edition.change("sources", line, kind="mirror")
    assert edition.faults() == []


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-cmd", "@SUM(A1)"])
def test_text_that_a_spreadsheet_would_run_is_found(edition, text):
    line = edition.change("events", KAYES, note=text)
    fault = only(edition)
    assert where(fault) == ("data/events.csv", line, "note", text)
    assert "formula" in fault.expected


# --- what a second look found missing ---


def test_page_without_a_kind_is_one_fault_and_accuses_no_other(edition):
    page = next(r for r in edition.rows("sources") if r["publisher"] == "Jeune Afrique" and r["kind"] == "press")
    line = edition.change("sources", page["source_id"], kind="")
    assert {(f.file, f.line, f.column) for f in edition.form() + edition.faults()} == {("data/sources.csv", line, "kind")}


def test_claimed_by_nobody_who_could_is_found(edition):
    # a denial is no claim, and what a state says of a group is no word of the group
    denied = [
        r | {"value": "none"} if (r["event_id"], r["measure"]) == ("2012-04-01-tombouctou", "responsibility") else r
        for r in edition.rows("claims")
    ]
    edition.write("claims", denied)
    line = edition.line("events", event_id="2012-04-01-tombouctou")
    assert [(f.line, f.column) for f in edition.faults() if f.file == "data/events.csv"] == [(line, "perpetrator_certainty")]
    event = next(
        r
        for r in edition.rows("events")
        if r["perpetrator_certainty"] == "attributed" and r["perpetrator"] == "jnim" and not r["shared_toll_id"]
    )
    line = edition.change("events", event["event_id"], perpetrator_certainty="claimed")
    spoken = {r["said_by_kind"] for r in edition.rows("claims") if (r["event_id"], r["measure"]) == (event["event_id"], "responsibility")}
    assert "armed_group" not in spoken
    assert (line, "perpetrator_certainty") in [(f.line, f.column) for f in edition.faults()]


def test_preferred_claim_without_a_figure_is_found(edition):
    silent = next(r for r in edition.rows("claims") if r["qualifier"] == "none" and r["measure"] == "killed" and r["event_id"])
    line = edition.change("claims", silent["claim_id"], preferred="yes", reason="nobody else spoke")
    assert (line, "preferred") in [(f.line, f.column) for f in edition.faults()]


def test_force_counted_twice_by_one_speaker_is_found(edition):
    parts(edition, attacked=False, forces=False)
    rows = edition.rows("claims")
    edition.write("claims", [r | {"said_by": "One speaker"} if r["claim_id"].startswith(f"{KAYES}.k9") else r for r in rows])
    assert [f.found for f in edition.faults()] == ["attacked and forces by one speaker on one day"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Gunmen kill 12 villagers and leave.", True),
        ("The army says that it killed at least 40 fighters.", True),
        ("Thirteen people are found dead near the road.", True),
        ("The attack leaves a toll of 12.", True),
        ("On 12 May fighters killed the mayor.", False),
        ("In 2021 fighters killed the chief.", False),
        ("Two gunmen killed the imam.", False),
        ("Fighters kill one of the two guards.", False),
    ],
)
def test_only_a_number_of_dead_is_a_toll_in_words(edition, said, told):
    edition.change("events", KAYES, summary=said)
    assert [f.column for f in edition.faults()] == (["summary"] if told else [])
