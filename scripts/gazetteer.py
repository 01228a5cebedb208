"""Builds the gazetteer: every seat of commune, cercle and region as a place, and the spellings each place is met under.

Knows the two public lists (OCHA settlements of 2015, GeoNames towns) and the hand-kept files beside it. Keeps every row that is
already in the tables, under its own id, so that it can be run again on its own result.

    python scripts/gazetteer.py --data data --cercles regions_cercles_2023.csv --ocha ocha_settlements_2015.csv \
        --geonames geonames_cities500_ML.csv --research places_research.csv --hand scripts/gazetteer --out build

writes places.csv, place_names.csv, homonyms.csv and summary.json into --out. The lists themselves are not part of the repository:
OCHA's is the common operational dataset "Mali - Settlements" (2015), GeoNames' the rows of cities500 with country code ML.

Hand-kept files (--hand): corrections.csv (cells of existing places that were wrong), seats_by_hand.csv (seats the lists do not name
as such, and slips of the list in names of seats), cercles_by_hand.csv (cercles of 2023 whose seat is not found by name),
spellings.csv (exonyms and older names), research_skip.csv (what the research calls an alternative name and is none),
communes_skip.csv (names of communes that mean a river or a landscape first), geonames_by_hand.csv (towns not matched by name and point).
"""

from __future__ import annotations

import argparse
import ast
import csv
import json
import math
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from rapidfuzz import fuzz

from malisec.geography import distance_km
from malisec.names import normalise

Row = dict[str, str]

PLACE_COLUMNS = (
    "place_id name lat lon kind seat country commune cercle region_1991 region_2023 uncertainty_km namesakes coord_source note".split()
)
NAME_COLUMNS = "name place_id language note".split()
LEVELS = ("", "commune", "cercle", "region", "capital")
#: OCHA's class of a settlement -> the seat it is
CLASSES = {"1": "capital", "2": "region", "3": "cercle", "4": "commune"}
#: two points of one settlement: how far apart they may lie, and how alike their names must be (0-100)
SAME_KM, SPELLING_KM, LIKE = 2.0, 1.5, 80.0
#: kinds of places that stand beside a settlement of the same name, not for it
NO_SETTLEMENT = {"camp", "airport", "road", "region"}
#: beyond this distance a second entry of the same name in a commune is taken for another settlement or a slip of the list
OTHER_KM = 25.0
#: a seat with no other settlement of its commune this near is confirmed by nothing on the list
ALONE_KM = 15.0
# letters of Persian, Urdu and Kurdish that Arabic does not have
NOT_ARABIC = re.compile("[\u0679\u067e\u0686\u0688\u0691\u0698\u06a4\u06a9\u06af\u06ba\u06be\u06c1\u06cc\u06d2\u067c]")


# --- reading and small helpers -----------------------------------------------------------------------------------
def read(path: Path) -> list[Row]:
    """Read a CSV file as rows of text."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, columns: list[str], rows: list[Row]) -> None:
    """Write rows as CSV with Unix line ends."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def squash(name: str) -> str:
    """Return the normalised name without its spaces.

    Examples
    --------
    >>> squash("N'Tillit"), squash("Gourma-Rharous")
    ('ntillit', 'gourmarharous')
    """
    return normalise(name).replace(" ", "")


def slug(name: str) -> str:
    """Return the id that a name gives: plain letters, apostrophes dropped, all else a hyphen.

    Examples
    --------
    >>> slug("M'Béwani"), slug("Gourma-Rharous")
    ('mbewani', 'gourma-rharous')
    """
    plain = unicodedata.normalize("NFKD", re.sub("['’‘]", "", name)).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def like(a: str, b: str) -> float:
    """Say how alike two names are (0-100); a name that begins with the whole of the other (Pel, Pel-Maoundé) counts as 90."""
    a, b = squash(a), squash(b)
    if len(min(a, b, key=len)) >= 4 and (a.startswith(b) or b.startswith(a)):
        return max(90.0, fuzz.ratio(a, b))
    return float(fuzz.ratio(a, b))


def km(a: Row, b: Row) -> float:
    """Return the distance between two rows that have a point."""
    return float(distance_km(float(a["lon"]), float(a["lat"]), float(b["lon"]), float(b["lat"])))


