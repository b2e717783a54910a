from __future__ import annotations

import re

import pytest

from rag import figures
from rag.config import Settings
from rag.pipeline import Findings
from rag.terminal import answer_text
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


def test_where_no_passage_names_the_subject_it_says_so(findings: Findings) -> None:
    answer = findings.ask("How well did Newham look after young carers in the 2014 inspection?")
    assert answer.abstained
    assert "No passage found names young carers." in answer.notice


def test_below_the_confidence_asked_for_it_abstains(findings: Findings) -> None:
    from rag.answer.extractive import draft

    query, hits = findings.search("What did inspectors say about supervision in Newham in 2014?")
    sure = Settings(confidence=1.0)
    assert draft(query, hits, findings.store, findings.embedder, sure) == ((), "")
    unsure = Settings(confidence=0.0)
    assert draft(query, hits, findings.store, findings.embedder, unsure)[0]


def test_no_hits_no_answer(findings: Findings) -> None:
    from rag.answer.extractive import draft

    query, _ = findings.search("supervision")
    assert draft(query, (), findings.store, findings.embedder, Settings(confidence=0.0)) == ((), "")


def test_a_list_that_is_too_long_says_how_much_is_left(findings: Findings, monkeypatch: pytest.MonkeyPatch) -> None:
    question = "What was Newham told to improve in 2014?"
    whole = findings.ask(question)
    monkeypatch.setattr("rag.answer.extractive.LONG", 60)
    short = findings.ask(question)
    assert 0 < len(short.claims) < len(whole.claims)
    left = int(re.search(r"The list goes on: (\d+) more sentences stand there\.", short.notice)[1])
    more = re.search(r"(\d+) more", whole.notice)
    assert left == len(whole.claims) - len(short.claims) + int(more[1] if more else 0)
    assert short.notice in " ".join(answer_text(short).split())


def test_a_grade_is_said_with_its_label(findings: Findings) -> None:
    answer = findings.ask("What was the overall effectiveness grade of Newham in 2014?", Filters(kinds=("inspection",)))
    assert not answer.abstained
    assert "requires improvement" in answer.text.lower()
    assert answer.claims[0].citations


# ── grades ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("question", "label", "grade"),
    [
        ("What was Newham rated in 2014?", "Overall effectiveness", "Requires improvement"),
        ("What grade did Newham get for adoption in 2014?", "Adoption performance", "Good"),
        ("What was the judgement on leadership in Newham in 2014?", "Leadership, management", "Requires improvement"),
        ("How were Newham's leaders judged in 2014?", "Leadership, management", "Requires improvement"),
        ("What grade did Newham get for looked after children in 2014?", "Children looked", "Requires improvement"),
        ("What was the LSCB in Newham rated in 2014?", "Effectiveness of the Local Safeguarding", "Good"),
        ("How were care leavers in Newham graded in 2014?", "Experiences and progress of care leavers", "Good"),
    ],
)  # fmt: skip
def test_a_grade_is_the_described_one_of_what_was_asked(
    findings: Findings, question: str, label: str, grade: str
) -> None:
    (claim,) = findings.ask(question).claims
    assert claim.text.startswith(label)
    assert claim.text.endswith(f": {grade}")
    said, graded = claim.citations
    assert said.quote.startswith(label)
    assert graded.quote == grade
    described = findings.store.records[said.span.document].description.judgements
    assert (said.span, graded.span) in [j.spans for j in described]


@pytest.mark.parametrize(
    "question",
    [
        "What grade did Newham get for fostering in 2014?",  # no such judgement is described
        "What was Newham rated in 2022?",  # a visit gives no grade, and that of 2014 is none of 2022
        "What was Newham's overall effectiveness grade in 2022?",
    ],
)
def test_the_grade_of_something_else_or_of_another_year_is_no_answer(findings: Findings, question: str) -> None:
    assert not any("Overall effectiveness" in claim.text for claim in findings.ask(question).claims)


# ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_whole_list_with_its_lead_in_said_once(findings: Findings) -> None:
    answer = findings.ask("Which areas did the March 2022 monitoring visit to Newham look at?")
    assert answer.query.expects == "list"
    blocks = findings.store.blocks("newham-monitoring-visit-2022.md")
    lead = next(b.lead for b in blocks if b.lead)
    items = [s.text for b in blocks if b.lead and b.lead.spans == lead.spans for s in b.sentences]
    assert len(items) == 3
    assert [claim.text for claim in answer.claims] == [f"{lead.text} {items[0]}", *items[1:]]
    assert answer.text.count(lead.text) == 1
    assert [len(claim.citations) for claim in answer.claims] == [2, 1, 1]


