"""All that `findings eval` measures, and its tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.against import compare, read_records
from eval.columns import Columns, of_comparison, of_stages
from eval.questions import read_questions
from eval.run import Progress, evaluate
from eval.stages import measure
from eval.table import markdown_table, text_table

if TYPE_CHECKING:
    from rag.pipeline import Findings


def report(
    findings: Findings,
    questions: Path,
    out: Path,
    progress: Progress,
    backend: str | None = None,
    stages: bool = False,
    against: Sequence[Path] = (),
) -> dict[str, Any]:
    """The summary of `eval.run.evaluate`; with `stages` also that of `eval.stages.measure`, and under "against" one of
    `eval.against.compare` for each of those results files. Raises what these do. The files are read before anything is
    asked, so that an earlier run's may be the one that `out` replaces."""
    others = [(path.stem, read_records(path)) for path in against]
    summary = evaluate(findings, questions, out, progress, backend)
    asked = read_questions(questions)
    if stages:
        summary["stages"] = measure(findings, asked, progress)
    if others:
        ours = read_records(out)
        summary["against"] = [compare(asked, ours, theirs, name) for name, theirs in others]
    return summary


def text(summary: Mapping[str, Any]) -> str:
    """The summary for a terminal: the usual table, then that of the stages and those against other tools."""
    return "\n\n".join([text_table(summary), *(columns.text() for columns in _more(summary))])


def markdown(summary: Mapping[str, Any]) -> str:
    """The same as Markdown, for a page."""
    return "\n\n".join([markdown_table(summary), *(columns.markdown() for columns in _more(summary))])


def _more(summary: Mapping[str, Any]) -> list[Columns]:
    stages = [of_stages(summary["stages"])] if "stages" in summary else []
    return stages + [of_comparison(one) for one in summary.get("against", [])]
