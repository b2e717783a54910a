from __future__ import annotations

import time

import pytest

from rag.answer.counted import counted, figured, shared


@pytest.mark.parametrize(
    ("question", "sentence", "how_far"),
    [
        ("How many foster carers were recruited?", "It recruited 12 foster carers.", 1.0),
        ("How many foster carers were recruited?", "333 children live with families.", 0.5),
        ("How many foster carers were recruited?", "It recruited many foster carers.", 0.0),
        ("How many foster carers were recruited?", "It recruited foster carers in 2014 and on 3 May.", 0.0),
        ("How many kids had an advocate?", "There were 196 young people with an advocate.", 1.0),
        ("How many young carers are helped?", "In that year 331 young people were referred.", 0.5),
        ("How many of them were seen?", "There were 12.", 1.0),
        ("How many were families coming back?", "It was 33%.", 1.0),
        ("How many SCRs were published?", "Two serious case reviews were published.", 1.0),
        ("How many HMIs came?", "Seven HMI came.", 1.0),
        ("How many family doctors' notes were late?", "Six notes were late.", 1.0),
        ("How many social workers quit the council?", "Only seven social workers left.", 1.0),
        ("How many times did they visit?", "This was the fifth visit.", 1.0),
        ("How many times did they visit?", "They visited in May.", 0.0),
        ("How many cases does each worker hold?", "There are 261 cases.", 0.0),
        ("How many cases does each worker hold?", "Workers hold 18 cases on average.", 1.0),
        ("How many 16 year olds came as homeless?", "Those aged 16 and 17 who are homeless are helped.", 0.0),
        ("How many children of 120 were seen?", "Of the 120 children, most were seen.", 0.0),
        ("How many children were missed?", "Children no longer wait.", 0.0),
    ],
)
def test_what_counts_what_is_asked(question: str, sentence: str, how_far: float) -> None:
    assert counted(sentence, question) == how_far


@pytest.mark.parametrize(
    ("question", "sentence", "how_far"),
    [
        ("What percentage of care leavers are in work?", "Some 56% of care leavers are in work.", 1.0),
        ("What percentage of care leavers are in work?", "Of the homes, 56% are near work.", 0.5),
        ("What percentage of care leavers are in work?", "There are 56 care leavers.", 0.0),
        ("What share of children had moved?", "One in five children had moved.", 1.0),
        ("What proportion of pupils were seen?", "Five out of the 24 pupils were seen.", 1.0),
    ],
)
def test_shares_of_what_is_asked(question: str, sentence: str, how_far: float) -> None:
    assert shared(sentence, question) == how_far


def test_a_figure_of_the_question_is_no_answer() -> None:
    assert not figured(
        "The council issued a section 114 notice.", "How big was the hole behind the section 114 notice?"
    )
    assert not figured("Of 100 referrals many came back.", "Of every 100 referrals, what came back?")
    assert figured("Of 100 referrals 33 came back.", "Of every 100 referrals, what came back?")


@pytest.mark.parametrize("part", ["5 , ", "aged 5 and ", "5-", "12 to 13 to ", "1 of the "])
def test_a_hostile_sentence_takes_no_longer_than_others(part: str) -> None:
    begun = time.perf_counter()
    counted(part * 5_000, "How many children were seen?")
    assert time.perf_counter() - begun < 2