def test_what_a_paper_tells_the_council_to_improve(findings: Findings) -> None:
    answer = findings.ask("What was Newcastle told to improve in 2018?")
    told = [
        sentence.text
        for block in findings.store.blocks("newcastle-focused-visit-2018.md")
        if block.heading[-1:] == ("What needs to improve",) and block.kind == "item"
        for sentence in block.sentences
    ]
    assert len(told) == 6
    assert [claim.text for claim in answer.claims] == told


# ── comparisons ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("Compare supervision in Newham and Newcastle upon Tyne.", ("Newham", "Newcastle upon Tyne")),
        ("How do caseloads in Newham and Newcastle compare?", ("Newham", "Newcastle upon Tyne")),
        ("Compare assessments in Newham in 2014 and 2022", ("2014-06-03", "2022-03-03")),
    ],
)
def test_both_sides_of_a_comparison_are_heard(findings: Findings, question: str, sides: tuple[str, ...]) -> None:
    answer = findings.ask(question)
    assert answer.query.expects == "comparison"
    cited = [citation for claim in answer.claims for citation in claim.citations]
    assert set(sides) <= {c.authority for c in cited} | {c.date for c in cited}
    assert answer.text.count(":") >= 2, "each side is introduced"


# ── everything that is said ──────────────────────────────────────────────────────────────────────────────────────

QUESTIONS = [
    "How many under 18s lived in Newham in 2014?",
    "What percentage of Newham's children lived in poverty in 2014?",
    "How many children had a child protection plan in Newham in June 2014?",
    "Why was it hard to find enough adopters inside Newham in 2014?",
    "Who led the inspection of Newham in 2014?",
    "Who wrote the March 2022 letter about Newham?",
    "When was the focused visit to Newcastle?",
    "Did social workers in Newcastle have high caseloads?",
    "What does IRS stand for in Newcastle?",
    "What did inspectors say about chronologies in Newham in 2014?",
    "How well did the MASH in Newham work in 2022?",
    "What did inspectors find about domestic abuse work in Newham in 2022?",
    "What happened out of hours in Newcastle in 2018?",
    "Which challenges did the safeguarding partnership in Newham face in 2024?",
    "What are the safeguarding partnership's plans in Newham for 2024/25?",
    "How much was the placements budget in Newham to be overspent in 2024?",
    "How many missing episodes did looked after children in Newham have?",
    "What did the council say about the focused visit of October 2020 to Newham?",
    "What was Newham told to improve in 2014?",
    "Private fostering in Newham in 2014 and 2024",
    "What is cuckooing?",
    "Is supervision recorded?",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_claim_stands(findings: Findings, question: str) -> None:
    # Without a threshold, so that the weakest answers are looked at too.
    from rag.answer.extractive import draft

    query, hits = findings.search(question, k=20)
    claims, _ = draft(query, hits, findings.store, findings.embedder, Settings(confidence=0.0))
    assert claims, "with no confidence asked for it never abstains"
    for claim in claims:
        plain = ("supported", "") if claim.text in ("Yes.", "No.") else ("exact", "")
        assert judge(claim, findings.store.page_text, query.text) == plain
        quotes = [c.quote for c in claim.citations]
        assert figures.figures(claim.text) <= set().union(*map(figures.figures, quotes))
        for citation in claim.citations:
            span = citation.span
            assert findings.store.page_text(span.document, span.page)[span.start : span.end] == citation.quote
    if query.expects not in ("list", "comparison"):
        assert len(claims) <= 7
        assert sum(len(claim.text.split()) for claim in claims) <= 120
    assert len({claim.text for claim in claims}) == len(claims), "nothing is said twice"


@pytest.mark.parametrize("question", QUESTIONS[:8])
def test_asked_for_certainty_it_abstains(findings: Findings, question: str) -> None:
    from rag.answer.extractive import draft

    query, hits = findings.search(question, k=20)
    assert query.expects not in ("grade", "list")
    assert draft(query, hits, findings.store, findings.embedder, Settings(confidence=1.0)) == ((), "")
