"""Parsing and chunking the published papers themselves."""

import json
import random
import re
from itertools import pairwise
from pathlib import Path

import pytest

from rag.chunk import chunk
from rag.clean import vocabulary
from rag.load import SUFFIXES, load
from rag.parse import parse
from rag.parse.build import reading
from rag.parse.marks import plain_mark

NEWHAM = "ilacs/80511_newham/children's services inspection - 08 august 2014.pdf"
COUNTED = json.loads((Path(__file__).parent / "data" / "numbered_paragraphs.json").read_text())
SOMERSET = "ilacs/80528_north somerset/children's services inspection - 25 august 2017.pdf"
ERROR_PAGE = "10 august 2012.pdf"
# What cleaning leaves out or turns into letters; what may stand outside every sentence.
ODD = re.compile("[\ufffe\u00ad\u00a0\ufb00-\ufb06\ue000-\uf8ff\u200b\ufeff]|\\s\\s|^\\s|\\s$")
MARKS = re.compile(r"</?p>|[¹²³⁴⁵⁶⁷⁸⁹]|(?m:^[ \t]*(?:o|\(?[a-z]{1,4}\))(?=\s))")
RUNNING = re.compile(r"\d{1,2} to \d{1,2} [A-Z][a-z]+ 20\d\d \d{1,2}\b|Inspection of looked after children services \d")


def files(papers):
    found = [
        path for path in sorted(papers.rglob("*")) if path.suffix in SUFFIXES and not path.name.endswith(ERROR_PAGE)
    ]
    assert len(found) > 150
    return found


def check(papers, path):
    """Reads one paper through to passages and holds it to everything that is promised of spans. Returns its pages."""
    document = load(path, path.relative_to(papers).as_posix())
    blocks = parse(document)
    words = vocabulary(page.text for page in document.pages)
    taken = []
    for block in blocks:
        assert block.sentences
        for sentence in block.sentences:
            assert sentence.text and sentence.spans
            for span in sentence.spans:
                assert span.document == document.name
                assert 0 <= span.start < span.end <= len(document.pages[span.page].text)
                quote = document.quote(span)
                assert quote == quote.strip()
                taken.append(span)
            assert list(sentence.spans) == sorted(sentence.spans)
            assert reading(document, sentence, words) == sentence.text
            assert not ODD.search(sentence.text), sentence.text
            if block.kind != "furniture":
                assert not RUNNING.search(sentence.text), sentence.text
    read = [
        span for block in blocks if block.kind not in ("furniture", "footnote")
        for sentence in block.sentences for span in sentence.spans
    ]  # fmt: skip
    assert [(span.page, span.start) for span in read] == sorted((span.page, span.start) for span in read)
    _notes(document, blocks)
    for block in blocks:
        if block.kind in ("paragraph", "item"):
            _whole(block)
        _general(block)
    taken.sort()
    for span, after in pairwise(taken):
        assert (span.page, span.end) <= (after.page, after.start)
    _covers(document, taken)
    searched = [s for b in blocks if b.kind not in ("furniture", "heading") and not b.general for s in b.sentences]
    passages = chunk(document, blocks, 110)
    assert sorted(s.spans for p in passages for s in p.sentences) == sorted(s.spans for s in searched)
    for passage in passages:
        assert len(passage.text.split()) <= 110 or len(passage.sentences) == 1
    assert len({p.id for p in passages}) == len(passages)
    return len(document.pages)


def _whole(block):
    """No paragraph begins in the middle of a sentence, but for the "and" that joins a title's halves; none runs on."""
    first = block.sentences[0].text
    assert block.kind == "item" or first == "and" or not first[0].islower(), first
    assert all(len(sentence.text.split()) <= 120 for sentence in block.sentences), block.text


def _general(block):
    """Contents and what grades mean are marked wherever they stand, and no numbered finding is."""
    text = block.text
    if re.match(r"(?:In )?[Aa]n? (?:\w+ )?(?:local authority|LSCB) (?:that|which|leads)\b", text) or re.search(
        r"(?:\.\s?){5}\d{1,2}$", text
    ):
        assert block.general, text
    if block.number and block.kind == "paragraph" and int(block.number.split(".")[0]) > 3:
        assert not block.general, text


def _notes(document, blocks):
    """Each mark lies in its sentence and calls a footnote of its page; each footnote of a PDF is called."""
    notes = {(b.sentences[0].spans[0].page, b.number) for b in blocks if b.kind == "footnote" and b.number}
    called = set()
    for sentence in (sentence for block in blocks for sentence in block.sentences):
        for note in sentence.notes:
            assert any(s.page == note.span.page and s.start <= note.span.start < note.span.end <= s.end
                       for s in sentence.spans)  # fmt: skip
            assert plain_mark(document.quote(note.span)).strip("[^]") == note.mark
            assert (note.span.page, note.mark) in notes
            called.add((note.span.page, note.mark))
    assert not document.paged or notes == called, (document.name, notes - called)


