"""The watch over a page in the browser must itself be awake, or every page would pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from browser import open_offline

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

# addresses that end in .invalid are nobody's, and the network is off besides
HOSTILE = """<!doctype html><html lang="en"><title>hostile</title><body style="margin:0">
<img src="https://picture.invalid/a.png" alt="">
<div style="width:3000px">wide</div>
<button>press</button>
<script>
  fetch("https://call.invalid/b").catch(() => {});
  console.error("said aloud");
  alert("got in");
  document.querySelector("button").addEventListener("click", () => { fetch("beside.json").catch(() => {}); });
  setTimeout(() => { throw new Error("fell over"); }, 0);
</script></body></html>"""
QUIET = """<!doctype html><html lang="en"><title>quiet</title><body style="margin:0"><h1 id="a">Quiet</h1>
<img alt="dot" src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="><a href="#a">up</a>
<script>console.log("not an error")</script></body></html>"""


def write(place: Path, text: str) -> Path:
    path = place / "page.html"
    path.write_text(text, encoding="utf-8")
    return path


def test_requests_console_errors_page_errors_and_dialogs_are_noticed(browser: Browser, tmp_path: Path):
    opened = open_offline(browser, write(tmp_path, HOSTILE))
    assert "https://picture.invalid/a.png" in opened.requests
    assert "https://call.invalid/b" in opened.requests
    assert any("said aloud" in text for text in opened.console_errors)
    assert any("fell over" in text for text in opened.page_errors)
    assert opened.dialogs == ["got in"]
    kinds = {fault.split(":")[0] for fault in opened.faults()}
    assert kinds == {"request", "console", "error", "dialog"}
    opened.close()


def test_what_a_click_sets_off_is_noticed_too(browser: Browser, tmp_path: Path):
    opened = open_offline(browser, write(tmp_path, HOSTILE))
    before = len(opened.requests)
    with opened.page.expect_request("**/beside.json"):
        opened.page.get_by_role("button").click()
    assert [url.rsplit("/", 1)[1] for url in opened.requests[before:]] == ["beside.json"]
    opened.close()


def test_content_wider_than_the_window_is_measured(browser: Browser, tmp_path: Path):
    opened = open_offline(browser, write(tmp_path, HOSTILE), width=390)
    assert opened.width_of_content() == 3000
    opened.close()


def test_a_page_that_does_nothing_wrong_has_no_fault(browser: Browser, tmp_path: Path):
    opened = open_offline(browser, write(tmp_path, QUIET), width=390)
    opened.page.get_by_role("link").click()
    assert opened.faults() == []
    assert opened.width_of_content() == 390
    opened.close()


def test_a_page_that_shuts_people_out_has_findings(browser: Browser, tmp_path: Path):
    bad = '<!doctype html><html><title></title><body><img src="data:,"><button></button></body></html>'
    opened = open_offline(browser, write(tmp_path, bad))
    found = {finding["id"] for finding in opened.axe()}
    assert {"button-name", "html-has-lang", "image-alt"} <= found
    opened.close()
