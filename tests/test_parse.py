"""Parsing, on pages made for the purpose; the published papers are in test_parse_papers.py."""

import pytest

from rag.load.pdf import read as read_pdf
from rag.load.text import read_markdown, read_text
from rag.parse import parse, reads_as
from rag.types import Document

BODY = 12


def document(pages, format="pdf"):
    return Document("a", "/a", "0" * 64, format, tuple(pages), format == "pdf")


@pytest.fixture
def pdf(make_pdf):
    """Blocks of a PDF whose pages are given as lists of (left, baseline, text[, size[, bold]])."""

    def parsed(*pages):
        texts = [
            [(x, y, *(rest or (BODY,)), *([False] * (len(rest) < 2)), text) for x, y, text, *rest in p] for p in pages
        ]
        made = document(read_pdf(make_pdf(texts), "a")[0])
        found = parse(made)
        assert all(reads_as(made, sentence) for block in found for sentence in block.sentences)
        return made, found

    return parsed


def flat(blocks):
    return [(b.kind, b.number, b.text) for b in blocks]


def plain(text, markdown=False):
    made = document(
        (read_markdown if markdown else read_text)(text.encode(), "a")[0], "markdown" if markdown else "text"
    )
    found = parse(made)
    assert all(reads_as(made, sentence) for block in found for sentence in block.sentences)
    return made, found


def paragraph(y, *lines, left=72):
    return [(left, y - 14 * i, line) for i, line in enumerate(lines)]


def test_paragraphs_are_told_by_the_gaps_between_them(pdf):
    _, blocks = pdf(
        [*paragraph(700, "Plans are clear and", "reviews are timely."), *paragraph(660, "Leaders know", "this.")]
    )
    assert flat(blocks) == [
        ("paragraph", None, "Plans are clear and reviews are timely."),
        ("paragraph", None, "Leaders know this."),
    ]


def test_headings_by_type_over_two_lines_with_their_path(pdf):
    _, blocks = pdf(
        [
            (72, 760, "Inspection of a place", 26),
            (72, 710, "The experiences and progress of children who need", 14, True),
            (72, 693, "help and protection: good", 14, True),
            *paragraph(660, "Thresholds are understood. Children are", "seen quickly and decisions are sound."),
            (72, 610, "Early help", 12, True),
            *paragraph(580, "Families are helped early on by a range of", "services that they value."),
        ]
    )
    headings = [(b.level, b.text) for b in blocks if b.kind == "heading"]
    assert headings == [
        (1, "Inspection of a place"),
        (2, "The experiences and progress of children who need help and protection: good"),
        (3, "Early help"),
    ]
    assert blocks[-1].heading == tuple(text for _, text in headings)
    assert [len(b.sentences) for b in blocks if b.kind == "paragraph"] == [2, 1]


def test_numbers_are_set_and_left_out_of_text_and_spans(pdf):
    made, blocks = pdf(
        [
            *[(72, 700, "1. Children are seen by workers whom they know."), (99, 686, "This helps.")],
            *[
                (72, 660, "2.Plans are made in"),
                (99, 646, "2006. They are reviewed often."),
                (99, 632, "3. is no number."),
            ],
            *[(72, 606, "3 Most leaders know it.")],
            *[(72, 580, "4."), (99, 580, "Staff stay.")],
        ]
    )
    assert [(b.number, b.text) for b in blocks] == [
        ("1", "Children are seen by workers whom they know. This helps."),
        ("2", "Plans are made in 2006. They are reviewed often. 3. is no number."),
        ("3", "Most leaders know it."),
        ("4", "Staff stay."),
    ]
    assert made.quote(blocks[1].sentences[0].spans[0]).startswith("Plans")


def test_short_numbered_lines_need_no_gap_between_them(pdf):
    _, blocks = pdf(
        [(72, 700, "1. Visits."), (72, 686, "2. Plans."), (72, 672, "3. Reviews that are"), (72, 658, "timely.")]
    )
    assert [(b.number, b.text) for b in blocks] == [
        ("1", "Visits."),
        ("2", "Plans."),
        ("3", "Reviews that are timely."),
    ]


