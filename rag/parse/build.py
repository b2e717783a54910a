"""Drafts to blocks: cleaned sentences with the spans they stand on, heading paths, and the lead-ins of lists."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import zip_longest

from rag.clean import clean
from rag.parse.headings import is_contents, is_definition, is_general, is_judgement, is_statement
from rag.parse.notes import Call, calls
from rag.parse.rows import Draft, Segment
from rag.parse.standing import is_standing, opens_imprint
from rag.sentences import split
from rag.types import Block, Cell, Document, Note, Sentence, Span

# A row of more characters than this is cited sentence by sentence, a shorter one as a whole.
_LONG_ROW = 400
_WHOLE = ("heading", "furniture", "row")  # a row without cells is an entry of the contents
_CAPTION = re.compile(r"(?:table|figure|chart)\s+\w{1,4}\b", re.IGNORECASE)


def blocks(document: Document, drafts: list[Draft], words: Set[str]) -> tuple[Block, ...]:
    """The finished blocks. `words` is the document's vocabulary, which tells where a hyphen belongs to a word."""
    builder = _Builder(document, words, calls(document, drafts))
    return tuple(block for draft in drafts if (block := builder.block(draft)) is not None)


@dataclass(slots=True)
class _Above:
    level: int
    text: str
    general: bool
    of_list: bool = False  # says something of its own, so that what is behind the list is not below it


class _Builder:
    def __init__(self, document: Document, words: Set[str], marks: Mapping[int, Sequence[Call]]) -> None:
        self._document = document
        self._words = words
        self._calls = marks
        self._path: list[_Above] = []
        self._leads: dict[int, Sentence] = {}  # by the level of the items that they introduce
        self._last: tuple[int, Sentence] | None = None  # level and last sentence of the item before
        self._above: Sentence | None = None  # what stands right above a table and introduces it
        self._imprint = -1  # the page with the inspectorate's imprint, which fills the rest of it

    def block(self, draft: Draft) -> Block | None:
        found = self._sentences(draft)
        if not found:
            return None
        standing = is_standing([sentence.text for sentence in found])
        if draft.kind == "heading" and not standing:
            return self._heading(draft, found)
        if self._path and self._path[-1].of_list and draft.kind == "paragraph" and not draft.number:
            self._path.pop()
        path = tuple(above.text for above in self._path)
        page = found[0].spans[0].page
        self._imprint = page if opens_imprint(found[0].text) else self._imprint
        general = draft.general or self._imprint == page or any(above.general for above in self._path)
        general = general or standing
        general = general or (draft.kind == "paragraph" and is_definition(found[0].text))
        lead = self._lead(draft, found)
        kind = "row" if draft.cells else "paragraph" if draft.kind == "heading" else draft.kind
        return Block(kind, found, path, draft.number, draft.level, lead, general, self._cells(draft))

    def _heading(self, draft: Draft, found: tuple[Sentence, ...]) -> Block:
        text = " ".join(sentence.text for sentence in found)
        # A table of contents is printed as largely as a chapter but has no chapters below it.
        level = 99 if is_contents(text) else draft.level
        while self._path and self._path[-1].level >= level:
            self._path.pop()
        path = tuple(above.text for above in self._path)
        general = any(above.general for above in self._path) or is_general(text)
        says = draft.caption and (is_judgement(text) or is_statement(text))
        self._path.append(_Above(level, text, is_general(text), says))
        self._leads = {1: found[-1]} if text.endswith(":") else {}
        self._last = self._above = None
        if draft.cells and not general:
            # A box with a judgement and its grade opens its section.
            return Block("row", found, (*path, text), cells=self._cells(draft))
        if (is_judgement(text) or says) and not general:
            # What was judged is a finding, however large it is printed: it heads its section and is searched in it.
            return Block("paragraph", found, (*path, text), draft.number)
        return Block("heading", found, path, draft.number, draft.level, None, general)

    def _lead(self, draft: Draft, found: tuple[Sentence, ...]) -> Sentence | None:
        """The sentence that introduces the item; and what this block introduces is kept for those to come."""
        if draft.kind in ("furniture", "footnote"):
            return None
        if draft.kind == "row":
            return self._above
        self._above = found[-1] if _is_caption(draft, found) else None
        last, self._last = self._last, None
        if draft.kind != "item":
            self._leads = {1: found[-1]} if _introduces(draft, found) else {}
            return None
        # The item above introduces those set deeper; one that ends with a colon and is followed by its like introduces
        # them, whatever its margin says.
        if last is not None and (last[0] < draft.level or (last[0] == draft.level and last[1].text.endswith(":"))):
            self._leads[draft.level] = last[1]
        self._leads = {level: sentence for level, sentence in self._leads.items() if level <= draft.level}
        self._last = (draft.level, found[-1])
        return self._leads[max(self._leads)] if self._leads else None

    def _sentences(self, draft: Draft) -> tuple[Sentence, ...]:
        if draft.cells and sum(end - start for _, start, end in draft.segments) > _LONG_ROW:
            # A cell that goes on from the row above is quoted there.
            held = [cell for cell in draft.cells if any(_within(cell, segment) for segment in draft.segments)]
            return tuple(sentence for cell in held for sentence in self._cut(cell, whole=False))
        return self._cut(draft.segments, whole=bool(draft.cells) or draft.kind in _WHOLE)

    def _cells(self, draft: Draft) -> tuple[Cell, ...]:
        """The cells of a table's row, each with its column's header."""
        found = []
        for cell, head in zip_longest(draft.cells, draft.heads[: len(draft.cells)], fillvalue=[]):
            text, pieces = _joined(self._document, self._stretches(cell), self._words, self._calls)
            header, _ = _joined(self._document, self._stretches(head), self._words, self._calls)
            found.append(Cell(text, self._spans(pieces, 0, len(text)), header or None))
        return tuple(found)

    def _cut(self, segments: list[Segment], *, whole: bool) -> tuple[Sentence, ...]:
        """The sentences of `segments`, one for all of them where they are `whole`."""
        text, pieces = _joined(self._document, self._stretches(segments), self._words, self._calls)
        ranges = [(0, len(text))] if whole and text else split(text)
        return tuple(self._sentence(text[a:b], self._spans(pieces, a, b)) for a, b in ranges)

    def _sentence(self, text: str, spans: tuple[Span, ...]) -> Sentence:
        notes = tuple(
            Note(mark, Span(span.document, span.page, start, end))
            for span in spans
            for start, end, mark in self._calls.get(span.page, ())
            if span.start <= start and end <= span.end
        )
        return Sentence(text, spans, notes)

    def _stretches(self, segments: list[Segment]) -> list[Segment]:
        """`segments`, those that only white space parts brought together."""
        merged: list[Segment] = []
        for page, start, end in segments:
            if merged and merged[-1][0] == page and merged[-1][2] <= start:
                between = self._document.pages[page].text[merged[-1][2] : start]
                if not between.strip():
                    merged[-1] = (page, merged[-1][1], end)
                    continue
            merged.append((page, start, end))
        return merged

    def _spans(self, pieces: list[_Piece], start: int, end: int) -> tuple[Span, ...]:
        """Where the characters from `start` to `end` of the joined pieces stand, one span a piece."""
        found = []
        # Sentences are asked for in order, so what ends before this one is done with.
        while pieces and pieces[0].at + len(pieces[0].offsets) <= start:
            pieces.pop(0)
        for piece in pieces:
            if piece.at >= end:
                break
            first, last = max(start - piece.at, 0), min(end - piece.at, len(piece.offsets)) - 1
            stop = piece.offsets[last] + 1
            after = piece.offsets[last + 1] if last + 1 < len(piece.offsets) else piece.stop
            stop = self._with_marks(piece, stop, after)
            found.append(Span(self._document.name, piece.page, piece.offsets[first], stop))
        return tuple(found)

    def _with_marks(self, piece: _Piece, stop: int, after: int) -> int:
        """`stop`, or behind the marks that hang on a sentence that ends there, before what follows at `after`."""
        text = self._document.pages[piece.page].text
        for start, end, _ in self._calls.get(piece.page, ()):
            if stop <= start and end <= after and not text[stop:start].strip():
                stop = end
        return stop


