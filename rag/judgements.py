"""Grades as reports print them: the table on page 1 however it wraps, sentences such as "children's services in … are
good", the older reports' record of main findings, and headings that end in a grade."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rag.printed import one_line
from rag.types import GRADES, Block, Document, Judgement, Span

OVERALL, BOARD = "overall_effectiveness", "safeguarding_board"
_EXPERIENCES = r"(?:the_)?experiences_and_progress_of_"
# What is judged, by the key that all wordings of it share; the first that fits a label from its beginning counts. "_"
# stands for any white space. What fits none of the keys has an empty one.
_LABELS: tuple[tuple[str, str], ...] = (
    ("leaders", r"(?:the_)?impact_of_leaders_on_social_work_practice(?:_with_children_and_(?:their_)?families)?"),
    ("children_in_care_and_care_leavers", rf"{_EXPERIENCES}children_in_care_and_care_leavers"),
    ("children_in_care", rf"{_EXPERIENCES}children_in_care"),
    ("children_in_care", rf"(?:{_EXPERIENCES})?children_looked_after_and_achieving_permanence"),
    ("help_and_protection", rf"(?:{_EXPERIENCES})?children_(?:who|in)_need_(?:of_)?help_and_protection"),
    ("care_leavers", rf"{_EXPERIENCES}care_leavers"),
    ("adoption", r"adoption_performance"),
    ("leaders", r"leadership,?_management_and_governance"),
    (OVERALL, r"(?:the_)?overall_effectiveness"),
    (OVERALL, r"(?:the_)?overall_judge?ment"),
    (BOARD, r"(?:the_)?(?:effectiveness_of_the_)?(?:local_safeguarding_children_board|lscb)(?:_\(lscb\))?"),
    # frameworks before 2013
    ("help_and_protection", r"(?:the_)?effectiveness_of_the_help_and_protection_provided_to_children,_young_people,"
                            r"_families_and_carers"),
    ("leaders", r"leadership_and_(?:management|governance)"),
    ("", r"(?:the_)?quality_of_(?:practice|provision)"),
    ("", r"capacity_(?:to_improve|for_improvement)"),
    ("", r"outcomes_for_looked_after_children(?:_and_young_people)?"),
)  # fmt: skip
KEYS = tuple(dict.fromkeys(key for key, _ in _LABELS if key))
_LABEL = "|".join(label.replace("_", r"\s+") for _, label in _LABELS)
_KEYED = tuple(  # also where people leave "the experiences and progress of" out
    (key, re.compile(label.replace(_EXPERIENCES, f"(?:{_EXPERIENCES})?").replace("_", r"\s+"), re.IGNORECASE))
    for key, label in _LABELS
)

# A footnote's mark may be glued on.
_GRADE = r"(?:outstanding|good|requires?\s+improvement(?:\s+to\s+be\s+good)?|inadequate|adequate)(?![^\W\d])"
_ENDS = r"(?=\d{0,2}[ \t]*(?:[\r\n|]|</?\w|\Z))"  # a footnote mark may follow, but no more words
# A table in the order in which it is extracted. What is neither label nor grade nor the filling between cells (markup,
# numbers such as "2.1", a colon or a dash) parts one table from the next.
_CELL = re.compile(
    rf"(?P<label>(?:{_LABEL}))|(?P<grade>{_GRADE}{_ENDS})|(?P<filling>\s+|</?\w+[^>]*>|[|:–—-]|\d{{1,2}}(?:\.\d?)?(?!\d))"
    r"|(?P<other>[^\s<|]+|.)",
    re.IGNORECASE,
)
_APOSTROPHE = r"['’]"
_PLACE = r"(?:(?!\b(?:is|are|was|were|not|no|that|which|who)\b)(?:\bSt\.|[^.\r\n])){3,70}?"
_SERVICES = rf"children{_APOSTROPHE}?s{_APOSTROPHE}?\s+services?"
# Behind a grade that is said: the end of its line, unless the sentence goes on in the next.
_SAID = r"(?=\d{0,2}[ \t]*(?:(?:\.|because\s*:)[ \t]*(?:[\r\n|]|</?\w|\Z)|[\r\n]++[ \t]*+(?!(?-i:[a-z]))|\||</?\w|\Z))"
_JUDGED = r"(?:(?:judged|found)\s+to\s+be\s+)?"
_SAID_OVERALL = re.compile(
    r"^[ \t>|]*(?:<\w+>)*(?P<label>(?:The\s+)?overall\s+(?:judgement|effectiveness)"
    rf"(?:\s+(?:for|of)\s+{_PLACE}(?=\s+is\b))?|{_SERVICES}\s+in\s+{_PLACE}(?:\r?\n{_PLACE})??|The\s+local\s+authority)"
    rf"\s*:?\s+(?:is\s+)?(?:that\s+)?(?:(?:{_SERVICES}|services(?:\s+for\s+children)?)\s+)?"
    rf"(?:(?:is|are)\s+{_JUDGED}|(?=require))(?P<grade>{_GRADE}){_SAID}",
    re.IGNORECASE | re.MULTILINE,
)
_SAID_OF_BOARD = re.compile(
    r"^[ \t>|]*(?:<\w+>)*(?P<label>(?:The\s+effectiveness\s+of\s+)?the\s+"
    r"(?:Local\s+Safeguarding(?:\s+Children(?:['’]s)?)?(?:\s+Board)?(?:\s+\(LSCB\))?|LSCB"
    r"|(?:(?!\b(?:is|are|was|requires)\b)[^.\r\n]){0,50}?Safeguarding\s+Children(?:['’]s)?\s+Board(?:\s+\(\w{2,6}\))?))"
    rf"\d{{0,2}}\s+(?:is\s+)?(?:that\s+it\s+)?(?:is\s+)?{_JUDGED}(?P<grade>{_GRADE}){_SAID}",
    re.IGNORECASE | re.MULTILINE,
)
_GRADED_HEADING = re.compile(
    r"^(?P<label>[A-Z][^.:\r\n]{4,80}(?:\r?\n[^.:\r\n]{3,80})??)(?<!\d)\s+Grade\s+[1-4]\s+\((?P<grade>[A-Za-z]\w+)\)",
    re.MULTILINE,
)
_RECORD = re.compile(r"^[ \t]*Record\s+of\s+main\s+findings[ \t]*:?[ \t]*(?=[\r\n])", re.IGNORECASE | re.MULTILINE)
_LABEL_HEAD = re.compile(r"(?:key\s+)?judge?ment", re.IGNORECASE)
_GRADE_HEAD = re.compile(r"\bgrade$", re.IGNORECASE)
FRONT = 6000  # characters: where a format has no pages the table still stands in front
FRONT_PAGES = 3


@dataclass(frozen=True, slots=True)
class _Graded:
    """Where a page prints a label and its grade, as (start, end) in its text."""

    label: tuple[int, int]
    grade: tuple[int, int]


def judgements(document: Document, blocks: Iterable[Block] = ()) -> tuple[Judgement, ...]:
    """What was graded and how, in the order printed; one entry a key and, where there is no key, a label. Labels are as
    printed; grades are those of `GRADES` where they can be ("Requires improvement" is the older wording of the third);
    "Adequate" stays as it is. `spans` are the label's own characters and, last, the grade's.

    The rows of tables in `blocks` fill what the order of the text hides, as OCR's does where labels wrap."""
    found: dict[str, Judgement] = {}
    for page, key, graded in _searches(document):
        text = document.pages[page].text
        label = one_line(text[slice(*graded.label)])
        named = key or key_of(label)
        if (named or label.casefold()) not in found:
            spans = tuple(Span(document.name, page, *part) for part in (graded.label, graded.grade))
            found[named or label.casefold()] = Judgement(label, grade(text[slice(*graded.grade)]), spans, named)
    for one in _rows(blocks):
        found.setdefault(one.key or one.label.casefold(), one)
    return tuple(sorted(found.values(), key=lambda judgement: judgement.spans))


