from __future__ import annotations

import dataclasses
import json
import time
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from rag.describe import describe
from rag.expects import expects
from rag.load import load
from rag.periods import periods
from rag.types import Description, Filters, Judgement, Stated
from rag.understand import understand


def paper(place: str, kind: str, start: str | None, end: str | None, published: str | None) -> tuple[str, Description]:
    def stated(value: str | None) -> Stated | None:
        return Stated(value) if value else None

    description = Description(
        authority=Stated(place),
        region=Stated({"Newham": "London", "Barnet": "London"}.get(place, "North East")),
        kind=Stated(kind),
        inspection_start=stated(start),
        inspection_end=stated(end),
        published=stated(published),
    )
    return f"{place}-{kind}-{start or published}", description


KNOWN = [
    paper("Newham", "inspection", "2014-06-03", "2014-06-25", "2014-08-08"),
    paper("Newham", "inspection", "2019-02-11", "2019-02-22", "2019-03-25"),
    paper("Newham", "news", "2020-10", None, None),
    paper("Newham", "monitoring visit", "2022-03-03", "2022-03-04", "2022-04-07"),
    paper("Newham", "inspection", "2022-07-18", "2022-07-29", "2022-09-21"),
    paper("Newham", "committee paper", None, None, "2024-12-02"),
    paper("Newcastle upon Tyne", "inspection", "2017-04-24", "2017-05-18", "2017-07-07"),
    paper("Newcastle upon Tyne", "focused visit", "2018-07-24", "2018-07-25", "2018-08-16"),
    paper("Newcastle upon Tyne", "inspection", "2021-11-29", "2021-12-10", "2022-02-01"),
    paper("Barnet", "inspection", "2019-05-13", "2019-05-24", "2019-07-01"),
    paper("West Northamptonshire", "inspection", "2022-10-03", "2022-10-14", "2022-11-25"),
    paper("Dorset (before 2019)", "inspection", "2016-03-01", "2016-03-10", "2016-05-01"),
]


def admitted(question: str, given: Filters = Filters()) -> list[str]:
    """The papers that the understood question leaves to search."""
    wanted = understand(question, KNOWN, given).filters
    return [
        name
        for name, d in KNOWN
        if (not wanted.authorities or d.value("authority") in wanted.authorities)
        and (not wanted.regions or d.value("region") in wanted.regions)
        and (not wanted.kinds or d.value("kind") in wanted.kinds)
        and d.within(wanted.date_from, wanted.date_to)
    ]


# ── places ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_named_places_narrow_and_others_are_said_to_be_unknown():
    query = understand("Do Newham, Leeds and Cardiff check on care leavers?", KNOWN)
    assert query.filters.authorities == ("Newham",)
    assert query.unknown_places == ("Leeds", "Cardiff")
    assert "No paper about Leeds and Cardiff is held." in query.notes


def test_only_unknown_places_leave_the_filters_empty():
    query = understand("What grade did Cardiff get in 2018?", KNOWN)
    assert query.filters == Filters() and query.unknown_places == ("Cardiff",)


def test_a_misspelling_is_understood_and_said():
    query = understand("newcaslte 2017 - adoption?", KNOWN)
    assert query.filters.authorities == ("Newcastle upon Tyne",)
    assert query.notes[0] == "“newcaslte” was read as Newcastle upon Tyne."


def test_an_abolished_authority_leads_to_its_successors():
    query = understand("Who chairs the Northamptonshire trust?", KNOWN)
    assert query.filters.authorities == ("West Northamptonshire",) and query.unknown_places == ()
    assert "ended in 2021" in query.notes[0]


def test_a_reorganised_authority_is_found_under_its_former_name():
    assert understand("Dorset care leavers", KNOWN).filters.authorities == ("Dorset (before 2019)",)


def test_a_region_narrows_only_where_no_place_is_named():
    assert understand("How do London boroughs do?", KNOWN).filters.regions == ("London",)
    assert understand("Are Newham children placed in other London boroughs?", KNOWN).filters.regions == ()


def test_an_empty_store_and_an_empty_question():
    assert understand("Newham 2019", []).unknown_places == ("Newham",)
    query = understand("", KNOWN)
    assert (query.filters, query.expects, query.years, query.notes) == (Filters(), "finding", (), ())


# ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("newham 2014 caseloads", ["Newham-inspection-2014-06-03"]),
        (
            "Newcastle 2022 report - advocacy?",
            ["Newcastle upon Tyne-inspection-2021-11-29"],
        ),  # published the year after
        ("Newcastle 2021 advocacy", ["Newcastle upon Tyne-inspection-2021-11-29"]),
        ("How many in Newcastle in 2016-17?", ["Newcastle upon Tyne-inspection-2017-04-24"]),
        ("Newham autumn 2020", ["Newham-news-2020-10"]),
        ("Who led the team Ofsted sent to Newham in Feb 2019?", ["Newham-inspection-2019-02-11"]),
        ("What did inspectors find in Newham in March 2022?", ["Newham-monitoring visit-2022-03-03"]),
        ("the 2022 inspection of Newham: supervision", ["Newham-inspection-2022-07-18"]),
        ("What do the Dec 2024 papers say about Newham?", ["Newham-committee paper-2024-12-02"]),
        ("the council's own story about the October 2020 focused visit in Newham", ["Newham-news-2020-10"]),
        ("What was Newcastle told to do after the July 2018 visit?", ["Newcastle upon Tyne-focused visit-2018-07-24"]),
        ("What did the latest inspection of Newham say?", ["Newham-inspection-2022-07-18"]),
        ("latest Ofsted report on Barnet", ["Barnet-inspection-2019-05-13"]),
        ("What did reports on Newham say before 2019?", ["Newham-inspection-2014-06-03"]),
        ("Was Newham failing before 2014?", ["Newham-inspection-2014-06-03"]),
    ],
)
def test_time_and_kind_narrow_to_the_papers_meant(question: str, names: list[str]):
    assert admitted(question) == names


def test_a_range_and_since():
    between = admitted("What did inspectors say about supervision in Newham between 2019 and 2022?")
    assert between == [name for name, d in KNOWN if d.value("authority") == "Newham"][1:5]
    assert len(admitted("Has Newham improved since its 2019 inspection?")) == 5
    assert len(admitted("Newham from 2022 onwards: since 2022, what changed?")) == 3


def test_a_year_of_no_paper_does_not_narrow():
    query = understand("How many contacts did Newham have in 2012?", KNOWN)
    assert query.filters == Filters(authorities=("Newham",)) and query.years == (2012,)
    assert query.notes == ("No paper from 2012 is held here; papers of every year were searched.",)


def test_a_year_alone_does_not_narrow_all_places_unless_it_is_a_papers():
    assert understand("Who had moved children by 2019?", KNOWN).filters == Filters()
    assert understand("What do 2019 reports say about advocacy?", KNOWN).filters.date_from == "2019-01-01"


def test_a_kind_that_is_not_held_does_not_narrow():
    query = understand("How many files did Ofsted read on the October 2020 focused visit to Newham?", KNOWN)
    assert query.filters.kinds == ()
    assert any("No focused visit" in note for note in query.notes)


def test_visits_in_general_do_not_narrow_to_visits():
    assert understand("How many monitoring visits has Newham had?", KNOWN).filters.kinds == ()


def test_two_years_keep_the_papers_of_all_kinds():
    names = admitted("How did Newham compare between the 2014 inspection and March 2022?")
    assert "Newham-monitoring visit-2022-03-03" in names and "Newham-inspection-2014-06-03" in names


def test_a_place_without_a_paper_of_the_year_gives_its_nearest():
    query = understand("Compare Newham and Barnet in 2022", KNOWN)
    assert (query.filters.date_from, query.filters.date_to) == ("2019-01-01", "2022-12-31")
    assert any("No paper about Barnet from 2022" in note for note in query.notes)


def test_what_is_given_overrules_the_question():
    given = Filters(authorities=("newcastle",), date_from="2021-01-01", kinds=("inspection",))
    query = understand("Newham 2014 monitoring visit letter", KNOWN, given)
    assert query.filters == Filters(authorities=("Newcastle upon Tyne",), kinds=("inspection",), date_from="2021-01-01")
    assert understand("Newham", KNOWN, Filters(regions=("London",), grades=("Good",))).filters.grades == ("Good",)


@pytest.mark.parametrize(
    ("date_from", "date_to", "expected"),
    [
        (None, None, True),
        ("2020-01-01", "2020-12-31", True),
        ("2020-10-05", "2020-10-20", True),
        ("2020-11-01", None, False),
        (None, "2020-09-30", False),
        ("2021", None, False),
    ],
)
def test_a_month_is_compared_as_far_as_it_goes(date_from: str | None, date_to: str | None, expected: bool):
    (news,) = (d for name, d in KNOWN if name.startswith("Newham-news"))
    assert news.within(date_from, date_to) is expected


def test_a_paper_without_dates_is_within_no_dates():
    assert not Description().within("2020-01-01", None)
    assert Description().within(None, None)


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("in 2014", (2014,)),
        ("2016-17", (2016, 2017)),
        ("2023/24", (2023, 2024)),
        ("2015–2018", (2015, 2016, 2017, 2018)),
        ("between 2019 and 2022", (2019, 2020, 2021, 2022)),
        ("between the 2014 and 2019 inspections", (2014, 2019)),
        ("from 2019 to 2021", (2019, 2020, 2021)),
        ("the year up to June 2014 against 2023/24", (2014, 2023, 2024)),
        ("before 2019", ()),
        ("two years before the 2014 report", (2014,)),
        ("the '22 inspection", (2022,)),
        ("2,014 children and £2015 and 2016 and 20190", (2016,)),
        ("1 in 2000, section 20, 16-17 year olds", (2000,)),
        ("", ()),
    ],
)
def test_years(question: str, years: tuple[int, ...]):
    assert periods(question).years == years


