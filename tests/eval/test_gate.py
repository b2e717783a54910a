from pathlib import Path

import pytest

from eval.gate import Gate, read_gate
from eval.questions import KINDS, Question, read_questions
from rag.errors import UsageError

EVAL = Path(__file__).resolve().parents[2] / "eval"


def asked(id, kind="fact", held_out=False):
    return Question(id, "?", kind, held_out=held_out)


def test_the_first_of_each_kind_are_asked_and_none_that_is_held_out():
    questions = [asked("a", held_out=True), asked("b"), asked("c", "list"), asked("d"), asked("e")]
    assert [one.id for one in Gate(2).subset(questions)] == ["b", "c", "d"]
    assert [one.id for one in Gate().subset(questions)] == ["b", "c", "d", "e"]
    assert Gate(1).subset([]) == []


def test_what_fell_is_named_and_what_is_just_good_enough_is_not():
    gate = Gate(None, {"right": 0.5, "recall@5": 0.9}, {"errors": 0, "p95_s": 1.0})
    good = {"right": 0.5, "recall@5": 0.9, "errors": 0, "p95_s": 1.0}
    assert gate.fallen(good) == []
    assert gate.fallen(good | {"right": 0.49, "errors": 2}) == [
        "right is 0.49, at least 0.5 is asked",
        "errors is 2, at most 0 is asked",
    ]
    assert gate.fallen(good | {"p95_s": None}) == ["p95_s is unknown, at most 1 is asked"]


@pytest.mark.parametrize("figure", ["glory", "failed"])
def test_a_figure_that_there_is_not_is_a_fault_of_the_gate(figure):
    with pytest.raises(UsageError, match=f"'{figure}', which is no figure"):
        Gate(None, {figure: 1}).fallen({"right": 1, "failed": {}})


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[least", "cannot read the gate"),
        ("", "no thresholds"),
        ("[least]\nright = '1'", "bound of 'right' must be a number"),
        ("[least]\nright = true", "bound of 'right' must be a number"),
        ("least = 3", "'least' must be a table"),
        ("[greatest]\nright = 1", "unknown 'greatest'"),
        ("[subset]\nevery = 3\n[least]\nright = 1", "unknown 'every'"),
        ("[subset]\neach_kind = 0\n[least]\nright = 1", "each_kind must be a whole number"),
    ],
)
def test_a_fault_is_named_with_the_file(tmp_path, text, fault):
    path = tmp_path / "gate.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=fault) as raised:
        read_gate(path)
    assert str(path) in str(raised.value)
    with pytest.raises(UsageError, match="cannot read the gate"):
        read_gate(tmp_path / "gone.toml")


def test_the_gate_that_ships_asks_every_kind():
    gate = read_gate(EVAL / "gate.toml")
    subset = gate.subset(read_questions(EVAL / "questions" / "sample.jsonl"))
    assert {one.kind for one in subset} == set(KINDS)
    assert len(subset) <= 35
