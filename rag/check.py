"""Are these quotes, and the figures of these sentences, in the papers? Also for an answer that another tool wrote."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rag.errors import UsageError
from rag.figures import letters
from rag.locate import SHORTEST, in_pages, in_spans
from rag.store import Store
from rag.types import Span
from rag.verify import assess

NEAR = 20  # passages looked into for a quote that runs over a page break


def check_quote(store: Store, quote: str, document: str | None = None) -> list[Span]:
    """Every page where the quote stands, letter for letter but for spaces and line breaks; a quote that runs over a
    page break gives a span for each page. Raises UsageError for an unknown document or too short a quote."""
    if document is not None and document not in store.records:
        raise UsageError(f"the store holds no paper called {document!r}; findings documents lists them")
    if len(letters(quote)) < SHORTEST:
        raise UsageError(f"the quote is too short to check; give at least {SHORTEST} letters")
    documents = None if document is None else [document]
    found = in_pages(quote, store.page_texts(documents))
    return found or _across(store, quote, documents)


def _across(store: Store, quote: str, documents: list[str] | None) -> list[Span]:
    """A quote that a page break, a footnote or a running header interrupts: looked for in whole sentences."""
    ids = [id for id, _ in store.lexical_search(quote, NEAR, documents)]
    for passage in store.passages(ids).values():
        spans = [span for sentence in passage.sentences for span in sentence.spans]
        if found := in_spans(quote, spans, store.page_text):
            return list(found)
    return []


def check_answer(store: Store, path: Path) -> list[dict[str, Any]]:
    """One row a claim of the answer (or answers) in a JSON or JSON-lines file: its verdict, and where each quote
    stands. Raises UsageError where the file holds no claims."""
    return [_check_claim(store, claim, question) for question, claim in _claims(path)]


def check_claims(store: Store, claims: Iterable[dict[str, Any]], question: str = "") -> list[dict[str, Any]]:
    """The same for claims at hand. Raises UsageError for what is no claim."""
    claims = list(claims)
    if not all(isinstance(claim, dict) for claim in claims):
        raise UsageError("a claim is an object with text and citations")
    return [_check_claim(store, claim, question) for claim in claims]


def _check_claim(store: Store, claim: dict[str, Any], question: str) -> dict[str, Any]:
    rows, quotes = [], []
    citations = claim.get("citations")
    for citation in citations if isinstance(citations, list) else []:
        citation = citation if isinstance(citation, dict) else {"quote": citation}
        quote, document, page = str(citation.get("quote", "")), citation.get("document"), citation.get("page")
        spans = []
        if len(letters(quote)) >= SHORTEST:
            named = isinstance(document, str) and document in store.records
            spans = (check_quote(store, quote, document) if named else []) or check_quote(store, quote)
        pages = [s.page + 1 for s in spans]
        paged = bool(spans) and store.records[spans[0].document].paged
        rows.append(
            {
                "quote": quote,
                "found": bool(spans),
                "where": [
                    {"document": s.document, "page": s.page + 1 if paged else None, "start": s.start, "end": s.end}
                    for s in spans
                ],
                "as_cited": bool(spans) and document in [s.document for s in spans]
                and (not paged or page is None or page in pages),
            }
        )  # fmt: skip
        quotes.append(_printed(store, quote, spans))
    verdict, reason = "withheld", "it has no quote"
    if quotes:
        verdict, reason = assess(str(claim.get("text", "")), quotes, question)
    for row in rows:
        if not row["found"]:
            verdict, reason = "withheld", "a quote is in none of the papers"
        elif not row["as_cited"] and verdict != "withheld":
            verdict, reason = "withheld", "a quote stands elsewhere than cited"
    return {"text": claim.get("text", ""), "verdict": verdict, "reason": reason, "quotes": rows}


def _printed(store: Store, quote: str, spans: list[Span]) -> str:
    """The quote as the page has it: a sign that the given one leaves out ("85" for "85%") must not prove anything."""
    parts = [(store.page_text(s.document, s.page) or "")[s.start : s.end] for s in spans]
    # Several spans are several places, or else the parts of one quote that a page break interrupts.
    return next((part for part in parts if letters(part) == letters(quote)), " ".join(parts) or quote)


def _claims(path: Path) -> Iterable[tuple[str, dict[str, Any]]]:
    """Each claim with the question that it was written for, empty where the file does not tell."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {path}; name a JSON file that holds an answer") from error
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError):
        try:
            loaded = [json.loads(line) for line in text.splitlines() if line.strip()]
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{path} is not JSON; findings ask --json writes the form that is checked") from error
    answers = loaded if isinstance(loaded, list) else [loaded]
    found = [
        (str(answer.get("question", "")), answer["claims"])
        for answer in answers
        if isinstance(answer, dict) and "claims" in answer
    ]
    claims = [
        (asked, claim) for asked, one in found if isinstance(one, list) for claim in one if isinstance(claim, dict)
    ]
    if not claims:
        raise UsageError(f"{path} holds no claims; an answer has the keys answer and claims, as ask --json writes it")
    return claims