# ── what is wanted ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("How many care leavers were at university?", "figure"),
        ("What share of children were placed outside the borough?", "figure"),
        ("leeds 2014 % of children with three moves", "figure"),
        ("How old are they when they first meet an adviser?", "figure"),
        ("How big is the team?", "figure"),
        ("How big a problem is neglect?", "finding"),
        ("When did the director start?", "date"),
        ("What dates were the inspectors there?", "date"),
        ("When inspectors opened the files, what did they see?", "finding"),
        ("Who led the team?", "name"),
        ("which HMIs went there?", "name"),
        ("What is the name of the new director?", "name"),
        ("What grade did leaders get?", "grade"),
        ("leeds 2017 care leavers grade", "grade"),
        ("Did the board get a good in 2017?", "grade"),
        ("Do children get a good service from their social worker?", "yes/no"),
        ("What GCSE grades did looked after children get?", "list"),
        ("Which areas were they told to improve?", "list"),
        ("What did inspectors tell the council to sort out?", "list"),
        ("Main recommendations on supervision", "list"),
        ("What happens to children who go missing?", "finding"),
        ("What is life like for care leavers?", "finding"),
        ("Why were children left waiting?", "reason"),
        ("What explains the delay?", "reason"),
        ("Why was it rated inadequate?", "reason"),
        ("Leeds 2022 - did children have an advocate?", "yes/no"),
        ("In 2017 could foster carers agree to trips?", "yes/no"),
        ("How well do they know their children?", "finding"),
        ("How much of a hand had the board in it?", "finding"),
        ("caseloads", "finding"),
        ("", "finding"),
    ],
)
def test_the_kind_of_answer_is_told_from_the_wording(question: str, wanted: str):
    assert expects(question) == wanted


def test_two_places_or_two_papers_make_a_comparison():
    assert understand("Which had more children in care, Newham or Barnet?", KNOWN).expects == "comparison"
    assert understand("Did Newham keep in touch more in 2019 than in 2014?", KNOWN).expects == "comparison"
    assert understand("Has Newham changed from 2014 to 2019?", KNOWN).expects != "comparison"  # one span of years
    assert understand("How many were there in Newham in 2014, and in mid-2013?", KNOWN).expects == "figure"
    assert understand("When did Newham take over from Barnet?", KNOWN).expects == "date"


def test_understanding_is_quick():
    understand("warm up Newham 2014", KNOWN)
    began = time.perf_counter()
    for _ in range(50):
        understand(
            "How did the turnover of workers in Newham compare between the 2014 inspection and March 2022?", KNOWN
        )
    assert (time.perf_counter() - began) / 50 < 0.02


# ── the development questions ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_no_development_question_loses_its_evidence(papers: Path):
    questions = papers.parent / "eval" / "dev.jsonl"
    if not questions.is_file():
        pytest.skip("the development questions are not here (../shared/eval/dev.jsonl)")
    paths = [p for p in sorted(papers.rglob("*")) if p.is_file() and b"<!DOCTYPE" not in p.read_bytes()[:50]]
    known = [(name, describe(load(p, name), ())) for p in paths for name in [p.relative_to(papers).as_posix()]]
    for line in questions.read_text(encoding="utf-8").splitlines():
        question = json.loads(line)
        wanted = understand(question["question"], known).filters
        left = {
            name
            for name, d in known
            if (not wanted.authorities or d.value("authority") in wanted.authorities)
            and (not wanted.kinds or d.value("kind") in wanted.kinds)
            and d.within(wanted.date_from, wanted.date_to)
        }
        assert {e["document"] for e in question["evidence"]} <= left, question["id"]


# ── groups, grades, the pandemic, two inspections ────────────────────────────────────────────────────────────────


def test_a_group_narrows_to_its_members_that_are_held():
    query = understand("How do inner London boroughs check on care leavers?", KNOWN)
    assert query.filters.authorities == ("Newham",) and query.unknown_places == ()
    assert query.notes[0] == "Of Inner London, papers about Newham are held."


def test_a_group_of_which_nothing_is_held_is_unknown():
    query = understand("Adoption in Merseyside", KNOWN)
    assert query.unknown_places == ("Merseyside",) and not query.filters.authorities
    assert "No paper about Merseyside is held." in query.notes


def test_a_group_within_a_region():
    query = understand("metropolitan districts in the North East", KNOWN)
    assert query.filters.regions == ("North East",)
    assert "Newham" not in query.filters.authorities


