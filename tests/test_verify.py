from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from made import citing

from rag.types import Citation, Claim, Span
from rag.verify import judge, verify

PAGE = (
    "In June 2014 87% of children had a plan.\r\nManagers do not always record supervision. A small number of\r\n"
    "children waited 8.5 weeks. Twenty-six carers and six social workers left. Overall effectiveness was judged "
    "Requires improvement to be good. The Board1 met. Newham has improved its ineffective audits."
)


def texts(page: str = PAGE) -> Callable[[str, int], str | None]:
    return lambda document, number: page if (document, number) == ("a.pdf", 0) else None


def withheld(text: str, *quotes: str, page: str = PAGE) -> str:
    verdict, reason = judge(citing(text, page, *quotes), texts(page))
    assert verdict == "withheld", f"passed as {verdict}"
    return reason


PLAN = "In June 2014 87% of children had a plan."


@pytest.mark.parametrize(
    ("text", "quote", "verdict"),
    [
        (PLAN, PLAN, "exact"),
        ("In June 2014, 87% of children had a plan", PLAN, "exact"),
        ("A small number of children waited 8.5 weeks.", "A small number of\r\nchildren waited 8.5 weeks.", "exact"),
        ("87% of the children had plans in June 2014.", PLAN, "supported"),
        ("6 social workers left.", "six social workers left", "supported"),
        ("six social workers left.", "six social workers left", "exact"),
        ("The Board1 met.", "The Board1 met.", "exact"),
        ("Managers do not always record their supervision.", "Managers do not always record supervision", "supported"),
    ],
)
def test_passes(text: str, quote: str, verdict: str) -> None:
    assert judge(citing(text, PAGE, quote), texts()) == (verdict, "")


def test_small_number_words_and_digits_are_the_same_figure() -> None:
    page = "There were 6 children waiting for a carer."
    assert judge(citing("There were six children waiting for a carer.", page, page), texts(page))[0] == "supported"


@pytest.mark.parametrize("text", ["", "  ", "…", "[1]"])
def test_empty_text(text: str) -> None:
    assert withheld(text, PLAN) == "it says nothing"


def test_no_citation() -> None:
    assert judge(Claim("Children had a plan.", ()), texts()) == ("withheld", "it has no quote")


def test_the_reason_that_a_draft_gives_for_having_no_citation_is_kept() -> None:
    assert judge(Claim("A plan.", (), reason="it cites passage 9"), texts()) == ("withheld", "it cites passage 9")


def test_quote_moved_by_one_character() -> None:
    claim = citing(PLAN, PAGE, PLAN)
    moved = dataclasses.replace(claim.citations[0], span=Span("a.pdf", 0, 1, len(PLAN) + 1))
    verdict, reason = judge(dataclasses.replace(claim, citations=(moved,)), texts())
    assert (verdict, reason) == ("withheld", "its quote is not on page 1 of a.pdf")


def test_quote_that_differs_in_one_space() -> None:
    claim = citing(PLAN, PAGE, PLAN)
    altered = dataclasses.replace(claim.citations[0], quote=PLAN.replace("June 2014 87", "June 2014  8"))
    assert judge(dataclasses.replace(claim, citations=(altered,)), texts())[0] == "withheld"


def test_page_that_does_not_exist() -> None:
    citation = Citation(Span("a.pdf", 41, 0, 5), "In Ju", 42, None, None, None, None, None, None)
    assert judge(Claim("In June", (citation,)), texts())[1] == "a.pdf has no page 42"


def test_document_that_does_not_exist() -> None:
    citation = Citation(Span("b.pdf", 0, 0, 7), "In June", 1, None, None, None, None, None, None)
    assert judge(Claim("In June", (citation,)), texts())[0] == "withheld"


def test_empty_quote() -> None:
    citation = Citation(Span("a.pdf", 0, 3, 3), "", 1, None, None, None, None, None, None)
    assert judge(Claim("In June", (citation,)), texts())[0] == "withheld"


def test_one_bad_quote_beside_a_good_one() -> None:
    good = citing(PLAN, PAGE, PLAN)
    bad = Citation(Span("a.pdf", 0, 0, 7), "In July", 1, None, None, None, None, None, None)
    assert judge(Claim(PLAN, (*good.citations, bad)), texts())[0] == "withheld"


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("In June 2014 85% of children had a plan.", "85"),  # 87% altered
        ("In June 2014 8% of children had a plan.", "8"),  # a part of a figure is no figure
        ("In June 2014 87 children had a plan.", "87"),  # a share is no number
        ("In June 2014 eleven of the children had a plan.", "11"),
        ("In June 2014 thirty of the children had a plan.", "thirty"),
    ],
)
def test_altered_figure(text: str, figure: str) -> None:
    assert withheld(text, PLAN) == f"the figure {figure} is not in its quote"


def test_part_of_a_decimal() -> None:
    assert "figure 8 " in withheld(
        "A small number of children waited 8 weeks.", "A small number of\r\nchildren waited 8.5 weeks."
    )


def test_six_is_not_in_twenty_six() -> None:
    assert withheld("Six carers left.", "Twenty-six carers and") == "the figure 6 is not in its quote"


