"""Texts without layout to drafts of blocks: roles where the format gives them, else blank lines and marks."""

from __future__ import annotations

import re

from rag.parse import marks
from rag.parse.headings import contents_entry, is_contents, is_labelled, is_statement
from rag.parse.rows import Draft, Row, labels, rows
from rag.parse.tables import marked
from rag.types import Document

# A line longer than this was not wrapped by hand, so each line of such a document is a paragraph.
_UNWRAPPED = 160
_MAX_HEADING = 90
_LETTER = re.compile(r"(?:dear|yours|to:|from:|cc:?)\b", re.IGNORECASE)
_DATE = re.compile(r"(?:\w+day,?\s+)?\d{1,2}(?:st|nd|rd|th)?\s+[A-Z][a-z]+\s+\d{4}|[A-Z][a-z]+ \d{1,2}, \d{4}.*")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b")
_FOOTNOTE_MARK = re.compile(r"(?:\[\^([^\]\s]+)\]:|([¹²³⁴⁵⁶⁷⁸⁹]+))\s*")
_LETTERED = "("  # what stands for the glyph of items that open with a letter
_HASHES = re.compile(r"#{1,6}\s*")
_TRAILING_HASHES = re.compile(r"\s+#+$")
_RETURN = re.compile("[\u21a9\u2191][\ufe0e\ufe0f]?$")
_CELL_MARKS = re.compile(r"[|\s]|</?p>")


def drafts(document: Document) -> list[Draft]:
    """The drafts of all blocks in reading order, headings with their levels."""
    flow = _Flow(document)
    for page in rows(document):
        flow.tables = marked(page)
        for i, row in enumerate(page):
            flow.take(row, page[i - 1] if i else None, page[i + 1] if i + 1 < len(page) else None)
    _number_notes(flow.drafts)
    return flow.drafts


def _number_notes(drafts: list[Draft]) -> None:
    """What ends with the arrow that leads back to its mark is a footnote; web pages number theirs without saying so."""
    for count, draft in enumerate((d for d in drafts if d.kind == "footnote" or _RETURN.search(d.text)), 1):
        draft.kind, draft.level = "footnote", 0
        draft.number = draft.number or str(count)


