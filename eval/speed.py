"""How fast a search is over a store of any size: `python -m eval.speed STORE QUESTIONS.jsonl --passages 41000`.

A store of that many passages is made of copies of the papers in STORE, under other names and with vectors turned a
little so that no two are the same; the questions are then searched without reranking and, where the settings name a
cross-encoder, with it. Prints JSON.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from eval.metrics import p50, p95
from eval.questions import read_questions
from rag.config import Settings
from rag.index import search_text
from rag.pipeline import Findings
from rag.rerank import NONE
from rag.store import Store
from rag.types import Document, Page, Passage
from rag.writer import writing

TURNED = 0.02  # standard deviation of what is added to each number of a copy's vectors


def grow(source: Store, folder: Path, passages: int) -> None:
    """A store in `folder` of at least so many passages, if `source` holds any."""
    chance = np.random.default_rng(20)
    held = {name: _read(source, name) for name in source.records}
    total, copy = 0, 0
    with writing(folder, dataclasses.replace(source.manifest, documents=0, passages=0)) as writer:
        while total < passages and any(found for _, found, _ in held.values()):
            for name, (pages, found, vectors) in held.items():
                record = source.records[name]
                new = f"copy-{copy}/{name}"
                document = Document(new, record.path, f"{copy}{record.sha256}"[:64], record.format, pages, record.paged)
                turned = vectors + (chance.normal(0, TURNED, vectors.shape) if copy else 0)
                turned = (turned / np.linalg.norm(turned, axis=1, keepdims=True)).astype(np.float32)
                copied = [
                    dataclasses.replace(one, id=f"{new}#{one.id.rpartition('#')[2]}", document=new) for one in found
                ]
                texts = [search_text(record.description, one) for one in found]
                writer.add(document, record.root, record.description, [], copied, texts, turned)
                total += len(copied)
                if total >= passages:
                    break
            copy += 1


def _read(source: Store, name: str) -> tuple[tuple[Page, ...], list[Passage], np.ndarray]:
    ids, vectors = source.vectors(name)
    found = source.passages(ids)
    pages = tuple(Page(text) for _, _, text in source.page_texts([name]))
    return pages, [found[id] for id in ids], vectors


def times(findings: Findings, questions: Sequence[str]) -> dict[str, float | None]:
    """Milliseconds of a search: the median and the 95th percentile."""
    findings.warm()
    seconds = []
    for question in questions:
        began = time.perf_counter()
        findings.search(question)
        seconds.append(time.perf_counter() - began)
    return {name: value and round(1000 * value, 1) for name, value in (("p50", p50(seconds)), ("p95", p95(seconds)))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--passages", type=int, default=41_000)
    args = parser.parse_args()
    asked = [question.question for question in read_questions(args.questions)]
    with tempfile.TemporaryDirectory() as home:
        with Store(args.store) as source:
            grow(source, Path(home), args.passages)
        told: dict[str, object] = {}
        settings = Settings.load()
        ways = {"fused and narrowed": dataclasses.replace(settings, reranker=NONE), "reranked": settings}
        for name, way in ways.items():
            if name == "reranked" and way.reranker == NONE:
                continue
            with Findings.open(Path(home), way) as findings:
                told["passages"] = findings.store.manifest.passages
                told[name] = times(findings, asked)
    sys.stdout.write(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