def another(entry: Row, place: Row) -> bool:
    """Say whether an entry of OCHA's list is a settlement other than the place.

    The list has the longitude of some entries with the wrong sign (Ménaka, Andéramboukane, Tessit): they are the place all the same.
    """
    near = max(3.0, float(place["uncertainty_km"]))
    return km(entry, place) > near and km({**entry, "lon": str(-float(entry["lon"]))}, place) > near


def higher(a: str, b: str) -> str:
    """Return the higher of two kinds of seat."""
    return max(a, b, key=LEVELS.index)


def ocha_row(row: Row) -> Row:
    """Take from a row of OCHA's list what is used here."""
    return {
        "name": row["featureNam"],
        "pcode": row["pcode"],
        "class": row["popPlaceCl"],
        "commune_pcode": row["admin3Pcod"],
        "lat": row["latitude"],
        "lon": row["longitude"],
    }


def geonames_row(row: Row) -> Row:
    """Take from a row of GeoNames' list what is used here; ``other`` holds the alternative names, with | between."""
    other = [n for n in ast.literal_eval(row["alternatenames"]) if n]
    return {"name": row["name"], "id": row["geonameid"], "lat": row["latitude"], "lon": row["longitude"], "other": "|".join(other)}


@dataclass
class Lists:
    """All that is read, once."""

    communes: dict[str, Row]
    ocha: list[Row]
    geonames: list[Row]
    cercles: list[Row]
    in_commune: dict[str, list[Row]] = field(default_factory=dict)
    by_pcode: dict[str, Row] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index OCHA's list by commune and by code."""
        groups = defaultdict(list)
        for row in self.ocha:
            groups[row["commune_pcode"]].append(row)
        self.in_commune = dict(groups)
        self.by_pcode = {row["pcode"]: row for row in self.ocha}


# --- seats -------------------------------------------------------------------------------------------------------
@dataclass
class Seat:
    """A settlement that is the seat of something, before it is known whether the table already has it."""

    name: str
    entry: Row
    source: str
    seat: str
    commune_pcode: str
    units: list[str] = field(default_factory=list)
    other_names: list[tuple[str, str]] = field(default_factory=list)
    note: str = ""
    uncertainty: str = ""


def pcode_source(row: Row, name: str) -> str:
    """Name an entry of OCHA's list as the table does."""
    spelled = "" if squash(row["name"]) == squash(name) else f", {row['name']}"
    return f"OCHA settlements 2015 (pcode {row['pcode']}{spelled})"


def commune_seats(lists: Lists, by_hand: list[Row]) -> tuple[dict[str, Seat], list[str]]:
    """Return the seat of each commune of 2015 by the commune's code, and the communes for which none was found."""
    hand = {row["commune_pcode"]: row for row in by_hand}
    seats, missing = {}, []
    for pcode, commune in lists.communes.items():
        listed = [row for row in lists.in_commune.get(pcode, []) if row["class"] in CLASSES]
        fixed = hand.get(pcode)
        entry = lists.by_pcode[fixed["pcode"]] if fixed and fixed["pcode"] else listed[0] if listed else None
        if entry is None:
            missing.append(f"{commune['commune']} ({pcode}, cercle {commune['cercle']})")
            continue
        name = (fixed or {}).get("name") or entry["name"]
        seat = Seat(name, entry, pcode_source(entry, name), CLASSES.get(listed[0]["class"], "commune") if listed else "commune", pcode)
        seat.units.append(f"commune {commune['commune']}")
        seat.note = (fixed or {}).get("note", "")
        seat.uncertainty = (fixed or {}).get("uncertainty_km", "")
        seats[pcode] = seat
    return seats, missing


