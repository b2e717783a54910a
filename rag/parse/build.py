"""Drafts to blocks: cleaned sentences with the spans they stand on, heading paths, and the lead-ins of lists."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from rag.clean import clean
from rag.parse.headings import is_contents, is_general, is_judgement
from rag.parse.rows import Draft
from rag.sentences import split
from rag.types import Block, Document, Sentence, Span

# The inspectorate's imprint, the same on every last page, says nothing about any place.
_IMPRINT = "The Office for Standards in Education, Children"


def blocks(document: Document, drafts: list[Draft], words: Set[str]) -> tuple[Block, ...]:
    """The finished blocks. `words` is the document's vocabulary, which tells where a hyphen belongs to a word."""
    builder = _Builder(document, words)
    return tuple(block for draft in drafts if (block := builder.block(draft)) is not None)


@dataclass(slots=True)
class _Above:
    level: int
    text: str
    general: bool


class _Builder:
    def __init__(self, document: Document, words: Set[str]) -> None:
        self._document = document
        self._words = words
        self._path: list[_Above] = []
        self._leads: dict[int, Sentence] = {}  # by the level of the items that they introduce
        self._last: tuple[int, Sentence] | None = None  # level and last sentence of the item before
        self._imprint = False

    def block(self, draft: Draft) -> Block | None:
        found = self._sentences(draft)
        if not found:
            return None
        if draft.kind == "heading":
            return self._heading(draft, found)
        path = tuple(above.text for above in self._path)
        self._imprint = self._imprint or bool(found[0].text.startswith(_IMPRINT))
        general = draft.general or self._imprint or any(above.general for above in self._path)
        lead = self._lead(draft, found)
        return Block(draft.kind, found, path, draft.number, draft.level, lead, general)

    def _heading(self, draft: Draft, found: tuple[Sentence, ...]) -> Block:
        text = " ".join(sentence.text for sentence in found)
        # A table of contents is printed as largely as a chapter but has no chapters below it.
        level = 99 if is_contents(text) else draft.level
        while self._path and self._path[-1].level >= level:
            self._path.pop()
        path = tuple(above.text for above in self._path)
        general = any(above.general for above in self._path) or is_general(text)
        self._path.append(_Above(level, text, is_general(text)))
        self._leads = {1: found[-1]} if text.endswith(":") else {}
        self._last = None
        if is_judgement(text) and not general:
            # What was judged is a finding, however large it is printed: it heads its section and is searched in it.
            return Block("paragraph", found, (*path, text), draft.number)
        return Block("heading", found, path, draft.number, draft.level, None, general)

    def _lead(self, draft: Draft, found: tuple[Sentence, ...]) -> Sentence | None:
        """The sentence that introduces the item; and what this block introduces is kept for those to come."""
        if draft.kind in ("furniture", "footnote", "row"):
            return None
        last, self._last = self._last, None
        if draft.kind != "item":
            self._leads = {1: found[-1]} if found[-1].text.endswith(":") else {}
            return None
        # The item above introduces those set deeper; one that ends with a colon and is followed by its like introduces
        # them, whatever its margin says.
        if last is not None and (last[0] < draft.level or (last[0] == draft.level and last[1].text.endswith(":"))):
            self._leads[draft.level] = last[1]
        self._leads = {level: sentence for level, sentence in self._leads.items() if level <= draft.level}
        self._last = (draft.level, found[-1])
        return self._leads[max(self._leads)] if self._leads else None

    def _sentences(self, draft: Draft) -> tuple[Sentence, ...]:
        text, pieces = _joined(self._document, self._stretches(draft), self._words)
        ranges = [(0, len(text))] if draft.kind in ("heading", "furniture") and text else split(text)
        return tuple(Sentence(text[a:b], self._spans(pieces, a, b)) for a, b in ranges)

    def _stretches(self, draft: Draft) -> list[tuple[int, int, int]]:
        """The draft's segments, those that only white space parts brought together."""
        merged: list[tuple[int, int, int]] = []
        for page, start, end in draft.segments:
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
            found.append(Span(self._document.name, piece.page, piece.offsets[first], piece.offsets[last] + 1))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch in cleaned form: where it begins in the joined text, and where its characters stand on the page."""

    at: int
    page: int
    offsets: list[int]


def _joined(document: Document, stretches: list[tuple[int, int, int]], words: Set[str]) -> tuple[str, list[_Piece]]:
    """The cleaned text of `stretches` as one, and the pieces it is made of."""
    text = ""
    pieces: list[_Piece] = []
    for page, start, end in stretches:
        piece, offsets = clean(document.pages[page].text, start, end, words)
        if not piece:
            continue
        if text and not (text[-2:-1].isalpha() and text[-1] == "-" and piece[0].isalpha()) and piece[0] not in ",.;:)":
            text += " "
        pieces.append(_Piece(len(text), page, offsets))
        text += piece
    return text, pieces


def reading(document: Document, spans: tuple[Span, ...], words: Set[str]) -> str:
    """The cleaned text of `spans` read on end: what a sentence that stands on them says."""
    return _joined(document, [(span.page, span.start, span.end) for span in spans], words)[0]