def test_figures_that_open_a_line_are_no_numbers(pdf):
    _, blocks = pdf(
        [(72, 700, "14 of them moved."), (72, 660, "900. is a figure too."), (72, 620, "7. out of series.")]
    )
    assert [b.number for b in blocks] == [None, None, None]


def test_a_paragraph_goes_on_over_the_page_past_header_and_footer(pdf):
    def page(n, *body):
        return [(72, 40, "Inspection of a place", 8), (72, 30, f"18 to 29 July 2022 {n}", 8), *body]

    made, blocks = pdf(
        page(
            1,
            *paragraph(
                120, "Children benefit from plans that are clear and", "focused on what they need from those who"
            ),
        ),
        page(2, *paragraph(760, "care for them every day. Reviews are timely", "and well recorded by all.")),
        page(3, *paragraph(760, "Leaders know this.")),
    )
    shown = [b for b in blocks if b.kind != "furniture"]
    assert [b.text for b in shown] == [
        "Children benefit from plans that are clear and focused on what they need from those who care for them every "
        "day. Reviews are timely and well recorded by all.",
        "Leaders know this.",
    ]
    first, second = shown[0].sentences
    assert [span.page for span in first.spans] == [0, 1] and [span.page for span in second.spans] == [1]
    assert sum(b.kind == "furniture" for b in blocks) == 6
    for sentence in (first, second):
        for span in sentence.spans:
            quote = made.quote(span)
            assert quote == quote.strip() and "July" not in quote


def test_a_hanging_paragraph_goes_on_over_the_page_at_a_full_stop(pdf):
    _, blocks = pdf(
        [(72, 120, "1. Children are seen by workers whom they know and"), (99, 106, "trust a good deal.")],
        [(99, 760, "This helps them."), (72, 734, "2. Plans are clear.")],
    )
    assert [b.number for b in blocks] == ["1", "2"]
    assert len(blocks[0].sentences) == 2


def test_bullets_of_every_kind_with_what_introduces_them(pdf):
    _, blocks = pdf(
        [
            (72, 700, "The proportion of children who have free meals:"),
            *[(90, 680, "\u2022 in primary schools it is 29%"), (108, 666, "as a rule"), (90, 646, "o in others 41%:")],
            *[(120, 626, "- of whom 3% are new"), (120, 606, "\u2013 and 4% old")],
            (90, 586, "\u2022 in none, 5%."),
            (72, 550, "Leaders know this."),
        ]
    )
    assert [(b.kind, b.level, b.text) for b in blocks] == [
        ("paragraph", 0, "The proportion of children who have free meals:"),
        ("item", 1, "in primary schools it is 29% as a rule"),
        ("item", 1, "in others 41%:"),
        ("item", 2, "of whom 3% are new"),
        ("item", 2, "and 4% old"),
        ("item", 1, "in none, 5%."),
        ("paragraph", 0, "Leaders know this."),
    ]
    lead, parent = blocks[0].sentences[0], blocks[2].sentences[0]
    assert [b.lead for b in blocks] == [None, lead, lead, parent, parent, lead, None]


def test_a_dash_that_a_line_break_put_first_is_no_bullet(pdf):
    _, blocks = pdf([*paragraph(700, "The visit took place from 19 November", "\u2013 11 December of that year.")])
    assert flat(blocks) == [
        ("paragraph", None, "The visit took place from 19 November \u2013 11 December of that year.")
    ]


