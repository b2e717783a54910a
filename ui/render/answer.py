"""A question with its answer: what was understood, the sentences with their marks, what was withheld and searched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rag.answer.cite import heading_of
from rag.dates import in_words
from rag.taken_back import DATES
from rag.types import Answer, Claim, Hit, Query, Writing
from rag.understood import period
from ui.history import Kept
from ui.kept import NEAREST
from ui.render.source import Shown, source
from ui.render.text import attributes, count, here, joined, printed, safe, sentence

if TYPE_CHECKING:
    from rag.store import Record

UNEXPECTED = (
    "Something went wrong while answering. Your question is still in the box; ask it again, and if it fails again, "
    "the window in which Findings runs says what happened."
)
UNAGREED = (
    "Nothing was sent. First agree, with the button above the question, that passages may go to the server of the "
    "language model."
)
STOPPED = "The language model was stopped. Your question is still in the box."
_WRITING = "The language model is writing."

VERDICTS: Mapping[str, tuple[str, str]] = {
    "exact": ("word for word", "says what its quote says, word for word"),
    "supported": (
        "in other words",
        "says its quote in other words; every figure, date, grade and name is in the quote",
    ),
}


# ── a turn of the conversation ───────────────────────────────────────────────────────────────────────────────────


def turn(kept: Kept, sources: Sequence[Shown], records: Mapping[str, Record], *, saved: bool = True) -> str:
    """A question with its answer, and its sources, which go along with the citations in the order of the marks.

    `saved` is false where the history could not keep it: then there is no link to it and no file of it."""
    found = kept.answer
    parts = [understood(found.query)]
    number, before = 1, ""
    for claim in found.claims:
        if claim.label != before:
            before = claim.label
            if claim.label:
                parts.append(f'<h3 class="label">{safe(heading_of(claim, found.claims))}</h3>')
        parts.append(_claim(claim, kept.id, number))
        number += len(claim.citations)
    if found.notice:
        parts.append(f'<p class="{"notice" if found.abstained else "note"}">{safe(found.notice)}</p>')
    parts.append(_meaning(found))
    if found.abstained:
        parts.append(nearest(found.hits, records))
    parts.append(withheld(found.withheld))
    parts.append(searched(found))
    if sources:
        cards = "".join(source(kept.id, at, one) for at, one in enumerate(sources, 1))
        parts.append(f'<section class="sources"><h3>Sources</h3><ol>{cards}</ol></section>')
    parts.append(suggestions(found))
    parts.append(_tools(kept) if saved else "")
    return _framed(found.question, "".join(parts), answer=kept.id, conversation=kept.conversation if saved else None)


def waiting(question: str) -> str:
    """A question that is being answered."""
    return _framed(question, f'<p class="busy">{_dots()}Looking through the papers.</p>', busy=True)


def writing(question: str, step: Writing) -> str:
    """What a language model has written and stood up to the check so far; its sources come with the whole answer."""
    parts = [f'<p class="claim">{_lead(claim)}{safe(claim.text)}</p>' for claim in step.claims]
    held = f" {count(step.withheld, 'sentence', 'sentences')} withheld so far." if step.withheld else ""
    parts.append(
        f'<p class="busy">{_dots()}{_WRITING} Each sentence is shown once it has been checked; the sources follow.'
        f"{held}</p>"
    )
    return _framed(question, "".join(parts), busy=True)


def message(question: str, text: str) -> str:
    """What went wrong, in words, in place of an answer."""
    return _framed(question, f'<p class="error"><strong>No answer.</strong> {safe(sentence(text))}</p>')


def is_busy(shown: str | None) -> bool:
    """Is this turn, as `waiting` or `writing` made it, still to be replaced?"""
    return ' aria-busy="true"' in (shown or "")


def _framed(
    question: str, inside: str, *, answer: str | None = None, conversation: str | None = None, busy: bool = False
) -> str:
    named = attributes(
        id=f"turn-{answer}" if answer else None, data_answer=answer, data_conversation=conversation,
        aria_busy="true" if busy else None,
    )  # fmt: skip
    asked = safe(question.strip()) or "(no question)"
    return f'<article class="turn"{named}><h2 class="asked" tabindex="-1">{asked}</h2>{inside}</article>'


def _dots() -> str:
    return '<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>'


# ── above the answer ─────────────────────────────────────────────────────────────────────────────────────────────


def understood(query: Query) -> str:
    """What the search was narrowed to, each as a chip that can be taken away, and the notes."""
    wanted = query.filters
    chips = [(value.removesuffix(", City of"), value) for value in (*wanted.authorities, *query.unknown_places)]
    chips += [(value, value) for value in (*wanted.regions, *wanted.kinds, *wanted.grades)]
    if time := period(wanted.date_from, wanted.date_to):
        chips.append((time, DATES))
    items = "".join(
        f'<li><button type="button" class="chip" data-drop="{safe(value)}" aria-label="Search without: {safe(shown)}">'
        f'{safe(shown)} <span aria-hidden="true">×</span></button></li>'
        for shown, value in chips
    )
    said = " ".join(note if note.endswith((".", "?", "!", "”")) else f"{note}." for note in query.notes)
    if not chips and not said:
        return ""
    narrowed = f'<span>Narrowed to</span><ul class="chips">{items}</ul>' if chips else ""
    notes = f'<p class="quiet">{safe(said)}</p>' if said else ""
    return f'<div class="understood">{narrowed}{notes}</div>'


# ── the sentences ────────────────────────────────────────────────────────────────────────────────────────────────


def _claim(claim: Claim, answer: str, number: int) -> str:
    marks = "".join(_mark(answer, number + i, claim) for i in range(len(claim.citations)))
    badge = ""
    if claim.verdict in VERDICTS:
        badge = f'<span class="verdict {claim.verdict}">{VERDICTS[claim.verdict][0]}</span>'
    return f'<p class="claim">{_lead(claim)}{safe(claim.text)} <span class="marks">{marks}</span> {badge}</p>'


def _lead(claim: Claim) -> str:
    return f'<span class="frame">{safe(claim.frame)}</span> ' if claim.frame else ""


def _mark(answer: str, number: int, claim: Claim) -> str:
    citation = claim.citations[0]
    label = f"Source {number}: {citation.title or citation.span.document}"
    return (
        f'<a class="mark" id="mark-{safe(answer)}-{number}" href="#source-{safe(answer)}-{number}" '
        f'data-source="{number}" aria-label="{safe(label)}">{number}</a>'
    )


def _meaning(found: Answer) -> str:
    """What the badges of this answer mean, and who worded it."""
    used = [name for name in VERDICTS if any(claim.verdict == name for claim in found.claims)]
    said = [f"<dt>{VERDICTS[name][0]}</dt><dd>{VERDICTS[name][1]}</dd>" for name in used]
    by = "" if found.backend == "extractive" else f" Worded by {safe(found.backend)}; every sentence was checked."
    if not said:
        return f'<p class="quiet">{by}</p>' if by and found.claims else ""
    return f'<dl class="meaning">{"".join(said)}</dl>' + (f'<p class="quiet">{by}</p>' if by else "")


# ── below the answer ─────────────────────────────────────────────────────────────────────────────────────────────


def withheld(claims: Sequence[Claim]) -> str:
    """Sentences that did not stand up to the check, folded, each with the reason; nothing where there are none."""
    if not claims:
        return ""
    items = "".join(
        f'<li>{safe(claim.text)} <span class="where">Withheld: {safe(claim.reason or "not supported by its quote")}'
        "</span></li>"
        for claim in claims
    )
    counted = count(len(claims), "sentence", "sentences")
    return (
        f"<details><summary>Could not be verified: {counted}, no part of the answer</summary><ul>{items}</ul></details>"
    )


def searched(found: Answer) -> str:
    """What was looked through, folded."""
    looked = found.searched
    places = [str(one) for one in looked.get("authorities") or ()]  # type: ignore[attr-defined]
    listed = ", ".join(places[:12]) + (f" and {len(places) - 12} more" if len(places) > 12 else "")
    first, last = in_words(looked.get("from")), in_words(looked.get("to"))  # type: ignore[arg-type]
    rows = (
        ("Papers", f"{looked.get('documents') or 0:,}"),
        ("Pages", f"{looked['pages']:,}" if looked.get("pages") else ""),
        ("Places", listed),
        ("Dates", first if first == last else f"{first} to {last}"),
        ("Taken for", found.query.text if found.query.text != found.question else ""),
        ("Answered by", "the embedded answerer" if found.backend == "extractive" else found.backend),
        ("Time", f"{found.seconds:.1f} seconds"),
    )
    items = "".join(f"<div><dt>{name}</dt><dd>{safe(value)}</dd></div>" for name, value in rows if value)
    return f'<details><summary>What was searched</summary><dl class="facts">{items}</dl></details>'


def suggestions(found: Answer) -> str:
    """Questions that the papers can answer, to go on with."""
    items = "".join(
        f'<li><button type="button" class="follow" data-follow="{safe(one)}">{safe(one)}</button></li>'
        for one in found.suggestions
    )
    lead = "The papers can answer" if found.abstained else "Go on with"
    return f'<section class="suggested"><h3>{lead}</h3><ul>{items}</ul></section>' if items else ""


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
    number = next((n for n in passage.numbers if n), None)
    where = joined([
        in_words(record.description.date) if record else "",
        f"page {hit.page}" if hit.page else "",
        f"paragraph {number}" if number else "",
        " › ".join(passage.heading[-2:]),
    ])  # fmt: skip
    return (
        f'<span class="title">{safe(title)}</span> <span class="where">{where}</span>'
        f"<blockquote>{printed(passage.text)}</blockquote>"
    )


def _tools(kept: Kept) -> str:
    """A link to this answer, the files of it, and what the person thinks of it."""
    files = "".join(
        f'<a class="tool" href="{here("/export", answer=kept.id, form=form)}" download>{shown}</a>'
        for form, shown in (("docx", "Word"), ("md", "Markdown"), ("json", "JSON"))
    )
    return (
        '<div class="tools" role="group" aria-label="This answer">'
        f'<button type="button" class="tool" data-link="{here("/", answer=kept.id)}">Copy link</button>{files}'
        '<span class="gap"></span>'
        '<button type="button" class="tool" data-judge="good" aria-pressed="false">Helpful</button>'
        '<button type="button" class="tool" data-judge="bad" aria-pressed="false">Not helpful</button></div>'
        f"{_objection('What would be right?')}"
    )


def _objection(lead: str) -> str:
    """The form in which a person says what is wrong: hidden until they call an answer not helpful."""
    return (
        '<form class="objection" hidden>'
        f'<p class="quiet">{lead} Kept on this computer; each answer here makes the next version better.</p>'
        '<label>What is wrong <input name="reason" maxlength="500" autocomplete="off"></label>'
        '<label>Words of a paper that do answer, if you know them <textarea name="right" rows="2" maxlength="2000">'
        "</textarea></label>"
        '<label class="tick"><input type="checkbox" name="silent"> No paper here answers this question</label>'
        '<button type="submit" class="tool">Send</button></form>'
    )
