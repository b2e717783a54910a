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
        ("72 in 2015 and 87 in 2014", "72 in 2014 and 87 in 2015", False),
        ("5", "72 to 87", True),
        ("72 of 72", "72 children", True),
    ],
)
def test_order(text: str, quote: str, same: bool) -> None:
    assert f.in_order(text, quote) is same


def test_plain_is_composed_and_straight() -> None:
    assert f.plain("  The\r\n“Board’s” ﬁrst‑ever re\ufffe\r\nview ") == 'the "board\'s" first-ever review'


def test_letters_ignore_layout_and_markers() -> None:
    assert f.letters("Re\u00ad\nview, 8.5%! [12]") == "review85"
    assert f.letters("–") == ""


def test_months() -> None:
    assert f.months("In June and on 3 May 2014 they may") == {"june", "may"}
    assert f.months("they may march") == {"march"}
    assert f.months("") == set()


def test_grades() -> None:
    assert f.grades("Requires\nimprovement to be good") == {"requires improvement"}
    assert f.grades("requires improvement; good") == {"requires improvement", "good"}
    assert f.grades("inadequate, not adequate") == {"inadequate", "adequate"}
    assert f.grades("goods") == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", set()),
        ("87%, 5 per cent and 6", {"87%", "5%", "6"}),
        ("£6.6 million, £5,000 and 3m", {"£6.6million", "£5,000", "3million"}),
        ("a change of -5%, and of −6", {"-5%", "-6"}),
        ("2015-16, 33 – 39, a 12-week package", {"2015", "16", "33", "39", "12"}),
        ("six\ufffemonthly", {"6"}),
    ],
)
def test_amounts(text: str, found: set[str]) -> None:
    assert f.amounts(text) >= found
    assert not f.amounts(text) - found


def test_a_figure_is_not_repeated_oftener_than_it_stands() -> None:
    assert f.repeated("3 of 3", ["3 of 4"]) == {"3"}
    assert f.repeated("3 of 3", ["3", "3"]) == set()
    assert f.repeated("", []) == set()


@pytest.mark.parametrize(
    ("text", "quote", "other"),
    [
        ("39 months", "39 weeks", "39 months"),
        ("39 weeks", "39 weeks", None),
        ("39 weeks", "from 67 to 39 weeks", None),
        ("67 weeks", "from 67 to 39 weeks", None),
        ("a 12-week package", "12 weeks", None),
        ("12 children", "12 weeks", None),
        ("5 days", "5 children", "5 days"),
    ],
)
def test_other_lengths_of_time(text: str, quote: str, other: str | None) -> None:
    assert f.other_lasting(text, quote) == other


def test_ordinals() -> None:
    assert f.ordinals("the fifth and the 6th") == {"5", "6"}
    assert f.ordinals("the fifth and the 6th", in_words=True) == {"5"}
    assert f.ordinals("two thirds, a third, poor at first") == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", set()),
        ("3 and 4 March 2022", {"3 march", "4 march", "march 2022"}),
        ("29 November to 10 December 2021", {"29 november", "10 december", "december 2021"}),
        ("on May 5th, 2020", {"5 may", "may 2020"}),
        ("they may, 2020", set()),
    ],
)
def test_dates(text: str, found: set[str]) -> None:
    assert f.dates(text) == found


def test_bounds() -> None:
    assert f.bounds("at least 5, up to 6%, 7 and nearly £8") == {
        "5": {"at least"}, "6": {"at most"}, "7": {""}, "8": {"less than"},
    }  # fmt: skip


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