class _Flow:
    def __init__(self, document: Document) -> None:
        every = [line for page in document.pages for line in page.lines]
        lines = [line.end - line.start for line in every if line.role not in ("row", "head")]
        marked = any(line.role.startswith("heading") for line in every)
        self.drafts: list[Draft] = []
        self.tables: dict[int, Draft] = {}  # the rows of the page's tables by where they start
        self._blocks = document.format in ("html", "docx", "odt")
        self._unwrapped = self._blocks or any(length > _UNWRAPPED for length in lines)
        self._guess = not marked
        self._base = 2 if document.format in ("html", "docx", "odt") else 1
        self._open: Draft | None = None
        self._series = marks.Series()
        self._contents = False

    def take(self, row: Row, last: Row | None, following: Row | None) -> None:
        role = row.role
        if role in ("skip", "front"):
            self._begin("furniture", row)
            self._open = None
        elif role.startswith("heading"):
            self._heading(row, int(role[-1]))
        elif role in ("row", "head"):
            self._row(row)
        elif role == "footnote" or _FOOTNOTE_MARK.match(row.text):
            found = _FOOTNOTE_MARK.match(row.text)
            mark = marks.plain_mark(found[1] or found[2]) if found else None
            self._begin("footnote", row, found.end() if found else 0, mark)
        else:
            self._text(row, last, following)

    def _text(self, row: Row, last: Row | None, following: Row | None) -> None:
        joins = self._joins(row, last)
        found = marks.bullet(row.text)
        if found and (found[2] or not joins or last is None or last.ended or self._in_list(found[0])):
            self._item(row, found[0], found[1])
        elif marks.lone_bullet(row.text):
            self._item(row, row.text, len(row.text))
        elif (letter := marks.lettered(row.text, labels(self.drafts))) and (
            not joins or last is None or last.ended or self._in_list(_LETTERED)
        ):
            self._item(row, _LETTERED, letter[1], letter[0])
        elif row.role == "item" and self._blocks:
            self._item(row, "", 0)
        elif number := self._number(row, joins):
            if _opens_section(row, following, number):
                self._heading(row, self._base, number[1], number[0])
            else:
                self._begin("paragraph", row, number[1], number[0])
        elif self._open is not None and (joins or not self._open.segments):
            self._open.add(row)
        elif is_contents(row.text) or (self._guess and self._is_heading(row, last, following)):
            self._heading(row, self._base)
        else:
            self._begin("paragraph", row)

    def _number(self, row: Row, joins: bool) -> tuple[str, int] | None:
        if joins and not (self._open is not None and self._open.number):
            return None
        return self._series.take(row.text)

    def _joins(self, row: Row, last: Row | None) -> bool:
        if self._open is None or last is None or self._open.kind in ("heading", "row", "furniture") or self._blocks:
            return False
        if row.blank:
            # A page break that was lost in saving leaves an empty line in the middle of a sentence.
            return row.lower and not last.ended and self._open.kind != "footnote"
        if self._unwrapped:
            return row.lower and not last.ended
        return True

    def _in_list(self, glyph: str) -> bool:
        return self._open is not None and self._open.glyph == glyph

    def _is_heading(self, row: Row, last: Row | None, following: Row | None) -> bool:
        """A short line without a final stop that stands alone, with text below it."""
        text = row.text
        if (
            len(text) > _MAX_HEADING
            or text.endswith((".", ",", ";", "!"))
            or not text[0].isalpha()
            or text[0].islower()
        ):
            return False
        if (
            _LETTER.match(text)
            or _DATE.fullmatch(text)
            or _POSTCODE.search(text)
            or is_labelled(text)
            or is_statement(text)
        ):
            return False
        if following is None or (not row.blank and not self._unwrapped):
            return False
        if following.blank:
            return row.blank
        # Without empty lines around it, only what follows can tell: a heading stands above a full paragraph or a list.
        listed = marks.bullet(following.text) is not None and not text.endswith(":")
        full = len(following.text) > len(text) + 12 and following.ended
        return self._unwrapped and (listed or (full and (last is None or last.ended or row.blank)))

    def _heading(self, row: Row, level: int, skip: int = 0, number: str | None = None) -> None:
        skip = _HASHES.match(row.text).end() if row.text.startswith("#") else skip  # type: ignore[union-attr]
        draft = Draft("heading", level=level, number=number)
        draft.add(row, skip)
        if skip and draft.segments and (tail := _TRAILING_HASHES.search(row.text)):
            page, start, _ = draft.segments[0]
            draft.segments[0] = (page, start, row.start + tail.start())
        self.drafts.append(draft)
        self._open = None
        self._contents = is_contents(row.text)

    def _row(self, row: Row) -> None:
        if not _CELL_MARKS.sub("", row.text):
            return
        general = self._contents and contents_entry(row.text.strip("| ").replace("|", " "))
        draft = self.tables[row.start]
        draft.general = draft.general or general
        self.drafts.append(draft)
        self._open = None

    def _item(self, row: Row, glyph: str, skip: int, number: str | None = None) -> None:
        draft = Draft("item", number=number, glyph=glyph, edge=float(row.indent))
        draft.add(row, skip)
        draft.level = _level(draft, self.drafts)
        self.drafts.append(draft)
        self._open = draft

    def _begin(self, kind: str, row: Row, skip: int = 0, number: str | None = None) -> None:
        draft = Draft(kind, number=number)  # type: ignore[arg-type]
        draft.add(row, skip)
        self.drafts.append(draft)
        self._open = draft


def _opens_section(row: Row, following: Row | None, number: tuple[str, int]) -> bool:
    """Whether a numbered line is the heading of the paragraphs below it: "2. Background" above "2.1 Caseloads …"."""
    title = row.text[number[1] :]
    short = 0 < len(title) <= _MAX_HEADING and not title.endswith((".", ",", ";", "!")) and not is_statement(title)
    return short and following is not None and bool(re.match(rf"{number[0]}\.1\b", following.text))


def _level(draft: Draft, before: list[Draft]) -> int:
    """The depth of a list item: deeper than the item before it where it is indented more."""
    for other in reversed(before):
        if other.kind in ("footnote", "furniture"):
            continue
        if other.kind != "item":
            break
        if other.edge < draft.edge:
            return other.level + 1
        if other.edge == draft.edge:
            return other.level
    return 1
