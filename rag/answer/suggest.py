"""Questions that the papers can answer, for whoever wants to go on or got no answer: each is made of a heading below
which papers say something and of their described place and date."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.dates import month_in_words
from rag.store import Store
from rag.types import Claim, Hit, Query
from rag.words import terms

MOST = 3
WORDS = (1, 9)  # of a heading that can be asked about
# What headings share that name no topic, stemmed.
_STANDING = frozenset(
    terms(
        "summary introduction background context findings finding report information contents recommendations "
        "executive inspection of social care services for children evaluation of progress main what needs to improve "
        "in this area local authority council county london royal metropolitan borough district city about this "
        "inspection area judgements on key next steps letter page"
    )
)
_GRADE = re.compile(
    r"[\s:–-]*(?:\b(?:is|are|was|were)\s+)?\b(?:outstanding|good|requires improvement(?: to be good)?|inadequate)\W*$",
    re.IGNORECASE,
)


def suggestions(query: Query, hits: Sequence[Hit], claims: Sequence[Claim], store: Store) -> tuple[str, ...]:
    """Up to three questions, nearest first; none that was just asked or answered."""
    asked = set(terms(query.text))
    told = {citation.span for claim in claims for citation in claim.citations}
    found: dict[str, None] = {}
    for hit in hits:
        if any(span in told for sentence in hit.passage.sentences for span in sentence.spans):
            continue
        for question in _questions(hit, store):
            if not set(terms(question)) <= asked:
                found.setdefault(question)
        if len(found) >= MOST:
            break
    return tuple(found)[:MOST]


def _questions(hit: Hit, store: Store) -> Iterator[str]:
    description = store.records[hit.passage.document].description
    place, date = description.value("authority"), month_in_words(description.date)
    headings = (_GRADE.sub("", heading) for heading in reversed(hit.passage.heading))
    heading = next((h for h in headings if _can_be_asked(h, place or "")), None)
    if place is None or heading is None:
        return
    when = f" in {date}" if date else ""
    yield f"What was said about {_lower(heading)} in {place}{when}?"


def _can_be_asked(heading: str, place: str) -> bool:
    held = set(terms(heading)) - set(terms(place))
    fits = WORDS[0] <= len(heading.split()) <= WORDS[1]
    return fits and bool(held - _STANDING) and not any(c in heading for c in "?:;|") and not heading.isupper()


def _lower(heading: str) -> str:
    """A heading inside a sentence: its first letter small, unless it begins with a name or an abbreviation."""
    first, _, rest = heading.rstrip(" .").partition(" ")
    return f"{first.lower()} {rest}".strip() if first.istitle() else f"{first} {rest}".strip()
