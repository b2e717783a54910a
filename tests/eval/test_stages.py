"""The stages by themselves, and over the sample papers."""

import json
import types
from pathlib import Path

import pytest

from eval import finding, metrics
from eval.questions import Evidence, Question, read_questions
from eval.run import run
from eval.stages import DEPTH, measure, stages, sum_up, timed
from rag.record import record
from rag.types import Passage, Sentence

SAMPLE = Path(__file__).resolve().parents[2] / "eval" / "questions" / "sample.jsonl"
NAMES = ["dense", "bm25", "fused", "narrowed", "reranked"]


def asked(id, kind="fact"):
    return Question(id, f"What of {id}?", kind, (Evidence("a.md", None, id),))


def passage(text):
    return Passage("p", "a.md", (), (Sentence(text, ()),), (None,), ("paragraph",), (None,))


def found(*texts, **more):
    return {"passages": [{"document": "a.md", "text": text} for text in texts], "seconds": 0.5} | more


# ── summing up ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_a_stage_earns_is_told_over_the_stage_before():
    questions = [asked("one"), asked("two", "list")]
    table = sum_up(
        questions,
        {
            "dense": [{"id": "one", **found("x", "one")}, {"id": "two", **found(error="ValueError: no")}],
            "fused": [{"id": "one", **found("one")}, {"id": "two", **found(*["x"] * 11, "two")}],
        },
    )
    assert table["questions"] == {"all": 2, "fact": 1, "list": 1}
    assert table["columns"]["dense"]["all"]["recall@1"] == {"value": 0, "interval": [0, 0]}
    assert table["columns"]["fused"]["all"]["recall@20"]["value"] == 1
    assert table["columns"]["fused"]["list"]["recall@10"] == {"value": 0, "interval": None}
    assert list(table["earned"]) == ["fused"]
    assert table["earned"]["fused"]["over"] == "dense"
    assert table["earned"]["fused"]["figures"]["all"]["recall@1"]["value"] == 0.5
    assert table["earned"]["fused"]["figures"]["all"]["recall@20"]["value"] == 0.5
    assert table["milliseconds"]["dense"] == {"p50_ms": 500, "p95_ms": 500}
    assert table["errors"] == {"dense": {"two": "ValueError: no"}}
    assert json.loads(json.dumps(table)) == table


def test_no_question_and_no_stage():
    assert sum_up([], {}) == {"questions": {"all": 0}, "columns": {}, "earned": {}, "milliseconds": {}, "errors": {}}
    table = sum_up([], {"dense": [], "fused": []})
    assert table["columns"]["fused"]["all"]["mrr"] == {"value": None, "interval": None}
    assert table["milliseconds"]["dense"] == {"p50_ms": None, "p95_ms": None}


def test_a_stage_is_timed_and_its_passages_kept_in_order():
    made = timed(lambda question: [passage("first"), passage(question.id)])(asked("second"))
    assert made["passages"] == [{"document": "a.md", "text": text} for text in ("first", "second")]
    assert made["seconds"] >= 0
    assert timed(lambda question: [])(asked("none"))["passages"] == []


def test_a_stage_that_fails_on_a_question_finds_nothing_for_it():
    def fail(question):
        raise IndexError("slip")

    (made,) = run([asked("one")], timed(fail))
    assert sum_up([asked("one")], {"dense": [made]})["errors"] == {"dense": {"one": "IndexError: slip"}}


# ── over papers ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def questions():
    return read_questions(SAMPLE)


def test_every_stage_ranks_twenty_passages_once_each(findings):
    question = Question("q", "How many of Newham's looked-after children lived outside the borough in 2014?", "fact")
    told = stages(findings)
    assert list(told) == NAMES
    for name, stage in told.items():
        ids = [one.id for one in stage(question)]
        assert len(ids) == len(set(ids)) == DEPTH, name


def test_only_narrowing_keeps_to_the_papers_that_are_named(findings):
    question = Question("q", "What did inspectors say about Newcastle?", "finding")
    papers = {name: {one.document for one in stage(question)} for name, stage in stages(findings).items()}
    place = {record.name for record in findings.store.records.values()
             if record.description.value("authority") == "Newcastle upon Tyne"}  # fmt: skip
    assert papers["narrowed"] <= place
    assert papers["reranked"] <= place
    assert not papers["dense"] <= place


def test_a_follow_up_is_searched_with_what_it_follows(findings):
    question = Question("q", "and in Newcastle?", "finding", after=("What did inspectors say about supervision?",))
    for name, stage in stages(findings, 10).items():
        found = stage(question)
        assert len(found) == 10
        assert any("supervision" in one.text for one in found), name


def test_the_last_stage_is_what_a_person_gets(findings, questions):
    some = [question for question in questions if question.answerable][:4]
    steps = []
    table = measure(findings, [*some, asked("n1", "unanswerable")], lambda *step: steps.append(step))
    records = run(some, lambda question: record(findings.ask(question.question)))
    asked_for = finding.by_kind(some, finding.values(some, records, metrics.DEPTH))
    for kind, figures in asked_for.items():
        last = table["columns"]["reranked"][kind]
        assert {name: last[name] for name in figures} == figures
    assert table["questions"]["all"] == len(some)
    assert steps == [(done, 20) for done in range(1, 21)]
    assert list(table["columns"]) == NAMES
    assert table["errors"] == {}
    assert all(0 < one["p50_ms"] <= one["p95_ms"] for one in table["milliseconds"].values())


def test_without_an_answerable_question_nothing_is_measured():
    fake = types.SimpleNamespace(
        warm=lambda: None, store=None, embedder=None, settings=None, search=None, understand=None
    )
    table = measure(fake, [Question("n1", "?", "unanswerable")], lambda done, total: None)
    assert table["questions"] == {"all": 0}
    assert table["columns"]["dense"]["all"]["recall@5"]["value"] is None
