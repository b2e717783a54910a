"""A query to ranked passages: vectors and BM25, each narrowed to the papers that the query allows, fused by rank."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from rag.config import Settings
from rag.embed import Embedder
from rag.store import Record, Store
from rag.types import Description, Filters, Hit, Passage, Query
from rag.vocabulary import written

T = TypeVar("T")


def retrieve(query: Query, store: Store, embedder: Embedder, settings: Settings, k: int = 10) -> tuple[Hit, ...]:
    """The best `k` passages, best first; where a question sets places or years side by side, each side gives its own
    best in turn, so that none drowns the others."""
    vector = embedder.embed([query.topic or query.text])[0]
    words = f"{query.text} {written(query.text)}"
    found = []
    for documents in sides(query, store.records):
        if documents is not None and not documents:
            continue
        ranked = {
            "dense": [id for id, _ in store.vector_search(vector, settings.candidates, documents)],
            "bm25": [id for id, _ in store.lexical_search(words, settings.candidates, documents)],
        }
        at = {name: {id: i for i, id in enumerate(ids, 1)} for name, ids in ranked.items()}
        fused = reciprocal_rank_fusion(ranked, settings.rrf_k, {"dense": settings.dense_weight})[:k]
        found.append(
            [(id, score, {name: ranks[id] for name, ranks in at.items() if id in ranks}) for id, score in fused]
        )
    taken = {one[0]: one for one in in_turn(found)}
    passages = store.passages(list(taken)[:k])
    return tuple(
        Hit(passages[id], score, _page(passages[id], store.records), ranks, _recognised(passages[id], store))
        for id, score, ranks in list(taken.values())[:k]
    )


def in_turn(groups: Sequence[Sequence[T]]) -> list[T]:
    """The first of each group, then the second of each, and so on."""
    return [one for turn in itertools.zip_longest(*groups) for one in turn if one is not None]


def sides(query: Query, records: Mapping[str, Record]) -> list[set[str] | None]:
    """The papers to search: one set for each place named, or for each time of a comparison (a month named where a paper
    is of that month, else a year); else all that the filters admit as one set (None where they admit everything)."""
    documents = allowed(query.filters, records)
    if documents is None:
        return [None]
    groups: list[set[str]] = []
    if len(query.filters.authorities) > 1:
        groups = [
            {name for name in documents if records[name].description.value("authority") == place}
            for place in query.filters.authorities
        ]
    elif query.expects == "comparison" and len(query.years) + len(query.months) > 1:
        groups = _by_time(query, {name: records[name].description.days for name in documents})
    groups = [group for i, group in enumerate(groups) if group and group not in groups[:i]]
    return list(groups) if len(groups) > 1 else [documents]


def _by_time(query: Query, days: Mapping[str, Sequence[str]]) -> list[set[str]]:
    """Papers, each with its `days`, by the months and years that the query names, in order of time."""

    def of(moment: str) -> set[str]:
        return {name for name, own in days.items() if any(day.startswith(moment) for day in own)}

    groups = []
    for year in query.years:
        months = [of(f"{year}-{month:02}") for named, month in sorted(query.months) if named == year]
        groups += [group for group in months if group] or [of(str(year))]
    return groups


def reciprocal_rank_fusion(
    ranked: Mapping[str, Sequence[str]], k: int, weights: Mapping[str, float] = MappingProxyType({})
) -> list[tuple[str, float]]:
    """Σ weight/(k + rank) over the lists that hold an id (Cormack, Clarke and Büttcher 2009; a list without a weight
    counts 1), best first; equal scores keep the order in which they were met."""
    scores: dict[str, float] = {}
    for name, ids in ranked.items():
        for rank, id in enumerate(ids, 1):
            scores[id] = scores.get(id, 0.0) + weights.get(name, 1.0) / (k + rank)
    return sorted(scores.items(), key=lambda item: -item[1])


def allowed(filters: Filters, records: Mapping[str, Record]) -> set[str] | None:
    """Names of the papers that the filters admit; None where they admit all."""
    if filters == Filters():
        return None
    return {name for name, record in records.items() if matches(filters, record.description)}


def _page(passage: Passage, records: Mapping[str, Record]) -> int | None:
    return passage.page + 1 if records[passage.document].paged else None


def _recognised(passage: Passage, store: Store) -> bool:
    return any(store.recognised(s.document, s.page) for sentence in passage.sentences for s in sentence.spans)


def matches(filters: Filters, description: Description) -> bool:
    """Whether a paper passes; it fits a span of dates when any of its own lies within."""
    for wanted, name in ((filters.authorities, "authority"), (filters.regions, "region"), (filters.kinds, "kind")):
        if wanted and description.value(name) not in wanted:
            return False
    if filters.grades and not any(j.grade in filters.grades for j in description.judgements):
        return False
    return description.within(filters.date_from, filters.date_to)
