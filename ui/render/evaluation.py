"""An evaluation: its figures, a plot of them, each wrong answer beside what was expected, and two runs compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ui.render.text import count, safe

if TYPE_CHECKING:
    from eval.columns import Columns
    from ui.evaluating import Wrong

Row = tuple[str, str, str]  # figure, value, remark


def figures(sections: Sequence[tuple[str, Sequence[Row]]], bars: Sequence[tuple[str, float, str]]) -> str:
    """The tables of a run, and its shares as bars; each bar's value stands beside it in figures."""
    tables = "".join(
        f'<table class="figures"><caption>{safe(title)}</caption><tbody>'
        + "".join(
            f'<tr><th scope="row">{safe(a)}</th><td>{safe(b)}</td><td class="quiet">{safe(c)}</td></tr>'
            for a, b, c in rows
        )
        + "</tbody></table>"
        for title, rows in sections
    )
    drawn = "".join(
        f'<li><span class="name">{safe(name)}</span><span class="bar" aria-hidden="true">'
        f'<i style="width:{100 * value:.1f}%"></i></span><span>{safe(said)}</span></li>'
        for name, value, said in bars
    )
    plot = f'<h3>At a glance</h3><ul class="plot">{drawn}</ul>' if drawn else ""
    scrolled = f'<div class="scroll" tabindex="0" role="region" aria-label="Figures">{tables}</div>'
    return f'<div class="run">{plot}{scrolled}</div>'


def wrong(rows: Sequence[Wrong], asked: int) -> str:
    """Every wrong answer beside what was expected."""
    if not rows:
        return f'<p class="note">None of the {count(asked, "answer", "answers")} is wrong.</p>'
    cards = "".join(
        f'<li><h4>{safe(row.question)}</h4><p class="where">{safe(row.fault)}</p><div class="pair">'
        f"<div><h5>Expected</h5><p>{safe(row.expected)}</p></div>"
        f"<div><h5>Answered</h5><p>{safe(row.answered)}</p></div></div></li>"
        for row in rows
    )
    lead = f"{len(rows):,} of {count(asked, 'answer', 'answers')} {'is' if len(rows) == 1 else 'are'} wrong"
    return f'<h3>{lead}</h3><ol class="wrongs">{cards}</ol>'


def columns(one: Columns) -> str:
    """Two runs beside each other."""
    heads = "".join(f'<th scope="col">{safe(head)}</th>' for head in one.heads)
    groups = "".join(
        f'<tbody><tr><th scope="rowgroup" colspan="{len(one.heads) + 1}">{safe(title)}</th></tr>'
        + "".join(
            f'<tr><th scope="row">{safe(name)}</th>{"".join(f"<td>{safe(cell)}</td>" for cell in cells)}</tr>'
            for name, cells in rows
        )
        + "</tbody>"
        for title, rows in one.groups
    )
    remarks = "".join(f"<li>{safe(remark)}</li>" for remark in one.remarks)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="Comparison"><table class="figures"><caption>'
        f"{safe(one.title)}</caption><thead><tr><td></td>{heads}</tr></thead>{groups}</table></div>"
        f"{f'<ul>{remarks}</ul>' if remarks else ''}"
    )


def summary_note(summary: Mapping[str, Any]) -> str:
    machine = summary.get("machine") or {}
    said = f"{machine.get('documents', 0):,} papers; {machine.get('system')}, {machine.get('processors')} processors"
    return f'<p class="quiet">{safe(said)}</p>' if machine else ""
