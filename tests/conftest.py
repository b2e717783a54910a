"""What tests share: a closed network and a clean environment, the sample papers indexed once, the published papers
where they are at hand, and PDFs made on the spot."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from rag.config import Settings
    from rag.pipeline import Findings

Text = tuple[float, float, float, bool, str]  # left, baseline, size, bold, characters
Rule = tuple[float, float, float, float]  # a line from one point to another


SAMPLE = Path(__file__).resolve().parents[1] / "corpus" / "sample"
ROOT = Path(__file__).resolve().parents[1]
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "ftp_proxy")


def _loopback(host: Any) -> bool:
    if host in (None, "", b"", "localhost", b"localhost"):
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No network beyond this machine, no settings, proxies, stores or caches of the person who runs the tests."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a shell has it for what runs in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)
    connect, connect_ex, lookup = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guard(address: Any) -> None:
        if isinstance(address, tuple) and not _loopback(address[0]):
            raise PermissionError(f"a test reached for the network: {address}")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        guard(address)
        return connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        guard(address)
        return connect_ex(self, address)

    def guarded_lookup(host: Any, *rest: Any, **named: Any) -> Any:
        guard((host,))
        return lookup(host, *rest, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_lookup)
        for name in list(os.environ):
            if name.startswith("FINDINGS_") or name.lower() in _PROXIES:
                patch.delenv(name)
        home = tmp_path_factory.mktemp("home")
        for name in ("DATA", "CONFIG", "CACHE", "STATE"):
            patch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
        # One folder for the whole run, so that the model is compiled once.
        patch.setenv("FINDINGS_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def cache() -> Path:
    """The folder in which this run keeps the compiled model."""
    return Path(os.environ["FINDINGS_CACHE"])


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The defaults, with the compiled model of this run; no two of its reading processes. Reranking reads few passages
    and takes its time for them: an answer must not hang on how busy the machine is."""
    from rag.config import Settings

    return Settings(cache=os.environ["FINDINGS_CACHE"], workers=1, rerank_passages=8, rerank_seconds=600.0)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Path:
    """A store of the sample papers. Shared: only read it."""
    from rag.index import index

    folder = tmp_path_factory.mktemp("sample") / "store"
    index([SAMPLE], folder, settings)
    return folder


@pytest.fixture(scope="session")
def findings(sample: Path, settings: Settings) -> Iterator[Findings]:
    """The program over the sample papers."""
    from rag.pipeline import Findings

    with Findings.open(sample, settings) as opened:
        yield opened


@pytest.fixture(scope="session")
def papers() -> Path:
    """The folder of published papers, which does not come with the source."""
    folder = Path(__file__).resolve().parents[1] / ".." / "shared" / "corpus"
    if not folder.is_dir():
        pytest.skip("the published papers are not here (../shared/corpus)")
    return folder.resolve()


@pytest.fixture(scope="session")
def make_pdf() -> Callable[[Sequence[Sequence[Text | Rule]]], bytes]:
    """Makes the bytes of a PDF from pages of (left, baseline, size, bold, characters), A4, Latin letters only, and of
    lines as (x, y, x, y)."""
    return pdf_bytes


def pdf_bytes(pages: Sequence[Sequence[Text | Rule]]) -> bytes:
    kids = " ".join(f"{5 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>",
    ]
    for i, texts in enumerate(pages):
        stream = b"".join(_shown(*text) if len(text) == 5 else _ruled(*text) for text in texts)
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {6 + 2 * i} 0 R"
            "/Resources<</Font<</F 3 0 R/B 4 0 R>>>>>>".encode()
        )
        objects.append(f"<</Length {len(stream)}>>stream\n".encode() + stream + b"\nendstream")
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj".encode() + body + b"\nendobj\n"
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + "".join(
        f"{place:010} 00000 n \n" for place in places
    )
    return out + f"{table}trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF".encode()


def _ruled(x: float, y: float, to_x: float, to_y: float) -> bytes:
    return f"0.5 w {x} {y} m {to_x} {to_y} l S\n".encode()


def _shown(left: float, baseline: float, size: float, bold: bool, text: str) -> bytes:
    letters = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return f"BT /{'B' if bold else 'F'} {size} Tf {left} {baseline} Td (".encode() + letters + b") Tj ET\n"
