"""Questions written one by one, each with what a search of its paper finds and which sentences of that answer it.

They come from three places:

- TRAIN_DIR: `passages.jsonl` ({id, document, page, place, date, sentences}) and `questions.jsonl` ({passage, question,
  sentences (numbers from 1), unanswered}), written one by one for these passages;
- `data/questions.jsonl` beside this file: more of the same, which names places in the papers instead of their words;
- `data/checked.jsonl`: for questions of either that were written to be missed, or were put to another paper, which of
  the sentences found for them do answer. These alone teach what no answer looks like: that a question was written to
  be missed by one passage does not mean that its paper does not answer it.

A store of the same papers gives the passages as the program cuts and indexes them, so that a model learns on what it
will meet.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.figures import letters
from rag.index import search_text
from rag.pairs import above
from rag.pipeline import Findings
from rag.types import Description, Filters, Passage, Sentence
from rag.words import terms

SHIPPED = Path(__file__).parent / "data"
SEED = 20
HELD_OUT = 0.175  # share of the documents that is kept apart: 26 of the 149
MINED = 30  # passages that are looked at for each question
KEPT = 15  # near ones kept
SAME = 0.6  # a sentence that shares this much of an answering one's terms may answer as well: neither right nor wrong

Place = Sequence[int]  # page (from 0), start, end in the untouched text of the page


@dataclass(frozen=True, slots=True)
class Labelled:
    """A passage as indexed (`text`), the headings and lead-in above it, its sentences, and which of them answer."""

    id: str
    text: str
    above: str
    sentences: tuple[str, ...]
    labels: tuple[bool, ...]

    @property
    def answers(self) -> bool:
        return any(self.labels)


@dataclass(frozen=True, slots=True)
class Example:
    """A question's topic, the paper it is put to, passages that answer it (best first) and near ones that do not.

    `found` is all that the search of the paper found, in order, with fusion's scores. `checked` are the examples whose
    every passage was read for this question: they have passages of both kinds or, where the paper did not answer, near
    ones alone, and nothing in `found`.
    """

    question: str
    document: str
    right: tuple[Labelled, ...]
    near: tuple[Labelled, ...]
    answered: bool
    found: tuple[Labelled, ...] = ()
    fused: tuple[float, ...] = ()
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was written, the paper it was written for, and the sentences that answer it (none where it was
    written to be missed)."""

    text: str
    document: str
    answering: tuple[str, ...]


def examples(findings: Findings, folder: Path, shipped: Path = SHIPPED) -> Iterator[Example]:
    """Those of TRAIN_DIR (`folder`), then those of `shipped`; what is about papers that are not held is left out."""
    papers = _Papers(findings)
    asked = {"train": given(folder), "questions": _written(papers, shipped / "questions.jsonl")}
    for each in (one for every in asked.values() for one in every):
        if each.answering and each.document in findings.store.records and (made := _searched(each, papers)):
            yield made
    for row in lines(shipped / "checked.jsonl"):
        about = asked[row["of"]][row["line"] - 1]
        if row["sure"] and {row["document"], about.document} <= findings.store.records.keys():
            yield _checked(row, about, papers)


def place_and_time(description: Description) -> Filters:
    """What narrows a search to papers of the same place and day, as naming them does."""
    date, place = description.date, description.value("authority")
    return Filters(authorities=(place,) if place else (), date_from=date, date_to=date)


def aside(made: Sequence[Example | Asked]) -> set[str]:
    """The documents that are kept apart to stop on and to measure with. `questions.jsonl` asks about none of them."""
    documents = sorted({one.document for one in made})
    random.Random(SEED).shuffle(documents)
    return set(documents[: int(len(documents) * HELD_OUT)])


def same_sentence(sentence: str, right: Sequence[str]) -> bool:
    """Whether a sentence is one of `right` (all as `letters`), or holds or is held by one that is long enough."""
    return any(sentence == r or (len(r) > 20 and (r in sentence or sentence in r)) for r in right if sentence)


def lines(path: Path) -> Iterator[dict]:
    with path.open(encoding="utf-8") as source:
        yield from (json.loads(line) for line in source if line.strip())


# ── where the questions come from ────────────────────────────────────────────────────────────────────────────────


def given(folder: Path) -> list[Asked]:
    """The questions of TRAIN_DIR (`folder`)."""
    rows = {row["id"]: row for row in lines(folder / "passages.jsonl")}
    return [
        Asked(each["question"], row["document"], tuple(row["sentences"][n - 1] for n in each["sentences"]))
        for each in lines(folder / "questions.jsonl")
        for row in (rows[each["passage"]],)
    ]


def held_out(findings: Findings, shipped: Path = SHIPPED) -> list[Asked]:
    """The shipped questions about documents that are kept apart (see `aside`)."""
    made = _written(_Papers(findings), shipped / "held_out.jsonl")
    return [one for one in made if one.document in findings.store.records]


