from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from eval.train.examples import Example
from eval.train.measure import area, figures, rank, summary


def test_ranks_and_their_summary() -> None:
    assert rank(np.array([3.0, 1.0, 2.0]), np.array([False, True, True])) == 2
    assert rank(np.array([1.0]), np.array([True])) == 1
    assert summary([1, 2, 4]) == {
        "@1": round(1 / 3, 3), "@3": round(2 / 3, 3), "@5": 1.0, "@10": 1.0, "mrr": round((1 + 1 / 2 + 1 / 4) / 3, 3),
    }  # fmt: skip


def test_the_area_counts_ties_half() -> None:
    assert area([3.0, 1.0], [2.0, 1.0]) == (1 + 1 + 0 + 0.5) / 4
    assert math.isnan(area([], [1.0]))


def test_figures_by_hand(made: list[Example]) -> None:
    """The passage that answers is second by fusion; who reads it finds it, and its second sentence."""
    one, missed, answered = made[0], made[60], made[61]
    sure, unsure = np.array([-2.0, 3.0]), np.array([0.0, -3.0])
    judged = {(one.question, each.id): (3.0, sure) if each.answers else (-3.0, unsure) for each in one.found}
    judged |= {(missed.question, each.id): (-1.0, unsure) for each in missed.near}
    judged |= {(answered.question, each.id): (1.0, sure) for each in answered.right}
    judged |= {(answered.question, each.id): (1.0, unsure) for each in answered.near}
    found = figures([one, missed, answered], judged)
    assert found["questions"] == 1 and found["best_sentence_answers"] == 1.0
    assert found["fusion"]["mrr"] == 0.5 and found["cross-encoder"]["mrr"] == found["both"]["mrr"] == 1.0
    assert found["checked"] == {"answered": 1, "unanswered": 1, "roc_auc": 1.0, "best_sentence_answers": 1.0}


def test_sentences_beyond_the_limit_are_not_compared(made: list[Example]) -> None:
    one = dataclasses.replace(made[0], found=made[0].right, fused=(0.5,))
    found = figures([one], {(one.question, one.right[0].id): (1.0, np.array([0.5]))})
    assert found["best_sentence_answers"] == 0.0
    assert math.isnan(found["checked"]["roc_auc"])


@pytest.mark.parametrize("sizes", [(2, 1), (1,)])
def test_judgements_are_kept(tmp_path, sizes: tuple[int, ...]) -> None:
    from eval.train.judged import load, mean, save

    judged = {("q" * (i + 1), f"a#{i}"): (float(i), np.full(n, i + 0.5, np.float32)) for i, n in enumerate(sizes)}
    save(judged, tmp_path / "kept.npz")
    kept = load(tmp_path / "kept.npz")
    assert kept.keys() == judged.keys()
    assert all(kept[key][0] == judged[key][0] and (kept[key][1] == judged[key][1]).all() for key in judged)
    both = mean([judged, {key: (one + 1, many + 3) for key, (one, many) in judged.items()}])
    assert all(both[key][0] == judged[key][0] + 0.5 for key in judged)
    assert all((both[key][1] == judged[key][1] + 1.5).all() for key in judged)
