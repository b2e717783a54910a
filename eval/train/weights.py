"""Fits how the reranker's log-odds and the score of fusion are weighed, on documents that no model was trained on."""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from eval.train.answer_scorer import logistic
from eval.train.examples import MINED, SEED, aside, given, place_and_time, same_sentence
from eval.train.say import say
from rag.config import cache_dir
from rag.figures import letters
from rag.pipeline import Findings
from rag.rerank import Weights, graph_reranker
from rag.types import Reading

QUESTIONS = 250


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """One question's hits: fusion's scores, the readings, and which of them answer."""

    document: str
    fused: tuple[float, ...]
    readings: tuple[Reading, ...]
    right: tuple[bool, ...]


def asked(findings: Findings, train: Path, folder: Path) -> list[Asked]:
    """Questions of TRAIN_DIR about documents kept aside, with what fusion finds and the cross-encoder in `folder` says
    of it; those that nothing found answers are left out."""
    reranker = graph_reranker(folder, cache_dir(findings.settings) / "compiled")
    rows = given(train)
    apart = aside(rows)
    about = [one for one in rows if one.document in apart and one.answering]
    found = []
    for one in random.Random(SEED).sample(about, min(QUESTIONS, len(about))):
        filters = place_and_time(findings.store.records[one.document].description)
        query, hits = findings.search(one.text, filters, MINED)
        right = [letters(sentence) for sentence in one.answering]
        marks = tuple(
            any(same_sentence(letters(sentence.text), right) for sentence in hit.passage.sentences) for hit in hits
        )
        if any(marks):
            readings = reranker.read(query.topic, [hit.passage for hit in hits])
            found.append(Asked(one.document, tuple(hit.score for hit in hits), tuple(readings), marks))
    return found


def fit(made: Sequence[Asked]) -> Weights:
    fused = np.log([score for one in made for score in one.fused])
    read = np.array([reading.answers for one in made for reading in one.readings])
    right = np.array([mark for one in made for mark in one.right])
    both = logistic(np.column_stack((fused, read)), right)
    alone = logistic(fused[:, None], right)
    return Weights(
        (both.bias, float(both.weights[0]), float(both.weights[1])), (alone.bias, float(alone.weights[0]), 0.0)
    )


def figures(made: Sequence[Asked], weights: Weights) -> dict[str, list[float]]:
    """Share of the questions with an answering hit among the first 1, 3, 5 and 10, and the mean reciprocal rank, by
    fusion, by the reranker alone and by both."""
    orders = {
        "fused": lambda one: [-score for score in one.fused],
        "read": lambda one: [-reading.answers for reading in one.readings],
        "both": lambda one: [-weights.probability(*pair) for pair in zip(one.fused, one.readings, strict=True)],
    }
    result = {}
    for name, order in orders.items():
        ranks = np.array([
            1 + np.flatnonzero(np.array(one.right)[np.argsort(order(one), kind="stable")])[0] for one in made
        ])  # fmt: skip
        shares = [float((ranks <= k).mean()) for k in (1, 3, 5, 10)]
        result[name] = [round(value, 3) for value in (*shares, float((1 / ranks).mean()))]
    return result


def write(findings: Findings, train: Path, folder: Path) -> None:
    """Fits and puts the weights into the graph's `info.json`; says what they do, each half of the documents judged by
    weights that were fitted on the other. `findings` must not rerank."""
    made = asked(findings, train, folder)
    documents = sorted({one.document for one in made})
    halves = [[one for one in made if (documents.index(one.document) % 2) == side] for side in (0, 1)]
    for held, rest in (halves, halves[::-1]):
        say(f"{len(held)} questions, @1 @3 @5 @10 MRR: {json.dumps(figures(held, fit(rest)))}")
    info = json.loads((folder / "info.json").read_text(encoding="utf-8"))
    info["weights"] = dataclasses.asdict(fit(made))
    (folder / "info.json").write_text(json.dumps(info, indent=1) + "\n", encoding="utf-8")
