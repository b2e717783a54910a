"""Where given words stand: compared by letters and digits alone, answered as spans of the untouched page text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from rag.figures import letters
from rag.types import Span

SHORTEST = 3  # letters; anything shorter stands everywhere


def in_page(quote: str, document: str, page: int, text: str) -> Span | None:
    """The first place on one page where the quote's letters and digits follow each other."""
    wanted = letters(quote)
    if len(wanted) < SHORTEST:
        return None
    # Whatever is neither letter nor digit may stand between: spaces, line breaks, soft hyphens, quotes of any form.
    match = re.search(r"[\W_]*".join(map(re.escape, wanted)), text, re.IGNORECASE)
    return Span(document, page, match.start(), match.end()) if match else None


def in_pages(quote: str, pages: Iterable[tuple[str, int, str]]) -> list[Span]:
    """Every page of (document, page, text) that holds the quote, as spans."""
    return [span for document, page, text in pages if (span := in_page(quote, document, page, text))]


def in_spans(quote: str, spans: Sequence[Span], page_text: Callable[[str, int], str | None]) -> tuple[Span, ...]:
    """The parts of consecutive spans that hold the quote, one for each page break or gap that it runs over; empty
    where it does not stand there."""
    stream: list[str] = []
    origins: list[tuple[int, int]] = []  # for each letter: which span, and where in its page
    for which, span in enumerate(spans):
        text = page_text(span.document, span.page) or ""
        for at in range(span.start, min(span.end, len(text))):
            for char in unicodedata.normalize("NFKC", text[at]).lower():
                if char.isalnum():
                    stream.append(char)
                    origins.append((which, at))
    wanted = letters(quote)
    begin = "".join(stream).find(wanted) if len(wanted) >= SHORTEST else -1
    if begin < 0:
        return ()
    parts: dict[int, list[int]] = {}
    for which, at in origins[begin : begin + len(wanted)]:
        parts.setdefault(which, []).append(at)
    return tuple(Span(spans[w].document, spans[w].page, at[0], at[-1] + 1) for w, at in parts.items())