def _is_caption(draft: Draft, found: tuple[Sentence, ...]) -> bool:
    """Whether a block introduces the table below it."""
    marked = bool(draft.rows) and draft.rows[0].role == "caption"
    return marked or found[-1].text.endswith(":") or bool(_CAPTION.match(found[0].text))


def _introduces(draft: Draft, found: tuple[Sentence, ...]) -> bool:
    """Whether a block introduces the items below it: it ends with a colon, or is a number with their topic."""
    text = found[-1].text
    topic = draft.number and len(found) == 1 and text[-1].isalpha()
    return text.endswith(":") or bool(topic)


def _within(cell: list[Segment], segment: Segment) -> bool:
    return bool(cell) and cell[0][0] == segment[0] and segment[1] <= cell[0][1] < segment[2]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch in cleaned form: where it begins in the joined text, and where its characters stand on the page."""

    at: int
    page: int
    offsets: list[int]
    stop: int  # the end of the stretch on the page


def _joined(
    document: Document, stretches: list[tuple[int, int, int]], words: Set[str], marks: Mapping[int, Sequence[Call]]
) -> tuple[str, list[_Piece]]:
    """The cleaned text of `stretches` as one, and the pieces it is made of."""
    text = ""
    pieces: list[_Piece] = []
    for page, start, end in stretches:
        left_out = [(a, b) for a, b, _ in marks.get(page, ())]
        piece, offsets = clean(document.pages[page].text, start, end, words, left_out)
        if not piece:
            continue
        if text and not (text[-2:-1].isalpha() and text[-1] == "-" and piece[0].isalpha()) and piece[0] not in ",.;:)":
            text += " "
        pieces.append(_Piece(len(text), page, offsets, end))
        text += piece
    return text, pieces


def reading(document: Document, sentence: Sentence, words: Set[str]) -> str:
    """The cleaned text of the sentence's spans read on end, without its footnote marks: what it says."""
    marks: dict[int, list[Call]] = {}
    for note in sentence.notes:
        marks.setdefault(note.span.page, []).append((note.span.start, note.span.end, note.mark))
    return _joined(document, [(span.page, span.start, span.end) for span in sentence.spans], words, marks)[0]
