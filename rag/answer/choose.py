"""Which sentences make the answer, given how likely each is to answer: the likeliest, those that belong to it, and no
more than a person wants to read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag.answer.features import Candidate, topic_terms
from rag.answer.recency import latest, open_in_time
from rag.retrieve import sides
from rag.store import Store
from rag.types import Expectation, Hit, Query, Sentence
from rag.words import terms

SHORT, LONG = 100, 225  # words that an answer may have: LONG for lists and comparisons
FACT = 60  # the same of an answer to what one sentence can tell
FACT_SENTENCES, SENTENCES, LIST_SENTENCES = 2, 5, 7  # of that, of any other (or a side of a comparison), of a list
FOLLOWS = 0.05  # a further sentence is said when it is at least this likely, compared with the best
GOES_ON = 0.02  # the same of one that goes on with a sentence that is said: papers finish a thought in the next one
GOES_ON_WORDS = 6  # by which that one may be longer than the room that is left
LISTED = 0.5  # a list stands in for the likeliest sentence when it is at least this likely, compared with it
SIDE = 0.02  # the other side of a comparison is heard when its best sentence is at least this likely, compared so
_FACTS: frozenset[Expectation] = frozenset(("figure", "date", "name", "grade"))
_ANAPHOR = re.compile(r"^(?:This|These|Those|They|It|Its|Their|He|She|Such|As a result|However|Consequently)\b")
_GOES_ON = re.compile(
    r"^(?:However|But|Nevertheless|Nonetheless|Although|Despite this|Conversely|As a (?:result|consequence)"
    r"|Consequently|Therefore|This (?:means|meant|has|had|is|was|results|leads)|These|They|It (?:is|was|has)|No\b"
    r"|Some\b|For (?:some|others|a)\b)"
)
_TASKS = re.compile(
    r"needs? to improve|areas? for improvement|recommendations?|priority (?:and immediate )?action", re.IGNORECASE
)
_BY_WHEN = re.compile(r"\b(?:immediate(?:ly)?|within|by|months?|weeks?)\b", re.IGNORECASE)
_ASKS_FOR_TASKS = re.compile(
    r"\b(?:told?|tell|ask(?:ed)?|need(?:s|ed)?|ha(?:ve|d|s) to|must|should|still)\b.*\b(?:fix|sort|improve|work on"
    r"|better|change|put right|address|tighten|develop)|\bfurther to go\b|\brecommend\w*|\bareas? (?:for|to) improve",
    re.IGNORECASE,
)
_TASK_TERMS = frozenset("tell told ask need fix sort improv work better chang put address recommend area".split())


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence chosen for the answer, its paragraph's number and the lead-in of the list that it stands in."""

    sentence: Sentence
    number: str | None
    lead: Sentence | None


def best_of(
    found: Sequence[Candidate], scores: np.ndarray, expects: Expectation, room: int = SHORT, most: int = SENTENCES
) -> list[Said]:
    """The likeliest sentence and those that are nearly as likely, each with the one before where it leans on it, and
    one that goes on with them; for what one sentence can tell, hardly more than that. `scores` are probabilities, one
    for each of `found`."""
    if expects in _FACTS:
        room, most = min(room, FACT), min(most, FACT_SENTENCES)
    best = float(scores.max())
    chosen: list[Candidate] = []
    said: list[set[str]] = []
    for i in np.argsort(-scores, kind="stable"):
        one = found[int(i)]
        if scores[i] < FOLLOWS * best or len(chosen) >= most:
            break
        held = set(terms(one.sentence.text))
        if any(_same(held, other) for other in said):
            continue  # reports tell a thing twice, in the summary and in the body
        before = _before(one, chosen)
        if before and len(chosen) + 2 > most:
            continue  # without the sentence that it leans on it says little, and there is no room for both
        taken = [*before, one]
        cost = sum(map(_words, taken))
        if chosen and cost > room:
            continue
        if expects not in _FACTS and (behind := _behind(one)) and cost + _words(behind) <= room:
            taken.append(behind)
            cost += _words(behind)
        chosen += taken
        said += [set(terms(c.sentence.text)) for c in taken]
        room -= cost
    likely = dict(zip(found, scores, strict=True))
    if (expects not in _FACTS or len(chosen) < most) and (
        more := _going_on(chosen, likely, GOES_ON * best, said, room + GOES_ON_WORDS)
    ):
        chosen.append(more)
    return [Said(c.sentence, c.passage.numbers[c.position], c.lead) for c in _in_order(chosen)]


def whole_list(found: Sequence[Candidate], scores: np.ndarray, store: Store) -> list[Said]:
    """The whole list that the likeliest sentence stands in, or introduces, or one that is nearly as likely; else the
    most likely sentences."""
    for i in np.argsort(-scores, kind="stable"):
        if scores[i] < LISTED * scores.max():
            break
        one = found[int(i)]
        blocks = store.blocks(one.passage.document)
        lead = one.lead or one.sentence
        items = [b for b in blocks if b.lead is not None and b.lead.spans == lead.spans]
        if not items and one.passage.kinds[one.position] == "item":
            items = [b for b in blocks if b.kind == "item" and b.heading == one.passage.heading]
        if len(items) > 1:
            return [Said(s, b.number, b.lead) for b in items for s in b.sentences]
    return best_of(found, scores, "list", room=LONG, most=LIST_SENTENCES)


