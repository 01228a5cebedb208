"""Larger than one machine: answers in pieces are those of the whole, whatever lies across the cut, and a lost worker loses nothing."""

from __future__ import annotations

import csv
import io
import os
import re
import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dask
import dask.dataframe as dd
import distributed
import numpy as np
import pandas as pd
import pytest
from distributed.diagnostics.plugin import SchedulerPlugin
from hypothesis import given, settings
from hypothesis import strategies as st

import large
import malisec as ms
from malisec import linking, scale, trends
from malisec.faults import FaultsError
from malisec.readers import ucdp
from malisec.scale import pieces, reading
from test_link import events, other
from test_readers import GED, NOW, put, variants

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
ROWS = 20_000_000
#: bytes that a worker may take, and the share from which Dask begins to put them on disk
LIMIT, CALM = 1_500_000_000, 0.6


@pytest.fixture(autouse=True)
def one_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """Compute where the test runs, unless it asks for a cluster."""
    if "client" in request.fixturenames:
        yield
        return
    with dask.config.set(scheduler="synchronous"):
        yield


def same(found: Any, wanted: pd.DataFrame) -> None:
    """Compare events in pieces with those of one machine, which sorts the whole by day."""
    whole = found.compute().sort_values(["date", "event_id"], kind="stable", ignore_index=True)
    pd.testing.assert_frame_equal(whole, reading.fixed(wanted))


def many(n: int, seed: int = 1) -> pd.DataFrame:
    """Return a release of `n` rows whose texts hold all that makes a CSV hard to cut."""
    rng = np.random.default_rng(seed)
    table = GED.iloc[rng.integers(0, len(GED), n)].reset_index(drop=True)
    texts = ["a\nb", "\n\n", 'say "yes"\n', '"', ",;\t|", "plain", "é\r\nà", '""', 'x"y', "\n#,"]
    days = pd.Timestamp("2012-01-01") + pd.to_timedelta(rng.integers(0, 5000, n), unit="D")
    return table.assign(
        id=rng.permutation(n) + 1,
        source_headline=rng.choice(texts, n),
        where_coordinates=rng.choice(texts, n),
        date_start=days.strftime("%Y-%m-%d"),
        date_end=(days + pd.Timedelta(days=2)).strftime("%Y-%m-%d"),
        latitude=rng.uniform(11, 24, n).round(4),
        longitude=rng.uniform(-11, 3, n).round(4),
    )


# --- reading in pieces -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 2, 7, 40, 1000])
@pytest.mark.parametrize("block", [61, 8_000_000])
def test_a_csv_is_cut_only_where_a_record_ends(tmp_path, monkeypatch, rows, block):
    monkeypatch.setattr(pieces, "_BLOCK", block)
    path = put(tmp_path / "ged.csv", many(60))
    found = scale.read_ucdp(path, rows=rows)
    assert found.npartitions == -(-60 // rows)
    same(found, ms.read_ucdp(path))


CELL = st.lists(st.sampled_from(["a", '"', ",", "\n", "\r\n", " ", "é"]), max_size=6).map("".join)


@settings(max_examples=100, deadline=None)
@given(
    cells=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=12),
    how=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
    ends=st.sampled_from(["\n", "\r\n"]),
    rows=st.integers(1, 5),
    block=st.integers(5, 40),
    mark=st.booleans(),
)
def test_pieces_of_any_csv_hold_the_records_that_pandas_finds_in_the_whole(tmp_path_factory, cells, how, ends, rows, block, mark):
    path = tmp_path_factory.mktemp("any") / "any.csv"
    with path.open("w", encoding="utf-8-sig" if mark else "utf-8", newline="") as file:
        writer = csv.writer(file, quoting=how, lineterminator=ends)
        writer.writerows([("one", "two", "three"), *[("x" + a, b, c) for a, b, c in cells]])
    before, pieces._BLOCK = pieces._BLOCK, block
    try:
        cut = pieces.cut(path, rows)
    finally:
        pieces._BLOCK = before
    names = list(cut[0].names)
    whole = pd.concat([pieces.read(piece, names, text=names) for piece in cut])
    pd.testing.assert_frame_equal(whole, pd.read_csv(path, dtype=str, encoding="utf-8-sig"))
    assert [p.rows for p in cut] == [len(pieces.read(p, names, text=names)) for p in cut]
    assert all(p.rows is not None and p.rows <= rows for p in cut)


