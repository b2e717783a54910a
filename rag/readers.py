"""Reading processes: each reads one paper at a time within bounds of time and memory, and dies, if it must, alone."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import ModuleType
from typing import Any

from rag.errors import ReadError
from rag.types import Block, Description, Document, Passage

SECONDS = 60.0  # what a paper may take; loading allows more for every page, and for those that OCR has to read
MEMORY = 2_000_000_000  # bytes that a reading process may fill, where the system can hold it to that

_GIGABYTES = MEMORY // 1_000_000_000
CRASHED = f"crashed the reader, or needed more than its {_GIGABYTES} GB of memory; the file is probably damaged"
TOO_LARGE = f"needs more than the {_GIGABYTES} GB of memory that a paper may have; split it"
TOO_LONG = "took too long to read and was left out; split it, or save it anew"


@dataclass(frozen=True, slots=True)
class Paper:
    """A document with all that is made of it before it is embedded."""

    document: Document
    description: Description
    blocks: tuple[Block, ...]
    passages: tuple[Passage, ...]


def read_paper(
    path: Path, name: str, passage_words: int, allow: Callable[[float], None] = lambda seconds: None
) -> Paper:
    """One file, up to its passages; `allow` is told of more seconds that this may take. Raises ReadError."""
    from rag.chunk import chunk
    from rag.describe import describe
    from rag.load import load
    from rag.parse import parse

    document = load(path, name, allow)
    blocks = parse(document)
    passages = chunk(document, blocks, passage_words)
    if not passages:
        raise ReadError("holds no readable sentences")
    return Paper(document, describe(document, blocks), blocks, passages)


def attempt(path: Path, name: str, passage_words: int, allow: Callable[[float], None]) -> Paper | str:
    """In a reading process: a paper, or in words why not. No exception crosses the border between processes."""
    from rag.display import readable

    try:
        return read_paper(path, name, passage_words, allow)
    except ReadError as error:
        return str(error).removeprefix(f"{readable(name)} ")  # the report names the file itself
    except MemoryError:
        return TOO_LARGE
    except Exception as error:  # a fault of ours in one paper must not cost the others
        return f"could not be read ({type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''})"


def read_all(
    papers: Sequence[tuple[Path, str]],
    workers: int,
    passage_words: int,
    task: Callable[[Path, str, int, Callable[[float], None]], Paper | str] = attempt,
) -> Iterator[tuple[int, Paper | str]]:
    """For each (path, name) its place among `papers`, and what `task` makes of it, or in words why nothing, as
    `workers` processes finish them. Close the iterator to stop them.

    A paper whose process dies is tried once more with no other beside it: what killed the process may have been a
    neighbour's hunger for memory."""
    waiting, again = deque(range(len(papers))), deque[int]()
    idle: list[_Reader] = []
    busy: dict[_Reader, int] = {}
    suspects: set[int] = set()
    try:
        while waiting or again or busy:
            if not waiting and not busy:
                waiting.append(again.popleft())
            while waiting and len(busy) < workers:
                reader = idle.pop() if idle else _Reader(task, passage_words)
                busy[reader] = waiting.popleft()
                reader.give(*papers[busy[reader]])
            for reader, said in _heard(list(busy)):
                at = busy.pop(reader)
                if said not in (CRASHED, TOO_LONG):
                    idle.append(reader)
                else:
                    reader.stop()
                if said == CRASHED and at not in suspects:
                    suspects.add(at)
                    again.append(at)
                else:
                    yield at, said
    finally:
        for reader in (*idle, *busy):
            reader.stop()


class _Reader:
    """A process, the line to it, and until when (by the monotonic clock) it may be silent."""

    def __init__(self, task: Callable[..., Any], passage_words: int) -> None:
        import multiprocessing

        context = multiprocessing.get_context("spawn")  # pypdfium2 and OpenVINO do not survive a fork
        self.link, theirs = context.Pipe()
        self.until = 0.0
        self._process = context.Process(target=_serve, args=(theirs, task, passage_words, MEMORY), daemon=True)
        with _starting():
            self._process.start()
        theirs.close()  # so that the line is closed when the process is gone

    def give(self, path: Path, name: str) -> None:
        self.until = time.monotonic() + SECONDS
        with contextlib.suppress(OSError):  # it has died; nothing will be heard of it
            self.link.send((path, name))

    def stop(self) -> None:
        self._process.kill()
        self._process.join()
        self.link.close()


def _heard(busy: list[_Reader]) -> Iterator[tuple[_Reader, Paper | str]]:
    """What the next of them to finish say. What has arrived counts before the clock does: nobody may have listened."""
    ready = wait([reader.link for reader in busy], max(0.0, min(r.until for r in busy) - time.monotonic()))
    now = time.monotonic()
    for reader in busy:
        if reader.link in ready:
            try:
                said = reader.link.recv()
            except (EOFError, OSError):
                said = CRASHED
            if isinstance(said, float):
                reader.until += said
            else:
                yield reader, said
        elif now >= reader.until:
            yield reader, TOO_LONG


def _serve(link: Connection, task: Callable[..., Paper | str], passage_words: int, memory: int) -> None:
    """A reading process: papers in, what was made of them out, until nobody listens any more."""
    _bound(memory)
    with contextlib.suppress(EOFError, OSError):
        while True:
            path, name = link.recv()
            made = task(path, name, passage_words, lambda seconds: link.send(float(seconds)))
            try:
                link.send(made)
            except MemoryError:
                link.send(TOO_LARGE)


def _bound(memory: int) -> None:
    """A reading process leaves Ctrl-C to the process that started it, ends with that one even where it was killed, and
    fills no more than `memory` bytes."""
    import multiprocessing

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if parent := multiprocessing.parent_process():
        threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has no such limit, and some systems no use
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
        limits = [limit for limit in (memory, soft, hard) if limit != resource.RLIM_INFINITY]
        resource.setrlimit(resource.RLIMIT_DATA, (min(limits), hard))


@contextlib.contextmanager
def _starting() -> Iterator[None]:
    """Processes started in here hear no Ctrl-C while they start, before they can be told to leave it to this one; and
    they do not run the calling program again, as they would to find what it defines: a script that calls `index`
    without a `__main__` guard would call it once more in each of them."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    blocks = hasattr(signal, "pthread_sigmask")  # not on Windows
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if blocks else set()
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        if blocks:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