def test_footnotes_and_their_marks_cut_no_sentence(pdf):
    filler = [*paragraph(500, "Families are helped early and they value", "what is done with them.")]
    made, blocks = pdf(
        [
            *[(72, 700, "Eight live in special schools,"), (240, 710, "3", 7), (246, 700, "and all of these are")],
            *[(72, 686, "outside the area."), *filler],
            *[(72, 84, "3", 6.5), (78, 80, "These are schools that look after children.", 9)],
            *[(72, 66, "They are few.", 9)],
        ]
    )
    assert [b.text for b in blocks] == [
        "Eight live in special schools, and all of these are outside the area.",
        "Families are helped early and they value what is done with them.",
        "These are schools that look after children. They are few.",
    ]
    assert blocks[-1].kind == "footnote" and blocks[-1].number == "3"
    (span,) = blocks[0].sentences[0].spans
    (note,) = blocks[0].sentences[0].notes
    assert note.mark == made.quote(note.span) == "3" and span.start < note.span.start < note.span.end < span.end


def test_marks_of_footnotes_are_known_and_no_other_digits_are_taken_for_them(pdf):
    made, blocks = pdf(
        [
            *paragraph(700, "There are 42,6161 children and 12%2 are poor, in Year 1 and 2 of them at", left=72),
            *paragraph(686, "schools3 that Power4 runs. KS4 pupils met the Board.4 The rest do well, and", left=72),
            *paragraph(672, "Power4 and Section 47 go on, as do ages 3, 4 and 5.", left=72),
            *[(72, 120, "1 A source.", 9), (72, 108, "2 A second.", 9), (72, 96, "3 A third.", 9)],
            (72, 84, "4 A fourth.", 9),
        ]
    )
    assert blocks[0].text == (
        "There are 42,616 children and 12% are poor, in Year 1 and 2 of them at schools that Power4 runs. "
        "KS4 pupils met the Board. The rest do well, and Power4 and Section 47 go on, as do ages 3, 4 and 5."
    )
    assert [[note.mark for note in s.notes] for s in blocks[0].sentences] == [["1", "2", "3"], ["4"], []]
    assert made.quote(blocks[0].sentences[1].spans[0]).endswith("Board.4")
    assert [b.number for b in blocks if b.kind == "footnote"] == ["1", "2", "3", "4"]


def test_without_a_footnote_a_digit_belongs_to_its_word(pdf):
    _, blocks = pdf(paragraph(700, "The Board1 met in Year 11, after COVID-19, with ages", "16 to 17."))
    assert blocks[0].text == "The Board1 met in Year 11, after COVID-19, with ages 16 to 17."


def test_the_mark_before_a_footnote_is_no_page_number(pdf):
    page = [*paragraph(700, "Families are helped early1 and they value", "what is done with them.")]
    _, blocks = pdf([*page, (72, 60, "1", 6), (78, 56, "This is so wherever it was looked into.", 9)])
    assert [(b.kind, b.number) for b in blocks] == [("paragraph", None), ("footnote", "1")]
    assert blocks[0].text == "Families are helped early and they value what is done with them."


def test_a_source_named_under_two_pages_is_no_running_footer(pdf):
    def page(mark):
        return [*paragraph(700, f"Families are helped early{mark} and they value", "what is done with them.")]

    _, blocks = pdf(*[[*page(n), (72, 60, f"{n} Census of the whole land, taken then.", 9)] for n in (3, 5)])
    assert [b.number for b in blocks if b.kind == "footnote"] == ["3", "5"]


def test_a_paragraph_whose_first_line_a_hyphen_glued_goes_on_overleaf(pdf):
    _, blocks = pdf(
        [
            *[(72, 700, "1. Plans are clear and they are kept to by all who have a"), (100, 686, "part in them.")],
            *[(72, 660, "2. Adopters are found suitable and well-"), (100, 646, "prepared.")],
        ],
        [(100, 760, "However, some wait for too long."), (72, 730, "3. Visits are regular.")],
    )
    assert [(b.number, len(b.sentences)) for b in blocks] == [("1", 1), ("2", 2), ("3", 1)]


