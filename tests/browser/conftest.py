"""The page over the sample papers, served from a thread, and a browser of its own for each test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from page_server import served

if TYPE_CHECKING:
    from rag.pipeline import Findings

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SAMPLE = Path(__file__).parents[2] / "corpus" / "sample"


@pytest.fixture(scope="session")
def sample_findings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Findings]:
    """The sample papers, with a history of their own."""
    from rag.config import Settings
    from rag.index import index
    from rag.pipeline import Findings
    from rag.store import Store

    if not CHROMIUM.exists():
        pytest.skip(f"needs a browser: {CHROMIUM} is absent (apt-get install chromium)")
    cache = os.environ.get("FINDINGS_CACHE") or str(tmp_path_factory.mktemp("cache"))
    folder = tmp_path_factory.mktemp("sample") / "store"
    settings = Settings(cache=cache, history=f"sqlite:///{tmp_path_factory.mktemp('history') / 'history.sqlite'}")
    index([SAMPLE], folder, settings)
    with Findings(Store(folder), settings, sample=True, report=lambda message: None) as findings:
        yield findings


@pytest.fixture(scope="session")
def sample_address(sample_findings: Findings) -> Iterator[str]:
    """The address of the page over the sample papers."""
    from ui import app

    with served(app.application(sample_findings)) as address:
        yield address


@pytest.fixture
def page(tab: Any, sample_address: str) -> Any:
    """The tab, on the page."""
    tab.goto(sample_address)
    tab.wait_for_selector("#ask")
    return tab


@pytest.fixture
def tab(tmp_path: Path) -> Iterator[Any]:
    """A tab of a new browser. `tab.asked` has the address of every request, `tab.complaints` the console's errors."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with sync_api.sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path / "profile", executable_path=CHROMIUM, args=ARGUMENTS, viewport={"width": 1280, "height": 900}
        )
        tab = context.pages[0]
        tab.asked, tab.complaints = [], []
        context.on("request", lambda request: tab.asked.append(request.url))
        tab.on("console", lambda said: tab.complaints.append(said.text) if said.type == "error" else None)
        tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
        tab.set_default_timeout(30_000)  # a machine may be busy with other things
        yield tab
        context.close()
