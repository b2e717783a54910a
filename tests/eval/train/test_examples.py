from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.train.examples import KEPT, aside, examples, same_sentence
from rag.pipeline import Findings
from rag.types import Passage, Sentence

PAPER = "newham-inspection-2014.md"
QUESTION = "How many looked-after children lived outside the borough?"
ABROAD = "How many looked-after children lived abroad?"


@pytest.fixture(scope="module")
def passage(findings: Findings) -> Passage:
    return next(h.passage for h in findings.search(f"{QUESTION} Newham 2014")[1] if "72%" in h.passage.text)


@pytest.fixture(scope="module")
def says(passage: Passage) -> int:
    return next(i for i, sentence in enumerate(passage.sentences) if "72%" in sentence.text)


def written(folder: Path, name: str, rows: Sequence[dict]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n\n", encoding="utf-8")


def places(sentence: Sentence) -> list[list[int]]:
    return [[span.page, span.start, span.end] for span in sentence.spans]


@pytest.fixture
def folder(tmp_path: Path, passage: Passage, says: int) -> Path:
    """A question for the passage that says it, one that this passage misses, and one for a paper that is not held."""
    sentences = [sentence.text for sentence in passage.sentences]
    written(tmp_path, "passages", [
        {"id": "t0", "document": PAPER, "sentences": sentences}, {"id": "t1", "document": "b", "sentences": ["So."]},
    ])  # fmt: skip
    written(tmp_path, "questions", [
        {"passage": "t0", "question": QUESTION, "sentences": [says + 1], "unanswered": False},
        {"passage": "t0", "question": ABROAD, "sentences": [], "unanswered": True},
        {"passage": "t1", "question": "What?", "sentences": [1], "unanswered": False},
    ])  # fmt: skip
    return tmp_path


@pytest.fixture
def shipped(tmp_path: Path, passage: Passage, says: int) -> Path:
    """The same question by the place of its answer, and what was read for the one that is missed."""
    folder = tmp_path / "shipped"
    answers = [places(passage.sentences[says])]
    read = [place for sentence in passage.sentences for place in places(sentence)]
    row = {"document": PAPER, "kind": "near-miss", "sure": True, "read": read, "answers": []}
    written(folder, "questions", [
        {"document": PAPER, "question": f"{QUESTION} Tell me.", "kind": "fact", "answered": True, "answers": answers},
        {"document": "b", "question": "What?", "kind": "fact", "answered": True, "answers": [[[0, 0, 9]]]},
    ])  # fmt: skip
    written(folder, "checked", [
        {"of": "train", "line": 2, **row},
        {"of": "train", "line": 2, **row, "sure": False},
        {"of": "questions", "line": 1, **row, "answers": answers},
        {"of": "questions", "line": 2, **row},
        {"of": "train", "line": 2, **row, "document": "b"},
    ])  # fmt: skip
    return folder


def test_passages_that_answer_and_passages_that_are_near(findings: Findings, folder: Path, shipped: Path) -> None:
    given, ours, *_ = examples(findings, folder, shipped)
    for answered in (given, ours):
        assert answered.answered and answered.document == PAPER and not answered.checked
        assert all("72%" in passage.text for passage in answered.right)
        for passage in answered.right:
            said = [text for text, label in zip(passage.sentences, passage.labels, strict=True) if label]
            assert said and all("72%" in text for text in said)
            assert passage.text.startswith("Newham inspection June 2014. ") and not passage.above.startswith("Newham")
        assert 0 < len(answered.near) <= KEPT
        assert not any(passage.answers or "72%" in passage.text for passage in answered.near)
        assert len(answered.found) == len(answered.fused) and sorted(answered.fused, reverse=True) == [*answered.fused]
        assert {one.id for one in (*answered.right, *answered.near)} <= {one.id for one in answered.found}


def test_only_what_was_read_teaches_what_does_not_answer(
    findings: Findings, folder: Path, shipped: Path, passage: Passage, says: int
) -> None:
    """Neither the missed question alone, nor a doubtful row, nor one about a paper that is not held, is an example."""
    _, _, missed, answered = examples(findings, folder, shipped)
    assert missed.checked and not missed.answered and missed.question == ABROAD.replace(" in Newham", "")
    assert (missed.right, missed.found, [one.id for one in missed.near]) == ((), (), [passage.id])
    assert not missed.near[0].answers
    assert answered.checked and answered.answered and [one.id for one in answered.right] == [passage.id]
    assert [i for i, label in enumerate(answered.right[0].labels) if label] == [says]


def test_a_passage_that_was_read_in_part_is_no_example(
    findings: Findings, folder: Path, shipped: Path, passage: Passage
) -> None:
    written(shipped, "checked", [
        {"of": "train", "line": 2, "document": PAPER, "kind": "near-miss", "sure": True,
         "read": places(passage.sentences[0]), "answers": []},
    ])  # fmt: skip
    *_, one = examples(findings, folder, shipped)
    assert len(passage.sentences) > 1 and passage.id not in {each.id for each in one.near}


def test_a_sentence_that_is_cut_otherwise_is_found(
    findings: Findings, folder: Path, shipped: Path, passage: Passage, says: int
) -> None:
    page, start, end = places(passage.sentences[says])[0]
    moved = [[[page, start + (end - start) // 4, end + 5]]]
    written(shipped, "questions", [
        {"document": PAPER, "question": QUESTION, "kind": "fact", "answered": True, "answers": moved}
    ])  # fmt: skip
    written(shipped, "checked", [])
    given, ours = examples(findings, folder, shipped)
    assert [one.id for one in given.right] == [one.id for one in ours.right]


def test_a_share_of_the_documents_is_kept_apart(findings: Findings, folder: Path, shipped: Path) -> None:
    one, *_ = examples(findings, folder, shipped)
    made = [dataclasses.replace(one, document=f"{n:03}") for n in range(149)]
    assert len(aside(made)) == 26 and aside(made) == aside(made[::-1])


@pytest.mark.parametrize(
    ("sentence", "right", "same"),
    [
        ("abc", ["abc"], True),
        ("abc", ["abcd"], False),
        ("a" * 30, ["a" * 40], True),
        ("a" * 40, ["a" * 30], True),
        ("", ["a"], False),
        ("abc", [], False),
    ],
)
def test_the_same_sentence(sentence: str, right: list[str], same: bool) -> None:
    assert same_sentence(sentence, right) is same