def test_a_bullet_set_a_little_off_stays_on_the_level_of_its_like(pdf):
    rows = ["\u2022 Of these:", "one is here", "two are there.", "\u2022 In the last year:", "three left."]
    lefts = [72, 122, 122, 87, 122]
    above = paragraph(790, "Leaders know their", "services and the", "families that need", "them and tell", "us so.")
    _, blocks = pdf([*above, *((x, 700 - 24 * i, row) for i, (x, row) in enumerate(zip(lefts, rows, strict=True)))])
    blocks = blocks[1:]
    assert [(b.kind, b.level) for b in blocks] == [("item", level) for level in (1, 2, 2, 1, 2)]
    assert blocks[3].lead is None and blocks[4].lead is blocks[3].sentences[0]


def test_a_judgement_below_its_table_head_opens_its_section(pdf):
    def section(top, label, grade):
        return [
            *[(72, top, "Key judgement", 12, True), (300, top, "Judgement grade", 12, True)],
            *[(72, top - 25, label), (300, top - 25, grade), (72, top - 55, "Summary", 12, True)],
            *paragraph(top - 85, "Leaders know their services and the families", "that need them well, and say so."),
        ]

    _, blocks = pdf(
        [
            (72, 760, "Inspection judgements about the place", 14, True),
            *section(720, "The experiences of children", "Good"),
            *section(560, "Leadership and governance", "Inadequate"),
        ]
    )
    assert [b.heading for b in blocks if b.kind == "paragraph"] == [
        ("The experiences of children Good", "Summary"),
        ("Leadership and governance Inadequate", "Summary"),
    ]
    assert [b.text for b in blocks if b.kind == "row" and not b.general] == [
        "The experiences of children Good",
        "Leadership and governance Inadequate",
    ]


def test_what_a_grade_means_is_general_wherever_it_stands():
    _, blocks = plain(
        "An LSCB that is good coordinates what partners do.\n\nIn a local authority that requires improvement, much "
        "is left.\n\nThe local authority requires improvement.\n\nA local authority audit found that it is good."
    )
    assert [b.general for b in blocks] == [True, True, False, False]


def test_the_numbers_of_committee_papers():
    _, blocks = plain(
        "1.1 The committee is asked to:\n\n(a) note the report;\n(b) agree the plan, in which\n(i) the board is named; "
        "and\n(ii) dates are set; and\n(c) ask for more.\n\n1.2 Rates rose to\n1.3 per 10,000 children.\n\n"
        "2.1 There is no cost.\n\n2.1.1 Officers say so.\n\n2.2 Nor is there risk.\n\n9.5 Nothing of this is one."
    )
    assert [(b.kind, b.number) for b in blocks] == [
        *[("paragraph", "1.1"), ("item", "a"), ("item", "b"), ("item", "i"), ("item", "ii"), ("item", "c")],
        *[("paragraph", "1.2"), ("paragraph", "2.1"), ("paragraph", "2.1.1"), ("paragraph", "2.2")],
        ("paragraph", None),
    ]
    assert all(b.lead is blocks[0].sentences[0] for b in blocks[1:6])
    assert blocks[6].text == "Rates rose to 1.3 per 10,000 children."


def test_lettered_items_on_a_page(pdf):
    lines = ["1. The plan is to:", "(a) name the board; and", "(b) set dates.", "2. It is agreed (a) as it is and"]
    _, blocks = pdf(
        [*[(72 + 28 * (0 < i < 3), 700 - 26 * i, line) for i, line in enumerate(lines)], (100, 608, "(b) in full.")]
    )
    assert [(b.kind, b.number) for b in blocks] == [
        *[("paragraph", "1"), ("item", "a"), ("item", "b"), ("paragraph", "2")],
    ]


