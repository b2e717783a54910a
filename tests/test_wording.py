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
