from __future__ import annotations

import pytest

from rag import wording as w


def test_negations() -> None:
    assert w.negations("It isn’t so, and nobody can not.") == ["n't", "nobody", "not"]
    assert w.negations("notable") == []
    assert w.negations("a little help, too few carers") == ["too few"]


@pytest.mark.parametrize(
    ("text", "quote", "lost"),
    [
        ("Plans are recorded.", "Plans are not recorded.", "not"),
        ("Plans are not recorded.", "Plans are not recorded.", None),
        ("Plans are good.", "Plans are good, and visits are not made.", None),
        ("Plans are in place.", "Plans are in place in none of the cases.", "none"),
        ("Some were made, but all of them.", "Some were made, but not all of them.", "not"),
        ("Plans were recorded, visits never.", "Plans were not recorded, visits never.", "not"),
        ("", "Plans are not recorded.", None),
    ],
)
def test_lost_negation(text: str, quote: str, lost: str | None) -> None:
    assert w.lost_negation(text, quote) == lost


def test_quantities() -> None:
    assert w.quantities("All but a small number, twice; each time") == {"all", "twice", "every"}


def test_limits() -> None:
    assert w.limits("Most plans, but in a small number of cases not; most visits") == {"most": 2, "few": 1}
    assert w.limits("Too few carers") == {}
    assert w.limits("") == {}


@pytest.mark.parametrize(
    ("text", "quote", "dropped"),
    [
        ("Plans are good.", "Most plans are good.", ["most"]),
        ("The majority of plans are good.", "Most plans are good.", []),
        ("Visits are made.", "Most plans are good, and visits are made.", []),
        ("Plans are not recorded.", "Plans are not always recorded.", ["always"]),
        ("Plans are not consistently recorded.", "Plans are not consistently recorded.", []),
        ("Staff receive supervision.", "Ensure that staff receive supervision.", ["ensure that"]),
        ("Staff receive supervision.", "Staff should receive supervision.", ["should"]),
        ("Staff receive supervision.", "Staff will receive supervision.", ["will"]),
        ("Workers are late.", "Children said that workers are late.", ["said"]),
        ("Plans are good.", "Managers denied plans are good.", ["denied"]),
        ("Delays.", "The team prevented delays.", ["prevented"]),
        ("Plans were out of date, some by years.", "Plans were out of date, some by several years.", ["some"]),
    ],
)
def test_dropped_limits(text: str, quote: str, dropped: list[str]) -> None:
    assert w.dropped_limits(text, quote) == dropped


def test_limits_that_weaken_may_be_added_and_others_not() -> None:
    assert w.added_limits("Some plans are often good.", "Plans are good.") == set()
    assert w.added_limits("Most plans are good.", "Plans are good.") == {"most"}
    assert w.added_limits("Plans should be good.", "Plans are good.") == {"must"}


def test_directions() -> None:
    assert w.directions("rose, then fell, improved and worsened") == {
        "rise": 1, "fall": 1, "improvement": 1, "worsening": 1,
    }  # fmt: skip
    assert w.directions("two or more, fewer than 5, or fewer") == {"rise": 1, "fall": 2}
    assert w.directions("stood still") == {}


@pytest.mark.parametrize(
    ("text", "quote", "found"),
    [
        ("effective and consistent", "ineffective and inconsistent", {"effective", "consistent"}),
        ("unsafe", "safe", {"unsafe"}),
        ("safe", "safe, not unsafe", set()),
        ("strong", "weak", {"strong"}),
        ("into", "to", set()),
        ("", "", set()),
    ],
)
def test_reversed_words(text: str, quote: str, found: set[str]) -> None:
    assert w.reversed_words(text, quote) - {"safe"} == found


def test_names() -> None:
    assert w.names("The Newham's board met Ofsted in June. The end") == {"newham", "ofsted"}
    assert w.names("Brown said so. Jo Brown too.") == {"brown"}
    assert w.names("Ann Brown led it.") == {"ann", "brown"}
    assert w.names("Carers said so.") == {"carers"}
    assert w.names("The end") == set()


def test_missing_names() -> None:
    assert w.missing_names("The IROs met.", "Independent reviewing officers met.") == set()
    assert w.missing_names("The DfE met.", "The Department for Education met.") == set()
    assert w.missing_names("The LADO met.", "Independent reviewing officers met.") == {"lado"}


def test_strange_signs() -> None:
    assert w.strange_signs("It’s “87%” – £5", "87%") == set()
    assert w.strange_signs("8\u200b7% of chіldren", "87% of children") == {"\u200b", "і"}
    assert w.strange_signs("café", "a café") == set()


@pytest.mark.parametrize(
    ("rest", "text", "word"),
    [
        ("It is not true that", "Children are safe", "not"),
        ("It is not true that", "Children are not safe", None),
        ("A small number of", "children wait", "small number"),
        ("", "Children wait", None),
    ],
)
def test_what_turns_a_quote(rest: str, text: str, word: str | None) -> None:
    assert w.turns(rest, text) == word
