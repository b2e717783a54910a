"""What else one could search the same papers with, put to the same questions in the same run.

    bm25         the words alone: `bm25s` as it comes, over windows of 180 words
    dense        the vectors alone: all-MiniLM-L6-v2 as it comes, over the same windows
    llama-index  the pipeline of LlamaIndex's quick start, with the same vectors
    paper-qa     a whole application of this kind, its own reading, cutting and search, with the same vectors

A peer is a module with `build`; it only finds passages, for what they answer without a language model is nothing.
"""

from __future__ import annotations

import importlib
import json
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.metrics import DEPTH, PASSAGE_WORDS
from eval.questions import Question
from eval.run import Progress, run

if TYPE_CHECKING:
    from rag.pipeline import Findings

# Name of the peer → its module here; each offers `build(papers) -> Search`.
PEERS = {"bm25": "bm25", "dense": "dense", "llama-index": "llamaindex", "paper-qa": "paperqa"}
EXTRA = "pip install '.[peers]'"


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as a peer gets it: its name in the store, its file, and the text of its pages as it was extracted, for
    peers that read no files themselves. `paged` is false where the format has no pages."""

    name: str
    path: Path
    pages: tuple[str, ...]
    paged: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A passage: `page` is the physical page from 1 on which it begins, None where that is not known."""

    document: str
    page: int | None
    text: str


Search = Callable[[str, int], Sequence[Found]]  # (question, how many) → passages, best first
Build = Callable[[Sequence[Paper]], Search]


def search_all(
    findings: Findings, questions: Sequence[Question], out: Path, progress: Progress
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, str]]:
    """(peer → its records, peer → why it was left out). The records, as `eval.against` reads them, also go into a file
    for each peer beside `out`: results.jsonl → results.bm25.jsonl. A peer is left out where its package is not
    installed, or where it fails on these papers; the others go on."""
    papers = papers_of(findings)
    made, left_out = {}, {}
    for name, module in PEERS.items():
        try:
            build: Build = importlib.import_module(f"eval.peers.{module}").build
            search = build(papers)
        except ImportError as error:
            left_out[name] = f"the package {error.name or error} is not installed; run: {EXTRA}"
            continue
        except Exception as error:  # each has errors of its own, and none may cost the run
            logging.getLogger(__name__).info("the peer %s failed", name, exc_info=True)
            left_out[name] = " ".join(f"{type(error).__name__}: {error}".split())[:300]
            continue
        made[name] = run(questions, asking(search), progress)
        lines = "".join(json.dumps(record) + "\n" for record in made[name])
        out.with_suffix(f".{name}.jsonl").write_text(lines, encoding="utf-8")
    return made, left_out


def papers_of(findings: Findings) -> list[Paper]:
    """All papers of the store, by name."""
    store = findings.store
    return [
        Paper(name, Path(one.path), tuple(text for _, _, text in store.page_texts([name])), one.paged)
        for name, one in store.records.items()
    ]


def asking(search: Search) -> Callable[[Question], dict[str, Any]]:
    """A search as that which `eval.run.run` asks: a record with the passages and the wall seconds. A peer knows no
    conversation, so a follow-up is put behind what it follows. Of a passage only the first words count
    (`eval.metrics`), so a longer one is read on in pieces, each with a rank of its own."""

    def ask(question: Question) -> dict[str, Any]:
        began = time.perf_counter()
        found = search(question.whole, DEPTH)
        seconds = time.perf_counter() - began
        passages = [
            {"document": one.document, "page": one.page, "text": piece} for one in found for piece in _pieces(one.text)
        ]
        return {"passages": passages[:DEPTH], "seconds": seconds}

    return ask


def _pieces(text: str) -> list[str]:
    words = text.split()
    return [" ".join(words[start : start + PASSAGE_WORDS]) for start in range(0, len(words), PASSAGE_WORDS)]
