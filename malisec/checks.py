"""What the tables must say together: ids that resolve, days in order, points in their region, tolls told once.

Works on the tables as text, with the line of each row, so that every fault names where to mend it.
Must not know how tables are drawn.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from malisec import geography, schema
from malisec.faults import Fault
from malisec.names import normalise
from malisec.tables import LINE, nearest
from malisec.tolls import VICTIMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Texts = dict[str, pd.DataFrame]
#: how far a point may lie outside the generalised outline of its region before it is a fault
BORDER_KM = 8.0
_KM_PER_DEGREE = 111.2


def _fault(table: str, line: int, column: str | None, expected: str, found: object, near: str | None = None) -> Fault:
    return Fault(schema.TABLES[table].path, int(line), column, expected, "nothing" if pd.isna(found) else str(found), near)


def _numbers(cells: pd.Series) -> pd.Series:
    return pd.to_numeric(cells, errors="coerce")


def _days(cells: pd.Series) -> pd.Series:
    return pd.to_datetime(cells, format="%Y-%m-%d", errors="coerce")


def references(texts: Texts, unread: frozenset[str] = frozenset()) -> Iterator[Fault]:
    """Every id must be found in the table it refers to, when that table could be read."""
    for name, table in schema.TABLES.items():
        for column, spec in table.columns.items():
            target = spec.metadata["refers"]
            if not target or unread & {part.split(".")[0] for part in target.split("|")}:
                continue
            valid: set[str] = set()
            for part in target.split("|"):
                other, key = part.split(".")
                valid |= set(texts[other][key].dropna())
            for cell, line in texts[name][[column, LINE]].dropna().itertuples(index=False):
                for one in cell.split():
                    if one not in valid:
                        yield _fault(name, line, column, f"an id of {target}", one, nearest(one, sorted(valid)))


def days(texts: Texts) -> Iterator[Fault]:
    """A span must not end before it starts, and an event's id starts with its date."""
    for name, start, end in (("events", "date", "date_end"), ("milestones", "date", "date_end"), ("blockades", "start", "end")):
        frame = texts[name]
        first, last = _days(frame[start]), _days(frame[end])
        for i in frame.index[last < first]:
            yield _fault(name, frame[LINE][i], end, f"a day on or after {frame[start][i]}", frame[end][i])
    for i, row in texts["events"].dropna(subset=["event_id", "date"]).iterrows():
        if not row["event_id"].startswith(row["date"][:7] if row["date_precision"] != "day" else row["date"]):
            yield _fault("events", texts["events"][LINE][i], "event_id", f"an id that starts with {row['date']}", row["event_id"])


def after_edition(texts: Texts) -> Iterator[Fault]:
    """No row of an edition may lie after it. Tables one is still adding to may be loaded all the same."""
    edition = pd.Timestamp(schema.EDITION_DATE)
    for name, start in (("events", "date"), ("milestones", "date"), ("blockades", "start")):
        frame = texts[name]
        for i in frame.index[_days(frame[start]) > edition]:
            yield _fault(name, frame[LINE][i], start, f"a day up to the edition's, {schema.EDITION_DATE}", frame[start][i])


def _outline() -> tuple[dict[str, object], object]:
    import shapely

    shapes = geography.regions(2023).set_index("region").geometry.to_dict()
    return shapes, shapely.union_all(list(shapes.values()))


def coordinates(texts: Texts) -> Iterator[Fault]:
    """A place of Mali must lie in Mali, in the region it names; another country's place must not."""
    import shapely

    frame = texts["places"]
    shapes, mali = _outline()
    lat, lon = _numbers(frame["lat"]), _numbers(frame["lon"])
    at_home = pd.Series(data=False, index=frame.index)
    for region, rows in frame[frame["country"] == "ML"].groupby("region_2023"):
        if region in shapes:
            at_home[rows.index] = shapely.contains_xy(shapes[region], lon[rows.index], lat[rows.index])
    # nearly all places; distances are worked out for the few others only
    for i in frame.index[lat.notna() & lon.notna() & ~at_home]:
        point, line = shapely.Point(lon[i], lat[i]), frame[LINE][i]
        found = f"{frame['lat'][i]}, {frame['lon'][i]}"
        slack = (BORDER_KM + (_numbers(frame["uncertainty_km"])[i] or 0)) / _KM_PER_DEGREE
        away = shapely.distance(mali, point)
        if frame["country"][i] == "ML" and away > slack:
            swapped = shapely.distance(mali, shapely.Point(lat[i], lon[i])) <= slack
            hint = "latitude and longitude look swapped" if swapped else None
            yield _fault("places", line, "lat", "a point inside Mali (or the country it lies in)", found, hint)
        elif frame["country"][i] != "ML" and away == 0 and shapely.distance(shapely.boundary(mali), point) > slack:
            yield _fault("places", line, "country", "ML, for the point lies in Mali", frame["country"][i])
        named = shapes.get(frame["region_2023"][i])
        if named is not None and away <= slack and shapely.distance(named, point) > slack:
            actual = min(shapes, key=lambda r: shapely.distance(shapes[r], point))
            yield _fault("places", line, "region_2023", "the region the point lies in", frame["region_2023"][i], actual)


