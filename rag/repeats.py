"""Reports tell a thing twice, in the summary and in the body, and some are held twice, as a web page and as a PDF: of
hits that say nearly the same about the same place and day, one."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from rag.store import Record
from rag.types import Hit
from rag.words import terms

SAME = 0.8  # share of the longer passage’s terms that the two have in common
LEAST = 8  # terms that a passage must have for this to mean anything


def collapse(hits: Sequence[Hit], records: Mapping[str, Record]) -> tuple[Hit, ...]:
    """`hits` in order without those that repeat an earlier one; their passages are named in its `also`."""
    kept: list[Hit] = []
    held: list[tuple[object, set[str]]] = []
    for hit in hits:
        origin, own = _origin(hit, records), set(terms(hit.passage.text))
        at = next((i for i, (other, theirs) in enumerate(held) if other == origin and _same(own, theirs)), None)
        if at is None:
            kept.append(hit)
            held.append((origin, own))
        else:
            kept[at] = dataclasses.replace(kept[at], also=(*kept[at].also, hit.passage))
    return tuple(kept)


def _origin(hit: Hit, records: Mapping[str, Record]) -> object:
    """The place and day that the paper is about; the paper itself where it states neither or only one."""
    description = records[hit.passage.document].description
    place, date = description.value("authority"), description.date
    return (place, date) if place and date else hit.passage.document


def _same(a: set[str], b: set[str]) -> bool:
    least = min(len(a), len(b))
    # A short passage whose words a long one holds is no repeat of it: what else the long one says would hide it.
    return least >= LEAST and len(a & b) >= SAME * max(len(a), len(b))
