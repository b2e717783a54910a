from __future__ import annotations

import dataclasses

import pytest

from rag.judgements import KEYS, grade, judgements, key_of
from rag.types import GRADES, Block, Cell, Document, Page, Sentence, Span

R = GRADES[2]
LEADERS = "The impact of leaders on social work \r\npractice with children and families"
HELP = "The experiences and progress of \r\nchildren who need help and protection"
CARE = "The experiences and progress of \r\nchildren in care"
LEAVERS = "The experiences and progress of care \r\nleavers"


def graded(*pages: str) -> dict[str, str]:
    document = Document("a.pdf", "a.pdf", "", "pdf", tuple(Page(text) for text in pages), True)
    found = judgements(document)
    for one in found:
        label, printed = (document.quote(span) for span in one.spans)
        assert " ".join(label.replace("\ufffe", "-").split()) == one.label and grade(printed) == one.grade
    return {one.key or one.label: one.grade for one in found}


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (f"{LEADERS}\r\nGood\r\nOverall effectiveness Good\r\n", ["Good", "Good"]),
        (f"{LEADERS} Requires improvement\r\nto be good\r\nOverall effectiveness\r\nRequires \r\nimprovement", [R, R]),
        (f"{LEADERS}Outstanding\r\nOverall effectivenessGood", ["Outstanding", "Good"]),
        (f"| {LEADERS} | Inadequate |\r\n| Overall effectiveness1 | Good |", ["Inadequate", "Good"]),
        (f"<p>1. {LEADERS}</p> | <p>good</p>\r\nOverall effectiveness: inadequate", ["Good", "Inadequate"]),
        (f"{LEADERS}\r\nOverall effectiveness\r\nGood\r\nOutstanding\r\n", ["Good", "Outstanding"]),
        (f"{LEADERS} Good1\r\nOverall effectiveness Requires improvement\r\nto be good12\r\n", ["Good", R]),
    ],
    ids=["plain", "wrapped", "glued", "cells", "markup", "by columns", "with a footnote"],
)
def test_tables_however_they_wrap(table: str, expected: list[str]):
    assert list(graded(f"Judgement Grade\r\n{table}\r\nServices are good.").values()) == expected


def test_rows_of_tables_fill_what_the_order_of_the_text_hides():
    text = "The experiences and Good\nprogress of care leavers\nOverall effectiveness Good"

    def cell(*parts: str) -> Cell:
        return Cell(" ".join(parts), tuple(Span("a.pdf", 0, text.index(p), text.index(p) + len(p)) for p in parts))

    label = cell("The experiences and", "progress of care leavers")
    row = Block("row", (Sentence("x", label.spans),), cells=(label, cell("Good")))
    document = Document("a.pdf", "a.pdf", "", "pdf", (Page(text),), True)
    assert [j.key for j in judgements(document)] == ["overall_effectiveness"]
    (first, second) = judgements(document, [row, dataclasses.replace(row, general=True)])
    assert (first.key, first.label, first.grade) == ("care_leavers", label.text, "Good")
    assert first.spans == (*label.spans, *row.cells[1].spans) and second.key == "overall_effectiveness"
    new = cell("progress of care leavers")
    cells = (dataclasses.replace(new, header="Judgement"), dataclasses.replace(cell("Good"), header="Grade"))
    assert new.text not in [
        j.label for j in judgements(document, [dataclasses.replace(row, cells=(new, cell("Good")))])
    ]
    (first, _) = judgements(document, [dataclasses.replace(row, cells=cells)])
    assert (first.key, first.label, first.grade) == ("", new.text, "Good"), "its head says that it is a table of grades"
    far = dataclasses.replace(row, sentences=(Sentence("x", (Span("a.pdf", 5, 0, 1),)),))
    assert len(judgements(document, [far])) == 1, "deep in a report a table may speak of something else"


def test_four_areas_each_have_a_key():
    found = graded(f"{LEADERS}\r\nGood\r\n{HELP}\r\nInadequate\r\n{CARE}\r\nOutstanding\r\n{LEAVERS}\r\nGood\r\n")
    assert found == {
        "leaders": "Good",
        "help_and_protection": "Inadequate",
        "children_in_care": "Outstanding",
        "care_leavers": "Good",
    }


def test_columns_that_do_not_tally_are_left_alone():
    assert graded(f"{LEADERS}\r\n{HELP}\r\n{CARE}\r\nGood\r\nInadequate\r\n") == {}


