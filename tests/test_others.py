"""Events of other datasets on our maps and charts: taken by every one of them, named as theirs, counted once, never mixed with ours."""

from __future__ import annotations

import csv
import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

import malisec as ms
from browser import open_offline
from malisec import charts, listing, maps, others, paths, schema, style, trends
from malisec.exhibit import Exhibit, plain
from malisec.readers import common

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CASE = ms.load()
OCTOBER = CASE.select(since="2023-10-01", until="2023-10-31")
UCDP = ms.readers.ucdp_events(CASE)
LINKED = ms.link(OCTOBER.events, UCDP)


def of_acled() -> pd.DataFrame:
    """Make events as `read_acled` returns them: one figure, types of ACLED, one row without a place."""
    kinds = ["battle", "remote", "against_civilians", "protest", "riot", "strategic"]
    rows = pd.DataFrame({"event_type": kinds * 40})
    n = len(rows)
    draw = np.random.default_rng(7)
    rows = rows.assign(
        event_id=[f"acled-MLI{i}" for i in range(n)],
        dataset="ACLED",
        date=pd.to_datetime("2019-01-05") + pd.to_timedelta(draw.integers(0, 2100, n), "D"),
        date_precision="day",
        place=draw.choice(["Niono", "Bankass", "Gao", "Kayes"], n),
        lat=draw.uniform(12.5, 16.5, n),
        lon=draw.uniform(-8, 0, n),
        location_precision="town",
        ring_km=5.0,
        side_a=draw.choice(["JNIM", "Military Forces of Mali", "Islamic State"], n),
        side_b=draw.choice(["Civilians", None], n),
        killed_best=pd.array(draw.integers(0, 20, n), dtype="Int64"),
        country="Mali",
    )
    rows.loc[3, ["lat", "lon", "place"]] = [np.nan, np.nan, None]
    rows["region_2023"] = pd.Series(ms.region_of(rows["lon"], rows["lat"]), index=rows.index).astype("object")
    return rows.reindex(columns=[*common.COLUMNS]).astype({"date_end": "datetime64[ns]", "date_latest": "datetime64[ns]"})


def of_ones_own() -> pd.DataFrame:
    """Make the least table there is: days and points."""
    days = pd.to_datetime(["2024-05-01", "2024-06-01", "2025-01-03"])
    return pd.DataFrame({"event_id": ["a-1", "a-2", "a-3"], "dataset": "Notebook of a reader", "date": days}).assign(
        lat=[14.2, 12.6, 16.2], lon=[-6.0, -8.0, 0.0], killed_best=pd.array([2, None, 0], dtype="Int64")
    )


FRAMES = {"UCDP": UCDP, "ACLED": of_acled(), "own": of_ones_own(), "nothing": UCDP.iloc[:0]}


def taking_a_case() -> dict[str, Callable[..., object]]:
    """Return every public function of maps, charts, tables and trends whose first parameter is a casebook."""
    found = {}
    for module in (maps, charts, listing, trends):
        for name in module.__all__:
            function = getattr(module, name)
            if inspect.isfunction(function) and next(iter(inspect.signature(function).parameters), "") == "case":
                found[f"{module.__name__.split('.')[-1]}.{name}"] = function
    return found


#: these put two tables side by side and are tested below
PAIRED = {"maps.beside", "charts.side_by_side", "listing.pairs", "listing.unmatched"}
TAKING = {name: function for name, function in taking_a_case().items() if name not in PAIRED}


def test_there_is_something_to_test():
    assert len(TAKING) > 60


@pytest.mark.parametrize("which", FRAMES)
@pytest.mark.parametrize("name", TAKING)
def test_every_map_chart_table_and_trend_takes_events_of_others_and_names_them(name: str, which: str):
    drawn = TAKING[name](FRAMES[which])
    if not isinstance(drawn, Exhibit):
        return
    source = str(plain(drawn.source))
    if which != "nothing":
        assert {"UCDP": "Uppsala", "ACLED": "Armed Conflict Location", "own": "Notebook of a reader"}[which] in source
    # ours stands there as the carrier of UCDP's months only
    assert "malisec edition" not in source.replace("as shipped with malisec edition", "")
    assert "press" not in source


@pytest.mark.parametrize("which", ["UCDP", "ACLED", "own"])
@pytest.mark.parametrize("name", ["effort", "once", "monthly_rows", "rows_since", "last_whole_year", "told_by_seeds"])
def test_trends_of_rows_take_the_frame_as_it_was_read(name: str, which: str):
    more = {"effort": (trends.monthly_deaths(CASE),), "told_by_seeds": (CASE.sources,)}.get(name, ())
    assert getattr(trends, name)(FRAMES[which], *more) is not None