def cercle_seats(lists: Lists, seats: dict[str, Seat], by_hand: list[Row], places: list[Row]) -> tuple[list[Seat], list[str], list[Row]]:
    """Raise the seats of communes that are seats of a cercle of 2023, add the others, and list the cercles without a seat.

    A cercle of 2023 bears the name of its seat, so the seat is looked for by name among the seats of communes of the same region,
    then, where the lists have none, among the places that the table has from elsewhere: these are returned last.
    """
    hand = {(row["region"], row["cercle"]): row for row in by_hand}
    extra: list[Seat] = []
    missing: list[str] = []
    in_table: list[Row] = []
    for unit in lists.cercles:
        region, cercle = unit["region"], unit["cercle"]
        fixed = hand.get((region, cercle))
        found = None
        if fixed:
            if not fixed["pcode"] and not fixed["geonameid"]:
                there = [p for p in places if squash(p["name"]) == squash(cercle) and p["region_2023"] == region]
                if len(there) == 1 and there[0]["kind"] not in NO_SETTLEMENT | {"area"}:
                    in_table += there
                else:
                    missing.append(f"{cercle} ({region}): {fixed['note']}")
                continue
            found = next((s for s in seats.values() if s.entry.get("pcode") == fixed["pcode"]), None)
        else:
            found = next(
                (s for p, s in seats.items() if lists.communes[p]["region_2023"] == region and squash(s.name) == squash(cercle)), None
            )
        if found is None and fixed and fixed["geonameid"]:
            town = next(row for row in lists.geonames if row["id"] == fixed["geonameid"])
            found = Seat(fixed["name"], town, f"GeoNames {town['id']}", "cercle", fixed["commune_pcode"])
            extra.append(found)
        elif found is None and fixed:
            entry = lists.by_pcode[fixed["pcode"]]
            found = Seat(fixed["name"], entry, pcode_source(entry, fixed["name"]), "cercle", entry["commune_pcode"])
            extra.append(found)
        if found is None:
            missing.append(f"{cercle} ({region}): no settlement of this name is a seat on the list")
            continue
        if fixed:
            found.name = fixed["name"] or found.name
            found.note = "; ".join(filter(None, (found.note, fixed["note"])))
            found.uncertainty = fixed["uncertainty_km"] or found.uncertainty
        elif squash(found.name) == squash(cercle):
            found.name = cercle  # the laws write the accents that OCHA's list leaves out
        found.source = found.source if "pcode" not in found.entry else pcode_source(found.entry, found.name)
        of_region = squash(region) == squash(cercle) or cercle in REGION_SEATS.get(region, ())
        found.seat = higher(found.seat, "region" if of_region else "cercle")
        found.units.append(f"cercle {cercle}")
        found.other_names.append((cercle, "name of the cercle of 2023"))
    return extra, missing, in_table


#: regions of 2023 that do not bear the name of their seat's cercle letter for letter
REGION_SEATS = {"Nioro": ("Nioro du Sahel",), "Taoudénit": ("Taoudenni",)}


# --- places ------------------------------------------------------------------------------------------------------
def correct(places: list[Row], corrections: list[Row]) -> list[str]:
    """Apply the corrections to the places; return what could not be applied because the cell holds a third value."""
    by_id = {row["place_id"]: row for row in places}
    odd = []
    for change in corrections:
        row = by_id.get(change["place_id"])
        if row is None:
            odd.append(f"{change['place_id']}: no such place")
        elif row[change["column"]] == change["old"]:
            row[change["column"]] = change["new"]
        elif row[change["column"]] != change["new"]:
            odd.append(f"{change['place_id']}.{change['column']}: expected {change['old']!r}, found {row[change['column']]!r}")
    return odd


def the_same(seat: Seat, places: list[Row], spelled: dict[str, set[str]]) -> Row | None:
    """Return the row that already stands for the seat: its point, and a name or spelling like the seat's."""
    best: tuple[float, Row] | None = None
    for row in places:
        if row["kind"] in NO_SETTLEMENT or row["country"] != "ML":
            continue
        by_code = "pcode" in seat.entry and re.search(rf"\b{seat.entry['pcode']}\b", row["coord_source"])
        if not by_code and km(row, seat.entry) > SAME_KM:
            continue
        names = {row["name"], *spelled[row["place_id"]]}
        score = max(like(a, b) for a in names for b in (seat.name, seat.entry["name"]))
        if score >= LIKE and (best is None or score > best[0]):
            best = (score, row)
    return best[1] if best else None


def how_sure(seat: Seat, lists: Lists) -> tuple[int, str]:
    """Say how far the point of a seat may be off, in km, and why where that needs a word.

    1 km where a second entry of the list confirms the point, 2 km otherwise and for towns, more where two entries of one commune
    and name lie apart, or where nothing else of the commune lies near.
    """
    if "pcode" not in seat.entry:
        return 2, ""
    town = LEVELS.index(seat.seat) >= LEVELS.index("cercle")
    others = [row for row in lists.in_commune[seat.entry["commune_pcode"]] if row is not seat.entry]
    twins = sorted(km(row, seat.entry) for row in others if squash(row["name"]) in {squash(seat.name), squash(seat.entry["name"])})
    alike = [row for row in lists.geonames if squash(seat.name) in {squash(n) for n in [row["name"], *row["other"].split("|")]}]
    towns = sorted(d for d in (km(row, seat.entry) for row in alike) if d <= OTHER_KM)
    apart = [d for d in (*twins[:1], *towns[:1]) if d > 2]
    if apart and not (twins and towns and min(twins[0], towns[0]) <= 1):
        if min(apart) <= OTHER_KM:
            return math.ceil(min(apart)), f"A second entry of this name lies {min(apart):.0f} km off."
        return 5, f"Another entry of this name in the commune lies {min(apart):.0f} km off."
    if any(d <= 1 for d in (*twins, *towns)):
        return (2 if town else 1), ""
    if not any(km(row, seat.entry) <= ALONE_KM for row in others):
        return 10, f"No other settlement of the commune is listed within {ALONE_KM:.0f} km."
    return 2, ""


