"""The gate that every claim passes, whoever wrote it: its quotes stand on their pages and hold what it asserts.

No language model takes part. A claim that fails is withheld with the reason in words; it is never shown as an answer.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Sequence

from rag import figures, limits, wording
from rag.attribution import according_to
from rag.bindings import misplaced
from rag.polarity import polarity
from rag.support import spelt, support
from rag.types import Citation, Claim, Verdict

PageText = Callable[[str, int], str | None]
Judged = tuple[Verdict, str]

# "Yes", "No: …", but not "No children were harmed."
_ANSWER_WORD = re.compile(r"^\W*(?P<word>yes|no)\s*(?:[,.:;!–—-]+\s*(?P<rest>.*))?$", re.IGNORECASE | re.DOTALL)
_INSPECTORS_FOUND = re.compile(
    r"^(?:ofsted|(?:the\s+)?inspectors)\s+(?:found|said|noted|reported|saw|judged|identified|concluded|recognised)\s+"
    r"(?:that\s+)?",
    re.IGNORECASE,
)
_CLAUSE_BEGINS = re.compile(r"[.;:!?,()]|\n\s*(?:\n|[\uf000-\uf0ff•▪●■◼–-])|[\uf000-\uf0ff•▪●■◼]")
_REACH = 120  # characters before and behind a quote in which the rest of its clause is looked for


def verify(
    claims: Iterable[Claim], page_text: PageText, question: str = ""
) -> tuple[tuple[Claim, ...], tuple[Claim, ...]]:
    """(claims that stand, claims withheld), each with its verdict. `page_text(document, page)` gives the untouched
    text of a page (from 0), None where there is none. Without the `question`, no "Yes" or "No" stands."""
    kept, withheld = [], []
    for claim in claims:
        verdict, reason = judge(claim, page_text, question)
        judged = dataclasses.replace(claim, verdict=verdict, reason=reason)
        (withheld if verdict == "withheld" else kept).append(judged)
    return tuple(kept), tuple(withheld)


def judge(claim: Claim, page_text: PageText, question: str = "") -> Judged:
    """The verdict on one claim, and why where it is withheld."""
    if not figures.letters(claim.text):
        return "withheld", "it says nothing"
    if not claim.citations:
        return "withheld", claim.reason or "it has no quote"
    for citation in claim.citations:
        span = citation.span
        text = page_text(span.document, span.page)
        if text is None:
            return "withheld", f"{span.document} has no page {span.page + 1}"
        if not figures.letters(citation.quote) or text[span.start : span.end] != citation.quote:
            return "withheld", f"its quote is not on page {span.page + 1} of {span.document}"
        if figures.cut(text, span.start, span.end):
            return "withheld", "its quote cuts a word or figure in two"
    said = _without_lead(claim.text, claim.citations)
    verdict, reason = assess(said, [citation.quote for citation in claim.citations], question)
    if verdict != "withheld" and (word := _left_out(claim, page_text)):
        return "withheld", f"its quote leaves out {word!r}, which stands beside it"
    return verdict, reason


def assess(text: str, quotes: Sequence[str], question: str = "") -> Judged:
    """Do the quotes hold what the sentence asserts? For quotes whose place has been checked already."""
    answer = _ANSWER_WORD.match(text)
    if answer is None:
        return _assess(text, quotes)
    if reason := _answers_otherwise(answer["word"].lower() == "yes", quotes, question):
        return "withheld", reason
    rest = answer["rest"] or ""
    return _assess(rest, quotes) if figures.letters(rest) else ("supported", "")


def _answers_otherwise(is_yes: bool, quotes: Sequence[str], question: str) -> str:
    if not question:
        return "without its question, Yes and No cannot be judged"
    found = polarity(question, " ".join(quotes))
    if found is None:
        return "its quote says neither Yes nor No plainly"
    return "" if found == is_yes else f"its quote says {'Yes' if found else 'No'}"


def _assess(text: str, quotes: Sequence[str]) -> Judged:
    held = " ".join(quotes)
    if strange := wording.strange_signs(text, held):
        return "withheld", f"the sign {min(strange)!r} is not in its quote"
    if reason := _figures_missing(text, quotes):
        return "withheld", reason
    if figures.letters(text) == figures.letters(held):
        return "exact", ""
    for check in (_altered, _turned, _limited, _renamed, unsupported):
        if reason := check(text, quotes):
            return "withheld", reason
    return "supported", ""


def _figures_missing(text: str, quotes: Sequence[str]) -> str:
    # Figures are looked for in each quote by itself: two pieces side by side must not make a third figure.
    for read in (figures.figures, figures.free_figures, figures.amounts):
        missing = read(text) - set().union(*map(read, quotes))
        if missing:
            return f"the figure {min(missing)} is not in its quote"
    if missing := figures.repeated(text, quotes):
        return f"the figure {min(missing)} is not so often in its quote"
    return ""


def _altered(text: str, quotes: Sequence[str]) -> str:
    """Figures, dates and grades: each as in the quote, in the same order, with the same bounds."""
    held = " ".join(quotes)
    if missing := figures.ordinals(text, in_words=True) - figures.ordinals(held):
        return f"the place {min(missing)} in a row is not in its quote"
    for kind, read in (("date", figures.months), ("date", figures.dates), ("grade", figures.grades)):
        if missing := read(text) - read(held):
            return f"the {kind} {min(missing)!r} is not in its quote"
    if figures.grades(text) and figures.grades(held) != figures.grades(text):
        return "its quote names another grade too"
    if other := figures.other_lasting(text, held):
        return f"the length {other!r} is not in its quote"
    theirs = figures.bounds(held)
    for figure, bounds in figures.bounds(text).items():
        if not bounds <= theirs.get(figure, set()):
            return f"its quote bounds the figure {figure} otherwise"
    if not all(figures.in_order(text, quote) for quote in quotes):
        return "it turns the figures of its quote round"
    return ""


def _turned(text: str, quotes: Sequence[str]) -> str:
    """What turns a sentence into its opposite."""
    held = " ".join(quotes)
    if len(wording.negations(text)) > len(wording.negations(held)) or wording.lost_negation(text, held):
        return "it drops or adds a negation of its quote"
    for kind, read in (("quantity", wording.quantities), ("direction", wording.directions)):
        if missing := read(text) - read(held):
            return f"the {kind} {min(missing)!r} is not in its quote"
    if turned := wording.reversed_words(text, held):
        return f"{min(turned)!r} says the opposite of its quote"
    if word := misplaced(text, held):
        return f"{word!r} belongs to something else in its quote"
    return ""


def _limited(text: str, quotes: Sequence[str]) -> str:
    """How far it goes: "most", "not always", "should"."""
    held = " ".join(quotes)
    if dropped := limits.dropped(text, held):
        return f"it drops {dropped[0]!r} of its quote"
    if added := limits.added(text, held):
        return f"it goes otherwise far than its quote ({min(added)})"
    return ""


def _renamed(text: str, quotes: Sequence[str]) -> str:
    held = " ".join(quotes)
    if missing := _places(text) - _places(held):
        return f"the place {min(missing)!r} is not in its quote"
    if missing := wording.missing_names(text, held):
        return f"the name {min(missing)!r} is not in its quote"
    return ""


def _places(text: str) -> set[str]:
    """Authorities named: at the start of a sentence a name cannot be told by its capital letter."""
    from rag.authorities import find

    return {mention.place.name for mention in find(text)}


def unsupported(text: str, quotes: Sequence[str]) -> str:
    """Why the words of the quotes do not bear the sentence out, the last of the rules; empty where they do."""
    held = " ".join(quotes)
    found = support(text, held)
    if found.enough:
        return ""
    if not found.held:
        return "its quote does not say this"
    if found.replaced:
        ours, theirs = found.replaced[0]
        return f"it says {spelt(ours, text)!r} for {spelt(theirs, held)!r} of its quote"
    if found.new:
        return f"the word {spelt(min(found.new), text)!r} is not in its quote"
    return "it puts the words of its quote in another order"


# ── around the quote ─────────────────────────────────────────────────────────────────────────────────────────────


def _without_lead(text: str, citations: Sequence[Citation]) -> str:
    """The claim without "Inspectors found that", where the words cited are the inspectors' own."""
    if not all(c.attribution and not according_to(c.attribution) for c in citations):
        return text
    if any(_INSPECTORS_FOUND.match(c.quote.strip()) for c in citations):
        return text
    rest = _INSPECTORS_FOUND.sub("", text.strip(), count=1)
    return rest[:1].upper() + rest[1:]


def _left_out(claim: Claim, page_text: PageText) -> str | None:
    """A negation or limit in the rest of the clause that a quote is cut from, and that the claim does not repeat."""
    for span in (citation.span for citation in claim.citations):
        text = page_text(span.document, span.page) or ""
        before, behind = _rest(text, span.start, span.end)
        if word := limits.left_out(before, claim.text) or limits.left_out(behind, claim.text):
            return word
    return None


def _rest(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands of the clause before and behind a quote. A quote that begins its line with a capital letter begins
    its sentence; one that ends its line ends it where no small letter follows."""
    before, behind = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    begins_line = not before.rpartition("\n")[2].strip()
    goes_on = behind.strip()[:1].islower() or bool(behind.partition("\n")[0].strip())
    is_whole = text[start:end].rstrip()[-1:] in tuple(".;:!?")
    return (
        "" if begins_line and not text[start:end].lstrip()[:1].islower() else _CLAUSE_BEGINS.split(before)[-1],
        "" if is_whole or not goes_on else _CLAUSE_BEGINS.split(behind)[0],
    )
