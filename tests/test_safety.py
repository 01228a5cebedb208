"""Data is text, never code: whatever a table says, nothing of it runs, in no picture, map, table or report."""

from __future__ import annotations

import csv
import dataclasses
import inspect
import itertools
import os
import re
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

import malisec as ms
from browser import Opened, open_offline
from malisec import charts, exhibit, findings, frontend, link, listing, maps, readers, schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from malisec import Casebook

ROOT = Path(__file__).resolve().parent.parent
MARK = ".ms-sym:not(.ms-off):not(.ms-out)"
RUN = "window.__pwned=1;alert(1)"
#: each a way in that worked somewhere: HTML text, attributes, template literals, addresses, Jinja, JSON, comments, mathtext
PAYLOADS = {
    "end of script": f"</script><script>{RUN}</script>",
    "picture that fails": f'<img src=x onerror="{RUN}">',
    "picture that loads": f"<svg onload={RUN}><style onload={RUN}></style></svg>",
    "template literal": f"${{(()=>{{{RUN}}})()}} ${{7*7}}",
    "backticks": f"`;{RUN};`",
    "address": f"javascript:{RUN}",
    "frame": f"\"><iframe srcdoc='<script>parent.__pwned=1</script>'></iframe><a href='javascript:{RUN}'>a</a>",
    "jinja": "{{7*7}} {{ cycler.__init__.__globals__.os.environ.__setitem__('MALISEC_PWNED', '1') }} {% if %} {# gone #}",
    "quotes": f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e \\\";{RUN};//' \\' onmouseover={RUN} \\",
    "comment": f"<!--<script>{RUN}",
    "mathtext": r"US$ 5 and $\frac{1}{$ and $x$",
}
#: columns whose texts are names: they get one payload each, the others get all of them, each in turn first
NAMES = {"name", "name_fr", "short", "label", "publisher", "said_by", "origin", "target", "site"}
#: texts that other columns or tables must agree with
BOUND = {
    ("places", "commune"),
    ("places", "cercle"),
    ("places", "namesakes"),
    ("claims", "value"),
    ("event_types", "acled_sub_event_types"),
    ("event_types", "ucdp_types"),
}

pytestmark = pytest.mark.browser


def hostile(column: str, n: int) -> str:
    """Return the text number `n` of a column: a payload in front, and in long texts all others behind it."""
    turned = [*PAYLOADS.values()][n % len(PAYLOADS) :] + [*PAYLOADS.values()][: n % len(PAYLOADS)]
    return f"{turned[0] if column in NAMES else ' ¦ '.join(turned)} [{column} {n}]"


def poison(path: Path, table: schema.Table) -> int:
    """Put payloads into every free text of a table; equal texts stay equal, so that the table stays valid. Return how many cells."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    cells = 0
    for column, spec in table.columns.items():
        if spec.metadata["kind"] != "text" or spec.metadata["allowed"] or (table.name, column) in BOUND:
            continue
        given: dict[str, int] = {}
        for i, row in enumerate(rows):
            # an empty seed_file says that a page is no seed, an empty origin that it relays nobody
            if row[column] or (not spec.metadata["required"] and column not in {"seed_file", "origin"}):
                row[column] = hostile(column, given.setdefault(row[column] or f"empty {i}", len(given)))
                cells += 1
    for row in rows if table.name == "sources" else []:
        if row["url"]:
            row["url"] = f"https://example.org/?a=1&b={row['source_id']};alert(1)//$(x)\\u003c/script\\u003e"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return cells


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The edition with payloads for texts; valid, or no fixture below would load it."""
    place = tmp_path_factory.mktemp("hostile")
    shutil.copytree(ROOT / "data", place / "data")
    (place / "seeds").mkdir()
    shutil.copy(ROOT / "seeds" / "claims.csv", place / "seeds")
    cells = sum(poison(place / table.path, table) for name, table in schema.TABLES.items() if name != "communes")
    assert cells > 2000
    return place / "data"


