from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from made import paper, store_of

from rag.errors import FindingsError, UsageError
from rag.load import load
from rag.show import SCALE, find_record, page_blocks, page_image
from rag.store import Record, Store
from rag.types import Description, Span


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = [
        paper("x/a.pdf", "Plans were\r\nlate. They wait.", "", paged=True),
        paper("y/a.pdf", "No."),
        paper("b.md", "B."),
    ]
    with Store(store_of(tmp_path / "store", made)) as opened:
        yield opened


def test_a_paper_is_found_by_its_name_or_the_end_of_it(store: Store) -> None:
    assert find_record(store, "x/a.pdf").name == "x/a.pdf"
    assert find_record(store, "b.md").name == "b.md"
    assert find_record(store, ".md").name == "b.md"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.pdf", "did you mean one of x/a.pdf, y/a.pdf"),
        ("c.pdf", "no paper called 'c.pdf'; findings documents lists them"),
        ("", "no paper called ''; findings documents lists them"),
    ],
)
def test_a_paper_that_is_not_there(store: Store, name: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        find_record(store, name)


def test_blocks_have_their_untouched_text(store: Store) -> None:
    ((block, text),) = page_blocks(store, store.records["x/a.pdf"], 1)
    assert (block.kind, text) == ("paragraph", "Plans were\r\nlate. They wait.")
    assert page_blocks(store, store.records["x/a.pdf"], 2) == []


@pytest.mark.parametrize("page", [0, 3, 99])
def test_a_page_that_is_not_there(store: Store, page: int) -> None:
    with pytest.raises(UsageError, match=f"x/a.pdf has no page {page}; it has 2"):
        page_blocks(store, store.records["x/a.pdf"], page)


@pytest.fixture
def drawn(tmp_path: Path, make_pdf: Callable[..., bytes]) -> tuple[Record, str]:
    """A PDF's record, and the text of its page."""
    data = make_pdf([[(72, 700, 12, False, "Plans were late."), (72, 400, 12, False, "Visits were regular.")]])
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    text = load(path, "a.pdf").pages[0].text
    sha256 = hashlib.sha256(data).hexdigest()
    return Record("a.pdf", str(tmp_path), str(path), sha256, "pdf", True, 1, 6, (), Description()), text


def coloured(image: object) -> np.ndarray:
    """Rows of the picture, from the top, that hold anything but grey."""
    pixels = np.asarray(image).astype(int)
    return np.flatnonzero((pixels.max(axis=2) - pixels.min(axis=2) > 40).any(axis=1))


def test_the_box_stands_round_the_quote(drawn: tuple[Record, str]) -> None:
    record, text = drawn
    at = text.index("Visits")
    image = page_image(record, 1, [Span("a.pdf", 0, at, at + len("Visits were"))])
    assert image.size == (595 * SCALE, 842 * SCALE)
    rows = coloured(image)
    baseline = (842 - 400) * SCALE
    assert baseline - 12 * SCALE <= rows.min() < rows.max() <= baseline + 5 * SCALE


def test_without_quotes_and_for_other_pages_there_is_no_box(drawn: tuple[Record, str]) -> None:
    assert not coloured(page_image(drawn[0], 1)).size
    assert not coloured(page_image(drawn[0], 1, [Span("a.pdf", 1, 0, 5)])).size


def test_a_paper_that_changed_or_went_is_not_drawn(drawn: tuple[Record, str]) -> None:
    record, _ = drawn
    with pytest.raises(FindingsError, match="has changed since it was indexed; run findings index again"):
        page_image(dataclasses.replace(record, sha256="0" * 64), 1)
    Path(record.path).unlink()
    with pytest.raises(FindingsError, match="is no longer at .*; put it back or index again"):
        page_image(record, 1)


def test_a_paper_without_pages_is_not_drawn(store: Store) -> None:
    with pytest.raises(FindingsError, match="b.md has no pages to draw; findings show prints its text"):
        page_image(dataclasses.replace(store.records["b.md"], format="markdown"), 1)
