"""All tables of an edition in one hand: load, look, select.

Derived columns (coordinates, region, ring, tolls, voices) are joined to the events here and nowhere else.
Must not know how anything is drawn.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from malisec import dates, geography, names, paths, schema, tables, tolls
from malisec.checks import check_tables
from malisec.faults import FaultsError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd

_PLACE_COLUMNS = ["place_id", "name", "lat", "lon", "kind", "cercle", "region_1991", "region_2023", "uncertainty_km"]


def enrich(events: pd.DataFrame, claims: pd.DataFrame, places: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Join to each event what follows from its place and its claims.

    Returns
    -------
    pandas.DataFrame
        The events with ``place``, ``lat``, ``lon``, ``place_kind``, ``cercle``, ``region_1991``, ``region_2023``, ``ring_km``,
        ``killed_low/best/high/open/speakers``, ``injured_low/best/high`` and ``independent_sources`` (ten copies of one
        dispatch are one).
    """
    where = places[_PLACE_COLUMNS].rename(columns={"name": "place", "kind": "place_kind"})
    out = events.merge(where, on="place_id", how="left")
    out["ring_km"] = geography.ring_km(out["location_precision"], out["radius_km"], out["uncertainty_km"])
    killed = tolls.derive(claims, "killed").add_prefix("killed_")
    injured = tolls.derive(claims, "injured").add_prefix("injured_")[["injured_low", "injured_best", "injured_high"]]
    out = out.join(killed, on="event_id").join(injured, on="event_id")
    out["killed_open"] = out["killed_open"].eq(True)
    out["killed_speakers"] = out["killed_speakers"].fillna(0)
    # pages behind a claim count as voices of the event, pages behind a joint toll as voices of each of its events
    by_claim = claims.assign(key=claims["event_id"].fillna(claims["shared_toll_id"])).groupby("key")["source_ids"].agg(" ".join)
    everything = [
        out["source_ids"],
        out["event_id"].map(by_claim).fillna(""),
        out["shared_toll_id"].map(by_claim).fillna(""),
    ]
    out["independent_sources"] = tolls.voices(everything[0].str.cat(everything[1:], sep=" "), sources)
    return out.drop(columns="uncertainty_km").sort_values(["date", "event_id"], ignore_index=True)


