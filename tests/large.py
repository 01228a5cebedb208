"""A release of UCDP's columns with as many rows as asked for, and what must be counted from it, reckoned from the arrays it was made of."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import shapely

import malisec as ms

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

#: rows made at one time, and four row groups of Parquet
PART = 1_000_000
FIRST, DAYS = np.datetime64("1995-01-01"), 10_950
TYPES = np.array(["state_based", "non_state", "one_sided"])
SIDES = np.array(["Government of Mali", "JNIM", "IS", "Civilians", "CMA"])
NAMES = np.array(["Niono", "Ménaka town", "Modolo", "Kidal", "Nulle-Part-sur-Mer", "Bandiagara", "Dogo", "Gao"])
#: days of a span whose day is not known
SPAN = 5


@dataclasses.dataclass
class Counted:
    """What is counted while the rows are made.

    Attributes
    ----------
    rows, dead
        Per month since 1970, region (of `regions`) and type.
    regions
        Names; the last stands for none.
    """

    rows: NDArray[np.float64]
    dead: NDArray[np.float64]
    regions: list[Any]


def points(rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Return points well inside the regions, and as many far from Mali, with the number of their region."""
    outlines = list(ms.regions()["geometry"])
    x, y, of = [], [], []
    for k, outline in enumerate(outlines):
        inner = shapely.buffer(outline, -0.03)
        west, south, east, north = inner.bounds
        tried = rng.uniform([west, south], [east, north], (4000, 2))
        tried = tried[shapely.contains_xy(inner, tried)][:12]
        x, y, of = [*x, *tried[:, 0]], [*y, *tried[:, 1]], [*of, *[k] * len(tried)]
    far = len(of)
    x, y, of = [*x, *rng.uniform(30, 60, far)], [*y, *rng.uniform(-30, 50, far)], [*of, *[len(outlines)] * far]
    return np.array(x), np.array(y), np.array(of)


def write(path: Path, n: int, seed: int = 20261128) -> Counted:
    """Write `n` rows as Parquet or CSV and count them.

    Half of the rows lie in Mali. One in ten may have begun on any of five days, the days of all others are known.
    """
    rng = np.random.default_rng(seed)
    lon, lat, of = points(rng)
    regions = [*ms.regions()["region"], None]
    months = np.arange("1970-01", "2030-01", dtype="datetime64[M]").astype(np.int64)
    shape = (len(months), len(regions), len(TYPES))
    counted = Counted(np.zeros(shape), np.zeros(shape), regions)
    writer: Any = None
    for start in range(0, n, PART):
        size = min(PART, n - start)
        at = rng.integers(0, len(of), size)
        what, day = rng.integers(0, 3, size), rng.integers(0, DAYS, size)
        wide, best = rng.random(size) < 0.1, rng.integers(0, 40, size)
        begin = FIRST + day
        step = np.where(wide, SPAN - 1, 0)
        for k in range(SPAN):
            some = np.flatnonzero(wide) if k else np.arange(size)
            month = (begin[some] + k).astype("datetime64[M]").astype(np.int64)
            cell = (month * shape[1] + of[at[some]]) * shape[2] + what[some]
            share = np.where(wide[some], 1 / SPAN, 1)
            counted.rows += np.bincount(cell, share, counted.rows.size).reshape(shape)
            counted.dead += np.bincount(cell, share * best[some], counted.rows.size).reshape(shape)
        made = {
            # every number once, and in no order
            "id": (np.arange(start + 1, start + 1 + size) * 48271) % 2147483647,
            "type_of_violence": what.astype(np.int8) + 1,
            "side_a": words(SIDES[:3], rng.integers(0, 3, size)),
            "side_b": words(SIDES, rng.integers(1, 5, size)),
            "where_prec": rng.choice(np.array([1, 2], dtype=np.int8), size),
            "where_coordinates": words(NAMES, at % len(NAMES)),
            "latitude": (lat[at] + rng.uniform(-0.015, 0.015, size)).round(6),
            "longitude": (lon[at] + rng.uniform(-0.015, 0.015, size)).round(6),
            "country": words(np.array(["Mali", "Elsewhere"]), (of[at] == len(regions) - 1).astype(int)),
            "date_prec": np.where(wide, 2, 1).astype(np.int8),
            "date_start": pa.array(begin),
            "date_end": pa.array(begin + step),
            "best": best.astype(np.int16), "low": best.astype(np.int16), "high": (best + 4).astype(np.int16),
        }  # fmt: skip
        table = pa.table(made)
        if path.suffix == ".csv":
            table = table.cast(pa.schema([(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in table.schema]))
            writer = writer or pa.csv.CSVWriter(path, table.schema)
        # without the schema of Arrow words are plain text when they are read
        writer = writer or pq.ParquetWriter(path, table.schema, store_schema=False)
        writer.write_table(table, PART // 4)
    writer.close()
    return counted


def words(known: NDArray[Any], at: NDArray[np.int64]) -> Any:
    """Return words by their number."""
    return pa.DictionaryArray.from_arrays(pa.array(at.astype(np.int32)), pa.array(known.tolist()))


def ours(n: int, seed: int = 5) -> pd.DataFrame:
    """Return rows of our own near points of the release."""
    rng = np.random.default_rng(seed)
    lon, lat, of = points(np.random.default_rng(20261128))
    at = rng.choice(np.flatnonzero(of < of.max()), n)
    day = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 60, n), unit="D")
    return pd.DataFrame({
        "event_id": [f"o{k}" for k in range(n)], "date": day, "date_precision": "day",
        "lat": lat[at] + rng.normal(0, 0.02, n), "lon": lon[at] + rng.normal(0, 0.02, n), "ring_km": 2.0,
        "event_type": rng.choice(TYPES, n), "side_a": rng.choice(SIDES[:3], n), "side_b": rng.choice(SIDES[1:], n),
        "killed_low": rng.integers(0, 9, n), "killed_best": 9, "killed_high": rng.integers(9, 40, n),
    })  # fmt: skip
