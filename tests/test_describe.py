from __future__ import annotations

import dataclasses
import re
import time
from pathlib import Path

import pytest

from rag.authorities import authorities
from rag.dates import date_in_name
from rag.describe import describe
from rag.frontmatter import front_matter
from rag.judgements import grade, judgements
from rag.load import load
from rag.types import GRADES, KINDS, Description, Document, Line, Page, Stated

STATED = [field.name for field in dataclasses.fields(Description) if field.name != "judgements"]


def paper(*pages: str, name: str = "paper.pdf", format: str = "pdf") -> Document:
    return Document(name, name, "", format, tuple(Page(text) for text in pages), paged=format == "pdf")  # type: ignore[arg-type]


def lines(*printed: str) -> str:
    return "\r\n".join(printed)


def values(description: Description, *names: str) -> tuple[str | None, ...]:
    return tuple(description.value(name) for name in names)


def assert_spans_hold(document: Document, description: Description) -> None:
    """Every field that is read from the text has spans, and each quotes something that is not blank."""
    for name in STATED:
        stated = getattr(description, name)
        if stated and stated.basis == "text" and stated.value != "other":
            assert stated.spans, name
        for span in stated.spans if stated else ():
            assert span.document == document.name
            assert document.quote(span).strip(), name
    for judgement in description.judgements:
        label, printed = (re.sub(r"\s+", " ", document.quote(span)) for span in judgement.spans)
        assert label and grade(printed) == judgement.grade


def printed(rows: str) -> str:
    """A table as it comes out of a PDF: "_" for a space and "|" for a line that the cell's width broke."""
    return lines(*(row.strip().replace("|", "\r\n").replace("_", " ") for row in rows.strip().splitlines()))


ILACS = lines(
    "Inspection of the London Borough of ",
    "Bexley local authority children’s services ",
    "Inspection dates: 28 November to 9 December 2021",
    "Lead inspector: Ann Other-Name, Her Majesty’s Inspector",
    "Judgement Grade",
    printed(
        """
        The_impact_of_leaders_on_social_work_|practice_with_children_and_families|Requires_improvement_to_be_good
        The_experiences_and_progress_of_|children_who_need_help_and_protection|Good
        The_experiences_and_progress_of_|children_in_care|Outstanding_
        The_experiences_and_progress_of_care_|leavers|Inadequate
        Overall_effectiveness_Requires_improvement|to_be_good
        """
    ),
    "Children in Kent and Essex wait. Ofsted was here.",
)
SIF = lines(
    "1",
    "Royal Borough of Windsor and ",
    "Maidenhead",
    "Inspection of services for children in need of help and ",
    "protection and of others",
    "and",
    "Review of the effectiveness of its safeguarding ",
    "board1",
    "Inspection date: 23 May 2015 – 19 June 2015",
    "Report published: 4 August 2015",
    "Children’s services in the Royal Borough of Windsor and ",
    "Maidenhead require improvement to be good",
    printed(
        """
        1._Children_who_need_help_and_protection_Good
        2._Children_looked_after_and_achieving_|permanence|Requires_|improvement
        2.1_Adoption_performance_Adequate
        2.2_Experiences_and_progress_of_care_leavers_Outstanding
        3._Leadership,_management_and_governance_Inadequate
        """
    ),
)
LETTER = lines(
    "Piccadilly Gate",
    "Store Street",
    "Manchester M1 2WD",
    "T 0300 123 1231",
    "enquiries@ofsted.gov.uk",
    "7 April 2022",
    "Ms A Person",
    "Director of Children’s Services",
    "Civic Centre",
    "Newcastle upon Tyne NE1 8PU",
    "Dear Ms Person",
    "Monitoring visit to Gateshead children’s services",
    "This letter summarises what was found at the monitoring visit to Gateshead",
    "on 3 and 4 March 2022. Inspectors came from Ofsted.",
    "Yours sincerely",
    "B Person",
    "Her Majesty’s Inspector",
)


