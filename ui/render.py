"""Answers, citations and papers as HTML. The only place that makes markup.

Pure functions from values to markup. Everything that comes from a paper or a question passes through `_safe` (or
`_printed`, which calls it), so that no paper can put markup of its own on the page.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rag.dates import in_words
from rag.display import CHANGED, RECOGNISED, harmless, readable
from rag.types import Answer, Citation, Claim, Hit, Writing
from rag.understood import understood as in_short

if TYPE_CHECKING:
    from rag.store import Record

Surroundings = tuple[str, str, str]  # the untouched text before, in and after a quote

NEAREST = 5  # passages shown where there is no answer
SAMPLE_COMMAND = "findings index PATH"
UNEXPECTED = (
    "Something went wrong while answering. Your question is still in the box; ask it again, and if it fails again, "
    "the window in which Findings runs says what happened."
)
UNAGREED = "Nothing was sent. First agree, with the button above, that passages go to the language model's server."
STOPPED = "The language model was stopped. Your question is still in the box."
_WRITING = "The language model is writing."

_FOOTNOTE = re.compile(r"\[\^([^\]\s]{1,20})\]")


# ── text ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _safe(text: str | None) -> str:
    """Text as it may stand in an element or in a quoted attribute."""
    return html.escape(harmless(text or ""), quote=True)


def _printed(text: str) -> str:
    """Page text as the paper prints it, footnote marks raised; escaped."""
    return _FOOTNOTE.sub(r"<sup>\1</sup>", _safe(readable(text)))


def _link(address: str | None, text: str) -> str:
    """`text` (safe already) as a link where the address is a web address, else the text alone."""
    try:
        parts = urlsplit((address or "").strip())
    except ValueError:
        return text
    if parts.scheme.lower() not in ("http", "https") or not parts.netloc:
        return text
    return f'<a href="{_safe(parts.geturl())}" rel="noopener noreferrer" target="_blank">{text}</a>'


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


# ── the frame of the page ────────────────────────────────────────────────────────────────────────────────────────


def header(papers: int, sample: bool) -> str:
    """The name of the program, what it does, and, over the sample papers, that they are samples."""
    banner = (
        '<p class="banner"><strong>Sample papers.</strong> '
        f"The {papers} papers here are retellings in other words, made for demonstration; each links to its original. "
        f"To ask your own papers, run <code>{SAMPLE_COMMAND}</code> and start Findings again.</p>"
    )
    return (
        "<header><h1>Findings</h1>"
        '<p class="lead">Ask the inspection reports in plain words; check every word of the answer.</p>'
        f"{banner if sample else ''}</header>"
    )


def examples_lead() -> str:
    return '<p class="where">Questions to try:</p>'


def documents(records: Iterable[Record]) -> str:
    """The papers held, folded, by authority: title, kind, date and pages of each."""
    places: dict[str, list[Record]] = {}
    rows = sorted(records, key=lambda r: (r.description.date or "", r.name))
    for record in rows:
        places.setdefault(record.description.value("authority") or "", []).append(record)
    parts = []
    for place in sorted(places, key=lambda name: (not name, name)):
        items = "".join(f"<li>{_document(record)}</li>" for record in places[place])
        parts.append(f"<h3>{_safe(place) or 'Authority not stated'}</h3><ul>{items}</ul>")
    body = "".join(parts) or "<p>There are none yet.</p>"
    return f'<details class="papers"><summary><h2>Papers held ({len(rows):,})</h2></summary>{body}</details>'


def _document(record: Record) -> str:
    said = record.description
    facts = (
        said.value("kind") or "kind not stated",
        in_words(said.date) or "date not stated",
        _count(record.pages, "page", "pages") if record.paged else "",
    )
    title = _safe(said.value("title") or record.name)
    return f'<span class="title">{title}</span> <span class="where">{_safe(" · ".join(filter(None, facts)))}</span>'


# ── the answer ───────────────────────────────────────────────────────────────────────────────────────────────────


def answer(found: Answer, records: Mapping[str, Record]) -> str:
    """The answer region: what was understood, the claims with their marks, or the notice and the nearest passages."""
    parts = [f'<h2>Answer</h2><p class="asked">{_safe(found.question)}</p>', understood(found)]
    number = 1
    for claim in found.claims:
        parts.append(_claim(claim, number))
        number += len(claim.citations)
    if found.notice:
        parts.append(f'<p class="{"notice" if found.abstained else "note"}">{_safe(found.notice)}</p>')
    if found.abstained:
        parts.append(nearest(found.hits, records))
    if found.claims and found.backend != "extractive":
        parts.append(
            f'<p class="note">Worded by {_safe(found.backend)}; every sentence was checked with its quotes.</p>'
        )
    parts.append(withheld(found.withheld))
    return f'<div class="answer">{"".join(parts)}</div>'


def writing(step: Writing) -> str:
    """What a language model has written and stood up to the check so far; its sources come with the whole answer."""
    parts = ["<h2>Answer</h2>"]
    parts += [f'<p class="claim">{_framed(claim)}{_safe(claim.text)}</p>' for claim in step.claims]
    withheld = f" {_count(step.withheld, 'sentence', 'sentences')} withheld so far." if step.withheld else ""
    parts.append(
        f'<p class="note">{_WRITING} Each sentence is shown once it has been checked; the sources follow.{withheld}</p>'
    )
    return f'<div class="answer">{"".join(parts)}</div>'


def is_writing(shown: str) -> bool:
    """Is this answer region, as `writing` made it, still to be replaced?"""
    return _WRITING in (shown or "")


def consent(server: str) -> str:
    """Where passages would go, which the person has to agree to."""
    return (
        '<p class="notice">A language model writes the answers: your questions and the passages found for them will go '
        f"to {_safe(server)}, which is not known to be on this machine. Nothing is sent before you agree, and you are "
        "asked once.</p>"
    )


def understood(found: Answer) -> str:
    """In one line: the places, dates, kinds and grades that the search was narrowed to, and the notes."""
    notes = (note if note.endswith((".", "?", "!", "”")) else f"{note}." for note in found.query.notes)
    said = " ".join((in_short(found.query, found.searched), *notes))
    return f'<p class="understood"><strong>Understood:</strong> {_safe(said)}</p>'


def _claim(claim: Claim, number: int) -> str:
    marks = "".join(_mark(number + i, citation) for i, citation in enumerate(claim.citations))
    return f'<p class="claim">{_framed(claim)}{_safe(claim.text)} <span class="marks">{marks}</span></p>'


def _framed(claim: Claim) -> str:
    return f'<span class="frame">{_safe(claim.frame)}</span> ' if claim.frame else ""


def _mark(number: int, citation: Citation) -> str:
    label = f"[{number}] source: {citation.title or citation.span.document}"
    return f'<a class="mark" id="mark-{number}" href="#source-{number}" aria-label="{_safe(label)}">[{number}]</a>'


def nearest(hits: Sequence[Hit], records: Mapping[str, Record]) -> str:
    """The passages that came nearest, folded; nothing where there are none."""
    if not hits:
        return ""
    items = "".join(f"<li>{_passage(hit, records.get(hit.passage.document))}</li>" for hit in hits[:NEAREST])
    return (
        "<details><summary>Nearest passages, which do not answer the question</summary>"
        f'<ol class="passages">{items}</ol></details>'
    )


def _passage(hit: Hit, record: Record | None) -> str:
    passage = hit.passage
    title = (record.description.value("title") if record else None) or passage.document
    numbers = next((n for n in passage.numbers if n), None)
    where = (
        in_words(record.description.date) if record else "",
        f"page {hit.page}" if hit.page else "",
        f"paragraph {numbers}" if numbers else "",
        " › ".join(passage.heading[-2:]),
    )
    return (
        f'<span class="title">{_safe(title)}</span> <span class="where">{_safe(" · ".join(filter(None, where)))}</span>'
        f"<blockquote>{_printed(passage.text)}</blockquote>"
    )


def withheld(claims: Sequence[Claim]) -> str:
    """Sentences that did not stand up to the check, folded, each with the reason; nothing where there are none."""
    if not claims:
        return ""
    items = "".join(
        f'<li>{_safe(claim.text)} <span class="where">Withheld: {_safe(claim.reason or "not supported by its quote")}'
        "</span></li>"
        for claim in claims
    )
    count = _count(len(claims), "sentence", "sentences")
    return (
        f"<details><summary>Could not be verified: {count}, no part of the answer</summary><ul>{items}</ul></details>"
    )


def message(text: str) -> str:
    """What went wrong, in words, in place of an answer."""
    return f'<div class="answer"><h2>No answer</h2><p class="error">{_safe(_sentence(text))}</p></div>'


def _sentence(text: str) -> str:
    """An error's line, which starts small and has no full stop, as a sentence."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!", '"', "”")) else ".")


