from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.figures import letters
from rag.locate import in_page, in_pages, in_spans
from rag.types import Span

PAGE = (
    "27.Managers’ oversight is “re\ufffe\r\ngular”, and 85% (8.5 of ten) of unsafe ﬁles[^1] were seen. "
    "Oversight is rare."
)


def found(quote: str, text: str = PAGE) -> str | None:
    span = in_page(quote, "d", 0, text)
    return text[span.start : span.end] if span else None


@pytest.mark.parametrize(
    ("quote", "stands"),
    [
        ("oversight is", "oversight is"),
        ("OVERSIGHT  is\n“regular”", "oversight is “re\ufffe\r\ngular"),
        ("Managers' oversight", "Managers’ oversight"),
        ("85% (8.5 of ten)", "85% (8.5 of ten"),
        ("unsafe files were seen", "unsafe ﬁles[^1] were seen"),
        ("unsafe files[^1] were seen", "unsafe ﬁles[^1] were seen"),
        ("files [1] were seen.", "ﬁles[^1] were seen"),
        ("Oversight is rare", "Oversight is rare"),
    ],
)
def test_stands(quote: str, stands: str) -> None:
    assert found(quote) == stands


@pytest.mark.parametrize(
    "quote",
    [
        "", "is", "[1]",  # nothing, or so short that it stands everywhere
        "oversight was", "5% (8.5 of ten)", "85% (85 of ten)", "8 5% (8.5 of ten)", "(8.5 of te", "safe files",
        "gular, and", "Managers oversight is re", "7. Managers oversight",
    ],
)  # fmt: skip
def test_does_not_stand(quote: str) -> None:
    assert found(quote) is None


def test_a_later_place_counts_where_an_earlier_one_cuts_a_word() -> None:
    span = in_page("safe plans", "d", 0, "unsafe plans, safe plans")
    assert (span.start, span.end) == (14, 24)


def test_in_pages_gives_each_page() -> None:
    pages = [("a", 0, "Plans are late."), ("a", 1, "No."), ("b", 3, "His plans are late")]
    assert in_pages("plans are late", pages) == [Span("a", 0, 0, 14), Span("b", 3, 4, 18)]
    assert in_pages("plans are late", []) == []


TEXTS = {0: "HEAD. The plans were", 1: "late again. Next.", 2: "Notes"}


def text_of(document: str, page: int) -> str | None:
    return TEXTS.get(page)


def test_across_a_page_break() -> None:
    spans = (Span("d", 0, 6, 20), Span("d", 1, 0, 11))
    assert in_spans("plans were late", spans, text_of) == (Span("d", 0, 10, 20), Span("d", 1, 0, 4))
    assert in_spans("late again", spans, text_of) == (Span("d", 1, 0, 10),)
    assert in_spans("HEAD. The plans", spans, text_of) == ()
    assert in_spans("again Next", spans, text_of) == ()


def test_nothing_to_look_in() -> None:
    assert in_spans("plans", (), text_of) == ()
    assert in_spans("plans", (Span("d", 9, 0, 50),), text_of) == ()
    assert in_spans("plans", (Span("d", 0, 6, 9999),), text_of) == (Span("d", 0, 10, 15),)


def test_a_figure_must_not_run_over_a_gap() -> None:
    pages = {0: "They saw 1", 1: "2 children"}
    spans = (Span("d", 0, 0, 10), Span("d", 1, 0, 10))
    assert in_spans("saw 12 children", spans, lambda _, page: pages[page]) == ()


words = st.lists(st.sampled_from(["plans", "were", "85%", "8.5", "late", "Board1", "re-\nview", "not"]), min_size=1)


@given(words, st.data())
def test_whatever_stands_there_is_found_and_has_the_same_letters(parts: list[str], data: st.DataObject) -> None:
    text = " ".join(parts)
    start = data.draw(st.integers(0, len(parts) - 1))
    quote = " ".join(parts[start : data.draw(st.integers(start + 1, len(parts)))])
    span = in_page(quote, "d", 0, text)
    if len(letters(quote)) < 3:
        assert span is None
    else:
        assert letters(text[span.start : span.end]) == letters(quote)