def new_place(seat: Seat, lists: Lists) -> Row:
    """Make the row of a seat that the table does not have yet; the id is given later."""
    commune = lists.communes[seat.commune_pcode]
    town = LEVELS.index(seat.seat) >= LEVELS.index("cercle")
    sure, why = how_sure(seat, lists)
    bare = re.sub(r" Commune$", "", commune["commune"])
    what = ""
    if seat.units[0].startswith("commune ") and squash(bare) != squash(seat.name):
        what = f"Seat of {bare} of Bamako." if commune["cercle"] == "Bamako" else f"Seat of {bare} commune."
    return {
        "name": seat.name,
        "lat": f"{float(seat.entry['lat']):.4f}",
        "lon": f"{float(seat.entry['lon']):.4f}",
        "kind": "site" if commune["cercle"] == "Bamako" else "town" if town else "village",
        "seat": seat.seat,
        "country": "ML",
        "commune": commune["commune"],
        "cercle": commune["cercle"],
        "region_1991": commune["region_1991"],
        "region_2023": commune["region_2023"],
        "uncertainty_km": seat.uncertainty or str(sure),
        "coord_source": seat.source,
        "note": " ".join(filter(None, (what, seat.note, "" if seat.uncertainty else why))),
    }


def give_ids(new: list[Row], old: list[Row]) -> None:
    """Give each new place the slug of its name; homonyms get the cercle, then the commune, behind it.

    A seat of a region or of a cercle of 2015 keeps the plain slug against villages that bear its name.
    """
    taken = {row["place_id"] for row in old}
    bearers = Counter(squash(row["name"]) for row in [*old, *new])
    known = {squash(row["name"]) for row in old}
    great = Counter(squash(row["name"]) for row in new if row["great"])
    for row in new:
        key = squash(row["name"])
        plain = slug(row["name"])
        alone = bearers[key] == 1 or (row["great"] and great[key] == 1 and key not in known)
        cercle, commune = slug(row["cercle"]), slug(row["commune"])
        choices = [plain] if alone else []
        if row["cercle"] == "Bamako":
            choices = [f"bamako-{slug(row['name'].replace('(Bamako)', ''))}"]
        rivals = sum(squash(r["name"]) == key and r["cercle"] == row["cercle"] for r in [*old, *new])
        choices += [f"{plain}-{cercle}"] if rivals == 1 or alone else []
        choices += [f"{plain}-{cercle}-{commune}"]
        row["place_id"] = next(c for c in choices if c not in taken)
        taken.add(row["place_id"])


