"""A summary as a table for people: plain text for a terminal, Markdown for a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Row = tuple[str, str, str]  # figure, value, remark

# Key of the summary → what it is called. The order is the order of the table.
_FINDING = {f"recall@{k}": f"evidence in the first {k} passages" for k in (3, 5, 10)}
_TITLES: Mapping[str, Mapping[str, str]] = {
    "Finding": {"recall@1": "evidence in the first passage"}
    | _FINDING
    | {"mrr": "mean reciprocal rank", "ndcg@10": "nDCG of the first 10 passages"},
    "Answering": {"right": "right answers", "cites_evidence": "evidence that is quoted"},
    "Quoting": {
        "claims_without_citation": "claims without a quote",
        "quotes_verbatim": "quotes on their page, letter for letter",
        "quotes_at_span": "quotes at their exact place",
        "figures_in_cited_quote": "figures that stand in their own quote",
    },
    "Abstaining": {
        "abstain_recall": "unanswerable questions declined",
        "abstain_precision": "abstentions that were due",
        "answerable_refused": "answerable questions declined",
    },
    "Time and memory": {
        "p50_s": "seconds, median",
        "p95_s": "seconds, 95 in 100",
        "memory_mb": "MiB of memory at most",
    },
    "Run": {"questions": "questions", "answered_in_results": "with a record", "errors": "stopped by an error"},
}
# Figures for which only one value will do.
_REQUIRED: Mapping[str, float] = {
    "claims_without_citation": 0,
    "quotes_verbatim": 1,
    "quotes_at_span": 1,
    "figures_in_cited_quote": 1,
    "errors": 0,
}
_COUNTED = {"quotes_verbatim": "quotes", "quotes_at_span": "quotes", "figures_in_cited_quote": "figures"}
_COST = {
    "calls": "requests to a language model",
    "sent": "characters sent to it",
    "received": "characters received from it",
}
_MOST_IDS = 12
_FAILED = {
    "left_out": "not asked, for want of papers",
    "missing": "without a record",
    "error": "stopped by an error",
    "wrong": "answered wrongly",
    "refused": "declined though answerable",
    "invented": "answered though unanswerable",
    "uncited": "a claim without a quote",
    "not_verbatim": "a quote not on its page",
    "not_at_span": "a quote not at its place",
    "figure_not_in_quote": "a figure not in its quote",
}


def text_table(summary: Mapping[str, Any]) -> str:
    """The summary for a terminal, one figure a line, columns aligned; ends without a line break."""
    told = sections(summary)
    rows = [row for _, rows in told for row in rows]
    left = max(len(name) for name, _, _ in rows)
    right = max((len(value) for _, value, _ in rows), default=0)
    lines = []
    for title, rows in told:
        lines += ["", title]
        lines += [f"  {name:<{left}}  {value:>{right}}  {remark}".rstrip() for name, value, remark in rows]
    failed = _failed(summary)
    if failed:
        lines += ["", "To look at", *(f"  {name}: {ids}" for name, ids in failed)]
    return "\n".join(lines[1:])


def markdown_table(summary: Mapping[str, Any]) -> str:
    """The summary as Markdown: one table, and a list of the questions to look at; ends without a line break."""
    lines = ["| | figure | value | |", "|---|---|---:|---|"]
    for title, rows in sections(summary):
        for i, row in enumerate(rows):
            cells = [f"**{title}**" if i == 0 else "", *map(_cell, row)]
            lines.append(f"| {' | '.join(cells)} |")
    failed = _failed(summary)
    if failed:
        lines += ["", *(f"- {_cell(name)}: {_cell(ids)}" for name, ids in failed)]
    return "\n".join(lines)


def sections(summary: Mapping[str, Any]) -> list[tuple[str, list[Row]]]:
    """The rows of the table below a title each."""
    found = []
    for title, names in _TITLES.items():
        rows = [(name, _value(summary[key]), _remark(key, summary)) for key, name in names.items() if key in summary]
        if title == "Answering":
            by_kind = summary.get("right_by_kind") or {}
            rows[1:1] = [(f"  of these: {kind}", _value(share), "") for kind, share in by_kind.items()]
        if title == "Quoting":
            rows += [(f"drafted claims found {name}", f"{count:,}", "") for name, count in _of(summary, "verdicts")]
        if title == "Run":
            rows += [(f"answered by {name}", str(count), "") for name, count in _of(summary, "backends")]
            rows += [(_COST[name], f"{count:,}", "") for name, count in _of(summary, "cost")]
        if rows:
            found.append((title, rows))
    machine = summary.get("machine") or {}
    if machine:
        found.append(("Machine and store", [(name, _value(value), "") for name, value in machine.items()]))
    return found


def _of(summary: Mapping[str, Any], key: str) -> list[tuple[str, int]]:
    return list((summary.get(key) or {}).items())


def _value(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, float):
        # Four places where there are four, so that 0.9999 is not shown as 1; points stand below each other.
        shown = f"{value:.4f}"
        return f"{shown[:-1]} " if shown.endswith("0") else shown
    return f"{value:,}" if isinstance(value, int) else str(value)


def _remark(key: str, summary: Mapping[str, Any]) -> str:
    value, required = summary[key], _REQUIRED.get(key)
    bounds = (summary.get("intervals") or {}).get(key)
    parts = [f"95 in 100: {bounds[0]:.2f}–{bounds[1]:.2f}"] if bounds else []
    parts += [f"of {summary[_COUNTED[key]]:,}"] if _COUNTED.get(key) in summary else []
    if required is not None and value is not None and value != required:
        parts.append(f"FALLS SHORT: only {required} will do")
    return ", ".join(parts)


def _failed(summary: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = []
    for key, ids in (summary.get("failed") or {}).items():
        name = _FAILED.get(key, key)
        if isinstance(ids, Mapping):  # id → cause: one line a cause, for one slip can stop every question
            causes = dict.fromkeys(ids.values())
            found += [_line(f"{name}: {cause}", [id for id in ids if ids[id] == cause]) for cause in causes]
        elif ids:
            found.append(_line(name, ids))
    return found


def _line(name: str, ids: Sequence[str]) -> tuple[str, str]:
    more = f" and {len(ids) - _MOST_IDS} more" if len(ids) > _MOST_IDS else ""
    return f"{name} ({len(ids)})", ", ".join(ids[:_MOST_IDS]) + more


def _cell(value: str) -> str:
    return value.strip().replace("|", "\\|")
