"""A bound on the time that an answer may take, however little of it a site gives at a time."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any

_MADE = ("connection.connect_tcp.complete", "connection.start_tls.complete")


class Watch:
    """Cuts a connection after so many `seconds`. What reads from it then fails as after any other cut."""

    def __init__(self, seconds: float):
        self._socket: socket.socket | None = None
        self._timer = self._start(seconds)

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """What httpx calls as a request goes on (its extension "trace")."""
        if event in _MADE:
            self._socket = info["return_value"].get_extra_info("socket")

    def allow(self, seconds: float) -> None:
        """So many seconds from now on."""
        self._timer.cancel()
        self._timer = self._start(seconds)

    def close(self) -> None:
        self._timer.cancel()

    def _start(self, seconds: float) -> threading.Timer:
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        return timer

    def _cut(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
