"""All that `findings eval` measures, and its tables.

question file ─read_questions─▶ ─quoted─▶ ─half, subset─▶ questions ─evaluate─▶ records ─▶ summary ─▶ text, Markdown
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval import page
from eval.against import compare, read_records
from eval.columns import Columns, of_citations, of_comparison, of_groups, of_stages
from eval.gate import read_gate
from eval.peers import search_all
from eval.questions import Question, read_questions
from eval.quoting import how_to_get, quoted
from eval.run import Progress, evaluate
from eval.stages import measure
from eval.table import markdown_table, text_table
from rag.errors import UsageError

if TYPE_CHECKING:
    from rag.pipeline import Findings

OPEN, HELD_OUT = "open", "held-out"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is measured besides the answers. `half` narrows to the questions that are held out or to those that are
    not; `against` are results files of other runs or tools; `html` is where a page is written; `gate` a file of
    thresholds, which also narrows the questions."""

    half: str | None = None
    stages: bool = False
    peers: bool = False
    against: Sequence[Path] = ()
    html: Path | None = None
    gate: Path | None = None


def report(
    findings: Findings,
    questions: Path,
    out: Path,
    progress: Progress,
    backend: str | None = None,
    wanted: Wanted = Wanted(),
) -> dict[str, Any]:
    """The summary of `eval.run.evaluate`; "stages" is that of `eval.stages.measure`, "against" holds one of
    `eval.against.compare` for each peer and each results file, "peers_left_out" the peers that cannot run here with the
    reason, "papers_missing" says which papers are wanted and how to get them, "fallen" what the gate asks for and does
    not get. Raises what these do. The files are read before anything is asked, so that an earlier run's may be the one
    that `out` replaces."""
    others = [(path.stem, read_records(path)) for path in wanted.against]
    gate = read_gate(wanted.gate) if wanted.gate else None
    found = quoted(read_questions(questions), findings.store)
    asked = _half(found.questions, wanted.half)
    asked = gate.subset(asked) if gate else asked
    if not asked:
        raise UsageError(f"no question of {questions} is left to ask; leave out --half or --gate")
    summary = evaluate(findings, asked, out, progress, backend, keep=questions)
    summary["failed"]["left_out"] = list(found.left_out)
    if found.missing:
        summary["papers_missing"] = how_to_get(found.missing)
    if wanted.stages:
        summary["stages"] = measure(findings, asked, progress)
    if wanted.peers:
        by_peer, summary["peers_left_out"] = search_all(findings, asked, out, progress)
        others = [*by_peer.items(), *others]
    ours = read_records(out)
    if others:
        summary["against"] = [compare(asked, ours, theirs, name) for name, theirs in others]
    if gate:
        summary["fallen"] = gate.fallen(summary)
    if wanted.html:
        page.write(wanted.html, page.html(summary, tables(summary), asked, ours))
    return summary


def _half(questions: Sequence[Question], half: str | None) -> list[Question]:
    return [one for one in questions if half is None or one.held_out is (half == HELD_OUT)]


def tables(summary: Mapping[str, Any]) -> list[Columns]:
    """The tables beside the usual one: kinds and halves, citations, stages, and one for each other tool."""
    first = [of_groups(summary), of_citations(summary)]
    stages = [of_stages(summary["stages"])] if "stages" in summary else []
    return first + stages + [of_comparison(one) for one in summary.get("against", [])]


def notes(summary: Mapping[str, Any]) -> list[str]:
    """What must be known to read the figures, a line each: papers and peers that were left out."""
    missing = summary.get("papers_missing")
    told = (
        [f"Not asked: {len(summary['failed']['left_out'])} questions, for want of papers: {missing}"] if missing else []
    )
    return told + [f"Not measured: {name}: {cause}" for name, cause in summary.get("peers_left_out", {}).items()]


def text(summary: Mapping[str, Any]) -> str:
    """The summary for a terminal: the usual table, then all others."""
    lines = "\n".join(notes(summary))
    return "\n\n".join(filter(None, [text_table(summary), *(one.text() for one in tables(summary)), lines]))


def markdown(summary: Mapping[str, Any]) -> str:
    """The same as Markdown, for a page."""
    lines = "\n".join(f"- {note}" for note in notes(summary))
    return "\n\n".join(filter(None, [markdown_table(summary), *(one.markdown() for one in tables(summary)), lines]))
