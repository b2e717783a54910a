"""A language model whose reply is known beforehand, in the place of `rag.backend.model.Model`."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

from rag.errors import Cancelled


class Replies:
    """Gives the pieces of one reply to whatever it is asked, and raises those that are errors. `prompts` holds what it
    was asked, `closed` whether its last reply was called off or has ended."""

    def __init__(self, reply: str | Exception | Sequence[str | Exception]):
        self.pieces = [reply] if isinstance(reply, (str, Exception)) else list(reply)
        self.prompts: list[str] = []
        self.closed = False

    def complete(self, prompt: str, cancel: threading.Event | None = None, seconds: float | None = None) -> str:
        return "".join(self.stream(prompt, cancel, seconds))

    def stream(self, prompt: str, cancel: threading.Event | None = None, seconds: float | None = None) -> Iterator[str]:
        self.prompts.append(prompt)
        self.closed = False
        try:
            for piece in self.pieces:
                if cancel is not None and cancel.is_set():
                    raise Cancelled("the question was called off; ask again for an answer")
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        finally:
            self.closed = True