def test_a_quote_that_is_a_letter_opens_nothing(tmp_path):
    text = 'a,b\n1,5" gun\n2,"two\nlines"\n3,it""s\n \n4," ""so"" "\n\n5,"x"y"z\n\r\n6,end'
    (tmp_path / "odd.csv").write_text(text)
    cut = pieces.cut(tmp_path / "odd.csv", 1)
    whole = pd.concat([pieces.read(piece, ["a", "b"]) for piece in cut])
    pd.testing.assert_frame_equal(whole, pd.read_csv(io.StringIO(text)))
    assert len(cut) == 6


def test_lines_may_end_as_on_old_machines(tmp_path):
    table = many(40).drop(columns=["source_headline", "where_coordinates"])
    path = put(tmp_path / "ged.csv", table, lineterminator="\r")
    assert scale.read_ucdp(path, rows=10).npartitions == 4
    same(scale.read_ucdp(path, rows=10), ms.read_ucdp(path))


def test_a_piece_ends_after_so_many_bytes_when_texts_are_long(tmp_path, monkeypatch):
    monkeypatch.setattr(pieces, "BYTES", 5000)
    path = put(tmp_path / "ged.csv", many(300))
    cut = pieces.cut(path)
    assert len(cut) > 5
    assert all(p.stop - p.start < 6000 for p in cut)
    same(scale.read_ucdp(path), ms.read_ucdp(path))


@pytest.mark.parametrize("suffix", ["parquet", "zip", "xlsx"])
def test_other_kinds_of_files_read_the_same(tmp_path, suffix):
    table, path = many(60).assign(source_headline="-"), tmp_path / f"ged.{suffix}"
    if suffix == "parquet":
        table.to_parquet(path, row_group_size=25)
    elif suffix == "xlsx":
        table.assign(where_coordinates="Niono").to_excel(path, index=False)
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("ged.csv", table.to_csv(index=False))
    found = scale.read_ucdp(path, rows=10)
    # row groups of 25, 25 and 10 rows
    assert found.npartitions == (7 if suffix == "parquet" else 1)
    same(found, ms.read_ucdp(path))


def test_several_files_and_patterns_are_one_table(tmp_path):
    table = many(90)
    for k in range(3):
        put(tmp_path / f"part-{k}.csv", table.iloc[30 * k : 30 * k + 30])
    put(tmp_path / "whole.csv", table)
    for paths in (str(tmp_path / "part-*.csv"), [tmp_path / f"part-{k}.csv" for k in range(3)]):
        same(scale.read_ucdp(paths, rows=20), ms.read_ucdp(tmp_path / "whole.csv"))
    with pytest.raises(FaultsError, match="a pattern that fits a file"):
        scale.read_ucdp(str(tmp_path / "nothing-*.csv"))


def test_one_country_is_kept_and_pieces_without_a_row_of_it_are_empty(tmp_path):
    path = put(tmp_path / "ged.csv", many(60).sort_values("country"))
    same(scale.read_ucdp(path, "niger", rows=5), ms.read_ucdp(path, "niger"))
    assert len(scale.read_ucdp(path, "Atlantis", rows=5)) == 0
    assert trends.monthly(ms.read_ucdp(path, "niger")).equals(scale.monthly(scale.read_ucdp(path, "niger", rows=5)))


def test_a_file_of_a_header_only_is_an_empty_table(tmp_path):
    put(tmp_path / "ged.csv", GED.iloc[:0])
    GED.iloc[:0].to_parquet(tmp_path / "ged.parquet")
    for name in ("ged.csv", "ged.parquet"):
        found = scale.read_ucdp(tmp_path / name)
        assert len(found) == 0
        assert scale.monthly(found, ["region_2023"]).empty


