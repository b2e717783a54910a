from __future__ import annotations

import pytest

from rag.polarity import polarity
from rag.valence import valued

YES = [
    ("Do social workers visit children regularly?", "Social workers visit children regularly."),
    ("Do social workers visit children regularly?", "Children are seen by their workers regularly and alone."),
    ("Was supervision regular in Otterby in 2017?", "Supervision takes place frequently and is recorded."),
    ("Is supervision any good?", "Supervision is strong and reflective."),
    ("Was supervision good enough, according to the 2021 report?", "Supervision of staff is effective."),
    ("Is early help joined up?", "Early help is well coordinated."),
    ("Were there delays in assessments?", "Assessments were delayed."),
    ("Were there any delays in assessments?", "Some assessments were subject to delay."),
    ("Were there any delays in assessments?", "In a small number of cases assessments drifted."),
    ("Was there a shortage of foster carers?", "There are insufficient foster carers to meet demand."),
    ("Did they lack foster carers?", "The service is short of foster carers."),
    ("Is there a lack of foster carers?", "There are too few foster carers."),
    ("Are caseloads too high?", "Social workers' caseloads are too high."),
    ("Are caseloads manageable?", "Caseloads are manageable."),
    ("Were independent reviewing officers overstretched?", "Independent reviewing officers have high caseloads."),
    ("Did plans improve?", "The quality of plans has improved."),
    ("Has home education gone up?", "The number of children in home education has risen."),
    ("Are records up to date?", "Records are up to date."),
    ("Is there any housing support for care leavers?", "Housing support for care leavers is offered by two advisers."),
    ("Is there a nurse for care leavers?", "A nurse works with care leavers in the drop-in centre."),
    ("Did managers fail to record decisions?", "Managers do not record decisions."),
    ("Did managers fail to record decisions?", "Managers did not record their decisions."),
    ("Were there problems with strategy meetings?", "Strategy meetings were poorly attended."),
    ("Did inspectors find that placements were stable?", "Placements are stable."),
    ("Do parents understand plans?", "Parents understand the plans that are made with them."),
    ("Do all children in care have a health plan?", "All children in care have a health plan."),
    ("Are reviews always held in time?", "Reviews are always held promptly."),
    ("Do most care leavers have a personal adviser?", "Most care leavers have a personal adviser."),
    ("Otterby 2017: are staff trained in neglect?", "Staff are trained to recognise neglect."),
    ("staff training in Otterby, is it any good?", "Staff training is of high quality."),
    ("Isn't supervision regular?", "Supervision is regular."),
    ("Weren't assessments timely?", "Assessments were timely."),
    ("Do children in care feel safe?", "Children in care say that they feel safe."),
    ("Is morale poor?", "Morale is low because leadership is weak and morale is poor."),
    ("Is the emergency team quick to respond?", "The emergency team responds promptly."),
    ("Did return interviews take too long?", "Return interviews are often enough delayed and take too long."),
    ("Are thresholds clear?", "Thresholds are clear to partners."),
    ("Are there concerns about drift in care plans?", "Drift in care plans is a weakness."),
]
NO = [
    ("Do social workers visit children regularly?", "Social workers do not visit children regularly."),
    ("Do social workers visit children regularly?", "Visits to children by social workers are infrequent."),
    ("Was supervision regular?", "Supervision was irregular."),
    ("Was supervision regular?", "Supervision was not regular."),
    ("Is supervision consistent?", "Supervision is not consistently recorded."),
    ("Is supervision any good?", "Supervision is weak."),
    ("Is supervision any good?", "Supervision is not yet good enough."),
    ("Were assessments timely?", "Assessments were subject to delay."),
    ("Were assessments timely?", "Assessments were not completed in a timely way."),
    ("Were assessments timely?", "Assessments are rarely timely."),
    ("Were there delays in assessments?", "There were no delays in assessments."),
    ("Were there delays in assessments?", "Assessments are completed without delay."),
    ("Were there delays in assessments?", "Assessments are timely."),
    ("Were there any adoption breakdowns?", "There were no adoption breakdowns."),
    ("Is there a shortage of foster carers?", "There are enough foster carers."),
    ("Are there enough foster carers?", "There are too few foster carers."),
    ("Are there enough foster carers?", "There is a shortage of foster carers."),
    ("Are there enough foster carers?", "The number of foster carers is insufficient."),
    ("Are caseloads manageable?", "Caseloads are not manageable."),
    ("Are caseloads manageable?", "Caseloads are too high."),
    ("Did plans improve?", "Plans have deteriorated."),
    ("Did plans improve?", "Plans have not improved."),
    ("Are records up to date?", "Records are not up to date."),
    ("Are records up to date?", "Records are out of date."),
    ("Did managers record decisions?", "Managers failed to record decisions."),
    ("Did managers record decisions?", "Managers rarely record decisions."),
    ("Did managers fail to record decisions?", "Managers record their decisions."),
    ("Do care leavers have health passports?", "Care leavers do not have health passports."),
    ("Do care leavers pay council tax?", "Care leavers are exempt from paying council tax."),
    ("Is there any advocacy for disabled children?", "There is no advocacy for disabled children."),
    ("Do all children have a plan?", "Not all children have a plan."),
    ("Are reviews always held in time?", "Reviews are not always held in time."),
    ("Do children feel safe?", "Children do not feel safe."),
    ("Is the strategy clear?", "The strategy is unclear."),
    ("Is early help joined up?", "Early help is fragmented."),
    ("Are placements stable?", "Too many changes of placement are a concern: placements are unstable."),
    ("Do staff get training in neglect?", "Staff lack training in neglect."),
    ("Did the board challenge partners?", "The board did not challenge its partners."),
    ("Was leadership effective?", "Leadership was ineffective."),
    ("Was the safeguarding board good?", "The safeguarding board requires improvement."),
    ("Aren't caseloads manageable?", "Caseloads are unmanageable."),
]
NEITHER = [
    # a limit
    ("Do social workers visit children regularly?", "Some social workers visit children regularly."),
    ("Do social workers visit children regularly?", "Most social workers visit children regularly."),
    ("Do social workers visit children regularly?", "Social workers do not always visit children regularly."),
    ("Are plans good?", "Not all plans are good."),
    ("Are plans good?", "A small number of plans are weak."),
    ("Are plans good?", "In a minority of cases plans are not good."),
    ("Do all children have a plan?", "Children have a plan."),
    ("Do all children have a plan?", "Almost all children have a plan."),
    ("Do most children have a plan?", "Some children have a plan."),
    ("Were there any exclusions?", "There were few exclusions."),
    # both at once
    ("Is supervision good?", "Supervision is strong in some teams and weak in others."),
    ("Is supervision good?", "Supervision is regular but poor."),
    (
        "Is work with missing children effective?",
        "Work with missing children has been a focus, but it is not yet effective.",
    ),
    # something else
    ("Was supervision regular?", "Supervision is of poor quality."),
    ("Was supervision regular?", "Foster carers meet regularly."),
    ("Are plans up to date?", "Children are happy at school."),
    ("Did leaders know about the problems in assessments?", "Leaders have a good knowledge of assessments."),
    ("Do children have an advocate at conferences?", "Conferences for children are timely."),
    # only wished for, supposed, or past
    ("Are plans good?", "Improve the quality of plans so that they are good."),
    ("Are plans good?", "Ensure that plans are good."),
    ("Are plans good?", "Managers should check whether plans are good."),
    ("Are plans good?", "Plans will be good if they are reviewed."),
    ("Are plans good?", "Previously plans were not good."),
    ("Is there a nurse for care leavers?", "A nurse for care leavers is planned."),
    ("Are plans good?", "• The quality of plans."),
    ("Are plans good?", "Are plans good?"),
    ("Were there delays in assessments?", "Action has reduced delays in assessments."),
    # no plain question
    ("", "Supervision is good."),
    ("What is supervision like?", "Supervision is good."),
    ("How good is supervision?", "Supervision is good."),
    ("Why was supervision poor?", "Supervision was poor."),
    ("Are there no foster carers?", "There are no foster carers."),
    ("Were children not seen?", "Children were not seen."),
    ("Did they act without delay?", "They acted without delay."),
    ("Was supervision good or bad?", "Supervision was good."),
    ("Was supervision better than in 2014?", "Supervision was better."),
    ("Were both boards effective?", "The board was effective."),
    ("Is supervision good, and does it lead to change?", "Supervision is good."),
    ("Did the pandemic stop visits?", "Visits went on during the pandemic."),
    ("Did weak challenge hold the board back?", "Challenge by the board is weak."),
    ("Is supervision good?", ""),
]


@pytest.mark.parametrize(("question", "sentence"), YES)
def test_yes(question: str, sentence: str) -> None:
    assert polarity(question, sentence) is True


@pytest.mark.parametrize(("question", "sentence"), NO)
def test_no(question: str, sentence: str) -> None:
    assert polarity(question, sentence) is False


@pytest.mark.parametrize(("question", "sentence"), NEITHER)
def test_neither(question: str, sentence: str) -> None:
    assert polarity(question, sentence) is None


def test_figures_asked_for_must_be_said() -> None:
    assert polarity("Do care leavers stay past 18?", "Care leavers stay past 21.") is None
    assert polarity("Do care leavers stay past 18?", "Care leavers stay past 18.") is True


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("prompt", [("time", True)]),
        ("not prompt", [("time", False)]),
        ("delays", [("time", False)]),
        ("no unnecessary delay", [("time", True)]),
        ("no child was seen by anybody to be unsafe", [("safety", True)]),
        ("avoided delay", []),
        ("good, if slow", [("any", True), ("time", False)]),
        ("requires improvement to be good", [("any", False)]),
    ],
)
def test_valued(text: str, found: list[tuple[str, bool]]) -> None:
    assert [(one.scale, one.good) for one in valued(text)] == found
