"""The embedded answerer: no language model. It chooses whole sentences of the papers that answer the question.

Every sentence of the best passages is scored by a logistic model over the features of `rag.answer.features`, learned
on questions written by hand. A second one says how likely it is that the best of them answers at all; where that stays
below the confidence that the settings ask for, nothing is answered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.answer import cite
from rag.answer.features import NAMES, Candidate, candidates, featurise, topic_terms
from rag.answer.score import scorer
from rag.clean import clean
from rag.config import Settings
from rag.embed import Embedder
from rag.judgements import OVERALL
from rag.retrieve import sides
from rag.store import Store
from rag.types import Claim, Hit, Judgement, Query, Sentence
from rag.vocabulary import written
from rag.words import terms

PASSAGES = 20  # passages whose sentences are weighed
SHORT, LONG = 110, 230  # words that an answer may have: LONG for lists and comparisons
SENTENCES = 3
FOLLOWS = 0.2  # a further sentence is said when it is at least this likely, compared with the best
SIDE = 0.1  # the same for the best of the other side of a comparison
_ANAPHOR = re.compile(r"^(?:This|These|Those|They|It|Its|Their|He|She|Such|As a result|However|Consequently)\b")
_TASKS = re.compile(
    r"needs? to improve|areas? for improvement|recommendations?|priority (?:and immediate )?action", re.IGNORECASE
)
_ASKS_FOR_TASKS = re.compile(
    r"\b(?:told?|tell|ask(?:ed)?|need(?:s|ed)?|have|had|must|should|still)\b.*\b(?:fix|sort|improve|work on|better"
    r"|change|put right|address|tighten|develop)|\bfurther to go\b|\brecommend\w*|\bareas? (?:for|to) improve",
    re.IGNORECASE,
)
_TASK_TERMS = frozenset("tell told ask need fix sort improv work better chang put address recommend area".split())
# Words that labels of judgements share and that tell none of them apart, stemmed.
_COMMON = frozenset("experi progress children servic effect judgement impact practic famili".split())
# Words with which people ask for a grade, whatever it is a grade of.
_GRADING = frozenset(
    terms(
        "overall effectiveness grade graded rate rated rating judge judged judging judgement mark rank score outcome "
        "result give given last latest recent most current ofsted inspection inspector report council authority local"
    )
)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence chosen for the answer, its paragraph's number and the lead-in of the list that it stands in."""

    sentence: Sentence
    number: str | None
    lead: Sentence | None


def draft(
    query: Query, hits: Sequence[Hit], store: Store, embedder: Embedder, settings: Settings
) -> tuple[tuple[Claim, ...], str]:
    """Draft claims, best first, none where nothing answers with enough confidence; and what the person should know
    about them."""
    if query.expects == "grade" and (graded := _judgements(query, hits, store)):
        return graded, ""
    found = candidates(hits[:PASSAGES])
    if not found:
        return (), ""
    if query.expects == "list" and (told := _told(query, hits, store)):
        return _listed(told, store)
    features = featurise(query, found, embedder, store.lexical.frequency, store.manifest.passages)
    weighing = scorer(read=any(hit.reading for hit in hits))
    # Where the papers never speak of anything that was asked, nearness in meaning is no answer.
    if not features[:, NAMES.index("coverage_context")].any() or weighing.confidence(features) < settings.confidence:
        return (), ""
    scores = weighing.sentence(features)
    if query.expects == "list":
        return _listed(_list(found, scores, store), store)
    chosen = _sides(query, found, scores, store) if query.expects == "comparison" else _fact(found, scores)
    return _claims(chosen, store), ""


# ── choosing sentences ───────────────────────────────────────────────────────────────────────────────────────────


def _fact(found: Sequence[Candidate], scores: np.ndarray, room: int = SHORT, most: int = SENTENCES) -> list[Said]:
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
        before = _before(one, chosen)
        if before and len(chosen) + 2 > most:
            continue  # without the sentence that it leans on it says little, and there is no room for both
        taken = [*before, one]
        cost = sum(_words(c) for c in taken)
        if chosen and cost > room:
            continue
        chosen += taken
        said += [set(terms(c.sentence.text)) for c in taken]
        room -= cost
    return [Said(c.sentence, c.passage.numbers[c.position], c.lead) for c in _in_order(chosen)]


def _list(found: Sequence[Candidate], scores: np.ndarray, store: Store) -> list[Said]:
    """The whole list that the best sentence stands in, or introduces; else the most likely sentences."""
    best = found[int(scores.argmax())]
    blocks = store.blocks(best.passage.document)
    lead = best.lead or best.sentence
    items = [b for b in blocks if b.lead is not None and b.lead.spans == lead.spans]
    if not items and best.passage.kinds[best.position] == "item":
        items = [b for b in blocks if b.kind == "item" and b.heading == best.passage.heading]
    if len(items) > 1:
        return [Said(s, b.number, b.lead) for b in items for s in b.sentences]
    return _fact(found, scores, room=LONG, most=5)


