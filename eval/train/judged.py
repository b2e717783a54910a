"""What a cross-encoder, or the mean of several, says of questions and passages: kept between training steps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

# (question, passage id) → the log-odds that the passage answers, and those of each of its sentences (float32)
Judged = dict[tuple[str, str], tuple[float, np.ndarray]]


def mean(judges: Sequence[Judged]) -> Judged:
    """The mean log-odds of several that judged the same."""
    return {
        key: (
            float(np.mean([judge[key][0] for judge in judges])),
            np.mean([judge[key][1] for judge in judges], axis=0, dtype=np.float32),
        )
        for key in judges[0]
    }


def save(judged: Judged, path: Path) -> None:
    questions, ids = (sorted({key[side] for key in judged}) for side in (0, 1))
    numbers = [{text: i for i, text in enumerate(texts)} for texts in (questions, ids)]
    np.savez(
        path,
        questions=np.array(questions),
        ids=np.array(ids),
        keys=np.array([[numbers[0][question], numbers[1][id]] for question, id in judged], np.int32),
        passages=np.array([passage for passage, _ in judged.values()], np.float32),
        sentences=np.concatenate([sentences for _, sentences in judged.values()]),
        counts=np.array([len(sentences) for _, sentences in judged.values()], np.int32),
    )


def load(path: Path) -> Judged:
    with np.load(path) as kept:
        questions, ids = kept["questions"].tolist(), kept["ids"].tolist()
        parts = np.split(kept["sentences"], np.cumsum(kept["counts"])[:-1])
        return {
            (questions[question], ids[id]): (passage, sentences)
            for (question, id), passage, sentences in zip(
                kept["keys"].tolist(), kept["passages"].tolist(), parts, strict=True
            )
        }
