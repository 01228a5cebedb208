"""What every table holds: one definition per column, from which checks, codebook and datapackage are made.

Knows column names, kinds, units, allowed values and what refers to what. Must not know where files lie
or how they are read. Columns are checked as the text that stands in the file; `KINDS` says what the text
becomes once it has passed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandera.pandas as pa

EDITION = "2026.4"
EDITION_DATE = "2026-11-28"

EVENT_TYPES = {
    "complex_attack": "Complex attack: several means at once on a defended place (vehicle bomb and assault, shelling and assault)",
    "armed_assault": "Armed assault on a place with light weapons",
    "ambush": "Ambush of people or vehicles on the move",
    "ied": "Explosive device",
    "shelling_drone": "Shelling or drone strike by an armed group",
    "airstrike": "Air or drone strike by a state force",
    "massacre_of_civilians": "Killing of civilians who were the target",
    "abduction": "Abduction",
    "military_operation": "Operation of a state force or the taking of a town",
}
#: ACLED's sub-event types and the event type each belongs to (codebook of 2024)
ACLED_SUB_EVENTS = {
    "Government regains territory": "Battles",
    "Non-state actor overtakes territory": "Battles",
    "Armed clash": "Battles",
    "Chemical weapon": "Explosions/Remote violence",
    "Air/drone strike": "Explosions/Remote violence",
    "Suicide bomb": "Explosions/Remote violence",
    "Shelling/artillery/missile attack": "Explosions/Remote violence",
    "Remote explosive/landmine/IED": "Explosions/Remote violence",
    "Grenade": "Explosions/Remote violence",
    "Sexual violence": "Violence against civilians",
    "Attack": "Violence against civilians",
    "Abduction/forced disappearance": "Violence against civilians",
    "Agreement": "Strategic developments",
    "Arrests": "Strategic developments",
    "Change to group/activity": "Strategic developments",
    "Disrupted weapons use": "Strategic developments",
    "Headquarters or base established": "Strategic developments",
    "Looting/property destruction": "Strategic developments",
    "Non-violent transfer of territory": "Strategic developments",
    "Other": "Strategic developments",
}
#: UCDP's types of violence
UCDP_TYPES = {"1": "state-based", "2": "non-state", "3": "one-sided"}
MEASURES = {
    "killed": "people dead",
    "injured": "people wounded",
    "abducted": "people taken away",
    "missing": "people not accounted for",
    "captured": "fighters or soldiers taken",
    "neutralised": "fighters the speaker calls neutralised: killed or captured, not told apart",
    "vehicles_destroyed": "vehicles burnt or destroyed",
    "responsibility": "who did it, in the speaker's words (value holds actor ids, or none where the speaker denies to have done it)",
}
GROUPS = {
    "attacked": "the side attacked, civilians included where the speaker does not tell them apart",
    "forces": "members of the attacked force alone, where civilians died as well and the speaker leaves them out or counts them apart",
    "civilians": "civilians, where the speaker counts them apart from the attacked force, or counts nobody else",
    "attackers": "the side that attacked",
    "all": "both sides together",
}
QUALIFIERS = {
    "exact": "the figure as a plain number or a closed range",
    "about": "an approximate figure",
    "at_least": "a lower bound; high stays empty",
    "at_most": "an upper bound; low stays empty",
    "words": "a word without a number, turned into a bound by the published rule",
    "none": "the speaker spoke and gave no figure",
}
SPEAKER_KINDS = {
    "army": "the Malian army or its spokesman",
    "government": "another Malian authority at national level",
    "armed_group": "an armed group about an event it took part in",
    "foreign_force": "a foreign or allied force",
    "security_source": "an unnamed security or military source",
    "local_official": "an elected or appointed local official",
    "un": "the United Nations",
    "ngo": "a non-governmental organisation",
    "medical": "a hospital or medical source",
    "foreign_official": "a foreign government or diplomat",
    "residents": "residents, relatives or witnesses",
    "research": "a researcher, dataset or think tank",
    "company": "an employer, haulier or trade body",
    "press": "a publication that names no speaker",
}
SOURCE_KINDS = {
    "agency": "news agency",
    "press": "newspaper, broadcaster or news site",
    "official": "government, army or ministry",
    "un": "United Nations",
    "ngo": "non-governmental organisation",
    "research": "research institute or encyclopaedia",
    "dataset": "data file",
    "seed": "one of the five seed documents",
    "aggregator": "page that collects or rewrites other pages",
    "mirror": "copy of another publisher's page",
}
CERTAINTY = {
    "claimed": "the group said so itself",
    "attributed": "an authority or several named speakers say so",
    "suspected": "said with doubt, or by one unnamed speaker",
    "unknown": "nobody named a perpetrator",
}
TARGET_KINDS = {
    "security_forces": "army, police, gendarmerie, customs and allied forces",
    "un_forces": "UN peacekeepers",
    "government": "officials and public buildings",
    "civilians": "civilians, villages, markets",
    "foreigners": "foreign nationals",
    "fuel_transport": "fuel convoys and lorries",
    "industry": "factories, mines, works",
    "armed_group": "an armed group",
    "state_aircraft": "military aircraft",
}
MILESTONE_KINDS = {
    "coup": "seizure of power",
    "plot": "alleged or foiled attempt on power",
    "purge": "arrest or removal of officers or leaders",
    "appointment": "promotion, appointment or reshuffle",
    "law": "law, decree, charter or referendum",
    "election": "election held, set or put off",
    "accord": "accord made or ended",
    "alliance": "alliance, union or exit from one",
    "sanction": "sanction imposed or lifted",
    "deployment": "foreign force arrives",
    "withdrawal": "foreign force leaves",
    "armed_group": "founding, split or merger of armed groups",
    "speech": "address or meeting of the leadership",
    "repression": "arrest or trial of politicians, press or civil society",
    "diplomacy": "dispute or step between states, travel warnings",
    "economy": "fuel, schools, rationing and other effects on daily life",
}
ACTOR_KINDS = {
    "jihadist_group": "armed group that claims a religious war",
    "separatist_group": "armed group that claims a territory",
    "self_defence_group": "community militia",
    "state_force": "force of the Malian state",
    "foreign_force": "force of another state or alliance of states",
    "private_force": "private military company",
    "un_force": "UN mission",
    "state": "state or alliance of states",
    "political": "party, council or government body",
    "unidentified": "nobody named",
}
PLACE_KINDS = ("town", "village", "camp", "airport", "crossing", "site", "road", "area", "region")
SEATS = {
    "commune": "seat of a commune",
    "cercle": "seat of a cercle of 2015 or of the laws of 2023",
    "region": "seat of a region",
    "capital": "the capital",
}
#: rows of each sheet that the events were researched in; the log must account for every one
RESEARCH_ROWS = {"seeds": 111, "west": 96, "south": 127, "centre": 128, "north": 132}
OLD_REGIONS = ("Kayes", "Koulikoro", "Sikasso", "Ségou", "Mopti", "Tombouctou", "Gao", "Kidal", "Bamako")
#: region of 2023 -> the region most of it was before, where that had another name
OLD_OF = {
    "Bandiagara": "Mopti",
    "Bougouni": "Sikasso",
    "Dioïla": "Koulikoro",
    "Douentza": "Mopti",
    "Kita": "Kayes",
    "Koutiala": "Sikasso",
    "Ménaka": "Gao",
    "Nara": "Koulikoro",
    "Nioro": "Kayes",
    "San": "Ségou",
    "Taoudénit": "Tombouctou",
}
REGIONS = (
    "Bamako",
    "Bandiagara",
    "Bougouni",
    "Dioïla",
    "Douentza",
    "Gao",
    "Kayes",
    "Kidal",
    "Kita",
    "Koulikoro",
    "Koutiala",
    "Mopti",
    "Ménaka",
    "Nara",
    "Nioro",
    "San",
    "Sikasso",
    "Ségou",
    "Taoudénit",
    "Tombouctou",
)
#: how people use the name of a region: with the regions of 2023 cut out of it; the capital with the region around it
AREAS = {
    "Ségou": ("Ségou", "San"),
    "Kayes": ("Kayes", "Nioro", "Kita"),
    "Mopti": ("Mopti", "Bandiagara", "Douentza"),
    "Bamako": ("Bamako", "Koulikoro"),
}
NAME_KINDS = {
    "fr": "French",
    "en": "English",
    "ar": "Arabic",
    "list": "as a public list of places writes it",
    "local": "as people there write it",
    "seed": "as a seed document writes it",
    "press": "as a page writes it",
    "rule": "met nowhere: made from another spelling by a rule of transliteration, to catch what may be typed",
}
LANGUAGES = ("en", "fr", "ar", "ru", "es", "it", "de", "pt", "tr", "other")

ID = r"[a-z0-9]+(?:[-.][a-z0-9]+)*"
NUMBER = r"-?[0-9]+(?:\.[0-9]+)?"

#: what a column's text is, and the pattern it must match (None: any text)
KINDS: dict[str, tuple[str, str | None]] = {
    "text": ("words", None),
    "id": ("an id: a-z, 0-9, hyphens", ID),
    "ids": ("ids with one space between", f"{ID}(?: {ID})*"),
    "date": ("a date as YYYY-MM-DD", r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "month": ("a month as YYYY-MM", r"[0-9]{4}-[0-9]{2}"),
    "partial_date": ("a date as YYYY, YYYY-MM or YYYY-MM-DD", r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"),
    "number": ("a number", NUMBER),
    "count": ("a whole number, zero or more, of at most nine digits 0-9", r"[0-9]{1,9}"),
    "flag": ("yes or nothing", "yes"),
    "url": ("an address that starts with http:// or https://", r"https?://[^\s<>\"'`{}]+"),
    "sha256": ("64 hexadecimal digits", "[0-9a-f]{64}"),
}


def column(
    kind: str,
    meaning: str,
    *,
    required: bool = True,
    unique: bool = False,
    allowed: Mapping[str, str] | Sequence[str] | None = None,
    unit: str | None = None,
    refers: str | None = None,
    between: tuple[float, float] | None = None,
) -> pa.Column:
    """Define one column of text, with all that the codebook says of it.

    Parameters
    ----------
    kind
        A key of `KINDS`.
    meaning
        One sentence for the codebook.
    required
        Whether an empty cell is a fault.
    unique
        Whether a value may stand in one row only.
    allowed
        Mapping or sequence of the values that may stand here.
    unit
        Unit of a number.
    refers
        ``table.column`` that each id must be found in.
    between
        Lowest and highest number allowed.
    """
    checks = []
    pattern = KINDS[kind][1]
    if pattern is not None:
        checks.append(pa.Check.str_matches(rf"^(?:{pattern})$", error=KINDS[kind][0]))
    if allowed is not None:
        checks.append(pa.Check.isin(list(allowed), error="one of the allowed values"))
    meta = {
        "kind": kind,
        "unit": unit,
        "refers": refers,
        "between": between,
        "required": required,
        "allowed": allowed if allowed is None or isinstance(allowed, dict) else list(allowed),
    }
    # no dtype: the reader makes text of everything, and which array holds it hangs on whether pyarrow is installed
    return pa.Column(None, checks, nullable=not required, unique=unique, description=meaning, metadata=meta)


@dataclass(frozen=True)
class Table:
    """A table of the edition: where it lies, what one row is, and its columns."""

    name: str
    path: str
    row: str
    columns: dict[str, pa.Column]
    key: str | None = None
    #: tables of one's own made for an earlier edition do without it
    optional: bool = False

    def pandera(self) -> pa.DataFrameSchema:
        """Return the pandera schema that checks the table's text."""
        return pa.DataFrameSchema(self.columns, strict=True, ordered=False, name=self.name)


