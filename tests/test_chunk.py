from rag.chunk import chunk
from rag.types import Block, Document, Page, Sentence, Span

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
