"""An answer as a JSON record, the form that `ask --json` prints and the evaluation reads."""

from __future__ import annotations

from typing import Any

from rag.types import Answer, Citation, Claim, Filters, Hit, Query

PASSAGES = 10


def record(answer: Answer) -> dict[str, Any]:
    """All that the person was shown, and what it rests on. `page` counts from 1; `start` and `end` index its text."""
    return {
        "question": answer.question,
        "answer": answer.text,
        "abstained": answer.abstained,
        "notice": answer.notice,
        "claims": [claim_record(c) for c in answer.claims],
        "withheld": [claim_record(c) for c in answer.withheld],
        "understood": query_record(answer.query),
        "searched": dict(answer.searched),
        "passages": [hit_record(h) for h in answer.hits[:PASSAGES]],
        "suggestions": list(answer.suggestions),
        "backend": answer.backend,
        "seconds": round(answer.seconds, 4),
    }


def claim_record(claim: Claim) -> dict[str, Any]:
    row = {
        "text": claim.text,
        "frame": claim.frame,
        "verdict": claim.verdict,
        "citations": [citation_record(c) for c in claim.citations],
    }
    row |= {"label": claim.label} if claim.label else {}
    return row | {"reason": claim.reason} if claim.reason else row


def citation_record(citation: Citation) -> dict[str, Any]:
    row = {
        "document": citation.span.document,
        "page": citation.page,
        "label": citation.label,
        "paragraph": citation.paragraph,
        "quote": citation.quote,
        "start": citation.span.start,
        "end": citation.span.end,
        "title": citation.title,
        "authority": citation.authority,
        "date": citation.date,
        "attribution": citation.attribution,
    }
    if citation.retold_from:
        row |= {"retold_from": citation.retold_from, "original": citation.original}
    row |= {"changed": citation.changed} if citation.changed else {}
    return row | ({"recognised": True} if citation.recognised else {})


def query_record(query: Query) -> dict[str, Any]:
    return {
        "text": query.text,
        "asked": query.asked or query.text,
        "topic": query.topic,
        "expects": query.expects,
        "years": list(query.years),
        "unknown_places": list(query.unknown_places),
        "notes": list(query.notes),
        **filters_record(query.filters),
    }


def filters_record(filters: Filters) -> dict[str, Any]:
    return {
        "authorities": list(filters.authorities),
        "regions": list(filters.regions),
        "kinds": list(filters.kinds),
        "grades": list(filters.grades),
        "from": filters.date_from,
        "to": filters.date_to,
    }


def hit_record(hit: Hit) -> dict[str, Any]:
    spans = [span for sentence in hit.passage.sentences for span in sentence.spans]
    row = {
        "document": hit.passage.document,
        "page": hit.page,
        "paragraph": next(filter(None, hit.passage.numbers), None),
        "heading": list(hit.passage.heading),
        "text": hit.passage.text,
        "score": round(hit.score, 6),
        "ranks": dict(hit.ranks),
        "spans": [[s.page + 1, s.start, s.end] for s in spans],
    }
    if hit.also:
        row["also"] = [
            {
                "document": passage.document,
                "page": hit.page and passage.page + 1,
                "paragraph": next(filter(None, passage.numbers), None),
            }
            for passage in hit.also
        ]
    return row | ({"recognised": True} if hit.recognised else {})
