"""The page over the sample papers, served from a thread, and a browser of its own for each test."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

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
def sample_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the page over the sample papers."""
    import uvicorn

    from rag.config import Settings
    from rag.index import index
    from rag.pipeline import Findings
    from rag.store import Store
    from ui import app, serving

    if not CHROMIUM.exists():
        pytest.skip(f"needs a browser: {CHROMIUM} is absent (apt-get install chromium)")
    cache = os.environ.get("FINDINGS_CACHE") or str(tmp_path_factory.mktemp("cache"))
    folder = tmp_path_factory.mktemp("sample") / "store"
    settings = Settings(cache=cache, history=f"sqlite:///{tmp_path_factory.mktemp('history') / 'history.sqlite'}")
    index([SAMPLE], folder, settings)
    with (
        Findings(Store(folder), settings, sample=True, report=lambda message: None) as findings,
        serving.bind(0) as listening,
    ):
        config = uvicorn.Config(app.application(findings), log_level="error", timeout_graceful_shutdown=1)
        # Gradio leaves event loops open, one as this thread's own: better noticed here than blamed on another test.
        asyncio.set_event_loop(None)
        gc.collect()
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 30
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        server.should_exit = True
        thread.join(10)
    gc.collect()


@pytest.fixture
def page(sample_address: str, tmp_path: Path) -> Iterator[object]:
    """A tab on the page. `page.asked` collects the address of every request, `page.complaints` the console's errors."""
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
        tab.goto(sample_address)
        tab.wait_for_selector("#ask")
        yield tab
        context.close()
