"""French beside English: no text of ours is left out, and neither language lets a value become markup."""

from __future__ import annotations

import copy
import json
import pickle
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

import malisec as ms
import texts
from browser import open_offline
from malisec import exhibit, i18n, paths, style
from malisec.i18n import Both

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FILE = Path(i18n.__file__).parent / "fr.json"


def test_every_text_of_ours_has_its_french():
    assert [text for text in texts.everything() if text not in i18n.catalogue()] == []


def test_a_text_stands_in_the_catalogue_once():
    every = Counter(key for part in json.loads(FILE.read_text(encoding="utf-8")).values() for key in part)
    assert [key for key, n in every.items() if n > 1] == []


@pytest.mark.parametrize("key", sorted(i18n.catalogue()))
def test_french_keeps_the_values_and_no_markup(key: str):
    def values(text: str) -> list[str]:
        return sorted(set(re.findall(r"\{\w+\}", text)))

    assert values(i18n.catalogue()[key]) == values(key)
    assert not re.search(r"[<>]", i18n.catalogue()[key])


@given(st.text() | st.text("{}<>&\"'%", max_size=9))
def test_no_value_becomes_markup_or_template_in_either_language(text: str):
    said = exhibit.sentence("From {a} to {b}", a=text, b=Both(text, text))
    assert str(said).count(str(escape(text))) >= 2
    assert "<ms-fr" in said
    stripped = re.sub(r"</?(?:b|ms-en|ms-fr)(?: lang=\"fr\")?>", "", said)
    assert not re.search(r"[<>]", stripped)
    assert i18n.english(said) == Markup("From <b>{}</b> to <b>{}</b>").format(text, text)


def test_a_sentence_inside_a_sentence_is_said_in_one_language_each():
    inner = exhibit.sentence("From {a} to {b}", a=1, b=2)
    outer = exhibit.sentence("{n}{span}.", n=3, span=inner)
    assert str(outer).count("<ms-en>") == str(outer).count("<ms-fr") == 1


def test_texts_of_two_languages_survive_copies_and_pickles():
    text = Both("one event", "un événement")
    for again in (copy.copy(text), copy.deepcopy(text), pickle.loads(pickle.dumps(text))):
        assert (again, again.fr) == (text, text.fr)


def test_numbers_and_dates_are_written_as_each_language_does():
    assert i18n.number(12345).fr == "12\u202f345"
    assert i18n.french("12,345") == "12\u202f345"
    assert style.plural(0, "event").fr == "aucun événement"
    assert style.plural(1, "region").fr == "une région"
    assert style.plural(1500, "event").fr == "1\u202f500 événements"
    assert style.capital(style.plural(2, "event")).fr == "Deux événements"
    assert style.listed(["a", "b", "c"]).fr == "a, b et c"


def test_stored_texts_stay_english():
    shown = ms.maps.attacks(ms.load().select(wave="wave-2025-07-01"), "One morning")
    assert "événement" not in repr(shown)
    assert "Seven events" in repr(shown)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
def test_a_report_reads_as_french_and_turns_back_to_the_same_english(browser: Browser, tmp_path: Path, width: int):
    from concurrent.futures import ThreadPoolExecutor

    from malisec import report

    with ThreadPoolExecutor(1) as pool:
        pool.submit(report.build, tmp_path, paths.home() / "notebooks").result()
    names = sorted(path.stem for path in tmp_path.glob("*.html"))
    assert len(names) > 12
    for name in names:
        opened = open_offline(browser, tmp_path / f"{name}.html", width=width)
        page = opened.page
        # which names of towns find room on a map is no matter of language
        page.add_style_tag(content=".leaflet-map-pane { visibility: hidden !important }")
        before = page.locator("body").inner_text()
        title = page.title()
        page.locator(".ms-langs button[lang=fr]").click()
        assert page.evaluate("document.documentElement.lang") == "fr"
        assert "lang=fr" in page.url
        french = page.locator("body").inner_text()
        assert page.title() != title
        heading = page.locator("h1").inner_text()
        assert heading not in before
        assert re.search(r"\b(?:les?|la|l’|des?|du|d’|au)", heading)
        # words that no French sentence holds; names, quotations and the tables' own texts may hold them
        ours = page.evaluate("""() => [...document.querySelectorAll(
            "h1, h2, .ms-lead, .ms-caution, .ms-question, .ms-title, .ms-reading, .ms-source, .ms-text p, .ms-foot, .ms-bar, .ms-toc, " +
            "th, summary, .ms-key, .ms-button, .ms-howto, .ms-picture text")]
            .filter((e) => e.getClientRects().length && !e.closest(".ms-cardbody [lang=en]")).map((e) => e.innerText ?? e.textContent)""")
        left = [text for text in ours if re.search(r"\b(?:the|of|events?|killed|unknown|from|known|named|which|are|is|and|with)\b", text)]
        assert left == []
        # every other report opens in French as well
        hrefs = page.eval_on_selector_all("nav a[href*='.html']", "all => all.map(a => a.getAttribute('href'))")
        assert hrefs
        assert all(href.endswith("#lang=fr") for href in hrefs)
        assert opened.width_of_content() <= width
        page.locator(".ms-langs button[lang=en]").click()
        assert page.locator("body").inner_text() == before
        assert page.title() == title
        assert len(french) > len(before) / 2
        assert opened.faults() == []
        opened.close()


@pytest.mark.browser
def test_the_language_of_the_address_is_that_of_the_page(browser: Browser, tmp_path: Path):
    shown = ms.maps.attacks(ms.load().select(wave="wave-2025-07-01"), "One morning")
    (tmp_path / "map.html").write_text(shown.page(), encoding="utf-8")
    opened = open_offline(browser, tmp_path / "map.html")
    opened.page.goto((tmp_path / "map.html").as_uri() + "#lang=fr")
    opened.page.reload()
    assert opened.page.evaluate("document.documentElement.lang") == "fr"
    assert "Assaut armé" in opened.page.locator(".ms-legendbox").inner_text()
    assert "tués" in opened.page.locator(".ms-rows thead").inner_text()
    opened.close()


@pytest.mark.browser
def test_a_reader_whose_browser_speaks_french_begins_in_french_and_may_turn_to_english(browser: Browser, tmp_path: Path):
    shown = ms.maps.attacks(ms.load().select(wave="wave-2025-07-01"), "One morning")
    (tmp_path / "map.html").write_text(shown.page(), encoding="utf-8")
    context = browser.new_context(offline=True, locale="fr-ML")
    page = context.new_page()
    page.goto((tmp_path / "map.html").as_uri())
    assert page.evaluate("document.documentElement.lang") == "fr"
    page.locator(".ms-langs button[lang=en]").click()
    page.reload()
    assert page.evaluate("document.documentElement.lang") == "en"
    context.close()