@pytest.mark.parametrize(
    "how", ["current", "old", "semicolons", "HXL tags", "Windows-1252", "Mac Roman", "byte order mark", "decimal commas"]
)
def test_an_acled_export_reads_as_on_one_machine_however_it_was_saved(tmp_path, how):
    path = variants(tmp_path)[how]
    same(scale.read_acled(path, rows=1), ms.read_acled(path))


def test_the_encoding_is_settled_by_letters_that_come_late(tmp_path, monkeypatch):
    monkeypatch.setattr(pieces, "_BLOCK", 400_000)
    table = pd.concat([NOW.assign(notes="a" * 90, location="Niono").iloc[:1]] * 3000 + [NOW.iloc[1:2]]).assign(
        event_id_cnty=[f"MLI{i}" for i in range(3001)]
    )
    path = put(tmp_path / "late.csv", table, encoding="cp1252")
    same(scale.read_acled(path, rows=1000), ms.read_acled(path))


OWN = {"date": "Jour", "place": "Lieu", "killed_best": "Morts", "event_id": "No"}


def own(n: int) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    return pd.DataFrame({
        "No": [f"0{i}" for i in range(n)],
        "Jour": rng.choice(["2025-07-01", "3 mai", "3 May 2025", ""], n, p=[0.6, 0.1, 0.2, 0.1]),
        "Lieu": rng.choice(["Modolo", "Kayes", "Nulle-Part-sur-Mer", "Nioro\ndu Sahel", ""], n),
        "Morts": rng.choice(["3", "x", "2.5", ""], n),
    })  # fmt: skip


@pytest.mark.parametrize("ids", [True, False])
def test_a_table_of_ones_own_reads_the_same_with_the_same_report(tmp_path, ids):
    mapping = OWN if ids else {c: v for c, v in OWN.items() if c != "event_id"}
    path = put(tmp_path / "own.csv", own(50))
    found, report = scale.read_events(path, mapping, dataset="desk", rows=7)
    table = own(50)
    whole, told = ms.read_events(put(tmp_path / "own.csv", table), mapping, dataset="desk")
    if ids:
        # nought before a number is a letter of an id
        whole["event_id"] = whole["event_id"].map(lambda i: f"0{i}")
        whole = whole.sort_values(["date", "event_id"], kind="stable", ignore_index=True)
    found, report = scale.read_events(path, mapping, dataset="desk", rows=7)
    same(found, whole)
    pd.testing.assert_frame_equal(report.compute()[[*told]].sort_values(["line", "column"], ignore_index=True), told, check_dtype=False)
    assert set(report["file"].compute()) == {"own.csv"}


def test_rows_of_several_tables_without_ids_are_called_by_their_file(tmp_path):
    mapping = {"date": "Jour", "place": "Lieu"}
    (tmp_path / "b").mkdir()
    for name in ("a.csv", "c.csv", "b/a.csv"):
        put(tmp_path / name, own(10))
    found, _ = scale.read_events([tmp_path / "a.csv", tmp_path / "c.csv"], mapping, dataset="desk")
    ids = found["event_id"].compute()
    assert ids.is_unique
    assert ids.str.fullmatch(r"desk-[ac]-\d+").all()
    assert set(found["dataset"].compute()) == {"desk"}
    with pytest.raises(ValueError, match="files of different names, found 'a' more than once"):
        scale.read_events([tmp_path / "a.csv", tmp_path / "b/a.csv"], mapping)


# --- what goes wrong ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_value_that_cannot_be_is_named_with_its_row_in_the_whole_file(tmp_path, kind):
    table = many(60)
    table.loc[[41, 43], "best"] = -3
    path = tmp_path / f"ged.{kind}"
    table.to_parquet(path, row_group_size=20) if kind == "parquet" else table.to_csv(path, index=False)
    with pytest.raises(FaultsError) as whole:
        ms.read_ucdp(path)
    with pytest.raises(FaultsError) as part:
        scale.read_ucdp(path, rows=8).compute()
    assert str(part.value) == str(whole.value)
    assert f"ged.{kind}:43, column 'best'" in str(part.value)


