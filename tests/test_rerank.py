from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from pathlib import Path

import pytest
from made import paper

from rag.config import Settings
from rag.errors import ModelError
from rag.rerank import CHUNK, NONE, Reranker, Weights, load_reranker, rerank
from rag.store import Record
from rag.types import Description, Filters, Hit, Passage, Query, Reading, Stated

EVEN = Weights(read=(0.0, 0.0, 1.0), unread=(0.0, 1.0, 0.0))


def hits(*documents: str) -> list[Hit]:
    """One hit a name, of falling scores of fusion."""
    return [
        Hit(paper(f"{name}{i}.md", f"Passage {i} says this. And that.").passages[0], 1 / (10 + i))
        for i, name in enumerate(documents)
    ]


def reader(answers: dict[str, float], seen: list[int] | None = None) -> Reranker:
    def read(question: str, passages: Sequence[Passage]) -> list[Reading]:
        if seen is not None:
            seen.append(len(passages))
        return [Reading(answers.get(p.document, -5.0), (0.0,) * len(p.sentences)) for p in passages]

    return Reranker(read, EVEN)


def names(found: Sequence[Hit]) -> list[str]:
    return [hit.passage.document for hit in found]


def test_what_answers_comes_first() -> None:
    found = rerank(Query("visits"), hits("a", "b", "c"), {}, reader({"c2.md": 2.0, "a0.md": 1.0}), Settings())
    assert names(found) == ["c2.md", "a0.md", "b1.md"]
    assert [hit.score for hit in found] == pytest.approx([1 / (1 + math.exp(-x)) for x in (2.0, 1.0, -5.0)])
    assert found[0].reading == Reading(2.0, (0.0, 0.0))


def test_nothing_and_one() -> None:
    assert rerank(Query("visits"), [], {}, reader({}), Settings()) == ()
    assert names(rerank(Query("visits"), hits("a"), {}, reader({}), Settings())) == ["a0.md"]


def test_beyond_the_most_fusion_weighs_alone() -> None:
    found = rerank(Query("visits"), hits("a", "b", "c"), {}, reader({}), Settings(rerank_passages=2))
    by_name = {hit.passage.document: hit for hit in found}
    assert by_name["c2.md"].reading is None
    assert by_name["c2.md"].score == pytest.approx(1 / (1 + math.exp(-math.log(1 / 12))))


def test_time_spent_stops_the_reading() -> None:
    seen: list[int] = []
    ticks = itertools.count(0.0, 0.2)  # every look at the clock is two tenths of a second later
    given = hits(*"abcdefghijklmnopqrstuvwxyz")
    rerank(Query("visits"), given, {}, reader({}, seen), Settings(rerank_seconds=0.5), lambda: next(ticks))
    assert seen == [CHUNK, CHUNK], "a third would end after 0.6 s"


def test_a_first_chunk_is_read_whatever_the_budget() -> None:
    seen: list[int] = []
    found = rerank(Query("visits"), hits("a", "b"), {}, reader({}, seen), Settings(rerank_seconds=0.0))
    assert seen == [2]
    assert all(hit.reading for hit in found)


def test_each_place_keeps_giving_its_best_in_turn() -> None:
    given = hits("a", "b", "a", "b")
    records = {
        name: Record(name, "", "", "", "text", False, 1, 1, (), Description(authority=Stated(place)))
        for name, place in (("a0.md", "York"), ("b1.md", "Leeds"), ("a2.md", "York"), ("b3.md", "Leeds"))
    }
    query = Query("visits", filters=Filters(authorities=("York", "Leeds")))
    answers = {"a2.md": 3.0, "a0.md": 2.0, "b3.md": 1.0, "b1.md": 0.0}
    assert names(rerank(query, given, records, reader(answers), Settings())) == ["a2.md", "b3.md", "a0.md", "b1.md"]


def test_none_means_none() -> None:
    assert load_reranker(Settings(reranker=NONE)) is None


def test_a_folder_without_a_reranker_is_named() -> None:
    with pytest.raises(ModelError, match=r"no reranker in other; set reranker to findings-reranker, none"):
        load_reranker(Settings(reranker="other"))


def test_weights_by_hand() -> None:
    weights = Weights(read=(1.0, 2.0, 0.5), unread=(-1.0, 2.0, 0.0))
    assert weights.probability(0.1, Reading(3.0, ())) == pytest.approx(
        1 / (1 + math.exp(-(1 + 2 * math.log(0.1) + 0.5 * 3)))
    )
    assert weights.probability(0.1, None) == pytest.approx(1 / (1 + math.exp(-(-1 + 2 * math.log(0.1)))))


# ── the model that ships ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_shipped_model_tells_an_answer_from_its_neighbour(tmp_path: Path) -> None:
    reranker = load_reranker(Settings(cache=str(tmp_path)))
    assert reranker is not None
    made = paper(
        "a.md",
        "Social workers do not see children often enough. The council bought new computers for its offices.",
        "The council's offices were moved to the town centre. Parking is free after six.",
    )
    first, second = reranker.read("How often are children visited by their social workers?", made.passages)
    assert first.answers > second.answers
    said = first.sentences
    assert said[0] is not None and said[1] is not None and said[0] > said[1]
    assert len(second.sentences) == 2


def test_a_damaged_model_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    from rag import rerank as module
    from rag.graph import packaged

    home = tmp_path / "reranker"
    shutil.copytree(packaged("reranker"), home)
    with (home / "model.bin").open("r+b") as file:
        file.write(b"x")
    monkeypatch.setattr(module, "packaged", lambda name: home)
    with pytest.raises(ModelError, match=r"damaged \(model.bin is not what it was\); reinstall"):
        load_reranker(Settings(cache=str(tmp_path)))
