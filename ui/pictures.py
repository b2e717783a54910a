"""Pictures of pages with quotes boxed, drawn by a process of their own.

The library that draws is not safe to use from several threads, and a stranger's PDF may crash it or keep it busy for
ever: then only that process dies, and the next picture gets a new one.
"""

from __future__ import annotations

import concurrent.futures
import io
import multiprocessing
import threading
from collections import OrderedDict
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from rag.errors import FindingsError
from rag.store import Record
from rag.types import Line, Span

SECONDS = 15.0  # what drawing a page may take
KEPT = 24  # pictures kept in memory, some 300 kB each
_FAST = 1  # of 9: a smaller file would take longer to make than to send


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as PNG. `top` is how far down the first box begins, as a share of the page's height; None without one."""

    png: bytes
    top: float | None


class Drawing:
    """Draws pages, one at a time, and keeps the last ones. May be asked from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: concurrent.futures.ProcessPoolExecutor | None = None
        self._kept: OrderedDict[tuple[object, ...], Picture] = OrderedDict()

    def warm(self) -> None:
        """Start the process, so that the first picture need not wait for it."""
        with self._lock:
            self._process().submit(_ready)

    def close(self) -> None:
        with self._lock:
            self._stop()

    def picture(self, record: Record, page: int, spans: tuple[Span, ...], words: tuple[Line, ...] = ()) -> Picture:
        """The page (from 1) with the characters of the spans boxed. Raises FindingsError where it cannot be drawn."""
        key = (record.path, record.sha256, page, spans)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            try:
                made = self._process().submit(_draw, record, page, spans, words).result(SECONDS)
            except (BrokenProcessPool, concurrent.futures.TimeoutError) as error:
                self._stop()
                raise FindingsError(
                    f"page {page} of {record.name} cannot be drawn; open the file itself to see it"
                ) from error
            self._kept[key] = made
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return made

    def _process(self) -> concurrent.futures.ProcessPoolExecutor:
        if self._pool is None:
            # Not a copy of this process, whose threads hold locks.
            context = multiprocessing.get_context("spawn")
            self._pool = concurrent.futures.ProcessPoolExecutor(1, mp_context=context)
        return self._pool

    def _stop(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            for process in list((pool._processes or {}).values()):  # one that hangs does not end by itself
                process.kill()
            pool.shutdown(wait=False, cancel_futures=True)


def _ready() -> None:
    """In the drawing process: load what drawing needs."""
    import pypdfium2  # noqa: F401
    from PIL import ImageDraw, PngImagePlugin  # noqa: F401

    import rag.show  # noqa: F401


def _draw(record: Record, page: int, spans: tuple[Span, ...], words: tuple[Line, ...]) -> Picture:
    """In the drawing process. No exception but ours crosses the border."""
    from rag.show import draw_page

    try:
        drawn = draw_page(record, page, spans, words)
        sink = io.BytesIO()
        drawn.image.save(sink, format="PNG", compress_level=_FAST)
        tops = [top for _, top, _, _ in drawn.boxes]
        return Picture(sink.getvalue(), max(0.0, min(tops) / drawn.image.height) if tops else None)
    except FindingsError:
        raise
    except Exception as error:
        raise FindingsError(f"page {page} of {record.name} cannot be drawn ({type(error).__name__})") from None
