"""Draws how far the answerer's confidence can be taken at its word, from what `eval.train.answer_scorer` measured.

    python -m eval.reliability OUT.svg

Of the questions in each tenth of confidence: the mean confidence across, the share that is answered up (DeGroot and
Fienberg, The comparison and evaluation of forecasters, 1983). A dot's area grows with the number of questions.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

SIDE, MARGIN = 320, 48


def drawn(bins: Sequence[tuple[float, float, int]]) -> str:
    """An SVG of the bins (mean confidence, share answered, questions)."""

    def place(x: float, y: float) -> tuple[float, float]:
        return MARGIN + SIDE * x, MARGIN + SIDE * (1 - y)

    parts = [f'<path d="M{MARGIN} {MARGIN}V{MARGIN + SIDE}H{MARGIN + SIDE}" fill="none" stroke="#444"/>']
    (x, y), (a, b) = place(0, 0), place(1, 1)
    parts.append(f'<path d="M{x} {y}L{a} {b}" stroke="#999" stroke-dasharray="4 4"/>')
    for tick in (0, 0.5, 1):
        x, y = place(tick, 0)
        parts.append(f'<text x="{x}" y="{y + 18}" text-anchor="middle">{tick:g}</text>')
        x, y = place(0, tick)
        parts.append(f'<text x="{x - 8}" y="{y + 4}" text-anchor="end">{tick:g}</text>')
    for confidence, share, count in bins:
        x, y = place(confidence, share)
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{math.sqrt(count):.1f}" fill="#1d5a8a" fill-opacity="0.75"/>'
        )
    middle, bottom = MARGIN + SIDE / 2, MARGIN + SIDE + 38
    parts.append(f'<text x="{middle}" y="{bottom}" text-anchor="middle">confidence</text>')
    parts.append(f'<text x="{MARGIN}" y="{MARGIN - 16}">share of the questions that is answered</text>')
    size = SIDE + 2 * MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size}" role="img" '
        'aria-label="Confidence and share of questions answered" font-family="sans-serif" font-size="12">'
        f'<rect width="{size}" height="{size}" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def main() -> None:
    rows = json.loads(resources.files("rag.data").joinpath("answer_scorer.json").read_text(encoding="utf-8"))
    Path(sys.argv[1]).write_text(drawn(rows["read"]["unseen"]["reliability"]), encoding="utf-8")


if __name__ == "__main__":
    main()
