"""Fits the weights of `rag/data/sentence_scorer.json`: how likely a sentence answers a question.

    python -m eval.train.sentence_scorer STORE TRAIN_DIR [--questions 1500]

STORE holds the papers that TRAIN_DIR's questions were written for. TRAIN_DIR holds `passages.jsonl` ({id, document, page,
place, date, sentences}) and `questions.jsonl` ({passage, question, sentences (numbers from 1), unanswered}). Each
question is searched among the papers of its place and year, as a person's question would be; every sentence found is an
example, positive where it is one that answers. A tenth of the documents is kept aside for the figures printed.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.answer.features import NAMES, candidates, featurise
from rag.config import Settings
from rag.figures import letters
from rag.pipeline import WEIGHED, Findings
from rag.types import Filters

SEED = 20


@dataclass(frozen=True, slots=True)
class Example:
    """One question's sentences: features (n, len(NAMES)), labels (n,), whether its paper answers it."""

    document: str
    features: np.ndarray
    labels: np.ndarray
    answered: bool


def examples(findings: Findings, folder: Path, limit: int) -> list[Example]:
    rows = {r["id"]: r for r in _lines(folder / "passages.jsonl")}
    questions = list(_lines(folder / "questions.jsonl"))
    random.Random(SEED).shuffle(questions)
    unanswered = [q for q in questions if q["unanswered"]]
    answered = [q for q in questions if not q["unanswered"]]
    made = []
    for done, question in enumerate(answered[:limit] + unanswered, 1):
        passage = rows[question["passage"]]
        record = findings.store.records.get(passage["document"])
        if record is None:
            continue
        date = record.description.date
        place = record.description.value("authority")
        filters = Filters(authorities=(place,) if place else (), date_from=date, date_to=date)
        query, hits = findings.search(question["question"], filters, WEIGHED)
        found = candidates(hits)
        if not found:
            continue
        features = featurise(
            query, found, findings.embedder, findings.store.lexical.frequency, findings.store.manifest.passages
        )
        right = [letters(passage["sentences"][n - 1]) for n in question["sentences"]]
        labels = np.array([
            not question["unanswered"] and _same(letters(c.sentence.text), right) for c in found
        ])  # fmt: skip
        made.append(Example(passage["document"], features, labels, not question["unanswered"]))
        if done % 100 == 0:
            print(done, file=sys.stderr)
    return made


def fit(made: list[Example]) -> tuple[dict[str, float], float]:
    """Weights by feature name and the bias, of a logistic regression on all sentences."""
    from sklearn.linear_model import LogisticRegression

    x = np.concatenate([e.features for e in made])
    y = np.concatenate([e.labels for e in made])
    scale = x.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=2000).fit(x / scale, y)
    weights = model.coef_[0] / scale
    return dict(zip(NAMES, map(float, weights), strict=True)), float(model.intercept_[0])


def figures(made: list[Example], weights: dict[str, float], bias: float) -> dict[str, float]:
    """On examples kept aside: how often the best sentence answers, and what each confidence would let through."""
    w = np.array([weights[name] for name in NAMES])
    best = [(1 / (1 + np.exp(-(e.features @ w + bias)))).max() for e in made]
    top = [bool(e.labels[(e.features @ w).argmax()]) for e in made]
    reached = [bool(e.labels.any()) for e in made]
    answered = [e.answered for e in made]
    result = {
        "questions": len(made),
        "answer_among_sentences": float(np.mean([r for r, a in zip(reached, answered, strict=True) if a])),
        "best_sentence_answers": float(np.mean([t for t, a in zip(top, answered, strict=True) if a])),
    }
    for threshold in (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5):
        refused = [b < threshold for b in best]
        result[f"refused_answerable@{threshold}"] = float(
            np.mean([r for r, a in zip(refused, answered, strict=True) if a])
        )
        result[f"refused_unanswerable@{threshold}"] = float(
            np.mean([r for r, a in zip(refused, answered, strict=True) if not a])
        )
    return result


def _same(sentence: str, right: list[str]) -> bool:
    return any(sentence == r or (len(r) > 20 and (r in sentence or sentence in r)) for r in right if sentence)


def _lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("train", type=Path)
    parser.add_argument("--questions", type=int, default=1500, help="answered questions used")
    parser.add_argument("--out", type=Path, default=Path("rag/data/sentence_scorer.json"))
    args = parser.parse_args()
    with Findings.open(args.store, Settings.load()) as findings:
        made = examples(findings, args.train, args.questions)
    documents = sorted({e.document for e in made})
    random.Random(SEED).shuffle(documents)
    aside = set(documents[: len(documents) // 10])
    kept = [e for e in made if e.document not in aside]
    weights, bias = fit(kept)
    held = figures([e for e in made if e.document in aside], weights, bias)
    args.out.write_text(json.dumps({"bias": bias, "weights": weights, "held_out": held}, indent=1) + "\n")
    print(json.dumps(held, indent=1))


if __name__ == "__main__":
    main()
