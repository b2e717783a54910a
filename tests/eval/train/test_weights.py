from __future__ import annotations

import pytest

from eval.train.weights import Asked, figures, fit
from rag.rerank import Weights
from rag.types import Reading


def asked(fused: list[float], read: list[float], right: list[int]) -> Asked:
    return Asked("a", tuple(fused), tuple(Reading(value, ()) for value in read), tuple(map(bool, right)))


MADE = [
    asked([0.3, 0.2, 0.1], [-1.0, 2.0, -3.0], [0, 1, 0]),
    asked([0.3, 0.2, 0.1], [1.0, -2.0, -1.0], [1, 0, 0]),
    asked([0.3, 0.2, 0.1], [-2.0, -3.0, -1.5], [1, 0, 0]),
] * 5


def test_both_count_and_alone_only_fusion_does() -> None:
    weights = fit(MADE)
    assert weights.read[1] > 0 and weights.read[2] > 0
    assert weights.unread[1] > 0 and weights.unread[2] == 0
    assert weights.probability(0.3, Reading(2.0, ())) > weights.probability(0.3, Reading(-2.0, ()))
    assert weights.probability(0.3, None) > weights.probability(0.1, None)


def test_figures_by_hand() -> None:
    told = figures(MADE[:3], Weights((0.0, 0.0, 1.0), (0.0, 1.0, 0.0)))
    assert told["fused"] == pytest.approx([2 / 3, 1.0, 1.0, 1.0, (1 + 1 / 2 + 1) / 3], abs=0.001)
    assert told["read"] == told["both"] == pytest.approx([2 / 3, 1.0, 1.0, 1.0, (1 + 1 + 1 / 2) / 3], abs=0.001)
