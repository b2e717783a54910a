"""The embedded answerer: no language model. It chooses whole sentences of the papers that answer the question.

Every sentence of the best passages is scored by a logistic model over the features of `rag.answer.features`, learned on
questions written by hand. A second one says how likely it is that the best of them answers at all; where that stays below
the confidence that the settings ask for, nothing is answered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from rag.answer import cite
from rag.answer.features import Candidate, candidates, featurise
from rag.answer.score import scorer
from rag.clean import clean
from rag.config import Settings
from rag.embed import Embedder
from rag.retrieve import sides
from rag.store import Store
from rag.types import Claim, Description, Hit, Judgement, Query
from rag.words import terms

PASSAGES = 20  # passages whose sentences are weighed
SHORT, LONG = 110, 230  # words that an answer may have: LONG for lists and comparisons
SENTENCES = 3
FOLLOWS = 0.35  # a further sentence is said when it is at least this likely, compared with the best
_ANAPHOR = re.compile(r"^(?:This|These|Those|They|It|Its|Their|He|She|Such|As a result|However|Consequently)\b")
_OVERALL = re.compile(r"\boverall\b|\bgrade\b|\brat(?:ed|ing)\b|\bjudge\w*\b|\bmark\b", re.IGNORECASE)


def draft(
    query: Query, hits: Sequence[Hit], store: Store, embedder: Embedder, settings: Settings
) -> tuple[Claim, ...]:
    """Draft claims, best first; none where nothing answers with enough confidence."""
    if query.expects == "grade" and (graded := _judgements(query, hits, store)):
        return graded
    found = candidates(hits[:PASSAGES])
    if not found:
        return ()
    features = featurise(query, found, embedder, store.lexical.frequency, store.manifest.passages)
    if scorer().confidence(features) < settings.confidence:
        return ()
    scores = scorer().sentence(features)
    if query.expects == "comparison":
        chosen = _sides(query, found, scores, store)
    elif query.expects == "list":
        chosen = _list(found, scores)
    else:
        chosen = _fact(found, scores)
    return _claims(chosen, store)


# ── choosing sentences ───────────────────────────────────────────────────────────────────────────────────────────


def _fact(found: Sequence[Candidate], scores: np.ndarray, room: int = SHORT, most: int = SENTENCES) -> list[Candidate]:
    """The best sentence and at most two more that are nearly as likely, with the one before where it leans on it."""
    best = int(scores.argmax())
    chosen: list[Candidate] = []
    said: list[set[str]] = []
    for i in np.argsort(-scores, kind="stable"):
        one = found[int(i)]
        if scores[i] < FOLLOWS * scores[best] or len(chosen) >= most:
            break
        held = set(terms(one.sentence.text))
        if any(_same(held, other) for other in said):
            continue  # reports tell a thing twice, in the summary and in the body
        taken = [*(_before(one, chosen) if len(chosen) + 1 < most else []), one]
        cost = sum(_words(c) for c in taken)
        if chosen and cost > room:
            continue
        chosen += taken
        said += [set(terms(c.sentence.text)) for c in taken]
        room -= cost
    return _in_order(chosen)


def _list(found: Sequence[Candidate], scores: np.ndarray) -> list[Candidate]:
    """All items of the list that the best sentence stands in, or introduces; else the most likely sentences."""
    best = found[int(scores.argmax())]
    lead = best.lead or (best.sentence if best.sentence.text.rstrip().endswith(":") else None)
    if lead is not None:
        items = [c for c in found if c.lead == lead]
        if len(items) > 1:
            return _within(_in_order(items), LONG)
    room_for_more = [c for c in found if c.passage.heading == best.passage.heading and c.passage.document == best.passage.document]
    heading_items = [c for c in room_for_more if c.passage.kinds[c.position] == "item"]
    if best in heading_items and len(heading_items) > 1:
        return _within(_in_order(heading_items), LONG)
    return _fact(found, scores, room=LONG, most=5)


def _sides(query: Query, found: Sequence[Candidate], scores: np.ndarray, store: Store) -> list[Candidate]:
    """The best of each side of a comparison: of each place, or else of each year that the question names."""
    groups = [g for g in sides(query, store.records) if g is not None]
    if len(groups) < 2:  # nothing in the question tells the sides apart: the two likeliest papers do
        papers = dict.fromkeys(found[int(i)].passage.document for i in np.argsort(-scores, kind="stable"))
        groups = [{name} for name in list(papers)[:2]]
    chosen: list[Candidate] = []
    for group in groups:
        at = [i for i, one in enumerate(found) if one.passage.document in group]
        if at and scores[at].max() >= FOLLOWS * scores.max():
            chosen += _fact([found[i] for i in at], scores[at], room=LONG // len(groups), most=2)
    return chosen


def _judgements(query: Query, hits: Sequence[Hit], store: Store) -> tuple[Claim, ...]:
    """Label and grade as the best papers print them, where the question names the label (or asks for the whole)."""
    asked = set(terms(query.text))
    for document in dict.fromkeys(hit.passage.document for hit in hits):
        record = store.records[document]
        ranked = sorted(
            ((_label_match(asked, j, query.text, record.description), j) for j in record.description.judgements),
            key=lambda pair: -pair[0],
        )
        if ranked and ranked[0][0] > 0:
            best = [j for match, j in ranked if match == ranked[0][0]][:1]
            claims = [_graded(j, store) for j in best]
            return tuple(c for c in claims if c is not None)
    return ()


def _label_match(asked: set[str], judgement: Judgement, question: str, description: Description) -> float:
    """Share of the label's words that the question uses; the overall judgement answers when none is named."""
    common = set(terms("experiences progress children services effectiveness judgement impact practice families"))
    label = set(terms(judgement.label)) - common
    if "overall" in judgement.label.lower():
        return 0.3 if _OVERALL.search(question) else 0.0
    return len(label & asked) / len(label) if label and len(label & asked) / len(label) >= 0.5 else 0.0


