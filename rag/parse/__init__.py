"""Documents to blocks: headings, paragraphs, list items, table rows and footnotes in the order a person reads them."""

from __future__ import annotations

from rag.clean import vocabulary
from rag.parse import flow, layout
from rag.parse.build import blocks, reading
from rag.types import Block, Document, Sentence

__all__ = ["parse", "reads_as"]


def parse(document: Document) -> tuple[Block, ...]:
    """The blocks of `document` in reading order, furniture included.

    Every sentence's text is the cleaned form of what stands at its spans (see `reads_as`).
    """
    placed = any(line.box is not None for page in document.pages for line in page.lines)
    drafts = layout.drafts(document) if placed else flow.drafts(document)
    return blocks(document, drafts, vocabulary(page.text for page in document.pages))


def reads_as(document: Document, sentence: Sentence) -> bool:
    """Whether the sentence's text is what its spans read as when cleaned."""
    words = vocabulary(page.text for page in document.pages)
    return reading(document, sentence, words) == sentence.text
