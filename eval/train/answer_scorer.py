"""Fits the weights of `rag/data/answer_scorer.json`: does a sentence answer, and is a question answered at all?

Each question is searched among the papers of its place and year, as a person's would be; every sentence found is an
example, positive where it is one that answers. Some questions are also put to what was found for another one, since
people ask for things that the papers never speak of, too. A tenth of the documents is kept aside for the figures.
"""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.train.examples import SEED, lines, place_and_time, same_sentence
from eval.train.say import say
from rag.answer.features import NAMES, UNREAD, Candidate, candidates, featurise
from rag.answer.score import QUESTION_NAMES, Logistic, Scorer, question_features
from rag.figures import letters
from rag.pipeline import WEIGHED, Findings

QUESTIONS = 1100  # answered ones that are used
STRAYS = 3  # every so many-th question is also put to what was found for the one before


@dataclass(frozen=True, slots=True)
class Example:
    """One question's sentences: features (n, len(NAMES)), labels (n,), whether its paper answers it."""

    document: str
    features: np.ndarray
    labels: np.ndarray
    answered: bool
    stray: bool = False


def examples(findings: Findings, folder: Path, limit: int) -> list[Example]:
    rows = {r["id"]: r for r in lines(folder / "passages.jsonl")}
    questions = list(lines(folder / "questions.jsonl"))
    random.Random(SEED).shuffle(questions)
    unanswered = [q for q in questions if q["unanswered"]]
    answered = [q for q in questions if not q["unanswered"]]
    made: list[Example] = []
    before: list[Candidate] = []
    for done, question in enumerate(answered[:limit] + unanswered, 1):
        passage = rows[question["passage"]]
        record = findings.store.records.get(passage["document"])
        if record is None:
            continue
        query, hits = findings.search(question["question"], place_and_time(record.description), WEIGHED)
        found = candidates(hits)
        if not found:
            continue
        weighed = findings.embedder, findings.store.lexical.frequency, findings.store.manifest.passages
        features = featurise(query, found, *weighed)
        right = [letters(passage["sentences"][n - 1]) for n in question["sentences"]]
        labels = np.array([
            not question["unanswered"] and same_sentence(letters(c.sentence.text), right) for c in found
        ])  # fmt: skip
        made.append(Example(passage["document"], features, labels, not question["unanswered"]))
        if done % STRAYS == 0 and before and before[0].passage.document != found[0].passage.document:
            stray = featurise(query, before, *weighed)
            made.append(Example(passage["document"], stray, np.zeros(len(before), bool), False, stray=True))
        before = found
        if done % 100 == 0:
            say(f"{done} questions")
    return made


def fit(made: list[Example]) -> Scorer:
    """Logistic regressions on all sentences, then on all questions, the second over what the first says of each."""
    asked = [e for e in made if not e.stray]
    sentence = logistic(np.concatenate([e.features for e in asked]), np.concatenate([e.labels for e in asked]))
    rows = [question_features(e.features, sentence.logit(e.features)) for e in made]
    # Near-misses are written to cover the question's words, so that freely fitted, covering them would count against an
    # answer, and the things that the papers never speak of would look answered.
    signs = [-1.0 if name == "misfits" else 1.0 for name in QUESTION_NAMES]
    return Scorer(sentence, logistic(np.array(rows), np.array([e.answered for e in made]), signs))


def logistic(x: np.ndarray, y: np.ndarray, signs: Sequence[float] = ()) -> Logistic:
    """The most likely weights under a penalty of half their square; with `signs`, no weight has another sign."""
    from scipy.optimize import minimize

    scale = x.std(axis=0) + 1e-9  # so that the penalty weighs on all features alike
    x = np.column_stack((x / scale, np.ones(len(x))))

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ w
        gradient = x.T @ (1 / (1 + np.exp(-z)) - y)
        gradient[:-1] += w[:-1]
        return float((np.logaddexp(0, z) - y * z).sum() + w[:-1] @ w[:-1] / 2), gradient

    bounds = [(None if sign < 0 else 0, 0 if sign < 0 else None) for sign in signs] or [(None, None)] * len(scale)
    w = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)]).x
    return Logistic(w[:-1] / scale, float(w[-1]))


def figures(made: list[Example], scorer: Scorer) -> dict[str, float]:
    """On examples kept aside: how often the best sentence answers, and what each confidence would let through."""
    from sklearn.metrics import roc_auc_score

    stray = np.array([scorer.confidence(e.features) for e in made if e.stray])
    made = [e for e in made if not e.stray]
    answered = np.array([e.answered for e in made])
    reached = np.array([e.labels.any() for e in made])
    top = np.array([e.labels[scorer.sentence.logit(e.features).argmax()] for e in made])
    confidence = np.array([scorer.confidence(e.features) for e in made])
    result = {
        "questions": len(made),
        "answer_among_sentences": reached[answered].mean(),
        "best_sentence_answers": top[answered].mean(),
        "roc_auc_answered": roc_auc_score(answered, confidence),
    }
    for least in (0.3, 0.4, 0.5, 0.6, 0.7):
        result[f"refused_answered@{least}"] = (confidence[answered] < least).mean()
        result[f"refused_unanswered@{least}"] = (confidence[~answered] < least).mean()
        result[f"refused_stray@{least}"] = (stray < least).mean()
    return {name: round(float(value), 3) for name, value in result.items()}


def write(findings: Findings, train: Path, out: Path) -> None:
    """Fits both scorers, writes them to `out` and says how they do on the documents kept aside."""
    made = examples(findings, train, QUESTIONS)
    documents = sorted({e.document for e in made})
    random.Random(SEED).shuffle(documents)
    aside = set(documents[: len(documents) // 10])
    rows = {}
    for name, seen in (("read", made), ("unread", [unread(e) for e in made])):
        scorer = fit([e for e in seen if e.document not in aside])
        rows[name] = {
            "sentence": _row(NAMES, scorer.sentence),
            "question": _row(QUESTION_NAMES, scorer.question),
            "held_out": figures([e for e in seen if e.document in aside], scorer),
        }
    out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    say(json.dumps({name: row["held_out"] for name, row in rows.items()}, indent=1))


def unread(one: Example) -> Example:
    """The example as it would be without what the cross-encoder says."""
    features = one.features.copy()
    features[:, [NAMES.index("read_sentence"), NAMES.index("read_passage")]] = UNREAD
    return dataclasses.replace(one, features=features)


def _row(names: Sequence[str], model: Logistic) -> dict[str, object]:
    return {"bias": model.bias, "weights": dict(zip(names, model.weights, strict=True))}