def test_a_row_of_another_length_is_named_with_its_row(tmp_path):
    lines = GED.drop(columns="source_headline").to_csv(index=False).splitlines()
    lines[4] += ",1,2,3"
    (tmp_path / "long.csv").write_text("\n".join(lines))
    with pytest.raises(FaultsError, match="in line 5, saw"):
        scale.read_ucdp(tmp_path / "long.csv", rows=2, check=False).compute()


def test_what_is_no_table_is_told_at_once_for_all_files(tmp_path):
    put(tmp_path / "a.csv", GED.drop(columns="best"))
    (tmp_path / "b.csv").write_text("<!DOCTYPE html><html><body>403 Forbidden</body></html>")
    (tmp_path / "c.parquet").write_bytes(b"PAR1 no")
    (tmp_path / "d.csv").write_bytes(b"")
    (tmp_path / "e.csv").write_text("\n\n")
    (tmp_path / "f.csv").write_text("a b c\n1 2 3\n")
    with pytest.raises(FaultsError) as caught:
        scale.read_ucdp([*sorted(tmp_path.glob("*.*")), tmp_path / "g.csv"])
    said = str(caught.value)
    for text in (
        "a.csv:1, column 'best'",
        "a web page",
        "a Parquet file",
        "an empty file",
        "a header line",
        "set apart by one of",
        "no such file",
    ):
        assert text in said
    assert said.endswith("7 faults")


def test_a_download_that_broke_off_is_noticed_in_its_last_piece_only(tmp_path):
    table = many(60)
    table.loc[30, ["low", "high", "best"]] = np.nan
    path = put(tmp_path / "ged.csv", table)
    same(scale.read_ucdp(path, rows=31), ms.read_ucdp(path))
    path.write_text(GED.to_csv(index=False)[:-60])
    with pytest.raises(FaultsError, match="breaks off"):
        scale.read_ucdp(path, rows=2).compute()


def test_a_file_that_changes_while_it_is_read_is_not_read_on(tmp_path):
    path = put(tmp_path / "ged.csv", many(20))
    found = scale.read_ucdp(path, rows=5)
    put(path, many(21))
    with pytest.raises(FaultsError, match="written to since"):
        found.compute()


# --- across pieces -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_row_that_repeats_another_in_any_piece_is_left_out(tmp_path, monkeypatch, kind):
    # as if there were too many ids for one worker
    monkeypatch.setattr(reading, "_TOGETHER", 20)
    monkeypatch.setattr(reading, "_FAN", 2)
    table = many(60)
    again = pd.concat([table, table.iloc[[3, 3, 59, 12]]])
    path = tmp_path / f"ged.{kind}"
    again.to_parquet(path, row_group_size=20, index=False) if kind == "parquet" else again.to_csv(path, index=False)
    same(scale.read_ucdp(path, rows=7), ms.read_ucdp(path))
    assert len(scale.read_ucdp(path, rows=7)) == 60
    assert len(scale.read_ucdp(path, rows=7, check=False)) == 64
    # the same row in another file
    (tmp_path / "more").mkdir()
    more = put(tmp_path / "more" / "ged.csv", table.iloc[5:9])
    if kind == "csv":
        assert len(scale.read_ucdp([path, more], rows=7)) == 60


@pytest.mark.parametrize("column", ["best", "source_headline"])
def test_an_id_that_stands_for_two_rows_in_different_pieces_is_refused(tmp_path, column):
    table = many(60).assign(source_headline="-")
    table = pd.concat([table, table.iloc[[7]].assign(**{column: 999})])
    path = put(tmp_path / "ged.csv", table)
    said = f"an id for each event, found '{table['id'].iloc[7]} stand for several rows that differ'"
    with pytest.raises(FaultsError, match=re.escape(said)):
        ms.read_ucdp(path)
    with pytest.raises(FaultsError, match=re.escape(said)):
        scale.read_ucdp(path, rows=10)


