"""Grades as reports print them: the table on page 1, sentences such as "children's services in … are good", and
headings that end in a grade."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from rag.types import GRADES, Document, Judgement, Span

_GRADE = r"(?:outstanding|good|requires?\s+improvement(?:\s+to\s+be\s+good)?|inadequate|adequate)\b"
# What may stand between a label and its grade: line ends, a table's markup, a footnote mark, a colon or a dash.
_BETWEEN = r"(?:\d{0,2}(?:\s|</?\w+[^>]*>|\|)+|\s*[:–-]\s*)+"
_APOSTROPHE = r"['’]"

# Labels of the frameworks since 2013, longest first where one begins another. "_" stands for any white space.
_LABELS = (
    "The_impact_of_leaders_on_social_work_practice_with_children_and_families",
    "The_experiences_and_progress_of_children_who_need_help_and_protection",
    "The_experiences_and_progress_of_children_in_care_and_care_leavers",
    "The_experiences_and_progress_of_children_in_care",
    "The_experiences_and_progress_of_care_leavers",
    "Children_who_need_help_and_protection",
    "Children_looked_after_and_achieving_permanence",
    "Adoption_performance",
    "Experiences_and_progress_of_care_leavers",
    "Leadership,_management_and_governance",
    "Overall_effectiveness",
    "Capacity_to_improve",
    "Outcomes_for_looked_after_children_and_young_people",
    "Quality_of_provision",
    "Leadership_and_management",
)
_ROW = re.compile(
    r"(?P<label>" + "|".join(label.replace("_", r"\s+") for label in _LABELS) + rf"){_BETWEEN}(?P<grade>{_GRADE})",
    re.IGNORECASE,
)
_OVERALL = re.compile(
    rf"(?P<label>(?:The\s+overall\s+judgement|Children{_APOSTROPHE}s\s+services\s+in\s+[^.\n]{{3,60}}?(?:\n[^.\n]{{3,60}}?)??))"
    rf"\s+(?:is(?:\s+that\s+children{_APOSTROPHE}s?\s+services?)?\s+)?(?:is\s+|are\s+)?(?P<grade>{_GRADE})",
    re.IGNORECASE,
)
_BOARD = re.compile(
    r"(?P<label>(?:The\s+effectiveness\s+of\s+)?the\s+Local\s+Safeguarding\s+Children\s+Board(?:\s+\(LSCB\))?)\d{0,2}"
    rf"\s+(?:is\s+)?(?P<grade>{_GRADE})",
    re.IGNORECASE,
)
_GRADED_HEADING = re.compile(
    r"^(?P<label>[A-Z][^.:\r\n]{4,80}(?:\r?\n[^.:\r\n]{3,80})??)\r?\n\s*Grade\s+[1-4]\s+\((?P<grade>[A-Z]\w+)\)",
    re.MULTILINE,
)
OVERALL = "Overall effectiveness"
FRONT = 6000  # characters: where a format has no pages the table still stands in front


def judgements(document: Document) -> tuple[Judgement, ...]:
    """What was graded and how, one entry a label, in the order printed. Grades are those of `GRADES` where they can
    be ("Requires improvement" is the older wording of the third); "Adequate" stays as it is.

    `spans` are the label's and the grade's own characters. The overall grade is labelled "Overall effectiveness"
    however it is worded."""
    found: dict[str, Judgement] = {}
    for page, pattern, label in _searches(document):
        for match in pattern.finditer(document.pages[page].text, 0, FRONT if page == 0 else sys.maxsize):
            name = label or _one_line(match["label"])
            key = name.casefold()
            if key not in found:
                spans = tuple(Span(document.name, page, *match.span(part)) for part in ("label", "grade"))
                found[key] = Judgement(name, grade(match["grade"]), spans)
    return tuple(found.values())


def grade(printed: str) -> str:
    """A printed grade in the wording of `GRADES`, else as printed."""
    words = _one_line(printed).casefold()
    if words.startswith("require"):
        return GRADES[2]
    return next((g for g in GRADES if g.casefold() == words), words.capitalize())


def _searches(document: Document) -> Iterator[tuple[int, re.Pattern[str], str | None]]:
    for page in range(len(document.pages[:2])):
        yield page, _ROW, None
        yield page, _OVERALL, OVERALL
        yield page, _BOARD, "Local Safeguarding Children Board"
    for page in range(2, len(document.pages)):  # older reports grade in headings, the board's deep in the report
        yield page, _GRADED_HEADING, None
        yield page, _BOARD_HEADING, "Local Safeguarding Children Board"


# Deep in a report only a line of its own counts: a sentence in passing may speak of another year.
_BOARD_HEADING = re.compile(rf"^{_BOARD.pattern}\s*\.?\s*$", re.IGNORECASE | re.MULTILINE)


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\ufffe", "-")).strip()
