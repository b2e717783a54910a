"""The claims in a language model's reply, each as soon as it is complete.

A reply is `{"claims": [{…}, {…}]}`, which models like to wrap in prose, a code fence or what they thought before. What
stands around the list is passed over, and the reply is not waited for any longer once the list is closed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from rag.errors import BackendReply

_START = re.compile(r'"claims"\s*:\s*\[')
_THOUGHT = re.compile(r"\s*<think(?:ing)?>")
_THOUGHT_ENDS = re.compile(r"</think(?:ing)?>")
_WIDEST = 64  # characters that the start of the list, or the end of a thought, takes at most
_BREAK = re.compile(r'["\\{}\[\]]')


def rows(pieces: Iterable[str]) -> Iterator[dict[str, Any] | None]:
    """The objects of the list of claims in the order in which they are complete; None after each piece, so that
    whoever waits hears of it. Raises BackendReply where there is no such list, it holds something else, or it breaks
    off; the objects before that have been given."""
    said, at = "", 0
    pieces = iter(pieces)
    for piece in pieces:
        new, said = max(0, len(said) - _WIDEST), said + piece  # what was searched before is not searched again
        yield None
        if _THOUGHT.match(said):
            if not (ends := _THOUGHT_ENDS.search(said, new)):
                continue
            new, said = 0, said[ends.end() :]
        if begins := _START.search(said, new):
            at = begins.end()
            break
    else:
        raise BackendReply("the language model did not answer in the form that was asked for; try another model")
    reading = _Objects()
    for piece in _from(said[at:], pieces):
        yield None
        for text in reading.feed(piece):
            yield _object(text)
        if reading.closed:
            return
    raise BackendReply("the language model's reply breaks off; ask again, or try another model")


def _from(rest: str, pieces: Iterator[str]) -> Iterator[str]:
    yield rest
    yield from pieces


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BackendReply("the language model did not answer in the form that was asked for; try another model")
    return found


class _Objects:
    """Cuts the inside of a JSON list into the texts of its elements; every character is looked at once."""

    def __init__(self) -> None:
        self.closed = False
        self._text: list[str] = []  # of the element that is not complete yet
        self._depth, self._quoted, self._escaped = 0, False, False

    def feed(self, piece: str) -> Iterator[str]:
        start = 0
        if self._escaped and piece:
            start, self._escaped = 1, False
        done = 0
        while found := _BREAK.search(piece, start):
            sign, start = found[0], found.end()
            if sign == "\\":
                # The next character, which may be in the next piece, means nothing.
                start, self._escaped = start + 1, start >= len(piece)
            elif sign == '"':
                self._quoted = not self._quoted
            elif self._quoted:
                continue
            elif sign in "{[":
                self._depth += 1
            elif self._depth:
                self._depth -= 1
                if not self._depth:
                    yield self._cut(piece[done:start])
                    done = start
            else:
                self.closed = True
                if last := self._cut(piece[done : start - 1]):  # an element that is no object
                    yield last
                return
        self._text.append(piece[done:])

    def _cut(self, end: str) -> str:
        text, self._text = "".join(self._text) + end, []
        return text.strip().removeprefix(",").strip()
