from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from rag import codec
from rag.types import GRADES, Block, Cell, Description, Judgement, Note, Passage, Sentence, Span, Stated

# Whatever JSON can hold: any text but lone surrogates.
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
spans = st.builds(Span, st.just("sub/a #1.pdf"), st.integers(0, 9999), st.integers(0, 10**6), st.integers(0, 10**6))
cells = st.builds(Cell, texts, st.lists(spans, max_size=2).map(tuple), st.none() | texts)
notes = st.lists(st.builds(Note, texts, spans), max_size=2).map(tuple)
sentences = st.builds(Sentence, texts, st.lists(spans, max_size=3).map(tuple), notes)
kinds = st.sampled_from(["heading", "paragraph", "item", "row", "footnote", "furniture"])
headings = st.lists(texts, max_size=3).map(tuple)
blocks = st.builds(
    Block, kinds, st.lists(sentences, max_size=3).map(tuple), headings, st.none() | texts, st.integers(0, 6),
    st.none() | sentences, st.booleans(), st.lists(cells, max_size=3).map(tuple),
)  # fmt: skip
stated = st.none() | st.builds(
    Stated, texts, st.lists(spans, max_size=2).map(tuple), st.sampled_from(["text", "front matter", "authority list"])
)
judgements = st.builds(Judgement, texts, st.sampled_from(GRADES), st.lists(spans, max_size=2).map(tuple), texts)


@st.composite
def passages(draw: st.DrawFn) -> Passage:
    count = draw(st.integers(0, 3))

    def row(one: st.SearchStrategy) -> tuple:
        return tuple(draw(st.lists(one, min_size=count, max_size=count)))

    return Passage(
        "sub/a #1.pdf#0003", "sub/a #1.pdf", draw(headings), row(sentences), row(st.none() | texts), row(kinds),
        row(st.none() | sentences),
        draw(st.just(()) | st.lists(st.lists(cells, max_size=2).map(tuple), min_size=count, max_size=count).map(tuple)),
    )  # fmt: skip


@st.composite
def descriptions(draw: st.DrawFn) -> Description:
    fields = {name: draw(stated) for name in codec._STATED}
    return Description(**fields, judgements=tuple(draw(st.lists(judgements, max_size=3))))


def through_json(row: object) -> object:
    return json.loads(json.dumps(row))


@given(blocks)
def test_block(block: Block) -> None:
    assert codec.block_in("sub/a #1.pdf", through_json(codec.block_out(block))) == block


@given(passages())
def test_passage(passage: Passage) -> None:
    assert codec.passage_in(passage.id, passage.document, through_json(codec.passage_out(passage))) == passage


@given(descriptions())
def test_description(description: Description) -> None:
    assert codec.description_in("sub/a #1.pdf", through_json(codec.description_out(description))) == description


def test_nothing_stated() -> None:
    assert codec.description_out(Description()) == {"stated": {}, "judgements": []}


def test_every_field_of_a_description_is_kept() -> None:
    assert {*codec._STATED, "judgements"} == set(Description.__dataclass_fields__)
