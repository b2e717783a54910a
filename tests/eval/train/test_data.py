"""The training questions that ship: well-formed, of known kinds, and none of the papers' words among them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from eval.train.examples import lines

SHIPPED = Path(__file__).parents[3] / "eval/train/data"  # of the repository: the installed package is without it
KINDS = {"finding", "yesno", "fact", "reason", "list"}
LONGEST = 30  # words: a question, not a passage
GIVEN = 4094  # questions of TRAIN_DIR


@pytest.fixture(scope="module")
def questions() -> list[dict]:
    return list(lines(SHIPPED / "questions.jsonl"))


@pytest.fixture(scope="module")
def checked() -> list[dict]:
    return list(lines(SHIPPED / "checked.jsonl"))


def is_place(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 3
        and all(type(number) is int and number >= 0 for number in value)
        and value[1] < value[2]
    )


def are_answers(value: list) -> bool:
    return all(sentence and all(map(is_place, sentence)) for sentence in value)


def test_questions_say_where_and_not_what(questions: list[dict]) -> None:
    for row in questions:
        assert list(row) == ["document", "question", "kind", "answered", "passage", "answers"]
        assert row["document"].startswith("ilacs/") and row["document"].endswith(".pdf")
        assert row["kind"] in KINDS
        assert 0 < len(row["question"].split()) <= LONGEST
        assert row["passage"] and all(map(is_place, row["passage"])) and are_answers(row["answers"])
        assert row["answered"] is bool(row["answers"])


def test_checked_rows_point_to_questions(questions: list[dict], checked: list[dict]) -> None:
    many = {"train": GIVEN, "questions": len(questions)}
    for row in checked:
        assert list(row) == ["of", "line", "document", "kind", "sure", "read", "answers"]
        assert 1 <= row["line"] <= many[row["of"]] and type(row["sure"]) is bool
        assert row["kind"] in {"near-miss", "stray"} and row["document"].startswith("ilacs/")
        assert row["read"] and all(map(is_place, row["read"])) and are_answers(row["answers"])
        if row["of"] == "questions":
            about = questions[row["line"] - 1]
            assert (about["document"], about["answered"], row["kind"]) == (row["document"], False, "near-miss")


def test_no_question_is_checked_twice_on_one_paper(checked: list[dict]) -> None:
    assert Counter((row["of"], row["line"], row["document"]) for row in checked).most_common(1)[0][1] == 1


def test_the_readme_counts_what_there_is(questions: list[dict], checked: list[dict]) -> None:
    told = (SHIPPED / "README.md").read_text(encoding="utf-8")
    kinds = Counter(row["kind"] for row in questions)
    assert all(
        f"| {kinds[kind]:,} |" in next(line for line in told.splitlines() if f"`{kind}` |" in line) for kind in kinds
    )
    answered = sum(row["answered"] for row in questions)
    for number in (f"{len(questions):,} questions", f"{answered:,} are answered", f"{len(checked):,} questions"):
        assert number in told
    found = Counter((row["kind"], row["of"], bool(row["answers"]) if row["sure"] else None) for row in checked)
    for kind, of in (("near-miss", "train"), ("stray", "train"), ("near-miss", "questions")):
        assert " | ".join(str(found[kind, of, state]) for state in (True, False, None)) + " |" in told
