"""Plots as SVG text to stand in a page: bars with intervals, lines, a histogram. Colours come from the page's style.

Every function returns one <svg> element; widths and heights are in CSS pixels."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH = 640
_LEFT, _RIGHT, _ROW = 170, 60, 26  # room for names and for figures, height of a bar's row
_HEIGHT, _MARGIN = 220, 36  # of lines and histograms

Bounds = Sequence[float] | None


def bars(rows: Sequence[tuple[str, float | None, Bounds]], title: str) -> str:
    """A bar a row, from 0 to 1, with a whisker over its interval; a row without a value says so."""
    height = _ROW * len(rows) + 24
    drawn = [_across(share, height - 20) for share in (0, 0.25, 0.5, 0.75, 1)]
    for number, (name, value, bounds) in enumerate(rows):
        middle = _ROW * number + _ROW / 2 + 2
        drawn.append(_text(_LEFT - 8, middle + 4, name, "end"))
        if value is None:
            drawn.append(_text(_LEFT + 6, middle + 4, "none"))
            continue
        drawn.append(f'<rect class="bar" x="{_LEFT}" y="{middle - 8:.1f}" width="{_span(value):.1f}" height="16"/>')
        if bounds:
            low, high = _LEFT + _span(bounds[0]), _LEFT + _span(bounds[1])
            ends = f"M{low:.1f} {middle - 4:.1f}v8M{high:.1f} {middle - 4:.1f}v8"
            drawn.append(f'<path class="whisker" d="M{low:.1f} {middle:.1f}H{high:.1f}{ends}"/>')
        drawn.append(_text(WIDTH - _RIGHT + 10, middle + 4, f"{value:.3f}"))
    return _svg(height, title, drawn)


def lines(series: Mapping[str, Sequence[tuple[float, float]]], title: str, across: str) -> str:
    """A line for each series of (x, y in 0 … 1), with its name at its end; x is drawn by its logarithm."""
    xs = sorted({x for points in series.values() for x, _ in points})
    if not xs:
        return _svg(_HEIGHT, title, [])
    low, high = math.log(xs[0]), math.log(xs[-1]) if len(xs) > 1 else math.log(xs[0]) + 1

    def place(x: float, y: float) -> tuple[float, float]:
        wide = WIDTH - _MARGIN - _LEFT
        return _MARGIN + wide * (math.log(x) - low) / (high - low), _HEIGHT - _MARGIN - (_HEIGHT - 2 * _MARGIN) * y

    drawn = []
    for y in (0, 0.5, 1):
        left, level = place(xs[0], y)
        drawn.append(f'<path class="grid" d="M{left:.1f} {level:.1f}H{WIDTH - _LEFT}"/>')
        drawn.append(_text(left - 6, level + 4, f"{y:g}", "end"))
    drawn += [_text(place(x, 0)[0], _HEIGHT - _MARGIN + 16, f"{x:g}", "middle") for x in xs]
    drawn.append(_text((WIDTH - _LEFT + _MARGIN) / 2, _HEIGHT - 4, across, "middle"))
    # Names that would cover each other move down, the best first.
    below = -math.inf
    for number, (name, points) in enumerate(sorted(series.items(), key=lambda one: -one[1][-1][1] if one[1] else 0)):
        if not points:
            continue
        at = [place(x, y) for x, y in points]
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in at)
        drawn.append(f'<path class="line s{number % 6}" d="{path}"/>')
        below = max(at[-1][1] + 4, below + 14)
        drawn.append(f'<text class="t{number % 6}" x="{at[-1][0] + 8:.1f}" y="{below:.1f}">{escape(name)}</text>')
    return _svg(_HEIGHT, title, drawn)


def histogram(values: Sequence[float], title: str, across: str, bins: int = 20) -> str:
    """How many of the values (0 or more) fall into each of `bins` equal steps up to the greatest."""
    most = max(values, default=0.0)
    if not most:
        return _svg(_HEIGHT, title, [])
    counts = [0] * bins
    for value in values:
        counts[min(int(bins * value / most), bins - 1)] += 1
    wide, tall = (WIDTH - 2 * _MARGIN) / bins, _HEIGHT - 2 * _MARGIN
    drawn = [
        f'<rect class="bar" x="{_MARGIN + wide * i:.1f}" y="{_HEIGHT - _MARGIN - tall * n / max(counts):.1f}" '
        f'width="{wide - 2:.1f}" height="{tall * n / max(counts):.1f}"><title>{n}</title></rect>'
        for i, n in enumerate(counts)
        if n
    ]
    for share in (0, 0.5, 1):
        x = _MARGIN + share * (WIDTH - 2 * _MARGIN)
        drawn.append(_text(x, _HEIGHT - _MARGIN + 16, f"{share * most:.2g}", "middle"))
    drawn.append(_text(WIDTH / 2, _HEIGHT - 4, across, "middle"))
    return _svg(_HEIGHT, title, drawn)


def _span(share: float) -> float:
    return (WIDTH - _LEFT - _RIGHT) * min(max(share, 0.0), 1.0)


def _across(share: float, bottom: float) -> str:
    x = _LEFT + _span(share)
    return f'<path class="grid" d="M{x:.1f} 0V{bottom:.1f}"/>{_text(x, bottom + 14, f"{share:g}", "middle")}'


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _svg(height: float, title: str, drawn: Sequence[str]) -> str:
    named = escape(title, quote=True)
    inside = "".join(drawn)
    return f'<svg role="img" aria-label="{named}" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}">{inside}</svg>'
