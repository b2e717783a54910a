"""The search on a public set of other matter, in the form of BEIR: how well it does where it was not made to.

A set is a folder with `corpus.jsonl` ({"_id", "title", "text"}), `queries.jsonl` ({"_id", "text"}) and `qrels/*.tsv`
(query-id, corpus-id, score, with a line of heads). Thakur and others, BEIR: A Heterogenous Benchmark for Zero-shot
Evaluation of Information Retrieval Models, 2021. Every document is read, cut, embedded and stored as a paper is; a
document ranks where the first of its passages does.

    corpus ─grow─▶ store ─stages─▶ passages ─▶ documents ─figures─▶ table
"""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import itertools
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval import finding, ranking
from eval.lines import Wrong, read_lines
from eval.questions import Question
from eval.results_file import results_file
from eval.run import Progress, machine, run
from eval.stages import OVER, stages, timed
from rag.errors import UsageError

if TYPE_CHECKING:
    from rag.config import Settings

DEPTH = 100  # documents that are ranked: recall@100 is what BEIR reports beside nDCG@10
PASSAGES = 300  # passages from which they come, and that each search contributes before fusion
_GROUP = 512  # documents embedded at once
_SPLIT = "test"


@dataclass(frozen=True, slots=True)
class Text:
    """A document of a set."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Set:
    """Documents, the questions that are judged, and for each the gains of the documents judged. `split` is the stem of
    the file of judgements."""

    texts: tuple[Text, ...]
    questions: tuple[Question, ...]
    gains: Mapping[str, Mapping[str, int]]
    split: str


def read_set(folder: Path) -> Set:
    """The judgements are those of `qrels/test.tsv`, or of the only file there. Raises UsageError, naming the file, the
    line and the fault, where something is missing or of another form."""
    texts = read_lines(folder / "corpus.jsonl", "documents", _text)
    queries = read_lines(folder / "queries.jsonl", "queries", _query)
    path = _qrels(folder / "qrels")
    gains = _gains(path)
    judged = tuple(query for query in queries if query.id in gains)
    if not judged:
        raise UsageError(
            f"{path} judges none of the queries of {folder / 'queries.jsonl'}; check that they belong together"
        )
    return Set(tuple(texts), judged, gains, path.stem)


def _text(row: dict[str, Any]) -> Text:
    _identified(row)
    title, text = row.get("title") or "", row.get("text")
    if not isinstance(title, str) or not isinstance(text, str):
        raise Wrong("'title' and 'text' must be text")
    return Text(row["id"], title, text)


def _query(row: dict[str, Any]) -> Question:
    _identified(row)
    if not isinstance(row.get("text"), str) or not row["text"].strip():
        raise Wrong("'text' must be text and not empty")
    return Question(row["id"], row["text"], "finding")


def _identified(row: dict[str, Any]) -> None:
    if not isinstance(row.get("_id"), str) or not row["_id"]:
        raise Wrong("the field '_id' is missing or no text")
    row["id"] = row["_id"]


def _qrels(folder: Path) -> Path:
    found = sorted(folder.glob("*.tsv"))
    chosen = [path for path in found if path.stem == _SPLIT] or found
    if len(chosen) != 1:
        there = ", ".join(path.name for path in found) or "nothing"
        raise UsageError(f"{folder} must hold {_SPLIT}.tsv, or one file of judgements alone; there is {there}")
    return chosen[0]


def _gains(path: Path) -> dict[str, dict[str, int]]:
    gains: dict[str, dict[str, int]] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE), 1):
                if number == 1 or not row:  # the heads
                    continue
                query, document, gain = row
                gains.setdefault(query, {})[document] = int(gain)
    except OSError as error:
        raise UsageError(f"cannot read the judgements in {path}: {(error.strerror or str(error)).lower()}") from error
    except ValueError as error:
        raise UsageError(f"{path}, line {number}: no query, document and whole number with tabs between") from error
    return gains


def grow(one: Set, folder: Path, settings: Settings, progress: Progress) -> None:
    """A store of the set's documents in `folder`; `progress` counts documents."""
    from rag.chunk import chunk
    from rag.embed import load_embedder
    from rag.index import search_text
    from rag.load.text import line_ranges
    from rag.parse import parse
    from rag.store import Manifest
    from rag.types import Description, Document, Line, Page, Stated
    from rag.writer import writing

    embedder = load_embedder(settings)
    manifest = Manifest(embedder.name, embedder.checksum, embedder.dimension, settings.passage_words, program="")
    done = 0
    with writing(folder, manifest) as writer:
        for group in _grouped(one.texts):
            papers = []
            for text in group:
                words = "\n\n".join(filter(None, (text.title, text.text)))
                sha256 = hashlib.sha256(f"{text.id}\n{words}".encode()).hexdigest()
                lines = tuple(Line(start, end) for start, end in line_ranges(words))
                document = Document(text.id, text.id, sha256, "text", (Page(words, lines=lines),), False)
                blocks = parse(document)
                passages = chunk(document, blocks, settings.passage_words)
                description = Description(title=Stated(text.title) if text.title else None)
                papers.append(
                    (document, description, blocks, passages, [search_text(description, p) for p in passages])
                )
            vectors = embedder.embed([words for *_, texts in papers for words in texts])
            at = 0
            for document, description, blocks, passages, texts in papers:
                writer.add(document, "", description, blocks, passages, texts, vectors[at : at + len(texts)])
                at += len(texts)
            done += len(group)
            progress(done, len(one.texts))


