"""From sentences to citations, and from claims to the text that a person reads."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from rag.attribution import according_to, attribution
from rag.changed import since_indexed
from rag.dates import month_in_words
from rag.store import Record, Store
from rag.types import Citation, Claim, Description, Query, Sentence, Span

ABSTAINED = "The papers do not say."
EARLIER, LATER = "An earlier paper says otherwise", "A later paper says otherwise"


def cite(spans: Sequence[Span], paragraph: str | None, store: Store) -> tuple[Citation, ...]:
    """One citation for each span, with what the store knows of the paper."""
    citations = []
    for span in spans:
        record = store.records[span.document]
        text = store.page_text(span.document, span.page) or ""
        citations.append(
            Citation(
                span=span,
                quote=text[span.start : span.end],
                page=span.page + 1 if record.paged else None,
                label=store.page_label(span.document, span.page),
                paragraph=paragraph,
                title=record.description.value("title") or record.name,
                authority=record.description.value("authority"),
                date=record.description.date,
                attribution=attribution(record.description, text, span.start, span.end),
                retold_from=record.description.value("retold_from"),
                original=record.description.value("original"),
                recognised=store.recognised(span.document, span.page),
                changed=since_indexed(record),
            )
        )
    return tuple(citations)


def claim(sentence: Sentence, paragraph: str | None, lead: Sentence | None, store: Store) -> Claim:
    """A sentence as a claim in its own words; an item of a list takes its lead-in along, as quotes of its own."""
    record = store.records[sentence.spans[0].document]
    citations = cite(sentence.spans, paragraph, store)
    text = sentence.text
    if lead is not None:
        citations = cite(lead.spans, paragraph, store) + citations
        text = f"{lead.text} {text}"
    return Claim(text=text, citations=citations, frame=frame(record.description, citations, text))


def frame(description: Description, citations: Sequence[Citation] = (), text: str = "") -> str:
    """'Newham, inspection of June 2014:', from described fields alone; empty where the paper states none. Where the
    cited words are not the inspectors', whose they are, unless the claim's `text` names them: 'Newham, news of 2020,
    according to Newham Council:'."""
    date = month_in_words(description.date)
    kind = description.value("kind")
    kind = "paper" if kind in (None, "other") else kind
    place = description.value("authority")
    whose = dict.fromkeys(according_to(citation.attribution, text) for citation in citations)
    said = ", ".join(filter(None, (place, f"{kind} of {date}" if date else kind if place else "", *whose)))
    return f"{said}:" if said else ""


def compose(claims: Sequence[Claim]) -> tuple[tuple[Claim, ...], str]:
    """The claims with frames only where they change, and the answer with its labels in words and with numbered markers,
    one for each citation."""
    shown: list[Claim] = []
    parts, number, before = [], 0, Claim("", ())
    for one in claims:
        framed = one if (one.frame, one.label) != (before.frame, before.label) else dataclasses.replace(one, frame="")
        heading = heading_of(one, claims) if one.label != before.label else ""
        before = one
        markers = "".join(f"[{number + i}]" for i in range(1, len(one.citations) + 1))
        number += len(one.citations)
        parts.append(" ".join(filter(None, (heading and f"{heading}:", framed.frame, one.text, markers))))
        shown.append(framed)
    return tuple(shown), " ".join(parts)


def heading_of(claim: Claim, claims: Sequence[Claim]) -> str:
    """What its label says to a person; empty where it has none. `claims` are those of the whole answer."""
    if claim.label == "otherwise":
        first = next(one for one in claims if one.citations)
        return LATER if (claim.citations[0].date or "") > (first.citations[0].date or "") else EARLIER
    return {"strength": "Strengths", "weakness": "Weaknesses"}.get(claim.label, "")


def searched(documents: set[str] | None, records: dict[str, Record]) -> dict[str, object]:
    """What was looked through: how many papers and pages, which places, from when to when."""
    chosen = [r for name, r in records.items() if documents is None or name in documents]
    dates = sorted(d for r in chosen if (d := r.description.date))
    places = sorted({p for r in chosen if (p := r.description.value("authority"))})
    return {
        "documents": len(chosen),
        "pages": sum(r.pages for r in chosen if r.paged),
        "authorities": places,
        "from": dates[0] if dates else None,
        "to": dates[-1] if dates else None,
    }


def notice(found: dict[str, object], query: Query) -> str:
    """What a person is told when there is no answer: the fixed phrase, then what was searched."""
    said = ABSTAINED
    if query.unknown_places:
        said = f"{said} There are no papers on {' or '.join(query.unknown_places)} among those indexed."
        if not query.filters.authorities:
            return said
    count = found["documents"]
    papers = "1 paper" if count == 1 else f"{count} papers"
    places = found["authorities"]
    where = f" on {', '.join(places)}" if 0 < len(places) <= 3 else f" on {len(places)} places" if places else ""
    start, end = month_in_words(found["from"]), month_in_words(found["to"])
    when = "" if not start else f", from {start}" if start == end else f", from {start} to {end}"
    return f"{said} Searched {papers}{where}{when}."
