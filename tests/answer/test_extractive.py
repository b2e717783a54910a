from __future__ import annotations

import pytest

from rag.config import Settings
from rag.pipeline import Findings
from rag.types import Answer, Filters
from rag.verify import judge


@pytest.fixture(scope="module", params=[
    "How many of Newham's looked-after children lived outside the borough in 2014?",
    "What was Newham's overall effectiveness grade in 2014?",
    "What did inspectors say about supervision in Newham in 2014?",
    "Which areas did inspectors tell Newham to improve in 2014?",
    "Compare supervision in Newham and Newcastle upon Tyne.",
])  # fmt: skip
def answer(request: pytest.FixtureRequest, findings: Findings) -> Answer:
    return findings.ask(request.param)


def test_whatever_is_said_stands_on_its_pages(answer: Answer, findings: Findings) -> None:
    for claim in answer.claims:
        assert claim.verdict in ("exact", "supported")
        assert judge(claim, findings.store.page_text)[0] == claim.verdict
        for citation in claim.citations:
            text = findings.store.page_text(citation.span.document, citation.span.page)
            assert text[citation.span.start : citation.span.end] == citation.quote


def test_nothing_of_its_own_needs_withholding(answer: Answer) -> None:
    assert answer.withheld == ()


def test_the_answer_is_its_claims_with_a_marker_for_each_citation(answer: Answer) -> None:
    text = answer.text
    assert answer.abstained is (not answer.claims)
    number = 0
    for claim in answer.claims:
        number += len(claim.citations)
        assert claim.text in text
        assert f"[{number}]" in text
    assert f"[{number + 1}]" not in text


def test_it_is_short(answer: Answer) -> None:
    assert len(answer.text.split()) <= 300


def test_below_the_confidence_asked_for_it_abstains(findings: Findings) -> None:
    from rag.answer.extractive import draft

    query, hits = findings.search("What did inspectors say about supervision in Newham in 2014?")
    sure = Settings(confidence=1.0)
    assert draft(query, hits, findings.store, findings.embedder, sure) == ()
    unsure = Settings(confidence=0.0)
    assert draft(query, hits, findings.store, findings.embedder, unsure)


def test_no_hits_no_answer(findings: Findings) -> None:
    from rag.answer.extractive import draft

    query, _ = findings.search("supervision")
    assert draft(query, (), findings.store, findings.embedder, Settings(confidence=0.0)) == ()


def test_a_grade_is_said_with_its_label(findings: Findings) -> None:
    answer = findings.ask("What was the overall effectiveness grade of Newham in 2014?", Filters(kinds=("inspection",)))
    assert not answer.abstained
    assert "requires improvement" in answer.text.lower()
    assert answer.claims[0].citations
