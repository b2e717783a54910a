import pytest

from rag.sentences import split


def sentences(text):
    return [text[a:b] for a, b in split(text)]


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_has_no_sentences(text):
    assert split(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "One sentence without a stop",
        "Support, e.g. for carers, i.e. families, is good.",
        "Mr. Weir met Dr. Jones and Cllr. Ruiz at St. Mary’s.",
        "It grew to 8.5 per cent, or £1.25 million, by 31.12.2016.",
        "J. Smith and H.M. Inspectors wrote to A. N. Other.",
        "Plans are timely; reviews are not; drift follows.",
        "See para. 12, No. 3 and p. 4 of the report.",
        "2.1 Adoption performance is good.",
        "They asked ‘What next?’ and were told.",
        "Staff (and carers, etc.) are supported.",
        "Morale is high ... and rising.",
        "The Diocese of St. Edmundsbury takes part.",
    ],
)
def test_these_are_one_sentence(text):
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    "parts",
    [
        ("Plans are clear.", "Reviews are timely."),
        ("Is it enough?", "It is not!", "Leaders agree."),
        ("They said ‘we know.’", "Inspectors agreed."),
        ("(This has improved.)", "Much remains."),
        ("It was in March 2016.", "In 2017 it closed."),
        ("The rate was 56.7%.", "14 children moved."),
        ("One passed at grades D to G.", "In 2015, one entered."),
        ("It reviewed child A and child M.", "The board cannot show more."),
        ("Work is shared (see annex).", "‘Signs of Safety’ is used."),
        ("Visits are regular.4", "Children are seen alone."),
        ("It ended at 5 p.m.", "The panel left."),
        ("‘I would be lost.‘", "Others agree."),
    ],
)
def test_these_are_parted(parts):
    assert sentences(" ".join(parts)) == list(parts)


def test_a_stop_printed_without_its_space_parts_sentences():
    assert sentences("They enter when they need to.The rest is at www.Place.gov.uk today.") == [
        "They enter when they need to.",
        "The rest is at www.Place.gov.uk today.",
    ]


def test_a_remark_behind_the_stop_stays_with_its_sentence():
    assert sentences("Improve plans. (Recommendation) Leaders act. (Paragraphs 104 - 105)") == [
        "Improve plans. (Recommendation)",
        "Leaders act. (Paragraphs 104 - 105)",
    ]


def test_stray_stops_are_no_sentences():
    assert sentences("They were unsure. . Then they knew.") == ["They were unsure. .", "Then they knew."]


def test_ranges_cover_all_but_the_spaces_between():
    text = "  One. Two!  Three "
    assert split(text) == [(2, 6), (7, 11), (13, 18)]