# --- spellings ---------------------------------------------------------------------------------------------------
class Spellings:
    """The spellings of all places, with what may be added to them and what may not."""

    def __init__(self, places: list[Row], rows: list[Row], lists: Lists) -> None:
        self.places = {row["place_id"]: row for row in places}
        self.rows = [{c: row.get(c, "") for c in NAME_COLUMNS} for row in rows]
        self.pairs = {(row["name"], row["place_id"]) for row in self.rows}
        self.bearers: dict[str, set[str]] = defaultdict(set)
        self.keys: dict[str, set[str]] = defaultdict(set)
        for row in [*places, *self.rows]:
            self.bearers[squash(row["name"])].add(row["place_id"])
            self.keys[row["place_id"]].add(normalise(row["name"]))
        self.listed: dict[str, list[Row]] = defaultdict(list)
        for row in lists.ocha:
            self.listed[squash(row["name"])].append(row)
        self.kinds: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()
        self.refused: list[str] = []

    def elsewhere(self, name: str, place_id: str) -> list[Row]:
        """Return the settlements of OCHA's list that bear this name and are not this place."""
        place = self.places[place_id]
        return [row for row in self.listed.get(squash(name), []) if another(row, place)]

    def add(self, name: str, place_id: str, language: str, note: str, kind: str, *, village_counts: bool = True) -> bool:
        """Add a spelling, unless it is one the place has already.

        What another place of the table bears is refused, and what another settlement of OCHA's list bears too, unless
        `village_counts` is false; a place's own name in another cut (accents, hyphens, spaces) is never refused.
        """
        name = " ".join(name.split())
        if not squash(name) or (name, place_id) in self.pairs:
            return False
        if squash(name) not in {squash(key) for key in self.keys[place_id]}:
            other = self.bearers[squash(name)] - {place_id}
            if other or (village_counts and self.elsewhere(name, place_id)):
                self.left_out[f"{kind}: another place or settlement bears the name"] += 1
                self.refused.append(f"{name} ({place_id})")
                return False
        self.rows.append({"name": name, "place_id": place_id, "language": language, "note": note})
        self.pairs.add((name, place_id))
        self.bearers[squash(name)].add(place_id)
        self.keys[place_id].add(normalise(name))
        self.kinds[kind] += 1
        return True


def script_of(name: str) -> str:
    """Say whether a name is in Latin letters, in Arabic, or in something else."""
    scripts = {unicodedata.name(c, "?").split()[0] for c in name if c.isalpha()}
    if scripts <= {"LATIN"} and scripts:
        return "latin"
    return "arabic" if scripts == {"ARABIC"} and not NOT_ARABIC.search(name) else "other"


def is_spelling(entry: Row, place: Row, own: set[str]) -> bool:
    """Say whether an entry of OCHA's list is another spelling of a place, and not its neighbour or one of its quarters.

    Within `SPELLING_KM` the whole name must be alike and bear the same numbers; at the very point of the place a name with a
    word more (Kalaké, Kalaké Marka) is the same settlement too.
    """
    away = km(entry, place)
    if away > SPELLING_KM:
        return False
    key, digits = squash(entry["name"]), re.findall(r"\d+", entry["name"])
    if max(fuzz.ratio(key, squash(k)) for k in own) >= 84:
        return digits == re.findall(r"\d+", place["name"])
    return away <= 0.1 and not digits and max(like(key, k) for k in own) >= 90


def from_ocha(names: Spellings, seats: list[tuple[Seat, str]], lists: Lists, skip: set[str]) -> None:
    """Add the spellings of one settlement inside OCHA's list, and names of communes and cercles that differ from their seat's."""
    for seat, place_id in seats:
        place = names.places[place_id]
        names.add(place["name"], place_id, "fr", "", "own name")
        if "pcode" in seat.entry:
            names.add(seat.entry["name"], place_id, "local", "as OCHA spells it", "OCHA spelling")
        for other, why in seat.other_names:
            names.add(other, place_id, "fr", why, "cercle name")
        for unit in seat.units:
            if unit.startswith("commune ") and seat.commune_pcode not in skip:
                bare = re.sub(r" Commune$", "", unit.removeprefix("commune "))
                near = like(bare, place["name"]) >= LIKE
                why = "as OCHA spells the commune" if near else "name of the commune whose seat it is"
                names.add(bare, place_id, "local" if near else "fr", why, "commune name")
    for place_id, place in names.places.items():
        if place["country"] != "ML" or place["kind"] in NO_SETTLEMENT | {"site", "area"}:
            continue
        own = {place["name"], *re.findall(r"pcode \w+, ([^)]+)\)", place["coord_source"])}
        communes = [p for p, c in lists.communes.items() if (c["commune"], c["cercle"]) == (place["commune"], place["cercle"])]
        for row in (row for p in communes for row in lists.in_commune[p]):
            if is_spelling(row, place, own):
                names.add(row["name"], place_id, "local", "as OCHA spells it", "OCHA spelling")


