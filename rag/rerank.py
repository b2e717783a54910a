"""Hits in the order of how likely they answer: a cross-encoder reads each beside the question, within a budget of time.

What it says and the score of fusion are weighed by a logistic model; hits that the budget did not reach are weighed by
fusion alone, so that on a slow processor they stay about where they stood.
"""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from rag.config import Settings, cache_dir
from rag.errors import ModelError
from rag.graph import Graph, check_graph, packaged, read_info
from rag.pairs import above, pairs
from rag.retrieve import in_turn, sides
from rag.store import Record
from rag.types import Hit, Passage, Query, Reading

RERANKER = "findings-reranker"  # ships with the program: see rag/data/models/README.md
NONE = "none"
CHUNK = 4  # hits that are read between two looks at the clock


@dataclasses.dataclass(frozen=True, slots=True)
class Weights:
    """p = 1 / (1 + exp(-(bias + fused · log score + read · log-odds))), of a hit that was read and of one that was not.

    Each is (bias, fused, read); of those that were not read the last counts nothing."""

    read: tuple[float, float, float]
    unread: tuple[float, float, float]

    def probability(self, fused: float, reading: Reading | None) -> float:
        bias, of_fused, of_reading = self.read if reading else self.unread
        logit = bias + of_fused * math.log(max(fused, 1e-9)) + (of_reading * reading.answers if reading else 0.0)
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))


class Reranker:
    """`read(question, passages)` gives a Reading for each passage."""

    def __init__(self, read: Callable[[str, Sequence[Passage]], list[Reading]], weights: Weights):
        self.read, self.weights = read, weights


def load_reranker(settings: Settings) -> Reranker | None:
    """The cross-encoder that the settings name: the one that ships, a folder, or None for "none". Raises ModelError."""
    if settings.reranker == NONE:
        return None
    folder = packaged("reranker") if settings.reranker == RERANKER else Path(settings.reranker)
    if not (folder / "info.json").is_file():
        raise ModelError(f"there is no reranker in {folder}; set reranker to {RERANKER}, {NONE} or a folder with one")
    check_graph(folder)
    return graph_reranker(folder, cache_dir(settings) / "compiled")


def graph_reranker(folder: Path, cache: Path) -> Reranker:
    """The reranker that a graph's folder holds; `cache` as for `Graph`."""
    graph = Graph(folder, cache, rounded=True)
    weights = read_info(folder).get("weights") or {"read": (0.0, 0.0, 1.0), "unread": (0.0, 1.0, 0.0)}

    def read(question: str, passages: Sequence[Passage]) -> list[Reading]:
        texts = [(above(passage), [s.text for s in passage.sentences]) for passage in passages]
        made = pairs(graph.tokenizer, graph.info["limit"], question, texts)
        readings: dict[int, Reading] = {}

        def take(chosen: list[int], outputs: np.ndarray) -> None:
            for i, output in zip(chosen, outputs, strict=True):
                marks = made[i].marks
                missing = (None,) * (len(passages[i].sentences) - len(marks))
                said = tuple(float(output[mark, 1]) for mark in marks)
                readings[i] = Reading(float(output[0, 0]), said + missing)

        graph.run([pair.ids for pair in made], take, [pair.segments for pair in made])
        return [readings[i] for i in range(len(passages))]

    read("warm up", ())
    return Reranker(read, Weights(tuple(weights["read"]), tuple(weights["unread"])))


def rerank(
    query: Query, hits: Sequence[Hit], records: Mapping[str, Record], reranker: Reranker, settings: Settings,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[Hit, ...]:  # fmt: skip
    """`hits` (as `retrieve` orders them) by the probability that they answer, each with its reading where there was
    time for one. Where a question sets places or years side by side, each goes on giving its own best in turn."""
    began = last = clock()
    readings: list[Reading | None] = []
    topic = query.topic or query.text
    for first in range(0, min(len(hits), settings.rerank_passages), CHUNK):
        chosen = hits[first : min(first + CHUNK, settings.rerank_passages)]
        readings += reranker.read(topic, [hit.passage for hit in chosen])
        now = clock()
        if now - began + (now - last) > settings.rerank_seconds:  # another as long would be too long
            break
        last = now
    readings += [None] * (len(hits) - len(readings))
    scored = [
        dataclasses.replace(hit, score=reranker.weights.probability(hit.score, reading), reading=reading)
        for hit, reading in zip(hits, readings, strict=True)
    ]
    ranked = sorted(scored, key=lambda hit: -hit.score)
    groups = [
        [hit for hit in ranked if documents is None or hit.passage.document in documents]
        for documents in sides(query, records)
    ]
    return tuple({hit.passage.id: hit for hit in in_turn(groups)}.values())
