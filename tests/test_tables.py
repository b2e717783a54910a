"""Tables as rows and cells: on pages made for the purpose, and the judgement tables of the published papers."""

import io

import pytest

from rag.cells import is_grade
from rag.chunk import chunk
from rag.load import load
from rag.load.markup import read_docx, read_html
from rag.load.pdf import read as read_pdf
from rag.load.text import read_markdown
from rag.parse import parse, reads_as
from rag.types import Document

SIZE = 11


def document(pages, format="pdf"):
    return Document("a", "/a", "0" * 64, format, tuple(pages), format == "pdf")


def parsed(pages, format="pdf"):
    made = document(pages, format)
    blocks = parse(made)
    for block in blocks:
        assert all(reads_as(made, sentence) for sentence in block.sentences)
        for cell in block.cells:
            assert bool(cell.text) == bool(cell.spans)
            assert " ".join(" ".join(made.quote(s) for s in cell.spans).split()) == cell.text
    return blocks


@pytest.fixture
def pdf(make_pdf):
    """Blocks of a PDF of pages of (left, baseline, text[, bold]) and lines (x, y, x, y)."""

    def made(*pages):
        shown = [
            [one if len(one) == 4 and not isinstance(one[2], str) else text(*one) for one in page] for page in pages
        ]
        return parsed(read_pdf(make_pdf(shown), "a")[0])

    def text(left, baseline, said, bold=False):
        return (left, baseline, SIZE, bold, said)

    return made


def grid(columns, bands):
    """Borders of a table: upright lines at `columns`, level ones at `bands`."""
    level = [(columns[0], y, columns[-1], y) for y in bands]
    return level + [(x, bands[0], x, bands[-1]) for x in columns]


def rows(blocks):
    return [[cell.text for cell in block.cells] for block in blocks if block.kind == "row"]


def headed(blocks):
    return [[(c.header, c.text) for c in b.cells] for b in blocks if b.kind == "row" and b.cells[0].header]


PROSE = [(72, 760 - 14 * i, "Leaders know their services well and act on what they learn from them.") for i in range(6)]


def test_a_ruled_table_has_rows_and_cells_with_headers(pdf):
    blocks = pdf(
        [
            *PROSE,
            (72, 650, "Table 1: where children live"),
            *grid((70, 250, 330, 410), (640, 620, 590, 570)),
            *[(75, 626, "Placement", True), (255, 626, "2021", True), (335, 626, "2022", True)],
            *[(75, 608, "Foster care with carers of"), (255, 608, "210"), (335, 608, "187"), (75, 596, "the council")],
            *[(75, 576, "Residential homes"), (335, 576, "48")],
        ]
    )
    assert rows(blocks) == [
        ["Placement", "2021", "2022"],
        ["Foster care with carers of the council", "210", "187"],
        ["Residential homes", "", "48"],
    ]
    assert headed(blocks)[0] == [
        ("Placement", "Foster care with carers of the council"),
        ("2021", "210"),
        ("2022", "187"),
    ]
    table = [b for b in blocks if b.kind == "row"]
    assert all(len(b.sentences) == 1 and not b.general for b in table)
    assert {b.lead.text for b in table} == {"Table 1: where children live"}


def test_merged_cells_are_named_in_each_column_and_row_that_they_take(pdf):
    # Two headers over two columns each, and a label beside two rows.
    lines = [line for line in grid((70, 150, 230, 310, 390, 470), (700, 680, 660, 640, 620)) if line[0] != 310]
    lines = [line for line in lines if line[:2] != (230, 700) and line not in [(70, 640, 470, 640), (70, 700, 70, 620)]]
    lines += [(310, 700, 310, 620), (70, 700, 70, 620), (150, 640, 470, 640), (230, 680, 230, 620)]
    lines = [line for line in lines if line != (390, 700, 390, 620)] + [(390, 680, 390, 620)]
    blocks = pdf(
        [
            *lines,
            *[(75, 685, "Area", True), (155, 685, "Boys", True), (315, 685, "Girls", True)],
            *[(155 + 80 * i, 665, ("Under 10", "Older")[i % 2], True) for i in range(4)],
            *[(75, 645, "East"), *((155 + 80 * i, 645, str(i)) for i in range(4))],
            *[(155 + 80 * i, 625, str(i + 5)) for i in range(4)],
        ]
    )
    heads = ["Boys Under 10", "Boys Older", "Girls Under 10", "Girls Older"]
    assert headed(blocks) == [
        [("Area", "East"), *zip(heads, "0123", strict=True)],
        [("Area", "East"), *zip(heads, "5678", strict=True)],
    ]
    last = [b for b in blocks if b.kind == "row"][-1]
    assert last.sentences[0].text == "5 6 7 8"  # the label is quoted where it stands


