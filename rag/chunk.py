"""Blocks to passages: runs of whole sentences below one heading, small enough to embed as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from rag.cells import row_in_words
from rag.types import Block, BlockKind, Cell, Document, Passage, Sentence

_LEFT_OUT = ("furniture", "heading")
_NAME = 12  # words: a row's first cell that is no longer names the row


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence with what a passage says of it; `opens` where its block begins with it. `words` are those that are
    searched."""

    sentence: Sentence
    number: str | None
    kind: BlockKind
    lead: Sentence | None
    opens: bool
    words: int
    cells: tuple[Cell, ...] = ()


def chunk(document: Document, blocks: Iterable[Block], max_words: int) -> tuple[Passage, ...]:
    """The passages of `blocks` in order, each of at most `max_words` words unless a single sentence is longer.

    A passage never crosses a heading. Furniture, headings and general blocks are left out; footnotes stand in
    passages of their own. A list's lead-in begins the passage that holds its first items. The rows of a table stay in
    one passage where they fit into one.
    """
    passages: list[Passage] = []
    searched = [block for block in blocks if block.kind not in _LEFT_OUT and not block.general]
    for heading, run in groupby(_notes_last(searched), key=lambda b: (b.heading, b.kind == "footnote")):
        for lines in _packed(_together([_lines(block) for block in run], max_words), max_words):
            passages.append(_passage(document, len(passages), heading[0], lines))
    return tuple(passages)


def _notes_last(blocks: list[Block]) -> Iterator[Block]:
    """The blocks with the footnotes of each stretch below one heading moved behind it, so that they cut no run."""
    for _, run in groupby(blocks, key=lambda block: block.heading):
        held = list(run)
        yield from (block for block in held if block.kind != "footnote")
        yield from (block for block in held if block.kind == "footnote")


def _lines(block: Block) -> list[_Line]:
    found = []
    for i, sentence in enumerate(block.sentences):
        cells = _cells(block, sentence)
        said = row_in_words(cells) if cells else sentence.text
        found.append(_Line(sentence, block.number, block.kind, block.lead, i == 0, len(said.split()), cells))
    return found


def _cells(block: Block, sentence: Sentence) -> tuple[Cell, ...]:
    """The cells that the sentence is made of: the whole row, or that which names the row and the one it stands in."""
    if len(block.sentences) == 1 or not block.cells:
        return block.cells
    place = sentence.spans[0]
    held = next(
        (cell for cell in block.cells for s in cell.spans if s.page == place.page and s.start <= place.start < s.end),
        Cell(""),
    )
    name = next((cell for cell in block.cells if cell.text), held)
    named = (name,) if name is not held and len(name.text.split()) <= _NAME else ()
    return (*named, Cell(sentence.text, sentence.spans, held.header))


def _together(blocks: list[list[_Line]], limit: int) -> Iterator[list[_Line]]:
    """The blocks with the rows of a table as one, where they fit into a passage together."""
    for is_row, run in groupby(blocks, key=lambda block: block[0].kind == "row"):
        held = list(run)
        if is_row and sum(line.words for block in held for line in block) <= limit:
            held = [[line for block in held for line in block]]
        yield from held


def _packed(found: Iterable[list[_Line]], limit: int) -> Iterator[list[_Line]]:
    blocks = list(found)
    current: list[_Line] = []
    words = 0
    for at, block in enumerate(blocks):
        size = sum(line.words for line in block)
        if current and words + size > limit and (size <= limit or words > limit // 2):
            carried = _lead_in(current, block)
            if len(carried) < len(current):
                yield current[: len(current) - len(carried)]
                current, words = carried, sum(line.words for line in carried)
        for i, line in enumerate(block):
            if current and words + line.words > limit and not _only_lead(current, line):
                yield current
                current, words = [], 0
            elif current and _leads(line, block, i, blocks, at) and words + line.words + _first(blocks, at) > limit:
                # A lead-in that would stand last is better the first of the next passage, beside its items.
                yield current
                current, words = [], 0
            current.append(line)
            words += line.words
    if current:
        yield current


def _lead_in(current: list[_Line], block: list[_Line]) -> list[_Line]:
    """The last line of `current` where it introduces `block`, so that the two are not parted."""
    lead = block[0].lead
    return current[-1:] if lead is not None and current[-1].sentence is lead else []


def _only_lead(current: list[_Line], line: _Line) -> bool:
    return len(current) == 1 and line.lead is not None and current[0].sentence is line.lead


def _leads(line: _Line, block: list[_Line], at: int, blocks: list[list[_Line]], index: int) -> bool:
    return at == len(block) - 1 and index + 1 < len(blocks) and blocks[index + 1][0].lead is line.sentence


def _first(blocks: list[list[_Line]], index: int) -> int:
    return blocks[index + 1][0].words if index + 1 < len(blocks) else 0


def _passage(document: Document, index: int, heading: tuple[str, ...], lines: list[_Line]) -> Passage:
    return Passage(
        id=f"{document.name}#{index:04d}",
        document=document.name,
        heading=heading,
        sentences=tuple(line.sentence for line in lines),
        numbers=tuple(line.number for line in lines),
        kinds=tuple(line.kind for line in lines),
        leads=tuple(line.lead for line in lines),
        cells=tuple(line.cells for line in lines) if any(line.cells for line in lines) else (),
    )
