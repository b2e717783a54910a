import json

import pytest

from eval.against import compare, read_records
from eval.questions import Evidence, Question
from rag.errors import UsageError


def asked(id, kind="fact"):
    return Question(id, f"What of {id}?", kind, (Evidence("a.md", None, id),), "-", ((id,),))


def record(id, *texts, **more):
    return {"id": id, "passages": [{"document": "a.md", "text": text} for text in texts], "seconds": 0.25} | more


QUESTIONS = [asked("one"), asked("two"), asked("three", "list"), Question("n1", "?", "unanswerable")]
OURS = [record("one", "one", answer="one"), record("two", "x", "two", answer="two"), record("three", "three")]


def written(tmp_path, *rows):
    path = tmp_path / "theirs.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_records_of_a_tool_that_only_finds(tmp_path):
    rows = [{"id": "one", "passages": [{"document": "a.md", "page": "iv", "text": "one", "more": 1}]}, {"id": "two"}]
    rows += [{"id": "three", "answer": None, "passages": None, "claims": None}]
    assert read_records(written(tmp_path, *rows)) == rows


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({}, "the field 'id' is missing"),
        ({"id": 1}, "the field 'id' is missing or no text"),
        ({"id": "a", "answer": ["b"]}, "'answer' must be text"),
        ({"id": "a", "passages": "b"}, "'passages' must be a list of objects"),
        ({"id": "a", "passages": ["b"]}, "'passages' must be a list of objects"),
        ({"id": "a", "passages": [{"text": 1}]}, "'text' in 'passages' must be text"),
        ({"id": "a", "passages": [{"document": 1}]}, "'document' in 'passages' must be text"),
        ({"id": "a", "claims": [{"citations": {"a": 1}}]}, "'citations' must be a list of objects"),
        ({"id": "a", "claims": [{"citations": [{"quote": 1}]}]}, "'quote' in 'citations' must be text"),
        ({"id": "a", "claims": [{"citations": [{"page": "1"}]}]}, "'page' in 'citations' must be a whole number"),
        ("[]", "not a JSON object"),
    ],
)
def test_records_that_cannot_be_measured_are_refused(tmp_path, row, fault):
    with pytest.raises(UsageError, match=f"theirs.jsonl, line 2: {fault}"):
        read_records(written(tmp_path, {"id": "good"}, row))


def test_both_are_measured_alike_and_compared_question_by_question():
    theirs = [record("one", "x", "one"), record("three", "three")]
    table = compare(QUESTIONS, OURS, theirs, "peer")
    assert table["questions"] == {"all": 3, "fact": 2, "list": 1}
    assert table["missing"] == ["two"]
    assert list(table["columns"]) == ["findings", "peer"]
    assert "recall@20" not in table["columns"]["peer"]["all"]  # ours hold ten
    assert "right" not in table["columns"]["peer"]["all"]  # it answers nothing
    assert table["columns"]["peer"]["all"]["recall@1"]["value"] == pytest.approx(1 / 3, abs=1e-4)
    assert table["difference"]["fact"]["recall@5"]["value"] == 0.5
    assert table["difference"]["list"]["recall@1"] == {"value": 0, "interval": None}
    assert table["milliseconds"]["peer"] == {"p50_ms": 250, "p95_ms": 250}
    assert json.loads(json.dumps(table)) == table


def test_a_tool_that_answers_is_compared_on_that_too():
    table = compare(QUESTIONS, OURS, [record("one", answer="one"), record("three", answer="three")], "other")
    assert table["columns"]["findings"]["all"]["right"]["value"] == pytest.approx(2 / 3, abs=1e-4)
    assert table["columns"]["other"]["list"]["right"]["value"] == 1
    assert table["difference"]["list"]["right"]["value"] == -1
    assert table["difference"]["all"]["cites_evidence"] == {"value": 0, "interval": [0, 0]}


def test_with_itself_there_is_no_difference():
    table = compare(QUESTIONS, OURS, OURS, "findings")
    assert list(table["columns"]) == ["findings", "findings (theirs)"]
    assert all(one == {"value": 0, "interval": [0, 0]} for one in table["difference"]["all"].values())


def test_nothing_at_all():
    table = compare([], [], [], "peer")
    assert table["questions"] == {"all": 0}
    assert table["difference"]["all"]["mrr"] == {"value": None, "interval": None}
