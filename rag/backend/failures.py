"""From the errors of any language model's package to ours, each a line that names the cause and the fix.

Every client raises errors of its own, and wraps those of the HTTP library below it. What they share is read off the
chain of causes: an HTTP status, or an error of the connection.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx

from rag.backend.keys import SERVICE, without
from rag.backend.server import Server
from rag.errors import BackendError, BackendRefused, BackendTimeout, BackendUnreachable

_PASSING = {408, 425, 429, 500, 502, 503, 504, 529}  # the last is Anthropic's "overloaded"
_CAUSE = 200  # characters of a cause that are shown


def transient(error: BaseException) -> bool:
    """May the same request succeed a moment later?"""
    found = status(error)
    return found in _PASSING if found else _unconnected(error)


def came_through(error: BaseException) -> bool:
    """Was the request answered in some way, so that the error is about what came, or about the client itself?"""
    late = (TimeoutError, httpx.TimeoutException)
    return not (status(error) or _unconnected(error) or any(isinstance(one, late) for one in _chain(error)))


def status(error: BaseException) -> int | None:
    """The HTTP status behind an error, None where there is none."""
    for one in _chain(error):
        for holder in (one, getattr(one, "response", None)):
            found = getattr(holder, "status_code", None)
            if type(found) is int and found >= 400:
                return found
    return None


def wait_wanted(error: BaseException) -> float:
    """Seconds that the server asks to be left alone, 0 where it does not say."""
    for one in _chain(error):
        said = str(getattr(getattr(one, "response", None), "headers", {}).get("retry-after", ""))
        if re.fullmatch(r"\d{1,4}(\.\d+)?", said):
            return float(said)
    return 0.0


def mapped(error: BaseException, backend: str, server: Server, variable: str, secret: str) -> BackendError:
    """The error as one of ours. `variable` is the environment variable of the backend's key, `secret` the key, which
    no message holds."""
    where = f"{backend!r} at {server.name}" if server.url else repr(backend)
    cause = _cause(error, secret)
    found = status(error)
    if found in (401, 403):
        kept = f"set {variable}, or run: keyring set {SERVICE} {server.host}" if variable else "check its key"
        return BackendRefused(f"the backend {where} does not accept the key (HTTP {found}); {kept}")
    if found == 404:
        return BackendRefused(
            f"the backend {where} knows no such model or address (HTTP 404: {cause}); set FINDINGS_BACKEND_MODEL, or "
            "FINDINGS_BACKEND_URL"
        )
    if found in _PASSING:
        return BackendUnreachable(f"the backend {where} is overloaded or failing (HTTP {found}); try again later")
    if found:
        return BackendRefused(f"the backend {where} refuses the request (HTTP {found}: {cause}); try another model")
    if any(isinstance(one, (TimeoutError, httpx.TimeoutException)) for one in _chain(error)):
        return BackendTimeout(
            f"the backend {where} did not reply in time ({cause}); check that its server is running, or raise "
            "FINDINGS_BACKEND_TIMEOUT"
        )
    if _unconnected(error):
        return BackendUnreachable(
            f"the backend {where} cannot be reached, or broke off ({cause}); check that its server is running"
        )
    return BackendError(f"the backend {where} gave no reply ({cause}); check its server and its model")


def _unconnected(error: BaseException) -> bool:
    kinds = (ConnectionError, httpx.TransportError, OSError)
    late = (TimeoutError, httpx.ReadTimeout, httpx.WriteTimeout)
    chain = list(_chain(error))
    return any(isinstance(one, kinds) for one in chain) and not any(isinstance(one, late) for one in chain)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, what it was raised from, and so on."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _cause(error: BaseException, secret: str) -> str:
    """In a few words what went wrong: the innermost cause that says anything; on one line, without the key."""
    said = [" ".join(str(one).split()) for one in _chain(error)]
    words = next(filter(None, reversed(said)), type(error).__name__) if status(error) is None else said[0]
    words = without(words, secret) or type(error).__name__
    return words if len(words) <= _CAUSE else f"{words[:_CAUSE]}…"
