"""What a source shows beside its citation: the words around the quote, the publisher, where the original is."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from rag.changed import since_indexed
from rag.errors import CorpusError
from rag.types import Answer, Citation
from ui.citing import Source

if TYPE_CHECKING:
    from rag.pipeline import Findings
    from rag.store import Record

Surroundings = tuple[str, str, str]  # the untouched text before, in and after a quote


def sources_of(answer: Answer, findings: Findings) -> list[tuple[Source, Surroundings, int | None]]:
    """Each citation of an answer in the order of its marks: with its source, what stands around it, and how many pages
    its paper has that can be drawn (None where none can). For an answer of yesterday whose paper has gone or changed
    since, the quote stands alone."""
    found = []
    for citation in (citation for claim in answer.claims for citation in claim.citations):
        record = findings.store.records.get(citation.span.document)
        citation = replace(citation, changed=since_indexed(record) if record else "gone")
        source = source_of(citation, record)
        around = findings.surroundings(citation) if record else ("", "", "")
        if around[1] != citation.quote:  # the paper has been indexed anew, and says something else there
            around, record = ("", citation.quote, ""), None
        drawable = record is not None and record.format == "pdf" and not citation.changed
        found.append((source, around, record.pages if record and drawable else None))
    return found


def source_of(citation: Citation, record: Record | None) -> Source:
    """The citation with what the paper says of itself; what the paper does not state stays open."""
    if record is None:
        return Source(citation, year=(citation.date or "")[:4], address=citation.original)
    said = record.description
    day = said.value("published") or said.date or ""
    return Source(citation, said.value("publisher") or "", day[:4], citation.original or original(record))


def original(record: Record) -> str | None:
    """Where a paper that was fetched was published, from the manifest of the folder that it lies in."""
    manifest = Path(record.root) / "manifest.json"
    with contextlib.suppress(OSError, ValueError):
        changed = manifest.stat().st_mtime_ns
        return _addresses(manifest.parent, changed).get(Path(record.path).relative_to(record.root).as_posix())
    return None


@lru_cache(maxsize=16)
def _addresses(folder: Path, as_of: int) -> dict[str, str]:
    from corpus.manifest import Manifest

    try:
        return {paper.file: paper.address for paper in Manifest(folder).papers.values() if paper.address}
    except CorpusError:
        return {}