def test_an_id_of_letters_is_compared_as_well(tmp_path):
    path = put(tmp_path / "acled.csv", pd.concat([NOW, NOW.iloc[:1].assign(fatalities=5)]))
    with pytest.raises(FaultsError, match="MLI1 stand for several rows"):
        scale.read_acled(path, rows=2)


def test_numbers_are_the_same_row_however_a_piece_spells_them(tmp_path):
    # with an empty cell in the piece, pandas reads its whole numbers with a point
    table = many(40).astype({"dyad_new_id": "Int64"})
    table.loc[35, "dyad_new_id"] = pd.NA
    path = put(tmp_path / "ged.csv", pd.concat([table, table.iloc[[2]]]))
    assert len(scale.read_ucdp(path, rows=10)) == 40


def test_a_table_given_twice_is_refused_rather_than_cleaned(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MOST_REPEATS", 50)
    path = put(tmp_path / "ged.csv", many(60))
    with pytest.raises(FaultsError, match="is a file given twice"):
        scale.read_ucdp([path, path], rows=10)


def test_coordinates_that_changed_places_are_noticed_over_the_whole_file_only(tmp_path):
    table = many(60)
    turned = table.rename(columns={"latitude": "longitude", "longitude": "latitude"})
    with pytest.raises(FaultsError, match=r"\d+% lie in Mali only when the two change places"):
        scale.read_ucdp(put(tmp_path / "ged.csv", turned), rows=5)
    # a few rows that are wrong make no file that is
    mixed = pd.concat([turned.iloc[:6], table.iloc[6:]])
    same(scale.read_ucdp(put(tmp_path / "ged.csv", mixed), rows=6), ms.read_ucdp(tmp_path / "ged.csv"))


# --- places, regions, months -------------------------------------------------------------------------------------
def test_places_are_found_as_on_one_machine():
    names = pd.Series(["Modolo", "Kayes", None, "Nulle-Part", "Dogo", "Dogo"], index=[9, 8, 7, 3, 2, 1])
    parts = dd.from_pandas(names, npartitions=3, sort=False)
    wanted = ms.locate_many(names)
    found = scale.locate_many(parts).compute()
    assert found.index.tolist() == names.index.tolist()
    pd.testing.assert_frame_equal(found.reset_index(drop=True), wanted.astype("string[pyarrow]"))
    regions = pd.Series(["Ségou", None, None, None, "Mopti", "Bougouni"], index=names.index)
    found = scale.locate_many(parts, dd.from_pandas(regions, npartitions=3, sort=False)).compute()
    assert found["place_id"].tolist() == ms.locate_many(names, regions)["place_id"].astype("string").tolist()
    assert scale.locate_many(parts, "Mopti").compute()["place_id"].tolist()[4] == "dogo"
    with pytest.raises(ValueError, match="expected a region of Mali"):
        scale.locate_many(parts, "Atlantis")


@pytest.mark.parametrize("vintage", [2023, 1991])
def test_regions_are_those_of_one_machine_in_one_set_of_categories(vintage):
    rng = np.random.default_rng(5)
    points = pd.DataFrame({"lon": rng.uniform(-13, 5, 4000), "lat": rng.uniform(9, 26, 4000)})
    points.iloc[::50] = np.nan
    parts = dd.from_pandas(points, npartitions=5)
    found = scale.region_of(parts["lon"], parts["lat"], vintage).compute()
    assert (found.to_numpy() == ms.region_of(points["lon"], points["lat"], vintage)).sum() == found.notna().sum() > 1000
    assert list(found.cat.categories) == list(ms.regions(vintage)["region"])


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), by=st.sampled_from([[], ["dataset"], ["region_2023", "event_type"]]), parts=st.integers(1, 40))
def test_months_add_up_to_the_last_digit_however_the_table_is_cut(seed, by, parts):
    rng = np.random.default_rng(seed)
    rows = events(rng, 200, years=4).assign(dataset="x", region_2023=rng.choice(["Gao", "Kayes", None], 200))
    rows["date_precision"] = rng.choice(["day", "week", "month", "year"], 200)
    rows["killed_best"] = pd.array(np.where(rng.random(200) < 0.3, np.nan, rows["killed_best"]), dtype="Int64")
    rows.loc[rows.index[:3], "date"] = pd.NaT
    wanted = trends.monthly(rows, by)
    pd.testing.assert_frame_equal(scale.monthly(dd.from_pandas(rows, npartitions=parts), by), wanted, check_dtype=False, check_exact=True)
    # nothing is lost on the way, and a toll that nobody told is not nought
    assert wanted["rows"].sum() == pytest.approx(197)
    assert wanted["killed_best"].sum() == pytest.approx(rows["killed_best"].iloc[3:].sum())
    assert wanted["untold"].sum() == pytest.approx(rows["killed_best"].iloc[3:].isna().sum())
    if len(by) == 1:
        wide = trends.monthly_rows(rows, by[0])
        assert wanted.pivot_table(index="month", columns=by[0], values="rows").to_numpy() == pytest.approx(
            wide[wide.sum(axis=1) > 0].to_numpy()
        )


