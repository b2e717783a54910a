"""What people said of answers as a question set that `findings eval` asks again."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from rag.check import check_quote
from rag.errors import UsageError
from rag.store import Store
from rag.types import Answer, Citation, Span
from ui.history import Judged

Locate = Callable[[str], Sequence[tuple[Span, int | None]]]  # words of a paper to where they stand, with their page
UNANSWERABLE = "unanswerable"


def questions(judged: Sequence[tuple[Judged, Answer]], locate: Locate) -> tuple[list[dict[str, Any]], int]:
    """A question for each answer that people said something of, and how many still lack what a right answer says.

    What was called right has to come again, sentence and quote; where a citation was called wrong, what the other
    citations hold; where a person named the right words, those; where they said that no paper answers, nothing."""
    rows: dict[str, dict[str, Any]] = {}
    lacking: set[str] = set()
    for judgement, answer in judged:
        row = _question(judgement, answer, locate)
        if row is None:
            if judgement.answer not in rows:
                lacking.add(judgement.answer)
        else:
            rows[judgement.answer] = row
            lacking.discard(judgement.answer)
    return list(rows.values()), len(lacking)


def places(store: Store, words: str) -> list[tuple[Span, int | None]]:
    """Where words stand in the papers, with the page from 1 (None where the format has none); nowhere is no error."""
    try:
        spans = check_quote(store, words)
    except UsageError:
        return []
    return [(span, span.page + 1 if store.records[span.document].paged else None) for span in spans]


def as_lines(rows: Sequence[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _question(judgement: Judged, answer: Answer, locate: Locate) -> dict[str, Any] | None:
    row: dict[str, Any] = {"id": judgement.answer, "question": answer.query.text, "said": judgement.reason}
    if judgement.silent:
        return row | {"kind": UNANSWERABLE}
    if judgement.right:
        places = locate(judgement.right)
        if not places:
            return None
        span, page = places[0]
        evidence = {"document": span.document, "page": page, "quote": judgement.right}
        return row | _expected(judgement.right, [evidence], [judgement.right])
    number, evidence, sentences = 1, [], []
    for claim in answer.claims:
        numbers = range(number, number + len(claim.citations))
        number += len(claim.citations)
        if judgement.citation in numbers or (judgement.citation is None and not judgement.good):
            continue
        evidence += [_evidence(citation) for citation in claim.citations]
        sentences.append(claim.text)
    return row | _expected(" ".join(sentences), evidence, sentences) if evidence else None


def _expected(answer: str, evidence: list[dict[str, Any]], sentences: list[str]) -> dict[str, Any]:
    return {
        "kind": "finding",
        "answer": answer,
        "evidence": evidence,
        "must_include": [[sentence] for sentence in sentences],
    }


def _evidence(citation: Citation) -> dict[str, Any]:
    return {"document": citation.span.document, "page": citation.page, "quote": citation.quote}