@pytest.mark.parametrize(
    "sentence",
    [
        "Leadership, management and governance require improvement. When failures are known, they act.",
        "Leadership, management and governance require improvement when any\r\nfailures are known.",
        "There is little to show better outcomes for looked after children\r\ninadequate\r\n",
        "Overall effectiveness good practice",
        "Overall effectiveness is good at times",
        "Children’s services in Leeds are good at listening.",
        "Children’s services in Leeds are no longer inadequate",
        "At the last inspection children’s services in Leeds were good\r\n",
    ],
)
def test_sentences_are_no_tables(sentence: str):
    assert graded(f"Title\r\n{sentence}\r\nMore.") == {}


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("The overall judgement is inadequate\r\n", "Inadequate"),
        ("The overall judgement is that children’s services require \r\nimprovement\r\n", R),
        ("The overall judgement is that children’s service requires improvement.\r\n", R),
        ("Children’s services in St. Helens are outstanding\r\n", "Outstanding"),
        ("Children’s services in the Isle \r\nof Wight require improvement to be \r\ngood\r\n", R),
        ("Children’s services in Walsall requires improvement to be good.\r\n", R),
        ("The local authority requires improvement\r\n", R),
        ("The local authority is inadequate\r\n", "Inadequate"),
        ("Children’s services in Leeds are good1\r\n", "Good"),
        ("Children’s services in Leeds are judged to be good\r\n", "Good"),
        ("The overall judgement for Leeds is inadequate\r\n", "Inadequate"),
        ("The overall judgement is that services for children are good.\r\n", "Good"),
        ("Overall effectiveness is good\r\n", "Good"),
    ],
)
def test_an_overall_judgement_in_words(printed: str, expected: str):
    assert graded(f"Report published: 1 May 2015\r\n{printed}There are failures.") == {
        "overall_effectiveness": expected
    }


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("The Local Safeguarding Children Board is good", "Good"),
        ("The Local Safeguarding Children Board requires improvement to be \r\ngood", R),
        ("The effectiveness of the Local Safeguarding Children Board (LSCB) is \r\nrequires improvement.", R),
        ("The effectiveness of the LSCB is inadequate", "Inadequate"),
        ("The LSCB is inadequate because:", "Inadequate"),
        ("The Leeds Safeguarding Children Board (LSCB) is good", "Good"),
        ("The Local Safeguarding Children’s Board2 is judged to be good", "Good"),
        ("The effectiveness of the LSCB is that it requires improvement", R),
    ],
)
def test_the_boards_grade_stands_in_a_heading_far_in(printed: str, expected: str):
    assert graded("1", "2", "3", "4", f"Section 2\r\n{printed}\r\nText.") == {"safeguarding_board": expected}
    assert graded("1", "2", "3", "4", f"In 2011 it was said that {printed} and so on.") == {}


@pytest.mark.parametrize(
    "printed",
    [
        "Children’s services in Leeds are good\r\nat helping some families.",
        "The LSCB is good\r\nat coordinating what partners do.",
        "The Leeds Safeguarding Children Board is good at it.",
    ],
)
def test_a_sentence_that_goes_on_is_no_judgement(printed: str):
    assert graded(f"Leeds City Council\r\n{printed}\r\n") == {}


def test_an_older_report_closes_with_a_record():
    cut = "Leadership and management\r\n", "Fen Council Inspection 17\r\nGrade 4 (Inadequate)\r\n64. Text."
    record = (
        "Record of main findings\r\nServices\r\nOverall effectiveness Adequate\r\nLeadership and management Good\r\n"
    )
    assert graded(*cut, record) == {"overall_effectiveness": "Adequate", "leaders": "Good"}
    assert graded(*cut) == {}


def test_two_services_that_differ_have_no_grade_in_common():
    record = (
        "Record of main findings\r\nSafeguarding\r\nOverall effectiveness Good\r\nQuality of provision Good\r\n"
        "Looked after children\r\nOverall effectiveness Adequate\r\nQuality of provision Good\r\n"
    )
    assert graded(record.replace("Record", "Cover", 1).split("\r\n")[0], "2", "3", record) == {
        "Quality of provision": "Good"
    }


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Overall effectiveness", "overall_effectiveness"),
        ("The overall judgement", "overall_effectiveness"),
        (LEADERS, "leaders"),
        ("3. Leadership, management and governance", "leaders"),
        (HELP, "help_and_protection"),
        ("Children in care", "children_in_care"),
        ("2. Children looked after and achieving permanence", "children_in_care"),
        ("Children in care and care leavers", "children_in_care_and_care_leavers"),
        ("2.2 Experiences and progress of care leavers", "care_leavers"),
        ("2.1 Adoption performance", "adoption"),
        ("Effectiveness of the Local Safeguarding Children Board (LSCB)", "safeguarding_board"),
        ("Capacity to improve", ""),
        ("Value for money", ""),
    ],
)
def test_keys(label: str, key: str):
    assert key_of(label) == key and (not key or key in KEYS)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("good", "Good"),
        ("Requires \r\nimprovement", GRADES[2]),
        ("require improvement to be good", GRADES[2]),
        ("adequate", "Adequate"),
    ],
)
def test_grades_take_one_wording(printed: str, expected: str):
    assert grade(printed) == expected


def test_an_explanation_of_the_grades_is_no_judgement():
    assert graded("cover", "An outstanding local authority leads services that are good.") == {}
