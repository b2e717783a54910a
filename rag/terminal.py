"""What the command line prints for a person: plain text, wrapped to the terminal, control characters taken out."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from rag.index import IndexReport, spoken_month
from rag.store import Record, Store
from rag.types import Answer, Block, Citation, Hit, Query, Span

# Control characters and escape sequences, and the signs that turn the direction of writing round.
_CONTROL = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]")


def harmless(text: str) -> str:
    """Text that can do nothing to a terminal but stand there; line breaks and tabs stay."""
    return _CONTROL.sub("", text)


def readable(text: str) -> str:
    """A quote on one line: line breaks as spaces, a broken hyphen as a hyphen, private glyphs as bullets. For showing
    only: records keep the quote as it is."""
    text = re.sub("[\ue000-\uf8ff]", "•", text.replace("\u00ad", "").replace("\ufffe", "-"))
    return harmless(" ".join(text.split()))


def spoken_date(date: str | None) -> str:
    """'2014-06-03' → '3 June 2014'."""
    if not date:
        return ""
    day = f"{int(date[8:10])} " if len(date) == 10 else ""
    return day + spoken_month(date)


def answer_text(answer: Answer) -> str:
    parts = [_wrap(note) for note in answer.query.notes]
    if answer.abstained:
        parts.append(_wrap(answer.notice))
    else:
        parts += [_wrap(answer.notice)] if answer.notice else []
        parts.append(_wrap(readable(answer.text)))
        citations = [c for claim in answer.claims for c in claim.citations]
        parts += [_source(number, citation) for number, citation in enumerate(citations, 1)]
    if answer.withheld:
        parts.append("Could not be verified, so not part of the answer:")
        parts += [_wrap(f"- {readable(c.text)} ({c.reason})", "  ") for c in answer.withheld]
    return "\n\n".join(parts)


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
    parts = (citation.title, citation.authority, spoken_date(citation.date), page, paragraph, citation.span.document)
    return ", ".join(readable(part) for part in parts if part)


def hits_text(query: Query, hits: Sequence[Hit], records: Mapping[str, Record]) -> str:
    parts = [_wrap(note) for note in query.notes]
    for number, hit in enumerate(hits, 1):
        description = records[hit.passage.document].description
        page = f"page {hit.page}" if hit.page else ""
        where = ", ".join(
            filter(None, (description.value("authority"), spoken_date(description.date), page, hit.passage.document))
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
    for outcomes, word in ((failed, "failed"), (removed, "removed"), ([o for o in read if o.reason], "noticed")):
        lines += [f"{word}: {readable(o.name)}: {readable(o.reason)}" for o in outcomes]
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
    return "\n".join([*lines, f"{len(rows)} papers"])


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
        lines += [f"[{block.kind}{number}]", _wrap(readable(text)), ""]
    return "\n".join(lines).rstrip()


def _wrap(text: str, indent: str = "") -> str:
    width = max(40, min(100, shutil.get_terminal_size((100, 24)).columns))
    return textwrap.fill(text, width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)