def test_cells_that_the_page_runs_together_are_parted_at_the_line_between_them(pdf):
    blocks = pdf(
        [
            *grid((70, 131, 190), (700, 680, 660)),
            *[(75, 685, "Quality of"), (133, 685, "Inadequate"), (75, 665, "Leadership"), (133, 665, "Good")],
        ]
    )
    assert rows(blocks) == [["Quality of", "Inadequate"], ["Leadership", "Good"]]


def test_a_table_that_goes_on_overleaf_keeps_its_headers(pdf):
    columns = (70, 200, 300)
    first = [*grid(columns, (120, 100, 80, 60)), (75, 106, "Team", True), (205, 106, "Cases", True)]
    first += [(75, 86, "North"), (205, 86, "14"), (75, 66, "South"), (205, 66, "15")]
    blocks = pdf(
        [*PROSE, *first],
        [*grid(columns, (800, 780, 760)), (75, 786, "East"), (205, 786, "9"), (75, 766, "West"), (205, 766, "8")],
    )
    assert [row[0] for row in headed(blocks)] == [("Team", name) for name in ("North", "South", "East", "West")]


def test_figures_in_columns_without_lines_are_a_table(pdf):
    figures = [("Visits on time", "95%", "88%"), ("Re-referrals", "18%", "-"), ("Cost a week", "£4,200", "£5,150")]
    blocks = pdf(
        [
            *PROSE,
            *[(72, 640, "Measure"), (300, 650, "Target for"), (300, 638, "the year"), (400, 640, "2022/23")],
            *[(x, 610 - 18 * i, row[n]) for i, row in enumerate(figures) for n, x in enumerate((72, 300, 400))],
            *[(72, 540, "This is why the council is looking at them again, as it said it would.")],
        ]
    )
    assert headed(blocks) == [
        [(head, cell) for head, cell in zip(("Measure", "Target for the year", "2022/23"), row, strict=True)]
        for row in figures
    ]
    assert blocks[-1].kind == "paragraph" and blocks[-1].text.startswith("This is why")


def test_labels_over_several_lines_belong_to_the_figures_nearest_to_them(pdf):
    blocks = pdf(
        [
            *PROSE,
            *[(72, 640, "Team"), (300, 640, "Cases"), (400, 640, "Closed")],
            *[(72, 620, "Children with"), (72, 607, "Disabilities"), (300, 613.5, "19"), (400, 613.5, "8")],
            *[(72, 585, "Assessment East"), (300, 585, "14"), (400, 585, "7"), (72, 572, "London")],
            *[(72, 550, "Total"), (300, 550, "33"), (400, 550, "15")],
        ]
    )
    assert rows(blocks)[1:] == [
        ["Children with Disabilities", "19", "8"],
        ["Assessment East London", "14", "7"],
        ["Total", "33", "15"],
    ]


NO_TABLES = {
    "prose in two columns of a ruled box": [
        *grid((60, 300, 540), (780, 560)),
        *[(x, 760 - 14 * i, "Children are seen often and they are") for x in (70, 310) for i in range(10)],
    ],
    "a box around a note": [*grid((60, 540), (720, 690)), (70, 700, "A note: 12 of 14 cases were good.")],
    "an address": [(72, 700 - 14 * i, said) for i, said in enumerate(("Town Hall", "1 High Street", "N1 2AB"))]
    + [(400, 700 - 14 * i, said) for i, said in enumerate(("Telephone", "01234 567890", "12 May 2024"))],
    "a list with numbers": [
        one for i in range(1, 5) for one in ((72, 720 - 14 * i, f"{i}."), (110, 720 - 14 * i, f"{i}4 plans were late."))
    ],
    "entries with page numbers": [
        one
        for i, said in enumerate(("Introduction", "Context", "What inspectors found", "Next steps"))
        for one in ((72, 700 - 18 * i, said), (500, 700 - 18 * i, str(3 * i + 1)))
    ],
    "labels with dates and names": [
        one
        for i, (label, said) in enumerate((("Inspection dates:", "3 to 7 June 2019"), ("Lead inspector:", "A Name")))
        for one in ((72, 700 - 18 * i, label, True), (250, 700 - 18 * i, said))
    ],
    "underlined headings": [
        (72, 700, "Findings"),
        (72, 697, 120, 697),
        (72, 670, "They are good."),
        (72, 667, 99, 667),
    ],
    "a chart": [
        *grid((100, 200, 300, 400), (700, 650, 600, 550)),
        *[(150, 610, "35%"), (60, 640, "40"), (60, 590, "20"), (140, 530, "2021"), (240, 530, "2022")],
    ],
}


@pytest.mark.parametrize("name", NO_TABLES)
def test_what_is_no_table_does_not_become_one(pdf, name):
    assert rows(pdf([*PROSE[:1], *NO_TABLES[name]])) == []


