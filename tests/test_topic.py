from __future__ import annotations

import pytest

from rag.topic import topic


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("How many of Newham's looked-after children lived outside the borough in 2014?",
         "How many of looked-after children lived outside the borough ?"),
        ("bracknell forest 2017 care leavers grade", "care leavers grade"),
        ("What was wrong in Kent back in March 2019?", "What was wrong in ?"),
        ("Who led the team in Newham and in North Tyneside?", "Who led the team in and in ?"),
        ("What did 2,014 children say?", "What did 2,014 children say?"),
        ("How far did 12 weeks fall in 2016-17?", "How far did 12 weeks fall ?"),
    ],
)  # fmt: skip
def test_places_and_times_go(question: str, left: str) -> None:
    assert topic(question) == left


@pytest.mark.parametrize("question", ["Newham 2014", "Kent?", "", "2019"])
def test_a_question_of_nothing_else_is_its_own_topic(question: str) -> None:
    assert topic(question) == question
