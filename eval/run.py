"""Ask every question of a set, and sum up what came of it."""

from __future__ import annotations

import contextlib
import functools
import json
import logging
import os
import platform
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval import finding, metrics
from eval.bootstrap import interval
from eval.questions import Question, read_questions
from rag.errors import FindingsError, UsageError

if TYPE_CHECKING:
    from rag.pipeline import Findings

Ask = Callable[[str], dict[str, Any]]
Progress = Callable[[int, int], None]  # (questions done, questions in all)

WARM_UP = "What did inspectors say about the help and protection of children?"


def evaluate(
    findings: Findings, questions_path: Path, out: Path, progress: Progress, backend: str | None = None
) -> dict[str, Any]:
    """Ask `findings` all questions of the file, write the records to `out` and return the summary.

    `out` appears complete or not at all: one JSON object a line, {"id": …} with the record of the answer. `seconds`
    mean models loaded: a question that is thrown away comes first. Raises UsageError for the question file or a place
    that is none for results, FindingsError where it cannot be written or where the models cannot be loaded.
    """
    from rag.record import record
    from rag.store import program_version

    questions = read_questions(questions_path)
    manifest = findings.store.manifest
    out = Path(out).resolve()
    draft = _reserve(out, keep=Path(questions_path))
    try:
        _warm_up(findings, backend)
        records = run(questions, lambda question: record(findings.ask(question, backend=backend)), progress)
        _deliver(records, draft, out)
    finally:
        draft.unlink(missing_ok=True)
    summary = summarise(questions, records, findings.store.page_text)
    summary["machine"] = {
        "processors": _processors(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "program": program_version(),
        "model": manifest.model,
        "documents": manifest.documents,
        "passages": manifest.passages,
    }
    return summary


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


def run(questions: Sequence[Question], ask: Ask, progress: Progress = lambda done, total: None) -> list[dict[str, Any]]:
    """The record of each question, in order, with its id.

    A question that raises gets a record that holds `error` and no answer, and is no abstention; the rest go on.
    """
    records = []
    for done, question in enumerate(questions, 1):
        began = time.perf_counter()
        try:
            made = dict(ask(question.question))
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


def summarise(
    questions: Sequence[Question], records: Sequence[dict[str, Any]], page_text: metrics.PageText
) -> dict[str, Any]:
    """The figures of `eval.metrics` over a set; a figure that nothing can be said about is None.
    `intervals` gives those of 95 in 100 for the figures that are means over questions (`eval.bootstrap`).

    A question without a record counts as answered wrongly, not as refused. Records of other questions are left out.
    `failed` names the questions behind every figure that falls short.
    """
    by_id = {record["id"]: record for record in records}
    pairs = [(question, by_id.get(question.id, {"abstained": False})) for question in questions]
    real = [(question, record) for question, record in pairs if question.answerable]
    none = [(question, record) for question, record in pairs if not question.answerable]
    # Quotes come from few pages, and from the same ones again and again.
    page_text = functools.lru_cache(maxsize=512)(page_text)

    summary: dict[str, Any] = {"questions": len(pairs), "answered_in_results": sum(q.id in by_id for q in questions)}
    figures: dict[str, list[float]] = finding.values([question for question, _ in real], records, metrics.DEPTH)
    for name, values in figures.items():
        summary[name] = _rounded(metrics.mean(values))

    verdicts = [(question, metrics.right(question, record)) for question, record in real]
    summary["right"] = _rounded(metrics.mean(good for _, good in verdicts))
    summary["right_by_kind"] = {
        kind: _rounded(metrics.mean(good for question, good in verdicts if question.kind == kind))
        for kind in sorted({question.kind for question, _ in real})
    }
    figures["right"] = [float(good) for _, good in verdicts]
    figures["cites_evidence"] = [metrics.cites_evidence(question, record) for question, record in real]
    summary["cites_evidence"] = _rounded(metrics.mean(figures["cites_evidence"]))
    summary["intervals"] = {
        name: bounds and [round(bound, 3) for bound in bounds]
        for name, values in figures.items()
        for bounds in (interval(values),)
    }
    summary["claims_without_citation"] = sum(metrics.claims_without_citation(record) for _, record in real)

    quotes = [(question.id, citation) for question, record in pairs for citation in metrics.citations(record)]
    standing = [metrics.verbatim(citation, page_text) for _, citation in quotes]
    exact = [metrics.at_span(citation, page_text) for _, citation in quotes]
    stated = [(question.id, *metrics.figures_held(record)) for question, record in pairs]
    asserted = sum(all_ for _, _, all_ in stated)
    summary |= {
        "quotes": len(quotes),
        "quotes_verbatim": _rounded(metrics.mean(standing), 4),
        "quotes_at_span": _rounded(metrics.mean(exact), 4),
        "figures": asserted,
        "figures_in_cited_quote": _rounded(sum(held for _, held, _ in stated) / asserted, 4) if asserted else None,
    }

    caught = [question.id for question, record in none if metrics.abstained(record)]
    refused = [question.id for question, record in real if metrics.abstained(record)]
    seconds = [s for _, record in pairs if isinstance(s := record.get("seconds"), int | float)]
    errors = {question.id: record["error"] for question, record in pairs if record.get("error")}
    summary |= {
        "abstain_recall": _rounded(metrics.abstain_recall(len(caught), len(none))),
        "abstain_precision": _rounded(metrics.abstain_precision(len(caught), len(refused))),
        "answerable_refused": _rounded(metrics.answerable_refused(len(refused), len(real))),
        "p50_s": _seconds(metrics.p50(seconds)),
        "p95_s": _seconds(metrics.p95(seconds)),
        "errors": len(errors),
        # An answer of the embedded answerer where a language model was asked for is no figure of that model.
        "backends": dict(Counter(record["backend"] for _, record in pairs if record.get("backend"))),
        "failed": {
            "missing": [question.id for question in questions if question.id not in by_id],
            "error": errors,
            "wrong": [question.id for question, good in verdicts if not good],
            "refused": refused,
            "invented": [q.id for q, record in none if record.get("answer") and not metrics.abstained(record)],
            "uncited": [q.id for q, record in real if metrics.claims_without_citation(record)],
            "not_verbatim": _ids(id for (id, _), good in zip(quotes, standing, strict=True) if not good),
            "not_at_span": _ids(id for (id, _), good in zip(quotes, exact, strict=True) if not good),
            "figure_not_in_quote": [id for id, held, all_ in stated if held < all_],
        },
    }
    return summary


def _ids(ids: Iterable[str]) -> list[str]:
    """Each id once, in order."""
    return list(dict.fromkeys(ids))


def _rounded(value: float | None, places: int = 3) -> float | None:
    """Rounded, but to 1 only what is 1: where only 1.0 will do, nearly all must not look like all."""
    if value is None:
        return None
    short = round(float(value), places)
    return short if short < 1 or value >= 1 else round(1 - 10**-places, places)


def _seconds(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _processors() -> int:
    """Processors that this process may use, where the system tells."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # Windows and macOS
        return os.cpu_count() or 1


# ── the results file ─────────────────────────────────────────────────────────────────────────────────────────────


def _reserve(out: Path, keep: Path) -> Path:
    """An empty file beside `out` that will take its place: that it cannot be written is known before a long run.

    Raises UsageError where `out` is no place for results: the file `keep`, a folder or a device, in no folder.
    """
    if out.exists() and not out.is_file():
        raise UsageError(f"{out} is no file; name one with --out")
    if out.exists() and out.samefile(keep):
        raise UsageError(f"the results would replace the questions in {out}; name another file with --out")
    if not out.parent.is_dir():
        raise UsageError(f"there is no folder {out.parent}; make it, or name another file with --out")
    draft = out.with_name(f".{out.name}.{os.getpid()}.part")
    with _disk_says_no(out):
        draft.touch()
    return draft


def _deliver(records: Sequence[dict[str, Any]], draft: Path, out: Path) -> None:
    """Write the records to `draft` and put it in the place of `out` in one step."""
    with _disk_says_no(out):
        with draft.open("w", encoding="utf-8", newline="\n") as sink:
            sink.writelines(json.dumps(record) + "\n" for record in records)
            sink.flush()
            os.fsync(sink.fileno())
        os.replace(draft, out)


@contextlib.contextmanager
def _disk_says_no(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        cause = (error.strerror or str(error)).lower()
        raise FindingsError(f"cannot write {out} ({cause}); choose another place with --out") from error
