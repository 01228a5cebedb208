"""Events of other datasets as a casebook, so that every map, chart and table takes them as it takes ours.

What a dataset says of an event becomes claims of that dataset; what it does not say stays unknown. Must not know how anything is drawn.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import numpy as np
import pandas as pd

from malisec import geography, linking, paths, style
from malisec.casebook import Casebook, load
from malisec.exhibit import slug
from malisec.i18n import say
from malisec.readers import common
from malisec.readers.codes import ACLED_CODEBOOK, UCDP_CODEBOOK
from malisec.readers.common import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")

#: dataset -> its full name, its address and its codebook
KNOWN = {
    "UCDP": ("Uppsala Conflict Data Program (UCDP)", "https://ucdp.uu.se/downloads/", UCDP_CODEBOOK),
    "ACLED": ("Armed Conflict Location & Event Data (ACLED)", "https://acleddata.com/", ACLED_CODEBOOK),
}
#: types in which the first side is the one that acted; in all others a dataset names two sides and not who began
_ONE_SIDED = ("one_sided", "against_civilians")
#: figures of a dataset: column of the frame -> what it is called
_FIGURES = {"killed_low": "lowest", "killed_best": "best estimate", "killed_high": "highest"}


def as_case(events: pd.DataFrame) -> Casebook:
    """Make a casebook of the events of another dataset.

    Parameters
    ----------
    events
        As `read_ucdp`, `read_acled` and `read_events` return them, of one dataset.

    Returns
    -------
    Casebook
        Its events, claims, sources and places are those of the dataset; actors, corridors, milestones, blockades and UCDP's monthly
        series are those of the shipped edition, which the charts draw beside the events. ``dataset`` names it. A dataset counts the
        dead of all sides together: its claims are of the group ``everyone``. A perpetrator is named only where the dataset says who
        acted against civilians.

    Raises
    ------
    ValueError
        If columns are missing, or rows of several datasets come together: they tell of the same events, and would be counted twice.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"event_id": ["x-1"], "dataset": "Mine", "date": pd.to_datetime(["2025-07-01"]), "place": "Niono"})
    >>> case = as_case(rows.assign(lat=14.25, lon=-6.0, killed_best=3))
    >>> case.dataset, case.total().best
    ('Mine', 3)
    """
    missing = [c for c in ("event_id", "dataset", "date") if c not in events]
    if missing:
        msg = f"events: expected the columns {', '.join(COLUMNS)}, found no {', '.join(missing)}"
        raise ValueError(msg)
    names = [*events["dataset"].dropna().unique()]
    if len(names) > 1:
        msg = f"events: expected rows of one dataset, found {', '.join(map(str, names))}, which tell of the same events"
        raise ValueError(msg)
    name = str(names[0]) if names else "own"
    theirs = _whole(events)
    source = _source(name)
    places = _places(theirs, name)
    shown = _events(theirs, places, source["source_id"].iloc[0])
    edition = _edition()
    return dataclasses.replace(
        edition,
        events=shown.sort_values(["date", "event_id"], ignore_index=True),
        claims=_claims(theirs, name, source["source_id"].iloc[0]),
        sources=pd.concat([_around(edition), source], ignore_index=True),
        places=pd.concat([edition.places, places.drop_duplicates("place_id")], ignore_index=True),
        dataset=name,
        everything=None,
    )


@functools.cache
def _edition() -> Casebook:
    """Return the shipped edition, read once."""
    return load(paths.home() / "data")


#: columns of events that are no text
_DAYS, _NUMBERS = ("date", "date_end", "date_latest"), ("lat", "lon", "ring_km")


def _whole(events: pd.DataFrame) -> pd.DataFrame:
    """Return all columns of events, each of its own kind; the region follows from the point where the frame does not tell it."""
    frame = events.reindex(columns=[*COLUMNS]).reset_index(drop=True)
    kinds = dict.fromkeys(_DAYS, "datetime64[us]") | dict.fromkeys(_NUMBERS, "float64") | dict.fromkeys(_FIGURES, "Int64")
    frame = frame.astype({c: kinds.get(c, "object") for c in frame})
    frame["date_precision"] = frame["date_precision"].fillna("day")
    if "location_precision" not in events:
        frame["location_precision"] = np.where(frame["lat"].notna(), "town", "unknown")
    if "region_2023" not in events:
        frame["region_2023"] = common.region(frame, frame["location_precision"])
    return frame


def _like(frame: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Give a frame the columns and the types of a table of the edition."""
    return frame.reindex(columns=table.columns).astype({c: t for c, t in table.dtypes.items() if t.kind not in "b"})


def _source(name: str) -> pd.DataFrame:
    publisher, url, note = KNOWN.get(name, (name, None, None))
    row = {
        "source_id": f"dataset-{_slug(name)}", "publisher": publisher, "subject": f"{name}: events as read from a file", "url": url,
        "published_basis": "unknown", "language": "other" if url is None else "en", "kind": "dataset", "note": note,
    }  # fmt: skip
    return _like(pd.DataFrame([row]), _edition().sources)


def _around(edition: Casebook) -> pd.DataFrame:
    """Return the publications that blockades and turning points rest on, data files left out."""
    ids = {i for table in (edition.blockades, edition.milestones) for text in table["source_ids"] for i in text.split()}
    return edition.sources[edition.sources["source_id"].isin(ids) & edition.sources["kind"].ne("dataset")]


def _slug(name: str) -> str:
    return slug(name) or "own"


