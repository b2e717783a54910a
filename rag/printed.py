"""What a paper prints, found by a pattern and turned into a described field with its span."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.types import Document, Span, Stated

FRONT_PAGES = 3  # a cover may hold nothing, and the title then stands on the page after it

Found = tuple[int, re.Match[str]]  # page and match


def search(document: Document, pattern: re.Pattern[str], pages: int | None = FRONT_PAGES) -> Iterator[Found]:
    """Every match on the first `pages` pages, on all where that is None."""
    for index, page in enumerate(document.pages[:pages]):
        for match in pattern.finditer(page.text):
            yield index, match


def first(document: Document, pattern: re.Pattern[str], pages: int | None = FRONT_PAGES) -> Found | None:
    return next(search(document, pattern, pages), None)


def stated(document: Document, page: int, start: int, end: int, value: str | None = None) -> Stated:
    """A field that characters `start` to `end` of a page state; without a `value`, as they print it."""
    printed = document.pages[page].text[start:end]
    return Stated(one_line(printed) if value is None else value, (Span(document.name, page, start, end),))


def one_line(text: str) -> str:
    """Printed text in one line, with the hyphens that a line end took."""
    return re.sub(r"\s+", " ", text.replace("\ufffe", "-")).strip()
