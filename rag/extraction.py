"""How well a paper was read: what is missing or broken, in words, and a grade that sums it up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from rag.store import Record, Store
from rag.types import Block

Reading = Literal["good", "fair", "poor"]

# What a paper of each kind states of itself when it is read right; a visit's letter grades nothing and is signed only.
EXPECTED: dict[str, tuple[str, ...]] = {
    "inspection": ("authority", "framework", "inspection_start", "published", "lead_inspector", "judgements"),
    "focused visit": ("authority", "inspection_start", "published"),
    "monitoring visit": ("authority", "inspection_start", "published"),
    "committee paper": ("authority", "published"),
    "news": ("authority", "published"),
    "other": ("authority",),
}
_WORDS = {"published": "publication date", "inspection_start": "inspection date", "judgements": "judgement"}
_KEY_FIELDS = frozenset({"authority", "inspection_start", "judgements"})  # a question is narrowed or answered by them
_NOT_JOINT = frozenset({"judgements", "lead_inspector"})  # the inspectorates grade nothing jointly and sign together
_WHOLE, _PARTLY = 0.98, 0.9  # shares of letters in blocks
_FEW = 0.1  # share of pages without text, or of paragraphs missing, that is still a slip
_NAMED = 5  # pages or paragraphs named before "and 7 more"


@dataclass(frozen=True, slots=True)
class Extraction:
    """The reading of one document.

    `silent` are its pages without text (from 1), `share` the part of its letters that stand in blocks (0 to 1, 1 where
    there are none), `missing_numbers` the paragraphs that its own numbering says are there and that were not found,
    `missing_fields` what a paper of its kind should state of itself. `reasons` says in words why the grade is not
    "good".
    """

    document: str
    grade: Reading
    pages: int
    silent: tuple[int, ...]
    share: float
    paragraphs: int
    missing_numbers: tuple[int, ...]
    missing_fields: tuple[str, ...]
    reasons: tuple[str, ...]


def check_reading(store: Store, record: Record) -> Extraction:
    """Grade how the document of `record` was read."""
    blocks = store.blocks(record.name)
    texts = {page: text for _, page, text in store.page_texts([record.name])}
    silent = tuple(page + 1 for page, text in texts.items() if not text.strip())
    numbers = [int(block.number) for block in blocks if block.kind == "paragraph" and (block.number or "").isdecimal()]
    gaps = _gaps(numbers)
    share = _share(texts, blocks)
    kind = record.description.value("kind") or "other"
    joint = record.description.value("framework") == "JTAI"
    expected = [name for name in EXPECTED[kind] if not (joint and name in _NOT_JOINT)]
    fields = tuple(name for name in expected if not getattr(record.description, name))
    found = (
        (_pages(silent), len(silent) > _FEW * len(texts)),
        (f"{1 - share:.0%} of its letters are in no paragraph, list or table" * (share < _WHOLE), share < _PARTLY),
        (_numbering(gaps), len(gaps) > _FEW * len(numbers)),
        (_unstated(fields), bool(_KEY_FIELDS & set(fields))),
        *((problem, False) for problem in record.problems),
    )  # fmt: skip
    reasons = tuple(reason for reason, _ in found if reason)
    poor = any(serious for reason, serious in found if reason)
    return Extraction(
        record.name, "poor" if poor else "fair" if reasons else "good", len(texts), silent, share, len(numbers), gaps,
        fields, reasons,
    )  # fmt: skip


def extraction_row(extraction: Extraction) -> dict[str, Any]:
    """The reading of a document as JSON has it."""
    return {
        "document": extraction.document,
        "reading": extraction.grade,
        "pages": extraction.pages,
        "pages_without_text": list(extraction.silent),
        "share_in_blocks": round(extraction.share, 4),
        "numbered_paragraphs": extraction.paragraphs,
        "missing_paragraphs": list(extraction.missing_numbers),
        "missing_fields": list(extraction.missing_fields),
        "reasons": list(extraction.reasons),
    }


def _share(texts: dict[int, str], blocks: Iterable[Block]) -> float:
    """Letters that stand in blocks, as a share of all; digits and marks are left to paragraph numbers and footnotes."""
    held = {page: bytearray(len(text)) for page, text in texts.items()}
    for block in blocks:
        for sentence in block.sentences:
            for span in sentence.spans:
                held[span.page][span.start : span.end] = b"\1" * (span.end - span.start)
    letters = [(page, i) for page, text in texts.items() for i, one in enumerate(text) if one.isalpha()]
    return sum(held[page][i] for page, i in letters) / len(letters) if letters else 1.0


def _gaps(numbers: Sequence[int]) -> tuple[int, ...]:
    """The numbers left out where a series goes on; a lower number begins a new one."""
    return tuple(missing for before, after in pairwise((0, *numbers)) for missing in range(before + 1, after))


def _pages(silent: Sequence[int]) -> str:
    if not silent:
        return ""
    return f"{'page' if len(silent) == 1 else 'pages'} {_listed(silent)} without text"


def _numbering(gaps: Sequence[int]) -> str:
    if not gaps:
        return ""
    return f"{'paragraph' if len(gaps) == 1 else 'paragraphs'} {_listed(gaps)} not found"


def _unstated(fields: Sequence[str]) -> str:
    named = [_WORDS.get(name, name.replace("_", " ")) for name in fields]
    return f"no {_listed(named)} found" if fields else ""


def _listed(items: Sequence[object]) -> str:
    shown = [str(item) for item in items[:_NAMED]]
    more = len(items) - len(shown)
    if more:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
