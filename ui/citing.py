"""A citation as a person pastes it elsewhere: plain, as Markdown, or in the Harvard form. Text, not markup."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass

from rag.dates import in_words
from rag.display import readable
from rag.types import Citation

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")


@dataclass(frozen=True, slots=True)
class Source:
    """A citation with what its own fields leave open: who published the paper, in which year (as text, "" where that
    is not known), and where the published original is."""

    citation: Citation
    publisher: str = ""
    year: str = ""
    address: str | None = None


def page_in_words(citation: Citation) -> str:
    """ "page 7 (printed 5)"; "" where the paper has no pages."""
    if citation.page is None:
        return f"printed page {citation.label}" if citation.label else ""
    printed = f" (printed {citation.label})" if citation.label and citation.label != str(citation.page) else ""
    return f"page {citation.page}{printed}"


def plain(source: Source) -> str:
    """“Quote” (title, authority, date, page, paragraph; words of whom). Where the original is."""
    one = source.citation
    return f"“{readable(one.quote).strip()}” ({_place(source)}).{_at(source)}"


def markdown(source: Source) -> str:
    """The quote as a quotation, its place below; signs that Markdown would take for its own are escaped."""
    one = source.citation
    title = escaped(readable(one.title or one.span.document))
    if source.address:
        title = f"[{title}](<{source.address}>)"
    rest = escaped(readable(_place(source, titled=False)))
    return f"> {escaped(readable(one.quote).strip())}\n>\n> — {', '.join(filter(None, (title, rest)))}"


def harvard(source: Source, today: datetime.date | None = None) -> str:
    """‘Quote’ (Author, year, p. 5), and the entry of the list of references."""
    one = source.citation
    author = readable(source.publisher or one.attribution or one.authority or "Anon.")
    year = source.year or "no date"
    spot = ""
    if one.label or one.page:
        spot = f"p. {one.label or one.page}"
    if one.paragraph:
        spot = ", ".join(filter(None, (spot, f"para. {one.paragraph}")))
    within = ", ".join(filter(None, (author, year, spot)))
    on = in_words((today or datetime.date.today()).isoformat())
    where = f" Available at: {source.address} (Accessed: {on})." if source.address else ""
    title = readable(one.title or one.span.document)
    return f"‘{readable(one.quote).strip()}’ ({within}).\n\n{author} ({year}) {title}.{where}"


FORMS: Mapping[str, object] = {"plain": plain, "markdown": markdown, "harvard": harvard}


def escaped(text: str) -> str:
    """Text in which nothing is Markdown."""
    return _MARKDOWN.sub(r"\\\1", text)


def _place(source: Source, titled: bool = True) -> str:
    one = source.citation
    parts = (
        readable(one.title or one.span.document) if titled else "",
        one.authority,
        in_words(one.date),
        page_in_words(one),
        f"paragraph {one.paragraph}" if one.paragraph else "",
        f"words of {one.attribution}" if one.attribution else "",
        f"retold from {one.retold_from}" if one.retold_from else "",
    )
    return ", ".join(readable(part) for part in parts if part)


def _at(source: Source) -> str:
    return f" {source.address}" if source.address else ""
