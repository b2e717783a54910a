"""The figures that judge results. All are pure functions of a question, its record and the page texts.

A record is what `rag.record.record` makes of an answer (other tools' records may lack keys: what is missing counts as
empty). `PageText` gives the untouched text of a page (from 0) of a document, None where there is no such page.
"""

from __future__ import annotations

import functools
import math
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from eval.questions import Evidence, Question
from eval.wording import letters, numbers, plain, words

Record = Mapping[str, Any]
PageText = Callable[[str, int], str | None]

DEPTH = 10  # passages of a record that count, unless another depth is asked for
PASSAGE_WORDS = 200  # words of a passage that count, so that long passages win nothing
HELD, HELD_BY_ONE = 0.9, 0.45  # share of the evidence's words that the passages must hold together, and one alone
COVERED = 0.6  # share of the evidence's words that the quotes must hold together
SHORT_ANSWER, LONG_ANSWER = 120, 250  # words that an answer may have
LONG_KINDS = ("list", "compare")
LEAST_PART = 8  # letters that either part of a quote over a page break must have

# One report, once as text and once as the published file: evidence in one is evidence in the other.
SAME_PAPER: Mapping[str, str] = {
    "briefing/newham-inspection-2014-08-08.md": (
        "ilacs/80511_newham/children's services inspection - 08 august 2014.pdf"
    ),
}


def same_paper(a: str, b: str) -> bool:
    """Do the two names stand for the same report?"""
    return SAME_PAPER.get(a, a) == SAME_PAPER.get(b, b)


def mean(values: Iterable[float]) -> float | None:
    """Σ values / count; None of nothing."""
    values = list(values)
    return statistics.mean(values) if values else None


# ── finding ──────────────────────────────────────────────────────────────────────────────────────────────────────


def rank(evidence: Evidence, passages: Sequence[Mapping[str, Any]], depth: int = DEPTH) -> int | None:
    """The least k (from 1, at most `depth`) for which the first k passages hold the evidence; None where none does.

    They hold it when, for one of its places with words w₁…wₙ, |{i: wᵢ in any of them}| / n ≥ 0.9 and the same share
    for a single one of them is ≥ 0.45. Only passages of the evidence's paper count, and of each the first 200 words.
    """
    ranks = [_rank_of_place(place, passages[:depth]) for place in evidence.places]
    return min((r for r in ranks if r is not None), default=None)


def _rank_of_place(place: Evidence, passages: Sequence[Mapping[str, Any]]) -> int | None:
    wanted = words(place.quote)
    together: set[str] = set()
    best = 0.0
    for k, passage in enumerate(passages, 1):
        if not same_paper(passage.get("document") or "", place.document):
            continue
        alone = set(words(passage.get("text") or "")[:PASSAGE_WORDS])
        together |= alone
        best = max(best, _share(wanted, alone))
        if best >= HELD_BY_ONE and _share(wanted, together) >= HELD:
            return k
    return None


def ranks(question: Question, record: Record, depth: int = DEPTH) -> tuple[int | None, ...]:
    """The rank of each piece of the question's evidence among the record's first `depth` passages."""
    passages = record.get("passages") or []
    return tuple(rank(evidence, passages, depth) for evidence in question.evidence)


def recall(ranks: Sequence[int | None], k: int) -> float:
    """|{pieces with rank ≤ k}| / |pieces|: the share of the evidence that the first k passages hold."""
    return sum(r is not None and r <= k for r in ranks) / len(ranks) if ranks else 0.0


def reciprocal_rank(ranks: Sequence[int | None], k: int = DEPTH) -> float:
    """1 / (rank of the piece found first), 0 where none is among the first k; its mean over questions is the MRR.

    Voorhees, The TREC-8 Question Answering Track Report, 1999.
    """
    return max((1 / r for r in ranks if r is not None and r <= k), default=0.0)


def ndcg(ranks: Sequence[int | None], k: int = DEPTH) -> float:
    """DCG / IDCG with Σ_j 1 / log₂(1 + p_j) over the pieces found among the first k.

    Each piece has the gain 1. p_j is the rank of the j-th piece found, but at least j: pieces that one passage holds
    together stand as if they followed each other, so that the ideal, Σ_{j ≤ min(n, k)} 1 / log₂(1 + j), is
    the most there can be. Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques, 2002, with the
    discount log₂(1 + rank) of Burges and others, Learning to rank using gradient descent, 2005.
    """
    found = sorted(r for r in ranks if r is not None)
    positions = [max(r, j) for j, r in enumerate(found, 1)]
    ideal = sum(1 / math.log2(1 + j) for j in range(1, min(len(ranks), k) + 1))
    return sum(1 / math.log2(1 + p) for p in positions if p <= k) / ideal if ideal else 0.0


# ── answering ────────────────────────────────────────────────────────────────────────────────────────────────────


def abstained(record: Record) -> bool:
    """What the record says of itself; where it says nothing, whether the answer is empty."""
    return bool(record.get("abstained", not record.get("answer")))


def right(question: Question, record: Record) -> bool:
    """Not abstained, no error, short enough, and every key fact is there in one of its wordings.

    Short enough is at most 120 words between white space, markers and lead-ins included; 250 for lists and comparisons.
    """
    answer = record.get("answer") or ""
    limit = LONG_ANSWER if question.kind in LONG_KINDS else SHORT_ANSWER
    if record.get("error") or abstained(record) or len(answer.split()) > limit:
        return False
    said = plain(answer)
    return all(any(plain(wording) in said for wording in fact) for fact in question.must_include)


