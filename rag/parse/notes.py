"""Footnotes and their marks: which characters of a page's text call a footnote and are no part of what it says."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.parse.marks import SUPERSCRIPTS, plain_mark
from rag.parse.rows import Draft
from rag.types import Document

Call = tuple[int, int, str]  # where the mark begins and ends in its page's text, and the footnote that it calls

# These stand for nothing but a mark, provided that there is such a footnote: else it may be "m²".
_RAISED = re.compile(rf"(?<=\S)([{SUPERSCRIPTS}]+)|\[\^([^\]\s]+)\]|(?<=\S)\[(\d{{1,2}})\]")
# Behind a word, behind the stop or bracket that follows one, behind "%", a year, or the thousands of a figure.
_BEFORE = r"(?:(?<=[^\W\d_]{2})|(?<=[^\d\s][.,;:!?)\]’”'\"])|(?<=\d%)|(?<=,\d{3})|(?<=[\s(](?:19|20)\d\d))"
_BEHIND = r"(?![\w%]|[.,:]\d|[-–]\w)"
_LONE = r"(?<=\n){}(?=[ \t]*(?:[\r\n]|$))"
_TOKEN = re.compile(r"[^\W\d_]+$")


def calls(document: Document, drafts: Sequence[Draft]) -> dict[int, list[Call]]:
    """The marks on each page, in order. A character is a mark only where a footnote with that mark stands on the page
    and the mark follows the one before it, as footnotes are numbered in the order of their marks."""
    notes: dict[int, list[str]] = defaultdict(list)
    texts: dict[int, list[tuple[int, int]]] = defaultdict(list)
    resumed: dict[int, set[int]] = defaultdict(set)
    for draft in drafts:
        if draft.kind == "footnote" and draft.number and draft.rows:
            notes[draft.rows[0].page].append(draft.number)
        elif draft.kind not in ("footnote", "furniture"):
            for page, start, end in draft.segments:
                texts[page].append((start, end))
            for above, row in pairwise(draft.rows):
                if row.placed and abs(row.left - above.right) < 4 and row.bottom < above.top and above.bottom < row.top:
                    resumed[row.page].add(row.start)
    return {page: _on_page(document, page, marks, sorted(texts[page]), resumed[page]) for page, marks in notes.items()}


def _on_page(
    document: Document, page: int, marks: list[str], ranges: list[tuple[int, int]], resumed: set[int]
) -> list[Call]:
    """`ranges` are the stretches of text to look in; at `resumed` begin lines that go on where the one before ended on
    the same level, as they do behind a raised figure."""
    text = document.pages[page].text
    found = [
        (match.start(), match.end(), mark)
        for start, end in ranges
        for match in _RAISED.finditer(text, start, end)
        if (mark := plain_mark(match[1] or match[2] or match[3])) in marks
    ]
    raised = {mark for _, _, mark in found}
    at = 0
    for mark in marks:
        if mark in raised or not mark.isdigit():
            continue
        places = sorted([*_printed(text, mark, ranges), *_opening(text, mark, resumed)])
        called = next((c for c in places if c[0] >= at and not _is_name(document, page, c)), None)
        if called is not None:
            found.append(called)
            at = called[1]
    return sorted(found)


def _printed(text: str, mark: str, ranges: list[tuple[int, int]]) -> Iterator[Call]:
    """Where the digits of `mark` stand as a mark does: glued to what they follow, or on a line of their own."""
    pattern = re.compile(f"{_BEFORE}{mark}{_BEHIND}|{_LONE.format(mark)}")
    for start, end in ranges:
        for match in pattern.finditer(text, start, end):
            if match.start() > start or text[match.start() - 1] == "\n":
                yield match.start(), match.end(), mark


def _opening(text: str, mark: str, resumed: set[int]) -> Iterator[Call]:
    return ((at, at + len(mark), mark) for at in resumed if re.match(rf"{mark}(?=\s)", text[at : at + 4]))


def _is_name(document: Document, page: int, call: Call) -> bool:
    """Whether the digits end a name that the document uses elsewhere as well, as in "Power2" or "KS4"."""
    start, end, _ = call
    text = document.pages[page].text
    word = _TOKEN.search(text, max(0, start - 40), start)
    if word is None:
        return False
    token = re.compile(rf"(?<!\w){re.escape(text[word.start() : end])}(?!\w)")
    return word[0] == "KS" or sum(len(token.findall(other.text)) for other in document.pages) > 1
