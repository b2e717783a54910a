"""A source: which paper, where in it, whose words, the quote in its surroundings, and what can be done with it."""

from __future__ import annotations

from rag.dates import in_words
from rag.display import CHANGED, RECOGNISED
from rag.types import Citation
from ui.citing import Source, harvard, markdown, page_in_words, plain
from ui.render.text import attributes, joined, link, printed, safe
from ui.sources import Surroundings

Shown = tuple[Source, Surroundings, int | None]  # how many pages can be drawn of the paper, None where none can
REASONS = (
    "The quote does not support the sentence",
    "It is about another place or time",
    "It is not the words of whom it says",
    "Something else",
)


def source(answer: str, number: int, shown: Shown) -> str:
    """An item of the list of sources. The list shows its title and place; the panel beside, and print, all of it."""
    one, around, pages = shown
    citation = one.citation
    before, quote, after = around
    named = attributes(
        id=f"source-{answer}-{number}", data_number=number, data_document=citation.span.document if pages else None,
        data_page=citation.page if pages else None, data_pages=pages, data_start=citation.span.start if pages else None,
        data_end=citation.span.end if pages else None,
    )  # fmt: skip
    title = safe(citation.title or citation.span.document)
    return (
        f'<li class="source"{named}>'
        f'<a class="title" href="#mark-{safe(answer)}-{number}" data-source="{number}">{title}</a> '
        f'<span class="where">{joined(place(citation))}</span>'
        f'<div class="full"><blockquote>{printed(before)}<mark>{printed(quote)}</mark>{printed(after)}</blockquote>'
        f"{_origin(one)}{_copies(one)}{_wrong()}</div></li>"
    )


def place(citation: Citation) -> list[str | None]:
    """Authority, date, page, paragraph and whose words, as far as they are known."""
    words = f"words of {citation.attribution}" if citation.attribution else ""
    if words and citation.retold_from:
        words += ", retold"
    return [
        citation.authority,
        in_words(citation.date) or "date not stated",
        page_in_words(citation),
        f"paragraph {citation.paragraph}" if citation.paragraph else "",
        words,
        RECOGNISED if citation.recognised else "",
        CHANGED[citation.changed],
    ]


def _origin(one: Source) -> str:
    citation = one.citation
    if citation.retold_from:
        linked = link(one.address, "open the original")
        where = f" ({linked})" if linked != "open the original" else ""
        return f'<p class="origin">Retold from {safe(citation.retold_from)}{where}</p>'
    linked = link(one.address, "Open the published original")
    published = f"{linked}. " if linked != "Open the published original" else ""
    return f'<p class="origin">{published}File: {safe(citation.span.document)}</p>'


def _copies(one: Source) -> str:
    forms = (("Plain", plain(one)), ("Markdown", markdown(one)), ("Harvard", harvard(one)))
    buttons = "".join(
        f'<button type="button" class="tool" data-copy="{safe(text)}" '
        f'aria-label="Copy the citation: {name}">{name}</button>'
        for name, text in forms
    )
    return (
        '<div class="tools copies" role="group" aria-label="Copy the citation"><span>Copy the citation:</span>'
        f"{buttons}</div>"
    )


def _wrong() -> str:
    options = "".join(f"<option>{reason}</option>" for reason in REASONS)
    return (
        '<details class="wrong"><summary>This citation is wrong</summary><form class="objection">'
        f'<label>Why <select name="reason">{options}</select></label>'
        '<label>Words of a paper that do answer, if you know them <textarea name="right" rows="2" maxlength="2000">'
        '</textarea></label><button type="submit" class="tool">Send</button></form></details>'
    )


def panel() -> str:
    """The frame in which a chosen source is shown beside the conversation; its contents come from the list."""
    tools = "".join(
        f'<button type="button" class="tool" data-panel="{what}" aria-label="{label}">{shown}</button>'
        for what, label, shown in (
            ("back", "Page before", "‹ Page"),
            ("on", "Page after", "Page ›"),
            ("quoted", "To the quoted page", "Quote"),
            ("out", "Smaller", "−"),
            ("in", "Larger", "+"),
        )
    )
    return (
        '<section class="panel" id="panel" aria-labelledby="panel-title" hidden>'
        '<div class="panel-head"><div class="tools" role="group" aria-label="Sources">'
        '<button type="button" class="tool" data-panel="previous" aria-label="Source before">‹ Source</button>'
        '<button type="button" class="tool" data-panel="next" aria-label="Source after">Source ›</button>'
        '<span class="gap"></span><button type="button" class="tool" data-panel="close">Close</button></div>'
        '<h2 id="panel-title" tabindex="-1">Source</h2></div>'
        '<div id="panel-text"></div>'
        f'<div id="panel-page" hidden><div class="tools" role="group" aria-label="The page">{tools}'
        '<span id="panel-where" role="status"></span></div>'
        '<div class="sheet" tabindex="0" role="group" aria-label="Picture of the page">'
        '<img id="panel-picture" alt=""></div>'
        '<p id="panel-trouble" class="note" hidden></p></div><div id="panel-more"></div></section>'
    )
