from __future__ import annotations

import gzip
import socket
import time
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from played_site import Site, StoppedClock, bomb, endless, moved, pdf, raw, reply

from corpus.web import PAGE, REDIRECTS, Web
from rag.errors import AddressRefused, SiteError, SiteFalters, SiteUnreached


def read(web: Web, address: str, most: int = 1_000_000) -> bytes:
    with web.open(address) as answer:
        return b"".join(answer.chunks(most))


# ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_page_and_what_is_sent_for_it(site: Site, web: Web) -> None:
    site.pages["/a?b=1"] = reply(b"here")
    answer, data = web.page(f"{site.base}/a?b=1#c")
    assert (data, answer.url, answer.status) == (b"here", f"{site.base}/a?b=1", 200)
    sent = site.headers("/a?b=1")[0]
    assert sent["user-agent"].startswith("findings/")
    assert sent["host"] == site.base.removeprefix("http://")
    assert sent["accept-encoding"] == "identity"
    assert "cookie" not in sent and "authorization" not in sent


def test_robots_txt_is_read_once_and_kept_to(site: Site, web: Web) -> None:
    site.pages |= {"/robots.txt": reply(b"User-agent: *\nDisallow: /v1/\n"), "/a": reply(b"a"), "/v1/x": pdf(b"x")}
    assert read(web, f"{site.base}/a") == b"a"
    with pytest.raises(SiteError, match=r"robots\.txt asks programs to leave this alone; save it by hand"):
        read(web, f"{site.base}/v1/x")
    assert site.paths() == ["/robots.txt", "/a"]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_without_a_robots_txt_all_is_allowed(site: Site, web: Web, status: int) -> None:
    site.pages |= {"/robots.txt": reply(status=status), "/a": reply(b"a")}
    assert read(web, f"{site.base}/a") == b"a"


def test_a_site_whose_robots_txt_cannot_be_read_is_left_alone(site: Site, web: Web) -> None:
    site.pages |= {"/robots.txt": reply(status=503), "/a": reply(b"a")}
    with pytest.raises(SiteFalters, match=r"robots\.txt: the site is overloaded"):
        web.page(f"{site.base}/a")
    assert set(site.paths()) == {"/robots.txt"}


def test_of_an_endless_robots_txt_the_beginning_counts(site: Site, web: Web) -> None:
    rules = b"User-agent: *\nDisallow: /v1\n" + b"# more\n" * 200_000
    site.pages |= {"/robots.txt": reply(rules), "/a": reply(b"a"), "/v1": reply(b"")}
    assert read(web, f"{site.base}/a") == b"a"
    with pytest.raises(SiteError, match="leave this alone"):
        read(web, f"{site.base}/v1")


def test_requests_follow_each_other_with_a_pause(site: Site, web: Web, stopped: StoppedClock) -> None:
    site.pages["/a"] = reply(b"a")
    for _ in range(3):
        read(web, f"{site.base}/a")
    assert stopped.slept == [1.0, 1.0, 1.0]  # after robots.txt, and twice between


# ── redirects ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_redirects_are_followed(site: Site, web: Web) -> None:
    site.pages |= {"/a": moved("b"), "/b": moved("/c", 301), "/c": reply(b"end")}
    assert web.page(f"{site.base}/a")[0].url == f"{site.base}/c"


def test_a_circle_of_redirects_ends(site: Site, web: Web) -> None:
    site.pages |= {"/a": moved("/b"), "/b": moved("/a")}
    with pytest.raises(SiteError, match=f"redirects more than {REDIRECTS} times"):
        web.page(f"{site.base}/a")
    assert len(site.paths()) == 1 + REDIRECTS + 1


@pytest.mark.parametrize(
    "location", ["", "http://[", "ftp://example.org/", "http://me:pw@example.org/", "file:///etc/passwd"]
)
def test_a_redirect_to_no_web_address(site: Site, web: Web, location: str) -> None:
    site.pages["/a"] = moved(location)
    with pytest.raises((AddressRefused, SiteError)):
        web.page(f"{site.base}/a")


