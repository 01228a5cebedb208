"""Several maps of one page share what they show, and lose nothing by it."""

from __future__ import annotations

import dataclasses
import json
import re

import malisec as ms
from malisec import frontend, maps

CASE = ms.load()
WEST = CASE.select(region=["Kayes", "Nioro"])


def page(*cases):
    return "<p>head</p>" + "<p>between</p>".join(maps.attacks(case, f"Map {n}").body for n, case in enumerate(cases)) + "<p>foot</p>"


def data(text):
    return {i: json.loads(d) for i, d in re.findall(r'<script type="application/json" id="([^"]+)">(.*?)</script>', text, flags=re.DOTALL)}


def whole(text):
    """Return the events of each map with their sources in full, however the page holds them."""
    elements = data(text)
    shared = elements.pop(frontend.SHARED, {"events": {}, "sources": []})

    def spelled(value, sources, key=""):
        if isinstance(value, dict):
            return {k: spelled(v, sources, k) for k, v in value.items()}
        if isinstance(value, list):
            return [sources[v] if key == "sources" else spelled(v, sources) for v in value]
        return value

    found = {}
    for name, element in elements.items():
        events = [shared["events"][k] for k in element["events"]] if "shared" in element else element["events"]
        found[name] = [spelled(e, shared["sources"] if "shared" in element else element["sources"]) for e in events]
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
    assert {e["summary"] for found in whole(shared).values() for e in found} == {bad}
