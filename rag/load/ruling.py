"""What makes a table on a printed page: the lines ruled on it, and where a line of text is parted into cells."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from rag.types import Box, Line

if TYPE_CHECKING:
    import pypdfium2

_THIN = 3.0  # points: what is thicker is no line
_SHORT = 6.0  # points: dots where borders meet, dashes, underlined letters
_MANY = 4000  # drawings and charts have that many strokes, tables have not
_WIDE = 1.0  # a gap of this share of the type size parts two cells; justified type seldom gapes so
_AIRY = 0.5  # width of a line in type sizes a character: what is wider has a gap somewhere
_SPACE = re.compile(r"\s+")
_FIGURES = re.compile(r"\d\S*\s+\S*\d|\s\S*\d\S*$")


def rules(page: pypdfium2.PdfPage) -> tuple[Box, ...]:
    """The level and upright lines drawn on a page, borders of boxes too, as (left, bottom, right, top) in points;
    none where there are so many that they are a drawing."""
    import pypdfium2.raw as raw

    found: list[Box] = []
    edges = [ctypes.c_float() for _ in range(4)]
    for index in range(raw.FPDFPage_CountObjects(page)):
        drawn = raw.FPDFPage_GetObject(page, index)
        if raw.FPDFPageObj_GetType(drawn) != raw.FPDF_PAGEOBJ_PATH:
            continue
        if not raw.FPDFPageObj_GetBounds(drawn, *map(ctypes.byref, edges)):
            continue
        box = tuple(edge.value for edge in edges)
        if box[2] - box[0] <= _THIN or box[3] - box[1] <= _THIN:
            strokes: Iterator[Sequence[float]] = iter((box,))
        else:
            strokes = _strokes(drawn)
        found += [_rounded(one) for one in strokes if max(one[2] - one[0], one[3] - one[1]) >= _SHORT]
        if len(found) > _MANY:
            return ()
    return tuple(dict.fromkeys(found))


def _rounded(box: Sequence[float]) -> Box:
    return (round(box[0], 1), round(box[1], 1), round(box[2], 1), round(box[3], 1))


def _strokes(drawn: object) -> Iterator[tuple[float, float, float, float]]:
    """The level and upright strokes of a path of several; none of one that is only filled, as shading is."""
    import pypdfium2.raw as raw

    matrix = raw.FS_MATRIX()
    filled, stroked = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(drawn, filled, stroked) or not stroked.value:
        return
    count = raw.FPDFPath_CountSegments(drawn)
    if not raw.FPDFPageObj_GetMatrix(drawn, matrix) or not 1 < count <= _MANY:
        return
    x, y = ctypes.c_float(), ctypes.c_float()
    start = last = (0.0, 0.0)
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(drawn, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        here = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = raw.FPDFPathSegment_GetType(segment)
        ends = []
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = here
        elif kind == raw.FPDF_SEGMENT_LINETO:
            ends.append((last, here))
        if raw.FPDFPathSegment_GetClose(segment):
            ends.append((here, start))
        for (ax, ay), (bx, by) in ends:
            if abs(ax - bx) < 0.5 or abs(ay - by) < 0.5:
                yield min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)
        last = here


def is_level(rule: Box) -> bool:
    return rule[3] - rule[1] <= _THIN


def parts(text: str, line: Line, upright: Sequence[Box], box: Callable[[int], Box]) -> tuple[Line, ...]:
    """The stretches of `line` that wide gaps or `upright` lines part, with their places; none where it is in one piece.
    `box` gives the place of a character: it is asked only where the line looks parted."""
    assert line.box is not None
    left, bottom, right, top = line.box
    middle = (bottom + top) / 2
    crossing = [rule[0] for rule in upright if left < rule[0] < right and rule[1] < middle < rule[3]]
    em = max(min(line.size, top - bottom), 1.0)  # some programs set large type and draw it smaller
    said = text[line.start : line.end]
    stripped = said.strip()
    airy = right - left > _AIRY * em * len(stripped)
    if not (crossing or airy or _FIGURES.search(stripped)) or len(stripped) < 3:
        return ()
    at = first = line.start + len(said) - len(said.lstrip())
    last = first + len(stripped)
    cuts: list[tuple[int, int]] = []
    for space in _SPACE.finditer(text, first, last):
        a, b = box(space.start() - 1)[2], box(space.end())[0]
        if b - a >= _WIDE * em or any(a - 1 <= x <= b + 1 for x in crossing):
            cuts.append((at, space.start()))
            at = space.end()
    if not cuts:
        return ()
    return tuple(Line(start, end, _around(text, start, end, box)) for start, end in [*cuts, (at, last)])


def _around(text: str, start: int, end: int, box: Callable[[int], Box]) -> Box:
    """The place of a stretch, which a hyphen at a line's end may have set over two lines."""
    at = text.find("\ufffe", start + 1, end - 1)
    places = [start, end - 1] + ([at - 1, at + 1] if at != -1 else [])
    boxes = [box(place) for place in places]
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)
