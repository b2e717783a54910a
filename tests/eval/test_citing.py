"""Citation recall and precision, against the two papers' rules written out anew, on judgements at random."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.citing import alce, by_verifier, by_words, liu, measure, statement

# A sentence asks for these letters; quotes that hold them all support it.


def judge(text, quotes):
    return set(text) <= set("".join(quotes))


letters = st.text("abc", min_size=1, max_size=3)
answers = st.lists(
    st.lists(st.tuples(letters, st.lists(st.text("abcd", max_size=3), max_size=4)), max_size=3), max_size=4
)


def theirs_alce(answers):
    """As the script that comes with ALCE counts: a citation passes alone, or because the rest fails without it."""
    recalls, precisions = [], []
    for answer in answers:
        entail = good = citations = 0
        for text, quotes in answer:
            citations += len(quotes)
            joint = bool(quotes) and judge(text, quotes)
            entail += joint
            if joint and len(quotes) > 1:
                good += sum(
                    judge(text, [q]) or not judge(text, quotes[:i] + quotes[i + 1 :]) for i, q in enumerate(quotes)
                )
            else:
                good += joint
        if answer:
            recalls.append(Fraction(entail, len(answer)))
            precisions.append(Fraction(good, citations) if citations else Fraction(0))
    return [sum(one) / len(one) if one else None for one in (recalls, precisions)]


def theirs_liu(answers):
    """(supported sentences / sentences, (T_fs + T_ps) / N)"""
    said = [one for answer in answers for one in answer]
    full = partly = count = 0
    for text, quotes in said:
        count += len(quotes)
        alone = [judge(text, [q]) for q in quotes]
        full += sum(alone)
        if judge(text, quotes) and not any(alone):
            partly += sum(not judge(text, quotes[:i] + quotes[i + 1 :]) for i in range(len(quotes)))
    recall = Fraction(sum(bool(q) and judge(t, q) for t, q in said), len(said)) if said else None
    return recall, Fraction(full + partly, count) if count else None


@given(answers)
def test_the_same_as_the_rules_of_the_papers(made):
    judged = [[statement(text, quotes, judge) for text, quotes in answer] for answer in made]
    ours = alce(judged)
    assert [ours["recall"], ours["precision"]] == [one if one is None else pytest.approx(float(one))
                                                   for one in theirs_alce(made)]  # fmt: skip
    told = liu(judged)
    assert [told["recall"], told["precision"]] == [one if one is None else pytest.approx(float(one))
                                                   for one in theirs_liu(made)]  # fmt: skip


def test_two_halves_of_a_sentence_both_count_and_what_adds_nothing_does_not():
    halves = statement("ab", ["a", "b"], judge)
    assert halves.precise == halves.associated == (True, True)
    more = statement("ab", ["ab", "c"], judge)
    assert (more.precise, more.associated) == ((True, False), (True, False))
    assert alce([[halves, more]]) == {"recall": 1, "precision": 3 / 4}
    assert liu([[halves, more]]) == {"recall": 1, "precision": 3 / 4, "f1": pytest.approx(2 * 1 * 0.75 / 1.75)}


def test_nothing_said_has_no_figure_and_nothing_cited_has_none_either():
    assert alce([]) == alce([[]]) == {"recall": None, "precision": None}
    assert liu([]) == {"recall": None, "precision": None, "f1": None}
    bare = statement("a", [], judge)
    assert alce([[bare]]) == {"recall": 0, "precision": 0}
    assert liu([[bare]]) == {"recall": 0, "precision": None, "f1": None}
    wrong = statement("a", ["b"], judge)
    assert liu([[wrong]]) == {"recall": 0, "precision": 0, "f1": 0}


QUOTE = "In Newham, 239 children had a child protection plan at 3 June 2014."


@pytest.mark.parametrize("judging", [by_verifier, by_words])
def test_the_judges_tell_a_figure_from_another(judging):
    assert judging(QUOTE, [QUOTE])
    assert judging(QUOTE, [QUOTE[:30], QUOTE[30:]]) or judging is by_verifier
    assert not judging(QUOTE.replace("239", "240"), [QUOTE])
    assert not judging("Newham's social workers were praised by the mayor.", [QUOTE])


def test_only_one_judge_sees_a_negation():
    quote = "The plans of these children were not updated in the past year."
    turned = "The plans of these children were updated in the past year."
    assert by_words(turned, [quote])
    assert not by_verifier(turned, [quote])


def test_records_are_measured_and_those_that_abstain_left_out():
    claim = {"text": QUOTE, "citations": [{"quote": QUOTE}]}
    records = [
        {"answer": QUOTE, "claims": [claim, {"text": "So they say."}]},
        {"answer": "", "abstained": True, "claims": [{"text": "never shown"}]},
    ]
    told = measure(records)
    assert (told["sentences"], told["citations"]) == (2, 1)
    for judge_of in ("verifier", "words"):
        assert told[judge_of]["alce"] == {"recall": 0.5, "precision": 1}
        assert told[judge_of]["liu"] == {"recall": 0.5, "precision": 1, "f1": pytest.approx(2 / 3, abs=1e-4)}
    assert measure([])["words"]["alce"] == {"recall": None, "precision": None}
