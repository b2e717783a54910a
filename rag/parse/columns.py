"""Tables without ruled lines: figures that stand in columns below their headers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.parse.rows import Draft, Row, Segment
from rag.types import Box

# What a figure's cell holds; "-" and "n/a" where there is none.
_FIGURE = re.compile(r"[(<>~+±–-]?\s*[£$€]?\s*\d[\d,. ]*\s*(?:%|[a-z]{1,2}\b)?\)?\*?|[–—*.-]+|n/?[ak]", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d(?:\s*[/–-]\s*\d{2,4})?")
_MARK = re.compile(r"[(\[]?(?:\d{1,3}|[a-z]{1,4})[.)\]]?|\W{1,2}", re.IGNORECASE)
_LEAST = 3  # rows: fewer may chance to stand so
_TRIES = 3  # tables that stand close to each other
_LONG = 40  # characters of a line of a header
_BACK = 8  # lines of the cells of one row
_HEADS = 4  # lines that headers take at most
_NEAR = 0.4  # gap in type sizes between the lines of one cell
_APART = 2.5  # gap in type sizes that ends a table


def is_figure(text: str) -> bool:
    """Whether `text` is what stands in a cell of figures."""
    return bool(_FIGURE.fullmatch(text))


def is_year(text: str) -> bool:
    """Whether `text` is a year or two ("2019", "2019/20"), which heads a column as well as it stands in one."""
    return bool(_YEAR.fullmatch(text))


@dataclass(frozen=True, slots=True)
class _Piece:
    box: Box
    text: str
    segment: Segment
    row: int  # the index of its printed row


@dataclass(slots=True)
class _Band:
    """What stands on one level of the page, from the left."""

    pieces: list[_Piece]
    size: float

    @property
    def bottom(self) -> float:
        return min(piece.box[1] for piece in self.pieces)

    @property
    def top(self) -> float:
        return max(piece.box[3] for piece in self.pieces)

    @property
    def is_data(self) -> bool:
        """Whether it is a label with figures behind it."""
        first, *rest = self.pieces
        named = any(c.isalpha() for c in first.text) and not _MARK.fullmatch(first.text)
        return bool(rest) and (named or is_year(first.text)) and all(is_figure(piece.text) for piece in rest)

    @property
    def first(self) -> float:
        """Where its figures begin."""
        return self.pieces[self.is_data].box[0]

    @property
    def is_figures(self) -> bool:
        """Whether it is figures alone, their label standing half a line higher and lower."""
        return len(self.pieces) > 1 and not self.is_data and all(is_figure(piece.text) for piece in self.pieces)


def aligned(rows: Sequence[Row]) -> list[tuple[list[int], Draft]]:
    """The rows of tables of figures, with the indexes of the printed rows that each takes. Only what stands in columns
    line by line, with a label before and headers above, is a table: lists and contents are not."""
    if not any(row.parts for row in rows):
        return []
    bands = _bands(rows)
    found: list[tuple[list[int], Draft]] = []
    at = end = 0
    while at < len(bands):
        if not (bands[at].is_data or (bands[at].is_figures and _label_above(bands, at, end) < at)):
            at += 1
            continue
        begin = at if bands[at].is_data else _label_above(bands, at, end)
        run = [at]
        for after in range(at + 1, len(bands)):
            above, below = bands[after - 1], bands[after]
            beside = len(below.pieces) == 1 and below.pieces[0].box[2] <= bands[at].first
            fits = below.is_data or below.is_figures or beside
            if above.bottom - below.top > _APART * above.size or not fits:
                break
            run.append(after)
        last = max(i for i in run if len(bands[i].pieces) > 1)
        end = last + 1
        while end in run and _continues(bands[end - 1], bands[end], bands[last]):
            end += 1
        made = _table(bands, range(begin, end))
        for _ in range(_TRIES):
            if made or end - at <= _LEAST:
                break
            # Two tables may stand so close that only the wider gap between them tells them apart.
            end = max(range(at + 1, end), key=lambda i: bands[i - 1].bottom - bands[i].top)
            made = _table(bands, range(begin, end))
        found += made
        at = end = max(end, at + 1)
    return found


def _bands(rows: Sequence[Row]) -> list[_Band]:
    bands: list[_Band] = []
    for at, row in enumerate(rows):
        if not row.placed:
            continue
        whole: list[tuple[Box | None, int, int]] = [((row.left, row.bottom, row.right, row.top), row.start, row.end)]
        for box, start, end in [(part.box, part.start, part.end) for part in row.parts] or whole:
            assert box is not None
            text = row.text[start - row.start : end - row.start]
            piece = _Piece(box, text, (row.page, start, end), at)
            # Cells of several lines come one after the other, so the level may be some lines back.
            if beside := next((band for band in reversed(bands[-_BACK:]) if _level(band.pieces, box)), None):
                beside.pieces.append(piece)
            else:
                bands.append(_Band([piece], row.size or 1.0))
    for band in bands:
        band.pieces.sort(key=lambda piece: piece.box[0])
    return bands


def _level(pieces: Sequence[_Piece], box: Box) -> bool:
    overlap = min(pieces[0].box[3], box[3]) - max(pieces[0].box[1], box[1])
    beside = all(box[0] >= piece.box[2] or box[2] <= piece.box[0] for piece in pieces)
    return beside and overlap > 0.5 * min(pieces[0].box[3] - pieces[0].box[1], box[3] - box[1])


def _label_above(bands: Sequence[_Band], at: int, least: int) -> int:
    """Where the label begins whose lines stand half above and half below the level of the figures at `at`."""
    begin = at
    while begin > least and len(bands[begin - 1].pieces) == 1:
        above = bands[begin - 1]
        if above.pieces[0].box[2] > bands[at].first or above.bottom - bands[begin].top > _NEAR * above.size:
            break
        begin -= 1
    return begin


def _continues(above: _Band, below: _Band, data: _Band) -> bool:
    """Whether a line below the last row's `data` is the rest of its label."""
    box = below.pieces[0].box
    near = above.bottom - below.top < _NEAR * above.size and box[2] <= data.first
    return near and (data.is_figures or abs(box[0] - data.pieces[0].box[0]) < 2)