def _told(query: Query, hits: Sequence[Hit], store: Store) -> list[Said]:
    """What a paper tells the council to improve, where the question asks for that: papers set it out below a heading of
    its own, item by item. Of several such lists the one that speaks most of the topic, or is the longest."""
    if not _ASKS_FOR_TASKS.search(query.topic):
        return []
    asked = set(topic_terms(query)) - _TASK_TERMS
    for document in dict.fromkeys(hit.passage.document for hit in hits):
        lists: dict[tuple[str, ...], list[Said]] = {}
        for block in store.blocks(document):
            if block.kind in ("item", "paragraph") and block.heading and _TASKS.search(block.heading[-1]):
                lists.setdefault(block.heading, []).extend(Said(s, block.number, block.lead) for s in block.sentences)
        if lists:
            spoken = {
                heading: (len(asked & set(terms(" ".join((*heading, *(o.sentence.text for o in said)))))), len(said))
                for heading, said in lists.items()
            }
            return lists[max(lists, key=lambda heading: spoken[heading])]
    return []


def _sides(query: Query, found: Sequence[Candidate], scores: np.ndarray, store: Store) -> list[Said]:
    """The best of each side of a comparison: of each place, or else of each year that the question names."""
    groups = [g for g in sides(query, store.records) if g is not None]
    if len(groups) < 2:  # nothing in the question tells the sides apart: the two likeliest papers do
        papers = dict.fromkeys(found[int(i)].passage.document for i in np.argsort(-scores, kind="stable"))
        groups = [{name} for name in list(papers)[:2]]
    chosen: list[Said] = []
    for group in groups:
        at = [i for i, one in enumerate(found) if one.passage.document in group]
        if at and scores[at].max() >= SIDE * scores.max():
            chosen += _fact([found[i] for i in at], scores[at], room=LONG // len(groups), most=2)
    return chosen


def _judgements(query: Query, hits: Sequence[Hit], store: Store) -> tuple[Claim, ...]:
    """Label and grade as the best paper prints them, where the question names the label or asks for the whole; the
    grade of another year, or of something else, is no answer."""
    asked = _stems(f"{query.text} {written(query.text)}")
    area = _stems(re.sub(r"\bsocial care\b", "", query.topic, flags=re.IGNORECASE)) - _GRADING - _COMMON
    for document in dict.fromkeys(hit.passage.document for hit in hits):
        description = store.records[document].description
        if query.years and not description.years & set(query.years):
            continue
        judgements = [j for j in description.judgements if j.spans]
        best = max(judgements, key=lambda j: _label_match(asked, area, j), default=None)
        if best is not None and _label_match(asked, area, best) > 0:
            return (_graded(best, store),)
    return ()


def _label_match(asked: set[str], area: set[str], judgement: Judgement) -> float:
    """Share of the label's words that the question uses; the overall judgement answers when no area is named."""
    if judgement.key == OVERALL:
        return 0.3 if not area or "overal" in asked else 0.0
    label = _stems(judgement.label) - _COMMON
    share = len(label & asked) / len(label) if label else 0.0
    return max(share, 0.5) if area and area <= label else share if share >= 0.5 else 0.0


def _stems(text: str) -> set[str]:
    """Terms, those of leaders and of their leadership being one."""
    return {term.removesuffix("ship") for term in terms(text)}


def _graded(judgement: Judgement, store: Store) -> Claim:
    citations = cite.cite(judgement.spans, None, store)
    printed = citations[-1].quote
    said = f"{judgement.label.rstrip(' :')}: {clean(printed, 0, len(printed))[0]}"
    description = store.records[judgement.spans[0].document].description
    return Claim(text=said, citations=citations, frame=cite.frame(description))


# ── saying them ──────────────────────────────────────────────────────────────────────────────────────────────────


def _listed(chosen: Sequence[Said], store: Store) -> tuple[tuple[Claim, ...], str]:
    """As many of a list's sentences as an answer has room for, and a word on those left out."""
    room, kept, leads = LONG, [], set()
    for one in chosen:
        room -= len(one.sentence.text.split())
        if one.lead and one.lead not in leads:
            room -= len(one.lead.text.split())
            leads.add(one.lead)
        if room < 0 and kept:
            break
        kept.append(one)
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


def _words(one: Candidate) -> int:
    return len(one.sentence.text.split())


def _same(a: set[str], b: set[str]) -> bool:
    return len(a & b) >= 0.8 * min(len(a), len(b)) if a and b else False
