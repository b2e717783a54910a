"""Parsing and chunking the published papers themselves."""

import random
import re
from itertools import pairwise

import pytest

from rag.chunk import chunk
from rag.clean import vocabulary
from rag.load import SUFFIXES, load
from rag.parse import parse
from rag.parse.build import reading

NEWHAM = "ilacs/80511_newham/children's services inspection - 08 august 2014.pdf"
ERROR_PAGE = "10 august 2012.pdf"
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
            assert reading(document, sentence.spans, words) == sentence.text
            if block.kind != "furniture":
                assert not RUNNING.search(sentence.text), sentence.text
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


def _covers(document, taken):
    """No word of a page is lost: what no sentence stands on holds marks and numbers only."""
    left = {index: list(page.text) for index, page in enumerate(document.pages)}
    for span in taken:
        left[span.page][span.start : span.end] = " " * (span.end - span.start)
    for index, page in left.items():
        assert not re.search(r"[^\W\d_]{2,}", "".join(page)), (index + 1, "".join(page).split())


def test_a_sample_of_the_papers(papers):
    pages = sum(check(papers, path) for path in random.Random(7).sample(files(papers), 12))
    assert pages > 100


@pytest.mark.slow
def test_every_page_of_every_paper(papers):
    assert sum(check(papers, path) for path in files(papers)) == 3658


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
    assert item.kind == "item" and item.level == 2 and len(item.sentences[0].spans) == 2
    assert [b.number for b in blocks if b.kind == "footnote"][:3] == ["1", "2", "3"]
