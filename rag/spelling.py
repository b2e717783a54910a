"""One wrong letter in a long name: which word of a small vocabulary was meant, if exactly one can have been."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set
from functools import lru_cache

SHORTEST = 7  # letters; below this one letter turns names into one another and into ordinary words
SHORTEST_ASKED = 5  # the same in a question, which is shown what it was read as

# Words and other places that are one letter from a name and are right as they stand.
_RIGHT = frozenset(
    """
    boroughs bramley brighten brightens cheater chesters fulness hamlet kennington kingstone southward stockpot swinton
    thameside
    """.split()
)
# The same for the shorter names that are corrected in questions: words, surnames, other towns.
_RIGHT_ASKED = frozenset(
    """
    backs bared barnes barnett barney baronet barred bent bolden bolted boston boxley brant brest brett brunt burnet
    canden country darby darren darwin demon derbys devin dorsey easing eating essen forrest halting halts harlow
    harrows hatton haltom hilton landon leads lends lupton lutton luzon marton medley midway morton newman newnham
    newsham newtham pole poles poodle pool pooled pools seaton seton sexton slouch sloughs smoke spoke stake stoked
    stoker stokes stole stone store stove stroke survey surveys suttons weight wirrals
    """.split()
)


class Vocabulary:
    """`targets` are the words that may be meant, `known` all words that are right as they stand; `short` are targets
    below the length at which all are tried, that may be meant all the same."""

    def __init__(self, targets: Set[str], known: Set[str], short: Set[str] = frozenset()) -> None:
        self.known = frozenset(known) | targets
        self._right = _RIGHT | _RIGHT_ASKED if short else _RIGHT
        self._shortest = SHORTEST_ASKED if short else SHORTEST - 1
        by_initial: dict[str, list[str]] = defaultdict(list)
        for word in sorted(targets | short):
            if (len(word) >= SHORTEST or (word in short and len(word) >= SHORTEST_ASKED)) and word not in _GENERIC:
                by_initial[word[0]].append(word)
        self._by_initial = dict(by_initial)
        self.correct = lru_cache(maxsize=4096)(self._correct)

    def _correct(self, word: str) -> str | None:
        """The one target that differs from `word` by a letter (wrong, missing, extra, or two swapped), else None.

        The first letter has to be right: hardly anyone mistypes it, and it keeps Anfield from Enfield."""
        if len(word) < self._shortest or word in self._right or word in self.known:
            return None
        near = [t for t in self._by_initial.get(word[0], ()) if one_apart(word, t)]
        return near[0] if len(near) == 1 else None


# Parts of names that are ordinary words: nothing is corrected to them.
_GENERIC = frozenset(("central", "borough", "council", "corporation", "reading", "barking", "hamlets", "western"))


def one_apart(a: str, b: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours turns `a` into `b`."""
    if abs(len(a) - len(b)) > 1 or a == b:
        return False
    i = 0
    while i < min(len(a), len(b)) and a[i] == b[i]:
        i += 1
    if len(a) == len(b):
        swapped = a[i : i + 2] == b[i : i + 2][::-1] and a[i + 2 :] == b[i + 2 :]
        return swapped or a[i + 1 :] == b[i + 1 :]
    short, long = (a, b) if len(a) < len(b) else (b, a)
    return short[i:] == long[i + 1 :]
