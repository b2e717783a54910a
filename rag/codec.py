"""The dataclasses of `rag.types` to JSON and back. Spans leave their document out, since their row names it."""

from __future__ import annotations

import dataclasses
from typing import Any

from rag.types import Block, Cell, Description, Judgement, Note, Passage, Sentence, Span, Stated

_STATED = tuple(f.name for f in dataclasses.fields(Description) if f.name != "judgements")


def _spans_out(spans: tuple[Span, ...]) -> list[list[int]]:
    return [[s.page, s.start, s.end] for s in spans]


def _spans_in(document: str, rows: list[list[int]]) -> tuple[Span, ...]:
    return tuple(Span(document, *row) for row in rows)


def _sentence_out(sentence: Sentence | None) -> list[Any] | None:
    if sentence is None:
        return None
    notes = [[note.mark, *_spans_out((note.span,))] for note in sentence.notes]
    return [sentence.text, _spans_out(sentence.spans), *([notes] if notes else [])]


def _sentence_in(document: str, row: list[Any] | None) -> Sentence | None:
    if row is None:
        return None
    notes = tuple(Note(mark, Span(document, *span)) for mark, span in (row[2] if len(row) > 2 else ()))
    return Sentence(row[0], _spans_in(document, row[1]), notes)


def _cells_out(cells: tuple[Cell, ...]) -> list[list[Any]]:
    return [[cell.text, _spans_out(cell.spans), cell.header] for cell in cells]


def _cells_in(document: str, rows: list[list[Any]]) -> tuple[Cell, ...]:
    return tuple(Cell(text, _spans_in(document, spans), header) for text, spans, header in rows)


def block_out(block: Block) -> dict[str, Any]:
    return {
        "kind": block.kind,
        "sentences": [_sentence_out(s) for s in block.sentences],
        "heading": block.heading,
        "number": block.number,
        "level": block.level,
        "lead": _sentence_out(block.lead),
        "general": block.general,
        **({"cells": _cells_out(block.cells)} if block.cells else {}),
    }


def block_in(document: str, row: dict[str, Any]) -> Block:
    return Block(
        kind=row["kind"],
        sentences=tuple(_sentence_in(document, s) for s in row["sentences"]),
        heading=tuple(row["heading"]),
        number=row["number"],
        level=row["level"],
        lead=_sentence_in(document, row["lead"]),
        general=row["general"],
        cells=_cells_in(document, row.get("cells", [])),
    )


def passage_out(passage: Passage) -> dict[str, Any]:
    return {
        "heading": passage.heading,
        "sentences": [_sentence_out(s) for s in passage.sentences],
        "numbers": passage.numbers,
        "kinds": passage.kinds,
        "leads": [_sentence_out(s) for s in passage.leads],
        **({"cells": [_cells_out(row) for row in passage.cells]} if passage.cells else {}),
    }


def passage_in(id: str, document: str, row: dict[str, Any]) -> Passage:
    return Passage(
        id=id,
        document=document,
        heading=tuple(row["heading"]),
        sentences=tuple(_sentence_in(document, s) for s in row["sentences"]),
        numbers=tuple(row["numbers"]),
        kinds=tuple(row["kinds"]),
        leads=tuple(_sentence_in(document, s) for s in row["leads"]),
        cells=tuple(_cells_in(document, cells) for cells in row.get("cells", [])),
    )


def description_out(description: Description) -> dict[str, Any]:
    stated = {
        name: {"value": s.value, "spans": _spans_out(s.spans), "basis": s.basis}
        for name in _STATED
        if (s := getattr(description, name)) is not None
    }
    judgements = [
        {"label": j.label, "key": j.key, "grade": j.grade, "spans": _spans_out(j.spans)} for j in description.judgements
    ]
    return {"stated": stated, "judgements": judgements}


def description_in(document: str, row: dict[str, Any]) -> Description:
    return Description(
        **{name: Stated(s["value"], _spans_in(document, s["spans"]), s["basis"]) for name, s in row["stated"].items()},
        judgements=tuple(
            Judgement(j["label"], j["grade"], _spans_in(document, j["spans"]), j.get("key", ""))
            for j in row["judgements"]
        ),
    )
