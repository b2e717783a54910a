"""Pages that OCR read: from the store to the record, the terminal and the picture, whoever quotes them says so."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from made import MANIFEST, paper, put, store_of

from rag import terminal
from rag.answer import cite
from rag.config import Settings
from rag.display import RECOGNISED
from rag.embed import Embedder
from rag.record import citation_record, hit_record
from rag.retrieve import retrieve
from rag.show import SCALE, page_image
from rag.store import Store
from rag.types import Claim, Line, Page, Query, Span
from rag.writer import writing
from ui.render.source import place

TEXT = "Visits were regular."
WORDS = (Line(0, 6, (72.0, 700.0, 110.0, 712.0)), Line(7, 11, (115.0, 700.0, 140.0, 712.0)))


@pytest.fixture
def store(tmp_path: Path, make_pdf: Callable[..., bytes]) -> Iterator[Store]:
    """A paper whose second page was recognised."""
    file = tmp_path / "a.pdf"
    file.write_bytes(make_pdf([[], []]))
    made = paper("a.pdf", "Plans were late.", TEXT, paged=True, sha256=hashlib.sha256(file.read_bytes()).hexdigest())
    first, second = made.document.pages
    pages = (first, dataclasses.replace(second, words=WORDS))
    made = made._replace(document=dataclasses.replace(made.document, path=str(file), pages=pages))
    with Store(store_of(tmp_path / "store", [made])) as opened:
        yield opened


def test_a_page_is_recognised_where_it_has_words() -> None:
    assert Page(TEXT, words=WORDS).recognised and not Page(TEXT).recognised


def test_the_store_keeps_where_the_words_are(store: Store) -> None:
    assert [store.recognised("a.pdf", page) for page in (0, 1, 2)] == [False, True, False]
    assert store.page_words("a.pdf", 1) == WORDS
    assert store.page_words("a.pdf", 0) == ()


def test_they_leave_the_store_with_their_paper(store: Store) -> None:
    with writing(store.folder, MANIFEST) as writer:
        writer.remove("a.pdf")
        put(writer, paper("a.pdf", "Plans were late.", TEXT, paged=True))
    with Store(store.folder) as opened:
        assert not opened.recognised("a.pdf", 1)


def test_citations_say_so_wherever_they_are_shown(store: Store) -> None:
    printed, recognised = cite.cite([Span("a.pdf", 0, 0, 16), Span("a.pdf", 1, 0, 20)], None, store)
    assert (printed.recognised, recognised.recognised) == (False, True)
    assert "recognised" not in citation_record(printed) and citation_record(recognised)["recognised"] is True
    assert RECOGNISED in terminal.place(recognised) and RECOGNISED not in terminal.place(printed)
    assert RECOGNISED in place(recognised) and RECOGNISED not in place(printed)
    assert Claim(TEXT, (recognised,)).citations[0].quote == TEXT


def test_hits_say_so(store: Store) -> None:
    embedder = Embedder("tiny", "0" * 64, 2, lambda texts, progress: np.array([[1.0, 0.0]], dtype=np.float32))
    hits = retrieve(Query("Were visits regular?"), store, embedder, Settings())
    said = {hit.passage.page: hit.recognised for hit in hits}
    assert said == {0: False, 1: True}
    assert [hit_record(hit).get("recognised") for hit in hits] == [hit.recognised or None for hit in hits]
    assert terminal.hits_text(Query("x"), hits, store.records).count(RECOGNISED) == 1


def test_boxes_stand_where_the_words_were_seen(store: Store) -> None:
    record = store.records["a.pdf"]
    image = np.asarray(page_image(record, 2, [Span("a.pdf", 1, 7, 20)], store.page_words("a.pdf", 1)))
    rows, columns = np.nonzero((image != 255).any(axis=2))
    assert columns.min() / SCALE == pytest.approx(114, abs=2) and columns.max() / SCALE == pytest.approx(141, abs=2)
    assert 842 - rows.max() / SCALE == pytest.approx(699, abs=2) and 842 - rows.min() / SCALE == pytest.approx(
        713, abs=2
    )
