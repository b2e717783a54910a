import json
import types
from pathlib import Path

import pytest

import eval as package
from eval.questions import Evidence, Question, read_questions
from eval.run import WARM_UP, evaluate, run
from eval.summary import summarise
from rag.backend.model import Used
from rag.errors import BackendError, FindingsError, ModelError, UsageError
from rag.types import Answer, Citation, Claim, Hit, Passage, Query, Sentence, Span

PAGE = "There were five children. All of them waited."
QUOTE = "There were five children."
GOOD = {
    "question": "How many?",
    "answer": "There were five children. [1]",
    "abstained": False,
    "claims": [
        {
            "text": QUOTE,
            "citations": [{"document": "a.md", "page": None, "quote": QUOTE, "start": 0, "end": len(QUOTE)}],
        }
    ],
    "passages": [{"document": "a.md", "page": None, "text": PAGE}],
    "backend": "extractive",
    "seconds": 0.25,
}
ABSTAINED = {"answer": "", "abstained": True, "claims": [], "passages": [], "backend": "extractive", "seconds": 0.75}


def asked(id, kind="fact"):
    if kind == "unanswerable":
        return Question(id, f"What of {id}?", kind)
    return Question(id, f"What of {id}?", kind, (Evidence("a.md", None, QUOTE),), "Five.", (("five", "5"),))


def page_text(document, page):
    return PAGE if (document, page) == ("a.md", 0) else None


# ── run ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_public_names():
    assert sorted(package.__all__) == ["Evidence", "Question", "evaluate", "read_questions", "summarise"]
    assert all(hasattr(package, name) for name in package.__all__)


def test_every_question_is_asked_once_in_order_and_counted():
    heard, steps = [], []
    records = run(
        [asked("q1"), asked("q2")],
        lambda question: heard.append(question.question) or GOOD | {"id": "its own"},
        lambda done, total: steps.append((done, total)),
    )
    assert heard == ["What of q1?", "What of q2?"]
    assert steps == [(1, 2), (2, 2)]
    assert records == [{"id": "q1", **GOOD}, {"id": "q2", **GOOD}]
    assert next(iter(records[0])) == "id"


def test_nothing_to_ask():
    assert run([], pytest.fail) == []


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (BackendError("the server\nis gone"), "BackendError: the server is gone"),
        (ZeroDivisionError("division by zero"), "ZeroDivisionError: division by zero"),
        (MemoryError(), "MemoryError"),
    ],
)
def test_a_question_that_raises_is_a_wrong_record_and_the_rest_go_on(error, said):
    def ask(question):
        if question.id == "q1":
            raise error
        return GOOD

    records = run([asked("q1"), asked("q2")], ask)
    assert records[0]["error"] == said
    assert (records[0]["answer"], records[0]["abstained"]) == ("", False)
    assert records[1] == {"id": "q2", **GOOD}
    summary = summarise([asked("q1"), asked("q2")], records, page_text)
    assert (summary["errors"], summary["right"], summary["answerable_refused"]) == (1, 1 / 2, 0)
    assert summary["failed"]["error"] == {"q1": said}


def test_an_interruption_is_no_wrong_answer():
    def ask(question):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run([asked("q1")], ask)


# ── summarise ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_good_record():
    summary = summarise([asked("q1")], [{"id": "q1", **GOOD}], page_text)
    counts = [summary[name] for name in ("quotes", "figures", "claims_without_citation", "errors")]
    ones = [f"recall@{k}" for k in (1, 3, 5, 10)]
    ones += ["mrr", "ndcg@10", "right", "cites_evidence", "quotes_verbatim", "quotes_at_span", "figures_in_cited_quote"]
    assert [summary[name] for name in ones] == [1] * len(ones)
    assert summary["right_by_kind"] == {"fact": 1}
    assert counts == [1, 1, 0, 0]
    assert (summary["abstain_recall"], summary["abstain_precision"], summary["answerable_refused"]) == (None, None, 0)
    assert summary["p50_s"] == summary["p95_s"] == 0.25
    assert summary["backends"] == {"extractive": 1}
    assert not any(summary["failed"].values())