def divisions(texts: Texts) -> Iterator[Fault]:
    """Commune, cercle and both regions of a place must belong together."""
    known = texts["communes"].dropna(subset=["commune", "cercle"])
    by_commune: dict[tuple[str, str], set[tuple[str, str]]] = {}
    by_cercle: dict[str, set[str]] = {}
    for row in known.itertuples(index=False):
        by_commune.setdefault((normalise(row.commune), normalise(row.cercle)), set()).add((row.region_1991, row.region_2023))
        by_cercle.setdefault(normalise(row.cercle), set()).add(row.region_1991)
    cercles = sorted(set(known["cercle"]))
    for row in texts["places"].dropna(subset=["cercle"]).to_dict("records"):
        key = normalise(row["cercle"])
        if key not in by_cercle:
            yield _fault("places", row[LINE], "cercle", "a cercle of 2015", row["cercle"], nearest(row["cercle"], cercles))
            continue
        if row["region_1991"] not in by_cercle[key]:
            yield _fault(
                "places", row[LINE], "region_1991", f"the region of cercle {row['cercle']}", row["region_1991"], min(by_cercle[key])
            )
        if isinstance(row["commune"], str):
            pairs = by_commune.get((normalise(row["commune"]), key))
            if pairs is None:
                near = nearest(
                    row["commune"], sorted({c for c, k in zip(known["commune"], known["cercle"], strict=True) if normalise(k) == key})
                )
                yield _fault("places", row[LINE], "commune", f"a commune of cercle {row['cercle']}", row["commune"], near)
            elif row["region_2023"] not in {new for _, new in pairs}:
                yield _fault(
                    "places",
                    row[LINE],
                    "region_2023",
                    f"the region of commune {row['commune']}",
                    row["region_2023"],
                    min(new for _, new in pairs),
                )


_ALIKE = {
    "sources": ["url"],
    "events": ["date", "place_id", "site", "event_type"],
    "claims": ["event_id", "shared_toll_id", "measure", "group", "low", "high", "value", "said_by", "said_on"],
    "milestones": ["date", "summary"],
    "place_names": ["name", "place_id"],
    "corridors": ["corridor_id", "seq"],
    "seed_claims": ["source_id", "char_start", "char_end", "claim"],
}


def duplicates(texts: Texts) -> Iterator[Fault]:
    """No two rows may tell the same."""
    for name, columns in _ALIKE.items():
        frame = texts[name].dropna(subset=columns[:1]) if name != "claims" else texts[name]
        again = frame[frame.duplicated(columns, keep="first")]
        for i in again.index:
            said = ", ".join(str(frame[c][i]) for c in columns if pd.notna(frame[c][i]))
            same = frame[columns].fillna("") == frame.loc[i, columns].fillna("")
            first = int(frame.loc[same.all(axis=1), LINE].iloc[0])
            yield _fault(name, frame[LINE][i], columns[0], f"a row that line {first} does not already tell", said)


def use_of_sources(texts: Texts) -> Iterator[Fault]:
    """Every source must be used by some row."""
    used: set[str] = set()
    for name, table in schema.TABLES.items():
        for column, spec in table.columns.items():
            if spec.metadata["refers"] == "sources.source_id":
                used |= {one for cell in texts[name][column].dropna() for one in cell.split()}
    for one, line in texts["sources"][["source_id", LINE]].dropna().itertuples(index=False):
        if one not in used:
            yield _fault("sources", line, "source_id", "a source that some row rests on", one)


