"""A table's row in words: what is searched of it, made of nothing but what stands in its cells."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.types import Cell, Passage

GRADE = r"(?:outstanding|good|adequate|inadequate|requires?\s+improvement(?:\s+to\s+be\s+good)?)"
_GRADE = re.compile(GRADE, re.IGNORECASE)


def is_grade(text: str) -> bool:
    """Whether `text` is a grade and nothing else."""
    return bool(_GRADE.fullmatch(" ".join(text.split())))


def row_in_words(cells: Sequence[Cell]) -> str:
    """The row as a person would say it: "label: grade" for what was judged, else "header: cell; header: cell". Empty
    cells are left out."""
    filled = [cell for cell in cells if cell.text]
    if len(filled) == 2 and (is_grade(filled[1].text) or not (filled[0].header or filled[1].header)):
        return f"{filled[0].text.rstrip(' :')}: {filled[1].text}"
    return "; ".join(f"{_label(cell.header)}{cell.text}" for cell in filled)


def _label(header: str | None) -> str:
    return f"{header.rstrip(' :')}: " if header else ""


def passage_in_words(passage: Passage) -> str:
    """The passage's sentences, those that are rows of a table in words."""
    if not passage.cells:
        return passage.text
    pairs = zip(passage.sentences, passage.cells, strict=True)
    return " ".join(_ended(row_in_words(cells)) if cells else sentence.text for sentence, cells in pairs)


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
