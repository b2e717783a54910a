"""Fits the weights of `rag/data/answer_scorer.json`: does a sentence answer, and is a question answered at all?

The questions are about the documents that no ranking model was trained on: what a cross-encoder says of passages that
it has seen in training would be trusted too much. Each is searched among the papers of its place and day, as a person's
would be; every sentence found is an example, positive where it is one that answers. Figures are of questions about
documents that the fit did not see, each sixth of them in turn.
"""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.train.examples import SEED, SHIPPED, Asked, aside, given, held_out, place_and_time, same_sentence
from eval.train.say import say
from rag.answer.extractive import PASSAGES
from rag.answer.features import NAMES, candidates, featurise
from rag.answer.score import QUESTION_NAMES, Logistic, Scorer, question_features
from rag.figures import letters
from rag.pipeline import Findings

ANSWERED = 260  # questions of TRAIN_DIR that are used beside those written for this
FOLDS = 6
REFUSED = 0.05  # share of answered questions that may be refused
BINS = 10  # of the reliability diagram


@dataclass(frozen=True, slots=True)
class Example:
    """One question's sentences as features, (n, len(NAMES)), with what the cross-encoder says of them (`read`) and
    without (`unread`); labels (n,); whether its paper answers it."""

    document: str
    read: np.ndarray
    unread: np.ndarray
    labels: np.ndarray
    answered: bool


def asked(train: Path, shipped: Path, findings: Findings) -> list[Asked]:
    """The questions, each with the sentences that answer it."""
    rows = given(train)
    apart = aside(rows)
    about = [one for one in rows if one.document in apart and one.answering]
    return [*held_out(findings, shipped), *random.Random(SEED).sample(about, min(ANSWERED, len(about)))]


def examples(findings: Findings, train: Path, shipped: Path = SHIPPED) -> Iterator[Example]:
    """`findings` must rerank as it does for a person, whatever time that takes."""
    weighed = findings.embedder, findings.store.lexical.frequency, findings.store.manifest.passages
    for done, one in enumerate(asked(train, shipped, findings), 1):
        filters = place_and_time(findings.store.records[one.document].description)
        query, hits = findings.search(one.text, filters, PASSAGES)
        found = candidates(hits)
        if not found:
            continue
        bare = candidates([dataclasses.replace(hit, reading=None) for hit in hits])
        right = [letters(sentence) for sentence in one.answering]
        labels = np.array([same_sentence(letters(each.sentence.text), right) for each in found])
        features = [featurise(query, each, *weighed) for each in (found, bare)]
        yield Example(one.document, *features, labels, bool(one.answering))
        if done % 100 == 0:
            say(f"{done} questions")


def fit(made: Sequence[Example], read: bool) -> Scorer:
    """Logistic regressions on all sentences, then on all questions, the second over what the first says of each."""
    rows = [one.read if read else one.unread for one in made]
    sentence = logistic(np.concatenate(rows), np.concatenate([one.labels for one in made]))
    told = np.array([question_features(each, sentence.logit(each)) for each in rows])
    return Scorer(sentence, logistic(told, np.array([one.answered for one in made])))


def logistic(x: np.ndarray, y: np.ndarray) -> Logistic:
    """The most likely weights under a penalty of half their square, each counted in standard deviations of what it
    weighs; what is the same for all has none."""
    from scipy.optimize import minimize

    scale = x.std(axis=0)
    varies = scale > 1e-9
    scale = np.where(varies, scale, 1.0)
    x = np.column_stack((np.where(varies, x, 0.0) / scale, np.ones(len(x))))

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ w
        gradient = x.T @ (1 / (1 + np.exp(-z)) - y)
        gradient[:-1] += w[:-1]
        return float((np.logaddexp(0, z) - y * z).sum() + w[:-1] @ w[:-1] / 2), gradient

    w = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x
    return Logistic(w[:-1] / scale, float(w[-1]))


def unseen(made: Sequence[Example], read: bool) -> tuple[np.ndarray, np.ndarray]:
    """For each question, by a scorer that did not see its document: the confidence, and whether the best sentence
    answers."""
    documents = sorted({one.document for one in made})
    fold = [documents.index(one.document) % FOLDS for one in made]
    confidence, best = np.zeros(len(made)), np.zeros(len(made), bool)
    for held in range(FOLDS):
        scorer = fit([one for one, k in zip(made, fold, strict=True) if k != held], read)
        for i, (one, k) in enumerate(zip(made, fold, strict=True)):
            if k == held:
                features = one.read if read else one.unread
                confidence[i] = scorer.confidence(features)
                best[i] = one.labels[scorer.sentence.logit(features).argmax()]
    return confidence, best


def figures(made: Sequence[Example], confidence: np.ndarray, best: np.ndarray) -> dict[str, object]:
    """How often the best sentence answers, what each confidence would refuse, and how far the confidence can be taken
    at its word: of the questions in each tenth of it, the mean confidence and the share that is answered."""
    from sklearn.metrics import roc_auc_score

    answered = np.array([one.answered for one in made])
    reached = np.array([one.labels.any() for one in made])
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return {
        "questions": int(answered.sum()),
        "unanswered": int((~answered).sum()),
        "answer_among_sentences": _share(reached[answered]),
        "best_sentence_answers": _share(best[answered]),
        "roc_auc_answered": round(float(roc_auc_score(answered, confidence)), 3),
        "confidence_that_refuses_1_in_20": round(float(np.quantile(confidence[answered], REFUSED)), 3),
        "refused_unanswered_there": _share(confidence[~answered] < np.quantile(confidence[answered], REFUSED)),
        "reliability": [
            [round(float(confidence[at].mean()), 3), _share(answered[at]), int(at.sum())]
            for at in (bins == k for k in range(BINS))
            if at.any()
        ],
    }


def write(findings: Findings, train: Path, out: Path) -> None:
    """Fits both scorers, writes them to `out` and says how they do on documents that they did not see."""
    made = list(examples(findings, train))
    rows = {}
    for name, read in (("read", True), ("unread", False)):
        scorer = fit(made, read)
        rows[name] = {
            "sentence": _row(NAMES, scorer.sentence),
            "question": _row(QUESTION_NAMES, scorer.question),
            "unseen": figures(made, *unseen(made, read)),
        }
    out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    say(json.dumps({name: row["unseen"] for name, row in rows.items()}, indent=1))


def _share(values: np.ndarray) -> float:
    return round(float(np.mean(values)), 3)


def _row(names: Sequence[str], model: Logistic) -> dict[str, object]:
    return {"bias": model.bias, "weights": dict(zip(names, model.weights, strict=True))}
