"""Tables on pages with places: which printed rows are rows of a table, and which cells with which headers they hold."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.cells import is_grade
from rag.parse.columns import aligned, is_figure, is_year
from rag.parse.grades import grade_rows, is_head
from rag.parse.grid import Grid, Place, grids
from rag.parse.rows import Draft, Row, Segment
from rag.types import Page

_RULE = re.compile(r"[-|:\s]+")
# One row of long cells is text beside text, not a table.
_LONE_WORDS = 40
_CELL_WORDS = 120
_FILLED = 0.5
_SAME_PLACE = 3.0  # points by which the borders of a table that goes on overleaf may be off


@dataclass(slots=True)
class Entry:
    """A row of a table in the making: its cells as (first column, column after its last, segments), and the printed
    rows that it is made of, by their index on the page. `own` are the segments that stand in this row itself."""

    cells: list[tuple[int, int, list[Segment]]]
    rows: list[int]
    own: list[Segment] = field(default_factory=list)


class Tables:
    """Finds the tables of a document's pages, taken one after the other since a table may go on overleaf."""

    def __init__(self) -> None:
        self._last: tuple[tuple[float, ...], list[list[Segment]]] | None = None  # borders and headers of an open table

    def on(self, rows: Sequence[Row], page: Page) -> dict[int, list[Draft]]:
        """For every index of `rows` that belongs to a table: the drafts of the table's rows that begin there."""
        found: dict[int, list[Draft]] = {}
        before, self._last = self._last, None
        for grid in grids(page.rules) if page.rules else ():
            entries = _entries(rows, grid)
            if not _is_table(entries, rows):
                continue
            texts = [[_said(rows, entry, segments) for _, _, segments in entry.cells] for entry in entries]
            count = _head_count(entries, texts, rows)
            heads = [_head(entries[:count], column) for column in range(grid.shape[1])]
            first, last = entries[0].rows[0], entries[-1].rows[-1]
            if not count and before and not found and first < 2 and _same(before[0], grid.columns):
                heads = before[1]
            for number, entry in enumerate(entries):
                draft = _draft(entry, rows, [] if number < count else heads)
                draft.general = number < count and is_head(" ".join(texts[number]))
                if len(entries) == 1 and is_grade(texts[0][-1]) and draft.bold:
                    draft.kind = "paragraph"  # what it says may be the heading of what stands below
                _put(found, draft, entry.rows)
            if last >= len(rows) - 2:
                self._last = (grid.columns, heads)
        rest = [at for at in range(len(rows)) if at not in found]
        others = [rows[at] for at in rest]
        for taken, draft in [*grade_rows(others, page.size[0] if page.size else 0.0), *aligned(others)]:
            if not any(rest[at] in found for at in taken):
                _put(found, draft, [rest[at] for at in taken])
        return found


def marked(rows: Sequence[Row]) -> dict[int, Draft]:
    """The drafts of a page's rows that markup says are a table's, by where each starts."""
    found: dict[int, Draft] = {}
    run: list[int] = []
    body = False  # whether the run has more than headers
    for at, row in enumerate([*rows, None]):
        if row is not None and row.role == "skip" and _RULE.fullmatch(row.text):
            continue
        of_table = row is not None and row.role in ("row", "head")
        if not of_table or row.blank or (row.role == "head" and body):
            found |= _marked(rows, run)
            run, body = [], False
        if of_table:
            run.append(at)
            body = body or row.role == "row"
    return found


def _marked(rows: Sequence[Row], run: Sequence[int]) -> dict[int, Draft]:
    """The drafts of the rows of one table."""
    entries = []
    for at in run:
        row = rows[at]
        cells: list[tuple[int, int, list[Segment]]] = []
        before = None
        for column, part in enumerate(row.parts):
            if before == (part.start, part.end) and part.start < part.end:
                cells[-1] = (cells[-1][0], column + 1, cells[-1][2])
            else:
                segments = [(row.page, part.start, part.end)] if part.start < part.end else []
                cells.append((column, column + 1, segments))
            before = (part.start, part.end)
        whole = (row.page, row.start, row.end)
        entries.append(Entry(cells or [(0, 1, [whole])], [at], [whole]))
    if not entries:
        return {}
    texts = [[_said(rows, entry, segments) for *_, segments in entry.cells] for entry in entries]
    count = 0
    while count < len(run) - 1 and rows[run[count]].role == "head" and not any(map(is_grade, texts[count])):
        count += 1
    count = count or _head_count(entries, texts, rows)
    heads = [_head(entries[:count], column) for column in range(max(e.cells[-1][1] for e in entries))]
    found = {}
    for number, entry in enumerate(entries):
        draft = _draft(entry, rows, [] if number < count else heads)
        draft.general = number < count and is_head(" ".join(texts[number]))
        found[rows[entry.rows[0]].start] = draft
    return found


def _put(found: dict[int, list[Draft]], draft: Draft, taken: Sequence[int]) -> None:
    for at in taken:
        found.setdefault(at, [])
    found[min(taken)].append(draft)


