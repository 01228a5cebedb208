"""The finished reports, opened as a reader without network opens them, on a desk and on a phone."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import recount
from browser import Opened, open_offline
from malisec import report, schema
from recount import numbers, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
PAGES = ["index", *(Path(page.file).stem for path in sorted(NOTEBOOKS.glob("[0-9]*.ipynb")) for page in report.read_pages(path))]
#: the pages that one notebook makes, each with its region
REGIONS = {"04_region-segou": "Ségou", "04_region-kayes": "Kayes", "04_region-mopti": "Mopti", "04_region-bamako": "Bamako"}
WIDTHS = [1280, 390]
LARGEST = 2_500_000
#: what a map's symbols and a map itself look like to assistive technology, whoever draws them
MARK = ".ms-sym:not(.ms-off):not(.ms-out)"

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def in_thread(work: Any, *args: Any) -> Any:
    """Run `work` beside the event loop that Playwright keeps in this thread; a build brings its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work, *args).result()


@dataclasses.dataclass
class Built:
    """The same reports, built twice by two processes."""

    out: Path
    again: Path
    written: list[Path]
    folder_before: set[str]
    folder_after: set[str]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    place = tmp_path_factory.mktemp("reports")
    before = {path.name for path in NOTEBOOKS.iterdir()}
    env = os.environ | {"PYTHONHASHSEED": "4242"}
    command = [sys.executable, "-m", "malisec.cli", "report", "--out", str(place / "again")]
    other = subprocess.Popen(command, cwd=place, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    written = in_thread(report.build, place / "out")
    said, _ = other.communicate()
    assert other.returncode == 0, said
    return Built(place / "out", place / "again", written, before, {path.name for path in NOTEBOOKS.iterdir()})


@pytest.fixture(scope="module")
def pages(built: Built, browser: Browser) -> Iterator[dict[tuple[str, int], Opened]]:
    """Every report at every width, for tests that only look."""
    opened = {(name, width): open_offline(browser, built.out / f"{name}.html", width=width) for name in PAGES for width in WIDTHS}
    for one in opened.values():
        for box in one.page.locator(".leaflet-container").all():
            box.and_(one.page.locator("[data-ready]")).wait_for(state="attached")
    yield opened
    for one in opened.values():
        one.close()


every_page = pytest.mark.parametrize("name", PAGES)
every_width = pytest.mark.parametrize("width", WIDTHS)


# --- the files ---------------------------------------------------------------------------------------------------
def test_each_notebook_becomes_its_reports_and_an_index_leads_to_them(built: Built):
    assert len(PAGES) >= 8
    assert {page for page in PAGES if page.startswith("04_region")} == set(REGIONS)
    assert sorted(path.stem for path in built.out.glob("*.html")) == sorted(PAGES)
    assert sorted(path.stem for path in built.written) == sorted(PAGES)
    # nothing half-written is left, and one hidden file says what is current
    assert [path.name for path in built.out.iterdir() if path.suffix != ".html"] == [report.MANIFEST]


def test_building_leaves_nothing_behind_among_the_notebooks(built: Built):
    assert built.folder_after == built.folder_before


@every_page
def test_a_report_is_small_enough_to_send_to_a_phone(built: Built, name: str):
    size = (built.out / f"{name}.html").stat().st_size
    assert 10_000 < size <= LARGEST


@every_page
def test_two_builds_by_two_processes_give_the_same_bytes(built: Built, name: str):
    assert (built.out / f"{name}.html").read_bytes() == (built.again / f"{name}.html").read_bytes()


def test_a_report_names_no_folder_of_the_machine_it_was_built_on(built: Built):
    for path in built.out.iterdir():
        text = path.read_text(encoding="utf-8")
        assert str(ROOT) not in text
        assert str(built.out) not in text


# --- what is built again -----------------------------------------------------------------------------------------
def stamps(out: Path) -> dict[str, tuple[int, bytes]]:
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in sorted(out.iterdir())}


def copied(built: Built, place: Path) -> tuple[Path, Path]:
    """Return a copy of the reports and of the notebooks to change."""
    out, notebooks = place / "out", place / "notebooks"
    shutil.copytree(built.out, out)
    notebooks.mkdir()
    for path in NOTEBOOKS.glob("[0-9]*.ipynb"):
        shutil.copy(path, notebooks)
    return out, notebooks