def _written(papers: _Papers, file: Path) -> list[Asked]:
    return [
        Asked(row["question"], row["document"], tuple(papers.sentences_at(row["document"], row["answers"])))
        for row in lines(file)
    ]


# ── what they become ─────────────────────────────────────────────────────────────────────────────────────────────


def _searched(asked: Asked, papers: _Papers) -> Example | None:
    """The question with what a search finds, None where nothing of that answers it."""
    query, hits = papers.findings.search(asked.text, papers.narrowed(asked.document), MINED)
    right = [letters(sentence) for sentence in asked.answering]
    found = tuple(papers.labelled(hit.passage, right) for hit in hits)
    own = [one for one, hit in zip(found, hits, strict=True) if hit.passage.document == asked.document]
    answering = tuple(one for one in own if one.answers)
    if not answering:
        return None
    near = [one for one in own if not one.answers and not _told_again(one, asked.answering)]
    fused = tuple(hit.score for hit in hits)
    return Example(query.topic, asked.document, answering, tuple(near[:KEPT]), True, found, fused)


def _checked(row: dict, asked: Asked, papers: _Papers) -> Example:
    """The question with those passages of `row`'s paper whose every sentence was read for it."""
    topic = papers.findings.understand(asked.text, papers.narrowed(asked.document)).topic
    read = [
        papers.labelled_at(passage, row["answers"])
        for passage in papers.passages(row["document"])
        if all(_same_place(sentence, row["read"]) for sentence in passage.sentences)
    ]
    right, near = (tuple(one for one in read if one.answers is answers) for answers in (True, False))
    return Example(topic, row["document"], right, near, bool(right), checked=True)


def _told_again(one: Labelled, answering: Sequence[str]) -> bool:
    """Whether the passage may answer too: reports tell a thing twice, in the summary and in the body."""
    asked = [set(terms(sentence)) for sentence in answering]
    for held in (set(terms(sentence)) for sentence in one.sentences):
        if any(right and len(held & right) >= SAME * min(len(held), len(right)) for right in asked if held):
            return True
    return False


def _same_place(sentence: Sentence, places: Sequence[Place]) -> bool:
    """Whether half of the sentence lies in `places`, or half of `places` in the sentence: a later reader may cut a
    sentence a little otherwise."""
    shared = sum(
        max(0, min(span.end, end) - max(span.start, start))
        for span in sentence.spans
        for page, start, end in places
        if page == span.page
    )
    own = sum(span.end - span.start for span in sentence.spans)
    return 0 < min(own, sum(end - start for _, start, end in places)) <= 2 * shared


class _Papers:
    """The passages of a store, each read once: thousands of examples share their texts."""

    def __init__(self, findings: Findings):
        self.findings = findings
        self._passages: dict[str, list[Passage]] = {}
        self._known: dict[str, tuple[Labelled, list[str]]] = {}  # without labels, and its sentences as `letters`

    def narrowed(self, document: str) -> Filters:
        return place_and_time(self.findings.store.records[document].description)

    def passages(self, document: str) -> list[Passage]:
        if document not in self._passages:
            ids, _ = self.findings.store.vectors(document)
            self._passages[document] = [passage for _, passage in sorted(self.findings.store.passages(ids).items())]
        return self._passages[document]

    def sentences_at(self, document: str, places: Sequence[Sequence[Place]]) -> Iterator[str]:
        """The sentences that stand where `places` say, which lists the places of each."""
        for passage in self.passages(document):
            for sentence in passage.sentences:
                if any(_same_place(sentence, each) for each in places):
                    yield sentence.text

    def labelled(self, passage: Passage, right: Sequence[str]) -> Labelled:
        """With the sentences that are one of `right` (as `letters`) as those that answer."""
        known, plain = self._read(passage)
        return _with(known, tuple(same_sentence(sentence, right) for sentence in plain))

    def labelled_at(self, passage: Passage, places: Sequence[Sequence[Place]]) -> Labelled:
        known, _ = self._read(passage)
        return _with(known, tuple(any(_same_place(s, each) for each in places) for s in passage.sentences))

    def _read(self, passage: Passage) -> tuple[Labelled, list[str]]:
        if passage.id not in self._known:
            description = self.findings.store.records[passage.document].description
            sentences = tuple(sentence.text for sentence in passage.sentences)
            known = Labelled(passage.id, search_text(description, passage), above(passage), sentences, ())
            self._known[passage.id] = known, [letters(sentence) for sentence in sentences]
        return self._known[passage.id]


def _with(one: Labelled, labels: tuple[bool, ...]) -> Labelled:
    return Labelled(one.id, one.text, one.above, one.sentences, labels)
