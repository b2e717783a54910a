"""Ask every question of a set, keep the records, and say what it took."""

from __future__ import annotations

import dataclasses
import logging
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.questions import Question
from eval.results_file import results_file
from eval.summary import summarise
from rag.errors import FindingsError

if TYPE_CHECKING:
    from rag.pipeline import Findings

Ask = Callable[[Question], dict[str, Any]]
Progress = Callable[[int, int], None]  # (questions done, questions in all)

WARM_UP = "What did inspectors say about the help and protection of children?"


def evaluate(
    findings: Findings,
    questions: Sequence[Question],
    out: Path,
    progress: Progress,
    backend: str | None = None,
    keep: Path | None = None,
) -> dict[str, Any]:
    """Ask `findings` all questions, write the records to `out` and return the summary.

    `out` appears complete or not at all: one JSON object a line, {"id": …} with the record of the answer. `seconds`
    mean models loaded: a question that is thrown away comes first. Raises UsageError for a place that is none for
    results, such as the file `keep` that the questions came from, FindingsError where it cannot be written or where the
    models cannot be loaded.

    To what `eval.summary.summarise` gives come "machine"; "memory_mb", the most that the process has held so far, in
    mebibytes, None where the system does not tell; and "cost": {"calls", "sent", "received"}, requests to a language
    model and characters of prompts and replies, all 0 for the embedded answerer, which sends nothing anywhere.
    """
    from rag.record import record

    with results_file(out, keep) as deliver:
        _warm_up(findings, backend)
        before = _used(findings, backend)

        def ask(question: Question) -> dict[str, Any]:
            return record(findings.ask(question.question, backend=backend, earlier=question.after))

        records = run(questions, ask, progress)
        after = _used(findings, backend)
        deliver(records)
    summary = summarise(questions, records, findings.store.page_text)
    summary["memory_mb"] = _memory()
    summary["cost"] = {name: after[name] - before[name] for name in after}
    summary["machine"] = machine(findings)
    return summary


def machine(findings: Findings) -> dict[str, Any]:
    """What the figures were measured on: processors, system, program, model, and the size of the store."""
    from rag.store import program_version

    manifest = findings.store.manifest
    return {
        "processors": _processors(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "program": program_version(),
        "model": manifest.model,
        "documents": manifest.documents,
        "passages": manifest.passages,
    }


def _warm_up(findings: Findings, backend: str | None) -> None:
    """Ask a question for nothing, so that the models are loaded. Raises FindingsError where that already fails:
    without a model nothing could be measured."""
    try:
        findings.ask(WARM_UP, backend=backend)
    except FindingsError:
        raise
    except Exception as error:
        # A slip that this one question brings out must not cost the run; one in all shows in every record.
        logging.getLogger(__name__).warning("the first, uncounted question failed: %r", error)


def _used(findings: Findings, backend: str | None) -> dict[str, int]:
    """What the language model has been asked for so far."""
    if findings.server(backend) is None:
        return {"calls": 0, "sent": 0, "received": 0}
    return dataclasses.asdict(findings.model(backend or findings.settings.backend).used)


def run(questions: Sequence[Question], ask: Ask, progress: Progress = lambda done, total: None) -> list[dict[str, Any]]:
    """The record of each question, in order, with its id.

    A question that raises gets a record that holds `error` and no answer, and is no abstention; the rest go on.
    """
    records = []
    for done, question in enumerate(questions, 1):
        began = time.perf_counter()
        try:
            made = dict(ask(question))
        except Exception as error:
            made = _failed(question.question, error, time.perf_counter() - began)
        records.append({"id": question.id} | made | {"id": question.id})
        progress(done, len(questions))
    return records


def _failed(question: str, error: Exception, seconds: float) -> dict[str, Any]:
    cause = " ".join(str(error).split())
    return {
        "question": question,
        "answer": "",
        "abstained": False,
        "claims": [],
        "passages": [],
        "seconds": round(seconds, 4),
        "error": f"{type(error).__name__}: {cause}" if cause else type(error).__name__,
    }


def _memory() -> int | None:
    """The most that this process has held in memory, in mebibytes, where the system tells."""
    try:
        import resource
    except ModuleNotFoundError:  # Windows
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / (2**20 if sys.platform == "darwin" else 2**10))  # bytes on macOS, else kibibytes


def _processors() -> int:
    """Processors that this process may use, where the system tells."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # Windows and macOS
        return os.cpu_count() or 1
