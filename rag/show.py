"""A page as it is: its text by blocks, or its picture with quotes boxed."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import FindingsError, UsageError
from rag.store import Record, Store
from rag.types import Block, Box, Line, Span

if TYPE_CHECKING:
    from PIL.Image import Image

SCALE = 2.0  # pixels a point: 144 dots an inch, readable on any screen
PIXELS = 12_000_000  # a page that would have more is drawn smaller: its size is what a stranger's file says


def find_record(store: Store, document: str) -> Record:
    """The paper called `document`, or the only one whose name ends so. Raises UsageError."""
    if document in store.records:
        return store.records[document]
    near = [name for name in store.records if name.endswith(document)] if document else []
    if len(near) == 1:
        return store.records[near[0]]
    hint = f"did you mean one of {', '.join(near[:3])}?" if near else "findings documents lists them"
    raise UsageError(f"the store holds no paper called {document!r}; {hint}")


def page_blocks(store: Store, record: Record, page: int) -> list[tuple[Block, str]]:
    """The blocks that stand on a page (from 1) and their untouched text there. Raises UsageError."""
    text = store.page_text(record.name, page - 1)
    if text is None:
        raise UsageError(f"{record.name} has no page {page}; it has {record.pages}")
    rows = []
    for block in store.blocks(record.name):
        spans = [s for sentence in block.sentences for s in sentence.spans if s.page == page - 1]
        if spans:
            rows.append((block, text[min(s.start for s in spans) : max(s.end for s in spans)]))
    return rows


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page drawn, and the boxes on it: (left, top, right, bottom) in pixels from its top left."""

    image: Image
    boxes: tuple[Box, ...]


def page_image(record: Record, page: int, spans: Sequence[Span] = (), words: Sequence[Line] = ()) -> Image:
    """The picture of `draw_page`."""
    return draw_page(record, page, spans, words).image


def draw_page(record: Record, page: int, spans: Sequence[Span] = (), words: Sequence[Line] = ()) -> Drawn:
    """The page (from 1) drawn, with the characters of each span boxed; for a page that OCR read, its `words` tell where
    they are. Raises FindingsError for a paper without pages or one that has changed or gone since it was indexed: a box
    in the wrong place would be worse than none."""
    import pypdfium2
    from PIL import ImageDraw

    if record.format != "pdf":
        raise FindingsError(f"{record.name} has no pages to draw; findings show prints its text")
    try:
        data = Path(record.path).read_bytes()
    except OSError as error:
        raise FindingsError(f"{record.name} is no longer at {record.path}; put it back or index again") from error
    if hashlib.sha256(data).hexdigest() != record.sha256:
        raise FindingsError(f"{record.name} has changed since it was indexed; run findings index again")
    pdf = pypdfium2.PdfDocument(data)
    try:
        if not 0 < page <= len(pdf):
            raise UsageError(f"{record.name} has no page {page}; it has {len(pdf)}")
        drawn = pdf[page - 1]
        height = drawn.get_height()
        scale = min(SCALE, math.sqrt(PIXELS / max(drawn.get_width() * height, 1.0)))
        image = drawn.render(scale=scale).to_pil().convert("RGB")
        text = drawn.get_textpage()
        boxes: list[Box] = []
        for span in spans:
            if span.page != page - 1:
                continue
            if words:
                found = [word.box for word in words if word.box and word.start < span.end and span.start < word.end]
            else:
                found = [text.get_rect(n) for n in range(text.count_rects(span.start, span.end - span.start))]
            for left, bottom, right, top in found:
                box = (left - 1, height - top - 1, right + 1, height - bottom + 1)
                boxes.append(tuple(scale * v for v in box))  # type: ignore[arg-type]
        pen = ImageDraw.Draw(image, "RGBA")
        for box in boxes:
            pen.rectangle(box, fill=(255, 221, 0, 70), outline=(200, 80, 0, 255), width=2)
        return Drawn(image, tuple(boxes))
    finally:
        pdf.close()
