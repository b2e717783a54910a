"""The printed heading of a paper: which lines of which page it consists of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.dates import dates
from rag.types import Document, Page

# What follows a report's title, or shows that the lines so far were something else.
_AFTER_TITLE = re.compile(
    r"\s*(?:#+\s*)?(?:(?:Inspection|Visit)\s+dates?\b|Dates?\s+of\s+(?:the\s+)?(?:inspection|visit|meeting)\b"
    r"|Inspected\s+(?:on|from|between)\b|Lead\s+inspector\b|Reporting\s+inspector\b|Report\s+published|Published\b"
    r"|Judgements?\b|The\s+overall\s+judgement|The\s+judgements|Age\s+group|Contents\b|1\.\s|\|"
    r"|Children['’]s\s+services\s+in\s+.*\b(?:are|is|requires?)\b|The\s+Local\s+Safeguarding\s+Children\s+Board\s+(?:is|requires))",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"^[ \t]*Dear\b[^\r\n]*\s+(?P<subject>\S(?:[^\r\n]*\r?\n[ \t]*){1,4}?)\s*"
    r"(?=(?:This\s+letter|Following|I\s+am|I\s+write|Thank\s+you|Between\b|On\s+\d|From\s+\d|Ofsted\b|We\s))",
    re.MULTILINE,
)
# As OCR reads it.
_LOGO = re.compile(r"(?:Ofsted\s*)?(?:raising\s+standards|improving\s+lives)\b|Ofsted$", re.IGNORECASE)
_FOOTNOTE = re.compile(r"(?<=[^\W\d_])\d{1,2}$")
_BODY = re.compile(r"\b(?:committee|commission|panel|board|cabinet|council)\b", re.IGNORECASE)
LONGEST = 160  # characters; a longer line is a paragraph
MOST_LINES = 8
EARLY = 600  # characters: a marked heading further down is a section's, not the paper's


@dataclass(frozen=True, slots=True)
class Heading:
    """Page (from 0) and lines of the title, as (start, end) in the page text; `extent` runs from first to last."""

    page: int
    lines: tuple[tuple[int, int], ...]

    @property
    def extent(self) -> tuple[int, int]:
        return (self.lines[0][0], self.lines[-1][1]) if self.lines else (0, 0)


def heading(document: Document) -> Heading:
    """A letter's subject, a report's title, else the heading lines that a page begins with. No lines where there is
    nothing of the kind."""
    for index, page in enumerate(document.pages[:3]):
        if len(page.text.strip()) < 20:
            continue
        return Heading(index, _subject(page) or _meeting(page) or _marked(page) or _report(page))
    return Heading(0, ())


def _subject(page: Page) -> tuple[tuple[int, int], ...]:
    match = _SUBJECT.search(page.text[:4000])
    if match is None or match.end("subject") - match.start("subject") > 400:
        return ()
    start, end = match.span("subject")
    return tuple(_trimmed(page.text, *line) for line in _lines(page) if start <= line[0] < end)


def _meeting(page: Page) -> tuple[tuple[int, int], ...]:
    """A line that names a body and the full date of its meeting."""
    for start, end in _lines(page)[:15]:
        named = end - start <= LONGEST and _BODY.search(page.text, start, end)
        if named and any(d.whole for d in dates(page.text, start, end)):
            return (_trimmed(page.text, start, end),)
    return ()


def _marked(page: Page) -> tuple[tuple[int, int], ...]:
    """The headings with which a marked-up page begins, one after the other."""
    roles = {line.start: line.role for line in page.lines}
    visible = [(start, end, roles.get(start, "").startswith("heading")) for start, end in _lines(page)]
    first = next((i for i, (_, _, marked) in enumerate(visible) if marked), None)
    if first is None or visible[first][0] - visible[0][0] > EARLY:
        return ()
    rest = visible[first : first + MOST_LINES]
    stop = next((i for i, (_, _, marked) in enumerate(rest) if not marked), len(rest))
    return tuple(_trimmed(page.text, start, end) for start, end, _ in rest[:stop])


def _report(page: Page) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for start, end in _lines(page):
        line = page.text[start:end].strip()
        if _bare_date(line):
            # A running header with a date stands above some titles, and the title then begins again below it.
            if found and re.search(r"^\s*Inspection\s+dates?\b", page.text[end : end + 300], re.MULTILINE):
                found.clear()
                continue
            if found:
                break
            continue
        if line.isdigit() or _LOGO.match(line) or not re.search(r"[^\W\d_]", line):
            continue
        is_sentence = len(line) > LONGEST or (line.endswith(".") and len(line) > 60)
        if is_sentence or _AFTER_TITLE.match(line) or len(found) == MOST_LINES:
            break
        found.append(_trimmed(page.text, start, end))
    return tuple(found)


def _bare_date(line: str) -> bool:
    found = dates(line)
    return len(found) == 1 and len(line) <= found[0].end - found[0].start + 2


def _lines(page: Page) -> list[tuple[int, int]]:
    """Printed lines that hold something, without navigation and front matter."""
    skipped = [(line.start, line.end) for line in page.lines if line.role in ("skip", "front")]
    found = []
    for match in re.finditer(r"[^\r\n]+", page.text[:6000]):
        if match.group().strip() and not any(a < match.end() and match.start() < b for a, b in skipped):
            found.append(match.span())
    return found


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without white space, Markdown's marks and a footnote mark at the end."""
    line = text[start:end]
    start += len(line) - len(line.lstrip(" \t#*_"))
    end -= len(line) - len(line.rstrip(" \t#*_"))
    mark = _FOOTNOTE.search(text[start:end])
    return start, start + mark.start() if mark else end
