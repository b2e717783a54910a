"""Pages with places and type sizes to drafts of blocks: what a reader sees from gaps, margins, weight and size."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from rag.parse import marks
from rag.parse.furniture import furniture
from rag.parse.grades import is_head
from rag.parse.headings import Headings, contents_entry, is_contents, is_joint
from rag.parse.rows import Draft, Row, body_size, labels, rows
from rag.parse.tables import Tables
from rag.types import BlockKind, Document, Page

# Rows farther apart than the document's usual gap by this share of the type size begin a new paragraph.
_WIDER = 0.25
_SMALL = 0.8
_FULL = 0.75  # of the way to the right margin
_FOOTNOTE = 0.93
_LETTERED = "("  # what stands for the glyph of items that open with a letter
_MARK_ONLY = re.compile(r"\d{1,2}(?:\s*,\s*\d{1,2})*")


def drafts(document: Document) -> list[Draft]:
    """The drafts of all blocks in reading order, headings with their levels."""
    pages = rows(document)
    body = body_size(pages)
    running = furniture(document, pages, body)
    right = max((row.right for page in pages for row in page), default=0.0)
    layout = _Layout(body, _usual_gap(pages, body, right), right)
    for index, page in enumerate(pages):
        own = [row for row in page if (row.page, row.start) not in running]
        for row in page:
            if (row.page, row.start) in running:
                layout.alone("furniture", [row])
        layout.page(own, document.pages[index])
    return layout.finish()


def _usual_gap(pages: list[list[Row]], body: float, right: float) -> float:
    """The gap between rows of a paragraph, as a share of the type size. Rows that run to the right margin tell it best:
    the lines of an address stand farther apart."""
    full: Counter[float] = Counter()
    gaps: Counter[float] = Counter()
    for page in pages:
        for above, below in pairwise(page):
            if abs(above.size - body) < 0.6 and abs(below.size - body) < 0.6 and body:
                gap = (above.bottom - below.top) / body
                if -0.5 < gap < 1.5 and (below.lower or not above.ended):
                    (full if above.right > _FULL * right else gaps)[round(gap * 20) / 20] += 1
    return (full or gaps).most_common(1)[0][0] if full or gaps else 0.0


class _Layout:
    def __init__(self, body: float, gap: float, right: float) -> None:
        self._body = body
        self._gap = gap
        self._right = right
        self._drafts: list[Draft] = []
        self._open: Draft | None = None  # the draft that the next row may continue
        self._hang = 0.0  # how far the text of numbered paragraphs stands in from their numbers
        self._series = marks.Series()
        self._tables = Tables()
        self._contents = False

    def alone(
        self, kind: BlockKind, these: list[Row], skip: int = 0, number: str | None = None, general: bool = False
    ) -> None:
        draft = Draft(kind, number=number, general=general)
        for i, row in enumerate(these):
            draft.add(row, 0 if i else skip)
        self._drafts.append(draft)

    def page(self, page: list[Row], looks: Page) -> None:
        main, notes = self._without_notes(page)
        self._contents = self._contents and sum(contents_entry(row.text) for row in main) > len(main) / 2
        tables = self._tables.on(main, looks)
        at = 0
        while at < len(main):
            row = main[at]
            at += 1
            if at - 1 in tables and not self._contents:
                self._drafts += tables[at - 1]
                self._open = None
                continue
            if self._is_mark(row, main[at - 2] if at > 1 else None):
                if self._open is not None and self._open.segments:
                    self._open.segments.append((row.page, row.start, row.end))
                continue
            if is_contents(row.text):
                self._contents = True
                self._open = None
                self._begin(row)
                self._open = None
            elif self._contents:
                self._entry(row)
            else:
                self._take(row)
        for mark, skip, these in notes:
            self.alone("footnote", these, skip, mark)
        if self._contents:
            self._open = None

    def finish(self) -> list[Draft]:
        _mark_sections(self._drafts)
        _mark_lists(self._drafts)
        headings = Headings(self._body)
        return headings.mark(headings.joined(self._drafts))

    def _entry(self, row: Row) -> None:
        """A line of the table of contents; entries over two lines become one."""
        last = self._open
        if last is not None and not contents_entry(last.text):
            last.add(row)
            return
        self.alone("row", [row], general=True)
        self._open = self._drafts[-1]

    def _without_notes(self, page: list[Row]) -> tuple[list[Row], list[tuple[str, int, list[Row]]]]:
        """The rows of the page's text, and its footnotes: small type that runs down to the foot of the page and
        begins with a mark."""
        at = len(page)
        while at and page[at - 1].placed and page[at - 1].size < _FOOTNOTE * self._body:
            at -= 1
        notes: list[tuple[str, int, list[Row]]] = []
        first = len(page)
        for i in range(at, len(page)):
            found = marks.footnote(page[i].text)
            below = i == 0 or page[i].top <= page[i - 1].bottom + 0.6 * self._body
            if found and below and (not notes or _follows(notes[-1][0], found[0])):
                first = min(first, i)
                notes.append((*found, [page[i]]))
            elif notes:
                notes[-1][2].append(page[i])
        return page[:first], notes

    def _is_mark(self, row: Row, before: Row | None) -> bool:
        """Whether the row is nothing but a footnote's mark between two stretches of a line."""
        return (
            row.size < _SMALL * self._body
            and bool(_MARK_ONLY.fullmatch(row.text))
            and before is not None
            and row.bottom > before.bottom - 2
        )

    def _take(self, row: Row) -> None:
        last = self._open.rows[-1] if self._open and self._open.rows else None
        joins = last is not None and self._joins(last, row)
        found = marks.bullet(row.text)
        if found and (found[2] or not joins or last is None or last.ended or self._in_list(row, found[0])):
            self._begin(row, glyph=found[0], skip=found[1])
            return
        if marks.lone_bullet(row.text) and not joins:
            self._begin(row, glyph=row.text, skip=len(row.text))
            return
        letter = marks.lettered(row.text, labels(self._drafts))
        if letter and (not joins or last is None or last.ended or self._in_list(row, _LETTERED)):
            self._begin(row, number=letter[0], glyph=_LETTERED, skip=letter[1])
            return
        if not row.bold and (number := self._series.take(row.text, row.left, self._may_number(row, last, joins))):
            self._begin(row, number=number[0], skip=number[1])
            return
        if self._open is not None and (joins or not self._open.segments):
            self._continue(row)
        else:
            self._begin(row)

    def _may_number(self, row: Row, last: Row | None, joins: bool) -> bool:
        draft = self._open
        if last is None or draft is None or not joins:
            return True
        if draft.kind == "item":
            return row.left < draft.edge - 5 and last.ended
        if not draft.number:
            return False
        hangs = draft.left > draft.edge + 5
        return row.left < draft.left - 5 if hangs else last.ended and abs(row.left - draft.edge) < 4

    def _in_list(self, row: Row, glyph: str) -> bool:
        """Whether a row that opens with a dash stands where the open list's items do, not where their text does."""
        draft = self._open
        if draft is None or draft.kind != "item" or abs(row.left - draft.edge) > 4:
            return False
        return draft.glyph == glyph or len(draft.rows) == 1 or draft.left > draft.edge + 5

    def _begin(self, row: Row, number: str | None = None, glyph: str = "", skip: int = 0) -> None:
        item = bool(glyph) or (number is None and self._unmarked(row))
        draft = Draft("item" if item else "paragraph", number=number, glyph=glyph, edge=row.left, left=row.left)
        draft.level = self._level(draft) if item else 0
        draft.add(row, skip)
        self._drafts.append(draft)
        self._open = draft

    def _unmarked(self, row: Row) -> bool:
        """Whether the row opens an item of a list whose bullets were drawn, not set as type."""
        above = self._open
        if above is None or not above.rows or row.left < above.edge - 5:
            return False
        if not (row.lower or row.text[0].isdigit()) or marks.numbered(row.text):
            return False
        return above.rows[-1].text.endswith(":") or (above.kind == "item" and not above.glyph)

    def _level(self, draft: Draft) -> int:
        """The depth of a list item: deeper than the item before it where it stands farther right."""
        deeper: Draft | None = None
        for before in reversed(self._drafts[-12:]):
            if before.kind in ("furniture", "footnote"):
                continue
            if before.kind != "item":
                return 1
            if abs(before.edge - draft.edge) <= 8:
                return before.level
            if before.edge < draft.edge:
                # A mark set a little off stands nearer to its like than to the items below them.
                near = deeper is not None and draft.edge - before.edge < deeper.edge - draft.edge
                return before.level if near else before.level + 1
            deeper = before
        return 2 if marks.secondary(draft.glyph) else 1

    def _continue(self, row: Row) -> None:
        draft = self._open
        assert draft is not None
        if len(draft.rows) == 1 or not draft.segments:
            draft.left = row.left if row.top < draft.rows[-1].bottom + 0.5 * self._body else draft.left
        draft.add(row)
        if draft.number and draft.kind == "paragraph":
            self._hang = draft.left - draft.edge

    def _joins(self, last: Row, row: Row) -> bool:
        """Whether `row` goes on with the block that ends with `last`."""
        draft = self._open
        assert draft is not None
        if draft.bold and row.bold and row.left > last.right and any(_level_with(row, other) for other in draft.rows):
            # A grade in a column beside the heading that it belongs to.
            return True
        if abs(row.size - last.size) > 1.0 and min(row.size, last.size) > _SMALL * self._body:
            return False
        flows = row.lower or not last.ended
        if row.bold != last.bold and not (row.lower or (row.bold and not last.ended)):
            return False
        if draft.bold and not row.bold and (not row.lower or is_joint(row.text)):
            return False
        hanging = bool(draft.number or draft.glyph)
        if last.page != row.page or row.bottom > last.top + 3 * self._body:
            return self._joins_over_break(draft, last, row, hanging)
        gap = (last.bottom - row.top) / (max(self._body, row.size) or 1.0)
        if gap > self._gap + _WIDER:
            if (draft.kind == "item" and not draft.glyph) or row.size > self._body + 0.6:
                return False
            return row.lower and not last.ended and gap < self._gap + 2.2
        if hanging and len(draft.rows) > 1 and row.left < draft.left - 5 and not flows:
            return False
        short = last.right < self._right - 0.3 * (self._right - draft.edge)
        return not (short and last.ended and not row.lower and not hanging and gap > -0.5)

    def _joins_over_break(self, draft: Draft, last: Row, row: Row, hanging: bool) -> bool:
        if row.size > self._body + 0.6 or (row.bold and not draft.bold):
            return False
        if row.lower and not last.ended:
            return True
        left = draft.edge + self._hang if draft.number and len(draft.rows) == 1 else draft.left
        if hanging and left > draft.edge + 5:
            # The hanging indent tells a paragraph that goes on from one that begins, at its full stops as well.
            return abs(row.left - left) < 5
        full = last.right > self._right - 0.25 * (self._right - draft.left)
        return not last.ended and full and abs(row.left - draft.left) < 5


