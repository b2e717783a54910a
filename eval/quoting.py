"""The words of evidence that a question file tells by its place alone, taken from the papers of whoever runs it.

A question file over published reports holds none of their sentences. Each piece of its evidence is a span of a page of
the paper with a certain SHA-256; whatever that paper is called in the store, its words are read there.
"""

from __future__ import annotations

import csv
import dataclasses
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING

from eval.questions import Evidence, Place, Question
from rag.errors import UsageError

if TYPE_CHECKING:
    from rag.store import Store

_MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class Report:
    """A published report that the shipped questions are about; `document` is its name there, `published` an ISO date,
    `address` that of its file on the inspectorate's site."""

    document: str
    authority: str
    published: str
    sha256: str
    address: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """Questions with the words of their evidence. `left_out` holds the ids of those that want a paper which is not in
    the store, `missing` the names of these papers by SHA-256, as the question file has them."""

    questions: tuple[Question, ...]
    left_out: tuple[str, ...] = ()
    missing: Mapping[str, str] = field(default_factory=dict)


def reports() -> dict[str, Report]:
    """The reports of `eval/questions/reports.csv` by SHA-256."""
    with (resources.files("eval") / "questions" / "reports.csv").open(encoding="utf-8", newline="") as file:
        return {row["sha256"]: Report(**row) for row in csv.DictReader(file)}


def quoted(questions: Sequence[Question], store: Store) -> Quoted:
    """The questions whose evidence is in the store, in order, each with its words.

    Raises UsageError, naming the papers and how to get them, where none that has an answer can be asked; and where a
    page does not hold the words at that place, because another version of the program's libraries extracts it
    otherwise."""
    named = _names(store)
    asked: list[Question] = []
    left_out: list[str] = []
    missing: dict[str, str] = {}
    for question in questions:
        gone = [one for one in question.evidence if isinstance(one, Place) and not _held(one, named)]
        if gone:
            left_out.append(question.id)
            missing |= {place.sha256: place.document for place in gone}
            continue
        evidence = tuple(_evidence(one, store, named) for one in question.evidence)
        asked.append(dataclasses.replace(question, evidence=evidence))
    if missing and not any(question.answerable for question in asked):
        raise UsageError(f"the papers that these questions are about are not in this store: {how_to_get(missing)}")
    return Quoted(tuple(asked), tuple(left_out), missing)


def how_to_get(missing: Mapping[str, str]) -> str:
    """In words, which papers are missing (SHA-256 → name in the question file), and the commands that bring them."""
    known = reports()
    found = [known[sha256] for sha256 in missing if sha256 in known]
    told = [f"{one.authority} ({one.published})" for one in found]
    told += [name for sha256, name in missing.items() if sha256 not in known]
    more = f" and {len(told) - _MOST_NAMED} more" if len(told) > _MOST_NAMED else ""
    places = " ".join(f'"{name}"' if " " in name else name for name in dict.fromkeys(one.authority for one in found))
    get = f"; fetch them with: findings corpus fetch {places}" if places else "; index them first"
    return f"{', '.join(told[:_MOST_NAMED])}{more}{get}"


def _names(store: Store) -> dict[str, list[str]]:
    """What the store calls the paper with each SHA-256; a paper may have been indexed under several names."""
    names: dict[str, list[str]] = {}
    for record in store.records.values():
        names.setdefault(record.sha256, []).append(record.name)
    return names


def _held(one: Place, named: Mapping[str, Sequence[str]]) -> list[Place]:
    """Those of its places whose paper is in the store."""
    return [place for place in one.places if place.sha256 in named]


def _evidence(one: Evidence | Place, store: Store, named: Mapping[str, Sequence[str]]) -> Evidence:
    if isinstance(one, Evidence):
        return one
    first, *others = (found for place in _held(one, named) for found in _read(place, store, named[place.sha256]))
    return dataclasses.replace(first, alternatives=tuple(others))


def _read(place: Place, store: Store, names: Iterable[str]) -> list[Evidence]:
    """The words of a place, once under each name of its paper."""
    found = []
    for name in names:
        quote = (store.page_text(name, place.page - 1) or "")[place.start : place.end]
        if hashlib.sha256(quote.encode()).hexdigest()[:12] != place.check:
            raise UsageError(
                f"page {place.page} of {name} does not hold the words of these questions where they should stand: "
                "it was extracted in another way; install the versions of constraints.txt and index the papers again"
            )
        found.append(Evidence(name, place.page, quote))
    return found