def test_footnote_mark_glued_to_a_word_is_no_figure() -> None:
    assert withheld("1 Board met.", "The Board1 met.") == "the figure 1 is not in its quote"


def test_two_quotes_side_by_side_make_no_third_figure() -> None:
    page = "They saw 1 2 children."
    assert (
        withheld("They saw 12 children.", "They saw 1", "2 children", page=page) == "the figure 12 is not in its quote"
    )


def test_quote_that_cuts_a_figure_or_word_in_two() -> None:
    assert (
        withheld("7% of children had a plan.", "7% of children had a plan.") == "its quote cuts a word or figure in two"
    )
    assert withheld("Children waited 5 weeks.", "5 weeks") == "its quote cuts a word or figure in two"
    assert withheld("Its effective audits.", "effective audits") == "its quote cuts a word or figure in two"
    assert withheld("Children waited 8", "children waited 8") == "its quote cuts a word or figure in two"


def test_figures_turned_round() -> None:
    page = "Timeliness rose from 72% to 87% in 2014."
    assert (
        withheld("Timeliness rose from 87% to 72% in 2014.", page, page=page)
        == "it turns the figures of its quote round"
    )
    assert judge(citing("In 2014 timeliness rose from 72% to 87%", page, page), texts(page))[0] == "supported"


def test_changed_month() -> None:
    assert withheld("In July 2014 87% of children had a plan.", PLAN) == "the date 'july' is not in its quote"


def test_may_is_a_month_only_beside_a_figure() -> None:
    assert withheld("In May 2014 87% of children had a plan.", PLAN) == "the date 'may' is not in its quote"
    assert judge(citing("87% of children may have had a plan.", PAGE, PLAN), texts())[0] == "supported"


GRADE = "Overall effectiveness was judged Requires improvement to be good."


@pytest.mark.parametrize("grade", ["inadequate", "outstanding", "Good"])
def test_other_grade(grade: str) -> None:
    assert "grade" in withheld(f"Overall effectiveness was judged {grade}.", GRADE)


def test_dropped_negation() -> None:
    reason = withheld("Managers always record supervision.", "Managers do not always record supervision.")
    assert reason == "it drops or adds a negation of its quote"


def test_added_negation() -> None:
    assert "negation" in withheld("Not 87% of children had a plan in June 2014.", PLAN)


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("Managers failed to record visits to children.", "Managers recorded visits to children."),
        ("Children were not seen and plans were not written.", "Children were seen and plans were not written."),
        ("Workers couldn’t see the children.", "Workers could see the children."),
    ],
)
def test_dropped_failure_or_one_of_two_negations(quote: str, text: str) -> None:
    assert withheld(text, quote, page=quote) == "it drops or adds a negation of its quote"


@pytest.mark.parametrize(
    "quote", ["A small number of children waited.", "Most children waited.", "Some children waited."]
)
def test_dropped_quantity(quote: str) -> None:
    assert withheld("Children waited.", quote, page=quote).startswith("it drops '")


def test_added_quantity() -> None:
    assert withheld("All 87% of children had a plan in June 2014.", PLAN) == "the quantity 'all' is not in its quote"


def test_word_with_the_opposite_sense() -> None:
    assert withheld("Newham has improved its effective audits.", "Newham has improved its ineffective audits.") == (
        "'effective' says the opposite of its quote"
    )


def test_turned_direction() -> None:
    quote = "Attendance at court has decreased again."
    assert "'rise'" in withheld("Attendance at court has increased again.", quote, page=quote)


def test_name_that_is_not_in_the_quote() -> None:
    assert withheld("In June 2014 87% of children in Hackney had a plan.", PLAN).endswith("is not in its quote")


def test_place_at_the_start_of_a_sentence() -> None:
    quote = "The council failed its children."
    assert withheld("Croydon failed its children.", quote, page=quote) == "the place 'Croydon' is not in its quote"


def test_other_subject() -> None:
    assert withheld("Foster carers get good training and support.", "The Board1 met.") != ""
    assert withheld("Caravans roam hills.", "The Board1 met.") == "its quote does not say this"


def test_each_new_word_is_named() -> None:
    quote = "Workers visit children, talk with their parents and neighbours, and record it."
    assert withheld("Workers audit children.", quote, page=quote) == "it says 'audit' for 'visit' of its quote"
    assert withheld("Workers visit children weekly.", quote, page=quote) == "the word 'weekly' is not in its quote"
    assert withheld("Children visit workers.", quote, page=quote) == "it puts the words of its quote in another order"