def test_a_numbered_line_above_paragraphs_of_its_number_heads_them():
    _, blocks = plain(
        "1. Purpose\n\n1.1 To tell of the visit.\n\n2. Costs are low\n\n3. Background\n\n3.1 Caseloads fell."
    )
    assert [(b.kind, b.number, b.heading) for b in blocks] == [
        ("heading", "1", ()),
        ("paragraph", "1.1", ("Purpose",)),
        ("paragraph", "2", ("Purpose",)),
        ("heading", "3", ()),
        ("paragraph", "3.1", ("Background",)),
    ]


def test_footnotes_of_web_pages_are_numbered_as_they_come():
    _, blocks = plain(
        "# Report\n\nThe partners1 met the Board2 in 2023.\n\n- They are bodies. \u21a9\n- The Board sits. \u21a9\n",
        markdown=True,
    )
    assert [(b.kind, b.number) for b in blocks[2:]] == [("footnote", "1"), ("footnote", "2")]
    assert blocks[1].text == "The partners met the Board in 2023."
    assert [note.mark for note in blocks[1].sentences[0].notes] == ["1", "2"]


def test_a_letter_keeps_its_lines_apart_and_its_sentences_whole(pdf):
    def footer(number):
        return [(72, 40, "7 April 2022", 9), (520, 40, number, 9)]

    made, blocks = pdf(
        [
            *[
                (72, 740, "7 April 2022"),
                (72, 712, "Jane Doe"),
                (72, 698, "Director of Services"),
                (72, 670, "Dear Jane"),
            ],
            (72, 640, "Monitoring visit to a place", 12, True),
            *paragraph(612, "This letter is about what inspectors saw on their second visit to the place", "in March."),
            (72, 570, "Findings", 12, True),
            *paragraph(
                542, "Social workers see children often and know them well, and most plans are", "clear.1 Some are"
            ),
            *[(72, 90, "1 This leaves out plans that were begun later.", 9), *footer("1")],
        ],
        [
            *paragraph(780, "late, and so delay is not seen by those who could end it."),
            (72, 740, "Yours"),
            *footer("2"),
        ],
    )
    assert [(b.kind, b.text) for b in blocks if b.kind != "furniture"] == [
        ("paragraph", "7 April 2022"),
        ("paragraph", "Jane Doe Director of Services"),
        ("paragraph", "Dear Jane"),
        ("heading", "Monitoring visit to a place"),
        ("paragraph", "This letter is about what inspectors saw on their second visit to the place in March."),
        ("heading", "Findings"),
        (
            "paragraph",
            "Social workers see children often and know them well, and most plans are clear. "
            "Some are late, and so delay is not seen by those who could end it.",
        ),
        ("footnote", "This leaves out plans that were begun later."),
        ("paragraph", "Yours"),
    ]
    first, second = next(b.sentences for b in blocks if len(b.sentences) == 2)
    assert [note.mark for note in first.notes] == ["1"] and made.quote(first.spans[0]).endswith("clear.1")
    assert [span.page for span in second.spans] == [0, 1]
    assert sum(b.kind == "furniture" for b in blocks) == 2


def test_grades_are_brought_to_their_labels(pdf):
    _, blocks = pdf(
        [
            (72, 760, "Inspection of a place", 26),
            (72, 720, "Judgement Grade", 12, True),
            *[
                (72, 690, "The impact of leaders on"),
                (72, 676, "practice"),
                (300, 690, "Requires"),
                (300, 676, "improvement"),
            ],
            (72, 650, "The experiences of children Good"),
            *[(72, 620, "Overall effectiveness"), (300, 620, "Inadequate")],
            *paragraph(
                570, "Services for children have declined since the", "last inspection, and they are now not good."
            ),
        ]
    )
    assert [b.text for b in blocks if b.kind == "row" and not b.general] == [
        "The impact of leaders on practice Requires improvement",
        "The experiences of children Good",
        "Overall effectiveness Inadequate",
    ]