def test_a_box_with_a_judgement_opens_its_section(pdf):
    blocks = pdf(
        [
            (72, 790, "Findings about the local authority", True),
            *grid((70, 300, 450), (760, 715)),
            *[(75, 745, "The experiences of children who", True), (75, 731, "need help and protection", True)],
            *[(305, 738, "Requires improvement", True)],
            *[(x, y - 100, said) for x, y, said in PROSE],
        ]
    )
    row = next(b for b in blocks if b.kind == "row")
    label = "The experiences of children who need help and protection"
    assert [cell.text for cell in row.cells] == [label, "Requires improvement"]
    assert row.heading[-1] == f"{label} Requires improvement"
    assert blocks[-1].heading[-1] == row.heading[-1]
    (passage,) = chunk(document(()), blocks, 200)
    assert passage.sentences[0].text == f"{label} Requires improvement"


HTML = """<body><h1>Report</h1><p>Text before.</p>
<table><caption>Children by area</caption>
<thead><tr><th rowspan=2>Area</th><th colspan=2>Boys</th></tr><tr><th>Under 10</th><th>Older</th></tr></thead>
<tr><td rowspan="2">East</td><td>4</td><td>8</td></tr><tr><td>5</td><td></td></tr></table>
<table><tr><td><b>Year</b></td><td><b>Referrals</b></td></tr><tr><td>2019</td><td>1,204</td></tr></table>
<table><tr><td><h2>Left</h2><p>Words beside words.</p></td><td><p>More words.</p></td></tr></table></body>"""


def test_a_web_page_has_tables_with_merged_cells():
    blocks = parsed(read_html(HTML.encode(), "a.html")[0], "html")
    assert headed(blocks) == [
        [("Area", "East"), ("Boys Under 10", "4"), ("Boys Older", "8")],
        [("Area", "East"), ("Boys Under 10", "5"), ("Boys Older", "")],
        [("Year", "2019"), ("Referrals", "1,204")],
    ]
    leads = [b.lead and b.lead.text for b in blocks if b.kind == "row"]
    assert set(leads[:4]) == {"Children by area"}
    assert [(b.kind, b.text) for b in blocks[-3:]] == [
        ("heading", "Left"),
        ("paragraph", "Words beside words."),
        ("paragraph", "More words."),
    ]


@pytest.mark.parametrize("span", ["0", "-1", "x", "99999999999999999999", "²"])
def test_hostile_spans_do_no_harm(span):
    page = f"<table><tr><td colspan='{span}' rowspan='{span}'>a</td><td>b</td></tr><tr><td>c</td></tr></table>"
    blocks = parsed(read_html(page.encode(), "a.html")[0], "html")
    assert "".join(b.text for b in blocks).replace(" ", "") == "abc"