def from_geonames(names: Spellings, lists: Lists, by_hand: dict[str, str]) -> list[str]:
    """Add the names GeoNames has for its towns; return the towns that are no place of the table.

    Left out are codes of airports and names in small letters, which GeoNames' contributors made by machine from other scripts.
    """
    unplaced = []
    for town in lists.geonames:
        all_names = [town["name"], *filter(None, town["other"].split("|"))]
        place_id = by_hand.get(town["id"])
        if place_id is None:
            near = [p for p in names.places.values() if p["kind"] not in NO_SETTLEMENT and km(p, town) <= 12]
            scored = [(max(like(a, p["name"]) for a in all_names), -km(p, town), p["place_id"]) for p in near]
            best = max(scored, default=(0.0, 0.0, ""))
            place_id = best[2] if best[0] >= LIKE else None
        if not place_id or place_id not in names.places:
            unplaced.append(f"{town['name']} ({town['id']}; {town['lat']}, {town['lon']})")
            continue
        for name in all_names:
            script = script_of(name)
            if script == "other":
                continue
            if script == "latin" and (re.fullmatch("[A-Z]{3}", name) or not re.search(r"^\W*[^\W\d_a-z]", name)):
                names.left_out["GeoNames: code of an airport or machine-made transliteration"] += 1
                continue
            names.add(
                name,
                place_id,
                "ar" if script == "arabic" else "list",
                f"GeoNames {town['id']}",
                "GeoNames Arabic" if script == "arabic" else "GeoNames",
            )
    return unplaced


def from_research(names: Spellings, research: list[Row], skip: list[Row]) -> list[str]:
    """Add the alternative names met in the press; return the places of the research that are none of the table."""
    skipped = {(row["place"], row["alt_name"]) for row in skip}
    dropped = {row["place"] for row in skip if not row["alt_name"]}
    moved = {row["place"]: row["place_id"] for row in skip if row["place_id"]}
    unplaced = []
    for row in research:
        if row["place"] in dropped:
            continue
        bare = re.sub(r"\s*\(.*\)", "", row["place"])
        found = moved.get(row["place"])
        if found is None:
            bearers = names.bearers.get(squash(bare), set())
            if row["region_2023"]:
                bearers = {p for p in bearers if names.places[p]["region_2023"] in (row["region_2023"], "")}
            own = {p for p in bearers if squash(names.places[p]["name"]) == squash(bare)} or bearers
            found = next(iter(own)) if len(own) == 1 else None
        if found is None:
            unplaced.append(f"{row['place']} ({row['region_2023']})")
            continue
        names.add(bare, found, "press", "", "press")
        for part in re.split(r"[;,]", row["alt_names"]):
            alt = part.strip()
            if not alt or (row["place"], alt) in skipped:
                continue
            seed = re.search(r"\((seed \d+)\)", alt)
            said = re.search(r"\((.*)\)", alt)
            bare_alt = re.sub(r"\s*\(.*\)", "", alt).strip()
            if "?" in alt:
                names.left_out["press: the research itself doubts it"] += 1
                continue
            language = "seed" if seed else "press"
            names.add(bare_alt, found, language, said[1] if said else "", language)
    return unplaced


# --- spellings by rule -------------------------------------------------------------------------------------------
VOWEL = "aeiou"
#: rule -> (pattern, what takes its place); they work on the name in plain small letters
RULES: dict[str, tuple[str, str]] = {
    "ou > u": (rf"ou(?![{VOWEL}])", "u"),
    "ou > w before a vowel": (rf"ou(?=[{VOWEL}])", "w"),
    "w > ou": (r"w(?=[aeio])", "ou"),
    "dj > j": (r"dj", "j"),
    "j > dj": (r"(?<!d)j", "dj"),
    "di > dj before a vowel": (r"di(?=[aeou])", "dj"),
    "di > j before a vowel": (r"di(?=[aeou])", "j"),
    "gn > ny": (r"gn(?=[aeiou])", "ny"),
    "gn > ni": (r"gn(?=[aeou])", "ni"),
    "ni > ny before a vowel": (r"ni(?=[aeou])", "ny"),
    "ch > sh": (r"ch", "sh"),
    "c > k": (r"c(?=[aou]|$|\b)", "k"),
    "k > c": (r"k(?=[aou])", "c"),
    "qu > k": (r"qu(?=[aeio])", "k"),
    "gu > g before e and i": (r"gu(?=[ei])", "g"),
    "double consonant > single": (r"([bcdfghjklmnpqrstvwxz])\1", r"\1"),
    "s > ss between vowels": (r"(?<=[aeiou])s(?=[aeiou])", "ss"),
    "final é > ey": (r"e$", "ey"),
    "y > i": (r"(?<=[^aeiou\s])y\b", "i"),
    "i > y at the end": (r"(?<=[^aeiou\s])i$", "y"),
    "h dropped": (r"(?<=[aeiou])h\b|(?<=[kgtr])h", ""),
    "words joined": (r"(?<=\w)[\s'’-]+(?=\w)", ""),
}


