"""Question sets: JSON lines, read strictly, because a slip in a question would pass as a slip in an answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import UsageError

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


class _Wrong(Exception):
    """What is wrong with a line, without the file and the line number."""


def read_questions(path: Path) -> list[Question]:
    """The questions of a JSON-lines file in order; empty lines and unknown keys are passed over.

    Raises UsageError, naming the file, the line and the fault: not readable, not JSON, a field missing or of the
    wrong form, an unknown kind, an id used twice, no question at all.
    """
    path = Path(path)
    try:
        # Iterating the file, not `splitlines`, which would also cut at a U+2028 inside a string.
        with path.open(encoding="utf-8-sig") as source:
            lines = [(number, line) for number, line in enumerate(source, 1) if line.strip()]
    except OSError as error:
        raise UsageError(f"cannot read the questions in {path}: {(error.strerror or str(error)).lower()}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"cannot read the questions in {path}: not UTF-8; save the file as UTF-8") from error
    questions: list[Question] = []
    seen: dict[str, int] = {}
    for number, line in lines:
        try:
            question = _question(line)
            if question.id in seen:
                raise _Wrong(f"the id {question.id!r} was used on line {seen[question.id]} already")
        except _Wrong as wrong:
            raise UsageError(f"{path}, line {number}: {wrong}") from wrong
        seen[question.id] = number
        questions.append(question)
    if not questions:
        raise UsageError(f"{path}, line 1: no questions in this file; write one JSON object a line")
    return questions


def _question(line: str) -> Question:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise _Wrong(f"not JSON: {error.msg} at column {error.colno}") from error
    except (ValueError, RecursionError) as error:
        raise _Wrong("not JSON that can be read: a number too long, or nested too deeply") from error
    if not isinstance(row, dict):
        raise _Wrong("not a JSON object")
    kind = _text(row, "kind")
    if kind not in KINDS:
        raise _Wrong(f"unknown kind {kind!r}; the kinds are {', '.join(KINDS)}")
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
        raise _Wrong("'evidence' must be a list of objects with document, page and quote")
    if "page" not in row:
        raise _Wrong("the field 'page' is missing in 'evidence' (null where the document has no pages)")
    page = row["page"]
    if page is not None and (type(page) is not int or page < 1):
        raise _Wrong(f"'page' must be a whole number from 1, or null, not {page!r}")
    quote = _text(row, "quote")
    if not any(c.isalnum() for c in quote):
        raise _Wrong("a 'quote' holds no letter and no digit")
    others = _list(row, "or") if "or" in row else []
    return Evidence(_text(row, "document"), page, quote, tuple(_evidence(one) for one in others))


def _wordings(fact: Any) -> tuple[str, ...]:
    if not isinstance(fact, list) or not fact or not all(isinstance(w, str) and w.strip() for w in fact):
        raise _Wrong("'must_include' must be a list of lists of words, none of them empty")
    return tuple(fact)


def _text(row: dict[str, Any], name: str) -> str:
    if name not in row:
        raise _Wrong(f"the field {name!r} is missing")
    if not isinstance(row[name], str) or not row[name].strip():
        raise _Wrong(f"{name!r} must be text and not empty")
    return row[name]


def _list(row: dict[str, Any], name: str) -> list[Any]:
    if name not in row:
        raise _Wrong(f"the field {name!r} is missing")
    if not isinstance(row[name], list) or not row[name]:
        raise _Wrong(f"{name!r} must be a list and not empty")
    return row[name]
