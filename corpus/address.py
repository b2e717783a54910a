"""Which addresses may be asked: web addresses of the public internet. What was looked up and checked is what is then
connected to, so that a name that leads elsewhere the next time it is looked up leads nowhere."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from rag.errors import AddressRefused, SiteUnreached

Resolve = Callable[..., list[Any]]  # as socket.getaddrinfo
PORTS = {"http": 80, "https": 443}

_LONGEST = 2000  # characters
_TRIED = 4  # addresses of one host that are connected to at most
_UNICAST = ipaddress.ip_network("2000::/3")
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # IPv4 addresses behind a translator (RFC 6052)


@dataclass(frozen=True, slots=True)
class Target:
    """A web address and the numeric addresses of its host, each of which has been checked."""

    url: httpx.URL
    numeric: tuple[str, ...]

    @property
    def origin(self) -> str:
        return f"{self.url.scheme}://{self.url.netloc.decode('ascii')}"

    @property
    def host(self) -> str:
        return self.url.raw_host.decode("ascii")


def target(address: str, *, allow_private: bool = False, resolve: Resolve = socket.getaddrinfo) -> Target:
    """The address, looked up and checked. Raises AddressRefused for one that is not asked; SiteUnreached where its host
    is not found, which may be the network's fault."""
    url = web_address(address)
    host = url.raw_host.decode("ascii")
    try:
        found = resolve(host, url.port or PORTS[url.scheme], type=socket.SOCK_STREAM)
    except OSError as error:
        raise SiteUnreached(
            f"{address}: there is no host {host}, or no network; check the address and the connection"
        ) from error
    except UnicodeError as error:
        raise AddressRefused(f"{address}: {host} is no name of a host; check the address") from error
    numeric = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
    private = [one for one in numeric if not is_public(one)]
    if private and not allow_private:
        raise AddressRefused(
            f"{address} leads to {private[0]}, which is not on the public internet; "
            "if that is meant, say so with --allow-private"
        )
    return Target(url, numeric[:_TRIED])


def web_address(address: str) -> httpx.URL:
    """The address, without the part that names a place within a page. Raises AddressRefused for what is no address of
    the web, or holds a user name or password."""
    shown = address[:200]
    if not address or len(address) > _LONGEST or re.search(r"[\s\x00-\x1f\x7f\\]", address):
        raise AddressRefused(f"{shown!r} is no web address; check it for spaces and strange characters")
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise AddressRefused(f"{shown!r} is no web address ({error}); check it") from error
    if url.scheme not in PORTS or not url.host:
        raise AddressRefused(f"{shown!r} is no web address; it has to begin with https:// or http://")
    if not 0 < (url.port or PORTS[url.scheme]) < 65_536:
        raise AddressRefused(f"{shown!r} is no web address: there is no port {url.port}; check it")
    if url.userinfo:
        raise AddressRefused(f"an address with a user name or password in it is not asked ({url.host}); leave them out")
    return url.copy_with(fragment=None)


def is_public(numeric: str) -> bool:
    """Whether a numeric address is one of the public internet: not of this machine, a private or local network, or
    reserved, nor an IPv6 form of one that is."""
    ip = ipaddress.ip_address(numeric.partition("%")[0])
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast and not ip.is_reserved
    within = ip.ipv4_mapped or ip.sixtofour
    if ip in _TRANSLATED:
        within = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if within is not None:
        return is_public(str(within))
    return ip in _UNICAST and ip.is_global and ip.teredo is None
