from __future__ import annotations

import numpy as np
import pytest

from rag.answer.choose import FACT_SENTENCES, LIST_SENTENCES, SENTENCES, SHORT, Said, best_of, fitting
from rag.answer.features import Candidate, candidates
from rag.types import Expectation, Hit, Passage, Sentence, Span


def found(*texts: str, number: str | None = None) -> list[Candidate]:
    """The sentences of one passage."""
    sentences = tuple(Sentence(text, (Span("a", 0, 10 * i, 10 * i + 5),)) for i, text in enumerate(texts))
    count = len(texts)
    passage = Passage("a#0", "a", (), sentences, (number,) * count, ("paragraph",) * count, (None,) * count)
    return candidates([Hit(passage, 0.5)])


def texts(said: list[Said]) -> list[str]:
    return [one.sentence.text for one in said]


def test_the_likeliest_and_what_is_nearly_as_likely_in_the_order_of_the_paper() -> None:
    made = found("Carers stay.", "Plans are late.", "Visits are weekly.")
    assert texts(best_of(made, np.array([0.3, 0.005, 0.6]), "finding")) == ["Carers stay.", "Visits are weekly."]


@pytest.mark.parametrize(("expects", "said"), [("finding", 2), ("reason", 2), ("yes/no", 2), ("figure", 1)])
def test_what_takes_a_sentence_back_is_said_with_it(expects: Expectation, said: int) -> None:
    made = found("Visits are weekly.", "However, records are thin.", "Carers stay.")
    assert len(best_of(made, np.array([0.9, 0.01, 0.01]), expects)) == said


def test_another_paragraph_takes_nothing_back() -> None:
    (first,), (second,) = found("Visits are weekly.", number="1"), found("However, records are thin.", number="2")
    passage = Passage(
        "a#0", "a", (), (first.sentence, second.sentence), ("1", "2"), ("paragraph", "paragraph"), (None, None)
    )
    made = candidates([Hit(passage, 0.5)])
    assert texts(best_of(made, np.array([0.9, 0.01]), "finding")) == ["Visits are weekly."]


def test_a_sentence_that_leans_on_the_one_before_brings_it_along() -> None:
    made = found("Managers meet weekly.", "This means that drift is rare.")
    assert len(best_of(made, np.array([0.01, 0.9]), "reason")) == 2


def test_the_sentence_that_goes_on_is_said_where_it_is_not_wholly_unlikely() -> None:
    made = found("Visits are weekly.", "Records show them.", "Carers stay.")
    assert len(best_of(made, np.array([0.9, 0.03, 0.03]), "finding")) == 2
    assert len(best_of(made, np.array([0.9, 0.01, 0.03]), "finding")) == 1


def test_what_goes_on_in_another_paragraph_or_says_the_same_is_left_out() -> None:
    same = found("Social workers visit children often.", "Social workers often visit children.")
    assert len(best_of(same, np.array([0.9, 0.03]), "finding")) == 1
    sentences = (Sentence("Carers stay.", (Span("a", 0, 0, 5),)), Sentence("Plans are late.", (Span("a", 0, 10, 15),)))
    passage = Passage("a#0", "a", (), sentences, ("1", "2"), ("paragraph", "paragraph"), (None, None))
    assert len(best_of(candidates([Hit(passage, 0.5)]), np.array([0.9, 0.03]), "finding")) == 1


def test_a_list_may_have_more_sentences_than_another_answer() -> None:
    made = found(*(" ".join(f"{word}{i}" for word in ("group", "hall", "day")) for i in range(9)))
    few, many = (len(best_of(made, np.full(9, 0.9), "list", most=most)) for most in (SENTENCES, LIST_SENTENCES))
    assert few < many <= LIST_SENTENCES + 1, "one goes on"


def test_nothing_is_said_twice() -> None:
    made = found("Social workers visit children often.", "Plans are good.", "Social workers visit children often.")
    assert len(best_of(made, np.array([0.9, 0.01, 0.8]), "finding")) == 1


def test_a_fact_takes_hardly_more_than_a_sentence() -> None:
    made = found(*(f"Team {i} has {i} workers." for i in range(9)))
    assert len(best_of(made, np.full(9, 0.9), "figure")) <= FACT_SENTENCES


def test_an_answer_stays_short_but_is_never_empty() -> None:
    long = " ".join(["word"] * (SHORT + 50))
    assert len(best_of(found(long), np.array([0.9]), "finding")) == 1
    several = found(*(" ".join([f"word{i}{j}" for j in range(40)]) for i in range(5)))
    said = best_of(several, np.full(5, 0.9), "finding")
    assert sum(len(text.split()) for text in texts(said)) <= SHORT


def test_of_a_list_what_fits_with_its_lead_in_said_once() -> None:
    lead = Sentence("Leaders should:", (Span("a", 0, 0, 5),))
    items = [Said(Sentence(f"visit {i} children", (Span("a", 0, i, i + 1),)), None, lead) for i in range(5)]
    assert len(fitting(items, 2 + 3 * 3)) == 3
    assert len(fitting(items, 1)) == 1
    assert fitting([], 10) == []