def test_a_casebook_of_others_holds_their_rows_and_none_of_ours():
    case = ms.as_case(UCDP)
    assert sorted(case.events["event_id"]) == sorted(UCDP["event_id"])
    assert set(case.claims["event_id"]) <= set(UCDP["event_id"])
    assert not set(case.events["source_ids"]) & set(CASE.sources["source_id"])
    assert set(case.events["source_ids"]) <= set(case.sources["source_id"])
    assert set(case.events["place_id"].dropna()) <= set(case.places["place_id"])
    assert case.dataset == "UCDP"
    assert repr(case).startswith("Casebook UCDP: 55 events")


@pytest.mark.parametrize("which", ["UCDP", "ACLED", "own"])
def test_figures_are_those_of_the_dataset(which: str):
    frame = FRAMES[which]
    case = ms.as_case(frame)
    given = frame.set_index("event_id").reindex(columns=["killed_low", "killed_best", "killed_high"]).astype("Int64")
    shown = case.events.set_index("event_id")
    best = given["killed_best"]
    assert shown["killed_best"].reindex(best.index).equals(best)
    assert shown["killed_low"].reindex(best.index).equals(given["killed_low"].fillna(best))
    assert shown["killed_high"].reindex(best.index).equals(given["killed_high"].fillna(best))
    total = case.total()
    assert (total.low, total.best, total.high) == (
        int(shown["killed_low"].sum()),
        int(best.sum()),
        int(shown["killed_high"].sum()),
    )
    # derived from the claims as for our own rows, the tolls are the same
    derived = case.killed.reindex(best.index)
    assert derived["best"].astype("Int64").equals(best.rename("best"))
    assert derived["low"].astype("Int64").equals(shown["killed_low"].reindex(best.index).rename("low"))


def test_an_unknown_toll_of_others_stays_unknown():
    case = ms.as_case(of_ones_own())
    assert case.events.set_index("event_id")["killed_best"].isna().to_dict() == {"a-1": False, "a-2": True, "a-3": False}
    assert (case.total().known, case.total().best) == (2, 2)


def test_a_perpetrator_is_named_only_where_the_dataset_says_who_acted():
    events = ms.as_case(UCDP).events
    named = events.dropna(subset=["perpetrator"])
    assert set(named["event_type"]) == {"one_sided"}
    assert events["perpetrator_certainty"].eq("attributed").equals(events["perpetrator"].notna())
    rows = UCDP.set_index("event_id").loc[named["event_id"]]
    by_side = {side: set(ids.split()) for side, ids in zip(rows["side_a"], named["perpetrator"], strict=True)}
    assert by_side["IS"] == {"issp"}
    assert by_side["JNIM"] == {"jnim"}


def test_rows_of_two_datasets_are_refused_since_they_would_be_counted_twice():
    with pytest.raises(ValueError, match="one dataset, found UCDP, ACLED"):
        ms.as_case(pd.concat([UCDP, of_acled()], ignore_index=True))


def test_a_frame_that_holds_no_events_is_refused_with_the_columns():
    with pytest.raises(ValueError, match="found no event_id, dataset"):
        ms.maps.attacks(pd.DataFrame({"date": []}))


def test_every_type_of_others_has_a_look_and_a_type_nobody_knows_is_an_event():
    words = set(ms.readers.crosswalk().query("field in ('type_of_violence', 'event_type')")["ours"])
    assert words <= set(style.OTHER_TYPES)
    assert not set(style.OTHER_TYPES) & set(schema.EVENT_TYPES)
    assert set(ms.as_case(of_ones_own().assign(event_type="surprise")).events["event_type"]) == {"other"}
    # told apart on one map: no colour of ours
    assert not {v[1] for v in style.OTHER_TYPES.values()} & {v[1] for v in style.EVENT_TYPES.values()}


def test_a_selection_of_others_is_theirs_too():
    case = ms.as_case(of_acled())
    some = case.select(since="2020-01-01", event_type="battle")
    assert some.dataset == "ACLED"
    assert set(some.events["event_type"]) == {"battle"}
    assert "Armed Conflict" in str(ms.charts.monthly(some).source)


# --- two datasets together ---------------------------------------------------------------------------------------
def shown(exhibit: Exhibit) -> dict[str, object]:
    """Return the data of a map."""
    found = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', exhibit.body, flags=re.DOTALL)
    return next(d for d in map(json.loads, found) if "events" in d)


