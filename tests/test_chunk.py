from rag.chunk import chunk
from rag.types import Block, Cell, Document, Page, Sentence, Span

DOCUMENT = Document("a.pdf", "/a.pdf", "0" * 64, "pdf", (Page("x" * 9999),), True)
_place = iter(range(9999))


def sentence(words, mark="w"):
    at = next(_place)
    return Sentence(" ".join([mark] * words), (Span("a.pdf", 0, at, at + 1),))


def block(*lengths, kind="paragraph", heading=("H",), number=None, lead=None, general=False):
    return Block(kind, tuple(sentence(n) for n in lengths), heading, number, 0, lead, general)


def shape(passages):
    return [[len(s.text.split()) for s in p.sentences] for p in passages]


def test_nothing_makes_no_passages():
    assert chunk(DOCUMENT, (), 10) == ()
    assert chunk(DOCUMENT, (block(5, kind="furniture"), block(5, kind="heading"), block(5, general=True)), 10) == ()


def test_small_neighbours_are_packed_up_to_the_limit():
    assert shape(chunk(DOCUMENT, (block(3), block(4), block(3), block(1)), 10)) == [[3, 4, 3], [1]]


def test_breaks_fall_at_block_borders_where_they_can():
    assert shape(chunk(DOCUMENT, (block(3), block(4, 4)), 10)) == [[3], [4, 4]]


def test_sentences_are_never_split():
    assert shape(chunk(DOCUMENT, (block(4, 25, 4),), 10)) == [[4], [25], [4]]


def test_headings_are_never_crossed():
    assert shape(chunk(DOCUMENT, (block(2), block(2, heading=("H", "I")), block(2)), 10)) == [[2], [2], [2]]


def test_ids_count_from_nought_in_order_and_are_stable():
    blocks = (block(8), block(8), block(8))
    assert [p.id for p in chunk(DOCUMENT, blocks, 10)] == ["a.pdf#0000", "a.pdf#0001", "a.pdf#0002"]
    assert chunk(DOCUMENT, blocks, 10) == chunk(DOCUMENT, blocks, 10)


def test_numbers_kinds_and_leads_stand_beside_each_sentence():
    lead = block(3, number="27")
    items = [block(2, kind="item", lead=lead.sentences[0]) for _ in range(2)]
    (passage,) = chunk(DOCUMENT, (lead, *items), 20)
    assert passage.numbers == ("27", None, None)
    assert passage.kinds == ("paragraph", "item", "item")
    assert passage.leads == (None, lead.sentences[0], lead.sentences[0])
    assert passage.document == "a.pdf" and passage.heading == ("H",) and passage.page == 0


def test_a_lead_in_stands_with_its_first_item():
    before, lead = block(6), block(3)
    items = [block(4, kind="item", lead=lead.sentences[0]) for _ in range(3)]
    passages = chunk(DOCUMENT, (before, lead, *items), 10)
    assert shape(passages) == [[6], [3, 4], [4, 4]]
    assert all(held is lead.sentences[0] for held in passages[2].leads)


def test_footnotes_stand_apart_and_interrupt_nothing():
    passages = chunk(DOCUMENT, (block(3), block(5, kind="footnote", number="1"), block(4)), 10)
    assert shape(passages) == [[3, 4], [5]]
    assert passages[1].kinds == ("footnote",) and passages[1].numbers == ("1",)


def table(count, words=2, header="Cases", lead=None, heading=("H",)):
    """Rows of a label and a cell of some words."""
    made = []
    for number in range(count):
        one = sentence(words + 1)
        cells = (Cell(f"n{number}", one.spans), Cell(" ".join(["w"] * words), one.spans, header))
        made.append(Block("row", (one,), heading, lead=lead, cells=cells))
    return made


def test_the_rows_of_a_table_stay_together_where_they_fit():
    passages = chunk(DOCUMENT, (block(6), *table(3), block(3)), 14)
    assert [p.kinds for p in passages] == [("paragraph",), ("row",) * 3, ("paragraph",)]
    assert passages[0].cells == () and [len(cells) for cells in passages[1].cells] == [2, 2, 2]


def test_a_table_that_is_too_long_is_parted_between_rows_and_each_says_its_headers():
    passages = chunk(DOCUMENT, table(5), 10)
    assert [len(p.sentences) for p in passages] == [2, 2, 1]  # with its header, a row has four words
    assert all(cells[1].header == "Cases" for p in passages for cells in p.cells)


def test_the_caption_stands_with_its_table():
    caption = block(3)
    passages = chunk(DOCUMENT, (block(6), caption, *table(2, lead=caption.sentences[0])), 12)
    assert [p.kinds for p in passages] == [("paragraph",), ("paragraph", "row", "row")]


def test_a_sentence_of_a_long_cell_comes_with_what_names_its_row():
    spans = [(Span("a.pdf", 0, at, at + 5),) for at in (9000, 9010, 9020)]
    one, two = Sentence("First said.", spans[1]), Sentence("Then done.", spans[2])
    cells = (Cell("Homes", spans[0]), Cell("First said. Then done.", spans[1] + spans[2], "Action"))
    (passage,) = chunk(DOCUMENT, [Block("row", (Sentence("Homes", spans[0]), one, two), cells=cells)], 20)
    assert passage.cells == (
        (Cell("Homes", spans[0]),),
        (cells[0], Cell("First said.", spans[1], "Action")),
        (cells[0], Cell("Then done.", spans[2], "Action")),
    )
