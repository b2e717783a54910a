"""Which places got a grade: told from a question such as "Which councils were rated inadequate for care leavers?".

Only a question about places that it does not name is one. Whether a named place got a grade has to be looked for in all
of its papers: the answer may be no.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.types import Description

_WORDS = {
    "Outstanding": r"outstanding",
    "Good": r"good",
    "Requires improvement to be good": r"requir(?:es?|ed|ing)\s+improvement(?:\s+to\s+be\s+good)?|\bRI\b",
    "Inadequate": r"inadequate",
}
_PLACES = r"(?:councils|authorities|boroughs|counties|cities|areas|places|las)"
_OPEN = re.compile(
    rf"\b{_PLACES}\b|\b(?:which|what|any)\s+(?:\w+\s+)?(?:council|authority|borough|county)\b"
    r"|^\W*(?:who|where)\b|\banyone\b",
    re.IGNORECASE,
)
_GIVEN = r"(?:rated|graded|judged|found|given|got|gets|get|awarded|received|scored|marked|classed|deemed|ranked)"
_FILL = r"(?:(?:as|to\s+be|an?|the|overall|only|just|now|both|currently)\s+){0,3}"
# "Good" and "outstanding" are said of much else: after a plain "are", nothing but an area or the end may follow.
_CLOSES = r"(?=\s*(?:$|[?.,;)]|(?:for|overall|in|by|at\s+(?:its|their|the)|since|between|from|grade|rating)\b))"
_AREAS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("care leavers", r"care[\s-]leavers?|leaving\s+care", ("care_leavers", "children_in_care_and_care_leavers")),
    (
        "children in care",
        r"children\s+in\s+care|looked[\s-]after|in\s+care",
        ("children_in_care", "children_in_care_and_care_leavers"),
    ),
    ("help and protection", r"help\s+and\s+protection|need\s+(?:of\s+)?help", ("help_and_protection",)),
    ("leaders", r"leaders(?:hip)?|management|governance", ("leaders",)),
    ("adoption", r"adoption", ("adoption",)),
    ("overall effectiveness", r"overall", ("overall_effectiveness",)),
    ("the safeguarding board", r"safeguarding\s+(?:children\s+)?board|lscb", ("safeguarding_board",)),
)


@dataclass(frozen=True, slots=True)
class Graded:
    """The `grades` asked about, and the `area` that they are of, with its keys as judgements have them; both empty
    where the question names no area."""

    grades: tuple[str, ...]
    area: str = ""
    keys: tuple[str, ...] = ()

    def given_by(self, description: Description) -> bool:
        """Whether a paper gives one of the grades, and gives it to the area where there is one."""
        return any(j.grade in self.grades and (not self.keys or j.key in self.keys) for j in description.judgements)


def graded(question: str) -> Graded | None:
    """The grades that places are sought by, None where the question seeks none by a grade."""
    if not _OPEN.search(question):
        return None
    grades = tuple(grade for grade, words in _WORDS.items() if _sought(question, grade, words))
    if not grades:
        return None
    area = next(((name, keys) for name, words, keys in _AREAS if re.search(rf"\b(?:{words})\b", question, re.I)), None)
    return Graded(grades, *area) if area else Graded(grades)


def _sought(question: str, grade: str, words: str) -> bool:
    either = r"(?:(?:outstanding|good|inadequate|requires\s+improvement)\s+(?:or|and)\s+)?"
    patterns = [
        rf"\b{_GIVEN}\s+{_FILL}{either}(?:{words})\b",
        rf"\b(?:are|were|is|was|be|been|as)\s+{_FILL}{either}(?:{words})\b{_CLOSES}",
    ]
    if grade in ("Outstanding", "Inadequate"):
        patterns.append(rf"\b(?:{words})(?:[\s-]+(?:rated|graded))?\s+{_PLACES}\b")
    elif grade == "Good":  # the last word of the grade below
        question = re.sub(r"improvement\s+to\s+be\s+good", "", question, flags=re.IGNORECASE)
    else:
        patterns.append(words)
    return any(re.search(pattern, question, re.IGNORECASE) for pattern in patterns)