def sourcing(texts: Texts) -> Iterator[Fault]:
    """Every source needs an address, a seed its file and fingerprint, and a day of publication its basis."""
    for row in texts["sources"].to_dict("records"):
        if not isinstance(row["url"], str):
            yield _fault("sources", row[LINE], "url", "an address", "nothing")
        if row["kind"] == "seed" and not (isinstance(row["seed_file"], str) and isinstance(row["sha256"], str)):
            yield _fault("sources", row[LINE], "seed_file", "file name and sha256 of the seed document", row["seed_file"])
        if isinstance(row["published"], str) == (row["published_basis"] == "unknown"):
            yield _fault(
                "sources", row[LINE], "published_basis", "how the day is known, or `unknown` without a day", row["published_basis"]
            )


def publishers(texts: Texts) -> Iterator[Fault]:
    """One publisher is spelled one way and is of one kind; copies and seeds may stand under any."""
    spelled: dict[str, str] = {}
    kinds: dict[str, tuple[str, int]] = {}
    for row in texts["sources"].dropna(subset=["publisher", "kind"]).to_dict("records"):
        first = spelled.setdefault(normalise(row["publisher"]).replace(" ", ""), row["publisher"])
        if first != row["publisher"]:
            yield _fault("sources", row[LINE], "publisher", "one spelling of a publisher", row["publisher"], first)
        if row["kind"] not in {"mirror", "seed"}:
            kind, line = kinds.setdefault(first, (row["kind"], int(row[LINE])))
            if kind != row["kind"]:
                yield _fault("sources", row[LINE], "kind", f"one kind for {first}, as on line {line}", row["kind"], kind)


def _claim_form(row: dict[str, object]) -> Iterator[tuple[str, str, object]]:
    """Yield (column, expected, found) for what one claim says of itself."""
    count = schema.KINDS["count"][1] or ""
    low, high = (int(str(row[c])) if isinstance(row[c], str) and re.fullmatch(count, str(row[c])) else None for c in ("low", "high"))
    if isinstance(row["event_id"], str) == isinstance(row["shared_toll_id"], str):
        yield "event_id", "either an event or a joint toll", row["event_id"]
    if low is not None and high is not None and low > high:
        yield "high", f"a figure of at least low ({low})", high
    if row["measure"] == "responsibility":
        if isinstance(row["group"], str) or low is not None or high is not None:
            yield "group", "nothing in a claim of responsibility", row["group"]
        return
    if not isinstance(row["group"], str):
        yield "group", "whose people or vehicles are counted", "nothing"
    form = {"exact": (True, True), "about": (True, True), "at_least": (True, False), "at_most": (False, True), "none": (False, False)}
    wanted = form.get(str(row["qualifier"]))
    if not isinstance(row["qualifier"], str):
        yield "qualifier", "how the figure was put", "nothing"
    elif wanted and wanted != (low is not None, high is not None):
        yield (
            "qualifier",
            {
                "exact": "low and high",
                "about": "low and high",
                "at_least": "low without high",
                "at_most": "high without low",
                "none": "no figure",
            }[str(row["qualifier"])],
            f"{low}, {high}",
        )
    if isinstance(row["preferred"], str) and not isinstance(row["reason"], str):
        yield "reason", "why this figure is the one used", "nothing"
    if isinstance(row["preferred"], str) and low is None and high is None:
        yield "preferred", "nothing, for the claim gives no figure that could be used", "yes"


def _circular(row: dict[str, object], by_id: dict[object, dict[str, object]]) -> bool:
    """Whether a claim is replaced by itself in the end, so that none of them would stand."""
    seen: set[object] = set()
    one: dict[str, object] | None = row
    while one is not None and one["claim_id"] not in seen:
        seen.add(one["claim_id"])
        one = by_id.get(one["superseded_by"])
    return one is not None and one["claim_id"] == row["claim_id"]


_PEOPLE = ("killed", "injured")
_ONE_FIGURE = ["event_id", "shared_toll_id", "measure", "group", "said_by", "said_on"]