@pytest.mark.parametrize(
    ("quote", "text", "reason"),
    [
        ("Ensure that staff are trained.", "Staff are trained.", "it drops 'ensure that' of its quote"),
        ("Children said that they wait.", "Children wait.", "it drops"),
        ("This was the fifth visit.", "This was the fourth visit.", "the place 4 in a row is not in its quote"),
        ("On 3 May and 4 June 2020.", "On 4 May and 3 June 2020.", "the date '3 june' is not in its quote"),
        ("At least 5 left.", "5 left.", "its quote bounds the figure 5 otherwise"),
        ("They waited 39 weeks.", "They waited 39 months.", "the length '39 months' is not in its quote"),
        ("It costs £6.6 million.", "It costs £6.6.", "the figure £6.6 is not in its quote"),
        ("Two of three left.", "Two of two left.", "the figure 2 is not so often in its quote"),
        ("66% left.", "Two thirds left.", "the figure 2 is not in its quote"),
        ("Two thirds left.", "66% left.", "the figure 66 is not in its quote"),
        ("Children wait.", "Chіldren wait.", "the sign 'і' is not in its quote"),
        ("12 wait.", "1\u200b2 wait.", "the sign '\\u200b' is not in its quote"),
        ("5 left.", "−5 left.", "the figure -5 is not in its quote"),
        ("Plans are not always good.", "Plans are not good.", "it drops 'always' of its quote"),
        ("Plans are good.", "Most plans are good.", "it goes otherwise far than its quote (most)"),
    ],
)
def test_reasons(quote: str, text: str, reason: str) -> None:
    assert withheld(text, quote, page=quote).startswith(reason)


# ── around the quote ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("page", "quote", "word"),
    [
        ("It is not true that children are safe.", "children are safe", "not"),
        ("A small number of children are safe.", "children are safe", "small number"),
        ("children are safe in none of the homes", "children are safe", "none"),
        ("Managers should check that\r\nchildren are safe.", "children are safe.", "should"),
    ],
)
def test_a_quote_that_leaves_out_what_turns_it(page: str, quote: str, word: str) -> None:
    assert withheld(quote, quote, page=page) == f"its quote leaves out {word!r}, which stands beside it"


@pytest.mark.parametrize(
    ("page", "quote"),
    [
        ("This is not done. Children are safe.", "Children are safe."),
        ("Plans are not made;\r\nchildren are safe.", "children are safe."),
        ("\uf0b7 not seen\r\n\uf0b7 children are safe", "children are safe"),
        ("Not seen\r\nChildren are safe\r\nNone left", "Children are safe"),
    ],
)
def test_what_stands_in_another_clause_or_line_leaves_a_quote_whole(page: str, quote: str) -> None:
    assert judge(citing(quote, page, quote), texts(page)) == ("exact", "")


def test_a_claim_that_repeats_what_its_quote_leaves_out_stands() -> None:
    page = "It is not the case that plans are recorded."
    assert judge(citing("plans are not recorded", page, "plans are recorded"), texts(page))[0] == "withheld"
    assert judge(citing(page, page, page), texts(page)) == ("exact", "")


def by(whose: str | None, text: str, page: str) -> str:
    claim = citing(text, page, page)
    said = tuple(dataclasses.replace(c, attribution=whose) for c in claim.citations)
    return judge(dataclasses.replace(claim, citations=said), texts(page))[0]


def test_inspectors_found_only_what_inspectors_say() -> None:
    page = "Visits to children are late."
    text = "Inspectors found that visits to children are late."
    assert by("inspectors (Ofsted)", text, page) == "exact"
    assert by("Newham Council", text, page) == "withheld"
    assert by("inspectors, as reported by Newham Council", text, page) == "withheld"
    assert by(None, text, page) == "withheld"


# ── Yes and No ───────────────────────────────────────────────────────────────────────────────────────────────────

LATE = "Assessments were not completed in a timely way."


@pytest.mark.parametrize(
    ("question", "text", "verdict", "reason"),
    [
        ("Were assessments timely?", "No", "supported", ""),
        ("Were assessments timely?", f"No: {LATE}", "exact", ""),
        ("Were assessments timely?", "No. Assessments were not timely.", "supported", ""),
        ("Were assessments timely?", "Yes", "withheld", "its quote says No"),
        ("Were assessments timely?", f"Yes: {LATE}", "withheld", "its quote says No"),
        ("Were there delays in assessments?", "Yes", "supported", ""),
        ("Was supervision regular?", "No", "withheld", "its quote says neither Yes nor No plainly"),
        ("", "No", "withheld", "without its question, Yes and No cannot be judged"),
        ("Were assessments timely?", "No, 87% were late.", "withheld", "the figure 87 is not in its quote"),
    ],
)
def test_yes_and_no(question: str, text: str, verdict: str, reason: str) -> None:
    assert judge(citing(text, LATE, LATE), texts(LATE), question) == (verdict, reason)


def test_a_sentence_that_begins_with_no_is_no_answer() -> None:
    page = "No children were harmed."
    assert judge(citing(page, page, page), texts(page)) == ("exact", "")


def test_verify_parts_claims_and_keeps_their_order() -> None:
    claims = [citing(PLAN, PAGE, PLAN), Claim("Nothing.", ()), citing("The Board1 met.", PAGE, "The Board1 met.")]
    kept, out = verify(claims, texts())
    assert [(c.text, c.verdict) for c in kept] == [(PLAN, "exact"), ("The Board1 met.", "exact")]
    assert [(c.text, c.verdict, c.reason) for c in out] == [("Nothing.", "withheld", "it has no quote")]


def test_verify_nothing() -> None:
    assert verify([], texts()) == ((), ())
