"""Who can write the answers, and how each is doing, in words."""

from __future__ import annotations

import dataclasses
import importlib.util
from typing import TYPE_CHECKING

from rag.errors import FindingsError
from rag.pipeline import EXTRACTIVE

if TYPE_CHECKING:
    from rag.backend.server import Server
    from rag.pipeline import Findings

EMBEDDED = "Embedded answerer (no language model)"
_SECONDS = 2.0  # to wait for a connection when asked how a server is doing


@dataclasses.dataclass(frozen=True, slots=True)
class State:
    """`said` is how a backend is doing, in words; `ready` whether a question can be asked of it now."""

    said: str
    ready: bool


def offered(findings: Findings) -> list[tuple[str, str]]:
    """(what the page calls it, its name) of the embedded answerer, the one that the settings name, and every other
    whose package is installed."""
    found = [(EMBEDDED, EXTRACTIVE)]
    named = findings.settings.backend
    if named != EXTRACTIVE:
        found.append((f"{named}, {findings.settings.backend_model or 'no model named'}", named))
        return found
    if findings.settings.backend_model:
        from rag.backend.registry import BACKENDS

        found += [
            (f"{name}, {findings.settings.backend_model}", name) for name, kind in BACKENDS.items()
            if _installed(kind.module)
        ]  # fmt: skip
    return found


def _installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def state(findings: Findings, backend: str) -> State:
    """How a backend is doing now. Takes `_SECONDS` at most for a server that does not answer."""
    if backend == EXTRACTIVE:
        return State("Ready. Works on this machine alone.", True)
    try:
        server = findings.server(backend)
    except FindingsError as error:
        return State(f"Not set up: {error}.", False)
    if server is None or not server.url:
        return State("Ready, as far as can be told before it is asked.", True)
    try:
        server.connect(_SECONDS)
    except OSError:
        return State(
            f"Unreachable: nothing answers at {server.name}. Questions are answered by the embedded answerer, which "
            "says so.",
            False,
        )
    if unagreed(findings, backend):
        return State(f"Waits for your agreement that passages go to {server.name}.", False)
    return State(f"Ready, at {server.name}.", True)


def unagreed(findings: Findings, backend: str | None = None) -> Server | None:
    """The language model's server on another machine that nobody has agreed to, if there is one."""
    try:
        server = findings.server(backend)
    except FindingsError:
        return None
    if server is None:
        return None
    from rag.backend import consent

    return None if consent.agreed(server, findings.settings) else server