def _rows(blocks: Iterable[Block]) -> Iterator[Judgement]:
    for block in blocks:
        if len(block.cells) < 2 or block.general or block.sentences[0].spans[0].page >= FRONT_PAGES:
            continue
        label, graded = block.cells[0], block.cells[-1]
        key = key_of(label.text)
        # A label in words that are not known is one all the same where the table's head says what its columns are.
        is_label = key or (_LABEL_HEAD.match(label.header or "") and _GRADE_HEAD.search(graded.header or ""))
        if is_label and label.spans and len(graded.spans) == 1 and re.fullmatch(_GRADE, graded.text, re.IGNORECASE):
            yield Judgement(label.text, grade(graded.text), (*label.spans, *graded.spans), key)


def grade(printed: str) -> str:
    """A printed grade in the wording of `GRADES`, else as printed."""
    words = one_line(printed).casefold()
    if words.startswith("require"):
        return GRADES[2]
    return next((g for g in GRADES if g.casefold() == words), words.capitalize())


def key_of(label: str) -> str:
    """The key of a printed label, "" where it fits none ("2.1 Adoption performance" → "adoption")."""
    words = re.sub(r"^[\d.\s]+", "", label)
    return next((key for key, pattern in _KEYED if pattern.match(words)), "")


def _searches(document: Document) -> Iterator[tuple[int, str, _Graded]]:
    """Page, key (or "") and place of each grade, the surest first: tables, then sentences, then headings further in."""
    front = [(page, FRONT if page == 0 else sys.maxsize) for page in range(len(document.pages[:FRONT_PAGES]))]
    for page, end in front:
        yield from ((page, "", graded) for graded in _table(document.pages[page].text, 0, end))
    for page, end in front:
        for key, pattern in ((OVERALL, _SAID_OVERALL), (BOARD, _SAID_OF_BOARD)):
            yield from _said(document, page, key, pattern, end)
    yield from _before_2013(document)
    # Deep in a report only a line of its own counts: a sentence in passing may speak of another year.
    for page in range(len(front), len(document.pages)):
        yield from _said(document, page, BOARD, _SAID_OF_BOARD)


