"""Files of others as people have them: every vintage, encoding and delimiter, and every way a download goes wrong."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import malisec as ms
from malisec import paths, readers
from malisec.faults import FaultsError
from malisec.readers import common, files

# made up, with the columns and codes of the releases
GED = pd.DataFrame({
    "id": [1, 2, 3, 4],
    "relid": ["MLI-1", "MLI-2", "MLI-3", "NER-1"],
    "year": 2023,
    "code_status": "Clear",
    "type_of_violence": [1, 2, 3, 1],
    "conflict_new_id": 11,
    "dyad_new_id": 12,
    "side_a": ["Government of Mali", "JNIM", "IS", "Government of Niger"],
    "side_b": ["JNIM", "IS", "Civilians", "IS"],
    "source_headline": ['He said: "gone", and left', "a;b", "=cmd|' /C calc'!A0", "ok"],
    "where_prec": [1, 2, 4, 6],
    "where_coordinates": ["Niono town", "Ménaka town", "Gao region", "Niger"],
    "latitude": [14.25, 15.92, 16.5, 17.0],
    "longitude": [-5.99, 2.4, -0.5, 9.0],
    "country": ["Mali", "Mali", "Mali", "Niger"],
    "date_prec": [1, 2, 4, 1],
    "date_start": ["2023-10-01 00:00:00.000", "2023-10-02 00:00:00.000", "2023-10-01 00:00:00.000", "2023-10-05 00:00:00.000"],
    "date_end": ["2023-10-01 00:00:00.000", "2023-10-05 00:00:00.000", "2023-10-31 00:00:00.000", "2023-10-06 00:00:00.000"],
    "best": [3, 5, 10, 1],
    "high": [4, 9, 40, 1],
    "low": [3, 2, 8, 1],
})  # fmt: skip
NOW = pd.DataFrame({
    "event_id_cnty": ["MLI1", "MLI2", "MLI3"],
    "event_date": ["2025-07-01", "2025-07-02", "2025-06-15"],
    "year": 2025,
    "time_precision": [1, 2, 3],
    "disorder_type": ["Political violence", "Political violence", "Demonstrations"],
    "event_type": ["Battles", "Violence against civilians", "Protests"],
    "sub_event_type": ["Armed clash", "Attack", "Peaceful protest"],
    "actor1": ["JNIM", "Dozos", "Protesters"],
    "actor2": ["Military Forces of Mali", "Civilians", None],
    "civilian_targeting": [None, "Civilian targeting", None],
    "country": "Mali",
    "location": ["Niono", "Bankass", "Bamako"],
    "latitude": [14.25, 14.07, 12.64],
    "longitude": [-5.99, -3.52, -8.0],
    "geo_precision": [1, 2, 3],
    "notes": ["A, and B", "été", "-"],
    "fatalities": [7, 0, 0],
    "tags": None,
})  # fmt: skip
OLD = NOW.drop(columns=["disorder_type", "civilian_targeting", "tags"]).assign(
    data_id=[9000001, 9000002, 9000003], event_id_no_cnty=[1, 2, 3], event_date=["01 July 2025", "02 July 2025", "15 June 2025"]
)


def put(path: Path, table: pd.DataFrame, **how: object) -> Path:
    table.to_csv(path, index=False, **how)  # type: ignore[call-overload]
    return path


@pytest.fixture
def ged(tmp_path: Path) -> Path:
    return put(tmp_path / "ged.csv", GED)


# --- UCDP --------------------------------------------------------------------------------------------------------
def test_a_release_becomes_events_with_codes_in_our_words(ged):
    found = ms.read_ucdp(ged)
    assert list(found.columns[: len(common.COLUMNS)]) == list(common.COLUMNS)
    assert found["event_id"].tolist() == ["ucdp-1", "ucdp-3", "ucdp-2", "ucdp-4"]
    rows = found.set_index("event_id")
    assert rows["date_precision"].to_dict() == {"ucdp-1": "day", "ucdp-2": "week", "ucdp-3": "month", "ucdp-4": "day"}
    assert rows["location_precision"].to_dict() == {"ucdp-1": "exact", "ucdp-2": "area", "ucdp-3": "region", "ucdp-4": "unknown"}
    assert rows.loc["ucdp-2", "ring_km"] == 25
    assert rows["event_type"].tolist() == ["state_based", "one_sided", "non_state", "state_based"]
    # a span is when it may have begun where the day is not known, and how long it lasted where it is
    assert rows.loc["ucdp-2", "date_latest"] == pd.Timestamp("2023-10-05")
    assert pd.isna(rows.loc["ucdp-2", "date_end"])
    assert rows.loc["ucdp-4", "date_end"] == pd.Timestamp("2023-10-06")
    assert rows["region_2023"].fillna("").to_dict() == {"ucdp-1": "Ségou", "ucdp-2": "Ménaka", "ucdp-3": "Gao", "ucdp-4": ""}
    assert rows[["killed_low", "killed_best", "killed_high"]].loc["ucdp-3"].tolist() == [8, 10, 40]
    # what the release says beside it stays, letter for letter
    assert set(GED.columns) - set(common.COLUMNS) <= set(found.columns)
    assert rows.loc["ucdp-1", "source_headline"] == 'He said: "gone", and left'


def test_only_one_country_is_kept_however_it_is_written(ged):
    assert ms.read_ucdp(ged, country="mali")["event_id"].tolist() == ["ucdp-1", "ucdp-3", "ucdp-2"]
    assert ms.read_ucdp(ged, country="Atlantis").empty


@pytest.mark.parametrize("suffix", ["zip", "parquet"])
def test_zipped_and_parquet_read_as_csv_does(ged, tmp_path, suffix):
    path = tmp_path / f"ged.{suffix}"
    if suffix == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(ged, "GEDEvent.csv")
            archive.writestr("__MACOSX/._GEDEvent.csv", "junk")
    else:
        GED.to_parquet(path)
    pd.testing.assert_frame_equal(ms.read_ucdp(path), ms.read_ucdp(ged), check_dtype=False)


def test_a_large_file_is_read_in_pieces_with_the_same_answer(ged, monkeypatch):
    whole = ms.read_ucdp(ged, "Mali")
    monkeypatch.setattr(files, "LARGE", 10)
    monkeypatch.setattr(files, "PIECE", 2)
    pd.testing.assert_frame_equal(ms.read_ucdp(ged, "Mali"), whole)


def test_releases_before_17_have_other_names_for_deaths(tmp_path):
    old = GED.rename(columns={"best": "best_est", "low": "low_est", "high": "high_est"})
    assert ms.read_ucdp(put(tmp_path / "ged50.csv", old))["killed_best"].sum() == GED["best"].sum()


#: what releases have beside the columns that make an event: ids of conflicts came with 17.1, the status of the code with 18.1, the event's
#: older id with 21.1; monthly candidates have all of it
VINTAGES = {
    "17.1": {"drop": ["relid", "code_status"], "day": "%Y-%m-%d"},
    "18.1": {"drop": ["relid"], "day": "%Y-%m-%d"},
    "19.1": {"drop": ["relid"], "day": "%Y-%m-%d 00:00:00.000"},
    "22.1": {"drop": [], "day": "%Y-%m-%d 00:00:00.000"},
    "25.1": {"drop": [], "day": "%Y-%m-%dT00:00:00"},
}


@pytest.mark.parametrize("vintage", VINTAGES)
def test_every_vintage_gives_the_same_events(tmp_path, ged, vintage):
    form = VINTAGES[vintage]
    table = GED.drop(columns=form["drop"])
    # the order of columns changed more than once
    table = table[[*reversed(table.columns)]]
    for column in ("date_start", "date_end"):
        table[column] = pd.to_datetime(GED[column]).dt.strftime(form["day"])
    found = ms.read_ucdp(put(tmp_path / "other.csv", table))
    pd.testing.assert_frame_equal(found[[*common.COLUMNS]], ms.read_ucdp(ged)[[*common.COLUMNS]])


def test_figures_that_are_not_in_order_stay_as_they_were_given(tmp_path):
    """Some rows of GED have a lowest figure above the best one."""
    found = ms.read_ucdp(put(tmp_path / "ged.csv", GED.assign(low=[9, 9, 9, 9])))
    assert found["killed_low"].eq(9).all()
    assert sorted(found["killed_best"]) == sorted(GED["best"])
    assert len(ms.as_case(found).events) == 4


def test_a_fault_in_a_later_piece_is_named_with_the_line_of_the_whole_file(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LARGE", 10)
    monkeypatch.setattr(files, "PIECE", 2)
    path = put(tmp_path / "ged.csv", GED.assign(latitude=[14, 15, 16, 99], country=["Niger", "Mali", "Niger", "Mali"]))
    assert "ged.csv:5, column 'latitude'" in said(lambda: ms.read_ucdp(path, "Mali"))


@pytest.mark.parametrize("how", ["csv", "zip"])
@pytest.mark.parametrize("large", [False, True])
def test_letters_that_come_late_settle_the_encoding(tmp_path, monkeypatch, how, large):
    plain = pd.concat([GED.iloc[[0]].assign(where_coordinates="Niono " + "x" * 1000).assign(id=i) for i in range(10, 500)])
    table = pd.concat([plain, GED], ignore_index=True)
    raw = table.to_csv(index=False).encode("cp1252")
    path = tmp_path / f"late.{how}"
    if how == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("late.csv", raw)
    else:
        path.write_bytes(raw)
    if large:
        monkeypatch.setattr(files, "LARGE", 10)
        monkeypatch.setattr(files, "PIECE", 100)
    assert "Ménaka town" in ms.read_ucdp(path)["place"].tolist()


#: reads a file piece by piece, or at once, and says by how much the memory grew at its highest
GROWN = """
import resource, sys
import malisec as ms
from malisec.readers import files

