"""Reading a release of UCDP's size: 400,000 rows of 49 columns, filtered to Mali, beside the bare pandas read of the same columns."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

import malisec as ms
from _results import record, seconds

ROWS = 400_000
#: share of Mali in a release: 55 of the 2,391 rows of Candidate release 23.0.10
MALI = 55 / 2391
draw = np.random.default_rng(20261127)


def words(n: int, length: int) -> list[str]:
    """Return texts of about so many letters."""
    letters = np.array(list("abcdefghijklmnop qrstu,;'"))
    return ["".join(letters[draw.integers(0, len(letters), length)]) for _ in range(n)]


def release() -> pd.DataFrame:
    """Make rows with the columns of GED, texts as long as there."""
    some = {name: np.array(words(500, n)) for name, n in {"source_article": 260, "source_headline": 120, "where_description": 60}.items()}
    country = np.array(["Mali", "Niger", "Syria", "Ukraine", "Mexico", "Afghanistan", "Nigeria", "Ethiopia", "Yemen", "Sudan"])
    start = pd.Timestamp("1989-01-01") + pd.to_timedelta(draw.integers(0, 13_000, ROWS), unit="D")
    low = draw.integers(0, 9, ROWS)
    made = {
        "id": np.arange(ROWS), "relid": [f"XYZ-{i}" for i in range(ROWS)], "year": start.year, "active_year": True, "code_status": "Clear",
        "type_of_violence": draw.integers(1, 4, ROWS), "side_a": "Government", "side_b": "Group",
        "number_of_sources": draw.integers(1, 9, ROWS),
        **{name: texts[draw.integers(0, 500, ROWS)] for name, texts in some.items()},
        "where_prec": draw.integers(1, 7, ROWS), "where_coordinates": "Town",
        "adm_1": "Region", "adm_2": "District",
        "latitude": draw.uniform(12, 16, ROWS).round(6), "longitude": draw.uniform(-9, 0, ROWS).round(6),
        "country": country[draw.choice(10, ROWS, p=[MALI, *[(1 - MALI) / 9] * 9])], "date_prec": draw.integers(1, 6, ROWS),
        "date_start": start.strftime("%Y-%m-%d 00:00:00.000"), "date_end": start.strftime("%Y-%m-%d 00:00:00.000"),
        "best": low + 1, "high": low + 3, "low": low,
    }  # fmt: skip
    spare = {f"column_{i}": draw.integers(0, 999, ROWS) for i in range(49 - len(made))}
    return pd.DataFrame(made | spare)


with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "GEDEvent.csv"
    release().to_csv(path, index=False)
    size = path.stat().st_size / 1e6
    bare = seconds(lambda: pd.read_csv(path), 5)
    ours = seconds(lambda: ms.read_ucdp(path, country="Mali"), 5)
    print(f"{ROWS:,} rows, {size:.0f} MB, {len(ms.read_ucdp(path, country='Mali')):,} of them in Mali")
    print(f"{'pandas.read_csv':24} {bare:6.2f} s")
    print(f"{'ms.read_ucdp, Mali':24} {ours:6.2f} s   {ours / bare:.2f} times pandas")
    record(
        f"UCDP's release of {ROWS:,} rows, Mali",
        ours,
        "s",
        peer=bare,
        peer_name="pandas.read_csv",
        libraries=["pandas"],
        ratio_at_least=1 / 1.3,
    )
