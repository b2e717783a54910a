"""What each stage of the search earns: the same questions put to vectors alone, to BM25 alone, to both, to both within
the papers that the question names, and to the whole search.

    question ─stage─▶ passages, 20 deep ─values─▶ figures of a question ─by_kind─▶ estimates
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from eval import finding
from eval.questions import Question
from eval.run import Ask, Progress, run

if TYPE_CHECKING:
    from rag.pipeline import Findings
    from rag.types import Passage

Stage = Callable[[Question], Sequence["Passage"]]  # a question → its passages, best first

DEPTH = 20  # passages that each stage ranks: what the answerer is given
# What each stage adds to; BM25 and the vectors add to nothing.
OVER: Mapping[str, str] = {"fused": "dense", "narrowed": "fused", "reranked": "narrowed"}


def stages(findings: Findings, depth: int = DEPTH) -> dict[str, Stage]:
    """The stages by name, in the order in which they build on each other; each ranks `depth` passages.

    `dense`, `bm25` and `fused` take the question as it is typed, a follow-up behind what it follows, and look through
    all papers; only where the search is narrowed do the places and years leave the question's vector.
    """
    from rag.retrieve import reciprocal_rank_fusion, retrieve
    from rag.vocabulary import written

    store, embedder, settings = findings.store, findings.embedder, findings.settings

    def by_vector(question: str) -> list[str]:
        return [id for id, _ in store.vector_search(embedder.embed([question])[0], settings.candidates)]

    def by_words(question: str) -> list[str]:
        return [id for id, _ in store.lexical_search(f"{question} {written(question)}", settings.candidates)]

    def by_both(question: str) -> list[str]:
        ranked = {"dense": by_vector(question), "bm25": by_words(question)}
        return [id for id, _ in reciprocal_rank_fusion(ranked, settings.rrf_k, {"dense": settings.dense_weight})]

    def read(ids: Callable[[str], list[str]]) -> Stage:
        def stage(question: Question) -> list[Passage]:
            first = ids(question.whole)[:depth]
            passages = store.passages(first)
            return [passages[id] for id in first]

        return stage

    def narrowed(question: Question) -> list[Passage]:
        query = findings.understand(question.question, earlier=question.after)
        hits = retrieve(query, store, embedder, settings, depth)
        return [hit.passage for hit in hits]

    def reranked(question: Question) -> list[Passage]:
        return [hit.passage for hit in findings.search(question.question, k=depth, earlier=question.after)[1]]

    raw = {name: read(ids) for name, ids in (("dense", by_vector), ("bm25", by_words), ("fused", by_both))}
    return raw | {"narrowed": narrowed, "reranked": reranked}


def measure(findings: Findings, questions: Sequence[Question], progress: Progress) -> dict[str, Any]:
    """The table of all stages of `findings` over the answerable questions, as `sum_up` gives it. Loads the models and
    asks a question for nothing first, so that the times are those of a program that runs."""
    asked = [question for question in questions if question.answerable]
    findings.warm()
    found, told = {}, stages(findings)
    for number, (name, stage) in enumerate(told.items()):

        def step(done: int, total: int, before: int = number * len(asked)) -> None:
            progress(before + done, len(told) * len(asked))

        found[name] = run(asked, timed(stage), step)
    return sum_up(asked, found)


def timed(stage: Stage) -> Ask:
    """A stage as that which `run` asks: a record with the passages and the wall seconds from question to passages."""

    def ask(question: Question) -> dict[str, Any]:
        began = time.perf_counter()
        passages = stage(question)
        seconds = time.perf_counter() - began
        return {"passages": [{"document": p.document, "text": p.text} for p in passages], "seconds": seconds}

    return ask


def sum_up(questions: Sequence[Question], found: Mapping[str, Sequence[dict[str, Any]]]) -> dict[str, Any]:
    """The figures of each stage's records: {"questions": count of each kind, "columns": {stage: kind → figure →
    estimate}, "earned": {stage: {"over": the stage before, "figures": kind → figure → estimate of the difference}},
    "milliseconds": {stage: {"p50_ms", "p95_ms"}}, "errors": {stage: {question: cause}}}."""
    values = {name: finding.values(questions, records, DEPTH) for name, records in found.items()}
    return {
        "questions": finding.counts(questions),
        "columns": {name: finding.by_kind(questions, one) for name, one in values.items()},
        "earned": {
            name: {"over": before, "figures": finding.differences(questions, values[name], values[before])}
            for name, before in OVER.items()
            if name in values and before in values
        },
        "milliseconds": {name: finding.milliseconds(records) for name, records in found.items()},
        "errors": {
            name: errors
            for name, records in found.items()
            if (errors := {record["id"]: record["error"] for record in records if record.get("error")})
        },
    }
