"""Asking a site: one request at a time, every address and every redirect checked, all bounded in size and time."""

from __future__ import annotations

import contextlib
import socket
import ssl
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.client import responses
from typing import TypeVar

import httpx

from corpus.address import Resolve, Target, target
from corpus.manners import LONGEST_WAIT, TRIES, Clock, Pace, Rules, agent, asked_wait, back_off
from corpus.watch import Watch
from rag.errors import AddressRefused, SiteError, SiteFalters, SiteUnreached

CONNECT, READ = 10.0, 30.0  # seconds to wait for a connection, and for more of an answer
BEGINNING, WHOLE = 60.0, 600.0  # seconds for an answer to begin, and for all of it
REDIRECTS = 5
PAGE = 5_000_000  # bytes of a web page
_ROBOTS = 512_000  # bytes of a robots.txt (RFC 9309 asks for 500 KiB)
_PIECE = 1 << 16

_MOVED = {301, 302, 303, 307, 308}
_MAY_PASS = {408, 425, 429, 500, 502, 503, 504}
_NO_MORE = {
    401: "wants a password, which this program does not give",
    403: "refuses it",
    404: "has nothing there; check the address, or look for the paper on the site",
    410: "has taken it down; look for it elsewhere on the site",
}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site answered: `status` is 200, 206, 304 or 416; `url` is where it was in the end."""

    url: str
    status: int
    headers: httpx.Headers
    chunks: Callable[[int], Iterator[bytes]]
    """The body in pieces, decoded, of so many bytes at most. Raises SiteError for more; SiteFalters where it breaks off
    or takes too long."""


class Web:
    """A visitor of web sites. `resolve` looks names up, as `socket.getaddrinfo` does."""

    def __init__(
        self,
        *,
        allow_private: bool = False,
        clock: Clock | None = None,
        resolve: Resolve = socket.getaddrinfo,
    ):
        self.clock = clock or Clock()
        self._allow_private, self._resolve = allow_private, resolve
        self._pace = Pace(self.clock)
        self._rules: dict[str, Rules] = {}
        # No connection is used twice: it was made for one host's name, and another's may have the same number. No proxy
        # either, since it, and not the check here, would choose what is connected to.
        self._transport = httpx.HTTPTransport(
            verify=ssl.create_default_context(), trust_env=False, limits=httpx.Limits(max_keepalive_connections=0)
        )

    def close(self) -> None:
        self._transport.close()

    def __enter__(self) -> Web:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @contextlib.contextmanager
    def open(self, address: str, headers: Mapping[str, str] | None = None) -> Iterator[Answer]:
        """Ask once for an address, and for where it redirects to. Raises AddressRefused, SiteError, and SiteFalters for
        what may pass."""
        with self._open(address, headers or {}, self._rules_of) as answer:
            yield answer

    def page(self, address: str) -> tuple[Answer, bytes]:
        """A web page, asked for as often as is polite."""

        def read() -> tuple[Answer, bytes]:
            with self.open(address) as answer:
                return answer, b"".join(answer.chunks(PAGE))

        return self.patiently(read)

    def patiently(self, act: Callable[[], T]) -> T:
        """The result of `act`, which is tried again, each time after a longer pause, while it raises SiteFalters."""
        failed = 0
        while True:
            try:
                return act()
            except SiteFalters as error:
                failed += 1
                if failed == TRIES:
                    raise
                if error.wait > LONGEST_WAIT:
                    raise SiteError(f"{error}; it asks to be left alone for {error.wait:,.0f} s") from error
                self.clock.sleep(max(error.wait, back_off(failed)))

    # ── one request ──────────────────────────────────────────────────────────────────────────────────────────────

    @contextlib.contextmanager
    def _open(self, address: str, headers: Mapping[str, str], rules_of: Callable[[Target], Rules]) -> Iterator[Answer]:
        here = address
        for _ in range(REDIRECTS + 1):
            at = target(here, allow_private=self._allow_private, resolve=self._resolve)
            rules = rules_of(at)
            if not rules.allow(str(at.url)):
                raise SiteError(f"{here}: the site's robots.txt asks programs to leave this alone; save it by hand")
            self._pace.keep(at.host, rules.delay)
            with self._ask(at, headers) as response:
                if response.status_code not in _MOVED:
                    self._check(str(at.url), response)
                    yield self._answer(str(at.url), response)
                    return
                here = _moved(at.url, response.headers.get("location", ""))
        raise SiteError(f"{address} redirects more than {REDIRECTS} times; open it in a browser and use where it ends")

    @contextlib.contextmanager
    def _ask(self, at: Target, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        with (
            contextlib.closing(Watch(BEGINNING)) as watch,
            contextlib.closing(self._send(at, headers, watch)) as response,
        ):
            watch.allow(WHOLE)
            yield response

    def _send(self, at: Target, headers: Mapping[str, str], watch: Watch) -> httpx.Response:
        sent = {"Host": at.url.netloc.decode("ascii"), "User-Agent": agent(), "Accept": "*/*"}
        sent |= {"Accept-Encoding": "identity", "Connection": "close", **headers}
        within = {"connect": CONNECT, "read": READ, "write": READ, "pool": CONNECT}
        failure: Exception | None = None
        for numeric in at.numeric:
            request = httpx.Request(
                "GET",
                at.url.copy_with(host=numeric),
                headers=sent,
                extensions={"timeout": within, "sni_hostname": at.host, "trace": watch.trace},
            )
            try:
                return self._transport.handle_request(request)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
            except httpx.TransportError as error:
                raise SiteFalters(f"{at.url} gives no proper answer ({_why(error)}); try again later") from error
        if "CERTIFICATE_VERIFY_FAILED" in str(failure):
            raise SiteError(f"{at.url} does not prove who it is ({_why(failure)}); check the address") from failure
        raise SiteUnreached(f"{at.url} cannot be reached ({_why(failure)}); check the connection and try again later")

    def _check(self, here: str, response: httpx.Response) -> None:
        status = response.status_code
        if status in (200, 206, 304, 416):
            return
        phrase = f"{status} {responses.get(status, '')}".strip()
        if status in _MAY_PASS:
            wait = asked_wait(response.headers.get("retry-after"), self.clock.now())
            raise SiteFalters(f"{here}: the site is overloaded or out of order ({phrase}); try again later", wait)
        raise SiteError(f"{here}: the site {_NO_MORE.get(status, 'does not give it; try again later')} ({phrase})")

    def _answer(self, here: str, response: httpx.Response) -> Answer:
        def chunks(most: int) -> Iterator[bytes]:
            too_big = SiteError(f"{here} has more than {most / 1_000_000:,.1f} MB, which is no paper's size")
            declared = response.headers.get("content-length", "")
            if declared.isdecimal() and int(declared) > most:
                raise too_big
            until, size = self.clock.monotonic() + WHOLE, 0
            try:
                for piece in _decoded(response, here):
                    size += len(piece)
                    if size > most:
                        raise too_big
                    if self.clock.monotonic() > until:
                        raise SiteFalters(f"{here} takes longer than {WHOLE:.0f} s; try again later")
                    yield piece
            except httpx.TransportError as error:
                raise SiteFalters(f"{here} breaks off before its end ({_why(error)}); try again") from error

        return Answer(here, response.status_code, response.headers, chunks)

    # ── robots.txt ───────────────────────────────────────────────────────────────────────────────────────────────

    def _rules_of(self, at: Target) -> Rules:
        """The rules of a site, read once. As RFC 9309 has it: none where there is no such file, and a site whose rules
        cannot be read is left alone."""
        if at.origin not in self._rules:
            try:
                self._rules[at.origin] = Rules(self._robots(f"{at.origin}/robots.txt"))
            except (AddressRefused, SiteFalters):
                raise
            except SiteError:
                self._rules[at.origin] = Rules()
        return self._rules[at.origin]

    def _robots(self, address: str) -> str:
        with self._open(address, {}, lambda at: Rules()) as answer:
            text = bytearray()
            for piece in answer.chunks(PAGE):
                text += piece
                if len(text) > _ROBOTS:
                    break
            return text[:_ROBOTS].decode("utf-8", "replace")


def _moved(url: httpx.URL, location: str) -> str:
    """Where a redirect leads. Raises AddressRefused, also where it leaves encryption."""
    try:
        there = url.join(location)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise AddressRefused(f"{url} redirects to {location[:200]!r}, which is no web address") from error
    if not location:
        raise SiteError(f"{url} redirects to nowhere; open it in a browser")
    if url.scheme == "https" and there.scheme != "https":
        raise AddressRefused(f"{url} redirects to {there}, which is not encrypted; open it in a browser")
    return str(there)


def _decoded(response: httpx.Response, here: str) -> Iterator[bytes]:
    """The body in pieces of bounded size, unpacked where the site packs it although it was asked not to."""
    packed = response.headers.get("content-encoding", "identity").strip().lower()
    if packed in ("identity", ""):
        yield from response.iter_raw()
        return
    if packed not in ("gzip", "x-gzip", "deflate"):
        raise SiteError(f"{here} comes packed in a way that was not asked for ({packed[:20]}); save it by hand")
    unpack = zlib.decompressobj(wbits=47)  # either header
    try:
        for piece in response.iter_raw():
            while piece:
                yield unpack.decompress(piece, _PIECE)
                piece = unpack.unconsumed_tail
    except zlib.error as error:
        raise SiteFalters(f"{here} comes damaged ({error}); try again") from error
    if not unpack.eof:
        raise SiteFalters(f"{here} breaks off before its end; try again")


def _why(error: Exception | None) -> str:
    return str(error).split("\n")[0][:120] or type(error).__name__
