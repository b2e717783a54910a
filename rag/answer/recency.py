"""Which paper an answer leads with where the question names no date: the latest that answers; and whether another one
of the same place says otherwise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.answer.features import Candidate
from rag.figures import figures, plain
from rag.polarity import polarity
from rag.store import Store
from rag.types import Query
from rag.valence import valued
from rag.words import terms

LEADS = 0.4  # the latest paper's best sentence leads when it is at least this likely, compared with the best of all
DIFFERS = 0.6  # what another paper says is set against it when it is at least this likely, compared so
ALIKE = 0.25  # share of terms that two sentences must have in common to be about the same thing


def open_in_time(query: Query) -> bool:
    """Whether the question names places and leaves open when."""
    filters = query.filters
    return bool(filters.authorities) and not (query.years or filters.date_from or filters.date_to)


def latest(found: Sequence[Candidate], scores: np.ndarray, store: Store) -> set[str]:
    """The papers of the latest day among those whose best sentence is nearly as likely as the best of all. Papers
    without a date count as the oldest. `scores` are probabilities, one for each of `found`, which is not empty."""
    best: dict[str, float] = {}
    for one, score in zip(found, scores, strict=True):
        best[one.passage.document] = max(best.get(one.passage.document, 0.0), float(score))
    near = [name for name, score in best.items() if score >= LEADS * max(best.values())]
    day = max(_date(name, store) for name in near)
    return {name for name in near if _date(name, store) == day}


def otherwise(
    query: Query, lead: Candidate, found: Sequence[Candidate], scores: np.ndarray, store: Store
) -> Candidate | None:
    """The likeliest sentence of a paper of another day that differs from the leading one in what was asked; None where
    there is no such."""
    day = _date(lead.passage.document, store)
    for i in np.argsort(-scores, kind="stable"):
        one = found[int(i)]
        if scores[i] < DIFFERS * scores.max():
            return None
        if _date(one.passage.document, store) != day and differs(query, lead.sentence.text, one.sentence.text):
            return one
    return None


def differs(query: Query, a: str, b: str) -> bool:
    """Whether two sentences answer the question in ways that cannot both hold of one day. Only what is plain counts:
    other figures for the same thing, Yes against No, good against bad."""
    own, theirs = set(terms(a)), set(terms(b))
    if len(own & theirs) < ALIKE * min(len(own), len(theirs)):
        return False
    if query.expects == "figure":
        here, there = figures(a), figures(b)
        return bool(here and there) and here.isdisjoint(there)
    if query.expects == "yes/no":
        answers = polarity(query.text, a), polarity(query.text, b)
        return None not in answers and answers[0] != answers[1]
    return {rating(a), rating(b)} == {True, False}


def rating(sentence: str) -> bool | None:
    """Whether all that rates in the sentence is good (True) or bad (False); None where it is mixed or nothing rates."""
    found = {one.good for one in valued(plain(sentence))}
    return found.pop() if len(found) == 1 else None


def _date(document: str, store: Store) -> str:
    return store.records[document].description.date or ""
