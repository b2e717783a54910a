"""The table of judgements at the front of a report: label and grade brought together however they wrap."""

from __future__ import annotations

import re

from rag.cells import GRADE, is_grade
from rag.parse.headings import is_judgement
from rag.parse.rows import Draft, Row, Segment

_PART_ONLY = re.compile(
    r"requires?|improvement|to\s+be\s+good|requires?\s+improvement|improvement\s+to\s+be(?:\s+good)?|to\s+be|be\s+good|good|"
    r"requires?\s+improvement\s+to(?:\s+be)?",
    re.IGNORECASE,
)
_GLUED = re.compile(rf"(.*?[^\s:])\s+({GRADE}|requires?(?:\s+improvement\s+to(?:\s+be)?)?)", re.IGNORECASE)
_RUNNING = re.compile(r"\b(?:is|are|was|were|be|been|a|an|of|and|or|the|that)$", re.IGNORECASE)
_BEGINNINGS = frozenset(
    " ".join(words.split()[:count])
    for words in ("requires improvement to be good", "require improvement to be good")
    for count in range(2, 6)
)
_HEAD = re.compile(r"(?:(?:key\s+)?judge?ments?\s+)?(?:(?:inspection|judge?ment)\s+)?grades?", re.IGNORECASE)
_HEAD_HALVES = re.compile(r"((?:key\s+)?judge?ments?)\s+(\S.*)", re.IGNORECASE)
# A grade's column begins beyond this share of the page's width.
_COLUMN = 0.42
_MAX_LABEL = 4
_MAX_TEXT = 100
_LONG_LABEL = 64


def grade_rows(rows: list[Row], width: float) -> list[tuple[list[int], Draft]]:
    """The rows of a table of judgements that is told by its words alone: the indexes of the printed rows that each
    takes, and its draft with label and grade as cells."""
    found: list[tuple[list[int], Draft]] = []
    heads: list[tuple[list[int], Draft]] = []
    at = 0
    while at < len(rows):
        count = 0
        if is_head(rows[at].text):
            cells = _halves(rows[at])
            whole = [segment for cell in cells for segment in cell]
            heads.append(([at], Draft("row", whole, [rows[at]], general=True, cells=cells)))
        elif entry := _entry(rows, at, width):
            count, cells = entry
            taken = rows[at : at + count]
            segments = [segment for cell in cells for segment in cell]
            draft = Draft("row", segments, taken, cells=cells, heads=heads[-1][1].cells if heads else [])
            found.append((list(range(at, at + count)), draft))
        at += count or 1
    # A lone match is a sentence's end or a heading; a table has several, or says what its columns are.
    return sorted(found + heads, key=lambda one: one[0]) if len(found) >= 3 or (heads and found) else []


def _halves(row: Row) -> list[list[Segment]]:
    """The cells of the line above the columns: what is judged, and the grade."""
    found = _HEAD_HALVES.match(row.text)
    if not found:
        return [[(row.page, row.start, row.end)]]
    return [[(row.page, row.start, row.start + found.end(1))], [(row.page, row.start + found.start(2), row.end)]]


def is_head(text: str) -> bool:
    """Whether `text` is the line above the columns of a table of judgements."""
    return bool(_HEAD.fullmatch(text))


def _entry(rows: list[Row], at: int, width: float) -> tuple[int, list[list[Segment]]] | None:
    """How many rows from `at` on make one label with its grade, and where the two stand; None where they do not."""
    first = rows[at]
    if is_head(first.text) or _cell(first, width) or _sentence(first) or first.text[0].islower():
        return None
    label: list[Segment] = []
    for i in range(at, min(at + _MAX_LABEL, len(rows))):
        row = rows[i]
        if i > at and (_sentence(row) or abs(row.size - first.size) > 1.5 or _apart(rows[i - 1], row)):
            return None
        if _cell(row, width):
            grade = row.text
            value: list[Segment] = [(row.page, row.start, row.end)]
        elif glued := _GLUED.fullmatch(row.text):
            stated = is_judgement(row.text) and not first.text[0].isdigit()
            if stated or _RUNNING.search(glued[1]) or _runs_on(rows, i, width):
                return None
            grade = glued[2]
            label.append((row.page, row.start, row.start + glued.end(1)))
            value = [(row.page, row.start + glued.start(2), row.end)]
        else:
            label.append((row.page, row.start, row.end))
            continue
        # The grade may go on in cells of its own: "Requires" / "improvement" / "to be good".
        end = i + 1
        while end < len(rows) and _cell(rows[end], width) and _goes_on(grade, rows[end].text):
            grade = f"{grade} {rows[end].text}"
            value.append((row.page, rows[end].start, rows[end].end))
            end += 1
        return (end - at, [label, value]) if is_grade(grade) else None
    return None


def _goes_on(grade: str, text: str) -> bool:
    return " ".join(f"{grade} {text}".lower().split()) in _BEGINNINGS


def _runs_on(rows: list[Row], at: int, width: float) -> bool:
    """Whether the row at `at` is a line of a paragraph that chances to end with the word for a grade."""
    if at + 1 == len(rows) or _cell(rows[at + 1], width):
        return False
    row, below = rows[at], rows[at + 1]
    return below.lower and len(row.text) > _LONG_LABEL and not _apart(row, below)


def _cell(row: Row, width: float) -> bool:
    """Whether the row is a grade, or part of one, in a column of its own."""
    return row.left > _COLUMN * width and bool(is_grade(row.text) or _PART_ONLY.fullmatch(row.text))


def _sentence(row: Row) -> bool:
    return row.text.endswith((".", ":", ";")) or len(row.text) > _MAX_TEXT


def _apart(above: Row, below: Row) -> bool:
    return above.bottom - below.top > 1.2 * max(above.size, 1.0)
