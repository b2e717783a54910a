from __future__ import annotations

import dataclasses
import re
import time
from pathlib import Path

import pytest

from rag.authorities import authorities
from rag.dates import date_in_name
from rag.describe import describe
from rag.judgements import grade
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
    assert [(j.key, j.label, j.grade) for j in found.judgements] == [
        ("overall_effectiveness", "Children’s services in the Royal Borough of Windsor and Maidenhead", GRADES[2]),
        ("help_and_protection", "Children who need help and protection", "Good"),
        ("children_in_care", "Children looked after and achieving permanence", GRADES[2]),
        ("adoption", "Adoption performance", "Adequate"),
        ("care_leavers", "Experiences and progress of care leavers", "Outstanding"),
        ("leaders", "Leadership, management and governance", "Inadequate"),
        ("safeguarding_board", "The Local Safeguarding Children Board", GRADES[2]),
    ]


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
        "Overall effectiveness of services for ",
        "older children",
        "Grade 3 (Adequate)",
        "11. Text.",
        "Capacity to improve",
        "Grade 2 (Good)",
    )
    document = paper(cover, "©", scale, body)
    found = describe(document, ())
    assert_spans_hold(document, found)
    assert [(j.label, j.key, j.grade) for j in found.judgements] == [
        ("Overall effectiveness of services for older children", "overall_effectiveness", "Adequate"),
        ("Capacity to improve", "", "Good"),
    ]
    assert values(found, "framework", "published", "lead_inspector") == (
        "looked after children",
        "2013-08-23",
        "Jo Bloggs",
    )


def test_a_date_in_the_file_name_that_is_the_inspections_is_no_publication():
    text = ILACS.replace("28 November to 9 December 2021", "11 to 15 June 2024")
    assert describe(paper(text, name="visit 2024-06-12.pdf"), ()).published is None


def test_a_running_header_above_the_title_is_not_the_title():
    header = lines("Inspection of Leeds local authority children’s services", "11 to 15 June 2024")
    text = lines(
        header, "Inspection of Leeds local ", "authority children’s services", "Inspection dates: 11 to 15 June 2024"
    )
    assert describe(paper(text), ()).value("title") == "Inspection of Leeds local authority children’s services"


# ── names and dates as reports print them ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Lead inspector: Margaret Burke, His Majesty’s Inspector", "Margaret Burke"),
        ("Lead inspector: Paula Thomson-Jones", "Paula Thomson-Jones"),
        ("Lead inspector: Paula Thomson\ufffeJones, HMI", "Paula Thomson-Jones"),
        ("Lead inspector: Ann Other-\r\nName, His Majesty’s Inspector", "Ann Other-Name"),
        ("Lead inspector: Brenda \r\nMcLaughlin, His Majesty’s Inspector", "Brenda McLaughlin"),
        ("Lead inspector: Brendan O’Connell \r\nHer Majesty’s Inspector", "Brendan O’Connell"),
        ("Lead inspector: Mary J. de Souza HMI", "Mary J. de Souza"),
        ("Lead inspector: Máire Ní Bhriain, Senior HMI", "Máire Ní Bhriain"),
        ("Lead inspector: Joy Howick Her Majesty's Inspector", "Joy Howick"),
        ("Lead Inspector \u2013 Nick Stacey.", "Nick Stacey"),
        ("Lead inspector on site: Pietro Battista\r\nReport author: No One", "Pietro Battista"),
        ("Reporting inspector Helen Cawston HMI\r\nAge group: All", "Helen Cawston"),
        ("Lead inspector: Dr Jo Bloggs\r\nJudgement Grade", "Jo Bloggs"),
        ("Lead inspector: Jo van der Berg, HMI", "Jo van der Berg"),
        ("Lead inspector: Jo Bloggs - HMI", "Jo Bloggs"),
        ("Lead inspector: Jo Bloggs – His Majesty’s Inspector", "Jo Bloggs"),
        ("Lead inspector: Jo Bloggs-Name Ofsted Inspector", "Jo Bloggs-Name"),
        ("Lead HMI: Jo Bloggs", "Jo Bloggs"),
        ("Deputy lead inspector: No One HMI", None),
        ("The lead inspector Jane Doe said so", None),
        ("Lead inspector: Jane", None),
        ("Lead inspector: Her Majesty’s Inspector", None),
    ],
)
def test_lead_inspectors(line: str, name: str | None):
    front = ILACS.replace("Lead inspector: Ann Other-Name, Her Majesty’s Inspector", line)
    document = paper(front)
    found = describe(document)
    assert_spans_hold(document, found)
    assert found.value("lead_inspector") == name


