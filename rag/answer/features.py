"""How well a sentence answers a question, as numbers that a logistic model weighs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rag.answer.wanted import ITEMS, TOLD_BESIDE, holds, wanted
from rag.embed import Embedder
from rag.subjects import subjects
from rag.types import Hit, Passage, Query, Sentence
from rag.vocabulary import written
from rag.words import terms

NAMES = (
    "cosine", "cosine_rank", "cosine_lead", "coverage", "coverage_context", "pairs", "dense_rank", "bm25_rank",
    "holds", "lacks", "lacks_near", "restates", "off_subject", "silent", "length", "short", "item", "row", "footnote",
    "first", "best_cosine", "reached",
    "read_sentence", "read_passage",
)  # fmt: skip
UNREAD = -4.0  # log-odds of what the cross-encoder did not come to: about those of any sentence
EXPANDED = 0.5  # what a word of the papers' own counts that the question only meant


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence of a hit's passage."""

    hit: Hit
    position: int

    @property
    def passage(self) -> Passage:
        return self.hit.passage

    @property
    def sentence(self) -> Sentence:
        return self.passage.sentences[self.position]

    @property
    def lead(self) -> Sentence | None:
        return self.passage.leads[self.position]


def candidates(hits: Sequence[Hit]) -> list[Candidate]:
    """Every sentence of the passages that says anything: a stray arrow or dash does not."""
    found = (Candidate(hit, i) for hit in hits for i in range(len(hit.passage.sentences)))
    return [one for one in found if any(map(str.isalnum, one.sentence.text))]


def featurise(
    query: Query, found: Sequence[Candidate], embedder: Embedder, frequency: Callable[[str], int], total: int
) -> np.ndarray:
    """float64 of shape (len(found), len(NAMES)). `frequency(term)` is the number of passages that hold a stemmed
    term, `total` the number of passages."""
    if not found:
        return np.zeros((0, len(NAMES)))
    asked = topic_terms(query)
    weight = {t: EXPANDED * _idf(t, frequency, total) for t in terms(written(query.topic))}
    weight |= {t: _idf(t, frequency, total) for t in asked}
    whole = sum(_idf(t, frequency, total) for t in set(asked)) or 1.0
    pairs = set(itertools.pairwise(asked))
    cosines = _cosines(query, found, embedder)
    # One figure of the question as a whole: how much of it is spoken of at all.
    everywhere = set(
        terms(" ".join((*(c.sentence.text for c in found), *(" ".join(c.passage.heading) for c in found))))
    )
    reached = sum(weight[t] for t in set(asked) & everywhere) / whole
    kind = wanted(query.text, query.expects)
    about = subjects(query.topic or query.text)
    named = [subjects(f"{_context(one)} {_beside(one)}", about) for one in found]
    silent = float(not about <= frozenset().union(*named))
    rows = []
    for one, subject, (cosine, rank, with_lead, nearest) in zip(found, named, cosines, strict=True):
        held = terms(one.sentence.text)
        around = set(held) | set(terms(_context(one)))
        words = len(one.sentence.text.split())
        has = _holds(one, kind, query)
        rows.append(
            (
                cosine,
                rank,
                with_lead,
                sum(weight.get(t, 0.0) for t in set(held)) / whole,
                sum(weight.get(t, 0.0) for t in around) / whole,
                len(pairs & set(itertools.pairwise(held))) / (len(pairs) or 1),
                1 / one.hit.ranks.get("dense", 100),
                1 / one.hit.ranks.get("bm25", 100),
                float(has == 1.0),
                *_lacking(one, kind, has, query),
                float(not about <= subject),
                silent,
                math.log(1 + words),
                float(words < 6),
                float(one.passage.kinds[one.position] == "item"),
                float(one.passage.kinds[one.position] == "row"),
                float(one.passage.kinds[one.position] == "footnote"),
                float(one.position == 0),
                nearest,
                reached,
                *_read(one),
            )
        )
    return np.array(rows, dtype=np.float64)


def _holds(one: Candidate, kind: str, query: Query) -> float | None:
    """How far the sentence holds what is wanted; an item of a list is one of those that a list is wanted of."""
    return 1.0 if kind == ITEMS and one.lead else holds(kind, one.sentence.text, query.text)


def _lacking(one: Candidate, kind: str, has: float | None, query: Query) -> tuple[float, float, float]:
    """How far the sentence lacks a thing that is wanted, how far its neighbours do as well, and how far it restates a
    question that wants a reason or a list (1, or a half where its neighbours hold one): these stand beside what they
    belong to, and are told by weaker signs."""
    if has is None or has == 1.0:
        return 0.0, 0.0, 0.0
    near = 1.0 - (holds(kind, _beside(one), query.text) or 0.0)
    return (0.0, 0.0, (1 + near) / 2) if kind in TOLD_BESIDE else (1.0 - has, near, 0.0)


def _cosines(query: Query, found: Sequence[Candidate], embedder: Embedder) -> np.ndarray:
    """Of each sentence the cosine with the question, the rank of that with the lead-in of its list (1 for the first,
    1/2 for the second, …), that cosine, and that of the nearest sentence of all; float64 of shape (len(found), 4)."""
    plains = [c.sentence.text for c in found]
    with_lead = [f"{c.lead.text} {c.sentence.text}" if c.lead else c.sentence.text for c in found]
    extra = [i for i, c in enumerate(found) if c.lead]
    vectors = embedder.embed([query.topic or query.text, *plains, *(with_lead[i] for i in extra)])
    cosine = vectors[1 : 1 + len(found)] @ vectors[0]
    led = cosine.copy()
    led[extra] = vectors[1 + len(found) :] @ vectors[0]
    rank = 1 / (1 + np.argsort(np.argsort(-led)))
    return np.column_stack((cosine, rank, led, np.full(len(found), led.max()))).astype(np.float64)


def _read(one: Candidate) -> tuple[float, float]:
    """What the cross-encoder says of the sentence and of its passage."""
    reading = one.hit.reading
    if reading is None:
        return UNREAD, UNREAD
    said = reading.sentences[one.position]
    return UNREAD if said is None else said, reading.answers


def _idf(term: str, frequency: Callable[[str], int], total: int) -> float:
    return math.log(1 + total / (1 + frequency(term)))


def topic_terms(query: Query) -> list[str]:
    """The terms of what the question is about, without those that nearly every sentence of these papers shares."""
    general = set(terms("inspection inspectors inspector ofsted report council local authority children child paper"))
    kept = terms(query.topic or query.text)
    return [t for t in kept if t not in general] or kept


def _context(one: Candidate) -> str:
    before = one.passage.sentences[one.position - 1].text if one.position else ""
    return " ".join((*one.passage.heading[-2:], one.lead.text if one.lead else "", before))


def _beside(one: Candidate) -> str:
    """The sentence with its neighbours in the passage."""
    return " ".join(s.text for s in one.passage.sentences[max(0, one.position - 1) : one.position + 2])
