"""What heads and introduces lists, on pages made for the purpose."""

from __future__ import annotations

import pytest

from rag.load.pdf import read as read_pdf
from rag.load.text import read_text
from rag.parse import parse
from rag.types import Block, Document

FRONT = [[(72, 700, 12, False, "Leaders know their services and what must change.")]] * 2
BULLET = "\u2022"


@pytest.fixture
def third_page(make_pdf):
    """The blocks of a page behind the front ones, given as (left, baseline, text) in body type or (…, size, bold)."""

    def parsed(*texts) -> list[Block]:
        page = [(x, y, *(looks or (12, False)), text) for x, y, text, *looks in texts]
        document = Document("a", "/a", "0" * 64, "pdf", read_pdf(make_pdf([*FRONT, page]), "a")[0], True)
        return [block for block in parse(document) if block.sentences[0].spans[0].page == 2]

    return parsed


def told(blocks):
    return [(b.kind, b.text, b.heading[-1] if b.heading else None, b.lead.text if b.lead else None) for b in blocks]


def bulleted(y, text):
    return [(72, y, BULLET), (90, y, text)]


def test_lines_between_lists_head_the_list_below_them_though_they_say_something(third_page):
    blocks = third_page(
        (72, 700, "Visits to families are late"),
        *bulleted(675, "Half of the visits were made a week after they were due."),
        (72, 650, "Planning and review"),
        *bulleted(625, "Plans are reviewed by people who have not met the family and"),
        (90, 611, "have not read its records"),
        (72, 586, "Managers are seldom told of it"),
        *bulleted(561, "Reports leave out what has not been done in the quarter."),
        *[(72, 530, "Staff have been told that this will change and that the"), (72, 516, "new managers see to it.")],
    )
    late, seldom = "Visits to families are late", "Managers are seldom told of it"
    assert [(kind, heading) for kind, _, heading, _ in told(blocks)] == [
        *[("paragraph", late), ("item", late)],
        *[("heading", None), ("item", "Planning and review")],
        *[("paragraph", seldom), ("item", seldom)],
        ("paragraph", None),
    ]


def test_a_long_topic_heads_the_numbered_paragraphs_below_it(third_page):
    blocks = third_page(
        (72, 700, "What the council needs to improve", 14, True),
        (72, 660, "Help for care leavers to find and to keep homes of their own"),
        *[
            (72, 635, "1."),
            (100, 635, "Offer each of them a choice of flats and houses"),
            (100, 621, "in the town itself."),
        ],
        *[
            (72, 596, "2."),
            (100, 596, "Ask them once a year what they think of the place"),
            (100, 582, "that they live in."),
        ],
    )
    topic = "Help for care leavers to find and to keep homes of their own"
    assert [(b.kind, b.number, b.heading[-1:]) for b in blocks[1:]] == [
        ("heading", None, ("What the council needs to improve",)),
        ("paragraph", "1", (topic,)),
        ("paragraph", "2", (topic,)),
    ]


def test_a_numbered_topic_introduces_the_items_below_it(third_page):
    blocks = third_page(
        *[(72, 700, "1."), (100, 700, "Oversight by managers")],
        *[(100, 675, BULLET), (118, 675, "Check all plans once a month.")],
        *[(72, 650, "2."), (100, 650, "Homes and support are few.")],
        *[(100, 625, BULLET), (118, 625, "Build some more of them soon.")],
        *[(72, 600, "3."), (100, 600, "Those who are away from home")],
        *[(100, 575, BULLET), (118, 575, "Ask them why they went away.")],
    )
    leads = [lead for *_, lead in told(blocks)]
    assert leads == [None, "Oversight by managers", None, None, None, "Those who are away from home"]


def test_single_lines_below_a_colon_are_a_list_that_lost_its_bullets(third_page):
    blocks = third_page(
        *bulleted(700, "The board was last reviewed in 2012. The review found:"),
        (72, 680, "Attendance: poor."),
        (72, 660, "Training: fair."),
        *[(118, 640, "\u2013"), (136, 640, "For foster carers: good.")],
        (72, 620, "Leadership: poor."),
        (72, 590, "Since then, the board has had a new chair, who has written to"),
        (72, 576, "all of its members."),
    )
    found = "The review found:"
    assert told(blocks)[1:] == [
        ("item", "Attendance: poor.", None, found),
        ("item", "Training: fair.", None, found),
        ("item", "For foster carers: good.", None, "Training: fair."),
        ("item", "Leadership: poor.", None, found),
        ("paragraph", "Since then, the board has had a new chair, who has written to all of its members.", None, None),
    ]
    assert [b.level for b in blocks[1:5]] == [1, 1, 2, 1]


def test_paragraphs_below_a_colon_are_no_list(third_page):
    blocks = third_page(
        (72, 700, "Good work means that:"),
        *[(72, 670, "Children are kept safe by people who know them well and who"), (72, 656, "see them often.")],
        *[(72, 626, "Families are told what will happen next and who will help"), (72, 612, "them with it.")],
    )
    assert [b.kind for b in blocks] == ["paragraph"] * 3


def test_an_entry_of_the_contents_is_one_whatever_it_asks(third_page):
    blocks = third_page(
        *[(72, 760, "Contents", 20, False), (72, 730, "What must the board do? 4"), (72, 710, "Annex 9")],
    )
    assert [[s.text for s in b.sentences] for b in blocks] == [
        ["Contents"], ["What must the board do? 4"], ["Annex 9"],
    ]  # fmt: skip


def test_a_line_above_a_list_heads_it_in_text_without_empty_lines():
    long = "The panel heard how homes are found for children and what each of them costs the council in a year. " * 2
    text = f"Homes\n{long}\nPeople there\nPapers\n- Budget for homes\n- Minutes of May\nThey said:\n- No more cuts.\n"
    document = Document("a", "/a", "0" * 64, "text", read_text(text.encode(), "a")[0], False)
    assert [(b.kind, b.text, b.heading) for b in parse(document)][2:] == [
        ("paragraph", "People there", ("Homes",)),
        ("heading", "Papers", ()),
        ("item", "Budget for homes", ("Papers",)),
        ("item", "Minutes of May", ("Papers",)),
        ("paragraph", "They said:", ("Papers",)),
        ("item", "No more cuts.", ("Papers",)),
    ]


@pytest.mark.parametrize("joint", [(72, 660, "and"), (72, 664, "and", 14, False)])
def test_what_stands_below_a_title_in_two_halves_is_below_both(third_page, joint):
    blocks = third_page(
        (72, 730, "Anytown", 26, False),
        *[(72, 696, "Inspection of its homes for", 14, True), (72, 680, "children", 14, True), joint],
        (72, 640, "Review of its board", 14, True),
        *[(72, 600, "Homes are good. The board has met in each of the months of"), (72, 586, "the year.")],
        *[
            (72, 560, "Next steps", 14, True),
            (72, 530, "Leaders will tell us in a year what has been done about this."),
        ],
    )
    title = "Inspection of its homes for children and Review of its board"
    assert [(b.kind, b.text, b.heading) for b in blocks[1:3]] == [
        ("heading", title, ("Anytown",)),
        ("paragraph", "Homes are good. The board has met in each of the months of the year.", ("Anytown", title)),
    ]
    assert [b.heading for b in blocks[3:]] == [("Anytown",), ("Anytown", "Next steps")]
