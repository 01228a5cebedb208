"""What all tests share: one Chromium per worker, and the display that the stored notebooks were made with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

import chromium
from browser import ARGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


def pytest_configure(config: pytest.Config) -> None:
    """Let kernels started by nbval show what is stored in notebooks; plain tests see the environment as it is."""
    if config.getoption("nbval", default=False):
        os.environ["MALISEC_DISPLAY"] = "stored"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium, or a failure: a report that nobody opened is not tested."""
    from playwright.sync_api import sync_playwright

    path = chromium.find()
    if path is None:
        pytest.fail(f"no Chromium that starts: {chromium.ADVICE}, or run `make test`, which installs one")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=list(ARGS))
        yield running
        running.close()
