"""The catalogue of a store: one row a document, with all that it states of itself and where."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from rag.judgements import KEYS
from rag.store import Record

_FIELDS = (
    "title", "publisher", "authority", "urn", "region", "kind", "framework", "inspection_start", "inspection_end",
    "published", "lead_inspector", "retold_from", "original",
)  # fmt: skip


def document_row(record: Record) -> dict[str, Any]:
    """All metadata of a document, null where it states nothing; `stated` says where each field was read and on what
    it rests, `judgements` maps each label to its key ("" where none fits), its grade and the places of both."""
    description = record.description
    row: dict[str, Any] = {"document": record.name}
    row |= {name: description.value(name) for name in _FIELDS}
    row["judgements"] = {
        j.label: {"key": j.key, "grade": j.grade, "spans": [[s.page + 1, s.start, s.end] for s in j.spans]}
        for j in description.judgements
    }
    row |= {"pages": record.pages if record.paged else None, "words": record.words, "sha256": record.sha256}
    row["extraction"] = list(record.problems)
    row["stated"] = {
        name: {"basis": stated.basis, "spans": [[s.page + 1, s.start, s.end] for s in stated.spans]}
        for name in _FIELDS
        if (stated := getattr(description, name)) is not None
    }
    return row


def documents_csv(rows: list[dict[str, Any]]) -> str:
    """The rows as comma-separated values: judgements as "label: grade" parted by semicolons, and each grade again in
    a column of its key."""
    sink = io.StringIO()
    columns = ["document", *_FIELDS, "judgements", *KEYS, "pages", "words", "sha256", "extraction"]
    writer = csv.DictWriter(sink, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        flat = (
            row
            | {
                "judgements": "; ".join(f"{label}: {j['grade']}" for label, j in row["judgements"].items()),
                "extraction": "; ".join(row["extraction"]),
            }
            | {j["key"]: j["grade"] for j in row["judgements"].values() if j["key"]}
        )
        writer.writerow({key: _harmless(value) for key, value in flat.items()})
    return sink.getvalue()


def _harmless(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets an apostrophe: titles come from strangers' files."""
    if not isinstance(value, str):
        return value
    one_line = re.sub(r"\s*[\r\n]+\s*", " ", value)
    return f"'{one_line}" if value.strip()[:1] in tuple("=+-@|＝＋－＠") or value[:1] in tuple("\t\r\n") else one_line