# ── reports ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_report_of_the_present_framework():
    document = paper(ILACS, "Page two.", name="folder/any - 11 february 2022.pdf")
    found = describe(document, ())
    assert_spans_hold(document, found)
    assert found.value("title") == "Inspection of the London Borough of Bexley local authority children’s services"
    assert values(found, "authority", "urn", "region") == ("Bexley", "80488", "London")
    assert values(found, "kind", "framework", "publisher") == ("inspection", "ILACS", "Ofsted")
    assert values(found, "inspection_start", "inspection_end") == ("2021-11-28", "2021-12-09")
    assert found.published == Stated("2022-02-11", basis="file name")
    assert found.value("lead_inspector") == "Ann Other-Name"
    assert [(j.label.rpartition(" of ")[2], j.grade) for j in found.judgements] == [
        ("leaders on social work practice with children and families", GRADES[2]),
        ("children who need help and protection", "Good"),
        ("children in care", "Outstanding"),
        ("care leavers", "Inadequate"),
        ("Overall effectiveness", GRADES[2]),
    ]
    assert found.urn is not None and found.urn.basis == "authority list" and found.urn.spans == ()


def test_a_report_of_the_single_framework():
    last = lines("The inspection team", "Lead inspector: Jo Bloggs HMI", "Deputy lead inspector: No One HMI", "Ofsted")
    board = lines("Section 2", "The Local Safeguarding Children Board requires improvement ", "Text.")
    document = paper(SIF, "Contents", board, last)
    found = describe(document, ())
    assert_spans_hold(document, found)
    title = found.title
    assert title is not None and len(title.spans) == 7
    assert title.value.startswith("Royal Borough of Windsor and Maidenhead: Inspection")
    assert title.value.endswith("protection and of others and Review of the effectiveness of its safeguarding board")
    assert values(found, "authority", "kind", "framework") == ("Windsor and Maidenhead", "inspection", "SIF")
    assert values(found, "inspection_start", "inspection_end", "published") == (
        "2015-05-23",
        "2015-06-19",
        "2015-08-04",
    )
    assert found.published is not None and document.quote(found.published.spans[0]) == "4 August 2015"
    assert found.value("lead_inspector") == "Jo Bloggs"
    grades = {j.label: j.grade for j in found.judgements}
    assert grades == {
        "Children who need help and protection": "Good",
        "Children looked after and achieving permanence": GRADES[2],
        "Adoption performance": "Adequate",
        "Experiences and progress of care leavers": "Outstanding",
        "Leadership, management and governance": "Inadequate",
        "Overall effectiveness": GRADES[2],
        "Local Safeguarding Children Board": GRADES[2],
    }


def test_an_older_report_keeps_its_own_grades():
    cover = lines(
        "Inspection of looked after children ",
        "services",
        "Norfolk County Council",
        "Inspection dates: 16 – 20 July 2013",
    )
    cover += lines("", "Reporting inspector Jo Bloggs HMI", "Age group: All", "Published: 23 August 2013")
    scale = lines("Adequate (Grade 3) A service that only meets minimum ", "requirements")
    body = lines(
        "Overall effectiveness of services for looked ",
        "after children",
        "Grade 3 (Adequate)",
        "11. Text.",
        "Capacity to improve",
        "Grade 2 (Good)",
    )
    document = paper(cover, "©", scale, body)
    found = describe(document, ())
    assert_spans_hold(document, found)
    assert [(j.label, j.grade) for j in found.judgements] == [
        ("Overall effectiveness of services for looked after children", "Adequate"),
        ("Capacity to improve", "Good"),
    ]
    assert values(found, "framework", "published", "lead_inspector") == (None, "2013-08-23", "Jo Bloggs")


def test_a_date_in_the_file_name_that_is_the_inspections_is_no_publication():
    text = ILACS.replace("28 November to 9 December 2021", "11 to 15 June 2024")
    assert describe(paper(text, name="visit 2024-06-12.pdf"), ()).published is None