files.LARGE, files.PIECE = int(sys.argv[2]), 20_000
ms.region_of([-8.0], [12.6])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = ms.read_ucdp(sys.argv[1], country="Mali")
# kilobytes, on a Mac bytes
unit = 1 if sys.platform == "darwin" else 1024
print(len(found), int(found["killed_best"].sum()), (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * unit)
"""


def test_a_file_larger_than_the_memory_is_read_on_a_small_machine(tmp_path):
    path = tmp_path / "large.csv"
    rows = pd.concat([GED.iloc[[3]]] * 999 + [GED.iloc[[0]]], ignore_index=True).assign(source_headline="x" * 2_000)
    with path.open("w", encoding="utf-8") as file:
        for k in range(200):
            file.write(rows.assign(id=range(1000 * k, 1000 * k + 1000)).to_csv(index=False, header=k == 0))
    size = path.stat().st_size
    assert size > 400_000_000

    def grown(large: int) -> int:
        code = [sys.executable, "-c", GROWN, str(path), str(large)]
        done = subprocess.run(code, capture_output=True, text=True, check=True, cwd=paths.home())
        events, dead, more = map(int, done.stdout.split())
        assert (events, dead) == (200, 600)
        return more

    # the whole at once does not fit into what the pieces take
    assert grown(50_000_000) < size / 2 < grown(5_000_000_000)


# --- ACLED -------------------------------------------------------------------------------------------------------
def variants(folder: Path) -> dict[str, Path]:
    """Write one export in every way that ACLED or a portal hands it out."""
    tags = pd.DataFrame([{c: f"#{c}+x" for c in NOW}])
    made = {
        "current": put(folder / "current.csv", NOW),
        "old": put(folder / "old.csv", OLD),
        "semicolons": put(folder / "semicolons.csv", NOW, sep=";"),
        "HXL tags": put(folder / "hxl.csv", pd.concat([tags, NOW.astype(object)])),
        "Windows-1252": put(folder / "cp1252.csv", NOW, encoding="cp1252"),
        "Mac Roman": put(folder / "mac.csv", NOW, encoding="mac_roman"),
        "byte order mark": put(folder / "bom.csv", NOW, encoding="utf-8-sig"),
        "capital letters": put(folder / "upper.csv", NOW.rename(columns=str.upper)),
        "decimal commas": put(folder / "comma.csv", NOW, sep=";", decimal=","),
    }
    api = folder / "api.json"
    api.write_text(json.dumps({"status": 200, "success": True, "data": json.loads(NOW.to_json(orient="records"))}), encoding="utf-8")
    return made | {"API": api}


@pytest.mark.parametrize(
    "how",
    [
        "current",
        "old",
        "semicolons",
        "HXL tags",
        "Windows-1252",
        "Mac Roman",
        "byte order mark",
        "capital letters",
        "decimal commas",
        "API",
    ],
)
def test_an_export_reads_the_same_however_it_was_saved(tmp_path, how):
    found = ms.read_acled(variants(tmp_path)[how])
    assert found["event_id"].tolist() == ["acled-MLI3", "acled-MLI1", "acled-MLI2"]
    assert found["date"].dt.strftime("%Y-%m-%d").tolist() == ["2025-06-15", "2025-07-01", "2025-07-02"]
    assert found["date_precision"].tolist() == ["month", "day", "week"]
    assert found["location_precision"].tolist() == ["region", "town", "area"]
    assert found["event_type"].tolist() == ["protest", "battle", "against_civilians"]
    assert found["killed_best"].tolist() == [0, 7, 0]
    assert found["killed_low"].isna().all()
    assert found["lat"].tolist() == [12.64, 14.25, 14.07]
    assert "été" in found["notes"].tolist()


def test_an_excel_export_reads_as_well(tmp_path):
    NOW.to_excel(tmp_path / "acled.xlsx", index=False)
    assert len(ms.read_acled(tmp_path / "acled.xlsx")) == 3


def test_a_missing_column_says_which_vintage_was_expected_and_which_columns_came(tmp_path):
    for table, vintage in ((NOW, "since 2023"), (OLD, "before 2023")):
        path = put(tmp_path / "acled.csv", table.drop(columns="geo_precision"))
        with pytest.raises(FaultsError, match=rf"the column 'geo_precision' .* of ACLED's schema {vintage}.*there are: event_id_cnty"):
            ms.read_acled(path)


# --- one's own ---------------------------------------------------------------------------------------------------
def test_a_table_of_ones_own_is_placed_by_the_gazetteer_and_misfits_are_told(tmp_path):
    mine = pd.DataFrame({
        "Jour": ["2025-07-01", "3 mai", "2025-07-03", "2025-07-04"],
        "Lieu": ["Modolo", "Kayes", "Nulle-Part-sur-Mer", "Nioro du Sahel"],
        "Morts": ["3", "x", "2.5", None],
        "Note": list("abcd"),
    })  # fmt: skip
    found, report = ms.read_events(
        put(tmp_path / "own.csv", mine), {"date": "Jour", "place": "Lieu", "killed_best": "Morts"}, dataset="desk"
    )
    assert found["event_id"].tolist() == ["desk-2", "desk-4", "desk-5"]
    assert found["region_2023"].fillna("").tolist() == ["Ségou", "", "Nioro"]
    assert found["killed_best"].isna().tolist() == [False, True, True]
    assert found["Note"].tolist() == ["a", "c", "d"]
    assert report[["line", "column", "found"]].to_numpy().tolist() == [
        [3, "Jour", "3 mai"],
        [3, "Morts", "x"],
        [4, "Lieu", "Nulle-Part-sur-Mer"],
        [4, "Morts", "2.5"],
    ]


def test_a_mapping_that_cannot_be_is_refused_with_the_nearest(tmp_path):
    path = put(tmp_path / "own.csv", NOW)
    with pytest.raises(ValueError, match=r"found dat .*nearest: date"):
        ms.read_events(path, {"dat": "event_date"})
    with pytest.raises(ValueError, match="expected date, and place or lat and lon"):
        ms.read_events(path, {"date": "event_date"})
    with pytest.raises(FaultsError, match="the column 'Day'"):
        ms.read_events(path, {"date": "Day", "place": "location"})


# --- what goes wrong ---------------------------------------------------------------------------------------------
def said(call: object) -> str:
    with pytest.raises(FaultsError) as caught:
        call()  # type: ignore[operator]
    return str(caught.value)


def test_a_file_that_is_none_says_so(tmp_path):
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "page.csv").write_text("\n<!DOCTYPE html><html><body>403 Forbidden</body></html>")
    (tmp_path / "book.csv").write_bytes(b"PK\x03\x04....")
    (tmp_path / "one.csv").write_text("a b c\n1 2 3\n")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 no")
    (tmp_path / "error.json").write_text('{"status": 403, "success": false, "error": "Access denied"}')
    (tmp_path / "half.json").write_text('{"data": [')
    assert "no such file" in said(lambda: ms.read_ucdp(tmp_path / "nowhere.csv"))
    assert "an empty file" in said(lambda: ms.read_ucdp(tmp_path / "empty.csv"))
    assert "a web page" in said(lambda: ms.read_ucdp(tmp_path / "page.csv"))
    assert "name it .zip or .xlsx" in said(lambda: ms.read_ucdp(tmp_path / "book.csv"))
    assert "set apart by one of" in said(lambda: ms.read_ucdp(tmp_path / "one.csv"))
    assert "a zip that is whole" in said(lambda: ms.read_ucdp(tmp_path / "broken.zip"))
    assert "Access denied" in said(lambda: ms.read_acled(tmp_path / "error.json"))
    assert "JSON that is whole" in said(lambda: ms.read_acled(tmp_path / "half.json"))


def test_a_download_that_broke_off_is_not_taken_for_a_whole_one(tmp_path):
    text = GED.to_csv(index=False)
    (tmp_path / "half.csv").write_text(text[:-60])
    assert "breaks off" in said(lambda: ms.read_ucdp(tmp_path / "half.csv"))
    broken = io.BytesIO()
    with zipfile.ZipFile(broken, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ged.csv", text * 200)
    (tmp_path / "half.zip").write_bytes(broken.getvalue()[:-120])
    assert "a zip that is whole" in said(lambda: ms.read_ucdp(tmp_path / "half.zip"))


def test_a_zip_without_end_is_not_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ged.csv", b"0" * 400_000_000)
    assert "times its own size unpacked" in said(lambda: ms.read_ucdp(tmp_path / "bomb.zip"))


def test_a_zip_of_several_tables_asks_for_one(tmp_path):
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.csv", "x")
        archive.writestr("b.csv", "x")
    assert "a.csv, b.csv" in said(lambda: ms.read_ucdp(tmp_path / "two.zip"))


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("latitude", 95.0, r"ged\.csv:2, column 'latitude': expected degrees from -90 to 90, found '95\.0'"),
        ("longitude", "east", r"column 'longitude': expected degrees from -180 to 180, found 'east'"),
        ("best", -3, "column 'best': expected a whole number, found '-3"),
        ("high", 2.5, r"column 'high': expected a whole number, found '2\.5'"),
        ("date_start", "1970-01-01", "column 'date_start': expected a day from 1989 on"),
        ("date_start", "soon", "column 'date_start': expected a day from 1989 on, such as .* found 'soon'"),
        ("id", 2, "an id for each event.*2 stand for several rows"),
    ],
)
def test_a_value_that_cannot_be_is_named_with_its_line(tmp_path, column, value, message):
    table = GED.astype({column: object})
    table.loc[0, column] = value
    assert pd.Series([said(lambda: ms.read_ucdp(put(tmp_path / "ged.csv", table)))]).str.contains(message).all()


def test_all_faults_of_a_column_are_told_at_once(tmp_path):
    table = GED.assign(latitude=[95, 14, 99, -91])
    assert said(lambda: ms.read_ucdp(put(tmp_path / "ged.csv", table))).count("degrees") == 3


def test_coordinates_that_changed_places_are_noticed(tmp_path):
    table = GED.rename(columns={"latitude": "longitude", "longitude": "latitude"})
    assert "only when the two change places" in said(lambda: ms.read_ucdp(put(tmp_path / "ged.csv", table)))


def test_the_same_row_twice_is_one_event(tmp_path):
    assert len(ms.read_ucdp(put(tmp_path / "ged.csv", pd.concat([GED, GED.iloc[:2]])))) == 4


def test_a_formula_is_read_as_text_and_written_so_that_no_spreadsheet_runs_it(ged, tmp_path):
    found = ms.read_ucdp(ged)
    assert "=cmd|' /C calc'!A0" in found["source_headline"].tolist()
    readers.write(found, tmp_path / "out.csv")
    text = (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert "'=cmd" in text
    assert not any(cell.startswith(("=", "+", "@")) for line in text.splitlines() for cell in line.split(","))


@settings(max_examples=60, deadline=None)
@given(raw=st.binary(max_size=400))
def test_no_bytes_bring_anything_but_an_answer_or_a_fault(tmp_path_factory, raw):
    path = tmp_path_factory.mktemp("bytes") / "any.csv"
    path.write_bytes(raw)
    # what has no header of a release cannot be an answer
    assert "any.csv" in said(lambda: ms.read_ucdp(path))


def test_the_crosswalk_names_a_codebook_and_a_word_of_ours_for_every_code():
    table = readers.crosswalk()
    assert set(table["field"]) == {"where_prec", "date_prec", "type_of_violence", "geo_precision", "time_precision", "event_type"}
    assert table["codebook"].str.contains("Codebook").all()
    assert table.groupby("field")["code"].apply(len).to_dict()["where_prec"] == 7
    assert np.isfinite(table.loc[table["ours"].isin(["exact", "town", "area", "region"]), "ring_km"]).all()
