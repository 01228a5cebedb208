"""From a spelling to a place, and never to the wrong one."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

import malisec as ms
from malisec import names

CASE = ms.load()
SPELLINGS = [(row.name, row.place_id) for row in CASE.place_names[["name", "place_id"]].itertuples(index=False)]
SPELLINGS += [(row.name, row.place_id) for row in CASE.places[["name", "place_id"]].itertuples(index=False)]

PLACES = pd.DataFrame(
    [
        ("diema", "Diéma", "Kayes", "Nioro"),
        ("hombori-a", "Hombori", "Mopti", "Douentza"),
        ("hombori-b", "Hombori", "Gao", "Gao"),
        ("kona", "Konna", "Mopti", "Mopti"),
        ("kolongo", "Kolongotomo", "Ségou", "Ségou"),
    ],
    columns=["place_id", "name", "region_1991", "region_2023"],
)
OTHER = pd.DataFrame([("Kolongo", "kolongo"), ("Diema-Sud", "diema")], columns=["name", "place_id"])
TABLE = names.spellings(PLACES, OTHER)


def look(name, region=None):
    row = names.locate_many([name], TABLE, region).iloc[0]
    return row["place_id"], row["how"]


# --- normalising ---


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Ségou", "segou"),
        ("SÉGOU", "segou"),
        ("Se\u0301gou", "segou"),
        ("Nioro-du-Sahel", "nioro du sahel"),
        ("  Nioro  du\u00a0Sahel ", "nioro du sahel"),
        ("N’Tillit", "n tillit"),
        ("N'Tillit", "n tillit"),
        ("", ""),
        ("---", ""),
    ],
)
def test_case_accents_hyphens_and_apostrophes_make_no_difference(written, key):
    assert names.normalise(written) == key


@given(st.text(max_size=30))
def test_normalising_twice_changes_nothing_more(text):
    once = names.normalise(text)
    assert names.normalise(once) == once


# --- how a match is made ---


@pytest.mark.parametrize("written", ["Diéma", "diema", "DIEMA", " Diéma "])
def test_own_name_is_exact_however_it_is_written(written):
    assert look(written) == ("diema", "exact")


def test_known_other_spelling_is_told_apart_from_the_own_name():
    assert look("diema sud") == ("diema", "spelling")
    assert look("Kolongo") == ("kolongo", "spelling")


def test_one_letter_off_is_close_and_said_to_be():
    assert look("Kolongotomoo") == ("kolongo", "close")


def test_name_of_two_places_is_ambiguous_and_gives_none_of_them():
    row = names.locate_many(["Hombori"], TABLE).iloc[0]
    assert (row["place_id"], row["how"], row["candidates"]) == (None, "ambiguous", "hombori-a hombori-b")


def test_spelling_close_to_two_places_is_no_guess():
    assert look("Homborri") == (None, "ambiguous")


@pytest.mark.parametrize("written", ["Paris", "", "   ", "?", "K", "北京", "x" * 500])
def test_name_of_no_place_is_unknown(written):
    assert look(written) == (None, "unknown")


@pytest.mark.parametrize(
    ("region", "place"), [("Douentza", "hombori-a"), ("Mopti", "hombori-a"), ("gao", "hombori-b"), ("GAO", "hombori-b")]
)
def test_region_of_either_division_settles_a_homonym(region, place):
    assert look("Hombori", region) == (place, "exact")


def test_region_keeps_a_place_of_another_region_out():
    assert look("Diéma", "Gao") == (None, "unknown")
    # the one Hombori of the region is close, the other does not make it ambiguous
    assert look("Homborri", "Gao") == ("hombori-b", "close")


def test_missing_names_are_unknown_and_rows_stay_in_order():
    asked = ["Konna", None, float("nan"), "Diéma", "Konna"]
    found = names.locate_many(asked, TABLE)
    assert found["place_id"].fillna("").tolist() == ["kona", "", "", "diema", "kona"]
    assert found["how"].tolist() == ["exact", "unknown", "unknown", "exact", "exact"]


def test_no_names_and_no_places_give_no_rows_and_no_crash():
    assert len(names.locate_many([], TABLE)) == 0
    assert names.locate_many(["Konna"], TABLE.head(0))["how"].tolist() == ["unknown"]


# --- the shipped gazetteer ---


def test_locate_says_where_and_how():
    found = ms.locate("Modolo")
    assert (found.place_id, found.name, found.region_2023, found.how) == ("molodo", "Molodo", "Ségou", "spelling")
    assert (round(found.lat, 2), round(found.lon, 2)) == (14.24, -6.02)


def test_every_place_is_found_by_its_own_name_or_named_as_ambiguous():
    found = ms.locate_many(CASE.places["name"])
    for place, row in zip(CASE.places["place_id"], found.itertuples(), strict=True):
        assert row.place_id == place or (row.how == "ambiguous" and place in row.candidates.split()), row
    assert (found["how"] == "exact").mean() > 0.7


def test_region_of_each_name_settles_more_than_no_region():
    alone = ms.locate_many(CASE.places["name"])
    known = ms.locate_many(CASE.places["name"], CASE.places["region_2023"])
    assert known["name"].tolist() == CASE.places["name"].tolist()
    assert (known["how"] == "exact").sum() > (alone["how"] == "exact").sum()
    # what is found without a region is found with the right one
    sure = alone["place_id"].notna() & CASE.places["region_2023"].notna()
    assert (known["place_id"][sure] == alone["place_id"][sure]).all()


def test_one_region_for_each_name_or_a_message():
    with pytest.raises(ValueError, match=r"region: expected one for each of 2 names, found 1"):
        ms.locate_many(["Dogo", "Konna"], ["Mopti"])
    assert ms.locate_many([], []).columns.tolist() == ["name", "place_id", "how", "candidates"]
    assert ms.locate_many(["Konna", None], [None, "Gao"])["how"].tolist() == ["exact", "unknown"]


def test_every_spelling_in_the_tables_is_found_or_named_as_ambiguous():
    found = ms.locate_many([name for name, _ in SPELLINGS])
    for (name, place), row in zip(SPELLINGS, found.itertuples(), strict=True):
        assert row.place_id == place or (row.how == "ambiguous" and place in row.candidates.split()), name


HARD = pd.read_csv(Path(__file__).with_name("hard_names.csv"), dtype=str)


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row.name}-{row.region}") for row in HARD.itertuples(index=False)])
def test_hard_name_is_found_or_refused(row):
    region = row.region if isinstance(row.region, str) else None
    found = ms.locate_many([row.name], region).iloc[0]
    assert (found["place_id"] if isinstance(found["place_id"], str) else found["how"]) == row.expected


def test_village_whose_name_others_bear_is_no_guess_and_the_message_counts_them():
    with pytest.raises(names.AmbiguousNameError, match=r"Madina \(Kita, madina\); and \d+ that are no row of the gazetteer"):
        ms.locate("Madina")


def test_a_town_is_meant_though_a_village_bears_its_name():
    assert ms.locate("Niono").how == "exact"


def test_a_neighbour_settles_a_homonym():
    assert ms.locate("Dogo", near=(11.8, -7.3)).place_id == "dogo-bougouni"
    assert ms.locate("Dogo", near=(15.0, -4.4)).place_id == "dogo"
    assert ms.locate("Madina", near=(13.2, -8.9)).place_id == "madina"
    with pytest.raises(names.AmbiguousNameError):
        ms.locate("Madina", near="Gao")


def test_name_refused_when_written_rightly_is_not_found_when_written_wrongly():
    refused = ms.locate_many(CASE.places["name"])
    refused = refused[(refused["how"] == "ambiguous") & (refused["name"].str.len() > 5)]["name"]
    assert len(refused) > 50
    slips = [name[:-1] + "q" for name in refused] + [name + name[-1] for name in refused]
    assert ms.locate_many(slips)["place_id"].isna().all()
    # nor by a rule that writes it otherwise
    assert ms.locate_many(["Bangassi", "Bangassy", "Balandougou", "Balandugu"])["how"].tolist() == ["ambiguous"] * 4


def test_region_in_which_only_others_bear_the_name_is_no_reason_to_take_another_place():
    for name, region in (("Digani", "Mopti"), ("Douna", "Ségou"), ("Koula", "Dioïla"), ("Dogo", "Koulikoro")):
        row = ms.locate_many([name], region).iloc[0]
        assert (row["place_id"], row["how"]) == (None, "ambiguous"), (name, region)
        with pytest.raises(names.AmbiguousNameError, match=r"that (is|are) no row of the gazetteer\. Name a place near it"):
            ms.locate(name, region)


def test_neighbour_far_from_all_rows_of_a_name_settles_nothing_when_others_bear_it():
    for name, near in (("Balle", "Dioïla"), ("Baye", "Kita"), ("Dogo", "Koulikoro"), ("Faraba", "Bougouni")):
        with pytest.raises(names.AmbiguousNameError):
            ms.locate(name, near=near)


def test_namesakes_are_counted_once_though_several_rows_bear_the_name():
    listed = CASE.places.set_index("place_id").loc["dogo", "namesakes"]
    with pytest.raises(names.AmbiguousNameError, match=f"and {listed.count('|') + 1} that are no row"):
        ms.locate("Dogo")


def test_one_name_is_not_taken_for_its_letters():
    with pytest.raises(TypeError, match=r"expected several, found the one name 'Kayes'"):
        ms.locate_many("Kayes")


def naive(name):
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return re.sub(r"[^\w]+", " ", plain.casefold()).strip()


@given(st.lists(st.text(max_size=20), max_size=6))
def test_normalising_many_at_once_is_normalising_each(asked):
    assert names.normalise_all(asked) == [naive(name) for name in asked]


def test_unknown_name_raises_with_the_nearest_names():
    with pytest.raises(names.UnknownNameError, match="no place is called 'Tombuctou la Neuve'") as raised:
        ms.locate("Tombuctou la Neuve")
    assert raised.value.candidates
    assert any("Tomb" in name for name in raised.value.candidates)


@pytest.mark.parametrize("written", ["", "zzzzqqqq", "北京"])
def test_unknown_name_with_nothing_near_raises_without_candidates(written):
    with pytest.raises(LookupError) as raised:
        ms.locate(written)
    assert raised.value.candidates == []


def test_misspelt_region_is_not_taken_for_a_missing_place():
    # "no place in Kaye is called Kayes" would send the reader looking for the wrong mistake
    for look_up in (lambda: ms.locate("Kayes", region="Kaye"), lambda: ms.locate_many(["Kayes"], region="Kaye")):
        with pytest.raises(ValueError, match=r"region: .* found 'Kaye' \(nearest: Kayes\)"):
            look_up()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.sampled_from([name for name, _ in SPELLINGS]), st.text(max_size=12)), max_size=6))
def test_locate_many_agrees_with_locate(asked):
    found = ms.locate_many(asked)
    assert found["name"].tolist() == asked
    for row in found.itertuples():
        if row.how == "unknown":
            with pytest.raises(names.UnknownNameError):
                ms.locate(row.name)
        elif row.how == "ambiguous":
            with pytest.raises(names.AmbiguousNameError) as raised:
                ms.locate(row.name)
            assert len(raised.value.candidates) == len(row.candidates.split()) > 0
        else:
            one = ms.locate(row.name)
            assert (one.place_id, one.how) == (row.place_id, row.how)


def test_slip_of_one_letter_never_leads_to_a_place_that_is_spelled_less_like_it():
    slips = [(name[:i] + "x" + name[i + 1 :], name, place) for name, place in SPELLINGS for i in range(0, len(name), 3)]
    found = ms.locate_many([slip for slip, _, _ in slips])["place_id"].tolist()
    wrong = [(*slip, place) for slip, place in zip(slips, found, strict=True) if isinstance(place, str) and place != slip[2]]
    for slip, meant, _, place in wrong:
        near = max(fuzz.ratio(names.normalise(slip), names.normalise(name)) for name, owner in SPELLINGS if owner == place)
        assert near > fuzz.ratio(names.normalise(slip), names.normalise(meant)), (slip, meant, place)
    assert sum(isinstance(place, str) for place in found) > len(found) / 2
