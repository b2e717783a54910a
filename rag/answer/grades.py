"""Questions for a grade, answered from what a paper's own table of judgements says: label and grade, both cited."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.answer import cite
from rag.clean import clean
from rag.judgements import OVERALL
from rag.retrieve import sides
from rag.store import Store
from rag.types import Claim, Hit, Judgement, Query
from rag.vocabulary import written
from rag.words import terms

# Words that labels of judgements share and that tell none of them apart, stemmed.
_COMMON = frozenset("experi progress children servic effect judgement impact practic famili".split())
# Words with which people ask for a grade, whatever it is a grade of.
_GRADING = frozenset(
    terms(
        "overall effectiveness grade graded rate rated rating judge judged judging judgement mark rank score outcome "
        "result give given last latest recent most current ofsted inspection inspector report council authority local"
    )
)
_ALL = re.compile(
    r"\b(?:which|every|any|all) (?:the )?(?:areas?|parts?|judge?ments?|bits?|services?)\b"
    r"|\b(?:all|each|every|what|which)\b.{0,25}\b(?:grades|ratings|judge?ments)\b",
    re.IGNORECASE,
)
LONGER = 0.01
_COMPARING = frozenset(terms("compare compared comparison better worse higher lower best highest than both same which"))


def judgements(query: Query, hits: Sequence[Hit], store: Store) -> tuple[Claim, ...]:
    """The grade that the question asks for, from the paper that was found first and states it; of each side where it
    sets places or years side by side. The grade of another year, or of something else, is no answer."""
    found = list(dict.fromkeys(hit.passage.document for hit in hits))
    groups = [group for group in sides(query, store.records) if group is not None]
    if query.expects != "comparison" or len(groups) < 2:
        return tuple(_first(query, found, store))
    return tuple(
        claim
        for group in groups
        for claim in _first(query, sorted((d for d in group), key=lambda d: _newest(d, store), reverse=True), store)
    )


def _first(query: Query, documents: Iterable[str], store: Store) -> list[Claim]:
    asked = _stems(f"{query.text} {written(query.text)}")
    area = _stems(re.sub(r"\bsocial care\b", "", query.topic, flags=re.IGNORECASE)) - _GRADING - _COMMON - _COMPARING
    for document in documents:
        description = store.records[document].description
        if query.years and not description.years & set(query.years):
            continue
        stated = [j for j in description.judgements if j.spans]
        if _ALL.search(query.text) and stated:
            return [_graded(judgement, store) for judgement in stated]
        best = max(stated, key=lambda j: _label_match(asked, area, j), default=None)
        if best is not None and _label_match(asked, area, best) > 0:
            return [_graded(best, store)]
    return []


def _newest(document: str, store: Store) -> str:
    return store.records[document].description.date or ""


def _label_match(asked: set[str], area: set[str], judgement: Judgement) -> float:
    """Share of the label's words that the question uses, a little more for each of them; the overall judgement answers
    when no area is named."""
    if judgement.key == OVERALL:
        return 0.3 if not area or "overal" in asked else 0.0
    label = _stems(judgement.label) - _COMMON
    share = len(label & asked) / len(label) if label else 0.0
    if area and area <= label:
        share = max(share, 0.5)
    # Of "children in care" and "care leavers", both wholly named where care leavers are, the longer label is meant.
    return share + LONGER * len(label & asked) if share >= 0.5 else 0.0


def _stems(text: str) -> set[str]:
    """Terms, those of leaders and of their leadership being one."""
    return {term.removesuffix("ship") for term in terms(text)}


def _graded(judgement: Judgement, store: Store) -> Claim:
    """Label and grade as the paper prints them."""
    citations = cite.cite(judgement.spans, None, store)
    printed = citations[-1].quote
    said = f"{judgement.label.rstrip(' :')}: {clean(printed, 0, len(printed))[0]}"
    description = store.records[judgement.spans[0].document].description
    return Claim(text=said, citations=citations, frame=cite.frame(description, citations, said))