def citations(record: Record) -> list[Mapping[str, Any]]:
    """The citations of all claims, in order."""
    return [citation for claim in record.get("claims") or [] for citation in claim.get("citations") or []]


def cites_evidence(question: Question, record: Record) -> float:
    """|{pieces that the quotes cover}| / |pieces|.

    Quotes cover a piece when, for one of its places, those from its paper that are at most one page away (or have no
    page) hold together ≥ 0.6 of its words.
    """
    quoted = citations(record)
    covered = [any(_covered(place, quoted) for place in piece.places) for piece in question.evidence]
    return sum(covered) / len(covered) if covered else 0.0


def _covered(place: Evidence, quoted: Sequence[Mapping[str, Any]]) -> bool:
    held: set[str] = set()
    for citation in quoted:
        page = citation.get("page")
        near = place.page is None or page is None or -1 <= page - place.page <= 1
        if near and same_paper(citation.get("document") or "", place.document):
            held.update(words(citation.get("quote") or ""))
    return _share(words(place.quote), held) >= COVERED


def claims_without_citation(record: Record) -> int:
    """|{claims whose list of citations is empty or missing}|."""
    return sum(not claim.get("citations") for claim in record.get("claims") or [])


def figures_held(record: Record) -> tuple[int, int]:
    """(figures in the claims' own quotes, figures in the claims' text); each occurrence counts.

    A figure is held when one of the claim's quotes has the same whole number: "5" is not in "8.5%".
    """
    held = asserted = 0
    for claim in record.get("claims") or []:
        quoted = {n for citation in claim.get("citations") or [] for n in numbers(citation.get("quote") or "")}
        own = numbers(claim.get("text") or "")
        asserted += len(own)
        held += sum(number in quoted for number in own)
    return held, asserted


def _share(wanted: Sequence[str], held: set[str]) -> float:
    return sum(word in held for word in wanted) / len(wanted) if wanted else 0.0


# ── quoting ──────────────────────────────────────────────────────────────────────────────────────────────────────


def verbatim(citation: Mapping[str, Any], page_text: PageText) -> bool:
    """Does the quote stand on the page that it names, letter for letter (white space and signs apart)?

    It may run on to the next page, with at least 8 letters on either. Without a page only a document
    of one page will do.
    """
    quote, document, page = letters(citation.get("quote") or ""), citation.get("document") or "", citation.get("page")
    if not quote:
        return False
    if page is None:
        text = None if page_text(document, 1) is not None else page_text(document, 0)
        return text is not None and quote in _page_letters(text)
    if type(page) is not int or page < 1 or (text := page_text(document, page - 1)) is None:
        return False
    here = _page_letters(text)
    return quote in here or _runs_on(quote, here, _page_letters(page_text(document, page) or ""))


# A page without page breaks can be a whole report, and many quotes come from it.
_page_letters = functools.lru_cache(maxsize=64)(letters)


def _runs_on(quote: str, here: str, after: str) -> bool:
    """Is there a cut that puts the quote's first part on this page and the rest on the next?

    With a part that stands on a page stands every shorter beginning (end) of it, so the longest decide.
    """
    first = _longest(lambda n: quote[:n] in here, len(quote))
    rest = _longest(lambda n: quote[len(quote) - n :] in after, len(quote))
    return max(LEAST_PART, len(quote) - rest) <= min(first, len(quote) - LEAST_PART)


def _longest(holds: Callable[[int], bool], most: int) -> int:
    """The greatest n ≤ most for which `holds(n)`, which is true up to some n and false from there on."""
    low = 0
    while low < most:
        middle = (low + most + 1) // 2
        low, most = (middle, most) if holds(middle) else (low, middle - 1)
    return low


def at_span(citation: Mapping[str, Any], page_text: PageText) -> bool:
    """Is the quote exactly `text[start:end]` of its page, every character the same? What highlighting rests on."""
    start, end, page = citation.get("start"), citation.get("end"), citation.get("page")
    if type(start) is not int or type(end) is not int or not 0 <= start < end:
        return False
    if page is not None and (type(page) is not int or page < 1):
        return False
    text = page_text(citation.get("document") or "", 0 if page is None else page - 1)
    return text is not None and text[start:end] == citation.get("quote")


# ── abstaining ───────────────────────────────────────────────────────────────────────────────────────────────────


def abstain_recall(caught: int, unanswerable: int) -> float | None:
    """Abstentions on unanswerable questions / unanswerable questions."""
    return caught / unanswerable if unanswerable else None


def abstain_precision(caught: int, refused: int) -> float | None:
    """Abstentions on unanswerable questions / all abstentions."""
    return caught / (caught + refused) if caught + refused else None


def answerable_refused(refused: int, answerable: int) -> float | None:
    """Abstentions on answerable questions / answerable questions."""
    return refused / answerable if answerable else None


# ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def p50(seconds: Sequence[float]) -> float | None:
    """The median."""
    return statistics.median(seconds) if seconds else None


def p95(seconds: Sequence[float]) -> float | None:
    """The value at place ⌊0.95 · (n - 1)⌋ (from 0) of the n sorted values: one that was measured, none in between."""
    return sorted(seconds)[math.floor(0.95 * (len(seconds) - 1))] if seconds else None