def _mark_sections(drafts: list[Draft]) -> None:
    """A judgement that stands alone below "Key judgement | Grade" opens the section in which it is explained."""
    for head, draft, following in zip(drafts, drafts[1:], drafts[2:], strict=False):
        if head.kind == draft.kind == "row" and head.general and is_head(head.text) and following.kind != "row":
            draft.kind = "heading"


def _mark_lists(drafts: list[Draft]) -> None:
    """Makes items of single lines, each a sentence, below what ends with a colon: a list that lost its bullets. Without
    what introduces them, the grades of another inspection read as if they were of this one."""
    for at, above in enumerate(drafts):
        if above.kind not in ("paragraph", "item") or not above.rows or not above.text.endswith(":"):
            continue
        run: list[Draft] = []
        for draft in drafts[at + 1 :]:
            deeper = bool(run) and draft.kind == "item" and draft.edge > run[0].edge + 5
            if not (deeper or _is_line(draft, run[0] if run else draft)):
                break
            run.append(draft)
        lines = [draft for draft in run if draft.kind == "paragraph"]
        if len(lines) < 2:
            continue
        level = max(above.level, 1)
        for draft in run:
            draft.kind, draft.level = "item", level + (draft.kind == "item")


def _is_line(draft: Draft, first: Draft) -> bool:
    plain = draft.kind == "paragraph" and not draft.number and not draft.bold and len(draft.rows) == 1
    return plain and draft.rows[0].ended and not draft.text.endswith(":") and abs(draft.edge - first.edge) < 4


def _level_with(row: Row, other: Row) -> bool:
    return row.page == other.page and min(row.top, other.top) - max(row.bottom, other.bottom) > -2


def _follows(last: str, mark: str) -> bool:
    return not (last.isdigit() and mark.isdigit()) or int(mark) == int(last) + 1