@pytest.fixture(scope="module")
def building(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """`malisec report` on these tables, under way while other tests run."""
    out = tmp_path_factory.mktemp("report")
    command = [sys.executable, "-m", "malisec.cli", "report", "--data", str(tables), "--out", str(out)]
    env = {name: value for name, value in os.environ.items() if not name.startswith("MALISEC_")}
    running = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    yield running, out
    running.kill()
    running.wait()


@pytest.fixture(scope="module")
def case(tables: Path, building: object) -> Casebook:  # noqa: ARG001 (started first, because it takes longest)
    """The casebook of these tables, with addresses that the check would have refused."""
    loaded = ms.load(tables)
    return dataclasses.replace(loaded, sources=loaded.sources.assign(url=PAYLOADS["address"]), everything=None)


@pytest.fixture(autouse=True)
def nothing_ran_in_python() -> Iterator[None]:
    """Jinja in a text would run while the page is built, with all that Python may do."""
    os.environ.pop("MALISEC_PWNED", None)
    yield
    assert os.environ.pop("MALISEC_PWNED", None) is None, "a text of a table ran as Python"


TEXT = """() => {
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) if (!walker.currentNode.parentNode.closest("script, style")) texts.push(walker.currentNode.data);
  return texts.join("\\n");
}"""
# every symbol is pressed, and what its card or popup says is read at once
CARDS = """() => [...document.querySelectorAll(".ms-sym:not(.ms-off):not(.ms-out)")].map((mark) => {
  mark.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true}));
  const open = mark.closest("figure")?.querySelector("aside") || document.querySelector(".leaflet-popup-content");
  return open.textContent;
})"""
INTRUDERS = """() => [
  ...document.querySelectorAll("iframe:not([title^='Map']), object, embed, base, form, [src='x'], [onerror], [onload], [onmouseover]"),
  // what stands in data-* and aria-* is read as text, by scripts of ours and by nobody
  ...[...document.querySelectorAll("*")].filter((e) =>
    [...e.attributes].some((a) => !/^(data|aria)-/.test(a.name) && /^\\s*javascript:/i.test(a.value))),
  ...[...document.scripts].filter((s) => s.type !== "application/json" && s.textContent.includes("__pwned")),
].map((e) => e.outerHTML.slice(0, 200))"""


def look(opened: Opened, *, maps_expected: int) -> str:
    """Open every card of the page, see that nothing ran, and return all text that a reader can come to see."""
    page = opened.page
    for box in page.locator(".leaflet-container").all():
        box.and_(page.locator("[data-ready]")).wait_for(state="attached")
    assert page.locator(".leaflet-container").count() == maps_expected
    # every row of the tables under the maps, not only the first
    page.evaluate(
        "for (const b of document.querySelectorAll('.ms-rowsbox .ms-button')) if (!b.hidden && !b.closest('.ms-rowbar')) b.click()"
    )
    said = page.evaluate(TEXT)
    cards = page.evaluate(CARDS)
    assert len(cards) >= maps_expected
    # hovering and focusing run handlers as well as loading does
    for mark in page.locator(MARK).all()[:3]:
        mark.hover(force=True)
        mark.focus()
    assert page.evaluate(INTRUDERS) == []
    for frame in page.frames:
        assert frame.evaluate("window.__pwned === undefined")
    assert opened.faults() == []
    return "\n".join([said, *cards])


def missing(text: str) -> list[str]:
    """Return the payloads that nobody can read in `text`; each must stand there letter by letter."""
    return [name for name, payload in PAYLOADS.items() if payload not in text]


def whole(body: str) -> str:
    """Return a page without any policy, so that only the escaping stands between a text and the browser."""
    head = f'<meta charset="utf-8"><title>t</title><style>{frontend.styles()}</style><script>{frontend.script()}</script>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'


def shown(case: Casebook) -> dict[str, list[exhibit.Exhibit | exhibit.Finding]]:
    """Draw everything that the library can show."""
    drawn = {
        f"{module.__name__.rpartition('.')[2]}.{name}": function
        for module in (charts, listing, findings)
        for name, function in vars(module).items()
        if inspect.isfunction(function)
        and inspect.signature(function).return_annotation in {"Exhibit", "Finding"}
    }  # fmt: skip
    # a picture that is added later is drawn here without anyone thinking of it
    assert {"charts.timeline", "charts.toll_ranges", "listing.milestones", "findings.where"} <= set(drawn)
    checks = ("confirmed", "partly", "contradicted", "not_checkable", "unchecked")
    theirs = readers.ucdp_events(case)
    given = {"case": case, "theirs": theirs, "linked": link(case.events, theirs)}
    plain = {
        name: [f(case, c) for c in checks]
        if name == "listing.seed_claims"
        else [f(*(given[p] for p in inspect.signature(f).parameters if p in given))]
        for name, f in drawn.items()
    }
    return plain | mapped(case)


def mapped(case: Casebook) -> dict[str, list[exhibit.Exhibit | exhibit.Finding]]:
    """Draw every kind of map."""
    first, rest = (dataclasses.replace(case, events=part.reset_index(drop=True)) for part in (case.events[:12], case.events[12:24]))
    said = [*PAYLOADS.values()]
    points = case.events[["lon", "lat", "date", "summary"]].assign(kind=[said[n % len(said)] for n in range(len(case.events))])
    counts = case.events["region_2023"].value_counts()
    drawn = {
        "maps.attacks": [maps.attacks(case)],
        "maps.beside": [maps.beside(first, readers.ucdp_events(case), said[4])],
        "maps.compare": [maps.compare(first, rest, said[0], names=(said[1], said[3]))],
        "maps.many": [maps.many(points, said[2], date="date", category="kind", label="summary", source=said[7])],
        "maps.regions": [maps.regions(counts, said[6], unit=said[1], source=said[0])],
    }
    kinds = {f"maps.{name}" for name in maps.__all__ if inspect.isfunction(getattr(maps, name))} - {"maps.payload", "maps.save"}
    assert set(drawn) == kinds
    return drawn


@pytest.fixture(scope="module")
def exhibits(case: Casebook) -> dict[str, list[exhibit.Exhibit | exhibit.Finding]]:
    with warnings.catch_warnings():
        # no axis has room for a place called like this, and matplotlib says so
        warnings.filterwarnings("ignore", message="constrained_layout not applied")
        return shown(case)


def test_texts_in_every_picture_map_and_table_stay_texts(
    exhibits: dict[str, list[exhibit.Exhibit | exhibit.Finding]], browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MALISEC_DISPLAY", "report")
    parts = []
    for one in itertools.chain.from_iterable(exhibits.values()):
        bundle = one._repr_mimebundle_()
        finding = bundle.get(exhibit.FINDING_MIME, {})
        parts.append(
            bundle.get("text/html") or f"<h1>{exhibit.escape(finding['title'])}</h1><p>{finding['lead']}</p><p>{finding['caution']}</p>"
        )
    path = tmp_path / "all.html"
    path.write_text(whole("\n".join(parts)), encoding="utf-8")
    opened = open_offline(browser, path)
    text = look(opened, maps_expected=6)
    assert missing(text) == []
    # each column that readers see, not just any
    for column in ("summary", "said_by", "publisher", "label", "claim", "check_note", "name", "short", "site", "note", "reason"):
        assert f"[{column} " in text, f"no text of column {column} is shown"
    opened.close()


def test_pictures_stay_well_formed(exhibits: dict[str, list[exhibit.Exhibit | exhibit.Finding]]):
    pictures = [one.svg for one in itertools.chain.from_iterable(exhibits.values()) if isinstance(one, exhibit.Exhibit) and one.svg]
    assert len(pictures) >= 4
    for picture in pictures:
        found = ElementTree.fromstring(picture)
        assert not [e for e in found.iter() if e.tag.rpartition("}")[2] in {"script", "foreignObject", "image", "iframe"}]


def test_dollar_signs_in_a_label_are_no_formula(exhibits: dict[str, list[exhibit.Exhibit | exhibit.Finding]]):
    (timeline,) = exhibits["charts.timeline"]
    said = " ".join(ElementTree.fromstring(timeline.svg).itertext())  # type: ignore[union-attr, arg-type]
    assert "US$ 5" in said


def test_a_notebook_shows_texts_as_texts(
    exhibits: dict[str, list[exhibit.Exhibit | exhibit.Finding]], browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MALISEC_DISPLAY", "live")
    live = [one._repr_mimebundle_()["text/html"] for name in ("maps.attacks", "findings.where") for one in exhibits[name]]
    assert all("srcdoc" in text for text in live[:1])
    path = tmp_path / "live.html"
    path.write_text(whole("\n".join(live)), encoding="utf-8")
    opened = open_offline(browser, path)
    inner = opened.page.frames[1]
    inner.locator(".leaflet-container[data-ready]").wait_for(state="attached")
    cards = inner.evaluate(CARDS)
    assert missing("\n".join(cards)) == []
    assert inner.evaluate(INTRUDERS) == []
    look(opened, maps_expected=0)
    opened.close()


def test_a_map_saved_alone_shows_texts_as_texts(
    exhibits: dict[str, list[exhibit.Exhibit | exhibit.Finding]], browser: Browser, tmp_path: Path
):
    (drawn,) = exhibits["maps.attacks"]
    maps.save(drawn, str(tmp_path / "map.html"))  # type: ignore[arg-type]
    opened = open_offline(browser, tmp_path / "map.html")
    assert missing(look(opened, maps_expected=1)) == []
    opened.close()


def test_popups_on_any_folium_map_show_texts_as_texts(case: Casebook, browser: Browser, tmp_path: Path):
    drawn = maps.OfflineMap()
    maps.AttackLayer(dataclasses.replace(case, events=case.events.head(14))).add_to(drawn)
    drawn.save(str(tmp_path / "map.html"))
    opened = open_offline(browser, tmp_path / "map.html")
    assert missing(look(opened, maps_expected=1)) == []
    opened.close()


def test_a_title_is_text_as_well(case: Casebook, browser: Browser, tmp_path: Path):
    nothing = dataclasses.replace(case, events=case.events.iloc[:0])
    # an anchor of its own for each, as titles in a notebook have
    together = maps.attacks(nothing, " ".join(PAYLOADS.values()))
    drawn = [dataclasses.replace(together, title=f"{name}: {payload}", body="", twin=None) for name, payload in PAYLOADS.items()]
    (tmp_path / "figures.html").write_text(whole("\n".join(one.html() for one in [together, *drawn])), encoding="utf-8")
    maps.save(together, str(tmp_path / "map.html"))
    for name in ("figures", "map"):
        opened = open_offline(browser, tmp_path / f"{name}.html")
        assert opened.page.evaluate(INTRUDERS) == []
        assert opened.page.evaluate("window.__pwned === undefined")
        assert opened.faults() == []
        assert missing(opened.page.title() if name == "map" else opened.page.evaluate(TEXT)) == []
        opened.close()


@pytest.fixture(scope="module")
def reports(building: tuple[subprocess.Popen[str], Path]) -> Path:
    running, out = building
    said, _ = running.communicate()
    assert running.returncode == 0, said
    return out


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["with its policy", "without its policy"])
def test_a_whole_report_shows_texts_as_texts(reports: Path, browser: Browser, tmp_path: Path, policy: str):
    text = ""
    names = sorted(path.name for path in reports.glob("*.html"))
    assert len(names) >= 4
    for name in names:
        path = reports / name
        if policy == "without its policy":
            # the policy would stop most scripts; the escaping must do without it
            bare, n = re.subn(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", path.read_text(encoding="utf-8"))
            assert n == 1
            path = tmp_path / name
            path.write_text(bare, encoding="utf-8")
        opened = open_offline(browser, path)
        text += look(opened, maps_expected=opened.page.locator("figure .leaflet-container").count())
        assert opened.width_of_content() <= 1280
        opened.close()
    assert missing(text) == []


@pytest.mark.slow
def test_a_report_of_hostile_texts_still_fits_a_phone(reports: Path, browser: Browser):
    for path in sorted(reports.glob("*.html")):
        opened = open_offline(browser, path, width=390)
        assert opened.width_of_content() <= 390, path.name
        assert opened.faults() == []
        opened.close()
