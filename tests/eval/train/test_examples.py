from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.train.examples import KEPT, aside, examples, same_sentence
from rag.pipeline import Findings

PAPER = "newham-inspection-2014.md"
QUESTION = "How many looked-after children lived outside the borough?"


@pytest.fixture
def folder(tmp_path: Path, findings: Findings) -> Path:
    """A question for the passage that says it, one that this passage misses, and one for a paper that is not held."""
    hit = next(h for h in findings.search(f"{QUESTION} Newham 2014")[1] if "72%" in h.passage.text)
    sentences = [sentence.text for sentence in hit.passage.sentences]
    answering = next(i for i, text in enumerate(sentences, 1) if "72%" in text)
    passages = [{"id": "t0", "document": PAPER, "sentences": sentences}, {"id": "t1", "document": "b", "sentences": []}]
    questions = [
        {"passage": "t0", "question": QUESTION, "sentences": [answering], "unanswered": False},
        {"passage": "t0", "question": QUESTION + " And abroad?", "sentences": [], "unanswered": True},
        {"passage": "t1", "question": "What?", "sentences": [], "unanswered": False},
    ]
    for name, rows in (("passages", passages), ("questions", questions)):
        text = "\n".join(map(json.dumps, rows)) + "\n\n"
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return tmp_path


def test_passages_that_answer_and_passages_that_are_near(findings: Findings, folder: Path) -> None:
    answered, missed = examples(findings, folder)
    assert answered.answered and answered.document == PAPER
    assert all("72%" in passage.text for passage in answered.right)
    for passage in answered.right:
        assert [text for text, label in zip(passage.sentences, passage.labels, strict=True) if label]
        assert passage.text.startswith("Newham inspection June 2014. ") and not passage.above.startswith("Newham")
    assert 0 < len(answered.near) <= KEPT
    assert not any(passage.answers or "72%" in passage.text for passage in answered.near)
    assert (missed.answered, missed.right, len(missed.near)) == (False, (), 1)
    assert "72%" in missed.near[0].text and not missed.near[0].answers


def test_a_tenth_of_the_documents_is_kept_apart(findings: Findings, folder: Path) -> None:
    import dataclasses

    (one, _) = examples(findings, folder)
    made = [dataclasses.replace(one, document=str(n)) for n in range(30)]
    assert len(aside(made)) == 3 and aside(made) == aside(made[::-1])


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