def test_contents_and_what_grades_mean_are_general(pdf):
    _, blocks = pdf(
        [
            *[(72, 760, "Contents", 20), (72, 730, "Executive summary 2"), (72, 710, "The experiences and progress")],
            *[(72, 696, "of children 10")],
        ],
        [
            (72, 760, "Executive summary", 14, True),
            *paragraph(730, "Leaders know their services and the families", "well."),
        ],
        [
            (72, 760, "What the inspection judgements mean", 14, True),
            *paragraph(730, "A good authority leads services that help and", "protect children."),
        ],
    )
    assert [(b.text.split()[0], b.general) for b in blocks] == [
        *[("Contents", True), ("Executive", True), ("The", True)],
        *[("Executive", False), ("Leaders", False), ("What", True), ("A", True)],
    ]
    assert blocks[4].heading == ("Executive summary",)


def test_plain_text_goes_by_blank_lines():
    made, blocks = plain(
        "16 August 2018\r\n\r\nDear Mr Weir\r\n\r\nFocused visit to a place\r\n\r\n"
        "This letter is short. It says\r\n\r\n"
        "little of note.\r\n\r\nFindings\r\n\r\nWhat must improve:\r\n- the recording of visits.\r\n- the rest.\r\n\r\n"
        "There were no areas for action\r\n\r\nYours sincerely"
    )
    assert [(b.kind, b.text) for b in blocks] == [
        ("paragraph", "16 August 2018"),
        ("paragraph", "Dear Mr Weir"),
        ("heading", "Focused visit to a place"),
        ("paragraph", "This letter is short. It says little of note."),
        ("heading", "Findings"),
        ("paragraph", "What must improve:"),
        ("item", "the recording of visits."),
        ("item", "the rest."),
        ("paragraph", "There were no areas for action"),
        ("paragraph", "Yours sincerely"),
    ]
    assert made.quote(blocks[3].sentences[1].spans[0]) == "It says\r\n\r\nlittle of note."
    assert blocks[6].lead is blocks[5].sentences[0]


def test_markdown_goes_by_its_marks():
    _, blocks = plain(
        "---\ntitle: x\n---\n# A **paper**\n\n## Part one ##\n\nPlans are *clear*.[^1] Reviews\nare not.\n\n"
        "1. First point.\n2. Second point.\n   More of it.\n\n- Of these:\n  - one.\n\n"
        "| Area | Grade |\n|---|---|\n| <p>Overall</p> | <p>Good</p> |\n\n[^1]: A note.\n",
        markdown=True,
    )
    assert [(b.kind, b.number, b.text) for b in blocks if b.kind != "furniture"] == [
        ("heading", None, "A paper"),
        ("heading", None, "Part one"),
        ("paragraph", None, "Plans are *clear*. Reviews are not."),
        ("paragraph", "1", "First point."),
        ("paragraph", "2", "Second point. More of it."),
        ("item", None, "Of these:"),
        ("item", None, "one."),
        ("row", None, "Area Grade"),
        ("row", None, "Overall Good"),
        ("footnote", "1", "A note."),
    ]
    assert blocks[-1].heading == ("A paper", "Part one")


def test_marked_up_lines_are_blocks_of_their_own():
    from rag.load.markup import read_html

    made = document(
        read_html(b"<nav>Home</nav><h1>Visit</h1><p>one</p><p>two</p><ul><li>three</li></ul>", "a")[0], "html"
    )
    assert [(b.kind, b.text) for b in parse(made)] == [
        *[("furniture", "Home"), ("heading", "Visit"), ("paragraph", "one"), ("paragraph", "two"), ("item", "three")],
    ]


@pytest.mark.parametrize("text", ["x", "-", "1.", "\u2022", "|", "# ", "Contents", "1.\n2.\n3.", "- \n- \n", "\uf06e"])
def test_scraps_break_nothing(text):
    plain(text)
    plain(text, markdown=True)


def test_a_page_without_text_has_no_blocks(pdf):
    from rag.types import Page

    assert parse(document([Page("")])) == ()
    assert parse(document([Page("", lines=(), size=(595, 842))] * 3)) == ()