# --- linking -----------------------------------------------------------------------------------------------------
def same_links(found: scale.Linked, ours: pd.DataFrame, theirs: pd.DataFrame, **how: Any) -> None:
    wanted = ms.link(ours, theirs, **how)
    pd.testing.assert_frame_equal(found.pairs, wanted.pairs)
    pd.testing.assert_frame_equal(found.ours_only, wanted.ours_only)
    alone = found.theirs_only.compute().reset_index(drop=True)
    pd.testing.assert_frame_equal(alone.astype(object).fillna("-"), wanted.theirs_only.astype(object).fillna("-"), check_dtype=False)
    why = linking.sources_of_difference(wanted, ["theirs_only"])["theirs_only"]
    short = why.groupby(why.index.str.slice(0, 21)).sum().to_dict()
    told = found.reasons.groupby(found.reasons["why"].str.slice(0, 21))["rows"].sum().to_dict()
    matched = told.pop("matched", 0)
    assert matched == len(wanted.pairs)
    assert told == short
    assert repr(found) == repr(wanted)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), parts=st.integers(1, 12), km=st.sampled_from([5, 25, 80]), days=st.sampled_from([0, 3, 10]))
def test_links_are_those_of_the_whole_however_the_table_is_cut(seed, parts, km, days):
    rng = np.random.default_rng(seed)
    ours = events(rng, 60)
    # dense, so that pairs hang together across pieces, with ties
    theirs = pd.concat(
        [other(rng, ours, km=12, days=2, lost=0.2, twice=0.3), events(rng, 80).assign(event_id=lambda f: "c" + f["event_id"])]
    )
    theirs = pd.concat([theirs, theirs.iloc[:5].assign(event_id=list("vwxyz"))]).reset_index(drop=True)
    theirs.loc[rng.integers(0, len(theirs), 6), "lat"] = np.nan
    theirs["region_2023"] = pd.Series(ms.region_of(theirs["lon"], theirs["lat"])).astype(object)
    same_links(scale.link(ours, dd.from_pandas(theirs, npartitions=parts, sort=False), km, days), ours, theirs, km=km, days=days)


def test_links_cross_borders_of_regions_and_of_pieces():
    rng = np.random.default_rng(8)
    ours = events(rng, 40)
    theirs = other(rng, ours, km=5, days=0, lost=0, twice=0).sort_values("lon", ignore_index=True)
    region = pd.Series(ms.region_of(theirs["lon"], theirs["lat"])).astype(object)
    found = scale.link(ours, dd.from_pandas(theirs.assign(region_2023=region), npartitions=20, sort=False))
    same_links(found, ours, theirs)
    assert found.reasons["rows"].sum() == 40
    assert found.reasons["region_2023"].nunique() > 3