def _covers(document, taken):
    """No letter of a page is lost: what no sentence stands on holds marks and numbers only."""
    left = {index: list(page.text) for index, page in enumerate(document.pages)}
    for span in taken:
        left[span.page][span.start : span.end] = " " * (span.end - span.start)
    for index, page in left.items():
        rest = MARKS.sub("", "".join(page))
        assert not re.search(r"[^\W\d_]", rest), (index + 1, rest.split())


def test_a_sample_of_the_papers(papers):
    pages = sum(check(papers, path) for path in random.Random(7).sample(files(papers), 12))
    assert pages > 100


@pytest.mark.slow
def test_every_page_of_every_paper(papers):
    assert sum(check(papers, path) for path in files(papers)) == 3658


@pytest.mark.parametrize("told", COUNTED, ids=lambda told: told["document"].split("/", 1)[1])
def test_numbered_paragraphs_are_those_that_a_reader_counts(papers, told):
    """The counts were made by reading the pages. A number that is printed without any text makes no block."""
    blocks = parse(load(papers / told["document"], told["document"]))
    found = [(int(b.number), b.sentences[0].spans[0].page + 1) for b in blocks if b.number and b.kind == "paragraph"]
    assert [number for number, _ in found] == [
        n for n in range(1, told["paragraphs"] + 1) if n not in told["without_text"]
    ]
    first = {}
    for number, page in found:
        first.setdefault(page, number)
    assert {str(page): number for page, number in first.items()} == told["first_on_page"]


@pytest.mark.parametrize("name", [NEWHAM, "briefing/newham-inspection-2014-08-08.md"])
def test_all_numbered_paragraphs_are_found(papers, name):
    blocks = parse(load(papers / name, name))
    numbers = [int(b.number) for b in blocks if b.number and b.kind == "paragraph"]
    assert numbers == list(range(1, 159))


@pytest.mark.parametrize("name", [NEWHAM, "briefing/newham-inspection-2014-08-08.md"])
def test_what_grades_mean_in_general_is_kept_out_of_passages(papers, name):
    document = load(papers / name, name)
    blocks = parse(document)
    general = [b for b in blocks if b.general and b.kind != "furniture"]
    assert sum("judgements mean" in b.text for b in general if b.kind == "heading") == 2
    assert not any("judgements mean" in h for p in chunk(document, blocks, 110) for h in p.heading)


def test_the_grade_table_reads_as_printed(papers):
    blocks = parse(load(papers / NEWHAM, NEWHAM))
    rows = [b.text for b in blocks if b.kind == "row" and not b.general and b.sentences[0].spans[0].page == 0]
    assert [row.split(". ")[0] if ". " in row else row.split()[0] for row in rows] == ["1", "2", "2.1", "2.2", "3"]
    assert [row.split()[-1] for row in rows] == ["improvement", "improvement", "Good", "Good", "improvement"]


def test_the_mark_of_a_footnote_cuts_no_item(papers):
    blocks = parse(load(papers / NEWHAM, NEWHAM))
    (item,) = [b for b in blocks if b.text.startswith("8 live in residential special schools")]
    assert item.kind == "item" and item.level == 2 and [n.mark for n in item.sentences[0].notes] == ["3"]
    assert [b.number for b in blocks if b.kind == "footnote"][:3] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("name", "page", "marks"),
    [
        (NEWHAM, 7, ["1", "2"]),  # behind a heading, behind a colon
        (SOMERSET, 5, ["2", "3", "4", "5", "6"]),  # behind a figure and "%" too
        ("ilacs/80493_ealing/children's services inspection - 26 august 2016.pdf", 6, ["3"]),  # opens a printed line
        ("ilacs/80548_salford/children's services inspection - 22 june 2015.pdf", 4, ["8", "9", "10", "11", "12"]),
    ],
)
def test_footnotes_are_tied_to_their_marks(papers, name, page, marks):
    blocks = parse(load(papers / name, name))
    here = [s for b in blocks for s in b.sentences if any(span.page == page - 1 for span in s.spans)]
    assert [note.mark for s in here for note in s.notes] == marks
    notes = [b.number for b in blocks if b.kind == "footnote" and b.sentences[0].spans[0].page == page - 1]
    assert notes == marks


def test_a_mark_glued_to_a_figure_is_no_part_of_it(papers):
    text = " ".join(b.text for b in parse(load(papers / SOMERSET, SOMERSET)))
    assert "42,616 " in text and "12% " in text and "42,6163" not in text and "12%4" not in text


def test_digits_of_names_are_no_marks(papers):
    name = "ilacs/80583_wolverhampton/children's services inspection - 18 may 2022.pdf"
    text = " ".join(b.text for b in parse(load(papers / name, name)))
    assert "MASH24" in text and "Power2" in text
