"""Are the papers still what they were when they were fetched, and when they were indexed?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corpus.manifest import Manifest, digest
from rag.changed import since_indexed
from rag.store import Record

State = Literal["as it was", "changed", "gone", "indexed otherwise", "not indexed"]

SAID: Mapping[State, str] = {
    "changed": "is not what it was: its bytes have changed, and answers from it are marked so; "
    "fetch or add it again, then its answers are from what is there",
    "gone": "is no longer there, and answers from it are marked so; fetch or add it again",
    "indexed otherwise": "was indexed when its file held something else, and answers are from that; index it again",
    "not indexed": "is not in the store; run findings index on its folder",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """A paper and how it is. `document` is its path below the folder of papers, or below the one that was indexed."""

    document: str
    state: State


def verify(manifest: Manifest, records: Mapping[str, Record]) -> list[Checked]:
    """Every paper of the manifest against it, and every other paper of the store, whose records these are, against
    what was indexed."""
    indexed = {record.path: record for record in records.values()}
    contents = {record.sha256 for record in indexed.values()}  # of papers that are the same, the store keeps one
    checked = []
    for paper in manifest.papers.values():
        path = manifest.folder / paper.file
        record = indexed.pop(str(path.resolve()), None)
        held = record.sha256 if record else paper.sha256 if paper.sha256 in contents else None
        checked.append(Checked(paper.file, _state(path, paper.sha256, held)))
    for record in indexed.values():
        checked.append(Checked(record.name, since_indexed(record) or "as it was"))
    return sorted(checked, key=lambda one: one.document)


def _state(path: Path, sha256: str, indexed: str | None) -> State:
    try:
        found = digest(path)
    except OSError:
        return "gone"
    if found != sha256:
        return "changed"
    return "not indexed" if indexed is None else "as it was" if indexed == found else "indexed otherwise"
