"""What the picture of a page shows besides its words: the lines ruled on it, and how heavy its type is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.types import Box

if TYPE_CHECKING:
    import numpy as np

_DARK = 128  # of 255; whatever is darker is ink
_SHORT = 25.0  # points: strokes of letters are shorter
_THIN = 3.0  # points: what is thicker is no line
_MANY = 20_000  # stretches of ink; more are in photographs
_JOINED = 2  # pixels by which the stretches of a line that is not quite level may be apart


def rules(pixels: np.ndarray, scale: float) -> tuple[Box, ...]:
    """The level and upright lines on a page of uint8 grey `pixels` (rows from the top), `scale` of them to a point: as
    (left, bottom, right, top) in points from the bottom left; none where there are so many that it is a drawing."""
    height = pixels.shape[0]
    level = [(a, height - d, c, height - b) for a, b, c, d in _level(pixels, scale)]
    upright = [(b, height - c, d, height - a) for a, b, c, d in _level(pixels.T, scale)]
    return tuple(tuple(round(v / scale, 1) for v in box) for box in [*level, *upright])  # type: ignore[misc]


def _level(pixels: np.ndarray, scale: float) -> list[tuple[int, int, int, int]]:
    """(first column, first row, column after the last, row after the last) of level lines, in pixels."""
    import numpy as np

    rows, starts, lengths = _stretches(pixels)
    long = np.nonzero(lengths >= _SHORT * scale)[0]
    if len(long) > _MANY:
        return []
    found: list[list[int]] = []
    growing: list[list[int]] = []
    for row, start, length in zip(rows[long].tolist(), starts[long].tolist(), lengths[long].tolist(), strict=True):
        end = start + length
        growing = [line for line in growing if line[3] >= row]  # those that reach down to the row above
        for line in growing:
            if start <= line[2] + _JOINED and line[0] <= end + _JOINED:
                line[:] = min(line[0], start), line[1], max(line[2], end), row + 1
                break
        else:
            growing.append([start, row, end, row + 1])
            found.append(growing[-1])
    return [tuple(line) for line in found if line[3] - line[1] <= _THIN * scale]  # type: ignore[misc]


def stem(pixels: np.ndarray, box: tuple[int, int, int, int]) -> float:
    """The usual width, in pixels, of the stretches of ink along the rows within `box` (left, top, right, bottom): that
    of the upright strokes of its type."""
    import numpy as np

    left, top, right, bottom = box
    lengths = _stretches(pixels[top:bottom, left:right])[2]
    return float(np.median(lengths)) if lengths.size else 0.0


def _stretches(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows, first columns and lengths of all stretches of ink along rows, row by row."""
    import numpy as np

    dark = np.zeros((pixels.shape[0], pixels.shape[1] + 2), dtype=np.int8)
    dark[:, 1:-1] = pixels < _DARK
    edges = np.diff(dark, axis=1)
    # Row by row, the beginnings and the ends of dark stretches come in the same order.
    rows, starts = np.nonzero(edges == 1)
    return rows, starts, np.nonzero(edges == -1)[1] - starts
