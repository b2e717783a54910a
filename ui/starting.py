"""What answers until the page is there: opening the papers and importing Gradio take seconds, and indexing the sample
papers for the first time takes longer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from importlib import resources
from typing import TYPE_CHECKING

from ui.guard import middleware

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

STATE = "/starting"  # says, as JSON, whether the page is there ("ready") and what is being done ("note")


class Starting:
    """ASGI application that has `build` make another in a thread. Until that is there, a browser is shown a page that
    takes the question already, and whatever else is asked waits. `build` is given a function to tell what it does.

    `failure` is what `build` raised; `failed` is called then, in the server's own thread."""

    def __init__(self, build: Callable[[Callable[[str], None]], FastAPI], failed: Callable[[], None]):
        self._build, self._failed = build, failed
        self._note = ""
        self._app: FastAPI | None = None
        self._making: threading.Thread | None = None
        self._over = asyncio.Event()  # built, or never to be
        self._stop = asyncio.Event()
        self.failure: BaseException | None = None
        self._own = self._replies()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        own = scope["type"] == "http" and (scope["path"] == STATE or (self._app is None and _opens_page(scope)))
        if not own:
            await self._over.wait()
        await (self._own if own or self._app is None else self._app)(scope, receive, send)

    def _replies(self) -> Starlette:
        from starlette.applications import Starlette
        from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse
        from starlette.routing import Route

        page = resources.files("ui").joinpath("starting.html").read_text(encoding="utf-8")

        async def opened(request: Request) -> Response:
            if not _opens_page(request.scope):
                return PlainTextResponse("Findings could not start.", 503)
            return HTMLResponse(page, headers={"Cache-Control": "no-store"})

        async def state(request: Request) -> Response:
            return JSONResponse({"ready": self._app is not None, "note": self._note})

        return Starlette(routes=[Route(STATE, state), Route("/{path:path}", opened)], middleware=middleware())

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        running = asyncio.create_task(self._run())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._stop.set()
        await running
        await send({"type": "lifespan.shutdown.complete"})

    async def _run(self) -> None:
        """Build the application and be its life, from its start to its end."""
        loop = asyncio.get_running_loop()
        built: asyncio.Future[FastAPI] = loop.create_future()

        def settle(app: FastAPI | None, error: BaseException | None) -> None:
            if built.done():
                return
            if app is not None:
                built.set_result(app)
            elif error is not None:
                built.set_exception(error)

        def make() -> None:
            app, error = None, None
            try:
                app = self._build(self._tell)
            except BaseException as raised:
                error = raised
            if not loop.is_closed():
                loop.call_soon_threadsafe(settle, app, error)

        self._making = threading.Thread(target=make, daemon=True)
        self._making.start()
        stopped = asyncio.create_task(self._stop.wait())
        await asyncio.wait({built, stopped}, return_when=asyncio.FIRST_COMPLETED)
        try:
            if built.done():
                app = built.result()
                async with app.router.lifespan_context(app):
                    self._app = app
                    self._over.set()
                    await stopped
        except Exception as error:
            self.failure = error
            self._failed()
        finally:
            built.cancel()
            stopped.cancel()
            self._over.set()

    def wait(self) -> None:
        """Until nothing is being built any more, once the server has ended: the interpreter's end would abort what is
        in native code."""
        if self._making is not None:
            self._making.join()

    def _tell(self, note: str) -> None:
        self._note = note


def _opens_page(scope: Scope) -> bool:
    """Is this a browser that opens the page? Programs do not ask for HTML."""
    if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
        return False
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])
