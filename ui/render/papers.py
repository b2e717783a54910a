"""The papers: a table of them, the timeline of a place, and how adding some is getting on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rag.dates import in_words
from rag.extraction import Extraction
from ui.render.text import attributes, count, joined, safe

if TYPE_CHECKING:
    from rag.store import Record

_OVERALL = "overall_effectiveness"
_COLUMNS = ("Paper", "Authority", "Kind", "Inspected", "Published", "Overall grade", "Pages", "Reading", "")
_READING = {"good": "read well", "fair": "read with gaps", "poor": "read badly"}
_ORDER = {"poor": 0, "fair": 1, "good": 2}


def table(records: Iterable[Record], readings: Mapping[str, Extraction], *, removable: bool) -> str:
    """The papers held, one row each, to be sorted and filtered in the browser; `readings` are those graded so far."""
    rows = [_row(record, readings.get(record.name), removable) for record in records]
    heads = "".join(
        f'<th scope="col"><button type="button" data-sort="{at}">{name}</button></th>' if name else
        '<th scope="col"><span class="unseen">Actions</span></th>'
        for at, name in enumerate(_COLUMNS)
        if name or removable
    )  # fmt: skip
    if not rows:
        return '<p class="note">There are no papers yet; add some above.</p>'
    return (
        '<div class="papers"><p class="quiet" role="status">'
        f"<span data-shown>{len(rows):,}</span> of {count(len(rows), 'paper', 'papers')}</p>"
        '<div class="scroll" tabindex="0" role="region" aria-label="Papers held"><table class="sortable"><caption '
        f'class="unseen">Papers held; the buttons in the head sort them</caption><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div></div>"
    )


def _row(record: Record, reading: Extraction | None, removable: bool) -> str:
    said = record.description
    overall = next((j.grade for j in said.judgements if j.key == _OVERALL), "")
    title = safe(said.value("title") or record.name)
    cells = [
        f'<th scope="row"><span class="title">{title}</span><span class="where">{safe(record.name)}</span>'
        f"{_judgements(record)}</th>",
        _cell(said.value("authority") or "not stated"),
        _cell(said.value("kind") or "not stated"),
        _cell(in_words(said.value("inspection_start")) or "", said.value("inspection_start") or ""),
        _cell(in_words(said.value("published")) or "", said.value("published") or ""),
        _cell(overall),
        _cell(f"{record.pages:,}" if record.paged else "", record.pages if record.paged else 0),
        _reading(reading),
    ]
    if removable:
        cells.append(
            f'<td><button type="button" class="tool" data-remove="{safe(record.name)}" '
            f'aria-label="Remove {title}">Remove</button></td>'
        )
    return f"<tr>{''.join(cells)}</tr>"


def _cell(shown: str, order: object = None) -> str:
    return f"<td{attributes(data_order=order)}>{safe(shown)}</td>"


def _judgements(record: Record) -> str:
    """All grades of the paper, folded."""
    grades = record.description.judgements
    if not grades:
        return ""
    items = "".join(f"<li>{safe(one.label)}: {safe(one.grade)}</li>" for one in grades)
    return f"<details><summary>{count(len(grades), 'judgement', 'judgements')}</summary><ul>{items}</ul></details>"


def _reading(reading: Extraction | None) -> str:
    if reading is None:
        return '<td data-order="3">being checked</td>'
    reasons = "".join(f"<li>{safe(reason)}</li>" for reason in reading.reasons)
    why = f"<details><summary>{count(len(reading.reasons), 'reason', 'reasons')}</summary><ul>{reasons}</ul></details>"
    return f'<td data-order="{_ORDER[reading.grade]}">{_READING[reading.grade]}{why if reasons else ""}</td>'


def timeline(place: str, records: Sequence[Record]) -> str:
    """The papers on a place in order of time, with what each judged; the undated last."""
    if not place:
        return '<p class="quiet">Choose a place to see its papers in order of time.</p>'
    rows = sorted(records, key=lambda r: (r.description.date is None, r.description.date or "", r.name))
    items = []
    for record in rows:
        said = record.description
        grades = "".join(f"<li>{safe(one.label)}: <strong>{safe(one.grade)}</strong></li>" for one in said.judgements)
        items.append(
            f'<li><span class="when">{safe(in_words(said.date) or "date not stated")}</span>'
            f'<span class="title">{safe(said.value("title") or record.name)}</span>'
            f'<span class="where">{joined([said.value(name) for name in ("kind", "framework", "publisher")])}</span>'
            f"{f'<ul>{grades}</ul>' if grades else ''}</li>"
        )
    listed = "".join(items) or "<li>None of the papers is on this place.</li>"
    return f'<h3>{safe(place)}</h3><ol class="timeline">{listed}</ol>'


# ── adding ───────────────────────────────────────────────────────────────────────────────────────────────────────


def progress(said: str, done: int, total: int) -> str:
    """How far it has got; a total of 0 where that cannot be told yet."""
    bar = f'<progress max="{total}" value="{done}" aria-label="Progress"></progress>' if total else (
        '<progress aria-label="Progress"></progress>'
    )  # fmt: skip
    counted = f" {done:,} of {total:,}." if total else ""
    return f'<div class="progress" role="status"><p>{safe(said)}{counted}</p>{bar}</div>'


def report(lead: str, failed: Sequence[tuple[str, str]], noticed: Sequence[tuple[str, str]]) -> str:
    """What became of the papers: in one line, then each that failed and each in which something was noticed, with the
    reason."""

    def listed(title: str, rows: Sequence[tuple[str, str]]) -> str:
        items = "".join(f"<li><strong>{safe(name)}</strong>: {safe(reason)}</li>" for name, reason in rows)
        return f"<h3>{title} ({len(rows):,})</h3><ul>{items}</ul>" if rows else ""

    return (
        f'<div class="report" role="status"><p class="note">{safe(lead)}</p>{listed("Could not be taken in", failed)}'
        f"{listed('Noticed', noticed)}</div>"
    )
