from __future__ import annotations

import numpy as np
import pytest

from rag.answer.features import NAMES
from rag.answer.score import QUESTION_NAMES, Logistic, Scorer, question_features, scorer, weigh


def one(**values: float) -> np.ndarray:
    """A sentence's features, 0 unless given."""
    return np.array([values.get(name, 0.0) for name in NAMES])


def rows(*sentences: np.ndarray) -> np.ndarray:
    return np.array(sentences)


# ── the logistic model ───────────────────────────────────────────────────────────────────────────────────────────


def test_probability_by_hand() -> None:
    model = Logistic(np.array([1.0, -2.0]), 0.5)
    features = np.array([[0.0, 0.25], [2.0, 0.0]])
    assert model.logit(features) == pytest.approx([0.0, 2.5])
    assert model(features) == pytest.approx([0.5, 1 / (1 + np.exp(-2.5))])


def test_weights_are_taken_by_name_whatever_their_order_in_the_file() -> None:
    model = Logistic.of(("a", "b"), {"weights": {"b": 2, "a": 1, "unused": 9}, "bias": 3})
    assert model.weights.tolist() == [1, 2]
    assert model.bias == 3.0


def test_a_weight_that_is_missing_is_an_error_not_a_zero() -> None:
    with pytest.raises(KeyError):
        Logistic.of(("a", "b"), {"weights": {"a": 1}, "bias": 0})


def test_no_sentences_no_probabilities() -> None:
    assert scorer(read=True).sentence(np.zeros((0, len(NAMES)))).shape == (0,)


# ── the question as a whole ──────────────────────────────────────────────────────────────────────────────────────


def named(features: np.ndarray, logits: list[float]) -> dict[str, float]:
    return dict(zip(QUESTION_NAMES, question_features(features, np.array(logits)), strict=True))


def test_what_is_told_of_a_question_is_of_its_best_sentence() -> None:
    features = rows(
        one(coverage=0.1),
        one(coverage=0.7, coverage_context=0.9, best_cosine=0.6, lacks=1.0, reached=0.8, read_sentence=2.0),
        one(coverage=0.2, read_sentence=2.5, read_passage=1.5),
        one(coverage=0.3),
    )
    told = named(features, [0.0, 3.0, 1.0, 2.0])
    assert told == pytest.approx(
        {
            "best": 3.0,
            "ahead": 2.0,
            "best_cosine": 0.6,
            "lacks": 1.0,
            "lacks_near": 0.0,
            "restates": 0.0,
            "off_subject": 0.0,
            "silent": 0.0,
            "coverage_context": 0.9,
            "coverage": 0.7,
            "reached": 0.8,
            "read_sentence": 2.0,
            "read_passage": 0.0,
            "best_read_sentence": 2.5,
            "best_read_passage": 1.5,
        }
    )


@pytest.mark.parametrize(("logits", "ahead"), [([2.0], 0.0), ([2.0, 1.5], 0.5), ([2.0, 1.5, -1.0], 3.0)])
def test_fewer_than_three_sentences_compare_with_the_last(logits: list[float], ahead: float) -> None:
    assert named(rows(*[one()] * len(logits)), logits)["ahead"] == pytest.approx(ahead)


def test_of_equal_sentences_the_first_is_the_best() -> None:
    assert named(rows(one(coverage=0.1), one(coverage=0.2)), [1.0, 1.0])["coverage"] == pytest.approx(0.1)


def test_confidence_is_the_question_model_over_the_sentence_model() -> None:
    weights = np.zeros(len(NAMES))
    weights[NAMES.index("cosine")] = 4.0
    made = Scorer(Logistic(weights, -1.0), Logistic(np.array([1.0, *[0.0] * (len(QUESTION_NAMES) - 1)]), 0.0))
    features = rows(one(cosine=0.1), one(cosine=0.5))
    assert made.confidence(features) == pytest.approx(1 / (1 + np.exp(-1.0)))
    assert isinstance(made.confidence(features), float)


# ── the one that ships ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_shipped_scorer_knows_every_feature() -> None:
    shipped = scorer(read=True)
    assert shipped.sentence.weights.shape == (len(NAMES),)
    assert shipped.question.weights.shape == (len(QUESTION_NAMES),)
    for model in (shipped.sentence, shipped.question):
        assert np.isfinite([*model.weights, model.bias]).all()
    assert scorer(read=True) is shipped, "read once"


def test_nearer_in_meaning_and_better_found_is_likelier() -> None:
    far = one(cosine=0.1, cosine_lead=0.1, cosine_rank=0.1, dense_rank=0.01, bm25_rank=0.01, length=3.0)
    near = one(cosine=0.8, cosine_lead=0.8, cosine_rank=1.0, dense_rank=1.0, bm25_rank=1.0, length=3.0)
    low, high = scorer(read=False).sentence(rows(far, near))
    assert 0 < low < high < 1


def test_what_the_cross_encoder_takes_for_an_answer_is_likelier() -> None:
    no, yes = one(read_sentence=-4.0, read_passage=-4.0), one(read_sentence=2.0, read_passage=2.0)
    low, high = scorer(read=True).sentence(rows(no, yes))
    assert 0 < low < high < 1


def test_confidence_is_a_probability_and_one_sentence_is_enough() -> None:
    for features in (rows(one()), rows(one(cosine=1.0, best_cosine=1.0, coverage=1.0)), rows(*[one(length=9.0)] * 50)):
        assert 0 <= scorer(read=True).confidence(features) <= 1


def test_sentences_are_weighed_by_what_was_read_of_them() -> None:
    features = rows(one(cosine=0.5, read_sentence=2.0, read_passage=2.0), one(cosine=0.5))
    scores, confidence = weigh(features, np.array([True, False]))
    assert scores[0] == scorer(read=True).sentence(features[:1])[0]
    assert scores[1] == scorer(read=False).sentence(features[1:])[0]
    assert confidence == max(scorer(True).confidence(features[:1]), scorer(False).confidence(features[1:]))
    assert weigh(features, np.array([True, True]))[1] == scorer(True).confidence(features)
