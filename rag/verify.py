"""The gate that every claim passes, whoever wrote it: its quotes stand on their pages and hold what it asserts.

No language model takes part. A claim that fails is withheld with the reason in words; it is never shown as an answer.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

from rag import figures
from rag.types import Claim
from rag.words import terms

SUPPORT = 0.6  # share of a paraphrase's terms that its quotes must hold

PageText = Callable[[str, int], str | None]


def verify(claims: Iterable[Claim], page_text: PageText) -> tuple[tuple[Claim, ...], tuple[Claim, ...]]:
    """(claims that stand, claims withheld), each with its verdict. `page_text(document, page)` gives the untouched
    text of a page (from 0), None where there is none."""
    kept, withheld = [], []
    for claim in claims:
        verdict, reason = judge(claim, page_text)
        judged = dataclasses.replace(claim, verdict=verdict, reason=reason)
        (withheld if verdict == "withheld" else kept).append(judged)
    return tuple(kept), tuple(withheld)


def judge(claim: Claim, page_text: PageText) -> tuple[str, str]:
    """The verdict on one claim, and why where it is withheld."""
    if not figures.letters(claim.text):
        return "withheld", "it says nothing"
    if not claim.citations:
        return "withheld", claim.reason or "it has no quote"
    for citation in claim.citations:
        span = citation.span
        text = page_text(span.document, span.page)
        if text is None:
            return "withheld", f"{span.document} has no page {span.page + 1}"
        if not figures.letters(citation.quote) or text[span.start : span.end] != citation.quote:
            return "withheld", f"its quote is not on page {span.page + 1} of {span.document}"
        if figures.cut(text, span.start, span.end):
            return "withheld", "its quote cuts a word or figure in two"
    return assess(claim.text, [citation.quote for citation in claim.citations])


def assess(text: str, quotes: list[str]) -> tuple[str, str]:
    """Do the quotes hold what the sentence asserts? For quotes whose place has been checked already."""
    held = " ".join(quotes)
    # Figures are looked for in each quote by itself: two pieces side by side must not make a third figure.
    for read in (figures.figures, figures.free_figures):
        missing = read(text) - set().union(*map(read, quotes))
        if missing:
            return "withheld", f"the figure {min(missing)} is not in its quote"
    if figures.letters(text) == figures.letters(held):
        return "exact", ""
    for kind, read in (("date", figures.months), ("grade", figures.grades)):
        missing = read(text) - read(held)
        if missing:
            return "withheld", f"the {kind} {min(missing)!r} is not in its quote"
    if figures.grades(held) != figures.grades(text) and figures.grades(text):
        return "withheld", "its quote names another grade too"
    missing = set(figures.shares(text)) - set().union(*map(figures.shares, quotes))
    if missing:
        return "withheld", f"the figure {min(missing)} is not in its quote"
    if not all(figures.in_order(text, quote) for quote in quotes):
        return "withheld", "it turns the figures of its quote round"
    if len(figures.negations(held)) != len(figures.negations(text)):
        return "withheld", "it drops or adds a negation of its quote"
    turned = figures.reversed_words(text, held)
    if turned:
        return "withheld", f"{min(turned)!r} says the opposite of its quote"
    for kind, read in (("quantity", figures.quantities), ("direction", figures.directions), ("place", _places)):
        missing = read(text) - read(held)
        if missing:
            return "withheld", f"the {kind} {min(missing)!r} is not in its quote"
    dropped = figures.limits(held)
    if dropped and not figures.limits(text):
        return "withheld", f"it drops {min(dropped)!r} of its quote"
    own, theirs = set(terms(text)), set(terms(held))
    strange = {name for name in figures.names(text) if not set(terms(name)) <= theirs}
    if strange:
        return "withheld", f"the name {min(strange)!r} is not in its quote"
    if not own or len(own & theirs) / len(own) < SUPPORT:
        return "withheld", "its quote does not say this"
    return "supported", ""


def _places(text: str) -> set[str]:
    """Authorities named: at the start of a sentence a name cannot be told by its capital letter."""
    from rag.authorities import find

    return {mention.place.name for mention in find(text)}
