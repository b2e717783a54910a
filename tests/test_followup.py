from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import BackendError
from rag.followup import follow_up, reworded

JUDGED = "How was Newham judged overall in 2014?"
SAID = "What did inspectors say about supervision in Newham?"
COUNTED = "How many of Newham's looked-after children lived outside the borough in 2014?"
HIGH = "Were caseloads high in Newham in 2014?"
GRADED = "Which councils were rated inadequate for care leavers?"


# ── what changes, and what is carried over ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("before", "question", "whole"),
    [
        (JUDGED, "and in 2022?", "How was Newham judged overall in 2022?"),
        (JUDGED, "2022?", "How was Newham judged overall in 2022?"),
        (JUDGED, "and in July 2022?", "How was Newham judged overall in July 2022?"),
        (JUDGED, "and before the pandemic?", "How was Newham judged overall before the pandemic?"),
        (JUDGED, "and at the latest inspection?", "How was Newham judged overall at the latest inspection?"),
        (JUDGED, "and the year after?", "How was Newham judged overall in 2015?"),
        (JUDGED, "since then?", "How was Newham judged overall since 2014?"),
        (JUDGED, "and now?", "How was Newham judged overall in the latest report?"),
        (SAID, "between 2014 and 2019?", "What did inspectors say about supervision in Newham between 2014 and 2019?"),
        ("What did the 2014 Newham inspection say?", "and 2019?", "What did the 2019 Newham inspection say?"),
        (JUDGED, "How does that compare with 2019?", "How was Newham judged overall in 2014, compared with 2019?"),
    ],
)
def test_another_time(before: str, question: str, whole: str) -> None:
    assert follow_up(question, [before]) == whole


@pytest.mark.parametrize(
    ("before", "question", "whole"),
    [
        (JUDGED, "and Newcastle?", "How was Newcastle upon Tyne judged overall in 2014?"),
        (JUDGED, "Newcastle?", "How was Newcastle upon Tyne judged overall in 2014?"),
        (JUDGED, "what about Bucks in 2017?", "How was Buckinghamshire judged overall in 2017?"),
        (SAID, "Compare that with Hull", f"{SAID[:-1]}, compared with Hull?"),
        (SAID, "and 18 July 2022?", f"{SAID[:-1]} on 18 July 2022?"),
        (SAID, "same for Barnet", "What did inspectors say about supervision in Barnet?"),
        (SAID, "and in inner London?", "What did inspectors say about supervision in inner London?"),
        (SAID, "and Leeds and Hull?", "What did inspectors say about supervision in Leeds and Kingston Upon Hull?"),
        (SAID, "and Cardiff?", "What did inspectors say about supervision in Cardiff?"),
        (COUNTED, "and Kent?", "How many of Kent's looked-after children lived outside the borough in 2014?"),
        (JUDGED, "and London boroughs?", "How were London boroughs judged overall in 2014?"),
        ("What did inspectors say about adoption?", "and Leeds?", "What did inspectors say about adoption in Leeds?"),
        ("Compare Newham and Barnet on adoption", "and Leeds?", "Compare Leeds on adoption?"),
    ],
)
def test_another_place(before: str, question: str, whole: str) -> None:
    assert follow_up(question, [before]) == whole


@pytest.mark.parametrize(
    ("before", "question", "whole"),
    [
        (SAID, "what about adoption?", "What did inspectors say about adoption in Newham?"),
        (SAID, "what about their care leavers?", "What did inspectors say about care leavers in Newham?"),
        (SAID, "care leavers in 2022", "What did inspectors say about care leavers in Newham in 2022?"),
        (SAID, "What about adoption in Leeds?", "What did inspectors say about adoption in Leeds?"),
        (JUDGED, "and for care leavers?", "How was Newham judged for care leavers in 2014?"),
        (COUNTED, "and care leavers?", "How many care leavers were there in Newham in 2014?"),
        ("What needs to improve in Newham?", "and adoption?", "What needs to improve in adoption in Newham?"),
        (
            SAID,
            "and the 2019 inspection?",
            "What did inspectors say about supervision in Newham at the 2019 inspection?",
        ),
        (SAID, "what about MASH there?", "What did inspectors say about MASH in Newham?"),
        (GRADED, "and outstanding?", "Which councils were rated outstanding for care leavers?"),
        (GRADED, "what about adoption?", "Which councils were rated inadequate for adoption?"),
        (GRADED, "and in London?", "Which councils were rated inadequate for care leavers in London?"),
        (JUDGED, "and the focused visit?", "How was Newham judged overall in 2014 at the focused visit?"),
    ],
)
def test_another_topic(before: str, question: str, whole: str) -> None:
    assert follow_up(question, [before]) == whole