def test_a_mixed_set():
    questions = [asked("q1"), asked("q2", "list"), asked("q3")]
    questions += [asked("n1", "unanswerable"), asked("n2", "unanswerable")]
    bad = json.loads(json.dumps(GOOD))
    bad["claims"][0]["text"] = "There were six children."
    bad["claims"][0]["citations"][0] |= {"quote": "There were 5 children.", "start": 1}
    bad["claims"].append({"text": "So they say."})
    records = [
        {"id": "q1", **GOOD},
        {"id": "q2", **bad, "answer": "six"},
        {"id": "n1", **ABSTAINED},
        {"id": "n2", **GOOD},
        {"id": "of another set", **bad},
    ]
    summary = summarise(questions, records, page_text)
    assert (summary["questions"], summary["answered_in_results"]) == (5, 4)
    assert summary["recall@1"] == round(2 / 3, 3)
    assert summary["right"] == round(1 / 3, 3)
    assert summary["right_by_kind"] == {"fact": 1 / 2, "list": 0}
    assert summary["claims_without_citation"] == 1
    assert (summary["quotes"], summary["quotes_verbatim"]) == (3, round(2 / 3, 4))
    assert summary["quotes_at_span"] == round(2 / 3, 4)
    assert (summary["figures"], summary["figures_in_cited_quote"]) == (3, round(2 / 3, 4))
    assert (summary["abstain_recall"], summary["abstain_precision"], summary["answerable_refused"]) == (1 / 2, 1, 0)
    assert summary["p50_s"] == (0.25 + 0.25) / 2
    assert list(summary["intervals"]) == ["recall@1", "recall@3", "recall@5", "recall@10", "mrr", "ndcg@10", "right",
                                          "cites_evidence"]  # fmt: skip
    assert summary["intervals"]["right"] == [0, 1]
    assert summary["failed"] == {
        "missing": ["q3"],
        "error": {},
        "wrong": ["q2", "q3"],
        "refused": [],
        "invented": ["n2"],
        "uncited": ["q2"],
        "not_verbatim": ["q2"],
        "not_at_span": ["q2"],
        "figure_not_in_quote": ["q2"],
    }


def test_a_missing_record_is_a_wrong_answer_and_no_refusal():
    summary = summarise([asked("q1"), asked("n1", "unanswerable")], [], page_text)
    assert (summary["right"], summary["answerable_refused"], summary["abstain_recall"]) == (0, 0, 0)
    assert summary["p50_s"] is None
    assert summary["quotes_verbatim"] is None
    assert summary["intervals"]["right"] is None  # one question says nothing of others


def test_unanswerable_questions_alone_and_no_questions_at_all():
    alone = summarise([asked("n1", "unanswerable")], [{"id": "n1", **ABSTAINED}], page_text)
    assert (alone["abstain_recall"], alone["abstain_precision"]) == (1, 1)
    assert (alone["right"], alone["recall@1"]) == (None, None)
    assert summarise([], [], page_text)["questions"] == 0


def test_nearly_all_is_not_shown_as_all():
    cited = {"document": "a.md", "page": None, "quote": "five"}
    many = [*[cited] * 49_999, cited | {"quote": "6"}]
    record = {"id": "q1", **GOOD, "claims": [{"text": "five", "citations": many}]}
    assert summarise([asked("q1")], [record], page_text)["quotes_verbatim"] == 0.9999


# ── evaluate ─────────────────────────────────────────────────────────────────────────────────────────────────────


class FakeFindings:
    """Answers from PAGE, as far as the evaluation can tell."""

    def __init__(self, fail=lambda question: None):
        self.heard, self.earlier, self.fail, self.used = [], [], fail, Used()
        self.store = types.SimpleNamespace(
            page_text=page_text, manifest=types.SimpleNamespace(model="a model", documents=1, passages=2)
        )

    def server(self, backend):
        return None if backend in (None, "extractive") else "a server"

    def model(self, backend):
        return types.SimpleNamespace(used=self.used)

    def ask(self, question, backend=None, earlier=()):
        self.heard.append((question, backend))
        self.earlier.append(earlier)
        if backend == "ollama":
            self.used.calls, self.used.sent, self.used.received = (self.used.calls + 1, self.used.sent + 10, 3)
        self.fail(question)
        span = Span("a.md", 0, 0, len(QUOTE))
        citation = Citation(span, QUOTE, None, None, None, "A", None, None, None)
        sentence = Sentence(PAGE, (Span("a.md", 0, 0, len(PAGE)),))
        passage = Passage("p", "a.md", (), (sentence,), (None,), ("paragraph",), (None,))
        return Answer(
            question=question,
            text=f"{QUOTE} [1]",
            claims=(Claim(QUOTE, (citation,), verdict="exact"),),
            abstained=False,
            notice="",
            query=Query(question),
            hits=(Hit(passage, 1.0),),
            searched={"documents": 1},
            backend=backend or "extractive",
            seconds=0.125,
        )


@pytest.fixture
def questions_path(tmp_path):
    evidence = [{"document": "a.md", "page": None, "quote": QUOTE}]
    row = {"kind": "fact", "evidence": evidence, "answer": "5", "must_include": [["five"]]}
    rows = [row | {"id": id, "question": f"What of {id}?"} for id in ("q1", "q2")]
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def quiet(done, total):
    pass