def test_both_stand_on_one_map_each_with_its_own_pages_and_partner():
    data = shown(ms.maps.beside(OCTOBER, UCDP, linked=LINKED))
    events = {e["id"]: e for e in data["events"]}
    assert set(events) == {*OCTOBER.events["event_id"], *UCDP["event_id"]}
    for event in events.values():
        for page in [*event["src"], *(n for block in event.get("tolls", []) for claim in block["says"] for n in claim["src"])]:
            publisher = data["sources"][str(page)][0]
            assert ("Uppsala" in publisher) == event["id"].startswith("ucdp-")
    pairs = {(a, b) for a, e in events.items() if (b := e.get("same"))}
    assert pairs == {(b, a) for a, b in pairs}
    assert len(pairs) == 2 * len(LINKED.pairs)
    assert {t["id"] for t in data["types"]} == {*OCTOBER.events["event_type"], *UCDP["event_type"]}


def test_figures_of_two_datasets_are_never_added():
    ours, theirs = OCTOBER.total(), ms.as_case(UCDP).total()
    for exhibit in (ms.maps.beside(OCTOBER, UCDP, linked=LINKED), ms.charts.side_by_side(OCTOBER, UCDP, LINKED)):
        said = str(plain(exhibit.reading))
        assert str(theirs.best) in said
        assert str(ours.best) in said
        assert str(ours.best + theirs.best) not in said
        assert "not added" in said


def test_the_chart_counts_what_both_tables_hold():
    twin = ms.charts.side_by_side(OCTOBER, UCDP, LINKED).twin
    assert twin is not None
    sums = twin.groupby("dataset")[["rows", "killed", "rows in both", "killed in both"]].sum()
    best = UCDP.set_index("event_id")["killed_best"]
    assert sums.loc["UCDP"].tolist() == [len(UCDP), best.sum(), len(LINKED.pairs), best[LINKED.pairs["theirs"]].sum()]
    assert sums.loc["malisec", ["rows", "rows in both"]].tolist() == [len(OCTOBER.events), len(LINKED.pairs)]


def test_an_unknown_toll_is_no_nought_beside_another_dataset():
    quiet = UCDP.assign(killed_best=UCDP["killed_best"].mask(UCDP["event_id"].eq("ucdp-492137")))
    drawn = ms.charts.side_by_side(OCTOBER, quiet, LINKED)
    assert drawn.twin is not None
    assert drawn.twin.groupby("dataset")["toll unknown"].sum().to_dict() == {"malisec": 1, "UCDP": 1}
    assert f"of {len(UCDP) - 1} events" in str(plain(drawn.reading))
    lead = str(plain(ms.findings.beside(OCTOBER, quiet, LINKED).lead))
    assert lead.startswith("34 of these 55")
    assert "of the three with ten dead or more our tables hold one" in lead


def test_a_long_time_is_counted_by_month():
    twin = ms.charts.side_by_side(CASE, UCDP).twin
    assert twin is not None
    assert {len(m) for m in twin["month"]} == {len("2023-10")}
    assert twin.groupby("dataset")["rows"].sum().to_dict() == {"malisec": len(CASE.events), "UCDP": len(UCDP)}


def test_two_datasets_of_which_one_is_empty_are_drawn():
    for exhibit in (ms.maps.beside(OCTOBER, UCDP.iloc[:0]), ms.charts.side_by_side(CASE.select(until="2011-01-01"), UCDP.iloc[:0])):
        assert exhibit.reading