@pytest.mark.parametrize(
    ("before", "question", "whole"),
    [
        (HIGH, "why?", "Why were caseloads high in Newham in 2014?"),
        (HIGH, "Why was that?", "Why were caseloads high in Newham in 2014?"),
        (HIGH, "how high?", f"How high? {HIGH}"),
        (JUDGED, "why?", "Why was Newham judged overall in 2014?"),
        (SAID, "how come?", "Why did inspectors say this about supervision in Newham?"),
        (COUNTED, "why?", f"Why? {COUNTED}"),
    ],
)
def test_another_question_word(before: str, question: str, whole: str) -> None:
    assert follow_up(question, [before]) == whole


@pytest.mark.parametrize(
    ("before", "question", "whole"),
    [
        (SAID, "What happened there?", "What happened in Newham?"),
        (SAID, "Did they fix it?", "Did Newham fix it?"),
        (SAID, "Has that improved since 2014?", "Has supervision improved since 2014 in Newham?"),
        (JUDGED, "Has it improved since then?", "Has Newham improved since 2014?"),
        (JUDGED, "Who led it?", "Who led the inspection in Newham in 2014?"),
        (COUNTED, "Were they safe?", "Were looked-after children safe in Newham in 2014?"),
        (SAID, "What did inspectors say about their housing?", "What did inspectors say about Newham’s housing?"),
        (SAID, "What is the council doing about knife crime?", "What is Newham doing about knife crime?"),
        (SAID, "What did it say about MASH?", "What did it say about MASH in Newham?"),
        (SAID, "what did the 2019 inspection say?", "What did the 2019 inspection say in Newham?"),
        (SAID, "Which of these were fixed?", "Which of these were fixed in Newham?"),
        (JUDGED, "and what did they find on adoption?", "What did they find on adoption in Newham in 2014?"),
    ],
)
def test_pointing_back(before: str, question: str, whole: str) -> None:
    assert follow_up(question, [before]) == whole


# ── a conversation ───────────────────────────────────────────────────────────────────────────────────────────────


def test_each_follow_up_builds_on_the_one_before() -> None:
    earlier = [SAID, "and in 2022?", "what about adoption?"]
    assert follow_up("and Barnet?", earlier) == "What did inspectors say about adoption in Barnet in 2022?"


def test_a_place_is_remembered_across_a_question_without_one() -> None:
    assert follow_up("What do they do there?", [SAID, "What is a MASH?"]) == "What do Newham do there?"


def test_empty_questions_in_between_change_nothing() -> None:
    assert follow_up("and in 2022?", ["", JUDGED, "  "]) == "How was Newham judged overall in 2022?"


# ── what stands on its own ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "question",
    [
        "How was Barnet judged overall in 2019?",
        "What did inspectors say about adoption?",
        "Newham caseloads",
        "How do social workers manage their caseloads?",
        "Was there a backlog?",
        "Is it true that caseloads were high?",
        "thanks",
        "tell me more",
        "it?",
        "",
        "?",
        "and",
        "what about",
    ],
)
def test_left_alone(question: str) -> None:
    assert follow_up(question, [JUDGED]) is None


@pytest.mark.parametrize("earlier", [[], [""], ["?"]])
def test_nothing_to_follow(earlier: list[str]) -> None:
    assert follow_up("and in 2022?", earlier) in (None, "in 2022?")


def test_a_long_question_is_no_follow_up() -> None:
    assert follow_up("and " + "children " * 40, [SAID]) is None


_WORDS = st.lists(
    st.sampled_from(
        "and what about why they it their there Newham Leeds 2014 2022 in since before the pandemic latest inspection "
        "care leavers how many did improve that compared with ? , ( ’s inner London".split()
    ),
    max_size=9,
).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=80), _WORDS), st.lists(st.one_of(st.text(max_size=60), _WORDS), max_size=4))
def test_no_text_breaks_it(question: str, earlier: list[str]) -> None:
    whole = follow_up(question, earlier)
    assert whole is None or whole.strip()


# ── a language model's wording ───────────────────────────────────────────────────────────────────────────────────

WHOLE = "How was Newham judged overall in 2022?"


@pytest.mark.parametrize(
    ("reply", "taken"),
    [
        ("What was Newham's overall judgement in 2022?", True),
        ('\n "What overall grade did Newham get in 2022?"\n', True),
        ("How was Leeds judged overall in 2022?", False),  # another place
        ("How was Newham judged overall?", False),  # the year left out
        ("How was Newham judged overall in 2022 and 2023?", False),  # a year added
        ("Here it is:\nHow was Newham judged in 2022?", False),
        ("", False),
        ("Newham 2022 " * 60, False),
    ],
)
def test_a_models_wording_is_taken_where_it_says_the_same(reply: str, taken: bool) -> None:
    asked: list[str] = []

    def complete(prompt: str) -> str:
        asked.append(prompt)
        return reply

    found = reworded("and in 2022?", [JUDGED], WHOLE, complete)
    assert (found != WHOLE) is taken
    assert JUDGED in asked[0] and "and in 2022?" in asked[0]


def test_without_the_model_the_rule_stands() -> None:
    def complete(prompt: str) -> str:
        raise BackendError("no reply")

    assert reworded("and in 2022?", [JUDGED], WHOLE, complete) == WHOLE
