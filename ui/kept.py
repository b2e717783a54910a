"""Answers as the history keeps them: as JSON that becomes the same answer again.

Of the passages only those are kept that the page shows, and of them only what it shows of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rag.types import Answer, Citation, Claim, Filters, Hit, Passage, Query, Sentence, Span

NEAREST = 5  # passages kept and shown where there is no answer


def answer_row(answer: Answer) -> dict[str, Any]:
    """The answer as values that JSON has."""
    hits = answer.hits[:NEAREST] if answer.abstained else ()
    return {
        "question": answer.question,
        "text": answer.text,
        "abstained": answer.abstained,
        "notice": answer.notice,
        "claims": [asdict(claim) for claim in answer.claims],
        "withheld": [asdict(claim) for claim in answer.withheld],
        "query": asdict(answer.query),
        "searched": dict(answer.searched),
        "hits": [_hit_row(hit) for hit in hits],
        "backend": answer.backend,
        "seconds": answer.seconds,
        "suggestions": list(answer.suggestions),
    }


def answer_of(row: Mapping[str, Any]) -> Answer:
    """The answer that `answer_row` made a row of. Raises KeyError and TypeError for what is none."""
    return Answer(
        question=row["question"],
        text=row["text"],
        claims=tuple(_claim(one) for one in row["claims"]),
        abstained=row["abstained"],
        notice=row["notice"],
        query=_query(row["query"]),
        hits=tuple(_hit(one) for one in row["hits"]),
        searched=row["searched"],
        withheld=tuple(_claim(one) for one in row["withheld"]),
        backend=row["backend"],
        seconds=row["seconds"],
        suggestions=tuple(row["suggestions"]),
    )


def _claim(row: Mapping[str, Any]) -> Claim:
    citations = tuple(Citation(**(one | {"span": Span(**one["span"])})) for one in row["citations"])
    return Claim(**(dict(row) | {"citations": citations}))


def _query(row: Mapping[str, Any]) -> Query:
    filters = Filters(**{name: _tupled(value) for name, value in row["filters"].items()})
    return Query(**{name: _tupled(value) for name, value in row.items() if name != "filters"}, filters=filters)


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else value


def _hit_row(hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    number = next((n for n in passage.numbers if n), None)
    return {
        "id": passage.id,
        "document": passage.document,
        "heading": list(passage.heading),
        "text": passage.text,
        "number": number,
        "spans": [asdict(span) for span in passage.sentences[0].spans],
        "page": hit.page,
        "score": hit.score,
        "recognised": hit.recognised,
    }


def _hit(row: Mapping[str, Any]) -> Hit:
    sentence = Sentence(row["text"], tuple(Span(**span) for span in row["spans"]))
    passage = Passage(
        row["id"], row["document"], tuple(row["heading"]), (sentence,), (row["number"],), ("paragraph",), (None,)
    )
    return Hit(passage, row["score"], row["page"], recognised=row["recognised"])
