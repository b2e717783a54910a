"""How far a quote supports a sentence that says it in other words, told from the words alone.

Three things are looked at: which content words of the sentence the quote has not, neither in the same nor in like
words; how many stand among other neighbours than in the quote; and whether a word stands where the quote has another
one. `eval.support` measures what each bound lets through; the bounds below were set by it (see `eval/results`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rag.figures import in_digits
from rag.words import terms

NEW = 0  # most content words that the quote has not
DISPLACED = 1  # most words that may stand among other neighbours
GAP = 4  # words of the quote between two neighbours that a new word may stand for
AT_END = 2  # the same at a sentence's end, where there is but one neighbour

# Words that carry no topic: they may come and go, but not stand for one that does.
_LIGHT = frozenset(
    terms(
        """give gave given giving make made making sure carry carried go went gone come came coming take
        took taken taking show showed shown keep kept mean meant see saw seen use used hold held become
        became provide provided provides providing find found put bring brought run ran receive received
        offer offered include included including contain contained cover covered therefore already alongside
        example instance especially overall part way someone people person place side case cases result
        namely called name total set there began begin according among plus ensure ensured ensures ensuring
        demonstrate demonstrated undertake undertook undertaken conduct conducted establish established
        maintain maintained remain remained stay stayed obtain obtained gain gained enable enabled"""
    )
)
_LIKE = tuple(
    frozenset(terms(group))
    for group in (
        "council authority borough",
        "child children young people kids youngsters",
        "staff workforce employees",
        "accommodation housing",
        "late delayed delays delay",
        "prompt promptly swift swiftly timely quick quickly",
        "decision decide decided decisions",
        "provision provide provided",
        "analysis analyse analysed",
        "response respond responded",
        "assess assessed assessment assessments",
        "learn learnt learned learning lessons",
        "know knew known knowledge",
        "previous last earlier past",
        "stable stability",
        "diverse diversity",
        "consistent consistency consistently",
        "approximately about around",
        "required requires needed needs need",
        "hear heard hearing",
        "choose chose chosen choosing choice",
        "speak spoke spoken talk talked",
        "think thought thinking",
        "build built building",
        "problem problems difficulty difficulties trouble",
        "adviser advisers pa pas",
        "rise rose risen increase increased increasing higher above grow grew growing",
        "fall fell fallen decrease decreased reduce reduced reduction lower below drop dropped",
        "almost nearly",
        "few fewer minority",
        "most mostly majority",
        "seldom rarely",
        "initial initially first",
        "accept accepted recognise recognised acknowledge acknowledged",
        "sufficient sufficiently enough",
        "link linked tie tied",
        "transfer transferred move moved",
        "especially particularly particular",
        "deliver delivered delivery",
        "member membership",
        "recruit recruited recruitment",
        "spend spent spending",
        "improve improved better",
        "compare compared comparison against",
        "attend attended attendance",
        "begin began started start",
        "end ended finished finish complete completed",
        "help helped support supported",
    )
)


@dataclass(frozen=True, slots=True)
class Support:
    """`held` and `new`: the content words that the quote has and has not; `displaced`, how many words stand elsewhere;
    `replaced`, words that stand for others, as (ours, the quote's). All are stems, one for all of like meaning."""

    held: frozenset[str]
    new: frozenset[str]
    displaced: int
    replaced: tuple[tuple[str, str], ...]

    @property
    def enough(self) -> bool:
        return bool(self.held) and len(self.new) <= NEW and self.displaced <= DISPLACED and not self.replaced


def support(text: str, quote: str) -> Support:
    """What of the text the quote supports."""
    own, theirs = [list(map(_sense, terms(in_digits(t)))) for t in (text, quote)]
    held = set(theirs)
    content = {t for t in own if t not in _LIGHT or t in held}
    return Support(
        frozenset(content & held),
        frozenset(content - held),
        max(sum(_displaced(own, theirs)), _moved(own, theirs)),
        tuple(_replaced(own, theirs)),
    )


def spelt(sense: str, text: str) -> str:
    """The word of the text that has this sense, as it is written there; the sense itself where none has."""
    words = re.findall(r"\w+(?:['’]\w+)?", text)
    return next((w for w in words if sense in map(_sense, terms(in_digits(w)))), sense)


def _sense(term: str) -> str:
    """One word for all of like meaning."""
    return next((min(group) for group in _LIKE if term in group), term)


def _displaced(own: Sequence[str], theirs: Sequence[str]) -> Iterator[bool]:
    """For each shared word whether both its neighbours, among shared words, are others than in the quote."""
    shared = set(own) & set(theirs)
    own, theirs = ([t for t in words if t in shared] for words in (own, theirs))
    before: dict[str, set[str | None]] = {}
    behind: dict[str, set[str | None]] = {}
    for a, t, b in zip([None, *theirs], theirs, [*theirs[1:], None], strict=False):
        before.setdefault(t, set()).add(a)
        behind.setdefault(t, set()).add(b)
    for a, t, b in zip([None, *own], own, [*own[1:], None], strict=False):
        yield a not in before[t] and b not in behind[t]


def _moved(own: Sequence[str], theirs: Sequence[str]) -> int:
    """How many runs of shared words stand elsewhere in the order of the whole. One may: "in 2014 visits fell" is
    "visits fell in 2014". Where two do, each stands in the other's place: who told whom has been turned round."""
    shared = set(own) & set(theirs)
    own, theirs = ([t for t in words if t in shared] for words in (own, theirs))
    blocks = SequenceMatcher(None, own, theirs, autojunk=False).get_matching_blocks()
    ends = [0, *(block.a + block.size for block in blocks)]
    return sum(block.a > end for block, end in zip(blocks, ends, strict=False))


def _replaced(own: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(our word, word of the quote that it stands for): between the same neighbours, each oftener there than here."""
    held, more, less = set(theirs), Counter(own), Counter(theirs)
    for i, new in enumerate(own):
        if more[new] <= less[new]:
            continue
        before = next((t for t in reversed(own[:i]) if t in held), None)
        behind = next((t for t in own[i + 1 :] if t in held), None)
        between = _between(theirs, before, behind)
        if new in _LIGHT and any(old in _LIGHT for old in between):
            continue
        yield from ((new, old) for old in between if less[old] > more[old])


def _between(words: Sequence[str], before: str | None, behind: str | None) -> list[str]:
    """The few words that stand between two neighbours, or before the first or behind the last of a sentence."""
    starts = [0] if before is None else [i + 1 for i, t in enumerate(words) if t == before]
    for start in starts:
        if behind is None:
            if len(words) - start <= AT_END:
                return list(words[start:])
            continue
        for end in range(start, min(len(words), start + GAP)):
            if words[end] == behind:
                return list(words[start:end])
    return []
