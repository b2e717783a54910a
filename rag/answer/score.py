"""How likely a sentence answers, and how likely the question is answered at all: two small logistic models.

Their weights lie in `rag/data/answer_scorer.json`, once for passages that the cross-encoder read and once for those
that it did not; `eval.train.answer_scorer` fits them on questions about reports that no ranking model was trained on.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

import numpy as np

from rag.answer.features import NAMES

# What the best sentence is like, how far it stands out, and what the best reading of any is.
_OF_BEST = (
    "best_cosine", "lacks", "lacks_near", "restates", "off_subject", "silent", "coverage_context", "coverage",
    "reached", "read_sentence", "read_passage",
)  # fmt: skip
_OF_ANY = ("read_sentence", "read_passage")
QUESTION_NAMES = ("best", "ahead", *_OF_BEST, *(f"best_{name}" for name in _OF_ANY))
_RIVAL = 2  # "ahead" compares with the third best: the second is often the same thing told twice


@dataclass(frozen=True, slots=True)
class Logistic:
    """p = 1 / (1 + exp(-(bias + Σ weight · feature)))."""

    weights: np.ndarray
    bias: float

    @classmethod
    def of(cls, names: tuple[str, ...], row: Mapping) -> Logistic:
        return cls(np.array([row["weights"][name] for name in names]), float(row["bias"]))

    def logit(self, features: np.ndarray) -> np.ndarray:
        return features @ self.weights + self.bias

    def __call__(self, features: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-self.logit(features)))


@dataclass(frozen=True, slots=True)
class Scorer:
    sentence: Logistic
    question: Logistic

    def confidence(self, features: np.ndarray) -> float:
        """The probability that the best of the sentences answers; `features` as from `featurise`, not empty."""
        return float(self.question(question_features(features, self.sentence.logit(features))))


def question_features(features: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """float64 of shape (len(QUESTION_NAMES),) for one question's sentences and their logits."""
    order = np.argsort(-logits, kind="stable")
    first, rival = order[0], order[min(_RIVAL, len(order) - 1)]
    of_best = [features[first, NAMES.index(name)] for name in _OF_BEST]
    of_any = [features[:, NAMES.index(name)].max() for name in _OF_ANY]
    return np.array([logits[first], logits[first] - logits[rival], *of_best, *of_any])


@functools.cache
def scorer(read: bool) -> Scorer:
    """The scorer that ships with the program for sentences whose passages the cross-encoder read, or for others."""
    rows = json.loads(resources.files("rag.data").joinpath("answer_scorer.json").read_text(encoding="utf-8"))
    row = rows["read" if read else "unread"]
    return Scorer(Logistic.of(NAMES, row["sentence"]), Logistic.of(QUESTION_NAMES, row["question"]))


def weigh(features: np.ndarray, read: np.ndarray) -> tuple[np.ndarray, float]:
    """For sentences of which some stand in passages that the cross-encoder `read` (bool, one for each row of
    `features`): the probability of each that it answers, and the confidence that one of them does."""
    scores, confidence = np.zeros(len(features)), 0.0
    for was_read in (True, False):
        if (rows := read == was_read).any():
            weighing = scorer(was_read)
            scores[rows] = weighing.sentence(features[rows])
            confidence = max(confidence, weighing.confidence(features[rows]))
    return scores, confidence