def test_a_running_header_above_the_title_is_not_the_title():
    header = lines("Inspection of Leeds local authority children’s services", "11 to 15 June 2024")
    text = lines(
        header, "Inspection of Leeds local ", "authority children’s services", "Inspection dates: 11 to 15 June 2024"
    )
    assert describe(paper(text), ()).value("title") == "Inspection of Leeds local authority children’s services"


# ── letters and other papers ─────────────────────────────────────────────────────────────────────────────────────


def test_a_letter_is_about_the_place_of_its_subject_and_not_of_an_address():
    document = paper(LETTER)
    found = describe(document, ())
    assert_spans_hold(document, found)
    assert values(found, "title", "authority") == ("Monitoring visit to Gateshead children’s services", "Gateshead")
    assert values(found, "kind", "publisher", "published") == ("monitoring visit", "Ofsted", "2022-04-07")
    assert values(found, "inspection_start", "inspection_end") == ("2022-03-03", "2022-03-04")
    assert found.lead_inspector is None and found.framework is None and found.judgements == ()


def test_a_joint_inspection_letter():
    document = paper(
        lines(
            "3 December 2019",
            "Dear local partnership",
            "Joint targeted area inspection of the multi-agency response to abuse in Sefton",
            "Between 23 September 2019 and 27 September 2019, Ofsted and others undertook a joint",
            "inspection of the multi-agency response.",
        )
    )
    found = describe(document, ())
    assert values(found, "authority", "kind", "framework") == ("Sefton", "inspection", "JTAI")
    assert values(found, "inspection_start", "published") == ("2019-09-23", "2019-12-03")


def test_a_committee_paper_takes_the_date_of_its_meeting():
    document = paper(
        "Subscribe to updates\nChildren's Scrutiny Panel - Monday 2nd December 2024\nLeeds Council met in Leeds.",
        format="text",
    )
    found = describe(document, ())
    assert values(found, "kind", "published", "authority") == ("committee paper", "2024-12-02", "Leeds")
    assert found.inspection_start is None


def test_news_of_a_visit_is_news_and_dated_by_its_month():
    document = paper(
        "Ofsted focused visit October 2020\n\nLeeds has improved, according to Ofsted. Inspectors came to Leeds.",
        format="text",
    )
    found = describe(document, ())
    assert values(found, "kind", "inspection_start", "inspection_end") == ("news", "2020-10", None)
    assert found.publisher is None


def test_what_is_not_stated_stays_none():
    found = describe(paper("A page of notes about nothing in particular."), ())
    assert found.value("kind") == "other"
    assert [name for name in STATED if getattr(found, name) and name not in ("kind", "title")] == []


@pytest.mark.parametrize(
    "document", [paper(), paper(""), paper("", "  ")], ids=["no pages", "empty page", "blank pages"]
)
def test_an_empty_document_has_an_empty_description(document: Document):
    found = describe(document, ())
    assert [name for name in STATED if getattr(found, name) and name != "kind"] == []


def test_the_file_name_is_the_last_resort_for_the_place():
    found = describe(paper("Some text.", name="leeds/notes-2021.pdf"), ())
    assert found.authority == Stated("Leeds", basis="file name")


# ── front matter ─────────────────────────────────────────────────────────────────────────────────────────────────

FRONT = """---
title: "Leeds: visit, March 2022 (retold)"
publisher: Ofsted
authority: Leeds City Council
kind: focused visit
framework: ILACS
inspection_start: 2022-03-03
published: 2022-04-07
judgements:
  - label: Overall effectiveness
    grade: requires improvement
retold_from: "A letter"
original: https://example.org/1
---

# Leeds, retold
"""


