from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from rag.answer.features import NAMES, candidates, featurise, topic_terms
from rag.embed import Embedder
from rag.types import Hit, Passage, Query, Reading, Sentence, Span


def encode(texts: list[str], progress: object) -> np.ndarray:
    """A vector by the first letter: the same letter, the same direction."""
    angles = [ord(text[:1].lower() or "a") / 10 for text in texts]
    return np.array([[np.cos(a), np.sin(a)] for a in angles], dtype=np.float32)


TINY = Embedder("tiny", "", 2, encode)
LEAD = Sentence("Leaders should:", (Span("a", 0, 0, 5),))


def hit(*texts: str, kind: str = "paragraph", lead: Sentence | None = None, **ranks: int) -> Hit:
    sentences = tuple(Sentence(text, (Span("a", 0, i, i + 1),)) for i, text in enumerate(texts))
    count = len(texts)
    return Hit(
        Passage("a#0000", "a", ("Report", "Plans"), sentences, (None,) * count, (kind,) * count, (lead,) * count), 0.1,
        ranks=ranks,
    )  # fmt: skip


def features(query: Query, *hits: Hit) -> list[dict[str, float]]:
    rows = featurise(query, candidates(hits), TINY, lambda term: 1, 10)
    return [dict(zip(NAMES, row, strict=True)) for row in rows]


def test_every_sentence_that_says_anything_is_a_candidate() -> None:
    found = candidates([hit("Plans were late.", "→", "", "7"), hit("Visits.")])
    assert [c.sentence.text for c in found] == ["Plans were late.", "7", "Visits."]
    assert candidates([]) == []


def test_shape() -> None:
    assert featurise(Query("late plans"), [], TINY, lambda term: 1, 10).shape == (0, len(NAMES))
    rows = featurise(Query("late plans"), candidates([hit("A.", "B.")]), TINY, lambda term: 1, 10)
    assert (rows.shape, rows.dtype) == ((2, len(NAMES)), np.float64)
    assert np.isfinite(rows).all()


def test_coverage_grows_with_the_words_of_the_question() -> None:
    none, half, whole = features(Query("late plans"), hit("Carers stayed.", "Something late came.", "Plans were late."))
    assert none["coverage"] == 0 < half["coverage"] < whole["coverage"] <= 1
    assert half["coverage"] < half["coverage_context"], "the heading says plans"


@pytest.mark.parametrize(
    ("expects", "held", "lacking"),
    [
        ("figure", "About 85%.", "Many."),
        ("date", "On 3 June.", "Soon."),
        ("grade", "It was good.", "It was so."),
    ],
)
def test_what_the_question_expects(expects: str, held: str, lacking: str) -> None:
    yes, no, alone = features(Query("q", expects=expects), hit(held, lacking), hit(lacking))
    assert (yes["holds"], yes["lacks"], no["holds"], no["lacks"]) == (1, 0, 0, 1)
    assert (no["lacks_near"], alone["lacks_near"]) == (0, 1), "its neighbour has it"


def test_a_reason_may_stand_beside_what_it_explains() -> None:
    beside, alone = features(
        Query("Why?", expects="reason"),
        hit("Visits were late.", "This was because of vacancies."),
        hit("Visits were late."),
    )[::2]
    assert (beside["lacks"], beside["restates"], alone["lacks"], alone["restates"]) == (0, 0.5, 0, 1)


def test_a_sentence_on_another_subject_is_told_and_so_is_silence_on_it() -> None:
    asked = Query("How well are young carers helped?")
    named, beside, far = features(asked, hit("Young carers are helped.", "Groups meet."), hit("Carers are helped."))
    assert (named["off_subject"], beside["off_subject"], far["off_subject"]) == (0, 0, 1)
    assert far["silent"] == 0, "another sentence names it"
    (alone,) = features(asked, hit("Carers are helped."))
    assert (alone["off_subject"], alone["silent"]) == (1, 1)
    (open_,) = features(Query("How good is it?"), hit("Carers are helped."))
    assert (open_["off_subject"], open_["silent"]) == (0, 0)


def test_a_figure_of_something_else_lacks_half() -> None:
    (row,) = features(Query("How many homes closed?", expects="figure"), hit("There were 12 visits."))
    assert (row["holds"], row["lacks"]) == (0, 0.5)


def test_where_nothing_is_expected_nothing_is_held_or_lacking() -> None:
    (row,) = features(Query("q"), hit("About 85%."))
    assert (row["holds"], row["lacks"], row["restates"]) == (0, 0, 0)


def test_what_the_cross_encoder_says_of_sentence_and_passage() -> None:
    read = dataclasses.replace(hit("Plans were late."), reading=Reading(2.0, (1.5,)))
    (row,) = features(Query("late plans"), read)
    assert (row["read_sentence"], row["read_passage"]) == (1.5, 2.0)


def test_ranks_kind_place_and_length() -> None:
    first, second = features(Query("q"), hit("Plans were late again this year.", "Yes.", kind="item", dense=2))
    assert (first["dense_rank"], first["bm25_rank"]) == (1 / 2, 1 / 100)
    assert (first["item"], first["first"], second["first"], first["short"], second["short"]) == (1, 1, 0, 0, 1)


def test_a_lead_in_counts_for_its_items() -> None:
    (row,) = features(Query("Leaders"), hit("visit children.", lead=LEAD))
    assert row["cosine_lead"] == pytest.approx(1)
    assert row["cosine"] < row["cosine_lead"]


def test_a_question_of_stop_words_alone_has_finite_features() -> None:
    rows = featurise(Query("what about it"), candidates([hit("Plans.")]), TINY, lambda term: 0, 0)
    assert np.isfinite(rows).all()


def test_topic_terms() -> None:
    assert topic_terms(Query("x", topic="inspection of late plans")) == ["late", "plan"]
    assert topic_terms(Query("inspection report")) == ["inspect", "report"], "what is left is better than nothing"
