from __future__ import annotations

import pytest

from rag import limits


def test_limits() -> None:
    assert limits.limits("Most plans, but in a small number of cases not; most visits") == {"most": 2, "few": 1}
    assert limits.limits("Too few carers") == {}
    assert limits.limits("") == {}


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
        ("Plans are good.", "Plans are good for most children.", ["most"]),
        ("Plans are good.", "Plans are good, apart from those for babies.", ["apart from"]),
        ("Leaders recruit staff.", "Leaders hope to recruit staff.", ["hope to"]),
        ("Plans were late.", "Plans were late in half of the cases.", ["half"]),
        ("Half of the plans were late.", "More than half of the plans were late.", ["more than"]),
        ("Children are seen.", "87% of children are seen.", ["87%"]),
        ("Carers left.", "Twenty-six carers left.", ["twenty-six"]),
        ("Carers left in May.", "Carers left on 3 May 2014.", []),
        ("Plans were weak.", "Previously, plans were weak.", ["previously"]),
        ("They are asked.", "When children return, they are asked.", ["when"]),
        ("Children are asked.", "When children return, they are asked.", ["when"]),
        ("Plans were out of date, some by years.", "Plans were out of date, some by several years.", ["some"]),
    ],
)
def test_dropped(text: str, quote: str, dropped: list[str]) -> None:
    assert limits.dropped(text, quote) == dropped


def test_limits_that_weaken_may_be_added_and_others_not() -> None:
    assert limits.added("Some plans are often good.", "Plans are good.") == set()
    assert limits.added("Most plans are good.", "Plans are good.") == {"most"}
    assert limits.added("Plans should be good.", "Plans are good.") == {"must"}
    assert limits.added("Plans are good because staff are trained.", "Plans are good and staff trained.") == {"because"}
    assert limits.added("Because staff are trained.", "Training means that plans are good.") == set()


@pytest.mark.parametrize(
    ("rest", "text", "word"),
    [
        ("It is not true that", "Children are safe", "not"),
        ("It is not true that", "Children are not safe", None),
        ("A small number of", "children wait", "small number"),
        ("", "Children wait", None),
    ],
)
def test_what_a_quote_leaves_out(rest: str, text: str, word: str | None) -> None:
    assert limits.left_out(rest, text) == word
