"""The dataclasses of `rag.types` to JSON and back. Spans leave their document out, since their row names it."""

from __future__ import annotations

import dataclasses
from typing import Any

from rag.types import Block, Description, Judgement, Passage, Sentence, Span, Stated

_STATED = tuple(f.name for f in dataclasses.fields(Description) if f.name != "judgements")


def _spans_out(spans: tuple[Span, ...]) -> list[list[int]]:
    return [[s.page, s.start, s.end] for s in spans]


def _spans_in(document: str, rows: list[list[int]]) -> tuple[Span, ...]:
    return tuple(Span(document, *row) for row in rows)


def _sentence_out(sentence: Sentence | None) -> list[Any] | None:
    return None if sentence is None else [sentence.text, _spans_out(sentence.spans)]


def _sentence_in(document: str, row: list[Any] | None) -> Sentence | None:
    return None if row is None else Sentence(row[0], _spans_in(document, row[1]))


def block_out(block: Block) -> dict[str, Any]:
    return {
        "kind": block.kind,
        "sentences": [_sentence_out(s) for s in block.sentences],
        "heading": block.heading,
        "number": block.number,
        "level": block.level,
        "lead": _sentence_out(block.lead),
        "general": block.general,
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
    )


def passage_out(passage: Passage) -> dict[str, Any]:
    return {
        "heading": passage.heading,
        "sentences": [_sentence_out(s) for s in passage.sentences],
        "numbers": passage.numbers,
        "kinds": passage.kinds,
        "leads": [_sentence_out(s) for s in passage.leads],
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
    )


def description_out(description: Description) -> dict[str, Any]:
    stated = {
        name: {"value": s.value, "spans": _spans_out(s.spans), "basis": s.basis}
        for name in _STATED
        if (s := getattr(description, name)) is not None
    }
    judgements = [{"label": j.label, "grade": j.grade, "spans": _spans_out(j.spans)} for j in description.judgements]
    return {"stated": stated, "judgements": judgements}


def description_in(document: str, row: dict[str, Any]) -> Description:
    return Description(
        **{name: Stated(s["value"], _spans_in(document, s["spans"]), s["basis"]) for name, s in row["stated"].items()},
        judgements=tuple(Judgement(j["label"], j["grade"], _spans_in(document, j["spans"])) for j in row["judgements"]),
    )
