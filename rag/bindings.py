"""What belongs to what: a sentence may not hang a figure, a negation or a name of its quote on something else there.

Claim and quote are reduced to the words that both hold, in order. A word that matters (a figure, a month, a grade, a
name, a direction) must then have the same neighbour in both, before or behind it; a negation the same one behind it.
And a word that stands in one clause with a figure must not stand with only other figures in the quote. "72 of 87 were
seen" and "87 of 72", "29% in primary, 41% in secondary schools" and the schools the other way round hold the same words
and differ in this.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from rag import figures, wording
from rag.words import STOPWORDS, terms

NOT = "<not>"
FAR = 2  # words away from a figure, beyond which a word of the quote that has none in its clause does not belong to it
_YEAR = re.compile(r"(?:19|20)\d\d")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*%?|[a-z]+(?:'[a-z]+)?|[.,;:()](?=\s|$)|\(")
_COORDINATES = frozenset("and while whereas but or".split())
_PARTS = _COORDINATES | {"against", "compared", "versus"} | set(".,;:()")
SPLICED = 2  # words of a clause before one of it, whose loss hangs that on the clause before


class _Word(NamedTuple):
    form: str  # what is compared
    kind: str  # what makes it matter, or ""
    clause: int
    opened: str  # the word or sign that begins its clause


def misplaced(text: str, quote: str) -> str | None:
    """The first word of the text that hangs on something else in the quote; None where all keep their places.

    Both are looked at in the words that they share. A word that stands alone there has no place to lose."""
    own, every = _words(text), _words(quote)
    shared = {word.form for word in own} & {word.form for word in every}
    own, theirs = ([w for w in words if w.form in shared] for words in (own, every))
    return _moved(own, theirs) or _hung_on_another_figure(own, every) or _spliced(own, every)


def _moved(own: Sequence[_Word], theirs: Sequence[_Word]) -> str | None:
    """A word that matters and has lost its neighbours."""
    places: dict[str, set[tuple[str | None, str | None]]] = {}
    for i, word in enumerate(theirs):
        places.setdefault(word.form, set()).add(_neighbours(theirs, i))
    kinds = Counter(kind for _, kind in {(w.form, w.kind) for w in theirs})
    for i, (word, kind, *_) in enumerate(own):
        # One date, grade, name or direction can be moved, but not changed for another.
        if not kind or len(own) < 2 or (kinds[kind] < 2 and kind not in ("figure", "negation")):
            continue
        before, behind = _neighbours(own, i)
        found = places[word]
        keeps_behind = any(b == behind for _, b in found)
        if word == NOT:
            if not keeps_behind:
                return "not"
        elif not keeps_behind and not any(a == before for a, _ in found):
            return word
    return None


def _hung_on_another_figure(own: Sequence[_Word], theirs: Sequence[_Word]) -> str | None:
    """A word that shares its clause with figures, none of which stands in its clause in the quote; of a word that has
    no figure in its clause there, one that stands far from the figure that it stands beside here."""
    for i, (word, kind, clause, _) in enumerate(own):
        ours = {w.form for w in own if w.clause == clause and w.kind == "figure"}
        if kind or not ours:
            continue
        at = [j for j, w in enumerate(theirs) if w.form == word]
        clauses = {theirs[j].clause for j in at}
        held = {w.form for w in theirs if w.clause in clauses and w.kind == "figure"}
        if held:
            if not ours & held:
                return word
            continue
        beside = {w.form for w in own[max(0, i - 1) : i + 2]} & ours
        near = {w.form for j in at for w in theirs[max(0, j - FAR) : j + FAR + 1]}
        if beside and not beside & near:
            return word
    return None


def _spliced(own: Sequence[_Word], every: Sequence[_Word]) -> str | None:
    """A word that follows one of the clause before its own, without the word or two that begin its own: "good at
    visiting" out of "good at recording and poor at visiting"."""
    said = {w.form for w in own}
    for before, word in pairwise(own):
        at = [i for i, w in enumerate(every) if w.form == word.form]
        places = {w.clause for w in every if w.form == before.form}
        if at and all(every[i].clause - 1 in places and every[i].clause not in places for i in at):
            skipped = [[w for w in every[:i] if w.clause == every[i].clause] for i in at]
            if all(1 <= len(lost) <= SPLICED and not said & {w.form for w in lost} for lost in skipped) and all(
                every[i].opened in _COORDINATES for i in at
            ):
                return word.form
    return None


def _words(text: str) -> list[_Word]:
    low = figures.in_digits(text).replace("n't", " not").replace("cannot", "not")
    named = {t for name in wording.names(text) for t in terms(name)}
    dated, graded = figures.months(text), figures.grades(text)
    found: list[_Word] = []
    clause, opened = 0, ""
    for match in _TOKEN.finditer(low):
        word = match[0]
        if word in _PARTS:
            clause, opened = clause + 1, word
        elif word[0].isdigit():
            bound = figures.bound_before(low, match.start())  # "under 5" and "over 5" are two things
            found.append(
                _Word(f"{bound} {word}".strip(), "year" if _YEAR.fullmatch(word) else "figure", clause, opened)
            )
        elif wording.negations(word):
            found.append(_Word(NOT, "negation", clause, opened))
        elif way := wording.direction(word):
            found.append(_Word(f"<{way}>", "direction", clause, opened))
        elif word in dated:
            found.append(_Word(word, "month", clause, opened))
        elif word in graded:
            found.append(_Word(word, "grade", clause, opened))
        elif word not in STOPWORDS:
            found += [_Word(t, "name" if t in named else "", clause, opened) for t in terms(word)]
    return found


def _neighbours(words: Sequence[_Word], i: int) -> tuple[str | None, str | None]:
    return (words[i - 1].form if i else None), (words[i + 1].form if i + 1 < len(words) else None)
