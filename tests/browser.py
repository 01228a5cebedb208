"""Opens a built page as a reader without network would, and keeps what the browser said about it.

Knows Chromium; must not know what a report holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Dialog, Page

# --no-sandbox: containers run tests as root; the rest keeps the browser itself from calling home
ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# bytes that are already in the page: reading them asks nobody
INLINE = ("data:", "blob:", "about:")
AXE = Path(__file__).resolve().parent.parent / "node_modules" / "axe-core" / "axe.min.js"


@dataclass
class Opened:
    """A page in the browser, and everything it did that a finished report must not do."""

    page: Page
    context: BrowserContext
    requests: list[str] = field(default_factory=list)  # addresses asked for, the file itself left out
    console_errors: list[str] = field(default_factory=list)
    page_errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)  # alert(), confirm(), prompt(): the mark of a script that got in

    def faults(self) -> list[str]:
        """Return all of it as readable lines; an empty list is a clean page."""
        kinds = {"request": self.requests, "console": self.console_errors, "error": self.page_errors, "dialog": self.dialogs}
        return [f"{kind}: {text}" for kind, texts in kinds.items() for text in texts]

    def width_of_content(self) -> int:
        """Return how many pixels wide the content is; more than the window means that it scrolls sideways."""
        return int(self.page.evaluate("document.documentElement.scrollWidth"))

    def axe(self) -> list[dict[str, object]]:
        """Return what axe-core finds wrong for people who cannot see, or cannot use a mouse."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        # violations only: describing all that passed takes as long as finding what does not
        return list(self.page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"))

    def close(self) -> None:
        """Close the page and forget its storage."""
        self.context.close()


def open_offline(browser: Browser, path: Path, width: int = 1280, height: int = 900) -> Opened:
    """Open the file `path` in a window of `width` pixels with the network off, and wait until it has loaded.

    The lists of the result go on growing while the page lives, so look at them after the last click.
    """
    address = path.resolve().as_uri()
    context = browser.new_context(offline=True, viewport={"width": width, "height": height}, locale="en-GB", timezone_id="UTC")
    opened = Opened(context.new_page(), context)

    def asked(url: str) -> None:
        if not url.startswith(INLINE) and url.split("#")[0] != address:
            opened.requests.append(url)

    def dismiss(dialog: Dialog) -> None:
        opened.dialogs.append(dialog.message)
        dialog.dismiss()

    # on the context, not the page: windows that a page opens are watched as well
    context.on("request", lambda request: asked(request.url))
    context.on("console", lambda said: opened.console_errors.append(said.text) if said.type == "error" else None)
    context.on("weberror", lambda fault: opened.page_errors.append(str(fault.error)))
    opened.page.on("websocket", lambda socket: asked(socket.url))
    opened.page.on("dialog", dismiss)
    opened.page.goto(address, wait_until="load")
    # two frames: scripts that draw after loading have drawn
    opened.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return opened