@dataclasses.dataclass(frozen=True, repr=False)
class Casebook:
    """The tables of one edition, or of a selection from it.

    Attributes
    ----------
    events
        Security events with derived columns, see `enrich`.
    claims, sources, places, place_names, actors, milestones, blockades, corridors, seed_claims, ucdp_monthly, ucdp_events, event_types,
    reviews
        The tables of `malisec.schema.TABLES`.
    everything
        The whole edition that a selection was made from.
    dataset
        Whose events these are, where they are not those of the edition (`malisec.others.as_case`).
    """

    events: pd.DataFrame
    claims: pd.DataFrame
    sources: pd.DataFrame
    actors: pd.DataFrame
    places: pd.DataFrame
    place_names: pd.DataFrame
    corridors: pd.DataFrame
    milestones: pd.DataFrame
    blockades: pd.DataFrame
    seed_claims: pd.DataFrame
    ucdp_monthly: pd.DataFrame
    ucdp_events: pd.DataFrame
    event_types: pd.DataFrame
    reviews: pd.DataFrame
    everything: Casebook | None = None
    dataset: str | None = None

    def __repr__(self) -> str:
        """Say how much is inside."""
        first, last = self.events["date"].min(), self.events["date"].max()
        span = f", {first:%Y-%m-%d} to {last:%Y-%m-%d}" if len(self.events) else ""
        return (
            f"Casebook {self.dataset or schema.EDITION}: {len(self.events)} events{span}, {len(self.claims)} claims, "
            f"{len(self.milestones)} milestones, {len(self.sources)} sources"
        )

    @property
    def whole(self) -> Casebook:
        """The edition this selection was made from."""
        return self.everything or self

    @property
    def own_sources(self) -> pd.DataFrame:
        """The publications that tell of its events; of another dataset not those of the blockades and turning points around them."""
        return self.sources if self.dataset is None else self.sources[self.sources["kind"].eq("dataset")]

    def geo(self) -> gpd.GeoDataFrame:
        """Return the located events as points in WGS 84; events without a place are left out."""
        import geopandas as gpd

        found = self.events.dropna(subset=["lat", "lon"])
        return gpd.GeoDataFrame(found, geometry=gpd.points_from_xy(found["lon"], found["lat"]), crs="EPSG:4326")

    def total(self, measure: str = "killed") -> tolls.Total:
        """Sum the tolls of the events here, joint tolls once, unknown tolls counted as unknown."""
        return self.total_of(self.events, measure)

    def total_of(self, events: pd.DataFrame, measure: str = "killed") -> tolls.Total:
        """Sum the tolls of some of the events here, as `total` does."""
        return tolls.total(
            events, self.whole.claims, self.whole.events, measure, derived=self.whole.killed if measure == "killed" else None
        )

    @functools.cached_property
    def killed(self) -> pd.DataFrame:
        """Tolls of killed by event and joint toll, derived once (`malisec.tolls.derive`)."""
        return tolls.derive(self.claims, "killed")

    def shared_tolls(self) -> pd.DataFrame:
        """Return tolls that speakers gave for several events together, one row per joint toll."""
        members = self.events.dropna(subset=["shared_toll_id"])
        found = self.killed
        ids = members["shared_toll_id"].drop_duplicates()
        counts = members.groupby("shared_toll_id")["event_id"].agg(list)
        return found.reindex(ids).assign(event_ids=counts.reindex(ids)).rename_axis("shared_toll_id")

    def select(
        self,
        *,
        region: str | Iterable[str] | None = None,
        area: str | Iterable[str] | None = None,
        since: str | None = None,
        until: str | None = None,
        event_type: str | Iterable[str] | None = None,
        perpetrator: str | Iterable[str] | None = None,
        certainty: str | Iterable[str] | None = None,
        target_kind: str | Iterable[str] | None = None,
        place: str | Iterable[str] | None = None,
        wave: str | Iterable[str] | None = None,
    ) -> Casebook:
        """Keep the events that fit every condition, with their claims.

        Parameters
        ----------
        region
            Region or regions of the 2023 division, accents optional.
        area
            Region or regions as people use the name: Ségou, Kayes and Mopti with the regions of 2023 cut out of each, Bamako with
            Koulikoro around it (`malisec.schema.AREAS`).
        since, until
            First and last day, ``YYYY-MM-DD``; an event that lasted, or whose day is known by month only, fits when any of its
            possible days does.
        event_type, certainty, target_kind, perpetrator, place, wave
            Values or ids of the tables.

        Returns
        -------
        Casebook
            Events and claims selected; milestones and blockades cut to the same days; other tables whole.

        Raises
        ------
        ValueError
            For a value that no table knows, naming the nearest one, and for a day written otherwise.

        Examples
        --------
        >>> import malisec as ms
        >>> west = ms.load().select(region=["Kayes", "Nioro"], since="2025-07-01")
        >>> sorted(west.events["region_2023"].unique())
        ['Kayes', 'Nioro']
        >>> len(ms.load().select(area="Kayes", wave="wave-2025-07-01").events)
        5
        """
        regions = None if area is None else [r for a in _known(area, list(schema.AREAS), "area") for r in schema.AREAS[a]]
        keep = _between(self.events, "date", "date_end", since, until)
        wanted: list[tuple[str, Any, Iterable[str]]] = [
            ("region_2023", region, schema.REGIONS),
            ("region_2023", regions, schema.REGIONS),
            ("event_type", event_type, [*schema.EVENT_TYPES, *self.whole.events["event_type"].dropna().unique()]),
            ("perpetrator_certainty", certainty, schema.CERTAINTY),
            ("target_kind", target_kind, schema.TARGET_KINDS),
            ("place_id", place, self.places["place_id"]),
            ("wave_id", wave, self.whole.events["wave_id"].dropna().unique()),
        ]
        for column, values, valid in wanted:
            if values is not None:
                keep &= self.events[column].isin(_known(values, list(valid), column))
        if perpetrator is not None:
            ids = set(_known(perpetrator, list(self.actors["actor_id"]), "perpetrator"))
            keep &= self.events["perpetrator"].fillna("").map(lambda text: bool(ids & set(text.split())))
        events = self.events[keep].reset_index(drop=True)
        about = self.claims["event_id"].isin(events["event_id"]) | self.claims["shared_toll_id"].isin(events["shared_toll_id"].dropna())
        return dataclasses.replace(
            self,
            events=events,
            claims=self.claims[about].reset_index(drop=True),
            milestones=self.milestones[_between(self.milestones, "date", "date_end", since, until)].reset_index(drop=True),
            blockades=self.blockades[_between(self.blockades, "start", "end", since, until, unended=True)].reset_index(drop=True),
            everything=self.whole,
        )

    def event(self, event_id: str) -> pd.Series:
        """Return one event.

        Raises
        ------
        LookupError
            If no event has this id; names the nearest.

        Examples
        --------
        >>> import malisec as ms
        >>> ms.load().event("2025-07-01-kayes")["place"]
        'Kayes'
        """
        known = self.events.set_index("event_id", drop=False)
        if event_id not in known.index:
            near = tables.nearest(event_id, list(known.index))
            msg = f"no event {event_id!r}" + (f" (nearest: {near})" if near else "")
            raise LookupError(msg)
        return known.loc[event_id]

    def sources_of(self, event_id: str) -> pd.DataFrame:
        """Return every publication an event and its claims rest on."""
        event = self.event(event_id)
        ids = event["source_ids"].split()
        for text in self.claims.loc[
            self.claims["event_id"].eq(event_id) | self.claims["shared_toll_id"].eq(event["shared_toll_id"]), "source_ids"
        ]:
            ids += text.split()
        return self.sources[self.sources["source_id"].isin(ids)]


