"""Ruled lines to the grids of cells that they make."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.load.ruling import is_level
from rag.types import Box

_NEAR = 3.0  # points: lines that are so near to each other meet
_SAME = 4.0  # points: lines so close together are one border, drawn double
_MANY = 400  # borders on a page; whatever has more is a drawing
_CELLS = 3000  # in one table, the same

Place = tuple[int, int]  # row and column in a grid, both from 0, the top left one first


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table: `columns` are the places of its upright borders from the left, `bands` of its level ones from the
    foot, and `merged` names for every place the first one of the cell that it belongs to."""

    columns: tuple[float, ...]
    bands: tuple[float, ...]
    merged: dict[Place, Place]

    @property
    def shape(self) -> Place:
        return len(self.bands) - 1, len(self.columns) - 1

    def cell(self, x: float, y: float) -> Place | None:
        """The cell that a point stands in, None outside."""
        column = bisect_right(self.columns, x) - 1
        row = len(self.bands) - 1 - bisect_right(self.bands, y)
        return self.merged.get((row, column))


def grids(rules: Sequence[Box]) -> list[Grid]:
    """The tables that `rules` draw; what has a single column is a box, not a table."""
    level = _joined([(rule[1] + rule[3]) / 2, rule[0], rule[2]] for rule in rules if is_level(rule))
    upright = _joined([(rule[0] + rule[2]) / 2, rule[1], rule[3]] for rule in rules if not is_level(rule))
    if len(level) + len(upright) > _MANY:
        return []
    found = (_grid(levels, uprights) for levels, uprights in _connected(level, upright))
    return [grid for grid in found if grid is not None]


_Stroke = tuple[float, float, float]  # its place, where it begins and where it ends


def _joined(strokes: Iterator[list[float]] | Sequence[list[float]]) -> list[_Stroke]:
    """The strokes with those on one line joined where they meet: borders are drawn cell by cell."""
    lines: list[list[list[float]]] = []
    for stroke in sorted(strokes):
        if lines and stroke[0] - lines[-1][0][0] <= _NEAR:
            lines[-1].append(stroke)
        else:
            lines.append([stroke])
    found: list[_Stroke] = []
    for line in lines:
        place = line[0][0]
        begin, end = None, 0.0
        for _, start, stop in sorted(line, key=lambda stroke: stroke[1]):
            if begin is not None and start > end + _NEAR:
                found.append((place, begin, end))
                begin = None
            begin, end = (start, stop) if begin is None else (begin, max(end, stop))
        if begin is not None:
            found.append((place, begin, end))
    return found


def _connected(level: list[_Stroke], upright: list[_Stroke]) -> Iterator[tuple[list[_Stroke], list[_Stroke]]]:
    """The strokes of each table: those that touch, or touch the same others."""
    left = set(range(len(upright)))
    waiting = set(range(len(level)))
    while waiting:
        levels, uprights, new = [], [], [waiting.pop()]
        while new:
            y, start, stop = level[new.pop()]
            levels.append((y, start, stop))
            for at in [i for i in left if start - _NEAR <= upright[i][0] <= stop + _NEAR]:
                x, foot, top = upright[at]
                if foot - _NEAR <= y <= top + _NEAR:
                    left.discard(at)
                    uprights.append(upright[at])
                    near = [i for i in waiting if foot - _NEAR <= level[i][0] <= top + _NEAR]
                    crossed = [i for i in near if level[i][1] - _NEAR <= x <= level[i][2] + _NEAR]
                    waiting.difference_update(crossed)
                    new += crossed
        yield levels, uprights


def _grid(level: list[_Stroke], upright: list[_Stroke]) -> Grid | None:
    if len(level) < 2 or not upright:
        return None
    columns = _places([x for x, _, _ in upright] + [end for stroke in level for end in stroke[1:]])
    bands = _places([y for y, _, _ in level] + [end for stroke in upright for end in stroke[1:]])
    if len(columns) < 3 or len(bands) < 2:
        return None
    rows, width = len(bands) - 1, len(columns) - 1
    if rows * width > _CELLS:
        return None
    first: dict[Place, Place] = {}
    for row in range(rows):
        low, high = bands[rows - 1 - row], bands[rows - row]
        for column in range(width):
            beside = first.get((row, column - 1))
            if beside is not None and not _drawn(upright, columns[column], (low + high) / 2):
                first[row, column] = beside
                continue
            above = first.get((row - 1, column))
            middle = (columns[column] + columns[column + 1]) / 2
            # A cell goes on from the band above as a whole, from its own first column on.
            if above is not None and above[1] == column and not _drawn(level, high, middle):
                first[row, column] = above
            else:
                first[row, column] = (row, column)
    return Grid(tuple(columns), tuple(bands), first)


def _places(values: list[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _SAME:
            found.append(value)
    return found


def _drawn(strokes: list[_Stroke], place: float, at: float) -> bool:
    return any(abs(p - place) <= _SAME + 0.5 and start <= at <= stop for p, start, stop in strokes)
