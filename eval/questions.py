"""Question sets: what is asked, where the papers answer it, and what a right answer says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.lines import Wrong, read_lines

UNANSWERABLE = "unanswerable"
KINDS: tuple[str, ...] = ("fact", "finding", "judgement", "list", "reason", "compare", UNANSWERABLE)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words that answer (part of) a question. `page` is the physical page from 1, None where the format has none.

    `alternatives` are other places that would do as well (the key "or" in the file)."""

    document: str
    page: int | None
    quote: str
    alternatives: tuple[Evidence, ...] = ()

    @property
    def places(self) -> tuple[Evidence, ...]:
        """This place and all others that would do."""
        return (self, *self.alternatives)


@dataclass(frozen=True, slots=True)
class Question:
    """`must_include` holds the key facts of a right answer; each is a tuple of wordings, any one of which will do."""

    id: str
    question: str
    kind: str
    evidence: tuple[Evidence, ...] = ()
    answer: str = ""
    must_include: tuple[tuple[str, ...], ...] = ()

    @property
    def answerable(self) -> bool:
        """False for the kind that a tool should decline."""
        return self.kind != UNANSWERABLE


def read_questions(path: Path) -> list[Question]:
    """The questions of a JSON-lines file in order; empty lines and unknown keys are passed over.

    Raises UsageError, naming the file, the line and the fault: not readable, not JSON, a field missing or of the
    wrong form, an unknown kind, an id used twice, no question at all.
    """
    return read_lines(path, "questions", _question)


def _question(row: dict[str, Any]) -> Question:
    kind = _text(row, "kind")
    if kind not in KINDS:
        raise Wrong(f"unknown kind {kind!r}; the kinds are {', '.join(KINDS)}")
    id, question = _text(row, "id"), _text(row, "question")
    if kind == UNANSWERABLE:
        return Question(id, question, kind)  # it has neither evidence nor key facts, whatever the line says
    return Question(
        id=id,
        question=question,
        kind=kind,
        evidence=tuple(_evidence(one) for one in _list(row, "evidence")),
        answer=_text(row, "answer"),
        must_include=tuple(_wordings(fact) for fact in _list(row, "must_include")),
    )


def _evidence(row: Any) -> Evidence:
    if not isinstance(row, dict):
        raise Wrong("'evidence' must be a list of objects with document, page and quote")
    if "page" not in row:
        raise Wrong("the field 'page' is missing in 'evidence' (null where the document has no pages)")
    page = row["page"]
    if page is not None and (type(page) is not int or page < 1):
        raise Wrong(f"'page' must be a whole number from 1, or null, not {page!r}")
    quote = _text(row, "quote")
    if not any(c.isalnum() for c in quote):
        raise Wrong("a 'quote' holds no letter and no digit")
    others = _list(row, "or") if "or" in row else []
    return Evidence(_text(row, "document"), page, quote, tuple(_evidence(one) for one in others))


def _wordings(fact: Any) -> tuple[str, ...]:
    if not isinstance(fact, list) or not fact or not all(isinstance(w, str) and w.strip() for w in fact):
        raise Wrong("'must_include' must be a list of lists of words, none of them empty")
    return tuple(fact)


def _text(row: dict[str, Any], name: str) -> str:
    if name not in row:
        raise Wrong(f"the field {name!r} is missing")
    if not isinstance(row[name], str) or not row[name].strip():
        raise Wrong(f"{name!r} must be text and not empty")
    return row[name]


def _list(row: dict[str, Any], name: str) -> list[Any]:
    if name not in row:
        raise Wrong(f"the field {name!r} is missing")
    if not isinstance(row[name], list) or not row[name]:
        raise Wrong(f"{name!r} must be a list and not empty")
    return row[name]
