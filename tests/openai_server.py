"""A server of OpenAI's chat completions on this machine that does what a test tells it to, however bad."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """One request. `body` is what was asked; `server.asked` holds all of them."""

    protocol_version = "HTTP/1.1"
    server: Server
    body: dict[str, Any]

    def do_POST(self) -> None:
        self.body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append(self.body)
        self.server.keys.append(self.headers.get("authorization", ""))
        self.close_connection = True
        with contextlib.suppress(OSError):  # the client has gone, which is what many a test is about
            self.server.behaviour(self)

    def begin(self, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("connection", "close")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def event(self, piece: str) -> None:
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m"}
        choice = {"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": None}
        self.wfile.write(f"data: {json.dumps(chunk | {'choices': [choice]})}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, behaviour: Behaviour):
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviour = behaviour
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def serving(behaviour: Behaviour) -> Iterator[Server]:
    with Server(behaviour) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:  # after a test that was skipped, too: what goes on polling slows down every later one
            server.shutdown()
            thread.join()


# ── what it may do ───────────────────────────────────────────────────────────────────────────────────────────────


def says(text: str, size: int = 40) -> Behaviour:
    """The whole reply, streamed in pieces of `size` characters or in one, as it is asked for."""

    def behave(handler: Handler) -> None:
        if not handler.body.get("stream"):
            return whole(text)(handler)
        handler.begin()
        for start in range(0, len(text), size):
            handler.event(text[start : start + size])
        handler.wfile.write(b"data: [DONE]\n\n")

    return behave


def whole(text: str) -> Behaviour:
    """The reply in one piece, even where a stream was asked for."""

    def behave(handler: Handler) -> None:
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        reply = {"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}
        handler.begin(kind="application/json")
        handler.wfile.write(json.dumps(reply).encode())

    return behave


def fails(status: int, message: str = "no", **headers: str) -> Behaviour:
    def behave(handler: Handler) -> None:
        handler.begin(status, "application/json", **headers)
        handler.wfile.write(json.dumps({"error": {"message": message}}).encode())

    return behave


def sends(*parts: bytes, kind: str = "text/event-stream") -> Behaviour:
    """These bytes, whatever they are."""

    def behave(handler: Handler) -> None:
        handler.begin(kind=kind)
        for part in parts:
            handler.wfile.write(part)

    return behave


def drips(text: str, pause: float) -> Behaviour:
    """A character at a time, for ever from the start again."""

    def behave(handler: Handler) -> None:
        handler.begin()
        while True:
            for piece in text:
                handler.event(piece)
                time.sleep(pause)

    return behave


def floods(piece: str, times: int) -> Behaviour:
    def behave(handler: Handler) -> None:
        handler.begin()
        for _ in range(times):
            handler.event(piece)

    return behave


def hangs(handler: Handler) -> None:
    handler.rfile.read(1)  # until the client goes


def breaks_off(text: str) -> Behaviour:
    """The start of a reply, then the connection is closed in the middle of what was announced."""

    def behave(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream")
        handler.send_header("content-length", "100000")
        handler.end_headers()
        handler.event(text)

    return behave


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """One after the other, the last for ever."""
    rest: Iterable[Behaviour] = iter(behaviours)
    last = behaviours[-1]
    return lambda handler: next(rest, last)(handler)  # type: ignore[call-overload]
