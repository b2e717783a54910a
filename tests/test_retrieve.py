from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from made import paper, store_of

from rag.config import Settings
from rag.embed import Embedder
from rag.retrieve import allowed, matches, reciprocal_rank_fusion, retrieve, sides
from rag.store import Record, Store
from rag.types import Description, Filters, Judgement, Query, Stated

EAST = Embedder("tiny", "0" * 64, 2, lambda texts, progress: np.array([[1, 0]] * len(texts), dtype=np.float32))


# ── fusion ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_list_may_count_more() -> None:
    ranked = {"dense": ["a", "b"], "bm25": ["b", "c"]}
    fused = dict(reciprocal_rank_fusion(ranked, 60, {"dense": 2.0}))
    assert fused == pytest.approx({"a": 2 / (60 + 1), "b": 2 / (60 + 2) + 1 / (60 + 1), "c": 1 / (60 + 2)})


def test_reciprocal_rank_fusion() -> None:
    fused = dict(reciprocal_rank_fusion({"dense": ["a", "b", "c"], "bm25": ["c", "d"]}, 60))
    assert fused == pytest.approx({"c": 1 / (60 + 3) + 1 / (60 + 1), "a": 1 / (60 + 1), "b": 1 / 62, "d": 1 / 62})


def test_fusion_orders_by_score_and_keeps_the_order_of_equals() -> None:
    ranked = {"dense": ["a", "b", "c"], "bm25": ["c", "d"]}
    assert [id for id, _ in reciprocal_rank_fusion(ranked, 60)] == ["c", "a", "b", "d"]


@pytest.mark.parametrize("ranked", [{}, {"dense": []}, {"dense": [], "bm25": []}])
def test_fusion_of_nothing(ranked: dict[str, list[str]]) -> None:
    assert reciprocal_rank_fusion(ranked, 60) == []


def test_fusion_of_one() -> None:
    assert reciprocal_rank_fusion({"bm25": ["a"]}, 1) == [("a", 1 / 2)]


# ── filters ──────────────────────────────────────────────────────────────────────────────────────────────────────


def description(**stated: str) -> Description:
    return Description(**{name: Stated(value) for name, value in stated.items()})


NEWHAM = description(
    authority="Newham", region="London", kind="inspection", inspection_start="2014-06-03", inspection_end="2014-06-25",
    published="2014-08-08",
)  # fmt: skip
GRADED = Description(judgements=(Judgement("Overall", "Good", ()),))


@pytest.mark.parametrize(
    ("filters", "fits"),
    [
        (Filters(), True),
        (Filters(authorities=("Newham", "Leeds")), True),
        (Filters(authorities=("Leeds",)), False),
        (Filters(regions=("London",)), True),
        (Filters(regions=("North East",)), False),
        (Filters(kinds=("inspection",)), True),
        (Filters(kinds=("news",), authorities=("Newham",)), False),
        (Filters(grades=("Good",)), False),
        (Filters(date_from="2014", date_to="2014"), True),
        (Filters(date_from="2014-06-25", date_to="2014-06-25"), True),
        (Filters(date_from="2014-08-08"), True),
        (Filters(date_from="2014-08-09"), False),
        (Filters(date_to="2014-06-03"), True),
        (Filters(date_to="2014-06-02"), False),
        (Filters(date_to="2013"), False),
        (Filters(date_from="2014-07", date_to="2014-07"), False),
    ],
)
def test_filters(filters: Filters, fits: bool) -> None:
    assert matches(filters, NEWHAM) is fits


def test_grades_and_dates_of_papers_that_state_little() -> None:
    assert matches(Filters(grades=("Good",)), GRADED)
    assert not matches(Filters(grades=("Outstanding",)), GRADED)
    assert not matches(Filters(date_from="2014"), GRADED)
    assert not matches(Filters(authorities=("Newham",)), Description())


def test_a_month_is_compared_as_far_as_it_goes() -> None:
    month = description(published="2020-10")
    assert matches(Filters(date_from="2020-10-15"), month)
    assert matches(Filters(date_to="2020-10-15"), month)
    assert not matches(Filters(date_from="2020-11-01"), month)


