"""What a reader asks of a map in a browser: dates, filters, events, rows, addresses; by hand, by key and on paper."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import malisec as ms
import recount
from browser import Opened, open_offline
from malisec import maps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

    from malisec import Casebook

SYMBOL = ".ms-sym:not(.ms-off):not(.ms-out)"

pytestmark = pytest.mark.browser


def events() -> list[dict[str, str]]:
    """Read the events with nothing of ours."""
    return recount.rows("data/events.csv")


@pytest.fixture(scope="module")
def case() -> Casebook:
    return ms.load()


@pytest.fixture(scope="module")
def country(case: Casebook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("map") / "mali.html"
    maps.save(maps.attacks(case, "Mali"), path)
    return path


@pytest.fixture
def opened(browser: Browser, country: Path) -> Iterator[Opened]:
    one = open_offline(browser, country)
    yield one
    assert one.faults() == []
    one.close()


def count(page: Page) -> int:
    return page.locator(SYMBOL).count()


def listed(page: Page) -> int:
    page.wait_for_timeout(250)
    return int(page.locator(".ms-rowsbox").get_attribute("data-rows") or -1)


def frames(page: Page) -> None:
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def drag(page: Page, start: float, end: float) -> None:
    """Drag over the brush from one share of its width to another."""
    box = page.locator(".ms-brush").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] * 0.6
    page.mouse.move(box["x"] + box["width"] * start, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * (start + end) / 2, y, steps=3)
    page.mouse.move(box["x"] + box["width"] * end, y, steps=3)
    page.mouse.up()
    frames(page)


# --- dates -------------------------------------------------------------------------------------------------------
def test_dragging_over_the_months_makes_symbols_counts_and_rows_follow(opened: Opened):
    page = opened.page
    every = count(page)
    assert every == listed(page) == len(events())
    drag(page, 0.3, 0.6)
    some = count(page)
    assert 0 < some < every
    assert listed(page) == some
    said = page.locator(".ms-range-text").inner_text()
    assert f"{some} of {every} events" in said
    keys = page.locator(".ms-key[data-key^='type:'] b").all_inner_texts()
    assert sum(int(n) for n in keys) == some
    # the others stay in sight, grey
    assert page.locator(".ms-sym.ms-out").count() == every - some
    page.get_by_role("button", name="All dates").click()
    assert count(page) == every


def test_the_range_counts_what_the_tables_count(opened: Opened):
    page = opened.page
    page.goto(page.url.split("#")[0] + "#mali=2025-06..2025-07")
    frames(page)
    found = set(page.locator(SYMBOL).evaluate_all("all => all.map(e => e.dataset.id)"))

    def fits(e: dict[str, str]) -> bool:
        first = pd.Timestamp(e["date"])
        last = {
            "day": first,
            "week": first + pd.Timedelta(days=6),
            "month": first + pd.offsets.MonthEnd(0),
            "year": first + pd.offsets.YearEnd(0),
        }[e["date_precision"]]
        if e["date_end"]:
            last = max(last, pd.Timestamp(e["date_end"]))
        return first <= pd.Timestamp("2025-07-31") and last >= pd.Timestamp("2025-06-01")

    assert found == {e["event_id"] for e in events() if fits(e)}


def test_the_keyboard_moves_either_end_and_the_whole_range(opened: Opened):
    page = opened.page
    first, last = page.get_by_role("slider").all()
    start = first.get_attribute("aria-valuetext")
    first.press("PageUp")
    assert first.get_attribute("aria-valuetext") == str(start).replace("2012", "2013")
    last.press("ArrowLeft")
    assert last.get_attribute("aria-valuetext") == "April 2026"
    last.press("Home")
    # no end passes the other
    assert last.get_attribute("aria-valuetext") == first.get_attribute("aria-valuetext") == "January 2013"
    last.press("Shift+PageUp")
    assert last.get_attribute("aria-valuetext") == first.get_attribute("aria-valuetext") == "January 2014"
    for name in ("aria-valuemin", "aria-valuemax", "aria-valuenow", "aria-label"):
        assert first.get_attribute(name)


def test_playing_moves_a_window_through_the_years_until_it_is_stopped(opened: Opened):
    page = opened.page
    play = page.get_by_role("button", name="Play")
    play.click()
    first = page.get_by_role("slider").first
    before = first.get_attribute("aria-valuenow")
    page.wait_for_function(f"document.querySelector('.ms-handle').getAttribute('aria-valuenow') > {int(before or 0) + 1}")
    assert count(page) < len(events())
    page.get_by_role("button", name="Pause").click()
    stopped = first.get_attribute("aria-valuenow")
    page.wait_for_timeout(700)
    assert first.get_attribute("aria-valuenow") == stopped


def test_blockades_show_only_in_the_months_they_lasted(opened: Opened):
    page = opened.page
    base = page.url.split("#")[0]
    page.goto(base + "#mali=2012-01..2012-12")
    frames(page)
    assert page.locator(".ms-siegebox").inner_text() == ""
    page.goto(base + "#mali=2025-10..2025-10")
    frames(page)
    page.locator(".ms-siegebox summary").click()
    told = page.locator(".ms-siegebox").inner_text()
    assert "since 3 September 2025" in told
    assert page.locator(".ms-siegebox a[href^=http]").count() > 3


# --- filters -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("facet", ["type", "by", "sure"])
def test_each_facet_filters_and_can_be_shown_again_at_once(opened: Opened, facet: str):
    page = opened.page
    every = count(page)
    for summary in page.locator(".ms-legendbox .ms-more > summary").all():
        summary.press("Enter")
    chips = page.locator(f".ms-key[data-key^='{facet}:']")
    for chip in chips.all():
        mine = int(chip.locator("b").inner_text().replace(",", ""))
        assert mine > 0
        chip.press("Space")
        assert chip.get_attribute("aria-pressed") == "false"
    assert count(page) == listed(page) == 0
    assert "No event fits" in page.locator(".ms-rows").inner_text()
    chips.first.locator("xpath=..").get_by_role("button", name="Show all").click()
    assert count(page) == every


# --- events ------------------------------------------------------------------------------------------------------
def test_one_stop_of_the_tab_key_leads_through_all_events_in_the_order_of_time(opened: Opened):
    page = opened.page
    assert page.locator(f"{SYMBOL}[tabindex='0']").count() == 1
    page.locator(f"{SYMBOL}[tabindex='0']").focus()
    page.keyboard.press("Home")
    at = "document.activeElement.dataset.id"
    ids = [page.evaluate(at)]
    for _ in range(5):
        page.keyboard.press("ArrowRight")
        ids.append(page.evaluate(at))
    assert ids == [e["event_id"] for e in sorted(events(), key=lambda e: (e["date"], e["event_id"]))][:6]
    page.keyboard.press("Enter")
    assert page.locator(".ms-cardbody h3").inner_text() == next(e["summary"] for e in events() if e["event_id"] == ids[-1])


def test_the_tab_key_alone_reaches_brush_legend_events_and_table(opened: Opened):
    page = opened.page
    kinds: set[str] = set()
    page.evaluate("document.body.focus()")
    for _ in range(140):
        page.keyboard.press("Tab")
        kinds |= set(page.evaluate(
            "['.ms-handle', '.ms-key', '.ms-sym', '.ms-sort', '.ms-search', '.ms-card a', '.ms-langs button', '.leaflet-container']"
            ".filter((s) => document.activeElement.matches(s))"
        ))  # fmt: skip
    assert kinds >= {".ms-handle", ".ms-key", ".ms-sym", ".ms-sort", ".ms-search", ".ms-langs button"}


def test_a_wave_is_told_on_the_card_and_drawn_between_its_events(opened: Opened):
    page = opened.page
    page.goto(page.url.split("#")[0] + "#mali=event:2025-07-01-kayes")
    frames(page)
    card = page.locator(".ms-card")
    assert "Same wave: 6 more events" in card.inner_text() or "SAME WAVE: 6 MORE EVENTS" in card.inner_text()
    assert page.locator(".ms-waves .ms-mine").count() == 6
    card.get_by_role("button", name="Niono").click()
    assert "Niono" in card.locator(".ms-eyebrow").inner_text()
    assert "event:2025-07-01-niono" in page.url


def test_a_card_links_to_its_row_and_a_row_to_its_card(opened: Opened):
    page = opened.page
    page.goto(page.url.split("#")[0] + "#mali=event:2025-07-01-kayes")
    frames(page)
    page.get_by_role("button", name="Its row in the table").click()
    assert page.evaluate("document.activeElement.id") == "row-mali-2025-07-01-kayes"
    assert "Kayes" in page.evaluate("document.activeElement.innerText")
    page.locator(".ms-rows tbody tr").first.get_by_role("button").first.click()
    assert page.locator(".ms-cardbody h3").inner_text() == events()[0]["summary"]


def test_every_speaker_with_a_figure_has_a_mark_on_the_range(opened: Opened):
    page = opened.page
    page.goto(page.url.split("#")[0] + "#mali=event:2025-06-01-boulkessi")
    frames(page)
    block = page.locator(".ms-cardbody").locator(".ms-range").first
    titles = block.locator("title").all_text_contents()
    assert len(titles) >= 3
    said = page.locator(".ms-claims").first.inner_text()
    assert all(name.strip() in said for t in titles for name in t.partition(": ")[2].split(", ")[:1])


def test_pressing_where_symbols_lie_on_each_other_leads_through_them(opened: Opened):
    page = opened.page
    page.locator(".leaflet-container").scroll_into_view_if_needed()
    # the two whose middles are nearest
    x, y = page.locator(SYMBOL).evaluate_all("""(all) => {
        const at = all.map((e) => e.getBoundingClientRect()).map((b) => [b.x + b.width / 2, b.y + b.height / 2]);
        let best = [Infinity];
        at.forEach(([x, y], i) => at.forEach(([u, v], j) => {
            const far = Math.hypot(x - u, y - v);
            if (j < i && far < best[0]) best = [far, (x + u) / 2, (y + v) / 2];
        }));
        return best.slice(1);
    }""")
    seen = set()
    for _ in range(4):
        page.mouse.click(x, y)
        seen.add(page.locator(".ms-cardbody h3").inner_text())
    assert len(seen) >= 2


def test_a_hand_over_a_symbol_is_told_what_it_is(opened: Opened):
    page = opened.page
    page.locator(".leaflet-container").scroll_into_view_if_needed()
    x, y, name = page.locator(SYMBOL).evaluate_all("""(all) => {
        for (const e of all) {
            const b = e.getBoundingClientRect(), x = b.x + b.width / 2, y = b.y + b.height / 2;
            if (document.elementFromPoint(x, y) === e) return [x, y, e.getAttribute("aria-label")];
        }
    }""")
    page.mouse.move(x, y)
    assert page.locator(".ms-tip.ms-on").inner_text() == name
    page.mouse.move(5, 5)
    assert page.locator(".ms-tip.ms-on").count() == 0


# --- how sure ----------------------------------------------------------------------------------------------------
def test_unknown_is_not_zero_and_an_area_is_no_point(opened: Opened, case: Casebook):
    looks = opened.page.locator(SYMBOL).evaluate_all(
        "all => all.map(e => [e.dataset.id, e.getAttribute('stroke-dasharray') !== null, e.getAttribute('fill') === '#fffdf8'])"
    )
    for event_id, dashed, hollow in looks:
        e = case.event(event_id)
        unknown = pd.isna(e["killed_low"]) and pd.isna(e["killed_high"])
        # a toll told together with other places is one that somebody gave
        together = case.claims[case.claims["shared_toll_id"].eq(e["shared_toll_id"]) & case.claims["measure"].eq("killed")]
        joint = bool(together["group"].isin(["attacked", "forces", "civilians"]).any())
        assert dashed == (unknown and not joint), event_id
        assert hollow == (e["location_precision"] in {"area", "region"}), event_id


def test_rings_are_to_scale_and_exact_sites_without_radius_have_none(browser: Browser, case: Casebook, tmp_path: Path):
    few = case.select(wave="wave-2025-07-01")
    maps.save(maps.attacks(few, "Wave", regions=("Kayes", "Nioro", "Ségou")), tmp_path / "w.html")
    opened = open_offline(browser, tmp_path / "w.html")
    radii = opened.page.locator(".ms-rings circle").evaluate_all("all => all.map(c => Number(c.getAttribute('r')))")
    ringed = few.events[few.events["ring_km"] > 0]
    assert len(radii) == len(ringed)
    # the scale bar is Leaflet's own
    bar = opened.page.locator(".leaflet-control-scale-line")
    number, unit = bar.inner_text().split()
    per_km = (bar.bounding_box() or {})["width"] / (float(number) * (1 if unit == "km" else 0.001))
    assert max(radii) == pytest.approx(float(ringed["ring_km"].max()) * per_km, rel=0.06)
    opened.close()


# --- rows --------------------------------------------------------------------------------------------------------
def test_rows_are_sorted_and_searched_and_say_so(opened: Opened):
    page = opened.page
    page.get_by_role("button", name="killed", exact=True).click()
    head = page.locator(".ms-rows th", has_text="killed")
    assert head.get_attribute("aria-sort") == "descending"
    first = page.locator(".ms-rows tbody tr").first.inner_text()
    assert "Moura" in first
    page.get_by_label("Search").fill("SEGOU embuscade")
    page.wait_for_timeout(300)
    assert 0 < listed(page) < 60
    for row in page.locator(".ms-rows tbody tr").all_inner_texts():
        assert "Ségou" in row


def test_the_download_holds_the_rows_in_view_and_no_formula(opened: Opened):
    page = opened.page
    page.goto(page.url.split("#")[0] + "#mali=2025-07..2025-07")
    frames(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as CSV").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert download.value.suggested_filename == "mali.csv"
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == listed(page)
    mine = {e["event_id"]: e for e in events()}
    for row in rows:
        assert row["summary"] == mine[row["event_id"]]["summary"]
        assert row["date_precision"] == mine[row["event_id"]]["date_precision"]
    frame = pd.read_csv(io.StringIO(text))
    assert frame["killed_best"].isna().any()


@pytest.mark.parametrize("width", [1280, 390])
def test_paper_shows_the_map_its_legend_and_every_row(browser: Browser, country: Path, width: int):
    opened = open_offline(browser, country, width=width)
    page = opened.page
    page.emulate_media(media="print")
    page.wait_for_timeout(400)
    assert page.locator(".ms-rows tbody tr").count() == len(events())
    assert page.locator(".ms-key").first.is_visible()
    assert page.locator(SYMBOL).first.is_visible()
    assert not page.locator(".ms-search").is_visible()
    page.emulate_media(media="screen")
    page.wait_for_function("document.querySelectorAll('.ms-rows tbody tr').length < 60")
    opened.close()


# --- the address -------------------------------------------------------------------------------------------------
def test_a_link_opens_the_same_view(browser: Browser, opened: Opened, country: Path):
    page = opened.page
    drag(page, 0.5, 0.8)
    page.locator(".ms-key[data-key='type:ied']").click()
    page.locator(".leaflet-control-zoom-in").click()
    page.wait_for_timeout(600)
    page.locator(f"{SYMBOL}[data-id]").nth(3).evaluate(
        "e => e.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, cancelable: true}))"
    )
    page.locator(".ms-langs button[lang=fr]").click()

    def view(page: Page) -> list[Any]:
        frames(page)
        return [
            page.locator(SYMBOL).evaluate_all("all => all.map(e => e.dataset.id)"),
            page.locator(".ms-range-text").inner_text(),
            page.locator(".ms-cardbody h3").inner_text(),
            page.locator(".ms-key[aria-pressed=false]").all_inner_texts(),
            page.locator(".leaflet-control-scale-line").inner_text(),
        ]

    before, address = view(page), page.url
    assert "#mali=" in address
    other = open_offline(browser, country)
    other.page.goto("about:blank")
    other.page.goto(address)
    other.page.locator("[data-ready]").wait_for(state="attached")
    assert view(other.page) == before
    other.close()


def test_the_map_as_it_opens_has_a_bare_address(opened: Opened):
    page = opened.page
    drag(page, 0.5, 0.8)
    assert "#mali=" in page.url
    page.get_by_role("button", name="All dates").click()
    assert "#" not in page.url


@pytest.mark.parametrize(
    "hash_", ["#mali=%E0%A4%A;;at:9,9,9;type:<img>", "#=&&&=", "#mali", "#" + "x" * 5000, "#lang=<script>", "#mali=event:"]
)
def test_an_address_that_makes_no_sense_opens_the_map_as_it_is(browser: Browser, country: Path, hash_: str):
    opened = open_offline(browser, country)
    opened.page.goto("about:blank")
    opened.page.goto(country.as_uri() + hash_)
    opened.page.locator("[data-ready]").wait_for(state="attached")
    assert count(opened.page) == len(events())
    assert opened.faults() == []
    opened.close()


# --- bad input ---------------------------------------------------------------------------------------------------
def changed(case: Casebook, **columns: Any) -> Casebook:
    return dataclasses.replace(case, events=case.events.assign(**columns), everything=None)


def shown(browser: Browser, case: Casebook, path: Path, **options: Any) -> Opened:
    maps.save(maps.attacks(case, "Bad", **options), path / "bad.html")
    opened = open_offline(browser, path / "bad.html", width=390)
    opened.page.locator("[data-ready]").wait_for(state="attached")
    assert opened.faults() == []
    assert opened.width_of_content() <= 390
    return opened


def test_no_event_opens_a_map_that_says_so(browser: Browser, case: Casebook, tmp_path: Path):
    opened = shown(browser, case.select(since="2200-01-01"), tmp_path)
    assert count(opened.page) == 0
    assert "No event" in opened.page.locator("figcaption").inner_text()
    assert "No event fits" in opened.page.locator(".ms-rows").inner_text()
    opened.close()


def test_one_event_opens_its_card_and_one_bar(browser: Browser, case: Casebook, tmp_path: Path):
    opened = shown(browser, dataclasses.replace(case, events=case.events.iloc[:1]), tmp_path)
    assert count(opened.page) == 1
    assert opened.page.locator(".ms-bar-in").count() >= 1
    assert case.events.loc[0, "summary"] in opened.page.locator(".ms-card").inner_text()
    opened.close()


def test_events_without_any_date_are_shown_and_the_brush_says_why_it_is_not_there(browser: Browser, case: Casebook, tmp_path: Path):
    few = dataclasses.replace(case, events=case.events.iloc[:9].reset_index(drop=True))
    opened = shown(browser, changed(few, date=pd.NaT, date_end=pd.NaT), tmp_path)
    assert count(opened.page) == 9
    assert "No event here has a known date" in opened.page.locator(".ms-brushbox").inner_text()
    assert "date unknown" in opened.page.locator(".ms-card").inner_text()
    opened.close()


def test_events_outside_mali_widen_the_map_until_it_shows_them(browser: Browser, case: Casebook, tmp_path: Path):
    few = dataclasses.replace(case, events=case.events.iloc[:4].reset_index(drop=True))
    opened = shown(browser, changed(few, lat=[48.85, 16.0, 12.6, -33.9], lon=[2.35, -4.0, -8.0, 18.4], region_2023=None), tmp_path)
    box = opened.page.locator(".leaflet-container").bounding_box()
    assert box is not None
    for symbol in opened.page.locator(SYMBOL).all():
        at = symbol.bounding_box()
        assert at is not None
        assert box["x"] <= at["x"] <= box["x"] + box["width"]
        assert box["y"] <= at["y"] <= box["y"] + box["height"]
    opened.close()


def test_events_without_a_place_stand_in_the_table_and_open_their_card(browser: Browser, case: Casebook, tmp_path: Path):
    few = dataclasses.replace(case, events=case.events.iloc[:5].reset_index(drop=True))
    lost = dict.fromkeys(("lat", "lon", "ring_km"), float("nan")) | dict.fromkeys(("place", "region_2023", "region_1991", "place_id"))
    opened = shown(browser, changed(few, **lost, location_precision="unknown"), tmp_path)
    assert count(opened.page) == 0
    assert listed(opened.page) == 5
    opened.page.locator(".ms-rows tbody button").first.click()
    assert "place unknown" in opened.page.locator(".ms-card").inner_text()
    assert "without a known place" in opened.page.locator("figcaption").inner_text()
    opened.close()


def test_ten_thousand_claims_on_one_event_open_a_short_card_that_can_be_unfolded(browser: Browser, case: Casebook, tmp_path: Path):
    one = dataclasses.replace(case, events=case.events.iloc[:1], everything=None)
    claim = case.claims[(case.claims["event_id"] == case.events.loc[0, "event_id"]) & (case.claims["measure"] == "killed")].iloc[:1]
    many = pd.concat([claim] * 10_000, ignore_index=True)
    many = many.assign(claim_id=[f"c{n}" for n in range(len(many))], said_by=[f"speaker {n}" for n in range(len(many))], preferred=False)
    opened = shown(browser, dataclasses.replace(one, claims=many), tmp_path)
    rows = opened.page.locator(".ms-claims tbody tr")
    assert 0 < rows.count() <= 60
    opened.page.get_by_role("button", name=re.compile("Show all 10,000 claims")).click()
    assert rows.count() == 10_000
    opened.close()


def test_text_from_right_to_left_keeps_its_direction_and_the_page_its_own(browser: Browser, case: Casebook, tmp_path: Path):
    arabic = "هجوم على معسكر للجيش في بلدة «نيونو» (2025)"
    few = dataclasses.replace(case, events=case.events.iloc[:3].reset_index(drop=True))
    opened = shown(browser, changed(few, summary=arabic, place="نيونو", note=arabic), tmp_path)
    heading: Locator = opened.page.locator(".ms-cardbody h3")
    assert heading.inner_text() == arabic
    assert heading.evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert opened.page.evaluate("getComputedStyle(document.body).direction") == "ltr"
    opened.close()


# --- two at once -------------------------------------------------------------------------------------------------
def test_two_maps_move_together_and_keep_their_own_dates(browser: Browser, case: Casebook, tmp_path: Path):
    shown = maps.compare(case.select(until="2020-12-31"), case.select(since="2021-01-01"), "Pair", names=("first", "second"))
    maps.save(shown, tmp_path / "pair.html")
    opened = open_offline(browser, tmp_path / "pair.html")
    page = opened.page
    assert page.locator("[data-ready]").count() == 2
    bars = page.locator(".leaflet-control-scale-line")
    before = bars.all_inner_texts()
    page.locator(".leaflet-control-zoom-in").first.click()
    page.wait_for_timeout(700)
    page.locator(".leaflet-control-zoom-in").first.click()
    page.wait_for_timeout(700)
    after = bars.all_inner_texts()
    assert after[0] == after[1] != before[0]
    counts = [half.locator(SYMBOL).count() for half in page.locator(".ms-half").all()]
    page.get_by_role("slider").first.press("PageUp")
    assert page.locator(".ms-half").nth(0).locator(SYMBOL).count() < counts[0]
    assert page.locator(".ms-half").nth(1).locator(SYMBOL).count() == counts[1]
    # what both show stands in the page once
    assert shown.page().count('"regions":{"type":"FeatureCollection"') == 1
    assert opened.faults() == []
    opened.close()


def test_old_regions_and_tiles_are_choices_and_tiles_are_off(opened: Opened):
    page = opened.page
    page.locator(".ms-layers summary").click()
    paths = "document.querySelectorAll('.leaflet-overlay-pane path').length"
    newer = page.evaluate(paths)
    page.get_by_label("Regions of 1991").check()
    assert page.evaluate(paths) < newer
    assert not page.get_by_label("OpenStreetMap").is_checked()
    page.get_by_label("Towns").uncheck()
    assert page.locator(".ms-town").count() == 0