def test_a_named_place_counts_more_than_a_group():
    assert understand("Is Barnet like other inner London boroughs?", KNOWN).filters.authorities == ("Barnet",)


@pytest.mark.parametrize(
    "name", ["Newhma", "newhan", "Nehwam", "LB Newham", "LBN", "Newham council", "London Borough of Newham"]
)
def test_short_names_misspelt_and_other_forms(name: str):
    query = understand(f"What about supervision in {name}?", KNOWN)
    assert query.filters.authorities == ("Newham",)
    assert "ewh" not in query.topic.lower()


@pytest.mark.parametrize(
    "question", ["Did Mr Newman visit?", "leads and surveys", "the Boston child", "midway in 2014"]
)
def test_words_near_a_short_name_are_left_alone(question: str):
    query = understand(question, KNOWN)
    assert not query.filters.authorities and not query.unknown_places


def judged(place: str, grade: str, key: str, start: str) -> tuple[str, Description]:
    name, description = paper(place, "inspection", start, None, None)
    return name, dataclasses.replace(description, judgements=(Judgement(key, grade, (), key),))


GRADED = [
    judged("Newham", "Inadequate", "care_leavers", "2014-06-03"),
    judged("Barnet", "Inadequate", "overall_effectiveness", "2017-05-01"),
    judged("Newcastle upon Tyne", "Good", "care_leavers", "2017-04-24"),
]


def test_who_got_a_grade_narrows_to_them():
    query = understand("Which councils were rated inadequate for care leavers?", GRADED)
    assert query.filters.grades == ("Inadequate",) and query.filters.authorities == ("Newham",)
    assert query.notes == (
        "Only papers that give the grade Inadequate for care leavers were searched.",
        "It was given to Newham.",
    )


def test_a_grade_alone_and_with_a_year():
    assert understand("councils graded inadequate", GRADED).filters == Filters(grades=("Inadequate",))
    dated = understand("Which councils were rated inadequate in 2017?", GRADED).filters
    assert (dated.date_from, dated.date_to) == ("2017-01-01", "2017-12-31")


def test_a_grade_that_no_paper_gives_narrows_nothing():
    query = understand("councils graded outstanding", GRADED)
    assert query.filters == Filters() and query.notes[0].startswith("No paper here gives the grade Outstanding")


def test_a_named_place_and_a_given_grade_overrule_the_grade_of_the_question():
    assert understand("Was Newham rated inadequate in any of the areas?", GRADED).filters.grades == ()
    assert understand("councils graded inadequate", GRADED, Filters(grades=("Good",))).filters.grades == ("Good",)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("since the pandemic began", "2020-03-01", None),
        ("since covid", "2020-03-01", None),
        ("after the start of the pandemic", "2020-03-01", None),
        ("before the pandemic", None, "2020-03-31"),
        ("during lockdown", "2020-03-01", "2022-12-31"),
    ],
)
def test_the_pandemic(said: str, first: str | None, last: str | None):
    query = understand(f"How did Newham do {said}?", KNOWN)
    assert (query.filters.date_from, query.filters.date_to) == (first, last)
    assert "The pandemic was taken to have begun in March 2020." in query.notes


def test_the_pandemic_with_a_year_is_only_a_word():
    assert understand("How did Newham do in 2014, before the pandemic?", KNOWN).filters.date_to == "2014-12-31"


@pytest.mark.parametrize("said", ["the two inspections", "its last two inspections", "both inspections"])
def test_between_two_inspections(said: str):
    query = understand(f"What changed in Newham between {said}?", KNOWN)
    assert (query.filters.date_from, query.filters.date_to) == ("2019-02-11", "2022-09-21")
    assert query.years == (2019, 2022) and query.expects == "comparison"
    assert "February 2019 and July 2022" in query.notes[0]


def test_between_two_inspections_where_there_is_one():
    query = understand("What changed in Barnet between the two inspections?", KNOWN)
    assert query.notes == ("No two inspections of Barnet are held.",) and query.filters.date_from is None


def test_two_inspections_of_no_one_place_narrow_nothing():
    assert understand("What changed between the two inspections?", KNOWN).filters == Filters()


_ASKED = st.lists(
    st.sampled_from(
        "which councils rated inadequate good outstanding for care leavers Newham Leeds since the pandemic between two "
        "inspections latest inner London county 2014 2022 - / ? before July requires improvement".split()
    ),
    max_size=10,
).map(" ".join)


@hypothesis.settings(max_examples=200, deadline=None)
@hypothesis.given(st.one_of(st.text(max_size=80), _ASKED))
def test_no_text_breaks_it(question: str):
    for known in ((), KNOWN[:1], KNOWN, GRADED):
        assert understand(question, known).text == question
