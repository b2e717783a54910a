"""How far a figure may be off because the questions are these and no others: the bootstrap over questions.

Questions are drawn with replacement, as many as there are; the figure's mean over each drawing spreads as it would over
other sets of that size. Efron, Bootstrap methods: another look at the jackknife, 1979; the interval between percentiles
is that of Efron and Tibshirani, An introduction to the bootstrap, 1993, chapter 13.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np

RESAMPLES = 2_000
LEVEL = 0.95
SEED = 1979


def interval(values: Sequence[float]) -> tuple[float, float] | None:
    """The bounds between which the mean of `values` (one a question) lies in 95 of 100 drawings.

    Lists of the same length are drawn alike, so that what is compared is compared on the same questions. None below two
    values: a single one does not spread, and says nothing of others.
    """
    if len(values) < 2:
        return None
    means = _weights(len(values)) @ np.asarray(values, dtype=float)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


@functools.lru_cache(maxsize=8)
def _weights(count: int) -> np.ndarray:
    """RESAMPLES × count: how often each of `count` questions is drawn, / count. Each row sums to 1."""
    drawn = np.random.default_rng(SEED).multinomial(count, np.full(count, 1 / count), size=RESAMPLES)
    return drawn / count