@pytest.mark.parametrize(
    ("printed", "start", "end"),
    [
        (": 8 to 19 January 2024", "2024-01-08", "2024-01-19"),
        (": 27 February\u201310 March 2023", "2023-02-27", "2023-03-10"),
        (": 21 May 2018 to 1 June 2018", "2018-05-21", "2018-06-01"),
        (" 20 June 2017 \u2500 13 July 2017", "2017-06-20", "2017-07-13"),
        (": 10September 2018to 21 September2018", "2018-09-10", "2018-09-21"),
        (": Monday 4 July \u2013 Friday 15 July 2022", "2022-07-04", "2022-07-15"),
        (": 13 to 17 May 2019 and 3 to 7 June 2019", "2019-05-13", "2019-06-07"),
        (": 16 January 2023 to 20 January 2023 and 6 February 2023 to 10 February 2023", "2023-01-16", "2023-02-10"),
        (": 16 to 20 January and 6 to 10 February 2023", "2023-01-16", "2023-02-10"),
        (": 13/05/2019 to 17/05/2019", "2019-05-13", "2019-05-17"),
        (": 8 January 2018 to 19 Januray 2018", "2018-01-08", None),
        (": 20 Jnue to 1 July 2022", None, None),
        (": 14 January 2019 to 18 January 2018", None, None),
        (": to follow. The last inspection was on 5 May 2015", None, None),
    ],
)
def test_days_of_inspection(printed: str, start: str | None, end: str | None):
    found = describe(paper(ILACS.replace(": 28 November to 9 December 2021", printed)))
    assert values(found, "inspection_start", "inspection_end") == (start, end)


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("report - 04 february 2022.pdf", "2022-02-04"),
        ("report 2021-12-09.pdf", None),
        ("report 2021-11-01.pdf", None),
        ("fetched 2024-06-30.pdf", None),
    ],
)
def test_a_date_in_the_file_name_may_not_contradict_the_paper(name: str, published: str | None):
    found = describe(paper(ILACS, name=name))
    assert found.published == (Stated(published, basis="file name") if published else None)


def test_what_the_paper_prints_comes_before_the_file_name():
    found = describe(paper(SIF, name="report - 05 august 2015.pdf"))
    assert found.published is not None and (found.published.value, found.published.basis) == ("2015-08-04", "text")


def test_an_authority_is_the_one_that_there_was_at_the_time():
    front = SIF.replace("Royal Borough of Windsor and \r\nMaidenhead", "Dorset").replace("2015", "{0}")
    before, after = (describe(paper(front.format(year))) for year in (2016, 2021))
    assert values(before, "authority", "urn", "region") == ("Dorset (before 2019)", None, "South West")
    assert values(after, "authority", "urn") == ("Dorset", "2532283")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Inspection of Barnet and Enfield local authority children’s services", None),
        ("London Borough of Barnet\r\nand\r\nLondon Borough of Enfield\r\nInspection of children’s services", None),
        ("Inspection of Barnet, Enfield and Camden", None),
        ("Inspection of services in Kensington and Chelsea", "Kensington and Chelsea"),
        ("London Borough of Barnet\r\nInspection of services\r\nand\r\nReview of the Barnet Board", "Barnet"),
    ],
)
def test_a_report_on_two_places_is_about_neither_alone(title: str, name: str | None):
    printed = lines(title, "Inspection dates: 3 to 7 June 2019", "Barnet has good homes. Barnet has few of them.")
    assert describe(paper(printed)).value("authority") == name


