"""Figures side by side, with their intervals: stages of the search, or two tools. Text for a terminal, Markdown for a
page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.finding import ALL, Estimate

_NAMES = {"mrr": "MRR", "ndcg@10": "nDCG@10", "cites_evidence": "evidence quoted", "right": "right answers"}
_OF_GROUPS = ("recall@5", "ndcg@10", "right", "cites_evidence", "declined")
_EARNED = ("recall@5", "ndcg@10")  # what a stage earns is told of these; the data hold the rest
_TURNED = {"gained": "right", "lost": "wrong"}
_MOST_IDS = 12


@dataclass(frozen=True, slots=True)
class Columns:
    """A table: a head over each column, groups of rows with a title each, and remarks below."""

    title: str
    heads: tuple[str, ...]
    groups: tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...]
    remarks: tuple[str, ...] = ()

    def text(self) -> str:
        """Columns aligned; ends without a line break."""
        rows = [("", self.heads), *(row for _, rows in self.groups for row in rows)]
        left = max(len(name) for name, _ in rows)
        widths = [max(len(cells[i]) for _, cells in rows) for i in range(len(self.heads))]

        def line(name: str, cells: Sequence[str]) -> str:
            shown = (f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True))
            return "  ".join([f"  {name:<{left}}", *shown]).rstrip()

        lines = [self.title, line("", self.heads)]
        for title, rows in self.groups:
            lines += ["", f"  {title}", *(line(name, cells) for name, cells in rows)]
        return "\n".join([*lines, *(["", *(f"  {remark}" for remark in self.remarks)] if self.remarks else [])])

    def markdown(self) -> str:
        """The title as a line in bold, the table, the remarks as a list; ends without a line break."""
        lines = [f"**{self.title}**", "", _row(["", "", *self.heads]), f"|---|---|{'---|' * len(self.heads)}"]
        for title, rows in self.groups:
            lines += [_row([f"**{title}**" if i == 0 else "", name, *cells]) for i, (name, cells) in enumerate(rows)]
        return "\n".join([*lines, *(["", *(f"- {remark}" for remark in self.remarks)] if self.remarks else [])])


def of_groups(summary: Mapping[str, Any]) -> Columns:
    """The figures of `eval.summary.summarise` by kind and by half: a column a figure."""
    rows = {"By kind": summary["by_kind"], "By half": summary["by_half"]}
    return Columns(
        "Kinds of question and halves of the set (in brackets: where the figure stays in 95 of 100 drawings)",
        ("questions", *map(figure_name, _OF_GROUPS)),
        tuple(
            (title, tuple((name, _cells(one)) for name, one in groups.items()))
            for title, groups in rows.items()
            if len(groups) > 1
        ),
    )


def _cells(one: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"{one['questions']:,}", *(shown(one[figure]) if figure in one else "" for figure in _OF_GROUPS))


def of_citations(summary: Mapping[str, Any]) -> Columns:
    """The citation figures of `eval.citing.measure`: a column a judge."""
    told = summary["citations"]
    judges = {name: one for name, one in told.items() if isinstance(one, Mapping)}
    groups = tuple(
        (title, tuple((name, tuple(_plain(one[key][name]) for one in judges.values())) for name in names))
        for title, key, names in (
            ("Gao and others 2023 (ALCE)", "alce", ("recall", "precision")),
            ("Liu and others 2023", "liu", ("recall", "precision", "f1")),
        )
    )
    title = f"Citations ({told['sentences']:,} sentences, {told['citations']:,} quotes), by who judges"
    return Columns(title, tuple(judges), groups)


def _plain(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"


def of_stages(table: Mapping[str, Any]) -> Columns:
    """The table of `eval.stages.sum_up`: a column a stage."""
    names = tuple(table["columns"])
    earned = table["earned"]
    gains = tuple(
        (figure_name(figure), tuple(
            shown_difference(earned[name]["figures"][ALL][figure]) if name in earned else "" for name in names
        ))
        for figure in _EARNED
    )  # fmt: skip
    over = ", ".join(f"{name} over {one['over']}" for name, one in earned.items())
    groups = _groups(table["questions"], [table["columns"][name] for name in names])
    extra = [(f"Earned ({over})", gains)] if earned else []
    groups[1:1] = [*extra, _times(table["milliseconds"])]
    errors = tuple(
        f"{name} stopped by {cause}: {_ids([id for id in found if found[id] == cause])}"
        for name, found in table["errors"].items()
        for cause in dict.fromkeys(found.values())
    )
    return Columns("Stages of the search", names, tuple(groups), errors)


def of_comparison(table: Mapping[str, Any]) -> Columns:
    """The table of `eval.against.compare`: our column, theirs, and the difference."""
    names = tuple(table["columns"])
    told = _groups(table["questions"], [table["columns"][name] for name in names])
    groups = tuple(
        (title, tuple((name, (*cells, shown_difference(difference[figure])))
                      for (name, cells), figure in zip(rows, difference, strict=True)))
        for (title, rows), difference in zip(told, table["difference"].values(), strict=True)
    )  # fmt: skip
    title, times = _times(table["milliseconds"])
    overall, *kinds = groups
    missing = (f"without a record of {table['name']}: {_ids(table['missing'])}",) if table["missing"] else ()
    turned = tuple(f"{word} in {names[0]} alone: {_ids(table[key])}" for key, word in _TURNED.items() if table[key])
    return Columns(
        f"Beside {table['name']}",
        (*names, "difference"),
        (overall, (title, tuple((name, (*cells, "")) for name, cells in times)), *kinds),
        (*missing, *turned),
    )


def _groups(
    questions: Mapping[str, int], columns: Sequence[Mapping[str, Mapping[str, Estimate]]]
) -> list[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]]]:
    """A group of rows for all questions and for each kind: a row a figure, a cell a column."""
    figures = columns[0][ALL] if columns else {}
    return [
        (
            f"{kind} ({count} question{'' if count == 1 else 's'})",
            tuple((figure_name(one), tuple(shown(column[kind][one]) for column in columns)) for one in figures),
        )
        for kind, count in questions.items()
    ]


def _times(taken: Mapping[str, Mapping[str, float | None]]) -> tuple[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    rows = (("median", "p50_ms"), ("95 in 100", "p95_ms"))
    return "Milliseconds", tuple(
        (name, tuple("none" if one[key] is None else f"{one[key]:.1f}" for one in taken.values())) for name, key in rows
    )


def figure_name(figure: str) -> str:
    """What a figure is called in a table."""
    return _NAMES.get(figure, figure)


def shown(estimate: Estimate) -> str:
    """'0.881 (0.81–0.94)', without the interval where there is none, 'none' without a value."""
    if estimate["value"] is None:
        return "none"
    bounds = estimate["interval"]
    return f"{estimate['value']:.3f}" + (f" ({bounds[0]:.2f}–{bounds[1]:.2f})" if bounds else "")


def shown_difference(estimate: Estimate) -> str:
    """'+0.120 (+0.04…+0.20)', as `shown`."""
    if estimate["value"] is None:
        return "none"
    bounds = estimate["interval"]
    return f"{estimate['value']:+.3f}" + (f" ({bounds[0]:+.2f}…{bounds[1]:+.2f})" if bounds else "")


def _ids(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _MOST_IDS} more" if len(ids) > _MOST_IDS else ""
    return ", ".join(ids[:_MOST_IDS]) + more


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.strip().replace('|', chr(92) + '|') for cell in cells)} |"
