"""HTTP clients that read no more of a response than a reply can be.

Clients take a response apart line by line, and a line without end would fill the memory before there is anything to
look at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx

MOST = 8_000_000  # bytes: each token of a reply may come in an event of its own, of some 300


def options(connect: float, seconds: float) -> dict[str, Any]:
    """Arguments of an `httpx.Client` that waits `connect` seconds for a connection and `seconds` for each piece. It
    keeps no connection for later, so that none has to be closed, and follows nobody to another server than was agreed
    to."""
    return {
        "timeout": httpx.Timeout(seconds, connect=connect),
        "limits": httpx.Limits(max_keepalive_connections=0),
        "follow_redirects": False,
        "event_hooks": {"response": [_bound]},
    }


def _bound(response: httpx.Response) -> None:
    response.stream = _Bounded(response.stream)  # type: ignore[arg-type]


class _Bounded(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream):
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        length = 0
        for part in self._stream:
            length += len(part)
            if length > MOST:
                raise ValueError(f"the reply has more than {MOST:,} bytes")
            yield part

    def close(self) -> None:
        self._stream.close()
