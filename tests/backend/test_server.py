from __future__ import annotations

import socket

import pytest

from rag.backend.server import Server, server_at
from rag.errors import ConfigError


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080"),
        ("http://127.9.9.9/", "http://127.9.9.9"),
        ("http://localhost:11434", "http://localhost:11434"),
        ("HTTP://LOCALHOST:80", "http://localhost"),
        ("http://model.localhost/v1", "http://model.localhost"),
        ("http://[::1]:8080/v1", "http://[::1]:8080"),
        ("http://[::ffff:127.0.0.1]/", "http://[::ffff:127.0.0.1]"),
        ("http://0.0.0.0:1234", "http://0.0.0.0:1234"),
    ],
)
def test_this_machine(url: str, name: str) -> None:
    server = server_at(url)
    assert (server.name, server.url, server.local) == (name, url, True)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://api.openai.com/v1", "https://api.openai.com"),
        ("https://api.openai.com:443/v1?x=1", "https://api.openai.com"),
        ("http://10.0.0.7:8080", "http://10.0.0.7:8080"),
        ("http://127.0.0.1.example.org/", "http://127.0.0.1.example.org"),
        ("http://localhost.example.org/", "http://localhost.example.org"),
        ("http://notlocalhost/", "http://notlocalhost"),
        ("http://2130706433/", "http://2130706433"),
        ("http://example.org/#localhost", "http://example.org"),
        ("http://example.org/127.0.0.1", "http://example.org"),
        ("http://[fe80::1]/", "http://[fe80::1]"),
    ],
)
def test_another_machine(url: str, name: str) -> None:
    server = server_at(url)
    assert (server.name, server.local) == (name, False)


@pytest.mark.parametrize(
    "url",
    [
        "", "localhost:8080", "127.0.0.1", "http://", "http:///v1", "http://127.0.0.1:99999", "http://[::1", "nonsense",
        "http://127.0.0.1@example.org/", "http://user:secret@127.0.0.1/", "http://127.0.0.1\\@example.org/",
        "http://127.0.0.1%2f@example.org", "http://127.0.0.1 .example.org", "http://a\nb", "http://ｌocalhost/",
        "ftp://127.0.0.1/", "file:///etc/passwd", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(ConfigError, match=r"set FINDINGS_BACKEND_URL to one") as caught:
        server_at(url)
    assert "secret" not in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(("bypass", "local"), [("", False), ("127.0.0.1,localhost", True)])
def test_what_a_proxy_carries_leaves_this_machine(monkeypatch: pytest.MonkeyPatch, bypass: str, local: bool) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example.org:3128")
    monkeypatch.setenv("no_proxy", bypass)
    server = server_at("http://127.0.0.1:8080")
    assert server.local is local
    assert ("through the proxy" in server.name) is not local
    if not local:
        server.connect(0.1)  # only the client knows the way


def test_connecting() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with pytest.raises(OSError):
            server_at(url).connect(1)
        listening.listen()
        server_at(url).connect(1)
    Server("somewhere", "", False).connect(1)
