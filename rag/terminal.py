"""What the command line prints for a person: plain text, wrapped to the terminal, control characters taken out."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from rag.dates import in_words
from rag.display import CHANGED, RECOGNISED, readable
from rag.extraction import Extraction
from rag.index import IndexReport
from rag.store import Record, Store
from rag.types import Answer, Block, Citation, Filters, Hit, Query, Span
from rag.understood import understood

NEAREST = 3  # passages that are shown where there is no answer
SNIPPET = 200  # characters of each


def answer_text(answer: Answer) -> str:
    parts = _understood(answer.query, answer.searched)
    if answer.abstained:
        parts.append(_wrap(answer.notice))
        if answer.hits:
            parts.append("\n".join(["Nearest to it, though no answer:", *map(_nearest, answer.hits[:NEAREST])]))
    else:
        parts += [_wrap(answer.notice)] if answer.notice else []
        parts.append(_wrap(readable(answer.text)))
        citations = [c for claim in answer.claims for c in claim.citations]
        parts += [_source(number, citation) for number, citation in enumerate(citations, 1)]
    if answer.suggestions:
        heading = "The papers can be asked instead:" if answer.abstained else "The papers can also be asked:"
        parts.append("\n".join([heading, *(_wrap(f"- {readable(one)}", "  ") for one in answer.suggestions)]))
    if answer.withheld:
        parts.append("Could not be verified, so not part of the answer:")
        parts += [_wrap(f"- {readable(c.text)} ({readable(c.reason)})", "  ") for c in answer.withheld]
    return "\n\n".join(parts)


def _nearest(hit: Hit) -> str:
    page = f", page {hit.page}" if hit.page else ""
    said = textwrap.shorten(readable(hit.passage.text), SNIPPET, placeholder=" …")
    return _wrap(f"- {readable(hit.passage.document)}{page}: “{said}”", "  ")


def _understood(query: Query, searched: Mapping[str, object]) -> list[str]:
    """What the search was narrowed to, and the notes, as one paragraph; none where there is nothing to say."""
    narrowed = query.filters != Filters() or bool(query.unknown_places)
    parts = [f"Understood: {understood(query, searched)}"] if narrowed else []
    parts += (note if note.endswith((".", "?", "!", "”")) else f"{note}." for note in query.notes)
    return [_wrap(readable(" ".join(parts)))] if parts else []


def _source(number: int, citation: Citation) -> str:
    mark = f"[{number}] "
    indent = " " * len(mark)
    lines = [_wrap(f"{mark}{place(citation)}", indent), _wrap(f"{indent}“{readable(citation.quote)}”", indent)]
    if citation.retold_from:
        lines.append(_wrap(f"{indent}retold from {readable(citation.retold_from)}", indent))
        lines.append(f"{indent}original: {readable(citation.original or 'not named')}")
    return "\n".join(lines)


def place(citation: Citation) -> str:
    """Title, authority, date, page and paragraph in words."""
    page = f"page {citation.page}" if citation.page else ""
    if page and citation.label and citation.label != str(citation.page):
        page += f" (printed {citation.label})"
    paragraph = f"paragraph {citation.paragraph}" if citation.paragraph else ""
    notes = (RECOGNISED if citation.recognised else "", CHANGED[citation.changed])
    parts = (citation.title, citation.authority, in_words(citation.date), page, paragraph, citation.span.document)
    return ", ".join(readable(part) for part in (*parts, *notes) if part)


def hits_text(query: Query, hits: Sequence[Hit], records: Mapping[str, Record]) -> str:
    parts = _understood(query, {})
    for number, hit in enumerate(hits, 1):
        description = records[hit.passage.document].description
        page = f"page {hit.page}" if hit.page else ""
        note = RECOGNISED if hit.recognised else ""
        where = ", ".join(
            filter(None, (description.value("authority"), in_words(description.date), page, hit.passage.document, note))
        )
        parts.append(
            _wrap(f"{number}. {readable(where)}", "   ") + "\n" + _wrap(f"   {readable(hit.passage.text)}", "   ")
        )
    return "\n\n".join(parts) if hits else "\n\n".join([*parts, "No passage fits."])


def index_report(report: IndexReport) -> str:
    read, unchanged = report.of("read"), report.of("unchanged")
    failed, removed = report.of("failed"), report.of("removed")
    passages = sum(o.passages for o in read)
    lines = [
        f"read {len(read)} ({sum(o.pages for o in read):,} pages, {passages:,} passages), unchanged {len(unchanged)}, "
        f"removed {len(removed)}, failed {len(failed)}; {report.seconds:.1f} s"
    ]
    noticed = [o for o in (*read, *unchanged) if o.reason]
    for outcomes, word in ((failed, "failed"), (removed, "removed"), (noticed, "noticed")):
        # A reading error names its file already.
        said = (o.reason if o.reason.startswith(o.name) else f"{o.name}: {o.reason}" for o in outcomes)
        lines += [f"{word}: {readable(one)}" for one in said]
    return "\n".join(lines)


def documents_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """A table: authority, kind, dates, pages, document; narrow columns first so that names may run on."""
    header = ("authority", "kind", "inspected", "published", "pages", "document")
    table = [header]
    for row in rows:
        table.append(tuple(
            readable(str(value)) if (value := row[key]) is not None else "-"
            for key in ("authority", "kind", "inspection_start", "published", "pages", "document")
        ))  # fmt: skip
    widths = [max(len(line[i]) for line in table) for i in range(len(header) - 1)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[-1]]) for line in table
    ]
    return "\n".join([*lines, "1 paper" if len(rows) == 1 else f"{len(rows)} papers"])


def readings_text(readings: Sequence[Extraction]) -> str:
    """How each paper was read, the badly read ones first, and how many there are of each."""
    order = ("poor", "fair", "good")
    lines = []
    for reading in sorted(readings, key=lambda one: (order.index(one.grade), one.document)):
        said = "; ".join(reading.reasons) or "nothing amiss"
        lines.append(_wrap(f"{reading.grade}  {readable(reading.document)}: {readable(said)}", "      "))
    counts = ", ".join(f"{sum(r.grade == grade for r in readings)} {grade}" for grade in reversed(order))
    return "\n".join([*lines, counts])


def found_text(spans: Sequence[Span], store: Store) -> str:
    if not spans:
        return "The quote is in none of the papers."
    lines = []
    for span in spans:
        page = f", page {span.page + 1}" if store.records[span.document].paged else ""
        lines.append(f"{span.document}{page}, characters {span.start} to {span.end}")
    return "\n".join(lines)


def checked_text(rows: Sequence[Mapping[str, Any]]) -> str:
    lines = []
    for number, row in enumerate(rows, 1):
        reason = f": {row['reason']}" if row["reason"] else ""
        lines.append(_wrap(f"{number}. {row['verdict']}{reason}. {readable(row['text'])}", "   "))
        for quote in row["quotes"]:
            places = "; ".join(w["document"] + (f", page {w['page']}" if w["page"] else "") for w in quote["where"][:3])
            found = f"stands in {places}" if places else "not found"
            lines.append(_wrap(f"   “{readable(quote['quote'])}” {found}", "   "))
    stand = sum(row["verdict"] != "withheld" for row in rows)
    return "\n".join([*lines, f"{stand} of {len(rows)} claims stand."])


def page_text(record: Record, page: int, label: str | None, blocks: Sequence[tuple[Block, str]]) -> str:
    printed = f" (printed {label})" if label and label != str(page) else ""
    lines = [f"{record.name}, page {page} of {record.pages}{printed}" if record.paged else record.name, ""]
    for block, text in blocks:
        number = f" {block.number}" if block.number else ""
        shown = " | ".join(cell.text for cell in block.cells) if block.cells else text
        lines += [f"[{block.kind}{number}]", _wrap(readable(shown)), ""]
    return "\n".join(lines).rstrip()


def _wrap(text: str, indent: str = "") -> str:
    width = max(40, min(100, shutil.get_terminal_size((100, 24)).columns))
    return textwrap.fill(text, width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)
