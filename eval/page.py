"""The report as one HTML page that stands by itself: nothing in it is loaded from anywhere, and no script runs.

Every failure is shown beside what was expected. The page quotes the papers, so it belongs beside them, not in public
unless they are."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from eval import metrics, plots
from eval.columns import Columns, figure_name
from eval.failures import Failure, failures
from eval.finding import ALL, CUTOFFS
from eval.questions import Question
from eval.table import sections
from rag.errors import FindingsError

_PLOTTED = ("recall@5", "ndcg@10", "right", "cites_evidence")
_STYLE = """
:root{color-scheme:light dark;--ink:#1b1b1f;--dim:#666;--bar:#3b6ea5;--line:#ddd;--paper:#fff;--bad:#a3262a}
@media(prefers-color-scheme:dark){
:root{--ink:#e6e6e6;--dim:#aaa;--bar:#7fb0e6;--line:#444;--paper:#17181b;--bad:#ff9a9a}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
body{max-width:72rem;margin:auto;padding:1rem}
table{border-collapse:collapse;font-size:.9rem;margin:.5rem 0}
th,td{border-bottom:1px solid var(--line);padding:.25rem .6rem;text-align:left;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums}
.wide{overflow-x:auto}.bad{color:var(--bad)}.dim{color:var(--dim)}blockquote{margin:.25rem 0;padding-left:.8rem;
border-left:3px solid var(--line)}details{border-bottom:1px solid var(--line);padding:.4rem 0}
.two{display:grid;grid-template-columns:1fr 1fr;gap:1.5rem}@media(max-width:50rem){.two{grid-template-columns:1fr}}
svg{max-width:100%;height:auto;font-size:12px}svg text{fill:var(--ink)}.bar{fill:var(--bar)}
.grid{stroke:var(--line);fill:none}.whisker{stroke:var(--ink);fill:none}.line{fill:none;stroke-width:2}
.s0{stroke:#3b6ea5}.s1{stroke:#c2571a}.s2{stroke:#2e8b57}.s3{stroke:#8a4fbf}.s4{stroke:#b0902c}.s5{stroke:#888}
svg .t0{fill:#3b6ea5}svg .t1{fill:#c2571a}svg .t2{fill:#2e8b57}
svg .t3{fill:#8a4fbf}svg .t4{fill:#b0902c}svg .t5{fill:#888}
"""


def html(
    summary: Mapping[str, Any],
    tables: Sequence[Columns],
    questions: Sequence[Question],
    records: Sequence[metrics.Record],
) -> str:
    """The page: notes, plots, all tables, every failure."""
    found = failures(questions, records, summary["failed"])
    left = len(summary["failed"].get("left_out", ()))
    head = f"{summary['questions']:,} questions, {len(found):,} with something to look at"
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8"><title>Findings: evaluation</title>',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<style>{_STYLE}</style></head><body><h1>Evaluation</h1>",
        f"<p>{head}{f'; {left:,} not asked, for want of papers' if left else ''}</p>",
        *_fallen(summary),
        *_plots(summary, records),
        "<h2>Figures</h2>",
        *(_plain_table(title, rows) for title, rows in sections(summary)),
        *map(_columns, tables),
        f"<h2>To look at ({len(found):,})</h2>",
        *map(_failure, found),
        "</body></html>",
    ]
    return "\n".join(parts) + "\n"


def write(path: Path, page: str) -> None:
    """Write the page in one step. Raises FindingsError where it cannot be written."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        draft.write_text(page, encoding="utf-8")
        os.replace(draft, path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        cause = (error.strerror or str(error)).lower()
        raise FindingsError(f"cannot write {path} ({cause}); choose another place with --html") from error


def _fallen(summary: Mapping[str, Any]) -> list[str]:
    return [f'<p class="bad">The gate is not passed: {escape(one)}</p>' for one in summary.get("fallen", ())]


def _plots(summary: Mapping[str, Any], records: Sequence[metrics.Record]) -> list[str]:
    drawn = []
    for figure in _PLOTTED:
        rows = [
            (f"{kind} ({one['questions']})", one[figure]["value"], one[figure]["interval"])
            for kind, one in summary["by_kind"].items()
            if figure in one
        ]
        drawn.append(_plot(f"{figure_name(figure)} by kind", plots.bars(rows, figure_name(figure))))
    if len(curves := _curves(summary)) > 1:
        title = "Evidence among the first k passages"
        drawn.append(_plot(title, plots.lines(curves, title, "passages, k")))
    seconds = [s for record in records if isinstance(s := record.get("seconds"), int | float)]
    drawn.append(_plot("Seconds to an answer", plots.histogram(seconds, "Seconds to an answer", "seconds")))
    return ["<h2>Plots</h2>", '<div class="two">', *drawn, "</div>"]


def _curves(summary: Mapping[str, Any]) -> dict[str, list[tuple[float, float]]]:
    """Tool or stage → (k, recall@k); the whole program is the same in all comparisons."""
    columns: dict[str, Mapping[str, Any]] = {"findings": summary["by_kind"][ALL]}
    stages = [summary["stages"]] if "stages" in summary else []
    for table in [*stages, *summary.get("against", [])]:
        columns = {name: one[ALL] for name, one in table["columns"].items()} | columns
    return {name: [*_curve(one)] for name, one in columns.items()}


def _curve(one: Mapping[str, Any]) -> Iterator[tuple[float, float]]:
    for k in CUTOFFS:
        if (value := one.get(f"recall@{k}", {}).get("value")) is not None:
            yield k, value


def _plot(title: str, svg: str) -> str:
    return f"<figure><figcaption>{escape(title)}</figcaption>{svg}</figure>"


def _plain_table(title: str, rows: Sequence[tuple[str, str, str]]) -> str:
    cells = "".join(
        f"<tr><td>{escape(name)}</td><td class=n>{escape(value)}</td>"
        f'<td class="{"bad" if "FALLS SHORT" in remark else "dim"}">{escape(remark)}</td></tr>'
        for name, value, remark in rows
    )
    return f"<h3>{escape(title)}</h3><table>{cells}</table>"


def _columns(table: Columns) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in ("", *table.heads))
    rows = []
    for title, group in table.groups:
        rows.append(f'<tr><th colspan="{len(table.heads) + 1}">{escape(title)}</th></tr>')
        for name, cells in group:
            told = "".join(f"<td class=n>{escape(cell)}</td>" for cell in cells)
            rows.append(f"<tr><td>{escape(name)}</td>{told}</tr>")
    remarks = "".join(f'<p class="dim">{escape(remark)}</p>' for remark in table.remarks)
    body = f"<table><tr>{head}</tr>{''.join(rows)}</table>"
    return f'<h3>{escape(table.title)}</h3><div class="wide">{body}</div>{remarks}'


def _failure(one: Failure) -> str:
    question, record = one.question, one.record
    before = "".join(f'<p class="dim">After: {escape(asked)}</p>' for asked in question.after)
    expected = [f"<p>{escape(question.answer or 'no answer: the papers do not say')}</p>"]
    expected += [f"<p>Must say: {escape(' or '.join(fact))}</p>" for fact in question.must_include]
    expected += [_quote(place.document, place.page, place.quote) for place in question.evidence]
    got = [f"<p>{escape(record.get('answer') or record.get('notice') or record.get('error') or 'nothing')}</p>"]
    got += [_quote(c.get("document") or "", c.get("page"), c.get("quote") or "") for c in metrics.citations(record)]
    held = " · held out" if question.held_out else ""
    wrong = escape("; ".join(one.wrong))
    return (
        f'<details><summary><b>{escape(question.id)}</b> <span class="dim">{question.kind}{held}</span> '
        f'{escape(question.question)} <span class="bad">{wrong}</span></summary>{before}<div class="two">'
        f"<div><h4>Expected</h4>{''.join(expected)}</div><div><h4>Got</h4>{''.join(got)}</div></div></details>"
    )


def _quote(document: str, page: int | None, quote: str) -> str:
    where = document if page is None else f"{document}, page {page}"
    return f'<blockquote>{escape(quote)}<br><span class="dim">{escape(where)}</span></blockquote>'
