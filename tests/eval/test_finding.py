import pytest

from eval import finding
from eval.questions import Evidence, Question

FIGURES = ["recall@1", "recall@3", "recall@5", "recall@10", "mrr", "ndcg@10"]


def asked(id, kind="fact", *quotes):
    return Question(id, "?", kind, tuple(Evidence("a.md", None, quote) for quote in quotes or (id,)))


def record(id, *texts, **more):
    return {"id": id, "passages": [{"document": "a.md", "text": text} for text in texts]} | more


def test_a_value_for_every_question_of_every_figure():
    questions = [asked("one"), asked("two"), asked("gone")]
    records = [record("two", "x", "two"), record("one", *["x"] * 14, "one"), record("other", "other")]
    shallow, deep = finding.values(questions, records, 10), finding.values(questions, records, 20)
    assert list(shallow) == FIGURES
    assert deep["recall@20"] == [1, 1, 0]
    assert {name: deep[name] for name in FIGURES} == shallow
    assert shallow["recall@1"] == [0, 0, 0]
    assert shallow["recall@3"] == shallow["recall@10"] == [0, 1, 0]
    assert shallow["mrr"] == [0, 1 / 2, 0]  # the first ten alone count, however deep the list


def test_estimates_over_all_and_by_kind():
    questions = [asked("a", "list"), asked("b", "fact"), asked("c", "list"), asked("d", "list")]
    made = finding.by_kind(questions, {"some": [1, 0, 0, 1]})
    assert list(made) == ["all", "fact", "list"]
    assert made["all"]["some"]["value"] == 0.5
    assert made["list"]["some"]["value"] == pytest.approx(2 / 3, abs=1e-6)
    assert made["fact"]["some"] == {"value": 0, "interval": None}
    low, high = made["list"]["some"]["interval"]
    assert 0 <= low < 2 / 3 < high <= 1
    assert finding.counts(questions) == {"all": 4, "fact": 1, "list": 3}


def test_nothing_at_all():
    assert finding.values([], [], 20)["recall@20"] == []
    assert finding.by_kind([], {"some": []}) == {"all": {"some": {"value": None, "interval": None}}}
    assert finding.counts([]) == {"all": 0}
    assert finding.milliseconds([]) == finding.milliseconds([{"id": "a"}]) == {"p50_ms": None, "p95_ms": None}


def test_differences_are_paired_and_of_what_both_have():
    questions = [asked(id) for id in "abcd"]
    made = finding.differences(questions, {"x": [1, 0, 1, 0.5], "y": [1] * 4}, {"x": [0.5, -0.5, 0.5, 0]})
    assert list(made["all"]) == ["x"]
    assert made["all"]["x"] == {"value": 0.5, "interval": [pytest.approx(0.5)] * 2}


def test_milliseconds():
    assert finding.milliseconds([{"seconds": s / 1000} for s in range(1, 22)]) == {"p50_ms": 11, "p95_ms": 20}