def test_a_word_file_has_tables_with_merged_cells():
    import docx

    made = docx.Document()
    made.add_paragraph("Children by area", style="Caption")
    table = made.add_table(rows=4, cols=3)
    said = (("Area", "Boys", ""), ("", "Under 10", "Older"), ("East", "4", "8"), ("", "5", ""))
    for row, texts in zip(table.rows, said, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(2, 0).merge(table.cell(3, 0))
    for row in list(table.rows)[:2]:
        properties = row._tr.get_or_add_trPr()
        properties.append(properties.makeelement(docx.oxml.ns.qn("w:tblHeader")))
    table.cell(3, 2).add_table(rows=1, cols=1).cell(0, 0).text = "within"
    held = io.BytesIO()
    made.save(held)
    blocks = parsed(read_docx(held.getvalue(), "a.docx")[0], "docx")
    assert headed(blocks) == [
        [("Area", "East"), ("Boys Under 10", "4"), ("Boys Older", "8")],
        [("Area", "East"), ("Boys Under 10", "5"), ("Boys Older", "within")],
    ]
    assert {b.lead.text for b in blocks if b.kind == "row"} == {"Children by area"}


MARKDOWN = """Table 3: cases by team

| Team | Cases | Note |
|:---|--:|---|
| North | 14 | a \\| b |
| South |  | <p>many</p> <p>words</p> |

Year | Referrals
--- | ---
2019 | 1,204

a | b is no table
"""


def test_markdown_has_tables():
    made = document(read_markdown(MARKDOWN.encode(), "a.md")[0], "markdown")
    blocks = parse(made)
    assert headed(blocks) == [
        [("Team", "North"), ("Cases", "14"), ("Note", "a \\ b")],
        [("Team", "South"), ("Cases", ""), ("Note", "many words")],
        [("Year", "2019"), ("Referrals", "1,204")],
    ]
    assert blocks[-1].kind == "paragraph"
    assert [b.heading for b in blocks if b.kind == "row"][:3] == [("Table 3: cases by team",)] * 3


# ── the judgement tables of published reports, read by eye ───────────────────────────────────────────────────────

GRADES = {"O": "Outstanding", "G": "Good", "R": "Require", "I": "Inadequate"}
SINGLE = (
    "1. Children who need help and protection",
    "2. Children looked after and achieving permanence",
    "2.1 Adoption performance",
    "2.2 Experiences and progress of care leavers",
    "3. Leadership, management and governance",
)
_LEADERS = "The impact of leaders on social work practice with children and families"
_HELP = "The experiences and progress of children who need help and protection"
_CARE = "The experiences and progress of children in care"
ILACS = (_LEADERS, _HELP, f"{_CARE} and care leavers", "Overall effectiveness")
ILACS_2023 = (_LEADERS, _HELP, _CARE, "The experiences and progress of care leavers", "Overall effectiveness")
READ = [
    ("80553_slough", "14 february 2014", SINGLE, "IIRII"),
    ("80468_essex", "21 march 2014", SINGLE, "GGGGG"),
    ("80511_newham", "08 august 2014", SINGLE, "RRGGR"),
    ("80543_rotherham", "19 november 2014", SINGLE, "IIRII"),
    ("80580_wiltshire", "01 september 2015", SINGLE, "RRRRR"),
    ("80537_peterborough", "18 september 2015", SINGLE, "RRGRR"),
    ("80544_kensington and chelsea", "29 march 2016", SINGLE, "GOOOO"),
    ("80571_thurrock", "24 may 2016", SINGLE, "RRRRR"),
    ("80563_stockton-on-tees", "05 august 2016", SINGLE, "GRROG"),
    ("80500_havering", "09 december 2016", SINGLE, "RRRIR"),
    ("80529_north tyneside", "13 june 2017", SINGLE, "GGGOG"),
    ("80525_newcastle upon tyne", "07 july 2017", SINGLE, "RRGGG"),
    ("80485_liverpool", "02 july 2018", ILACS, "RRRR"),
    ("80441_bristol", "22 october 2018", ILACS, "GRRR"),
    ("80449_bradford", "29 october 2018", ILACS, "RIRI"),
    ("80468_essex", "07 january 2019", ILACS, "OOGO"),
    ("80519_westminster", "15 october 2019", ILACS, "OOOO"),
    ("80540_reading", "28 october 2019", ILACS, "RRRR"),
    ("80545_kingston upon thames", "19 december 2019", ILACS, "OGOO"),
    ("80479_knowsley", "03 december 2021", ILACS, "RRRR"),
    ("80453_york", "04 may 2022", ILACS, "RRRR"),
    ("80543_rotherham", "12 august 2022", ILACS, "GGGG"),
    ("80527_north lincolnshire", "25 november 2022", ILACS, "OOOO"),
    ("80449_bradford", "31 january 2023", ILACS, "IIII"),
    ("80528_north somerset", "11 may 2023", ILACS_2023, "RRRGR"),
    ("80497_hammersmith and fulham", "16 may 2024", ILACS_2023, "OGOOO"),
    ("80493_ealing", "12 july 2024", ILACS_2023, "GRGGG"),
]


@pytest.mark.parametrize(("folder", "day", "labels", "grades"), READ, ids=[f"{r[0][6:]} {r[1][-4:]}" for r in READ])
def test_a_report_is_graded_as_it_prints(papers, folder, day, labels, grades):
    (path,) = (papers / "ilacs" / folder).glob(f"*{day}.pdf")
    table = [
        b
        for b in parse(load(path, path.name))
        if b.kind == "row" and not b.general and not b.sentences[0].spans[0].page
    ]
    found = [[cell.text for cell in b.cells] for b in table]
    assert [label.casefold() for label, _ in found] == [label.casefold() for label in labels]
    assert all(grade.startswith(GRADES[code]) for (_, grade), code in zip(found, grades, strict=True)), found
    assert all(b.cells[1].header == (None if labels is SINGLE else "Grade") for b in table)


@pytest.mark.slow
def test_every_table_of_the_papers_is_one_of_judgements(papers):
    """Nothing else in them is a table, and 160 of the 163 have theirs on the first page."""
    tables, false = 0, []
    for path in sorted((papers / "ilacs").rglob("*.pdf")):
        if path.name.endswith("10 august 2012.pdf"):
            continue
        blocks = parse(load(path, path.name))
        shown = [b for b in blocks if b.kind == "row" and b.cells]
        tables += any(b.sentences[0].spans[0].page == 0 for b in shown)
        for row in shown:
            if not (row.general or is_grade(row.cells[-1].text)):
                false.append((path.name, [cell.text for cell in row.cells]))
    assert tables == 160 and false == []
