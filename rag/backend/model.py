"""A language model's reply as it comes: bounded in time and length, asked for again after a passing failure, and called
off at any moment. Whatever the client does, nobody waits for longer than the settings say.

The client is read in a thread of its own, which is left to itself when the reply is late or no longer wanted: clients
have time limits of their own, but those begin anew with each piece.
"""

from __future__ import annotations

import contextlib
import dataclasses
import queue
import random
import threading
import time
from collections.abc import Iterator
from typing import Any, Protocol

from rag.backend.failures import came_through, mapped, transient, wait_wanted
from rag.backend.server import Server
from rag.config import Settings
from rag.errors import BackendReply, BackendTimeout, Cancelled

TICK = 0.25  # seconds after which a waiting caller hears that nothing has come
LONGEST = 100_000  # characters of a reply; a longer one has no end
TRIES = 3
BACK_OFF = 0.5  # seconds before the second try; twice as many before each further one

_END = object()


class Client(Protocol):
    """What is used of a LlamaIndex `LLM`."""

    def complete(self, prompt: str) -> Any: ...

    def stream_complete(self, prompt: str) -> Any: ...


@dataclasses.dataclass(slots=True)
class Used:
    """What a language model has been asked for: requests, second tries included, and characters of the prompts sent and
    of the replies that came. What a character costs is the server's to say."""

    calls: int = 0
    sent: int = 0
    received: int = 0


class Model:
    """A language model of a backend. Several threads may use it; one in this process takes them in turn."""

    def __init__(
        self, backend: str, client: Client, server: Server, settings: Settings, variable: str = "", secret: str = ""
    ):
        """`variable` is the environment variable of the key, `secret` the key itself."""
        self.backend, self.server = backend, server
        self.used = Used()
        self._client, self._settings, self._variable, self._secret = client, settings, variable, secret
        self._turn = threading.Lock() if server.local and not server.url else contextlib.nullcontext()

    def complete(self, prompt: str, cancel: threading.Event | None = None, seconds: float | None = None) -> str:
        """The whole reply; raises what `stream` raises."""
        return "".join(self.stream(prompt, cancel, seconds))

    def stream(self, prompt: str, cancel: threading.Event | None = None, seconds: float | None = None) -> Iterator[str]:
        """The reply in pieces, "" whenever nothing has come for a moment; closing the iterator calls it off.

        Raises Cancelled once `cancel` is set, BackendTimeout after `seconds` (the settings' where None), BackendReply
        for a reply without end, BackendUnreachable, BackendRefused or BackendError where the client fails."""
        seconds = self._settings.backend_timeout if seconds is None else seconds
        ends = time.monotonic() + seconds
        pieces: queue.Queue[Any] = queue.Queue(64)  # a flood waits in the client, not in memory
        stop = threading.Event()
        threading.Thread(target=self._read, args=(prompt, pieces, stop), daemon=True, name="findings-model").start()
        length = 0
        try:
            while True:
                if cancel is not None and cancel.is_set():
                    raise Cancelled("the question was called off; ask again for an answer")
                left = ends - time.monotonic()
                if left <= 0:
                    raise BackendTimeout(
                        f"the backend {self.backend!r} was not done after {seconds:g} seconds; raise "
                        "FINDINGS_BACKEND_TIMEOUT, or take a smaller model"
                    )
                try:
                    piece = pieces.get(timeout=min(TICK, left))
                except queue.Empty:
                    yield ""
                    continue
                if piece is _END:
                    return
                if isinstance(piece, BaseException):
                    raise mapped(piece, self.backend, self.server, self._variable, self._secret) from None
                length += len(piece)
                self.used.received += len(piece)
                if length > LONGEST:
                    raise BackendReply(f"the reply of the backend {self.backend!r} has no end; try another model")
                yield piece
        finally:
            stop.set()

    def _read(self, prompt: str, pieces: queue.Queue[Any], stop: threading.Event) -> None:
        """Put the reply, then its end or the error that ended it, into the queue until nobody wants it."""
        try:
            with self._turn:
                self._tries(prompt, pieces, stop)
            _put(_END, pieces, stop)
        except Exception as error:  # each client has errors of its own
            _put(error, pieces, stop)

    def _tries(self, prompt: str, pieces: queue.Queue[Any], stop: threading.Event) -> None:
        """As often as it takes and is allowed. Once something has come, a failure is final: it cannot be taken back."""
        for number in range(1, TRIES + 1):
            came = False
            try:
                self.server.connect(self._settings.backend_connect)
                for piece in self._pieces(prompt, stop):
                    came = came or bool(piece)
                    if not _put(piece, pieces, stop):
                        return
                return
            except Exception as error:
                if came or number == TRIES or not transient(error):
                    raise
                pause = max(BACK_OFF * 2 ** (number - 1) * random.uniform(1, 1.5), wait_wanted(error))
            if stop.wait(pause):
                return

    def _pieces(self, prompt: str, stop: threading.Event) -> Iterator[str]:
        """What the client streams; its whole reply at once where it cannot stream, or the server sent nothing."""
        said = ""
        self._count(prompt)
        try:
            with contextlib.closing(self._client.stream_complete(prompt)) as stream:
                for part in stream:
                    piece = part.delta if part.delta is not None else (part.text or "")[len(said) :]
                    said += piece
                    yield piece
        except Exception as error:  # among others for a server that does not stream, which clients take in many ways
            if said or not came_through(error):
                raise
        if not said and not stop.is_set():
            self._count(prompt)
            yield self._client.complete(prompt).text or ""

    def _count(self, prompt: str) -> None:
        self.used.calls += 1
        self.used.sent += len(prompt)


def _put(item: Any, pieces: queue.Queue[Any], stop: threading.Event) -> bool:
    """False where nobody reads any longer."""
    while not stop.is_set():
        try:
            pieces.put(item, timeout=TICK)
            return True
        except queue.Full:
            continue
    return False
