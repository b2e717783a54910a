from __future__ import annotations

import pytest

from rag.answer.suggest import _GRADE, _can_be_asked, _lower, suggestions
from rag.pipeline import Findings
from rag.types import Query


def test_what_is_suggested_can_be_answered(findings: Findings) -> None:
    for asked in ("What colour are the social workers' cars in Newham?", "How good was supervision in Newham in 2014?"):
        answer = findings.ask(asked)
        assert answer.suggestions
        assert not findings.ask(answer.suggestions[0]).abstained


def test_nothing_that_was_just_asked(findings: Findings) -> None:
    first = findings.ask("How good was supervision in Newham in 2014?").suggestions[0]
    again = findings.ask(first)
    assert first not in again.suggestions


def test_at_most_three_none_twice(findings: Findings) -> None:
    found = findings.ask("What did inspectors say about Newham?").suggestions
    assert len(found) == len(set(found)) <= 3


def test_nothing_where_nothing_was_found(findings: Findings) -> None:
    assert suggestions(Query("supervision"), (), (), findings.store) == ()


@pytest.mark.parametrize(
    ("heading", "asked"),
    [
        ("Leadership, management and governance is good", "leadership, management and governance"),
        ("Adoption: requires improvement to be good", "adoption"),
        ("City of Bradford Metropolitan District Council", None),
        ("Summary", None),
    ],
)
def test_headings_are_asked_about_without_their_grade(heading: str, asked: str | None) -> None:
    bare = _GRADE.sub("", heading)
    assert (_lower(bare) if _can_be_asked(bare, "Bradford") else None) == asked
