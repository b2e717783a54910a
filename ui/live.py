"""The papers in force at each question, and what of them the page shows: examples and what can be filtered by."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.extraction import Extraction, check_reading
from rag.types import GRADES, KINDS

if TYPE_CHECKING:
    from rag.pipeline import Findings

SAMPLE_QUESTIONS = (
    "How many of Newham's looked-after children lived outside the borough in 2014?",
    "How good was the supervision of social workers in Newham?",
    "How was Newham judged overall in 2014?",
    "What was missing from children's assessments in Newcastle in 2018?",
)


class Live:
    """Called, it gives the papers in force: the page stays up while others are indexed."""

    def __init__(self, findings: Findings):
        self._findings, self._lock = findings, threading.Lock()
        self._readings: dict[tuple[str, str], Extraction] = {}

    def __call__(self) -> Findings:
        with self._lock:
            self._findings = self._findings.latest()
            return self._findings

    def readings(self, *, all_of_them: bool = False) -> dict[str, Extraction]:
        """How each paper was read, by name: as far as is known already, or of all of them, which may take seconds."""
        findings = self()
        found = {}
        for record in findings.store.records.values():
            key = (record.name, record.sha256)
            if key not in self._readings and all_of_them:
                self._readings[key] = check_reading(findings.store, record)
            if key in self._readings:
                found[record.name] = self._readings[key]
        return found


@dataclass(frozen=True, slots=True)
class Choices:
    """What a search can be narrowed to: the places, regions, kinds and grades of the papers held."""

    authorities: list[str]
    regions: list[str]
    kinds: list[str]
    grades: list[str]


def choices(findings: Findings) -> Choices:
    said = [record.description for record in findings.store.records.values()]
    kinds = {d.value("kind") for d in said}
    grades = {j.grade for d in said for j in d.judgements}
    return Choices(
        sorted({place for d in said if (place := d.value("authority"))}),
        sorted({region for d in said if (region := d.value("region"))}),
        [kind for kind in KINDS if kind in kinds],
        [grade for grade in GRADES if grade in grades],
    )


def questions(findings: Findings) -> tuple[str, ...]:
    """Example questions about what the store holds."""
    if findings.sample:
        return SAMPLE_QUESTIONS
    said = [r.description for r in findings.store.records.values()]
    judged = sorted({p for d in said if d.judgements and (p := d.value("authority"))})
    places = judged or sorted({p for d in said if (p := d.value("authority"))})
    if not places:
        return ("What did inspectors say about supervision?", "What needs to improve?")
    first, last = places[0], places[-1]
    return tuple(
        dict.fromkeys(
            (
                f"What did inspectors say about supervision in {first}?",
                f"What needs to improve in {last}?",
                f"How was {first} judged overall?",
            )[: 3 if judged else 2]
        )
    )