def by_rule(name: str) -> dict[str, str]:
    """Return what each rule makes of a name, where it makes something of it.

    Examples
    --------
    >>> by_rule("Koutiala")["ou > u"], by_rule("Djenné")["dj > j"], by_rule("Ouan")["ou > w before a vowel"]
    ('Kutiala', 'Jenne', 'Wan')
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    made = {}
    for rule, (pattern, into) in RULES.items():
        if rule == "final é > ey" and not re.search("[éè]$", name):
            continue
        new = re.sub(pattern, into, plain)
        if new != plain:
            made[rule] = re.sub(r"(^|[\s-])(\w)", lambda m: m[1] + m[2].upper(), new)
    return made


def add_rules(names: Spellings, lists: Lists) -> None:
    """Add spellings by rule for every settlement: only where nobody else bears them or could be made to bear them."""
    made: dict[str, set[str]] = defaultdict(set)
    plan: list[tuple[str, str, str]] = []
    elsewhere = {squash(n) for row in lists.geonames for n in [row["name"], *row["other"].split("|")]}
    for place_id, place in names.places.items():
        if place["kind"] in NO_SETTLEMENT | {"site", "area"} or "(" in place["name"]:
            continue
        own = names.keys[place_id]
        for rule, name in by_rule(place["name"]).items():
            if normalise(name) not in own and len(squash(name)) > 3:
                own.add(normalise(name))
                made[squash(name)].add(place_id)
                plan.append((name, place_id, rule))
    for name, place_id, rule in plan:
        key = squash(name)
        taken = (names.bearers[key] | made[key]) - {place_id} or names.elsewhere(name, place_id)
        # a name that the lists know, though near by, is a settlement's own unless it is this place's name in another cut
        listed = rule != "words joined" and (names.listed.get(key) or key in elsewhere)
        if taken or listed:
            names.left_out["rule: another place or settlement bears the name"] += 1
            continue
        names.add(name, place_id, "rule", rule, "rule")


# --- homonyms ----------------------------------------------------------------------------------------------------
def homonyms(names: Spellings, lists: Lists) -> list[Row]:
    """List the own names that more than one place of the table bears, or that other settlements of OCHA's list bear; note the latter."""
    found = []
    commune_of = {pcode: f"{row['commune']} ({row['cercle']})" for pcode, row in lists.communes.items()}
    own: dict[str, list[str]] = defaultdict(list)
    for place_id, place in names.places.items():
        if place["kind"] != "region":
            own[normalise(place["name"])].append(place_id)
    spelled = defaultdict(set)
    for row in names.rows:
        spelled[normalise(row["name"])].add(row["place_id"])
    for key, ids in own.items():
        places = [names.places[i] for i in ids]
        free = [row for row in names.listed.get(key.replace(" ", ""), []) if all(another(row, p) for p in places)]
        points: list[Row] = []
        for row in free:  # the list has many settlements twice
            if all(km(row, other) > SAME_KM for other in points):
                points.append(row)
        others = sorted(spelled[key] - set(ids))
        if len(ids) > 1 or points or others:
            found.append(
                {
                    "name": names.places[ids[0]]["name"],
                    "place_ids": " ".join(ids),
                    "spelling_of": " ".join(others),
                    "seats": " ".join(p["seat"] or "none" for p in places),
                    "unlisted": str(len(points)),
                    "unlisted_in": "; ".join(sorted(commune_of[row["commune_pcode"]] for row in points)),
                }
            )
        for place in places:
            place["namesakes"] = "|".join(sorted(lists.communes[row["commune_pcode"]]["region_2023"] for row in points))
    return sorted(found, key=lambda r: r["name"])


