"""Where a language model runs: in this process, on this machine, or elsewhere, which a person has to agree to."""

from __future__ import annotations

import ipaddress
import re
import socket
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlsplit

from rag.errors import ConfigError

PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Server:
    """`name` is what a person is told and agrees to: scheme, host and port, or words where only the package knows the
    address. `url` is the whole address, "" for a model in this process or an unknown address. `local` is true where
    nothing that is sent there leaves this machine."""

    name: str
    url: str
    local: bool

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    def connect(self, seconds: float) -> None:
        """Try whether anything listens there. Raises OSError; says nothing of a server behind a proxy or a socket
        file, which only the client can reach."""
        parts = urlsplit(self.url)
        if not parts.hostname or parts.scheme not in PORTS or _proxied(parts.scheme, parts.hostname):
            return
        with socket.create_connection((parts.hostname, parts.port or PORTS[parts.scheme]), timeout=seconds):
            pass


def server_at(url: str) -> Server:
    """The server at an address. Raises ConfigError for what is no address."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    # Some clients read such an address otherwise than others: it must not be one thing here and another there.
    if not re.fullmatch(r"[!-~]+", url) or "\\" in url or not host or "@" in parts.netloc or "%" in parts.netloc:
        raise ConfigError(
            "the address of the language model's server is none, or holds a password; set FINDINGS_BACKEND_URL to one "
            "like http://127.0.0.1:8080/v1"
        )
    if parts.scheme not in PORTS:
        raise ConfigError(f"the address {url} is none of http or https; set FINDINGS_BACKEND_URL to one that is")
    shown = f"[{host}]" if ":" in host else host
    name = f"{parts.scheme}://{shown}" + (f":{port}" if port and port != PORTS[parts.scheme] else "")
    if _loopback(host) and _proxied(parts.scheme, host):
        return Server(f"{name} through the proxy that the environment names", url, False)
    return Server(name, url, _loopback(host))


def _loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    # The address of no machine in particular reaches this one.
    return (mapped or address).is_loopback or address.is_unspecified


def _proxied(scheme: str, host: str) -> bool:
    """Does the environment send requests for this host through a proxy?"""
    proxies = urllib.request.getproxies()
    return bool({scheme, "all"} & set(proxies)) and not urllib.request.proxy_bypass(host)