def rows_of(path: str) -> list[dict[str, str]]:
    with (paths.home() / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_headline_is_what_the_file_says():
    rows = {f"ucdp-{r['id']}": int(r["best"]) for r in rows_of("data/ucdp_events.csv")}
    pairs = {"ucdp-492137": "2023-10-01-bamba", "ucdp-493686": "2023-10-05-ersane", "ucdp-493967": "2023-10-07-anefis"}
    assert dict(zip(LINKED.pairs["theirs"], LINKED.pairs["ours"], strict=True)) == pairs
    share = round(100 * sum(rows[i] for i in pairs) / sum(rows.values()))
    large = [i for i, best in rows.items() if best >= 10]
    finding = ms.findings.beside(OCTOBER, UCDP, LINKED)
    assert (
        finding.title == f"Of the {len(rows)} events that UCDP counts in October 2023, three stand in our tables, with {share}% of the dead"
    )
    silent = sum(best == 0 for best in rows.values())
    lead = str(plain(finding.lead))
    assert lead.startswith(f"{silent} of these {len(rows)} events have no dead")
    assert (len(large), len(set(large) & set(pairs))) == (4, 2)
    assert "of the four with ten dead or more our tables hold two" in lead


def test_the_tables_list_every_row_once():
    pairs, alone = ms.listing.pairs(OCTOBER, UCDP, LINKED), ms.listing.unmatched(OCTOBER, UCDP, LINKED)
    assert pairs.body.count("<tr") - 1 == len(LINKED.pairs)
    assert alone.body.count("<tr") - 1 == len(UCDP) - len(LINKED.pairs)
    assert "Bima village" in alone.body
    reasons = ms.listing.reasons(LINKED)
    numbers = [int(n) for n in re.findall(r"<td[^>]*>(\d+)</td>", reasons.body)]
    assert sum(numbers) == len(LINKED.ours_only) + len(LINKED.theirs_only)


def test_what_the_codes_become_is_listed_for_each_dataset():
    for system in ("UCDP", "ACLED"):
        codes = ms.readers.crosswalk().query("system == @system")
        assert ms.listing.crosswalk(system).body.count("<tr") - 1 == len(codes)
    with pytest.raises(ValueError, match="one of ACLED, UCDP"):
        ms.listing.crosswalk("GDELT")


def test_tables_made_for_an_earlier_edition_do_without_the_events_of_ucdp(tmp_path: Path):
    import shutil

    for folder in ("data", "seeds"):
        shutil.copytree(paths.home() / folder, tmp_path / folder)
    (tmp_path / "data" / "ucdp_events.csv").unlink()
    sources = tmp_path / "data" / "sources.csv"
    kept = [line for line in sources.read_text(encoding="utf-8").splitlines(keepends=True) if not line.startswith("ucdp-candidate")]
    sources.write_text("".join(kept), encoding="utf-8")
    case = ms.load(tmp_path / "data")
    assert case.ucdp_events.empty
    theirs = ms.readers.ucdp_events(case)
    linked = ms.link(OCTOBER.events, theirs)
    assert ms.findings.beside(OCTOBER, theirs, linked).title == "No row of the other dataset is selected"
    for exhibit in (ms.listing.pairs(OCTOBER, theirs, linked), ms.listing.unmatched(OCTOBER, theirs, linked), ms.listing.reasons(linked)):
        assert exhibit.body


# --- in a browser ------------------------------------------------------------------------------------------------
HOSTILE = '</script><script>window.__pwned=1</script><img src=x onerror="window.__pwned=1">${7*7}{{7*7}} javascript:alert(1)'


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_a_partner_is_one_press_away_and_hostile_texts_of_a_file_stay_texts(browser: Browser, tmp_path: Path, width: int):
    theirs = UCDP.assign(place=HOSTILE, side_a=HOSTILE)
    drawn = ms.maps.beside(OCTOBER, theirs, "Both", linked=LINKED)
    (tmp_path / "both.html").write_text(drawn.page(), encoding="utf-8")
    opened = open_offline(browser, tmp_path / "both.html", width=width)
    page = opened.page
    card = page.locator(".ms-card")
    assert "Bamba" in card.inner_text()
    card.get_by_role("button", name=re.compile("alert")).click()
    assert "UCDP, best estimate" in card.inner_text()
    assert "Killed, all sides and civilians" in card.text_content()
    assert page.evaluate("window.__pwned") is None
    card.get_by_role("button", name=re.compile("^Bamba")).click()
    assert "CSP" in card.inner_text()
    page.locator(".ms-langs button[lang=fr]").click()
    assert "Tenu pour le même événement" in card.text_content()
    assert "Conflit étatique (UCDP)" in page.locator(".ms-legendbox").inner_text()
    assert opened.width_of_content() <= width
    assert opened.faults() == []
    serious = [v["id"] for v in opened.axe() if v["impact"] in {"serious", "critical"}]
    assert serious == []
    opened.close()


def test_names_of_datasets_and_others_stay_plain_text():
    drawn = ms.charts.monthly(of_ones_own().assign(dataset=HOSTILE))
    assert "<script>window" not in drawn.page().split("</head>")[1].replace(json.dumps(HOSTILE), "")
    assert "<img src=x" not in str(drawn.source)
    assert others.as_case(of_ones_own().assign(dataset=HOSTILE)).sources["source_id"].str.fullmatch(schema.ID).all()
