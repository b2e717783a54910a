"""Running headers, footers and page numbers: told by repetition together with place, never by either alone."""

from __future__ import annotations

import re
from collections import defaultdict

from rag.parse.marks import footnote
from rag.parse.rows import Row
from rag.types import Document

# The share of a page's height, from either edge, in which running lines stand.
_EDGE = 0.105
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"(?:page\s*)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?", re.IGNORECASE)


def furniture(document: Document, pages: list[list[Row]], body: float) -> set[tuple[int, int]]:
    """(page, start) of every row that is furniture."""
    groups: dict[tuple[str, bool], list[Row]] = defaultdict(list)
    found = set()
    for index, rows in enumerate(pages):
        page = document.pages[index]
        if page.size is None:
            continue
        low, high = _EDGE * page.size[1], (1 - _EDGE) * page.size[1]
        for at, row in enumerate(rows):
            if not row.placed or low < (row.bottom + row.top) / 2 < high:
                continue
            if _numbers_page(row, page.label) and not _marks(row, rows[at + 1 :][:1]):
                found.add((row.page, row.start))
            else:
                # Even and odd pages put the page number at opposite ends; whatever digits say, the line is the same.
                key = " ".join(_DIGITS.sub("", row.text).split()).lower()
                if any(c.isalpha() for c in key):
                    groups[key, row.bottom > high].append(row)
    for (key, _), rows in groups.items():
        count = len({row.page for row in rows})
        # The same source may be named in several notes; a date or a page's number opens running lines.
        opening = {(document.pages[row.page].label or str(row.page + 1), footnote(row.text)) for row in rows}
        noted = len({mark for _, mark in opening}) > 1 and any(mark and mark[0] != label for label, mark in opening)
        small = body and max(row.size for row in rows) < 0.95 * body
        needed = 2 if not noted and (small or len(pages) <= 3) else 3
        if noted or (body and not small and any(row.bold or row.size > body + 1 for row in rows)):
            # Chapters of one pattern open at the top of a page with the same words; a running header is on most.
            needed = max(needed, len(pages) // 3)
        if count >= needed and (len(key) >= 4 or small or count >= max(3, len(pages) // 2)):
            found.update((row.page, row.start) for row in rows)
    return found


def _numbers_page(row: Row, label: str | None) -> bool:
    digits = _DIGITS.findall(row.text) if _PAGE_NUMBER.fullmatch(row.text) else []
    return digits[:1] == [label or str(row.page + 1)]


def _marks(row: Row, following: list[Row]) -> bool:
    """Whether the row is the mark of the footnote that stands right behind it on its line."""
    return any(
        row.size < after.size and -1 < after.left - row.right < 12 and after.bottom < row.top and row.bottom < after.top
        for after in following
    )
