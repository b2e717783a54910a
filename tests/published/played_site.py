"""A web server on this machine that plays the inspectorate's site, its faults included."""

from __future__ import annotations

import contextlib
import gzip
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from corpus.manners import Clock

Respond = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class StoppedClock:
    """A clock that stands still but for the sleeping: nobody waits, and what was waited is written down."""

    slept: list[float] = field(default_factory=list)

    def clock(self) -> Clock:
        return Clock(self.slept.append, lambda: 1000.0 + sum(self.slept), lambda: 1_700_000_000.0 + sum(self.slept))


@dataclass
class Site:
    """`pages` maps a path to what answers there: one, or several, of which each answers once and the last for ever."""

    base: str
    pages: dict[str, Respond | list[Respond]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def headers(self, path: str) -> list[dict[str, str]]:
        """Those of every request for a path, names in small letters."""
        return [headers for asked, headers in self.asked if asked == path]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append((handler.path, {name.lower(): value for name, value in handler.headers.items()}))
        respond = self.pages.get(handler.path) or (reply(status=404) if handler.path != "/robots.txt" else reply(b""))
        if isinstance(respond, list):
            respond = respond.pop(0) if len(respond) > 1 else respond[0]
        respond(handler)


@contextlib.contextmanager
def playing() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.close_connection = True
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                site.answer(self)

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        site = Site(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()


# ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────


def reply(body: bytes = b"", status: int = 200, type: str = "text/html; charset=utf-8", **headers: str) -> Respond:
    """`headers` have `_` for `-`."""

    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        given = {"Content-Type": type, "Content-Length": str(len(body))}
        for name, value in (given | {name.replace("_", "-"): value for name, value in headers.items()}).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return respond


def pdf(body: bytes, **headers: str) -> Respond:
    return reply(body, type="application/pdf", **headers)


def moved(location: str, status: int = 302) -> Respond:
    return reply(status=status, Location=location)


def kept(body: bytes, etag: str = '"one"', cut: Sequence[int] = ()) -> Respond:
    """A file as a good server gives it: by condition, and in parts. The connection is cut after so many bytes, each
    time after those of the next."""
    cuts = list(cut)

    def respond(handler: BaseHTTPRequestHandler) -> None:
        if handler.headers.get("If-None-Match") == etag:
            reply(status=304, ETag=etag)(handler)
            return
        match = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        start = int(match[1]) if match and handler.headers.get("If-Range") == etag else 0
        if start >= len(body):
            reply(status=416, Content_Range=f"bytes */{len(body)}")(handler)
            return
        handler.send_response(206 if start else 200)
        handler.send_header("Content-Type", "application/pdf")
        handler.send_header("Content-Length", str(len(body) - start))
        handler.send_header("ETag", etag)
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        handler.end_headers()
        handler.wfile.write(body[start : start + cuts.pop(0)] if cuts else body[start:])

    return respond


def raw(sent: bytes) -> Respond:
    """Just these bytes, whatever they are, and the end of the connection."""
    return lambda handler: handler.wfile.write(sent)


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/pdf")
    handler.end_headers()
    handler.wfile.write(b"%PDF-1.4\n")
    while True:
        handler.wfile.write(b"0" * 65536)


def bomb(size: int) -> Respond:
    """A few kilobytes that unpack to `size` bytes."""
    return reply(gzip.compress(b"%PDF-1.4\n" + b"0" * size), type="application/pdf", Content_Encoding="gzip")


# ── pages ────────────────────────────────────────────────────────────────────────────────────────────────────────


def link(address: str, hidden: str, shown: str = "Report", classes: str = "publication-link") -> str:
    return (
        f'<li><a class="{classes}" href="{address}" target="_blank">{shown}'
        f'<span class="nonvisual">{hidden}</span></a></li>'
    )


def provider(*links: str, licence: str = "Open Government Licence v3.0") -> Respond:
    return reply(f"<html><body><ul>{''.join(links)}</ul><footer>{licence}</footer></body></html>".encode())
