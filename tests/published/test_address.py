from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest

from corpus.address import is_public, target, web_address
from rag.errors import AddressRefused, SiteUnreached


def leads_to(*numeric: str) -> Callable[..., list[Any]]:
    return lambda host, port, **rest: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in numeric]


# ── what is a web address ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ftp://example.org/a.pdf",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,a",
        "gopher://example.org",
        "//example.org/a",
        "example.org/a.pdf",
        "https://",
        "https:///a.pdf",
        "https://exa mple.org/",
        "https://example.org/a\r\nHost: elsewhere",
        "https://example.org\\@evil.org/",
        "https://example.org:99999/",
        "https://[::1/",
        "https://" + "a" * 3000,
    ],
)
def test_no_web_address(address: str) -> None:
    with pytest.raises(AddressRefused):
        web_address(address)


@pytest.mark.parametrize(
    "address", ["https://me:secret@example.org/", "https://me@example.org/", "http://:x@example.org"]
)
def test_names_and_passwords_are_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(AddressRefused, match="user name or password") as caught:
        web_address(address)
    assert "secret" not in str(caught.value)


def test_the_place_within_a_page_is_left_out() -> None:
    assert str(web_address("https://example.org/a?b=1#c")) == "https://example.org/a?b=1"


# ── where it leads ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "numeric", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::808:808"]
)
def test_public(numeric: str) -> None:
    assert is_public(numeric)


@pytest.mark.parametrize(
    "numeric",
    [
        *(
            "127.0.0.1",
            "127.8.9.1",
            "0.0.0.0",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
        ),
        *("192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.0.1"),
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1", "fec0::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "2002:7f00:1::", "2002:a00:1::", "64:ff9b::7f00:1"),
        *("64:ff9b:1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"),
    ],
)
def test_not_public(numeric: str) -> None:
    assert not is_public(numeric)


def test_a_name_is_refused_when_one_of_its_addresses_is_private() -> None:
    with pytest.raises(AddressRefused, match=r"10\.0\.0\.1, which is not on the public internet.*--allow-private"):
        target("https://inside.example.org/", resolve=leads_to("8.8.8.8", "10.0.0.1"))


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]", "localhost", "127.1"])
def test_this_machine_by_any_name(host: str) -> None:
    with pytest.raises((AddressRefused, SiteUnreached)):
        target(f"http://{host}/")


def test_a_private_address_is_taken_where_that_is_allowed() -> None:
    found = target("http://inside:8080/a", allow_private=True, resolve=leads_to("10.0.0.1"))
    assert (found.numeric, found.origin, found.host) == (("10.0.0.1",), "http://inside:8080", "inside")


def test_a_name_that_is_looked_up_in_vain() -> None:
    def nothing(*args: Any, **rest: Any) -> list[Any]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(SiteUnreached, match="no host nowhere.example.org, or no network"):
        target("https://nowhere.example.org/", resolve=nothing)