def test_a_redirect_to_a_private_address_is_refused(site: Site, stopped: StoppedClock) -> None:
    """The first host passes for a public one here; where it redirects to is checked like it."""

    def resolve(host: str, port: int, **rest: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.1.2.3" if host == "inside" else "127.0.0.1", port))]

    port = site.base.rpartition(":")[2]
    site.pages["/a"] = moved("http://inside/secret")
    with Web(clock=stopped.clock(), resolve=resolve) as web, pytest.MonkeyPatch.context() as patch:
        patch.setattr("corpus.address.is_public", lambda numeric: numeric == "127.0.0.1")
        with pytest.raises(AddressRefused, match=r"http://inside/secret leads to 10\.1\.2\.3"):
            web.page(f"http://outside:{port}/a")
    assert site.headers("/a")[0]["host"] == f"outside:{port}"


def test_what_was_checked_is_what_is_connected_to(site: Site, stopped: StoppedClock) -> None:
    """A name that leads to this machine only the second time that it is looked up does not lead there at all."""
    asked: list[str] = []

    def resolve(host: str, port: int, **rest: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1" if len(asked) == 1 else "127.0.0.1", port))]

    with Web(clock=stopped.clock(), resolve=resolve) as web, pytest.MonkeyPatch.context() as patch:
        patch.setattr("corpus.address.is_public", lambda numeric: numeric != "127.0.0.1")
        with pytest.raises((PermissionError, SiteUnreached, AddressRefused)), web.open(f"{site.base}/a"):
            pass
    assert site.paths() == []


def test_this_machine_is_not_asked_unless_allowed(site: Site, stopped: StoppedClock) -> None:
    with Web(clock=stopped.clock()) as web, pytest.raises(AddressRefused, match="--allow-private"):
        web.page(f"{site.base}/a")
    assert site.paths() == []


# ── faults ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("status", "said"), [(404, "has nothing there"), (410, "has taken it down"), (403, "refuses"), (401, "password")]
)
def test_what_will_not_pass_is_asked_once(site: Site, web: Web, status: int, said: str) -> None:
    site.pages["/a"] = reply(status=status)
    with pytest.raises(SiteError, match=said):
        web.page(f"{site.base}/a")
    assert site.paths().count("/a") == 1


def test_what_may_pass_is_asked_again_after_longer_and_longer_pauses(
    site: Site, web: Web, stopped: StoppedClock
) -> None:
    site.pages["/a"] = [reply(status=500), reply(status=502), raw(b""), reply(b"at last")]
    assert web.page(f"{site.base}/a")[1] == b"at last"
    assert stopped.slept == [1.0, 2.0, 4.0, 8.0]


def test_it_is_not_asked_for_ever(site: Site, web: Web) -> None:
    site.pages["/a"] = reply(status=503)
    with pytest.raises(SiteFalters, match=r"overloaded or out of order \(503 Service Unavailable\); try again later"):
        web.page(f"{site.base}/a")
    assert site.paths().count("/a") == 4


@pytest.mark.parametrize(("header", "waited"), [("17", 17), ("Tue, 14 Nov 2023 22:14:30 GMT", 69), ("nonsense", 2)])
def test_a_site_says_how_long_to_leave_it_alone(
    site: Site, web: Web, stopped: StoppedClock, header: str, waited: float
) -> None:
    site.pages["/a"] = [reply(status=429, Retry_After=header), reply(b"now")]
    assert web.page(f"{site.base}/a")[1] == b"now"
    assert stopped.slept[1:] == [waited]


def test_too_long_a_wait_is_for_another_day(site: Site, web: Web, stopped: StoppedClock) -> None:
    site.pages["/a"] = reply(status=429, Retry_After="86400")
    with pytest.raises(SiteError, match="left alone for 86,400 s"):
        web.page(f"{site.base}/a")
    assert sum(stopped.slept) < 10


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"not HTTP at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfew",
        b"HTTP/1.1 200 OK\r\nContent-Length: minus\r\n\r\nfew",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nno gzip",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"a" * 1000)[:-9],
    ],
)
def test_broken_answers(site: Site, web: Web, sent: bytes) -> None:
    site.pages["/a"] = raw(sent)
    with pytest.raises(SiteFalters):
        web.page(f"{site.base}/a")


def test_where_nobody_listens(web: Web) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(SiteUnreached, match="cannot be reached"):
        web.page(f"http://127.0.0.1:{port}/a")


def test_an_endless_answer_ends(site: Site, web: Web) -> None:
    site.pages["/a"] = endless
    with pytest.raises(SiteError, match=r"more than 1\.0 MB"):
        read(web, f"{site.base}/a")


def test_a_declared_size_is_believed_where_it_is_too_large(site: Site, web: Web) -> None:
    site.pages["/a"] = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
    with pytest.raises(SiteError, match=r"more than 5\.0 MB"):
        web.page(f"{site.base}/a")
    assert PAGE == 5_000_000


def test_little_that_unpacks_to_much(site: Site, web: Web) -> None:
    site.pages["/a"] = bomb(50_000_000)
    with pytest.raises(SiteError, match=r"more than 1\.0 MB"):
        read(web, f"{site.base}/a")


def test_what_comes_packed_is_unpacked(site: Site, web: Web) -> None:
    site.pages["/a"] = reply(gzip.compress(b"a" * 300_000), Content_Encoding="gzip")
    assert read(web, f"{site.base}/a") == b"a" * 300_000


def test_packed_in_a_way_that_is_not_known(site: Site, web: Web) -> None:
    site.pages["/a"] = reply(b"?", Content_Encoding="br")
    with pytest.raises(SiteError, match="not asked for"):
        read(web, f"{site.base}/a")


@pytest.mark.parametrize("begun", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"])
def test_one_byte_at_a_time_does_not_keep_anyone_waiting(
    site: Site, web: Web, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(begun)
        while True:
            handler.wfile.write(b"a")
            time.sleep(0.01)

    monkeypatch.setattr("corpus.web.BEGINNING", 0.3)
    monkeypatch.setattr("corpus.web.WHOLE", 0.3)
    monkeypatch.setattr("corpus.web.TRIES", 1)
    site.pages["/a"] = drip
    began = time.monotonic()
    with pytest.raises(SiteFalters):
        web.page(f"{site.base}/a")
    assert time.monotonic() - began < 5


def test_an_answer_that_drips_is_given_up(site: Site, web: Web, stopped: StoppedClock) -> None:
    site.pages["/a"] = pdf(b"0" * 500_000)
    with pytest.raises(SiteFalters, match="longer than 600 s"), web.open(f"{site.base}/a") as answer:
        for _ in answer.chunks(1_000_000):
            stopped.slept.append(700.0)