def _grouped(texts: Iterable[Text]) -> Iterable[tuple[Text, ...]]:
    """`itertools.batched`, which Python 3.11 lacks."""
    rest = iter(texts)
    return iter(lambda: tuple(itertools.islice(rest, _GROUP)), ())


def evaluate(folder: Path, settings: Settings, out: Path, progress: Progress) -> dict[str, Any]:
    """Index the set, put its questions to each stage of the search, and sum up.

    `out` gets what the whole search finds: {"id", "documents": ids, best first, "seconds"} a line. The summary is
    {"split", "documents", "passages", "stages": as of `eval.stages.sum_up`, "machine"}, its figures nDCG@10,
    recall@5, @10 and @100, MRR and MAP over the questions judged. Raises UsageError for a set that cannot be read, and
    what `eval.results_file.results_file` raises."""
    from rag.pipeline import Findings

    one = read_set(folder)
    wide = dataclasses.replace(settings, candidates=PASSAGES)
    with tempfile.TemporaryDirectory() as home, results_file(out) as keep:
        grow(one, Path(home), wide, progress)
        with Findings.open(Path(home), wide) as findings:
            findings.warm()
            found = {}
            for name, stage in stages(findings, PASSAGES).items():
                found[name] = [_documents(record) for record in run(one.questions, timed(stage), progress)]
            keep([{name: row[name] for name in ("id", "documents", "seconds")} for row in found["reranked"]])
            told = {
                "split": one.split,
                "documents": len(one.texts),
                "passages": findings.store.manifest.passages,
                "stages": _sum_up(one, found),
                "machine": machine(findings),
            }
    return told


def _documents(record: dict[str, Any]) -> dict[str, Any]:
    """The record with its documents instead of its passages, each where its first passage stands."""
    return record | {"documents": [*dict.fromkeys(one["document"] for one in record.pop("passages"))][:DEPTH]}


def _sum_up(one: Set, found: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    every = [finding.ALL] * len(one.questions)
    values = {name: figures(one, [record["documents"] for record in records]) for name, records in found.items()}
    return {
        "questions": {finding.ALL: len(one.questions)},
        "columns": {name: finding.by_group(every, value) for name, value in values.items()},
        "earned": {
            name: {"over": before, "figures": finding.by_group(every, {
                figure: [a - b for a, b in zip(value, values[before][figure], strict=True)]
                for figure, value in values[name].items()
            })}
            for name, before in OVER.items()
        },
        "milliseconds": {name: finding.milliseconds(records) for name, records in found.items()},
        "errors": {name: errors for name, records in found.items()
                   if (errors := {record["id"]: record["error"] for record in records if record.get("error")})},
    }  # fmt: skip


def figures(one: Set, rankings: Sequence[Sequence[str]]) -> dict[str, list[float]]:
    """Figure → its value for each question of the set, whose rankings are given in the same order."""
    pairs = [(documents, one.gains[question.id]) for question, documents in zip(one.questions, rankings, strict=True)]
    told = {"ndcg@10": [ranking.ndcg(*pair, 10) for pair in pairs]}
    told |= {f"recall@{k}": [ranking.recall(*pair, k) for pair in pairs] for k in (5, 10, DEPTH)}
    told["mrr"] = [ranking.reciprocal_rank(*pair, 10) for pair in pairs]
    return told | {"map": [ranking.average_precision(*pair, DEPTH) for pair in pairs]}


def text(summary: Mapping[str, Any]) -> str:
    """The summary for a terminal; ends without a line break."""
    from eval.columns import of_stages

    size = f"{summary['documents']:,} documents, {summary['passages']:,} passages, judgements of {summary['split']!r}"
    return f"{size}\n\n{of_stages(summary['stages']).text()}"
