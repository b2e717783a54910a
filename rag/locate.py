"""Where given words stand: compared by letters and digits alone, answered as spans of the untouched page text."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence

from rag.figures import MARKER, cut, letters, shares
from rag.types import Span

SHORTEST = 3  # letters; anything shorter stands everywhere


def in_page(quote: str, document: str, page: int, text: str) -> Span | None:
    """The first place on one page where the quote's letters and digits follow each other."""
    if letters(quote) not in letters(text):  # far quicker than the search for the place
        return None
    found = in_spans(quote, [Span(document, page, 0, len(text))], lambda document, page: text)
    return found[0] if found else None


def in_pages(quote: str, pages: Iterable[tuple[str, int, str]]) -> list[Span]:
    """Every page of (document, page, text) that holds the quote, as spans."""
    return [span for document, page, text in pages if (span := in_page(quote, document, page, text))]


def in_spans(quote: str, spans: Sequence[Span], page_text: Callable[[str, int], str | None]) -> tuple[Span, ...]:
    """The parts of consecutive spans that hold the quote, one for each page break or gap that it runs over; empty
    where it does not stand there.

    Whatever is neither letter nor digit may stand between: spaces, line breaks, soft hyphens, quotes of any form. But
    a quote never begins or ends inside a word or figure, and its figures are the page's: "85%" is not in "8.5%".
    """
    texts = [page_text(span.document, span.page) or "" for span in spans]
    stream: list[str] = []
    origins: list[tuple[int, int]] = []  # for each letter: which span, and where in its page
    for which, span in enumerate(spans):
        for at, char in _letters_of(texts[which], span.start, span.end):
            stream.append(char)
            origins.append((which, at))
    wanted, asked, held = letters(quote), _readings(quote)[0], "".join(stream)
    begin = held.find(wanted) if len(wanted) >= SHORTEST else -1
    while begin >= 0:
        parts: dict[int, list[int]] = {}
        for which, at in origins[begin : begin + len(wanted)]:
            parts.setdefault(which, []).append(at)
        found = [(w, at[0], at[-1] + 1) for w, at in parts.items()]
        whole = not any(cut(texts[w], start, end) for w, start, end in found)
        if whole and asked in _readings(" ".join(texts[w][start:end] for w, start, end in found)):
            return tuple(Span(spans[w].document, spans[w].page, start, end) for w, start, end in found)
        begin = held.find(wanted, begin + 1)
    return ()


def _readings(text: str) -> list[list[str]]:
    """The figures in order, without and with the hyphens at line ends, which may belong to a figure or not."""
    return [[figure.rstrip("%") for figure in shares(one)] for one in (text, text.replace("\ufffe", "-"))]


def _letters_of(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """(position, letter or digit) of a stretch of text; footnote markers are left out, as `letters` leaves them out."""
    at = start
    for marker in [*MARKER.finditer(text, start, end), None]:
        for i in range(at, marker.start() if marker else min(end, len(text))):
            for char in unicodedata.normalize("NFKC", text[i]).lower():
                if char.isalnum():
                    yield i, char
        at = marker.end() if marker else end
