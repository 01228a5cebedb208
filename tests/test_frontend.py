"""Several maps of one page share what they show, and lose nothing by it."""

from __future__ import annotations

import dataclasses
import json
import re

import pytest

import malisec as ms
from malisec import frontend, maps

CASE = ms.load()
WEST = CASE.select(region=["Kayes", "Nioro"])


def page(*cases):
    return "<p>head</p>" + "<p>between</p>".join(maps.attacks(case, f"Map {n}").body for n, case in enumerate(cases)) + "<p>foot</p>"


def data(text):
    return {i: json.loads(d) for i, d in re.findall(r'<script type="application/json" id="([^"]+)">(.*?)</script>', text, flags=re.DOTALL)}


def whole(text):
    """Return the events, sources used and surroundings of each map, however the page holds them."""
    elements = data(text)
    common = elements.pop(frontend.SHARED, None)
    found = {}
    for name, element in elements.items():
        shared = "shared" in element
        events = [common["events"][k] for k in element["events"]] if shared else element["events"]
        sources = common["sources"] if shared else element["sources"]
        pages = {i: sources[str(i)] for e in events for i in e["src"]}
        found[name] = (events, pages, common["context"] if shared else element["context"], element["bounds"], element.get("first"))
    return found


def test_page_with_several_maps_holds_each_event_once_and_every_map_all_of_its_own():
    before = page(CASE, WEST)
    after = frontend.share(before)
    assert whole(after) == whole(before)
    assert len(after) < len(before)
    for event in WEST.events["event_id"]:
        assert after.count(f'"id":"{event}"') == 1
    assert re.sub(r'<script type="application/json".*?</script>', "", after, flags=re.DOTALL) == re.sub(
        r'<script type="application/json".*?</script>', "", before, flags=re.DOTALL
    )


def test_page_with_one_map_or_none_stays_as_it_is():
    for text in (page(WEST), "<p>no map</p>"):
        assert frontend.share(text) == text


def test_event_that_two_maps_show_in_two_ways_keeps_both():
    elsewhere = maps.attacks(WEST, "Map 1").body.replace('"place":"Kayes"', '"place":"Other"')
    before = maps.attacks(WEST, "Map 0").body + elsewhere
    assert elsewhere != maps.attacks(WEST, "Map 1").body
    assert whole(frontend.share(before)) == whole(before)


def test_texts_stay_escaped_when_they_are_shared():
    bad = "</script><script>alert(1)</script>{{7*7}}"
    events = WEST.events.assign(summary=bad)
    case = dataclasses.replace(WEST, events=events)
    shared = frontend.share(page(case, case))
    assert bad not in shared
    assert "{{" not in shared
    assert {e["summary"] for found in whole(shared).values() for e in found[0]} == {bad}


def test_modules_that_import_each_other_in_a_circle_are_refused():
    with pytest.raises(ValueError, match="one -> two -> one"):
        frontend.bundle({"one": 'import { b } from "./two.js";', "two": 'import { a } from "./one.js";'}, {})


def test_module_finds_what_it_imports_by_another_name():
    text = frontend.bundle(
        {"one": "export const a = 41;", "two": 'import { a as b } from "./one.js";\nexport const c = b + 1;'}, {"c": "two"}
    )
    assert text.index("ms$one") < text.index("ms$two")
    assert "const { a: b } = ms$one;" in text


def test_the_whole_front_end_is_one_script_without_imports():
    script = frontend.script()
    assert not re.search(r"^(import|export) ", script, flags=re.MULTILINE)
    assert "</script" not in script
