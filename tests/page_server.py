"""An application served from a thread, for tests that ask it as a browser or a program does."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import threading
import time
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def served(application: Any) -> Iterator[str]:
    """The address of an application that a thread serves."""
    import uvicorn

    from ui import serving

    with serving.bind(0) as listening:
        # Gradio leaves event loops open, one as this thread's own: better noticed here than blamed on another test.
        asyncio.set_event_loop(None)
        gc.collect()
        server = uvicorn.Server(uvicorn.Config(application, log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 30
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            server.should_exit = True
            thread.join(10)
    gc.collect()