def _places(theirs: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the place of each row, one id for each name and point."""
    key = theirs["place"].astype("string").fillna("").str.cat(theirs[["lat", "lon"]].astype("string").fillna(""), sep="|")
    number = pd.factorize(key)[0]
    older = geography.region_of(theirs["lon"].astype(float), theirs["lat"].astype(float), vintage=1991)
    rows = pd.DataFrame(
        {
            "place_id": pd.Series(number, index=theirs.index).map(lambda n: f"{_slug(name)}-place-{n}"),
            "name": theirs["place"],
            "lat": theirs["lat"],
            "lon": theirs["lon"],
            # no town of ours: maps name none of these
            "kind": "site",
            "country": pd.Series("ML", index=theirs.index).where(theirs["region_2023"].notna()),
            "region_1991": pd.Series(older.astype(object), index=theirs.index).where(theirs["region_2023"].notna()),
            "region_2023": theirs["region_2023"],
            "uncertainty_km": theirs["ring_km"],
            "coord_source": name,
        }
    )
    return _like(rows, _edition().places)


def _events(theirs: pd.DataFrame, places: pd.DataFrame, source_id: str) -> pd.DataFrame:
    edition = _edition().events
    kind = theirs["event_type"].where(theirs["event_type"].isin([*style.TYPES]), "other")
    one_sided = kind.isin(_ONE_SIDED)
    named = linking.named(theirs[["event_id", "side_a"]], _edition().actors)
    who = pd.Series([" ".join(sorted(ids)) or None for ids in named], index=theirs.index, dtype="object").where(one_sided)
    told = [_told(a, b, d) for a, b, d in zip(theirs["side_a"], theirs["side_b"], theirs["dataset"], strict=True)]
    tolls = theirs[[*_FIGURES]].astype("Int64")
    best, given = tolls["killed_best"], tolls.notna().any(axis=1)
    low, high = tolls["killed_low"].fillna(best), tolls["killed_high"].fillna(best)
    rows = theirs.assign(
        place_id=places["place_id"],
        location_precision=theirs["location_precision"].fillna("unknown"),
        event_type=kind,
        perpetrator=who,
        perpetrator_certainty=np.where(who.notna(), "attributed", "unknown"),
        # a dataset that names two sides does not say which of them was attacked
        target_kind=pd.Series("civilians", index=theirs.index).where(one_sided),
        target=theirs["side_b"],
        summary=[t[0] for t in told],
        summary_fr=[t[1] for t in told],
        source_ids=source_id,
        confidence="medium",
        place_kind="site",
        region_1991=places["region_1991"],
        killed_low=low,
        killed_high=high,
        killed_open=False,
        killed_speakers=given.astype("int64"),
        independent_sources=1,
    )
    return _like(rows, edition).assign(
        killed_open=False, date_latest=pd.to_datetime(theirs["date_latest"]), dataset=theirs["dataset"].astype("object")
    )


def _told(a: Any, b: Any, dataset: str) -> tuple[str, str]:
    """Say in one sentence which sides a dataset names."""
    sides = [s for s in (a, b) if isinstance(s, str) and s]
    if len(sides) == 2:
        said = say("{a} and {b} are the sides that {dataset} names.", a=sides[0], b=sides[1], dataset=dataset)
    elif sides:
        said = say("{a} is the side that {dataset} names.", a=sides[0], dataset=dataset)
    else:
        said = say("{dataset} names no side.", dataset=dataset)
    return str(said), said.fr


def _claims(theirs: pd.DataFrame, name: str, source_id: str) -> pd.DataFrame:
    """Return the figures of a dataset as claims: the best is the one used, the lowest and highest stand beside it where they differ."""
    best = theirs["killed_best"].astype("Int64")
    parts = []
    for column, called in _FIGURES.items():
        figure = theirs[column].astype("Int64")
        used = column == "killed_best"
        keep = figure.notna() & (used | best.isna() | figure.ne(best).fillna(value=True))
        rows = theirs[keep]
        parts.append(
            pd.DataFrame(
                {
                    "claim_id": rows["event_id"] + f".{column.removeprefix('killed_')}",
                    "event_id": rows["event_id"],
                    "measure": "killed",
                    "group": "everyone",
                    "qualifier": "exact",
                    "low": figure[keep],
                    "high": figure[keep],
                    "said_by": f"{name}, {called}",
                    "said_by_kind": "research",
                    "source_ids": source_id,
                    "preferred": used,
                    "reason": "the dataset's best estimate" if used else None,
                }
            )
        )
    found = pd.concat(parts).sort_values("event_id", kind="stable", ignore_index=True)
    return _like(found, _edition().claims).assign(preferred=found["preferred"].astype(bool))


def takes_events(function: Callable[Concatenate[Casebook, P], R]) -> Callable[Concatenate[Casebook | pd.DataFrame, P], R]:
    """Let a function of a casebook take the events of another dataset as well."""

    @functools.wraps(function)
    def wrapped(case: Casebook | pd.DataFrame, *args: P.args, **kwargs: P.kwargs) -> R:
        return function(as_case(case) if isinstance(case, pd.DataFrame) else case, *args, **kwargs)

    # called by the name of its first parameter as well, which a Callable cannot say
    return wrapped  # type: ignore[return-value]


def takes_rows(function: Callable[Concatenate[pd.DataFrame, P], R]) -> Callable[Concatenate[pd.DataFrame, P], R]:
    """Let a function of a casebook's events take those of another dataset, whose frame lacks the columns that only we have."""

    @functools.wraps(function)
    def wrapped(events: pd.DataFrame, *args: P.args, **kwargs: P.kwargs) -> R:
        return function(as_case(events).events if "dataset" in events and "wave_id" not in events else events, *args, **kwargs)

    # called by the name of its first parameter as well, which a Callable cannot say
    return wrapped  # type: ignore[return-value]
