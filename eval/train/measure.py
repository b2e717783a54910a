"""What a model does on the documents that are held out: where answers rank, and whether missing ones show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from eval.train.examples import Example
from eval.train.judged import Judged

DEPTHS = (1, 3, 5, 10)
FUSED = 3.0  # weight of the logarithm of fusion's score beside the cross-encoder's log-odds: a fair one, not fitted
FIRST = 20  # passages of a search whose sentences are compared


def figures(held: Sequence[Example], judged: Judged) -> dict[str, object]:
    """Of answered questions: the ranks of the first passage that answers, by fusion, by the cross-encoder and by both,
    and how often the best sentence answers. Of checked ones: how well the best sentence tells those that are answered
    from those that are not (area under the ROC curve, 0.5 by chance), and how often it answers."""
    ranks: dict[str, list[int]] = {"fusion": [], "cross-encoder": [], "both": []}
    best = []
    for one in held:
        if one.checked:
            continue
        read = np.array([judged[one.question, each.id][0] for each in one.found])
        fused = np.log(np.maximum(one.fused, 1e-9))
        right = np.array([each.answers for each in one.found])
        for name, scores in (("fusion", fused), ("cross-encoder", read), ("both", read + FUSED * fused)):
            ranks[name].append(rank(scores, right))
        best.append(_best_sentence(one.question, one.found[:FIRST], judged)[1])
    result: dict[str, object] = {"questions": len(best)}
    result |= {name: summary(found) for name, found in ranks.items()}
    result["best_sentence_answers"] = _share(best)
    checked = [
        (one.answered, *_best_sentence(one.question, (*one.right, *one.near), judged)) for one in held if one.checked
    ]
    result["checked"] = {
        "answered": sum(answered for answered, *_ in checked),
        "unanswered": sum(not answered for answered, *_ in checked),
        "roc_auc": round(area([s for a, s, _ in checked if a], [s for a, s, _ in checked if not a]), 3),
        "best_sentence_answers": _share(right for answered, _, right in checked if answered),
    }
    return result


def rank(scores: np.ndarray, right: np.ndarray) -> int:
    """From 1: one more than the wrong ones above the best right one. `right` must hold one."""
    return 1 + int((scores > scores[right].max()).sum())


def summary(ranks: Sequence[int]) -> dict[str, float]:
    """The share of ranks within each depth, and the mean reciprocal rank."""
    found = np.array(ranks)
    return {f"@{depth}": _share(found <= depth) for depth in DEPTHS} | {"mrr": _share(1 / found)}


def area(answered: Sequence[float], unanswered: Sequence[float]) -> float:
    """The chance that one of the first is above one of the second, ties counting half (Hanley and McNeil 1982: the area
    under the ROC curve); not a number where either is empty."""
    if not answered or not unanswered:
        return float("nan")
    above = np.subtract.outer(np.array(answered), np.array(unanswered))
    return float((above > 0).mean() + (above == 0).mean() / 2)


def _best_sentence(question: str, passages: Sequence, judged: Judged) -> tuple[float, bool]:
    """The highest log-odds of a sentence, and whether that sentence answers."""
    return max(
        (float(score), label)
        for each in passages
        for score, label in zip(judged[question, each.id][1], each.labels, strict=False)  # those beyond the limit
    )


def _share(values: Iterable[float]) -> float:
    values = np.fromiter(values, float)
    return round(float(values.mean()), 3) if len(values) else float("nan")
