from __future__ import annotations

import pytest

from rag.words import STOPWORDS, terms


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("the of and", []),
        ("Children’s plans; children's plan!", ["children", "plan", "children", "plan"]),
        ("8.5% of 1,200 in 2014", ["8.5", "1,200", "2014"]),
        ("re-assessed", ["re", "assess"]),
        ("SUPERVISION supervised", ["supervis", "supervis"]),
        ("snake_case", ["snake", "case"]),
        ("éducation ﬁ", ["éducat", "ﬁ"]),
        ("don't", ["don't"]),
    ],
)
def test_terms(text: str, found: list[str]) -> None:
    assert terms(text) == found


def test_negations_and_quantities_are_kept() -> None:
    assert not STOPWORDS & {"not", "no", "never", "without", "most", "few", "many", "only"}
    assert terms("not all but most") == ["not", "most"]


def test_stop_words_are_lower_case_words() -> None:
    assert all(word.isalpha() and word == word.lower() for word in STOPWORDS)
