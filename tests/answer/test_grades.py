from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from made import paper, store_of

from rag.answer.grades import judgements
from rag.store import Store
from rag.types import Expectation, Filters, Hit, Judgement, Query, Span

PAGE = (
    "Overall effectiveness\nInadequate\nThe experiences and progress of children in care\nInadequate\n"
    "The experiences and progress of care leavers\nGood"
)


def judgement(label: str, grade: str, key: str) -> Judgement:
    at = PAGE.index(label + "\n")
    behind = at + len(label) + 1
    return Judgement(
        label, grade, (Span("a.pdf", 0, at, at + len(label)), Span("a.pdf", 0, behind, behind + len(grade))), key
    )


JUDGED = (
    judgement("Overall effectiveness", "Inadequate", "overall_effectiveness"),
    judgement("The experiences and progress of children in care", "Inadequate", "children_in_care"),
    judgement("The experiences and progress of care leavers", "Good", "care_leavers"),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = paper(
        "a.pdf",
        PAGE,
        paged=True,
        authority="Newham",
        kind="inspection",
        inspection_start="2023-07-03",
        publisher="Ofsted",
    )
    described = dataclasses.replace(made.description, judgements=JUDGED)
    with Store(store_of(tmp_path / "store", [made._replace(description=described)])) as opened:
        yield opened


def told(question: str, store: Store, expects: Expectation = "grade", years: tuple[int, ...] = ()) -> list[str]:
    hits = [Hit(paper("a.pdf", "x").passages[0], 1.0)]
    query = Query(question, Filters(authorities=("Newham",)), expects, years, topic=question)
    return [claim.text for claim in judgements(query, hits, store)]


@pytest.mark.parametrize(
    ("question", "grades"),
    [
        ("What grade did care leavers get?", ["The experiences and progress of care leavers: Good"]),
        ("What grade did children in care get?", ["The experiences and progress of children in care: Inadequate"]),
        ("What was the overall grade?", ["Overall effectiveness: Inadequate"]),
        ("What grade was given?", ["Overall effectiveness: Inadequate"]),
        ("What grade did adoption get?", []),
    ],
)
def test_the_grade_of_what_is_named(question: str, grades: list[str], store: Store) -> None:
    assert told(question, store) == grades


@pytest.mark.parametrize("question", ["Which area escaped that grade?", "Was every part rated inadequate?"])
def test_all_grades_where_one_is_sought_among_them(question: str, store: Store) -> None:
    assert len(told(question, store)) == 3


def test_the_grade_of_another_year_is_no_answer(store: Store) -> None:
    assert told("What was the overall grade?", store, years=(2014,)) == []
    assert len(told("What was the overall grade?", store, years=(2023,))) == 1


def test_label_and_grade_are_cited(store: Store) -> None:
    query = Query("What was the overall grade?", expects="grade", topic="overall grade")
    (claim,) = judgements(query, [Hit(paper("a.pdf", "x").passages[0], 1.0)], store)
    assert [c.quote for c in claim.citations] == ["Overall effectiveness", "Inadequate"]
