from __future__ import annotations

import pytest

from rag.answer.wanted import holds, wanted
from rag.types import Expectation


@pytest.mark.parametrize(
    ("question", "expects", "kind"),
    [
        ("How much did the council spend on agency staff?", "figure", "money"),
        ("What was the children's services budget?", "figure", "money"),
        ("What percentage had a dental check?", "figure", "share"),
        ("How long do care proceedings take?", "figure", "time"),
        ("How many weeks do proceedings take?", "figure", "time"),
        ("How many foster carers were recruited?", "figure", "count"),
        ("How many pounds of the grant went unspent?", "figure", "money"),
        ("What does the council want to spend more on?", "finding", ""),
        ("How many people share a house?", "figure", "count"),
        ("What share of staff are from agencies?", "figure", "share"),
        ("How big is the team?", "figure", "count"),
        ("How big a problem is neglect?", "finding", ""),
        ("How soon are children seen?", "figure", "pace"),
        ("Waiting times for therapy?", "figure", "pace"),
        ("Average caseload in March?", "finding", "figure"),
        ("Who chairs the safeguarding board?", "name", "runs"),
        ("Who is the new chief executive of the trust?", "name", "person"),
        ("Who is the board working with?", "name", ""),
        ("What did inspectors say of the team?", "finding", ""),
        ("Which two other boroughs share the team?", "list", "place"),
        ("What do schools think of it?", "finding", ""),
        ("The team is shared. Which ones?", "list", "named"),
        ("What are the six priorities?", "list", "items"),
        ("What was the council told to improve?", "list", ""),
        ("Why did the number of plans rise?", "reason", "reason"),
        ("Does anyone know how many pupils are out of school?", "yes/no", ""),
        ("When should planning start?", "date", ""),
        ("What is the name of the director?", "name", "person"),
        ("Which three schools have mentors?", "list", "named"),
        ("Which countries do families come from?", "list", "named"),
        ("Why were visits late?", "reason", "reason"),
        ("When was the inspection?", "date", "date"),
        ("How good is supervision?", "finding", ""),
        ("Who helps adopters after a child moves in?", "name", ""),
        ("", "finding", ""),
    ],
)
def test_what_is_wanted(question: str, expects: Expectation, kind: str) -> None:
    assert wanted(question, expects) == kind


@pytest.mark.parametrize(
    ("kind", "has", "lacks"),
    [
        ("money", "It spent £2.4 million on agency staff.", "It spends a great deal on agency staff."),
        ("share", "Some 85% were seen.", "Children were seen."),
        ("share", "A third were seen.", "Nineteen were seen."),
        ("share", "Five of the 24 were seen.", "Many were seen."),
        ("share", "One in five was seen.", "One was seen in May."),
        ("pace", "Visits are prompt.", "Visits are helpful."),
        ("runs", "The service is provided by a charity.", "The service is good."),
        ("runs", "The chief executive chairs the board.", "The board meets."),
        ("place", "It shares the team with Camden and Hackney.", "It shares the team with others."),
        ("items", "It covers housing, work and health.", "It covers much."),
        ("time", "Proceedings take 26 weeks.", "Proceedings take too much effort."),
        ("count", "It recruited 12 carers.", "It recruited carers in 2014."),
        ("count", "It recruited no carers.", "One-bedroom flats are offered."),
        ("count", "Twenty-eight carers left.", "Many carers left."),
        ("figure", "It fell to 17.", "It fell, as section 47 asks, for those aged 16 and 17 on 3 May 2019."),
        ("person", "Ann Smith HMI led the visit.", "The Corporate Parenting Board meets monthly."),
        ("person", "Ann Smith supports the Business Manager.", "The chair is supported by a Business Manager."),
        ("person", "It is chaired by the chief executive.", "The chair meets the leader often."),
        ("named", "Mentors work at Hill Academy.", "Mentors work in three schools."),
        ("reason", "This was due to vacancies.", "Visits were late."),
        ("date", "It took place in March 2019.", "It took place later."),
        ("grade", "It was judged inadequate.", "It was judged."),
    ],
)
def test_what_is_held(kind: str, has: str, lacks: str) -> None:
    assert (holds(kind, has), holds(kind, lacks)) == (1.0, 0.0)


def test_names_that_the_question_brings_along_are_no_answer() -> None:
    question = "Which schools in Hounslow have mentors?"
    assert holds("named", "There are mentors in Hounslow schools.", question) == 0.0
    assert holds("named", "There are mentors at Hill School in Hounslow.", question) == 1.0


def test_where_nothing_is_wanted_nothing_can_be_said() -> None:
    assert holds("", "Anything.") is None