def record(name: str, **stated: str) -> Record:
    return Record(name, "/", f"/{name}", "", "pdf", True, 1, 1, (), description(**stated))


RECORDS = {
    r.name: r
    for r in (
        record("n14", authority="Newham", inspection_start="2014-06-03", kind="letter"),
        record("n22", authority="Newham", published="2022-01-01", kind="letter"),
        record("l22", authority="Leeds", published="2022-02-01", kind="letter"),
    )
}


def test_allowed() -> None:
    assert allowed(Filters(), RECORDS) is None
    assert allowed(Filters(authorities=("Newham",)), RECORDS) == {"n14", "n22"}
    assert allowed(Filters(authorities=("York",)), RECORDS) == set()


@pytest.mark.parametrize(
    ("query", "groups"),
    [
        (Query("?"), [None]),
        (Query("?", filters=Filters(authorities=("Newham",))), [{"n14", "n22"}]),
        (Query("?", filters=Filters(authorities=("Newham", "Leeds"))), [{"n14", "n22"}, {"l22"}]),
        (Query("?", filters=Filters(authorities=("Newham", "York"))), [{"n14", "n22"}]),
        (Query("?", filters=Filters(authorities=("York",))), [set()]),
        (
            Query("?", filters=Filters(authorities=("Newham",)), expects="comparison", years=(2014, 2022)),
            [{"n14"}, {"n22"}],
        ),
        (Query("?", filters=Filters(authorities=("Newham",)), expects="figure", years=(2014, 2022)), [{"n14", "n22"}]),
        # A month narrows its year to the papers of that month, where there are any.
        (Query("?", Filters(kinds=("letter",)), "comparison", (2014, 2022), ((2022, 2),)), [{"n14"}, {"l22"}]),
        (Query("?", Filters(kinds=("letter",)), "comparison", (2022,), ((2022, 2), (2022, 1))), [{"n22"}, {"l22"}]),
        (Query("?", Filters(kinds=("letter",)), "comparison", (2014, 2022), ((2022, 9),)), [{"n14"}, {"n22", "l22"}]),
    ],
)
def test_sides(query: Query, groups: list[set[str] | None]) -> None:
    assert sides(query, RECORDS) == groups


# ── the whole ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = [
        paper("n.pdf", "Plans were late.", "Visits were regular.", "Carers stayed.", paged=True, authority="Newham"),
        paper("l.md", "Visits were late.", authority="Leeds"),
    ]
    with Store(store_of(tmp_path / "store", made)) as opened:
        yield opened


def test_scores_ranks_and_pages(store: Store) -> None:
    hits = retrieve(Query("regular visits"), store, EAST, Settings(rrf_k=60, dense_weight=3.0), 10)
    best = next(hit for hit in hits if hit.ranks.get("bm25") == 1)
    assert best.passage.id == "n.pdf#0001"
    assert best.score == pytest.approx(3 / (60 + best.ranks["dense"]) + 1 / (60 + 1))
    assert best.page == 2
    assert {hit.passage.id: hit.page for hit in hits}["l.md#0000"] is None
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    only_dense = next(hit for hit in hits if hit.passage.id == "n.pdf#0002")
    assert set(only_dense.ranks) == {"dense"}


def test_k(store: Store) -> None:
    assert len(retrieve(Query("visits"), store, EAST, Settings(), 2)) == 2


def test_narrowed(store: Store) -> None:
    hits = retrieve(Query("visits", filters=Filters(authorities=("Leeds",))), store, EAST, Settings())
    assert [hit.passage.document for hit in hits] == ["l.md"]
    assert retrieve(Query("visits", filters=Filters(authorities=("York",))), store, EAST, Settings()) == ()


def test_sides_take_turns(store: Store) -> None:
    query = Query("regular visits", filters=Filters(authorities=("Newham", "Leeds")))
    hits = retrieve(query, store, EAST, Settings())
    assert [hit.passage.document for hit in hits] == ["n.pdf", "l.md", "n.pdf", "n.pdf"]
    assert len(retrieve(query, store, EAST, Settings(), 2)) == 2


def test_empty_store(tmp_path: Path) -> None:
    with Store(store_of(tmp_path / "store", [])) as store:
        assert retrieve(Query("visits"), store, EAST, Settings()) == ()