def claims(texts: Texts) -> Iterator[Fault]:
    """Claims must be well formed, replaced only by their own speaker, and preferred once."""
    frame = texts["claims"]
    rows = frame.to_dict("records")
    by_id = {row["claim_id"]: row for row in rows}
    for row in rows:
        for column, expected, found in _claim_form(row):
            yield _fault("claims", row[LINE], column, expected, found)
        later = by_id.get(row["superseded_by"])
        if later is not None:
            key = ("event_id", "shared_toll_id", "measure", "group", "said_by_kind")
            earlier = isinstance(row["said_on"], str) and isinstance(later["said_on"], str) and later["said_on"] < row["said_on"]
            if earlier or _circular(row, by_id) or any(isinstance(row[k], str) and row[k] != later[k] for k in key):
                yield _fault("claims", row[LINE], "superseded_by", "a later claim of the same speaker on the same event", later["claim_id"])
            if isinstance(row["preferred"], str):
                yield _fault("claims", row[LINE], "preferred", "nothing, for the claim is superseded", "yes")
    standing = frame[frame["superseded_by"].isna() & (frame["low"].notna() | frame["high"].notna()) & frame["measure"].isin(_PEOPLE)]
    for i in standing.index[standing.duplicated(_ONE_FIGURE)]:
        found = f"{frame['said_by'][i]}: {frame['low'][i]}"
        yield _fault(
            "claims", frame[LINE][i], "said_by", "one standing figure of a speaker for one group and day (else they add up)", found
        )
    yield from _preferences(rows)


def _preferences(rows: list[dict[str, object]]) -> Iterator[Fault]:
    """One statement is preferred, or one of the force and one of the civilians; nobody counts the force twice."""
    # event or joint toll, measure, side -> speaker and day -> the claims of that statement
    told: dict[tuple[str, str, str], dict[tuple[object, object], list[dict[str, object]]]] = {}
    for row in rows:
        if row["measure"] == "responsibility":
            continue
        side = "victims" if row["group"] in VICTIMS else str(row["group"])
        what = row["event_id"] if isinstance(row["event_id"], str) else row["shared_toll_id"]
        told.setdefault((str(what), str(row["measure"]), side), {}).setdefault((row["said_by"], row["said_on"]), []).append(row)
    for (what, measure, side), statements in told.items():
        liked = [[r for r in said if isinstance(r["preferred"], str)] for said in statements.values()]
        liked = [said for said in liked if said]
        counted = [sorted({str(r["group"]) for r in said}) for said in liked]
        if len(liked) > 1 and sorted(counted) != [["civilians"], ["forces"]]:
            found = f"{len(liked)}: {'; '.join(str(said[0]['said_by']) for said in liked)}"
            yield _fault("claims", _line(liked[-1][-1]), "preferred", f"one preferred statement of {measure} for {what}", found)
        for said in statements.values():
            groups = {r["group"] for r in said if _stands(r)}
            if "attacked" in groups and "forces" in groups:
                doubled = next(r for r in said if r["group"] == "forces")
                expected = f"forces beside civilians, or attacked alone: the force is part of the attacked side of {what} ({measure})"
                yield _fault("claims", _line(doubled), "group", expected, "attacked and forces by one speaker on one day")
        figures = [r for said in statements.values() for r in said if _stands(r)]
        if side == "victims" and {r["group"] for r in figures} == {"forces", "civilians"} and len({g for c in counted for g in c}) == 1:
            other = next(r for r in figures if [r["group"]] not in counted)
            expected = f"a preferred figure here too, for nobody counts forces and civilians of {what} together ({measure})"
            yield _fault("claims", _line(other), "preferred", expected, "nothing")


def _line(row: dict[str, object]) -> int:
    return int(str(row[LINE]))


def _stands(row: dict[str, object]) -> bool:
    """Whether a claim gives a figure that its speaker has not replaced."""
    return not isinstance(row["superseded_by"], str) and (isinstance(row["low"], str) or isinstance(row["high"], str))


def joint_tolls(texts: Texts) -> Iterator[Fault]:
    """A joint toll needs two events, and no speaker may count it again at one of them."""
    events, said = texts["events"], texts["claims"]
    sizes = events["shared_toll_id"].value_counts()
    for i in events.index[events["shared_toll_id"].map(sizes).eq(1)]:
        yield _fault("events", events[LINE][i], "shared_toll_id", "a joint toll of two events or more", events["shared_toll_id"][i])
    joint = said[said["shared_toll_id"].notna() & said["low"].notna()]
    told = {(r.shared_toll_id, r.measure, r.group, r.said_by, r.low, r.high) for r in joint.itertuples()}
    of_event = events.set_index("event_id")["shared_toll_id"].dropna().to_dict()
    for row in said[said["event_id"].isin(of_event) & said["low"].notna()].itertuples():
        if (of_event[row.event_id], row.measure, row.group, row.said_by, row.low, row.high) in told:
            line = said.loc[row.Index, LINE]
            yield _fault("claims", line, "low", "a figure that is not already the joint toll's", f"{row.low} by {row.said_by}")


