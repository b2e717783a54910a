"""Another tool's records beside ours, on the same questions: an earlier version's, or those of another program.

It takes no more of a record than what `eval.metrics` reads; a tool that only finds passages is compared on those alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval import finding, metrics
from eval.lines import Wrong, read_lines
from eval.questions import Question

OURS = "findings"


def read_records(path: Path) -> list[dict[str, Any]]:
    """The records of a results file, in order. Raises UsageError, as `eval.lines.read_lines` does, also for a record
    whose id, answer, passages or claims are not of the form that is measured."""
    return read_lines(path, "results", _record)


def _record(row: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(row.get("id"), str):
        raise Wrong("the field 'id' is missing or no text")
    if not isinstance(row.get("answer") or "", str):
        raise Wrong("'answer' must be text")
    _objects(row, "passages", "document", "text")
    for claim in _objects(row, "claims", "text"):
        _objects(claim, "citations", "document", "quote")
        if any(type(citation.get("page")) not in (int, type(None)) for citation in claim.get("citations") or []):
            raise Wrong("'page' in 'citations' must be a whole number or null")
    return row


def _objects(row: Mapping[str, Any], name: str, *texts: str) -> Sequence[Mapping[str, Any]]:
    """The list `name` of a row, empty where it is missing or null. Raises Wrong unless it holds objects whose fields
    `texts` are text, where they are there."""
    found = row.get(name) or []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Wrong(f"{name!r} must be a list of objects")
    for text in texts:
        if not all(isinstance(one.get(text) or "", str) for one in found):
            raise Wrong(f"{text!r} in {name!r} must be text")
    return found


def compare(
    questions: Sequence[Question], ours: Sequence[metrics.Record], theirs: Sequence[metrics.Record], name: str
) -> dict[str, Any]:
    """Both tools' figures over the answerable questions, and ours - theirs, paired by question.

    {"name", "questions": count of each kind, "missing": questions without a record of theirs, "columns": {tool: kind →
    figure → estimate}, "difference": kind → figure → estimate, "gained" and "lost": questions that we alone, or they
    alone, answer rightly, "milliseconds": {tool: {"p50_ms", "p95_ms"}}}. The two answer figures are there only where
    `theirs` holds an answer to any question; without them nothing is gained or lost.
    """
    asked = [question for question in questions if question.answerable]
    ids = {record["id"] for record in theirs}
    answering = any(record.get("answer") for record in theirs)
    name = f"{name} (theirs)" if name == OURS else name
    values = {tool: _values(asked, records, answering) for tool, records in ((OURS, ours), (name, theirs))}
    return {
        "name": name,
        "questions": finding.counts(asked),
        "missing": [question.id for question in asked if question.id not in ids],
        "columns": {tool: finding.by_kind(asked, one) for tool, one in values.items()},
        "gained": _turned(asked, values[OURS], values[name]),
        "lost": _turned(asked, values[name], values[OURS]),
        "difference": finding.differences(asked, values[OURS], values[name]),
        "milliseconds": {tool: finding.milliseconds(records) for tool, records in ((OURS, ours), (name, theirs))},
    }


def _turned(questions: Sequence[Question], ones: finding.Values, others: finding.Values) -> list[str]:
    """The questions that are right in `ones` and not in `others`."""
    pairs = zip(questions, ones.get("right", ()), others.get("right", ()), strict=False)
    return [question.id for question, one, other in pairs if one > other]


def _values(
    questions: Sequence[Question], records: Sequence[metrics.Record], answering: bool
) -> dict[str, list[float]]:
    values = finding.values(questions, records, metrics.DEPTH)
    if answering:
        by_id = {record["id"]: record for record in records}
        pairs = [(question, by_id.get(question.id, {})) for question in questions]
        values["right"] = [float(metrics.right(question, record)) for question, record in pairs]
        values["cites_evidence"] = [metrics.cites_evidence(question, record) for question, record in pairs]
    return values
