"""How well evidence is found: the figures of ranked passages, with intervals, over all questions and by kind.

An estimate is {"value": mean over questions, "interval": [low, high]}, where None says that nothing can be said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval import metrics
from eval.bootstrap import interval
from eval.questions import Question

CUTOFFS = (1, 3, 5, 10, 20)
ALL = "all"

Estimate = dict[str, Any]
Values = Mapping[str, Sequence[float]]  # figure → its value for each question
Estimates = dict[str, dict[str, Estimate]]  # ALL or kind of question → figure → estimate


def values(questions: Sequence[Question], records: Sequence[metrics.Record], depth: int) -> dict[str, list[float]]:
    """recall@k for each cut-off within `depth`, "mrr" and "ndcg@10", each with a value for every question.

    MRR and nDCG look at the first ten passages whatever the depth. Nothing is found for a question without a record.
    """
    by_id = {record["id"]: record for record in records}
    found = [metrics.ranks(question, by_id.get(question.id, {}), depth) for question in questions]
    recalls = {f"recall@{k}": [metrics.recall(ranks, k) for ranks in found] for k in CUTOFFS if k <= depth}
    return recalls | {"mrr": [*map(metrics.reciprocal_rank, found)], "ndcg@10": [*map(metrics.ndcg, found)]}


def estimate(one: Sequence[float]) -> Estimate:
    """The mean of a figure's values, one a question, and its interval."""
    mean, bounds = metrics.mean(one), interval(one)
    return {
        "value": None if mean is None else round(mean, 6),
        "interval": None if bounds is None else [round(bound, 6) for bound in bounds],
    }


def by_kind(questions: Sequence[Question], figures: Values) -> Estimates:
    """The estimates of all figures over all questions and over those of each kind; `figures` follow `questions`."""
    kinds = by_group([question.kind for question in questions], figures)
    everything = {name: estimate(one) for name, one in figures.items()}
    return {kind: everything if kind == ALL else kinds[kind] for kind in counts(questions)}


def by_group(groups: Sequence[str], figures: Values) -> Estimates:
    """The estimates of all figures over the questions of each group, in alphabetical order; `groups` holds one name a
    question, as `figures` one value."""
    return {
        group: {name: estimate([value for g, value in zip(groups, one, strict=True) if g == group])
                for name, one in figures.items()}
        for group in sorted(set(groups))
    }  # fmt: skip


def differences(questions: Sequence[Question], ours: Values, theirs: Values) -> Estimates:
    """As `by_kind`, of ours - theirs question by question: both meet the same drawings, so that what makes a question
    hard for both cancels out. For the figures that both have."""
    both = [name for name in ours if name in theirs]
    return by_kind(questions, {name: [a - b for a, b in zip(ours[name], theirs[name], strict=True)] for name in both})


def counts(questions: Sequence[Question]) -> dict[str, int]:
    """How many questions there are in all and of each kind, kinds in alphabetical order."""
    kinds = [question.kind for question in questions]
    return {ALL: len(kinds)} | {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def milliseconds(records: Sequence[metrics.Record]) -> dict[str, float | None]:
    """{"p50_ms", "p95_ms"}: median and 95th percentile of the records' wall time, None where no record tells it."""
    taken = [s for record in records if isinstance(s := record.get("seconds"), int | float)]
    return {
        f"{name}_ms": None if seconds is None else round(1000 * seconds, 1)
        for name, seconds in (("p50", metrics.p50(taken)), ("p95", metrics.p95(taken)))
    }