def _entries(rows: Sequence[Row], grid: Grid) -> list[Entry]:
    """The rows of the table that are parted into cells; what stands in a cell as wide as the table is no row."""
    held: dict[Place, list[tuple[int, Segment]]] = defaultdict(list)
    for at, row in enumerate(rows):
        if not row.placed:
            continue
        pieces = [(part.box, part.start, part.end) for part in row.parts] or [
            ((row.left, row.bottom, row.right, row.top), row.start, row.end)
        ]
        places = [grid.cell((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) for box, _, _ in pieces if box]
        if len(places) == len(pieces) and all(place is not None for place in places):
            for place, (_, start, end) in zip(places, pieces, strict=True):
                held[place].append((at, (row.page, start, end)))  # type: ignore[index]
    entries: list[Entry] = []
    height, width = grid.shape
    empty = {column for column in range(width) if not _used(grid, column, held)}
    for band in range(height):
        cells: list[tuple[int, int, list[Segment]]] = []
        places: list[Place] = []
        for column in range(width):
            place = grid.merged[band, column]
            if places and places[-1] == place:
                cells[-1] = (cells[-1][0], column + 1, cells[-1][2])
            else:
                places.append(place)
                cells.append((column, column + 1, [segment for _, segment in held[place]]))
        own = [one for place in places if place[0] == band for one in held[place]]
        cells = [cell for cell in cells if cell[2] or not empty.issuperset(range(cell[0], cell[1]))]
        if len(cells) > 1 and own:
            entries.append(Entry(cells, sorted({at for at, _ in own}), [segment for _, segment in own]))
    return entries


def _used(grid: Grid, column: int, held: dict[Place, list[tuple[int, Segment]]]) -> bool:
    """Whether anything stands in a cell of this column alone: rows are set in by a column that is left empty."""
    for band in range(grid.shape[0]):
        place = grid.merged[band, column]
        alone = grid.merged.get((band, column - 1)) != place and grid.merged.get((band, column + 1)) != place
        if alone and held.get(place):
            return True
    return False


def _said(rows: Sequence[Row], entry: Entry, segments: Sequence[Segment]) -> str:
    here = [rows[at] for at in entry.rows]
    return " ".join(
        row.text[max(start - row.start, 0) : end - row.start]
        for _, start, end in segments
        for row in here
        if row.start <= start and end <= row.end
    )


def _is_table(entries: Sequence[Entry], rows: Sequence[Row]) -> bool:
    full = [entry for entry in entries if sum(bool(segments) for *_, segments in entry.cells) > 1]
    if not full:
        return False
    words = [len(_said(rows, entry, segments).split()) for entry in full for *_, segments in entry.cells if segments]
    if len(full) == 1 and sum(words) > _LONE_WORDS:
        return False
    cells = [segments for entry in entries for *_, segments in entry.cells]
    return sum(map(bool, cells)) >= _FILLED * len(cells) and sum(words) <= _CELL_WORDS * len(words)


def _head_count(entries: Sequence[Entry], texts: Sequence[Sequence[str]], rows: Sequence[Row]) -> int:
    """How many of the first rows hold the headers of the columns."""
    if is_head(" ".join(texts[0])):
        return 1
    if len(entries) < 2 or sum(map(bool, texts[0])) < 2 or any(map(is_grade, texts[0])):
        return 0
    bold = [all(rows[at].bold for at in entry.rows) for entry in entries]
    below = [text for row in texts[1:] for text in row[1:] if text]
    figures = sum(map(is_figure, below)) > len(below) / 2
    named = not any(is_figure(text) and not is_year(text) for text in texts[0][1:])
    if not (named and (figures or (bold[0] and not all(bold)))):
        return 0
    # A header over several columns has those of the single ones below it.
    deeper = any(end - begin > 1 for begin, end, _ in entries[0].cells[1:]) and len(entries) > 2
    plain = any(is_figure(text) and not is_year(text) for text in texts[1])
    return 2 if deeper and not plain and bold[1] >= bold[0] else 1


def _head(heads: Sequence[Entry], column: int) -> list[Segment]:
    found: list[Segment] = []
    for entry in heads:
        found += next((s for begin, end, s in entry.cells if begin <= column < end and s != found), [])
    return found


def _draft(entry: Entry, rows: Sequence[Row], heads: Sequence[list[Segment]]) -> Draft:
    here = [rows[at] for at in entry.rows]
    return Draft(
        "row",
        list(entry.own),
        here,
        edge=here[0].left,
        left=here[0].left,
        cells=[segments for *_, segments in entry.cells],
        heads=[heads[begin] for begin, *_ in entry.cells] if heads else [],
    )


def _same(borders: tuple[float, ...], others: tuple[float, ...]) -> bool:
    return len(borders) == len(others) and all(abs(a - b) <= _SAME_PLACE for a, b in zip(borders, others, strict=True))