# --- all of it ---------------------------------------------------------------------------------------------------
def build(args: argparse.Namespace) -> dict[str, object]:
    """Read, build and write everything; return what the summary says."""
    communes = {row["pcode"]: row for row in read(args.data / "geography" / "communes.csv")}
    lists = Lists(communes, [ocha_row(r) for r in read(args.ocha)], [geonames_row(r) for r in read(args.geonames)], read(args.cercles))
    places = [{c: row.get(c, "") for c in PLACE_COLUMNS} for row in read(args.data / "places.csv")]
    known_names = read(args.data / "place_names.csv")
    odd = correct(places, read(args.hand / "corrections.csv"))

    seats, no_commune = commune_seats(lists, read(args.hand / "seats_by_hand.csv"))
    extra, no_cercle, in_table = cercle_seats(lists, seats, read(args.hand / "cercles_by_hand.csv"), places)
    spelled: dict[str, set[str]] = defaultdict(set)
    for row in known_names:
        spelled[row["place_id"]].add(row["name"])
    for row in places:
        row["seat"] = "cercle" if row in in_table else ""
    rows_of: list[tuple[Seat, Row]] = []
    new: list[Row] = []
    merged: Counter[str] = Counter()
    for seat in [*seats.values(), *extra]:
        known = the_same(seat, places, spelled)
        row = known or new_place(seat, lists)
        if known is None:
            row["great"] = "yes" if seat.seat == "region" or CLASSES.get(seat.entry.get("class", "")) in ("cercle", "region") else ""
            new.append(row)
        else:
            merged[row["place_id"]] += 1
            row["seat"] = higher(row["seat"], seat.seat)
            if LEVELS.index(row["seat"]) >= LEVELS.index("cercle") and row["kind"] == "village":
                row["kind"] = "town"
        rows_of.append((seat, row))
    give_ids(new, places)
    old_ids = {row["place_id"] for row in places}
    places += sorted(new, key=lambda r: r["place_id"])

    names = Spellings(places, known_names, lists)
    before = len(names.rows)
    for row in read(args.hand / "spellings.csv"):
        if row["place_id"] not in names.places:
            odd.append(f"spellings.csv: no place {row['place_id']}")
            continue
        names.add(row["name"], row["place_id"], row["language"], row["note"], "by hand", village_counts=False)
    skip = {row["commune_pcode"] for row in read(args.hand / "communes_skip.csv")}
    from_ocha(names, [(seat, row["place_id"]) for seat, row in rows_of], lists, skip)
    no_town = from_geonames(names, lists, {r["geonameid"]: r["place_id"] for r in read(args.hand / "geonames_by_hand.csv")})
    no_place = from_research(names, read(args.research), read(args.hand / "research_skip.csv"))
    add_rules(names, lists)
    alike = homonyms(names, lists)

    args.out.mkdir(parents=True, exist_ok=True)
    write(args.out / "places.csv", PLACE_COLUMNS, places)
    write(args.out / "place_names.csv", NAME_COLUMNS, names.rows)
    write(args.out / "homonyms.csv", "name place_ids spelling_of seats unlisted unlisted_in".split(), alike)
    summary = {
        "places": len(places),
        "new_places": len(new),
        "seats": Counter(row["seat"] or "none" for row in places),
        "communes_with_seat": len(seats),
        "cercles_2023_with_seat": len(lists.cercles) - len(no_cercle),
        "seats_already_in_the_table": len([r for _, r in rows_of if r["place_id"] in old_ids]),
        "spellings": len(names.rows),
        "spellings_kept": before,
        "spellings_added": names.kinds,
        "spellings_left_out": names.left_out,
        "spellings_refused": names.refused,
        "communes_without_seat": no_commune,
        "cercles_without_seat": no_cercle,
        "towns_of_geonames_without_place": no_town,
        "places_of_the_research_without_row": no_place,
        "two_seats_in_one_row": {k: v for k, v in merged.items() if v > 1},
        "not_applied": odd,
    }
    (args.out / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return summary


def main() -> None:
    """Read the command line, build, and say what was built."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with places.csv, place_names.csv and geography/communes.csv")
    parser.add_argument("--cercles", type=Path, required=True, help="CSV of the cercles of 2023: region, cercle")
    parser.add_argument("--ocha", type=Path, required=True, help="OCHA's settlements of 2015 as CSV")
    parser.add_argument("--geonames", type=Path, required=True, help="GeoNames' towns of Mali as CSV")
    parser.add_argument("--research", type=Path, required=True, help="places met in the press: place, alt_names, region_2023")
    parser.add_argument("--hand", type=Path, default=Path(__file__).resolve().parent / "gazetteer", help="folder of the hand-kept files")
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    summary = build(parser.parse_args())
    print(json.dumps({k: v for k, v in summary.items() if not isinstance(v, list)}, ensure_ascii=False, indent=1))
    for key, value in summary.items():
        if isinstance(value, list):
            print(f"{key} ({len(value)}):", *value, sep="\n  ")


if __name__ == "__main__":
    main()