def _table(bands: Sequence[_Band], run: Sequence[int]) -> list[tuple[list[int], Draft]]:
    data = [bands[at] for at in run if len(bands[at].pieces) > 1]
    columns = _columns(data)
    heads = _heads(bands, run[0], columns) if columns else []
    if not heads or len(data) < _LEAST - (len(columns) > 1):
        return []
    headers: list[list[Segment]] = [[] for _ in range(len(columns) + 1)]
    for band in sorted(heads, key=lambda band: -band.top):
        for piece in band.pieces:
            for column in _over(piece.box, columns):
                headers[column].append(piece.segment)
    made: list[tuple[list[int], Draft]] = []
    for number, group in enumerate([heads, *_grouped(bands, run)]):
        cells: list[list[Segment]] = [[] for _ in range(len(columns) + 1)]
        pieces = [piece for band in sorted(group, key=lambda band: -band.top) for piece in band.pieces]
        for piece in pieces:
            cells[_over(piece.box, columns)[0]].append(piece.segment)
        taken = sorted({piece.row for piece in pieces})
        segments = [segment for cell in cells for segment in cell]
        made.append((taken, Draft("row", segments, cells=cells, heads=headers if number else [])))
    return made


def _columns(data: Sequence[_Band]) -> list[tuple[float, float]]:
    """Where the columns of figures begin and end, none where they do not stand below each other."""
    columns: list[tuple[float, float]] = []
    figures = [piece for band in data for piece in band.pieces[not band.is_figures :]]
    for left, right in sorted((piece.box[0], piece.box[2]) for piece in figures):
        if columns and left < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], right))
        else:
            columns.append((left, right))
    labelled = [band for band in data if not band.is_figures]
    clear = all(band.pieces[0].box[2] <= columns[0][0] for band in labelled) if columns else False
    single = all(len({_over(piece.box, columns)[0] for piece in band.pieces}) == len(band.pieces) for band in data)
    return columns if clear and single and len(figures) >= 0.7 * len(columns) * len(data) else []


def _over(box: Box, columns: Sequence[tuple[float, float]]) -> list[int]:
    """The columns that `box` stands in, the labels' being 0: those it overlaps, else the nearest."""
    found = [i for i, (left, right) in enumerate(columns, 1) if box[0] < right and left < box[2]]
    if found:
        return found
    middle = (box[0] + box[2]) / 2
    if middle < columns[0][0]:
        return [0]
    return [1 + min(range(len(columns)), key=lambda i: abs(sum(columns[i]) / 2 - middle))]


def _heads(bands: Sequence[_Band], first: int, columns: Sequence[tuple[float, float]]) -> list[_Band]:
    """The lines of headers above the first row: every column has one, and none runs from the labels into a column."""
    heads: list[_Band] = []
    named: set[int] = set()
    for at in range(first - 1, max(first - 1 - _HEADS, -1), -1):
        band, below = bands[at], bands[at + 1]
        places = [_over(piece.box, columns) for piece in band.pieces]
        figures = any(is_figure(piece.text) and not is_year(piece.text) for piece in band.pieces)
        crosses = any(piece.box[0] < columns[0][0] - 3 * band.size and place != [0]
                      for piece, place in zip(band.pieces, places, strict=True))  # fmt: skip
        apart = band.bottom - below.top > (_NEAR if heads else _APART) * band.size
        lone = len(band.pieces) == 1 and (places[0] == [0] or heads)
        if apart or figures or crosses or lone or any(len(piece.text) > _LONG for piece in band.pieces):
            break
        heads.insert(0, band)
        named.update(column for place in places for column in place)
    return heads if named >= set(range(1, len(columns) + 1)) else []


def _grouped(bands: Sequence[_Band], run: Sequence[int]) -> list[list[_Band]]:
    """The lines of each row. Those between the figures of two rows are the rest of the upper label and the beginning of
    the lower one: the widest gap parts them."""
    groups: list[list[_Band]] = []
    between: list[_Band] = []
    for at in run:
        if len(bands[at].pieces) == 1:
            between.append(bands[at])
            continue
        chain = [*groups[-1][-1:], *between, bands[at]] if groups else []
        split = max(range(len(chain) - 1), key=lambda i: chain[i].bottom - chain[i + 1].top) if chain else 0
        if groups:
            groups[-1] += between[:split]
        groups.append([*between[split:], bands[at]])
        between = []
    groups[-1] += between
    return groups