def _before_2013(document: Document) -> Iterator[tuple[int, str, _Graded]]:
    """The closing record of main findings, then graded headings. An inspection of two services grades each label twice;
    where the grades differ neither is the paper's one."""
    rows: list[tuple[int, str, _Graded]] = []
    for page, one in enumerate(document.pages):
        for match in _RECORD.finditer(one.text):
            rows += [(page, "", graded) for graded in _table(one.text, match.end(), sys.maxsize)]
    for page in range(len(document.pages)):
        rows += _said(document, page, "", _GRADED_HEADING)
    grades: dict[str, set[str]] = {}
    for page, _, graded in rows:
        label, printed = (one_line(document.pages[page].text[slice(*part)]) for part in (graded.label, graded.grade))
        grades.setdefault(key_of(label) or label.casefold(), set()).add(grade(printed))
    for row in rows:
        label = one_line(document.pages[row[0]].text[slice(*row[2].label)])
        if len(grades[key_of(label) or label.casefold()]) == 1:
            yield row


def _said(
    document: Document, page: int, key: str, pattern: re.Pattern[str], end: int = sys.maxsize
) -> Iterator[tuple[int, str, _Graded]]:
    for match in pattern.finditer(document.pages[page].text, 0, end):
        yield page, key, _Graded(match.span("label"), match.span("grade"))


def _table(text: str, start: int, end: int) -> Iterator[_Graded]:
    """Labels with their grades. A table that is extracted column by column gives all its labels and then as many
    grades; where the numbers differ nobody knows which is whose. A label in the middle of a line is part of a
    sentence."""
    labels: list[tuple[int, int]] = []
    grades: list[tuple[int, int]] = []
    in_sentence = False
    for cell in _CELL.finditer(text, start, end):
        if cell["filling"]:
            in_sentence = in_sentence and not re.search(r"[\r\n|>]", cell["filling"])
        elif cell["grade"] and labels:
            grades.append(cell.span())
        else:
            if grades:
                yield from _paired(labels, grades)
                labels, grades = [], []
            labels = [*labels, cell.span()] if cell["label"] and not in_sentence else []
            in_sentence = not labels
    yield from _paired(labels, grades)


def _paired(labels: list[tuple[int, int]], grades: list[tuple[int, int]]) -> Iterator[_Graded]:
    if len(labels) == len(grades):
        yield from (_Graded(label, printed) for label, printed in zip(labels, grades, strict=True))
    elif len(grades) == 1:
        yield _Graded(labels[-1], grades[0])