def append_cell(path: Path, kind: str, source: str) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell: dict[str, Any] = {"cell_type": kind, "id": "appended", "metadata": {}, "source": source}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    notebook["cells"].append(cell)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def test_unchanged_reports_are_not_written_again(built: Built):
    before = stamps(built.out)
    assert in_thread(report.build, built.out) == []
    assert stamps(built.out) == before


@pytest.mark.parametrize("changed", ["data/events.csv", "seeds/claims.csv"])
def test_a_change_in_anyones_own_tables_makes_the_reports_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str):
    shutil.copytree(ROOT / "data", tmp_path / "data")
    (tmp_path / "seeds").mkdir()
    shutil.copy(ROOT / "seeds" / "claims.csv", tmp_path / "seeds")
    monkeypatch.setenv("MALISEC_DATA", str(tmp_path / "data"))
    before = report.surroundings()
    assert report.surroundings() == before
    with (tmp_path / changed).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert report.surroundings() != before


def test_changing_one_notebook_rebuilds_it_and_no_other(built: Built, tmp_path: Path):
    out, notebooks = copied(built, tmp_path)
    before = stamps(out)
    append_cell(notebooks / "01_sources.ipynb", "markdown", "## Appended\nWhat does the last cell say?")
    in_thread(report.build, out, notebooks)
    after = stamps(out)
    changed = {name for name in after if after[name] != before[name]}
    assert changed - {"index.html", report.MANIFEST} == {"01_sources.html"}
    assert "What does the last cell say?" in (out / "01_sources.html").read_text(encoding="utf-8")
    assert in_thread(report.build, out, notebooks) == []


def test_changing_the_notebook_of_the_regions_rebuilds_their_pages_and_no_other(built: Built, tmp_path: Path):
    out, notebooks = copied(built, tmp_path)
    before = stamps(out)
    append_cell(notebooks / "04_region.ipynb", "markdown", "## Appended\nWhat does the last cell say of {region}?")
    in_thread(report.build, out, notebooks)
    after = stamps(out)
    assert {name for name in after if after[name] != before[name]} - {"index.html", report.MANIFEST} == {f"{page}.html" for page in REGIONS}
    for page, region in REGIONS.items():
        assert f"What does the last cell say of {region}?" in (out / f"{page}.html").read_text(encoding="utf-8")


def test_a_failing_notebook_is_named_with_its_cell_and_leaves_the_old_reports_whole(built: Built, tmp_path: Path):
    out, notebooks = copied(built, tmp_path)
    before = stamps(out)
    path = notebooks / "01_sources.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"] = notebook["cells"][:1]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    append_cell(path, "code", "x = 1\n1 / 0")
    with pytest.raises(report.NotebookError, match=r"01_sources\.ipynb, cell 2 .*1 / 0.*ZeroDivisionError"):
        in_thread(report.build, out, notebooks)
    assert stamps(out) == before


def test_a_report_that_was_lost_or_tampered_with_is_put_back_without_running_a_notebook(built: Built, tmp_path: Path):
    out, _ = copied(built, tmp_path)
    before = {name: content for name, (_, content) in stamps(out).items()}
    (out / "index.html").unlink()
    said: list[str] = []
    in_thread(lambda: report.build(out, say=said.append))
    assert {name: content for name, (_, content) in stamps(out).items()} == before
    assert not any("cells" in line for line in said)


# --- opening -----------------------------------------------------------------------------------------------------
@every_width
@every_page
def test_a_report_opens_without_request_error_or_sideways_scrolling(pages: dict[tuple[str, int], Opened], name: str, width: int):
    opened = pages[name, width]
    assert opened.faults() == []
    assert opened.width_of_content() <= width


@every_page
def test_a_report_says_its_language_title_and_one_heading(pages: dict[tuple[str, int], Opened], name: str):
    page = pages[name, 1280].page
    assert page.locator("html").get_attribute("lang") == "en"
    assert len(page.title()) > 10
    assert [text for text in page.locator("h1").all_inner_texts() if text.strip()] == page.locator("h1").all_inner_texts()
    assert page.locator("h1").count() == 1
    assert "width=device-width" in (page.locator("meta[name=viewport]").get_attribute("content") or "")
    # a reader who needs large letters may enlarge them
    assert "user-scalable=no" not in (page.locator("meta[name=viewport]").get_attribute("content") or "")


