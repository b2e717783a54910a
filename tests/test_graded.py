from __future__ import annotations

import pytest

from rag.graded import graded
from rag.types import Description, Judgement


@pytest.mark.parametrize(
    ("question", "grades", "area"),
    [
        ("Which councils were rated inadequate for care leavers?", ("Inadequate",), "care leavers"),
        ("councils graded outstanding", ("Outstanding",), ""),
        ("Which authorities require improvement to be good?", ("Requires improvement to be good",), ""),
        ("Which boroughs were judged good for help and protection?", ("Good",), "help and protection"),
        ("Who was rated inadequate overall?", ("Inadequate",), "overall effectiveness"),
        ("Which council got outstanding for adoption?", ("Outstanding",), "adoption"),
        ("inadequate councils", ("Inadequate",), ""),
        ("Which places were rated good or outstanding for leadership?", ("Outstanding", "Good"), "leaders"),
    ],
)
def test_who_got_a_grade(question: str, grades: tuple[str, ...], area: str) -> None:
    found = graded(question)
    assert found is not None and (found.grades, found.area) == (grades, area)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "Was Newham rated inadequate in 2014?",
        "Which outstanding actions remain for the council?",
        "What is an outstanding council?",
        "Which authorities are good at recruiting social workers?",
        "Which councils were told to improve supervision?",
        "good practice in councils",
        "Is supervision inadequate?",
    ],
)
def test_other_questions(question: str) -> None:
    assert graded(question) is None


def test_which_papers_give_it() -> None:
    asked = graded("Which councils were rated inadequate for care leavers?")
    assert asked is not None
    joint = Judgement("care leavers", "Inadequate", (), "children_in_care_and_care_leavers")
    assert asked.given_by(Description(judgements=(joint,)))
    assert not asked.given_by(
        Description(judgements=(Judgement("overall", "Inadequate", (), "overall_effectiveness"),))
    )
    assert not asked.given_by(Description(judgements=(Judgement("care leavers", "Good", (), "care_leavers"),)))
    assert not asked.given_by(Description())
