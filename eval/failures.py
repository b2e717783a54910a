"""Every question that something is wrong with, and what, in words beside what was expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval import metrics
from eval.questions import Question
from eval.wording import plain


@dataclass(frozen=True, slots=True)
class Failure:
    """A question, its record ({} where it has none) and what is wrong, one phrase each."""

    question: Question
    record: metrics.Record
    wrong: tuple[str, ...]


def failures(
    questions: Sequence[Question], records: Sequence[metrics.Record], failed: Mapping[str, Any]
) -> list[Failure]:
    """What is wrong with the records of `questions`, in their order; `failed` is that of `eval.summary.summarise`."""
    by_id = {record["id"]: record for record in records}
    found = []
    for question in questions:
        record = by_id.get(question.id, {})
        wrong = _answer(question, record) if record else ["there is no record of it"]
        if record and question.answerable:
            wrong += _evidence(question, record)
        for key, said in _QUOTES.items():
            wrong += [said] if question.id in failed.get(key, ()) else []
        if wrong:
            found.append(Failure(question, record, tuple(wrong)))
    return found


_QUOTES = {
    "uncited": "a claim without a quote",
    "not_verbatim": "a quote that is not on its page",
    "not_at_span": "a quote that is not at its place",
    "figure_not_in_quote": "a figure that is not in its own quote",
}


def _answer(question: Question, record: metrics.Record) -> list[str]:
    if record.get("error"):
        return [f"stopped by an error: {record['error']}"]
    if not question.answerable:
        return [] if metrics.abstained(record) else ["answered, though the papers do not say"]
    if metrics.abstained(record):
        return ["declined, though the papers do say"]
    if metrics.right(question, record):
        return []
    said = plain(record.get("answer") or "")
    lacking = [fact[0] for fact in question.must_include if not any(plain(wording) in said for wording in fact)]
    return [f"does not say “{fact}”" for fact in lacking] or ["says it, in too many words"]


def _evidence(question: Question, record: metrics.Record) -> list[str]:
    ranks = metrics.ranks(question, record)
    lost = sum(rank is None for rank in ranks)
    return [f"{lost} of {len(ranks)} pieces of evidence not among the first {metrics.DEPTH} passages"] if lost else []
