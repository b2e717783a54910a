"""A page as it is: its text by blocks, or its picture with quotes boxed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import FindingsError, UsageError
from rag.store import Record, Store
from rag.types import Block, Line, Span

if TYPE_CHECKING:
    from PIL.Image import Image

SCALE = 2.0  # pixels a point: 144 dots an inch, readable on any screen


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


def page_image(record: Record, page: int, spans: Sequence[Span] = (), words: Sequence[Line] = ()) -> Image:
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
        drawn = pdf[page - 1]
        image = drawn.render(scale=SCALE).to_pil().convert("RGB")
        text = drawn.get_textpage()
        pen = ImageDraw.Draw(image, "RGBA")
        for span in spans:
            if span.page != page - 1:
                continue
            if words:
                boxes = [word.box for word in words if word.box and word.start < span.end and span.start < word.end]
            else:
                boxes = [text.get_rect(n) for n in range(text.count_rects(span.start, span.end - span.start))]
            for left, bottom, right, top in boxes:
                height = drawn.get_height()
                box = (left - 1, height - top - 1, right + 1, height - bottom + 1)
                pen.rectangle([SCALE * v for v in box], fill=(255, 221, 0, 70), outline=(200, 80, 0, 255), width=2)
        return image
    finally:
        pdf.close()