#: who may say that a state's own force did it
_STATE_SPEAKERS = frozenset({"army", "government", "foreign_force", "foreign_official", "un"})
_STATE_ACTORS = frozenset({"state_force", "foreign_force", "private_force", "un_force", "state"})


def responsibility(texts: Texts) -> Iterator[Fault]:
    """`claimed` needs a group's own words, and every group named needs to be an actor."""
    actors = set(texts["actors"]["actor_id"].dropna())
    said = texts["claims"]
    said = said[said["measure"] == "responsibility"]
    for row in said.to_dict("records"):
        for one in str(row["value"]).split() if isinstance(row["value"], str) else [""]:
            if one not in actors and row["value"] != "none":
                yield _fault(
                    "claims", row[LINE], "value", "actor ids, or none for a denial", one or "nothing", nearest(one, sorted(actors))
                )
    kinds = texts["actors"].set_index("actor_id")["kind"].to_dict()
    own: set[tuple[object, str]] = set()
    for row in said.to_dict("records"):
        for one in str(row["value"]).split():
            if row["said_by_kind"] == "armed_group" or (row["said_by_kind"] in _STATE_SPEAKERS and kinds.get(one) in _STATE_ACTORS):
                own |= {(about, one) for about in (row["event_id"], row["shared_toll_id"]) if isinstance(about, str)}
    for row in texts["events"].to_dict("records"):
        first = str(row["perpetrator"]).split(" ")[0]
        if row["perpetrator_certainty"] == "claimed" and not {(row["event_id"], first), (row["shared_toll_id"], first)} & own:
            expected = f"a claim of responsibility of {first} in claims.csv, by the group or, for a state's force, by its state"
            yield _fault("events", row[LINE], "perpetrator_certainty", expected, "claimed")
        if row["perpetrator_certainty"] == "unknown" and isinstance(row["perpetrator"], str) and row["perpetrator"] != "unidentified":
            yield _fault("events", row[LINE], "perpetrator", "nobody, for the perpetrator is unknown", row["perpetrator"])


def places_of_events(texts: Texts) -> Iterator[Fault]:
    """A located event needs a place, and an event without one must say so."""
    for row in texts["events"].to_dict("records"):
        placed = isinstance(row["place_id"], str)
        if placed == (row["location_precision"] == "unknown"):
            yield _fault(
                "events",
                row[LINE],
                "place_id",
                "a place, or location_precision `unknown` without one",
                row["place_id"] if placed else "nothing",
            )


def seed_spans(texts: Texts) -> Iterator[Fault]:
    """A span must have a length."""
    frame = texts["seed_claims"]
    start, end = _numbers(frame["char_start"]), _numbers(frame["char_end"])
    for i in frame.index[start >= end]:
        yield _fault("seed_claims", frame[LINE][i], "char_end", f"a character after {frame['char_start'][i]}", frame["char_end"][i])


def curation(texts: Texts) -> Iterator[Fault]:
    """Every researched row must stand in the log once, and point at what it became unless it was rejected."""
    frame = texts["curation_log"]
    for row in frame.to_dict("records"):
        if (row["outcome"] == "rejected") == isinstance(row["target_ids"], str):
            yield _fault("curation_log", row[LINE], "target_ids", "the rows it became, or nothing when rejected", row["target_ids"])
    known = {f"{sheet}-{n:03d}" for sheet, rows in schema.RESEARCH_ROWS.items() for n in range(1, rows + 1)}
    for one, line in frame[["research_row", LINE]].dropna().itertuples(index=False):
        if one not in known:
            yield _fault("curation_log", line, "research_row", "a row of the research sheets", one, nearest(one, sorted(known)))
    missing = sorted(known - set(frame["research_row"].dropna()))
    if missing:
        end = int(frame[LINE].max()) if len(frame) else 1
        expected = f"all {len(known)} researched rows accounted for"
        yield _fault("curation_log", end, "research_row", expected, f"no row for {', '.join(missing)}")