@pytest.mark.parametrize("point", [(0.0, 179.95), (0.0, -179.95), (89.9, 20.0), (-89.9, 0.0), (60.0, 0.0)])
def test_windows_reach_over_the_date_line_and_the_poles(point):
    rng = np.random.default_rng(9)
    n, (lat, lon) = 300, point
    ours = events(rng, 5).assign(lat=lat, lon=lon, date=pd.Timestamp("2023-05-10"), ring_km=rng.choice([0.0, 30.0], 5))
    theirs = events(rng, n).assign(date=pd.Timestamp("2023-05-10"), lat=np.clip(lat + rng.normal(0, 0.5, n), -90, 90))
    theirs["lon"] = (lon + rng.normal(0, 1, n) / max(np.cos(np.radians(lat)), 0.005) + 180) % 360 - 180
    same_links(scale.link(ours, dd.from_pandas(theirs, npartitions=4, sort=False), least=0.4), ours, theirs, least=0.4)
    assert len(scale.link(ours, dd.from_pandas(theirs, npartitions=4, sort=False), least=0.4).pairs)


def test_nothing_against_nothing_is_nothing():
    some = events(np.random.default_rng(7), 30)
    for ours, theirs in ((some.iloc[:0], some), (some, some.iloc[:0]), (some.assign(lat=np.nan), some), (some.assign(date=pd.NaT), some)):
        same_links(scale.link(ours, dd.from_pandas(theirs, npartitions=3)), ours, theirs)


# --- without the extra, and the guide ----------------------------------------------------------------------------
@pytest.mark.parametrize("call", ["read_ucdp", "monthly"])
def test_without_dask_the_message_names_the_extra(tmp_path, monkeypatch, call):
    for name in [n for n in sys.modules if n.partition(".")[0] == "dask"]:
        monkeypatch.setitem(sys.modules, name, None)
    path = put(tmp_path / "ged.csv", GED)
    with pytest.raises(ImportError, match=r"this needs dask: pip install 'malisec\[scale\]'"):
        getattr(scale, call)(path)


def test_the_module_brings_dask_only_when_it_is_used():
    code = "import sys, malisec as ms\nms.scale.link\nprint(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "malisec" in loaded
    assert not {"dask", "distributed"} & set(loaded)


def test_the_guide_does_what_it_says(tmp_path, monkeypatch, capsys):
    text = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    start, rest = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    # a cluster that listens to the outside would be a hole in most networks
    assert "dashboard_address=None" in start
    (tmp_path / "ged").mkdir()
    for k in range(2):
        put(tmp_path / "ged" / f"part-{k}.csv", many(90).iloc[45 * k : 45 * k + 45])
    monkeypatch.chdir(tmp_path)
    exec(compile(rest, "docs/scale.md", "exec"), {})
    found = capsys.readouterr().out
    assert "rows of ours and" in found
    assert (tmp_path / "months.csv").read_text().startswith("month,region_2023,event_type,rows,killed_best,untold")
    assert len(pd.read_parquet(tmp_path / "events")) == 90


# --- a cluster of two, and twenty million rows -------------------------------------------------------------------
@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, large.Counted]]:
    path = tmp_path_factory.mktemp("large") / "ged.parquet"
    yield path, large.write(path, ROWS)
    path.unlink()


@pytest.fixture(scope="module")
def client() -> Iterator[distributed.Client]:
    """Two workers that may take so much memory and no more; nothing listens to the outside."""
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, memory_limit=LIMIT, processes=True, dashboard_address=None, host="127.0.0.1"
        ) as cluster,
        distributed.Client(cluster) as running,
    ):
        yield running


def peaks(client: distributed.Client) -> list[int]:
    """Return the most memory that each worker ever held, in bytes."""

    def peak() -> int:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))

    return list(client.run(peak).values())