def _graded(judgement: Judgement, store: Store) -> Claim | None:
    if not judgement.spans:
        return None
    citations = cite.cite(judgement.spans, None, store)
    record = store.records[judgement.spans[0].document]
    said = ": ".join(clean(c.quote, 0, len(c.quote))[0].rstrip(" :") for c in citations)
    return Claim(text=said, citations=citations, frame=cite.frame(record.description))


# ── saying them ──────────────────────────────────────────────────────────────────────────────────────────────────


def _claims(chosen: Sequence[Candidate], store: Store) -> tuple[Claim, ...]:
    """Claims in order; a list's lead-in is said once, with its first item."""
    claims, told = [], set()
    present = {c.sentence for c in chosen}
    for one in chosen:
        lead = one.lead if one.lead and one.lead not in told and one.lead not in present else None
        if one.lead:
            told.add(one.lead)
        claims.append(cite.claim(one.sentence, one.passage.numbers[one.position], lead, store))
    return tuple(claims)


def _before(one: Candidate, chosen: Sequence[Candidate]) -> list[Candidate]:
    """The sentence before, where this one leans on it ("This means …")."""
    if one.position == 0 or not _ANAPHOR.match(one.sentence.text):
        return []
    before = Candidate(one.hit, one.position - 1)
    same = one.passage.numbers[one.position] == one.passage.numbers[before.position]
    return [before] if same and before not in chosen else []


def _in_order(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Papers as they came, sentences of one paper as they stand in it."""
    papers = list(dict.fromkeys(c.passage.document for c in chosen))
    unique = dict.fromkeys(chosen)
    return sorted(unique, key=lambda c: (papers.index(c.passage.document), c.sentence.spans[0]))


def _within(chosen: Sequence[Candidate], room: int) -> list[Candidate]:
    kept = []
    for one in chosen:
        room -= _words(one)
        if room < 0 and kept:
            break
        kept.append(one)
    return kept


def _words(one: Candidate) -> int:
    return len(one.sentence.text.split())


def _same(a: set[str], b: set[str]) -> bool:
    return len(a & b) >= 0.8 * min(len(a), len(b)) if a and b else False
