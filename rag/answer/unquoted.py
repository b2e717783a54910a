"""The sentence of a passage that holds what a claim says, for a claim that names the passage and quotes nothing."""

from __future__ import annotations

from rag.answer import cite
from rag.store import Store
from rag.types import Citation, Claim, Passage
from rag.verify import verify
from rag.words import terms


def supporting(text: str, passage: Passage, store: Store) -> tuple[Citation, ...]:
    """Citations of the one sentence that the verifier finds the claim in, that with most of its words where there are
    several. Empty where no sentence holds it by itself: of two together, be it a list's item and its lead-in, the one
    may lend its figures to what the other says."""
    own = set(terms(text))
    best: tuple[Citation, ...] = ()
    most = 0
    for sentence, number in zip(passage.sentences, passage.numbers, strict=True):
        shared = len(own & set(terms(sentence.text)))
        if shared <= most:
            continue
        citations = cite.cite(sentence.spans, number, store)
        if verify([Claim(text, citations)], store.page_text)[0]:
            best, most = citations, shared
    return best