class Killer(SchedulerPlugin):
    """Kill a worker without a word when so many tasks are done."""

    def __init__(self, pid: int, after: int) -> None:
        self.pid, self.left = pid, after

    def transition(self, key: str, start: str, finish: str, *args: Any, **kwargs: Any) -> None:
        del key, args, kwargs
        if (start, finish) == ("processing", "memory"):
            self.left -= 1
            if not self.left:
                os.kill(self.pid, signal.SIGKILL)


@pytest.mark.slow
def test_twenty_million_rows_are_counted_right_though_a_worker_is_killed_half_way(release, client):
    path, counted = release
    found = scale.read_ucdp(path)
    assert found.npartitions == ROWS // pieces.ROWS
    before = client.run(os.getpid)
    killer = Killer(next(iter(before.values())), found.npartitions // 2)
    client.cluster.scheduler.add_plugin(killer, name="killer")
    months = scale.monthly(found, ["region_2023", "event_type"])
    client.cluster.scheduler.remove_plugin("killer")
    client.wait_for_workers(2, timeout=60)
    assert killer.left < 0
    assert killer.pid not in client.run(os.getpid).values()
    # the same cells of month, region and type, and nothing beside them
    month = months["month"].dt.year * 12 + months["month"].dt.month - 1 - 1970 * 12
    region = months["region_2023"].map({r: k for k, r in enumerate(counted.regions) if r}).fillna(len(counted.regions) - 1).astype(int)
    kind = months["event_type"].map({t: k for k, t in enumerate(large.TYPES)})
    for column, wanted in (("rows", counted.rows), ("killed_best", counted.dead)):
        table = np.zeros(wanted.shape)
        np.add.at(table, (month, region, kind), months[column])
        np.testing.assert_allclose(table, wanted, rtol=1e-9, atol=1e-9)
    assert months["untold"].sum() == 0
    assert max(peaks(client)) < CALM * LIMIT


@pytest.mark.slow
def test_twenty_million_rows_are_linked_and_named_as_a_part_of_them_is_on_one_machine(release, client):
    path, counted = release
    ours = large.ours(300)
    found = scale.read_ucdp(path, check=False)
    linked = scale.link(ours, found)
    assert linked.reasons["rows"].sum() == ROWS
    by_region = linked.reasons.groupby(linked.reasons["region_2023"].fillna("-"))["rows"].sum()
    again = scale.region_of(found["lon"], found["lat"])
    how = scale.locate_many(found["place"])["how"]
    tally = dd.map_partitions(
        lambda how, region, told: pd.Series(
            {"alike": int((region.astype("string").fillna("-") == told.fillna("-")).sum()), **how.value_counts().to_dict()}
        ),
        how, again, found["region_2023"], meta=pd.Series(dtype="int64"),
    )  # fmt: skip
    counts = tally.compute().groupby(level=0).sum()
    assert counts["alike"] == ROWS
    words = ms.locate_many(large.NAMES)["how"]
    assert set(counts.index) == {"alike", *words}
    assert counts.drop("alike").sum() == ROWS
    wanted = counted.rows.sum(axis=(0, 2))
    assert by_region.to_dict() == {r or "-": round(n) for r, n in zip(counted.regions, wanted, strict=True)}
    # what one machine can hold: the days around ours
    days = [("date_start", ">", pd.Timestamp("2019-12-01")), ("date_start", "<", pd.Timestamp("2020-05-01"))]
    near = ucdp.frame(path, pd.read_parquet(path, filters=days), whole=False)
    wanted_links = ms.link(ours, near)
    pd.testing.assert_frame_equal(linked.pairs, wanted_links.pairs)
    pd.testing.assert_frame_equal(linked.ours_only, wanted_links.ours_only)
    assert len(linked.pairs) > 250
    assert len(linked.theirs_only.partitions[3].compute()) >= pieces.ROWS - len(linked.pairs)
    assert max(peaks(client)) < CALM * LIMIT