def _known(values: str | Iterable[str], valid: list[str], column: str) -> list[str]:
    asked = [values] if isinstance(values, str) else list(values)
    by_key = {names.normalise(v): v for v in valid}
    unknown = [v for v in asked if names.normalise(v) not in by_key]
    if unknown:
        near = {v: tables.nearest(v, valid) for v in unknown}
        said = "; ".join(f"{v!r}" + (f" (nearest: {n!r})" if n else "") for v, n in near.items())
        msg = f"{column}: expected values the tables know, found {said}"
        raise ValueError(msg)
    return [by_key[names.normalise(v)] for v in asked]


def _between(frame: pd.DataFrame, start: str, end: str, since: str | None, until: str | None, *, unended: bool = False) -> pd.Series:
    keep = pd.Series(data=True, index=frame.index)
    last = frame[end] if unended else frame[end].fillna(dates.last_days(frame, start))
    for said in (since, until):
        if said is not None and not re.fullmatch(r"\d{4}-\d\d-\d\d", said):
            msg = f"since, until: expected a day as YYYY-MM-DD, found {said!r}"
            raise ValueError(msg)
    if since is not None:
        keep &= (last >= pd.Timestamp(since)) | last.isna()
    if until is not None:
        keep &= frame[start] <= pd.Timestamp(until)
    return keep


def load(directory: str | Path | None = None) -> Casebook:
    """Load and check all tables.

    Parameters
    ----------
    directory
        A directory with the tables (``seeds/`` beside it or inside); when left out, the one
        that the environment variable ``MALISEC_DATA`` names, else the shipped edition.

    Returns
    -------
    Casebook

    Raises
    ------
    FaultsError
        With every fault of every table: file, line, column, what was expected and what was found.

    Examples
    --------
    >>> import malisec as ms
    >>> len(ms.load().select(wave="wave-2025-07-01").events)
    7
    """
    texts, faults = tables.read_all(paths.data() if directory is None else Path(directory).resolve())
    faults += check_tables(texts, faults, edition=False)
    if faults:
        raise FaultsError(faults)
    frames = {name: tables.typed(texts[name], table) for name, table in schema.TABLES.items()}
    fields = {f.name for f in dataclasses.fields(Casebook)} - {"everything", "dataset"}
    frames["events"] = enrich(frames["events"], frames["claims"], frames["places"], frames["sources"])
    return Casebook(**{name: frames[name] for name in fields})
