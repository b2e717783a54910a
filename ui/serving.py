"""The server that shows the page on this machine only."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from typing import TYPE_CHECKING

from rag.errors import UsageError
from ui.guard import HOST
from ui.starting import Starting

if TYPE_CHECKING:
    from fastapi import FastAPI

    from rag.pipeline import Findings


def _to_stderr(message: str) -> None:
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


def _of_note(record: logging.LogRecord) -> bool:
    """False where the server reports of itself that, stopped, it closed what a browser or a program had still open."""
    error = record.exc_info[1] if record.exc_info else None
    return not (isinstance(error, asyncio.CancelledError) or "graceful shutdown exceeded" in str(record.msg))


def serve(
    open_papers: Callable[[Callable[[str], None]], Findings],
    port: int,
    *,
    open_browser: bool = False,
    report: Callable[[str], None] = _to_stderr,
) -> None:
    """Show the page on 127.0.0.1 until Ctrl-C; `open_papers`, given where to report what takes time, opens what it
    answers from while the page is up already. Raises UsageError where the port cannot be had, and what `open_papers`
    raises."""
    with contextlib.closing(bind(port)) as listening, contextlib.ExitStack() as opened:
        address = f"http://{HOST}:{listening.getsockname()[1]}/"
        report(f"Findings is at {address} (Ctrl-C stops it)")
        import uvicorn

        def build(tell: Callable[[str], None]) -> FastAPI:
            from ui.app import application
            from ui.history import History
            from ui.pictures import Drawing

            def told(message: str) -> None:
                report(message)
                tell(message)

            findings = open_papers(told)
            opened.callback(findings.close)
            history = opened.enter_context(contextlib.closing(History(findings.settings)))
            drawing = opened.enter_context(contextlib.closing(Drawing()))
            app = application(findings, history, drawing)
            # The models load while the person types; a question that comes sooner waits for them. Not before the page
            # is there: they would keep the processor from it.
            warming = threading.Thread(target=findings.warm, daemon=True)
            # Left alone in OpenVINO by the end of the interpreter, it would abort the process.
            opened.callback(warming.join)
            warming.start()
            drawing.warm()
            return app

        def failed() -> None:
            server.should_exit = True

        starting = Starting(build, failed)
        config = uvicorn.Config(starting, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
        logging.getLogger("uvicorn.error").addFilter(_of_note)  # after Config, which sets logging up
        server = uvicorn.Server(config)
        if open_browser:
            webbrowser.open(address)
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[listening])
        starting.wait()
        if starting.failure is not None:
            raise starting.failure


def bind(port: int) -> socket.socket:
    """A listening socket on 127.0.0.1; port 0 takes any free one. Raises UsageError."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # On Windows the option of this name lets two programs share a port; there the exclusive one does what is meant.
    option = getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)
    listening.setsockopt(socket.SOL_SOCKET, option, 1)
    try:
        listening.bind((HOST, port))
        listening.listen(128)  # from here on a browser that comes early waits instead of being refused
    except (OSError, OverflowError) as error:
        listening.close()
        reason = "cannot be used"
        if isinstance(error, OverflowError):
            reason = "is out of range"
        elif isinstance(error, PermissionError):
            reason = "is reserved, or in use by another program"
        elif error.errno == errno.EADDRINUSE:
            reason = "is in use by another program"
        other = 7860 if port != 7860 else 7861
        raise UsageError(f"port {port} on {HOST} {reason}; choose another: findings serve --port {other}") from error
    return listening
