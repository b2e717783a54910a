from __future__ import annotations

import pytest

from rag import figures as f


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", set()),
        ("none at all", set()),
        ("8.5% of six", {"8.5", "6"}),
        ("£1,200 and 1.5.", {"1,200", "1.5"}),
        ("one to twelve", {"1", "12"}),
        ("thirteen", {"thirteen"}),
        ("twenty-six, twenty six, twenty-\r\nsix, twenty\ufffe\r\nsix", {"twenty-six"}),
        ("sixty", {"sixty"}),
        ("it said so [1], and so [^2]", set()),
        ("１２", {"12"}),
        ("20\u00ad14", {"2014"}),
        ("COVID\ufffe\r\n19", {"19"}),
    ],
)
def test_figures(text: str, found: set[str]) -> None:
    assert f.figures(text) == found


def test_free_figures_leave_out_marks_glued_to_words() -> None:
    assert f.free_figures("The Board1 saw 5 children2.") == {"5"}
    assert f.free_figures("COVID\ufffe\r\n19") == {"19"}
    assert f.figures("The Board1") == {"1"}


def test_shares_carry_their_sign() -> None:
    assert f.shares("87 of 90 (97%), 5 per cent, 6 percent") == ["87", "90", "97%", "5%", "6%"]


@pytest.mark.parametrize(
    ("text", "quote", "same"),
    [
        ("from 72 to 87", "from 72 to 87", True),
        ("from 87 to 72", "from 72 to 87", False),
        ("in 2014, 72", "72 in 2014", True),
        ("5", "72 to 87", True),
        ("72 of 72", "72 children", True),
    ],
)
def test_order(text: str, quote: str, same: bool) -> None:
    assert f.in_order(text, quote) is same


def test_plain_is_composed_and_straight() -> None:
    assert f.plain("  The\r\n“Board’s” ﬁrst–ever re\ufffe\r\nview ") == 'the "board\'s" first-ever review'


def test_letters_ignore_layout_and_markers() -> None:
    assert f.letters("Re\u00ad\nview, 8.5%! [12]") == "review85"
    assert f.letters("–") == ""


def test_months() -> None:
    assert f.months("In June and on 3 May 2014 they may") == {"june", "may"}
    assert f.months("they may march") == {"march"}
    assert f.months("") == set()


def test_grades() -> None:
    assert f.grades("Requires\nimprovement to be good") == {"requires improvement", "good"}
    assert f.grades("inadequate, not adequate") == {"inadequate", "adequate"}
    assert f.grades("goods") == set()


def test_negations_count() -> None:
    assert f.negations("It isn’t so, and nobody can not.") == ["n't", "nobody", "not"]
    assert f.negations("notable") == []


def test_quantities_and_limits() -> None:
    assert f.quantities("All but a small number, twice") == {"all", "small", "twice"}
    assert f.limits("All but a small number, twice") == {"small"}


def test_directions() -> None:
    assert f.directions("rose, then fell, improved and worsened") == {"rise", "fall", "improvement", "worsening"}
    assert f.directions("stood still") == set()


def test_reversed_words() -> None:
    assert f.reversed_words("effective and consistent", "ineffective and inconsistent") == {"effective", "consistent"}
    assert f.reversed_words("unsafe", "safe") == {"unsafe"}
    assert f.reversed_words("safe", "safe, not unsafe") == set()


def test_names() -> None:
    assert f.names("The Newham's board met Ofsted in June. The end") == {"newham", "ofsted"}


@pytest.mark.parametrize(
    ("text", "piece", "cut"),
    [
        ("85% of", "5%", True),
        ("8.5% of", "5%", True),
        ("8.5% of", "8", True),
        ("1,200 of", "200", True),
        ("unsafe", "safe", True),
        ("safer", "safe", True),
        ("Board1 met", "Board", False),
        ("10.Children", "Children", False),
        ("AdoptionGood", "Good", False),
        ("in 2014. Next", "in 2014", False),
        ("safe", "safe", False),
    ],
)
def test_cut(text: str, piece: str, cut: bool) -> None:
    start = text.index(piece)
    assert f.cut(text, start, start + len(piece)) is cut