# ── the sources ──────────────────────────────────────────────────────────────────────────────────────────────────


def sources(found: Answer, surroundings: Sequence[Surroundings]) -> str:
    """One card a citation, numbered as the marks are; `surroundings` go along with the citations in that order."""
    citations = [citation for claim in found.claims for citation in claim.citations]
    if not citations:
        return ""
    cards = "".join(
        card(number, citation, around)
        for number, (citation, around) in enumerate(zip(citations, surroundings, strict=True), 1)
    )
    return (
        f'<section class="sources" aria-labelledby="sources-title"><h2 id="sources-title">Sources</h2>{cards}</section>'
    )


def card(number: int, citation: Citation, around: Surroundings) -> str:
    """A citation: which paper, where in it, whose words, and the paragraph with the quote marked."""
    before, quote, after = around
    if quote != citation.quote:  # the surroundings are of another text: then the quote stands alone
        before, quote, after = "", citation.quote, ""
    return (
        f'<article class="card" id="source-{number}" tabindex="-1" aria-labelledby="source-{number}-title">'
        f'<h3 id="source-{number}-title"><a href="#mark-{number}" aria-label="[{number}] back to the sentence">'
        f'[{number}]</a> <span class="title">{_safe(citation.title or citation.span.document)}</span></h3>'
        f'<p class="where">{_safe(" · ".join(place(citation)))}</p>'
        f"<blockquote>{_printed(before)}<mark>{_printed(quote)}</mark>{_printed(after)}</blockquote>"
        f"{_origin(citation)}</article>"
    )


def place(citation: Citation) -> list[str]:
    """Authority, date, page, paragraph and whose words, as far as they are known."""
    page = ""
    if citation.page is not None:
        page = f"page {citation.page}"
        if citation.label and citation.label != str(citation.page):
            page += f" (printed {citation.label})"
    elif citation.label:
        page = f"printed page {citation.label}"
    words = f"words of {citation.attribution}" if citation.attribution else ""
    if words and citation.retold_from:
        words += ", retold"
    parts = (
        citation.authority,
        in_words(citation.date) or "date not stated",
        page,
        f"paragraph {citation.paragraph}" if citation.paragraph else "",
        words,
        RECOGNISED if citation.recognised else "",
        CHANGED[citation.changed],
    )
    return [part for part in parts if part]


def _origin(citation: Citation) -> str:
    if not citation.retold_from:
        return f'<p class="origin">File: {_safe(citation.span.document)}</p>'
    linked = _link(citation.original, "the original")
    where = f" ({linked})" if linked != "the original" else ""
    return f'<p class="origin">Retold from {_safe(citation.retold_from)}{where}</p>'