def told_to_improve(query: Query, hits: Sequence[Hit], store: Store) -> list[Said]:
    """What a paper tells the council to improve, where the question asks for that: papers set it out below a heading of
    its own, item by item. Of several such lists the one that speaks most of the topic, or is the longest."""
    if not _ASKS_FOR_TASKS.search(query.topic):
        return []
    asked = set(topic_terms(query)) - _TASK_TERMS
    for document in dict.fromkeys(hit.passage.document for hit in hits):
        lists: dict[tuple[str, ...], list[Said]] = {}
        for block in store.blocks(document):
            if block.kind in ("item", "paragraph") and (heading := _tasks(block.heading)):
                lists.setdefault(heading, []).extend(Said(s, block.number, block.lead) for s in block.sentences)
        if lists:
            spoken = {
                heading: (len(asked & set(terms(" ".join((*heading, *(o.sentence.text for o in said)))))), len(said))
                for heading, said in lists.items()
            }
            return lists[max(lists, key=lambda heading: spoken[heading])]
    return []


def _tasks(heading: Sequence[str]) -> tuple[str, ...]:
    """The path down to the heading that announces tasks: the last, or the one above where the last says by when."""
    for depth in (len(heading), len(heading) - 1):
        if depth > 0 and _TASKS.search(heading[depth - 1]) and all(_BY_WHEN.search(h) for h in heading[depth:]):
            return tuple(heading[:depth])
    return ()


def side_by_side(
    query: Query, hits: Sequence[Hit], found: Sequence[Candidate], scores: np.ndarray, store: Store
) -> Mapping[str, list[Said]]:
    """The best of each side of a comparison, by the side's name: of each place (in its latest paper that says
    something, where the question leaves open when), or else of each year that the question names. A side of which
    nothing likely is said has an empty list."""
    groups = _compared(query, found, scores, store)
    told: dict[str, list[Said]] = {}
    for name, group in groups.items():
        at = np.array([i for i, one in enumerate(found) if one.passage.document in group], dtype=int)
        if not len(at) or scores[at].max() < SIDE * scores.max():
            told[name] = []
            continue
        if open_in_time(query):
            papers = latest([found[i] for i in at], scores[at], store)
            at = np.array([i for i in at if found[i].passage.document in papers])
            group = papers
        asked_for = told_to_improve(query, [hit for hit in hits if hit.passage.document in group], store)
        room = LONG // len(groups)
        told[name] = fitting(asked_for, room) or best_of([found[i] for i in at], scores[at], "comparison", room=room)
    return told


def _compared(query: Query, found: Sequence[Candidate], scores: np.ndarray, store: Store) -> dict[str, set[str]]:
    """The papers of each side. Where nothing in the question tells the sides apart, the two likeliest papers do."""
    groups = [group for group in sides(query, store.records) if group is not None]
    if len(groups) < 2:
        papers = dict.fromkeys(found[int(i)].passage.document for i in np.argsort(-scores, kind="stable"))
        groups = [{name} for name in list(papers)[:2]]
    places = query.filters.authorities
    names = places if len(places) == len(groups) else [str(number) for number in range(1, len(groups) + 1)]
    return dict(zip(names, groups, strict=True))


def fitting(chosen: Sequence[Said], room: int) -> list[Said]:
    """The first of a list, as many as `room` words hold with their lead-ins, and always one."""
    kept: list[Said] = []
    leads: set[Sentence] = set()
    for one in chosen:
        room -= len(one.sentence.text.split())
        if one.lead and one.lead not in leads:
            room -= len(one.lead.text.split())
            leads.add(one.lead)
        if room < 0 and kept:
            break
        kept.append(one)
    return kept


def _before(one: Candidate, chosen: Sequence[Candidate]) -> list[Candidate]:
    """The sentence before, where this one leans on it ("This means …")."""
    if one.position == 0 or not _ANAPHOR.match(one.sentence.text):
        return []
    before = Candidate(one.hit, one.position - 1)
    same = one.passage.numbers[one.position] == one.passage.numbers[before.position]
    return [before] if same and before not in chosen else []


def _behind(one: Candidate) -> Candidate | None:
    """The sentence after, where it takes back or goes on with what this one says ("However, …")."""
    behind = _after(one)
    return behind if behind and _GOES_ON.match(behind.sentence.text) else None


def _going_on(
    chosen: Sequence[Candidate], likely: Mapping[Candidate, float], least: float, said: Sequence[set[str]], room: int
) -> Candidate | None:
    """The sentence right after the first of those chosen that is followed by one that is `least` likely, says
    something new and fits."""
    for one in chosen:
        after = _after(one)
        if after is None or after in chosen or likely.get(after, 0.0) < least or _words(after) > room:
            continue
        if not any(_same(set(terms(after.sentence.text)), other) for other in said):
            return after
    return None


def _after(one: Candidate) -> Candidate | None:
    """The sentence after, where the same paragraph goes on."""
    after = Candidate(one.hit, one.position + 1)
    if after.position == len(one.passage.sentences) or one.passage.kinds[after.position] != "paragraph":
        return None
    return after if one.passage.numbers[one.position] == one.passage.numbers[after.position] else None


def _words(one: Candidate) -> int:
    return len(one.sentence.text.split()) + (len(one.lead.text.split()) if one.lead else 0)


def _in_order(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Papers as they came, sentences of one paper as they stand in it."""
    papers = list(dict.fromkeys(c.passage.document for c in chosen))
    unique = dict.fromkeys(chosen)
    return sorted(unique, key=lambda c: (papers.index(c.passage.document), c.sentence.spans[0]))


def _same(a: set[str], b: set[str]) -> bool:
    return len(a & b) >= 0.8 * min(len(a), len(b)) if a and b else False
