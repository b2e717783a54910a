from __future__ import annotations

import math
from pathlib import Path

import pytest

from rag.lexical import LexicalIndex
from rag.words import terms

IDS = ["a.txt#0000", "a.txt#0001", "b #1.txt#0000", "c.txt#0000"]
TEXTS = [
    "Supervision is regular. Supervision is recorded.",
    "Supervision of social workers varied and plans were late in many of the cases seen.",
    "Carers were pleased with their training.",
    "The of and",  # stop words alone
]
K1, B = 1.5, 0.75


def expected(query: str) -> dict[str, float]:
    """BM25 as Lucene has it: Σ ln(1 + (N − n + ½)/(n + ½)) · tf / (tf + k1·(1 − b + b·length/mean length))."""
    corpus = [terms(text) for text in TEXTS]
    mean = sum(map(len, corpus)) / len(corpus)
    scores = {}
    for id, held in zip(IDS, corpus, strict=True):
        score = 0.0
        for term in terms(query):
            n = sum(term in other for other in corpus)
            tf = held.count(term)
            idf = math.log(1 + (len(corpus) - n + 0.5) / (n + 0.5))
            score += idf * tf / (tf + K1 * (1 - B + B * len(held) / mean))
        scores[id] = score
    return {id: score for id, score in scores.items() if score > 0}


@pytest.fixture(params=["built", "loaded"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> LexicalIndex:
    built = LexicalIndex.build(IDS, TEXTS)
    if request.param == "built":
        return built
    built.save(tmp_path / "bm25")
    return LexicalIndex.load(tmp_path / "bm25")


@pytest.mark.parametrize("query", ["supervision", "Late supervision of carers", "training", "supervision supervised"])
def test_scores_and_ranking_are_those_of_the_formula(index: LexicalIndex, query: str) -> None:
    wanted = expected(query)
    found = index.search(query, 10)
    assert [id for id, _ in found] == sorted(wanted, key=wanted.get, reverse=True)
    assert dict(found) == pytest.approx(wanted, rel=1e-4)


def test_ranking_agrees_with_rank_bm25() -> None:
    rank_bm25 = pytest.importorskip("rank_bm25")
    other = rank_bm25.BM25Plus([terms(text) or ["-"] for text in TEXTS[:3]], delta=0)
    ours = [id for id, _ in LexicalIndex.build(IDS[:3], TEXTS[:3]).search("supervision recorded", 3)]
    scores = other.get_scores(terms("supervision recorded"))
    assert ours == [id for _, id in sorted(zip(scores, IDS, strict=False), reverse=True)][: len(ours)]


@pytest.mark.parametrize("query", ["", "the of", "zebra", "42"])
def test_nothing_found(index: LexicalIndex, query: str) -> None:
    assert index.search(query, 5) == []


def test_unknown_words_change_nothing(index: LexicalIndex) -> None:
    assert index.search("zebra training", 5) == index.search("training", 5)


def test_narrowing(index: LexicalIndex) -> None:
    assert [id for id, _ in index.search("supervision carers", 5, {"b #1.txt"})] == ["b #1.txt#0000"]
    assert index.search("supervision", 5, {"b #1.txt"}) == []
    assert index.search("supervision", 5, set()) == []


def test_at_most_k(index: LexicalIndex) -> None:
    assert len(index.search("supervision", 1)) == 1
    assert index.search("supervision", 0) == []


def test_frequency(index: LexicalIndex) -> None:
    assert [index.frequency(term) for term in ("supervis", "carer", "zebra", "the")] == [2, 1, 0, 0]


@pytest.mark.parametrize(("ids", "texts"), [([], []), (["a#0000"], ["the"]), (["a#0000"], [""])])
def test_empty(tmp_path: Path, ids: list[str], texts: list[str]) -> None:
    built = LexicalIndex.build(ids, texts)
    built.save(tmp_path / "bm25")
    for index in (built, LexicalIndex.load(tmp_path / "bm25")):
        assert index.search("supervision", 5) == []
        assert index.frequency("supervis") == 0


def test_one_passage(tmp_path: Path) -> None:
    assert [id for id, _ in LexicalIndex.build(["a#0000"], ["Plans."]).search("plan", 3)] == ["a#0000"]


def test_equal_scores_keep_the_order_of_the_papers() -> None:
    ids = [f"a#{n:04d}" for n in range(5)]
    assert [id for id, _ in LexicalIndex.build(ids, ["late plans"] * 5).search("plans", 3)] == ids[:3]
