"""What leaves the house: joined tables in other programs' formats, complete, the same bytes twice, and never half of them."""

from __future__ import annotations

import dataclasses
import json

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

import malisec as ms
from malisec import export, schema
from malisec.cli import main

CASE = ms.load()
TABLES = {"events", "claims", "milestones", "blockades", "places", "actors", "sources"}


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    directory = tmp_path_factory.mktemp("export")
    export.write(CASE, directory)
    return directory


def test_every_table_is_there_in_every_format_with_licence_and_citation(out):
    written = {p.name for p in out.iterdir()}
    assert written == {
        *(f"{t}.csv" for t in TABLES),
        *(f"{t}.parquet" for t in TABLES),
        "events.geojson",
        "places.geojson",
        "malisec.gpkg",
        "LICENSE-DATA",
        "README.txt",
    }
    assert schema.EDITION in (out / "README.txt").read_text(encoding="utf-8")
    assert "CC BY 4.0" in (out / "README.txt").read_text(encoding="utf-8")


def test_no_row_is_lost_on_the_way(out):
    layers = {
        name: pyogrio.read_info(out / "malisec.gpkg", layer=name)["features"] for name, _ in pyogrio.list_layers(out / "malisec.gpkg")
    }
    for name, frame in export.joined(CASE).items():
        assert len(pd.read_csv(out / f"{name}.csv")) == len(frame) == len(pd.read_parquet(out / f"{name}.parquet"))
        assert layers[name] == len(frame.dropna(subset=["lat"]) if "lat" in frame else frame)


def test_unknown_toll_stays_empty_and_is_no_zero(out):
    unknown = set(CASE.events.loc[CASE.events["killed_high"].isna(), "event_id"])
    assert unknown
    rows = pd.read_csv(out / "events.csv").set_index("event_id")
    assert rows.loc[sorted(unknown), ["killed_low", "killed_best", "killed_high"]].isna().all(axis=None)
    features = json.loads((out / "events.geojson").read_text(encoding="utf-8"))["features"]
    assert {f["properties"]["event_id"] for f in features if f["properties"]["killed_high"] is None} == unknown


def test_days_are_the_same_days_in_every_format(out):
    wanted = CASE.events.set_index("event_id")["date"].dt.strftime("%Y-%m-%d").to_dict()
    assert pd.read_csv(out / "events.csv").set_index("event_id")["date"].to_dict() == wanted
    for path, options in ((out / "malisec.gpkg", {"layer": "events"}), (out / "events.geojson", {})):
        found = gpd.read_file(path, **options).set_index("event_id")["date"]
        assert {i: str(d)[:10] for i, d in found.items()} == wanted
    found = gpd.read_parquet(out / "events.parquet").set_index("event_id")["date"]
    assert found.dt.strftime("%Y-%m-%d").to_dict() == wanted


def test_points_lie_where_the_tables_say(out):
    for frame in (gpd.read_file(out / "malisec.gpkg", layer="events"), gpd.read_parquet(out / "events.parquet")):
        assert frame.crs.to_epsg() == 4326
        at = frame.set_index("event_id").geometry["2025-07-01-kayes"]
        event = CASE.event("2025-07-01-kayes")
        assert (round(at.x, 4), round(at.y, 4)) == (event["lon"], event["lat"])


def test_each_claim_leads_to_its_pages_and_a_joint_one_to_no_event(out):
    rows = pd.read_csv(out / "claims.csv")
    assert rows["source_urls"].str.contains("http").all()
    joint = rows[rows["shared_toll_id"].notna()]
    assert len(joint) > 0
    assert joint["event_id"].isna().all()


def test_same_tables_give_the_same_bytes(out, tmp_path):
    export.write(CASE, tmp_path)
    for path in out.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_selection_is_exported_with_its_own_claims_only(tmp_path):
    west = CASE.select(region="Kayes")
    export.write(west, tmp_path, ["csv"])
    events, claims = pd.read_csv(tmp_path / "events.csv"), pd.read_csv(tmp_path / "claims.csv")
    assert set(events["region_2023"]) == {"Kayes"}
    assert set(claims["event_id"].dropna()) <= set(events["event_id"])
    assert 0 < len(pd.read_csv(tmp_path / "sources.csv")) < len(CASE.sources)


def test_event_without_a_place_is_a_row_without_a_point_in_every_format(tmp_path):
    some = CASE.select(region="Kayes")
    events = some.events.copy()
    events.loc[events.index[0], ["lat", "lon"]] = float("nan")
    export.write(dataclasses.replace(some, events=events), tmp_path)
    for frame in (gpd.read_file(tmp_path / "malisec.gpkg", layer="events"), gpd.read_parquet(tmp_path / "events.parquet")):
        assert len(frame) == len(events)
        assert (frame.geometry.isna() | frame.geometry.is_empty).sum() == 1
    assert len(json.loads((tmp_path / "events.geojson").read_text(encoding="utf-8"))["features"]) == len(events)
    assert "1 of the events have no known place" in (tmp_path / "README.txt").read_text(encoding="utf-8")


def test_every_source_that_a_table_names_is_exported(out, tmp_path):
    export.write(CASE.select(region="Kayes"), tmp_path, ["csv"])
    for directory in (out, tmp_path):
        known = set(pd.read_csv(directory / "sources.csv")["source_id"])
        for name in ("events", "claims", "milestones", "blockades", "actors"):
            assert {i for ids in pd.read_csv(directory / f"{name}.csv")["source_ids"] for i in ids.split()} <= known, name
        assert f"{len(known)} sources" in (directory / "README.txt").read_text(encoding="utf-8")


def test_a_format_that_is_none_is_named_with_the_ones_there_are(tmp_path, capsys):
    assert main(["export", str(tmp_path / "out"), "--format", "xlsx"]) == 1
    assert "format: expected one of csv, geojson, gpkg, parquet, found 'xlsx'" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_without_pyarrow_the_rest_is_written_and_parquet_named(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(export.importlib.util, "find_spec", lambda _: None)
    assert main(["export", str(tmp_path), "--region", "Kayes"]) == 0
    said = capsys.readouterr()
    assert "Parquet left out: pip install 'malisec[parquet]'" in said.err
    assert f"files in {tmp_path}/" in said.out
    assert not list(tmp_path.glob("*.parquet"))
    assert list(tmp_path.glob("*.gpkg"))
    assert main(["export", str(tmp_path), "--format", "parquet"]) == 1
    assert "malisec[parquet]" in capsys.readouterr().err


def test_writing_that_fails_leaves_what_was_there(tmp_path, monkeypatch):
    export.write(CASE.select(region="Kayes"), tmp_path, ["csv"])
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}

    def full(*_):
        msg = "no space left"
        raise OSError(msg)

    monkeypatch.setitem(export._WRITERS, "geojson", full)
    with pytest.raises(OSError, match="no space left"):
        export.write(CASE, tmp_path, ["csv", "geojson"])
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before
