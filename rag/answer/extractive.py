"""The embedded answerer: no language model. It chooses whole sentences of the papers that answer the question.

Every sentence of the best passages is scored by a logistic model over the features of `rag.answer.features` (see
`rag.answer.score`). A second one says how likely it is that the best of them answers at all; where that stays
below the confidence that the settings ask for, nothing is answered.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence

import numpy as np

from rag.answer import cite
from rag.answer.choose import LONG, Said, best_of, fitting, side_by_side, told_to_improve, whole_list
from rag.answer.features import NAMES, Candidate, candidates, featurise
from rag.answer.grades import judgements
from rag.answer.recency import latest, open_in_time, otherwise
from rag.answer.score import weigh
from rag.config import Settings
from rag.embed import Embedder
from rag.expects import asks_for_grade
from rag.figures import plain
from rag.polarity import polarity
from rag.store import Store
from rag.subjects import subjects
from rag.types import Claim, Hit, Query
from rag.valence import verdict

PASSAGES = 12  # passages whose sentences are weighed
PASSAGES_COMPARED = 20  # the same where they stand for several places or years
_WIDE = re.compile(
    r"\bwhat (?:did|do|does|was|were)\b.{0,60}\b(?:say|said|find|found|think|thought|like|written)\b|\bhow (?:good|well"
    r"|effective|strong|bad)\b|\btell me about\b|\bsummar|\boverview\b|\bstrengths?\b|\bweakness",
    re.IGNORECASE,
)


def draft(
    query: Query, hits: Sequence[Hit], store: Store, embedder: Embedder, settings: Settings
) -> tuple[tuple[Claim, ...], str]:
    """Draft claims, best first, none where nothing answers with enough confidence; and what the person should know
    about them."""
    if (query.expects == "grade" or (query.expects == "comparison" and asks_for_grade(query.text))) and (
        graded := judgements(query, hits, store)
    ):
        return graded, ""
    found = candidates(hits[: PASSAGES_COMPARED if query.expects == "comparison" else PASSAGES])
    if not found:
        return (), ""
    if query.expects == "list" and (told := told_to_improve(query, hits, store)):
        return _as_far_as_fits(told, store)
    features = featurise(query, found, embedder, store.lexical.frequency, store.manifest.passages)
    # Where the papers never speak of anything that was asked, nearness in meaning is no answer.
    if not features[:, NAMES.index("coverage_context")].any():
        return (), ""
    scores, confidence = weigh(features, np.array([one.hit.reading is not None for one in found]))
    if confidence < settings.confidence:
        return (), _never_named(query, found)
    if query.expects == "comparison":
        return _compared(side_by_side(query, hits, found, scores, store), query, store)
    if open_in_time(query) and len(query.filters.authorities) == 1:
        return _latest_first(query, found, scores, store)
    return _told(query, found, scores, store)


def _never_named(query: Query, found: Sequence[Candidate]) -> str:
    """Which subjects of the question no passage names, for a person who wonders why there is no answer."""
    passages = dict.fromkeys(one.passage for one in found)
    said = (
        " ".join((*one.heading, *(s.text for s in (*one.leads, *one.sentences) if s is not None))) for one in passages
    )
    about = subjects(query.topic or query.text)
    silent = sorted(about - subjects(" ".join(said), about))
    return f"No passage found names {' or '.join(silent)}." if silent else ""


def _told(query: Query, found: Sequence[Candidate], scores: np.ndarray, store: Store) -> tuple[tuple[Claim, ...], str]:
    if query.expects == "list":
        return _as_far_as_fits(whole_list(found, scores, store), store)
    claims = _claims(best_of(found, scores, query.expects), store)
    if query.expects == "yes/no":
        return _yes_or_no(query, claims), ""
    return (_strengths_apart(claims) if query.expects == "finding" and _WIDE.search(query.text) else claims), ""


def _latest_first(
    query: Query, found: Sequence[Candidate], scores: np.ndarray, store: Store
) -> tuple[tuple[Claim, ...], str]:
    """The answer of the latest paper that has one, and what another one says otherwise."""
    papers = latest(found, scores, store)
    at = [i for i, one in enumerate(found) if one.passage.document in papers]
    claims, note = _told(query, [found[i] for i in at], scores[at], store)
    lead = found[max(at, key=lambda i: scores[i])]
    other = otherwise(query, lead, found, scores, store)
    if other is not None:
        said = Said(other.sentence, other.passage.numbers[other.position], other.lead)
        claims += tuple(dataclasses.replace(claim, label="otherwise") for claim in _claims([said], store))
    return claims, note


def _compared(told: Mapping[str, list[Said]], query: Query, store: Store) -> tuple[tuple[Claim, ...], str]:
    """What is said of each side, and of which nothing is."""
    silent = [name for name, said in told.items() if not said and name in query.filters.authorities]
    note = f"On {' and '.join(silent)} the papers do not say." if silent else ""
    return _claims([one for said in told.values() for one in said], store), note


def _yes_or_no(query: Query, claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """The claims after a Yes or No of its own, where the first of them says so plainly."""
    if not claims:
        return claims
    said = polarity(query.text, " ".join(citation.quote for citation in claims[0].citations))
    if said is None:
        return claims
    return (dataclasses.replace(claims[0], text="Yes." if said else "No."), *claims)


def _strengths_apart(claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """What judges neither way, what is good, and what is not, the latter two so labelled, where both are told; else
    the claims as they are."""
    rated = [verdict(plain(claim.text)) for claim in claims]
    if True not in rated or False not in rated:
        return claims
    apart: dict[bool | None, str] = {None: "", True: "strength", False: "weakness"}
    return tuple(
        dataclasses.replace(claim, label=label)
        for side, label in apart.items()
        for claim, own in zip(claims, rated, strict=True)
        if own is side
    )


def _as_far_as_fits(chosen: Sequence[Said], store: Store) -> tuple[tuple[Claim, ...], str]:
    """The sentences of a list in order as far as an answer may be long, and how much is left."""
    kept = fitting(chosen, LONG)
    left = len(chosen) - len(kept)
    more = "1 more sentence stands" if left == 1 else f"{left} more sentences stand"
    return _claims(kept, store), f"The list goes on: {more} there." if left else ""


def _claims(chosen: Sequence[Said], store: Store) -> tuple[Claim, ...]:
    """Claims in order; a list's lead-in is said once, with its first item."""
    told = {one.sentence for one in chosen}
    claims = []
    for one in chosen:
        claims.append(cite.claim(one.sentence, one.number, one.lead if one.lead not in told else None, store))
        told.add(one.lead)
    return tuple(claims)