def test_no_two_reports_have_one_title(pages: dict[tuple[str, int], Opened]):
    titles = [pages[name, 1280].page.title() for name in PAGES]
    assert len(set(titles)) == len(titles)


@every_page
def test_only_our_own_scripts_may_run_in_a_report(pages: dict[tuple[str, int], Opened], browser: Browser, built: Built, name: str):
    page = pages[name, 1280].page
    policy = page.locator("meta[http-equiv='Content-Security-Policy']").get_attribute("content") or ""
    rules = {part.split()[0]: part.split()[1:] for part in policy.split(";") if part.strip()}
    assert rules["default-src"] == ["'none'"]
    assert rules["script-src"]
    assert all(re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", source) for source in rules["script-src"])
    assert page.evaluate("[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames().filter(n => n.startsWith('on')))") == []
    # and the browser keeps to it: a script that got in somehow does not run
    other = open_offline(browser, built.out / f"{name}.html")
    other.page.evaluate("document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}))")
    assert other.page.evaluate("window.ran === undefined")
    assert any("Content Security Policy" in text for text in other.console_errors)
    other.close()


@every_page
def test_every_picture_has_words_for_those_who_cannot_see_it(pages: dict[tuple[str, int], Opened], name: str):
    page = pages[name, 1280].page
    silent = page.evaluate("""() => [...document.querySelectorAll("svg, img")].filter((e) => {
        if (e.closest("[aria-hidden=true]")) return false;
        const own = e.getAttribute("alt") || e.getAttribute("aria-label") || e.querySelector(":scope > title")?.textContent;
        // rings and outlines of a map are told by the map's own label, a symbol by its button
        const map = e.closest(".leaflet-container");
        const around = map && map.closest("[aria-label]")?.getAttribute("aria-label");
        return !(own || around || "").trim();
    }).map((e) => e.outerHTML.slice(0, 200))""")
    assert silent == []


@every_page
def test_every_link_leads_somewhere(pages: dict[tuple[str, int], Opened], built: Built, name: str):
    page = pages[name, 1280].page
    links = page.evaluate("""() => [...document.querySelectorAll("a[href]")].filter((a) => a.getAttribute("role") !== "button")
        .map((a) => [a.getAttribute("href"), a.textContent.trim()])""")
    assert len(links) >= len(PAGES)
    ids: dict[str, set[str]] = {}
    broken = []
    for href, text in links:
        if re.match(r"https?://[^\s/]+\.[A-Za-z0-9]+", href):
            good = bool(text)
        else:
            file, _, anchor = href.partition("#")
            target = built.out / (file or f"{name}.html")
            if target.name not in ids and target.is_file():
                ids[target.name] = set(re.findall(r'\bid="([^"]+)"', target.read_text(encoding="utf-8")))
            good = target.name in ids and (not anchor or unescape(anchor) in ids[target.name])
        if not good:
            broken.append((href, text))
    assert broken == []


@every_page
def test_no_link_tells_the_page_it_leads_to_where_the_reader_came_from(pages: dict[tuple[str, int], Opened], name: str):
    assert pages[name, 1280].page.locator("head meta[name=referrer]").get_attribute("content") == "no-referrer"


@every_page
def test_no_id_stands_twice(pages: dict[tuple[str, int], Opened], name: str):
    ids = pages[name, 1280].page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert [i for i, n in Counter(ids).items() if n > 1] == []


@every_page
def test_every_report_leads_to_all_others(pages: dict[tuple[str, int], Opened], name: str):
    hrefs = pages[name, 390].page.eval_on_selector_all("nav a[href]", "all => all.map(a => a.getAttribute('href'))")
    assert {f"{other}.html" for other in PAGES} <= set(hrefs)


@every_page
def test_every_report_says_edition_licence_and_how_to_cite(pages: dict[tuple[str, int], Opened], name: str):
    foot = pages[name, 1280].page.locator("footer").inner_text()
    assert "CC BY 4.0" in foot
    assert schema.EDITION in foot
    assert re.search("cite", foot, flags=re.IGNORECASE)


@every_width
@every_page
def test_a_report_shuts_nobody_out(pages: dict[tuple[str, int], Opened], name: str, width: int):
    found = pages[name, width].axe()
    grave = [f for f in found if f["impact"] in {"serious", "critical"}]
    told = [f"{f['id']} ({f['impact']}): {f['help']}: {f['nodes'][0]['html'][:160]} … {len(f['nodes'])} times" for f in grave]  # type: ignore[index, arg-type]
    assert told == []


# --- maps --------------------------------------------------------------------------------------------------------
@pytest.fixture
def where(pages: dict[tuple[str, int], Opened]) -> Opened:
    """The report of the maps on a desk."""
    return pages["02_where", 1280]


def figures(page: Page) -> list[Locator]:
    """Return the figures that hold a map, ready to use."""
    found = page.locator("figure", has=page.locator(".leaflet-container")).all()
    for figure in found:
        figure.locator(".leaflet-container[data-ready]").wait_for(state="attached")
    return found


def keys(figure: Locator) -> list[Locator]:
    """Return the keys of the legend: what can be pressed to hide or show a type."""
    return figure.locator(".ms-key[data-key^='type:']").all()


def test_the_country_is_mapped_and_each_region_on_a_page_of_its_own(pages: dict[tuple[str, int], Opened], where: Opened):
    assert len(figures(where.page)) == 1
    said = where.page.locator("main").inner_text()
    for name, region in REGIONS.items():
        assert region in said
        page = pages[name, 1280].page
        (figure,) = figures(page)
        assert region in figure.locator("figcaption").inner_text()
        assert len(recount.events_of(region)) == numbers(figure.locator(".ms-twin > summary").inner_text())[-1]


def test_navigation_names_each_region_and_where_the_reader_is(pages: dict[tuple[str, int], Opened]):
    for name, region in REGIONS.items():
        bar = pages[name, 1280].page.get_by_role("navigation", name="Reports")
        assert bar.locator("[aria-current=page]").inner_text() == f"4 {region}"
        for other, there in REGIONS.items():
            assert bar.locator(f"a[href='{other}.html']").inner_text() == f"4 {there}"
        assert f"What happened in {region}, " in pages[name, 1280].page.locator(".ms-question").inner_text()


def test_table_under_each_map_has_the_rows_that_the_map_counts(where: Opened):
    counts = []
    for figure in figures(where.page):
        listed = int(figure.locator(".ms-rowsbox").get_attribute("data-rows") or 0)
        drawn = figure.locator(MARK).count()
        in_legend = sum(numbers(key.inner_text())[-1] for key in keys(figure))
        counted = re.findall(r"(\S+) events?\b", figure.locator("figcaption").inner_text())
        assert listed in [n for text in counted for n in numbers(text)][:1]
        assert numbers(figure.locator(".ms-twin > summary").inner_text())[-1] == listed
        assert drawn == in_legend
        counts.append((listed, drawn))
    located = [row for row in rows("data/events.csv") if row["place_id"]]
    assert counts[0] == (len(rows("data/events.csv")), len(located))


@pytest.mark.parametrize(("way", "width"), [("mouse", 1280), ("mouse", 390), ("keyboard", 1280)])
def test_a_key_of_the_legend_hides_and_shows_its_type(pages: dict[tuple[str, int], Opened], way: str, width: int):
    opened = pages["02_where", width]

    def press(key: Locator) -> None:
        if way == "mouse":
            key.click()
        else:
            key.press("Space")

    figure = figures(opened.page)[0]
    every = figure.locator(MARK).count()
    hidden = 0
    for key in keys(figure):
        mine = numbers(key.inner_text())[-1]
        assert mine > 0, "a key for a type that the map does not show"
        press(key)
        hidden += mine
        assert key.get_attribute("aria-pressed") == "false"
        assert figure.locator(MARK).count() == every - hidden
    assert hidden == every
    for key in keys(figure):
        press(key)
        assert key.get_attribute("aria-pressed") == "true"
    assert figure.locator(MARK).count() == every
    assert opened.width_of_content() <= width
    assert opened.faults() == []


def test_ring_and_wave_of_the_chosen_event_go_with_its_type(pages: dict[tuple[str, int], Opened]):
    opened = pages["02_where", 1280]
    figure = figures(opened.page)[0]
    lines = figure.locator(".ms-waves path, .ms-rings circle")
    # an event of the wave of 1 July 2025: on the full map, its ring and wave alone are drawn
    press(figure.locator(MARK + "[aria-label^='1 July 2025, Sandaré']"))
    assert lines.count() == 7
    assert figure.locator(".ms-chosen").count() == 1
    drawn = lines.count()
    for key in keys(figure):
        key.click()
    assert (lines.count(), figure.locator(".ms-chosen").count()) == (0, 0)
    for key in keys(figure):
        key.click()
    assert (lines.count(), figure.locator(".ms-chosen").count()) == (drawn, 1)
    assert opened.faults() == []


def press(mark: Locator) -> None:
    """Open the card of a symbol as the keyboard does, whatever covers it."""
    mark.evaluate("e => e.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, cancelable: true}))")


def uncovered(figure: Locator) -> Locator:
    """Return a symbol whose middle no other one covers."""
    figure.locator(".leaflet-container").scroll_into_view_if_needed()
    for mark in figure.locator(MARK).all():
        free = mark.evaluate(
            "e => { const b = e.getBoundingClientRect(); const hit = document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2);"
            " return e === hit || e.contains(hit); }"
        )
        if free:
            return mark
    return pytest.fail("every symbol is covered by another")


def tells_of(card: Locator, mark: Locator) -> bool:
    """Whether the card tells the day and the place that the symbol's name says."""
    day, _, place = (mark.get_attribute("aria-label") or "").partition(":")[0].rpartition(", ")
    said = card.inner_text()
    return bool(day and place) and day in said and place in said


@every_width
def test_pressing_a_symbol_opens_its_card_with_claims_and_linked_sources(pages: dict[tuple[str, int], Opened], width: int):
    opened = pages["02_where", width]
    urls = {row["url"] for row in rows("data/sources.csv")}
    for figure in figures(opened.page):
        card = figure.locator("aside")
        assert len(card.inner_text()) > 20, "no card is open at first"
        mark = uncovered(figure)
        # the middle of what is seen of it: a press means the symbol whose middle is nearest
        mark.click()
        assert tells_of(card, mark)
        assert len(card.get_by_role("heading").all()) >= 2
        hrefs = card.locator("a[href]").evaluate_all("all => all.map(a => a.getAttribute('href'))")
        assert hrefs
        assert set(hrefs) <= urls, "an address that does not stand in sources.csv"
    assert opened.width_of_content() <= width
    assert opened.faults() == []


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_keyboard_opens_a_card_as_the_mouse_does(where: Opened, key: str):
    figure = figures(where.page)[0]
    texts = set()
    for i in (0, 1, 2):
        mark = figure.locator(MARK).nth(i)
        mark.press(key)
        assert tells_of(figure.locator("aside"), mark)
        texts.add(figure.locator("aside").inner_text())
    assert len(texts) == 3
    assert where.faults() == []


def test_the_space_bar_on_a_symbol_does_not_scroll_the_page_away(where: Opened):
    mark = figures(where.page)[0].locator(MARK).first
    # a key press whose default action is left to the browser returns true
    scrolls = mark.evaluate(
        "e => e.dispatchEvent(new KeyboardEvent('keydown', {key: ' ', code: 'Space', bubbles: true, cancelable: true}))"
    )
    assert not scrolls


def test_every_card_lists_each_claim_of_its_event_with_a_source(where: Opened):
    """All events of the country map against claims.csv, read with nothing of ours."""
    figure = figures(where.page)[0]
    cards = figure.locator(MARK).evaluate_all("""(marks) => marks.map((mark) => {
        mark.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true}));
        const card = mark.closest("figure").querySelector("aside");
        const rows = [...card.querySelectorAll("tbody tr")].map((tr) => [tr.innerText, tr.querySelectorAll("a[href^=http]").length]);
        return [card.querySelector("h3").innerText, rows, card.innerText];
    })""")
    events = {row["summary"]: row for row in rows("data/events.csv") if row["place_id"]}
    assert sorted(summary for summary, _, _ in cards) == sorted(events)
    claims = [row for row in rows("data/claims.csv") if row["measure"] == "killed" and row["group"] != "all"]
    for summary, table, text in cards:
        event = events[summary]
        mine = [
            c
            for c in claims
            if c["event_id"] == event["event_id"] or (c["shared_toll_id"] and c["shared_toll_id"] == event["shared_toll_id"])
        ]
        for claim in mine:
            lines = [line for line, _ in table if claim["said_by"] in line]
            assert lines, f"{event['event_id']}: no line for {claim['said_by']}"
            if claim["low"]:
                assert any(f"{int(claim['low']):,}" in line for line in lines), f"{claim['claim_id']}: {claim['low']} is in none of {lines}"
        assert all(links for _, links in table), f"{event['event_id']}: a claim without a linked source"
        if not mine:
            assert "unknown" in text
    assert any(table for _, table, _ in cards)


def test_tiles_are_asked_for_only_when_the_reader_turns_them_on(built: Built, browser: Browser):
    opened = open_offline(browser, built.out / "02_where.html")
    page = opened.page
    assert opened.faults() == []
    page.locator(".ms-layers summary").click()
    page.get_by_label("OpenStreetMap").check()
    page.wait_for_timeout(500)
    # the page's own policy lets them through, and nothing else
    assert opened.requests
    assert all(url.startswith("https://tile.openstreetmap.org/") for url in opened.requests)
    assert not any("Content Security Policy" in text for text in opened.console_errors)
    assert "OpenStreetMap" in page.locator(".leaflet-container").inner_text()
    opened.close()


# --- the page around ---------------------------------------------------------------------------------------------
def test_code_is_hidden_until_it_is_asked_for(built: Built, browser: Browser):
    opened = open_offline(browser, built.out / "02_where.html")
    code = opened.page.locator("code", has_text="ms.maps.attacks").first
    switch = opened.page.get_by_role("button", name="Code")
    assert not code.is_visible()
    assert switch.get_attribute("aria-pressed") == "false"
    switch.click()
    assert code.is_visible()
    assert switch.get_attribute("aria-pressed") == "true"
    switch.press("Enter")
    assert not code.is_visible()
    assert opened.faults() == []
    opened.close()


def test_contents_lead_to_their_parts(pages: dict[tuple[str, int], Opened]):
    for name in PAGES[1:]:
        page = pages[name, 1280].page
        contents = page.eval_on_selector_all(
            "nav a[href^='#']", "all => all.map(a => [a.innerText, document.getElementById(a.hash.slice(1))?.innerText])"
        )
        headings = page.locator("main h2").all_inner_texts()
        assert [text for text, _ in contents] == headings
        assert all(text == heading for text, heading in contents)


def test_print_shows_the_maps_and_the_addresses_of_the_links(where: Opened):
    page = where.page
    page.emulate_media(media="print")
    for figure in figures(page):
        box = figure.locator(".leaflet-container").bounding_box()
        assert box is not None
        assert box["height"] > 200
        assert box["width"] > 200
        assert figure.locator(MARK).first.is_visible()
    unwritten = page.eval_on_selector_all(
        "main a[href^=http]",
        "all => all.filter(a => !getComputedStyle(a, '::after').content.includes(a.getAttribute('href'))).map(a => a.outerHTML)",
    )
    # paper does not scroll: what is cut off is lost
    cut = page.eval_on_selector_all(
        "main *",
        "all => all.filter(e => /auto|scroll/.test(getComputedStyle(e).overflowY) && e.scrollHeight > e.clientHeight + 1)"
        ".map(e => e.className)",
    )
    code = page.locator("code").first.is_visible()
    page.emulate_media(media="screen")
    assert unwritten == []
    assert cut == []
    assert not code
    assert where.faults() == []


def test_charts_show_their_wide_or_their_narrow_picture_never_both(pages: dict[tuple[str, int], Opened]):
    for name in PAGES[1:]:
        for width in WIDTHS:
            page = pages[name, width].page
            for figure in (
                page.locator("figure", has=page.locator("svg[role=img]")).filter(has_not=page.locator(".leaflet-container")).all()
            ):
                shown = [svg for svg in figure.locator("svg[role=img]").all() if svg.is_visible()]
                assert len(shown) == 1
                box = shown[0].bounding_box()
                assert box is not None
                assert box["x"] >= 0
                assert box["x"] + box["width"] <= width


# --- the numbers, counted again with nothing of ours -------------------------------------------------------------
def head(pages: dict[tuple[str, int], Opened], name: str) -> tuple[str, str]:
    """Return heading and lead of a report."""
    page = pages[name, 1280].page
    return page.locator("h1").inner_text(), page.locator("h1 + p").inner_text()


def test_headline_of_the_sources_counts_the_verdicts_of_the_claims(pages: dict[tuple[str, int], Opened]):
    title, lead = head(pages, "01_sources")
    claims = rows("seeds/claims.csv")
    verdicts = Counter(row["check"] for row in claims)
    checkable = len(claims) - verdicts["not_checkable"] - verdicts["unchecked"]
    documents = sum(row["kind"] == "seed" for row in rows("data/sources.csv"))
    assert sorted(numbers(lead)) == sorted(
        [documents, len(claims), checkable, verdicts["confirmed"], verdicts["partly"], verdicts["contradicted"]]
    )
    assert verdicts["contradicted"] in numbers(title)


def test_headline_of_the_places_names_the_fewest_regions_with_half_of_the_events(pages: dict[tuple[str, int], Opened]):
    title, lead = head(pages, "02_where")
    region = {row["place_id"]: row["region_2023"] for row in rows("data/places.csv")}
    counts = Counter(region[row["place_id"]] for row in rows("data/events.csv") if row["place_id"])
    total, held, named = sum(counts.values()), 0, []
    for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if held * 2 >= total:
            break
        held += n
        named.append(name)
    assert numbers(title) == [len(named), len(schema.REGIONS)]
    assert title.startswith(("Half of", "Over half of"))
    assert all(name in lead for name in named)
    assert held in numbers(lead)


def test_headline_of_the_places_counts_the_wave_of_1_july(pages: dict[tuple[str, int], Opened]):
    _, lead = head(pages, "02_where")
    region = {row["place_id"]: row["region_2023"] for row in rows("data/places.csv")}
    events = rows("data/events.csv")
    wave = [row for row in events if row["wave_id"] == "wave-2025-07-01"]
    regions = {region[row["place_id"]] for row in wave}
    assert len(wave) == 7
    assert {row["date"] for row in wave} == {"2025-07-01"}
    assert all(name in lead for name in regions)
    west = sum(region[row["place_id"]] in {"Kayes", "Nioro"} for row in wave)
    assert west in numbers(lead)
    assert len(events) in numbers(lead)


def test_headline_of_the_times_names_the_peak_year_of_ucdp(pages: dict[tuple[str, int], Opened]):
    title, lead = head(pages, "03_when")
    yearly: Counter[str] = Counter()
    for row in rows("data/ucdp_monthly.csv"):
        yearly[row["month"][:4]] += int(row["deaths_best"])
    peak, last = max(yearly, key=lambda year: yearly[year]), max(yearly)
    end = max(row["month"] for row in rows("data/ucdp_monthly.csv"))
    later, turning = ([row for row in rows(f"data/{name}.csv") if row["date"][:7] > end] for name in ("events", "milestones"))
    assert peak in title
    assert {int(peak), yearly[peak], int(last), yearly[last]} <= set(numbers(lead))
    assert {len(later), len(rows("data/events.csv")), len(turning), len(rows("data/milestones.csv"))} <= set(numbers(lead))


def test_headline_of_each_region_counts_its_events_its_tolls_and_the_most_named(pages: dict[tuple[str, int], Opened]):
    for name, region in REGIONS.items():
        title, lead = head(pages, name)
        events = recount.events_of(region)
        low, high, no_bound, known, _ = recount.total(events)
        named = Counter(who for event in events for who in recount.with_roofs(event))
        (most, k), *_ = named.most_common()
        assert numbers(title) == [len(events), low, high, known, k]
        assert ("or more" in title) is no_bound
        short = next(row["short"] for row in rows("data/actors.csv") if row["actor_id"] == most)
        assert short in title
        assert f"({k / len(events):.0%})" in lead
        assert {len(events), low, high, known, k} <= set(numbers(lead))


def test_index_counts_the_rows_of_the_tables(pages: dict[tuple[str, int], Opened]):
    _, lead = head(pages, "index")
    tables = [len(rows(f"data/{name}.csv")) for name in ("events", "claims", "milestones", "sources")]
    years = sorted(row["date"][:4] for row in rows("data/events.csv"))
    assert numbers(lead) == [*tables, int(years[0]), int(years[-1])]


def test_index_shows_the_finding_of_each_report(pages: dict[tuple[str, int], Opened]):
    text = " ".join(pages["index", 1280].page.locator("main").inner_text().split())
    for name in PAGES[1:]:
        title, lead = head(pages, name)
        assert title in text
        assert " ".join(lead.split()) in text
