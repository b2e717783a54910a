from __future__ import annotations

import pytest
from made import paper
from tokenizers import Tokenizer

from rag.embed import TUNED
from rag.graph import packaged
from rag.pairs import ABOVE_TOKENS, QUESTION_TOKENS, above, pairs

LIMIT = 64


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    assert TUNED
    return Tokenizer.from_file(str(packaged("embedder") / "tokenizer.json"))


def words(tokenizer: Tokenizer, ids: tuple[int, ...]) -> str:
    return " ".join(filter(None, map(tokenizer.id_to_token, ids)))


def test_a_pair_is_question_then_headings_then_sentences(tokenizer: Tokenizer) -> None:
    (pair,) = pairs(tokenizer, LIMIT, "who visits", [("findings", ["they do", "often"])])
    assert words(tokenizer, pair.ids) == "[CLS] who visits [SEP] findings [SEP] they do [SEP] often [SEP]"
    assert pair.segments == (0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1)
    assert [words(tokenizer, pair.ids[: mark + 1]).split()[-2:] for mark in pair.marks] == [
        ["do", "[SEP]"], ["often", "[SEP]"],
    ]  # fmt: skip


def test_no_passages_no_pairs(tokenizer: Tokenizer) -> None:
    assert pairs(tokenizer, LIMIT, "who", []) == []


def test_a_passage_without_sentences_has_no_marks(tokenizer: Tokenizer) -> None:
    (pair,) = pairs(tokenizer, LIMIT, "", [("", [])])
    assert words(tokenizer, pair.ids) == "[CLS] [SEP] [SEP]"
    assert pair.marks == ()


def test_what_is_too_long_is_cut_and_what_is_left_out_has_no_mark(tokenizer: Tokenizer) -> None:
    (pair,) = pairs(tokenizer, LIMIT, "who", [("", ["word " * 30, "word " * 80, "never read"])])
    assert len(pair.ids) == len(pair.segments) == LIMIT
    assert len(pair.marks) == 2
    assert pair.marks[-1] == LIMIT - 1


def test_a_long_question_leaves_room(tokenizer: Tokenizer) -> None:
    (pair,) = pairs(tokenizer, 256, "who " * 500, [("head " * 500, ["a sentence"])])
    assert len(pair.ids) == 1 + QUESTION_TOKENS + 1 + ABOVE_TOKENS + 1 + 2 + 1


def test_what_stands_above_a_passage() -> None:
    assert above(paper("a.md", "One. Two.").passages[0]) == "Findings"