def test_a_report_that_quotes_a_letter_is_no_visit():
    text = ILACS + "\r\nA focused visit took place in 2020."
    assert describe(paper(text, "Dear social worker,\r\nThank you.")).value("kind") == "inspection"


# ── letters and other papers ─────────────────────────────────────────────────────────────────────────────────────


def test_a_letter_is_about_the_place_of_its_subject_and_not_of_an_address():
    document = paper(LETTER)
    found = describe(document, ())
    assert_spans_hold(document, found)
    assert values(found, "title", "authority") == ("Monitoring visit to Gateshead children’s services", "Gateshead")
    assert values(found, "kind", "publisher", "published") == ("monitoring visit", "Ofsted", "2022-04-07")
    assert values(found, "inspection_start", "inspection_end") == ("2022-03-03", "2022-03-04")
    assert found.lead_inspector is None and found.framework is None and found.judgements == ()


def test_a_letter_may_name_the_inspectorate_in_its_address_only():
    letter = lines(
        "enquiries@ofsted.gov.uk", "20 March 2019", "Dear Ms Name", "Focused visit to Leeds", "This letter says so."
    )
    assert describe(paper(letter)).value("publisher") == "Ofsted"


@pytest.mark.parametrize("said", ["4 and 5 March 2019", "4th to 5th March 2019", "4 March 2019 to 5 March 2019"])
def test_the_days_of_a_visit_to_a_place_whose_name_has_a_stop(said: str):
    letter = lines(
        "20 March 2019", "Dear Ms Name", "Focused visit to St. Helens children’s services",
        f"This letter summarises the findings of a focused visit to St. Helens on {said}.",
    )  # fmt: skip
    found = describe(paper(letter))
    assert values(found, "authority", "inspection_start", "inspection_end") == (
        "St. Helens", "2019-03-04", "2019-03-05",
    )  # fmt: skip


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


def test_a_committee_paper_about_a_visit_is_no_visit():
    cover = lines(
        "CABINET", "Date of meeting: 14 September 2022", "Subject: Ofsted focused visit", "London Borough of Barnet",
        "The visit went well.",
    )  # fmt: skip
    letter = lines(
        "15 August 2022", "Dear Ms Name", "Focused visit to Barnet children’s services", "This letter says so."
    )
    for pages in ((cover,), (cover, letter)):
        found = describe(paper(*pages))
        assert values(found, "authority", "kind", "published") == ("Barnet", "committee paper", "2022-09-14")


def test_a_joint_inspection_as_reports_of_the_present_print_it():
    report = lines(
        "Joint targeted area inspection of the response to children at risk in Solihull",
        "Inspected on 10 to 14 January 2022", "Published 21 February 2022", "Care Quality Commission",
    )  # fmt: skip
    found = describe(paper(report))
    assert values(found, "authority", "kind", "framework", "inspection_start", "inspection_end", "published") == (
        "Solihull", "inspection", "JTAI", "2022-01-10", "2022-01-14", "2022-02-21",
    )  # fmt: skip
    assert found.value("title") == "Joint targeted area inspection of the response to children at risk in Solihull"


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


# ── titles of marked-up papers ───────────────────────────────────────────────────────────────────────────────────


def test_marked_headings_are_the_title():
    text = "Skip\nFirst\nSecond\nA paragraph."
    roles = [Line(0, 4, role="skip"), Line(5, 10, role="heading1"), Line(11, 17, role="heading2"), Line(18, 30)]
    document = Document("a.html", "a.html", "", "html", (Page(text, lines=tuple(roles)),), paged=False)
    assert describe(document, ()).value("title") == "First Second"


# ── the published papers ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("step", [12, pytest.param(1, marks=pytest.mark.slow)])
def test_published_papers_are_described_as_their_folders_and_dates_say(papers: Path, step: int):
    urns = {a.urn for a in authorities()}
    checked = 0
    paths = [p for p in sorted(papers.glob("ilacs/*/*.pdf")) if p.read_bytes()[:5] == b"%PDF-"]
    for path in paths[::step]:
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
