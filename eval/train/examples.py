"""Questions written by hand, each with the passages of its report that answer it and with near ones that do not.

TRAIN_DIR holds `passages.jsonl` ({id, document, page, place, date, sentences}) and `questions.jsonl` ({passage,
question, sentences (numbers from 1), unanswered}). A store of the same papers gives the passages as the program cuts
and indexes them, so that a model learns on what it will meet.
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
from rag.types import Description, Filters, Passage
from rag.words import terms

SEED = 20
MINED = 30  # passages of the report that are looked at for near ones
KEPT = 8  # near ones kept
SAME = 0.6  # a sentence that shares this much of an answering one's terms may answer as well: neither right nor wrong


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
    """A question's topic, the report it was written for, passages that answer it (best first) and near ones that do
    not. `answered` is False for questions written to be missed by their passage: `near` then holds that passage."""

    question: str
    document: str
    right: tuple[Labelled, ...]
    near: tuple[Labelled, ...]
    answered: bool


def examples(findings: Findings, folder: Path) -> Iterator[Example]:
    rows = {row["id"]: row for row in lines(folder / "passages.jsonl")}
    for question in lines(folder / "questions.jsonl"):
        row = rows[question["passage"]]
        record = findings.store.records.get(row["document"])
        if record is None:
            continue
        query, hits = findings.search(question["question"], place_and_time(record.description), MINED)
        own = [hit.passage for hit in hits if hit.passage.document == row["document"]]
        answering = [row["sentences"][n - 1] for n in question["sentences"]]
        if question["unanswered"]:
            missed = [_labelled(p, [], findings) for p in own if _holds(p, row["sentences"])]
            if missed:
                yield Example(query.topic, row["document"], (), tuple(missed[:1]), False)
            continue
        found = [_labelled(passage, answering, findings) for passage in own]
        right = tuple(one for one in found if one.answers)
        near = tuple(one for one in found if not one.answers and not _told_again(one, answering))
        if right:
            yield Example(query.topic, row["document"], right, near[:KEPT], True)


def place_and_time(description: Description) -> Filters:
    """What narrows a search to papers of the same place and day, as naming them does."""
    date, place = description.date, description.value("authority")
    return Filters(authorities=(place,) if place else (), date_from=date, date_to=date)


def aside(made: Sequence[Example]) -> set[str]:
    """A tenth of the documents, kept apart to stop on and to measure with."""
    documents = sorted({one.document for one in made})
    random.Random(SEED).shuffle(documents)
    return set(documents[: len(documents) // 10])


def same_sentence(sentence: str, right: Sequence[str]) -> bool:
    """Whether a sentence is one of `right` (all as `letters`), or holds or is held by one that is long enough."""
    return any(sentence == r or (len(r) > 20 and (r in sentence or sentence in r)) for r in right if sentence)


def lines(path: Path) -> Iterator[dict]:
    with path.open(encoding="utf-8") as source:
        yield from (json.loads(line) for line in source if line.strip())


def _labelled(passage: Passage, answering: Sequence[str], findings: Findings) -> Labelled:
    right = [letters(sentence) for sentence in answering]
    return Labelled(
        passage.id,
        search_text(findings.store.records[passage.document].description, passage),
        above(passage),
        tuple(sentence.text for sentence in passage.sentences),
        tuple(same_sentence(letters(sentence.text), right) for sentence in passage.sentences),
    )


def _holds(passage: Passage, sentences: Sequence[str]) -> bool:
    right = [letters(sentence) for sentence in sentences]
    return any(same_sentence(letters(sentence.text), right) for sentence in passage.sentences)


def _told_again(one: Labelled, answering: Sequence[str]) -> bool:
    """Whether the passage may answer too: reports tell a thing twice, in the summary and in the body."""
    asked = [set(terms(sentence)) for sentence in answering]
    for held in (set(terms(sentence)) for sentence in one.sentences):
        if any(right and len(held & right) >= SAME * min(len(held), len(right)) for right in asked if held):
            return True
    return False