def crosswalk(texts: Texts) -> Iterator[Fault]:
    """Every type of event must stand beside types that the other datasets know."""
    frame = texts["event_types"]
    for row in frame.to_dict("records"):
        for column, valid in (("acled_sub_event_types", schema.ACLED_SUB_EVENTS), ("ucdp_types", schema.UCDP_TYPES)):
            for one in str(row[column]).split("|") if isinstance(row[column], str) else ():
                if one not in valid:
                    yield _fault("event_types", row[LINE], column, f"one of {', '.join(valid)}", one, nearest(one, list(valid)))
    for one in sorted(set(schema.EVENT_TYPES) - set(frame["event_type"].dropna())):
        yield _fault("event_types", int(frame[LINE].max()) if len(frame) else 1, "event_type", f"a row for {one}", "nothing")


def reviews(texts: Texts) -> Iterator[Fault]:
    """An edition has a second reading of every event."""
    read = set(texts["reviews"]["event_id"].dropna())
    for one, line in texts["events"][["event_id", LINE]].dropna().itertuples(index=False):
        if one not in read:
            yield _fault("events", line, "event_id", "an event with a second reading in reviews.csv", one)


_COUNT = (
    r"(?:\d[\d,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|dozens|scores|hundreds)"
)
_MONTH = r"(?!\s(?:January|February|March|April|May|June|July|August|September|October|November|December)\b)"
#: a number of dead, passive ("12 soldiers are killed", "a toll of 12") or active ("kill at least 12 villagers")
_DEAD = re.compile(
    rf"\b{_COUNT}{_MONTH}\s(?:\w+\s){{0,3}}?(?:(?:are|were|is|was|lie)\s(?:found\s)?(?:killed|dead|shot dead)|dead|deaths|die|died)\b"
    rf"|\b(?:kill|kills|killed|killing)\s(?:at\sleast\s|about\s|some\s|over\s|up\sto\s)?{_COUNT}{_MONTH}\s(?!of\sthe\b)"
    rf"|\btoll\sof\s(?:at\sleast\s)?{_COUNT}\b",
    re.IGNORECASE,
)


def tolls_in_words(texts: Texts) -> Iterator[Fault]:
    """A toll stands in claims only; typed into a summary as well it would stay behind when a claim changes."""
    for text, line in texts["events"][["summary", LINE]].dropna().itertuples(index=False):
        if found := _DEAD.search(text):
            yield _fault("events", line, "summary", "no toll, for tolls stand in claims.csv", found[0])


RULES = (
    days,
    coordinates,
    divisions,
    duplicates,
    use_of_sources,
    sourcing,
    publishers,
    claims,
    joint_tolls,
    responsibility,
    places_of_events,
    seed_spans,
    crosswalk,
    tolls_in_words,
)
#: what an edition must hold, and tables one is still adding to need not
OF_AN_EDITION = (after_edition, curation, reviews)
#: tables whose rows must all have been read before a rule can say anything: else one broken line would raise hundreds of faults
NEEDS: dict[object, frozenset[str]] = {
    divisions: frozenset({"communes"}),
    use_of_sources: frozenset(schema.TABLES),
    joint_tolls: frozenset({"events"}),
    responsibility: frozenset({"claims", "actors"}),
    reviews: frozenset({"reviews"}),
    crosswalk: frozenset({"event_types"}),
}


def check_tables(texts: Texts, form: Iterable[Fault] = (), *, edition: bool = True) -> list[Fault]:
    """Check all tables against one another.

    Parameters
    ----------
    texts
        Tables as `malisec.tables.read_all` returns them.
    form
        The faults found while reading; what refers to a table with rows that could not be read is not judged.
    edition
        Whether the tables must be whole: no row after the edition's day, each researched row accounted for, each event read twice.

    Returns
    -------
    list of Fault
        Every fault, in the order of file and line.
    """
    # faults of a whole file, of its header or of a whole line: rows are missing from the table
    broken = {f.file for f in form if f.column is None or f.line == 1}
    unread = frozenset(name for name, table in schema.TABLES.items() if table.path in broken)
    faults = set(references(texts, unread))
    for rule in (*RULES, *(OF_AN_EDITION if edition else ())):
        if not unread & NEEDS.get(rule, frozenset()):
            faults |= set(rule(texts))
    return sorted(faults, key=lambda f: (f.file, f.line or 0, f.column or "", f.expected))