def test_front_matter_speaks_first_and_its_spans_point_into_the_raw_text():
    document = paper(FRONT, format="markdown", name="a.md")
    found = describe(document, ())
    assert values(found, "title", "authority", "urn") == ("Leeds: visit, March 2022 (retold)", "Leeds", "80481")
    assert values(found, "inspection_start", "published", "kind") == ("2022-03-03", "2022-04-07", "focused visit")
    assert values(found, "retold_from", "original") == ("A letter", "https://example.org/1")
    for name in ("title", "publisher", "inspection_start", "retold_from"):
        stated = getattr(found, name)
        assert stated.basis == "front matter" and document.quote(stated.spans[0]) == stated.value
    (judgement,) = found.judgements
    assert (judgement.label, judgement.grade) == ("Overall effectiveness", GRADES[2])
    assert [document.quote(span) for span in judgement.spans] == ["Overall effectiveness", "requires improvement"]


@pytest.mark.parametrize(
    "yaml", ["- a\n- b\n", "a: [\n", "!!python/object/apply:os.getcwd []\n", "\n", "title: {a: b}\n"]
)
def test_front_matter_that_is_not_a_mapping_of_texts_is_passed_over(yaml: str):
    found = front_matter(paper(f"---\n{yaml}---\ntext\n", format="markdown"))
    assert found is None or found == Description()


def test_only_markdown_has_front_matter():
    assert front_matter(paper(FRONT, format="text")) is None


def test_marked_headings_are_the_title():
    text = "Skip\nFirst\nSecond\nA paragraph."
    roles = [Line(0, 4, role="skip"), Line(5, 10, role="heading1"), Line(11, 17, role="heading2"), Line(18, 30)]
    document = Document("a.html", "a.html", "", "html", (Page(text, lines=tuple(roles)),), paged=False)
    assert describe(document, ()).value("title") == "First Second"


# ── grades ───────────────────────────────────────────────────────────────────────────────────────────────────────────


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
    assert judgements(paper("cover", "An outstanding local authority leads services that are good.")) == ()


# ── the published papers ─────────────────────────────────────────────────────────────────────────────────────────


def test_published_papers_are_described_as_their_folders_and_dates_say(papers: Path):
    urns = {a.urn for a in authorities()}
    checked = 0
    paths = [p for p in sorted(papers.glob("ilacs/*/*.pdf")) if p.read_bytes()[:5] == b"%PDF-"]
    for path in paths[::12]:
        document = load(path, path.relative_to(papers).as_posix())
        found = describe(document, ())
        urn = path.parent.name.partition("_")[0]
        assert urn in urns and found.value("urn") == urn, path.name
        start, end, published = values(found, "inspection_start", "inspection_end", "published")
        assert start and end and published and start <= end < published == date_in_name(path.name), path.name
        assert found.value("kind") == "inspection" and found.lead_inspector and found.judgements
        assert_spans_hold(document, found)
        checked += 1
    assert checked >= 10


def test_papers_of_other_kinds(papers: Path):
    rows = {}
    for path in sorted(papers.glob("briefing/*")):
        document = load(path, path.name)
        found = describe(document, ())
        assert_spans_hold(document, found)
        rows[path.stem] = values(found, "authority", "kind", "inspection_start", "published")
    assert rows == {
        "newcastle-focused-visit-2018-08-16": ("Newcastle upon Tyne", "focused visit", "2018-07-24", "2018-08-16"),
        "newham-focused-visit-news-2020-10": ("Newham", "news", "2020-10", None),
        "newham-inspection-2014-08-08": ("Newham", "inspection", "2014-06-03", "2014-08-08"),
        "newham-monitoring-visit-2022-04-07": ("Newham", "monitoring visit", "2022-03-03", "2022-04-07"),
        "newham-scrutiny-commission-2024-12-02": ("Newham", "committee paper", None, "2024-12-02"),
    }


def test_the_sample_papers_state_kind_place_and_original():
    folder = Path(__file__).resolve().parents[1] / "corpus" / "sample"
    for path in sorted(folder.glob("*.md")):
        found = describe(load(path, path.name), ())
        assert found.value("kind") in KINDS and found.urn and found.retold_from and found.original


def test_one_endless_word_is_described_quickly():
    began = time.perf_counter()
    describe(paper("x" * 50_000, "1, " * 10_000), ())
    assert time.perf_counter() - began < 5