def evaluated(findings, path, out, progress, backend=None):
    return evaluate(findings, read_questions(path), out, progress, backend, keep=path)


def test_evaluate_writes_the_records_and_returns_the_summary(tmp_path, questions_path):
    findings, steps, out = FakeFindings(), [], tmp_path / "results.jsonl"
    summary = evaluated(findings, questions_path, out, lambda *step: steps.append(step), backend="ollama")
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["q1", "q2"]
    assert rows[0]["claims"][0]["citations"][0]["quote"] == QUOTE
    assert (summary["right"], summary["quotes_verbatim"], summary["quotes_at_span"], summary["mrr"]) == (1, 1, 1, 1)
    assert summary["p50_s"] == 0.125
    assert summary["backends"] == {"ollama": 2}
    # The question that warms up is not counted.
    assert summary["cost"] == {"calls": 2, "sent": 20, "received": 0}
    assert summary["memory_mb"] is None or summary["memory_mb"] > 10
    assert steps == [(1, 2), (2, 2)]
    machine = summary["machine"]
    assert (machine["model"], machine["documents"], machine["passages"]) == ("a model", 1, 2)
    assert machine["processors"] >= 1
    assert machine["program"]
    assert json.loads(json.dumps(summary)) == summary
    assert sorted(p.name for p in tmp_path.iterdir()) == ["results.jsonl", "set.jsonl"]


def test_the_models_are_warmed_by_a_question_that_does_not_count(tmp_path, questions_path):
    findings = FakeFindings()
    evaluated(findings, questions_path, tmp_path / "results.jsonl", quiet)
    assert findings.heard == [(WARM_UP, None), ("What of q1?", None), ("What of q2?", None)]


def test_the_embedded_answerer_costs_nothing_and_a_follow_up_is_asked_as_one(tmp_path, questions_path):
    row = json.loads(questions_path.read_text(encoding="utf-8").splitlines()[0]) | {"after": ["Before?"]}
    questions_path.write_text(json.dumps(row), encoding="utf-8")
    findings = FakeFindings()
    summary = evaluated(findings, questions_path, tmp_path / "results.jsonl", quiet)
    assert summary["cost"] == {"calls": 0, "sent": 0, "received": 0}
    assert findings.earlier == [(), ("Before?",)]


def test_results_of_an_earlier_run_are_replaced_only_by_complete_ones(tmp_path, questions_path):
    out = tmp_path / "results.jsonl"
    out.write_text("the earlier run", encoding="utf-8")

    def interrupt(question):
        if "q2" in question:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluated(FakeFindings(interrupt), questions_path, out, quiet)
    assert out.read_text(encoding="utf-8") == "the earlier run"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["results.jsonl", "set.jsonl"]
    evaluated(FakeFindings(), questions_path, out, quiet)
    assert len(out.read_text(encoding="utf-8").splitlines()) == 2


def failing(error):
    def fail(question):
        raise error

    return fail


def test_without_a_model_nothing_is_measured(tmp_path, questions_path):
    out = tmp_path / "results.jsonl"
    with pytest.raises(ModelError, match="no model"):
        evaluated(FakeFindings(failing(ModelError("no model"))), questions_path, out, quiet)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["set.jsonl"]


def test_a_slip_in_the_program_costs_no_run(tmp_path, questions_path, caplog):
    out = tmp_path / "results.jsonl"
    summary = evaluated(FakeFindings(failing(IndexError("slip"))), questions_path, out, quiet)
    assert (summary["errors"], summary["right"]) == (2, 0)
    assert len(out.read_text(encoding="utf-8").splitlines()) == 2
    assert "slip" in caplog.text


def test_bad_places_for_results_are_refused_before_anything_is_asked(tmp_path, questions_path):
    findings = FakeFindings()
    link = tmp_path / "link.jsonl"
    link.hardlink_to(questions_path)
    for out, fault in [
        (questions_path, "would replace the questions"),
        (link, "would replace the questions"),
        (tmp_path, "is no file"),
        (Path("/dev/null"), "is no file"),
        (tmp_path / "gone" / "results.jsonl", "there is no folder"),
    ]:
        if out.exists() or "gone" in out.parts:
            with pytest.raises(UsageError, match=fault):
                evaluated(findings, questions_path, out, quiet)
    assert findings.heard == []


def test_a_disk_that_says_no_is_named(tmp_path, questions_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("eval.results_file.os.replace", refuse)
    with pytest.raises(FindingsError, match=r"cannot write .*permission denied"):
        evaluated(FakeFindings(), questions_path, tmp_path / "results.jsonl", quiet)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["set.jsonl"]
