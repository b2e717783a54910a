"""How well a sentence answers a question, as numbers that a logistic model weighs."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rag.embed import Embedder
from rag.figures import figures, grades, plain
from rag.types import Expectation, Hit, Passage, Query, Sentence
from rag.vocabulary import written
from rag.words import terms

NAMES = (
    "cosine", "cosine_rank", "cosine_lead", "coverage", "coverage_context", "pairs", "dense_rank", "bm25_rank",
    "fits", "misfits", "length", "short", "item", "row", "footnote", "first", "best_cosine", "reached",
    "read_sentence", "read_passage",
)  # fmt: skip
UNREAD = -4.0  # log-odds of what the cross-encoder did not come to: about those of any sentence
EXPANDED = 0.5  # what a word of the papers' own counts that the question only meant

_DATE = re.compile(
    r"\b(?:\d{1,2} )?(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
    r"|\b(?:19|20)\d\d\b"
)
_REASON = re.compile(
    r"\b(?:because|due to|as a result|owing to|reasons?|this means|means that|so that|since|therefore|consequently"
    r"|leads? to|led to|caus(?:e[sd]?|ing)|which (?:has|have|means)|attribut\w+|explain\w*|despite|given)\b"
)
_NAME = re.compile(r"\b(?:[A-Z][a-z]+ ){1,3}[A-Z][a-z]+\b")


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
    plains = [c.sentence.text for c in found]
    with_lead = [f"{c.lead.text} {c.sentence.text}" if c.lead else c.sentence.text for c in found]
    extra = [i for i, c in enumerate(found) if c.lead]
    vectors = embedder.embed([query.topic or query.text, *plains, *(with_lead[i] for i in extra)])
    cosine = vectors[1 : 1 + len(found)] @ vectors[0]
    cosine_lead = cosine.copy()
    cosine_lead[extra] = vectors[1 + len(found) :] @ vectors[0]
    order = np.argsort(np.argsort(-cosine_lead))
    # Two figures of the question as a whole: how near its nearest sentence is, and how much of it is spoken of at all.
    everywhere = set(terms(" ".join((*plains, *(" ".join(c.passage.heading) for c in found)))))
    reached = sum(weight[t] for t in set(asked) & everywhere) / whole
    rows = []
    for i, one in enumerate(found):
        held = terms(one.sentence.text)
        around = set(held) | set(terms(_context(one)))
        words = len(one.sentence.text.split())
        fits = _fits(query.expects, one)
        rows.append(
            (
                cosine[i],
                1 / (1 + order[i]),
                cosine_lead[i],
                sum(weight.get(t, 0.0) for t in set(held)) / whole,
                sum(weight.get(t, 0.0) for t in around) / whole,
                len(pairs & set(itertools.pairwise(held))) / (len(pairs) or 1),
                1 / one.hit.ranks.get("dense", 100),
                1 / one.hit.ranks.get("bm25", 100),
                float(fits is True),
                float(fits is False),
                math.log(1 + words),
                float(words < 6),
                float(one.passage.kinds[one.position] == "item"),
                float(one.passage.kinds[one.position] == "row"),
                float(one.passage.kinds[one.position] == "footnote"),
                float(one.position == 0),
                cosine_lead.max(),
                reached,
                *_read(one),
            )
        )
    return np.array(rows, dtype=np.float64)


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


def _fits(expects: Expectation, one: Candidate) -> bool | None:
    """Does the sentence hold the kind of thing that the question asks for? None where that cannot be told."""
    text = one.sentence.text
    if expects == "figure":
        return bool(figures(text))
    if expects == "date":
        return bool(_DATE.search(plain(text)))
    if expects == "name":
        return bool(_NAME.search(text))
    if expects == "grade":
        return bool(grades(text))
    # A reason or a list need not show itself by a word or a comma.
    if expects == "reason":
        return bool(_REASON.search(plain(text))) or None
    if expects == "list":
        return one.passage.kinds[one.position] == "item" or text.count(",") + text.count(";") >= 2 or None
    return None
