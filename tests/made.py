"""Papers and stores made by hand, small enough to reason about: no model, vectors of two numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rag.store import Manifest
from rag.types import Block, Citation, Claim, Description, Document, Page, Passage, Sentence, Span, Stated
from rag.writer import StoreWriter, writing

MANIFEST = Manifest("tiny", "0" * 64, 2, 110, program="")


class Made(NamedTuple):
    document: Document
    blocks: tuple[Block, ...]
    passages: tuple[Passage, ...]
    description: Description


def paper(name: str, *pages: str, paged: bool = False, sha256: str = "1" * 64, **stated: str) -> Made:
    """A paper with a block and a passage for each page; sentences end with a full stop and a space or the page."""
    document = Document(
        name, f"/papers/{name}", sha256, "pdf" if paged else "text", tuple(Page(text) for text in pages), paged
    )
    blocks, passages = [], []
    for number, text in enumerate(pages):
        sentences = tuple(
            Sentence(" ".join(found[0].split()), (Span(name, number, found.start(), found.end()),))
            for found in re.finditer(r"\S.*?(?:[.:](?=\s|$)|$)", text, re.DOTALL)
        )
        blocks.append(Block("paragraph", sentences, ("Findings",), str(number + 1)))
        count = len(sentences)
        passages.append(
            Passage(
                f"{name}#{number:04d}", name, ("Findings",), sentences,
                (str(number + 1),) * count, ("paragraph",) * count, (None,) * count,
            )
        )  # fmt: skip
    description = Description(**{field: Stated(value) for field, value in stated.items()})
    return Made(document, tuple(blocks), tuple(passages), description)


def put(writer: StoreWriter, one: Made, root: str = "/papers") -> None:
    """Adds a paper; its passages' vectors lie on the unit circle, a tenth of a radian apart."""
    vectors = np.array([[math.cos(i / 10), math.sin(i / 10)] for i in range(len(one.passages))], dtype=np.float32)
    texts = [passage.text for passage in one.passages]
    writer.add(one.document, root, one.description, one.blocks, one.passages, texts, vectors.reshape(-1, 2))


def store_of(folder: Path, papers: Iterable[Made], manifest: Manifest = MANIFEST) -> Path:
    with writing(folder, manifest) as writer:
        for one in papers:
            put(writer, one)
    return folder


def citing(text: str, page: str, *quotes: str, document: str = "a.pdf") -> Claim:
    """A claim with citations of quotes, which stand on the first page."""
    found = [(quote, page.index(quote)) for quote in quotes]
    citations = tuple(
        Citation(Span(document, 0, at, at + len(quote)), quote, 1, None, None, None, None, None, None)
        for quote, at in found
    )
    return Claim(text, citations)
