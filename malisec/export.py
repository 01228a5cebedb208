"""The joined tables as files that other programs open: CSV, GeoJSON, GeoPackage, Parquet, with the licence beside them.

Frames in, files out, all or none. Must not know how anything is drawn.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from malisec import paths, schema

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from malisec.casebook import Casebook

FORMATS = ("csv", "geojson", "gpkg", "parquet")
#: what `events` gains from its place and its claims, in the order it is written
_DERIVED = [
    "place", "lat", "lon", "ring_km", "cercle", "region_1991", "region_2023",
    "killed_low", "killed_best", "killed_high", "killed_open", "killed_speakers",
    "injured_low", "injured_best", "injured_high", "independent_sources",
]  # fmt: skip


def _addresses(cells: pd.Series, sources: pd.DataFrame) -> pd.Series:
    """Return the addresses of lists of source ids, with a space between."""
    url = sources.set_index("source_id")["url"].fillna("").to_dict()
    return cells.map(lambda ids: " ".join(url.get(i, "") for i in ids.split()))


def joined(case: Casebook) -> dict[str, pd.DataFrame]:
    """Return the tables of a casebook, each readable without the others.

    Parameters
    ----------
    case
        The edition or a selection from it.

    Returns
    -------
    dict of str to pandas.DataFrame
        ``events`` with place, region, tolls and the addresses behind them; ``claims`` with day and place of their event and
        addresses; ``milestones``, ``blockades``, ``places``, ``actors`` and ``sources`` as they stand. Joint tolls are claims
        without an event: their figures are in no event's toll.

    Examples
    --------
    >>> import malisec as ms
    >>> joined(ms.load().select(wave="wave-2025-07-01"))["events"]["place"].iloc[0]
    'Diboli'
    """
    names = case.actors.set_index("actor_id")["name"].to_dict()
    events = case.events[[*schema.TABLES["events"].columns, *_DERIVED]].copy()
    who = events["perpetrator"].fillna("").map(lambda ids: ", ".join(names.get(i, i) for i in ids.split()))
    events.insert(events.columns.get_loc("perpetrator") + 1, "perpetrator_names", who)
    events["source_urls"] = _addresses(events["source_ids"], case.sources)
    about = case.whole.events.set_index("event_id")[["date", "place", "region_2023"]].rename(columns={"date": "event_date"})
    claims = case.claims.join(about, on="event_id")
    claims["source_urls"] = _addresses(claims["source_ids"], case.sources)
    used = {
        i for frame in (events, claims, case.milestones, case.blockades, case.actors) for ids in frame["source_ids"] for i in ids.split()
    }
    return {
        "events": events,
        "claims": claims,
        "milestones": case.milestones,
        "blockades": case.blockades,
        "places": case.places,
        "actors": case.actors,
        "sources": case.sources[case.sources["source_id"].isin(used)].reset_index(drop=True),
    }


def _points(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    import geopandas as gpd

    points = gpd.GeoSeries(gpd.points_from_xy(frame["lon"], frame["lat"]), index=frame.index)
    # an event without a known place stays a row, without a point
    return gpd.GeoDataFrame(frame, geometry=points.where(frame["lat"].notna() & frame["lon"].notna(), None), crs="EPSG:4326")


def _csv(frames: dict[str, pd.DataFrame], out: Path) -> None:
    for name, frame in frames.items():
        frame.to_csv(out / f"{name}.csv", index=False, lineterminator="\n", date_format="%Y-%m-%d")


def _days(frame: pd.DataFrame) -> pd.DataFrame:
    """Write dates as text: a day in Mali must not move when a program reads it in another time zone."""
    return frame.assign(**{c: frame[c].dt.strftime("%Y-%m-%d") for c in frame.select_dtypes("datetime")})


def _geojson(frames: dict[str, pd.DataFrame], out: Path) -> None:
    for name in ("events", "places"):
        text = _points(_days(frames[name])).drop(columns=["lat", "lon"]).to_json(drop_id=True, ensure_ascii=False, na="null")
        members = json.loads(text)
        members["attribution"] = citation()
        (out / f"{name}.geojson").write_text(json.dumps(members, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def _gpkg(frames: dict[str, pd.DataFrame], out: Path) -> None:
    import geopandas as gpd
    import pyogrio

    # GDAL would write the hour of the export into the file
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{schema.EDITION_DATE}T00:00:00.000Z"})
    try:
        for name, frame in frames.items():
            layer: Any = _points(_days(frame)) if "lat" in frame else gpd.GeoDataFrame(_days(frame))
            pyogrio.write_dataframe(layer, out / "malisec.gpkg", layer=name, driver="GPKG")
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _parquet(frames: dict[str, pd.DataFrame], out: Path) -> None:
    for name, frame in frames.items():
        (_points(frame) if "lat" in frame else frame).to_parquet(out / f"{name}.parquet", index=False)


_WRITERS: dict[str, Callable[[dict[str, pd.DataFrame], Path], None]] = {
    "csv": _csv,
    "geojson": _geojson,
    "gpkg": _gpkg,
    "parquet": _parquet,
}


def citation() -> str:
    """Return how the tables are to be cited, with edition and licence."""
    return (
        f"malisec contributors ({schema.EDITION_DATE[:4]}). malisec: attacks in Mali, who said what, where and when. "
        f"Edition {schema.EDITION}, {schema.EDITION_DATE}. CC BY 4.0."
    )


def possible() -> list[str]:
    """Return the formats that can be written here: Parquet needs pyarrow, which is an extra."""
    return [f for f in FORMATS if f != "parquet" or importlib.util.find_spec("pyarrow")]


def write(case: Casebook, out: Path, formats: Iterable[str] | None = None) -> list[Path]:
    """Write the joined tables, all files or none.

    Parameters
    ----------
    case
        The edition or a selection from it.
    out
        Directory, made when missing; files of the same names are replaced, others are left.
    formats
        Some of `FORMATS`; when left out, all that are `possible` here.

    Returns
    -------
    list of pathlib.Path
        The files written: tables, ``LICENSE-DATA`` and ``README.txt`` with the citation.

    Raises
    ------
    ValueError
        For a format that is not known, or Parquet without pyarrow.
    """
    wanted = possible() if formats is None else list(formats)
    for one in wanted:
        if one not in FORMATS:
            msg = f"format: expected one of {', '.join(FORMATS)}, found {one!r}"
            raise ValueError(msg)
        if one not in possible():
            msg = "format: parquet needs pyarrow, which is not installed: pip install 'malisec[parquet]'"
            raise ValueError(msg)
    frames = joined(case)
    out.mkdir(parents=True, exist_ok=True)
    beside = out / ".part"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    try:
        for one in wanted:
            _WRITERS[one](frames, beside)
        shutil.copyfile(paths.home() / "LICENSE-DATA", beside / "LICENSE-DATA")
        (beside / "README.txt").write_text(_readme(frames), encoding="utf-8")
        names = sorted(p.name for p in beside.iterdir())
        for name in names:
            (beside / name).replace(out / name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return [out / name for name in names]


def _readme(frames: dict[str, pd.DataFrame]) -> str:
    held = ", ".join(f"{len(frame)} {name}" for name, frame in frames.items())
    lost = int(frames["events"]["lat"].isna().sum())
    unplaced = f" {lost} of the events have no known place: their rows have no point." if lost else ""
    return f"""malisec edition {schema.EDITION}: {held}.{unplaced}

Cite: {citation()}
Name the edition, say what you changed, and cite the pages behind a figure you use: claims lead from each figure to sources.
Empty means not known, never zero. A count of rows follows what was found in the press: it is no measure of violence.
Joint tolls are claims with a shared_toll_id and no event_id; they are in no event's toll, and are to be added once.
Columns are explained in the codebook, data/README.md of the edition.
Points of places are OCHA's (settlements of Mali, 2015) and GeoNames' (CC BY 4.0), as coord_source says row by row.
"""
