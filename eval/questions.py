"""Question sets: what is asked, where the papers answer it, and what a right answer says."""

from __future__ import annotations

import dataclasses
import re
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
class Place:
    """Evidence that is told by its place alone, for papers whose words are not the question file's to give away.

    It is the text[start:end] of the page (from 1) as it was extracted, of the paper whose file has this SHA-256 in
    hexadecimal; `check` is the first twelve digits of that of the words themselves, in UTF-8. `document` is the name
    that the question set has for the paper. `eval.quoting` makes Evidence of it."""

    document: str
    sha256: str
    page: int
    start: int
    end: int
    check: str
    alternatives: tuple[Place, ...] = ()

    @property
    def places(self) -> tuple[Place, ...]:
        """This place and all others that would do."""
        return (self, *self.alternatives)


@dataclass(frozen=True, slots=True)
class Question:
    """`must_include` holds the key facts of a right answer; each is a tuple of wordings, any one of which will do.

    `after` are the questions asked before it, the oldest first, which it follows up. One that is `held_out` measures
    and is not looked at while the program is improved."""

    id: str
    question: str
    kind: str
    evidence: tuple[Evidence | Place, ...] = ()
    answer: str = ""
    must_include: tuple[tuple[str, ...], ...] = ()
    after: tuple[str, ...] = ()
    held_out: bool = False

    @property
    def answerable(self) -> bool:
        """False for the kind that a tool should decline."""
        return self.kind != UNANSWERABLE

    @property
    def whole(self) -> str:
        """The question behind those it follows up, for what knows no conversation."""
        return " ".join((*self.after, self.question))


def read_questions(path: Path) -> list[Question]:
    """The questions of a JSON-lines file in order; empty lines and unknown keys are passed over. Their evidence is as
    the file tells it: by its words, or by its place (`eval.quoting` takes the words from the papers).

    Raises UsageError, naming the file, the line and the fault: not readable, not JSON, a field missing or of the
    wrong form, an unknown kind, an id used twice, no question at all.
    """
    return read_lines(path, "questions", _question)


def _question(row: dict[str, Any]) -> Question:
    kind = _text(row, "kind")
    if kind not in KINDS:
        raise Wrong(f"unknown kind {kind!r}; the kinds are {', '.join(KINDS)}")
    held_out = row.get("held_out", False)
    if type(held_out) is not bool:
        raise Wrong("'held_out' must be true or false")
    after = row.get("after", [])
    if not isinstance(after, list) or not all(isinstance(one, str) and one.strip() for one in after):
        raise Wrong("'after' must be a list of the questions asked before, none of them empty")
    asked = Question(_text(row, "id"), _text(row, "question"), kind, after=tuple(after), held_out=held_out)
    if kind == UNANSWERABLE:  # it has neither evidence nor key facts, whatever the line says
        answer = row.get("answer")
        return dataclasses.replace(asked, answer=answer if isinstance(answer, str) else "")
    return dataclasses.replace(
        asked,
        evidence=tuple(_evidence(one) for one in _list(row, "evidence")),
        answer=_text(row, "answer"),
        must_include=tuple(_wordings(fact) for fact in _list(row, "must_include")),
    )


def _evidence(row: Any) -> Evidence | Place:
    if not isinstance(row, dict):
        raise Wrong("'evidence' must be a list of objects with document, page and quote")
    if "quote" not in row and "sha256" in row:
        return _place(row)
    if "page" not in row:
        raise Wrong("the field 'page' is missing in 'evidence' (null where the document has no pages)")
    page = row["page"]
    if page is not None and (type(page) is not int or page < 1):
        raise Wrong(f"'page' must be a whole number from 1, or null, not {page!r}")
    quote = _text(row, "quote")
    if not any(c.isalnum() for c in quote):
        raise Wrong("a 'quote' holds no letter and no digit")
    others = _list(row, "or") if "or" in row else []
    alternatives = tuple(_evidence(one) for one in others)
    if not all(isinstance(one, Evidence) for one in alternatives):
        raise Wrong("where evidence has a 'quote', the places in its 'or' need one as well")
    return Evidence(_text(row, "document"), page, quote, alternatives)


def _place(row: dict[str, Any]) -> Place:
    for name, digits in (("sha256", 64), ("check", 12)):
        if not re.fullmatch(f"[0-9a-f]{{{digits}}}", _text(row, name)):
            raise Wrong(f"{name!r} in 'evidence' must be {digits} hexadecimal digits, in lower case")
    page, start, end = (row.get(name) for name in ("page", "start", "end"))
    if not all(type(one) is int for one in (page, start, end)) or page < 1 or not 0 <= start < end:
        raise Wrong("'evidence' without a quote needs whole numbers: page from 1, start, and end behind it")
    others = tuple(_evidence(one) for one in (_list(row, "or") if "or" in row else []))
    if not all(isinstance(one, Place) for one in others):
        raise Wrong("where evidence has no 'quote', the places in its 'or' have none either")
    return Place(_text(row, "document"), row["sha256"], page, start, end, row["check"], others)


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