_source_ids = column("ids", "Publications the row rests on", refers="sources.source_id")
_note = column("text", "What a careful reader should know", required=False)
_confidence = column("text", "How well the row as a whole is supported", allowed=("high", "medium", "low"))
_date_precision = column("text", "The span the date stands for", allowed=("day", "week", "month", "year"))

TABLES: dict[str, Table] = {
    t.name: t
    for t in (
        Table(
            "sources",
            "data/sources.csv",
            "a publication",
            key="source_id",
            columns={
                "source_id": column("id", "Stable id of the publication", unique=True),
                "publisher": column("text", "Who published it, spelled one way"),
                "subject": column("text", "What it is about, in our words or by its title"),
                "url": column("url", "Address", required=False),
                "published": column("partial_date", "Day of publication, as far as known", required=False),
                "published_basis": column(
                    "text",
                    "How the day is known",
                    allowed={
                        "stated": "printed on the page",
                        "address": "read off the address",
                        "text": "follows from the text",
                        "unknown": "not known",
                    },
                ),
                "language": column("text", "Language of the page", allowed=LANGUAGES),
                "kind": column("text", "What kind of publication it is", allowed=SOURCE_KINDS),
                "origin": column(
                    "text", "Agency or publisher whose text it relays, where visible; pages with one origin are one voice", required=False
                ),
                "seed_file": column("text", "File name of the seed document", required=False),
                "sha256": column("sha256", "Fingerprint of the seed document", required=False),
                "note": _note,
            },
        ),
        Table(
            "actors",
            "data/actors.csv",
            "an armed or political actor",
            key="actor_id",
            columns={
                "actor_id": column("id", "Stable id", unique=True),
                "name": column("text", "Name in English"),
                "name_fr": column("text", "Name in French", required=False),
                "short": column("text", "Short form for charts and chips"),
                "kind": column("text", "What kind of actor it is", allowed=ACTOR_KINDS),
                "aliases": column("text", "Other names, with | between", required=False),
                "part_of": column("id", "Actor it belongs to or merged into", required=False, refers="actors.actor_id"),
                "active_from": column("partial_date", "First known activity in Mali", required=False),
                "active_to": column("partial_date", "End of activity in Mali; empty while active or not known", required=False),
                "source_ids": _source_ids,
                "note": _note,
            },
        ),
        Table(
            "places",
            "data/places.csv",
            "a settlement, camp, crossing or road point",
            key="place_id",
            columns={
                "place_id": column("id", "Stable id", unique=True),
                "name": column("text", "Name as written in Mali"),
                "lat": column("number", "Latitude, WGS 84", unit="degrees north", between=(-90, 90)),
                "lon": column("number", "Longitude, WGS 84", unit="degrees east", between=(-180, 180)),
                "kind": column("text", "What the point stands for", allowed=PLACE_KINDS),
                "seat": column("text", "The highest seat it is", required=False, allowed=SEATS),
                "country": column(
                    "text", "ISO code of the country the point lies in", allowed=("ML", "MR", "SN", "GN", "CI", "BF", "NE", "DZ")
                ),
                "commune": column("text", "Commune of 2015", required=False),
                "cercle": column("text", "Cercle of 2015", required=False),
                "region_1991": column("text", "Region before the division of 2023", required=False, allowed=OLD_REGIONS),
                "region_2023": column("text", "Region under the laws of 2023", required=False, allowed=REGIONS),
                "uncertainty_km": column("number", "How far the true place may lie from the point", unit="km", between=(0.1, 400)),
                "namesakes": column(
                    "text",
                    "Region of 2023 of each other settlement that bears the name and is no row here, with | between (OCHA's list)",
                    required=False,
                ),
                "coord_source": column("text", "List or page the point was read from"),
                "note": _note,
            },
        ),
        Table(
            "place_names",
            "data/place_names.csv",
            "one spelling of one place",
            columns={
                "name": column("text", "The spelling"),
                "place_id": column("id", "The place it means", refers="places.place_id"),
                "language": column("text", "Language or origin of the spelling", allowed=NAME_KINDS),
                "note": _note,
            },
        ),
        Table(
            "corridors",
            "data/corridors.csv",
            "one stop on a road that matters",
            columns={
                "corridor_id": column("id", "The road"),
                "name": column("text", "Name of the road"),
                "seq": column("count", "Order of the stop, from Bamako outwards"),
                "place_id": column("id", "The stop", refers="places.place_id"),
            },
        ),
        Table(
            "events",
            "data/events.csv",
            "one security event at one place",
            key="event_id",
            columns={
                "event_id": column("id", "Stable id: date, place and, where needed, a word", unique=True),
                "date": column("date", "First day; the first of the month or year where only that is known"),
                "date_end": column("date", "Last day of an event that lasted", required=False),
                "date_precision": _date_precision,
                "place_id": column("id", "Where; empty when no place is known", required=False, refers="places.place_id"),
                "site": column("text", "What was attacked at the place", required=False),
                "location_precision": column(
                    "text",
                    "How the event lies to the point",
                    allowed={
                        "exact": "at the named site",
                        "town": "in or at the town",
                        "area": "on a road or in the country around",
                        "region": "somewhere in the region",
                        "unknown": "no place known",
                    },
                ),
                "radius_km": column(
                    "number",
                    "Distance within which an area event must lie, when it is known",
                    required=False,
                    unit="km",
                    between=(0.1, 400),
                ),
                "event_type": column("text", "What happened", allowed=EVENT_TYPES),
                "perpetrator": column("ids", "Who did it", required=False, refers="actors.actor_id"),
                "perpetrator_certainty": column("text", "How that is known", allowed=CERTAINTY),
                "target_kind": column("text", "What kind of target it was", allowed=TARGET_KINDS),
                "target": column("text", "The target in words"),
                "wave_id": column("id", "Attacks of one group on one day in several places share it", required=False),
                "shared_toll_id": column("id", "Events that speakers counted together share it", required=False),
                "summary": column("text", "One sentence in our words, without figures of the dead"),
                "summary_fr": column("text", "The same sentence in French", required=False),
                "source_ids": _source_ids,
                "confidence": _confidence,
                "note": _note,
            },
        ),
        Table(
            "event_types",
            "data/event_types.csv",
            "a type of event beside the types of two other datasets",
            key="event_type",
            columns={
                "event_type": column("text", "The type", unique=True, allowed=EVENT_TYPES),
                "label": column("text", "Short name in English"),
                "label_fr": column("text", "Short name in French"),
                "acled_sub_event_types": column("text", "Sub-event types of ACLED under which such events stand there, with | between"),
                "ucdp_types": column(
                    "text", "Types of violence of UCDP (1 state-based, 2 non-state, 3 one-sided), with | between", required=False
                ),
                "rule": column("text", "Which of them, when"),
                "source_ids": _source_ids,
            },
        ),
        Table(
            "claims",
            "data/claims.csv",
            "one speaker's figure or assertion about one event or one joint toll",
            key="claim_id",
            columns={
                "claim_id": column("id", "Stable id", unique=True),
                "event_id": column("id", "The event; empty for a joint toll", required=False, refers="events.event_id"),
                "shared_toll_id": column(
                    "id", "The joint toll; empty for a claim about one event", required=False, refers="events.shared_toll_id"
                ),
                "measure": column("text", "What is counted or asserted", allowed=MEASURES),
                "group": column("text", "Whose people or vehicles", required=False, allowed=GROUPS),
                "qualifier": column("text", "How the figure was put", required=False, allowed=QUALIFIERS),
                "low": column("count", "Lowest figure of the claim", required=False, unit="people or vehicles"),
                "high": column("count", "Highest figure of the claim", required=False, unit="people or vehicles"),
                "value": column("text", "Assertion without a number; actor ids for responsibility", required=False),
                "said_by": column("text", "Who said it"),
                "said_by_kind": column("text", "What kind of speaker", allowed=SPEAKER_KINDS),
                "said_on": column("date", "Day it was said, where known", required=False),
                "source_ids": _source_ids,
                "preferred": column("flag", "The figure used as best", required=False),
                "reason": column("text", "Why it is the one used", required=False),
                "superseded_by": column(
                    "id", "Later claim of the same speaker that replaces this one", required=False, refers="claims.claim_id"
                ),
                "note": _note,
            },
        ),
        Table(
            "milestones",
            "data/milestones.csv",
            "a political or military turning point",
            key="milestone_id",
            columns={
                "milestone_id": column("id", "Stable id", unique=True),
                "date": column("date", "First day"),
                "date_end": column("date", "Last day, if it lasted", required=False),
                "date_precision": _date_precision,
                "kind": column("text", "What kind of turning point", allowed=MILESTONE_KINDS),
                "label": column("text", "Two or three words for charts"),
                "label_fr": column("text", "The same words in French", required=False),
                "prominence": column("text", "Whether charts name it", allowed=("major", "minor")),
                "summary": column("text", "One sentence in our words"),
                "summary_fr": column("text", "The same sentence in French", required=False),
                "actors": column("ids", "Who acted", required=False, refers="actors.actor_id"),
                "source_ids": _source_ids,
                "confidence": _confidence,
                "note": _note,
            },
        ),
        Table(
            "blockades",
            "data/blockades.csv",
            "a siege or blockade with a start and an end",
            key="blockade_id",
            columns={
                "blockade_id": column("id", "Stable id", unique=True),
                "start": column("date", "First day"),
                "start_precision": _date_precision,
                "end": column("date", "Last day; empty while it goes on or when the end is not known", required=False),
                "place_ids": column("ids", "Towns cut off", required=False, refers="places.place_id"),
                "corridor_ids": column("ids", "Roads cut", required=False, refers="corridors.corridor_id"),
                "imposed_by": column("ids", "Who imposed it", refers="actors.actor_id"),
                "summary": column("text", "One sentence in our words"),
                "summary_fr": column("text", "The same sentence in French", required=False),
                "source_ids": _source_ids,
                "confidence": _confidence,
                "note": _note,
            },
        ),
        Table(
            "seed_claims",
            "seeds/claims.csv",
            "one factual claim in one seed document",
            key="claim_id",
            columns={
                "claim_id": column("id", "Seed number and running number", unique=True),
                "source_id": column("id", "The seed document", refers="sources.source_id"),
                "char_start": column("count", "First character of the span, counted in Unicode characters from 0"),
                "char_end": column("count", "Character after the span"),
                "kind": column(
                    "text",
                    "What is claimed",
                    allowed={
                        "event": "something happened",
                        "political": "a political act",
                        "toll": "a figure of victims",
                        "date": "when",
                        "place": "where",
                        "attribution": "who said so",
                        "claim_of_responsibility": "who claimed an attack",
                        "context": "background",
                    },
                ),
                "claim": column("text", "The claim in our words"),
                "date": column("date", "Date the claim is about", required=False),
                "date_precision": column("text", "The span the date stands for", required=False, allowed=("day", "week", "month", "year")),
                "place": column("text", "Place the claim is about", required=False),
                "actors": column("text", "Who it is about", required=False),
                "figures": column("text", "Figures in it", required=False),
                "refers_to": column(
                    "ids",
                    "Event, milestone or blockade it is about",
                    required=False,
                    refers="events.event_id|milestones.milestone_id|blockades.blockade_id",
                ),
                "check": column(
                    "text",
                    "How it stands against other press",
                    allowed={
                        "confirmed": "other press says the same",
                        "partly": "right in part",
                        "contradicted": "other press says otherwise",
                        "not_checkable": "opinion or too vague to check",
                        "unchecked": "not about the subject",
                    },
                ),
                "check_note": column("text", "What other press says", required=False),
                "text_note": column("text", "Why a figure or place name of the paraphrase does not stand in the span", required=False),
            },
        ),
        Table(
            "ucdp_monthly",
            "data/ucdp_monthly.csv",
            "deaths in Mali in one month as UCDP counts them",
            key="month",
            columns={
                "month": column("month", "The month", unique=True),
                "deaths_best": column("count", "UCDP best estimate of deaths in organised violence", unit="people"),
                "source_id": column("id", "Where the figure was read", refers="sources.source_id"),
            },
        ),
        Table(
            "ucdp_events",
            "data/ucdp_events.csv",
            "an event as UCDP's candidate release has it, columns under UCDP's own names",
            key="id",
            optional=True,
            columns={
                "id": column("id", "UCDP's number of the event", unique=True),
                "date_start": column("date", "First day it may have happened on, or lasted from"),
                "date_end": column("date", "Last day"),
                "date_prec": column("count", "How well the day is known, from 1 (the day) to 5 (more than a month)", between=(1, 5)),
                "where_prec": column("count", "How well the place is known, from 1 (the spot) to 7 (international)", between=(1, 7)),
                "where_coordinates": column("text", "The place that the point stands for, in UCDP's words"),
                "adm_1": column("text", "Region, in UCDP's words", required=False),
                "adm_2": column("text", "Cercle, in UCDP's words", required=False),
                "latitude": column("number", "Latitude, WGS 84", unit="degrees north", between=(-90, 90)),
                "longitude": column("number", "Longitude, WGS 84", unit="degrees east", between=(-180, 180)),
                "country": column("text", "Country"),
                "type_of_violence": column("count", "1 state-based, 2 non-state, 3 one-sided", between=(1, 3)),
                "side_a": column("text", "One side; of one-sided violence the side that did it"),
                "side_b": column("text", "The other side; of one-sided violence civilians"),
                "deaths_a": column("count", "Dead of side A, best estimate", unit="people"),
                "deaths_b": column("count", "Dead of side B, best estimate", unit="people"),
                "deaths_civilians": column("count", "Dead civilians, best estimate", unit="people"),
                "deaths_unknown": column("count", "Dead of whom nobody said which side they were on, best estimate", unit="people"),
                "best": column("count", "All dead, best estimate", unit="people"),
                "high": column("count", "All dead, highest estimate", unit="people"),
                "low": column("count", "All dead, lowest estimate", unit="people"),
                "number_of_sources": column("count", "Publications that UCDP read of it"),
                "source_id": column("id", "The release", refers="sources.source_id"),
            },
        ),
        Table(
            "curation_log",
            "data/curation_log.csv",
            "one researched row and what became of it",
            key="research_row",
            columns={
                "research_row": column("id", "Row of the research sheets", unique=True),
                "outcome": column(
                    "text",
                    "What became of it",
                    allowed={
                        "event": "stands as an event",
                        "milestone": "stands as a turning point",
                        "blockade": "stands as a blockade",
                        "merged": "told in another row",
                        "rejected": "not carried over",
                    },
                ),
                "target_ids": column(
                    "ids", "The rows it became", required=False, refers="events.event_id|milestones.milestone_id|blockades.blockade_id"
                ),
                "reason": column("text", "Why, or what changed on the way"),
            },
        ),
        Table(
            "reviews",
            "data/reviews.csv",
            "one event as its second reader found it",
            key="event_id",
            columns={
                "event_id": column("id", "The event", unique=True, refers="events.event_id"),
                "reviewed": column("date", "Day of the second reading"),
                "looked_up": column("flag", "Whether published pages were read again for it", required=False),
                "changed": column("flag", "Whether the row or its claims were changed", required=False),
                "what": column("text", "What was confirmed or changed, and why"),
            },
        ),
        Table(
            "communes",
            "data/geography/communes.csv",
            "a commune of 2015 with the region it belongs to",
            columns={
                "commune": column("text", "Commune"),
                "pcode": column("text", "OCHA code of the commune"),
                "cercle": column("text", "Cercle of 2015"),
                "region_1991": column("text", "Region before 2023", allowed=OLD_REGIONS),
                "region_2023": column("text", "Region under the laws of 2023 (approximate where a cercle was split)", allowed=REGIONS),
            },
        ),
    )
}
